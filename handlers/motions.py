"""Motions 报批件: put to the seats of a gate in order, decided in chat, kept with every step."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.mission import Stationing
from handlers.cards import card
from handlers.desk import Desk
from handlers.duty_rights import me, watching_team
from handlers.dutybook import mission_of
from handlers.gate_seats import able, acting, enterers, holders, seat_role, without
from handlers.messages import Choice, Priority, Reply, Text
from handlers.motion_texts import SEATS, ground, named
from handlers.reach import to_person
from handlers.wire import dump
from storage import attachments, audit, cards, motions
from storage.motions import Motion, Step

ACTION = "motion"
LABELS: Mapping[str, str] = {
    "open": "button.open",
    "agree": "button.agree",
    "refuse": "button.disagree",
    "paper": "motion.button_paper",
    "heard": "motion.button_heard",
    "withdraw": "motion.button_withdraw",
}


def put(
    desk: Desk,
    *,
    kind: str,
    subject: str,
    mission: Stationing,
    seats: tuple[str, ...],
    title: Text,
    text: str,
    basis: str = "",
    details: Mapping[str, Any] | None = None,
    files: Sequence[str] = (),
    consult: tuple[str, ...] = (),
    recused: Sequence[str] = (),
) -> list[Reply]:
    """Put a motion and tell whoever decides first; the proposer's own seat is left out.

    `title` is read by everybody concerned on any surface: no content in it. `recused`: people to
    whom it must not exist, beside those recused from the unit. Errors: MoveNotAllowed
    `motion.already_open`, `motion.nobody_decides`.
    """
    new = lay(
        desk,
        kind=kind,
        subject=subject,
        mission=mission,
        seats=seats,
        title=title,
        text=text,
        basis=basis,
        details=details,
        files=files,
        consult=consult,
        recused=recused,
    )
    if not (able(desk, new) or enterers(desk, new)):
        raise MoveNotAllowed("motion.nobody_decides", seat=Text(SEATS[seat_role(new.seat)]))
    told = Reply(key="motion.put", values={"title": title, "seat": Text(SEATS[new.seat])})
    return [told, *tell_deciders(desk, new)]


def lay(
    desk: Desk,
    *,
    kind: str,
    subject: str,
    mission: Stationing,
    seats: tuple[str, ...],
    title: Text,
    text: str,
    basis: str = "",
    details: Mapping[str, Any] | None = None,
    files: Sequence[str] = (),
    consult: tuple[str, ...] = (),
    recused: Sequence[str] = (),
) -> Motion:
    """Keep a motion and tell nobody. Errors: MoveNotAllowed `motion.already_open`."""
    person = me(desk)
    if motions.open_of(desk.db, desk.vault, kind, subject) is not None:
        raise MoveNotAllowed("motion.already_open", title=title)
    new = Motion(
        id=desk.new_id(),
        kind=kind,
        subject=subject,
        stationing_id=mission.id,
        proposer=person.id,
        seats=_chain(desk, mission, seats, person.id),
        title=(title.key, dump(title.values)),
        text=text,
        basis=basis,
        details={**(details or {}), "_without": list(recused)},
        files=tuple(files),
        consult=consult,
        at=desk.at,
    )
    motions.add(desk.db, desk.vault, new, key=desk.draw(32))
    draft = attachments.of(desk.db, desk.vault, f"draft:{desk.talk.lane.hex()}")
    fresh = [a.id for a in draft if a.id in files]  # what has an owner keeps it
    attachments.adopt(desk.db, fresh, f"motion:{new.id}")
    facts = {"kind": kind, "seats": list(new.seats), "mission": mission.id, "basis": basis}
    audit.write(
        desk.db, at=desk.at, actor=person.id, action="motion.put", object=new.id, facts=facts
    )
    found = motions.get(desk.db, desk.vault, new.id)
    assert found is not None
    return found


def _chain(
    desk: Desk, mission: Stationing, seats: tuple[str, ...], proposer: str
) -> tuple[str, ...]:
    """Each seat once; the proposer's own leads nowhere where another seat follows it."""
    chain = tuple(dict.fromkeys(seat_role(seat) for seat in seats))
    own = proposer in watching_team(desk, mission, "team_leader")
    kept = tuple(s for s in chain if not (own and s == "team_leader"))
    return kept or chain


def decide(
    desk: Desk,
    motion: Motion,
    verdict: Literal["agree", "refuse"],
    words: Mapping[str, Any],
    *,
    paper: bool = False,
) -> list[Reply]:
    """One seat's decision, from the person at this desk or entered from paper; what follows.

    Errors: MoveNotAllowed `motion.own`, `motion.decided_before`, `motion.not_heard`; NotAllowed
    `motion.wrong_seat`; Gone `motion.settled` where it is decided already.
    """
    person = check(desk, motion, paper=paper)
    missing = unheard(desk, motion)
    if verdict == "agree" and motion.last_stage and missing:
        raise MoveNotAllowed("motion.not_heard", title=named(motion))
    mission = mission_of(desk, motion.stationing_id)
    under = {} if paper else acting(desk, mission, motion.seat, person)
    note(desk, motion, verdict, {**words, **({"acting": under} if under else {})}, paper=paper)
    if verdict == "agree" and not motion.last_stage:
        return _forward(desk, motion)
    agreed = verdict == "agree"
    if not motions.settle(desk.db, motion, "agreed" if agreed else "refused", desk.at):
        raise Gone("motion.settled")
    cards.close_all(desk.db, motion.id, ACTION)
    after = motions.get(desk.db, desk.vault, motion.id)
    assert after is not None
    follow = desk.decided.get(motion.kind)
    key = "motion.agreed" if agreed else "motion.refused"
    told = _tell_proposer(desk, after, "motion.told_agreed" if agreed else "motion.told_refused")
    done = follow(desk, after, agreed) if follow else []
    return [Reply(key=key, values={"title": named(motion)}), *told, *done]


def _forward(desk: Desk, motion: Motion) -> list[Reply]:
    if not motions.advance(desk.db, motion, desk.at):
        raise Gone("motion.settled")
    cards.close_all(desk.db, motion.id, ACTION)
    onward = motions.get(desk.db, desk.vault, motion.id)
    assert onward is not None
    values = {"title": named(motion), "seat": Text(SEATS[onward.seat])}
    return [Reply(key="motion.forwarded", values=values), *tell_deciders(desk, onward)]


def check(desk: Desk, motion: Motion, *, paper: bool = False) -> str:
    """The person at this desk, who may decide now or enter the paper. Errors as `decide`."""
    person = me(desk).id
    if motion.state != "open":
        raise Gone("motion.settled")
    if person == motion.proposer:
        raise MoveNotAllowed("motion.paper_own" if paper else "motion.own")
    if person in (enterers(desk, motion) if paper else able(desk, motion)):
        return person
    mission = mission_of(desk, motion.stationing_id)
    if not paper and person in holders(desk, mission, motion.seat) and _stepped(desk, motion):
        raise MoveNotAllowed("motion.decided_before")
    raise NotAllowed("motion.wrong_seat", seat=Text(SEATS[motion.seat]))


def _stepped(desk: Desk, motion: Motion) -> bool:
    steps = motions.steps(desk.db, desk.vault, motion)
    return any(s.person_id == me(desk).id and not s.paper for s in steps)


def note(
    desk: Desk,
    motion: Motion,
    verdict: motions.Verdict,
    words: Mapping[str, Any],
    *,
    paper: bool = False,
    seat: str = "",
) -> None:
    """Keep a step with who, when, which text and which basis, and its audit row."""
    person = me(desk).id
    motions.step(
        desk.db,
        desk.vault,
        motion,
        Step(
            id=desk.new_id(),
            stage=motion.stage,
            seat=seat or motion.seat,
            verdict=verdict,
            person_id=person,
            paper=paper,
            version=motion.version,
            basis=motion.basis,
            words=words,
            at=desk.at,
        ),
    )
    facts = {
        "kind": motion.kind,
        "seat": seat or motion.seat,
        "paper": paper,
        "version": motion.version,
        "acting": dict(words.get("acting", {})),
    }
    audit.write(
        desk.db,
        at=desk.at,
        actor=person,
        action=f"motion.{verdict}",
        object=motion.id,
        facts=facts,
    )


def unheard(desk: Desk, motion: Motion) -> tuple[str, ...]:
    """The bodies that must still be heard (003 第九条、第十一条)."""
    steps = motions.steps(desk.db, desk.vault, motion)
    told = {s.seat for s in steps if s.verdict == "heard"}
    return tuple(body for body in motion.consult if body not in told)


def tell_deciders(desk: Desk, motion: Motion) -> list[Reply]:
    """A card without content for whoever decides now; where it is paper, for who may enter it."""
    decide_here = able(desk, motion)
    to = decide_here or enterers(desk, motion)
    replies: list[Reply] = []
    for person in to:
        one = motion_card(
            desk,
            motion,
            person,
            key="motion.waits" if decide_here else "motion.waits_paper",
            priority=Priority.NOTICE,
            dedupe=f"motion:{motion.id}:{motion.stage}:{person}",
        )
        replies += to_person(desk, person, one)
    return replies


def motion_card(desk: Desk, motion: Motion, person: str, *, key: str, **fields: Any) -> Reply:
    """The motion as a card without content, with what this person may do."""
    mission = mission_of(desk, motion.stationing_id)
    values = {
        "title": named(motion),
        "unit": mission.unit_name,
        "seat": Text(SEATS[motion.seat]),
        "basis": ground(motion),
    }
    choices = choices_of(desk, motion, person)
    return card(desk, ACTION, motion.id, choices, key=key, values=values, person=person, **fields)


def choices_of(desk: Desk, motion: Motion, person: str) -> tuple[Choice, ...]:
    codes = ["open"]
    if person in able(desk, motion):
        codes += ["agree", "refuse"]
    if person in enterers(desk, motion):
        codes.append("paper")
    if may_hear(desk, motion, person):
        codes.append("heard")
    if person == motion.proposer:
        codes.append("withdraw")
    return tuple(Choice(code=code, key=LABELS[code]) for code in codes)


def may_hear(desk: Desk, motion: Motion, person: str) -> bool:
    """Who prepares or decides may record that somebody was heard."""
    if not unheard(desk, motion):
        return False
    return person == motion.proposer or person in (*enterers(desk, motion), *able(desk, motion))


def sees(desk: Desk, motion: Motion, person: str) -> bool:
    """To whom the motion exists."""
    if person in without(motion):
        return False
    steps = motions.steps(desk.db, desk.vault, motion)
    before = {s.person_id for s in steps}
    return person in {motion.proposer, *able(desk, motion), *enterers(desk, motion), *before}


def _tell_proposer(desk: Desk, motion: Motion, key: str) -> list[Reply]:
    told = Reply(
        key=key,
        values={"title": named(motion)},
        priority=Priority.NOTICE,
        dedupe=f"{key}:{motion.id}",
    )
    return to_person(desk, motion.proposer, told)
