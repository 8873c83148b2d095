"""What a citizen files reaches whom it may reach, and nobody whom it names."""

import pytest

from storage import audit, reports, scopes
from storage.base import Session
from storage.reports import Report
from tests.handlers.citizens import (
    INSPECTOR,
    INTEGRITY,
    RETALIATION,
    ROUTES,
    STORY,
    bundled,
    day,
    file_by_code,
    look,
    receipt,
    settle,
    staff,
)
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat, World


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    return await settle(make_world(ROUTES))


async def filed(world: World, text: str) -> Report:
    code, _ = receipt(text)
    vault = world.kit.vault
    report = await look(world, lambda db: reports.by_code(db, vault, code.replace("-", "")))
    assert report is not None
    return report


async def finish(chat: Chat, *, names: str = "", story: str = STORY) -> str:
    """From the question of identity to the receipt."""
    await chat.press("匿名")
    await chat.say(story)
    await chat.press("完成")
    if names:
        await chat.say(names)
    await chat.press("其余跳过")
    if chat.last.key == "intake.superior":
        await chat.press("仍要反映")
    return (await chat.press("确认提交"))[0].text


async def until_identity(chat: Chat, whom: str = "主要负责人") -> None:
    await chat.start("s_s1")
    for label in ("我已阅读", whom):
        await chat.press(label)
    if chat.last.key == "intake.ask_group":
        for label in INTEGRITY:
            await chat.press(label)


async def test_retaliation_alerts_office_and_leading_group_at_once_and_not_the_team(
    world: World,
) -> None:
    chat = world.chat("citizen")
    text = await file_by_code(chat, category=RETALIATION)
    report = await filed(world, text)
    assert (report.queue, report.hidden, report.urgent) == ("office", True, True)
    kept = await look(world, reports.get, report.id)
    assert kept is not None
    assert kept.next_on == "2026-03-03"  # first contact, an internal date: the next working day
    for person in ("office", "leading"):
        heard = staff(world, person).heard
        assert heard
        assert all(s.not_before <= int(world.now.timestamp()) for s in heard)
        assert all("石料" not in s.text and "青石" not in s.text for s in heard)
    for person in ("leader", "member", "other"):
        assert not staff(world, person).heard


async def test_retaliation_shows_where_help_is_and_may_name_an_earlier_receipt(
    world: World,
) -> None:
    chat = world.chat("citizen")
    code, _ = receipt(await file_by_code(chat, category=INTEGRITY))
    await chat.say("/cancel")
    await chat.start("s_s1")
    for label in ("我已阅读", "主要负责人", *RETALIATION):
        await chat.press(label)
    assert "110" in chat.last.text
    assert "12388" in chat.last.text
    shown = await chat.say("ABCDE-99999")
    assert "10个字符" in shown[0].text
    await chat.say(code)
    report = await filed(world, await finish(chat))
    history = await look(world, reports.history, report.id)
    earlier = await filed(world, f"编号：{code}\n查询口令：x")
    assert history[0].facts["earlier"] == earlier.id


async def test_a_report_on_inspectors_is_hidden_from_the_team(world: World) -> None:
    report = await filed(world, await file_by_code(world.chat("c"), category=INSPECTOR))
    assert (report.queue, report.hidden) == ("office", True)
    await bundled(world)
    assert not staff(world, "leader").heard


async def test_a_report_on_the_office_goes_to_the_leading_group(world: World) -> None:
    chat = world.chat("citizen")
    await until_identity(chat, "巡察办的人")
    report = await filed(world, await finish(chat))
    assert (report.queue, report.hidden, report.category) == ("leading", True, "inspector")
    await bundled(world)
    assert not staff(world, "office").heard
    assert staff(world, "leading").heard


async def test_a_report_on_the_leading_group_hears_first_where_else_to_write(world: World) -> None:
    chat = world.chat("citizen")
    await until_identity(chat, "领导小组的人")
    await chat.press("匿名")
    await chat.say(STORY)
    await chat.press("完成")
    await chat.press("其余跳过")
    assert chat.last.key == "intake.superior"
    assert "上一级" in chat.last.text
    assert "没有保存任何内容" in chat.last.text  # no key of the superior office is configured
    assert not any(x.startswith("仍要反映") for x in chat.last.labels)
    await chat.press("取消")
    assert await look(world, scopes.turned_away) == {("2026-03-02", "superior"): 1}


async def test_a_leading_group_seat_typed_by_name_hears_it_too(world: World) -> None:
    chat = world.chat("citizen")
    await until_identity(chat)
    await chat.press("匿名")
    await chat.say(STORY)
    await chat.press("完成")
    await chat.say("程望舒")
    await chat.press("其余跳过")
    assert chat.last.key == "intake.superior"
    await chat.press("取消")
    assert not any(staff(world, p).heard for p in ("office", "leading", "leader"))


@pytest.mark.parametrize(
    ("names", "queue", "hidden", "recused"),
    [
        ("沈予安，组长", "office", True, {"leader": False}),  # the assigned team's leader
        ("秦以宁", "leading", True, {"office": False}),  # somebody of the office
        ("俞北辰", "team", False, {"other": False}),  # another team's member: that one alone
        ("县委巡察办主任", "leading", True, {}),
        ("沈玉安", "office", False, {"leader": True}),  # one character off: doubt
        ("神雨暗", "office", False, {"leader": True}),  # sounds alike: doubt
        ("沈 予 安", "office", True, {"leader": False}),
        ("俞北晨", "team", False, {"other": True}),  # of another team: kept from it, no more
        ("秦一宁", "office", False, {"office": True}),  # a doubt about the office itself
        ("李四，镇长", "team", False, {}),
    ],
)
async def test_names_of_the_inspection_turn_the_way(
    world: World, names: str, queue: str, hidden: bool, recused: dict[str, bool]
) -> None:
    chat = world.chat("citizen")
    await until_identity(chat)
    report = await filed(world, await finish(chat, names=names))
    assert (report.queue, report.hidden) == (queue, hidden)
    assert await look(world, reports.recused, report.id) == recused
    for person, doubt in recused.items():
        del doubt
        assert not staff(world, person).heard


async def test_a_mention_in_the_account_recuses_without_accusing(world: World) -> None:
    chat = world.chat("citizen")
    await until_identity(chat)
    report = await filed(world, await finish(chat, story=f"{STORY}顾明川是镇长的表弟。"))
    assert report.queue == "team"
    assert await look(world, reports.recused, report.id) == {"member": False}
    await bundled(world)
    assert staff(world, "leader").heard
    assert not staff(world, "member").heard

    def queue(db: Session) -> list[Report]:
        return reports.in_queue(db, queues=["team"], stationing_ids=["s1"], person_id="member")

    assert await look(world, queue) == []


async def test_personal_matters_hear_first_where_to_go_and_may_insist(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    for label in ("我已阅读", "都不是", "个人诉求或其他", "我个人的诉求"):
        await chat.press(label)
    assert chat.last.key == "intake.elsewhere"
    assert "信访" in chat.last.text
    await chat.press("仍要反映")
    report = await filed(world, await finish(chat))
    assert (report.queue, report.category) == ("office", "unsure")
    assert report.reasons == ("person.insisted",)


async def test_who_leaves_after_the_advice_is_only_counted(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    for label in ("我已阅读", "都不是", "个人诉求或其他", "打官司", "取消"):
        await chat.press(label)
    assert await look(world, scopes.turned_away) == {("2026-03-02", "litigation"): 1}


async def test_outside_the_window_people_are_sent_elsewhere(world: World) -> None:
    world.now = day("2026-04-24T18:00:00")
    chat = world.chat("citizen")
    shown = await chat.start("s_s1")
    assert shown[0].key == "intake.outside"
    assert "已经截止" in shown[0].text
    for label in ("反馈的问题没有改", "打击报复", "反映巡视巡察工作人员", "仍要反映", "取消"):
        assert any(x.startswith(label) for x in shown[0].labels)
    await chat.press("取消")
    assert await look(world, scopes.turned_away) == {("2026-04-24", "window"): 1}


async def test_rectification_stays_open_outside_the_window(world: World) -> None:
    world.now = day("2026-06-01T09:00:00")
    chat = world.chat("citizen")
    await chat.start("u_qingshi")
    for label in ("反馈的问题没有改", "我已阅读", "不清楚"):
        await chat.press(label)
    assert chat.last.key == "intake.ask_identity"
    report = await filed(world, await finish(chat))
    assert (report.queue, report.category, report.unit_id) == (
        "office",
        "rectification",
        "qingshi",
    )


async def test_whoever_insists_outside_the_window_reaches_office_triage(world: World) -> None:
    world.now = day("2026-06-01T09:00:00")
    chat = world.chat("citizen")
    await chat.start("s_s1")
    for label in ("仍要反映", "我已阅读", "不清楚", "不清楚属于哪一类"):
        await chat.press(label)
    report = await filed(world, await finish(chat))
    assert (report.queue, report.stationing_id) == ("office", "")
    assert report.reasons == ("window.closed", "person.insisted")


async def test_a_draft_begun_before_the_window_closed_may_be_confirmed(world: World) -> None:
    world.now = day("2026-04-24T17:50:00")
    chat = world.chat("citizen")
    await until_identity(chat)
    world.now = day("2026-04-24T18:30:00")
    report = await filed(world, await finish(chat))
    assert (report.queue, report.stationing_id) == ("team", "s1")


async def test_every_filing_has_its_audit_row_and_its_history(world: World) -> None:
    report = await filed(world, await file_by_code(world.chat("c"), category=INTEGRITY))
    history = await look(world, reports.history, report.id)
    assert [(e.actor, e.what) for e in history] == [("citizen", "filed"), ("program", "marked")]
    assert history[0].facts["reasons"] == ["unit.one_mission"]

    def chained(db: Session) -> int:
        return audit.link(db)

    assert await look(world, chained) > 0


async def test_a_query_phrase_in_the_account_is_refused(world: World) -> None:
    chat = world.chat("citizen")
    code, phrase = receipt(await file_by_code(chat, category=INTEGRITY))
    await chat.say("/cancel")
    await until_identity(chat)
    await chat.press("匿名")
    await chat.say(f"{STORY}我上次的编号{code}，口令{phrase}")
    shown = await chat.press("完成")
    assert "查询口令" in shown[0].text
    assert shown[0].key == "intake.ask_account"


async def test_correcting_whom_turns_the_category_and_back(world: World) -> None:
    chat = world.chat("citizen")
    await until_identity(chat)
    await chat.press("匿名")
    await chat.say(STORY)
    await chat.press("完成")
    await chat.press("其余跳过")
    await chat.press("修改")
    await chat.press("反映谁")
    shown = await chat.press("巡察组的人")
    assert "反映巡视巡察工作人员" in shown[0].text
    await chat.press("修改")
    await chat.press("反映谁")
    shown = await chat.press("其他干部")
    assert shown[0].key == "intake.ask_group"  # the category is asked anew
    await chat.press(INTEGRITY[0])
    await chat.press(INTEGRITY[1])
    report = await filed(world, (await chat.press("确认提交"))[0].text)
    assert (report.queue, report.category, report.subject_kind) == ("team", "integrity", "cadre")
