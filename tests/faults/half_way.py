"""Dies by SIGKILL at the N-th statement of a migration: run as `half_way.py DATABASE N`."""

import os
import signal
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from storage import migrate, queries


def main(database: str, fatal: int) -> None:
    """Climb to the newest schema, or die on the way; 0 where the ladder was shorter."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    left = fatal

    def execute(text: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        nonlocal left
        left -= 1
        found = connection.execute(text, values).fetchall()
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    migrate.migrate(execute, queries.SQLITE, migrate.load(), 0)
    connection.execute("COMMIT")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
