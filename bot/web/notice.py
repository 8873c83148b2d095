"""The public notice of a stationing, with a QR code for every door."""

from collections.abc import Sequence

from aiohttp import web

from bot.web.pages import Notice, Pages, locale_of


class NoticeView:
    """`/p/<stationing>`."""

    def __init__(self, pages: Pages, notice: Notice | None) -> None:
        self._pages = pages
        self._notice = notice

    def routes(self) -> Sequence[web.RouteDef]:
        """The route, if there are notices to show."""
        if self._notice is None:
            return ()
        return (web.get("/p/{stationing:[A-Za-z0-9_.-]{1,64}}", self.page),)

    async def page(self, request: web.Request) -> web.Response:
        """The notice, or a page that says there is none."""
        notice = None
        if self._notice is not None:
            notice = await self._notice(request.match_info["stationing"], locale_of(request))
        if notice is None:
            raise web.HTTPNotFound
        return self._pages.show(request, "notice.html", notice=notice)
