"""Identities of named reporters: a compartment of their own, under a key of their own."""

import json
from dataclasses import asdict, dataclass

from storage.base import Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a named reporter left; read only by the unmasking procedure, with a reason."""

    real_name: str
    contact: str = ""
    contact_when: str = ""
    may_contact: bool = True


def keep(
    db: Session, vault: Vault, report_id: str, identity: Identity, key: bytes, at: int
) -> None:
    """Seal an identity; `key` is 32 fresh random bytes (`desk.draw(32)`)."""
    data_key, wrapped = vault.new_data_key(Compartment.IDENTITY, _key_place(report_id), key)
    facts = json.dumps(asdict(identity), ensure_ascii=False).encode()
    db.run(
        "identities.keep",
        report_id=report_id,
        wrapped_key=wrapped,
        facts=data_key.seal(facts, _place(report_id)),
        at=at,
    )


def unseal(db: Session, vault: Vault, report_id: str) -> Identity | None:
    """The identity, or None. Callers check the two people and the reason first and audit it."""
    row = db.one("identities.of", report_id=report_id)
    if row is None:
        return None
    key = vault.data_key(Compartment.IDENTITY, bytes(row["wrapped_key"]), _key_place(report_id))
    return Identity(**json.loads(key.open(bytes(row["facts"]), _place(report_id))))


def drop(db: Session, report_id: str) -> None:
    """Destroy the identity; the report stays."""
    db.run("identities.drop", report_id=report_id)


def _key_place(report_id: str) -> str:
    return f"report_identity.wrapped_key:{report_id}"


def _place(report_id: str) -> str:
    return f"report_identity.facts:{report_id}"
