"""The program with a clock that a file sets: run it in the place of `python -m bot`."""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import log
from bot.app import run_program
from bot.clock import SystemClock
from bot.config import load_config
from bot.loop import run_loop

CLOCK = "JIANJIAN_TEST_CLOCK"
"""The variable that names the file; in it, how many seconds the clock is ahead."""


class FileClock:
    """The machine's clock, ahead or behind as the file says at this moment."""

    def __init__(self, zone: ZoneInfo, file: Path) -> None:
        self.zone = zone
        self._file = file
        self._system = SystemClock(zone)

    def now(self) -> datetime:
        """The moved instant."""
        return self._system.now() + timedelta(seconds=ahead(self._file))


def ahead(file: Path) -> int:
    """Seconds by which the clock of a file is ahead."""
    return int(file.read_text("ascii"))


def set_ahead(file: Path, seconds: int) -> None:
    """Move the clock of a file, at once and never half."""
    new = file.with_suffix(".new")
    new.write_text(str(seconds), "ascii")
    new.replace(file)


def main(arguments: list[str]) -> None:
    """`-c config.toml run`."""
    config = load_config(Path(arguments[arguments.index("-c") + 1]))
    log.set_up(config.app.log_level, secrets=config.secrets())
    run_loop(run_program(config, FileClock(config.zone, Path(os.environ[CLOCK]))))


if __name__ == "__main__":
    main(sys.argv[1:])
