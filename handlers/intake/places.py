"""Where a report is about: the unit, its open missions, and the words its texts need."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from casework.mission import Stationing
from handlers.desk import Desk
from handlers.forms import Answers
from handlers.messages import Text
from storage import missions

UNKNOWN = "unknown"


def settle(desk: Desk, context: dict[str, Any], unit_id: str, stationing_id: str = "") -> None:
    """Write into the form's context which unit is meant and whether its window is open now.

    `window` is open | closed | planned | none. A mission named by the entrance wins.
    """
    of_unit = missions.of_unit(desk.db, unit_id)
    accepting = [s for s in of_unit if s.accepts(desk.at)]
    chosen = [s for s in accepting if s.id == stationing_id] or accepting
    unit = missions.unit(desk.db, unit_id)
    context["unit"] = unit_id
    context["unit_name"] = unit.name if unit else ""
    context["missions"] = [[s.id, s.team_id] for s in chosen]
    context["shown"] = _shown(chosen or [s for s in of_unit if s.approved])
    context["window"] = "open" if chosen else _closed(of_unit, desk.at)


def settle_unknown(context: dict[str, Any]) -> None:
    """不知道单位: the office's triage finds out."""
    context.update({"unit": "", "unit_name": "", "missions": [], "shown": "", "window": "open"})


def values(desk: Desk, context: Mapping[str, Any]) -> dict[str, Any]:
    """The placeholders of every text about this place."""
    stationing = missions.stationing(desk.db, context.get("shown", "") or "-")
    xc = inspection_word(desk, stationing)
    found: dict[str, Any] = {
        "unit": context.get("unit_name") or Text("intake.that_unit"),
        "team": stationing.team_name if stationing else Text("intake.the_office", {"xc": xc}),
        "xc": xc,
        "lower": _lower(desk, stationing),
        "from": "",
        "until": "",
    }
    if stationing:
        found["from"] = _moment(stationing.accept_from)
        found["until"] = _moment(stationing.accept_until)
    window = context.get("window", "none")
    found["state"] = Text(f"intake.window_{window}", dict(found))
    stationed = window == "open" and stationing is not None
    found["opening"] = Text("notice.stationed" if stationed else "notice.no_team", dict(found))
    return found


def window_values(desk: Desk, answers: Answers) -> dict[str, Any]:
    """`values` as a form's question wants them."""
    return values(desk, answers["_"])


def inspection_word(desk: Desk, stationing: Stationing | None = None) -> str:
    """巡视 or 巡察, as the profile says; without a mission as the newest mission's does."""
    profiles = desk.rules.profiles
    if stationing is None:
        stationing = max(missions.every(desk.db), key=lambda m: m.accept_from, default=None)
    profile = profiles.get(stationing.profile_id) if stationing else None
    if profile is None:
        profile = next(iter(profiles.values()), None)
    return profile.terms.inspect if profile else ""


def _lower(desk: Desk, stationing: Stationing | None) -> Text | str:
    profile = desk.rules.profiles.get(stationing.profile_id) if stationing else None
    if profile and profile.acceptance and "lower_principal" in profile.acceptance.subjects:
        return Text("notice.lower")
    return ""


def _closed(of_unit: list[Stationing], at: int) -> str:
    announced = [s for s in of_unit if s.approved]
    if not announced:
        return "none"
    return "planned" if all(s.accept_from > at for s in announced) else "closed"


def _shown(candidates: list[Stationing]) -> str:
    latest = max(candidates, key=lambda s: s.accept_from, default=None)
    return latest.id if latest else ""


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
