"""Reading a report: here where the surface may carry its words, else by a one-time link."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.hygiene import displayable
from casework.permissions import Right
from handlers.aliases import alias
from handlers.desk import Desk, Person, base32
from handlers.messages import OutFile, Reply, Text
from handlers.visibility import require, seats
from storage import attachments, audit, notes, people, questions, readings, report_texts, reports
from storage.attachments import Attachment
from storage.base import Session
from storage.questions import Question
from storage.readings import Reading
from storage.report_texts import TextPart
from storage.reports import Report
from storage.sealing import Vault

LINK_MINUTES = 15
CHAT_MINUTES = 30
PAGE = 3000
FIELDS: Mapping[str, str] = {
    "account": "team.field_account",
    "what": "team.field_account",
    "names": "team.field_names",
    "subject_names": "team.field_names",
    "when": "team.field_when",
    "where": "team.field_where",
    "source": "team.field_source",
    "earlier": "team.field_earlier",
    "supplement": "team.field_supplement",
    "clarification": "team.field_clarification",
}
SOURCES: Mapping[str, str] = {
    "self": "intake.source_self",
    "seen": "intake.source_seen",
    "papers": "intake.source_papers",
    "heard": "intake.source_heard",
    "known": "intake.source_known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPart:
    """One piece of text with its heading and the moment it came."""

    label: Text
    text: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """What one person may read once: a page without any name or address of the reporter."""

    person_id: str
    report_id: str
    alias: Text
    code: str
    parts: tuple[ReadPart, ...]
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who reads on a page of our own: what decides what exists for a person."""

    db: Session
    vault: Vault
    at: int
    me: Person | None


def show(desk: Desk, report: Report) -> list[Reply]:
    """The words of a report, or a link to them. Each reading is audited either way.

    Errors: Gone for whom the report does not exist, NotAllowed without the right to read it.
    """
    require(desk, report, Right.READ, "report.content")
    assert desk.me is not None
    if not desk.surface.content:
        return [_link(desk, report)]
    _audit(desk.db, desk.at, desk.me.id, report.id, "chat")
    return _in_chat(desk, report)


def files(desk: Desk, report: Report) -> list[Reply]:
    """The evidence of a report, where the surface may carry it; else the link."""
    require(desk, report, Right.READ, "report.content")
    assert desk.me is not None
    if not desk.surface.content:
        return [_link(desk, report)]
    _audit(desk.db, desk.at, desk.me.id, report.id, "files")
    found = attachments.of(desk.db, desk.vault, f"report:{report.id}")
    ready = [a for a in found if a.state == "stored" and a.blob]
    out = tuple(
        OutFile(attachment=a.id, name=f"{n}{_suffix(a.name)}", mime=a.mime)
        for n, a in enumerate(ready, 1)
    )
    return [
        Reply(
            key="team.files",
            values={"n": len(out), "waiting": len(found) - len(out)},
            files=out,
            content=True,
            protect=True,
            vanish_after=_life(desk),
        )
    ]


def redeem(db: Session, vault: Vault, token: str, at: int) -> ReadPage | None:
    """Use a one-time link; None when unknown, used, too old, or when the person lost the right."""
    allowed = readings.use(db, vault, token, at)
    if allowed is None:
        return None
    person = Person(id=allowed.person_id, roles=people.seats(db, allowed.person_id))
    reader = Reader(db=db, vault=vault, at=at, me=person)
    report = reports.get(db, allowed.report_id)
    if report is None or not seats(reader, report):
        return None
    _audit(db, at, allowed.person_id, report.id, "page")
    return ReadPage(
        person_id=allowed.person_id,
        report_id=report.id,
        alias=alias(reader, report.id),
        code=reports.code(db, vault, report.id),
        parts=tuple(parts(db, vault, report.id)),
        files=tuple(attachments.of(db, vault, f"report:{report.id}")),
    )


def parts(db: Session, vault: Vault, report_id: str) -> list[ReadPart]:
    """Everything written about a report in the order it came, made safe to show."""
    asked = {q.id: q for q in questions.of(db, vault, report_id)}
    found = [_part(p, asked) for p in report_texts.of(db, vault, report_id) if p.text]
    found += [
        ReadPart(
            label=Text("team.field_note", {"who": people.name(db, vault, n.author)}),
            text=displayable(n.text),
            at=n.at,
        )
        for n in notes.of(db, vault, report_id)
    ]
    return sorted(found, key=lambda p: p.at)


def _link(desk: Desk, report: Report) -> Reply:
    assert desk.me is not None
    token = base32(desk.draw(20))
    expires = desk.at + LINK_MINUTES * 60
    allowed = Reading(report_id=report.id, person_id=desk.me.id)
    readings.allow(desk.db, desk.vault, token, allowed, at=desk.at, expires_at=expires)
    _audit(desk.db, desk.at, desk.me.id, report.id, "link")
    return Reply(
        key="team.read_link",
        values={"link": f"{desk.surface.public_url}/read#{token}", "minutes": LINK_MINUTES},
        vanish_after=LINK_MINUTES * 60,
        protect=True,
    )


def _in_chat(desk: Desk, report: Report) -> list[Reply]:
    """The words in pieces that every surface can carry."""
    head = Text(
        "team.reading_head",
        {
            "alias": alias(desk, report.id),
            "code": reports.code(desk.db, desk.vault, report.id),
            "files": len(attachments.of(desk.db, desk.vault, f"report:{report.id}")),
        },
    )
    pages: list[list[Text]] = [[]]
    size = 0
    for part in parts(desk.db, desk.vault, report.id):
        for start in range(0, max(1, len(part.text)), PAGE):
            piece = part.text[start : start + PAGE]
            if size + len(piece) > PAGE and pages[-1]:
                pages.append([])
                size = 0
            pages[-1].append(Text("team.part", {"label": part.label, "text": piece}))
            size += len(piece)
    return [
        Reply(
            key="team.reading",
            values={"parts": page},
            lead=(head,) if number == 0 else (),
            content=True,
            protect=True,
            vanish_after=_life(desk),
        )
        for number, page in enumerate(pages)
    ]


def _life(desk: Desk) -> int | None:
    """How long words of a report stay in a chat: on our own page as long as it is open."""
    return None if desk.event.address.channel == "web" else CHAT_MINUTES * 60


def _part(part: TextPart, asked: Mapping[str, Question]) -> ReadPart:
    if part.field == "source" and part.text in SOURCES:
        known = Text("team.field_source_is", {"what": Text(SOURCES[part.text])})
        return ReadPart(label=known, text="", at=part.at)
    return ReadPart(label=_label(part.field, asked), text=displayable(part.text), at=part.at)


def _label(field: str, asked: Mapping[str, Question]) -> Text:
    if field.startswith("answer:"):
        question = asked.get(field.removeprefix("answer:"))
        if question is not None and question.text_key:
            return Text("team.field_answer", {"question": Text(question.text_key)})
        words = displayable(question.text) if question is not None else ""
        return Text("team.field_answer", {"question": words})
    return Text(FIELDS.get(field, "team.field_other"))


def _suffix(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f".{ending}" if stem and dot and ending.isascii() and ending.isalnum() else ""


def _audit(db: Session, at: int, person: str, report_id: str, where: str) -> None:
    audit.write(
        db, at=at, actor=person, action="report.read", object=report_id, facts={"where": where}
    )
    reports.record(db, report_id, at, person, "read", {"where": where})
