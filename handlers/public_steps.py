"""The questions about a text for the public page, and who may put which text to which mission."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from casework.hygiene import displayable
from casework.mission import Stationing
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.duty_rights import answering, me, sees_unit, watching_team
from handlers.dutybook import DELIVERED, mission_of
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Problem, Question
from handlers.messages import Choice, Text
from handlers.public_check import shared_words
from handlers.public_moments import KINDS
from storage import duties, missions

LONGEST_TEXT, LONGEST_LINK, LONGEST_REASON = 3000, 300, 500
_LEADERS = ("team_leader", "team_deputy")


def own_missions(desk: Desk) -> list[Stationing]:
    """The missions for whose page this person may propose a text."""
    person = me(desk)
    approved = [m for m in missions.every(desk.db) if m.approved]
    if person.has("office"):
        return [m for m in approved if sees_unit(desk, m.unit_id)]
    return [
        m
        for m in approved
        if person.id in watching_team(desk, m, *_LEADERS) or person.id in answering(desk, m)
    ]


def kinds(desk: Desk, mission: Stationing) -> tuple[str, ...]:
    """A unit speaks of its own rectification alone; the team of notice and feedback."""
    person = me(desk)
    if person.has("office"):
        return tuple(KINDS)
    if person.id in watching_team(desk, mission, *_LEADERS):
        return ("notice", "feedback")
    return ("rectification",) if person.id in answering(desk, mission) else ()


def inspects(desk: Desk, mission: Stationing) -> bool:
    """Whether the person stands on the inspecting side of this mission."""
    person = me(desk)
    return person.has("office") or person.id in watching_team(desk, mission, *_LEADERS)


def _mission_choices(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(desk, own_missions(desk))


def _kind_choices(desk: Desk, answers: Answers) -> Choices:
    mission = mission_of(desk, answers["mission"])
    return tuple(Choice(code=kind, key=KINDS[kind]) for kind in kinds(desk, mission))


def _fitting_kind(desk: Desk, answers: Answers, kind: str) -> str:
    """Feedback and rectification have no page before the feedback was delivered."""
    mission = mission_of(desk, answers["mission"])
    delivered = duties.milestone(desk.db, desk.vault, mission.id, DELIVERED)
    if kind != "notice" and delivered is None:
        raise Problem("public.before_feedback", unit=mission.unit_name)
    return kind


def _fitting_text(desk: Desk, answers: Answers, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Problem("public.text_too_long", n=LONGEST_TEXT)
    return displayable(text)


def _not_before(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    mission = mission_of(desk, answers["mission"])
    if day < mission.starts_on.isoformat():
        raise Problem("office.before_stationing", start=mission.starts_on)
    return day


def _web_address(desk: Desk, answers: Answers, text: str) -> str:
    try:
        parts = urlsplit(text.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if not good or len(text) > LONGEST_LINK or any(c.isspace() for c in text.strip()):
        raise Problem("public.not_an_address")
    return text.strip()


def summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    """Placeholders of the review; what is shared with reports for the inspecting side alone."""
    mission = mission_of(desk, answers["mission"])
    return {
        "unit": mission.unit_name,
        "kind": Text(KINDS[answers["kind"]]),
        "on": date.fromisoformat(answers["on"]),
        "link": Text("public.has_link", {"link": answers["link"]}) if answers["link"] else "",
        "text": answers["text"],
        "shared": shared_words(desk, mission, answers["text"]) if inspects(desk, mission) else "",
    }


def short_reason(desk: Desk, answers: Answers, reason: str) -> str:
    """Why a text is withdrawn. Raises Problem."""
    if len(reason) > LONGEST_REASON:
        raise Problem("public.reason_too_long", n=LONGEST_REASON)
    return reason


QUESTIONS: tuple[Question, ...] = (
    Question(
        key="mission",
        ask="office.which_mission",
        kind="choice",
        choices=_mission_choices,
        check=chosen_mission,
    ),
    Question(
        key="kind",
        ask="public.which_kind",
        kind="choice",
        choices=_kind_choices,
        check=_fitting_kind,
    ),
    Question(key="text", ask="public.ask_text", name="public.name_text", check=_fitting_text),
    Question(
        key="on",
        ask="public.ask_day",
        name="public.name_day",
        choices=(TODAY,),
        check=_not_before,
    ),
    Question(
        key="link",
        ask="public.ask_link",
        name="public.name_link",
        check=_web_address,
        optional=True,
    ),
)
