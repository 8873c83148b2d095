"""The first fault of a pydantic check, said in one line with its key and the mend."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_MENDS = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a key of this format; remove it or correct its spelling",
}


def first_fault(fault: ValidationError) -> str:
    """`<key path>: <what is wrong and how to mend it>` of the first error, without the value."""
    error = fault.errors(include_url=False, include_input=False)[0]
    return f"{key_path(error['loc'])} {_said(error)}"


def key_path(loc: tuple[int | str, ...]) -> str:
    """('obligation', 3, 'offset', 'n') → `obligation[4].offset.n`; tables are counted from 1."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        else:
            path += f".{part}" if path else part
    return path or "the file"


def _said(error: ErrorDetails) -> str:
    mend = _MENDS.get(error["type"])
    if mend is not None:
        return mend
    said = error["msg"].removeprefix("Value error, ")
    return f"is wrong: {said[:1].lower()}{said[1:]}; correct it"
