"""The demo as a newcomer meets it: the real program, four phones, the story played by clicks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.demo.acts import ACTS, REPORT
from bot.demo.page import Link
from bot.demo.stage import Stage
from tests.acceptance.browser import needs_browser, opened, started, widths
from tests.acceptance.demo_hands import NARROW, WIDE, Hands, photograph

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_browser("the demo's story by clicks: report, claim, feedback, signing, next reminder"),
]
SHOTS = {1500: "demo.png", 390: "demo-phone.png"}
ACCOUNT = "去年九月，镇里修东坡水渠，施工队把三百二十方石料报成六百方，多出的钱进了亲戚的砂石厂。"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with started() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    one = Stage(tmp_path, 0)
    one.acts = tuple(
        Link(title=act.title, address="" if act is REPORT else "/demo") for act in ACTS
    )
    await one.open()
    yield one
    await one.close()


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
        await photograph(page, SHOTS[size["width"]], citizen="请核对。提交后", member="〔经过〕")
