"""The commands that Telegram lists beside the input line, by text key."""

from collections.abc import Callable

Menu = tuple[tuple[str, str], ...]
"""Pairs of a command without its slash and its description."""

CITIZEN_COMMANDS: Menu = (
    ("report", "telegram.menu_report"),
    ("status", "telegram.menu_status"),
    ("add", "telegram.menu_add"),
    ("help", "telegram.menu_help"),
    ("cancel", "telegram.menu_cancel"),
    ("erase", "telegram.menu_erase"),
    ("language", "telegram.menu_language"),
)


def citizen_menu(say: Callable[[str], str]) -> Menu:
    """The list that everybody sees, in the words of one language."""
    return tuple((command, say(key)) for command, key in CITIZEN_COMMANDS)
