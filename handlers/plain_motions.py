"""Motions that are a text and a decision: informing leaders, a statement, another method."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from casework.errors import MoveNotAllowed, NotAllowed
from casework.gates import Passage, passage
from casework.mission import Stationing
from casework.profiles import Profile
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me, sees_unit, watching, watching_team
from handlers.dutybook import mission_of
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Question
from handlers.frozen import profile_of
from handlers.messages import Choice, Priority, Reply, Text
from handlers.motions import put
from handlers.reach import to_person
from storage import missions
from storage.motions import Motion

FORM = "motion_plain"
LONGEST_AFTER = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """One kind: its title and button, and the gate that governs it ("" = the two bodies)."""

    key: str
    action: str


KINDS: Mapping[str, Plain] = {
    "inform_leaders": Plain(key="motion.kind_inform", action="inform_leaders"),
    "statement": Plain(key="motion.kind_statement", action="statement_on_major_issue"),
    "other_method": Plain(key="motion.kind_method", action="other_method"),
    "handling_opinion": Plain(key="motion.kind_opinion", action=""),
}


def begin(desk: Desk) -> list[Reply]:
    """Ask what is put, for which mission, and its text."""
    if not _open_missions(desk):
        return [Reply(key="motion.no_mission_for_motion")]
    return open_form(desk, FORM)


def way(profile: Profile, kind: str) -> Passage | None:
    """The gate of a kind under a profile; None where the instrument has none for it.

    处理意见 (004 五(四)): the leading group hears and proposes, the committee decides; only where
    a clause of the profile says that the committee is briefed by the leading group.
    """
    action = KINDS[kind].action
    if action:
        return passage(profile, action)
    briefing = next(
        (
            item
            for item in profile.obligation
            if item.obligor == "leading_group" and "sponsor_committee" in item.submit_to
        ),
        None,
    )
    if briefing is None:
        return None
    return Passage(
        action=kind,
        prepare=("office",),
        seats=("leading_group", "sponsor_committee"),
        sends="office",
        basis=briefing.basis,
        cite=f"{profile.profile.instrument}{briefing.cite.article}",
    )


def _open_missions(desk: Desk) -> list[Stationing]:
    """A year beyond the end: what 004 五(四) and 五(六) put comes after the team has gone."""
    recent = [m for m in missions.every(desk.db) if desk.today <= m.ends_on + LONGEST_AFTER]
    return [m for m in recent if _kinds(desk, m)]


def _kinds(desk: Desk, mission: Stationing) -> list[str]:
    """What this person may put for a mission: known to its instrument, prepared by their side."""
    profile, sides = profile_of(desk, mission), _sides(desk, mission)
    ways = {kind: way(profile, kind) for kind in KINDS}
    return [kind for kind, one in ways.items() if one is not None and sides & set(one.prepare)]


def _sides(desk: Desk, mission: Stationing) -> set[str]:
    person = me(desk)
    if not sees_unit(desk, mission.unit_id):
        return set()
    sides = {"office", "team"} if person.has("office") else set()
    if person.id in watching_team(desk, mission, "team_leader", "team_deputy", "team_member"):
        sides.add("team")
    return sides


def _choices(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(desk, _open_missions(desk))


def _kind_choices(desk: Desk, answers: Answers) -> Choices:
    mission = mission_of(desk, answers["mission"])
    return tuple(Choice(code=kind, key=KINDS[kind].key) for kind in _kinds(desk, mission))


def _put(desk: Desk, answers: Answers) -> list[Reply]:
    mission, kind = mission_of(desk, answers["mission"]), answers["kind"]
    if kind not in _kinds(desk, mission):
        raise NotAllowed()
    one = way(profile_of(desk, mission), kind)
    if one is None:
        raise MoveNotAllowed("motion.no_gate")
    return put(
        desk,
        kind=kind,
        subject=desk.new_id(),
        mission=mission,
        seats=one.seats,
        title=Text(KINDS[kind].key),
        text="\n".join(part["t"] for part in answers["text"]["parts"]),
        basis=one.clause,
        files=[file["id"] for file in answers["text"]["files"]],
        consult=one.consult,
    )


def decided(desk: Desk, motion: Motion, agreed: bool) -> list[Reply]:
    """What was let through may now be carried out by the office, which is told."""
    if not agreed:
        return []
    mission = mission_of(desk, motion.stationing_id)
    told = Reply(
        key="motion.carry_out",
        values={"title": Text(motion.title[0], motion.title[1]), "unit": mission.unit_name},
        priority=Priority.NOTICE,
    )
    here = me(desk).id
    others = [p for p in watching(desk, "office", mission.unit_id) if p != here]
    return [reply for person in others for reply in to_person(desk, person, told)]


FORMS: tuple[Form, ...] = (
    Form(
        id=FORM,
        staff=True,
        questions=(
            Question(
                key="mission",
                ask="office.which_mission",
                kind="choice",
                choices=_choices,
                check=chosen_mission,
            ),
            Question(key="kind", ask="motion.ask_kind", kind="choice", choices=_kind_choices),
            Question(key="text", ask="motion.ask_text", kind="long"),
        ),
        done=_put,
    ),
)
DECIDED = dict.fromkeys(KINDS, decided)
