"""What may be bound to a statement: no NUL and no half character ever reaches an engine."""

from collections.abc import Mapping
from struct import pack

from storage.base import BadText, StorageError, Value
from storage.queries import Numbered

_AS_TEXT, _AS_BYTES = 0, 1
_UNKNOWN, _BLOB, _WHOLE, _FRACTION = 0, 17, 20, 701  # numbers of PostgreSQL's types

Cells = list[bytes | None]


def bound(
    statement: Numbered, values: Mapping[str, Value]
) -> tuple[Cells, list[int], tuple[int, ...]]:
    """The values in a statement's order as PostgreSQL takes them, their formats and types.

    Errors: BadText, naming the value but never showing it; StorageError for what no column holds.
    """
    cells: Cells = []
    formats: list[int] = []
    types: list[int] = []
    for name in statement.order:
        try:
            value = values[name]
        except KeyError:
            raise StorageError(f"{statement.name}: the value {name} is missing") from None
        if value is None:
            cells.append(None)
            formats.append(_AS_TEXT)
            types.append(_UNKNOWN)
        elif isinstance(value, str):
            cells.append(_letters(name, value))
            formats.append(_AS_TEXT)
            types.append(_UNKNOWN)
        elif isinstance(value, int):
            cells.append(_eight(statement.name, value))
            formats.append(_AS_BYTES)
            types.append(_WHOLE)
        elif isinstance(value, float):
            cells.append(pack(">d", value))
            formats.append(_AS_BYTES)
            types.append(_FRACTION)
        else:
            cells.append(value)
            formats.append(_AS_BYTES)
            types.append(_BLOB)
    return cells, formats, tuple(types)


def _letters(name: str, value: str) -> bytes:
    if "\0" in value:
        raise BadText(f"the value {name} holds a NUL character")
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise BadText(f"the value {name} holds half a character") from None


def _eight(statement: str, value: int) -> bytes:
    try:
        return value.to_bytes(8, "big", signed=True)
    except OverflowError:
        raise StorageError(f"{statement}: a number has over 64 bits") from None
