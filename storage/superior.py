"""Sealed letters to the superior office: made here, opened only there, kept until its receipt."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from casework.errors import DataError
from storage.base import Row, Session
from storage.sealing import SealBroken, Vault

FORM = b"JJSUP1\n"  # begins every sealed letter; then 32 bytes of a one-time key, then AES-256-GCM
_KEY = 32
_OWN = "use the key made by `openssl genpkey -algorithm X25519`"
_NONCE = bytes(12)  # each key seals one letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A sealed letter. `at`: epoch seconds; `receipt_on`: ISO date, "" while nobody has it."""

    id: str
    report_id: str
    at: int
    receipt_on: str


def public_key(file: Path) -> bytes:
    """The 32 bytes of the X25519 public key in a PEM file. Errors: DataError with the mend."""
    mend = "ask the superior office for its X25519 public key in PEM form"
    try:
        key = load_pem_public_key(file.read_bytes())
    except OSError as fault:
        raise DataError(f"{file}: cannot be read ({fault.strerror}); {mend}") from None
    except (ValueError, TypeError):
        raise DataError(f"{file}: holds no public key; {mend}") from None
    if not isinstance(key, X25519PublicKey):
        raise DataError(f"{file}: holds a key of another kind; {mend}")
    return key.public_bytes_raw()


def is_locked(file: Path) -> bool:
    """Whether a passphrase lies over a private key. Errors: DataError."""
    return b"ENCRYPTED" in _bytes(file)


def private_key(file: Path, passphrase: str = "") -> X25519PrivateKey:
    """The X25519 private key of a PEM file, at the superior office. Errors: DataError."""
    try:
        key = load_pem_private_key(_bytes(file), passphrase.encode() or None)
    except (ValueError, TypeError):
        line = f"{file}: holds no private key, or the passphrase is wrong; {_OWN}"
        raise DataError(line) from None
    if not isinstance(key, X25519PrivateKey):
        raise DataError(f"{file}: holds a key of another kind; {_OWN}")
    return key


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise DataError(f"{file}: cannot be read ({fault.strerror}); correct the path") from None


def seal(public: bytes, plain: bytes, once: bytes) -> bytes:
    """Seal for the owner of `public`; `once`: 32 fresh bytes, used for this letter alone."""
    own = X25519PrivateKey.from_private_bytes(once)
    shared = own.exchange(X25519PublicKey.from_public_bytes(public))
    head = FORM + own.public_key().public_bytes_raw()
    return head + AESGCM(_derive(shared, head, public)).encrypt(_NONCE, plain, head)


def unseal(private: X25519PrivateKey, sealed: bytes) -> bytes:
    """What the superior office does with its private key. Errors: SealBroken."""
    size = len(FORM) + _KEY
    head, body = sealed[:size], sealed[size:]
    if not head.startswith(FORM) or len(head) != size:
        raise SealBroken
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(head[len(FORM) :]))
        key = _derive(shared, head, private.public_key().public_bytes_raw())
        return AESGCM(key).decrypt(_NONCE, body, head)
    except (InvalidTag, ValueError):
        raise SealBroken from None


def _derive(shared: bytes, head: bytes, public: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=head + public).derive(shared)


def keep(db: Session, letter_id: str, report_id: str, sealed: bytes, at: int) -> None:
    """Keep a sealed letter of a report."""
    db.run("superior.keep", id=letter_id, report_id=report_id, sealed=sealed, at=at)


def get(db: Session, letter_id: str) -> Letter | None:
    """One letter, or None."""
    row = db.one("superior.get", id=letter_id)
    return None if row is None else _letter(row)


def untold(db: Session, day: str, limit: int = 50) -> list[Letter]:
    """Letters without a receipt of which the office was not yet told on `day` (ISO)."""
    return [_letter(row) for row in db.all("superior.untold", day=day, limit=limit)]


def told(db: Session, letter_id: str, day: str) -> None:
    """The office was told on `day`."""
    db.run("superior.told", id=letter_id, day=day)


def allow(db: Session, vault: Vault, letter_id: str, token: str, until: int) -> None:
    """Allow one download; of the token only a keyed index stays."""
    db.run("superior.allow", id=letter_id, token=vault.index("token", token), until=until)


def fetch(db: Session, vault: Vault, token: str, at: int) -> tuple[str, bytes] | None:
    """(letter id, sealed bytes) behind a token, once; None when it is good for nothing."""
    row = db.one("superior.fetch", token=vault.index("token", token), at=at)
    return None if row is None else (row["id"], bytes(row["sealed"]))


def receipted(db: Session, letter_id: str, day: str, person: str) -> str | None:
    """Enter the superior office's receipt; the report's id, None when it was entered before."""
    row = db.one("superior.receipted", id=letter_id, day=day, person=person)
    return None if row is None else str(row["report_id"])


def waiting(db: Session, report_id: str) -> int:
    """How many letters of a report have no receipt yet."""
    row = db.one("superior.open_of", report_id=report_id)
    return 0 if row is None else int(row["n"])


def _letter(row: Row) -> Letter:
    return Letter(
        id=row["id"], report_id=row["report_id"], at=int(row["at"]), receipt_on=row["receipt_on"]
    )
