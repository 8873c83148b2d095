"""What tests of backups share: an installation with a file, an empty place, a pair of keys."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyrage

from bot.config import Config, load_config
from tests.faults.installation import Installation, install

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
BLOB = "ab" + "0" * 62


def quiet(line: str) -> None:
    """Nobody watches."""


def offline(folder: Path) -> Path:
    """The file of the private key."""
    file = folder / "offline.key"
    file.write_text(f"# kept in a safe\n{IDENTITY}\n", "utf-8")
    return file


def name_blob(config: Config, blob: str, id: str = "f1") -> None:
    """A row that names a file."""
    with closing(sqlite3.connect(config.database.removeprefix("sqlite:"))) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(attachment)")]
        sample = {"id": id, "state": "stored", "blob": blob, "owner": "r", "size": 1}
        numbers = {"attempts", "next_try_at", "at", "place"}
        values = [
            sample.get(c, 0 if c in numbers else b"" if c in SEALED else "") for c in columns
        ]
        marks = ", ".join("?" * len(columns))
        db.execute(f"INSERT INTO attachment ({', '.join(columns)}) VALUES ({marks})", values)
        db.commit()


SEALED = {"details", "wrapped_key", "ref"}


async def with_a_file(folder: Path) -> Installation:
    """An installation with a plan, people, texts, and a file that a row names."""
    made = await install(folder, "http://127.0.0.1:9", "polling", supervised=2)
    blob = made.config.data_dir / "blobs" / BLOB[:2] / BLOB
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"sealed long ago")
    name_blob(made.config, BLOB)
    return made


def elsewhere(made: Installation, folder: Path) -> Config:
    """The same configuration in an empty place."""
    folder.mkdir()
    for name in ("config.toml", "days.toml"):
        (folder / name).write_bytes((made.folder / name).read_bytes())
    return load_config(folder / "config.toml")
