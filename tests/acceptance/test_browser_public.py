"""The public page and the supervision board in a real Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.acceptance.browser import DESK, PHONE, needs_browser, opened, started, widths
from tests.acceptance.public_stage import PublicStage, staged_public
from tests.handlers.public_house import clock

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_browser("the public page with what is published, the supervision board"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with started() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def stage(tmp_path: Path) -> AsyncIterator[PublicStage]:
    async with staged_public(tmp_path) as made:
        clock(made.world, "2026-03-16")
        await made.signed()
        yield made


async def fill(stage: PublicStage) -> None:
    """Something of every kind on the public page."""
    await stage.public(
        "notice", "联系电话：0554-1234567（每日8:30至17:30）\n意见箱：镇政府一楼大厅"
    )
    clock(stage.world, "2026-05-20")
    await stage.public("feedback", "反馈指出：一、学习贯彻不够深入。二、财务管理不够规范。\n" * 4)
    clock(stage.world, "2026-09-20")
    await stage.public("rectification", "整改已完成。", "https://www.example.gov.cn/notice/1")


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_public_page_is_legible_without_scripts(
    browser: Browser, stage: PublicStage, size: dict[str, int], scheme: str
) -> None:
    await fill(stage)
    async with opened(
        browser, stage.root, size=size, color_scheme=scheme, java_script_enabled=False
    ) as page:
        await page.goto(f"{stage.root}/p/s1")
        await expect(page.get_by_role("heading", name="反馈情况")).to_be_visible()
        await expect(page.get_by_role("heading", name="整改情况")).to_be_visible()
        await expect(page.get_by_role("link", name="查看原文")).to_be_visible()
        follow = page.locator(".follow a")
        await expect(follow).to_have_count(1)
    async with opened(browser, stage.root, size=size) as page:
        await page.goto(f"{stage.root}/p/s1")
        assert await widths(page) == (size["width"], size["width"])
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("heading", name="Rectification")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_the_board_opens_by_one_tap_and_leads_from_a_cell_to_its_duties(
    browser: Browser, stage: PublicStage, size: dict[str, int]
) -> None:
    clock(stage.world, "2026-06-01")
    link = await stage.board_link()
    async with opened(browser, stage.root, size=size) as page:
        await page.goto(link)
        await page.get_by_role("button", name="打开").click()
        await expect(page.locator("main.board")).to_be_visible()
        assert "#" not in page.url
        cell = page.locator("a.cell").first
        target = await cell.get_attribute("href")
        await cell.click()
        await expect(page.locator(str(target))).to_be_in_viewport()
        assert await widths(page) == (size["width"], size["width"])
        await expect(page.locator("svg.timeline")).to_have_count(
            await page.locator("section.mission").count()
        )


async def test_a_tap_sends_the_prepared_text_and_says_so(
    browser: Browser, stage: PublicStage
) -> None:
    clock(stage.world, "2026-06-01")
    link = await stage.board_link()
    async with opened(browser, stage.root, size=DESK, accept_downloads=True) as page:
        await page.goto(link)
        await page.get_by_role("button", name="打开").click()
        offer = page.locator("details.offer").first
        await offer.locator("summary").click()
        await expect(offer.locator(".text")).to_contain_text("【催办】青石镇党委")
        await offer.get_by_role("textbox").fill("请于本周五前报送")
        await offer.get_by_role("button", name="发出").click()
        await expect(offer.get_by_role("status")).to_have_text("已发出")
        await page.reload()
        await page.goto(await stage.board_link())
        await page.get_by_role("button", name="打开").click()
        async with page.expect_download() as waiting:
            await page.get_by_role("button", name="下载表格").click()
        download = await waiting.value
        assert download.suggested_filename == "提醒记录.xlsx"


async def test_a_used_link_says_where_a_new_one_comes_from(
    browser: Browser, stage: PublicStage
) -> None:
    link = await stage.board_link()
    for words in ("督办台", "这个链接已经用过"):
        async with opened(browser, stage.root) as page:
            await page.goto(link)
            await page.get_by_role("button", name="打开").click()
            await expect(page.get_by_text(words).first).to_be_visible()
