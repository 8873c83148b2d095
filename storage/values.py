"""What may be bound to a statement: no NUL and no half character ever reaches an engine."""

from collections.abc import Mapping

from storage.base import BadText, Value


def refuse_bad_text(values: Mapping[str, Value]) -> None:
    """Raises BadText, naming the value but never showing it."""
    for name, value in values.items():
        if value.__class__ is str and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise BadText(f"the value {name} holds half a character") from None
        if value.__class__ is str and "\0" in value:
            raise BadText(f"the value {name} holds a NUL character")
