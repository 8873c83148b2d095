"""立行立改 from the leader's words to the unit's result (003 第九条; others by analogy)."""

import pytest

from casework.lifecycle import State, outward
from handlers import immediate, supplements, text_check, unit_texts
from handlers.desk import Desk
from handlers.messages import Reply
from storage import duties, reports, sendings
from storage.reports import Report
from tests.handlers.conftest import MakeWorld
from tests.handlers.immediate_house import AGREED, ASKED, TEXT, UnitHouse, unit_house


@pytest.fixture
async def house(make_world: MakeWorld) -> UnitHouse:
    return await unit_house(make_world)


def words(house: UnitHouse, person: str) -> str:
    return "\n".join(shown.text for shown in house.told(person))


@pytest.mark.parametrize("profile", sorted(AGREED))
async def test_one_notice_for_several_reports_passes_every_gate_and_comes_home(
    make_world: MakeWorld, profile: str
) -> None:
    house = await unit_house(make_world, profile)
    main, twin = await house.through(profile)
    for report in (main, twin):
        assert (await house.report(report)).state == State.IMMEDIATE
    (notice,) = await house.notices()
    assert (notice.words, notice.year, notice.serial) == (TEXT, 2026, 1)
    for person in ("liaison", "chief"):
        assert "立行立改通知〔2026〕1号" in house.told(person)[-1].text
        assert TEXT not in words(house, person)
    await house.liaison.press("查看")
    assert TEXT in house.liaison.last.text
    await house.liaison.press("签收")
    await house.liaison.press("报送")
    await house.liaison.say("已于三月三日公开全部收支。")
    await house.liaison.press("没有材料")
    await house.lead.press("查看")
    assert "已于三月三日公开全部收支" in words(house, "lead")
    await house.lead.press("审核通过")
    await house.officer.press("登记办结")
    for report in (main, twin):
        assert (await house.report(report)).state == State.FEEDBACK_IN
    assert "已办结" in house.liaison.last.text


@pytest.mark.parametrize(
    ("profile", "basis"),
    [("county-2012", "依据"), ("suixi-2016", "参照"), ("jilin-2017", "参照")],
)
async def test_the_notice_names_its_basis_as_what_it_is(
    make_world: MakeWorld, profile: str, basis: str
) -> None:
    house = await unit_house(make_world, profile)
    await house.through(profile)
    await house.liaison.press("查看")
    assert f"\n{basis}：《" in house.liaison.last.text
    assert "非规定时限" in house.liaison.last.text


async def test_the_three_conditions_are_each_confirmed_with_a_word(house: UnitHouse) -> None:
    await house.two()
    await house.claim("lead")
    await house.lead.press("处置")
    await house.lead.press("立行立改")
    for answer in ASKED:
        shown = await house.lead.say("不具备。")
        assert "三个条件缺一不可" in shown[-1].text
        await house.lead.say(answer)
    await house.lead.press("跳过")


async def test_the_check_shows_everything_shared_and_the_sources(house: UnitHouse) -> None:
    _, twin = await house.two()
    other = await house.file("请查会计王小明的账，还有李会计", names="村主任赵铁柱")
    shown = await house.write(
        house.filed[twin.id].code,
        words="修路款有一部分，没有入账：3月5日付35000元，王小明、赵铁柱经手。",
    )
    text = "\n".join(s.text for s in shown)
    assert "来源：2件" in text
    for line in (
        "连续相同文字：“修路款有一部分，没有入账",
        "日期：“3月5日”",
        "数额：“35000元”",
        "姓名或称呼：“王小明”",
        "姓名或称呼：“赵铁柱”",  # of a report that is no source
    ):
        assert line in text
    assert "提交审定" not in house.lead.last.labels
    assert (await house.report(other)).state == State.SUBMITTED


async def test_a_supplement_counts_as_the_report_itself(house: UnitHouse) -> None:
    main, twin = await house.two()

    def add(desk: Desk) -> list[Reply]:
        found = reports.get(desk.db, main.id)
        assert found is not None
        said = supplements.add(desk, found, "村东头第三根电线杆下埋着账本", [])
        return [r for r in said if r.to is not None]

    await house.world.tick(add)
    shown = await house.write(house.filed[twin.id].code, words="请说明村东头第三根电线杆的情况")
    assert any("村东头第三根电线杆" in s.text and "连续相同" in s.text for s in shown)


async def test_what_a_hidden_report_shares_is_no_oracle_for_the_leader(house: UnitHouse) -> None:
    await house.file("黎组长收了镇里的土特产礼盒和现金红包", category="inspector", whom="team")
    _, twin = await house.two()
    shown = await house.write(
        house.filed[twin.id].code, words="请说明镇里的土特产礼盒和现金红包的去向"
    )
    assert not any("连续相同" in s.text for s in shown)
    await house.lead.press("送另一人复核")
    await house.officer.press("查看")
    assert "镇里的土特产礼盒和现金红包" in words(house, "officer")
    assert "连续相同" in words(house, "officer")


async def test_rewriting_voids_check_confirmation_and_decision(house: UnitHouse) -> None:
    _, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.second()
    await house.resume()
    assert "提交审定" in house.lead.last.labels
    await house.lead.press("改写")
    await house.lead.say("请公开道路建设资金并接受群众查询。")
    await house.lead.press("完成")
    assert "提交审定" not in house.lead.last.labels
    assert "尚未由另一人确认" in house.lead.last.text
    stale = next(s for s in reversed(house.told("officer")) if "确认看不出来源" in s.labels)
    await house.officer.press_data(stale.data[0])
    assert "确认看不出来源" not in house.officer.last.labels
    await house.resume()
    assert "提交审定" not in house.lead.last.labels


async def test_nobody_confirms_the_own_text(house: UnitHouse) -> None:
    _, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.lead.press("送另一人复核")
    for person in ("officer", "second"):
        assert "immediate.confirm_card" in house.keys(person)
        assert "道路" not in words(house, person)  # the card says nothing
    for person in ("lead", "ann", "liaison", "chief", "head"):
        assert "immediate.confirm_card" not in house.keys(person)


async def test_a_text_that_waits_a_working_day_is_reminded_once(house: UnitHouse) -> None:
    _, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.lead.press("送另一人复核")
    assert not await house.world.tick(text_check.remind)
    house.world.pass_time(days=1)
    told = await house.world.tick(text_check.remind)
    assert {s.parcel.chat for s in told} == {"officer", "second"}
    house.world.pass_time(days=1)
    assert not await house.world.tick(text_check.remind)


async def test_a_text_sent_back_tells_its_author_why(house: UnitHouse) -> None:
    _, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.lead.press("送另一人复核")
    await house.officer.press("查看")
    await house.officer.press("退回改写")
    await house.officer.say("资金名称会让人猜到来源")
    assert house.keys("lead")[-1] == "immediate.text_reviewed"
    await house.resume()
    assert "资金名称会让人猜到来源" in house.lead.last.text
    assert "提交审定" not in house.lead.last.labels


async def test_what_comes_after_the_confirmation_has_to_be_confirmed_too(
    house: UnitHouse,
) -> None:
    main, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.second()
    await house.resume()
    await house.lead.press("提交审定")
    for person, answers in AGREED["county-2012"]:
        await house.agree(person, *answers)
    await house.file(f"我早就说过：{TEXT}")
    house.world.pass_time(minutes=1)
    await house.send_out()
    assert "须由另一人再次复核" in words(house, "officer")
    assert not await house.notices()
    shown = [s for s in house.told("second") if s.key == "immediate.confirm_card"]
    second = house.chats["second"]
    await second.press_data(shown[-1].data[0])
    await second.press("确认看不出来源")
    await house.send_out()
    assert len(await house.notices()) == 1
    assert (await house.report(main)).state == State.IMMEDIATE


async def one(house: UnitHouse) -> Report:
    report = await house.file("修路款有一部分没有入账。")
    await house.write()
    return report


async def test_a_single_source_needs_more_than_a_second_person(house: UnitHouse) -> None:
    await one(house)
    await house.second()
    await house.resume()
    assert "来源只有1件" in house.lead.last.text
    assert "提交审定" not in house.lead.last.labels


async def test_the_office_decides_for_a_single_source_with_a_reason_on_record(
    house: UnitHouse,
) -> None:
    report = await one(house)
    await house.second()
    await house.officer.press("由办公室决定使用")
    await house.officer.say("问题普遍，单位无从判断来源")
    await house.resume()
    await house.lead.press("提交审定")
    assert (await house.report(report)).state == State.PROPOSED
    await house.open("second")
    await house.chats["second"].press("查看")
    assert "办公室欧阳明决定：问题普遍，单位无从判断来源" in words(house, "second")


@pytest.mark.parametrize("kind", ["立行立改", "交被巡视党组织处理"])
async def test_what_was_decided_can_still_be_kept_from_leaving(
    house: UnitHouse, kind: str
) -> None:
    main, twin = await house.two()
    await house.write(house.filed[twin.id].code, kind=kind, days="10个工作日")
    await house.second()
    await house.open("lead")
    await house.lead.press("处置")
    await house.lead.press(kind)
    await house.lead.press("提交审定")
    await house.agree("officer")
    await house.agree("head", *(("今天", "市委复函同意") if kind == "立行立改" else ()))
    await house.officer.say("/office")
    await house.officer.press("发立行立改通知")
    await house.officer.press("不发，重新研判")
    for report in (main, twin):
        assert (await house.report(report)).state == State.ACCEPTED
    assert not house.told("liaison")
    open_left = await house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
    kinds = ("immediate_rectification", "transfer")
    assert not [d for d in open_left if d.kind in kinds and d.state == "open"]


@pytest.mark.parametrize(
    ("answer", "goes_on"),
    [("同意", True), ("我 同意。", True), ("不同意", False), ("再想想", False)],
)
async def test_the_only_reporter_is_asked_without_a_word_of_the_text(
    house: UnitHouse, answer: str, goes_on: bool
) -> None:
    report = await one(house)
    await house.second()
    await house.resume()
    await house.lead.press("征求反映人同意")
    assert (await house.report(report)).state == State.SUPPLEMENT
    filed = house.filed[report.id]
    citizen = house.world.chat("citizen")
    await citizen.say("查询")
    await citizen.say(filed.code)
    await citizen.say(filed.phrase)
    assert "您是否同意" in citizen.last.text
    assert "道路" not in citizen.last.text
    await citizen.press("回答")
    await citizen.say(answer)
    await citizen.press("完成")
    assert (await house.report(report)).state == State.SCREENING
    await house.resume()
    assert ("提交审定" in house.lead.last.labels) is goes_on
    assert ("没有表示同意" in house.lead.last.text) is not goes_on


async def test_a_returned_proposal_frees_every_report_behind_it(house: UnitHouse) -> None:
    main, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.second()
    await house.resume()
    await house.lead.press("提交审定")
    assert (await house.report(twin)).state == State.PROPOSED
    await house.open("officer")
    await house.officer.press("不同意")
    await house.officer.say("先核实")
    await house.world.tick(unit_texts.follow)
    for report in (main, twin):
        assert (await house.report(report)).state == State.ACCEPTED
    await house.resume()
    assert "提交审定" in house.lead.last.labels  # the words did not change


async def test_the_outward_word_does_not_move_between_proposal_and_result(
    house: UnitHouse,
) -> None:
    main, twin = await house.through()
    for report in (main, twin):
        now = State((await house.report(report)).state)
        assert outward(now, feedback_delivered=False) == "status.processing"


async def test_the_number_and_the_record_say_nothing_of_the_receipt(house: UnitHouse) -> None:
    main, twin = await house.through()
    vault = house.world.kit.vault
    for report in (main, twin):
        sent = await house.world.storage.read(
            lambda db, id=report.id: sendings.of(db, vault, id)  # type: ignore[misc]
        )
        assert sent[-1].letter["number"] == "立行立改通知〔2026〕1号"
        code = house.filed[report.id].code
        assert code not in words(house, "liaison")
        assert code[-4:] not in words(house, "liaison")


async def test_the_unit_signs_once_and_reports_only_after_that(house: UnitHouse) -> None:
    await house.through()
    card = house.told("liaison")[-1]
    await house.liaison.press("签收")
    assert "immediate.unit_signed" in house.keys("officer")
    await house.chief.press("签收")
    assert "已经签收过了" in house.chief.last.text
    await house.liaison.press_data(card.data[1])
    assert "已经签收过了" in house.liaison.last.text


async def test_another_unit_cannot_open_or_sign_a_notice(house: UnitHouse) -> None:
    await house.through()
    (notice,) = await house.notices()

    assert (await house.clerk.say("/notices"))[-1].key == "error.not_allowed"
    data = house.told("liaison")[-1].data[0]
    await house.clerk.press_data(data)
    assert TEXT not in words(house, "clerk")
    assert notice.signed_by == ""


async def test_a_result_is_returned_with_fixed_words_only_and_handed_in_again(
    house: UnitHouse,
) -> None:
    await house.through()
    await house.liaison.press("签收")
    for n in (1, 2):
        await house.liaison.press("报送")
        await house.liaison.say(f"第{n}次报告整改情况")
        await house.liaison.press("没有材料")
        if n == 1:
            await house.lead.press("退回补充")
            await house.lead.press("缺少佐证材料")
            assert "缺少佐证材料" in house.liaison.last.text
    await house.lead.press("审核通过")
    await house.officer.press("登记办结")
    (notice,) = await house.notices()
    assert notice.state == "done"


async def test_the_office_cannot_record_what_the_team_has_not_examined(house: UnitHouse) -> None:
    await house.through()
    await house.liaison.press("签收")
    await house.liaison.press("报送")
    await house.liaison.say("已公开")
    await house.liaison.press("没有材料")
    assert "登记办结" not in house.officer.last.labels
    assert "审核通过" not in house.officer.last.labels


async def test_the_unit_is_reminded_by_the_number_alone_and_only_once(house: UnitHouse) -> None:
    await house.through()
    house.world.pass_time(days=1)
    told = await house.world.tick(immediate.watch)
    assert {s.parcel.chat for s in told} == {"liaison", "chief"}
    assert all("尚未签收" in s.text and "非规定时限" in s.text for s in told)
    assert not await house.world.tick(immediate.watch)
    house.world.pass_time(days=20)  # the program was away over the due date
    late = await house.world.tick(immediate.watch)
    assert {s.key for s in late} == {"immediate.notice_over"}
    assert {s.parcel.chat for s in late} == {"officer", "second", "lead"}


@pytest.mark.parametrize(
    ("profile", "owed"), [("county-2012", "team"), ("jilin-2017", "target_unit")]
)
async def test_whose_duty_it_is_and_when_it_begins(
    make_world: MakeWorld, profile: str, owed: str
) -> None:
    """003 第九条 puts it on the team; 002 五(四) on the unit: nothing shows before the notice."""
    house = await unit_house(make_world, profile)

    async def standing() -> list[tuple[str, str]]:
        found = await house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
        return [(d.obligor, d.state) for d in found if d.kind == "immediate_rectification"]

    _, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    assert await standing() == ([("team", "open")] if owed == "team" else [])
    await house.second()
    await house.resume()
    await house.lead.press("提交审定")
    for person, answers in AGREED[profile]:
        await house.agree(person, *answers)
    await house.send_out()
    assert await standing() == [(owed, "accepted" if owed == "team" else "open")]


async def test_a_common_trouble_of_the_people_may_be_put_right_at_once(house: UnitHouse) -> None:
    """003 第七条, 000 二: livelihood is in scope, and what can be solved at once is solved."""
    first = await house.file("全村饮水管道常年失修，大家都盼着修好。", category="livelihood")
    await house.change(first, urgent=True)
    twin = await house.file("村里吃水困难，管道坏了没人修。", category="livelihood")
    await house.write(
        house.filed[twin.id].code, words="请尽快恢复集中供水设施。", days="10个工作日"
    )
    assert house.lead.last.key == "immediate.standing"


async def test_a_team_member_is_offered_no_words_for_the_unit(house: UnitHouse) -> None:
    await house.file()
    await house.claim("ann")
    await house.ann.press("处置")
    assert "立行立改" not in house.ann.last.labels


async def test_the_text_given_up_leaves_the_item_as_it_was(house: UnitHouse) -> None:
    report = await one(house)
    await house.lead.press("放弃这份文字")
    assert (await house.report(report)).state == State.SCREENING
    await house.resume()
    assert "群众反映强烈" in house.lead.last.text  # asked from the beginning


@pytest.mark.parametrize("typed", ["没有", "XXXX", "2345678923"])
async def test_a_source_that_is_not_there_is_asked_again(house: UnitHouse, typed: str) -> None:
    await house.two()
    await house.claim("lead")
    await house.lead.press("处置")
    await house.lead.press("立行立改")
    for answer in ASKED:
        await house.lead.say(answer)
    shown = await house.lead.say(typed)
    assert "没有找到可以合用的件" in shown[-1].text


async def test_early_signs_are_a_word_for_the_organisation_department(house: UnitHouse) -> None:
    """000 四: 对苗头性、倾向性问题及时提醒 is a note of the disposition, no act of the program."""
    report = await house.file()
    await house.claim("ann")
    await house.propose("ann", "移交组织部门", "省", "苗头性、倾向性问题，建议组织及时提醒")
    assert (await house.report(report)).state == State.PROPOSED
