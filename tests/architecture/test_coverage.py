"""docs/coverage.md names for every clause what serves it and the test that shows it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEEDS = {"A": 31, "B": 17, "C": 28, "D": 30, "E": 47}
"""The clauses of each regulation by letter, numbered from 01."""
EXCUSED = {"A30", "C08", "C23", "C27", "D30", "E35", "E45", "E47"}
"""Staffing and legal effect: no program serves them."""
CLAUSES = [f"{seed}{n:02d}" for seed, last in SEEDS.items() for n in range(1, last + 1)]
_ROW = re.compile(r"^\| ([A-E]\d\d) \| (.+) \| (.+) \|$")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_FILE = re.compile(r"`((?:bot|handlers|storage|casework|docs)/[\w/.-]+)`")


def rows() -> dict[str, tuple[str, str]]:
    """Clause → (what serves it, its tests or its excuse)."""
    lines = (ROOT / "docs/coverage.md").read_text(encoding="utf-8").splitlines()
    found = [match.groups() for line in lines if (match := _ROW.match(line))]
    ids = [row[0] for row in found]
    assert len(ids) == len(set(ids)), "a clause stands twice"
    return {id: (feature, shown) for id, feature, shown in found}


@cache
def names_of_tests(file: str) -> frozenset[str]:
    """The names of the tests that a file holds."""
    path = ROOT / file
    if not path.exists():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (
        n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return frozenset(f.name for f in functions if f.name.startswith("test_"))


def test_every_clause_has_a_row_and_no_row_names_an_unknown_one() -> None:
    assert sorted(rows()) == CLAUSES


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_served_by_files_that_exist_and_shown_by_tests_that_exist(clause: str) -> None:
    feature, shown = rows()[clause]
    if shown.startswith("excused: "):
        assert clause in EXCUSED
        assert len(shown) > len("excused: ") + 10, "an excuse needs its reason"
        return
    for file in _FILE.findall(feature):
        assert (ROOT / file).exists(), f"{clause}: {file} is gone"
    named = _TEST.findall(shown)
    assert named, f"{clause} names no test"
    for file, name in named:
        assert name in names_of_tests(file), f"{clause}: {file} has no {name}"
