"""How a command ends when it cannot go on: clear lines on stderr and an exit code."""

import sys
from collections.abc import Callable
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from bot.control import ControlError, NotRunning
from casework.errors import CaseworkError, DataError
from storage.base import AlreadyOpen, StorageError
from storage.keyring import KeyringError

GIVEN_WRONG = 2
FAILED = 1


def fail(line: str, exit_code: int = FAILED) -> NoReturn:
    """Say why on stderr and stop."""
    typer.echo(line, err=True)
    raise typer.Exit(exit_code)


def run_guarded(act: Callable[[], object]) -> None:
    """Run the command line; whatever goes wrong becomes a line and a code, never a traceback."""
    try:
        code = act()
    except TyperException as wrong:
        _leave(_usage_line(wrong.format_message()), wrong.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        _leave("stopped", FAILED)
    except DataError as wrong:
        _leave(str(wrong), GIVEN_WRONG)
    except ControlError as wrong:
        _leave(str(wrong), wrong.exit_code)
    except NotRunning:
        _leave("no program is running here; start it with `jianjian run`", FAILED)
    except KeyringError as wrong:
        _leave(str(wrong), GIVEN_WRONG)
    except AlreadyOpen:
        _leave(
            "another process holds this database; stop it, or wait until it has ended",
            FAILED,
        )
    except (StorageError, CaseworkError) as wrong:
        _leave(str(wrong), FAILED)
    except OSError as wrong:
        _leave(_os_line(wrong), FAILED)
    except Exception as wrong:  # a fault of ours: its words may be a person's, its kind is not
        _leave(f"a fault of the program itself ({type(wrong).__name__}); please report it", FAILED)
    else:
        sys.exit(code if isinstance(code, int) else 0)


def _usage_line(message: str) -> str:
    return message if "\n" in message else f"{message.rstrip('.')}; see `jianjian --help`"


def _os_line(wrong: OSError) -> str:
    where = f"{wrong.filename}: " if wrong.filename else ""
    return (
        f"{where}{wrong.strerror or type(wrong).__name__}; check the path, its rights and the port"
    )


def _leave(line: str, code: int) -> NoReturn:
    typer.echo(line, err=True)
    sys.exit(code)
