"""A sound outcome of the demo's story, made by hand from its script."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.demo.acts import REPORT
from bot.demo.evidence import Facts, Handed, Reminded
from bot.demo.player import Told
from bot.demo.transcript import Line, Transcript
from bot.demo.verdict import OWED, ZONE, Case
from casework.ladder import Rung
from storage.audit import Verdict
from storage.documents import Document
from storage.duties import Duty
from storage.questions import Question
from storage.report_texts import TextPart
from storage.reports import Event, Report

SCRIPT = REPORT.table(REPORT.script)
EXPECTED: dict[str, Any] = SCRIPT["expected"]
CLAUSE = "《实施意见》五（五）"
TITLES = {name: SCRIPT["liaison"][f"{name}_title"] for name in OWED.values()}


def at(day: date) -> int:
    """Half past nine of a day."""
    return int(datetime(day.year, day.month, day.day, 9, 30, tzinfo=ZONE).timestamp())


def push(day: date, text: str) -> Line:
    """Something the program said by itself."""
    return Line(own=False, text=text, at=at(day))


def talk(slot: str, *lines: Line) -> Transcript:
    """A short talk."""
    greeting = Line(own=False, asked=True, text="您好。")
    return Transcript(slot=slot, person="某某", lines=(greeting, *lines))


def reminders(slot: str) -> list[Line]:
    """What the ladder says to one phone."""
    person = EXPECTED[slot]
    found = []
    for rung in EXPECTED["rung"]:
        if person in (*rung["to"], *rung.get("copy", ())):
            live = [n for n in TITLES if rung["on"] <= EXPECTED[f"{n}_handed"]]
            words = "\n".join(f"【{rung['level']}】{TITLES[name]}" for name in live)
            found.append(push(rung["on"], words))
    return found


def ledger() -> Iterator[Reminded]:
    """The lines of the reminder ledger."""
    for obligation, name in OWED.items():
        for rung in EXPECTED["rung"]:
            if rung["on"] > EXPECTED[f"{name}_handed"]:
                continue
            for purpose in ("to", "copy"):
                for person in rung.get(purpose, ()):
                    away = person in EXPECTED["without_chat"]
                    yield Reminded(
                        obligation=obligation,
                        at=rung["at"],
                        level=rung["level"],
                        on=rung["on"],
                        recipient=person,
                        purpose=purpose,
                        state="unreachable" if away else "sent",
                    )


def duty(obligation: str, name: str) -> Duty:
    """A duty as it stands at the end."""
    return Duty(
        id=obligation,
        stationing_id=EXPECTED["stationing"],
        unit_id=EXPECTED["unit"],
        milestone_id="m2",
        obligation=obligation,
        kind="report",
        title=TITLES[name],
        obligor="target_unit",
        trigger_on=EXPECTED["signed"],
        nominal_due=EXPECTED["nominal"],
        due=EXPECTED["due"],
        basis="text",
        strength="must",
        citation=CLAUSE,
        count="",
        ladder=tuple[Rung, ...](),
        calendar_version="1",
        profile_version="1",
        hard=True,
        state="accepted",
        submitted_on=EXPECTED[f"{name}_handed"],
    )


def handed(obligation: str, name: str) -> Handed:
    """What was handed in for it."""
    document = Document(
        id=f"d-{obligation}",
        duty_id=obligation,
        version=1,
        handed_on=EXPECTED[f"{name}_handed"],
        actor=EXPECTED["liaison"],
        at=0,
        words={},
        state="accepted",
        decided_by=EXPECTED["office"],
    )
    return Handed(obligation=obligation, document=document, files=1, stored=1)


def text(version: int, field: str, words: str) -> TextPart:
    """One version of the citizen's words."""
    return TextPart(version=version, field=field, text=words, at=0, author="citizen")


def question() -> Question:
    """The question that was asked and answered."""
    return Question(
        id="q1",
        report_id="r1",
        kind="fact",
        text_key=EXPECTED["question"],
        text="",
        asked_by=EXPECTED["member"],
        asked_at=1,
        released_by=EXPECTED["member"],
        released_at=1,
        answered_at=2,
        answer_version=2,
        dropped_at=0,
    )


def facts() -> Facts:
    """The database."""
    return Facts(
        reports=(
            Report(
                id="r1",
                stationing_id=EXPECTED["stationing"],
                unit_id=EXPECTED["unit"],
                team_id=EXPECTED["team"],
                queue="team",
                holder=EXPECTED["member"],
            ),
        ),
        opened=("r1",),
        texts=(
            text(1, "account", SCRIPT["citizen"]["account"]),
            text(2, "answer:q1", SCRIPT["citizen"]["answer"]),
        ),
        questions=(question(),),
        history=(Event(at=1, actor=EXPECTED["member"], what="claim"),),
        milestones={
            "feedback.delivered": EXPECTED["delivered"],
            "feedback.received": EXPECTED["signed"],
        },
        duties=tuple(duty(o, n) for o, n in OWED.items()),
        ledger=tuple(ledger()),
        handed=tuple(handed(o, n) for o, n in OWED.items()),
        inbox={},
        outbox={},
        audit=Verdict(linked=54, head="", waiting=0, late=False),
        readable=(),
    )


def told() -> Told:
    """What the parties took away."""
    return Told(
        code="ABCDE-FGHJK",
        phrase="天地玄黄宇宙洪荒日月盈昃",
        inputs=10,
        statuses=[f"编号：{word}。" for word in EXPECTED["statuses"]],
        alias="高梅",
        read=f"{SCRIPT['citizen']['account']}\n{SCRIPT['citizen']['answer']}",
        duties="\n".join([*TITLES.values(), EXPECTED["due_words"], CLAUSE]),
    )


def sound() -> Case:
    """Everything as it should be."""
    card = push(EXPECTED["claimed"], EXPECTED["card"] + "，请查看。")
    talks = {
        "citizen": talk("citizen", push(EXPECTED["claimed"], "您有一条进度更新。")),
        "member": talk("member", card),
        **{slot: talk(slot, *reminders(slot)) for slot in ("office", "liaison", "principal")},
    }
    return Case(script=SCRIPT, told=told(), talks=talks, facts=facts())


def with_facts(case: Case, **changes: Any) -> Case:
    """The case with other rows."""
    return replace(case, facts=replace(case.facts, **changes))


def with_told(case: Case, **changes: Any) -> Case:
    """The case with other things taken away."""
    return replace(case, told=replace(case.told, **changes))


def with_line(case: Case, slot: str, *lines: Line) -> Case:
    """The case with more in one talk."""
    longer = replace(case.talks[slot], lines=(*case.talks[slot].lines, *lines))
    return replace(case, talks={**case.talks, slot: longer})


def without_line(case: Case, slot: str, which: int) -> Case:
    """The case with one line of a talk gone."""
    lines = list(case.talks[slot].lines)
    del lines[which]
    shorter = replace(case.talks[slot], lines=tuple(lines))
    return replace(case, talks={**case.talks, slot: shorter})
