"""The reckoning of the demo's second act finds every single thing that came otherwise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.oversight_verdict import CHECKS, Case, judge
from tests.bot.oversight_case import (
    EXPECTED,
    POINTS,
    SCRIPT,
    MotionWords,
    duty,
    motion,
    sent,
    sound,
    step,
    with_facts,
    with_line,
    with_told,
    without_line,
)

DAY = timedelta(days=1)
E, SOUND = EXPECTED, sound().facts
ACCOUNT = SCRIPT["citizen"]["account"]
Change = Callable[[Case], Case]


def facts(**changes: Any) -> Change:
    return lambda c: with_facts(c, **changes)


def told(**changes: Any) -> Change:
    return lambda c: with_told(c, **changes)


def first(name: str, **changes: Any) -> Change:
    """The first row of a kind otherwise than it should be."""

    def change(case: Case) -> Case:
        row, *rest = getattr(case.facts, name)
        return with_facts(case, **{name: (replace(row, **changes), *rest)})

    return change


def owed(obligation: str, **changes: Any) -> Change:
    def change(case: Case) -> Case:
        duties = [
            replace(d, **changes) if d.obligation == obligation else d for d in case.facts.duties
        ]
        return with_facts(case, duties=tuple(duties))

    return change


def version(which: int, **changes: Any) -> Change:
    def change(case: Case) -> Case:
        rows = list(case.facts.handed)
        rows[which] = replace(rows[which], document=replace(rows[which].document, **changes))
        return with_facts(case, handed=tuple(rows))

    return change


def line(which: int, **changes: Any) -> Change:
    def change(case: Case) -> Case:
        rows = list(case.facts.ledger)
        rows[which] = replace(rows[which], **changes)
        return with_facts(case, ledger=tuple(rows))

    return change


def more(*lines: Any) -> Change:
    return lambda c: with_facts(c, ledger=(*c.facts.ledger, *lines))


def review(document: str, which: int, **changes: Any) -> Change:
    def change(case: Case) -> Case:
        steps = list(case.facts.reviews[document])
        steps[which] = replace(steps[which], **changes)
        return with_facts(case, reviews={**case.facts.reviews, document: tuple(steps)})

    return change


def heard(slot: str, words: str) -> Change:
    return lambda c: with_line(c, slot, E["over"], words)


def decided(kind: str, *steps: Any, **changes: Any) -> Change:
    """Another course of one motion."""

    def change(case: Case) -> Case:
        rest = [m for m in case.facts.moved if m.motion.kind != kind]
        made = motion(kind, *steps)
        other = replace(made, motion=replace(made.motion, **changes))
        return with_facts(case, moved=(*rest, other))

    return change


def noted(*steps: Any) -> Change:
    return lambda c: with_facts(c, steps=steps)


CONFIRMED, AGREED, PUT = SOUND.steps
GROUP: MotionWords = ("leading_group", "p-lead", "agree", {})
EARLY = {"template": "escalate", "level": "专报", "on": E["tapped"] - DAY}
SOFT = {"template": "internal_todo", "level": "催办", "on": E["signed"]}
ONE = "the receipt opens exactly one report, as it was confirmed"
COMPARED = "its author was shown what the text shares with the report"
SECOND = "a second person confirmed the last wording"
CONSENT = "the only reporter agreed before the text was put"
GATE = "leading group agreed, municipal committee heard, not the proposer"
APPROVED = "the notice holds the approved words, the unit read them"
RUNS = "the notice shares no eight characters in a row with the report"
DONE = "the unit signed and answered, team and office saw to it"
UNIT = "nothing of the report reached the unit or the city"
PUSH = "no push carried content"
SEALED = "no word of it can be read in any file"
WORDS = "the citizen read the outward words, in order"
FEEDBACK = "feedback passed its gate, the municipal committee heard"
KEPT = "what names the principal stayed back, the rest was read"
SIGNED = "feedback was delivered and signed on its days"
PLAN = "the plan has the date and the clause of the regulation"
RETURNED = "the plan was returned with a next date, its legal date stayed"
PASSED = "examined, passed on, received, copied: by different people"
BOTH = "the report has both dates, the legal one unmoved"
ASKED = "the other date was asked, put forward and agreed to"
LADDER = "every rung went out once, on its day, to its people"
PHONES = "every rung was seen on the phones"
TAPPED = "nothing above 提示 reached the leading group without a tap"
ALONE = "what the law does not date never climbed by itself"
STOPPED = "handing in stopped the ladder, the report was accepted"
CHAIN = "the audit chain is whole"
LEFT = "nothing is uncertain, failed or set aside"
MUTATIONS: list[tuple[str, str, Change]] = [
    (ONE, "a second report", facts(reports=SOUND.reports * 2)),
    (ONE, "one input more", told(inputs=11)),
    (ONE, "another account", facts(texts=SOUND.texts[1:])),
    (COMPARED, "no check at all", told(shared=[])),
    (COMPARED, "a check that shows nothing", told(shared=["", E["clean"]])),
    (COMPARED, "a last wording that shares something", told(shared=[E["shared"]] * 2)),
    (SECOND, "confirmed by its author", noted(step("confirmed", E["leader"], 0), AGREED, PUT)),
    (SECOND, "an earlier wording confirmed", noted(replace(CONFIRMED, version=1), AGREED, PUT)),
    (SECOND, "never confirmed", noted(AGREED, PUT)),
    (CONSENT, "never asked", noted(CONFIRMED, PUT)),
    (CONSENT, "asked after the proposal", noted(CONFIRMED, replace(AGREED, at=3), PUT)),
    (CONSENT, "another answer", facts(texts=SOUND.texts[:1])),
    (CONSENT, "a second source", first("unit_texts", sources=("r1", "r2"))),
    (GATE, "the leading group left out", facts(approvals=SOUND.approvals[:1])),
    (GATE, "the proposer agreed", first("approvals", person_id=E["leader"])),
    (GATE, "the city not heard", facts(decisions=())),
    (GATE, "heard on another day", first("decisions", held_on="2026-01-13")),
    (APPROVED, "other words", first("notices", words="请整改。")),
    (APPROVED, "another internal date", first("notices", due=E["notice_due"] + DAY)),
    (
        APPROVED,
        "words that the gate never saw",
        lambda c: with_facts(c, proposal=replace(SOUND.proposal, details={"text": ""})),  # type: ignore[type-var]
    ),
    (APPROVED, "a notice nobody read", told(notice="")),
    (RUNS, "eight characters of the report", first("notices", words=f"请核实{ACCOUNT[8:16]}。")),
    (
        RUNS,
        "the same with signs between them",
        first("notices", words="，".join(ACCOUNT[8:17])),
    ),
    (RUNS, "no notice", facts(notices=())),
    (DONE, "never signed", first("notices", signed_by="")),
    (DONE, "not finished", first("notices", state="reported")),
    (DONE, "another result", first("results", words="")),
    (DONE, "recorded by nobody", first("results", decided_by="")),
    (UNIT, "the receipt's last characters", heard("liaison", "尾号GHJK")),
    (UNIT, "a piece of the account", heard("principal", ACCOUNT[5:13])),
    (UNIT, "the category at the city", heard("city", E["category"])),
    (UNIT, "a count", heard("liaison", "本周收到3件。")),
    (PUSH, "words in a push", heard("leader", ACCOUNT[:8])),
    (SEALED, "a readable file", facts(readable=("jianjian.db-wal",))),
    (WORDS, "no answers", told(statuses=[])),
    (FEEDBACK, "no hearing", decided("feedback", GROUP)),
    (FEEDBACK, "refused", decided("feedback", GROUP, state="refused")),
    (FEEDBACK, "agreed by its proposer", decided("feedback", GROUP, proposer="p-lead")),
    (KEPT, "the marked point at the liaison", heard("liaison", POINTS[1])),
    (KEPT, "the marked point at the city", heard("city", POINTS[1])),
    (KEPT, "a point that nobody got", told(feedback={"liaison": POINTS[0], "city": POINTS[0]})),
    (SIGNED, "never delivered", facts(milestones={})),
    (PLAN, "a day later", owed("plan", due=E["plan_due"] + DAY)),
    (PLAN, "another clause", owed("plan", citation="《办法》第十一条")),
    (PLAN, "a date nobody was told", told(duties=CHAIN)),
    (RETURNED, "accepted at once", facts(handed=SOUND.handed[:1])),
    (RETURNED, "without a next date", version(0, next_on=None)),
    (RETURNED, "the legal date moved", owed("plan", due=E["plan_next"])),
    (RETURNED, "the second submission counts", owed("plan", submitted_on=E["plan_next"])),
    (RETURNED, "one date told", told(returned=E["next_words"])),
    (PASSED, "examined and passed on by one", review("plan-2", 1, actor=E["leader"])),
    (PASSED, "never received", review("report-1", 2, act="accept")),
    (PASSED, "no copy", lambda c: without_line(c, "city", 1)),
    (BOTH, "the legal date moved", owed("report", due=E["extended"])),
    (BOTH, "no other date", owed("report", extended_to=None)),
    (BOTH, "counted from the second plan", owed("report", trigger_on=E["plan_next"])),
    (BOTH, "one date shown", told(extended=E["extended_words"])),
    (ASKED, "never asked", facts(extensions=())),
    (ASKED, "refused", first("extensions", state="refused")),
    (ASKED, "the office left out", decided("duty_extension", GROUP)),
    (LADDER, "a rung missing", facts(ledger=SOUND.ledger[1:])),
    (LADDER, "a rung twice", facts(ledger=SOUND.ledger + SOUND.ledger[:1])),
    (LADDER, "a day later", line(0, on=SOUND.ledger[0].on + DAY)),
    (LADDER, "another level", line(0, level="催办")),
    (LADDER, "another person", line(0, recipient=E["principal"])),
    (LADDER, "late", line(0, late=True)),
    (PHONES, "a reminder nobody saw", lambda c: without_line(c, "liaison", 1)),
    (PHONES, "no copy at the city", lambda c: without_line(c, "city", -1)),
    (PHONES, "催办 not at the leader", lambda c: without_line(c, "leader", -1)),
    (TAPPED, "the ledger before the tap", more(sent("report", EARLY, "p-lead", "to", "sent"))),
    (
        TAPPED,
        "another duty before the tap",
        more(sent("plan", {**EARLY, "level": "督办"}, "p-lead-2", "copy", "sent")),
    ),
    (
        TAPPED,
        "a phone before the tap",
        lambda c: with_line(c, "leading", E["tapped"] - DAY, "【督办】整改情况报告"),
    ),
    (
        TAPPED,
        "nobody asked",
        lambda c: with_facts(
            c, ledger=tuple(one for one in c.facts.ledger if one.purpose != "ask")
        ),
    ),
    (TAPPED, "a tap without effect", lambda c: without_line(c, "leading", -1)),
    (ALONE, "催办 of an internal date", more(sent("team-report", SOFT, "p-leader", "to", "sent"))),
    (
        ALONE,
        "a duty in principle",
        lambda c: with_facts(
            c,
            duties=(*c.facts.duties, duty("briefing", E["signed"], E["plan_due"], hard=False)),
            ledger=(*c.facts.ledger, sent("briefing", SOFT, "p-office", "to", "sent")),
        ),
    ),
    (STOPPED, "still open", owed("report", state="submitted")),
    (STOPPED, "a rung still planned", owed("report", next_check=1)),
    (STOPPED, "handed in earlier", owed("report", submitted_on=E["extended"])),
    (STOPPED, "a rung after it", line(0, on=E["over"])),
    (STOPPED, "a file that never came", first("handed", stored=0)),
    (CHAIN, "a changed act", facts(audit=replace(SOUND.audit, broken=7))),
    (CHAIN, "an act unlinked", facts(audit=replace(SOUND.audit, waiting=1))),
    (LEFT, "an event nobody handled", facts(inbox={"new": 1})),
    (LEFT, "an uncertain message", facts(outbox={"uncertain": 1})),
]


def test_a_sound_second_act_passes_every_check() -> None:
    assert [f for f in judge(sound()) if not f.ok] == []


@pytest.mark.parametrize(
    ("check", "name", "change"), MUTATIONS, ids=[f"{m[0][:24]}-{m[1]}" for m in MUTATIONS]
)
def test_a_single_mutation_of_the_second_act_is_found(
    check: str, name: str, change: Change
) -> None:
    found = {f.check for f in judge(change(sound())) if not f.ok}
    assert check in found


def test_every_check_of_the_second_act_has_a_mutation() -> None:
    assert {m[0] for m in MUTATIONS} == set(CHECKS)
