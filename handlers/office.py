"""`/office`: the desk of the office, from which each of its acts begins."""

from collections.abc import Callable, Mapping

from casework.errors import NotAllowed
from handlers import events, immediate, standing_in, window_notices
from handlers.board import open_board
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.displays import ask_displays
from handlers.duty_rights import me, office, sees_unit
from handlers.extension_papers import waiting_extensions
from handlers.feedback import begin_feedback, undelivered, unsigned
from handlers.handover import begin_handover
from handlers.letters import begin_letter, letter_book
from handlers.messages import Choice, Reply
from handlers.motion_desk import open_motions
from handlers.pauses import begin_pause
from handlers.plan import pending_approvals
from handlers.publications import open_publications
from handlers.recompute import ask as ask_recompute
from handlers.reviews import waiting_reviews
from handlers.signing import begin_paper_sign
from handlers.submissions import begin_paper_submit
from handlers.supervision import open_question_count, supervise
from handlers.visits import begin_any
from storage import duties
from storage.cards import Card

MENU_CARD = "office_menu"
ACTS: Mapping[str, tuple[str, Callable[[Desk], list[Reply]]]] = {
    "board": ("board.do_office", open_board),
    "supervise": ("office.do_supervise", supervise),
    "review": ("office.do_review", waiting_reviews),
    "motions": ("motion.do_motions", open_motions),
    "feedback": ("office.do_feedback", begin_feedback),
    "to_units": ("immediate.do_office", immediate.waiting),
    "texts": ("office.do_texts", pending_approvals),
    "notices": ("office.do_notices", window_notices.ask),
    "displays": ("unit.do_displays", ask_displays),
    "publish": ("public.do_office", open_publications),
    "events": ("event.do_events", events.menu),
    "letters": ("transfer.do_letters", letter_book),
    "letter": ("office.do_letter", begin_letter),
    "sign": ("office.do_paper_sign", begin_paper_sign),
    "submit": ("office.do_paper_submit", begin_paper_submit),
    "extensions": ("unit.do_extensions", waiting_extensions),
    "followup": ("rectification.do_followup", begin_any),
    "handover": ("unit.do_handover", begin_handover),
    "pause": ("ladder.do_pause", begin_pause),
    "recompute": ("ladder.do_recompute", ask_recompute),
    "acting": ("motion.do_stand_in", standing_in.ask),
}


def open_office(desk: Desk, argument: str) -> list[Reply]:
    """The menu for the office; the list of what is watched for the leading group."""
    person = me(desk)
    if not person.has("office", "leading_group"):
        raise NotAllowed("office.only_office")
    if not person.has("office"):
        return supervise(desk)
    choices = tuple(Choice(code=code, key=label) for code, (label, _) in ACTS.items())
    values = {
        "undelivered": len(undelivered(desk)),
        "unsigned": len(unsigned(desk)),
        "to_review": sum(
            sees_unit(desk, duty.unit_id) for duty in duties.standing(desk.db, "submitted")
        ),
        "questions": open_question_count(desk),
        "notices": len(window_notices.waiting(desk)),
    }
    return [
        card(
            desk, MENU_CARD, person.id, choices, key="office.menu", values=values, person=person.id
        )
    ]


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    office(desk)
    chosen = ACTS.get(code)
    return chosen[1](desk) if chosen else [Reply(key="form.stale_card")]


COMMANDS = {"office": open_office}
CARDS: dict[str, CardAction] = {MENU_CARD: _press, **window_notices.CARDS}
