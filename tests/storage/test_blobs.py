"""Files lie sealed in chunks that cannot be moved, cut or exchanged, and appear whole or not."""

import os
from pathlib import Path

import pytest

from storage.blobs import CHUNK, BlobMissing, LocalBlobs
from storage.sealing import DataKey, SealBroken

KEY = DataKey(b"k" * 32)
PLACE = "attachment.content:abc"
SEALED = CHUNK + 29


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs")


def content(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


def the_file(tmp_path: Path, name: str) -> Path:
    return tmp_path / "blobs" / name[:2] / name


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_what_was_put_comes_back(store: LocalBlobs, tmp_path: Path, size: int) -> None:
    data = content(size)
    name = store.put([data[:5], data[5:]], KEY, PLACE)
    assert b"".join(store.get(name, KEY, PLACE)) == data
    assert b"0123456789" not in the_file(tmp_path, name).read_bytes()
    assert list(store.names()) == [name]


def test_nobody_else_may_read_the_folder(store: LocalBlobs, tmp_path: Path) -> None:
    name = store.put([b"x"], KEY, PLACE)
    path = the_file(tmp_path, name)
    for one in (path, path.parent, path.parent.parent):
        assert one.stat().st_mode & 0o077 == 0


def swap(data: bytes) -> bytes:
    return data[SEALED : 2 * SEALED] + data[:SEALED] + data[2 * SEALED :]


DAMAGES = {
    "the end is cut off": lambda data: data[:-1],
    "the last chunk is gone": lambda data: data[: 3 * SEALED],
    "the first chunk is gone": lambda data: data[SEALED:],
    "two chunks are exchanged": swap,
    "a chunk stands there twice": lambda data: data[:SEALED] + data,
    "something follows": lambda data: data + b"x",
    "a bit is changed": lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
    "nothing is left": lambda data: b"",
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_blob_does_not_open(store: LocalBlobs, tmp_path: Path, damage: str) -> None:
    name = store.put([content(3 * CHUNK + 7)], KEY, PLACE)
    path = the_file(tmp_path, name)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises(SealBroken):
        list(store.get(name, KEY, PLACE))


def test_a_blob_opens_with_its_key_for_its_file_only(store: LocalBlobs) -> None:
    name = store.put([b"words"], KEY, PLACE)
    with pytest.raises(SealBroken):
        list(store.get(name, DataKey(b"j" * 32), PLACE))
    with pytest.raises(SealBroken):
        list(store.get(name, KEY, "attachment.content:abd"))


def test_a_writer_that_is_not_finished_leaves_nothing(store: LocalBlobs, tmp_path: Path) -> None:
    with store.writer(KEY, PLACE) as writer:
        writer.write(content(2 * CHUNK))
    assert list(store.names()) == []
    assert list((tmp_path / "blobs").iterdir()) == []


def test_a_blob_that_is_not_there_is_said_without_its_path(store: LocalBlobs) -> None:
    for name in ("0" * 64, "../../../etc/passwd", ""):
        with pytest.raises(BlobMissing) as raised:
            list(store.get(name, KEY, PLACE))
        assert "/" not in str(raised.value)
    store.delete("0" * 64)


def test_the_sweep_takes_old_orphans_and_leftovers_alone(
    store: LocalBlobs, tmp_path: Path
) -> None:
    named, orphan, young = (store.put([word], KEY, PLACE) for word in (b"a", b"b", b"c"))
    leftover = tmp_path / "blobs" / "part-0011"
    leftover.write_bytes(b"half")
    for path in (the_file(tmp_path, named), the_file(tmp_path, orphan), leftover):
        os.utime(path, (1000, 1000))
    assert sorted(store.sweep(lambda name: name == named, before=2000)) == sorted(
        [orphan, "part-0011"]
    )
    assert set(store.names()) == {named, young}


def test_the_same_bytes_have_addresses_that_tell_nothing(store: LocalBlobs) -> None:
    assert store.put([b"same"], KEY, PLACE) != store.put([b"same"], KEY, PLACE)
