"""Asking a reporter back: facts go at once, free words after the leader's release (002 五(五))."""

from collections.abc import Mapping

from casework.errors import Gone, MoveNotAllowed
from casework.lifecycle import Act, Seat
from casework.permissions import Right
from handlers.aliases import alias
from handlers.arrivals import workday_after
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Problem, Question
from handlers.items import handles, item_card
from handlers.messages import Address, Choice, Priority, Reply, Text
from handlers.moves import apply
from handlers.reach import to_person
from handlers.visibility import acting_seat, require, seats, see, team_holders
from storage import audit, people, push_links, questions, reports
from storage.cards import Card
from storage.reports import Report

ASK = "team_ask"
RELEASE = "team_release"
FREE = "team_ask_free"
FACTS: Mapping[str, str] = {
    "when": "team.fact_when",
    "where": "team.fact_where",
    "who": "team.fact_who",
    "evidence": "team.fact_evidence",
    "source": "team.fact_source",
}
LABELS: Mapping[str, str] = {
    "when": "team.ask_when",
    "where": "team.ask_where",
    "who": "team.ask_who",
    "evidence": "team.ask_evidence",
    "source": "team.ask_source",
}
_HEADS: Mapping[str, Seat] = {
    "team": Seat.LEADER,
    "office": Seat.OFFICE,
    "leading": Seat.LEADING,
}


def ask(desk: Desk, report: Report, chosen: frozenset[str] = frozenset()) -> list[Reply]:
    """Offer the fixed fact questions, to be ticked, and free words."""
    _may_ask(desk, report)
    assert desk.me is not None
    facts = tuple(
        Choice(
            code=code,
            key="team.ticked" if code in chosen else "team.unticked",
            values={"what": desk.rules.say(LABELS[code], {}, desk.talk.locale)},
        )
        for code in FACTS
    )
    rest = (Choice(code="free", key="team.ask_in_words"), Choice(code="done", key="button.done"))
    return [
        card(
            desk,
            ASK,
            f"{report.id}|{','.join(sorted(chosen))}",
            (*facts, *rest),
            key="team.ask_what",
            values={"alias": alias(desk, report.id)},
            person=desk.me.id,
        )
    ]


def ticked(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Tick a fact, go on to free words, or let the ticked questions go."""
    report_id, _, ticks = pressed.subject.partition("|")
    report = see(desk, report_id)
    _may_ask(desk, report)
    chosen = frozenset(t for t in ticks.split(",") if t)
    if code == "free" and not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    if code == "free":
        return open_form(desk, FREE, {}, {"report": report.id})
    if code in FACTS:
        return ask(desk, report, chosen ^ {code})
    if not chosen:
        return ask(desk, report)
    return _let_go(desk, report, chosen)


def choose_unreleased(desk: Desk, report: Report) -> list[Reply]:
    """The first free question that waits, for whoever heads the queue."""
    _may_release(desk, report)
    assert desk.me is not None
    waiting = [
        q
        for q in questions.of(desk.db, desk.vault, report.id)
        if not q.released_at and not q.dropped_at
    ]
    if not waiting:
        return [item_card(desk, report, Text("team.none_waits"))]
    first = waiting[0]
    shown = first.text if desk.surface.content else ""
    choices = (Choice(code="yes", key="button.agree"), Choice(code="no", key="button.disagree"))
    return [
        card(
            desk,
            RELEASE,
            f"{report.id}|{first.id}",
            choices,
            key="team.release_this" if shown else "team.release_unseen",
            values={
                "who": people.name(desk.db, desk.vault, first.asked_by),
                "text": shown,
            },
            person=desk.me.id,
            content=bool(shown),
        )
    ]


def released(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Let a free question go out, or not; whoever asked does not release."""
    report_id, _, question_id = pressed.subject.partition("|")
    report = see(desk, report_id)
    _may_release(desk, report)
    question = questions.get(desk.db, desk.vault, question_id)
    assert desk.me is not None
    if question is None or question.released_at or question.dropped_at:
        raise Gone("team.changed")
    if question.asked_by == desk.me.id:
        raise MoveNotAllowed("team.own_question")
    if code != "yes":
        questions.drop(desk.db, question.id, desk.at)
        _note(desk, report, "question_refused")
        told = _tell(desk, question.asked_by, "card.question_refused", question.id)
        return [item_card(desk, report, Text("team.question_refused")), *told]
    questions.release(desk.db, question.id, desk.me.id, desk.at)
    _note(desk, report, "question_released")
    now = _wait_for_answer(desk, report)
    told = _tell(desk, question.asked_by, "card.question_released", question.id)
    lead = Text("team.question_released")
    return [item_card(desk, now, lead), *told, *push_to_reporter(desk, now)]


def push_to_reporter(desk: Desk, report: Report) -> list[Reply]:
    """A notice without content, only where the reporter asked for notices."""
    place = push_links.address(desk.db, desk.vault, report.id)
    if place is None:
        return []
    channel, account, chat = place
    about = desk.vault.index("reporter", f"push:{report.id}").hex()  # beside it stands the chat
    return [
        Reply(
            key="status.push",
            to=Address(channel=channel, account=account, chat=chat),
            priority=Priority.NOTICE,
            dedupe=f"push:{about}:{desk.at}",
            topic=f"push:{about}",
        )
    ]


CARDS: dict[str, CardAction] = {ASK: ticked, RELEASE: released}


def _may_ask(desk: Desk, report: Report) -> None:
    require(desk, report, Right.WRITE, "report.classify")
    if not handles(desk, report, seats(desk, report)):
        raise MoveNotAllowed("team.claim_first")


def _may_release(desk: Desk, report: Report) -> None:
    held = seats(desk, report)
    if _HEADS.get(report.queue) not in held:
        raise MoveNotAllowed


def _let_go(desk: Desk, report: Report, chosen: frozenset[str]) -> list[Reply]:
    assert desk.me is not None
    for code in FACTS:
        if code in chosen:
            questions.ask(
                desk.db,
                desk.vault,
                id=desk.new_id(),
                report_id=report.id,
                kind="fact",
                asked_by=desk.me.id,
                at=desk.at,
                text_key=FACTS[code],
            )
    now = _wait_for_answer(desk, report)
    return [item_card(desk, now, Text("team.asked")), *push_to_reporter(desk, now)]


def _wait_for_answer(desk: Desk, report: Report) -> Report:
    """待补充, with the date on which waiting ends by itself."""
    days = int(desk.setting("team.supplement_days"))
    return apply(
        desk,
        report,
        Act.ASK,
        acting_seat(desk, report),
        next_on=workday_after(desk, days),
    )


def _free_done(desk: Desk, answers: Answers) -> list[Reply]:
    """A question in own words waits for its release; that of the queue's head is released with
    it."""
    report = see(desk, answers["_"]["report"])
    _may_ask(desk, report)
    assert desk.me is not None
    question_id = desk.new_id()
    own = _HEADS[report.queue] in seats(desk, report)
    questions.ask(
        desk.db,
        desk.vault,
        id=question_id,
        report_id=report.id,
        kind="free",
        asked_by=desk.me.id,
        at=desk.at,
        text=answers["text"],
        released_by=desk.me.id if own else "",
    )
    _note(desk, report, "question_drafted")
    if own:
        now = _wait_for_answer(desk, report)
        return [item_card(desk, now, Text("team.asked")), *push_to_reporter(desk, now)]
    replies = [item_card(desk, report, Text("team.question_waits"))]
    for person in _releasers(desk, report):
        replies += _tell(desk, person, "card.question_waits", question_id)
    return replies


def _releasers(desk: Desk, report: Report) -> list[str]:
    assert desk.me is not None
    found: list[str] = {
        "team": team_holders(desk, report, "team_leader"),
        "office": people.holders(desk.db, "office"),
        "leading": people.holders(desk.db, "leading_group"),
    }.get(report.queue, [])
    recused = reports.recused(desk.db, report.id)
    return [p for p in found if p != desk.me.id and p not in recused]


def _short(desk: Desk, answers: Answers, value: str) -> str:
    limit = 500
    if len(value) > limit:
        raise Problem("team.question_too_long", limit=limit)
    return value


def _note(desk: Desk, report: Report, what: str) -> None:
    assert desk.me is not None
    reports.record(desk.db, report.id, desk.at, desk.me.id, what)
    audit.write(desk.db, at=desk.at, actor=desk.me.id, action=f"report.{what}", object=report.id)


def _tell(desk: Desk, person: str, key: str, about: str) -> list[Reply]:
    told = Reply(key=key, priority=Priority.NOTICE, dedupe=f"{key}:{about}:{person}")
    return to_person(desk, person, told)


FORMS: tuple[Form, ...] = (
    Form(
        id=FREE,
        staff=True,
        questions=(Question(key="text", ask="team.ask_words", check=_short),),
        done=_free_done,
    ),
)
