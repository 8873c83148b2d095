"""Sealing of every column that holds text from a person, and blind indexes to find rows again."""

import functools
import hashlib
import hmac
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.base import StorageError
from storage.keyring import Keyring, KeyringError
from storage.randomness import Pool

__all__ = ["Compartment", "DataKey", "Keyring", "KeyringError", "SealBroken", "Vault"]

SUITE = b"\x01"  # AES-256-GCM, a nonce of 12 bytes in front, the tag at the end
_NONCE = 12
_HEADER = 3  # suite byte, key number in two bytes


class Compartment(StrEnum):
    """Which key opens a column."""

    CONTENT = "content"  # words of reports, drafts, notes
    IDENTITY = "identity"  # real names, contacts, chat addresses of reporters
    CHANNEL = "channel"  # raw events, conversation addresses, outbox
    STAFF = "staff"  # names and addresses of staff


class SealBroken(StorageError):
    """A sealed value does not open here: wrong key, wrong place, or damaged."""


_NONCES = Pool(_NONCE)


class DataKey:
    """The key of one record, usable while the record's wrapped key exists."""

    __slots__ = ("_aead", "_key")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._aead = AESGCM(key)

    def seal(self, plain: bytes, place: str) -> bytes:
        """Seal bytes for one place ("table.column:row-id[:version]")."""
        nonce = _NONCES.draw()
        return SUITE + nonce + self._aead.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Open what was sealed for this very place. Errors: SealBroken."""
        if sealed[:1] != SUITE:
            raise SealBroken
        try:
            return self._aead.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode())
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def hasher(self) -> hmac.HMAC:
        """A keyed SHA-256 to be fed in parts; it tells nothing to whoever lacks the key."""
        return hmac.new(hmac.digest(self._key, b"address", "sha256"), digestmod=hashlib.sha256)


class Vault:
    """Every use of the keyring: seal, open, wrap, index. Holds no state but ready-made ciphers."""

    __slots__ = ("_ciphers", "_current", "_index_key")

    def __init__(self, keyring: Keyring) -> None:
        self._ciphers: dict[tuple[str, bytes], AESGCM] = {}
        self._current: dict[str, bytes] = {}
        for name in Compartment:
            for number, key in keyring.keys(name).items():
                self._ciphers[name, _header(number)] = AESGCM(key)
            self._current[name] = _header(keyring.current(name))
        master = keyring.index_key
        self._index_key = functools.cache(
            lambda purpose: hmac.digest(master, b"index|" + purpose.encode(), "sha256")
        )

    def seal(self, compartment: Compartment, plain: bytes, place: str) -> bytes:
        """Seal under a compartment's newest key for a place ("table.column:row-id[:version]")."""
        header = self._current[compartment]
        nonce = _NONCES.draw()
        about = header + f"{compartment}|{place}".encode()
        return header + nonce + self._ciphers[compartment, header].encrypt(nonce, plain, about)

    def open(self, compartment: Compartment, sealed: bytes, place: str) -> bytes:
        """Open what was sealed in this compartment for this very place. Errors: SealBroken."""
        header = bytes(sealed[:_HEADER])
        cipher = self._ciphers.get((compartment, header))
        if cipher is None:
            raise SealBroken
        body = _HEADER + _NONCE
        about = header + f"{compartment}|{place}".encode()
        try:
            return cipher.decrypt(sealed[_HEADER:body], sealed[body:], about)
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def new_data_key(
        self, compartment: Compartment, place: str, key: bytes
    ) -> tuple[DataKey, bytes]:
        """A usable data key of 32 drawn bytes, and its wrapped form to store at `place`."""
        return DataKey(key), self.seal(compartment, key, f"key|{place}")

    def data_key(self, compartment: Compartment, wrapped: bytes, place: str) -> DataKey:
        """The usable data key of a stored wrapped one. Errors: SealBroken."""
        return DataKey(self.open(compartment, wrapped, f"key|{place}"))

    def index(self, purpose: str, value: str) -> bytes:
        """32 bytes by which equal values are found; another purpose gives unrelated bytes."""
        key = self._index_key(purpose)
        return hashlib.blake2b(value.encode(), key=key, digest_size=32).digest()

    def new_scope_key(self, scope: str, key: bytes) -> bytes:
        """The wrapped form of a scope's own index key; destroyed with the scope."""
        return self.seal(Compartment.IDENTITY, key, f"scope|{scope}")

    def scoped_index(self, wrapped_scope_key: bytes, scope: str, value: str) -> bytes:
        """Like `index`, under a key that dies with its scope. Errors: SealBroken."""
        key = self.open(Compartment.IDENTITY, wrapped_scope_key, f"scope|{scope}")
        return hashlib.blake2b(value.encode(), key=key, digest_size=32).digest()


def _header(number: int) -> bytes:
    return SUITE + number.to_bytes(2, "big")
