"""`route explain`: facts in, queue and reasons out, faults in one line."""

from typing import Any

import pytest

from bot.route_explain import as_json, as_table, explain
from casework.categories import Categories
from casework.errors import DataError
from handlers.intake.packaged import categories, routing


@pytest.fixture(scope="module")
def known() -> Categories:
    return categories()


@pytest.mark.parametrize(
    ("facts", "queue", "reason"),
    [
        ({"category": "integrity"}, "team", "unit.one_mission"),
        ({"category": "integrity", "missions": []}, "office", "unit.no_mission"),
        ({"category": "inspector"}, "office", "category.office"),
        ({"category": "work", "names": "巡察办主任"}, "leading", "about.office"),
        ({"category": "work", "window": "closed"}, "office", "window.closed"),
    ],
)
def test_the_queue_is_told_with_its_reason(
    known: Categories, facts: dict[str, Any], queue: str, reason: str
) -> None:
    way = explain(facts, known, routing())
    table = as_table(way)
    assert f"queue                {queue}" in table
    assert f"because              {reason}" in table
    assert routing().version in table
    assert as_json(way)["reasons"][0]["code"] == reason


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, "category is missing"),
        ({"category": "nonsense"}, "'nonsense' is unknown; use one of integrity"),
        ({"category": "work", "colour": 1}, "colour is not a key"),
        ({"category": "work", "window": "ajar"}, "window"),
    ],
)
def test_a_wrong_fact_is_named_with_the_mend(
    known: Categories, facts: dict[str, Any], told: str
) -> None:
    with pytest.raises(DataError, match="route explain: ") as caught:
        explain(facts, known, routing())
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
