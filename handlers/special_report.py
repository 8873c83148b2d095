"""专报: a draft on a duty for the leading group, out of the ledger alone, never of reports."""

from typing import Any

from casework.errors import NotAllowed
from casework.mission import Stationing
from handlers import motions
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import title
from handlers.duty_rights import office, sees_unit
from handlers.dutybook import mission_of
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.fulfilment import close
from handlers.messages import Choice, Reply, Text
from handlers.special_drafts import draft_words, mission_words
from storage import audit, duties, missions, special_reports
from storage.duties import Duty
from storage.motions import Motion
from storage.special_reports import SpecialReport

KIND = "special_report"
SEATS = ("leading_group",)
LONGEST = 3500
TAKE = Choice(code="take", key="board.do_take_draft")


def begin_special(desk: Desk, duty: Duty) -> list[Reply]:
    """Show the draft about a duty; the officer takes it as it is or sends another text."""
    office(desk)
    draft = draft_words(desk, duty)
    return open_form(desk, FORM.id, context={"duty": duty.id, "draft": draft})


def begin_for_mission(desk: Desk) -> list[Reply]:
    """A special report on a whole mission: choose it, then the draft of its counts."""
    office(desk)
    if not _missions(desk):
        return [Reply(key="public.no_mission")]
    return open_form(desk, FORM.id, context={"duty": ""})


def decided(desk: Desk, motion: Motion, agreed: bool) -> list[Reply]:
    """The leading group decided; what it agreed to goes up on paper (000 十), recorded here."""
    found = special_reports.get(desk.db, desk.vault, motion.subject)
    to: special_reports.State = "agreed" if agreed else "refused"
    if found is None or not special_reports.decide(desk.db, found.id, to, desk.at):
        return []
    actor = desk.me.id if desk.me else "program"
    facts = {"mission": found.stationing_id, "duty": found.duty_id}
    audit.write(
        desk.db,
        at=desk.at,
        actor=actor,
        action=f"special_report.{to}",
        object=found.id,
        facts=facts,
    )
    if not agreed:
        return []
    mission = mission_of(desk, found.stationing_id)
    duty = duties.get(desk.db, found.duty_id)
    if duty is not None and duty.kind == KIND:
        close(desk, duty, desk.today)
    return [Reply(key="board.special_on_paper", values={"unit": mission.unit_name})]


def _missions(desk: Desk) -> list[Stationing]:
    return [m for m in missions.every(desk.db) if m.approved and sees_unit(desk, m.unit_id)]


def _choices(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(desk, _missions(desk))


def _of_mission(answers: Answers) -> bool:
    return not answers["_"]["duty"]


def _draft(desk: Desk, answers: Answers) -> str:
    if _of_mission(answers):
        return mission_words(desk, mission_of(desk, answers["mission"]))
    return str(answers["_"]["draft"])


def _shown(desk: Desk, answers: Answers) -> dict[str, Any]:
    return {"draft": _draft(desk, answers)}


def _text(desk: Desk, answers: Answers, value: str) -> str:
    text = _draft(desk, answers) if value == TAKE.code else value
    if len(text) > LONGEST:
        raise Problem("board.special_too_long", n=LONGEST)
    return str(text)


def _propose(desk: Desk, answers: Answers) -> list[Reply]:
    person = office(desk)
    duty = None if _of_mission(answers) else duties.get(desk.db, answers["_"]["duty"])
    mission = mission_of(desk, duty.stationing_id if duty else answers.get("mission", ""))
    if not sees_unit(desk, mission.unit_id):
        raise NotAllowed("office.only_office")
    new = SpecialReport(
        id=desk.new_id(),
        stationing_id=mission.id,
        duty_id=duty.id if duty else "",
        text=answers["text"],
        proposer=person.id,
        at=desk.at,
    )
    special_reports.add(desk.db, desk.vault, new)
    audit.write(
        desk.db,
        at=desk.at,
        actor=person.id,
        action="special_report.proposed",
        object=new.id,
        facts={"mission": mission.id, "duty": new.duty_id},
    )
    about = title(duty) if duty else Text("board.whole_mission")
    return motions.put(
        desk,
        kind=KIND,
        subject=new.id,
        mission=mission,
        seats=SEATS,
        title=Text("board.special_title", {"unit": mission.unit_name, "doc": about}),
        text=new.text,
        basis=duty.citation if duty else "",
    )


def _summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    return {"text": answers["text"]}


FORM = Form(
    id="special_report",
    staff=True,
    questions=(
        Question(
            key="mission",
            ask="office.which_mission",
            kind="choice",
            choices=_choices,
            check=chosen_mission,
            when=_of_mission,
        ),
        Question(
            key="text",
            ask="board.special_ask",
            name="board.special_name",
            values=_shown,
            choices=(TAKE,),
            check=_text,
        ),
    ),
    done=_propose,
    review="board.special_review",
    summary=_summary,
)
FORMS = (FORM,)
DECIDED = {KIND: decided}
