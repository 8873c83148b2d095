"""涉及主要负责人: set by the program when the unit's principal is named, cleared by two people."""

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from casework.errors import Gone, MoveNotAllowed
from casework.hygiene import folded
from casework.lifecycle import Seat
from casework.matters import Matters, parse_matters
from casework.recusal import Heard, Watched, matches
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Question
from handlers.intake.sounds import sounds, sounds_of
from handlers.messages import Choice, Priority, Reply
from handlers.moves import alter
from handlers.reach import to_person
from handlers.visibility import seats, see, team_holders
from storage import attachments, audit, cards, matters, missions, people, report_texts, reports
from storage.cards import Card
from storage.reports import Report

CLEAR = "principal_clear"
ASK = "principal_ask_clear"
PRINCIPAL = "principal"
HEADS = frozenset({Seat.LEADER, Seat.OFFICE, Seat.LEADING})


@cache
def data() -> Matters:
    """The packaged data on important matters and principals. Read once."""
    text = (files("casework") / "data" / "matters.toml").read_text(encoding="utf-8")
    return parse_matters(text, "matters.toml")


def look(desk: Desk, report: Report) -> Report:
    """Look for the unit's principal in what came since the last look; set the mark when found.

    A mark that two people took back stays off until something new is written (004 五(五)).
    """
    before = matters.looked_to(desk.db, report.id, report.unit_id)
    parts = report_texts.of(desk.db, desk.vault, report.id)
    last = max((p.version for p in parts), default=0)
    if report.queue == "superior" or (before is not None and before >= last):
        return report
    if reports.data_key(desk.db, desk.vault, report.id) is None:
        return report
    fresh = [p.text for p in parts if before is None or p.version > before]
    fresh += [f.name for f in attachments.of(desk.db, desk.vault, f"report:{report.id}")]
    named = before is None and report.subject_kind == PRINCIPAL
    matters.look(desk.db, desk.vault, report.id, report.unit_id, last)
    if report.concerns_principal or not (named or names_principal(desk, report.unit_id, fresh)):
        return report
    main = reports.get(desk.db, report.merged_into) if report.merged_into else None
    if main is not None and not main.concerns_principal:
        _mark(desk, main)
    return _mark(desk, report)


def _mark(desk: Desk, report: Report) -> Report:
    facts = {"mark": PRINCIPAL}
    return alter(
        desk, report, "report.marked", actor="program", facts=facts, concerns_principal=True
    )


def names_principal(desk: Desk, unit_id: str, words: Iterable[str]) -> bool:
    """Whether the words name the unit's principal: by name, in spite of spelling, or by title."""
    unit = missions.unit(desk.db, unit_id or "-")
    if unit is None:
        return False
    held = missions.of_unit(desk.db, unit_id)
    profile = desk.rules.profiles.get(held[0].profile_id) if held else None
    terms = profile.terms.target_principal if profile else ""
    text = "\n".join(words)
    if data().names_principal(text, unit.name, terms):
        return True
    return names_person(desk, unit_id, text)


def names_person(desk: Desk, unit_id: str, text: str) -> bool:
    """Whether the text holds the name of the unit's principal, or one that looks or sounds so."""
    holders = people.holders(desk.db, "unit_principal", unit=unit_id)
    watched = [_watch(people.name(desk.db, desk.vault, person)) for person in holders]
    plain = folded(text)
    return bool(matches(Heard(plain, sounds_of(plain)), watched))


def marked(desk: Desk, report_ids: Iterable[str]) -> bool:
    """Whether one of the reports, or of what was merged with it, concerns the principal."""
    for report_id in report_ids:
        report = reports.get(desk.db, report_id)
        if report is None:
            continue
        main = reports.get(desk.db, report.merged_into) if report.merged_into else None
        family = [main or report, *reports.merged(desk.db, (main or report).id)]
        if any(r.concerns_principal for r in family):
            return True
    return False


def tick(desk: Desk, report: Report) -> Report | list[Reply]:
    """Set the mark at once; to take it back, one person asks and another confirms."""
    if not report.concerns_principal:
        facts = {"mark": PRINCIPAL}
        return alter(desk, report, "report.marked", facts=facts, concerns_principal=True)
    if matters.asked(desk.db, desk.vault, report.id) is not None:
        return [Reply(key="immediate.clear_waits")]
    return open_form(desk, ASK, {}, {"report": report.id})


def _asked(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    assert desk.me is not None
    if not report.concerns_principal:
        raise Gone("team.changed")
    told = [p for p in _heads(desk, report) if p != desk.me.id]
    if not told:
        return [Reply(key="immediate.nobody_clears")]
    if matters.looked_to(desk.db, report.id, report.unit_id) is None:
        matters.look(desk.db, desk.vault, report.id, report.unit_id, 0)
    matters.ask(desk.db, desk.vault, report.id, desk.me.id, answers["why"], desk.at)
    _audit(desk, report, "report.clear_asked")
    replies = [Reply(key="immediate.clear_asked")]
    for person in told:
        replies += to_person(desk, person, _card(desk, report, person))
    return replies


def _card(desk: Desk, report: Report, person: str) -> Reply:
    choices = (
        Choice(code="open", key="button.open"),
        Choice(code="yes", key="button.agree"),
        Choice(code="no", key="button.disagree"),
    )
    return card(
        desk, CLEAR, report.id, choices, key="immediate.clear_card", person=person,
        priority=Priority.NOTICE,
    )  # fmt: skip


def _pressed(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    report = see(desk, pressed.subject)
    asked = matters.asked(desk.db, desk.vault, report.id)
    assert desk.me is not None
    if asked is None:
        raise Gone("team.changed")
    if asked.asked_by == desk.me.id:
        raise MoveNotAllowed("immediate.own_clearing")
    if not seats(desk, report) & HEADS:
        raise MoveNotAllowed
    if code == "open":
        return _shown(desk, asked)
    if not matters.answer(desk.db, report.id):
        raise Gone("team.changed")
    cards.close_all(desk.db, report.id, CLEAR)
    if code != "yes":
        _audit(desk, report, "report.clear_refused")
        return [Reply(key="immediate.clear_refused")]
    facts = {"mark": PRINCIPAL, "asked_by": asked.asked_by}
    alter(desk, report, "report.cleared", facts=facts, concerns_principal=False)
    return [Reply(key="immediate.cleared")]


def _shown(desk: Desk, asked: matters.Request) -> list[Reply]:
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    values = {
        "who": people.name(desk.db, desk.vault, asked.asked_by),
        "why": asked.why,
    }
    return [Reply(key="immediate.clear_why", values=values, content=True, protect=True)]


def _heads(desk: Desk, report: Report) -> list[str]:
    """Who may confirm: the leader and the office, the leading group for what lies with it."""
    found: list[str] = []
    if report.queue == "team" and not report.hidden:
        found += team_holders(desk, report, "team_leader")
    role = "leading_group" if report.queue == "leading" else "office"
    found += people.holders(desk.db, role)
    out = reports.recused(desk.db, report.id)
    return [p for p in dict.fromkeys(found) if p not in out]


def _audit(desk: Desk, report: Report, action: str) -> None:
    assert desk.me is not None
    what = action.removeprefix("report.")
    reports.record(desk.db, report.id, desk.at, desk.me.id, what)
    audit.write(desk.db, at=desk.at, actor=desk.me.id, action=action, object=report.id)


@lru_cache(maxsize=1_024)
def _watch(name: str) -> Watched:
    return Watched(key=name, name=name, sounds=sounds(name))


FORMS: tuple[Form, ...] = (
    Form(
        id=ASK,
        staff=True,
        questions=(Question(key="why", ask="immediate.ask_clear_why"),),
        done=_asked,
    ),
)
CARDS: dict[str, CardAction] = {CLEAR: _pressed}
