"""The operator's configuration: one TOML file, every fault said in one line with key and mend."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import PrivateAttr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config_sections import (
    App,
    CalendarFile,
    Intake,
    Keys,
    Reminders,
    Retention,
    Store,
    TeamWork,
    Telegram,
    Web,
)
from casework.errors import DataError
from casework.faults import every_fault

PLACEHOLDER = "PASTE-"


class ConfigFaults(DataError):
    """The configuration is wrong; `faults` holds one line per fault with file, key and mend."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Config(BaseSettings):
    """Everything an operator decides.

    A variable `JIANJIAN__<SECTION>__<KEY>` of the environment stands above the file, so that
    secrets need not lie in it.
    """

    model_config = SettingsConfigDict(
        env_prefix="JIANJIAN__", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    app: App = App()
    storage: Store = Store()
    keys: Keys = Keys()
    calendar: CalendarFile = CalendarFile()
    telegram: Telegram | None = None
    web: Web = Web()
    intake: Intake = Intake()
    team: TeamWork = TeamWork()
    reminders: Reminders = Reminders()
    retention: Retention = Retention()
    _folder: Path = PrivateAttr(default=Path())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the file; nothing else."""
        return env_settings, init_settings

    @property
    def zone(self) -> ZoneInfo:
        """The deployment's time zone."""
        return ZoneInfo(self.app.timezone)

    @property
    def data_dir(self) -> Path:
        """The folder of the database, the blobs and the socket; relative to the config file."""
        return self._folder / self.app.data_dir

    @property
    def key_file(self) -> Path:
        """The key file; relative to the config file."""
        return self._folder / self.keys.file

    @property
    def superior_key(self) -> Path | None:
        """The superior office's public key, if one is named; relative to the config file."""
        return self._folder / self.keys.superior if self.keys.superior else None

    @property
    def overlay(self) -> Path | None:
        """The calendar overlay, if one is named; relative to the config file."""
        return self._folder / self.calendar.overlay if self.calendar.overlay else None

    @property
    def database(self) -> str:
        """The address of the store, a relative SQLite path made absolute under data_dir."""
        scheme, _, path = self.storage.url.partition(":")
        if scheme != "sqlite" or path.startswith("/"):
            return self.storage.url
        return f"sqlite:{(self.data_dir / path).absolute()}"

    @property
    def socket(self) -> Path:
        """Where the running program takes commands."""
        return self.data_dir / "control.sock"

    def settings(self) -> dict[str, Any]:
        """What handlers may know, under dotted names; no secret and no path among them."""
        open_sections = ("intake", "team", "reminders", "retention")
        flat: dict[str, Any] = {
            "app.timezone": self.app.timezone,
            "app.language": self.app.language,
        }
        flat |= {"web.public_url": self.web.public_url, "web.chat": self.web.chat}
        for section in open_sections:
            table = getattr(self, section).model_dump()
            flat |= {f"{section}.{key}": value for key, value in table.items()}
        return flat

    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for the redaction of logs."""
        found = [self.web.metrics_token.get_secret_value()]
        if self.telegram is not None:
            found += [
                self.telegram.token.get_secret_value(),
                self.telegram.webhook_secret.get_secret_value(),
                self.telegram.webhook_path,
            ]
        return tuple(s for s in found if s)


def load_config(path: Path) -> Config:
    """The configuration of a file. Errors: ConfigFaults with every fault."""
    table = read_table(path, "run `jianjian init DIR` to make one, or name it with --config")
    held = tuple(_placeholders(table))
    try:
        config = Config(**table)
    except ValidationError as fault:
        lines = tuple(_with_key(line) for line in every_fault(fault))
        lines = tuple(line for line in lines if not any(line.startswith(h[0]) for h in held))
        raise ConfigFaults(_lines(path, (*(h[1] for h in held), *lines))) from None
    if held:
        raise ConfigFaults(_lines(path, tuple(h[1] for h in held)))
    config._folder = path.absolute().parent
    if not (config.web.chat or config.telegram):
        line = "web.chat is false and there is no [telegram]; open at least one door"
        raise ConfigFaults(_lines(path, (line,)))
    return config


def read_table(path: Path, mend: str) -> dict[str, Any]:
    """The tables of a TOML file. Errors: ConfigFaults; `mend` is for a file that is not there."""
    try:
        return tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        raise ConfigFaults((f"{path}: there is no such file; {mend}",)) from None
    except OSError as fault:
        line = f"{path}: cannot be read ({fault.strerror}); check its rights"
        raise ConfigFaults((line,)) from None
    except UnicodeDecodeError:
        raise ConfigFaults((f"{path}: is not UTF-8 text; save it as UTF-8",)) from None
    except tomllib.TOMLDecodeError as fault:
        raise ConfigFaults((f"{path}: is not valid TOML: {fault}; correct that place",)) from None


def _placeholders(table: dict[str, Any], under: str = "") -> Iterator[tuple[str, str]]:
    """(key, line) of every value that is still the example's."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _placeholders(value, f"{under}{key}.")
        elif isinstance(value, str) and value.startswith(PLACEHOLDER):
            name = f"{under}{key}"
            rest = "[telegram]" if under == "telegram." else "the line"
            yield name, f"{name} is still the example's value; fill it in or remove {rest}"


def _with_key(line: str) -> str:
    """`telegram is wrong: token has …` → `telegram.token is wrong: it has …`."""
    found = re.fullmatch(r"(\w+) is wrong: (\w+) (is|has) (.*)", line)
    if found is None or found[1] not in ("telegram", "team"):
        return line
    return f"{found[1]}.{found[2]} {found[3]} {found[4]}"


def _lines(path: Path, faults: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{path}: {fault}" for fault in faults)
