"""Statements written once: named, read from SQL files, and put into the dialect of an engine."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.base import StorageError

SQL = Path(__file__).with_name("sql")

_HEADING = re.compile(r"^-- (?P<name>[a-z][a-z0-9_]*) --[ \t]*$", re.MULTILINE)
_PIECE = re.compile(
    r"(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")"
    r"|(?P<comment>--[^\n]*|/\*.*?\*/)"
    r"|(?P<cast>::)"
    r"|(?P<value>(?<![\w:]):[A-Za-z_]\w*)"
    r"|(?P<percent>%)"
    r"|(?P<end>;)",
    re.DOTALL,
)
_TYPE = re.compile(r"\b(?:BIGINT|INTEGER|TEXT)\b", re.IGNORECASE)
_CONTROL = re.compile(
    r"(?:BEGIN|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|START|PREPARE|SET|PRAGMA|ATTACH|DETACH|VACUUM)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What differs between engines: the tokens, the column types, how a value is marked."""

    engine: str
    tokens: Mapping[str, str]
    types: Mapping[str, str]
    marked: bool  # values as %(name)s instead of :name


SQLITE = Dialect(
    engine="sqlite",
    tokens={
        "{blob}": "BLOB",
        "{id}": "INTEGER PRIMARY KEY",
        "{strict}": "STRICT",
        "{skip_locked}": "",
        "{number}": "",  # the engine knows the number of the row it wrote last
    },
    types={"BIGINT": "INTEGER", "INTEGER": "INTEGER", "TEXT": "TEXT"},
    marked=False,
)
POSTGRES = Dialect(
    engine="postgres",
    tokens={
        "{blob}": "BYTEA",
        "{id}": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "{strict}": "",
        "{skip_locked}": "FOR UPDATE SKIP LOCKED",
        "{number}": "RETURNING id",
    },
    types={"BIGINT": "BIGINT", "INTEGER": "BIGINT", "TEXT": 'TEXT COLLATE "C"'},
    marked=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One named statement as it stands in its file."""

    name: str  # "topic.name"
    sentence: str
    text: str


def load(folder: Path = SQL) -> dict[str, Statement]:
    """Every statement of every `<topic>.sql` in a folder by its full name.

    Errors: StorageError naming the file where a heading is doubled, empty or without its sentence.
    """
    found: dict[str, Statement] = {}
    for path in sorted(folder.glob("*.sql")):
        for statement in _parse(path):
            if statement.name in found:
                raise StorageError(
                    f"{path.name}: the statement {statement.name} stands there twice"
                )
            found[statement.name] = statement
    return found


def _parse(path: Path) -> Iterator[Statement]:
    text = path.read_text(encoding="utf-8")
    headings = list(_HEADING.finditer(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        name = f"{path.stem}.{heading['name']}"
        body = text[heading.end() : following.start() if following else len(text)].strip()
        sentence, _, rest = body.partition("\n")
        sql = rest.strip().rstrip(";").rstrip()
        if not sentence.startswith("-- ") or not sql:
            raise StorageError(f"{path.name}: {name} needs a `-- sentence.` line and a statement")
        yield Statement(name=name, sentence=sentence.removeprefix("-- "), text=sql)


def rendered(statements: Mapping[str, Statement], dialect: Dialect) -> dict[str, str]:
    """The text of every statement in the words of an engine."""
    return {name: query(statement.text, dialect) for name, statement in statements.items()}


def query(text: str, dialect: Dialect) -> str:
    """One query in the words of an engine: tokens filled, values marked, `%` kept literal."""
    filled = _filled(text, dialect)
    return _PIECE.sub(_marked, filled) if dialect.marked else filled


def _marked(piece: re.Match[str]) -> str:
    if piece["value"]:
        return f"%({piece['value'][1:]})s"
    return "" if piece["comment"] else piece[0].replace("%", "%%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A statement whose values are bound by their place: $1, $2 …"""

    name: str
    text: bytes
    order: tuple[str, ...]  # the name of each place
    steers: bool


def numbered(statements: Mapping[str, Statement], dialect: Dialect) -> dict[str, Numbered]:
    """Every statement in the words of an engine, with numbered places."""
    return {name: _numbered(statement, dialect) for name, statement in statements.items()}


def _numbered(statement: Statement, dialect: Dialect) -> Numbered:
    order: list[str] = []

    def place(piece: re.Match[str]) -> str:
        if piece["comment"]:
            return ""
        if not piece["value"]:
            return piece[0]
        name = piece["value"][1:]
        if name not in order:
            order.append(name)
        return f"${order.index(name) + 1}"

    text = _PIECE.sub(place, _filled(statement.text, dialect))
    return Numbered(
        name=statement.name, text=text.encode(), order=tuple(order), steers=steers(text)
    )


def steers(text: str) -> bool:
    """Whether a statement would steer the transaction or the connection, which no unit may."""
    return _CONTROL.match(text) is not None


def values_of(text: str) -> set[str]:
    """The names of the values that a statement binds."""
    return {piece["value"][1:] for piece in _PIECE.finditer(text) if piece["value"]}


def schema(text: str, dialect: Dialect) -> list[str]:
    """The statements of a migration file in the words of an engine.

    64-bit integers and binary text order on both: BIGINT and INTEGER mean the same.
    """
    return [_filled(_typed(part, dialect), dialect) for part in _split(text)]


def _filled(text: str, dialect: Dialect) -> str:
    for token, words in dialect.tokens.items():
        text = text.replace(token, words)
    return text.rstrip()


def _split(text: str) -> Iterator[str]:
    part: list[str] = []
    at = 0
    for piece in _PIECE.finditer(text):
        if piece["comment"] or piece["end"]:
            part.append(text[at : piece.start()])
            at = piece.end()
        if piece["end"]:
            yield "".join(part).strip()
            part = []
    part.append(text[at:])
    if last := "".join(part).strip():
        yield last


def _typed(part: str, dialect: Dialect) -> str:
    """Rename the column types of a table definition, outside of quoted words."""
    at, out = 0, []
    for piece in _PIECE.finditer(part):
        if piece["quoted"]:
            out += [
                _TYPE.sub(lambda m: dialect.types[m[0].upper()], part[at : piece.start()]),
                piece[0],
            ]
            at = piece.end()
    return "".join([*out, _TYPE.sub(lambda m: dialect.types[m[0].upper()], part[at:])])
