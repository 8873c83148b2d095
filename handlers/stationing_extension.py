"""延长进驻 (003 第三条): reason, approver and new end on record; then a new notice is due."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from casework.errors import MoveNotAllowed, NotAllowed
from casework.mission import Stationing
from casework.plan import kept_plan
from casework.profiles import Profile
from handlers.day_answers import read_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me, sees_unit
from handlers.dutybook import mission_of
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.gate_seats import holders
from handlers.messages import Choice, Reply, Text
from handlers.motions import put
from storage import audit, missions
from storage.motions import Motion

KIND, FORM = "stationing_extension", "motion_extension"
LONGEST_DAYS = 366
OTHER = "other"


def begin(desk: Desk) -> list[Reply]:
    """Ask for which mission, until when and why."""
    if not _extendable(desk):
        return [Reply(key="motion.no_mission_to_extend")]
    return open_form(desk, FORM)


def _extendable(desk: Desk) -> list[Stationing]:
    """The running missions of this person whose instrument lets somebody extend them."""
    return [
        m
        for m in missions.every(desk.db)
        if m.state != "closed" and m.approved and desk.today <= m.ends_on
        if _may_put(desk, m)
        if profile_of(desk, m).stationing.extendable
    ]


def _may_put(desk: Desk, mission: Stationing) -> bool:
    """The leader, whoever acts for him, and the office put it (domain 6, 任务)."""
    person = me(desk)
    if person.has("office") and sees_unit(desk, mission.unit_id):
        return True
    return person.id in holders(desk, mission, "team_leader")


def _choices(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(desk, _extendable(desk))


def _reasons(desk: Desk, answers: Answers) -> Choices:
    profile = profile_of(desk, mission_of(desk, answers["mission"]))
    given = enumerate(_stock(profile))
    stock = tuple(Choice(code=f"r{n}", label=words) for n, words in given)
    return (*stock, Choice(code=OTHER, key="motion.reason_other"))


def _stock(profile: Profile) -> list[str]:
    extra = profile.stationing.model_extra or {}
    return list(extra.get("extension_reasons", ()))


def _reason(desk: Desk, answers: Answers, value: str) -> str:
    if value == OTHER:
        return value
    profile = profile_of(desk, mission_of(desk, answers["mission"]))
    return _stock(profile)[int(value[1:])]


def _new_end(desk: Desk, answers: Answers, value: str) -> str:
    mission, day = mission_of(desk, answers["mission"]), read_day(desk, value)
    if day <= mission.ends_on:
        raise Problem("motion.extension_not_later", end=mission.ends_on)
    if day > mission.ends_on + timedelta(days=LONGEST_DAYS):
        raise Problem("motion.extension_too_long", n=LONGEST_DAYS)
    return day.isoformat()


def clause(profile: Profile) -> str:
    """Where the extension stands, and how sure that is (text, inferred, default)."""
    rules = profile.stationing
    cite = (rules.model_extra or {}).get("cite") or {}
    place = f"{profile.profile.instrument}{cite.get('article', '')}"
    return f"{rules.extension_basis} {place}"


def _put(desk: Desk, answers: Answers) -> list[Reply]:
    mission = mission_of(desk, answers["mission"])
    if not _may_put(desk, mission):
        raise NotAllowed()
    if desk.today > mission.ends_on or mission.state == "closed":
        raise MoveNotAllowed("motion.extension_too_late", end=mission.ends_on)
    profile = profile_of(desk, mission)
    reason = answers["reason"] if answers["reason"] != OTHER else answers["reason_text"]
    until = date.fromisoformat(answers["until"])
    values = {"unit": mission.unit_name, "end": mission.ends_on, "until": until}
    return put(
        desk,
        kind=KIND,
        subject=mission.id,
        mission=mission,
        seats=(profile.stationing.extension_decided_by or "leading_group",),
        title=Text("motion.kind_extension", values),
        text=reason,
        basis=clause(profile),
        details={"until": answers["until"], "reason": reason},
    )


def extended(desk: Desk, motion: Motion, agreed: bool) -> list[Reply]:
    """The end and the acceptance window move together; the office owes a new notice."""
    mission = mission_of(desk, motion.stationing_id)
    if not agreed or mission.state == "closed":
        return []
    until = date.fromisoformat(motion.details["until"])
    days = (until - mission.ends_on).days
    moved = replace(mission, ends_on=until, accept_until=mission.accept_until + days * 86_400)
    rows = missions.of_round(desk.db, mission.round_id)
    entry = next(row["entry"] for row in rows if row["id"] == mission.id)
    missions.put_stationing(desk.db, moved, entry=entry)
    window = (moved.accept_from, moved.accept_until)
    actor = me(desk).id
    missions.move_window(
        desk.db, mission.id, id=desk.new_id(), window=window, at=desk.at, actor=actor
    )
    facts = {"motion": motion.id, "from": str(mission.ends_on), "to": str(until)}
    audit.write(
        desk.db,
        at=desk.at,
        actor=actor,
        action="mission.extended",
        object=mission.id,
        facts=facts,
    )
    _into_plan(desk, moved, entry, actor)
    return [Reply(key="motion.extended", values={"unit": mission.unit_name, "until": until})]


def _into_plan(desk: Desk, moved: Stationing, entry: str, actor: str) -> None:
    """The plan in force says the new end too, so that importing the old file shows a difference.

    Where one entry names several units the plan cannot say it of one of them and stays.
    """
    version, text = missions.last_plan(desk.db, desk.vault, moved.round_id)
    if not text:
        return
    plan = kept_plan(text)
    new: dict[str, Any] = {"end": moved.ends_on, "accept_until": moved.accept_until}
    stationing = tuple(
        s.model_copy(update=new) if s.id == entry and len(s.units) == 1 else s
        for s in plan.stationing
    )
    missions.keep_plan(
        desk.db,
        desk.vault,
        moved.round_id,
        version=version + 1,
        plan=plan.model_copy(update={"stationing": stationing}).model_dump_json(),
        at=desk.at,
        actor=actor,
    )


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
            Question(key="until", ask="motion.ask_extension_until", check=_new_end, coded=True),
            Question(
                key="reason",
                ask="motion.ask_extension_reason",
                kind="choice",
                choices=_reasons,
                check=_reason,
            ),
            Question(
                key="reason_text",
                ask="motion.ask_reason_text",
                when=lambda answers: answers.get("reason") == OTHER,
            ),
        ),
        done=_put,
    ),
)
DECIDED = {KIND: extended}
