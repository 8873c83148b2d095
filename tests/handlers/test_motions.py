"""Motions: put to the seats of a gate, decided in chat or on paper, each step on record."""

import pytest

from casework.errors import MoveNotAllowed
from storage import attachments
from storage import motions as store
from tests.handlers.conftest import MakeWorld
from tests.handlers.motion_house import ROUTES, MotionHouse
from tests.handlers.team_house import build


@pytest.fixture
async def house(make_world: MakeWorld) -> MotionHouse:
    return MotionHouse((await build(make_world(ROUTES), "jilin-2017")).world)


async def test_a_motion_is_told_to_the_seat_without_its_words(house: MotionHouse) -> None:
    motion = await house.put()
    told = house.told("officer")[-1]
    assert told.key == "motion.waits"
    assert told.labels == ["查看", "同意", "不同意", "登记纸质决定"]
    assert motion.text not in "".join(s.text for s in house.told("officer"))
    assert not house.told("liaison")


async def test_the_words_are_read_where_the_surface_may_carry_them(house: MotionHouse) -> None:
    motion = await house.put()
    shown = await house.officer.press("查看")
    assert motion.text in shown[0].text
    house.second.content = False
    shown = await house.second.press("查看")
    assert shown[0].key == "motion.on_page"
    assert motion.text not in shown[0].text


async def test_agreement_in_chat_leaves_who_when_which_text_and_basis(house: MotionHouse) -> None:
    motion = await house.put()
    await house.officer.press("同意")
    shown = await house.officer.say("可以说明")
    assert shown[0].key == "motion.agreed"
    assert (await house.motion()).state == "agreed"
    step = (await house.steps(motion))[0]
    assert (step.person_id, step.verdict, step.version) == ("officer", "agree", 1)
    assert step.basis == "《意见》五（五）"
    assert step.at == int(house.world.now.timestamp())
    assert step.words["reason"] == "可以说明"
    assert house.keys("lead")[-1] == "motion.told_agreed"


async def test_a_refusal_needs_its_reason_and_is_told_to_who_put_it(house: MotionHouse) -> None:
    motion = await house.put()
    await house.officer.press("不同意")
    await house.officer.say("依据不足")
    assert (await house.motion()).state == "refused"
    assert (await house.steps(motion))[0].words["reason"] == "依据不足"
    assert house.keys("lead")[-1] == "motion.told_refused"


async def test_seats_decide_in_their_order(house: MotionHouse) -> None:
    await house.put("ann", seats=("team_leader", "office", "leading_group"))
    assert house.keys("lead") == ["motion.waits"]
    assert not house.told("officer")
    await house.agree("lead")
    await house.agree("officer")
    assert (await house.motion()).state == "open"
    assert house.keys("head") == ["motion.waits"]
    await house.agree("head")
    assert (await house.motion()).state == "agreed"


async def test_a_leader_who_proposes_is_not_asked_for_his_own_agreement(
    house: MotionHouse,
) -> None:
    motion = await house.put("lead", seats=("team_leader", "office"))
    assert motion.seats == ("office",)


async def test_the_proposer_is_never_the_approver_whatever_seats_he_holds(
    house: MotionHouse,
) -> None:
    await house.put("officer", seats=("office",))
    assert "motion.waits" not in house.keys("officer")
    shown = await house.officer.say("/motions")
    assert "同意" not in shown[-1].labels
    assert house.keys("second")[-1] == "motion.waits"
    await house.agree("second")
    assert (await house.motion()).state == "agreed"


async def test_a_decision_on_paper_counts_as_the_bodys_never_as_the_enterers(
    house: MotionHouse,
) -> None:
    motion = await house.put(seats=("sponsor_committee",))
    assert house.told("officer")[-1].key == "motion.waits_paper"
    assert "同意" not in house.told("officer")[-1].labels
    await house.paper("officer")
    assert (await house.motion()).state == "agreed"
    step = (await house.steps(motion))[0]
    assert (step.seat, step.paper, step.person_id) == ("sponsor_committee", True, "officer")
    assert step.words["document"] == "县委常委会纪要〔2026〕3号"
    assert step.words["held_on"] == "2026-03-02"
    assert step.words["attendees"] == "书记、纪委书记、组织部部长"


async def test_any_seats_decision_may_come_on_paper(house: MotionHouse) -> None:
    motion = await house.put(seats=("leading_group",))
    assert not house.told("officer")  # the leading group was asked; the office finds it listed
    await house.officer.say("/motions")
    assert "同意" not in house.officer.last.labels
    await house.officer.press("登记纸质决定")
    await house.officer.press("不同意")
    await house.officer.say("领导小组会议纪要2号")
    await house.officer.say("2026-02-27")
    await house.officer.press("跳过")
    await house.officer.press("跳过")
    await house.officer.press("没有材料")
    assert (await house.motion()).state == "refused"
    step = (await house.steps(motion))[0]
    assert (step.seat, step.paper, step.words["held_on"]) == ("leading_group", True, "2026-02-27")
    assert step.person_id == "officer"


async def test_the_proposer_may_not_enter_the_paper_on_his_own_motion(house: MotionHouse) -> None:
    await house.put("officer", seats=("sponsor_committee",))
    assert house.keys("second") == ["motion.waits_paper"]
    assert "motion.waits_paper" not in house.keys("officer")
    card = (await house.officer.say("/motions"))[-1]
    assert "登记纸质决定" not in card.labels
    nonce = card.data[0].split(":")[1]
    shown = await house.officer.press_data(f"v1:{nonce}:paper")
    assert (await house.motion()).state == "open"
    assert shown[0].key != "motion.ask_verdict"


async def test_a_paper_dated_tomorrow_is_asked_again(house: MotionHouse) -> None:
    await house.put(seats=("sponsor_committee",))
    await house.officer.press("登记纸质决定")
    await house.officer.press("同意")
    await house.officer.say("县委批示")
    shown = await house.officer.say("2026-03-03")
    assert "不能晚于今天" in shown[0].text
    assert (await house.motion()).state == "open"


async def test_who_must_be_heard_is_asked_before_the_last_agreement(house: MotionHouse) -> None:
    motion = await house.put(
        "ann", seats=("team_leader", "leading_group"), consult=("municipal_committee",)
    )
    await house.agree("lead")  # 003 第十一条: before the last approval, not before every one
    await house.agree("head", "今天", "市委副书记", "无不同意见")
    heard = [s for s in await house.steps(motion) if s.verdict == "heard"]
    assert [(s.seat, s.words["with"], s.words["held_on"]) for s in heard] == [
        ("municipal_committee", "市委副书记", "2026-03-02")
    ]
    assert (await house.motion()).state == "agreed"


async def test_who_prepares_may_record_the_hearing_beforehand(house: MotionHouse) -> None:
    await house.put("ann", seats=("leading_group",), consult=("municipal_committee",))
    await house.ann.say("/motions")
    await house.ann.press("登记沟通情况")
    await house.ann.press("今天")
    await house.ann.say("市委秘书长")
    shown = await house.ann.say("同意反馈")
    assert shown[0].key == "motion.heard"
    await house.agree("head")
    assert (await house.motion()).state == "agreed"


async def test_a_second_press_changes_nothing(house: MotionHouse) -> None:
    motion = await house.put()
    await house.officer.press("同意")
    await house.second.press("同意")
    await house.officer.press("跳过")
    shown = await house.second.press("跳过")
    assert "已经办结" in shown[0].text
    assert len(await house.steps(motion)) == 1


async def test_an_old_card_cannot_decide_a_later_stage(house: MotionHouse) -> None:
    await house.put("ann", seats=("team_leader", "office"))
    await house.agree("lead")
    shown = await house.lead.press("同意")
    assert shown[0].key != "motion.ask_agree_reason"
    assert (await house.motion()).stage == 1


async def test_a_subject_that_waits_is_not_put_twice_and_a_refused_one_is_a_new_version(
    house: MotionHouse,
) -> None:
    await house.put()
    await house.officer.press("不同意")
    await house.officer.say("请补充依据")
    again = await house.put(text="第二稿")
    assert (again.version, again.state, again.text) == (2, "open", "第二稿")


async def test_who_put_it_may_take_it_back(house: MotionHouse) -> None:
    await house.put()
    await house.lead.say("/motions")
    shown = await house.lead.press("撤回")
    assert shown[0].key == "motion.withdrawn"
    assert (await house.motion()).state == "withdrawn"
    shown = await house.officer.press("同意")
    assert (await house.motion()).state == "withdrawn"


async def test_it_does_not_exist_for_whom_it_must_not(house: MotionHouse) -> None:
    await house.put(recused=("officer",))
    assert not house.told("officer")
    shown = await house.officer.say("/motions")
    assert [s.key for s in shown] == ["motion.none"]
    assert house.keys("second") == ["motion.waits"]


async def test_after_one_working_day_the_approvers_alone_are_reminded_once_a_day(
    house: MotionHouse,
) -> None:
    await house.put()
    house.world.pass_time(hours=5)
    assert not await house.remind()
    house.world.pass_time(days=1)
    told = await house.remind()
    assert {s.parcel.chat for s in told} == {"officer", "second"}
    assert {s.key for s in told} == {"motion.waits_reminder"}
    assert not await house.remind()
    house.world.pass_time(days=4)  # Saturday 2026-03-07
    assert not await house.remind()
    house.world.pass_time(days=2)
    assert len(await house.remind()) == 2


async def test_a_reminder_ends_with_the_decision(house: MotionHouse) -> None:
    await house.put()
    await house.agree("officer")
    house.world.pass_time(days=2)
    assert not await house.remind()


async def test_citizens_and_the_unit_have_no_motions(house: MotionHouse) -> None:
    await house.put()
    shown = await house.liaison.say("/motions")
    assert shown[0].key == "error.not_allowed"


async def test_the_same_person_does_not_decide_from_two_seats(house: MotionHouse) -> None:
    await house.seat("officer", "leading_group")
    await house.put("ann", seats=("office", "leading_group"))
    await house.agree("officer")
    card = (await house.officer.say("/motions"))[-1]
    assert "同意" not in card.labels  # he decided as the office; another one decides above
    assert "登记纸质决定" not in card.labels
    await house.agree("head")
    assert (await house.motion()).state == "agreed"


async def test_files_go_with_the_text_under_names_that_say_nothing(house: MotionHouse) -> None:
    await house.lead.say("/motions")
    await house.lead.press("其他报批")
    await house.lead.press("甲镇")
    await house.lead.press("对重大问题表态")
    await house.lead.say("拟表态的内容")
    await house.lead.send_file("修路款说明.pdf", kind="document", mime="application/pdf")
    shown = await house.lead.press("完成")
    assert shown[0].key == "motion.put"
    vault = house.world.kit.vault
    open_ones = await house.world.storage.read(lambda db: store.waiting(db, vault))
    held = await house.world.storage.read(
        lambda db: attachments.of(db, vault, f"motion:{open_ones[0].id}")
    )
    assert [a.id for a in held] == list(open_ones[0].files)


async def test_who_lost_the_seat_while_the_form_was_open_changes_nothing(
    house: MotionHouse,
) -> None:
    await house.put()
    await house.officer.press("同意")
    await house.unseat("officer")
    shown = await house.officer.press("跳过")
    assert "现由办公室审定" in shown[0].text
    assert (await house.motion()).state == "open"


@pytest.mark.parametrize(("paper", "key"), [(False, "motion.own"), (True, "motion.paper_own")])
async def test_the_rule_holds_below_the_buttons_too(
    house: MotionHouse, paper: bool, key: str
) -> None:
    motion = await house.put("officer", seats=("office",))
    with pytest.raises(MoveNotAllowed) as refused:
        await house.decide("officer", motion, paper=paper)
    assert refused.value.text_key == key
    assert not await house.steps(motion)


async def test_the_hearing_may_not_be_left_out_below_the_buttons(house: MotionHouse) -> None:
    motion = await house.put("ann", seats=("leading_group",), consult=("municipal_committee",))
    with pytest.raises(MoveNotAllowed) as refused:
        await house.decide("head", motion)
    assert refused.value.text_key == "motion.not_heard"
    assert (await house.motion()).state == "open"


async def test_where_nobody_else_could_decide_it_is_not_put(house: MotionHouse) -> None:
    with pytest.raises(MoveNotAllowed) as refused:
        await house.put("ann", recused=("officer", "second", "head", "vice"))
    assert refused.value.text_key == "motion.nobody_decides"


async def test_the_office_finds_what_waits_in_its_menu(house: MotionHouse) -> None:
    await house.put()
    await house.officer.say("/office")
    shown = await house.officer.press("报批事项")
    assert [s.key for s in shown] == ["motion.card_title", "motion.card"]
