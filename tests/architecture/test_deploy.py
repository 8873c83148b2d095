"""What is deployed fits what is developed: locked libraries, settings that exist, no secret."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import TelegramSettings
from bot.cli import COMMANDS, app
from bot.config import Config

ROOT = Path(__file__).parents[2]
_PIN = re.compile(r"^([a-z0-9._-]+(?:\[[a-z,]+\])?)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Library → version of a lock file."""
    return dict(_PIN.findall((ROOT / name).read_text("utf-8")))


def test_the_image_has_the_very_versions_that_are_tested_and_no_test_tools() -> None:
    deployed, tested = pins("deploy/requirements.lock"), pins("requirements.lock")
    assert deployed.items() <= tested.items()
    assert not {"pytest", "aiogram", "mypy", "apsw"} & deployed.keys()


def test_every_library_that_the_program_needs_is_in_the_image() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    wanted = re.findall(
        r'^  "([a-z0-9-]+)', text.split("dependencies = [")[1].split("]\n")[0], re.M
    )
    found = {
        re.sub(r"\[.*", "", name).replace("_", "-") for name in pins("deploy/requirements.lock")
    }
    assert {name for name in wanted if name not in found} == set()


def test_variables_of_the_composition_are_settings() -> None:
    text = (ROOT / "deploy/compose.yaml").read_text("utf-8")
    for section, key in re.findall(r"JIANJIAN__(\w+?)__(\w+):", text):
        table = Config.model_fields[section.lower()].annotation
        assert key.lower() in table.model_fields, f"{section}.{key}"  # type: ignore[union-attr]


def test_no_secret_stands_in_what_is_deployed() -> None:
    for path in (ROOT / "deploy").iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"PASSWORD: (?!_FILE)\S", text), path.name
        assert "AGE-SECRET-KEY-1" not in text
        assert not re.search(r"\d{6,}:[A-Za-z0-9_-]{30,}", text)


def setting(name: str, key: str) -> str:
    """A setting of a unit or of the composition."""
    text = (ROOT / "deploy" / name).read_text("utf-8")
    found = re.search(rf"^\s*{key}[=:]\s*(\S.*)$", text, re.MULTILINE)
    assert found, f"{name}: {key}"
    return found[1]


def part(service: str) -> str:
    """One service of the composition."""
    text = (ROOT / "deploy/compose.yaml").read_text("utf-8")
    found = re.search(rf"^  {service}:\n((?:    .*\n|\n)+)", text, re.MULTILINE)
    assert found, service
    return found[1]


def test_a_stop_is_given_longer_than_the_longest_call_to_a_platform() -> None:
    known = TelegramSettings.__dataclass_fields__
    fields: dict[str, Any] = {name: field.default for name, field in known.items()}
    longest = 3 * fields["read_seconds"] + fields["connect_seconds"]  # a file that is sent
    assert int(setting("jianjian.service", "TimeoutStopSec")) > longest
    grace = re.search(r"stop_grace_period: (\d+)s", part("worker"))
    assert grace
    assert int(grace[1]) > longest


HARDENED = (
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "MemoryDenyWriteExecute=yes",
    "SystemCallFilter=@system-service",
    "CapabilityBoundingSet=",
    "LimitCORE=0",
    "UMask=0077",
    "User=jianjian",
    "LoadCredential=jianjian.keys:/etc/jianjian/keys.json",
    "MemorySwapMax=0",
)


@pytest.mark.parametrize("unit", ["jianjian.service", "jianjian-backup.service"])
def test_units_are_hardened_and_get_the_keys_as_a_credential(unit: str) -> None:
    lines = (ROOT / "deploy" / unit).read_text("utf-8").splitlines()
    assert [line for line in HARDENED if line not in lines] == []
    assert not [line for line in lines if line.startswith("Environment")]


def test_a_service_is_started_anew_for_ever_but_not_after_a_fault_of_the_operator() -> None:
    assert setting("jianjian.service", "Restart") == "always"
    assert setting("jianjian.service", "StartLimitIntervalSec") == "0"
    assert setting("jianjian.service", "RestartPreventExitStatus") == "2"


def options(line: str) -> set[str]:
    """The options of a command line."""
    return set(re.findall(r"--([a-z]+)", line))


def test_the_nightly_backup_uses_options_that_exist() -> None:
    backup = next(c for c in COMMANDS if c.__name__ == "backup")
    known = set(inspect.signature(backup).parameters)
    unit = setting("jianjian-backup.service", "ExecStart")
    composed = re.search(r"command: (\[.*\])", part("backup"))
    assert composed
    for line in (unit, composed[1]):
        assert options(line)
        assert options(line) <= known
    assert setting("jianjian-backup.timer", "Persistent") == "true"


def test_workers_may_write_their_volume_and_share_nothing_that_is_being_sent() -> None:
    image = (ROOT / "deploy/Dockerfile").read_text("utf-8")
    guide = (ROOT / "deploy/README.md").read_text("utf-8")
    volume = re.search(r"files:(/\S+)\"", part("worker"))
    assert volume
    assert re.search(rf"install -d .*-o jianjian .*{volume[1]}", image)
    assert f'data_dir = "{volume[1]}"' in guide
    number = re.search(r"useradd .*--uid (\d+)", image)
    assert number
    assert f"{volume[1]}/leaving:uid={number[1]}" in part("worker")
    assert f"chown -R {number[1]}:{number[1]} secrets/keys.json secrets/pgpass" in guide


def test_compose_is_asked_for_nothing_that_it_ignores() -> None:
    text = (ROOT / "deploy/compose.yaml").read_text("utf-8")
    for line in re.findall(r"^.*source:.*$", text, re.MULTILINE):  # of secrets, outside a swarm
        assert not re.search(r"\b(uid|gid|mode):", line)
    proxy = (ROOT / "deploy/Caddyfile").read_text("utf-8")
    assert "dynamic" not in proxy or "health_uri" not in proxy


@pytest.mark.parametrize("service", ["worker", "database", "proxy"])
def test_every_container_has_limits_and_a_log_that_turns_over(service: str) -> None:
    text = (ROOT / "deploy/compose.yaml").read_text("utf-8")
    own = part(service) + (
        text.partition("services:")[0] if "<<: *program" in part(service) else ""
    )
    assert re.search(r"limits: \{memory: \d+[mg]", own)
    assert "logging: *log" in own
    assert "restart: unless-stopped" in own
    assert "no-new-privileges:true" in own


@pytest.mark.parametrize("guide", ["deploy/README.md", "docs/operations.md"])
def test_every_command_of_a_guide_exists(guide: str) -> None:
    text = (ROOT / guide).read_text("utf-8")
    known = {c.__name__.replace("_", "-") for c in COMMANDS}
    known |= {str(group.name) for group in app.registered_groups}
    used = re.findall(r"(?:\bjj|`jianjian|bin/jianjian(?: -c \S+)?) ([a-z]+(?:-[a-z]+)*)", text)
    assert len(used) > 10
    assert set(used) - known - {"jianjian"} == set()
