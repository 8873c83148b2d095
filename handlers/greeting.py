"""Greeting: what the chat says to a hello, a call for help, a group; in which language."""

from casework.mission import (
    DEPARTMENT_ROLES,
    OFFICE_ROLES,
    OUTSIDE_ROLES,
    TEAM_ROLES,
    UNIT_ROLES,
)
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Question
from handlers.intake.entrance import tell
from handlers.messages import Choice, Reply, Text

LANGUAGES = ("zh_CN", "en")
_FORM = "language"
HELP: tuple[tuple[frozenset[str], str], ...] = (
    (TEAM_ROLES | OFFICE_ROLES, "greeting.help_team"),
    (OFFICE_ROLES, "greeting.help_office"),
    (UNIT_ROLES, "greeting.help_unit"),
    (DEPARTMENT_ROLES, "greeting.help_department"),
    (OUTSIDE_ROLES, "greeting.help_outside"),
)
"""What /help says to which seats, in this order."""


def help_(desk: Desk, argument: str) -> list[Reply]:
    """/help, 帮助: the words this chat knows, for this person's seats."""
    person = desk.me
    if person is None:
        return [Reply(key="greeting.help")]
    lines = [Text(key) for roles, key in HELP if person.has(*roles)]
    return [Reply(key="greeting.help_staff", values={"lines": lines})]


def language(desk: Desk, argument: str) -> list[Reply]:
    """/language [zh|en]."""
    wanted = argument.strip().lower().replace("-", "_")
    for locale in LANGUAGES:
        if wanted and locale.lower().startswith(wanted[:2]):
            return _speak(desk, locale)
    return open_form(desk, _FORM)


def otherwise(desk: Desk) -> list[Reply]:
    """Anything that nothing else takes: a long tale begins a draft, the rest is greeted."""
    told = tell(desk)
    if told is not None:
        return told
    return [Reply(key="greeting.staff" if desk.me else "greeting.plain", topic="greeting")]


def group(desk: Desk) -> list[Reply]:
    """Reports are taken in private chats only."""
    return [Reply(key="greeting.group", topic="greeting")]


def _speak(desk: Desk, locale: str) -> list[Reply]:
    desk.talk.locale = locale
    return [Reply(key="greeting.language_set", locale=locale)]


def _chosen(desk: Desk, answers: Answers) -> list[Reply]:
    return _speak(desk, str(answers["locale"]))


COMMANDS = {"help": help_, "language": language}
FORMS = (
    Form(
        id=_FORM,
        questions=(
            Question(
                key="locale",
                ask="greeting.ask_language",
                kind="choice",
                choices=tuple(Choice(code=c, key=f"greeting.language_{c}") for c in LANGUAGES),
            ),
        ),
        done=_chosen,
    ),
)
