"""Two-word names under which staff speak of a reporter whom nobody may know."""

from handlers.messages import Text
from handlers.visibility import Viewer

FIRST = (
    "team.alias_azure",
    "team.alias_early",
    "team.alias_quiet",
    "team.alias_bright",
    "team.alias_upright",
    "team.alias_distant",
    "team.alias_clear",
    "team.alias_steady",
    "team.alias_gentle",
    "team.alias_fresh",
    "team.alias_silver",
    "team.alias_golden",
    "team.alias_snowy",
    "team.alias_evening",
    "team.alias_morning",
    "team.alias_southern",
    "team.alias_northern",
    "team.alias_eastern",
    "team.alias_western",
    "team.alias_tall",
    "team.alias_old",
    "team.alias_young",
    "team.alias_wide",
    "team.alias_deep",
)
SECOND = (
    "team.alias_pine",
    "team.alias_cypress",
    "team.alias_bamboo",
    "team.alias_plum",
    "team.alias_orchid",
    "team.alias_willow",
    "team.alias_maple",
    "team.alias_camphor",
    "team.alias_lotus",
    "team.alias_reed",
    "team.alias_cloud",
    "team.alias_stone",
    "team.alias_spring",
    "team.alias_river",
    "team.alias_lake",
    "team.alias_ridge",
    "team.alias_crane",
    "team.alias_swallow",
    "team.alias_magpie",
    "team.alias_heron",
    "team.alias_lamp",
    "team.alias_bridge",
    "team.alias_field",
    "team.alias_boat",
)


def alias(desk: Viewer, report_id: str) -> Text:
    """The reporter's name for staff: always the same for one report, saying nothing of anybody."""
    drawn = desk.vault.index("reporter", f"alias:{report_id}")
    first = FIRST[int.from_bytes(drawn[:4], "big") % len(FIRST)]
    second = SECOND[int.from_bytes(drawn[4:8], "big") % len(SECOND)]
    return Text("team.alias", {"first": Text(first), "second": Text(second)})
