"""Files that are not kept but made when they leave: calendars and sheets, from plain data."""

from collections.abc import Mapping
from typing import Any

from bot.calendar_files import write_calendar
from bot.sheets import write_sheet


def make_file(made: Mapping[str, Any]) -> bytes:
    """The bytes of a file. Errors: KeyError where nobody knows how to make it."""
    match made["kind"]:
        case "calendar":
            return write_calendar(made["title"], made["stamp"], made["days"])
        case "sheet":
            return write_sheet(made["title"], made["rows"])
        case unknown:
            raise KeyError(unknown)
