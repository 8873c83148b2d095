"""`/log`: every reminder sent, to whom, at which level, and whether it arrived and was signed."""

from collections.abc import Mapping
from datetime import datetime

from casework.errors import NotAllowed
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_lines import title
from handlers.duty_rights import me, sees_unit
from handlers.dutybook import RECEIVED
from handlers.messages import Choice, Reply, Text
from handlers.reminder_lines import LEVEL_WORDS
from storage import duties, missions, people, reminder_log
from storage.cards import Card
from storage.reminder_log import LogLine

LOG_CARD = "reminder_log"
PAGE = 10
STATES: Mapping[str, str] = {
    "planned": "board.log_planned",
    "sent": "board.log_sent",
    "asked": "board.log_asked",
    "agreed": "board.log_agreed",
    "declined": "board.log_declined",
    "unreachable": "board.log_unreachable",
}
DELIVERIES: Mapping[str, str] = {
    "sent": "board.log_arrived",
    "planned": "board.log_leaving",
    "sending": "board.log_leaving",
    "uncertain": "board.log_uncertain",
    "failed": "board.log_failed",
}
PURPOSES: Mapping[str, str] = {
    "to": "board.log_to",
    "copy": "board.log_copy",
    "ask": "board.log_ask",
}
ROLES: Mapping[str, str] = {
    "unit_liaison": "board.role_liaison",
    "unit_principal": "board.role_principal",
    "team_leader": "board.role_team",
    "team_deputy": "board.role_team",
    "team_member": "board.role_team",
    "office": "board.role_office",
    "leading_group": "board.role_leading",
    "department_member": "board.role_department",
    "municipal_liaison": "board.role_municipal",
}


def read_log(desk: Desk, argument: str) -> list[Reply]:
    """/log [page | unit]: the newest first, of everything or of the latest mission at a unit."""
    _reader(desk)
    if not argument or (argument.isdecimal() and len(argument) < 6):
        return log_pages(desk, number=max(int(argument or 1), 1))
    held = [m for m in missions.every(desk.db) if argument in m.unit_name]
    seen = [m for m in held if sees_unit(desk, m.unit_id)]
    if not seen:
        return [Reply(key="board.log_no_unit")]
    return log_pages(desk, stationing=seen[-1].id)


def log_pages(desk: Desk, *, duty: str = "", stationing: str = "", number: int = 1) -> list[Reply]:
    """One page of the log, of one duty, of one mission or of everything the reader may see."""
    reader = _reader(desk)
    size = reminder_log.size(desk.db, reader=reader, duty=duty, stationing=stationing)
    if not size:
        return [Reply(key="board.log_empty")]
    last = -(-size // PAGE)
    number = min(number, last)
    listed = reminder_log.page(
        desk.db,
        reader=reader,
        duty=duty,
        stationing=stationing,
        skip=(number - 1) * PAGE,
        limit=PAGE,
    )
    lines = [log_line(desk, one) for one in listed]
    values = {"page": number, "pages": last, "n": size, "lines": lines}
    if number == last:
        return [Reply(key="board.log", values=values)]
    choices = (Choice(code="more", key="button.more"),)
    subject = f"{number + 1}:{duty}:{stationing}"
    return [card(desk, LOG_CARD, subject, choices, key="board.log", values=values, person=reader)]


def log_line(desk: Desk, one: LogLine) -> Text:
    """One line: when, level, unit and duty, to whom in which role, how it stands, if signed."""
    return Text("board.log_line", log_values(desk, one))


def log_values(desk: Desk, one: LogLine) -> dict[str, object]:
    """The cells of one line."""
    mission = missions.stationing(desk.db, one.stationing_id)
    known = DELIVERIES.get(one.delivery, "") if one.state == "sent" else ""
    return {
        "at": datetime.fromtimestamp(one.at, desk.zone),
        "level": Text(LEVEL_WORDS.get(one.level, "reminder.level_notice")),
        "unit": mission.unit_name if mission else "",
        "doc": _title(desk, one),
        "role": _role(desk, one),
        "who": people.name(desk.db, desk.vault, one.recipient),
        "purpose": Text(PURPOSES.get(one.purpose, "board.log_to")),
        "state": Text(known or STATES.get(one.state, "board.log_sent")),
        "late": Text("board.log_late") if one.late else "",
        "signed": _signed(desk, one),
    }


def _title(desk: Desk, one: LogLine) -> object:
    duty = duties.get(desk.db, one.duty_id)
    return title(duty) if duty else one.title


def _signed(desk: Desk, one: LogLine) -> Text | str:
    """What came of it: 签收 of the feedback, or the document that was handed in."""
    if one.kind == "sign":
        event = duties.milestone(desk.db, desk.vault, one.stationing_id, RECEIVED)
        return Text("board.log_signed", {"on": event.happened_on}) if event else ""
    duty = duties.get(desk.db, one.duty_id)
    if duty is None or duty.submitted_on is None:
        return ""
    return Text("board.log_handed_in", {"on": duty.submitted_on})


def _role(desk: Desk, one: LogLine) -> Text:
    """The seat for which the person got it: one of the unit or the team before any other."""
    held = people.seats(desk.db, one.recipient)
    mine = [seat for seat in held if seat.unit == one.unit_id] or held
    return Text(ROLES.get(mine[0].role if mine else "", "board.role_other"))


def _reader(desk: Desk) -> str:
    person = me(desk)
    if not person.has("office", "leading_group"):
        raise NotAllowed("office.only_office")
    return person.id


def _more(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    number, duty, stationing = pressed.subject.split(":")
    return log_pages(desk, duty=duty, stationing=stationing, number=int(number))


COMMANDS = {"log": read_log}
CARDS: dict[str, CardAction] = {LOG_CARD: _more}
