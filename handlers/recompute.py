"""更正时限: an explicit, audited recompute, shown before it runs, and only one at a time."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from casework.errors import Gone, MoveNotAllowed
from casework.mission import Stationing
from casework.rulebooks import Rulebook
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_lines import title
from handlers.duty_rights import office, sees_unit
from handlers.dutybook import mission_of
from handlers.frozen import current, note, rulebook_of
from handlers.messages import Choice, Reply, Text
from handlers.redating import again, apply, day_of, differs, reason
from storage import audit, missions, planner, recomputes, rulebooks
from storage.cards import Card
from storage.duties import Duty
from storage.recomputes import Recompute

RECOMPUTE_CARD = "recompute"
PAGE = 200
SHOWN = 15


class Busy(MoveNotAllowed):
    """Another recompute has not finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One duty whose date, ground or rules would be others."""

    duty: Duty
    new: Duty
    unit: str


def compare(desk: Desk, mission_id: str = "") -> list[Change]:
    """What a recompute would change, in the order of the new dates. Raises Gone."""
    if mission_id and missions.stationing(desk.db, mission_id) is None:
        raise Gone("ladder.no_mission", mission=mission_id)
    found = list(_changes(desk, mission_id))
    return sorted(found, key=lambda change: (change.new.due, change.duty.id))


def digest(changes: list[Change], desk: Desk, mission_id: str = "") -> str:
    """What was shown, so that only that is confirmed."""
    seen = [
        f"{c.duty.id}:{c.duty.revision}:{c.duty.due}:{c.new.due}:{c.new.profile_version}"
        for c in changes
    ]
    books = [f"{m.id}:{book.digest}" for m, book in stale(desk, mission_id)]
    text = "\n".join([desk.rules.calendar.version, *seen, *books])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def begin(desk: Desk, mission_id: str, *, actor: str) -> str:
    """Start a run over a mission or all, its missions under today's rulebook. Raises Busy."""
    id = desk.new_id()
    if not recomputes.begin(desk.db, id=id, mission=mission_id, actor=actor, at=desk.at):
        raise Busy("ladder.recompute_runs")
    for mission, book in list(stale(desk, mission_id)):
        rulebooks.replace(desk.db, mission.id, book, desk.at)
        note(desk, mission, book, "rulebook.replaced", actor)
    facts = {"mission": mission_id, "calendar": desk.rules.calendar.version}
    audit.write(desk.db, at=desk.at, actor=actor, action="recompute.begun", object=id, facts=facts)
    return id


def step(desk: Desk, limit: int) -> list[Reply]:
    """A tick: the next duties of the run that has not finished; who hears of another date."""
    run = recomputes.running(desk.db)
    if run is None:
        return []
    page = planner.live(desk.db, run.after, limit, run.mission)
    changes = [change for duty in page if (change := _change(desk, duty)) is not None]
    through = len(page) < limit
    if not recomputes.step(
        desk.db,
        run,
        after=page[-1].id if page else run.after,
        changed=len(changes),
        finished_at=desk.at if through else 0,
    ):
        return []
    replies = [r for c in changes for r in apply(desk, c.duty, c.new, actor=run.actor)]
    if through:
        _finish(desk, run, run.changed + len(changes))
    return replies


def ask(desk: Desk) -> list[Reply]:
    """The office looks at what would change, and confirms it by a tap."""
    person = office(desk)
    if recomputes.running(desk.db) is not None:
        raise Busy("ladder.recompute_runs")
    changes = compare(desk)
    behind = len(list(stale(desk, "")))
    seen = [c for c in changes if sees_unit(desk, c.duty.unit_id)]
    if not changes and not behind:
        return [Reply(key="ladder.nothing_to_recompute")]
    lines = [_line(change) for change in seen[:SHOWN]]
    return [
        card(
            desk,
            RECOMPUTE_CARD,
            digest(changes, desk),
            (Choice(code="apply", key="ladder.do_apply"), Choice(code="no", key="button.cancel")),
            key="ladder.recompute",
            values={"n": len(changes), "missions": behind, "lines": lines},
            person=person.id,
        )
    ]


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    person = office(desk)
    if code != "apply":
        return [Reply(key="ladder.recompute_left")]
    if digest(compare(desk), desk) != pressed.subject:
        raise MoveNotAllowed("ladder.recompute_moved")
    begin(desk, "", actor=person.id)
    return [Reply(key="ladder.recompute_begun")]


def _finish(desk: Desk, run: Recompute, changed: int) -> None:
    audit.write(
        desk.db,
        at=desk.at,
        actor=run.actor,
        action="recompute.finished",
        object=run.id,
        facts={"changed": changed},
    )


def _changes(desk: Desk, mission_id: str) -> Iterator[Change]:
    after = ""
    while True:
        page = planner.live(desk.db, after, PAGE, mission_id)
        for duty in page:
            change = _change(desk, duty)
            if change is not None:
                yield change
        if len(page) < PAGE:
            return
        after = page[-1].id


def _change(desk: Desk, duty: Duty) -> Change | None:
    mission = mission_of(desk, duty.stationing_id)
    new = again(desk, duty, _todays(desk, mission))
    if new is None or not (differs(duty, new) or _other_ladder(duty, new)):
        return None
    return Change(duty=duty, new=new, unit=mission.unit_name)


def _other_ladder(duty: Duty, new: Duty) -> bool:
    """Whether other reminders would come for the same date."""
    if duty.state != "open" or duty.profile_version == new.profile_version:
        return False
    ahead = {(r.number, r.level, r.to, r.copy, r.send_on) for r in duty.ladder}
    return any((r.number, r.level, r.to, r.copy, r.send_on) not in ahead for r in new.ladder)


def _todays(desk: Desk, mission: Stationing) -> Rulebook:
    """Today's files; where they lack the mission's profile, what it started under."""
    known = mission.profile_id in desk.rules.profiles
    return current(desk, mission) if known else rulebook_of(desk, mission)


def stale(desk: Desk, mission_id: str) -> Iterator[tuple[Stationing, Rulebook]]:
    """Missions whose frozen rulebook is not today's, with today's."""
    for mission in missions.every(desk.db):
        if mission_id not in ("", mission.id):
            continue
        frozen, book = rulebooks.of_mission(desk.db, mission.id), _todays_or_none(desk, mission)
        if frozen is not None and book is not None and frozen.digest != book.digest:
            yield mission, book


def _todays_or_none(desk: Desk, mission: Stationing) -> Rulebook | None:
    known = mission.profile_id in desk.rules.profiles
    return current(desk, mission) if known else None


def _line(change: Change) -> Text:
    values = {
        "unit": change.unit,
        "doc": title(change.duty),
        "old": day_of(change.duty),
        "new": day_of(change.new),
        "why": reason(change.duty, change.new),
    }
    return Text("ladder.change", values)


CARDS: dict[str, CardAction] = {RECOMPUTE_CARD: _press}
