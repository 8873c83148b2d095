"""The reckoning: what the parties saw and what the database holds, held against the script."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.evidence import Facts, Reminded, pieces
from bot.demo.player import Told
from bot.demo.transcript import Line, Transcript
from storage.duties import Duty

ZONE = ZoneInfo("Asia/Shanghai")
OWED = {"report": "report", "principal-report": "principal"}  # obligation: its name in the script


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything there is to judge by."""

    script: Mapping[str, Any]
    told: Told
    talks: Mapping[str, Transcript]
    facts: Facts

    @property
    def expected(self) -> Mapping[str, Any]:
        """What the script says must come of it."""
        found: Mapping[str, Any] = self.script["expected"]
        return found

    @property
    def duties(self) -> dict[str, Duty]:
        """The duties that the regulation gives a number for, by obligation."""
        return {d.obligation: d for d in self.facts.duties if d.hard}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check; `fault` is empty where all is well."""

    check: str
    fault: str

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return not self.fault


def judge(case: Case) -> list[Finding]:
    """Every check, in the order of the story."""
    return [Finding(check=name, fault=check(case)) for name, check in CHECKS.items()]


def _inputs(case: Case) -> str:
    most = case.expected["inputs_max"]
    return "" if 0 < case.told.inputs <= most else f"{case.told.inputs} inputs"


def _one_report(case: Case) -> str:
    filed = [r.id for r in case.facts.reports]
    return "" if len(filed) == 1 and tuple(filed) == case.facts.opened else f"{len(filed)} filed"


def _in_queue(case: Case) -> str:
    wanted = ("team", case.expected["team"], case.expected["stationing"], case.expected["unit"])
    for r in case.facts.reports:
        lies = (r.queue, r.team_id, r.stationing_id, r.unit_id)
        if lies != wanted or r.hidden or r.named:
            return f"it lies in {lies}"
    return ""


def _carded(case: Case) -> str:
    cards = [p for p in case.talks["member"].pushes if case.expected["card"] in p.text]
    return "" if len(cards) == 1 else f"{len(cards)} cards"


def _claimed(case: Case) -> str:
    claims = [event.actor for event in case.facts.history if event.what == "claim"]
    holders = [report.holder for report in case.facts.reports]
    wanted = [case.expected["member"]]
    return "" if claims == wanted == holders else f"claimed by {claims}, held by {holders}"


def _answered(case: Case) -> str:
    asked = case.facts.questions
    if [(q.text_key, q.asked_by) for q in asked] != [
        (case.expected["question"], case.expected["member"])
    ]:
        return "not the one question that was asked"
    answers = [t for t in case.facts.texts if t.field == f"answer:{asked[0].id}"]
    answer = case.script["citizen"]["answer"]
    if [(t.text, t.version, t.author) for t in answers] != [
        (answer, asked[0].answer_version, "citizen")
    ]:
        return "the answer does not stand as a version"
    return "" if answer in case.told.read else "the member never saw the answer"


def _original(case: Case) -> str:
    account = case.script["citizen"]["account"]
    stands = [(t.text, t.version) for t in case.facts.texts if t.field == "account"]
    if stands != [(account, 1)]:
        return "the account is not what was confirmed"
    versions = [t.version for t in case.facts.texts]
    return "" if versions == sorted(set(versions)) else "versions were overwritten"


def _sealed(case: Case) -> str:
    return ", ".join(case.facts.readable)


def _statuses(case: Case) -> str:
    wanted, heard = case.expected["statuses"], case.told.statuses
    fits = len(wanted) == len(heard)
    fits = fits and all(word in text for word, text in zip(wanted, heard, strict=True))
    return "" if fits else f"{len(heard)} answers, not those"


def _unit_knows_nothing(case: Case) -> str:
    for slot in ("liaison", "principal"):
        heard = case.talks[slot].heard
        if any(trace in heard for trace in _traces(case)):
            return f"{slot} saw something of the report"
        if re.search(case.expected["count"], heard):
            return f"{slot} saw a count"
    return ""


def _pushes(case: Case) -> str:
    traces = set(_traces(case))
    for slot, talk in case.talks.items():
        if any(trace in push.words for push in talk.pushes for trace in traces):
            return f"a push to {slot} carries content"
    return ""


def _traces(case: Case) -> Iterator[str]:
    """Everything by which a text could betray the report."""
    told, words = case.told, case.script["citizen"]
    yield from pieces(words["account"])
    yield from pieces(words["answer"])
    code = told.code.replace("-", "")
    yield from filter(None, (told.code, code, code[-4:], told.phrase, told.alias))
    yield case.expected["category"]


def _signed(case: Case) -> str:
    found = case.facts.milestones
    wanted = (case.expected["delivered"], case.expected["signed"])
    dates = (found.get("feedback.delivered"), found.get("feedback.received"))
    return "" if dates == wanted else f"delivered and signed on {dates}"


def _dated(case: Case) -> str:
    e = case.expected
    if case.duties.keys() != OWED.keys():
        return f"the duties are {sorted(case.duties)}"
    for duty in case.duties.values():
        dates = (duty.trigger_on, duty.nominal_due, duty.due)
        if dates != (e["signed"], e["nominal"], e["due"]) or duty.provisional:
            return f"{duty.obligation}: {dates}"
        if not duty.citation.endswith(e["citation"]) or duty.citation not in case.told.duties:
            return f"{duty.obligation}: not its clause"
    titles = [case.script["liaison"][f"{name}_title"] for name in OWED.values()]
    told = all(words in case.told.duties for words in (*titles, e["due_words"]))
    return "" if told else "the liaison was not told the date"


def _ladder(case: Case) -> str:
    sent = Counter(line for line in case.facts.ledger if line.obligation in OWED)
    wanted = Counter(_expected_lines(case))
    odd = [*(sent - wanted), *(wanted - sent)]
    return f"{odd[0].obligation} {odd[0].at} {odd[0].recipient}" if odd else ""


def _expected_lines(case: Case) -> Iterator[Reminded]:
    e = case.expected
    for obligation, name in OWED.items():
        for rung in e["rung"]:
            if rung["on"] > e[f"{name}_handed"]:
                continue
            for purpose in ("to", "copy"):
                for person in rung.get(purpose, ()):
                    yield Reminded(
                        obligation=obligation,
                        at=rung["at"],
                        level=rung["level"],
                        on=rung["on"],
                        recipient=person,
                        purpose=purpose,
                        state="unreachable" if person in e["without_chat"] else "sent",
                    )


def _on_phones(case: Case) -> str:
    """Each rung is one message of its day on each phone, with its level and the duty's name."""
    e, words = case.expected, case.script["liaison"]
    phones = {e[slot]: slot for slot in ("liaison", "principal", "office")}
    for rung in e["rung"]:
        titles = [words[f"{n}_title"] for n in OWED.values() if rung["on"] <= e[f"{n}_handed"]]
        for person in (*rung["to"], *rung.get("copy", ())):
            if person not in phones:
                continue
            heard = _reminders(case, phones[person], rung)
            if len(heard) != 1 or any(title not in heard[0].text for title in titles):
                return f"{rung['at']}: {len(heard)} messages to {phones[person]}"
    return ""


def _reminders(case: Case, slot: str, rung: Mapping[str, Any]) -> list[Line]:
    pushes = case.talks[slot].pushes
    of_day = [p for p in pushes if datetime.fromtimestamp(p.at, ZONE).date() == rung["on"]]
    return [p for p in of_day if rung["level"] in p.text]


def _stopped(case: Case) -> str:
    for obligation, name in OWED.items():
        day = case.expected[f"{name}_handed"]
        late = [r for r in case.facts.ledger if r.obligation == obligation and r.on > day]
        duty = case.duties.get(obligation)
        if late or duty is None or duty.next_check is not None:
            return f"{obligation} is still reminded of"
    return ""


def _accepted(case: Case) -> str:
    wanted = {o: case.expected[f"{name}_handed"] for o, name in OWED.items()}
    handed = {h.obligation: h.document.handed_on for h in case.facts.handed}
    if handed != wanted or len(case.facts.handed) != len(wanted):
        return f"handed in: {handed}"
    for one in case.facts.handed:
        decided = (one.document.state, one.document.decided_by)
        if decided != ("accepted", case.expected["office"]):
            return f"{one.obligation}: {decided}"
        if (one.files, one.stored) != (1, 1):
            return f"{one.obligation}: {one.stored} of {one.files} files stored"
    states = {duty.state for duty in case.duties.values()}
    return "" if states == {"accepted"} else f"the duties are {sorted(states)}"


def _chain(case: Case) -> str:
    found = case.facts.audit
    if found.broken is not None or not found.linked:
        return f"broken at {found.broken}, {found.linked} linked"
    return f"{found.waiting} acts are not linked" if found.waiting else ""


def _nothing_left(case: Case) -> str:
    left = {**case.facts.inbox, **case.facts.outbox}
    return ", ".join(f"{n} {state}" for state, n in left.items())


CHECKS: dict[str, Callable[[Case], str]] = {
    "from the link to the receipt in at most 10 inputs": _inputs,
    "the receipt opens exactly one report, and there is no other": _one_report,
    "the report lies in the queue of the unit's team": _in_queue,
    "the member was told by one card": _carded,
    "the member claimed it, nobody else": _claimed,
    "the question was asked, the answer stands as a version": _answered,
    "the original text stands as it was confirmed": _original,
    "no word of it can be read in any file": _sealed,
    "the citizen read the outward words, in order": _statuses,
    "nothing of the report reached the unit": _unit_knows_nothing,
    "no push carried content": _pushes,
    "feedback was delivered and signed on its days": _signed,
    "the duties have the dates and the clause of the regulation": _dated,
    "every rung went out once, to its people, at its level": _ladder,
    "every rung was seen on the phones": _on_phones,
    "handing in stopped the ladder": _stopped,
    "the office accepted what was handed in": _accepted,
    "the audit chain is whole": _chain,
    "nothing is uncertain, failed or set aside": _nothing_left,
}
