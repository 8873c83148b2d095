"""Feedback: proposed by the team, let through by the gate, delivered by the office, signed for."""

import pytest

from handlers import principal_receipt
from handlers.feedback_proposal import way
from storage import duties
from tests.handlers.conftest import MakeWorld
from tests.handlers.motion_house import ROUTES, MotionHouse, settle

POINTS = "修路款收支未公开。\n贾首长未召开党委会即决定工程发包。\n村账代管不规范。"
HEARING = ("今天", "市委副书记", "同意反馈")


async def start(make_world: MakeWorld, profile: str) -> MotionHouse:
    return await settle(make_world(ROUTES), profile)


@pytest.fixture
async def county(make_world: MakeWorld) -> MotionHouse:
    return await start(make_world, "county-2012")


@pytest.fixture
async def suixi(make_world: MakeWorld) -> MotionHouse:
    return await start(make_world, "suixi-2016")


async def propose(
    house: MotionHouse, who: str = "lead", aim: str = "甲镇", words: str = POINTS
) -> str:
    chat = house.chats[who]
    await chat.say("/motions")
    await chat.press("提交反馈意见报批")
    await chat.press(aim)
    await chat.say(words)
    await chat.press("完成")
    return (await chat.press("跳过"))[0].key


async def deliver(house: MotionHouse, day: str = "今天", aim: str = "甲镇") -> str:
    """The office records the day; nothing of an approval is asked, it is on record."""
    await house.officer.say("/office")
    await house.officer.press("登记反馈")
    shown = await house.officer.press(aim)
    if shown[0].key != "office.delivered_on":
        return shown[0].text
    await (house.officer.press(day) if day == "今天" else house.officer.say(day))
    if "确认提交" not in house.officer.last.labels:
        return house.officer.last.text
    return (await house.officer.press("确认提交"))[0].key


async def milestone(house: MotionHouse, event: str) -> str:
    vault = house.world.kit.vault
    found = await house.world.storage.read(lambda db: duties.milestone(db, vault, "m-a", event))
    return str(found.happened_on) if found else ""


def everything_of(house: MotionHouse, *people: str) -> str:
    return "\n".join(shown.text for person in people for shown in house.told(person))


async def test_in_a_county_the_leading_group_agrees_after_the_city_was_heard(
    county: MotionHouse,
) -> None:
    assert await propose(county) == "motion.put"
    motion = await county.motion("feedback", "m-a|body")
    assert motion.seats == ("leading_group",)
    assert motion.consult == ("municipal_committee",)
    assert "第十一条" in motion.basis
    assert "甲镇的反馈意见正在报批，批准前不能登记反馈" in await deliver(county)
    await county.agree("head", *HEARING)
    assert county.keys("officer")[-1] == "motion.feedback_may_go"
    assert await deliver(county) == "office.feedback_recorded"
    assert await milestone(county, "feedback.delivered") == "2026-03-02"
    assert "duty.sign_feedback" in county.keys("liaison")
    assert county.keys("city")[-1] == "motion.feedback_copy"  # 003 第十一条 抄送
    copy = await county.city.press("查看")
    assert "村账代管" in copy[0].text


async def test_in_suixi_the_committee_decides_on_paper_for_each_addressee_apart(
    suixi: MotionHouse,
) -> None:
    for aim in ("领导班子", "主要负责人"):
        label = f"甲镇 · 第一组 · {aim}"
        assert await propose(suixi, aim=label) == "motion.put"
        await suixi.paper("second")
        assert "已获批准" in suixi.told("officer")[-1].text
    assert await deliver(suixi) == "office.feedback_recorded"
    assert await deliver(suixi, aim="甲镇 · 第一组（向主要负责人）") == "office.feedback_recorded"
    assert "motion.sign_principal" in suixi.keys("principal")
    assert "motion.sign_principal" not in suixi.keys("liaison")
    await suixi.principal.press_data(
        next(s for s in suixi.told("principal") if s.key == "motion.sign_principal").data[0]
    )
    assert suixi.keys("principal")[-1] == "motion.principal_signed"
    assert await milestone(suixi, "feedback.principal_received") == "2026-03-02"
    assert await milestone(suixi, "feedback.received") == ""
    await suixi.liaison.press("签收")  # the body's receipt starts both clocks
    assert await milestone(suixi, "feedback.received") == "2026-03-02"


async def test_what_names_the_principal_reaches_no_account_of_the_unit(
    suixi: MotionHouse,
) -> None:
    for aim in ("领导班子", "主要负责人"):
        await propose(suixi, aim=f"甲镇 · 第一组 · {aim}")
        await suixi.paper("second")
    motion = await suixi.motion("feedback", "m-a|body")
    assert [p["principal"] for p in motion.details["points"]] == [False, True, False]
    await deliver(suixi)
    await deliver(suixi, aim="甲镇 · 第一组（向主要负责人）")
    for person in ("liaison", "principal"):
        for card in [s for s in suixi.told(person) if s.key == "motion.feedback_readable"]:
            await suixi.chats[person].press_data(card.data[0])
        assert "2. 村账代管" in everything_of(suixi, person)
        assert "工程发包" not in everything_of(suixi, person)


async def test_a_liaison_does_not_read_what_was_fed_back_to_the_principal(
    suixi: MotionHouse,
) -> None:
    await propose(suixi, aim="甲镇 · 第一组 · 主要负责人")
    await suixi.paper("second")
    await deliver(suixi, aim="甲镇 · 第一组（向主要负责人）")
    assert "motion.feedback_readable" not in suixi.keys("liaison")
    assert "motion.feedback_readable" in suixi.keys("principal")


async def test_two_people_take_a_mark_back(county: MotionHouse) -> None:
    await propose(county)
    await county.lead.say("/motions")
    await county.lead.press("申请解除问题标记")
    await county.lead.press("甲镇 · 领导班子 · 第2条")
    shown = await county.lead.say("该条反映的是党委会制度，不是个人")
    assert shown[0].key == "motion.put"
    motion = await county.motion("feedback", "m-a|body")
    clear = await county.motion("clear_point", f"{motion.id}|2")
    assert (clear.proposer, clear.seats) == ("lead", ("office",))
    await county.agree("officer")
    await county.agree("head", *HEARING)
    await deliver(county)
    await county.liaison.press("查看")
    assert "工程发包" in everything_of(county, "liaison")


async def test_one_person_alone_does_not_clear_it(county: MotionHouse) -> None:
    await propose(county)
    await county.officer.say("/motions")
    await county.officer.press("申请解除问题标记")
    await county.officer.press("甲镇 · 领导班子 · 第2条")
    await county.officer.say("不是本人")
    assert "同意" not in (await county.officer.say("/motions"))[-1].labels
    await county.agree("head", *HEARING)
    await deliver(county)
    await county.liaison.press("查看")
    assert "工程发包" not in everything_of(county, "liaison", "principal")


async def test_feedback_of_which_nothing_would_leave_is_not_put(county: MotionHouse) -> None:
    key = await propose(county, words="贾首长违规。")
    assert key != "motion.put"
    assert "没有可以送达" in county.lead.last.text


async def test_further_points_are_marked_by_their_numbers(county: MotionHouse) -> None:
    await county.lead.say("/motions")
    await county.lead.press("提交反馈意见报批")
    await county.lead.press("甲镇")
    await county.lead.say(POINTS)
    shown = await county.lead.press("完成")
    assert "已标记第2条" in shown[0].text
    shown = await county.lead.say("9")
    assert "没有这一条" in shown[0].text
    await county.lead.say("3")
    motion = await county.motion("feedback", "m-a|body")
    assert [p["principal"] for p in motion.details["points"]] == [False, True, True]


async def test_refused_feedback_is_not_delivered_but_put_again(county: MotionHouse) -> None:
    await propose(county)
    await county.head.press("不同意")
    await county.head.say("第三条不准确")
    assert "未获批准" in await deliver(county)
    assert await milestone(county, "feedback.delivered") == ""
    assert await propose(county, words="修路款收支未公开。") == "motion.put"
    assert (await county.motion("feedback", "m-a|body")).version == 2


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-06", "不能晚于今天"),
        ("2026-03-01", "不能早于进驻日期"),
        ("2026-03-03", "不能早于批准日期"),
    ],
)
async def test_a_day_that_cannot_be_is_asked_again(
    county: MotionHouse, day: str, words: str
) -> None:
    county.world.pass_time(days=2)  # 2026-03-04
    await propose(county)
    await county.agree("head", *HEARING)
    assert words in await deliver(county, day)
    assert await milestone(county, "feedback.delivered") == ""


async def test_delivered_once_it_is_not_delivered_twice(county: MotionHouse) -> None:
    await propose(county)
    await county.agree("head", *HEARING)
    await deliver(county)
    await county.officer.say("/office")
    await county.officer.press("登记反馈")
    assert "甲镇 · 第一组" not in county.officer.last.labels
    await county.lead.say("/motions")
    await county.lead.press("提交反馈意见报批")
    assert not any(label.startswith("甲镇") for label in county.lead.last.labels)


async def test_what_was_approved_on_paper_is_entered_with_the_delivery(
    county: MotionHouse,
) -> None:
    await county.officer.say("/office")
    await county.officer.press("登记反馈")
    await county.officer.press("甲镇")
    await county.officer.press("同意")
    shown = await county.officer.say("领导小组第3次会议纪要，2026年3月1日")
    assert shown[0].key == "motion.ask_consulted"  # 003 第十一条 反馈前要与市委沟通
    await county.officer.say("3月1日与市委副书记沟通，同意")
    await county.officer.press("今天")
    shown = await county.officer.press("确认提交")
    assert shown[0].key == "office.feedback_recorded"
    assert "motion.feedback_copy" in county.keys("city")
    await county.city.press("查看")
    assert county.keys("city")[-1] == "motion.feedback_on_paper"
    assert "motion.feedback_readable" not in county.keys("liaison")


# instrument → who decides on feedback, and who is heard (A18 B15 D14 D15 E27)
GATES = (
    ("county-2012", ("leading_group",), ("municipal_committee",)),
    ("suixi-2016", ("sponsor_committee",), ()),
    ("jilin-2017", ("team_leader", "office"), ()),
    ("provincial-2009", ("team_leader", "office"), ()),
    ("central", ("team_leader", "office"), ()),
)


@pytest.mark.parametrize(("profile", "seats", "heard"), GATES)
async def test_every_instrument_has_its_way_of_letting_feedback_through(
    make_world: MakeWorld, profile: str, seats: tuple[str, ...], heard: tuple[str, ...]
) -> None:
    house = await start(make_world, profile)
    gate = way(house.world.kit.rules.profiles[profile])
    assert (gate.seats, gate.consult) == (seats, heard)


async def test_where_the_surface_may_not_carry_it_a_link_stands(county: MotionHouse) -> None:
    await propose(county)
    await county.agree("head", *HEARING)
    await deliver(county)
    county.liaison.content = False
    shown = await county.liaison.press("查看")
    assert shown[0].key == "motion.on_page"
    assert "村账" not in shown[0].text


async def test_what_was_agreed_may_be_put_anew_until_it_has_left(county: MotionHouse) -> None:
    await propose(county)
    await county.agree("head", *HEARING)
    assert await propose(county, words="修路款收支未公开。") == "motion.put"
    assert "正在报批" in await deliver(county)
    await county.lead.say("/motions")
    await county.lead.press("撤回")
    assert await deliver(county) == "office.feedback_recorded"  # the first version stands
    await county.liaison.press("查看")
    assert "村账代管" in everything_of(county, "liaison")


async def test_the_principals_paper_receipt_is_entered_by_the_office(suixi: MotionHouse) -> None:
    await propose(suixi, aim="甲镇 · 第一组 · 主要负责人")
    await suixi.paper("second")
    await deliver(suixi, aim="甲镇 · 第一组（向主要负责人）")
    await suixi.officer.say("/motions")
    await suixi.officer.press("登记主要负责人纸质签收")
    await suixi.officer.press("甲镇")
    shown = await suixi.officer.say("2026-03-01")
    assert "不能早于反馈日期" in shown[0].text
    await suixi.officer.press("今天")
    shown = await suixi.officer.say("连络川送回")
    assert shown[0].key == "motion.principal_signed"
    assert await milestone(suixi, "feedback.principal_received") == "2026-03-02"
    sign = next(s for s in suixi.told("principal") if s.key == "motion.sign_principal")
    shown = await suixi.principal.press_data(sign.data[0])
    assert shown[0].key == "duty.already_signed"


async def test_nobody_else_signs_for_the_principal(suixi: MotionHouse) -> None:
    await propose(suixi, aim="甲镇 · 第一组 · 主要负责人")
    await suixi.paper("second")
    await deliver(suixi, aim="甲镇 · 第一组（向主要负责人）")
    sign = next(s for s in suixi.told("principal") if s.key == "motion.sign_principal")
    await suixi.liaison.press_data(sign.data[0])
    assert await milestone(suixi, "feedback.principal_received") == ""


async def test_what_the_text_shares_with_reports_is_shown_before_it_leaves(
    county: MotionHouse,
) -> None:
    await county.file("三月初镇里的修路款有一部分没有入账，会计可以作证。")
    await county.lead.say("/motions")
    await county.lead.press("提交反馈意见报批")
    await county.lead.press("甲镇")
    await county.lead.say("镇里的修路款有一部分没有入账。\n制度不健全。")
    shown = await county.lead.press("完成")
    assert "镇里的修路款有一部分没有入账" in shown[0].text
    await county.lead.press("跳过")
    await county.officer.say("/motions")
    shown = await county.officer.press("查看")
    assert "镇里的修路款有一部分没有入账" in shown[0].text.split("【报批】")[0]
    county.officer.content = False
    await county.officer.say("/motions")
    shown = await county.officer.press("查看")
    assert "修路款" not in shown[0].text


async def test_a_text_of_its_own_words_shares_nothing(county: MotionHouse) -> None:
    await county.file("三月初镇里的修路款有一部分没有入账，会计可以作证。")
    await propose(county, words="制度不健全。")
    await county.officer.say("/motions")
    shown = await county.officer.press("查看")
    assert shown[0].text.startswith("【报批】")


async def test_the_principal_is_reminded_to_sign_and_then_the_office(suixi: MotionHouse) -> None:
    await propose(suixi, aim="甲镇 · 第一组 · 主要负责人")
    await suixi.paper("second")
    await deliver(suixi, aim="甲镇 · 第一组（向主要负责人）")
    told: list[tuple[int, set[str]]] = []
    for day in range(1, 9):  # Monday 2026-03-02 is the day of delivery
        suixi.world.pass_time(days=1)
        for _ in range(2):  # a second tick of the same day says nothing
            heard = await suixi.world.tick(principal_receipt.remind)
            if heard:
                told.append((day, {s.parcel.chat for s in heard}))
    assert told == [(1, {"principal"}), (3, {"principal"}), (7, {"officer", "second"})]
