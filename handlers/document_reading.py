"""A document opened, only where contents may be shown; and the record of its versions."""

from typing import Any

from casework.errors import Gone, NotAllowed
from casework.hygiene import displayable
from casework.mission import Stationing
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_lines import title
from handlers.duty_rights import may_open, me, reads_own
from handlers.dutybook import mission_of
from handlers.messages import Choice, OutFile, Reply, Text
from storage import attachments, audit, documents, duties
from storage.cards import Card
from storage.documents import Document
from storage.duties import Duty

VERSIONS_CARD = "document_versions"
PAGE = 3_000  # characters in one message
_STATES = {
    "handed": "unit.version_handed",
    "accepted": "unit.version_accepted",
    "returned": "unit.version_returned",
    "overtaken": "unit.version_overtaken",
}


def open_document(desk: Desk, duty: Duty, mission: Stationing, document: Document) -> list[Reply]:
    """The words and files of one version, where this surface may carry them; always audited."""
    actor, read = me(desk).id, "document.read"
    audit.write(desk.db, at=desk.at, actor=actor, action=read, object=document.id, facts={})
    if not desk.surface.content:
        return [Reply(key="office.read_in_web", values={"url": desk.surface.public_url})]
    listed = attachments.of(desk.db, desk.vault, document.owner)
    stored = [file for file in listed if file.state == "stored"]
    heading = Reply(
        key="office.document_words",
        values={
            "unit": mission.unit_name,
            "doc": title(duty),
            "version": max(document.version, 0) or "-",
            "on": document.handed_on,
            "stored": len(stored),
            "files": len(listed),
        },
        files=tuple(OutFile(attachment=f.id, name=f.name, mime=f.mime) for f in stored),
        content=True,
    )
    summary = displayable(document.words.get("summary", ""))
    pages = [summary[at : at + PAGE] for at in range(0, len(summary), PAGE)]
    told = [Reply(key="office.document_page", values={"words": p}, content=True) for p in pages]
    return [heading, *told]


def versions(desk: Desk, duty: Duty) -> list[Reply]:
    """Every version with its result and reason, for whoever reviews it and whoever wrote it.

    Raises NotAllowed for anybody else.
    """
    mission = mission_of(desk, duty.stationing_id)
    _check(desk, duty, mission)
    listed = documents.of(desk.db, desk.vault, duty.id)
    if not listed:
        return [Reply(key="unit.no_version", values={"doc": title(duty)})]
    choices = tuple(
        Choice(code=f"v{d.version}", key="unit.open_version", values={"version": d.version})
        for d in listed
    )
    values = {
        "unit": mission.unit_name,
        "doc": title(duty),
        "lines": [_line(document) for document in listed],
    }
    return [
        card(
            desk,
            VERSIONS_CARD,
            duty.id,
            choices,
            key="unit.version_list",
            values=values,
            person=me(desk).id,
        )
    ]


def record_card(desk: Desk, duty: Duty, person: str, **fields: Any) -> Reply:
    """A message with the way to the versions of a document, for somebody who reads them."""
    choice = Choice(code="versions", key="unit.versions")
    return card(desk, VERSIONS_CARD, duty.id, (choice,), person=person, **fields)


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    duty = duties.get(desk.db, pressed.subject)
    if duty is None:
        raise Gone()
    if code == "versions":
        return versions(desk, duty)
    mission = mission_of(desk, duty.stationing_id)
    _check(desk, duty, mission)
    listed = documents.of(desk.db, desk.vault, duty.id)
    wanted = next((d for d in listed if f"v{d.version}" == code), None)
    if wanted is None:
        raise Gone()
    return open_document(desk, duty, mission, wanted)


def _check(desk: Desk, duty: Duty, mission: Stationing) -> None:
    person = me(desk)
    if not (reads_own(desk, person, duty, mission) or may_open(desk, person, duty, mission)):
        raise NotAllowed("office.only_reviewer")


def _line(document: Document) -> Text:
    result = Text(
        _STATES[document.state],
        {"reason": displayable(document.reason), "next": document.next_on},
    )
    values = {"version": document.version, "on": document.handed_on, "result": result}
    return Text("unit.version_line", values)


CARDS: dict[str, CardAction] = {VERSIONS_CARD: _press}
