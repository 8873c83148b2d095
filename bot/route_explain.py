"""`jianjian route explain`: facts in, the queue of a report and every reason out."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casework.categories import Categories
from casework.errors import DataError
from casework.faults import first_fault
from casework.routing import Facts, Mission, Route, RoutingData, SeatId, Window, route


class RouteFacts(BaseModel):
    """What may be given by options or as a JSON object; all but `category` has a default.

    `missions`: ids of the unit's open missions, `<stationing>` or `<stationing>:<team>`. `names`:
    the words of the field 被反映人, looked at for seats of the inspection.
    """

    model_config = ConfigDict(extra="forbid")

    category: str
    names: str = ""
    about: list[SeatId] = Field(default_factory=list)
    doubt: bool = False
    unit_known: bool = True
    missions: list[str] = Field(default_factory=lambda: ["mission:team"])
    window: Window = "open"
    insisted: str = ""
    team_free: bool = True
    office_free: bool = True


def explain(given: dict[str, Any], categories: Categories, data: RoutingData) -> Route:
    """The route of these facts. Errors: DataError naming the fact and the mend."""
    try:
        facts = RouteFacts.model_validate(given)
    except ValidationError as fault:
        raise DataError(f"route explain: {first_fault(fault)}") from fault
    category = categories.by_id.get(facts.category)
    if category is None:
        known = ", ".join(categories.by_id)
        raise DataError(
            f"route explain: category {facts.category!r} is unknown; use one of {known}"
        )
    missions = tuple(
        Mission(stationing_id=m.partition(":")[0], team_id=m.partition(":")[2])
        for m in facts.missions
    )
    return route(
        Facts(
            category=category,
            about=frozenset(facts.about) | data.seats_in(facts.names),
            doubt=facts.doubt,
            unit_known=facts.unit_known,
            missions=missions,
            window=facts.window,
            insisted=facts.insisted,
            team_free=facts.team_free,
            office_free=facts.office_free,
        ),
        data.version,
    )


def as_table(way: Route) -> str:
    """The route as text: the outcome, then a line for each reason, the deciding one first."""
    head = [
        ("queue", way.queue),
        ("mission", way.stationing_id or "-"),
        ("team", way.team_id or "-"),
        ("hidden from the team", "yes" if way.hidden else "no"),
        ("urgent", "yes" if way.urgent else "no"),
        ("rule version", way.version),
    ]
    lines = [f"{name:<21}{value}" for name, value in head]
    for number, reason in enumerate(way.reasons):
        mark = "because" if number == 0 else "also"
        data = f" ({reason.data})" if reason.data else ""
        lines.append(f"{mark:<21}{reason.code}{data}  [{reason.source}]")
    return "\n".join(lines)


def as_json(way: Route) -> dict[str, Any]:
    """The route as plain JSON values."""
    return {
        "queue": way.queue,
        "stationing": way.stationing_id,
        "team": way.team_id,
        "hidden": way.hidden,
        "urgent": way.urgent,
        "version": way.version,
        "reasons": [{"code": r.code, "source": r.source, "data": r.data} for r in way.reasons],
    }
