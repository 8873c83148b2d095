"""The sections of the configuration file and what each value must be."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.web.origin import is_loopback

_KNOWN_EXAMPLES = (
    "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
)
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{name} is not a known time zone; write one such as Asia/Shanghai"
        ) from None
    return name


def _hours(text: str) -> str:
    found = _HOURS.fullmatch(text)
    if not found or found.group(1, 2) >= found.group(3, 4):
        raise ValueError(f"{text!r} are not hours of a day; write them as 09:00-17:30")
    return text


def _root(text: str) -> str:
    """A root address of ours or of a platform: https, or plain http on this very machine."""
    if not text:
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError("it is not a web address; write it as https://name.example")
    if parts.scheme == "http" and not is_loopback(parts.netloc):
        raise ValueError("it goes without https, as only this very machine may; write https://")
    return text.rstrip("/")


def _storage(text: str) -> str:
    parts = urlsplit(text)
    here = parts.scheme == "sqlite" and not parts.netloc and ":memory:" not in text
    if here and parts.path.strip("/") and not parts.path.endswith("/"):
        return text
    if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
        return text  # without a host: the socket of this machine
    raise ValueError(
        "it is not an address of a store; write sqlite:jianjian.db or postgresql://host/name"
    )


Url = Annotated[str, AfterValidator(_root)]
Hours = Annotated[str, AfterValidator(_hours)]
OtherHours = Annotated[str, AfterValidator(lambda text: _hours(text) if text else text)]
Rate = Annotated[float, Field(ge=0, le=1000)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class App(_Section):
    """Where the program lives and what it speaks."""

    data_dir: Path = Path("data")
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    language: Literal["zh_CN", "en"] = "zh_CN"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Store(_Section):
    """Which database; a relative SQLite path lies in data_dir."""

    url: Annotated[str, AfterValidator(_storage)] = "sqlite:jianjian.db"


class Keys(_Section):
    """Where the key file lies, outside the database, and the superior office's public key."""

    file: Path = Path("keys.json")
    superior: str = ""


class CalendarFile(_Section):
    """A notice on days off that the calendar library does not know yet."""

    overlay: str = ""


class Telegram(_Section):
    """One bot account. Leave the section out to run without Telegram."""

    token: SecretStr
    api_base_url: Url = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: Url = ""
    webhook_path: str = ""
    webhook_secret: SecretStr = SecretStr("")
    per_second: Rate = 28
    per_chat_second: Rate = 1.0
    per_group_minute: Rate = 20

    @model_validator(mode="after")
    def _whole(self) -> "Telegram":
        token = self.token.get_secret_value()
        if token in _KNOWN_EXAMPLES:
            raise ValueError("token is the example's; paste the token that BotFather gave you")
        if not _TOKEN.fullmatch(token):
            raise ValueError(
                "token has not the form 123456:letters; paste BotFather's whole token"
            )
        if self.mode == "webhook":
            self._hooked()
        return self

    def _hooked(self) -> None:
        if not self.webhook_url:
            raise ValueError("webhook_url is missing; mode webhook needs our public address")
        if not self.webhook_path.startswith("/") or len(self.webhook_path) < 2:
            raise ValueError("webhook_path is missing; write a path such as /telegram/<secret>")
        if not _SECRET.fullmatch(self.webhook_secret.get_secret_value()):
            raise ValueError("webhook_secret is too weak; write 16 to 256 of A-Z a-z 0-9 _ -")


class Web(_Section):
    """Our own pages: web chat, notices, health, metrics, webhooks."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8321
    public_url: Url = ""
    chat: bool = True
    chat_burst: Annotated[int, Field(ge=1, le=10_000)] = 20
    trusted_proxy: bool = False
    metrics_token: SecretStr = SecretStr("")


class Intake(_Section):
    """What a citizen may send, and how long a draft lives."""

    languages: tuple[Literal["zh_CN", "en"], ...] = Field(("zh_CN", "en"), min_length=1)
    files_max: Annotated[int, Field(ge=0, le=50)] = 10
    file_bytes_max: Annotated[int, Field(ge=1, le=100_000_000)] = 20_000_000
    reports_per_day: Annotated[int, Field(ge=1, le=1000)] = 5
    draft_hours: Annotated[int, Field(ge=1, le=24)] = 24


class TeamWork(_Section):
    """How content reaches the team, and after how many working days an unclaimed item climbs."""

    content: Literal["web", "private"] = "web"
    approver: str = ""
    unclaimed_leader_days: Annotated[int, Field(ge=1, le=30)] = 1
    unclaimed_office_days: Annotated[int, Field(ge=1, le=60)] = 3
    digest_minutes: Annotated[int, Field(ge=1, le=240)] = 15
    first_contact_days: Annotated[int, Field(ge=1, le=30)] = 1
    supplement_days: Annotated[int, Field(ge=1, le=90)] = 10
    invite_hours: Annotated[int, Field(ge=1, le=720)] = 72

    @model_validator(mode="after")
    def _named(self) -> "TeamWork":
        if self.content == "private" and not self.approver.strip():
            raise ValueError(
                'approver is missing; content "private" needs the name of who allowed it'
            )
        return self


class Reminders(_Section):
    """When reminders may leave; units and departments may work other hours ("" = the same)."""

    hours: Hours = "09:00-17:30"
    unit_hours: OtherHours = ""
    department_hours: OtherHours = ""


class Retention(_Section):
    """How long traces of handled messages stay."""

    inbox_days: Annotated[int, Field(ge=1, le=365)] = 7
    outbox_days: Annotated[int, Field(ge=1, le=365)] = 30
