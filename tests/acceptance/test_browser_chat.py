"""The chat page in a real Chromium: keys, reloads, restarts, files, languages, the way out."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.channels.base import Rendered
from handlers.messages import Kind
from storage import mailbox
from storage.base import Session
from tests.acceptance.browser import DESK, PHONE, needs_browser, opened, started, widths
from tests.channels.webchat_stage import Stage, buttons, staged

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_browser("the chat page: keyboard, reload, restart, files, languages, quick exit"),
]
MEMORY = "Object.keys(sessionStorage).length + Object.keys(localStorage).length"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with started() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path, burst=100) as one:
        yield one


async def every_session_ends(stage: Stage) -> None:
    """Let their days pass; a page counts as open until the server has seen its line end."""

    def left(db: Session) -> int:
        return len(db.all("mailbox.sessions_idle", lent_before=2**40, own_before=2**40))

    async with asyncio.timeout(20):
        while await stage.storage.read(left):
            stage.clock.advance(days=2)
            await stage.channel.sweep()


async def enter(page: Page, stage: Stage, path: str = "/") -> None:
    """Open the page and wait for the first question."""
    await page.goto(stage.root + path)
    await expect(page.get_by_role("button", name="举报")).to_be_visible()


async def say(page: Page, text: str) -> None:
    """Type and press Enter."""
    await page.get_by_label("输入内容").fill(text)
    await page.keyboard.press("Enter")


async def test_a_deep_link_speaks_once_and_leaves_the_address_bar(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage, "/?s=s_north")
        assert page.url == stage.root + "/"
        await page.goto(stage.root + "/#bind_secret123")
        await page.reload()
        await expect(page.get_by_text("[bind_secret123]")).to_be_visible()
        assert "bind" not in page.url
        await page.reload()
        await expect(page.get_by_text("[bind_secret123]")).to_have_count(1)
    assert [e.text for e in stage.talk.events] == ["s_north", "bind_secret123"]


async def test_the_whole_talk_works_by_keyboard_alone(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage.root, size=DESK) as page:
        await enter(page, stage)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="跳到输入框")).to_be_focused()
        button = page.get_by_role("button", name="查询")
        for _ in range(12):
            await page.keyboard.press("Tab")
            if await button.evaluate("node => node === document.activeElement"):
                break
        await expect(button).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("您选了 nonce0:2")).to_be_visible()
        await expect(page.get_by_role("button", name="匿名")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await expect(page.get_by_text("您选了 nonce0:2")).to_have_count(2)
        for _ in range(6):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.id") == "entry":
                break
        await page.keyboard.type("第一行")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("第二行")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("已记下：第一行")).to_be_visible()
        await expect(page.get_by_label("输入内容")).to_be_focused()
    assert stage.talk.texts() == ["第一行\n第二行"]


async def test_enter_in_the_middle_of_pinyin_sends_nothing(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        entry = page.get_by_label("输入内容")
        await entry.fill("zhong")
        await entry.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
        await expect(entry).to_have_value("zhong")
        await entry.fill("中")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("已记下：中")).to_be_visible()
    assert stage.talk.texts() == ["中"]


async def test_the_page_tells_a_screen_reader_what_it_needs(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        log = page.get_by_role("log", name="对话")
        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(log).to_have_attribute("aria-busy", "false")
        await expect(page.get_by_role("status")).to_have_text("已连接")
        await expect(page.get_by_role("group", name="可选的回答")).to_be_visible()
        unnamed = await page.evaluate(
            "[...document.querySelectorAll('button, input, textarea, a')].filter((n) =>"
            " !n.hidden && !(n.textContent.trim() || n.ariaLabel || n.labels?.length)).length"
        )
        assert unnamed == 0
        assert await page.evaluate("document.documentElement.lang") == "zh-CN"


async def test_a_tick_shows_only_what_the_server_has_stored(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        stage.talk.fails = 1
        await say(page, "要紧的话")
        await expect(page.get_by_text("等待发送")).to_be_visible()
        await expect(page.locator(".mine.sent")).to_have_count(0)
        await expect(page.locator(".mine.sent")).to_have_count(1)
    assert stage.talk.texts() == ["要紧的话"]


async def test_a_reload_shows_both_sides_again_in_order(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await page.get_by_role("button", name="举报").click()
        await expect(page.get_by_text("您选了")).to_be_visible()
        await say(page, "说明")
        await expect(page.get_by_text("已记下：说明")).to_be_visible()
        before = await page.locator(".bubble").all_inner_texts()
        await page.get_by_label("输入内容").fill("还没有写完的话")
        await page.reload()
        await expect(page.get_by_text("已记下：说明")).to_be_visible()
        assert await page.locator(".bubble").all_inner_texts() == before
        assert before[1:4] == ["举报", "您选了 nonce0:1", "说明"]
        await expect(page.get_by_label("输入内容")).to_have_value("还没有写完的话")
    assert len(stage.talk.events) == 3


async def test_a_restart_of_the_server_loses_and_doubles_nothing(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await stage.stop()
        await expect(page.locator("#state[data-state=away]")).to_be_visible()
        await say(page, "断线时写的")
        await expect(page.get_by_text("等待发送")).to_be_visible()
        await stage.start()
        await expect(page.get_by_text("已记下：断线时写的")).to_be_visible()
        await expect(page.locator(".mine.sent")).to_have_count(1)
        await say(page, "接着说")
        await expect(page.get_by_text("已记下：接着说")).to_be_visible()
    assert stage.talk.texts() == ["断线时写的", "接着说"]


async def test_a_message_that_comes_while_the_page_is_away_waits_for_it(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        chat = stage.talk.events[0].address.chat
        await page.context.set_offline(True)
        await page.goto("about:blank")
        await stage.channel.send(chat, Rendered(text="有答复了"))
        await page.context.set_offline(False)
        await page.goto(stage.root)
        await expect(page.get_by_text("有答复了")).to_be_visible()


async def test_deleted_messages_disappear_from_both_sides(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await say(page, "要清除的话")
        await expect(page.get_by_text("已记下：要清除的话")).to_be_visible()
        event = stage.talk.events[-1]
        await stage.channel.delete(event.address.chat, ["m1", "m2", event.message_id])
        await expect(page.locator(".bubble")).to_have_count(0)
        await page.reload()
        await expect(page.locator("#state[data-state=ready]")).to_be_visible()
        await expect(page.locator(".bubble")).to_have_count(0)


async def test_numbers_stand_on_the_buttons_of_the_open_question_only(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await say(page, "1")
        await expect(page.get_by_text("已记下：1")).to_be_visible()
        await expect(page.locator(".choices.numbered")).to_have_count(1)
        await expect(page.locator(".item.past .choices.numbered")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, {"width": 320, "height": 568}])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_phone_never_scrolls_sideways(
    browser: Browser, stage: Stage, size: dict[str, int], language: str
) -> None:
    async with opened(browser, stage.root, size=size) as page:
        await enter(page, stage)
        await say(page, "长" * 300 + "x" * 300 + " https://example.org/" + "y" * 200)
        await expect(page.get_by_text("已记下")).to_be_visible()
        if language == "en":
            await page.get_by_role("button", name="Switch to English").click()
            await expect(page.get_by_role("button", name="Send")).to_be_visible()
        content, window = await widths(page)
        assert content <= window == size["width"]
        box = await page.locator("#send").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= size["width"]
        assert box["height"] >= 40


async def test_the_language_switches_in_place_and_back(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await page.get_by_label("输入内容").fill("draft")
        await page.get_by_role("button", name="Switch to English").click()
        await expect(page.get_by_role("heading")).to_have_text("Report online")
        await expect(page.get_by_role("status")).to_have_text("Connected")
        await expect(page.get_by_label("Your message")).to_have_value("draft")
        assert await page.evaluate("document.documentElement.lang") == "en"
        await page.keyboard.press("Escape")
        await page.locator("#entry").press("Enter")
        await expect(page.get_by_text("Received")).to_be_visible()
        assert stage.talk.events[-1].locale == "en"
        await page.reload()
        await expect(page.get_by_role("heading")).to_have_text("Report online")
        await page.get_by_role("button", name="切换为中文").click()
        await expect(page.get_by_role("heading")).to_have_text("网上反映渠道")
        await expect(page.get_by_text("已收到")).to_be_visible()


async def test_files_go_up_by_button_and_arrive_whole(browser: Browser, stage: Stage) -> None:
    content = bytes(range(256)) * 4_000
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        files = [
            {"name": "合同照片.jpg", "mimeType": "image/jpeg", "buffer": content},
            {"name": "说明.txt", "mimeType": "text/plain", "buffer": b"x"},
        ]
        await page.locator("#files").set_input_files(files)  # type: ignore[arg-type]
        await expect(page.get_by_text("已收到文件 说明.txt")).to_be_visible()
        await expect(page.locator(".mine.sent")).to_have_count(2)
        await expect(page.locator("#tray li")).to_have_count(0)
    assert stage.talk.files["合同照片.jpg"] == hashlib.sha256(content).hexdigest()
    assert [e.kind for e in stage.talk.events] == [Kind.START, Kind.FILE, Kind.FILE]


async def test_files_go_up_by_dropping_them(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        carried = await page.evaluate_handle(
            "() => { const d = new DataTransfer();"
            " d.items.add(new File(['内容'], '材料.pdf', {type: 'application/pdf'})); return d; }"
        )
        await page.dispatch_event("body", "dragenter", {"dataTransfer": carried})
        await expect(page.get_by_text("松开即可添加")).to_be_visible()
        await page.dispatch_event("body", "drop", {"dataTransfer": carried})
        await expect(page.get_by_text("松开即可添加")).to_be_hidden()
        await expect(page.get_by_text("已收到文件 材料.pdf")).to_be_visible()


async def test_a_file_over_the_limit_is_named_and_not_sent(
    browser: Browser, tmp_path: Path
) -> None:
    async with (
        staged(tmp_path, file_bytes_max=1_000) as stage,
        opened(browser, stage.root) as page,
    ):
        await enter(page, stage)
        big = {"name": "大文件.mp4", "mimeType": "video/mp4", "buffer": b"x" * 1_001}
        await page.locator("#files").set_input_files(big)  # type: ignore[arg-type]
        await expect(page.get_by_role("alert")).to_contain_text("“大文件.mp4”超过 1 KB")
        assert [e.kind for e in stage.talk.events] == [Kind.START]


@pytest.mark.parametrize("way", ["button", "keys"])
async def test_the_quick_exit_leaves_no_trace(browser: Browser, stage: Stage, way: str) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await say(page, "不想被人看到")
        await expect(page.locator(".mine.sent")).to_have_count(1)
        chat = stage.talk.events[0].address.chat
        if way == "button":
            await page.get_by_role("button", name="快速离开").click()
        else:
            await page.keyboard.press("Escape")
            await page.keyboard.press("Escape")
        await page.wait_for_url("**/calm")
        assert await page.title() == "日历"
        assert await page.evaluate(MEMORY) == 0
        await page.go_back()
        await expect(page.get_by_text("不想被人看到")).to_have_count(0)
    async with asyncio.timeout(10):
        while await stage.storage.read(lambda db: db.one("mailbox.session", session=chat)):
            pass
    assert await stage.storage.read(lambda db: mailbox.gone(db, chat)) == []


async def test_one_escape_alone_does_nothing(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await page.keyboard.press("Escape")
        await say(page, "还在")
        await expect(page.get_by_text("已记下：还在")).to_be_visible()


@pytest.mark.parametrize("own", [False, True])
async def test_closing_the_page_forgets_unless_it_is_ones_own_device(
    browser: Browser, stage: Stage, own: bool
) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        if own:
            await page.get_by_label("自己的设备").check()
        await say(page, "记得我吗")
        await expect(page.locator(".mine.sent")).to_have_count(1)
        again = await page.context.new_page()
        await page.close()
        await again.goto(stage.root)
        await expect(again.locator("#state[data-state=ready]")).to_be_visible()
        await expect(again.get_by_text("您好").first).to_be_visible()
        await expect(again.get_by_text("已记下：记得我吗")).to_have_count(int(own))
        if own:
            await again.get_by_label("自己的设备").uncheck()
            assert await again.evaluate("Object.keys(localStorage).length") == 0


async def test_a_session_that_ended_says_so_and_begins_anew(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await page.goto("about:blank")
        await every_session_ends(stage)
        await page.goto(stage.root)
        await expect(page.get_by_text("之前的对话已经结束")).to_be_visible()
        await expect(page.get_by_role("button", name="举报")).to_be_visible()


async def test_a_very_long_text_arrives_whole_in_several_messages(
    browser: Browser, stage: Stage
) -> None:
    text = "".join(f"第{n}句话，说得很细。" for n in range(5_000))
    async with opened(browser, stage.root) as page:
        await enter(page, stage)
        await say(page, text)
        parts = -(-len(text) // 20_000)
        await expect(page.locator(".mine.sent")).to_have_count(parts)
    assert "".join(stage.talk.texts()) == text


async def test_a_long_answer_is_shown_from_its_beginning_and_a_reader_is_left_alone(
    browser: Browser, stage: Stage
) -> None:
    long = Rendered(text="\n".join(f"第{n}段" for n in range(80)), buttons=buttons("我已阅读"))
    stage.talk.answers = (long,)
    async with opened(browser, stage.root) as page:
        await page.goto(stage.root)
        await expect(page.get_by_text("第0段")).to_be_in_viewport()
        await say(page, "请再说一遍")
        await expect(page.locator(".bubble", has_text="请再说一遍")).to_be_in_viewport()
        await expect(page.locator(".theirs")).to_have_count(2)
        await expect(page.locator(".mine")).to_be_in_viewport()
        await page.mouse.move(100, 300)
        await page.mouse.wheel(0, -9_000)
        await page.wait_for_function("document.getElementById('log').scrollTop === 0")
        await stage.channel.send(stage.talk.events[0].address.chat, Rendered(text="有新消息来"))
        await page.get_by_role("button", name="有新消息").click()
        await expect(page.get_by_text("有新消息来")).to_be_in_viewport()
