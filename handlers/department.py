"""来函: what a department received by letter number: sign for it, read it, or give it back."""

from pathlib import PurePath

from casework.errors import Gone, NotAllowed
from casework.hygiene import displayable
from handlers.cards import CardAction
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import departments_of, me
from handlers.forms import Answers, Form, Problem, Question
from handlers.messages import OutFile, Reply
from handlers.transfers import (
    SIGN_CARD,
    already_signed,
    give_back,
    letter_card,
    promised,
    receive,
    tell_office,
)
from handlers.turn import Handler
from storage import attachments, audit, letters, sendings
from storage.cards import Card
from storage.letters import Letter
from storage.sendings import Sending

BACK = "department_back"
SHOWN, REASON_MAX, PAGE = 10, 1_000, 3_000


def list_letters(desk: Desk, argument: str) -> list[Reply]:
    """The newest letters of the person's departments, each with what may be done with it."""
    person = me(desk)
    own = departments_of(person)
    if not own:
        raise NotAllowed("transfer.only_departments")
    found = [one for d in own for one in letters.of_department(desk.db, desk.vault, d)]
    found.sort(key=lambda one: (one.sent_on, one.at), reverse=True)
    cards = [letter_card(desk, one, person.id) for one in found[:SHOWN]]
    return cards or [Reply(key="transfer.no_letters")]


def pressed(desk: Desk, card: Card, code: str) -> list[Reply]:
    """签收, 查看 or 退回 of one letter. Raises NotAllowed for another department's letter."""
    letter = _own(desk, card.subject)
    if code == "open":
        return _read(desk, letter)
    if code == "back":
        return open_form(desk, BACK, {}, {"letter": letter.id})
    if letter.received_on:
        raise already_signed(desk, letter)
    receive(desk, letter, desk.today)
    values = {"letter": letter.number, "on": desk.today}
    return [
        Reply(key="transfer.signed", values={**values, "due": promised(desk, letter) or ""}),
        *tell_office(desk, letter, "transfer.signed_notice"),
    ]


def _own(desk: Desk, letter_id: str) -> Letter:
    letter = letters.get(desk.db, desk.vault, letter_id)
    if letter is None:
        raise Gone
    if letter.department_id not in departments_of(me(desk)):
        raise NotAllowed("transfer.wrong_department", letter=letter.number)
    return letter


def _read(desk: Desk, letter: Letter) -> list[Reply]:
    """What was handed over with each item: staff's own words, nothing of who reported.

    The reading is audited; a surface that may not carry words gets none.
    """
    if letter.returned_on:
        raise NotAllowed("transfer.was_given_back", letter=letter.number)
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    audit.write(desk.db, at=desk.at, actor=me(desk).id, action="letter.read", object=letter.id)
    items = sendings.of_letter(desk.db, desk.vault, letter.id)
    replies = [reply for n, one in enumerate(items, 1) for reply in _item(desk, one, n)]
    if not replies:
        return [Reply(key="transfer.no_text", values={"letter": letter.number})]
    return [
        Reply(key="transfer.reading", values={"letter": letter.number, "n": len(items)}),
        *replies,
    ]


def _item(desk: Desk, sent: Sending, number: int) -> list[Reply]:
    """The summary of one item in pieces, with its files at the first."""
    shown = displayable(str(sent.letter.get("text", "")))
    stored = [
        OutFile(attachment=a.id, name=f"{number}-{n}{PurePath(a.name).suffix}", mime=a.mime)
        for n, a in enumerate(attachments.of(desk.db, desk.vault, sent.papers), 1)
        if a.state == "stored"
    ]
    return [
        Reply(
            key="transfer.item_text",
            values={"n": number, "text": shown[at : at + PAGE]},
            files=tuple(stored) if at == 0 else (),
            content=True,
            protect=True,
        )
        for at in range(0, len(shown), PAGE)
    ]


def _given_back(desk: Desk, answers: Answers) -> list[Reply]:
    letter = _own(desk, answers["_"]["letter"])
    told = give_back(desk, letter, answers["reason"])
    return [Reply(key="transfer.back_kept", values={"letter": letter.number}), *told]


def _reason(desk: Desk, answers: Answers, value: str) -> str:
    if len(value) > REASON_MAX:
        raise Problem("transfer.reason_too_long", n=REASON_MAX)
    return displayable(value).strip()


FORMS: tuple[Form, ...] = (
    Form(
        id=BACK,
        staff=True,
        done=_given_back,
        questions=(Question(key="reason", ask="transfer.ask_back_reason", check=_reason),),
    ),
)
CARDS: dict[str, CardAction] = {SIGN_CARD: pressed}
COMMANDS: dict[str, Handler] = {"letters": list_letters}
