"""The demo page, one-time reading and the public notice in a real Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.channels.base import Rendered
from bot.demo.page import ClockView, DemoParts, DemoView, Phone
from bot.web.origin import Door
from bot.web.pages import Download, Entrance, NoticePage, ReadFile, ReadPage, ReadPart
from tests.acceptance.browser import DESK, PHONE, needs_browser, opened, started, widths
from tests.channels.webchat_stage import TEXTS, Stage, buttons, free_port, staged

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    needs_browser("the demo page with its four phones, one-time reading, the public notice"),
]
SLOTS = ("citizen", "member", "office", "liaison")
TOKEN = "token-0123456789"


class Scene:
    """What the demo and the pages are given: a clock, four phones, one page to read once."""

    def __init__(self) -> None:
        self.day = 2
        self.reads: list[str] = []

    async def phones(self) -> list[Phone]:
        """All four."""
        return [Phone(slot=slot, person="某某", start=f"bind_{slot}") for slot in SLOTS]

    async def look(self) -> ClockView:
        """Where the clock stands."""
        return ClockView(now=f"2026-03-{self.day:02}T09:30", lines=["演示开始"])

    async def advance(self, days: int) -> ClockView:
        """Some days on."""
        self.day += days
        return ClockView(now=f"2026-03-{self.day:02}T09:30", lines=["前进 1 天"])

    async def next_reminder(self) -> ClockView:
        """A week on."""
        return await self.advance(7)

    async def read(self, token: str) -> ReadPage | None:
        """The one page, once."""
        self.reads.append(token)
        if token != TOKEN or self.reads.count(token) > 1:
            return None
        return ReadPage(
            title="S7K2-M4",
            parts=[ReadPart(label="情况", text="第一行\n<img src=x onerror=alert(1)>")],
            files=[ReadFile(id="file-0123456789", name="材料一.pdf", size=8)],
        )

    async def file(self, ticket: str) -> Download | None:
        """The one file."""
        return Download(name="材料一.pdf", pieces=self.pieces())

    async def pieces(self) -> AsyncIterator[bytes]:
        """Its bytes."""
        yield b"%PDF-1.7"

    async def notice(self, stationing: str, locale: str) -> NoticePage | None:
        """A notice with three doors."""
        doors = [
            Entrance(label=label, url="https://report.example/?s=s_north")
            for label in ("网页", "Telegram", "微信客服")
        ]
        return NoticePage(title="县委第三巡察组公告", text="一、任务。\n" * 30, entrances=doors)

    def parts(self) -> dict[str, Any]:
        """For the stage."""
        demo = DemoParts(
            say=TEXTS.say,
            door=Door(),
            phones=self.phones,
            look=self.look,
            advance=self.advance,
            next_reminder=self.next_reminder,
        )
        return {
            "routes": tuple(DemoView(demo).routes()),
            "reader": self.read,
            "attachment": self.file,
            "notice": self.notice,
        }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with started() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path, port=free_port(), parts=Scene().parts()) as one:
        yield one


async def ready(page: Page, stage: Stage) -> None:
    """Open the demo and wait for all four phones."""
    await page.goto(f"{stage.root}/demo")
    for slot in SLOTS:
        phone = page.frame_locator(f"[data-slot={slot}]")
        await expect(phone.get_by_text(f"[bind_{slot}]")).to_be_attached()


async def test_four_phones_stand_in_a_row_each_with_its_own_person(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root, size=DESK) as page:
        await ready(page, stage)
        boxes = [await page.locator(f"[data-slot={slot}]").bounding_box() for slot in SLOTS]
        assert len({box["y"] for box in boxes if box}) == 1
        assert all(box["width"] >= 300 and box["height"] >= 500 for box in boxes if box)
        assert await widths(page) == (DESK["width"], DESK["width"])
        member = page.frame_locator("[data-slot=member]")
        await member.get_by_role("button", name="查询").click()
        await expect(member.get_by_text("您选了")).to_be_visible()
        citizen = page.frame_locator("[data-slot=citizen]")
        await expect(citizen.get_by_text("您选了")).to_have_count(0)
    assert len({event.address.chat for event in stage.talk.events}) == 4


async def test_a_reload_of_the_demo_keeps_every_phone_and_binds_nobody_twice(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root, size=DESK) as page:
        await ready(page, stage)
        await page.reload()
        for slot in SLOTS:
            phone = page.frame_locator(f"[data-slot={slot}]")
            await expect(phone.get_by_text(f"[bind_{slot}]")).to_have_count(1)
    assert sorted(e.text for e in stage.talk.events) == sorted(f"bind_{s}" for s in SLOTS)


async def test_the_clock_moves_and_tells_what_happened(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage.root, size=DESK) as page:
        await ready(page, stage)
        clock = page.locator("#now")
        await expect(clock).to_have_text("2026年3月2日星期一 09:30")
        await page.get_by_role("button", name="+1 天").click()
        await expect(clock).to_have_text("2026年3月3日星期二 09:30")
        await page.get_by_role("button", name="到下一次提醒").click()
        await expect(clock).to_have_text("2026年3月10日星期二 09:30")
        await expect(page.get_by_role("log", name="发生了什么").locator("li")).to_have_count(3)


async def test_on_a_phone_the_demo_has_tabs_and_never_scrolls_sideways(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root, size=PHONE) as page:
        await ready(page, stage)
        await expect(page.locator("#phone-citizen")).to_be_visible()
        await expect(page.locator("#phone-office")).to_be_hidden()
        await page.get_by_role("tab", name="组员").click()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name="巡察办")).to_be_focused()
        await expect(page.locator("#phone-office")).to_be_visible()
        await expect(page.locator("#phone-citizen")).to_be_hidden()
        assert await widths(page) == (PHONE["width"], PHONE["width"])


async def test_a_reading_link_opens_inside_the_phone_once_and_closes(
    browser: Browser, stage: Stage
) -> None:
    link = f"请打开：{stage.root}/read#{TOKEN}\n另见 https://elsewhere.example/x"
    stage.talk.answers = (Rendered(text=link, buttons=buttons("完成")),)
    async with opened(browser, stage.root) as page:
        await page.goto(stage.root)
        bubble = page.locator(".bubble").first
        await expect(bubble).to_contain_text("https://elsewhere.example/x")
        await expect(bubble.locator("a")).to_have_count(0)
        for answer in ("S7K2-M4", "这个链接已经用过"):
            await bubble.get_by_role("button", name="打开").click()
            sheet = page.frame_locator("#reader iframe")
            await sheet.get_by_role("button", name="打开").click()
            await expect(sheet.get_by_text(answer)).to_be_visible()
            if answer == "S7K2-M4":
                await expect(sheet.get_by_text("<img src=x")).to_be_visible()
                assert await sheet.locator("dd img").count() == 0
            await page.keyboard.press("Tab")
            await page.get_by_role("button", name="关闭").click()
            await expect(page.locator("#reader iframe")).to_have_count(0)


async def test_content_read_once_is_gone_from_the_page_and_the_address(
    browser: Browser, stage: Stage
) -> None:
    async with opened(browser, stage.root, accept_downloads=True) as page:
        await page.goto(f"{stage.root}/read#{TOKEN}")
        await page.get_by_role("button", name="打开").click()
        await expect(page.get_by_role("heading", name="S7K2-M4")).to_be_focused()
        assert TOKEN not in page.url
        async with page.expect_download() as waiting:
            await page.get_by_role("button", name="材料一.pdf").click()
        download = await waiting.value
        assert download.suggested_filename == "材料一.pdf"
        await page.reload()
        await expect(page.get_by_text("第一行")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_the_notice_is_legible_at_every_width(
    browser: Browser, stage: Stage, size: dict[str, int]
) -> None:
    async with opened(browser, stage.root, size=size) as page:
        await page.goto(f"{stage.root}/p/north")
        await expect(page.get_by_role("heading", name="县委第三巡察组公告")).to_be_visible()
        await expect(page.locator(".doors svg")).to_have_count(3)
        assert await widths(page) == (size["width"], size["width"])
