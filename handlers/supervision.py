"""督办: what the office watches, and the rungs that wait for an officer's tap."""

from dataclasses import replace

from casework.errors import MoveNotAllowed, NotAllowed
from casework.profiles import LEVELS
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_lines import state, title, when
from handlers.duty_rights import me, office, sees_unit
from handlers.dutybook import in_order, mission_of
from handlers.messages import Choice, Reply, Text
from handlers.reminder_lines import line
from handlers.reminders import LIVE, SEE_CARD, send_agreed
from storage import audit, cards, duties, reminders
from storage.cards import Card
from storage.duties import Duty
from storage.reminders import Reminder

ASK_CARD = "reminder_ask"
_WORDS = (
    "reminder.level_notice",
    "reminder.level_urge",
    "reminder.level_press",
    "reminder.level_report",
)
LEVEL_WORDS: dict[str, str] = dict(zip(LEVELS, _WORDS, strict=True))
SHOWN = 20


def supervise(desk: Desk) -> list[Reply]:
    """The list of the office and the leading group: late first, then what waits for whom."""
    if not me(desk).has("office", "leading_group"):
        raise NotAllowed("office.only_office")
    listed = [
        *duties.standing(desk.db, "open", SHOWN),
        *duties.standing(desk.db, "returned", SHOWN),
        *duties.standing(desk.db, "submitted", SHOWN),
    ]
    listed = [duty for duty in listed if sees_unit(desk, duty.unit_id)]
    if not listed:
        return [Reply(key="office.nothing_to_supervise")]
    lines = [_line(desk, duty) for duty in in_order(desk, listed)[:SHOWN]]
    unreachable = sum(r.state == "unreachable" for r in reminders.open_questions(desk.db))
    values = {"n": len(listed), "lines": lines, "unreachable": unreachable}
    return [Reply(key="office.supervision", values=values), *_questions(desk)]


def questions(desk: Desk) -> list[Reply]:
    """A card for every rung that may only leave by an officer's tap."""
    office(desk)
    return _questions(desk) or [Reply(key="office.no_questions")]


def open_question_count(desk: Desk) -> int:
    """How many rungs wait for an officer."""
    return len(_asked(desk))


def _questions(desk: Desk) -> list[Reply]:
    if not me(desk).has("office"):
        return []
    return [_question(desk, duty, one) for duty, one in _asked(desk)]


def _asked(desk: Desk) -> list[tuple[Duty, Reminder]]:
    """One line for each rung, however many officers were asked; none of a recused unit."""
    asked = [r for r in reminders.open_questions(desk.db) if r.state == "asked"]
    once = {(r.duty_id, r.revision, r.rung): r for r in reversed(asked)}.values()
    known = ((duties.get(desk.db, one.duty_id), one) for one in once)
    return [
        (duty, one)
        for duty, one in known
        if duty and _still_wanted(duty, one.revision) and sees_unit(desk, duty.unit_id)
    ]


def _still_wanted(duty: Duty, revision: int) -> bool:
    """Whether the duty still stands as it stood when the officers were asked."""
    return duty.state in LIVE and duty.revision == revision


def _question(desk: Desk, duty: Duty, one: Reminder) -> Reply:
    return card(
        desk,
        ASK_CARD,
        _subject(one.duty_id, one.revision, one.rung),
        (
            Choice(code="agree", key="button.agree"),
            Choice(code="hold", key="button.disagree"),
        ),
        key="office.question",
        values={
            "line": line(desk, duty, replace(one, purpose="to")),
            "level": Text(LEVEL_WORDS[one.level]),
        },
        person=me(desk).id,
    )


def _subject(duty_id: str, revision: int, rung: int) -> str:
    return f"{duty_id}:{revision}:{rung}"


def _line(desk: Desk, duty: Duty) -> Text:
    values = {
        "unit": mission_of(desk, duty.stationing_id).unit_name,
        "doc": title(duty),
        "state": state(duty),
        "when": when(desk, duty),
    }
    return Text("office.supervision_line", values)


def _decide(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    officer = office(desk)
    duty_id, revision, number = pressed.subject.split(":")
    duty = duties.get(desk.db, duty_id)
    if duty is not None and not sees_unit(desk, duty.unit_id):
        raise NotAllowed("office.only_office")
    agreed = code == "agree"
    answer: reminders.State = "agreed" if agreed else "declined"
    if duty is None or not reminders.answer(
        desk.db, duty_id, int(revision), int(number), answer, desk.at
    ):
        raise MoveNotAllowed("office.question_answered")
    cards.close_all(desk.db, pressed.subject, ASK_CARD)
    audit.write(
        desk.db,
        at=desk.at,
        actor=officer.id,
        action=f"reminders.{answer}",
        object=duty_id,
        facts={"rung": int(number), "revision": int(revision)},
    )
    values = {"doc": title(duty), "unit": mission_of(desk, duty.stationing_id).unit_name}
    if not agreed:
        return [Reply(key="office.question_held", values=values)]
    if not _still_wanted(duty, int(revision)):
        return [Reply(key="office.question_overtaken", values=values)]
    rung = next((r for r in duty.ladder if r.number == int(number)), None)
    if rung is not None:
        send_agreed(desk, duty, rung)
    return [Reply(key="office.question_agreed", values=values)]


def _see(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    return questions(desk)


CARDS: dict[str, CardAction] = {ASK_CARD: _decide, SEE_CARD: _see}
