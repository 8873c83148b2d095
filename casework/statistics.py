"""Counts that give nobody away: small cells hidden, and whatever would let them be computed."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

SMALL = 5
"""A count below this is never shown (000 五, 003-14: figures, not people)."""


class Hidden(StrEnum):
    """Why a cell shows no number."""

    SMALL = "small"  # fewer than SMALL, shown as <5
    WITHHELD = "withheld"  # large enough, but it would tell a small one


Cell = int | Hidden
Place = tuple[int, int]
_Grid = list[list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A table that may be shown.

    `cells[i][j]` is the cell of `rows[i]` and `columns[j]`; one more row and one more column at
    the end hold the totals. No small cell can be computed from what is shown.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def total(self) -> Cell:
        """The count of everything."""
        return self.cells[-1][-1]

    def total_of(self, row: str) -> Cell:
        """The total of one row."""
        return self.cells[self.rows.index(row)][-1]


def counted(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How often each (row, column) comes."""
    found: dict[tuple[str, str], int] = {}
    for pair in pairs:
        found[pair] = found.get(pair, 0) + 1
    return found


def guarded(
    rows: Sequence[str], columns: Sequence[str], counts: Mapping[tuple[str, str], int]
) -> Guarded:
    """The table of `counts` with its totals, made safe to show.

    Every cell below SMALL is hidden, zeros too; then as many further cells as it takes so that no
    hidden one has only one possible value, given everything that is shown.
    """
    grid = [[counts.get((row, column), 0) for column in columns] for row in rows]
    for line in grid:
        line.append(sum(line))
    grid.append([sum(line[j] for line in grid) for j in range(len(columns) + 1)])
    hidden = _hide(grid)
    cells = tuple(
        tuple(hidden.get((i, j), value) for j, value in enumerate(line))
        for i, line in enumerate(grid)
    )
    return Guarded(rows=tuple(rows), columns=tuple(columns), cells=cells)


def _hide(grid: _Grid) -> dict[Place, Hidden]:
    """The hidden cells: the small ones, and complementary ones until nothing tells them.

    A cell that is safe stays so when more is hidden, so each is proven once.
    """
    every = [(i, j) for i, line in enumerate(grid) for j in range(len(line))]
    doubtful = [place for place in every if grid[place[0]][place[1]] < SMALL]
    hidden = dict.fromkeys(doubtful, Hidden.SMALL)
    room = _Room(grid)
    for place in doubtful:
        room.add(place, Hidden.SMALL)
    while doubtful:
        if not room.told(doubtful[-1]):
            doubtful.pop()
            continue
        further = _complement(grid, hidden, doubtful[-1])
        if further is None:  # everything is hidden; that some are below five may tell, so nothing
            return dict.fromkeys(every, Hidden.WITHHELD)
        twins = [further]
        if len(grid[0]) == 2:  # one column: its cell and the total of its row are the same number
            twins.append((further[0], 1 - further[1]))
        for place in twins:
            if place not in hidden:
                hidden[place] = Hidden.WITHHELD
                room.add(place, Hidden.WITHHELD)
    return hidden


def _complement(grid: _Grid, hidden: Mapping[Place, Hidden], told: Place) -> Place | None:
    """The next cell to hide: the smallest of the told one's own kind in its row or column.

    A cell of the body is hidden for one of the body, a total for a total; the grand total last.
    """
    last = (len(grid) - 1, len(grid[0]) - 1)
    shown = [
        (i, j) for i, line in enumerate(grid) for j in range(len(line)) if (i, j) not in hidden
    ]

    def kind(place: Place) -> tuple[bool, bool]:
        return place[0] == last[0], place[1] == last[1]

    def cost(place: Place) -> tuple[bool, bool, bool, int]:
        near = place[0] == told[0] or place[1] == told[1]
        other = kind(place) != kind(told)
        return place == last, other, not near, grid[place[0]][place[1]]

    return min(shown, key=cost, default=None)


class _Room:
    """How far the hidden cells of a table could differ from what they are.

    A table with totals is a circulation: rows feed columns, the totals lead back. A hidden cell
    can differ exactly where a cycle of hidden cells through it leaves room to move by one.
    """

    def __init__(self, grid: _Grid) -> None:
        self._grid = grid
        self._ways: dict[int, list[tuple[int, Place]]] = {}

    def add(self, place: Place, why: Hidden) -> None:
        """One more cell is hidden."""
        tail, head = self._ends(place)
        low, high = (0, SMALL - 1) if why is Hidden.SMALL else (SMALL, inf)
        value = self._grid[place[0]][place[1]]
        if value < high:
            self._ways.setdefault(tail, []).append((head, place))
        if value > low:
            self._ways.setdefault(head, []).append((tail, place))

    def told(self, place: Place) -> bool:
        """Whether a small cell has only one value left."""
        tail, head = self._ends(place)
        value = self._grid[place[0]][place[1]]
        up = value < SMALL - 1 and self._reaches(head, tail, place)
        return not up and not (value > 0 and self._reaches(tail, head, place))

    def _ends(self, place: Place) -> tuple[int, int]:
        """The nodes a cell runs between: its row and its column, turned round for totals."""
        height, width = len(self._grid), len(self._grid[0])
        row, column = place[0], height + place[1]
        total = (place[0] == height - 1) != (place[1] == width - 1)
        return (column, row) if total else (row, column)

    def _reaches(self, start: int, goal: int, without: Place) -> bool:
        """Whether a way with room leads from one node to another past the cell itself."""
        seen, queue = {start}, deque([start])
        while queue:
            node = queue.popleft()
            if node == goal:
                return True
            for onward, place in self._ways.get(node, ()):
                if place != without and onward not in seen:
                    seen.add(onward)
                    queue.append(onward)
        return False
