"""销号: the unit applies with evidence, one examines, another confirms; refused or reopened."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from casework.hygiene import displayable
from casework.mission import TEAM_ROLES, Stationing
from casework.rectification import ItemAct, Side
from casework.rectification_sheet import LONGEST
from handlers.day_answers import coming_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import answering, me, watching, watching_team
from handlers.evidence import filled_files
from handlers.forms import Answers, Form, Problem, Question
from handlers.messages import Priority, Reply, Text
from handlers.public_check import for_the_unit
from handlers.reach import to_person
from handlers.rectification_acts import act_on
from handlers.rectification_cards import ITEM_CARD, STATES, item_card
from handlers.rectification_rights import item_of, need_act
from storage import cards
from storage.rectification import Item

DECIDING = ("apply", "examine", "confirm", "refuse", "reopen")


def begin_deciding(
    desk: Desk, item: Item, mission: Stationing, side: Side, act: ItemAct
) -> list[Reply]:
    """Open the form of one step. Raises where the person may not take it now."""
    need_act(desk, item, mission, side, act)
    return open_form(desk, f"item_{act}", context={"item": item.id, "n": item.number})


def apply(desk: Desk, answers: Answers) -> list[Reply]:
    """The unit asks for 销号; without evidence there is no application."""
    item, mission, side = _case(desk, answers, ItemAct.APPLY)
    files = filled_files(answers)
    if not files:
        raise Problem("rectification.needs_evidence")
    done = act_on(
        desk,
        item,
        side,
        ItemAct.APPLY,
        said={"text": answers["text"]},
        files=files,
        percent=100,
        applied_by=me(desk).id,
        examined_by="",
    )
    asked = watching_team(desk, mission, *TEAM_ROLES) or _officers(desk, mission)
    return [
        item_card(desk, done, mission, side, Text("rectification.applied", {"n": item.number})),
        *_tell(desk, done, mission, asked),
    ]


def examine(desk: Desk, answers: Answers) -> list[Reply]:
    """The first person finds it done and says on what grounds."""
    item, mission, side = _case(desk, answers, ItemAct.EXAMINE)
    person = me(desk).id
    said = {"text": answers["text"]}
    done = act_on(desk, item, side, ItemAct.EXAMINE, said=said, examined_by=person)
    team = watching_team(desk, mission, *TEAM_ROLES)
    asked = [p for p in dict.fromkeys((*_officers(desk, mission), *team)) if p != person]
    told = _tell(desk, done, mission, asked)
    lead = Text("rectification.examined", {"n": item.number})
    nobody = () if told else (Text("rectification.nobody_confirms"),)
    return [item_card(desk, done, mission, side, lead, *nobody), *told]


def confirm(desk: Desk, answers: Answers) -> list[Reply]:
    """The second person confirms; the same one as before is refused with a clear line."""
    item, mission, side = _case(desk, answers, ItemAct.CONFIRM)
    said = {"text": answers["text"] or ""}
    return _decided(desk, item, mission, side, ItemAct.CONFIRM, said, next_on=None)


def refuse(desk: Desk, answers: Answers) -> list[Reply]:
    """Either of the two sends it back with a reason and, if wanted, a next date."""
    item, mission, side = _case(desk, answers, ItemAct.REFUSE)
    next_on = date.fromisoformat(answers["next_on"]) if answers["next_on"] else item.next_on
    said = {"text": answers["text"]}
    return _decided(desk, item, mission, side, ItemAct.REFUSE, said, next_on=next_on)


def reopen(desk: Desk, answers: Answers) -> list[Reply]:
    """改了又犯: what was struck off comes back with a reason, its history kept."""
    item, mission, side = _case(desk, answers, ItemAct.REOPEN)
    return _decided(desk, item, mission, side, ItemAct.REOPEN, {"text": answers["text"]})


def reopen_item(desk: Desk, item: Item, side: Side, reason: str) -> Item:
    """Reopen where a follow-up found it unfinished; only what is struck off moves."""
    return act_on(desk, item, side, ItemAct.REOPEN, said={"text": reason}, **_UNDECIDED)


_UNDECIDED: Mapping[str, Any] = {"applied_by": "", "examined_by": ""}


def _decided(
    desk: Desk,
    item: Item,
    mission: Stationing,
    side: Side,
    act: ItemAct,
    said: Mapping[str, str],
    **changes: Any,
) -> list[Reply]:
    if act is not ItemAct.CONFIRM:
        changes |= _UNDECIDED
    done = act_on(desk, item, side, act, said=said, **changes)
    cards.close_all(desk.db, item.id, ITEM_CARD)
    lead = Text(f"rectification.now_{act}", {"n": item.number})
    return [item_card(desk, done, mission, side, lead), *tell_unit(desk, done, mission)]


def tell_unit(desk: Desk, item: Item, mission: Stationing) -> list[Reply]:
    """The unit's people hear that an item moved, unless it must not reach them."""
    return [] if item.principal else _tell(desk, item, mission, answering(desk, mission))


def _tell(desk: Desk, item: Item, mission: Stationing, asked: list[str]) -> list[Reply]:
    values = {
        "unit": mission.unit_name,
        "n": item.number,
        "state": Text(STATES[item.state]),
        "on": desk.today,
    }
    told = Reply(key="rectification.moved", values=values, priority=Priority.NOTICE)
    others = [person for person in asked if person != me(desk).id]
    return [reply for person in others for reply in to_person(desk, person, told)]


def _officers(desk: Desk, mission: Stationing) -> list[str]:
    return watching(desk, "office", mission.unit_id)


def _case(desk: Desk, answers: Answers, act: ItemAct) -> tuple[Item, Stationing, Side]:
    item, mission, side = item_of(desk, answers["_"]["item"])
    need_act(desk, item, mission, side, act)
    return item, mission, side


def _short(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > LONGEST:
        raise Problem("rectification.too_long", n=LONGEST)
    return displayable(value).strip()


def _reason(desk: Desk, answers: Answers, value: str) -> str:
    """A reason that the unit reads: whatever it shares with a report is shown before it leaves."""
    text = _short(desk, answers, value)
    item, mission, _ = item_of(desk, answers["_"]["item"])
    return text if item.principal else for_the_unit(desk, mission, text)


def _number(desk: Desk, answers: Answers) -> dict[str, Any]:
    return {"n": answers["_"]["n"]}


def _form(
    act: ItemAct,
    done: Callable[[Desk, Answers], list[Reply]],
    ask: str,
    *more: Question,
    optional: bool = False,
    check: Callable[[Desk, Answers, str], str] = _short,
) -> Form:
    asked = Question(key="text", ask=ask, values=_number, check=check, optional=optional)
    return Form(id=f"item_{act}", staff=True, questions=(asked, *more), done=done)


FORMS = (
    _form(
        ItemAct.APPLY,
        apply,
        "rectification.ask_result",
        Question(key="files", ask="rectification.ask_evidence", kind="files"),
    ),
    _form(ItemAct.EXAMINE, examine, "rectification.ask_opinion"),
    _form(ItemAct.CONFIRM, confirm, "rectification.ask_confirmation", optional=True),
    _form(
        ItemAct.REFUSE,
        refuse,
        "rectification.ask_refusal",
        Question(key="next_on", ask="office.next_on", optional=True, check=coming_day),
        check=_reason,
    ),
    _form(ItemAct.REOPEN, reopen, "rectification.ask_reopening", check=_reason),
)
