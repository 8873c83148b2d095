"""`[[unit]] kind`: what is inspected, from an area to a village (000 二, 002 二)."""

import pytest

from casework.errors import DataError
from casework.mission import UNIT_KINDS
from tests.casework.plans import read


@pytest.mark.parametrize("kind", [*UNIT_KINDS, ""])
def test_a_plan_says_of_which_kind_a_unit_is(kind: str) -> None:
    plan = read(lambda tables: tables["unit"][0].update(kind=kind))
    assert plan.unit[0].kind == kind
    assert plan.unit[1].kind == ""


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(DataError, match="kind"):
        read(lambda tables: tables["unit"][0].update(kind="planet"))
