"""Starts the program again and again without reading its modules anew: run it as a script.

Each line on stdin is one start: a fresh process is forked off before anything of the program has
run, and goes through `jianjian run` like any other. Its process id is answered, then its end.
"""

import os
import sys

from bot.cli import main
from tests.faults import moved


def _live(arguments: list[str]) -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    code = 1
    try:
        (moved.main if moved.CLOCK in os.environ else main)(arguments)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


def _nurse(arguments: list[str]) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(arguments)
        print(child, flush=True)  # noqa: T201
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    _nurse(sys.argv[1:])
