"""The example of the configuration holds every key with a comment, and no other."""

import tomllib
import typing
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.config import Config, ConfigFaults, load_config

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
STARTER = ROOT / "bot" / "starter" / "config.toml"


def keys_of(model: type[BaseModel]) -> set[str]:
    found = set()
    for section, field in model.model_fields.items():
        kinds = (field.annotation, *typing.get_args(field.annotation))
        (table,) = (k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel))
        found |= {f"{section}.{key}" for key in table.model_fields}
    return found


def keys_in(file: Path) -> set[str]:
    tables: dict[str, dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))
    return {f"{section}.{key}" for section, table in tables.items() for key in table}


def test_the_example_holds_every_key() -> None:
    assert keys_of(Config) - keys_in(EXAMPLE) == set()


def test_the_example_holds_no_key_that_means_nothing() -> None:
    assert keys_in(EXAMPLE) - keys_of(Config) == set()


def test_what_init_writes_holds_no_key_that_means_nothing() -> None:
    assert keys_in(STARTER) - keys_of(Config) == set()


def test_every_key_of_the_example_has_a_comment() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    bare = [n for n in lines if "=" in n and not n.startswith("#") and "#" not in n]
    assert [n for n in bare if not n.startswith("port = ")] == []


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("PASTE-YOUR-BOT-TOKEN", "1:abcdefgh")
    filled, bare = tmp_path / "filled.toml", tmp_path / "bare.toml"
    filled.write_text(text, "utf-8")
    bare.write_text('[telegram]\ntoken = "1:abcdefgh"\n', "utf-8")
    assert load_config(filled).model_dump() == load_config(bare).model_dump()


def test_the_example_as_it_is_is_refused() -> None:
    with pytest.raises(ConfigFaults) as raised:
        load_config(EXAMPLE)
    (line,) = raised.value.faults
    assert "telegram.token is still the example's value; fill it in or remove [telegram]" in line
