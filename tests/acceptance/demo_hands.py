"""Hands on the phones of the demo's page: clicks and typing as a newcomer would."""

import os
from pathlib import Path

from playwright.async_api import FrameLocator, Page, expect

TABS = {
    "citizen": "群众",
    "member": "组员",
    "office": "巡察办",
    "liaison": "单位联络员",
    "leader": "组长",
    "bureau": "巡视办",
    "leading": "领导小组",
}
WIDE, NARROW = {"width": 1500, "height": 1000}, {"width": 390, "height": 844}
SCROLL = """node => {
  const log = document.getElementById("log");
  log.scrollTop = node.closest(".item").offsetTop - log.offsetTop - 12;
}"""


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


async def photograph(page: Page, name: str, **bubbles: str) -> None:
    """A picture for the README, where JIANJIAN_SHOTS names its folder; each phone scrolled so
    that the newest message with these words stands on top."""
    if folder := os.environ.get("JIANJIAN_SHOTS"):
        for slot, words in bubbles.items():
            bubble = page.frame_locator(f"[data-slot={slot}]").get_by_text(words).last
            await bubble.evaluate(SCROLL)
        await page.mouse.move(0, 0)
        await page.screenshot(path=Path(folder) / name)
