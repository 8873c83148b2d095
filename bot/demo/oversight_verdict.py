"""The reckoning of the second act: every promise of supervision, held against talks and rows."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.demo.evidence import PIECE, pieces
from bot.demo.oversight_evidence import Facts, Moved, Sent
from bot.demo.player import Told
from bot.demo.transcript import Line, Transcript
from bot.demo.verdict import ZONE, Finding
from storage.documents import StepTaken
from storage.duties import Duty

LADDERS = {"plan": "plan_rung", "report": "report_rung"}  # obligation: its rungs in the script
OUTSIDE = ("liaison", "principal", "city")
"""Who must never learn anything of a report."""


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

    def duty(self, obligation: str) -> Duty | None:
        """The one duty of an obligation."""
        found = [d for d in self.facts.duties if d.obligation == obligation]
        return found[0] if len(found) == 1 else None

    def moved(self, kind: str) -> Moved | None:
        """The one motion of a kind."""
        found = [m for m in self.facts.moved if m.motion.kind == kind]
        return found[0] if len(found) == 1 else None


def judge(case: Case) -> list[Finding]:
    """Every check, in the order of the story."""
    return [Finding(check=name, fault=check(case)) for name, check in CHECKS.items()]


def _one_report(case: Case) -> str:
    filed = [r.id for r in case.facts.reports]
    fits = len(filed) == 1 and tuple(filed) == case.facts.opened
    if not fits or not 0 < case.told.inputs <= case.expected["inputs_max"]:
        return f"{len(filed)} filed, {case.told.inputs} inputs"
    account = [t.text for t in case.facts.texts if t.field == "account"]
    return "" if account == [case.script["citizen"]["account"]] else "not what was confirmed"


def _compared(case: Case) -> str:
    """The author saw what the first wording shares with the report, and that the last has none."""
    checks = case.told.shared
    if len(checks) != 2 or case.expected["shared"] not in checks[0]:
        return f"{len(checks)} checks"
    return "" if case.expected["clean"] in checks[1] else "the last wording shares something"


def _second_person(case: Case) -> str:
    text = case.facts.unit_texts[0] if case.facts.unit_texts else None
    if text is None:
        return "no text"
    found = [s for s in case.facts.steps if s.act == "confirmed" and s.version == text.version]
    who = {s.person_id for s in found}
    if (text.author, who) != (case.expected["leader"], {case.expected["bureau"]}):
        return f"written by {text.author}, confirmed by {sorted(who)}"
    return ""


def _consent(case: Case) -> str:
    """One source: it agreed before the proposal was put."""
    sources = [text.sources for text in case.facts.unit_texts]
    if sources != [case.facts.opened]:
        return f"the sources are {sources}"
    given = [s.at for s in case.facts.steps if (s.act, s.person_id) == ("consent", "citizen")]
    put = [s.at for s in case.facts.steps if s.act == "proposed"]
    said = [t.text for t in case.facts.texts if t.field.startswith("answer:")]
    if said != [case.script["citizen"]["consent"]]:
        return "the reporter did not say so"
    return "" if given and put and max(given) <= min(put) else "not before the proposal"


def _gate(case: Case) -> str:
    """Office, then leading group; the municipal committee heard; nobody decides on his own."""
    e, proposal = case.expected, case.facts.proposal
    given = [(a.seat, a.person_id, a.verdict) for a in case.facts.approvals]
    wanted = [("office", e["bureau"], "agree"), ("leading_group", e["leading"], "agree")]
    if given != wanted or proposal is None or proposal.proposer != e["leader"]:
        return f"{given}"
    heard = [(d.body, d.held_on, d.text) for d in case.facts.decisions]
    wanted_words = [("heard", e["agreed"].isoformat(), case.script["notice"]["heard"])]
    return "" if heard == wanted_words else "the municipal committee was not heard"


def _left_as_approved(case: Case) -> str:
    e, notices = case.expected, case.facts.notices
    wanted = (case.script["notice"]["text"], e["agreed"], e["notice_due"])
    if [(n.words, n.sent_on, n.due) for n in notices] != [wanted]:
        return f"{len(notices)} notices, or not the approved words"
    proposal = case.facts.proposal
    if proposal is None or proposal.details.get("text") != notices[0].words:
        return "not what the gate agreed to"
    return "" if notices[0].words in case.told.notice else "the liaison did not read it"


def _shares_nothing(case: Case) -> str:
    """No eight characters in a row of any words of the reporter, whatever signs stand between."""
    said = [_bare(part.text) for part in case.facts.texts]
    for notice in case.facts.notices:
        for run in _runs(_bare(notice.words)):
            if any(run in words for words in said):
                return "it shares a run of characters"
    return "" if case.facts.notices and said else "nothing to compare"


def _bare(words: str) -> str:
    return "".join(c for c in words if c.isalnum())


def _runs(words: str) -> Iterator[str]:
    for start in range(len(words) - PIECE + 1):
        yield words[start : start + PIECE]


def _carried_out(case: Case) -> str:
    e = case.expected
    found = [(n.state, n.signed_by) for n in case.facts.notices]
    if found != [("done", e["liaison"])]:
        return f"the notice is {found}"
    results = [(r.words, r.actor, r.state, r.decided_by) for r in case.facts.results]
    wanted = (case.script["notice"]["result"], e["liaison"], "done", e["bureau"])
    return "" if results == [wanted] else f"{len(results)} results"


def _unit_knows_nothing(case: Case) -> str:
    for slot in OUTSIDE:
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
    told = case.told
    yield from pieces(case.script["citizen"]["account"])
    code = told.code.replace("-", "")
    yield from filter(None, (told.code, code, code[-4:], told.phrase, told.alias))
    yield case.expected["category"]


def _sealed(case: Case) -> str:
    return ", ".join(case.facts.readable)


def _statuses(case: Case) -> str:
    wanted, heard = case.expected["statuses"], case.told.statuses
    fits = len(wanted) == len(heard)
    fits = fits and all(word in text for word, text in zip(wanted, heard, strict=True))
    return "" if fits else f"{len(heard)} answers, not those"


def _feedback_gate(case: Case) -> str:
    e, words, put = case.expected, case.script["feedback"], case.moved("feedback")
    if put is None or (put.motion.state, put.motion.proposer) != ("agreed", e["leader"]):
        return "not agreed"
    agreed = [(s.seat, s.person_id) for s in put.steps if s.verdict == "agree"]
    if agreed != [("leading_group", e["leading"])]:
        return f"agreed by {agreed}"
    heard = [(s.seat, s.words.get("with"), s.words.get("reason")) for s in put.steps
             if s.verdict == "heard"]  # fmt: skip
    wanted = [("municipal_committee", words["heard_with"], words["heard_words"])]
    return "" if heard == wanted else "the municipal committee was not heard"


def _kept_back(case: Case) -> str:
    """What names the principal stays here; everything else was read by the unit and the city."""
    points = case.script["feedback"]["points"].splitlines()
    word = case.expected["kept_back"]
    for slot in OUTSIDE:
        if word in case.talks[slot].heard:
            return f"{slot} read what names the principal"
    for slot in ("liaison", "city"):
        read = case.told.feedback.get(slot, "")
        if any(point not in read for point in points if word not in point):
            return f"{slot} did not read the rest"
    return ""


def _signed(case: Case) -> str:
    found = case.facts.milestones
    wanted = (case.expected["delivered"], case.expected["signed"])
    dates = (found.get("feedback.delivered"), found.get("feedback.received"))
    return "" if dates == wanted else f"delivered and signed on {dates}"


def _plan_dated(case: Case) -> str:
    e, plan = case.expected, case.duty("plan")
    if plan is None or (plan.trigger_on, plan.due) != (e["signed"], e["plan_due"]):
        return "not its date"
    if not plan.citation.endswith(e["plan_citation"]) or plan.citation not in case.told.duties:
        return "not its clause"
    return "" if e["plan_words"] in case.told.duties else "the liaison was not told the date"


def _returned(case: Case) -> str:
    """The first plan came back with a next date; the date of the clause stayed."""
    e, plan = case.expected, case.duty("plan")
    versions = [h.document for h in case.facts.handed if h.obligation == "plan"]
    found = [(d.version, d.handed_on, d.state, d.next_on) for d in versions]
    wanted = [
        (1, e["plan_handed"], "returned", e["plan_next"]),
        (2, e["plan_next"], "accepted", None),
    ]
    if found != wanted:
        return f"{found}"
    if plan is None or (plan.due, plan.submitted_on) != (e["plan_due"], e["plan_handed"]):
        return "the return moved a date"
    told = all(words in case.told.returned for words in (e["plan_words"], e["next_words"]))
    return "" if told else "the liaison was not told both dates"


def _passed_on(case: Case) -> str:
    """Examined by the team, passed on by another person, received by the leading group."""
    for obligation in ("plan", "report"):
        last = [h.document for h in case.facts.handed if h.obligation == obligation][-1:]
        steps = [step for one in last for step in case.facts.reviews.get(one.id, ())]
        if _who(steps) != _reviewers(case.expected):
            return f"{obligation}: {_who(steps)}"
        title = case.script[obligation]["title"]
        copied = [p for p in case.talks["city"].pushes if "【抄报】" in p.text]
        if not any(title in push.text for push in copied):
            return f"{obligation}: no copy to the municipal committee"
    return ""


def _who(steps: list[StepTaken]) -> set[tuple[str, str, str]]:
    return {(s.act, s.actor, s.verdict) for s in steps}


def _reviewers(e: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {
        ("examine", e["leader"], "agree"),
        ("pass_on", e["bureau"], "agree"),
        ("receive", e["leading"], "agree"),
    }


def _extended(case: Case) -> str:
    """Counted from the first submission; another date stands beside it and does not replace it."""
    e, report = case.expected, case.duty("report")
    if report is None or report.trigger_on != e["plan_handed"]:
        return "not counted from the first submission"
    if (report.due, report.extended_to) != (e["report_due"], e["extended"]):
        return f"the dates are {report.due} and {report.extended_to}"
    told = all(words in case.told.extended for words in (e["due_words"], e["extended_words"]))
    return "" if told else "the liaison was not shown both dates"


def _extension_gate(case: Case) -> str:
    e, put = case.expected, case.moved("duty_extension")
    asked = [(x.asked_by, x.was_on, x.new_on, x.state) for x in case.facts.extensions]
    if asked != [(e["liaison"], e["report_due"], e["extended"], "agreed")]:
        return f"asked: {asked}"
    if put is None or put.motion.proposer != e["leader"]:
        return "not put forward by the team"
    agreed = {(s.seat, s.person_id) for s in put.steps if s.verdict == "agree"}
    wanted = {("office", e["bureau"]), ("leading_group", e["leading"])}
    return "" if agreed == wanted else f"agreed by {sorted(agreed)}"


def _ladder(case: Case) -> str:
    known = Counter(one for one in case.facts.ledger if one.obligation in LADDERS)
    sent = Counter({one: n for one, n in known.items() if not _by_tap(case, one)})
    wanted = Counter(_expected_lines(case))
    odd = [*(sent - wanted), *(wanted - sent)]
    return f"{odd[0].obligation} {odd[0].template} {odd[0].recipient}" if odd else ""


def _by_tap(case: Case, one: Sent) -> bool:
    """What an officer's tap let go to the leading group."""
    return one.level == "专报" and one.recipient in case.expected["leading_group"]


def _expected_lines(case: Case) -> Iterator[Sent]:
    e = case.expected
    for obligation, name in LADDERS.items():
        for rung in e[name]:
            for purpose in ("to", "copy", "ask"):
                for person in rung.get(purpose, ()):
                    there = "unreachable" if person in e["without_chat"] else "sent"
                    yield Sent(
                        obligation=obligation,
                        template=rung["template"],
                        level=rung["level"],
                        on=rung["on"],
                        recipient=person,
                        purpose=purpose,
                        state="agreed" if purpose == "ask" else there,
                    )


def _on_phones(case: Case) -> str:
    """Each rung is one message of its day on each phone, with its level and the duty's name."""
    e = case.expected
    phones = {e[slot]: slot for slot in ("leader", "bureau", *OUTSIDE)}
    for obligation, name in LADDERS.items():
        title = case.script[obligation]["title"]
        for rung in e[name]:
            for purpose in ("to", "copy", "ask"):
                for person in rung.get(purpose, ()):
                    if person not in phones:
                        continue
                    heard = _reminders(case.talks[phones[person]], rung)
                    if len(heard) != 1 or title not in heard[0].text:
                        return f"{rung['template']}: {len(heard)} messages to {phones[person]}"
    return ""


def _reminders(talk: Transcript, rung: Mapping[str, Any]) -> list[Line]:
    of_day = [p for p in talk.pushes if _day(p) == rung["on"]]
    return [p for p in of_day if f"【{rung['level']}" in p.text]


def _day(line: Line) -> date:
    return datetime.fromtimestamp(line.at, ZONE).date()


def _tapped(case: Case) -> str:
    """Above 提示 nothing reached the leading group before an officer let it go."""
    e = case.expected
    group = [one for one in case.facts.ledger if one.recipient in e["leading_group"]]
    if any(one.on < e["tapped"] for one in group if one.level in e["above"]):
        return "the ledger has something before the tap"
    early = [p for p in case.talks["leading"].pushes if _day(p) < e["tapped"]]
    if any(f"【{level}" in push.text for push in early for level in e["above"]):
        return "a phone had something before the tap"
    asked = {(one.recipient, one.state) for one in case.facts.ledger
             if (one.obligation, one.purpose) == ("report", "ask")}  # fmt: skip
    if (e["bureau"], "agreed") not in asked:
        return "no officer was asked"
    later = [p for p in case.talks["leading"].pushes if _day(p) >= e["tapped"]]
    came = any("【专报建议】" in push.text for push in later)
    fits = came and {one.recipient for one in group if _by_tap(case, one)} == {*e["leading_group"]}
    return "" if fits else "the tap did not reach the leading group"


def _soft(case: Case) -> str:
    """What no number of the law dates never went above 提示 by itself."""
    soft = {duty.obligation for duty in case.facts.duties if not duty.hard}
    for one in case.facts.ledger:
        above = one.obligation in soft and one.level in case.expected["above"]
        if above and one.purpose != "ask":
            return f"{one.obligation}: {one.level}"
    return ""


def _stopped(case: Case) -> str:
    e, report = case.expected, case.duty("report")
    if report is None or (report.state, report.next_check) != ("accepted", None):
        return "the report is still reminded of"
    if report.submitted_on != e["report_handed"]:
        return f"handed in on {report.submitted_on}"
    late = [s for s in case.facts.ledger if s.obligation in LADDERS and s.on > e["report_handed"]]
    stored = all((h.files, h.stored) == (1, 1) for h in case.facts.handed)
    return "" if stored and not late else "a rung after it, or a file that never came"


def _chain(case: Case) -> str:
    found = case.facts.audit
    if found.broken is not None or not found.linked:
        return f"broken at {found.broken}, {found.linked} linked"
    return f"{found.waiting} acts are not linked" if found.waiting else ""


def _nothing_left(case: Case) -> str:
    left = {**case.facts.inbox, **case.facts.outbox}
    return ", ".join(f"{n} {state}" for state, n in left.items())


CHECKS: dict[str, Callable[[Case], str]] = {
    "the receipt opens exactly one report, as it was confirmed": _one_report,
    "its author was shown what the text shares with the report": _compared,
    "a second person confirmed the last wording": _second_person,
    "the only reporter agreed before the text was put": _consent,
    "leading group agreed, municipal committee heard, not the proposer": _gate,
    "the notice holds the approved words, the unit read them": _left_as_approved,
    "the notice shares no eight characters in a row with the report": _shares_nothing,
    "the unit signed and answered, team and office saw to it": _carried_out,
    "nothing of the report reached the unit or the city": _unit_knows_nothing,
    "no push carried content": _pushes,
    "no word of it can be read in any file": _sealed,
    "the citizen read the outward words, in order": _statuses,
    "feedback passed its gate, the municipal committee heard": _feedback_gate,
    "what names the principal stayed back, the rest was read": _kept_back,
    "feedback was delivered and signed on its days": _signed,
    "the plan has the date and the clause of the regulation": _plan_dated,
    "the plan was returned with a next date, its legal date stayed": _returned,
    "examined, passed on, received, copied: by different people": _passed_on,
    "the report has both dates, the legal one unmoved": _extended,
    "the other date was asked, put forward and agreed to": _extension_gate,
    "every rung went out once, on its day, to its people": _ladder,
    "every rung was seen on the phones": _on_phones,
    "nothing above 提示 reached the leading group without a tap": _tapped,
    "what the law does not date never climbed by itself": _soft,
    "handing in stopped the ladder, the report was accepted": _stopped,
    "the audit chain is whole": _chain,
    "nothing is uncertain, failed or set aside": _nothing_left,
}
