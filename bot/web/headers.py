"""What every page of ours says to the browser, and which requests are turned away."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.web.origin import Door
from bot.web.pages import Pages

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGES = ("/chat/", "/read", "/p/", "/file/", "/demo", "/static/", "/calm", "/desk")

_ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The middleware of our own pages; machine doors (webhooks, health, metrics) pass freely."""

    door: Door
    pages: Pages

    @web.middleware
    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what could be listened to, then answer with the strict headers."""
        if not is_page(request.path):
            return await handler(request)
        try:
            response = self._refusal(request) or await handler(request)
        except web.HTTPNotFound:
            response = self._error(request, 404, "web.not_found")
        except web.HTTPException as problem:
            self._dress(request, problem)
            raise
        if not response.prepared:
            self._dress(request, response)
        return response

    def _refusal(self, request: web.Request) -> web.Response | None:
        if not self.door.is_private(request):
            return self._error(request, 403, "web.https_only")
        if not self.door.knows(request):
            return self._error(request, 421, "web.wrong_address")
        return None

    def _error(self, request: web.Request, status: int, key: str) -> web.Response:
        return self.pages.show(request, "error.html", status=status, key=key)

    def _dress(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_ALWAYS)
        response.headers["Content-Security-Policy"] = self._policy(request)
        if self.door.scheme(request) == "https":
            response.headers["Strict-Transport-Security"] = "max-age=31536000"

    def _policy(self, request: web.Request) -> str:
        socket = "wss" if self.door.scheme(request) == "https" else "ws"
        host = request.host if self.door.knows(request) else ""
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' blob: data:",
                f"connect-src 'self' {socket}://{host}" if host else "connect-src 'self'",
                "frame-src 'self'",
                "frame-ancestors 'self'",
                "form-action 'self'",
                "base-uri 'none'",
            )
        )


def is_page(path: str) -> bool:
    """Whether a path belongs to people rather than to machines."""
    return path == "/" or path.startswith(PAGES)
