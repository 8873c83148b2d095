"""报送: the forms in which a document is handed in, here or by the office from paper."""

from datetime import date
from typing import Any

from casework.document_kinds import SPOKEN, mistaken_for
from casework.errors import NotAllowed
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.document_reading import versions
from handlers.duty_lines import owed_within, title
from handlers.duty_rights import may_hand_in, me, office, sees_unit
from handlers.dutybook import mission_of
from handlers.evidence import drop_files, filled_files
from handlers.extensions import begin_extension
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.frozen import known_profile
from handlers.handing_in import duty_of, hand_in, refuse_closed
from handlers.messages import Choice, Reply, Text
from handlers.signatures import PAPER, PREPARE, need, prepare
from handlers.wire import dump
from storage import documents, duties, missions
from storage.cards import Card
from storage.duties import Duty

SUBMIT_CARD = "duty_submit"
SIGNER_MAX = 200


def begin_submit(desk: Desk, duty: Duty) -> list[Reply]:
    """Open the form in which a document is handed in. Raises NotAllowed for another's duty."""
    if not may_hand_in(desk, me(desk), duty):
        raise NotAllowed("duty.not_yours")
    refuse_closed(duty)
    if duty.department_id and not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    return open_form(desk, SUBMIT.id, context={"duty": duty.id, "need": need(desk, duty)})


def begin_paper_submit(desk: Desk) -> list[Reply]:
    """Open the form in which the office enters a document that came on paper."""
    office(desk)
    if not _awaited(desk):
        return [Reply(key="office.nothing_awaited")]
    return open_form(desk, PAPER_SUBMIT.id)


def submit_card(desk: Desk, duty: Duty, **fields: Any) -> Reply:
    """A card with 报送, 申请调整时限 and the record of one duty, as far as they are mine."""
    choices: list[Choice] = []
    if duty.state != "accepted" and may_hand_in(desk, me(desk), duty):
        choices.append(Choice(code="submit", key="button.submit"))
        if duty.state in ("open", "returned") and not duty.department_id:
            choices.append(Choice(code="extend", key="unit.ask_extension"))
    if documents.of(desk.db, desk.vault, duty.id):
        choices.append(Choice(code="versions", key="unit.versions"))
    if not choices:
        return Reply(**fields)
    return card(desk, SUBMIT_CARD, duty.id, tuple(choices), person=me(desk).id, **fields)


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    duty = duty_of(desk, pressed.subject)
    acts = {"submit": begin_submit, "extend": begin_extension, "versions": versions}
    return acts[code](desk, duty)


def _submit(desk: Desk, answers: Answers) -> list[Reply]:
    duty = duty_of(desk, answers["_"]["duty"])
    if not may_hand_in(desk, me(desk), duty):
        raise NotAllowed("duty.not_yours")
    refuse_closed(duty)
    wanted, summary = need(desk, duty), answers["summary"] or ""
    if wanted != answers["_"]["need"]:
        raise Problem("unit.signature_changed")
    if wanted == PREPARE:
        return prepare(desk, duty, summary=summary, files=filled_files(answers))
    return hand_in(
        desk,
        duty,
        on=desk.today,
        summary=summary,
        files=filled_files(answers),
        signed=wanted,
        signer=answers.get("signer") or "",
    )


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    office(desk)
    return hand_in(
        desk,
        duty_of(desk, answers["duty"]),
        on=date.fromisoformat(answers["on"]),
        summary=answers["summary"] or "",
        files=filled_files(answers),
        paper=True,
        signed=answers["_"].get("need", ""),
        bearer=answers["bearer"],
        signer=answers.get("signer") or "",
    )


def _right_files(desk: Desk, answers: Answers, value: Any) -> Any:
    """Another duty's document and spoken words are refused; the other files stay."""
    duty = duty_of(desk, answers.get("duty") or answers["_"]["duty"])
    mission = mission_of(desk, duty.stationing_id)
    profile = known_profile(desk, mission)
    item = profile.obligation_of(duty.obligation) if profile else None
    if value is None or profile is None or item is None or not item.documents:
        return value
    others = {f["id"]: mistaken_for(profile, item, f["name"] or "") for f in value["files"]}
    spoken = {f["id"] for f in value["files"] if f["kind"] in SPOKEN}
    wrong = {id for id, other in others.items() if other} | spoken
    if not wrong:
        return value
    value["files"][:] = [f for f in value["files"] if f["id"] not in wrong]
    drop_files(desk, desk.talk.form)
    if spoken:
        raise Problem("unit.spoken_document", doc=title(duty), n=len(spoken))
    other = next(name for name in others.values() if name)
    raise Problem("unit.wrong_document", doc=title(duty), other=other)


def _awaited(desk: Desk) -> list[Duty]:
    waiting = [*duties.standing(desk.db, "open"), *duties.standing(desk.db, "returned")]
    handed = [d for d in waiting if d.kind != "sign" and (d.department_id or not owed_within(d))]
    return [d for d in handed if sees_unit(desk, d.unit_id)]


def _choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=d.id, label=_label(desk, d)) for d in _awaited(desk))


def _label(desk: Desk, duty: Duty) -> str:
    owner = mission_of(desk, duty.stationing_id).unit_name
    if duty.department_id:
        department = missions.department(desk.db, duty.department_id)
        owner = department.name if department else ""
    values = {"owner": owner, "doc": title(duty), "due": duty.due}
    return desk.rules.say("office.duty_choice", dump(values), desk.talk.locale)


def _chosen(desk: Desk, answers: Answers, value: str) -> str:
    """Whether a signature of the principal belongs to what was chosen."""
    principal = duty_of(desk, value).obligor == "target_principal"
    answers["_"]["need"] = PAPER if principal else ""
    return value


def _since_trigger(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    duty = duty_of(desk, answers["duty"])
    if day < duty.trigger_on.isoformat():
        raise Problem("office.before_trigger", on=duty.trigger_on)
    return day


def _who_signed(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > SIGNER_MAX:
        raise Problem("unit.signer_too_long", n=SIGNER_MAX)
    return value.strip()


def _review(desk: Desk, answers: Answers) -> dict[str, Any]:
    duty = duty_of(desk, answers["_"]["duty"])
    prepares = answers["_"]["need"] == PREPARE
    owner = "department" if duty.department_id else "unit"
    counts = Text("unit.counts_on_confirmation" if prepares else "unit.counts_now")
    truth = Text("unit.truth_department" if owner == "department" else "unit.truth_unit")
    return {"doc": title(duty), "counts": counts, "truth": truth}


_FILES = Question(key="files", ask="duty.files", kind="files", optional=True, check=_right_files)
_SUMMARY = Question(key="summary", ask="duty.summary", optional=True)
_SIGNER = Question(
    key="signer",
    ask="unit.signer",
    check=_who_signed,
    when=lambda answers: answers["_"].get("need") == PAPER,
)
SUBMIT = Form(
    id="duty_submit",
    staff=True,
    questions=(_FILES, _SUMMARY, _SIGNER),
    review="duty.submit_review",
    summary=_review,
    done=_submit,
)
PAPER_SUBMIT = Form(
    id="office_paper_submit",
    staff=True,
    questions=(
        Question(
            key="duty", ask="office.which_duty", kind="choice", choices=_choices, check=_chosen
        ),
        Question(key="on", ask="office.submitted_on", choices=(TODAY,), check=_since_trigger),
        Question(key="bearer", ask="office.bearer"),
        _FILES,
        _SIGNER,
        _SUMMARY,
    ),
    done=_enter,
)
FORMS = (SUBMIT, PAPER_SUBMIT)
CARDS: dict[str, CardAction] = {SUBMIT_CARD: _press}
