"""Faults of a pydantic check: one line each, with key and mend, never with the value."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_MENDS = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a key of this format; remove it or correct its spelling",
    "string_pattern_mismatch": "is not an id; use 1 to 32 of the signs a-z 0-9 _ -",
    "string_type": "is not a text; write it between quotation marks",
    "tuple_type": "is not a list; write it between [ and ]",
    "list_type": "is not a list; write it between [ and ]",
    "dict_type": "is not a table; write it as [table] or { key = value }",
    "model_type": "is not a table; write it as [table] or { key = value }",
    "model_attributes_type": "is not a table; write it as [table] or { key = value }",
    "too_short": "is empty; name at least one",
    "int_type": "is not a whole number; write it without quotation marks",
    "int_parsing": "is not a whole number; write it without quotation marks",
    "bool_parsing": "is neither true nor false; write one of them",
    "bool_type": "is neither true nor false; write one of them",
    "date_from_datetime_inexact": "is not a date; write it as 2026-03-31",
    "date_parsing": "is not a date; write it as 2026-03-31",
    "date_from_datetime_parsing": "is not a date; write it as 2026-03-31",
    "date_type": "is not a date; write it as 2026-03-31",
}


def every_fault(fault: ValidationError) -> tuple[str, ...]:
    """`<key path> <what is wrong>; <mend>` of every error, each once, in the order of the file."""
    errors = fault.errors(include_url=False, include_input=False)
    own = [e for e in errors if not _follows(e, errors)]
    return tuple(dict.fromkeys(f"{key_path(e['loc'])} {_said(e)}" for e in own))


def first_fault(fault: ValidationError) -> str:
    """The line of the first error alone."""
    return every_fault(fault)[0]


def key_path(loc: tuple[int | str, ...]) -> str:
    """('obligation', 3, 'offset', 'n') → `obligation[4].offset.n`; tables are counted from 1."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        else:
            path += f".{part}" if path else part
    return path or "the file"


def _follows(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether a list only counts as too short because its items are wrong."""
    loc = error["loc"]
    deeper = (e["loc"] for e in errors if len(e["loc"]) > len(loc))
    return error["type"] == "too_short" and any(d[: len(loc)] == loc for d in deeper)


def _said(error: ErrorDetails) -> str:
    mend = _MENDS.get(error["type"])
    if mend is not None:
        return mend
    own = error["msg"].removeprefix("Value error, ")
    message = own if error["type"] == "value_error" else f"{own[:1].lower()}{own[1:]}"
    wrong = f"is wrong: {message}"
    return wrong if ";" in message else f"{wrong}; correct it"
