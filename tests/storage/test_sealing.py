"""Seals hold for one place, one compartment and one key; indexes for one purpose."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from storage.keyring import CREDENTIAL, VARIABLE, Keyring, KeyringError
from storage.sealing import Compartment, DataKey, SealBroken, Vault

PLACE = "report_text.body:abc:1"


@pytest.mark.parametrize("compartment", list(Compartment))
def test_what_was_sealed_opens_at_its_place(vault: Vault, compartment: Compartment) -> None:
    sealed = vault.seal(compartment, "我要反映".encode(), PLACE)
    assert "我要反映".encode() not in sealed
    assert vault.open(compartment, sealed, PLACE).decode() == "我要反映"
    assert vault.seal(compartment, "我要反映".encode(), PLACE) != sealed


@pytest.mark.parametrize(
    "place", ["report_text.body:abc:2", "report_text.body:abd:1", "", "note:abc"]
)
def test_a_sealed_value_moved_to_another_place_stays_shut(vault: Vault, place: str) -> None:
    sealed = vault.seal(Compartment.CONTENT, b"x", PLACE)
    with pytest.raises(SealBroken):
        vault.open(Compartment.CONTENT, sealed, place)
    key, _ = vault.new_data_key(Compartment.CONTENT, "report:abc", b"k" * 32)
    with pytest.raises(SealBroken):
        key.open(key.seal(b"x", PLACE), place)


def test_a_compartment_does_not_open_another(vault: Vault) -> None:
    sealed = vault.seal(Compartment.IDENTITY, "张三".encode(), PLACE)
    with pytest.raises(SealBroken):
        vault.open(Compartment.CONTENT, sealed, PLACE)


def test_every_changed_bit_breaks_the_seal_and_nothing_is_said_of_the_content(
    vault: Vault,
) -> None:
    sealed = vault.seal(Compartment.CONTENT, b"secret", PLACE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken) as raised:
            vault.open(Compartment.CONTENT, bytes(changed), PLACE)
        assert "secret" not in str(raised.value)
    for short in (b"", sealed[:2], sealed[:14], sealed[:-1]):
        with pytest.raises(SealBroken):
            vault.open(Compartment.CONTENT, short, PLACE)


def test_a_data_key_opens_only_from_its_wrapped_form_at_its_place(vault: Vault) -> None:
    key, wrapped = vault.new_data_key(Compartment.CONTENT, "report.key:abc", b"k" * 32)
    sealed = key.seal(b"words", PLACE)
    assert b"k" * 32 not in wrapped
    assert (
        vault.data_key(Compartment.CONTENT, wrapped, "report.key:abc").open(sealed, PLACE)
        == b"words"
    )
    with pytest.raises(SealBroken):
        vault.data_key(Compartment.CONTENT, wrapped, "report.key:abd")
    with pytest.raises(SealBroken):
        DataKey(b"j" * 32).open(sealed, PLACE)


def test_an_old_key_still_opens_and_the_newest_seals(keyring: Keyring) -> None:
    old = Vault(keyring)
    new = Vault(keyring.renewed("content"))
    sealed = old.seal(Compartment.CONTENT, b"x", PLACE)
    assert new.open(Compartment.CONTENT, sealed, PLACE) == b"x"
    with pytest.raises(SealBroken):
        old.open(Compartment.CONTENT, new.seal(Compartment.CONTENT, b"x", PLACE), PLACE)


def test_an_index_finds_equal_values_within_one_purpose_and_one_installation(vault: Vault) -> None:
    assert vault.index("staff", "telegram:1") == vault.index("staff", "telegram:1")
    others = {
        vault.index("reporter", "telegram:1"),
        vault.index("staff", "telegram:2"),
        Vault(Keyring.generate()).index("staff", "telegram:1"),
    }
    assert len(others | {vault.index("staff", "telegram:1")}) == 4
    assert len(vault.index("staff", "")) == 32


def test_a_scope_has_indexes_of_its_own_that_need_its_key(vault: Vault) -> None:
    one, two = vault.new_scope_key("m1", b"1" * 32), vault.new_scope_key("m2", b"2" * 32)
    assert vault.scoped_index(one, "m1", "chat") != vault.scoped_index(two, "m2", "chat")
    with pytest.raises(SealBroken):
        vault.scoped_index(one, "m2", "chat")


def test_a_new_key_file_is_private_and_comes_back_equal(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "jianjian.keys"
    made = Keyring.create(path)
    assert path.stat().st_mode & 0o777 == 0o400
    assert Keyring.load(path, {}) == made
    with pytest.raises(KeyringError, match="never overwritten"):
        Keyring.create(path)
    assert Keyring.load(path, {}) == made


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644, 0o620, 0o777])
def test_keys_that_others_may_read_are_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "jianjian.keys"
    Keyring.create(path)
    path.chmod(mode)
    with pytest.raises(KeyringError, match=rf"mode {mode:04o}\): chmod 400 ") as raised:
        Keyring.load(path, {})
    assert "\n" not in str(raised.value)


def test_keys_come_from_the_variable_then_the_credential_then_the_file(tmp_path: Path) -> None:
    path = tmp_path / "jianjian.keys"
    first, second, third = Keyring.create(path), Keyring.generate(), Keyring.generate()
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / CREDENTIAL).write_text(second.text(), encoding="utf-8")
    folder = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}
    assert Keyring.load(path, {}) == first
    assert Keyring.load(path, folder) == second
    assert Keyring.load(path, {**folder, VARIABLE: third.text()}) == third
    assert Keyring.load(path, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == first


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"compartments": {}, "index": ""}', "\x00", json.dumps({"index": "A" * 44})],
)
def test_a_file_that_holds_no_keys_is_said_in_one_line(text: str) -> None:
    with pytest.raises(KeyringError, match=r"^keys: this is no key file of this program; restore"):
        Keyring.parse(text, "keys")


def test_a_missing_key_file_names_the_mend(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="restore it from your key backup"):
        Keyring.load(tmp_path / "none", {})
    with pytest.raises(KeyringError, match=VARIABLE):
        Keyring.load(None, {})


def test_no_key_shows_when_a_keyring_is_printed(keyring: Keyring) -> None:
    assert repr(keyring) == "Keyring()"


def test_keys_never_stand_in_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "jianjian.keys"
    Keyring.create(path)
    path.chmod(0o600)
    broken = path.read_text(encoding="utf-8").replace('"channel"', '"chanel"')
    path.write_text(broken, encoding="utf-8")
    script = (
        "import sys, pathlib; from storage.keyring import Keyring\n"
        "Keyring.load(pathlib.Path(sys.argv[1]), {})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True
    )
    assert done.returncode == 1
    for line in broken.splitlines():
        if len(line) > 40:
            assert line.split(":")[1].strip(' ",') not in done.stderr
