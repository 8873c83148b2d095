"""How a motion reads: its title anywhere, its text and its steps where the surface allows it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from handlers.desk import Desk
from handlers.messages import OutFile, Reply, Text
from storage import attachments, motions, people
from storage.motions import Motion, Step

SEATS: Mapping[str, str] = {
    "team_leader": "motion.seat_leader",
    "office": "motion.seat_office",
    "leading_group": "motion.seat_leading",
    "sponsor_committee": "motion.seat_committee",
    "municipal_committee": "motion.seat_municipal",
}
STEPS: Mapping[str, str] = {
    "agree": "motion.step_agree",
    "refuse": "motion.step_refuse",
    "heard": "motion.step_heard",
    "withdraw": "motion.step_withdraw",
}


GROUNDS: Mapping[str, str] = {
    "text": "motion.basis_text",
    "inferred": "motion.basis_inferred",
    "analogy": "motion.basis_inferred",
    "default": "motion.basis_default",
}


def ground(motion: Motion) -> Text:
    """On which clause it rests, and how surely: `basis` is `<text|inferred|…> <clause>`."""
    kind, _, cite = motion.basis.partition(" ")
    if kind in GROUNDS:
        return Text(GROUNDS[kind], {"cite": cite} if kind != "default" else {})
    return (
        Text(GROUNDS["text"], {"cite": motion.basis}) if motion.basis else Text(GROUNDS["default"])
    )


def named(motion: Motion) -> Text:
    """What it is about, in words that any surface may carry."""
    key, values = motion.title
    return Text(key, values)


def readable(desk: Desk, motion: Motion) -> Reply:
    """The text with its steps and files, for a surface that may carry content."""
    values = {
        "title": named(motion),
        "who": people.name(desk.db, desk.vault, motion.proposer),
        "basis": ground(motion),
        "version": motion.version,
        "text": motion.text,
        "steps": [_line(desk, s) for s in motions.steps(desk.db, desk.vault, motion)],
    }
    scans = [a.id for a in attachments.of(desk.db, desk.vault, f"motion:{motion.id}")]
    files = out_files(desk, dict.fromkeys((*motion.files, *scans)))
    return Reply(key="motion.text", values=values, files=files, content=True, protect=True)


def out_files(desk: Desk, ids: Iterable[str]) -> tuple[OutFile, ...]:
    """The files that are there, under names that say nothing."""
    found = (attachments.get(desk.db, desk.vault, id) for id in ids)
    ready = [a for a in found if a is not None and a.state == "stored" and a.blob]
    return tuple(
        OutFile(attachment=a.id, name=f"{n}", mime=a.mime) for n, a in enumerate(ready, 1)
    )


def _line(desk: Desk, step: Step) -> Text:
    """One step: which seat, who, on which paper or under which 代行, with which words."""
    words = step.words
    values: dict[str, Any] = {
        "seat": Text(SEATS.get(step.seat, "motion.seat_committee")),
        "who": people.name(desk.db, desk.vault, step.person_id),
        "reason": words.get("reason", ""),
        "acting": _acting(words.get("acting")),
    }
    if step.verdict == "heard":
        values |= {"on": date.fromisoformat(words["held_on"]), "whom": words["with"]}
        return Text(STEPS["heard"], values)
    if step.paper:
        values |= {"on": date.fromisoformat(words["held_on"]), "document": words["document"]}
        key = "motion.step_paper_agree" if step.verdict == "agree" else "motion.step_paper_refuse"
        return Text(key, values)
    return Text(STEPS[step.verdict], values)


def _acting(under: Mapping[str, str] | None) -> Text | str:
    if not under:
        return ""
    first, last = (date.fromisoformat(under[name]) for name in ("from", "until"))
    return Text("motion.acting", {"first": first, "last": last})
