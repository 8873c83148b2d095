"""Faults that the loopback Bot API plays on demand."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next calls that fit. `times` None = until lifted."""

    status: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)
    method: str = ""  # "" = any
    chat: int | None = None  # None = any
    times: int | None = 1
    skip: int = 0  # so many calls that fit go through first
    delivered: bool = False  # the call takes effect and its answer is lost
    body: bytes | None = None  # an answer that is no JSON
    hangup: bool = False  # the connection is cut in the place of an answer

    def fits(self, method: str, chat: int | None) -> bool:
        """Whether this call is meant."""
        if self.times == 0:
            return False
        return self.method in ("", method) and self.chat in (None, chat)


def flood(retry_after: int, **where: Any) -> Fault:
    """429 with a time to wait."""
    said = f"Too Many Requests: retry after {retry_after}"
    return Fault(status=429, description=said, parameters={"retry_after": retry_after}, **where)


def blocked(**where: Any) -> Fault:
    """403: the person blocked the bot."""
    return Fault(status=403, description="Forbidden: bot was blocked by the user", **where)


def bad_request(said: str, **where: Any) -> Fault:
    """400 with a sentence."""
    return Fault(status=400, description=f"Bad Request: {said}", **where)


def migrated(new_chat: int, **where: Any) -> Fault:
    """400: the group became a supergroup."""
    said = "Bad Request: group chat was upgraded to a supergroup chat"
    return Fault(
        status=400, description=said, parameters={"migrate_to_chat_id": new_chat}, **where
    )


def broken(status: int = 502, **where: Any) -> Fault:
    """5xx with a page instead of JSON."""
    return Fault(status=status, description="", body=b"<html>Bad Gateway</html>", **where)


def unauthorized(**where: Any) -> Fault:
    """401: the token was revoked."""
    return Fault(status=401, description="Unauthorized", **where)


def conflict(**where: Any) -> Fault:
    """409: somebody else polls."""
    said = "Conflict: terminated by other getUpdates request"
    return Fault(status=409, description=said, **where)


def silence(**where: Any) -> Fault:
    """The call takes effect, its answer never comes."""
    return Fault(status=0, description="", delivered=True, **where)


def nonsense(**where: Any) -> Fault:
    """The call takes effect, its answer is no JSON."""
    return Fault(status=200, description="", delivered=True, body=b"<html>", **where)


def cut(*, delivered: bool = True, **where: Any) -> Fault:
    """The connection is cut, after the call took effect or before."""
    return Fault(status=0, description="", hangup=True, delivered=delivered, **where)
