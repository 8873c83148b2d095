"""The team proposes the feedback; what names the principal is marked and stays back."""

from typing import Any

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.gates import Passage, passage
from casework.mission import Stationing
from casework.profiles import Profile
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me, sees_unit, watching, watching_team
from handlers.dutybook import mission_of
from handlers.feedback_text import (
    CLEAR,
    KIND,
    PRINCIPAL,
    TO,
    addressees,
    delivered,
    held_back,
    inward,
    motion_of,
    subject,
)
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.messages import Choice, Priority, Reply, Text, code_of
from handlers.mission_names import team_of
from handlers.motions import put
from handlers.principal_matters import names_principal
from handlers.public_check import shared_words
from handlers.reach import to_person
from storage import missions, motions
from storage.motions import Motion

FORM, CLEAR_FORM = "feedback_propose", "feedback_clear"
MOST_POINTS = 100


def begin(desk: Desk) -> list[Reply]:
    """Open the form in which the team or the office puts the feedback."""
    if not _aims(desk):
        return [Reply(key="motion.no_feedback_to_put")]
    return open_form(desk, FORM)


def begin_clear(desk: Desk) -> list[Reply]:
    """Open the form in which somebody asks to take the mark of a point back."""
    if not _marked(desk):
        return [Reply(key="motion.no_marked_point")]
    return open_form(desk, CLEAR_FORM)


def way(profile: Profile) -> Passage:
    """The gate of the feedback; where the instrument names none, leader and office (default)."""
    named = passage(profile, KIND)
    if named is not None:
        return named
    return Passage(action=KIND, prepare=("team",), seats=("team_leader", "office"), sends="team")


def _may(desk: Desk, mission: Stationing) -> bool:
    person = me(desk)
    if not sees_unit(desk, mission.unit_id):
        return False
    roles = ("team_leader", "team_deputy", "team_member")
    return person.has("office") or person.id in watching_team(desk, mission, *roles)


def _aims(desk: Desk) -> list[tuple[Stationing, str]]:
    """Missions and addressees whose feedback may be put now by this person."""
    begun = [m for m in missions.every(desk.db) if m.approved and m.starts_on <= desk.today]
    return [
        (m, to)
        for m in begun
        if _may(desk, m)
        for to in addressees(profile_of(desk, m))
        if delivered(desk, m, to) is None and not _waits(desk, m, to)
    ]


def _waits(desk: Desk, mission: Stationing, to: str) -> bool:
    """What was agreed to may be put anew until it has left: the newest version rules."""
    found = motion_of(desk, mission, to)
    return found is not None and found.state == "open"


def _aim_choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(
        Choice(
            code=code_of(subject(m, to)),
            key="motion.aim",
            values={"unit": m.unit_name, "team": team_of(desk, m), "to": Text(TO[to])},
        )
        for m, to in _aims(desk)
    )


def _aim(desk: Desk, answers: Answers, value: str) -> str:
    found = (subject(m, to) for m, to in _aims(desk))
    aim = next((one for one in found if code_of(one) == value), None)
    if aim is None:
        raise Gone()
    return aim


def split(aim: str) -> tuple[str, str]:
    """Mission and addressee out of what the form keeps."""
    place, _, to = aim.rpartition("|")
    return place, to


def _lines(value: dict[str, Any]) -> list[str]:
    lines = (line.strip() for part in value["parts"] for line in part["t"].splitlines())
    return [line for line in lines if line]


def _points(desk: Desk, answers: Answers, value: dict[str, Any]) -> dict[str, Any]:
    """Each line is a point; the program marks those that name the principal (004 五(五))."""
    lines = _lines(value)
    if not lines:
        raise Problem("motion.no_points")
    if len(lines) > MOST_POINTS:
        raise Problem("motion.too_many_points", n=MOST_POINTS)
    mission = mission_of(desk, split(answers["aim"])[0])
    named = [names_principal(desk, mission.unit_id, [line]) for line in lines]
    for n in range(1, len(lines)):  # a name that a line break divides marks both lines
        pair = lines[n - 1] + lines[n]
        if not (named[n - 1] or named[n]) and names_principal(desk, mission.unit_id, [pair]):
            named[n - 1] = named[n] = True
    points = [{"text": t, "principal": p} for t, p in zip(lines, named, strict=True)]
    return {**value, "points": points}


def _marks(desk: Desk, answers: Answers) -> dict[str, Any]:
    points = answers["points"]["points"]
    found = [n for n, p in enumerate(points, 1) if p["principal"]]
    mission = mission_of(desk, split(answers["aim"])[0])
    shared = shared_words(desk, mission, "\n".join(p["text"] for p in points))
    return {"marked": "、".join(str(n) for n in found) or "—", "n": len(found), "shared": shared}


def _more(desk: Desk, answers: Answers, value: str) -> list[int]:
    """Numbers of further points that concern the principal himself."""
    digits = "".join(c if c.isascii() and c.isdecimal() else " " for c in value).split()
    numbers = [int(d[:6]) for d in digits]
    if not numbers or not all(1 <= n <= len(answers["points"]["points"]) for n in numbers):
        raise Problem("motion.no_such_point")
    return numbers


def _put(desk: Desk, answers: Answers) -> list[Reply]:
    place, to = split(answers["aim"])
    mission = mission_of(desk, place)
    if not _may(desk, mission):
        raise NotAllowed()
    if delivered(desk, mission, to) is not None:
        raise MoveNotAllowed("office.feedback_known", unit=mission.unit_name)
    extra = set(answers.get("more") or ())
    points = [
        {"text": p["text"], "principal": p["principal"] or n in extra}
        for n, p in enumerate(answers["points"]["points"], 1)
    ]
    if all(p["principal"] for p in points):
        raise MoveNotAllowed("motion.nothing_leaves")
    gate = way(profile_of(desk, mission))
    mark = desk.rules.say("motion.mark_principal", {}, "zh_CN")
    return put(
        desk,
        kind=KIND,
        subject=subject(mission, to),
        mission=mission,
        seats=gate.seats,
        title=Text("motion.kind_feedback", {"unit": mission.unit_name, "to": Text(TO[to])}),
        text=inward(points, mark),
        basis=gate.clause,
        details={"to": to, "points": points},
        files=[file["id"] for file in answers["points"]["files"]],
        consult=gate.consult,
    )


def let_through(desk: Desk, motion: Motion, agreed: bool) -> list[Reply]:
    """The office learns that it may be delivered; it records the day afterwards."""
    if not agreed:
        return []
    mission = mission_of(desk, motion.stationing_id)
    told = Reply(
        key="motion.feedback_may_go",
        values={"unit": mission.unit_name, "to": Text(TO[motion.details["to"]])},
        priority=Priority.NOTICE,
    )
    here = me(desk).id
    offices = [p for p in watching(desk, "office", mission.unit_id) if p != here]
    return [reply for person in offices for reply in to_person(desk, person, told)]


def _marked(desk: Desk) -> list[tuple[Motion, int]]:
    """Marked points of feedback that has not left, which this person may ask to clear."""
    found: list[tuple[Motion, int]] = []
    for mission in missions.every(desk.db):
        if not mission.approved or not _may(desk, mission):
            continue
        for to in addressees(profile_of(desk, mission)):
            motion = motion_of(desk, mission, to)
            if motion is None or motion.state not in ("open", "agreed"):
                continue
            if delivered(desk, mission, to) is None:
                found += [(motion, n) for n in held_back(desk, motion)]
    return found


def _point_choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(
        Choice(
            code=code_of(f"{motion.id}|{n}"),
            key="motion.point",
            values={
                "unit": mission_of(desk, motion.stationing_id).unit_name,
                "to": Text(TO[motion.details["to"]]),
                "n": n,
            },
        )
        for motion, n in _marked(desk)
    )


def _point(desk: Desk, answers: Answers, value: str) -> str:
    found = (f"{motion.id}|{n}" for motion, n in _marked(desk))
    point = next((one for one in found if code_of(one) == value), None)
    if point is None:
        raise Gone()
    return point


def _ask_clear(desk: Desk, answers: Answers) -> list[Reply]:
    """One person asks, another decides: two different people take a mark back."""
    id, _, number = answers["point"].rpartition("|")
    motion = motions.get(desk.db, desk.vault, id)
    if motion is None:
        raise Gone()
    mission = mission_of(desk, motion.stationing_id)
    if not _may(desk, mission):
        raise NotAllowed()
    if delivered(desk, mission, motion.details["to"]) is not None:
        raise MoveNotAllowed("motion.feedback_left", unit=mission.unit_name)
    words = motion.details["points"][int(number) - 1]["text"]
    return put(
        desk,
        kind=CLEAR,
        subject=answers["point"],
        mission=mission,
        seats=("office",),
        title=Text("motion.kind_clear", {"unit": mission.unit_name, "n": int(number)}),
        text=f"{words}\n{answers['why']}",
        basis=way(profile_of(desk, mission)).clause,
        details={"to": PRINCIPAL},
    )


FORMS: tuple[Form, ...] = (
    Form(
        id=FORM,
        staff=True,
        questions=(
            Question(
                key="aim", ask="motion.ask_aim", kind="choice", choices=_aim_choices, check=_aim
            ),
            Question(key="points", ask="motion.ask_points", kind="long", check=_points),
            Question(
                key="more",
                ask="motion.ask_marked",
                values=_marks,
                optional=True,
                check=_more,
                coded=True,
            ),
        ),
        done=_put,
    ),
    Form(
        id=CLEAR_FORM,
        staff=True,
        questions=(
            Question(
                key="point",
                ask="motion.ask_point",
                kind="choice",
                choices=_point_choices,
                check=_point,
            ),
            Question(key="why", ask="motion.ask_clear_why"),
        ),
        done=_ask_clear,
    ),
)
DECIDED = {KIND: let_through}
