"""A report about the leading group: only the superior office opens it, and it is tracked."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from casework.errors import DataError
from handlers import superior
from storage import superior as letters
from storage.sealing import SealBroken
from tests.acceptance.command_line import Shell, ready
from tests.acceptance.county import county, facts, forms, report_of
from tests.handlers.citizens import INTEGRITY, STORY, look, receipt, staff
from tests.handlers.talk import Chat, World

PRIVATE = X25519PrivateKey.from_private_bytes(b"s" * 32)
PLAIN = ("石料", "程望舒", "青石", "周晓", "integrity")


def pem(folder: Path) -> Path:
    file = folder / "superior.pem"
    public = PRIVATE.public_key()
    file.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return file


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with county(tmp_path, keys={"superior": str(pem(tmp_path))}) as made:
        yield made


async def write(chat: Chat) -> None:
    """From the link to the question that tells where else to write."""
    await chat.start("s_s1")
    for label in ("我已阅读", "主要负责人", *INTEGRITY, "匿名"):
        await chat.press(label)
    await chat.say(STORY)
    await chat.press("完成")
    await chat.say("程望舒")
    await chat.press("其余跳过")
    assert chat.last.key == "intake.superior"


async def file(chat: Chat) -> tuple[str, str]:
    await write(chat)
    await chat.press("仍要反映")
    (shown, *_) = await chat.press("确认提交")
    assert shown.key == "receipt.superior"
    return receipt(shown.text)


async def fetch(world: World, link: str) -> tuple[str, bytes] | None:
    token, vault = link.rpartition("/")[2], world.kit.vault
    at = int(world.now.timestamp())
    return await look(world, lambda db: superior.download(db, vault, token, at))


async def test_the_words_are_sealed_and_nothing_of_them_stays(world: World) -> None:
    before = facts(world.file)
    chat = world.chat("citizen")
    ticket = await file(chat)
    stub = await report_of(world, ticket[0])
    assert (stub.queue, stub.hidden, stub.unit_id, stub.category, stub.subject_kind) == (
        "superior",
        True,
        "",
        "unsure",
        "",
    )
    after = facts(world.file)
    for table in ("report_text", "report_identity", "report_recusal", "attachment"):
        assert after[table] == before[table] == []
    assert [form["id"] for form in await forms(world, chat)] == ["after_filing"]


async def test_the_office_carries_what_it_cannot_open_until_the_receipt_is_entered(
    world: World,
) -> None:
    ticket = await file(world.chat("citizen"))
    await world.tick(superior.tell)
    office = staff(world, "office")
    assert office.last.key == "superior.waiting"
    assert not any(word in office.last.text for word in PLAIN)
    for person in ("leading", "leader", "member", "liaison"):
        assert not staff(world, person).heard
    (shown,) = await office.press("下载封存文件")
    link = shown.text.splitlines()[-1]
    found = await fetch(world, link)
    assert found is not None
    name, sealed = found
    assert await fetch(world, link) is None  # once
    assert not any(word.encode() in sealed for word in PLAIN)
    opened = json.loads(letters.unseal(PRIVATE, sealed))
    assert opened["texts"] == {"account": STORY, "names": "程望舒"}
    assert (opened["unit"], opened["number"]) == ("青石镇党委", ticket[0])
    assert name.endswith(".sealed")
    count = len(office.heard)
    await world.tick(superior.tell)
    assert len(office.heard) == count  # once a day
    world.pass_time(days=1)
    await world.tick(superior.tell)
    assert len(office.heard) == count + 1
    await office.press("录入回执")
    (shown,) = await office.say("2026-03-03")
    assert shown.key == "superior.receipted"
    assert (await report_of(world, ticket[0])).state == "finished"
    world.pass_time(days=1)
    assert await world.tick(superior.tell) == []
    for data in [d for s in office.heard if s.key == "superior.waiting" for d in s.data]:
        (shown,) = await office.press_data(data)
        assert shown.key in ("form.stale_card", "superior.done_before")


async def test_additions_are_sealed_likewise(world: World) -> None:
    ticket = await file(world.chat("citizen"))
    other = world.chat("second")
    await other.say(f"/add {' '.join(ticket)}")
    await other.say("还有一个证人，住在上河村三组。")
    await other.send_file("发票.jpg", kind="photo")
    (shown,) = await other.press("完成")
    assert shown.key == "superior.added"
    after = facts(world.file)
    assert after["report_text"] == after["attachment"] == []
    assert len(after["superior_letter"]) == 2


async def test_nobody_but_the_office_can_press_its_card(world: World) -> None:
    await file(world.chat("citizen"))
    await world.tick(superior.tell)
    data = staff(world, "office").last.data
    before = facts(world.file)
    for person in ("leading", "leader", "office2", "liaison"):
        for button in data:
            (shown,) = await staff(world, person).press_data(button)
            assert shown.key == "form.stale_card"
    assert facts(world.file) == before


async def test_without_a_key_nothing_is_taken_and_a_counter_moves(tmp_path: Path) -> None:
    async with county(tmp_path) as world:
        before = facts(world.file)
        chat = world.chat("citizen")
        await write(chat)
        assert "12388" in chat.last.text
        assert chat.last.labels == ["返回", "取消"]
        await chat.press("取消")
        after = facts(world.file)
        assert len(after.pop("turned_away")) == 1
        before.pop("turned_away")
        assert after == before


@pytest.mark.parametrize("place", [0, 3, 7, 20, 39, 60, -1])
def test_a_letter_that_was_touched_does_not_open(place: int) -> None:
    public = PRIVATE.public_key().public_bytes_raw()
    sealed = bytearray(letters.seal(public, "原文".encode() * 30, b"o" * 32))
    assert letters.unseal(PRIVATE, bytes(sealed)) == "原文".encode() * 30
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        letters.unseal(PRIVATE, bytes(sealed))
    with pytest.raises(SealBroken):
        letters.unseal(X25519PrivateKey.from_private_bytes(b"x" * 32), bytes(sealed))


@pytest.mark.parametrize("content", [None, b"", b"no key", "ed25519"])
def test_a_file_that_is_no_such_key_is_named_with_its_mend(
    tmp_path: Path, content: bytes | str | None
) -> None:
    path = tmp_path / "key.pem"
    if content == "ed25519":
        other = Ed25519PrivateKey.from_private_bytes(b"e" * 32).public_key()
        content = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"key\.pem: .*; ask the superior office"):
        letters.public_key(path)


async def test_a_letter_that_waits_is_found_by_day(world: World) -> None:
    ticket = await file(world.chat("citizen"))
    report = await report_of(world, ticket[0])
    assert await look(world, partial(letters.waiting, report_id=report.id)) == 1


def test_check_names_a_key_that_is_none(tmp_path: Path) -> None:
    shell = ready(tmp_path)
    assert shell.run("check").code == 0
    shell.write("superior.pem", "PASTE")
    text = shell.config.read_text("utf-8")
    shell.write("config.toml", text.replace("[keys]\n", '[keys]\nsuperior = "superior.pem"\n'))
    said = shell.run("check")
    assert said.code == 2
    assert "superior.pem: holds no public key; ask the superior office" in said.line


@pytest.mark.parametrize("locked", [False, True])
def test_the_superior_office_opens_the_file_on_its_own_machine(
    tmp_path: Path, locked: bool
) -> None:
    public = PRIVATE.public_key().public_bytes_raw()
    (tmp_path / "a.sealed").write_bytes(letters.seal(public, b'{"texts": 1}', b"o" * 32))
    key = tmp_path / "private.pem"
    lock = BestAvailableEncryption(b"words") if locked else NoEncryption()
    key.write_bytes(PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    assert letters.is_locked(key) == locked
    if locked:
        private = letters.private_key(key, "words")
        assert letters.unseal(private, (tmp_path / "a.sealed").read_bytes()) == b'{"texts": 1}'
        with pytest.raises(DataError, match="the passphrase is wrong"):
            letters.private_key(key, "other")
        return
    said = Shell(tmp_path).run("unseal", str(tmp_path / "a.sealed"), "--key", str(key))
    assert (said.code, said.out) == (0, '{"texts": 1}\n')
    (tmp_path / "a.sealed").write_bytes(b"JJSUP1\nx")
    said = Shell(tmp_path).run("unseal", str(tmp_path / "a.sealed"), "--key", str(key))
    assert said.code == 2
    assert "does not open with this key" in said.line
