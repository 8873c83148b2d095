"""What concerns the principal, what is urgent, what is for the leader alone (003, 004)."""

import pytest

from casework.lifecycle import State
from handlers import supplements
from handlers.arrivals import announce
from handlers.desk import Desk
from handlers.dutybook import record_event
from handlers.messages import Reply
from storage import duties, matters, missions, reports
from storage.reports import Report
from tests.handlers.conftest import MakeWorld
from tests.handlers.immediate_house import CHIEF, UnitHouse, unit_house


@pytest.fixture
async def house(make_world: MakeWorld) -> UnitHouse:
    return await unit_house(make_world)


# the words, the field 被反映人, whom it is about, whether it concerns the unit's principal
NAMED = (
    ("镇里的修路款没有入账", "", "cadre", False),
    ("镇里的修路款没有入账", "", "principal", True),
    (f"是{CHIEF}批的条子", "", "cadre", True),
    ("是夏 明·渊批的条子", "", "cadre", True),
    ("是夏鸣渊批的条子", "", "unsure", True),  # one character off
    ("修路款没有入账", f"副书记{CHIEF}", "unsure", True),
    ("镇党委书记默许了这件事", "", "cadre", True),
    ("是一把手拍的板", "", "body", True),
    ("副镇长分管这项工作", "", "cadre", False),
    ("镇长助理经手的账", "", "cadre", False),
    ("县委书记、县长都知道", "", "unsure", True),  # the instrument's own words
)


@pytest.mark.parametrize(("words", "names", "whom", "concerns"), NAMED)
async def test_the_program_marks_what_names_the_principal(
    house: UnitHouse, words: str, names: str, whom: str, concerns: bool
) -> None:
    report = await house.file(words, names=names, whom=whom)
    assert (await house.report(report)).concerns_principal is concerns


async def add(house: UnitHouse, report: Report, words: str) -> None:
    def come_in(desk: Desk) -> list[Reply]:
        found = reports.get(desk.db, report.id)
        assert found is not None
        return [r for r in supplements.add(desk, found, words, []) if r.to is not None]

    await house.world.tick(come_in)


async def test_a_supplement_that_names_the_principal_sets_the_mark(house: UnitHouse) -> None:
    report = await house.file()
    assert not (await house.report(report)).concerns_principal
    await add(house, report, f"其实是{CHIEF}指使的")
    assert (await house.report(report)).concerns_principal


async def test_a_supplement_to_a_merged_item_marks_the_main_one_too(house: UnitHouse) -> None:
    main = await house.file()
    twin = await house.file("还是修路款的事")
    await house.change(twin, state="merged", merged_into=main.id)
    await add(house, twin, f"其实是{CHIEF}指使的")
    assert (await house.report(main)).concerns_principal


async def test_the_mark_survives_a_merger(house: UnitHouse) -> None:
    main = await house.file("修路款的事")
    twin = await house.file(f"还是修路款的事，{CHIEF}批的")
    await house.change(twin, urgent=True)
    await house.claim("ann")
    await house.propose("ann", "合并办理", house.filed[main.id].code[-4:], "反映的是同一事实")
    await house.agree("lead")
    assert (await house.report(twin)).state == State.MERGED
    assert (await house.report(main)).concerns_principal


async def test_a_report_that_finds_its_unit_later_is_looked_through_again(
    house: UnitHouse,
) -> None:
    report = await house.file(f"是{CHIEF}批的条子", unit="b")
    assert not (await house.report(report)).concerns_principal
    await house.change(report, unit_id="a", stationing_id="m-a")

    def again(desk: Desk) -> list[Reply]:
        found = reports.get(desk.db, report.id)
        assert found is not None
        return announce(desk, found)

    await house.world.tick(again)
    assert (await house.report(report)).concerns_principal


async def test_what_staff_enter_is_looked_through_as_well(house: UnitHouse) -> None:
    await house.ann.say("登记")
    for answer in ("来信", "甲镇", "今天", "党员干部违纪问题", "收钱收物", "其他干部", "跳过"):
        await house.ann.press(answer)
    await house.ann.say(f"来信说是{CHIEF}批的条子，修路款没有入账。")
    for answer in ("完成", "匿名", "确认提交"):
        await house.ann.press(answer)
    (report,) = await house.world.storage.read(lambda db: reports.of_stationing(db, "m-a"))
    assert report.concerns_principal


@pytest.mark.parametrize("kind", ["立行立改", "交被巡视党组织处理"])
async def test_nothing_of_the_principals_own_matter_goes_to_the_unit(
    house: UnitHouse, kind: str
) -> None:
    report = await house.file(f"是{CHIEF}批的条子")
    await house.claim("lead")
    await house.lead.press("处置")
    await house.lead.press(kind)
    assert "涉及主要负责人本人，不能交给单位" in house.lead.last.text
    assert (await house.report(report)).state == State.SCREENING


async def test_a_marked_report_does_not_join_a_text_for_the_unit(house: UnitHouse) -> None:
    first = await house.file("修路款有一部分没有入账。")
    await house.change(first, urgent=True)
    other = await house.file(f"是{CHIEF}批的条子")
    await house.claim("lead")
    await house.lead.press("处置")
    await house.lead.press("立行立改")
    for answer in ("多次来访", "违反规定", "公开即可"):
        await house.lead.say(answer)
    shown = await house.lead.say(house.filed[other.id].code)
    assert "没有找到可以合用的件" in shown[-1].text


async def test_the_principals_name_is_not_written_into_a_text_for_the_unit(
    house: UnitHouse,
) -> None:
    await house.file("修路款有一部分没有入账。")
    shown = await house.write(words=f"请{CHIEF}同志说明修路款去向")
    assert "主要负责人的姓名" in shown[-1].text


async def test_a_mark_that_comes_late_stops_the_notice(house: UnitHouse) -> None:
    main, twin = await house.two()
    await house.write(house.filed[twin.id].code)
    await house.second()
    await add(house, twin, f"其实是{CHIEF}指使的")
    await house.resume()
    assert "涉及主要负责人本人" in words(house, "lead") or "提交审定" in house.lead.last.labels
    await house.lead.press("提交审定")
    assert "涉及主要负责人本人，不能交给单位" in house.lead.last.text
    assert (await house.report(main)).state == State.SCREENING


def words(house: UnitHouse, person: str) -> str:
    return "\n".join(shown.text for shown in house.told(person))


async def ask_clear(house: UnitHouse, person: str = "ann") -> Report:
    report = await house.file("镇党委书记默许了这件事")
    await house.claim(person)
    chat = house.chats[person]
    await chat.press("标记")
    await chat.press("☑ 涉及主要负责人本人")
    await chat.say("说的是上一任，与现任无关")
    return report


async def test_one_person_alone_never_takes_the_mark_back(house: UnitHouse) -> None:
    report = await ask_clear(house, "lead")
    assert (await house.report(report)).concerns_principal
    assert "immediate.clear_card" not in house.keys("lead")
    await house.open("lead")
    await house.lead.press("标记")
    await house.lead.press("☑ 涉及主要负责人本人")
    assert "已在等待复核" in house.lead.last.text


@pytest.mark.parametrize(("answer", "kept"), [("同意", False), ("不同意", True)])
async def test_two_people_take_the_mark_back_or_leave_it(
    house: UnitHouse, answer: str, kept: bool
) -> None:
    report = await ask_clear(house)
    assert "现任" not in words(house, "lead")
    await house.lead.press("查看")
    assert "与现任无关" in words(house, "lead")
    await house.lead.press(answer)
    assert (await house.report(report)).concerns_principal is kept
    if not kept:
        await add(house, report, "补充一点：路面已经破损")
        assert not (await house.report(report)).concerns_principal
        await add(house, report, "镇党委书记又来过")
        assert (await house.report(report)).concerns_principal


async def urge(house: UnitHouse, person: str = "lead") -> Report:
    report = await house.file(whom="member")
    await house.claim(person)
    chat = house.chats[person]
    await chat.press("专报")
    await chat.press("领导干部涉嫌严重违纪违法")
    await chat.say("修路款去向不明，账本可能被毁")
    await chat.say("证据有灭失的危险")
    return report


@pytest.mark.parametrize(
    "profile", ["county-2012", "suixi-2016", "jilin-2017", "provincial-2009", "central"]
)
async def test_an_urgent_report_reaches_the_leading_group_and_fulfils_its_duty(
    make_world: MakeWorld, profile: str
) -> None:
    """003 第九条, 004 四(四), 五(三), 002 五(五), 000 三, 001 主要程序·了解."""
    house = await unit_house(make_world, profile)
    report = await urge(house)
    now = await house.report(report)
    assert (now.urgent, now.important, now.briefed) == (True, True, True)
    for person in ("head", "officer"):
        assert house.keys(person)[-1] == "card.urgent_report"
        assert "账本" not in words(house, person)
    await house.head.press("查看")
    assert "账本可能被毁" in words(house, "head")
    assert "证据有灭失的危险" in words(house, "head")
    db = house.world.storage
    listed = await db.read(lambda s: duties.of_stationing(s, "m-a"))
    owed = [d.state for d in listed if d.kind == "urgent_report"]
    assert owed == ["accepted"]
    vault = house.world.kit.vault
    (made,) = await db.read(lambda s: matters.urgent_of(s, vault, report.id))
    assert (made.author, made.criterion) == ("lead", "severe")
    for person in ("ann", "bob", "liaison", "chief", "clerk"):
        assert "card.urgent_report" not in house.keys(person)


async def test_important_is_ticked_by_a_criterion_and_nudges_the_team(house: UnitHouse) -> None:
    """000 三: 规范重大事项的范围和报告程序."""
    report = await house.file(whom="member")
    await house.claim("ann")
    await house.ann.press("标记")
    await house.ann.press("☐ 重要问题")
    await house.ann.press("群众反映强烈、影响社会稳定")
    assert (await house.report(report)).important
    listed = await house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
    assert [(d.state, d.soft) for d in listed if d.kind == "urgent_report"] == [("open", True)]
    facts = await house.world.storage.read(lambda db: reports.history(db, report.id))
    assert facts[-1].facts == {"mark": "important", "criterion": "strong"}


async def test_an_important_finding_kept_from_somebody_is_no_duty_of_the_whole_team(
    house: UnitHouse,
) -> None:
    report = await house.file(whom="member")
    await house.recuse(report, "bob")
    await house.claim("ann")
    await house.ann.press("标记")
    await house.ann.press("☐ 重要问题")
    await house.ann.press("重要问题线索")
    listed = await house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
    assert not [d for d in listed if d.kind == "urgent_report"]


async def test_what_the_leader_keeps_to_himself_leaves_every_member(house: UnitHouse) -> None:
    """004 五(一): 特别重要或者敏感的内容，向巡察组组长单独通报."""
    report = await house.file()
    await house.claim("ann")
    old = house.told("ann")[-1]
    await house.open("lead")
    await house.lead.press("标记")
    await house.lead.press("☐ 特别重要或者敏感，仅组长可见")
    now = await house.report(report)
    assert (now.leader_only, now.holder) == (True, "")
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"
    for data in old.data:
        await house.ann.press_data(data)
        assert "修路款" not in house.ann.last.text
    assert "共1件" in (await house.lead.say("/queue"))[-1].text


async def test_a_member_cannot_make_it_the_leaders_own(house: UnitHouse) -> None:
    await house.file()
    await house.claim("ann")
    await house.ann.press("标记")
    assert not any("仅组长可见" in label for label in house.ann.last.labels)


@pytest.mark.parametrize(
    ("profile", "whom", "hint"),
    [
        ("county-2012", "cadre", "群众反映强烈"),  # 003 第六条
        ("county-2012", "member", ""),
        ("suixi-2016", "lower", ""),
        ("county-2012", "lower", "不在本次监督对象之内"),
    ],
)
async def test_a_conditional_subject_is_named_with_its_condition(
    make_world: MakeWorld, profile: str, whom: str, hint: str
) -> None:
    house = await unit_house(make_world, profile)
    await house.file(whom=whom)
    await house.claim("ann")
    await house.ann.press("处置")
    assert (hint in house.ann.last.text) if hint else ("被反映人" not in house.ann.last.text)


async def test_every_step_of_a_text_leaves_who_and_when(house: UnitHouse) -> None:
    await house.through()
    rows = await house.world.storage.read(lambda db: db.all("audit.unlinked", limit=10_000))
    acts = [(r["action"], r["actor"]) for r in rows if str(r["action"]).startswith("unit_text.")]
    for step in (
        ("unit_text.written", "lead"),
        ("unit_text.checked", "lead"),
        ("unit_text.confirmed", "officer"),
        ("unit_text.proposed", "lead"),
        ("unit_text.sent", "officer"),
    ):
        assert step in acts


async def test_the_last_briefing_fulfils_the_duty_to_brief(house: UnitHouse) -> None:
    """003 第十条: 重要问题，都要以适当的形式向领导小组有关负责同志汇报."""
    first, second = await house.file(whom="member"), await house.file("另一件", whom="principal")
    for report in (first, second):
        await house.change(report, important=True)
    house.world.pass_time(days=40)  # the stationing is over

    def ended(desk: Desk) -> list[Reply]:
        mission = missions.stationing(desk.db, "m-a")
        assert mission is not None
        record_event(desk, mission, "stationing.end", mission.ends_on)
        return []

    await house.world.tick(ended)

    async def owed() -> list[str]:
        found = await house.world.storage.read(lambda db: duties.of_stationing(db, "m-a"))
        return [d.state for d in found if d.kind == "complaints_brief"]

    for left in (["open"], ["accepted"]):
        report = first if left == ["open"] else second
        await house.lead.say(f"/queue {house.filed[report.id].code}")
        if "认领" in house.lead.last.labels:
            await house.lead.press("认领")
        await house.lead.press("标记")
        await house.lead.press("☐ 已向领导小组负责同志汇报")
        assert await owed() == left
