"""The board on a page of our own: who opened it, what it shows, and the acts it allows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.errors import CaseworkError, Gone, MoveNotAllowed, NotAllowed
from casework.mission import Stationing
from casework.profiles import LEVELS
from handlers import board, board_rows
from handlers.board_rows import LEVEL_WORDS, STANDS, UNTOLD, Row
from handlers.desk import Desk, Person, Surface, Talk
from handlers.duty_lines import count, ground, title, when
from handlers.dutybook import DELIVERED, RECEIVED, mission_of
from handlers.messages import Address, Incoming, Kind, Reply, Text
from handlers.public_check import shared_words
from handlers.reminder_log import log_values
from handlers.turn import Kit, send_all
from handlers.urging import send
from handlers.urging_texts import LEVEL_CODES, may_urge, paused_until, prepared
from storage import board_links, duties, people, reminder_log, urgings
from storage.base import Session
from storage.duties import Duty
from storage.outbox import Parcel
from storage.sealing import Vault

LOG_SHOWN, LOG_OF_MISSION, LOG_IN_SHEET = 100, 30, 5000
COLUMNS = ("at", "level", "unit", "doc", "purpose", "role", "who", "state", "signed")
EVENTS = {
    DELIVERED: "board.timeline_delivered",
    RECEIVED: "board.timeline_signed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One act that the reader may do about a duty, with the words that would leave."""

    code: str
    level: Text
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One duty of a cell."""

    id: str
    doc: object
    stand: str
    words: Text
    when: Text
    count: Text
    ground: Text
    asked: bool
    paused: Text | None
    offers: tuple[Offer, ...]
    known: int  # how many acts of officers this page knows of


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark of a timeline; `stand` "" is an event that happened."""

    on: date
    label: object
    stand: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One mission of the board: its cells by level, its timeline, its latest log."""

    mission: Stationing
    cells: tuple[tuple[str, tuple[Item, ...]], ...]
    marks: tuple[Mark, ...]
    log: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """Everything on the page. `log` holds the latest lines, each in the order of COLUMNS."""

    counts: Text
    lines: tuple[Line, ...]
    log: tuple[tuple[object, ...], ...]


def enter(db: Session, vault: Vault, token: str, at: int) -> str | None:
    """Whose one-time link it is; None when it is good for nothing."""
    return board_links.take(db, vault, token, at)


def seat(
    db: Session, kit: Kit, person_id: str, *, now: datetime, seed: bytes, locale: str
) -> Desk:
    """A desk at which a person sits on a page of our own."""
    event = Incoming(
        event_id="page",
        address=Address(channel="page", account="", chat=""),
        sender="",
        kind=Kind.TEXT,
        received_at=now,
    )
    surface = Surface(public_url=str(kit.rules.settings.get("web.public_url", "")))
    person = Person(id=person_id, roles=people.seats(db, person_id))
    return kit.desk(db, event, Talk(lane=b"", locale=locale), surface, now, seed, person)


def show(desk: Desk) -> BoardPage | None:
    """The page; None for whom there is none."""
    try:
        person = board_rows.reader(desk)
    except NotAllowed:
        return None
    found = board_rows.rows(desk)
    lines = reminder_log.page(desk.db, reader=person, limit=LOG_SHOWN)
    total = sum((row.counts() for row in found), start=Counter[str]())
    return BoardPage(
        counts=board_rows.counts_words(total),
        lines=tuple(_line(desk, row) for row in found),
        log=tuple(_cells(log_values(desk, one)) for one in lines),
    )


def sheet(desk: Desk) -> list[tuple[object, ...]]:
    """The whole log, newest first. Raises NotAllowed."""
    person = board_rows.reader(desk)
    listed = reminder_log.page(desk.db, reader=person, limit=LOG_IN_SHEET)
    return [_cells(log_values(desk, one)) for one in listed]


def act(desk: Desk, duty_id: str, code: str, reason: str, known: int) -> list[Parcel]:
    """One tap on the page: the prepared text leaves, unless somebody was faster.

    Raises what `urging.send` raises, and MoveNotAllowed where the page is behind.
    """
    level = LEVEL_CODES.get(code)
    if level is None:
        raise Gone()
    duty = board.open_duty(desk, duty_id)
    if known != len(urgings.of(desk.db, desk.vault, duty.id)):
        raise MoveNotAllowed("board.moved_on")
    mission = mission_of(desk, duty.stationing_id)
    if reason and not duty.department_id and shared_words(desk, mission, reason):
        raise MoveNotAllowed("board.note_shares")
    replies: list[Reply] = send(desk, duty, level, reason.strip())
    return send_all(desk, replies, f"page:{duty.id}:{desk.at}")


def _cells(values: dict[str, object]) -> tuple[object, ...]:
    return tuple(values[name] for name in COLUMNS)


def _line(desk: Desk, row: Row) -> Line:
    cells = tuple(
        (level, tuple(_item(desk, one) for one in row.duties if one.level == level))
        for level in (UNTOLD, *LEVELS)
    )
    listed = reminder_log.page(
        desk.db, reader=board_rows.reader(desk), stationing=row.mission.id, limit=LOG_OF_MISSION
    )
    return Line(
        mission=row.mission,
        cells=cells,
        marks=tuple(_marks(desk, row)),
        log=tuple(_cells(log_values(desk, one)) for one in listed),
    )


def _item(desk: Desk, one: board_rows.Standing) -> Item:
    duty = one.duty
    rest = paused_until(desk, duty)
    return Item(
        id=duty.id,
        doc=title(duty),
        stand=one.stand,
        words=Text(STANDS[one.stand]),
        when=when(desk, duty),
        count=count(duty),
        ground=ground(duty),
        asked=one.asked,
        paused=Text("board.is_paused", {"on": rest}) if rest else None,
        offers=tuple(_offers(desk, duty)),
        known=len(urgings.of(desk.db, desk.vault, duty.id)),
    )


def _offers(desk: Desk, duty: Duty) -> Sequence[Offer]:
    if desk.me is None or not desk.me.has("office"):
        return ()
    found: list[Offer] = []
    for code, level in LEVEL_CODES.items():
        if not may_urge(desk, duty, level):
            continue
        try:
            text = prepared(desk, duty, level).text
        except CaseworkError:  # nobody could receive it: no button
            continue
        found.append(Offer(code=code, level=Text(LEVEL_WORDS[level]), text=text))
    return found


def _marks(desk: Desk, row: Row) -> list[Mark]:
    mission = row.mission
    marks = [
        Mark(on=mission.starts_on, label=Text("board.timeline_stationed")),
        Mark(on=mission.ends_on, label=Text("board.timeline_left")),
    ]
    for event in duties.milestones(desk.db, desk.vault, mission.id):
        known = EVENTS.get(event.event)
        if known:
            marks.append(Mark(on=event.happened_on, label=Text(known)))
    dated = [one for one in row.duties if one.stand != "undated"]
    marks += [Mark(on=one.duty.due, label=title(one.duty), stand=one.stand) for one in dated]
    return sorted(marks, key=lambda mark: mark.on)
