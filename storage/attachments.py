"""Received files: announced in a unit, fetched later, sealed under a key of their own."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from casework.hygiene import displayable
from storage.base import Row, Session
from storage.sealing import Compartment, DataKey, Vault

LEASE_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file as the people who may read its owner see it; nothing in `name` turns it round."""

    id: str
    name: str
    mime: str
    kind: str  # photo | document | voice | audio | video
    size: int | None
    state: str  # fetching | stored | failed | refused
    blob: str  # "" until stored
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One file whose bytes are to be fetched now."""

    id: str
    channel: str
    account: str
    ref: str
    name: str
    mime: str
    kind: str
    size: int | None
    attempt: int
    key: DataKey = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A file that will never be there, and who is to be told."""

    id: str
    owner: str
    origin: str  # the owner when it was announced, usually "draft:<lane hex>"
    state: str  # failed | refused
    reason: str


def expect(
    db: Session,
    vault: Vault,
    *,
    id: str,
    key: bytes,
    owner: str,
    channel: str,
    account: str,
    ref: str,
    name: str,
    mime: str,
    kind: str,
    size: int | None,
    at: int,
) -> None:
    """Announce a file. `key` is 32 drawn bytes; the bytes of the file come by a durable job."""
    data_key, wrapped = vault.new_data_key(Compartment.CONTENT, _key_place(id), key)
    details = json.dumps({"name": name, "mime": mime}, ensure_ascii=False)
    db.run(
        "attachments.expect",
        id=id,
        owner=owner,
        channel=channel,
        account=account,
        ref=vault.seal(Compartment.CHANNEL, ref.encode(), f"attachment.ref:{id}"),
        details=data_key.seal(details.encode(), f"attachment.details:{id}"),
        kind=kind,
        size=size,
        wrapped_key=wrapped,
        at=at,
    )


def adopt(db: Session, ids: Iterable[str], owner: str) -> None:
    """Give files to another owner, such as the report that a draft became."""
    db.many("attachments.adopt", [{"id": id, "owner": owner} for id in ids])


def of(db: Session, vault: Vault, owner: str) -> list[Attachment]:
    """The files of one owner in the order in which they came."""
    return [_attachment(vault, row) for row in db.all("attachments.of", owner=owner)]


def get(db: Session, vault: Vault, id: str) -> Attachment | None:
    """One file, or None."""
    row = db.one("attachments.get", id=id)
    return _attachment(vault, row) if row else None


def key(db: Session, vault: Vault, id: str) -> DataKey | None:
    """The key that opens a file's bytes, or None where the file is gone."""
    row = db.one("attachments.get", id=id)
    return _data_key(vault, row) if row else None


def forget(db: Session, owner: str) -> list[str]:
    """Delete the files of an owner with their keys; returns the blobs that nobody can open now."""
    return [row["blob"] for row in db.all("attachments.forget", owner=owner) if row["blob"]]


def claim(db: Session, vault: Vault, now: int, limit: int = 4) -> list[Fetch]:
    """Take due files under a lease of ten minutes; a job that died comes back by itself."""
    rows = db.all("attachments.claim", now=now, until=now + LEASE_SECONDS, limit=limit)
    return [_fetch(vault, row) for row in rows]


def resume(db: Session, now: int) -> None:
    """After a start: whatever a stop cut off is due at once."""
    db.run("attachments.resume", now=now)


def next_fetch(db: Session) -> int | None:
    """When the next file is due (epoch seconds), None where none waits."""
    row = db.one("attachments.next_fetch")
    return row["at"] if row else None


def stored(db: Session, fetch: Fetch, *, blob: str, size: int, mime: str) -> bool:
    """The bytes are there. False where the row was settled, claimed anew or deleted meanwhile."""
    row = db.one(
        "attachments.stored", id=fetch.id, attempt=fetch.attempt, blob=blob, size=size, mime=mime
    )
    return row is not None


def postpone(db: Session, fetch: Fetch, *, next_try_at: int, reason: str) -> None:
    """This attempt failed; another follows."""
    db.run(
        "attachments.postpone",
        id=fetch.id,
        attempt=fetch.attempt,
        next_try_at=next_try_at,
        reason=reason,
    )


def close(db: Session, fetch: Fetch, *, state: str, reason: str) -> Closed | None:
    """No bytes will come (`state` failed or refused). None where the row was settled before."""
    row = db.one("attachments.origin", id=fetch.id, attempt=fetch.attempt)
    if row is None:
        return None
    db.run("attachments.close", id=fetch.id, attempt=fetch.attempt, state=state, reason=reason)
    return Closed(
        id=fetch.id, owner=row["owner"], origin=row["origin"], state=state, reason=reason
    )


def named_blobs(db: Session, after: str = "", limit: int = 1000) -> list[str]:
    """Blobs that rows name, in order, a page at a time (for the sweep of orphans)."""
    return [row["blob"] for row in db.all("attachments.named_blobs", after=after, limit=limit)]


def content_place(id: str) -> str:
    """The place for which the bytes of a file are sealed."""
    return f"attachment.content:{id}"


def _key_place(id: str) -> str:
    return f"attachment.wrapped_key:{id}"


def _data_key(vault: Vault, row: Row) -> DataKey:
    return vault.data_key(Compartment.CONTENT, row["wrapped_key"], _key_place(row["id"]))


def _details(data_key: DataKey, row: Row) -> dict[str, str]:
    opened: dict[str, str] = json.loads(
        data_key.open(row["details"], f"attachment.details:{row['id']}")
    )
    return opened


def _attachment(vault: Vault, row: Row) -> Attachment:
    details = _details(_data_key(vault, row), row)
    return Attachment(
        id=row["id"],
        name=displayable(details["name"]),
        mime=row["mime"] or details["mime"],
        kind=row["kind"],
        size=row["size"],
        state=row["state"],
        blob=row["blob"],
        reason=row["reason"],
    )


def _fetch(vault: Vault, row: Row) -> Fetch:
    data_key = _data_key(vault, row)
    details = _details(data_key, row)
    ref = vault.open(Compartment.CHANNEL, row["ref"], f"attachment.ref:{row['id']}")
    return Fetch(
        id=row["id"],
        channel=row["channel"],
        account=row["account"],
        ref=ref.decode(),
        name=details["name"],
        mime=details["mime"],
        kind=row["kind"],
        size=row["size"],
        attempt=row["attempts"],
        key=data_key,
    )
