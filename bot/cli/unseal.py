"""`jianjian unseal`: at the superior office, a sealed letter opened with its private key."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.refusals import GIVEN_WRONG, fail
from storage.sealing import SealBroken
from storage.superior import is_locked, private_key
from storage.superior import unseal as open_letter


def unseal(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The sealed file.")],
    key: Annotated[Path, typer.Option(metavar="PEM", help="The X25519 private key.")],
) -> None:
    """Open a report that was sealed for this office; needs no installation."""
    passphrase = ""
    if is_locked(key):
        passphrase = typer.prompt("passphrase of the key", hide_input=True, err=True)
    private = private_key(key, passphrase)
    try:
        plain = open_letter(private, file.read_bytes())
    except SealBroken:
        line = f"{file}: does not open with this key, or was damaged; ask for the file again"
        fail(line, GIVEN_WRONG)
    typer.echo(plain.decode())
