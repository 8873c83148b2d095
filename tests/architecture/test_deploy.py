"""What is deployed fits what is developed: locked libraries, settings that exist, no secret."""

import re
from pathlib import Path

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
