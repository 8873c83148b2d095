"""What one Telegram bot account needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from bot.channels.telegram.menu import Menu

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""Always sent along: Telegram keeps the former list when it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """One bot account; times are in seconds.

    `api_base_url` is the root: methods lie at `<root>/bot<token>/…`, files at
    `<root>/file/bot<token>/…`.
    `webhook_url` is the public root or already the whole address of `webhook_path`.
    Where another program polls with the same token, one that has polled for `proven` seconds goes
    on, and one that has not looks again after `stand_by`.
    `menus` maps a language code ("" = everybody else) to the commands that Telegram lists.
    """

    token: str = field(repr=False)
    api_base_url: str = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_path: str = ""
    webhook_secret: str = field(default="", repr=False)
    per_second: float = 28
    per_chat_second: float = 1
    per_group_minute: float = 20
    content: bool = False  # whether the chat may carry words of a report
    menus: Mapping[str, Menu] = field(default_factory=dict)
    poll_seconds: int = 25
    connect_seconds: float = 5
    read_seconds: float = 20
    retry_first: float = 0.5
    retry_most: float = 30
    stand_by: float = 60
    proven: float = 45

    @property
    def account(self) -> str:
        """The numeric id of the bot: the public half of the token."""
        return self.token.partition(":")[0]

    @property
    def root(self) -> str:
        """The root of the Bot API without a slash at its end."""
        return self.api_base_url.rstrip("/")

    @property
    def hook_path(self) -> str:
        """The path at which our own server takes updates."""
        path = self.webhook_path or urlsplit(self.webhook_url).path
        return "/" + path.strip("/")

    @property
    def hook_url(self) -> str:
        """The public address that Telegram is told."""
        url = self.webhook_url.rstrip("/")
        return url if url.endswith(self.hook_path) else url + self.hook_path
