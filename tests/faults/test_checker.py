"""The judge of the kill tests finds every fault that it is there for, and none in a sound run."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.checker import judge, repeated
from tests.faults.history import (
    After,
    Claim,
    FileRow,
    History,
    LetterRow,
    OutboxRow,
    ReminderRow,
    ReportRow,
    Submission,
    Transfer,
)
from tests.faults.process import Life
from tests.faults.recording import Said

CITIZEN, ANN, BOB, LIAISON = 501, 601, 602, 701
CODE, MARK = "AAAA2BBBB3", "〔501-1〕"


def said(chat: int, message: str, text: str, at: float) -> Said:
    return Said(chat=chat, message=message, text=text, buttons="", at=at)


def row(number: int, chat: int, message: str, **fields: Any) -> OutboxRow:
    values: dict[str, Any] = {
        "id": number,
        "chat": chat,
        "state": "sent",
        "reason": "",
        "attempts": 1,
        "not_before": 0,
        "policy": "resend_once",
        "dedupe": f"x:{number}",
        "key": "",
        "messages": (message,) if message else (),
    }
    return OutboxRow(**{**values, **fields})


def sound() -> History:
    """A citizen files, is killed upon, gets the receipt twice; two claim; a unit is reminded."""
    receipt = f"受理回执\n编号：{CODE[:5]}-{CODE[5:]}\n查询口令：甲乙"
    after = After(
        at=1000,
        inbox={"1": "done", "2": "done", "3": "done"},
        reports=(ReportRow(id="r1", code=CODE, marks=(MARK,), holder="ann", claims=1),),
        outbox=(
            row(1, CITIZEN, "12", reason="interrupted", attempts=2),
            row(2, ANN, "21"),
            row(3, BOB, "31"),
            row(4, LIAISON, "41", policy="hold", dedupe="reminder:m1"),
        ),
        reminders=(ReminderRow(duty="d1", rung=1, recipient="liaison", state="sent"),),
        files=(FileRow(id="f1", owner="report:r1", state="stored", blob="b1"),),
        blobs={"b1": 900},
    )
    return History(
        handed_over=frozenset("123"),
        acknowledged=frozenset("123"),
        said=(
            said(CITIZEN, "11", receipt, 1.0),
            said(CITIZEN, "12", receipt, 3.0),
            said(ANN, "21", f"已认领。\n\n赤松　尾号{CODE[-4:]}　", 4.0),
            said(BOB, "31", f"这件已由ann认领。\n\n赤松　尾号{CODE[-4:]}　", 4.1),
            said(LIAISON, "41", "2026年3月2日提醒：\n【提示】整改情况报告", 5.0),
        ),
        lives=(
            Life(begun=0.0, ended=2.0, killed=True),
            Life(begun=2.0, ended=9.0, killed=False),
        ),
        submissions=(Submission(event="1", chat=CITIZEN, mark=MARK),),
        claims=(Claim(code=CODE, events=("2", "3"), people={"ann": ANN, "bob": BOB}),),
        supervised={"liaison": LIAISON},
        after=after,
        transfers=(Transfer(code="CCCC2DDDD3", number="1号"),),
        letters=(letter(),),
    )


def letter() -> LetterRow:
    return LetterRow(
        number="1号", codes=("CCCC2DDDD3",), agreed=3, sent=1, signed=1, signed_by="taker"
    )


def test_a_sound_run_has_no_fault_and_its_repeated_message_is_counted() -> None:
    assert judge(sound()) == []
    assert [(one.message, two.message) for one, two in repeated(sound())] == [("11", "12")]


def lost_report(h: History) -> History:
    return replace(h, after=replace(h.after, reports=h.after.reports[1:]))


def doubled_report(h: History) -> History:
    first = h.after.reports[0]
    twin = replace(first, id="twin", code="ZZZZ2ZZZZ2")
    return replace(h, after=replace(h.after, reports=(*h.after.reports, twin)))


def doubled_claim(h: History) -> History:
    mine = {claim.code for claim in h.claims}
    twice = tuple(replace(r, claims=2) if r.code in mine else r for r in h.after.reports)
    return replace(h, after=replace(h.after, reports=twice))


def two_winners(h: History) -> History:
    claim = h.claims[0]
    holder = next(r.holder for r in h.after.reports if r.code == claim.code)
    loser = next(chat for name, chat in claim.people.items() if name != holder)
    extra = [
        replace(s, chat=loser, text=f"已认领。\n\n赤松　尾号{claim.code[-4:]}　")
        if s.chat == loser and claim.code[-4:] in s.text and "认领" in s.text
        else s
        for s in h.said
    ]
    return replace(h, said=tuple(extra))


def no_holder(h: History) -> History:
    return replace(
        h, after=replace(h.after, reports=tuple(replace(r, holder="") for r in h.after.reports))
    )


def file_without_bytes(h: History) -> History:
    gone = next(f.blob for f in h.after.files if f.state == "stored")
    blobs = {name: at for name, at in h.after.blobs.items() if name != gone}
    return replace(h, after=replace(h.after, blobs=blobs))


def bytes_without_file(h: History) -> History:
    return replace(h, after=replace(h.after, blobs={**h.after.blobs, "old": -1_000_000}))


def file_of_no_report(h: History) -> History:
    files = (*h.after.files, FileRow(id="f9", owner="report:none", state="fetching", blob=""))
    return replace(h, after=replace(h.after, files=files))


def unhandled_event(h: History) -> History:
    event = min(h.acknowledged)
    inbox = {name: state for name, state in h.after.inbox.items() if name != event}
    return replace(h, after=replace(h.after, inbox=inbox))


def event_in_quarantine(h: History) -> History:
    return replace(
        h, after=replace(h.after, inbox={**h.after.inbox, min(h.acknowledged): "poison"})
    )


def stuck_message(h: History) -> History:
    first = h.after.outbox[0]
    stuck = replace(first, id=10**6, state="sending", messages=())
    return replace(h, after=replace(h.after, outbox=(*h.after.outbox, stuck)))


def forgotten_message(h: History) -> History:
    first = h.after.outbox[0]
    late = replace(first, id=10**6, state="planned", messages=(), not_before=h.after.at - 60)
    return replace(h, after=replace(h.after, outbox=(*h.after.outbox, late)))


def invented_message(h: History) -> History:
    first = h.after.outbox[0]
    never = replace(first, id=10**6, state="sent", messages=("987654",))
    return replace(h, after=replace(h.after, outbox=(*h.after.outbox, never)))


def repeated_without_a_kill(h: History) -> History:
    last = h.lives[-1]
    extra = said(h.submissions[0].chat, "987654", "您好", last.ended - 0.1)
    return replace(h, said=(*h.said, extra))


def repeated_twice_by_one_kill(h: History) -> History:
    life = next(one for one in h.lives if one.killed)
    chat = h.submissions[0].chat
    extra = [said(chat, n, "您好", life.ended - 0.1) for n in ("987654", "987655")]
    return replace(h, said=(*h.said, *extra))


def stranger_sees_the_receipt(h: History) -> History:
    shown = next(s for s in h.said if "编号：" in s.text)
    return replace(h, said=(*h.said, replace(shown, chat=h.claims[0].people["ann"])))


def receipt_of_nothing(h: History) -> History:
    shown = next(s for s in h.said if "编号：" in s.text)
    return replace(h, said=(*h.said, replace(shown, text="编号：99999-99999")))


def reminded_twice(h: History) -> History:
    chats = h.supervised.values()
    digest = next(s for s in h.said if "提醒：\n" in s.text and s.chat in chats)
    return replace(h, said=(*h.said, replace(digest, message="987654")))


def doubled_reminder(h: History) -> History:
    twice = (*h.after.reminders, h.after.reminders[0])
    return replace(h, after=replace(h.after, reminders=twice))


def broken_audit(h: History) -> History:
    return replace(h, after=replace(h.after, audit="row 3: changed"))


def lost_letter(h: History) -> History:
    return replace(h, letters=h.letters[1:])


def letter_without_a_report(h: History) -> History:
    return replace(h, letters=(replace(h.letters[0], codes=()), *h.letters[1:]))


def handed_over_twice(h: History) -> History:
    return replace(h, letters=(*h.letters, replace(h.letters[0], number="2号")))


def signed_twice(h: History) -> History:
    return replace(h, letters=(replace(h.letters[0], signed=2), *h.letters[1:]))


def agreed_by_two(h: History) -> History:
    return replace(h, letters=(replace(h.letters[0], agreed=2), *h.letters[1:]))


MUTATIONS: dict[Callable[[History], History], str] = {
    lost_report: "lost",
    doubled_report: "was filed 2 times",
    doubled_claim: "was claimed 2 times",
    two_winners: "somebody else than its holder",
    no_holder: "is held by nobody",
    file_without_bytes: "has lost its bytes",
    bytes_without_file: "belongs to no file",
    file_of_no_report: "belongs to no report",
    unhandled_event: "was acknowledged and is lost",
    event_in_quarantine: "was acknowledged and is poison",
    stuck_message: "stuck in sending",
    forgotten_message: "although its time has come",
    invented_message: "counts as sent and was not",
    repeated_without_a_kill: "although nothing was killed",
    repeated_twice_by_one_kill: "were cut off by one kill",
    stranger_sees_the_receipt: "was shown to somebody else",
    receipt_of_nothing: "opens 0 reports",
    reminded_twice: "was reminded 2 times",
    doubled_reminder: "2 reminders for",
    broken_audit: "audit",
    lost_letter: "is lost",
    letter_without_a_report: "carries 0 reports",
    handed_over_twice: "was handed over 2 times",
    signed_twice: "(3, 1, 2) times",
    agreed_by_two: "(2, 1, 1) times",
}


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda m: m.__name__)
def test_a_fault_put_into_a_sound_run_is_found(
    mutate: Callable[[History], History],
) -> None:
    faults = judge(mutate(sound()))
    assert any(MUTATIONS[mutate] in fault for fault in faults), faults
