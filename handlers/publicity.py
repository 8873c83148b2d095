"""整改公开: the unit records when, how and where it went public (A28 C16 E38)."""

from datetime import date
from typing import Any

from casework.errors import Gone, NotAllowed
from casework.hygiene import displayable, is_blank
from casework.mission import Stationing
from casework.rectification import Side
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_lines import title
from handlers.duty_rights import me, watching
from handlers.dutybook import mission_of
from handlers.evidence import filled_files
from handlers.forms import Answers, Form, Problem, Question
from handlers.fulfilment import fulfil
from handlers.messages import Choice, OutFile, Priority, Reply, Text
from handlers.reach import to_person
from handlers.rectification_rights import need_side
from storage import attachments, audit
from storage import publicity as records
from storage.cards import Card
from storage.publicity import Publication

SEE_CARD = "publication_see"
MANNERS = {
    "party": "rectification.manner_party",
    "board": "rectification.manner_board",
    "site": "rectification.manner_site",
    "media": "rectification.manner_media",
}
LINK_MAX, TEXT_MAX = 500, 3_000  # characters


def begin(desk: Desk, mission: Stationing) -> list[Reply]:
    """Open the form; what was recorded before is listed first."""
    need_side(desk, mission, Side.UNIT)
    return open_form(desk, PUBLISH.id, context={"mission": mission.id})


def lines(desk: Desk, mission: Stationing) -> list[Text]:
    """What the unit has made public, by day and manner."""
    found = records.of(desk.db, desk.vault, mission.id)
    return [
        Text(
            "rectification.published_line", {"on": p.published_on, "how": Text(MANNERS[p.manner])}
        )
        for p in found
    ]


def _keep(desk: Desk, answers: Answers) -> list[Reply]:
    mission = mission_of(desk, answers["_"]["mission"])
    need_side(desk, mission, Side.UNIT)
    link, text, files = answers["link"] or "", answers["text"] or "", filled_files(answers)
    if not files and is_blank(link) and is_blank(text):
        raise Problem("rectification.publication_needs_proof")
    new = Publication(
        id=desk.new_id(),
        stationing_id=mission.id,
        published_on=date.fromisoformat(answers["on"]),
        manner=answers["manner"],
        actor=me(desk).id,
        at=desk.at,
        words={"link": link, "text": text},
    )
    records.add(desk.db, desk.vault, new)
    attachments.adopt(desk.db, files, new.owner)
    facts = {"manner": new.manner, "on": new.published_on.isoformat(), "files": len(files)}
    audit.write(
        desk.db,
        at=desk.at,
        actor=new.actor,
        action="publication.recorded",
        object=new.id,
        facts=facts,
    )
    done = fulfil(desk, mission, "publicity", new.published_on)
    values: dict[str, Any] = {
        "on": new.published_on,
        "how": Text(MANNERS[new.manner]),
        "unit": mission.unit_name,
        "duties": [Text("rectification.duty_done", {"doc": title(duty)}) for duty in done],
    }
    own = Reply(key="rectification.published", values=values)
    return [own, *_tell_office(desk, mission, new, values)]


def _tell_office(
    desk: Desk, mission: Stationing, new: Publication, values: dict[str, Any]
) -> list[Reply]:
    told = []
    for person in watching(desk, "office", mission.unit_id):
        see = card(
            desk,
            SEE_CARD,
            new.id,
            (Choice(code="open", key="button.open"),),
            key="rectification.publication_came",
            values=values,
            person=person,
            lives_hours=24 * 90,
            priority=Priority.NOTICE,
        )
        told += to_person(desk, person, see)
    return told


def _see(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    found = records.get(desk.db, desk.vault, pressed.subject)
    if found is None:
        raise Gone()
    mission = mission_of(desk, found.stationing_id)
    if me(desk).id not in watching(desk, "office", mission.unit_id):
        raise NotAllowed("office.only_office")
    if not desk.surface.content:
        return [Reply(key="office.read_in_web", values={"url": desk.surface.public_url})]
    audit.write(desk.db, at=desk.at, actor=me(desk).id, action="publication.read", object=found.id)
    listed = attachments.of(desk.db, desk.vault, found.owner)
    stored = [file for file in listed if file.state == "stored"]
    values = {
        "unit": mission.unit_name,
        "on": found.published_on,
        "how": Text(MANNERS[found.manner]),
        "link": displayable(found.words["link"]),
        "text": displayable(found.words["text"]),
        "files": len(listed),
    }
    files = tuple(OutFile(attachment=f.id, name=f.name, mime=f.mime) for f in stored)
    return [Reply(key="rectification.publication", values=values, files=files, content=True)]


def _link(desk: Desk, answers: Answers, value: str) -> str:
    link = displayable(value).strip()
    web = link.startswith(("https://", "http://")) and not any(c.isspace() for c in link)
    if not web or len(link) > LINK_MAX:
        raise Problem("rectification.not_a_link", n=LINK_MAX)
    return link


def _text(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > TEXT_MAX:
        raise Problem("rectification.too_long", n=TEXT_MAX)
    return displayable(value).strip()


def _day(desk: Desk, answers: Answers, value: str) -> str:
    day = past_day(desk, answers, value)
    mission = mission_of(desk, answers["_"]["mission"])
    if day < mission.starts_on.isoformat():
        raise Problem("office.before_stationing", start=mission.starts_on)
    return day


def _known(desk: Desk, answers: Answers) -> dict[str, Any]:
    return {"known": lines(desk, mission_of(desk, answers["_"]["mission"]))}


PUBLISH = Form(
    id="unit_publicity",
    staff=True,
    questions=(
        Question(
            key="on",
            ask="rectification.ask_published_on",
            values=_known,
            choices=(TODAY,),
            check=_day,
        ),
        Question(
            key="manner",
            ask="rectification.ask_manner",
            kind="choice",
            choices=tuple(Choice(code=code, key=key) for code, key in MANNERS.items()),
        ),
        Question(key="link", ask="rectification.ask_link", optional=True, check=_link),
        Question(key="text", ask="rectification.ask_published_text", optional=True, check=_text),
        Question(key="files", ask="rectification.ask_published_files", kind="files"),
    ),
    done=_keep,
)
FORMS = (PUBLISH,)
CARDS: dict[str, CardAction] = {SEE_CARD: _see}
