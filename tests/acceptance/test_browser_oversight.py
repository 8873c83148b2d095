"""The second act by clicks: 立行立改 up to the 签收 of the unit, and the way between acts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.demo.acts import ACTS, OVERSIGHT
from bot.demo.run import link
from bot.demo.stage import Stage
from tests.acceptance.browser import needs_browser, opened, started, widths
from tests.acceptance.demo_hands import NARROW, WIDE, Hands, photograph

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_browser("the demo's second act by clicks: a text for the unit, its gate, its notice"),
]
ACCOUNT = "县城南敬老院从去年三月起每月向每位老人多收一百八十元伙食费，收据上只写“杂费”两个字。"
COPIED = "请核实每月向每位老人多收一百八十元伙食费一事，并限期改正。"
TEXT = "请对全县养老服务机构的全部收费项目和标准逐项公示，停止规定以外的收费，已经收取的如数退还。"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with started() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def stages(tmp_path: Path) -> AsyncIterator[list[Stage]]:
    opened_stages = []
    for act in ACTS:
        place = tmp_path / act.id
        place.mkdir()
        one = Stage(place, 0, act)
        await one.open()
        opened_stages.append(one)
    link(opened_stages)
    yield opened_stages
    for one in opened_stages:
        await one.close()


def root_of(stage: Stage) -> str:
    return f"http://127.0.0.1:{stage.program.port}"


async def file(hands: Hands) -> None:
    """A report about the county's leading body."""
    await hands.take("citizen")
    await hands.sees("反映问题须知")
    await hands.press("我已阅读", "领导班子（集体）", "群众身边的问题", "损害群众利益", "匿名")
    await hands.say(ACCOUNT)
    await hands.sees("已记下")
    await hands.press("完成", "其余跳过", "确认提交")
    await hands.sees("受理回执")
    await hands.press("跳过", "不用提醒")


async def write(hands: Hands) -> None:
    """The leader copies, sees it, writes anew, and has it confirmed by the office."""
    await hands.take("leader")
    await hands.press("我已阅读")
    await hands.sees("已记录您阅读了保密承诺")
    await hands.say("队列")
    await hands.press("打开1", "认领")
    await hands.sees("已认领")
    await hands.press("处置", "立行立改")
    for words in ("多位家属到访反映", "违反收费公示规定", "公示、退还即可解决"):
        await hands.say(words)
    await hands.press("跳过", "5个工作日")
    await hands.say(COPIED)
    await hands.sees("已记下")
    await hands.press("完成")
    await hands.sees("连续相同文字：“每月向每位老人多收一百八十元伙食费”")
    await hands.press("改写")
    await hands.sees("请重新拟写")
    await hands.say(TEXT)
    await hands.sees("已记下")
    await hands.press("完成")
    await hands.sees("与反映内容相同之处：0处")
    await hands.press("送另一人复核")
    await hands.sees("已送另一人复核")
    await hands.take("bureau")
    await hands.press("我已阅读", "查看", "确认看不出来源")
    await hands.sees("已确认，拟写人会收到提醒")
    await hands.press("由办公室决定使用")
    await hands.say("问题普遍，单位无从判断来源")
    await hands.sees("办公室决定已记录")


async def agree(hands: Hands) -> None:
    """Put, agreed to by the office, then by the leading group, which heard the city."""
    await hands.take("leader")
    await hands.say("队列")
    await hands.press("打开1", "处置", "立行立改", "提交审定")
    await hands.sees("拟处置意见已提交审定")
    await hands.take("bureau")
    await hands.say("队列")
    await hands.press("打开1", "同意")
    await hands.sees("转下一环节审定")
    await hands.take("leading")
    await hands.press("我已阅读")
    await hands.say("队列")
    await hands.press("打开1", "同意", "今天")
    await hands.sees("听取的方式和意见内容")
    await hands.say("市委表示支持，请县里立即办理")
    await hands.sees("已审定同意")


async def send(hands: Hands) -> None:
    """The notice leaves; the unit reads and signs."""
    await hands.take("bureau")
    await hands.say("/office")
    await hands.press("发立行立改通知", "发给单位")
    await hands.sees("已发给青溪县委")
    await hands.take("liaison")
    await hands.press("查看")
    await hands.sees(TEXT)
    await hands.press("签收")
    await expect(hands.phone.get_by_role("button", name="报送").last).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
async def test_a_text_for_the_unit_passes_its_gate_by_clicks(
    browser: Browser, stages: list[Stage], size: dict[str, int]
) -> None:
    root = root_of(stages[ACTS.index(OVERSIGHT)])
    async with opened(browser, root, size=size) as page:
        await page.goto(f"{root}/demo")
        hands = Hands(page)
        await file(hands)
        await write(hands)
        await agree(hands)
        await send(hands)
        assert await widths(page) == (size["width"], size["width"])
        liaison = page.frame_locator("[data-slot=liaison]")
        for trace in ("一百八十元", "敬老院", "损害群众利益", "新件"):
            await expect(liaison.get_by_text(trace)).to_have_count(0)
        if size is WIDE:
            await photograph(
                page,
                "demo-supervision.png",
                leader="连续相同文字",
                bureau="请确认：看了这段文字",
                leading="哪一天听取了市委意见",
            )


async def test_the_visitor_goes_from_one_act_to_the_other(
    browser: Browser, stages: list[Stage]
) -> None:
    first, second = (root_of(stage) for stage in stages)
    async with opened(browser, first, size=WIDE) as page:
        await page.goto(f"{first}/demo")
        way = page.get_by_role("navigation", name="选择一幕")
        await expect(way.locator("[aria-current=page]")).to_have_text("一 · 反映与整改")
        address = await way.get_by_role("link", name="二 · 立行立改与督办").get_attribute("href")
        assert address == f"{second}/demo"
    async with opened(browser, second, size=WIDE) as page:
        await page.goto(f"{second}/demo")
        now = page.get_by_role("navigation", name="选择一幕").locator("[aria-current=page]")
        await expect(now).to_have_text("二 · 立行立改与督办")
        await expect(page.locator("iframe[data-slot]")).to_have_count(5)
