"""Reports about the leading group: sealed to the superior office, carried there, receipted."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.errors import MoveNotAllowed, NotAllowed
from handlers.cards import CardAction, card
from handlers.day_answers import TODAY, past_day
from handlers.desk import Desk, base32
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Question
from handlers.hours import open_now
from handlers.messages import Choice, Priority, Reply
from handlers.reach import to_person
from storage import audit, cards, people, reports, superior
from storage.base import Session
from storage.cards import Card
from storage.sealing import Vault

CARD = "superior_letter"
RECEIPT = "superior_receipt"
LINK_MINUTES = 15
CARD_HOURS = 48


def configured(desk: Desk) -> bool:
    """Whether the superior office's key is here; without it no such report is taken."""
    return bool(_key(desk))


def carry(desk: Desk, report_id: str, content: Mapping[str, Any]) -> None:
    """Seal words for the superior office; from here on nobody in this house can open them.

    Errors: MoveNotAllowed without its key.
    """
    if not configured(desk):
        raise MoveNotAllowed("superior.refused")
    plain = json.dumps({"form": 1, **content}, ensure_ascii=False, indent=1).encode()
    letter = desk.new_id()
    sealed = superior.seal(bytes.fromhex(_key(desk)), plain, desk.draw(32))
    superior.keep(desk.db, letter, report_id, sealed, desk.at)
    audit.write(
        desk.db, at=desk.at, actor="program", action="superior.sealed", object=letter, facts={}
    )


def tell(desk: Desk) -> list[Reply]:
    """A tick: every working day the office hears of each letter that has no receipt yet."""
    if not open_now(desk):
        return []
    replies: list[Reply] = []
    today = desk.today.isoformat()
    for letter in superior.untold(desk.db, today):
        superior.told(desk.db, letter.id, today)
        for person in people.holders(desk.db, "office"):
            notice = card(
                desk,
                CARD,
                letter.id,
                (
                    Choice(code="get", key="superior.get"),
                    Choice(code="receipt", key="superior.enter_receipt"),
                ),
                key="superior.waiting",
                person=person,
                lives_hours=CARD_HOURS,
                priority=Priority.NOTICE,
                dedupe=f"superior:{letter.id}:{today}:{person}",
            )
            replies += to_person(desk, person, notice)
    return replies


def download(db: Session, vault: Vault, token: str, at: int) -> tuple[str, bytes] | None:
    """(file name, sealed bytes) of a one-time link, or None."""
    found = superior.fetch(db, vault, token, at)
    if found is None:
        return None
    letter, sealed = found
    audit.write(db, at=at, actor="program", action="superior.fetched", object=letter, facts={})
    return f"{letter}.sealed", sealed


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    letter = superior.get(desk.db, pressed.subject)
    if desk.me is None or not desk.me.has("office"):
        raise NotAllowed
    if letter is None or letter.receipt_on:
        return [Reply(key="superior.done_before")]
    if code == "receipt":
        return open_form(desk, RECEIPT, context={"letter": letter.id})
    token = base32(desk.draw(20))
    superior.allow(desk.db, desk.vault, letter.id, token, desk.at + LINK_MINUTES * 60)
    audit.write(
        desk.db,
        at=desk.at,
        actor=desk.me.id,
        action="superior.link",
        object=letter.id,
        facts={},
    )
    values = {"link": f"{desk.surface.public_url}/file/{token}", "minutes": LINK_MINUTES}
    return [Reply(key="superior.link", values=values, vanish_after=LINK_MINUTES * 60)]


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    if desk.me is None or not desk.me.has("office"):
        raise NotAllowed
    letter, day = answers["_"]["letter"], answers["on"]
    report_id = superior.receipted(desk.db, letter, day, desk.me.id)
    if report_id is None:
        return [Reply(key="superior.done_before")]
    cards.close_all(desk.db, letter, CARD)
    audit.write(
        desk.db,
        at=desk.at,
        actor=desk.me.id,
        action="superior.receipted",
        object=letter,
        facts={"on": day},
    )
    report = reports.get(desk.db, report_id)
    if report is not None and report.open and not superior.waiting(desk.db, report_id):
        reports.change(desk.db, report.id, report.version, state="finished", state_at=desk.at)
    return [Reply(key="superior.receipted", values={"on": date.fromisoformat(day)})]


def _key(desk: Desk) -> str:
    return str(desk.rules.settings.get("keys.superior", ""))


CARDS: dict[str, CardAction] = {CARD: _press}
FORMS = (
    Form(
        id=RECEIPT,
        staff=True,
        questions=(
            Question(key="on", ask="superior.ask_receipt", choices=(TODAY,), check=past_day),
        ),
        done=_enter,
    ),
)
