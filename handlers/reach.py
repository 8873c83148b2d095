"""How to reach a person of the plan: one reply for each chat they have bound."""

from dataclasses import replace

from handlers.desk import Desk
from handlers.messages import Address, Reply
from storage import people


def to_person(desk: Desk, person_id: str, reply: Reply) -> list[Reply]:
    """The reply once for every bound chat of the person; none when nothing is bound.

    The idempotency key gets the chat's position, so that one act reaches each chat once.
    """
    out: list[Reply] = []
    for number, (channel, account, chat) in enumerate(
        people.addresses(desk.db, desk.vault, person_id)
    ):
        address = Address(channel=channel, account=account, chat=chat)
        dedupe = f"{reply.dedupe}:{number}" if reply.dedupe else ""
        out.append(replace(reply, to=address, dedupe=dedupe))
    return out
