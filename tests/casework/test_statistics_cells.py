"""Small cells stay hidden and cannot be computed (000 四, 五; 003 第十四条)."""

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.statistics import SMALL, Cell, Guarded, Hidden, counted, guarded

LARGEST = 14
Table = list[list[int]]


def table(values: Table) -> Guarded:
    rows = [f"r{i}" for i in range(len(values))]
    columns = [f"c{j}" for j in range(len(values[0]))]
    counts = {(r, c): values[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)}
    return guarded(rows, columns, counts)


def with_totals(body: Table) -> Table:
    lines = [[*line, sum(line)] for line in body]
    return [*lines, [sum(column) for column in zip(*lines, strict=True)]]


def fits(value: int, cell: Cell) -> bool:
    if cell is Hidden.SMALL:
        return value < SMALL
    return value >= SMALL if cell is Hidden.WITHHELD else value == cell


def readings(shown: Guarded) -> Iterator[Table]:
    """Every table that a reader could still think of, counted out."""
    height, width = len(shown.rows), len(shown.columns)
    spans = [
        [v for v in range(LARGEST + 1) if fits(v, shown.cells[i][j])]
        for i in range(height)
        for j in range(width)
    ]
    for values in product(*spans):
        whole = with_totals([list(values[i * width : (i + 1) * width]) for i in range(height)])
        if all(
            fits(v, cell)
            for line, cells in zip(whole, shown.cells, strict=True)
            for v, cell in zip(line, cells, strict=True)
        ):
            yield whole


def test_every_count_below_five_is_hidden_and_the_others_are_shown() -> None:
    shown = table([[7, 8, 9], [6, 12, 30]])
    assert shown.cells == ((7, 8, 9, 24), (6, 12, 30, 48), (13, 20, 39, 72))
    assert shown.total_of("r1") == 48
    hidden = table([[7, 8, 3], [6, 12, 30], [9, 9, 9]])
    assert hidden.cells[0][2] is Hidden.SMALL


def test_one_small_cell_takes_others_with_it_so_that_the_margins_do_not_tell_it() -> None:
    shown = table([[7, 8, 3], [6, 12, 30], [9, 9, 9]])
    withheld = [c for line in shown.cells for c in line if c is Hidden.WITHHELD]
    assert len(withheld) >= 3


def test_a_list_of_one_column_hides_a_second_row_beside_the_small_one() -> None:
    shown = table([[20], [2], [9]])
    assert shown.cells[1] == (Hidden.SMALL, Hidden.SMALL)
    assert shown.cells[2] == (Hidden.WITHHELD, Hidden.WITHHELD)
    assert shown.cells[0] == (20, 20)
    assert shown.total == 31


def test_where_hiding_alone_would_tell_nothing_is_shown() -> None:
    shown = table([[0], [5]])
    assert all(c is Hidden.WITHHELD or c is Hidden.SMALL for line in shown.cells for c in line)


def test_an_empty_table_shows_nothing_but_small() -> None:
    assert guarded((), ("n",), {}).total is not None
    assert counted([("a", "n"), ("a", "n"), ("b", "n")]) == {("a", "n"): 2, ("b", "n"): 1}


bodies = st.integers(1, 2).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 8), min_size=width, max_size=width), min_size=1, max_size=3
    )
)


@settings(max_examples=60, deadline=None)
@given(bodies)
def test_no_hidden_small_cell_has_only_one_value_left(body: Table) -> None:
    shown = table(body)
    left: dict[tuple[int, int], set[int]] = {}
    for whole in readings(shown):
        for i, line in enumerate(shown.cells):
            for j, cell in enumerate(line):
                if cell is Hidden.SMALL:
                    left.setdefault((i, j), set()).add(whole[i][j])
    assert all(len(values) > 1 for values in left.values())
    small = {
        (i, j)
        for i, line in enumerate(shown.cells)
        for j, c in enumerate(line)
        if c is Hidden.SMALL
    }
    assert small == left.keys()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=1, max_size=6))
def test_no_shown_number_is_small_and_every_shown_one_is_true(body: Table) -> None:
    shown = table(body)
    for line, cells in zip(with_totals(body), shown.cells, strict=True):
        for value, cell in zip(line, cells, strict=True):
            assert isinstance(cell, Hidden) or (cell == value >= SMALL)
            assert value >= SMALL or isinstance(cell, Hidden)
