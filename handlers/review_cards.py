"""The cards on which a document is opened, examined, passed on, received or read as a copy."""

from collections.abc import Sequence

from casework.mission import TEAM_ROLES, Stationing
from casework.review_path import Act, Step, told_at_the_end, waiting
from handlers.cards import card
from handlers.desk import Desk
from handlers.duty_lines import limit, named, owner
from handlers.duty_rights import in_seat, path_of, watching, watching_team
from handlers.frozen import profile_of
from handlers.messages import Choice, Priority, Reply, Text
from handlers.reach import to_person
from storage import documents
from storage.documents import Document
from storage.duties import Duty

REVIEW_CARD, RECEIVE_CARD = "office_document", "document_received"
LIVES_HOURS = 24 * 90
OPEN = Choice(code="open", key="button.open")
VERSIONS = Choice(code="versions", key="unit.versions")
_RETURN = Choice(code="return", key="office.return")
_DECIDING: dict[Act, Choice] = {
    "examine": Choice(code="accept", key="office.accept"),
    "accept": Choice(code="accept", key="office.accept"),
    "pass_on": Choice(code="accept", key="unit.pass_on"),
}
_OPINION = Choice(code="opinion", key="unit.paper_opinion")


def step_of(desk: Desk, duty: Duty, mission: Stationing, document: Document) -> Step | None:
    """The step that this document waits for."""
    taken = [s.taken for s in documents.steps(desk.db, desk.vault, document.id)]
    return waiting(path_of(desk, duty, mission), taken)


def review_cards(
    desk: Desk, duty: Duty, mission: Stationing, document: Document, *, news: bool = True
) -> list[Reply]:
    """To whoever decides now; where the document is `news`, to the office and the team as well."""
    step = step_of(desk, duty, mission, document)
    if step is None:
        return []
    deciding = in_seat(desk, mission, step.seat)
    reading: list[str] = []
    if news or not deciding:
        reading = watching(desk, "office", mission.unit_id)
    if news and not duty.department_id:
        reading += watching_team(desk, mission, *TEAM_ROLES)
    return [
        reply
        for person in dict.fromkeys((*reading, *deciding))
        for reply in to_person(
            desk, person, review_card(desk, duty, mission, document, person, step)
        )
    ]


def review_card(
    desk: Desk,
    duty: Duty,
    mission: Stationing,
    document: Document,
    person: str,
    step: Step,
) -> Reply:
    """The card of one person: who sits in the seat of the present step decides, others read."""
    choices = [OPEN]
    if person in in_seat(desk, mission, step.seat):
        choices += [_DECIDING[step.act], _RETURN]
    elif step.act == "examine" and person in watching(desk, "office", mission.unit_id):
        choices.append(_OPINION)
    if document.version > 1:
        choices.append(VERSIONS)
    key = "unit.document_examined" if step.act == "pass_on" else "office.document_came"
    terms = profile_of(desk, mission).terms
    values = {**_values(desk, duty, mission, document), "team": terms.team}
    return card(
        desk,
        REVIEW_CARD,
        document.id,
        tuple(choices),
        key=key,
        values=values,
        person=person,
        lives_hours=LIVES_HOURS,
        priority=Priority.NOTICE,
    )


def end_cards(
    desk: Desk, duty: Duty, mission: Stationing, document: Document, path: Sequence[Step]
) -> list[Reply]:
    """报送 to those who receive it, 抄报 to those who get a copy; not a word of the contents."""
    replies: list[Reply] = []
    for step in told_at_the_end(path):
        receives = step.act == "receive"
        received = (Choice(code="received", key="unit.received"),) if receives else ()
        for person in in_seat(desk, mission, step.seat):
            told = card(
                desk,
                RECEIVE_CARD,
                document.id,
                (OPEN, *received),
                key="unit.document_for_you" if receives else "unit.document_copy",
                values={
                    **_values(desk, duty, mission, document),
                    "how": _way(desk, mission, path, step),
                },
                person=person,
                lives_hours=LIVES_HOURS,
                priority=Priority.NOTICE,
            )
            replies += to_person(desk, person, told)
    return replies


def _way(desk: Desk, mission: Stationing, path: Sequence[Step], step: Step) -> Text | str:
    """经巡视组审核、通过巡视办, where the clause says so; the word for a copy."""
    if step.act == "copy":
        return step.how
    terms = profile_of(desk, mission).terms
    values = {"team": terms.team, "office": terms.office}
    examined = any(one.act == "examine" for one in path)
    return Text("unit.way_examined" if examined else "unit.way_office", values)


def _values(desk: Desk, duty: Duty, mission: Stationing, document: Document) -> dict[str, object]:
    return {
        "unit": owner(desk, duty, mission.unit_name),
        "doc": named(desk, duty),
        "version": document.version,
        "on": document.handed_on,
        "limit": limit(duty),
    }
