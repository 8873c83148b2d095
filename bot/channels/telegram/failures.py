"""The ways in which only Telegram fails, as leaves of the delivery errors.

DeliveryError
    AccountBroken: PollerConflict · TokenRefused
    Rejected: EditRefused
"""

from bot.channels.base import (
    AccountBroken,
    ChatGone,
    DeliveryError,
    NotSent,
    Rejected,
)


class PollerConflict(AccountBroken):
    """Another program polls with this token, or a webhook is set for it."""


class TokenRefused(AccountBroken):
    """Telegram does not accept the token."""


class EditRefused(Rejected):
    """The message can no longer be edited; a new one can be sent."""


DONE_ALREADY = (
    "message is not modified",
    "query is too old",
    "query id is invalid",
    "message to delete not found",
    "message can't be deleted",
)
"""Refusals after which everything is as it should be, or can never be."""

REFUSALS: tuple[tuple[str, type[DeliveryError]], ...] = (
    ("message to edit not found", EditRefused),
    ("message can't be edited", EditRefused),
    ("message_id_invalid", EditRefused),
    ("chat not found", ChatGone),
    ("user not found", ChatGone),
    ("peer_id_invalid", ChatGone),
    ("user is deactivated", ChatGone),
    ("group chat was deactivated", ChatGone),
    ("have no rights to send", ChatGone),
    ("not enough rights to send", ChatGone),
    ("temporarily unavailable", NotSent),
)
"""What the sentences of a 400 mean; every other 400 is for good."""


def done_already(description: str) -> bool:
    """Whether this refusal counts as success."""
    said = description.lower()
    return any(sentence in said for sentence in DONE_ALREADY)


def refusal(description: str) -> DeliveryError:
    """The error of a 400; what the platform said is dropped, it may quote the message."""
    said = description.lower()
    for sentence, kind in REFUSALS:
        if sentence in said:
            return kind(sentence)
    return Rejected()
