"""Before a text leaves for a unit: what it shares with reports, a second person, the reporter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.errors import Gone, MoveNotAllowed
from casework.hygiene import folded
from casework.lifecycle import Act
from casework.shared_words import Shared
from handlers.arrivals import family, workday_after
from handlers.asking import push_to_reporter
from handlers.cards import CardAction, card
from handlers.comparison import findings, fingerprints, lines
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Question
from handlers.hours import open_now
from handlers.items import item_card
from handlers.messages import Choice, Priority, Reply, Text
from handlers.moves import apply
from handlers.reach import to_person
from handlers.visibility import acting_seat, team_holders
from storage import (
    audit,
    cards,
    immediate,
    people,
    questions,
    report_texts,
    reports,
)
from storage.cards import Card
from storage.immediate import Step, UnitText

DRAFT, REVIEW = "unit_text_draft", "unit_text_review"
REFUSE, DECIDE = "unit_text_refuse", "unit_text_decide"
_REVIEW_STEPS = ("offered", "reminded", "confirmed", "refused")
REVIEWED = ("open", "decided")  # decided: something shared came after the confirmation
PAGE = 30  # lines of findings in one message
AGREED = frozenset({"同意", "我同意", "可以", "是", "行", "好", "好的", "yes", "iagree", "agree"})
QUESTION = "immediate.consent_question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the present version of a text has come.

    `checked`: its author saw the check. `confirmed`: a second person found that it points at
    nobody, and nothing shared has come since. `cleared`: several sources, or the reporter agreed,
    or the office decided. `asked`: the reporter's answer is awaited.
    """

    sources: int
    checked: bool
    confirmed: bool
    cleared: bool
    asked: bool = False
    declined: bool = False
    refusal: str = ""

    @property
    def ready(self) -> bool:
        """Whether it may go to its gate, and later to the unit."""
        return self.checked and self.confirmed and self.cleared


def standing(desk: Desk, text: UnitText, found: Sequence[Shared] | None = None) -> Standing:
    """How far the text has come; an answer of the reporter is noted by the way."""
    found = findings(desk, text) if found is None else found
    taken = _noted(desk, text)
    now = [s for s in taken if s.version == text.version]
    marks = set(fingerprints(desk, found))
    confirmed = any(
        s.act == "confirmed" and s.person_id != text.author and marks <= set(s.facts["found"])
        for s in now
    )
    sources = source_count(desk, text)
    consents = [s.act for s in taken if s.act in ("consent_asked", "consent", "no_consent")]
    last = consents[-1] if consents else ""
    decided = any(s.act == "office_decided" and s.person_id != text.author for s in now)
    refusals = [s.words for s in now if s.act == "refused"]
    return Standing(
        sources=sources,
        checked=any(s.act == "checked" and s.person_id == text.author for s in now),
        confirmed=confirmed and not refusals,
        cleared=sources > 1 or last == "consent" or decided,
        asked=last == "consent_asked",
        declined=last == "no_consent",
        refusal=refusals[-1] if refusals else "",
    )


def gate(desk: Desk, text: UnitText) -> None:
    """Nothing leaves without check, second person and, for one source, consent or decision.

    Errors: MoveNotAllowed with what is wanting.
    """
    if not standing(desk, text).ready:
        raise MoveNotAllowed("immediate.not_cleared")


def source_count(desk: Desk, text: UnitText) -> int:
    """How many reports stand behind the text, with everything merged into them."""
    found: set[str] = set()
    for report_id in text.sources:
        report = reports.get(desk.db, report_id)
        if report is not None:
            found |= {r.id for r in family(desk, report)}
    return len(found)


def stand(desk: Desk, text: UnitText, *lead: Text) -> list[Reply]:
    """The text with its check for whoever wrote it, and the buttons for what is wanting."""
    assert desk.me is not None
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    if desk.me.id != text.author:
        name = people.name(desk.db, desk.vault, text.author)
        return [Reply(key="immediate.others_text", values={"who": name})]
    note(desk, text, "checked")
    found = findings(desk, text)
    now = standing(desk, text, found)
    codes = ["rewrite"]
    codes += [] if now.confirmed else ["offer"]
    codes += ["consent"] if not now.cleared and not now.asked and not now.declined else []
    codes += ["put"] if now.ready else []
    buttons = {c: f"immediate.button_{c}" for c in (*codes, "drop")}
    return [
        *pages(desk, text, found, lead),
        card(
            desk,
            DRAFT,
            f"{text.id}|{text.version}",
            tuple(Choice(code=c, key=key) for c, key in buttons.items()),
            key="immediate.standing",
            values=_wanting(now),
            person=desk.me.id,
            content=True,
        ),
    ]


def mine(desk: Desk, pressed: Card) -> UnitText:
    """The text of a pressed card, for its author alone. Errors: Gone when it was changed."""
    text = _of_card(desk, pressed)
    if desk.me is None or desk.me.id != text.author or text.state != "open":
        raise Gone("team.changed")
    return text


def offer(desk: Desk, text: UnitText) -> list[Reply]:
    """Put the text before the people of whom one is to confirm it; their card says nothing."""
    told = tell_confirmers(desk, text)
    if not told:
        return [Reply(key="immediate.nobody_confirms")]
    note(desk, text, "offered")
    return [*stand(desk, text, Text("immediate.offered")), *told]


def tell_confirmers(desk: Desk, text: UnitText) -> list[Reply]:
    """A card without content to everybody who may be the second person."""
    replies: list[Reply] = []
    for person in confirmers(desk, text, findings(desk, text)):
        choices = (Choice(code="open", key="button.open"),)
        told = card(
            desk,
            REVIEW,
            f"{text.id}|{text.version}",
            choices,
            key="immediate.confirm_card",
            person=person,
            priority=Priority.NOTICE,
            dedupe=f"confirm:{text.id}:{text.version}:{person}:{desk.at}",
        )
        replies += to_person(desk, person, told)
    return replies


def remind(desk: Desk) -> list[Reply]:
    """A tick in working hours: a text that waits a working day for its second person, once."""
    if not open_now(desk):
        return []
    replies: list[Reply] = []
    for text in immediate.in_state(desk.db, "open"):
        taken = immediate.steps(desk.db, desk.vault, text.id)
        last = next((s for s in reversed(taken) if s.act in _REVIEW_STEPS), None)
        if last is None or last.act != "offered" or last.version != text.version:
            continue
        since = datetime.fromtimestamp(last.at, desk.zone).date()
        if desk.rules.calendar.add_workdays(since, 1) <= desk.today:
            note(desk, text, "reminded")
            replies += tell_confirmers(desk, text)
    return replies


def confirmers(desk: Desk, text: UnitText, found: Sequence[Shared]) -> list[str]:
    """Who may be the second person: sees every report behind the text and all it shares.

    The office and the team's leader; the leading group where the words are those of a report
    about the office.
    """
    keys = {*text.sources, *(k for s in found for k in s.keys)}
    behind = [r for k in keys if (r := reports.get(desk.db, k)) is not None]
    able = people.holders(desk.db, "office")
    if not any(r.hidden or r.queue != "team" for r in behind):
        able += [p for r in behind[:1] for p in team_holders(desk, r, "team_leader")]
    if any(r.queue == "leading" for r in behind):
        able = people.holders(desk.db, "leading_group")
    out = {text.author, *(p for r in behind for p in reports.recused(desk.db, r.id))}
    return [p for p in dict.fromkeys(able) if p not in out]


def ask_consent(desk: Desk, text: UnitText) -> list[Reply]:
    """Ask the only reporter, through the way of questions, without a word of the text."""
    report = reports.get(desk.db, text.head_id)
    assert desk.me is not None
    if report is None or source_count(desk, text) > 1:
        raise Gone("team.changed")
    question_id = desk.new_id()
    questions.ask(
        desk.db,
        desk.vault,
        id=question_id,
        report_id=report.id,
        kind="fact",
        asked_by=desk.me.id,
        at=desk.at,
        text_key=QUESTION,
    )
    waits = workday_after(desk, int(desk.setting("team.supplement_days")))
    moved = apply(desk, report, Act.ASK, acting_seat(desk, report), next_on=waits)
    note(desk, text, "consent_asked", {"question": question_id})
    return [
        item_card(desk, moved, Text("immediate.consent_asked")),
        *push_to_reporter(desk, moved),
    ]


def note(
    desk: Desk,
    text: UnitText,
    act: str,
    facts: dict[str, object] | None = None,
    *,
    words: str = "",
    actor: str = "",
) -> None:
    """Keep a step and its audit row: who, when, which version."""
    who = actor or (desk.me.id if desk.me else "program")
    taken = Step(
        version=text.version, act=act, person_id=who, at=desk.at, facts=facts or {}, words=words
    )
    immediate.step(desk.db, desk.vault, text, id=desk.new_id(), taken=taken)
    audit.write(
        desk.db,
        at=desk.at,
        actor=who,
        action=f"unit_text.{act}",
        object=text.id,
        facts={"version": text.version},
    )


def reviewed(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """The second person opens the text, confirms it, sends it back, or the office decides."""
    text = _of_card(desk, pressed)
    assert desk.me is not None
    if text.state not in REVIEWED:
        raise Gone("team.changed")
    if desk.me.id == text.author:
        raise MoveNotAllowed("immediate.own_text")
    found = findings(desk, text)
    if desk.me.id not in confirmers(desk, text, found):
        raise Gone("team.not_there")
    if code == "open":
        return _review(desk, text, found)
    if code == "decide":
        return open_form(desk, DECIDE, {}, {"card": pressed.subject})
    if code == "no":
        return open_form(desk, REFUSE, {}, {"card": pressed.subject})
    marks = fingerprints(desk, found)
    if not set(marks) <= _looked_at(desk, text):
        return _review(desk, text, found, Text("immediate.shared_meanwhile"))
    note(desk, text, "confirmed", {"found": marks})
    lead = Text("immediate.confirmed")
    return [*_review(desk, text, found, lead), *_tell_author(desk, text)]


def _looked_at(desk: Desk, text: UnitText) -> set[str]:
    """What this person was shown of the version last; nobody confirms what came after it."""
    assert desk.me is not None
    looks = [
        s
        for s in immediate.steps(desk.db, desk.vault, text.id)
        if (s.act, s.person_id, s.version) == ("looked", desk.me.id, text.version)
    ]
    return {mark for s in looks for mark in s.facts["found"]}


def _review(desk: Desk, text: UnitText, found: Sequence[Shared], *lead: Text) -> list[Reply]:
    if not desk.surface.content:
        return [Reply(key="team.on_page", values={"link": desk.surface.public_url})]
    assert desk.me is not None
    note(desk, text, "looked", {"found": fingerprints(desk, found)})
    now = standing(desk, text, found)
    codes = [] if now.confirmed else ["yes", "no"]
    codes += ["decide"] if not now.cleared and desk.me.has("office") else []
    choices = tuple(Choice(code=c, key=f"immediate.review_{c}") for c in codes)
    return [
        *pages(desk, text, found, lead),
        card(
            desk,
            REVIEW,
            f"{text.id}|{text.version}",
            choices,
            key="immediate.review",
            values={"sources": now.sources},
            person=desk.me.id,
            content=True,
        ),
    ]


def _refused(desk: Desk, answers: Answers) -> list[Reply]:
    text = _under_review(desk, answers)
    note(desk, text, "refused", words=answers["why"])
    cards.close_all(desk.db, f"{text.id}|{text.version}", REVIEW)
    return [Reply(key="immediate.refused"), *_tell_author(desk, text)]


def _decided(desk: Desk, answers: Answers) -> list[Reply]:
    text = _under_review(desk, answers)
    if desk.me is None or not desk.me.has("office"):
        raise MoveNotAllowed
    note(desk, text, "office_decided", words=answers["why"])
    lead = Text("immediate.office_decided")
    return [*_review(desk, text, findings(desk, text), lead), *_tell_author(desk, text)]


def _under_review(desk: Desk, answers: Answers) -> UnitText:
    text_id, _, version = answers["_"]["card"].partition("|")
    text = immediate.get(desk.db, text_id)
    if text is None or str(text.version) != version or desk.me is None:
        raise Gone("team.changed")
    able = confirmers(desk, text, findings(desk, text))
    if text.state not in REVIEWED or desk.me.id not in able:
        raise Gone("team.not_there")
    return text


def _tell_author(desk: Desk, text: UnitText) -> list[Reply]:
    told = Reply(
        key="immediate.text_reviewed",
        priority=Priority.NOTICE,
        dedupe=f"unit_text:{text.id}:{text.version}:{desk.at}",
    )
    return to_person(desk, text.author, told)


def _of_card(desk: Desk, pressed: Card) -> UnitText:
    text_id, _, version = pressed.subject.partition("|")
    text = immediate.get(desk.db, text_id)
    if text is None or str(text.version) != version:
        raise Gone("immediate.rewritten")
    return text


def pages(
    desk: Desk, text: UnitText, shown: Sequence[Shared], lead: Sequence[Text] = ()
) -> list[Reply]:
    """The words, then every finding in reports that exist for whoever looks."""
    words = immediate.words(desk.db, desk.vault, text)
    told = lines(desk, shown)
    values = {
        "text": words.get("text", ""),
        "days": text.days,
        "sources": source_count(desk, text),
        "n": len(told),
    }
    found = [Reply(key="immediate.check", values=values, lead=tuple(lead), content=True)]
    for start in range(0, len(told), PAGE):
        page = {"lines": told[start : start + PAGE]}
        found.append(Reply(key="immediate.check_lines", values=page, content=True, protect=True))
    return found


def _noted(desk: Desk, text: UnitText) -> list[Step]:
    """The steps; where the reporter has answered meanwhile, the answer is one."""
    taken = immediate.steps(desk.db, desk.vault, text.id)
    consents = [s for s in taken if s.act in ("consent_asked", "consent", "no_consent")]
    if not consents or consents[-1].act != "consent_asked":
        return taken
    asked = str(consents[-1].facts["question"])
    parts = report_texts.of(desk.db, desk.vault, text.head_id)
    answers = [p.text for p in parts if p.field == f"answer:{asked}"]
    if not answers:
        return taken
    act = "consent" if folded(answers[-1]) in AGREED else "no_consent"
    note(desk, text, act, {"question": asked}, actor="citizen")
    return immediate.steps(desk.db, desk.vault, text.id)


def _wanting(now: Standing) -> dict[str, object]:
    single = "immediate.source_cleared" if now.cleared else "immediate.source_wanting"
    if now.asked:
        single = "immediate.source_asked"
    if now.declined and not now.cleared:
        single = "immediate.source_declined"
    confirmed = "immediate.is_confirmed" if now.confirmed else "immediate.not_confirmed"
    return {
        "source": Text(single, {"n": now.sources}),
        "confirmed": Text(confirmed),
        "refusal": Text("immediate.refusal", {"why": now.refusal}) if now.refusal else "",
    }


FORMS: tuple[Form, ...] = (
    Form(
        id=REFUSE,
        staff=True,
        questions=(Question(key="why", ask="immediate.ask_refusal"),),
        done=_refused,
    ),
    Form(
        id=DECIDE,
        staff=True,
        questions=(Question(key="why", ask="immediate.ask_decision"),),
        done=_decided,
    ),
)
CARDS: dict[str, CardAction] = {REVIEW: reviewed}
