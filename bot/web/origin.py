"""Who may talk to our pages: https or loopback, a known host, and the same origin."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How the outside reaches us. `public_url` is the root of our pages without a slash, or ""."""

    public_url: str = ""
    trusted_proxy: bool = False  # whether X-Forwarded-Proto comes from our own proxy

    @property
    def public_host(self) -> str:
        """Host, with its port if it has one, of the public address."""
        return urlsplit(self.public_url).netloc.lower()

    def scheme(self, request: web.BaseRequest) -> str:
        """`http` or `https` as the browser sees it."""
        told = request.headers.get("X-Forwarded-Proto", "")
        if self.trusted_proxy and told in ("http", "https"):
            return told
        return request.scheme

    def is_private(self, request: web.BaseRequest) -> bool:
        """Whether nobody in between can listen: https, or this very machine."""
        return self.scheme(request) == "https" or is_loopback(request.host)

    def knows(self, request: web.BaseRequest) -> bool:
        """Whether the browser asked for one of our names; a foreign name may be DNS rebinding."""
        return is_loopback(request.host) or request.host.lower() == self.public_host

    def same_origin(self, request: web.BaseRequest) -> bool:
        """Whether a page of ours sent this. Browsers always say; silence is a no."""
        ours = f"{self.scheme(request)}://{request.host}".lower()
        return request.headers.get("Origin", "").lower() == ours


def is_loopback(host: str) -> bool:
    """Whether a Host header names this very machine."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
