"""A sound outcome of the demo's second act, made by hand from its script."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from bot.demo.acts import OVERSIGHT
from bot.demo.evidence import Handed
from bot.demo.oversight_evidence import Facts, Moved, Sent
from bot.demo.oversight_verdict import LADDERS, Case
from bot.demo.player import Told
from bot.demo.transcript import Line, Transcript
from casework.ladder import Rung
from storage import motions
from storage.audit import Verdict
from storage.documents import Document, StepTaken
from storage.duties import Duty
from storage.extensions import Extension
from storage.immediate import Step, UnitText
from storage.motions import Motion
from storage.motions import Step as MotionStep
from storage.notices import Notice, Result
from storage.proposals import Approval, Decision, Proposal
from storage.reports import Report
from tests.bot.demo_case import at, push, text

SCRIPT = OVERSIGHT.table(OVERSIGHT.script)
EXPECTED: dict[str, Any] = SCRIPT["expected"]
CLAUSE = "《办法》第十七条"
POINTS = SCRIPT["feedback"]["points"].splitlines()
MotionWords = tuple[str, str, motions.Verdict, dict[str, str]]
PASSED = (("examine", "leader"), ("pass_on", "bureau"), ("receive", "leading"))


def talk(slot: str, *lines: Line) -> Transcript:
    """A short talk."""
    greeting = Line(own=False, asked=True, text="您好。")
    return Transcript(slot=slot, person="某某", lines=(greeting, *lines))


def reminders(slot: str) -> Iterator[Line]:
    """What the ladder says to one phone."""
    for obligation, name in LADDERS.items():
        for rung in EXPECTED[name]:
            listed = [p for purpose in ("to", "copy", "ask") for p in rung.get(purpose, ())]
            if EXPECTED[slot] in listed:
                title = SCRIPT[obligation]["title"]
                yield push(rung["on"], f"【{rung['level']}】{title}")


def ledger() -> Iterator[Sent]:
    """The lines of the reminder ledger, with what the tap let through and a soft question."""
    for obligation, name in LADDERS.items():
        for rung in EXPECTED[name]:
            for purpose in ("to", "copy", "ask"):
                for person in rung.get(purpose, ()):
                    away = person in EXPECTED["without_chat"]
                    state = "agreed" if purpose == "ask" else "unreachable" if away else "sent"
                    yield sent(obligation, rung, person, purpose, state)
    escalated = {"template": "escalate", "level": "专报", "on": EXPECTED["report_handed"]}
    yield sent("report", escalated, "p-lead", "to", "sent")
    yield sent("report", escalated, "p-lead-2", "to", "unreachable")
    soft = {"template": "internal_todo", "level": "催办", "on": date(2026, 3, 10)}
    yield sent("team-report", soft, "p-office", "ask", "asked")


def sent(obligation: str, rung: dict[str, Any], person: str, purpose: str, state: str) -> Sent:
    """One line of it."""
    return Sent(
        obligation=obligation,
        template=rung["template"],
        level=rung["level"],
        on=rung["on"],
        recipient=person,
        purpose=purpose,
        state=state,
    )


def duty(obligation: str, start: date, due: date, **changes: Any) -> Duty:
    """A duty as it stands at the end."""
    fields: dict[str, Any] = {
        "id": obligation,
        "stationing_id": EXPECTED["stationing"],
        "unit_id": EXPECTED["unit"],
        "milestone_id": "m1",
        "obligation": obligation,
        "kind": obligation,
        "title": obligation,
        "obligor": "target_unit",
        "trigger_on": start,
        "nominal_due": due,
        "due": due,
        "basis": "text",
        "strength": "must",
        "citation": CLAUSE,
        "count": "",
        "ladder": tuple[Rung, ...](),
        "calendar_version": "1",
        "profile_version": "1",
        "hard": True,
        "state": "accepted",
    }
    return Duty(**{**fields, **changes})


def duties() -> tuple[Duty, ...]:
    """Plan, report, and one that no number of the law dates."""
    e = EXPECTED
    return (
        duty("plan", e["signed"], e["plan_due"], submitted_on=e["plan_handed"]),
        duty(
            "report",
            e["plan_handed"],
            e["report_due"],
            submitted_on=e["report_handed"],
            extended_to=e["extended"],
        ),
        duty("team-report", date(2026, 2, 6), date(2026, 3, 5), hard=False, soft=True),
    )


def handed(obligation: str, version: int, on: date, **changes: Any) -> Handed:
    """One version that was handed in."""
    document = Document(
        id=f"{obligation}-{version}",
        duty_id=obligation,
        version=version,
        handed_on=on,
        actor=EXPECTED["liaison"],
        at=0,
        words={},
        **{"state": "accepted", **changes},
    )
    return Handed(obligation=obligation, document=document, files=1, stored=1)


def passed(document: str) -> tuple[StepTaken, ...]:
    """The review of a document that went through."""
    return tuple(
        StepTaken(
            id=f"{document}-{act}",
            document_id=document,
            act=act,  # type: ignore[arg-type]
            verdict="agree",
            actor=EXPECTED[slot],
            at=0,
            words={},
        )
        for act, slot in PASSED
    )


def motion(kind: str, *steps: MotionWords) -> Moved:
    """A motion that was agreed to; steps are seat, person, verdict, words."""
    put = Motion(
        id=kind,
        kind=kind,
        subject="s",
        stationing_id=EXPECTED["stationing"],
        proposer=EXPECTED["leader"],
        seats=("leading_group",),
        title=("motion.kind_feedback", {}),
        text="",
        state="agreed",
        at=0,
    )
    taken = tuple(
        MotionStep(
            stage=0,
            seat=seat,
            verdict=verdict,
            person_id=person,
            version=1,
            basis="",
            at=0,
            words=words,
        )
        for seat, person, verdict, words in steps
    )
    return Moved(motion=put, steps=taken)


def moved() -> tuple[Moved, ...]:
    """The feedback and the extension."""
    words = SCRIPT["feedback"]
    heard = {"with": words["heard_with"], "reason": words["heard_words"]}
    return (
        motion(
            "feedback",
            ("municipal_committee", EXPECTED["leading"], "heard", heard),
            ("leading_group", EXPECTED["leading"], "agree", {}),
        ),
        motion(
            "duty_extension",
            ("office", EXPECTED["bureau"], "agree", {}),
            ("leading_group", EXPECTED["leading"], "agree", {}),
        ),
    )


def step(act: str, person: str, when: int) -> Step:
    """One step of the text for the unit."""
    return Step(version=2, act=act, person_id=person, at=when)


def approval(stage: int, seat: str, slot: str) -> Approval:
    """One agreement to the proposal."""
    return Approval(
        stage=stage,
        seat=seat,
        person_id=EXPECTED[slot],
        verdict="agree",
        text="",
        basis="text 第九条",
        at=2,
    )


def facts() -> Facts:
    """The database."""
    e, words = EXPECTED, SCRIPT["notice"]
    place = {"stationing_id": e["stationing"], "unit_id": e["unit"]}
    return Facts(
        reports=(Report(id="r1", team_id="p2", queue="team", **place),),
        opened=("r1",),
        texts=(
            text(1, "account", SCRIPT["citizen"]["account"]),
            text(2, "answer:q1", SCRIPT["citizen"]["consent"]),
        ),
        unit_texts=(
            UnitText(
                id="u1",
                kind="immediate",
                stationing_id=e["stationing"],
                head_id="r1",
                author=e["leader"],
                days=5,
                version=2,
                state="sent",
                proposal_id="p1",
                at=0,
                sources=("r1",),
            ),
        ),
        steps=(
            step("confirmed", e["bureau"], 0),
            step("consent", "citizen", 1),
            step("proposed", e["leader"], 2),
        ),
        proposal=Proposal(
            id="p1",
            report_id="r1",
            disposition="immediate",
            proposer=e["leader"],
            stages=("office", "leading_group"),
            proposer_seat="leader",
            details={"text": words["text"]},
        ),
        approvals=(approval(0, "office", "bureau"), approval(1, "leading_group", "leading")),
        decisions=(
            Decision(
                body="heard",
                held_on=e["agreed"].isoformat(),
                text=words["heard"],
                entered_by=e["leading"],
                at=2,
            ),
        ),
        notices=(
            Notice(
                id="n1",
                text_id="u1",
                kind="immediate",
                year=2026,
                serial=1,
                words=words["text"],
                sent_on=e["agreed"],
                due=e["notice_due"],
                sent_by=e["bureau"],
                sent_at=2,
                signed_by=e["liaison"],
                state="done",
                **place,
            ),
        ),
        results=(
            Result(
                id="x1",
                notice_id="n1",
                version=1,
                words=words["result"],
                actor=e["liaison"],
                at=3,
                state="done",
                decided_by=e["bureau"],
            ),
        ),
        moved=moved(),
        milestones={"feedback.delivered": e["delivered"], "feedback.received": e["signed"]},
        duties=duties(),
        ledger=tuple(ledger()),
        handed=(
            handed("plan", 1, e["plan_handed"], state="returned", next_on=e["plan_next"]),
            handed("plan", 2, e["plan_next"]),
            handed("report", 1, e["report_handed"]),
        ),
        reviews={name: passed(name) for name in ("plan-2", "report-1")},
        extensions=(
            Extension(
                id="e1",
                duty_id="report",
                asked_by=e["liaison"],
                asked_at=0,
                reason="",
                was_on=e["report_due"],
                new_on=e["extended"],
                state="agreed",
            ),
        ),
        inbox={},
        outbox={},
        audit=Verdict(linked=300, head="", waiting=0, late=False),
        readable=(),
    )


def told() -> Told:
    """What the parties took away."""
    e = EXPECTED
    read = "\n".join(point for point in POINTS if e["kept_back"] not in point)
    return Told(
        code="ABCDE-FGHJK",
        phrase="天地玄黄宇宙洪荒日月盈昃",
        inputs=10,
        statuses=[f"编号：{word}。" for word in e["statuses"]],
        alias="阔鹤",
        shared=[f"数额：“{e['shared']}”", e["clean"]],
        notice=SCRIPT["notice"]["text"],
        feedback={"liaison": read, "city": read},
        duties="\n".join((e["plan_words"], CLAUSE)),
        returned="\n".join((e["plan_words"], e["next_words"])),
        extended="\n".join((e["due_words"], e["extended_words"])),
    )


def sound() -> Case:
    """Everything as it should be."""
    e = EXPECTED
    titles = [SCRIPT[obligation]["title"] for obligation in LADDERS]
    copies = [push(e["plan_passed"], f"【抄报】{title}") for title in titles]
    talks = {
        "citizen": talk("citizen", push(e["agreed"], "您有一条进度更新。")),
        "leading": talk("leading", push(e["report_handed"], f"【专报建议】{titles[1]}")),
        "city": talk("city", *copies, *reminders("city")),
        **{
            slot: talk(slot, *reminders(slot))
            for slot in ("leader", "bureau", "liaison", "principal")
        },
    }
    return Case(script=SCRIPT, told=told(), talks=talks, facts=facts())


def with_facts(case: Case, **changes: Any) -> Case:
    """The case with other rows."""
    return replace(case, facts=replace(case.facts, **changes))


def with_told(case: Case, **changes: Any) -> Case:
    """The case with other things taken away."""
    return replace(case, told=replace(case.told, **changes))


def with_line(case: Case, slot: str, day: date, words: str) -> Case:
    """The case with one more push in a talk."""
    line = Line(own=False, text=words, at=at(day))
    longer = replace(case.talks[slot], lines=(*case.talks[slot].lines, line))
    return replace(case, talks={**case.talks, slot: longer})


def without_line(case: Case, slot: str, which: int) -> Case:
    """The case with one line of a talk gone."""
    lines = list(case.talks[slot].lines)
    del lines[which]
    shorter = replace(case.talks[slot], lines=tuple(lines))
    return replace(case, talks={**case.talks, slot: shorter})
