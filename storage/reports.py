"""Reports: filed once, changed by compare-and-set, never without a queue."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from storage.base import Row, Session
from storage.sealing import Compartment, DataKey, Vault

Queue = Literal["team", "office", "leading", "superior"]

CLOSED_STATES = frozenset({"finished", "merged", "out_of_scope"})
_FLAGS = frozenset(
    {
        "hidden",
        "named",
        "urgent",
        "important",
        "briefed",
        "concerns_principal",
        "leader_only",
        "pressed",
    }
)
_FIXED = frozenset({"id", "version", "received_at", "named", "subject_kind", "origin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report without its words. Times: epoch seconds, 0 = not yet; `next_on`: ISO date.

    `stationing_id`, `unit_id` and `team_id` are empty where the unit is unknown. `hidden` keeps it
    from every member of the team. `reasons` are the codes that routed it. `holder` is a person id
    or "".
    """

    id: str
    stationing_id: str = ""
    unit_id: str = ""
    team_id: str = ""
    queue: Queue = "office"
    hidden: bool = False
    state: str = "submitted"
    category: str = "unsure"
    matter: str = "unclassified"
    subject_kind: str = ""
    named: bool = False
    origin: str = "web"
    urgent: bool = False
    important: bool = False
    briefed: bool = False
    concerns_principal: bool = False
    leader_only: bool = False
    pressed: bool = False
    marks: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    holder: str = ""
    disposition: str = ""
    version: int = 1
    received_at: int = 0
    queued_at: int = 0
    claimed_at: int = 0
    state_at: int = 0
    next_on: str = ""
    merged_into: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state not in CLOSED_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a report's history: never any content."""

    at: int
    actor: str
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def insert(db: Session, vault: Vault, new: Report, code: str, key: bytes) -> Report:
    """File `new` under the receipt number `code`; `key`: 32 fresh bytes (`desk.draw(32)`)."""
    data_key, wrapped = vault.new_data_key(Compartment.CONTENT, _key_place(new.id), key)
    values = _columns(new)
    values.pop("version")
    db.run(
        "reports.insert",
        code_index=vault.index("receipt", code),
        code=data_key.seal(code.encode(), _code_place(new.id)),
        wrapped_key=wrapped,
        **values,
    )
    return new


def get(db: Session, report_id: str) -> Report | None:
    """The report, or None."""
    return _maybe(db.one("reports.get", id=report_id))


def by_code(db: Session, vault: Vault, code: str) -> Report | None:
    """The report filed under a receipt number in its canonical form, or None."""
    return _maybe(db.one("reports.by_code", code_index=vault.index("receipt", code)))


def code(db: Session, vault: Vault, report_id: str) -> str:
    """The receipt number, opened; "" once the report is shredded or gone."""
    row = db.one("reports.get", id=report_id)
    if row is None or row["wrapped_key"] is None:
        return ""
    key = vault.data_key(Compartment.CONTENT, bytes(row["wrapped_key"]), _key_place(report_id))
    return key.open(bytes(row["code"]), _code_place(report_id)).decode()


def data_key(db: Session, vault: Vault, report_id: str) -> DataKey | None:
    """The key of the report's words, or None once it is shredded or gone."""
    row = db.one("reports.get", id=report_id)
    if row is None or row["wrapped_key"] is None:
        return None
    return vault.data_key(Compartment.CONTENT, bytes(row["wrapped_key"]), _key_place(report_id))


def change(db: Session, report_id: str, version: int, /, **changes: Any) -> bool:
    """Set fields of `Report` if it still has `version`; False means somebody else was faster."""
    row = db.one("reports.get", id=report_id)
    if row is None or row["version"] != version:
        return False
    wrong = changes.keys() - ({f.name for f in fields(Report)} - _FIXED)
    if wrong:
        raise TypeError(f"not a changeable field of a report: {', '.join(sorted(wrong))}")
    values = {**_columns(_report(row)), **{k: _column(k, v) for k, v in changes.items()}}
    values["is_open"] = int(values["state"] not in CLOSED_STATES)
    for name in _FIXED - {"id", "version"}:
        values.pop(name)
    return db.one("reports.change", **values) is not None


def in_queue(
    db: Session,
    *,
    queues: Sequence[Queue],
    stationing_ids: Iterable[str] | None = None,
    states: Iterable[str] = (),
    person_id: str = "",
) -> list[Report]:
    """Open reports of these queues, urgent first, then oldest first.

    `stationing_ids` None means every mission and those without one. Reports from which `person_id`
    is recused are left out. The caller drops `hidden` ones for members of a team.
    """
    rows: list[Row] = []
    for queue in queues:
        if stationing_ids is None:
            rows += db.all("reports.in_any_mission", queue=queue, person_id=person_id)
            continue
        for stationing in stationing_ids:
            rows += db.all(
                "reports.in_queue", stationing_id=stationing, queue=queue, person_id=person_id
            )
    wanted = frozenset(states)
    found = [_report(r) for r in rows if not wanted or r["state"] in wanted]
    return sorted(found, key=lambda r: (not r.urgent, r.queued_at, r.id))


def of_stationing(db: Session, stationing_id: str) -> list[Report]:
    """Every report of one mission, closed ones too, in the order of arrival."""
    return [_report(r) for r in db.all("reports.of_stationing", stationing_id=stationing_id)]


def page(db: Session, after: str, before: int, limit: int) -> list[Report]:
    """Reports of up to the moment `before` whose ids come after `after`, in the order of ids."""
    rows = db.all("reports.page", after=after, before=before, limit=limit)
    return [_report(r) for r in rows]


def held_by(db: Session, person_id: str) -> list[Report]:
    """Open reports that a person has claimed."""
    return [_report(r) for r in db.all("reports.held_by", holder=person_id)]


def unclaimed(db: Session, queue: Queue, before: int) -> list[Report]:
    """Open reports of a queue that nobody holds and that were queued at `before` or earlier."""
    return [_report(r) for r in db.all("reports.unclaimed", queue=queue, before=before)]


def due(db: Session, day: str) -> list[Report]:
    """Open reports whose `next_on` is `day` (ISO) or earlier."""
    return [_report(r) for r in db.all("reports.due", day=day)]


def merged(db: Session, report_id: str) -> list[Report]:
    """The reports that were merged into this one."""
    return [_report(r) for r in db.all("reports.merged", id=report_id)]


def shred(db: Session, report_id: str) -> None:
    """Destroy the report's data key: number and words stay unreadable for ever."""
    db.run("reports.shred", id=report_id)


def record(
    db: Session,
    report_id: str,
    at: int,
    actor: str,
    what: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add a line of history. `facts` holds codes and dates only, no words of anybody."""
    text = json.dumps(dict(facts or {}), ensure_ascii=False, sort_keys=True)
    db.run("reports.record", report_id=report_id, at=at, actor=actor, what=what, facts=text)


def history(db: Session, report_id: str) -> list[Event]:
    """The report's history, oldest first."""
    return [
        Event(at=r["at"], actor=r["actor"], what=r["what"], facts=json.loads(r["facts"]))
        for r in db.all("reports.history", report_id=report_id)
    ]


def recuse(db: Session, report_id: str, person_id: str, at: int, *, doubt: bool = False) -> None:
    """Hide the report from a person. `doubt` = a near match that the office still looks into."""
    db.run("reports.recuse", report_id=report_id, person_id=person_id, doubt=int(doubt), at=at)


def lift_recusal(db: Session, report_id: str, person_id: str) -> None:
    """The office looked into a doubt and found nothing."""
    db.run("reports.lift", report_id=report_id, person_id=person_id)


def recused(db: Session, report_id: str, *, unchecked: bool = True) -> dict[str, bool]:
    """Who does not see the report: person id -> whether that is only a doubt.

    With `unchecked` also those whose newly registered names nobody has looked for in it yet.
    """
    rows = db.all("reports.recused", report_id=report_id)
    return {r["person_id"]: bool(r["doubt"]) for r in rows if unchecked or r["doubt"] < 2}


def _maybe(row: Row | None) -> Report | None:
    return None if row is None else _report(row)


def _report(row: Row) -> Report:
    values = {f.name: row[f.name] for f in fields(Report)}
    for name in _FLAGS:
        values[name] = bool(values[name])
    for name in ("marks", "reasons"):
        values[name] = tuple(json.loads(values[name]))
    return Report(**values)


def _columns(report: Report) -> dict[str, Any]:
    values = {f.name: _column(f.name, getattr(report, f.name)) for f in fields(Report)}
    values["is_open"] = int(report.open)
    return values


def _column(name: str, value: Any) -> Any:
    if name in _FLAGS:
        return int(value)
    if name in {"marks", "reasons"}:
        return json.dumps(list(value), ensure_ascii=False)
    return value


def _key_place(report_id: str) -> str:
    return f"report.wrapped_key:{report_id}"


def _code_place(report_id: str) -> str:
    return f"report.code:{report_id}"
