"""办结: whoever answers for a duty says on which day, and in which words, it was done."""

from datetime import date
from typing import Any

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.hygiene import displayable
from casework.mission import TEAM_ROLES, Stationing
from casework.profiles import Obligation
from casework.triggers import BATCH_ENDED, YEAR_ENDED, event_that_ends
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk, Person
from handlers.dialogue import open_form
from handlers.duty_lines import ground, owed_within, place, title, when
from handlers.duty_rights import me, watching_team
from handlers.dutybook import in_order, mission_of, record_event
from handlers.forms import Answers, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.fulfilment import LIVE, close
from handlers.gate_seats import holders
from handlers.messages import Choice, Reply, Text
from storage import duties, events, missions
from storage.duties import Duty

DISCHARGE_CARD = "duty_discharge"
SHOWN, LOOKED_AT, WORDS_MAX = 8, 1_000, 1_000
GROUP = ("leading_group", "sponsor_committee")
HEARINGS = ("briefing", "committee_briefing")
_SHARED = (BATCH_ENDED, YEAR_ENDED)


def owed_by(desk: Desk, person: Person) -> list[Duty]:
    """What the person answers for inside the inspection, or helps to, by date."""
    listed = {duty.id: duty for duty in events.owed_within(desk.db, LOOKED_AT)}
    for team in {seat.team for seat in person.roles if seat.team}:
        for mission in missions.of_team(desk.db, team):
            own = duties.of_stationing(desk.db, mission.id)
            listed |= {d.id: d for d in own if d.state != "accepted" and owed_within(d)}
    return in_order(desk, (duty for duty in listed.values() if sees(desk, person, duty)))


def sees(desk: Desk, person: Person, duty: Duty) -> bool:
    """The office all; the leading group its own and the committee's; a team its own mission's."""
    mission = mission_of(desk, duty.stationing_id)
    if not _shared(desk, mission, duty) and person.id in _recused(desk, duty):
        return False
    if person.has("office"):
        return True
    if duty.obligor in GROUP:
        return person.has("leading_group")
    if duty.obligor in ("team", *TEAM_ROLES):
        team = watching_team(desk, mission, *TEAM_ROLES)
        return person.id in (*team, *holders(desk, mission, "team_leader"))
    return False


def may_discharge(desk: Desk, person: Person, duty: Duty) -> bool:
    """Who sees it, but of a team only its leader, and whoever acts for him by record."""
    if not owed_within(duty) or not sees(desk, person, duty):
        return False
    if person.has("office") or duty.obligor in GROUP:
        return True
    return person.id in holders(desk, mission_of(desk, duty.stationing_id), "team_leader")


def owed_card(desk: Desk, listed: list[Duty], page: int) -> Reply:
    """One page of what is owed, with a 办结 for each line that this person may end."""
    person = me(desk)
    pages = -(-len(listed) // SHOWN)
    page = min(max(page, 1), pages)
    part = listed[(page - 1) * SHOWN : page * SHOWN]
    values = {
        "n": len(listed),
        "page": page,
        "pages": pages,
        "lines": [owed_line(desk, duty, number) for number, duty in enumerate(part, 1)],
    }
    choices = tuple(
        Choice(code=duty.id, key="event.do_close", values={"n": number})
        for number, duty in enumerate(part, 1)
        if may_discharge(desk, person, duty)
    )
    return card(
        desk,
        DISCHARGE_CARD,
        person.id,
        choices,
        key="event.owed",
        values=values,
        person=person.id,
    )


def owed_line(desk: Desk, duty: Duty, number: int) -> Text:
    """One duty in a list: what about, what, by when, on which ground."""
    values = {
        "n": number,
        "place": place(desk, duty),
        "doc": title(duty),
        "when": when(desk, duty),
        "ground": ground(duty),
    }
    return Text("event.owed_line", values)


def begin_discharge(desk: Desk, duty_id: str) -> list[Reply]:
    """Open the form in which a duty is ended. Raises NotAllowed, Gone, MoveNotAllowed."""
    duty = _duty(desk, duty_id)
    context = {"duty": duty.id, "hearing": duty.kind in HEARINGS, "discussed": False}
    item = _item(desk, duty)
    if item is not None and item.obligor == "team" and "team" in item.reviewer:
        context["discussed"] = True
    return open_form(desk, DISCHARGE.id, context=context)


def _press(desk: Desk, pressed: Any, code: str) -> list[Reply]:
    return begin_discharge(desk, code)


def _duty(desk: Desk, id: str) -> Duty:
    found = duties.get(desk.db, id)
    if found is None:
        raise Gone()
    if not may_discharge(desk, me(desk), found):
        raise NotAllowed("event.not_yours")
    if found.state not in LIVE:
        raise MoveNotAllowed("event.closed_before", doc=title(found))
    return found


def _item(desk: Desk, duty: Duty) -> Obligation | None:
    return profile_of(desk, mission_of(desk, duty.stationing_id)).obligation_of(duty.obligation)


def _shared(desk: Desk, mission: Stationing, duty: Duty) -> bool:
    """Owed once for a round or a year: it says nothing of any one unit."""
    item = profile_of(desk, mission).obligation_of(duty.obligation)
    return item is not None and item.trigger in _SHARED


def _recused(desk: Desk, duty: Duty) -> frozenset[str]:
    return duties.recused_from(desk.db, duty.unit_id)


def _since_trigger(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    duty = _duty(desk, answers["_"]["duty"])
    ahead = duty.kind == "notice"
    if not ahead and day < duty.trigger_on.isoformat():
        raise Problem("event.before_trigger", on=duty.trigger_on)
    return day


def words_in_short(desk: Desk, answers: Answers, value: str) -> str:
    """A person's words, cut of what cannot be shown. Raises Problem where they are too long."""
    if len(value) > WORDS_MAX:
        raise Problem("event.too_long", n=WORDS_MAX)
    return displayable(value).strip()


def _about(desk: Desk, answers: Answers) -> dict[str, Any]:
    duty = _duty(desk, answers["_"]["duty"])
    return {"place": place(desk, duty), "doc": title(duty)}


def _summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    return {**_about(desk, answers), "on": date.fromisoformat(answers["on"])}


def _discharge(desk: Desk, answers: Answers) -> list[Reply]:
    duty = _duty(desk, answers["_"]["duty"])
    on = date.fromisoformat(answers["on"])
    names = ("words", "attended", "discussed")
    words = {name: answers[name] for name in names if answers.get(name)}
    event = event_that_ends(duty.kind)
    mission = mission_of(desk, duty.stationing_id)
    if event:
        record_event(desk, mission, event, on, words=words)
    close(desk, duty, on, words=words)
    values = {"place": place(desk, duty), "doc": title(duty), "on": on}
    return [Reply(key="event.closed", values=values)]


DISCHARGE = Form(
    id="duty_discharge",
    staff=True,
    questions=(
        Question(
            key="on",
            ask="event.closed_on",
            name="event.name_day",
            values=_about,
            choices=(TODAY,),
            check=_since_trigger,
        ),
        Question(
            key="attended",
            ask="event.attended",
            name="event.name_attended",
            check=words_in_short,
            when=lambda answers: bool(answers["_"]["hearing"]),
        ),
        Question(
            key="discussed",
            ask="event.discussed",
            name="event.name_discussed",
            check=words_in_short,
            when=lambda answers: bool(answers["_"]["discussed"]),
        ),
        Question(
            key="words", ask="event.what_was_done", name="event.name_words", check=words_in_short
        ),
    ),
    review="event.close_review",
    summary=_summary,
    done=_discharge,
)
FORMS = (DISCHARGE,)
CARDS: dict[str, CardAction] = {DISCHARGE_CARD: _press}
