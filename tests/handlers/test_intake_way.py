"""From a unit's QR to the receipt: few inputs, every way in, nothing forced, nothing lost."""

import re

import pytest

from storage import report_texts, reports
from storage.reports import Report
from tests.handlers.citizens import (
    INTEGRITY,
    ROUTES,
    STORY,
    bundled,
    file_by_code,
    look,
    receipt,
    settle,
    staff,
)
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import World


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    return await settle(make_world(ROUTES))


async def filed(world: World, text: str) -> Report:
    code, _ = receipt(text)
    vault = world.kit.vault
    report = await look(world, lambda db: reports.by_code(db, vault, code.replace("-", "")))
    assert report is not None
    return report


async def words(world: World, report: Report) -> dict[str, str]:
    vault = world.kit.vault
    parts = await look(world, lambda db: report_texts.of(db, vault, report.id))
    return {p.field: p.text for p in parts}


async def test_from_qr_to_receipt_takes_at_most_ten_inputs(world: World) -> None:
    chat = world.chat("citizen")
    text = await file_by_code(chat, category=INTEGRITY)
    assert chat.inputs <= 10
    report = await filed(world, text)
    assert (report.queue, report.team_id, report.stationing_id) == ("team", "a", "s1")
    assert (report.category, report.named, report.state) == ("integrity", False, "submitted")
    assert await words(world, report) == {"account": STORY}


async def test_the_team_hears_of_it_without_a_word_of_content(world: World) -> None:
    await file_by_code(world.chat("citizen"), category=INTEGRITY)
    await bundled(world)
    told = staff(world, "leader").heard + staff(world, "member").heard
    assert told
    assert not staff(world, "other").heard
    for shown in told:
        assert "石料" not in shown.text
        assert "青石" not in shown.text


async def test_the_account_may_come_first_in_several_messages_with_a_photo(world: World) -> None:
    chat = world.chat("citizen")
    await chat.say("我要说一件事，" + STORY)
    await chat.send_file("照片.jpg", kind="photo")
    await chat.say("第二段：大家都知道。")
    await chat.press("完成")
    await chat.press("青石镇党委")
    await chat.press("我已阅读")
    await chat.press("领导班子")
    await chat.press("不清楚属于哪一类")
    await chat.press("匿名")
    await chat.press("其余跳过")
    assert "1个文件" in chat.last.text
    shown = await chat.press("确认提交")
    report = await filed(world, shown[0].text)
    assert (await words(world, report))[
        "account"
    ] == f"我要说一件事，{STORY}\n第二段：大家都知道。"


async def test_a_voice_alone_is_an_account_and_is_warned_about(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("u_qingshi")
    for label in ("我已阅读", "不清楚", "不清楚属于哪一类", "匿名"):
        await chat.press(label)
    shown = await chat.send_file("", kind="voice")
    assert "听出来" in shown[0].text
    await chat.press("完成")
    await chat.press("其余跳过")
    shown = await chat.press("确认提交")
    assert shown[0].key == "receipt.anonymous"


async def test_a_short_account_gets_advice_once_and_not_a_wall(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    for label in ("我已阅读", "不清楚", "不清楚属于哪一类", "匿名"):
        await chat.press(label)
    await chat.say("镇长收钱")
    shown = await chat.press("完成")
    assert "建议补充时间" in shown[0].text
    shown = await chat.press("完成")
    assert "姓名和职务" in shown[0].text


async def test_an_overlong_account_is_kept_whole(world: World) -> None:
    story = "水渠的事。" * 1500
    text = await file_by_code(world.chat("citizen"), category=INTEGRITY, story=story)
    assert (await words(world, await filed(world, text)))["account"] == story


@pytest.mark.parametrize("blank", ["   ", "\u200b\u200b", "\u202e", "👍👍"])
async def test_an_empty_account_is_asked_for_again(world: World, blank: str) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    for label in ("我已阅读", "不清楚", "不清楚属于哪一类", "匿名"):
        await chat.press(label)
    shown = await chat.say(blank)
    assert "重新输入" in shown[0].text
    shown = await chat.press("完成")
    assert shown[0].key == "intake.ask_account"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("青石镇党委", "notice.must_read"),
        ("青石镇", "notice.must_read"),  # alias
        ("qingshizhen", "notice.must_read"),  # pinyin
        ("qsz", "notice.must_read"),  # initials
        ("清石镇党委", "notice.must_read"),  # one typo
        ("青石镇党委员会", "notice.must_read"),
        ("1", "notice.must_read"),
        ("火星", "intake.ask_unit"),
        ("柳", "intake.ask_unit"),
        ("水务局", "intake.outside"),
    ],
)
async def test_a_unit_is_found_by_what_people_type(world: World, typed: str, answer: str) -> None:
    chat = world.chat("citizen")
    await chat.say("举报")
    shown = await chat.say(typed)
    assert shown[0].key == answer


async def test_two_close_units_are_asked_back(world: World) -> None:
    chat = world.chat("citizen")
    await chat.say("举报")
    shown = await chat.say("柳树镇党委")
    assert shown[0].key == "intake.ask_unit"
    assert {x for x in shown[0].labels if x.startswith("柳")} == {"柳溪镇党委", "柳林镇党委"}
    shown = await chat.press("柳林镇党委")
    assert "柳林镇党委" in shown[0].text


async def test_an_unknown_unit_goes_to_the_office(world: World) -> None:
    chat = world.chat("citizen")
    await chat.say("举报")
    await chat.press("不知道单位")
    for label in ("我已阅读", "都不是", "不清楚属于哪一类", "匿名"):
        await chat.press(label)
    await chat.say(STORY)
    await chat.press("完成")
    await chat.press("其余跳过")
    shown = await chat.press("确认提交")
    report = await filed(world, shown[0].text)
    assert (report.queue, report.reasons[0]) == ("office", "unit.unknown")


@pytest.mark.parametrize("payload", ["u_nowhere", "s_nothing", "x_1", "u_", "🙂"])
async def test_an_unknown_entrance_says_what_to_do_and_changes_nothing(
    world: World, payload: str
) -> None:
    chat = world.chat("citizen")
    shown = await chat.start(payload)
    assert shown[0].key == "intake.unknown_entrance"
    assert "举报" in shown[0].text
    assert (await chat.say("完成"))[0].key == "greeting.plain"


async def test_any_single_answer_can_be_corrected_from_the_review(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    for label in ("我已阅读", "主要负责人", "群众身边", "不作为", "匿名"):
        await chat.press(label)
    await chat.say(STORY)
    await chat.press("完成")
    await chat.say("李四，镇长")
    await chat.press("其余跳过")
    await chat.press("修改")
    await chat.press("姓名职务")
    shown = await chat.say("李五，镇长")
    assert "李五" in shown[0].text
    assert "李四" not in shown[0].text
    await chat.press("修改")
    await chat.press("类型")
    await chat.press("党员干部违纪问题")
    shown = await chat.press("收钱收物")
    assert "收钱收物" in shown[0].text
    text = (await chat.press("确认提交"))[0].text
    report = await filed(world, text)
    assert report.category == "integrity"
    assert (await words(world, report))["names"] == "李五，镇长"


async def test_a_named_report_keeps_the_name_in_its_own_compartment(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    for label in ("我已阅读", "主要负责人", "群众身边", "不作为", "实名"):
        await chat.press(label)
    await chat.say("周晓")
    await chat.say("13800000000")
    await chat.press("其余跳过")
    await chat.say(STORY)
    await chat.press("完成")
    shown = await chat.press("其余跳过")
    assert "周晓" not in shown[0].text
    shown = await chat.press("确认提交")
    assert shown[0].key == "receipt.real_name"
    assert "后四位" in shown[0].text
    report = await filed(world, shown[0].text)
    assert report.named
    assert "周晓" not in str(await words(world, report))


async def test_cancelling_keeps_nothing(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    await chat.press("我已阅读")
    shown = await chat.press("取消")
    assert "没有保存" in shown[0].text
    shown = await chat.say("举报")
    assert shown[0].key == "intake.ask_unit"


async def test_a_draft_goes_on_where_it_was_and_expires_after_a_day(world: World) -> None:
    chat = world.chat("citizen")
    await chat.start("s_s1")
    await chat.press("我已阅读")
    world.pass_time(hours=23)
    shown = await chat.say("举报")
    assert "没有填完" in shown[0].text
    assert "主要反映谁" in shown[0].text
    world.pass_time(hours=25)
    shown = await chat.say("举报")
    assert "超过保存时间" in shown[0].text
    assert shown[0].key == "intake.ask_unit"


async def test_the_receipt_comes_once_and_the_proof_can_be_given_or_skipped(world: World) -> None:
    chat = world.chat("citizen")
    text = await file_by_code(chat, category=INTEGRITY)
    _, phrase = receipt(text)
    assert chat.last.key == "receipt.ask_proof"
    places = [int(n) for n in re.findall(r"第(\d+)个", chat.last.text)]
    shown = await chat.say("错错")
    assert "对不上" in shown[0].text
    assert phrase not in shown[0].text
    shown = await chat.say("".join(phrase[n - 1] for n in places))
    assert shown[0].key == "receipt.ask_push"
    assert shown[0].labels[0] == "不用提醒"
    shown = await chat.press("不用提醒")
    assert shown[0].key == "receipt.end"
    assert all(phrase not in s.text for s in chat.heard if s.key != "receipt.anonymous")


async def test_the_chat_forgets_what_it_filed(world: World) -> None:
    chat = world.chat("citizen")
    text = await file_by_code(chat, category=INTEGRITY)
    code, _ = receipt(text)
    await chat.press("跳过")
    await chat.press("不用提醒")
    for word in ("你好", "查询", "帮助", "举报"):
        shown = await chat.say(word)
        assert code not in shown[0].text
        if word in ("查询", "举报"):
            await chat.say("/cancel")


async def test_many_reports_a_day_are_kept_and_politely_told(world: World) -> None:
    chat = world.chat("citizen")
    limit = int(world.kit.rules.settings["intake.reports_per_day"])
    for _ in range(limit):
        text = await file_by_code(chat, category=INTEGRITY)
        assert "次数较多" not in text
        await chat.say("/cancel")
    text = await file_by_code(chat, category=INTEGRITY)
    assert "次数较多" in text
    assert (await filed(world, text)).queue == "team"


async def test_a_bound_chat_is_sent_to_a_private_account(world: World) -> None:
    shown = await staff(world, "liaison").say("举报")
    assert shown[0].key == "intake.bound_chat"


async def test_english_readers_get_english_categories(world: World) -> None:
    chat = world.chat("citizen")
    await chat.say("/language en")
    await chat.start("s_s1")
    await chat.press("I have read")
    await chat.press("Not sure")
    assert "Misconduct of officials" in chat.last.labels
