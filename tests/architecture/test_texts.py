"""Texts: complete in both languages, no key unknown, none unused, none too long for its surface."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from bot.texts import LOCALES, SOURCE, placeholders, read_catalogues

ROOT = Path(__file__).parents[2]
CATALOGUES = read_catalogues()
AREAS = {path.stem for path in LOCALES.glob("*/*.po")}
KEY = re.compile(r"^[a-z_]+\.[a-z0-9_]+$")
PYTHON = [p for name in ("bot", "handlers", "casework") for p in (ROOT / name).rglob("*.py")]
PAGES = [p for kind in ("*.html", "*.js") for p in (ROOT / "bot").rglob(kind)]
SHORTEST_SURFACE = 4096  # UTF-16 units of one Telegram message
KEY_HEADS = {key.partition(".")[0] for key in CATALOGUES[SOURCE]}


def constants() -> tuple[set[str], set[str]]:
    """(whole keys, heads of keys that are put together) in the code and on the pages."""
    whole: set[str] = set()
    heads: set[str] = set()
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                heads.add(str(node.values[0].value))
    for path in PAGES:
        whole |= set(re.findall(r"[a-z_]+\.[a-z0-9_]+", path.read_text("utf-8")))
    return whole, {h for h in heads if h.partition(".")[0] in KEY_HEADS and "." in h}


def templates() -> set[str]:
    """Keys of reminders named by the ladders of the packaged profiles."""
    found: set[str] = set()
    for path in (ROOT / "casework" / "data" / "profiles").glob("*.toml"):
        for ladder in tomllib.loads(path.read_text("utf-8")).get("ladder", []):
            found |= {f"reminder.{step['template']}" for step in ladder["steps"]}
    return found


def test_every_key_in_the_code_has_words() -> None:
    whole, _ = constants()
    keys = {k for k in whole if KEY.match(k) and k.partition(".")[0] in KEY_HEADS}
    # names of settings, statements and columns look like keys; they are none
    other = {"storage", "intake", "team", "reminders", "retention", "app", "web", "telegram"}
    unknown = {k for k in keys - CATALOGUES[SOURCE].keys() if k.partition(".")[0] not in other}
    statements = {
        f"{path.stem}.{name}"
        for path in (ROOT / "storage" / "sql").glob("*.sql")
        for name in re.findall(r"^-- (\w+) --$", path.read_text("utf-8"), re.M)
    }
    acts = {k for k in unknown if ast_is_act(k)}
    assert unknown - statements - acts == set()


def ast_is_act(key: str) -> bool:
    """Whether a constant is only ever the name of an audited act (`action=...`)."""
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("action", "what"):
                if any(isinstance(n, ast.Constant) and n.value == key for n in ast.walk(node)):
                    return True
    return False


def test_no_text_is_unused() -> None:
    whole, heads = constants()
    unused = {
        key
        for key in CATALOGUES[SOURCE]
        if key not in whole and key not in templates() and not key.startswith(tuple(heads))
    }
    assert unused == set()


@pytest.mark.parametrize("locale", sorted(set(CATALOGUES) - {SOURCE}))
def test_a_translation_is_complete_and_fills_in_the_same(locale: str) -> None:
    assert CATALOGUES[locale].keys() == CATALOGUES[SOURCE].keys()
    different = {
        key
        for key, text in CATALOGUES[SOURCE].items()
        if placeholders(text) != placeholders(CATALOGUES[locale][key])
    }
    assert different == set()


@pytest.mark.parametrize("locale", sorted(CATALOGUES))
def test_no_text_is_empty_or_longer_than_its_surface(locale: str) -> None:
    wrong = {
        key: len(text.encode("utf-16-le")) // 2
        for key, text in CATALOGUES[locale].items()
        if not text.strip() or len(text.encode("utf-16-le")) // 2 > SHORTEST_SURFACE
    }
    assert wrong == {}


def test_no_key_stands_in_two_catalogues() -> None:
    for locale in CATALOGUES:
        keys = [
            key
            for path in (LOCALES / locale).glob("*.po")
            for key in re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.M)
        ]
        assert len(keys) == len(set(keys))
