"""A real Chromium for the browser tests, or a loud word about what is not checked without one."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    async_playwright,
    expect,
)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)
PHONE = {"width": 360, "height": 720}
DESK = {"width": 1400, "height": 900}


def chromium() -> str | None:
    """Where the system's Chromium is."""
    named = os.environ.get("JIANJIAN_TEST_CHROMIUM", "")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def needs_browser(what: str) -> pytest.MarkDecorator:
    """Skip with a line that says what is then not checked."""
    return pytest.mark.skipif(
        chromium() is None, reason=f"NO CHROMIUM ON THIS MACHINE, NOT CHECKED: {what}"
    )


class Trouble:
    """Everything a page complained about, and every request that left our origin."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.heard: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        expected = ("WebSocket connection", "ERR_", "Failed to load resource")
        if message.type in ("error", "warning") and not any(e in message.text for e in expected):
            self.heard.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._root, "data:", "blob:", "about:")):
            self.heard.append(f"foreign request: {request.url}")


@asynccontextmanager
async def started() -> AsyncIterator[Browser]:
    """The browser itself, one for a whole module."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser, root: str, *, size: dict[str, int] = PHONE, **context: Any
) -> AsyncIterator[Page]:
    """A page of a fresh profile; fails at the end if the page complained or went elsewhere."""
    place = await browser.new_context(viewport=size, locale="zh-CN", **context)
    trouble = Trouble(root)
    page = await place.new_page()
    page.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    trouble.watch(page)
    try:
        yield page
    finally:
        await place.close()
    assert trouble.heard == []


async def widths(page: Page) -> tuple[int, int]:
    """(width of the content, width of the window): more of the first means sideways scrolling."""
    content = await page.evaluate("document.documentElement.scrollWidth")
    window = await page.evaluate("document.documentElement.clientWidth")
    return int(content), int(window)
