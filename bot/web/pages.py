"""Rendering of our pages: templates, words in the reader's language, and the values they show."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.web.words import SCRIPT_KEYS, SCRIPT_VALUES

HERE = Path(__file__).parent
STATIC = HERE / "static"
LOCALES = ("zh_CN", "en")

Say = Callable[[str, Mapping[str, Any], str], str]
"""(key, values, locale) → words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPart:
    """One labelled piece of what is read, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file beside it; `id` is good for one POST /file/<id>. `size` in bytes."""

    id: str
    name: str
    size: int
    mime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """What a one-time link opens; it closes itself after `minutes`."""

    title: str
    parts: Sequence[ReadPart]
    files: Sequence[ReadFile] = ()
    minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """One door to the bot: the words for it and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicItem:
    """One published text; without words it was withdrawn, and `dated` says so."""

    dated: str
    text: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPart:
    """One heading of the public page with what was published under it."""

    heading: str
    items: Sequence[PublicItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """The public notice of one stationing, in words, and what was published since."""

    title: str
    text: str
    entrances: Sequence[Entrance]
    open: bool = True  # whether the acceptance window is open
    window: str = ""  # when reports are taken, in words
    moved: str = ""  # that the window was moved, in words
    contacts: PublicPart | None = None  # the supplement to the notice
    published: Sequence[PublicPart] = ()
    follow: Sequence[Entrance] = ()  # the doors by which a chat begins to follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One file to hand out, already opened from its seal."""

    name: str
    pieces: AsyncIterator[bytes]


Reader = Callable[[str], Awaitable[ReadPage | None]]
Notice = Callable[[str, str], Awaitable[NoticePage | None]]  # (stationing id, locale)
Attachment = Callable[[str], Awaitable[Download | None]]


class Pages:
    """Templates and words together."""

    def __init__(self, say: Say, folders: Sequence[Path] = ()) -> None:
        self._say = say
        self._templates = Environment(
            loader=FileSystemLoader([HERE / "templates", *folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["qr"] = qr

    def words(self, locale: str) -> dict[str, str]:
        """The words the scripts need."""
        return {key: self._say(key, SCRIPT_VALUES, locale) for key in SCRIPT_KEYS}

    def say(self, key: str, locale: str, **values: Any) -> str:
        """One text of a page."""
        return self._say(key, values, locale)

    def show(
        self, request: web.BaseRequest, template: str, *, status: int = 200, **values: Any
    ) -> web.Response:
        """A page in the language of the request."""
        locale = locale_of(request)
        page = self._templates.get_template(template).render(
            t=lambda key, **named: self._say(key, named, locale),
            locale=locale,
            lang="en" if locale == "en" else "zh-CN",
            **values,
        )
        return web.Response(text=page, content_type="text/html", status=status)


def locale_of(request: web.BaseRequest) -> str:
    """`?lang=` if it names one of ours, else English for browsers that prefer it, else Chinese."""
    asked = request.query.get("lang", "")
    if asked in LOCALES:
        return asked
    first = request.headers.get("Accept-Language", "").lower().lstrip()
    return "en" if first.startswith("en") else "zh_CN"


def qr(url: str) -> Markup:
    """The address as a QR code, drawn as one SVG path."""
    code = segno.make(url, error="m", micro=False)
    return Markup(code.svg_inline(border=3, dark="#000", light="#fff", omitsize=True))  # noqa: S704
