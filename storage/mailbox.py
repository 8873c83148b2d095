"""The web chat's own memory: sessions, their sealed messages, the files of both directions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.base import Session
from storage.sealing import Compartment, Vault

MESSAGE = "m"  # marks of the bot's messages: m<seq>
ASKED_AT_ONCE = 32  # as many sessions as the statement takes


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """One browser's conversation. `session` is the blind index of its token."""

    session: str
    own_device: bool
    locale: str
    last_seq: int
    seen_at: int  # epoch seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message as kept: `body` is the frame without id and time."""

    seq: int
    body: Mapping[str, Any]
    at: int

    @property
    def mark(self) -> str:
        """The id the page and the outbox know it by."""
        return f"{MESSAGE}{self.seq}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What stands in a mailbox: its newest number, letters after another, all that was deleted.

    Numbers grow in the order of the commits: behind `top` nothing can appear any more.
    """

    top: int
    letters: Sequence[Letter]
    gone: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new among several sessions, and which of them are no more."""

    past: Mapping[str, Past]
    ended: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What a removal did: the number it drew (0: nothing was left to do) and the files to drop."""

    seq: int
    files: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """What ends when: all in epoch seconds, everything last used before it goes."""

    lent_before: int
    own_before: int
    fetched_before: int
    unclaimed_before: int


def begin(db: Session, *, session: str, own_device: bool, locale: str, at: int) -> None:
    """Begin a session."""
    db.run("mailbox.session_add", session=session, own=int(own_device), locale=locale, at=at)


def find(db: Session, session: str) -> WebSession | None:
    """The session of that index, or None if it was never begun or has ended."""
    row = db.one("mailbox.session", session=session)
    if row is None:
        return None
    return WebSession(
        session=row["session"],
        own_device=bool(row["own_device"]),
        locale=row["locale"],
        last_seq=row["last_seq"],
        seen_at=row["seen_at"],
    )


def seen(db: Session, session: str, at: int) -> None:
    """The person was here at `at`."""
    db.run("mailbox.session_seen", session=session, at=at)


def choose(db: Session, session: str, *, own_device: bool, locale: str) -> None:
    """Change whose device it is and the language of a session."""
    db.run("mailbox.session_set", session=session, own=int(own_device), locale=locale)


def put(
    db: Session,
    vault: Vault,
    session: str,
    body: Mapping[str, Any],
    *,
    files: Sequence[str],
    at: int,
    parcel: str,
) -> Letter | None:
    """Keep a message for a session; None if the session is no more.

    `parcel` names what is delivered: the same delivered again is the message that is there.
    """
    before = db.one("mailbox.kept", session=session, parcel=parcel)
    if before is not None:
        opened = _opened(vault, session, before)
        return Letter(seq=before["seq"], body=opened, at=before["at"])
    seq = _draw(db, session)
    if not seq:
        return None
    plain = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    sealed = vault.seal(Compartment.CHANNEL, plain, _place(session, seq))
    db.run("mailbox.put", session=session, seq=seq, body=sealed, at=at, parcel=parcel)
    for file in files:
        db.run("mailbox.file_add", id=file, session=session, seq=seq)
    return Letter(seq=seq, body=body, at=at)


def since(db: Session, vault: Vault, session: str, seq: int) -> list[Letter]:
    """The messages after number `seq`, in order."""
    rows = db.all("mailbox.since", session=session, seq=seq)
    return [
        Letter(seq=row["seq"], at=row["at"], body=_opened(vault, session, row)) for row in rows
    ]


def gone(db: Session, session: str) -> list[str]:
    """The marks of everything deleted in a session."""
    return [row["mark"] for row in db.all("mailbox.gone", session=session)]


def past(db: Session, vault: Vault, session: str, seq: int) -> Past | None:
    """What a page that knows everything up to number `seq` has to be told; None: no session."""
    found = find(db, session)
    if found is None:
        return None
    letters = since(db, vault, session, seq) if found.last_seq > seq else ()
    return Past(top=found.last_seq, letters=letters, gone=gone(db, session))


def news(db: Session, vault: Vault, known: Mapping[str, int]) -> News:
    """What happened after the numbers `known` of some sessions, whichever process did it."""
    tops = _tops(db, sorted(known))
    fresh = {s: past(db, vault, s, known[s]) for s, top in tops.items() if top > known[s]}
    return News(
        past={session: told for session, told in fresh.items() if told is not None},
        ended=[session for session in known if session not in tops],
    )


def remove(db: Session, session: str, marks: Sequence[str]) -> Removal:
    """Delete messages by their marks; it draws a number as a message does, so pages hear of it."""
    if find(db, session) is None:
        return Removal(seq=0, files=())
    files: list[str] = []
    fresh = False
    for mark in marks:
        number = mark.removeprefix(MESSAGE)
        if mark.startswith(MESSAGE) and number.isdecimal():
            seq = int(number)
            files += [
                r["id"] for r in db.all("mailbox.files_of_message", session=session, seq=seq)
            ]
            db.run("mailbox.files_drop", session=session, seq=seq)
            db.run("mailbox.drop", session=session, seq=seq)
        fresh = db.did("mailbox.gone_add", session=session, mark=mark) or fresh
    return Removal(seq=_draw(db, session) if fresh else 0, files=files)


def forget(db: Session, session: str) -> list[str]:
    """End a session; returns the files that went with it. Uploads of accepted events stay."""
    files = [row["id"] for row in db.all("mailbox.files_of_session", session=session)]
    unclaimed = [row["id"] for row in db.all("mailbox.uploads_unclaimed", session=session)]
    for upload in unclaimed:
        db.run("mailbox.upload_drop", id=upload)
    db.run("mailbox.session_drop", session=session)
    return files + unclaimed


def has_file(db: Session, session: str, file: str) -> bool:
    """Whether a file belongs to a message of this session."""
    return db.one("mailbox.file", id=file, session=session) is not None


def add_upload(db: Session, *, upload: str, session: str, size: int, at: int) -> None:
    """A file has come up whole."""
    db.run("mailbox.upload_add", id=upload, session=session, size=size, at=at)


def claim_upload(db: Session, session: str, upload: str) -> int | None:
    """Tie an upload to an event of its own session; its size in bytes, None if there is none."""
    row = db.one("mailbox.upload", id=upload, session=session)
    if row is None:
        return None
    db.run("mailbox.upload_claim", id=upload, session=session)
    return int(row["size"])


def waiting_uploads(db: Session, session: str) -> tuple[int, int]:
    """Number and bytes of uploads that no event refers to yet."""
    row = db.one("mailbox.uploads_waiting", session=session)
    return (int(row["files"]), int(row["bytes"])) if row else (0, 0)


def upload_fetched(db: Session, upload: str, at: int) -> None:
    """An upload was read whole; it may go a while later."""
    db.run("mailbox.upload_fetched", id=upload, at=at)


def sweep(db: Session, idle: Idle) -> tuple[list[str], list[str]]:
    """End at most 100 idle sessions and 100 old uploads: (sessions, files to delete from disk)."""
    rows = db.all(
        "mailbox.sessions_idle", lent_before=idle.lent_before, own_before=idle.own_before
    )
    ended = [str(row["session"]) for row in rows]
    files = [file for session in ended for file in forget(db, session)]
    over = db.all(
        "mailbox.uploads_over",
        fetched_before=idle.fetched_before,
        at_before=idle.unclaimed_before,
    )
    for row in over:
        db.run("mailbox.upload_drop", id=row["id"])
    return ended, files + [row["id"] for row in over]


def strays(db: Session, files: Sequence[str]) -> list[str]:
    """Those of these files on disk that belong to nothing any more."""
    return [file for file in files if db.one("mailbox.spooled", id=file) is None]


def _draw(db: Session, session: str) -> int:
    """The next number of a session; 0 if the session is no more."""
    drawn = db.one("mailbox.draw", session=session)
    return int(drawn["last_seq"]) if drawn else 0


def _tops(db: Session, sessions: Sequence[str]) -> dict[str, int]:
    """The newest number of each of these sessions that is still there."""
    tops: dict[str, int] = {}
    for start in range(0, len(sessions), ASKED_AT_ONCE):
        group = sessions[start : start + ASKED_AT_ONCE]
        padded = {f"s{n}": group[n] if n < len(group) else "" for n in range(ASKED_AT_ONCE)}
        tops |= {str(r["session"]): int(r["last_seq"]) for r in db.all("mailbox.tops", **padded)}
    return tops


def _place(session: str, seq: int) -> str:
    return f"mailbox.body:{session}:{seq}"


def _opened(vault: Vault, session: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    plain = vault.open(Compartment.CHANNEL, row["body"], _place(session, row["seq"]))
    body: Mapping[str, Any] = json.loads(plain)
    return body
