"""The neutral page that a quick exit leads to: this month's calendar and nothing else."""

from calendar import Calendar
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.clock import Clock
from bot.web.pages import Pages


def calm(pages: Pages, clock: Clock) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of `/calm`."""
    return CalmView(pages, clock).page


class CalmView:
    """A calendar page that says nothing about us."""

    def __init__(self, pages: Pages, clock: Clock) -> None:
        self._pages = pages
        self._clock = clock

    async def page(self, request: web.Request) -> web.Response:
        """This month."""
        today = self._clock.now().date()
        weeks = Calendar().monthdayscalendar(today.year, today.month)
        return self._pages.show(request, "calm.html", today=today, weeks=weeks)
