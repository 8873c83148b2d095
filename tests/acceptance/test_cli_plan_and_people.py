"""A fresh installation from the command line: init, check, plan, invite, audit."""

import json
import re
import stat
import tomllib
from pathlib import Path

import pytest
import zxingcpp

from tests.acceptance.command_line import Shell, ready


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return ready(tmp_path)


def test_init_makes_private_files_and_secrets_of_its_own(tmp_path: Path) -> None:
    secrets = set()
    for name in ("a", "b"):
        shell = Shell(tmp_path / name)
        assert shell.run("init", str(shell.folder)).code == 0
        section = tomllib.loads(shell.config.read_text("utf-8"))["telegram"]
        assert len(section["webhook_secret"]) >= 32
        secrets |= {section["webhook_secret"], section["webhook_path"]}
        modes = {
            f.name: stat.S_IMODE(f.stat().st_mode) for f in [shell.folder, *shell.folder.iterdir()]
        }
        assert modes == {
            name: 0o700,
            "config.toml": 0o600,
            "plan.toml": 0o600,
            "keys.json": 0o400,
            "data": 0o700,
        }
    assert len(secrets) == 4


def test_what_init_wrote_is_refused_until_the_token_is_filled_in(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "s")
    shell.run("init", str(shell.folder))
    said = shell.run("check")
    assert said.code == 2
    assert "telegram.token is still the example's value" in said.line


def test_what_init_wrote_is_in_order_once_it_is_filled_in(shell: Shell) -> None:
    said = shell.run("check")
    assert (said.code, said.err) == (0, "")


def test_a_plan_is_shown_put_into_force_and_then_changes_nothing(shell: Shell) -> None:
    first = shell.run("plan", "import", str(shell.folder / "plan.toml"), "--yes")
    assert first.code == 0
    assert "+ stationing[c1]" in first.out
    assert "13 changes are in force" in first.out
    again = shell.run("plan", "import", str(shell.folder / "plan.toml"), "--yes")
    assert again.code == 0
    assert "nothing changes" in again.out


def test_a_changed_plan_shows_its_difference_before_it_is_applied(shell: Shell) -> None:
    plan = shell.folder / "plan.toml"
    shell.run("plan", "import", str(plan), "--yes")
    text = plan.read_text("utf-8").replace("2026-04-24T18:00:00", "2026-04-28T18:00:00")
    plan.write_text(text, "utf-8")
    shown = shell.run("plan", "import", str(plan), "--dry-run")
    line = "~ stationing[c1].accept_until: 2026-04-24T18:00+08:00 -> 2026-04-28T18:00+08:00"
    assert line in shown.out
    assert "in force" not in shown.out
    applied = shell.run("plan", "import", str(plan), "--yes")
    assert applied.out.startswith(line)
    assert "1 changes are in force" in applied.out


def test_the_template_is_a_plan_that_can_be_imported(shell: Shell) -> None:
    template = shell.run("plan", "template")
    file = shell.write("mine.toml", template.out)
    assert shell.run("plan", "import", str(file), "--yes").code == 0


def test_plan_show_names_missions_and_people(shell: Shell) -> None:
    assert "no plan is in force" in shell.run("plan", "show").out
    shell.run("plan", "import", str(shell.folder / "plan.toml"), "--yes")
    shown = shell.run("plan", "show").out
    for word in ("c1", "leader1", "组长甲", "team_leader zu1", "planned"):
        assert word in shown


def test_an_invitation_gives_a_link_a_code_and_a_qr_code_that_reads_back(shell: Shell) -> None:
    shell.run("plan", "import", str(shell.folder / "plan.toml"), "--yes")
    said = shell.run("invite", "leader1")
    assert said.code == 0
    (code,) = re.findall(r"^code: ([a-z2-7]{4}(?:-[a-z2-7]{4}){3})", said.out, re.MULTILINE)
    (link,) = re.findall(r"^web: (\S+)$", said.out, re.MULTILINE)
    assert link == f"http://127.0.0.1:8321/#bind_{code.replace('-', '')}"
    drawn = [row for row in said.out.splitlines() if set(row) & set("█▀▄")]
    (read,) = zxingcpp.read_barcodes(picture(drawn))
    assert read.text == link


def test_every_invitation_has_a_code_of_its_own(shell: Shell) -> None:
    shell.run("plan", "import", str(shell.folder / "plan.toml"), "--yes")
    codes = {shell.run("invite", "leader1", "--no-qr").out.splitlines()[1] for _ in range(3)}
    assert len(codes) == 3


def test_the_audit_trail_of_the_command_line_is_in_order(shell: Shell) -> None:
    shell.run("plan", "import", str(shell.folder / "plan.toml"), "--yes")
    shell.run("invite", "leader1")
    said = shell.run("audit", "verify")
    assert said.code == 0
    assert said.out.startswith("2 acts are in order; head ")


def test_nothing_waits_in_a_fresh_outbox(shell: Shell) -> None:
    assert "nothing is uncertain or failed" in shell.run("outbox", "list").out


def test_the_doctor_finds_a_ready_installation_healthy(shell: Shell) -> None:
    said = shell.run("doctor")
    assert (said.code, said.err) == (0, "")
    assert "the store answers (sqlite)" in said.out


def test_deadlines_print_json_without_any_configuration(tmp_path: Path) -> None:
    said = Shell(tmp_path).run(
        "deadlines", "--profile", "suixi-2016", "--event", "feedback.received=2026-03-02", "--json"
    )
    assert said.code == 0
    rows = {row["obligation"]: row for row in json.loads(said.out)}
    assert all({"due", "nominal_due", "reminders", "count"} <= set(row) for row in rows.values())
    assert {row["due"] for row in rows.values() if row["due"]} != set()


def test_a_route_is_explained_with_its_reason(tmp_path: Path) -> None:
    said = Shell(tmp_path).run("route", "explain", "--category", "inspector", "--json")
    assert said.code == 0
    way = json.loads(said.out)
    assert way["hidden"] is True
    assert way["reasons"]


def test_the_version_is_printed(tmp_path: Path) -> None:
    said = Shell(tmp_path).run("version")
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", said.out)


def picture(rows: list[str]) -> memoryview:
    """The half blocks of a terminal as a picture; its blocks are light, the rest dark."""
    light = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    scale = 4
    grey = bytearray()
    for row in rows:
        for half in (0, 1):
            line = b"".join(bytes([light[sign][half]]) * scale for sign in row)
            grey += line * scale
    return memoryview(grey).cast("B", (len(rows) * 2 * scale, len(rows[0]) * scale))
