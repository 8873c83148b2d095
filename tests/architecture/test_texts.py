"""Texts: complete in both languages, no key unknown, none unused, none too long."""

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
TREES = {path: ast.parse(path.read_text("utf-8")) for path in PYTHON}
PAGES = [p for kind in ("*.html", "*.js") for p in (ROOT / "bot").rglob(kind)]
SHORTEST_SURFACE = 4096  # UTF-16 units of one Telegram message
KEY_HEADS = {key.partition(".")[0] for key in CATALOGUES[SOURCE]}


def constants() -> tuple[set[str], set[str]]:
    """(whole keys, heads of keys that are put together) in the code."""
    whole: set[str] = set()
    heads: set[str] = set()
    for path in PYTHON:
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                heads.add(str(node.values[0].value))
    return whole, {h for h in heads if h.partition(".")[0] in KEY_HEADS and "." in h}


def on_pages(pattern: str) -> set[str]:
    """Keys that templates and scripts name, by the pattern of a naming."""
    return {key for path in PAGES for key in re.findall(pattern, path.read_text("utf-8"))}


def templates() -> set[str]:
    """Keys of reminders named by the ladders of the packaged profiles."""
    found: set[str] = set()
    for path in (ROOT / "casework" / "data" / "profiles").glob("*.toml"):
        for ladder in tomllib.loads(path.read_text("utf-8")).get("ladder", []):
            found |= {f"reminder.{step['template']}" for step in ladder["steps"]}
    return found


SPOKEN = {"key", "ask", "name", "review", "cancelled", "text_key"}
SPEAKERS = {"Text", "Problem", "CaseworkError", "NotAllowed", "MoveNotAllowed", "Gone", "say"}


def spoken() -> set[str]:
    """Keys in the places where only a key of a text can stand."""
    found: set[str] = set()
    for path in PYTHON:
        for node in ast.walk(TREES[path]):
            places: list[ast.expr] = []
            if isinstance(node, ast.Call):
                places += [k.value for k in node.keywords if k.arg in SPOKEN]
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                places += node.args[:1] if called in SPEAKERS else []
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "text_key":
                places.append(node.value)
            for place in places:
                found |= {
                    n.value
                    for n in ast.walk(place)
                    if isinstance(n, ast.Constant) and isinstance(n.value, str)
                }
    return {key for key in found if KEY.match(key) and not key.endswith("_")}


def test_every_key_that_is_spoken_has_words() -> None:
    keys = spoken() | on_pages(r"""\bt\(["']([a-z_]+\.[a-z0-9_]+)["']""")
    assert len(keys) > 200
    assert keys - CATALOGUES[SOURCE].keys() == set()


def test_no_text_is_unused() -> None:
    whole, heads = constants()
    whole |= on_pages(r"[a-z_]+\.[a-z0-9_]+")
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
