"""A count of working days in words: which days were counted, which were days off."""

import re
from functools import reduce

from handlers.messages import Text

_RUN = re.compile(
    r"(?P<off>\[)?(?P<m>\d\d)-(?P<d>\d\d)(?:\.\.(?:(?P<m2>\d\d)-)?(?P<d2>\d\d))?"
    r"(?P<made> make-up)?(?:=(?P<n>\d+)(?:-(?P<n2>\d+))?)?(?: off(?:, statutory)?\])?"
)


def in_words(count: str) -> Text | None:
    """The notation of `casework.counting` as one text; None where a part of it is unknown."""
    found = [_RUN.fullmatch(part) for part in count.split("; ")]
    runs = [_run(run) for run in found if run is not None]
    if not runs or len(runs) < len(found):
        return None
    return reduce(lambda rest, run: Text("duty.runs", {"run": run, "rest": rest}), runs[::-1])


def _run(found: re.Match[str]) -> Text:
    values = {"days": _days(found)}
    if found["off"]:
        return Text("duty.run_off", values)
    if found["n2"] is None:
        numbered = Text("duty.run_one", {**values, "n": found["n"]})
    else:
        numbered = Text("duty.run_many", {**values, "n": found["n"], "last": found["n2"]})
    return Text("duty.run_made_up", {"run": numbered}) if found["made"] else numbered


def _days(found: re.Match[str]) -> Text:
    first = {"month": int(found["m"]), "day": int(found["d"])}
    if found["d2"] is None:
        return Text("duty.run_day", first)
    month = int(found["m2"] or found["m"])
    return Text("duty.run_days", {**first, "month2": month, "day2": int(found["d2"])})
