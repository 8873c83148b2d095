"""The inbox: raw events, kept before anybody acknowledges or reads them."""

from dataclasses import dataclass

from storage.base import Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One event of the inbox; `id` 0 = not kept yet. `body` is the raw form the platform sent."""

    id: int
    channel: str
    account: str
    event_id: str
    lane: bytes
    body: bytes
    received_at: int
    worker: str = ""  # which of several processes handles it


def _place(channel: str, account: str, event_id: str) -> str:
    return f"inbox.body:{channel}|{account}|{event_id}"


def accept(db: Session, vault: Vault, letter: Letter) -> int | None:
    """Keep an event (its `id` is ignored); the new id, or None when it is already known."""
    return db.add(
        "inbox.accept",
        channel=letter.channel,
        account=letter.account,
        event_id=letter.event_id,
        lane=letter.lane,
        body=vault.seal(
            Compartment.CHANNEL,
            letter.body,
            _place(letter.channel, letter.account, letter.event_id),
        ),
        received_at=letter.received_at,
        worker=letter.worker,
    )


def pass_through(db: Session, letter: Letter) -> bool:
    """Keep an event as handled, in the unit that handles it; False when it is already known."""
    return db.did(
        "inbox.pass_through",
        channel=letter.channel,
        account=letter.account,
        event_id=letter.event_id,
        lane=letter.lane,
        received_at=letter.received_at,
    )


def finish(db: Session, letter_id: int) -> bool:
    """Mark an event as handled and forget its body; False when it was not open any more."""
    return db.did("inbox.finish", id=letter_id)


def stumble(db: Session, letter_id: int, reason: str) -> int:
    """Count a failed attempt; how many there are now (0 when it is not open any more)."""
    row = db.one("inbox.stumble", id=letter_id, reason=reason)
    return 0 if row is None else int(row["attempts"])


def quarantine(db: Session, letter_id: int, reason: str) -> None:
    """Put a poison event aside, alone."""
    db.run("inbox.quarantine", id=letter_id, reason=reason)


def behind(db: Session, letter: Letter) -> bool:
    """Whether an earlier event of the same conversation is not handled yet, by any process."""
    before = letter.id or 2**62
    return db.one("inbox.earlier", lane=letter.lane, id=before) is not None


def waiting(
    db: Session, vault: Vault, *, after: int, limit: int, worker: str = ""
) -> list[Letter]:
    """Events that nobody has handled yet, oldest first, from id `after` on; one worker's own."""
    rows = db.all("inbox.waiting", after=after, limit=limit, worker=worker)
    return [
        Letter(
            id=int(r["id"]),
            channel=r["channel"],
            account=r["account"],
            event_id=r["event_id"],
            lane=bytes(r["lane"]),
            body=vault.open(
                Compartment.CHANNEL,
                bytes(r["body"]),
                _place(r["channel"], r["account"], r["event_id"]),
            ),
            received_at=int(r["received_at"]),
            worker=worker,
        )
        for r in rows
    ]
