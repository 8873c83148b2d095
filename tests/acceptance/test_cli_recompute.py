"""`jianjian recompute` and `jianjian doctor` on a fresh installation."""

from pathlib import Path

import pytest

from tests.acceptance.command_line import Shell, ready

OVERLAY = """[[year]]
year = 2027
rest = [2027-01-01, 2027-02-08]
work = [2027-02-08, 2027-03-03]
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return ready(tmp_path)


def with_overlay(shell: Shell) -> None:
    text = shell.config.read_text("utf-8")
    shell.write("config.toml", f'{text}\n[calendar]\noverlay = "days.toml"\n')
    shell.write("days.toml", OVERLAY)


def test_without_a_difference_there_is_nothing_to_do(shell: Shell) -> None:
    shell.run("plan", "import", str(shell.folder / "plan.toml"), "--yes")
    said = shell.run("recompute", "--yes")
    assert (said.code, said.err) == (0, "")
    assert "every date agrees" in said.out


def test_an_unknown_mission_is_refused_in_one_line(shell: Shell) -> None:
    said = shell.run("recompute", "--mission", "nowhere")
    assert said.code == 2
    assert said.line == "nowhere: no mission has this id; see `jianjian plan show`"


@pytest.mark.parametrize("command", ["check", "doctor"])
def test_an_overlay_that_contradicts_itself_gets_a_line_for_each_fault(
    shell: Shell, command: str
) -> None:
    with_overlay(shell)
    said = shell.run(command)
    assert said.code != 0
    lines = [line for line in said.err.splitlines() if "days.toml" in line]
    assert any("2027-02-08 is both in rest and in work" in line for line in lines)
    assert any("2027-03-03, a Wednesday that is worked anyway" in line for line in lines)
    assert "Traceback" not in said.err
