"""The house stands as drawn: arrows, sizes, names, texts, packaging."""

import ast
import statistics
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "storage", "casework")
MODULE_CAP, FUNCTION_CAP, FUNCTION_P90, MODULE_MEDIAN = 450, 50, 25, 120
SOURCES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in SOURCES}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> list[Function]:
    return [n for n in ast.walk(tree) if isinstance(n, Function)]


def length(function: Function) -> int:
    """Lines of a function without its docstring."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:] or body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_the_arrows_point_inwards() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:]


def test_no_module_is_longer_than_the_cap() -> None:
    lengths = {p: len(p.read_text("utf-8").splitlines()) for p in SOURCES}
    worst = sorted(lengths.items(), key=lambda kv: -kv[1])[:5]
    assert all(n <= MODULE_CAP for n in lengths.values()), worst
    assert statistics.median(lengths.values()) <= MODULE_MEDIAN


def test_no_function_is_longer_than_the_cap() -> None:
    sizes = sorted(
        (length(f), f"{p.relative_to(ROOT)}:{f.name}")
        for p, tree in TREES.items()
        for f in functions(tree)
    )
    assert sizes[-1][0] <= FUNCTION_CAP, sizes[-8:]
    assert sizes[int(len(sizes) * 0.9)][0] <= FUNCTION_P90


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = [
        f"{p.relative_to(ROOT)}:{node.lineno}"
        for p, tree in TREES.items()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_the_modules_form_no_cycle() -> None:
    graph: dict[str, set[str]] = {}
    names = {module_name(p) for p in SOURCES if p.name != "__init__.py"}
    for path, tree in TREES.items():
        if path.name != "__init__.py":
            graph[module_name(path)] = imported(tree) & names - {module_name(path)}
    seen: set[str] = set()

    def walk(node: str, trail: tuple[str, ...]) -> None:
        assert node not in trail, " → ".join((*trail[trail.index(node) :], node))
        if node in seen:
            return
        for child in sorted(graph.get(node, ())):
            walk(child, (*trail, node))
        seen.add(node)

    for name in sorted(graph):
        walk(name, ())


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{a.name}" for a in node.names} | {node.module}
    return found


def test_asyncio_lives_in_bot_and_in_the_back_ends() -> None:
    allowed = {"storage.sqlite", "storage.sqlite_units", "storage.postgres", "storage.base"}
    users = {
        module_name(p)
        for p, tree in TREES.items()
        if "asyncio" in imported(tree)
        or any(isinstance(f, ast.AsyncFunctionDef) for f in functions(tree))
    }
    assert {u for u in users if not u.startswith("bot")} <= allowed


def test_only_the_clock_reads_the_wall_clock() -> None:
    banned = ("datetime.now(", "date.today(", "time.time(", "datetime.utcnow(")
    readers = {
        str(p.relative_to(ROOT))
        for p in SOURCES
        if any(word in p.read_text("utf-8") for word in banned)
    }
    assert readers <= {"bot/clock.py"}


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(p.relative_to(ROOT)) for p, tree in TREES.items() if not ast.get_docstring(tree)]
    assert silent == []


@pytest.mark.parametrize("folder", ["casework", "storage/base.py"])
def test_public_names_of_the_floor_are_explained(folder: str) -> None:
    silent = [
        f"{p.relative_to(ROOT)}:{node.name}"
        for p, tree in TREES.items()
        if str(p.relative_to(ROOT)).startswith(folder)
        for node in ast.iter_child_nodes(tree)
        if isinstance(node, ast.ClassDef | Function)
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("name", PACKAGES)
def test_the_top_level_name_is_ours_alone(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"jianjian"}


def test_the_wheel_holds_the_four_packages_and_cannot_be_uploaded() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]


def test_the_lock_pins_with_hashes_and_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "--hash=sha256:" in lock
    assert "://" not in lock
    assert not (ROOT / "uv.lock").exists()
