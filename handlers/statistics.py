"""`/stats` (统计): figures of a year, of a mission, of the term, and what lies nowhere."""

from collections.abc import Sequence

from casework.errors import Gone, NotAllowed
from casework.mission import Stationing
from casework.statistics import SMALL, Cell, Hidden
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_rights import me, sees_unit
from handlers.figures import Figures, coverage, of_round, of_year
from handlers.messages import Choice, Reply, Text
from handlers.proposing import NAMES
from handlers.turn import Handler
from handlers.visibility import leads, own_missions
from storage import letters, missions, reports, statistics
from storage.cards import Card

STATS = "statistics"
LISTED, MISSIONS = 30, 12
ABOVE = ("office", "leading_group")
KINDS = {
    "area": "statistics.kind_area",
    "township": "statistics.kind_township",
    "village": "statistics.kind_village",
    "station": "statistics.kind_station",
    "organ": "statistics.kind_organ",
    "enterprise": "statistics.kind_enterprise",
    "institution": "statistics.kind_institution",
}


def stats(desk: Desk, argument: str) -> list[Reply]:
    """The figures of this year or of the year that is named.

    Errors: NotAllowed for whom has no seat; a team leader sees the own missions alone.
    """
    person = me(desk)
    if not person.has(*ABOVE):
        return _own(desk)
    typed = argument.strip()
    year = int(typed) if typed.isdecimal() and len(typed) == 4 else desk.today.year
    if not 2000 <= year <= desk.today.year:
        return [Reply(key="statistics.no_such_year", values={"year": desk.today.year})]
    return [_year(desk, of_year(desk.db, year, desk.zone, person.id))]


def _own(desk: Desk) -> list[Reply]:
    own = [m for m in own_missions(desk) if leads(desk, m)]
    if not own:
        raise NotAllowed
    return [_mission(desk, one) for one in own]


def turned(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """A button below the figures: another year, a mission, the coverage, what lies nowhere."""
    person = me(desk)
    if not person.has(*ABOVE):
        raise NotAllowed
    kind, _, rest = code.partition(":")
    if kind == "y" and rest.isdecimal():
        return stats(desk, rest)
    if kind == "m":
        found = {_code(n): m for n, m in enumerate(_missions(desk))}
        if rest not in found:
            raise Gone("team.changed")
        return [_mission(desk, found[rest])]
    if kind == "cover":
        return [_coverage(desk)]
    return [_nowhere(desk)]


def _year(desk: Desk, figures: Figures) -> Reply:
    """Counts by category, month, unit and landing, with the letters of the year (003 第十四条)."""
    tally = letters.tally(desk.db, figures.year)
    table = figures.categories
    values = {
        "year": figures.year,
        "total": _cell(table.total),
        "categories": _lines([(_category(desk, row), table.total_of(row)) for row in table.rows]),
        "months": _lines(
            [
                (Text("statistics.month", {"n": int(month)}), cell)
                for month, cell in zip(table.columns, table.cells[-1], strict=False)
            ]
        ),
        "units": _lines(
            _top([(_unit(desk, u), figures.units.total_of(u)) for u in figures.units.rows])
        ),
        "landings": _lines(
            [(_landing(row), figures.landings.total_of(row)) for row in figures.landings.rows]
        ),
        **{name: _cell(n if n >= SMALL else Hidden.SMALL) for name, n in tally.items()},
    }
    choices = [
        Choice(code=f"y:{figures.year - 1}", key="statistics.year_before"),
        Choice(code="cover", key="statistics.button_coverage"),
        Choice(code="nowhere", key="statistics.button_nowhere"),
        *(Choice(code=f"m:{_code(n)}", label=m.unit_name) for n, m in enumerate(_missions(desk))),
    ]
    key = "statistics.year" if table.rows else "statistics.year_empty"
    return card(desk, STATS, "", tuple(choices), key=key, values=values, person=me(desk).id)


def _mission(desk: Desk, mission: Stationing) -> Reply:
    """Counts by category of one mission, for its report and 专报 (000 五, 004 五(四))."""
    table = of_round(desk.db, mission.round_id, me(desk).id)
    if mission.id not in table.columns:
        return Reply(key="statistics.mission_empty", values={"unit": mission.unit_name})
    at = table.columns.index(mission.id)
    pairs = [
        (_category(desk, row), cells[at])
        for row, cells in zip(table.rows, table.cells, strict=False)
    ]
    values = {
        "unit": mission.unit_name,
        "total": _cell(table.cells[-1][at]),
        "categories": _lines(pairs),
    }
    return Reply(key="statistics.mission", values=values)


def _coverage(desk: Desk) -> Reply:
    """Which units the term has reached, and how much is reported where (002 二, 003 第二条)."""
    found = coverage(desk.db, desk.today, me(desk).id)
    shown = [one for one in found if sees_unit(desk, one.id)]
    lines = [
        Text(
            "statistics.unit_line",
            {
                "unit": one.name,
                "kind": Text(KINDS[one.kind]) if one.kind in KINDS else "",
                "last": one.last or Text("statistics.never"),
                "n": _cell(one.reported.total_of(one.id)),
            },
        )
        for one in shown[:LISTED]
    ]
    visited = sum(one.last is not None for one in shown)
    values = {"all": len(shown), "visited": visited, "left": len(shown) - visited, "lines": lines}
    return Reply(key="statistics.coverage", values=values)


def _nowhere(desk: Desk) -> Reply:
    """件件有着落: what nobody holds and no date brings back, by number alone (002 五(四))."""
    found = statistics.nowhere(desk.db, person_id=me(desk).id)
    if not found:
        return Reply(key="statistics.all_placed")
    ends = [reports.code(desk.db, desk.vault, one.report_id)[-4:] for one in found[:LISTED]]
    return Reply(key="statistics.nowhere", values={"n": len(found), "numbers": ends})


def _missions(desk: Desk) -> list[Stationing]:
    begun = [m for m in missions.every(desk.db) if m.starts_on <= desk.today]
    return [m for m in begun if sees_unit(desk, m.unit_id)][-MISSIONS:]


def _code(number: int) -> str:
    return str(number)


def _lines(pairs: Sequence[tuple[Text | str, Cell]]) -> list[Text]:
    return [Text("statistics.line", {"what": what, "n": _cell(n)}) for what, n in pairs]


def _top(pairs: list[tuple[Text | str, Cell]]) -> list[tuple[Text | str, Cell]]:
    """As many as one message holds, the largest shown counts first."""
    ordered = sorted(pairs, key=lambda pair: -pair[1] if isinstance(pair[1], int) else 0)
    return ordered[:LISTED]


def _cell(cell: Cell) -> Text:
    if isinstance(cell, Hidden):
        small = cell is Hidden.SMALL
        return Text("statistics.small" if small else "statistics.withheld")
    return Text("statistics.n", {"n": cell})


def _category(desk: Desk, row: str) -> str:
    found = desk.rules.categories.by_id.get(row)
    return found.label if found else row


def _unit(desk: Desk, row: str) -> Text | str:
    found = missions.unit(desk.db, row)
    return found.name if found else Text("statistics.no_unit")


def _landing(row: str) -> Text:
    return Text(NAMES[row], {}) if row in NAMES else Text("statistics.no_landing")


COMMANDS: dict[str, Handler] = {"stats": stats}
CARDS: dict[str, CardAction] = {STATS: turned}
