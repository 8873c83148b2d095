"""The tree of refusals, each with the key of the words a person reads."""

from typing import Any


class CaseworkError(Exception):
    """Something is not allowed or not possible; nothing was changed."""

    text_key = "error.generic"

    def __init__(self, text_key: str = "", /, **values: Any) -> None:
        super().__init__()
        self.text_key = text_key or type(self).text_key
        self.values = values

    def __str__(self) -> str:
        return f"{(self.__doc__ or '').strip()} [{self.text_key}]"


class NotAllowed(CaseworkError):
    """This person may not do this."""

    text_key = "error.not_allowed"


class MoveNotAllowed(CaseworkError):
    """The present state does not allow this step."""

    text_key = "error.move_not_allowed"


class Gone(CaseworkError):
    """What was meant is no longer there or was changed by somebody else."""

    text_key = "error.gone"


class DataError(Exception):
    """A data file is wrong. The message names file, key and mend in one line."""
