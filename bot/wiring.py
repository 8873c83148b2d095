"""Wiring: configuration → rules, texts and channels, each the one list of its kind."""

from collections.abc import Mapping
from functools import partial
from importlib import resources

from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel, TelegramSettings
from bot.channels.telegram.menu import citizen_menu
from bot.channels.webchat import WebChatChannel, WebChatSettings
from bot.clock import Clock
from bot.config import Config
from bot.profile_files import calendar_from, packaged_common, packaged_profiles
from bot.texts import Texts, read_catalogues
from bot.workers import Worker
from casework.categories import parse_categories
from handlers.rules import Rules
from storage.base import Storage
from storage.sealing import Vault
from storage.superior import public_key

CATEGORIES = "categories.toml"
MENU_LOCALES = {"": "zh_CN", "zh": "zh_CN", "en": "en"}
Key = tuple[str, str]


def make_texts(config: Config) -> Texts:
    """Every text of every locale."""
    return Texts(read_catalogues(), config.zone)


def make_rules(config: Config, texts: Texts) -> Rules:
    """The rules data of this deployment. Errors: DataError with file, key and mend."""
    path = resources.files("casework") / "data" / CATEGORIES
    superior = public_key(config.superior_key).hex() if config.superior_key else ""
    return Rules(
        zone=config.zone,
        settings={**config.settings(), "keys.superior": superior},
        calendar=calendar_from(config.overlay),
        profiles=packaged_profiles(),
        common=packaged_common(),
        categories=parse_categories(path.read_text("utf-8"), CATEGORIES),
        say=texts.say,
    )


def make_channels(
    config: Config,
    storage: Storage,
    vault: Vault,
    texts: Texts,
    clock: Clock,
    worker: Worker,
) -> Mapping[Key, Channel]:
    """Every enabled channel by its name and account: the one list of channels."""
    channels: list[Channel] = []
    if config.web.chat:
        channels.append(_web(config, storage, vault, clock))
    if config.telegram is not None:
        channels.append(_telegram(config, texts, clock, worker))
    return {(c.name, c.account): c for c in channels}


def _web(config: Config, storage: Storage, vault: Vault, clock: Clock) -> Channel:
    settings = WebChatSettings(
        folder=config.data_dir / "uploads",
        public_url=config.web.public_url,
        trusted_proxy=config.web.trusted_proxy,
        file_bytes_max=config.intake.file_bytes_max,
        burst=config.web.chat_burst,
    )
    return WebChatChannel(storage, vault, settings, clock)


def _telegram(config: Config, texts: Texts, clock: Clock, worker: Worker) -> Channel:
    section = config.telegram
    assert section is not None
    settings = TelegramSettings(
        token=section.token.get_secret_value(),
        api_base_url=section.api_base_url,
        mode=section.mode,
        webhook_url=section.webhook_url,
        webhook_path=section.webhook_path,
        webhook_secret=section.webhook_secret.get_secret_value(),
        per_second=section.per_second,
        per_chat_second=section.per_chat_second,
        per_group_minute=section.per_group_minute,
        content=config.team.content == "private",
        menus={code: citizen_menu(texts.in_locale(name)) for code, name in MENU_LOCALES.items()},
    )
    lease = f"poll:telegram:{settings.account}"
    worker.want(lease)
    return TelegramChannel(settings, clock=clock.now, on_duty=partial(worker.holds, lease))
