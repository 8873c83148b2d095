"""`jianjian check PLAN` refuses a mission whose gates lack a second person."""

from pathlib import Path

from tests.acceptance.command_line import ready


def test_check_names_the_mission_the_gate_and_the_mend(tmp_path: Path) -> None:
    shell = ready(tmp_path)
    text = (shell.folder / "plan.toml").read_text("utf-8")
    head, _, rest = text.partition("[[person]]                                # whoever")
    alone = head + "[[person]]" + rest.split("[[person]]", 1)[1]
    plan = shell.write("alone.toml", alone)
    said = shell.run("check", str(plan))
    assert said.code == 2
    (line,) = [line for line in said.err.splitlines() if "alone.toml: stationing" in line]
    assert "at the gate transfer" in line
    assert "nobody who is not office1" in line
    assert line.endswith("add a [[person]] with the role office")


def test_the_sample_of_init_passes_the_gates(tmp_path: Path) -> None:
    shell = ready(tmp_path)
    said = shell.run("check", str(shell.folder / "plan.toml"))
    assert "at the gate" not in said.err
