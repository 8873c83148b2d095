"""队列: what waits in one's own missions, urgent first, with filters, pages and 下一件."""

from collections.abc import Callable, Mapping
from datetime import date

from casework.categories import UNSURE
from casework.errors import Gone, NotAllowed
from casework.lifecycle import Seat, State
from casework.receipt import read_code
from handlers import (
    approving,
    asking,
    claims,
    classing,
    closing,
    delegating,
    landing,
    notes,
    posting,
    proposing,
    reading,
    recusals,
)
from handlers.arrivals import age_days
from handlers.binding import ask_pledge
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.forms import Form
from handlers.items import ACTION, STATES, awaited, item_card, marks, offers, tail
from handlers.messages import Choice, Reply, Text
from handlers.turn import Handler
from handlers.visibility import STAFF, own_missions, seats, see, visible
from storage import people, reports
from storage.cards import Card
from storage.reports import Report

LIST = "team_queue"
PAGE = 8
FILTERS: Mapping[str, str] = {
    "all": "team.filter_all",
    "new": "team.filter_new",
    "mine": "team.filter_mine",
    "decide": "team.filter_decide",
    "hold": "team.filter_hold",
}
Act = Callable[[Desk, Report], list[Reply]]


def queue(desk: Desk, argument: str) -> list[Reply]:
    """The first page; with a receipt number that report, ended ones too.

    Errors: NotAllowed for whom has no seat on a team, in the office or above.
    """
    if desk.me is None or not desk.me.has(*STAFF):
        raise NotAllowed
    code = read_code(argument) if argument else None
    if code is not None:
        found = reports.by_code(desk.db, desk.vault, code)
        return [item_card(desk, see(desk, found.id if found else ""))]
    return [_page(desk, "all", "", 0)]


def turned(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """A button of the list: a report, 下一件, a filter, a mission, a page, a leader's act."""
    if desk.me is None or not desk.me.has(*STAFF):
        raise NotAllowed
    name, mission, page = pressed.subject.split("|")
    kind, _, rest = code.partition(":")
    if kind == "next" and (unread := ask_pledge(desk, desk.me.id)):
        return unread
    if kind == "o":
        return [item_card(desk, see(desk, rest))]
    if kind == "f" and rest in FILTERS:
        return [_page(desk, rest, mission, 0)]
    if kind == "m":
        return [_page(desk, name, _mission(desk, rest), 0)]
    if kind == "more":
        return [_page(desk, name, mission, int(page) + 1)]
    acts: Mapping[str, Callable[[Desk], list[Reply]]] = {
        "next": next_item,
        "close": closing.begin,
        "recusals": recusals.waiting,
        "deputy": delegating.ask,
    }
    if kind not in acts:
        raise Gone("team.changed")
    return acts[kind](desk)


def acted(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """A button of one report; what it may do now is looked up again.

    Nothing of a report is read, claimed or moved before the pledge is read (004 二(五)).
    """
    unread = ask_pledge(desk, pressed.person)
    if unread:
        return unread
    if code == "next":
        return next_item(desk)
    report = see(desk, pressed.subject)
    if code == "claim":
        return claims.claim(desk, report)
    if code not in offers(desk, report):
        return [item_card(desk, report, Text("team.not_now"))]
    return ACTS[code](desk, report)


def next_item(desk: Desk) -> list[Reply]:
    """下一件: claim it, read it, and go straight to its category and disposition.

    Choosing a disposition confirms the category that is shown; an unclear one is set first.
    """
    report = claims.take_next(desk)
    if report is None:
        return [Reply(key="team.nothing_waits")]
    shown = [*reading.show(desk, report), item_card(desk, report)]
    if report.state == State.SCREENING:
        shown += classing.ask_class(desk, report)
    if report.state != State.SCREENING or report.category != UNSURE:
        shown += proposing.choose(desk, report)
    return shown


def _open(desk: Desk, report: Report) -> list[Reply]:
    """The words of a report with what is proposed for it, and its buttons again."""
    return [
        *reading.show(desk, report),
        *approving.proposal_text(desk, report),
        item_card(desk, report),
    ]


ACTS: Mapping[str, Act] = {
    "open": _open,
    "files": reading.files,
    "class": classing.ask_class,
    "marks": classing.ask_marks,
    "urgent": classing.report_urgently,
    "ask": asking.ask,
    "asked": asking.choose_unreleased,
    "dispose": proposing.choose,
    "agree": approving.agree,
    "return": approving.disagree,
    "send": posting.send,
    "rejudge": landing.rejudge,
    "feedback": landing.feedback,
    "receipt": landing.receipt,
    "finish": landing.finish,
    "reopen": landing.reopen,
    "review": landing.review,
    "clarify": landing.clarify,
    "note": notes.write,
    "assign": claims.choose_assignee,
    "release": claims.release,
}
COMMANDS: dict[str, Handler] = {"queue": queue}
CARDS: dict[str, CardAction] = {
    LIST: turned,
    ACTION: acted,
    **claims.CARDS,
    **classing.CARDS,
    **proposing.CARDS,
    **asking.CARDS,
    **closing.CARDS,
    **delegating.CARDS,
    **recusals.CARDS,
}
FORMS: tuple[Form, ...] = (
    *proposing.FORMS,
    *approving.FORMS,
    *landing.FORMS,
    *posting.FORMS,
    *asking.FORMS,
    *notes.FORMS,
    *recusals.FORMS,
)


def _page(desk: Desk, name: str, mission: str, page: int) -> Reply:
    assert desk.me is not None
    items = claims.ordered(desk, _filtered(desk, name, mission))
    shown = items[page * PAGE : (page + 1) * PAGE]
    numbers = range(page * PAGE + 1, page * PAGE + 1 + len(shown))
    rows = [_row(desk, n, r) for n, r in zip(numbers, shown, strict=True)]
    opening = tuple(
        Choice(code=f"o:{r.id}", key="team.open_n", values={"n": n})
        for n, r in zip(numbers, shown, strict=True)
    )
    return card(
        desk,
        LIST,
        f"{name}|{mission}|{page}",
        (*opening, *_controls(desk, name, mission, len(items) > (page + 1) * PAGE)),
        key="team.queue" if items else "team.queue_empty",
        values={"filter": Text(FILTERS[name]), "n": len(items), "rows": rows},
        person=desk.me.id,
    )


def _controls(desk: Desk, name: str, mission: str, more: bool) -> tuple[Choice, ...]:
    found = [Choice(code="next", key="button.next")]
    if more:
        found.append(Choice(code="more", key="button.more"))
    found += [Choice(code=f"f:{f}", key=k) for f, k in FILTERS.items() if f != name]
    own = own_missions(desk)
    if len(own) > 1:
        found += [
            Choice(code=f"m:{n}", label=m.unit_name) for n, m in enumerate(own) if m.id != mission
        ]
    if recusals.any_waits(desk):
        found.append(Choice(code="recusals", key="team.button_recusals"))
    if delegating.leads(desk):
        found.append(Choice(code="deputy", key="team.button_deputy"))
    if closing.closable(desk):
        found.append(Choice(code="close", key="team.button_close"))
    return tuple(found)


def _filtered(desk: Desk, name: str, mission: str) -> list[Report]:
    items = visible(desk, stationing_id=mission)
    me = desk.me.id if desk.me else ""
    if name == "new":
        return [r for r in items if not r.holder and r.state == "submitted"]
    if name == "mine":
        return [r for r in items if r.holder == me]
    if name == "hold":
        return [r for r in items if r.state == "hold"]
    if name == "decide":
        return [r for r in items if _decides(desk, r)]
    return items


def _decides(desk: Desk, report: Report) -> bool:
    """Whether the next step is this person's decision or recording."""
    held = seats(desk, report)
    if report.state in ("proposed", "approving"):
        return awaited(desk, report, held) is not None
    after = ("decided", "transferred", "referred", "immediate", "feedback_in")
    return Seat.OFFICE in held and report.state in after


def _row(desk: Desk, n: int, report: Report) -> Text:
    holder: Text | str = ""
    if report.holder:
        holder = Text("team.row_holder", {"who": people.name(desk.db, desk.vault, report.holder)})
    values = {
        "n": n,
        "tail": tail(desk, report),
        "marks": marks(report),
        "state": Text(STATES[report.state]),
        "days": age_days(desk, report.received_at),
        "holder": holder,
        "next": Text("team.row_next", {"day": date.fromisoformat(report.next_on)})
        if report.next_on
        else "",
    }
    return Text("team.row", values)


def _mission(desk: Desk, number: str) -> str:
    own = own_missions(desk)
    if not number.isdecimal() or int(number) >= len(own):
        raise Gone("team.changed")
    return own[int(number)].id
