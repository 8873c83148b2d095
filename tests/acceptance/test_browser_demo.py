"""The demo as a newcomer meets it: the real program, four phones, the story played by clicks."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FrameLocator, Page, expect

from bot.demo.stage import Stage
from tests.acceptance.browser import needs_browser, opened, started, widths

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_browser("the demo's story by clicks: report, claim, feedback, signing, next reminder"),
]
WIDE, NARROW = {"width": 1500, "height": 1000}, {"width": 390, "height": 844}
SHOTS = {1500: "demo.png", 390: "demo-phone.png"}
TABS = {"citizen": "群众", "member": "组员", "office": "巡察办", "liaison": "单位联络员"}
SCROLL = """node => {
  const log = document.getElementById("log");
  log.scrollTop = node.closest(".item").offsetTop - log.offsetTop - 12;
}"""
ACCOUNT = "去年九月，镇里修东坡水渠，施工队把三百二十方石料报成六百方，多出的钱进了亲戚的砂石厂。"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with started() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    one = Stage(tmp_path, 0)
    await one.open()
    yield one
    await one.close()


class Hands:
    """Clicks and types on one of the phones; on a narrow screen through its tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.phone: FrameLocator = page.frame_locator("[data-slot=citizen]")

    async def take(self, slot: str) -> None:
        """Take a phone in hand."""
        tab = self.page.get_by_role("tab", name=TABS[slot], exact=True)
        if await tab.is_visible():
            await tab.click()
        self.phone = self.page.frame_locator(f"[data-slot={slot}]")

    async def press(self, *labels: str) -> None:
        """Press the newest button of each label, one after the other."""
        for label in labels:
            await self.phone.get_by_role("button", name=label, exact=True).last.click()

    async def say(self, text: str) -> None:
        """Type and send."""
        await self.phone.get_by_label("输入内容").fill(text)
        await self.phone.get_by_role("button", name="发送").click()

    async def sees(self, words: str) -> None:
        """The newest message with these words is in sight."""
        await expect(self.phone.get_by_text(words).last).to_be_visible()


async def file(hands: Hands) -> None:
    """The citizen, from the notice to the receipt."""
    await hands.take("citizen")
    await hands.sees("反映问题须知")
    await hands.press("我已阅读", "主要负责人（一把手）", "党员干部违纪问题")
    await hands.press("收钱收物、以权谋私", "匿名")
    await hands.sees("请把经过写清楚")
    await hands.say(ACCOUNT)
    await hands.sees("已记下")
    await hands.press("完成", "其余跳过", "确认提交")
    await hands.sees("受理回执")
    await hands.press("跳过", "不用提醒")
    await hands.sees("需要时请用编号和口令查询")


async def claim(hands: Hands) -> None:
    """The member: a card without content, the queue, the words."""
    await hands.take("member")
    await hands.press("我已阅读")
    await hands.page.get_by_role("button", name="+1 天").click()
    await hands.sees("队列里有1件新件")
    await hands.say("队列")
    await hands.press("打开1", "认领")
    await hands.sees("已认领")
    await hands.press("查看")
    await hands.sees("三百二十方石料")


async def deliver(hands: Hands) -> None:
    """The office records that the feedback was delivered."""
    await hands.take("office")
    await hands.press("我已阅读")
    await hands.say("/office")
    await hands.press("登记反馈", "青石镇党委 · 县委第一巡察组", "同意")
    await hands.sees("请写明批准人")
    await hands.say("县委书记专题会议同意，纪要〔2026〕7号")
    await hands.press("今天", "确认提交")
    await hands.sees("签收提示已发出")


async def sign(hands: Hands) -> None:
    """The liaison signs, and is reminded."""
    await hands.take("liaison")
    await hands.press("签收")
    await hands.sees("应于2026年5月11日前报送")
    await hands.page.get_by_role("button", name="到下一次提醒").click()
    await hands.sees("2026年4月10日提醒")
    unseen = hands.phone.get_by_role("button", name="有新消息")
    if await unseen.is_visible():
        await unseen.click()
    reminder = hands.phone.get_by_text("2026年4月10日提醒")
    await expect(reminder).to_be_in_viewport()
    await expect(hands.page.locator("#now")).to_contain_text("2026年4月10日")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
async def test_the_story_begins_by_clicks_and_the_next_reminder_comes(
    browser: Browser, stage: Stage, size: dict[str, int]
) -> None:
    root = f"http://127.0.0.1:{stage.program.port}"
    async with opened(browser, root, size=size) as page:
        await page.goto(f"{root}/demo")
        hands = Hands(page)
        await file(hands)
        await claim(hands)
        await deliver(hands)
        await sign(hands)
        assert await widths(page) == (size["width"], size["width"])
        liaison = page.frame_locator("[data-slot=liaison]")
        for trace in (ACCOUNT[5:12], "收钱收物", "新件"):
            await expect(liaison.get_by_text(trace)).to_have_count(0)
        await photograph(page, size["width"])


async def photograph(page: Page, width: int) -> None:
    """The pictures of the README, where JIANJIAN_SHOTS names their folder."""
    if folder := os.environ.get("JIANJIAN_SHOTS"):
        for slot, words in (("citizen", "请核对。提交后"), ("member", "〔经过〕")):
            bubble = page.frame_locator(f"[data-slot={slot}]").get_by_text(words).last
            await bubble.evaluate(SCROLL)
        await page.mouse.move(0, 0)
        await page.screenshot(path=Path(folder) / SHOTS[width])
