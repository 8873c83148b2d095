"""清除: the chat forgets; messages are deleted where allowed, and no notice comes any more."""

from handlers.desk import Desk
from handlers.messages import Reply
from storage import attachments, conversations, followers, push_links

DELETABLE = 48 * 3600
"""Seconds within which platforms let a bot delete messages of a private chat."""


def erase(desk: Desk, argument: str) -> list[Reply]:
    """Delete both sides' messages where the platform allows, the draft, push links and follows.

    A filed report stays; its number and phrase work from any chat.
    """
    a = desk.event.address
    said = conversations.messages_of(desk.db, desk.talk.lane, since=desk.at - DELETABLE)
    attachments.forget(desk.db, f"draft:{desk.talk.lane.hex()}")
    push_links.cut(desk.db, desk.vault, (a.channel, a.account, a.chat))
    followers.leave(desk.db, desk.vault, (a.channel, a.account, a.chat))
    conversations.forget(desk.db, desk.talk.lane, desk.at)
    desk.talk.form = None
    desk.talk.memory.clear()
    desk.talk.forgotten = True
    if desk.event.message_id and desk.event.message_id not in said:
        said.append(desk.event.message_id)
    return [Reply(key="erase.done", erase=tuple(said), vanish_after=60)]


COMMANDS = {"erase": erase}
