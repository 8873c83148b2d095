"""Every way to give a command something wrong: one clear line, an exit code, no traceback."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.process_lock import ProcessLock
from tests.acceptance.command_line import Shell, ready


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return ready(tmp_path)


GIVEN_WRONG = [
    (["nonsense"], "No such command 'nonsense'; see `jianjian --help`"),
    (["invite"], "Missing argument 'PERSON'; see `jianjian --help`"),
    (
        ["invite", "stranger"],
        "stranger: no person of a plan has this id; see `jianjian plan show`",
    ),
    (["plan", "import"], "Missing argument 'FILE.toml'"),
    (["plan", "import", "nowhere.toml"], "nowhere.toml: there is no such file; correct the path"),
    (["plan", "import", "plan.xlsx"], "plan.xlsx: only .toml plans are read"),
    (["deadlines"], "Missing option '--profile'"),
    (["deadlines", "--profile", "x"], "profile 'x' is not known; use one of central, county-2012"),
    (
        ["deadlines", "--profile", "central", "--event", "x"],
        "--event 'x' has no '='; write NAME=DATE",
    ),
    (["route", "explain", "--category", "x"], "category 'x' is unknown; use one of integrity"),
    (["outbox", "retry"], "name the ids of `jianjian outbox list`, or give --all"),
    (["outbox", "retry", "x"], "Invalid value for '[ID]...'"),
    (["outbox", "retry", "5"], "5: not uncertain or failed"),
]


@pytest.mark.parametrize(
    ("arguments", "line"), GIVEN_WRONG, ids=[" ".join(g[0]) for g in GIVEN_WRONG]
)
def test_what_is_given_wrong_ends_with_2_and_one_line(
    shell: Shell, arguments: list[str], line: str
) -> None:
    said = shell.run(*arguments)
    assert said.code == 2
    assert line in said.line


SPOILT: list[tuple[str, Callable[[Shell], object], list[str], str]] = [
    (
        "no configuration",
        lambda s: s.config.unlink(),
        ["plan", "show"],
        "config.toml: there is no such file; run `jianjian init DIR`",
    ),
    (
        "configuration that is no TOML",
        lambda s: s.write("config.toml", "[app"),
        ["plan", "show"],
        "config.toml: is not valid TOML",
    ),
    (
        "configuration in another encoding",
        lambda s: s.config.write_bytes("[app] # 中文".encode("gbk")),
        ["plan", "show"],
        "config.toml: is not UTF-8 text; save it as UTF-8",
    ),
    (
        "unknown time zone",
        lambda s: s.write("config.toml", '[app]\ntimezone = "Mars/Olympus"\n'),
        ["plan", "show"],
        "app.timezone is wrong: Mars/Olympus is not a known time zone",
    ),
    (
        "no keys",
        lambda s: (s.folder / "keys.json").unlink(),
        ["plan", "show"],
        "keys.json: there is no key file; restore it from your key backup "
        "(only for a new installation, `jianjian init` makes one)",
    ),
    (
        "keys that others may read",
        lambda s: (s.folder / "keys.json").chmod(0o444),
        ["plan", "show"],
        "keys.json: others may read the keys (mode 0444)",
    ),
    (
        "a plan that is no TOML",
        lambda s: s.write("plan.toml", "[[unit]"),
        ["plan", "import", "{folder}/plan.toml"],
        "plan.toml: is not valid TOML",
    ),
    (
        "a plan of an unknown profile",
        lambda s: s.write(
            "plan.toml",
            (s.folder / "plan.toml").read_text("utf-8").replace('= "suixi-2016"', '= "suixi"'),
        ),
        ["plan", "import", "{folder}/plan.toml"],
        "plan.toml: round.profile suixi is not known; use one of central, county-2012",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "arguments", "line"), [s[1:] for s in SPOILT], ids=[s[0] for s in SPOILT]
)
def test_a_spoilt_file_ends_with_2_and_one_line(
    shell: Shell, spoil: Callable[[Shell], object], arguments: list[str], line: str
) -> None:
    spoil(shell)
    said = shell.run(*(a.format(folder=shell.folder) for a in arguments))
    assert said.code == 2
    assert line in said.line


def test_init_never_overwrites(shell: Shell) -> None:
    before = (shell.folder / "keys.json").read_bytes()
    said = shell.run("init", str(shell.folder))
    assert said.code == 2
    assert "is there already and is never overwritten; name another folder" in said.line
    assert (shell.folder / "keys.json").read_bytes() == before


def test_init_into_a_file_is_refused(shell: Shell) -> None:
    said = shell.run("init", str(shell.config))
    assert (said.code, "is no folder; name another" in said.line) == (2, True)


def test_a_store_that_another_process_holds_ends_with_1(shell: Shell) -> None:
    shell.run("plan", "show")
    database = shell.folder / "data" / "jianjian.db"
    holder = ProcessLock(database.with_name("jianjian.db.lock"), "the database", database)
    holder.take()
    try:
        said = shell.run("plan", "show")
    finally:
        holder.release()
    assert said.code == 1
    assert "another process holds this database" in said.line


def test_a_store_that_does_not_answer_ends_with_1(shell: Shell) -> None:
    text = shell.config.read_text("utf-8")
    url = "postgresql://nobody@127.0.0.1:9/none"
    shell.write("config.toml", text.replace("sqlite:jianjian.db", url))
    said = shell.run("plan", "show")
    assert said.code == 1
    assert said.line


def test_check_names_every_fault_of_everything(shell: Shell) -> None:
    (shell.folder / "keys.json").chmod(0o444)
    (shell.folder / "data").chmod(0o755)
    shell.write("days.toml", "nonsense = 1\n")
    plan = (shell.folder / "plan.toml").read_text("utf-8")
    plan = plan.replace('team = "zu1"\nunits', 'team = "zu9"\nunits').replace("suixi-2016", "x")
    shell.write("plan.toml", plan)
    shell.write(
        "config.toml",
        shell.config.read_text("utf-8") + '[calendar]\noverlay = "days.toml"\n',
    )
    said = shell.run("check")
    assert said.code == 2
    for fault in (
        "keys.json: others may read the keys",
        "data: others may enter the data folder; chmod 700",
        "days.toml",
        "plan.toml: stationing[1].team zu9 is not a [[team]]",
        "plan.toml: round.profile",
    ):
        assert any(fault in line for line in said.err.splitlines()), fault


def test_check_names_every_fault_of_the_configuration(shell: Shell) -> None:
    shell.write("config.toml", '[app]\ntimezone = "X"\n[web]\nport = -1\n[colour]\nx = 1\n')
    said = shell.run("check")
    assert said.code == 2
    assert len([line for line in said.err.splitlines() if "config.toml: " in line]) == 3


def test_check_warns_where_content_goes_through_the_platform(shell: Shell) -> None:
    section = '[team]\ncontent = "private"\napprover = "秦以宁"\n'
    shell.write("config.toml", shell.config.read_text("utf-8") + section)
    said = shell.run("check")
    assert said.code == 0
    assert 'team.content is "private"' in said.line
    assert "秦以宁" in said.line


def test_check_warns_where_links_for_readers_would_lead_nowhere(shell: Shell) -> None:
    text = shell.config.read_text("utf-8")
    shell.write("config.toml", text + '\n[telegram]\ntoken = "1:abcdefgh"\n')
    said = shell.run("check")
    assert said.code == 0
    assert "web.public_url is empty" in said.line
    assert "write the https address" in said.line
    text = text.replace('public_url = ""', 'public_url = "https://jianjian.example"')
    shell.write("config.toml", text + '\n[telegram]\ntoken = "1:abcdefgh"\n')
    assert shell.run("check").err == ""


def test_the_module_and_the_console_script_are_the_same_command(shell: Shell) -> None:
    script = Path(sys.executable).with_name("jianjian")
    for command in ([sys.executable, "-m", "bot"], [str(script)]):
        ended = subprocess.run(
            [*command, "-c", str(shell.config), "invite", "stranger"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 2
        assert ended.stdout == ""
        assert ended.stderr.startswith("stranger: no person of a plan has this id")


def test_the_database_is_for_its_owner_alone(shell: Shell) -> None:
    shell.run("plan", "show")
    modes = {stat.S_IMODE(f.stat().st_mode) & 0o077 for f in (shell.folder / "data").iterdir()}
    assert modes == {0}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
@pytest.mark.parametrize(("uid", "name"), [(65534, "nobody"), (54321, "#54321")])
def test_a_command_by_another_user_makes_no_file_that_the_program_could_not_open(
    shell: Shell, uid: int, name: str
) -> None:
    data = shell.folder / "data"
    before = sorted(path.name for path in data.iterdir()) if data.exists() else []
    data.mkdir(exist_ok=True)
    os.chown(data, uid, uid)
    said = shell.run("plan", "show")
    assert said.code == 1
    assert f"belongs to {name}" in said.line
    assert f"sudo -u {name}" in said.line
    assert sorted(path.name for path in data.iterdir()) == before
