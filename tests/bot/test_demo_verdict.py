"""The demo's reckoning finds every single thing that came otherwise than it should."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.demo.evidence import readable_files
from bot.demo.transcript import Line
from bot.demo.verdict import CHECKS, Case, judge
from tests.bot.demo_case import (
    EXPECTED,
    SCRIPT,
    at,
    push,
    sound,
    text,
    with_facts,
    with_line,
    with_told,
    without_line,
)

DAY = timedelta(days=1)
ACCOUNT, ANSWER = SCRIPT["citizen"]["account"], SCRIPT["citizen"]["answer"]
FILED = sound().facts.reports[0]
Change = Callable[[Case], Case]


def report(**changes: object) -> Change:
    return lambda c: with_facts(c, reports=(replace(FILED, **changes),))  # type: ignore[arg-type]


def duty(which: int, **changes: object) -> Change:
    def change(case: Case) -> Case:
        duties = list(case.facts.duties)
        duties[which] = replace(duties[which], **changes)  # type: ignore[arg-type]
        return with_facts(case, duties=tuple(duties))

    return change


def rung(which: int, **changes: object) -> Change:
    def change(case: Case) -> Case:
        lines = list(case.facts.ledger)
        lines[which] = replace(lines[which], **changes)  # type: ignore[arg-type]
        return with_facts(case, ledger=tuple(lines))

    return change


def paper(**changes: object) -> Change:
    def change(case: Case) -> Case:
        first, *rest = case.facts.handed
        document = replace(first.document, **changes)  # type: ignore[arg-type]
        return with_facts(case, handed=(replace(first, document=document), *rest))

    return change


def question(**changes: object) -> Change:
    return lambda c: with_facts(
        c,
        questions=(replace(c.facts.questions[0], **changes),),  # type: ignore[arg-type]
    )


def heard(slot: str, words: str, *, asked: bool = True) -> Change:
    line = Line(own=False, asked=asked, text=words, at=at(EXPECTED["over"]))
    return lambda c: with_line(c, slot, line)


def facts(**changes: object) -> Change:
    return lambda c: with_facts(c, **changes)


def told(**changes: object) -> Change:
    return lambda c: with_told(c, **changes)


INPUTS = "from the link to the receipt in at most 10 inputs"
ONE = "the receipt opens exactly one report, and there is no other"
QUEUE = "the report lies in the queue of the unit's team"
CARD = "the member was told by one card"
CLAIM = "the member claimed it, nobody else"
ANSWERED = "the question was asked, the answer stands as a version"
ORIGINAL = "the original text stands as it was confirmed"
SEALED = "no word of it can be read in any file"
WORDS = "the citizen read the outward words, in order"
UNIT = "nothing of the report reached the unit"
PUSH = "no push carried content"
SIGNED = "feedback was delivered and signed on its days"
DATED = "the duties have the dates and the clause of the regulation"
LADDER = "every rung went out once, to its people, at its level"
PHONES = "every rung was seen on the phones"
STOPPED = "handing in stopped the ladder"
ACCEPTED = "the office accepted what was handed in"
CHAIN = "the audit chain is whole"
LEFT = "nothing is uncertain, failed or set aside"
EXTRA = replace(sound().facts.ledger[0], on=EXPECTED["over"], at="+10 workday", level="专报")
MUTATIONS: list[tuple[str, str, Change]] = [
    (INPUTS, "one input more", told(inputs=11)),
    (ONE, "a second report", lambda c: with_facts(c, reports=(FILED, replace(FILED, id="r2")))),
    (ONE, "no report", facts(reports=())),
    (ONE, "a receipt that opens nothing", facts(opened=())),
    (QUEUE, "the office's queue", report(queue="office")),
    (QUEUE, "another team", report(team_id="zu2")),
    (QUEUE, "another mission", report(stationing_id="c1-liuxi")),
    (QUEUE, "hidden from the team", report(hidden=True)),
    (CARD, "no card", lambda c: without_line(c, "member", -1)),
    (CARD, "a second card", heard("member", EXPECTED["card"], asked=False)),
    (CLAIM, "held by a colleague", report(holder="t1-b")),
    (CLAIM, "claimed twice", lambda c: with_facts(c, history=c.facts.history * 2)),
    (ANSWERED, "no question", facts(questions=())),
    (ANSWERED, "asked by somebody else", question(asked_by="t1-b")),
    (ANSWERED, "no answer", facts(texts=(text(1, "account", ACCOUNT),))),
    (
        ANSWERED,
        "another answer",
        facts(texts=(text(1, "account", ACCOUNT), text(2, "answer:q1", "不知道。"))),
    ),
    (ANSWERED, "an answer under no version", question(answer_version=0)),
    (ANSWERED, "an answer nobody read", told(read=ACCOUNT)),
    (
        ORIGINAL,
        "a changed original",
        facts(texts=(text(1, "account", ACCOUNT[:-1]), text(2, "answer:q1", ANSWER))),
    ),
    (
        ORIGINAL,
        "an original twice",
        lambda c: with_facts(c, texts=c.facts.texts + c.facts.texts[:1]),
    ),
    (SEALED, "a readable file", facts(readable=("jianjian.db-wal",))),
    (WORDS, "no answers", told(statuses=[])),
    (WORDS, "another word", lambda c: with_told(c, statuses=[c.told.statuses[0]] * 2)),
    (UNIT, "the receipt number", heard("liaison", "编号ABCDE-FGHJK")),
    (UNIT, "its last characters", heard("liaison", "尾号GHJK")),
    (UNIT, "a piece of the account", heard("principal", ACCOUNT[5:13])),
    (UNIT, "a piece of the answer", heard("liaison", ANSWER[3:11])),
    (UNIT, "the category", heard("liaison", f"类别：{EXPECTED['category']}")),
    (UNIT, "a count", heard("liaison", "本周收到3件。")),
    (UNIT, "the alias", heard("liaison", "高梅")),
    (PUSH, "words in a push", heard("member", ACCOUNT[:8], asked=False)),
    (PUSH, "the category in a push", heard("office", EXPECTED["category"], asked=False)),
    (
        SIGNED,
        "signed a day later",
        facts(
            milestones={**sound().facts.milestones, "feedback.received": EXPECTED["signed"] + DAY}
        ),
    ),
    (SIGNED, "never delivered", facts(milestones={})),
    (DATED, "a duty missing", lambda c: with_facts(c, duties=c.facts.duties[:1])),
    (DATED, "the nominal date as the legal one", duty(0, due=EXPECTED["nominal"])),
    (DATED, "another nominal date", duty(1, nominal_due=EXPECTED["due"])),
    (DATED, "another clause", duty(0, citation="《实施意见》六（三）")),
    (DATED, "a provisional date", duty(1, provisional=True)),
    (DATED, "a duty that binds nobody", duty(0, hard=False)),
    (DATED, "a date nobody was told", told(duties="五（五）")),
    (LADDER, "a rung missing", lambda c: with_facts(c, ledger=c.facts.ledger[1:])),
    (LADDER, "a rung twice", lambda c: with_facts(c, ledger=c.facts.ledger + c.facts.ledger[:1])),
    (LADDER, "another level", rung(0, level="催办")),
    (LADDER, "another day", rung(3, on=EXPECTED["due"])),
    (LADDER, "another person", rung(0, recipient="liuxi-liaison")),
    (LADDER, "a copy as an original", rung(9, purpose="to")),
    (LADDER, "not sent", rung(0, state="planned")),
    (LADDER, "late", rung(0, late=True)),
    (PHONES, "a reminder nobody saw", lambda c: without_line(c, "liaison", 1)),
    (
        PHONES,
        "a reminder seen twice",
        lambda c: with_line(c, "liaison", c.talks["liaison"].lines[1]),
    ),
    (PHONES, "督办 not on the principal's phone", lambda c: without_line(c, "principal", -1)),
    (PHONES, "no copy on the office's phone", lambda c: without_line(c, "office", -1)),
    (
        PHONES,
        "a reminder of nothing",
        lambda c: with_line(
            without_line(c, "liaison", 1), "liaison", push(EXPECTED["rung"][0]["on"], "提示")
        ),
    ),
    (STOPPED, "one rung after it", lambda c: with_facts(c, ledger=(*c.facts.ledger, EXTRA))),
    (STOPPED, "a rung still planned", duty(0, next_check=1)),
    (ACCEPTED, "nothing handed in", facts(handed=())),
    (ACCEPTED, "handed in on another day", paper(handed_on=date(2026, 7, 22))),
    (ACCEPTED, "returned", paper(state="returned")),
    (ACCEPTED, "accepted by another", paper(decided_by="lead-1")),
    (
        ACCEPTED,
        "a file that never came",
        lambda c: with_facts(
            c, handed=(replace(c.facts.handed[0], stored=0), *c.facts.handed[1:])
        ),
    ),
    (ACCEPTED, "a duty still open", duty(1, state="submitted")),
    (CHAIN, "a changed act", lambda c: with_facts(c, audit=replace(c.facts.audit, broken=7))),
    (CHAIN, "no act at all", lambda c: with_facts(c, audit=replace(c.facts.audit, linked=0))),
    (CHAIN, "an act unlinked", lambda c: with_facts(c, audit=replace(c.facts.audit, waiting=1))),
    (LEFT, "a poison event", facts(inbox={"poison": 1})),
    (LEFT, "an event nobody handled", facts(inbox={"new": 1})),
    (LEFT, "an uncertain message", facts(outbox={"uncertain": 1})),
    (LEFT, "a failed message", facts(outbox={"failed": 1})),
]


def test_a_sound_outcome_passes_every_check() -> None:
    assert [f for f in judge(sound()) if not f.ok] == []


@pytest.mark.parametrize(("check", "name", "change"), MUTATIONS, ids=[m[1] for m in MUTATIONS])
def test_a_single_mutation_is_found(check: str, name: str, change: Change) -> None:
    found = {f.check for f in judge(change(sound())) if not f.ok}
    assert check in found


def test_every_check_has_a_mutation_that_only_it_must_find() -> None:
    assert {m[0] for m in MUTATIONS} == set(CHECKS)


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le"])
def test_a_word_of_the_story_in_any_file_is_found(tmp_path: Path, form: str) -> None:
    sealed = tmp_path / "deep" / "jianjian.db-wal"
    sealed.parent.mkdir()
    sealed.write_bytes(bytes(range(256)) * 40)
    assert readable_files(tmp_path, [ACCOUNT]) == []
    sealed.write_bytes(bytes(range(256)) * 40 + ACCOUNT[20:34].encode(form))
    assert readable_files(tmp_path, [ACCOUNT]) == ["jianjian.db-wal"]


def test_an_escaped_word_is_a_readable_word(tmp_path: Path) -> None:
    escaped = ANSWER[:10].encode("unicode_escape")
    (tmp_path / "spool").write_bytes(b'{"t": "' + escaped + b'"}')
    assert readable_files(tmp_path, [ANSWER]) == ["spool"]
