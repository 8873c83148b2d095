"""The keys of an installation: kept outside the database, refused where others may read them."""

import base64
import binascii
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storage.base import StorageError

VARIABLE = "JIANJIAN_KEYS"
CREDENTIAL = "jianjian.keys"
COMPARTMENTS = ("content", "identity", "channel", "staff")
_KEY_BYTES = 32


class KeyringError(StorageError):
    """The keys cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Every key version of every compartment, and the master of the blind indexes."""

    compartments: Mapping[str, Mapping[int, bytes]] = field(repr=False)
    index_key: bytes = field(repr=False)

    def keys(self, compartment: str) -> Mapping[int, bytes]:
        """Number → key of 32 bytes; old numbers only open."""
        return self.compartments[compartment]

    def current(self, compartment: str) -> int:
        """The number of the key that seals."""
        return max(self.compartments[compartment])

    @classmethod
    def generate(cls) -> "Keyring":
        """New random keys, not written anywhere."""
        return cls(
            compartments={name: {1: secrets.token_bytes(_KEY_BYTES)} for name in COMPARTMENTS},
            index_key=secrets.token_bytes(_KEY_BYTES),
        )

    @classmethod
    def create(cls, path: Path) -> "Keyring":
        """Make new keys in a new file of mode 0400. Errors: KeyringError where the file exists."""
        ring = cls.generate()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        except FileExistsError:
            raise KeyringError(
                f"{path}: there is a key file already; it is never overwritten"
            ) from None
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(ring.text())
            file.flush()
            os.fsync(file.fileno())
        return ring

    @classmethod
    def load(cls, path: Path | None, environ: Mapping[str, str] | None = None) -> "Keyring":
        """Read the keys: variable JIANJIAN_KEYS, else the systemd credential, else the file.

        Errors: KeyringError, one line that names the source and the mend.
        """
        environ = os.environ if environ is None else environ
        if text := environ.get(VARIABLE):
            return cls.parse(text, VARIABLE)
        if folder := environ.get("CREDENTIALS_DIRECTORY"):
            credential = Path(folder) / CREDENTIAL
            if credential.exists():
                return cls.parse(credential.read_text(encoding="utf-8"), CREDENTIAL)
        if path is None:
            raise KeyringError(f"no keys: name a file under [keys] file, or set {VARIABLE}")
        return cls.parse(_private_text(path), str(path))

    @classmethod
    def parse(cls, text: str, source: str) -> "Keyring":
        """Read the JSON form of a key file; `source` names it in the error."""
        try:
            raw = json.loads(text)
            compartments = {
                name: {int(number): _key(key) for number, key in raw["compartments"][name].items()}
                for name in COMPARTMENTS
            }
            if not all(compartments.values()):
                raise ValueError
            return cls(compartments=compartments, index_key=_key(raw["index"]))
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            raise KeyringError(
                f"{source}: this is no key file of this program; restore it from your key backup"
            ) from None

    def text(self) -> str:
        """The JSON form; a secret."""
        shown = {
            name: {str(number): _shown(key) for number, key in keys.items()}
            for name, keys in self.compartments.items()
        }
        return (
            json.dumps({"compartments": shown, "index": _shown(self.index_key)}, indent=1) + "\n"
        )

    def renewed(self, compartment: str) -> "Keyring":
        """The same keys and one more for a compartment, which seals from now on."""
        keys = dict(self.compartments[compartment])
        keys[max(keys) + 1] = secrets.token_bytes(_KEY_BYTES)
        return Keyring(
            compartments={**self.compartments, compartment: keys}, index_key=self.index_key
        )


def _private_text(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise KeyringError(
                f"{path}: others may read the keys (mode {mode:04o}): chmod 400 {path}"
            )
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyringError(
            f"{path}: there is no key file; restore it from your key backup "
            "(only for a new installation, `jianjian init` makes one)"
        ) from None
    except PermissionError:
        raise KeyringError(
            f"{path}: this user may not read the keys: give the file to it"
        ) from None
    except UnicodeDecodeError:
        raise KeyringError(f"{path}: this is no key file of this program") from None


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError
    return key


def _shown(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")
