"""`jianjian init`: a folder to run from."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.plan import starter
from bot.cli.refusals import GIVEN_WRONG, fail
from bot.cli.site import make_private
from storage.keyring import Keyring


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
) -> None:
    """Make a folder with a configuration, keys and a plan to start from."""
    if folder.exists() and not folder.is_dir():
        fail(f"{folder}: is no folder; name another", GIVEN_WRONG)
    for name in ("config.toml", "keys.json", "plan.toml"):
        if (folder / name).exists():
            line = (
                f"{folder / name}: is there already and is never overwritten; name another folder"
            )
            fail(line, GIVEN_WRONG)
    make_private(folder)
    make_private(folder / "data")
    config = starter("config.toml")
    config = config.replace("{path}", secrets.token_urlsafe(18))
    config = config.replace("{secret}", secrets.token_urlsafe(32))
    _write_private(folder / "config.toml", config)
    _write_private(folder / "plan.toml", starter("plan.toml"))
    Keyring.create(folder / "keys.json")
    typer.echo(
        f"made {folder}/config.toml, plan.toml and keys.json\n"
        f"1. cd {folder}; fill in config.toml; `jianjian check` names what is missing\n"
        "2. fill in plan.toml; `jianjian plan import plan.toml`\n"
        "3. keep a copy of keys.json offline: without it nothing here can be read again"
    )


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text, encoding="utf-8")
