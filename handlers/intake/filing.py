"""Filing: a draft becomes a report with its queue, recusals, receipt and audit row."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

from casework.categories import UNSURE, Category
from casework.receipt import PHRASE_BYTES, new_code, shown_code
from casework.routing import Facts, Mission, Route, SeatId, Window, route
from handlers import superior
from handlers.desk import Desk
from handlers.intake.likeness import Scan, scan
from handlers.intake.packaged import phrases, routing
from storage import (
    attachments,
    audit,
    identities,
    missions,
    people,
    receipts,
    report_texts,
    reports,
)
from storage.identities import Identity
from storage.reports import Report

_WHOM: dict[str, SeatId] = {"team": "team", "office": "office", "leading": "leading_group"}
TEAM_ROLES = ("team_member", "team_deputy", "team_leader")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be filed, by a citizen or by staff who enter a letter, a call, a visit, a paper.

    `missions` are the unit's missions that accepted when the draft was begun. `whom` is a code
    of `answers.WHOM`. `texts` are (field, words); the field `names` is 被反映人. `author` is
    "citizen" or a person id. `insisted`: the category or "window" on which the person went on in
    spite of advice.
    """

    unit_id: str
    missions: tuple[tuple[str, str], ...]
    window: Window
    category: str
    whom: str
    origin: str
    texts: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()
    identity: Identity | None = None
    insisted: str = ""
    author: str = "citizen"
    marks: tuple[str, ...] = ()
    earlier_code: str = ""
    received_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A filed report with its receipt; number and phrase are canonical and shown once."""

    report: Report
    code: str
    phrase: str
    route: Route = field(repr=False)


def file_report(desk: Desk, draft: Draft) -> Filed:
    """Write everything of a new report in this unit. It has a queue whatever the draft says."""
    category = desk.rules.categories.by_id.get(draft.category)
    if category is None or category.redirect:
        category = desk.rules.categories.by_id[UNSURE]
    found = _scan(desk, draft)
    way = route(_facts(desk, draft, found, category.id), routing().version)
    if way.queue == "superior":
        return _seal_away(desk, draft, way, category)
    code, phrase = _fresh_code(desk), phrases().phrase(desk.draw(PHRASE_BYTES))
    report = Report(
        id=desk.new_id(),
        stationing_id=way.stationing_id,
        unit_id=draft.unit_id,
        team_id=way.team_id,
        queue=way.queue,
        hidden=way.hidden,
        category=category.id,
        matter=category.matter,
        subject_kind=draft.whom,
        named=draft.identity is not None,
        origin=draft.origin,
        urgent=way.urgent,
        marks=draft.marks,
        reasons=tuple(reason.code for reason in way.reasons),
        received_at=draft.received_at or desk.at,
        queued_at=desk.at,
        state_at=desk.at,
    )
    reports.insert(desk.db, desk.vault, report, code, desk.draw(32))
    receipts.keep_phrase(desk.db, desk.vault, report.id, phrase, desk.at)
    _keep_words(desk, report, draft)
    for person_id, doubt in found.recused.items():
        reports.recuse(desk.db, report.id, person_id, desk.at, doubt=doubt)
    _write_history(desk, report, draft, way)
    return Filed(report=report, code=code, phrase=phrase, route=way)


def _seal_away(desk: Desk, draft: Draft, way: Route, category: Category) -> Filed:
    """About the leading group: only a stub without any fact stays; the words are sealed (7).

    Errors: MoveNotAllowed where the superior office's key is not configured.
    """
    code, phrase = _fresh_code(desk), phrases().phrase(desk.draw(PHRASE_BYTES))
    stub = Report(
        id=desk.new_id(),
        queue="superior",
        hidden=True,
        origin=draft.origin,
        state="transferred",
        reasons=(way.reasons[0].code,),
        received_at=draft.received_at or desk.at,
        queued_at=desk.at,
        state_at=desk.at,
    )
    reports.insert(desk.db, desk.vault, stub, code, desk.draw(32))
    receipts.keep_phrase(desk.db, desk.vault, stub.id, phrase, desk.at)
    unit = missions.unit(desk.db, draft.unit_id or "-")
    content = {
        "number": shown_code(code),
        "received": desk.now.isoformat(timespec="minutes"),
        "unit": unit.name if unit else "",
        "whom": draft.whom,
        "category": category.id,
        "texts": dict(draft.texts),
        "identity": asdict(draft.identity) if draft.identity else None,
    }
    superior.carry(desk, stub.id, content)
    facts = {"queue": stub.queue, "reasons": list(stub.reasons), "rule": way.version}
    reports.record(desk.db, stub.id, desk.at, draft.author, "filed", facts)
    audit.write(
        desk.db,
        at=desk.at,
        actor=draft.author,
        action="report.filed",
        object=stub.id,
        facts=facts,
    )
    return Filed(report=stub, code=code, phrase=phrase, route=way)


def _scan(desk: Desk, draft: Draft) -> Scan:
    accused = " ".join(words for name, words in draft.texts if name == "names")
    files = map(partial(attachments.get, desk.db, desk.vault), draft.files)
    return scan(
        desk,
        unit_id=draft.unit_id,
        team_id=draft.missions[0][1] if len(draft.missions) == 1 else "",
        accused=accused,
        words=[
            *(words for name, words in draft.texts if name != "names"),
            *(file.name for file in files if file),
        ],
    )


def _facts(desk: Desk, draft: Draft, found: Scan, category_id: str) -> Facts:
    about = set(found.about)
    if draft.whom in _WHOM:
        about.add(_WHOM[draft.whom])
    missions = tuple(Mission(stationing_id=s, team_id=t) for s, t in draft.missions)
    teams = [m.team_id for m in missions]
    return Facts(
        category=desk.rules.categories.by_id[category_id],
        about=frozenset(about),
        doubt=found.doubt,
        unit_known=bool(draft.unit_id),
        missions=missions,
        window=draft.window,
        insisted=draft.insisted,
        team_free=not teams or anybody_left(desk, TEAM_ROLES, found.recused, teams[0]),
        office_free=anybody_left(desk, ("office",), found.recused),
    )


def anybody_left(
    desk: Desk, roles: Sequence[str], recused: dict[str, bool], team: str = ""
) -> bool:
    """Whether an unrecused person is there; nobody at all counts as there (the plan's fault)."""
    if not recused:
        return True
    holders = {p for role in roles for p in people.holders(desk.db, role, team=team)}
    return not holders or bool(holders - recused.keys())


def _fresh_code(desk: Desk) -> str:
    """A number that nobody has; a clash is a matter of 1 in 10^12 for each report that exists."""
    while True:
        code = new_code(desk.draw(16))
        if reports.by_code(desk.db, desk.vault, code) is None:
            return code


def _keep_words(desk: Desk, report: Report, draft: Draft) -> None:
    texts = [(name, words) for name, words in draft.texts if words]
    if texts:
        report_texts.add_all(desk.db, desk.vault, report.id, texts, desk.at, draft.author)
    if draft.identity is not None:
        identities.keep(desk.db, desk.vault, report.id, draft.identity, desk.draw(32), desk.at)
    if draft.files:
        attachments.adopt(desk.db, list(draft.files), f"report:{report.id}")


def _write_history(desk: Desk, report: Report, draft: Draft, way: Route) -> None:
    facts = {
        "queue": report.queue,
        "reasons": [reason.code for reason in way.reasons],
        "rule": way.version,
    }
    earlier = None
    if draft.earlier_code:
        earlier = reports.by_code(desk.db, desk.vault, draft.earlier_code)
    linked = {**facts, "earlier": earlier.id} if earlier else facts
    reports.record(desk.db, report.id, desk.at, draft.author, "filed", linked)
    audit.write(
        desk.db,
        at=desk.at,
        actor=draft.author,
        action="report.filed",
        object=report.id,
        facts=facts,
    )
