"""Backups that go wrong, and archives that somebody else has made."""

import asyncio
import io
import json
import os
import resource
import signal
import sqlite3
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from bot.archive import Archive, sealed_to
from bot.backups import make_backup, restore
from bot.config import Config
from casework.errors import DataError
from storage import holds, migrate
from storage.base import StorageError
from storage.keyring import Keyring
from storage.open import peek
from storage.sqlite import SqliteStorage
from tests.acceptance.command_line import Shell
from tests.acceptance.copies import (
    BLOB,
    IDENTITY,
    RECIPIENT,
    elsewhere,
    name_blob,
    offline,
    quiet,
    with_a_file,
)
from tests.faults.installation import Installation
from tests.faults.process import ROOT
from tests.faults.storm import until

Member = tuple[str, bytes]


@pytest.fixture
async def made(tmp_path: Path) -> Installation:
    """An installation with a plan, people, texts and a file."""
    return await with_a_file(tmp_path / "here")


@pytest.fixture
def copy(made: Installation, tmp_path: Path) -> Path:
    """A good backup of it."""
    make_backup(made.config, [RECIPIENT], tmp_path / "good.age", quiet)
    return tmp_path / "good.age"


def members(copy: Path) -> list[Member]:
    """What is in a backup, in order."""
    plain = pyrage.decrypt(copy.read_bytes(), [IDENTITY])
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return [(m.name, tar.extractfile(m).read()) for m in tar]  # type: ignore[union-attr]


def sealed(folder: Path, fill: Callable[[Archive], None]) -> Path:
    """An archive of somebody who knows the public key."""
    keys = [pyrage.x25519.Recipient.from_str(RECIPIENT)]
    with (folder / "forged.age").open("xb") as out, sealed_to(out, keys) as archive:
        fill(archive)
    return folder / "forged.age"


def of(parts: list[Member]) -> Callable[[Archive], None]:
    """Just these files."""

    def fill(archive: Archive) -> None:
        for name, data in parts:
            archive.add(name, data)

    return fill


def entry(name: str, type: bytes, link: str = "") -> Callable[[list[Member]], object]:
    """A good backup with one strange entry behind its beginning."""

    def forge(parts: list[Member]) -> Callable[[Archive], None]:
        def fill(archive: Archive) -> None:
            archive.add(*parts[0])
            strange = tarfile.TarInfo(name)
            strange.type, strange.linkname = type, link
            archive._tar.addfile(strange)
            of(parts[1:])(archive)

        return fill

    return forge


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[list[Member]], object]:
    """A good backup with one file changed."""
    return lambda parts: of([(n, change(d) if n == name else d) for n, d in parts])


def with_json(**values: object) -> Callable[[bytes], bytes]:
    """Other values in a file of JSON."""
    return lambda data: json.dumps({**json.loads(data), **values}).encode()


def other_tables(data: bytes) -> bytes:
    """A list that leaves one out."""
    found = json.loads(data)
    return json.dumps({**found, "tables": found["tables"][:-1]}).encode()


def strange_table(data: bytes) -> bytes:
    """A list with a table of its own."""
    found = json.loads(data)
    found["tables"][0]["table"] = "../../../etc/passwd"
    return json.dumps(found).encode()


def first(*parts: Member) -> Callable[[list[Member]], object]:
    """These before everything else."""
    return lambda rest: of([*parts, *rest])


def without(name: str) -> Callable[[list[Member]], object]:
    """One file is not there."""
    return lambda parts: of([p for p in parts if p[0] != name])


def added(name: str, data: bytes = b"x") -> Callable[[list[Member]], object]:
    """One file more."""
    return lambda parts: of([*parts, (name, data)])


STRANGE = "holds what no backup of this program holds"
PLAN = "tables/round.000001.jsonl"
FORGED: list[tuple[str, Callable[[list[Member]], object], str]] = [
    ("a way out of the folder", added("../../evil"), STRANGE),
    ("an absolute name", added("/tmp/evil"), STRANGE),
    ("a way out by a blob", added(f"blobs/../{BLOB}"), STRANGE),
    ("a blob in the wrong folder", added(f"blobs/cd/{BLOB}"), STRANGE),
    ("a table of the system", added("tables/../x.000001.jsonl"), STRANGE),
    ("another file", added("config.toml"), STRANGE),
    ("a symbolic link", entry(f"blobs/ab/{BLOB[:-1]}1", tarfile.SYMTYPE, "/etc"), STRANGE),
    ("a hard link", entry(f"blobs/ab/{BLOB[:-1]}1", tarfile.LNKTYPE, "keys.json"), STRANGE),
    ("a folder as a link", entry("blobs", tarfile.SYMTYPE, "/tmp"), STRANGE),
    ("a device", entry(f"blobs/ab/{BLOB[:-1]}1", tarfile.CHRTYPE), STRANGE),
    ("a sparse giant", entry(f"blobs/ab/{BLOB[:-1]}1", tarfile.GNUTYPE_SPARSE), "damaged|STRANGE"),
    ("keys of two megabytes", added("keys.json", b"x" * 2_000_000), STRANGE),
    ("another beginning", first((PLAN, b"[]\n")), STRANGE),
    ("two beginnings", first(("about.json", b"{}")), "does not say of what it is"),
    ("no end", without("manifest.json"), "cut off or lacks a part"),
    ("no keys", without("keys.json"), "cut off or lacks a part"),
    ("no file", without(f"blobs/ab/{BLOB}"), "cut off or lacks a part"),
    ("a file more", added(f"blobs/ab/{BLOB[:-1]}1"), "cut off or lacks a part"),
    ("no rows", without(PLAN), "cut off or lacks a part"),
    ("a table less", changed("manifest.json", other_tables), "cut off or lacks a part"),
    ("a table of its own", changed("manifest.json", strange_table), "cut off or lacks a part"),
    ("a changed row", changed(PLAN, lambda d: d.replace(b"r1", b"r2")), "one was changed"),
    ("rows that are none", changed(PLAN, lambda d: d + b"{nonsense\n"), "cannot be read"),
    ("other columns", changed(PLAN, lambda d: b'["1 FROM x; --"]\n' + d), "round"),
    ("a newer form", changed("about.json", with_json(form=9)), "made by version 0.*form 9"),
    ("a newer schema", changed("about.json", with_json(schema=9999)), "schema 9999.*install that"),
    ("no version", changed("about.json", lambda d: b"[]"), "does not say of what it is"),
]


@pytest.mark.parametrize(("forge", "line"), [f[1:] for f in FORGED], ids=[f[0] for f in FORGED])
async def test_a_forged_archive_is_refused_and_leaves_nothing(
    made: Installation,
    copy: Path,
    tmp_path: Path,
    forge: Callable[[list[Member]], Callable[[Archive], None]],
    line: str,
) -> None:
    forged = sealed(tmp_path, forge(members(copy)))
    config = elsewhere(made, tmp_path / "there")
    with pytest.raises((DataError, StorageError), match=line.replace("STRANGE", STRANGE)):
        await restore(config, forged, offline(tmp_path), quiet, at=1)
    assert nothing_in(config)


def nothing_in(config: Config) -> bool:
    """No keys, no files, no rows."""
    here = {path.name for path in config.data_dir.glob("*")} if config.data_dir.exists() else set()
    file = Path(config.database.removeprefix("sqlite:"))
    if file.exists():
        with closing(sqlite3.connect(file)) as db:
            assert db.execute("SELECT count(*) FROM round").fetchone() == (0,)
    return not config.key_file.exists() and here <= {"jianjian.db", "jianjian.db.lock"}


def turn_a_bit(file: Path, place: float) -> None:
    """One bit at a part of its length."""
    bits = bytearray(file.read_bytes())
    bits[int(len(bits) * place)] ^= 1
    file.write_bytes(bits)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.999])
async def test_one_bit_that_turned_is_noticed(
    made: Installation, copy: Path, tmp_path: Path, place: float
) -> None:
    turn_a_bit(copy, place)
    config = elsewhere(made, tmp_path / "there")
    with pytest.raises(DataError, match="was damaged or cut off"):
        await restore(config, copy, offline(tmp_path), quiet, at=1)
    assert nothing_in(config)


async def test_a_backup_of_an_older_program_comes_up_to_date_at_its_next_start(
    made: Installation, copy: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    newer.mkdir()
    for step in migrate.load():
        (newer / f"{step.number:04}_{step.name}.sql").write_text(step.text, "utf-8")
    (newer / "9000_later.sql").write_text(
        "-- Later.\nALTER TABLE hold ADD COLUMN note TEXT NOT NULL DEFAULT 'new';\n", "utf-8"
    )
    config = elsewhere(made, tmp_path / "there")
    await restore(config, copy, offline(tmp_path), quiet, at=1, folder=newer)
    storage = SqliteStorage(Path(config.database.removeprefix("sqlite:")), migrations=newer, at=2)
    await storage.open()
    assert await storage.read(holds.standing) == "restored"
    await storage.close()
    held = peek(config.database, lambda db: list(db.rows("hold")))
    assert held == [("restored", 1, "new")]
    with pytest.raises(StorageError, match="at version 9000, this program knows"):
        make_backup(config, [RECIPIENT], tmp_path / "newer.age", quiet)
    assert not (tmp_path / "newer.age").exists()
    make_backup(config, [RECIPIENT], tmp_path / "newer.age", quiet, folder=newer)
    with pytest.raises(DataError, match="schema 9000"):
        await restore(
            elsewhere(made, tmp_path / "old"), tmp_path / "newer.age", offline(tmp_path), quiet, 1
        )


async def test_a_backup_holds_the_files_that_its_rows_name_and_says_which_are_lost(
    made: Installation, tmp_path: Path
) -> None:
    shell = Shell(made.folder)
    folder = made.config.data_dir / "blobs"
    (folder / "ab" / (BLOB[:-1] + "1")).write_bytes(b"of no row")
    (folder / "part-0123456789abcdef").write_bytes(b"half")
    upload = made.config.data_dir / "uploads" / ("0" * 32)
    upload.parent.mkdir()
    upload.write_bytes(b"on its way")
    (upload.parent / ("1" * 32 + ".part")).write_bytes(b"half")
    said = shell.run("backup", "--to", str(tmp_path / "a.age"), "--recipient", RECIPIENT)
    assert said.code == 0, said.err
    assert "1 files, and the keys" in said.out
    names = {name for name, _ in members(tmp_path / "a.age")}
    kept = {n for n in names if n.startswith(("blobs/", "uploads/"))}
    assert kept == {f"blobs/ab/{BLOB}", f"uploads/{'0' * 32}"}
    name_blob(made.config, "cd" + "0" * 62, id="f2")
    said = shell.run("backup", "--to", str(tmp_path / "b.age"), "--recipient", RECIPIENT)
    assert said.code == 1
    assert "1 files that rows name are not in" in said.err
    config = elsewhere(made, tmp_path / "there")
    await restore(config, tmp_path / "b.age", offline(tmp_path), quiet, at=1)
    assert (config.data_dir / "uploads" / ("0" * 32)).read_bytes() == b"on its way"


async def test_keys_that_root_hands_over_are_in_the_backup_too(
    made: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = made.config.key_file.read_text("utf-8")
    made.config.key_file.unlink()
    with pytest.raises(StorageError, match="there is no key file"):
        make_backup(made.config, [RECIPIENT], tmp_path / "copy.age", quiet)
    monkeypatch.setenv("JIANJIAN_KEYS", keys)
    make_backup(made.config, [RECIPIENT], tmp_path / "copy.age", quiet)
    config = elsewhere(made, tmp_path / "there")
    await restore(config, tmp_path / "copy.age", offline(tmp_path), quiet, at=1)
    assert not config.key_file.exists()
    assert any(config.data_dir.glob("blobs/??/*"))


async def test_a_restore_never_replaces_other_keys_and_takes_the_same_ones(
    made: Installation, copy: Path, tmp_path: Path
) -> None:
    config = elsewhere(made, tmp_path / "there")
    Keyring.create(config.key_file)
    own = config.key_file.read_bytes()
    with pytest.raises(DataError, match="other keys than the backup's are in place"):
        await restore(config, copy, offline(tmp_path), quiet, at=1)
    assert config.key_file.read_bytes() == own
    config.key_file.unlink()
    config.key_file.write_bytes(made.config.key_file.read_bytes())
    config.key_file.chmod(0o400)
    await restore(config, copy, offline(tmp_path), quiet, at=1)


async def test_a_restore_that_was_cut_off_says_what_to_remove(
    made: Installation, copy: Path, tmp_path: Path
) -> None:
    config = elsewhere(made, tmp_path / "there")
    (config.data_dir / "restoring").mkdir(parents=True)
    with pytest.raises(DataError, match="an earlier restore was cut off here; remove this folder"):
        await restore(config, copy, offline(tmp_path), quiet, at=1)
    (config.data_dir / "restoring").rmdir()
    (config.data_dir / "blobs").mkdir()  # left by a program that never took a file
    await restore(config, copy, offline(tmp_path), quiet, at=1)


async def running(
    made: Installation, *arguments: str, room: int = 0
) -> asyncio.subprocess.Process:
    """A command as a process of its own; with `room` no file may grow beyond so many bytes."""

    def narrow() -> None:
        if room:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

    config = str(made.folder / "config.toml")
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "-c", config, *arguments),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=narrow,
    )


async def test_a_backup_without_room_says_so_and_leaves_nothing(
    made: Installation, tmp_path: Path
) -> None:
    target = tmp_path / "copy.age"
    arguments = ("backup", "--to", str(target), "--recipient", RECIPIENT)
    (made.config.data_dir / "blobs" / "ab" / BLOB).write_bytes(os.urandom(300_000))
    process = await running(made, *arguments, room=100_000)
    _, said = await process.communicate()
    assert said.decode().splitlines()[-1] == f"{target}: no room is left; make room there"
    assert process.returncode == 1
    assert not [*tmp_path.glob(".*"), *tmp_path.glob("copy*")]  # noqa: ASYNC240


async def test_a_restore_without_room_says_so_and_leaves_nothing(
    made: Installation, copy: Path, tmp_path: Path
) -> None:
    config = elsewhere(made, tmp_path / "there")
    there = Installation(folder=tmp_path / "there", mode=made.mode, port=made.port)
    identity = str(offline(tmp_path))
    process = await running(there, "restore", str(copy), "--identity", identity, room=1_000)
    _, said = await process.communicate()
    assert said.decode().splitlines()[-1].endswith("no room is left; make room there")
    assert nothing_in(config)


async def test_a_backup_that_is_killed_leaves_no_file_under_its_name_and_the_next_one_is_whole(
    made: Installation, tmp_path: Path
) -> None:
    blob = "cd" + "0" * 62
    name_blob(made.config, blob, id="f2")
    giant = made.config.data_dir / "blobs" / "cd" / blob
    giant.parent.mkdir()
    with giant.open("wb") as file:
        file.truncate(3_000_000_000)
    into = tmp_path / "kept"
    into.mkdir()
    arguments = ("backup", "--to", str(into), "--recipient", RECIPIENT)
    process = await running(made, *arguments)
    await until(lambda: any(p.stat().st_size > 500_000 for p in into.glob(".*.part")))
    (part,) = into.glob(".*.part")
    name = part.name.removeprefix(".").removesuffix(".part")
    with pytest.raises(DataError, match="another backup is writing it"):
        make_backup(made.config, [RECIPIENT], into / name, quiet)
    os.kill(process.pid, signal.SIGKILL)
    await process.communicate()
    assert [p.name for p in into.iterdir()] == [part.name]
    giant.write_bytes(b"small")
    said = Shell(made.folder).run(*arguments, "--keep", "1")
    assert said.code == 0, said.err
    (whole,) = into.iterdir()
    assert not whole.name.startswith(".")
    config = elsewhere(made, tmp_path / "there")
    await restore(config, whole, offline(tmp_path), quiet, at=1)


def test_a_folder_keeps_the_newest_backups_and_what_is_not_its_own(
    made: Installation, tmp_path: Path
) -> None:
    into = tmp_path / "kept"
    into.mkdir()
    for day in range(1, 6):
        (into / f"jianjian-2026010{day}-023000.age").write_bytes(b"old")
    (into / "jianjian-before-upgrade.age").write_bytes(b"by hand")
    keys = made.folder / "recipients.txt"
    keys.write_text(f"# the safe\n{RECIPIENT}\n\n", "utf-8")
    said = Shell(made.folder).run(
        "backup", "--to", str(into), "--recipients", str(keys), "--keep", "3"
    )
    assert said.code == 0, said.err
    assert "3 older ones are gone" in said.out
    names = sorted(p.name for p in into.iterdir())
    assert names[:2] == ["jianjian-20260104-023000.age", "jianjian-20260105-023000.age"]
    assert names[3] == "jianjian-before-upgrade.age"
    assert len(names) == 4


WRONG: list[tuple[tuple[str, ...], int, str]] = [
    (("backup", "--to", "x.age"), 2, "needs somebody who may open it"),
    (("backup", "--to", "nowhere/x.age", "--recipient", RECIPIENT), 1, "No such file"),
    (("backup", "--to", "x.age", "--recipient", RECIPIENT, "--keep", "3"), 2, "is no folder"),
    (("backup", "--to", "x.age", "--recipient", str(IDENTITY)), 2, "that is no age1… key"),
    (("restore", "none.age", "--identity", "none.key"), 1, "none.key: No such file"),
    (("restore", "none.age", "--identity", "/dev/null"), 2, "holds no AGE-SECRET-KEY"),
    (("migrate-storage", "sqlite:none.db", "sqlite:new.db"), 2, "none.db: is not there"),
    (("migrate-storage", "mysql://x/y", "sqlite:new.db"), 1, "does not name an engine"),
    (("release",), 2, "it was not held"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "line"), WRONG, ids=[" ".join(w[0])[:40] + str(w[1]) for w in WRONG]
)
def test_what_is_given_wrong_is_said_in_one_line(
    made: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    line: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = Shell(made.folder).run(*arguments)
    assert (said.code, line in said.line) == (code, True), said.err
    assert str(IDENTITY) not in said.err
    assert not list(tmp_path.glob("*.db*"))
