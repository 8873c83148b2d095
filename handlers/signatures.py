"""The principal stands for his own report: the liaison may prepare it, the principal confirms."""

from collections.abc import Sequence
from dataclasses import replace

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.hygiene import displayable
from casework.mission import Stationing
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.document_reading import open_document
from handlers.duty_lines import title
from handlers.duty_rights import answering, me, reachable_principals
from handlers.dutybook import mission_of
from handlers.forms import Answers, Form, Question
from handlers.handing_in import close_older, count, duty_of, keep, refuse_closed
from handlers.messages import Choice, Priority, Reply
from handlers.reach import to_person
from storage import attachments, audit, cards, documents
from storage.cards import Card
from storage.documents import Document
from storage.duties import Duty

CONFIRM_CARD = "document_sign"
OWN, PREPARE, PAPER = "own", "prepare", "paper"


def need(desk: Desk, duty: Duty) -> str:
    """How the principal's own report gets his name: own, prepare, paper; "" for other documents.

    002 五(四) 主要负责人履行整改第一责任人责任的情况报告; 004 五(五).
    """
    if duty.obligor != "target_principal":
        return ""
    mission = mission_of(desk, duty.stationing_id)
    if me(desk).id in answering(desk, mission, "unit_principal"):
        return OWN
    return PREPARE if reachable_principals(desk, mission) else PAPER


def prepare(desk: Desk, duty: Duty, *, summary: str, files: Sequence[str]) -> list[Reply]:
    """Keep what the liaison wrote until the principal confirms it; it counts as nothing yet."""
    document = Document(
        id=desk.new_id(),
        duty_id=duty.id,
        version=documents.next_version(desk.db, duty.id, prepared=True),
        kind=duty.kind,
        state="prepared",
        handed_on=desk.today,
        actor=me(desk).id,
        at=desk.at,
        words={"summary": summary},
    )
    before = documents.prepared(desk.db, desk.vault, duty.id)
    if before is not None:
        cards.close_all(desk.db, before.id, CONFIRM_CARD)
    keep(desk, duty, document, files)
    _audit(desk, "document.prepared", duty)
    mission = mission_of(desk, duty.stationing_id)
    told = Reply(key="unit.prepared", values={"doc": title(duty)})
    return [told, *_ask(desk, duty, mission, document)]


def _ask(desk: Desk, duty: Duty, mission: Stationing, document: Document) -> list[Reply]:
    choices = (
        Choice(code="open", key="button.open"),
        Choice(code="confirm", key="unit.confirm_report"),
        Choice(code="back", key="unit.give_back"),
    )
    return [
        reply
        for person in reachable_principals(desk, mission)
        for reply in to_person(
            desk,
            person,
            card(
                desk,
                CONFIRM_CARD,
                document.id,
                choices,
                key="unit.report_to_confirm",
                values={"unit": mission.unit_name, "doc": title(duty), "due": duty.due},
                person=person,
                lives_hours=24 * 90,
                priority=Priority.NOTICE,
            ),
        )
    ]


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    document, duty, mission = _case(desk, pressed.subject)
    if code == "open":
        return open_document(desk, duty, mission, document)
    if code == "back":
        return open_form(desk, GIVE_BACK.id, context={"document": document.id})
    return _confirm(desk, document, duty, mission)


def _case(desk: Desk, document_id: str) -> tuple[Document, Duty, Stationing]:
    """What waits for this principal. Raises Gone, NotAllowed, or MoveNotAllowed once decided."""
    document = documents.get(desk.db, desk.vault, document_id)
    if document is None:
        raise Gone()
    duty = duty_of(desk, document.duty_id)
    mission = mission_of(desk, duty.stationing_id)
    if me(desk).id not in answering(desk, mission, "unit_principal"):
        raise NotAllowed("unit.only_principal", doc=title(duty))
    if document.state != "prepared":
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    return document, duty, mission


def _confirm(desk: Desk, document: Document, duty: Duty, mission: Stationing) -> list[Reply]:
    refuse_closed(duty)
    version = documents.next_version(desk.db, duty.id)
    close_older(desk, duty)
    by = me(desk).id
    if not documents.sign(desk.db, document, by=by, on=desk.today, version=version):
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    cards.close_all(desk.db, document.id, CONFIRM_CARD)
    _audit(desk, "document.signed", duty)
    signed = replace(
        document, state="handed", version=version, handed_on=desk.today, signed=OWN, signed_by=by
    )
    files = attachments.of(desk.db, desk.vault, document.owner)
    values = {"doc": title(duty), "on": desk.today, "version": version}
    told = Reply(key="unit.principal_confirmed", values=values, priority=Priority.NOTICE)
    return [
        *count(desk, duty, signed, files=len(files)),
        *_tell_liaisons(desk, mission, told),
    ]


def _tell_liaisons(desk: Desk, mission: Stationing, told: Reply) -> list[Reply]:
    """To the liaisons of today, who need not be who wrote it."""
    listed = answering(desk, mission, "unit_liaison")
    return [reply for person in listed for reply in to_person(desk, person, told)]


def _give_back(desk: Desk, answers: Answers) -> list[Reply]:
    document, duty, mission = _case(desk, answers["_"]["document"])
    if not documents.withdraw(desk.db, document.id):
        raise MoveNotAllowed("office.document_decided", doc=title(duty))
    cards.close_all(desk.db, document.id, CONFIRM_CARD)
    _audit(desk, "document.given_back", duty)
    values = {"doc": title(duty), "reason": displayable(answers["reason"]).strip()}
    told = Reply(key="unit.given_back", values=values, priority=Priority.NOTICE)
    return [
        Reply(key="unit.gave_back", values={"doc": title(duty)}),
        *_tell_liaisons(desk, mission, told),
    ]


def _audit(desk: Desk, action: str, duty: Duty) -> None:
    audit.write(desk.db, at=desk.at, actor=me(desk).id, action=action, object=duty.id, facts={})


GIVE_BACK = Form(
    id="unit_give_back",
    staff=True,
    questions=(Question(key="reason", ask="unit.give_back_reason"),),
    done=_give_back,
)
FORMS = (GIVE_BACK,)
CARDS: dict[str, CardAction] = {CONFIRM_CARD: _press}
