"""Files that come in with an answer: registered at once, fetched later, never waited for."""

from collections.abc import Mapping
from typing import Any

from handlers.desk import Desk
from handlers.forms import Answers
from handlers.messages import Address, FileRef, Reply, Text
from storage import attachments, conversations
from storage.attachments import Closed


def take_files(desk: Desk, taken: list[dict[str, Any]], elsewhere: int = 0) -> list[Text]:
    """Register the event's files with the draft, list them in `taken`; what to tell.

    `elsewhere`: how many files other answers of the same form hold; the limit is for all of them.
    """
    told: list[Text] = []
    limit = int(desk.setting("intake.files_max"))
    biggest = int(desk.setting("intake.file_bytes_max"))
    for file in desk.event.files:
        if len(taken) + elsewhere >= limit:
            told.append(Text("form.too_many_files", {"n": limit}))
            break
        if file.size is not None and file.size > biggest:
            told.append(Text("form.file_too_big", {"mb": biggest // 1_000_000}))
            continue
        if file.kind in ("voice", "audio", "video") and not any(
            t.key == "form.voice_warning" for t in told
        ):
            told.append(Text("form.voice_warning"))
        taken.append(_register(desk, file))
    return told


def files_in(answers: Mapping[str, Any]) -> list[str]:
    """The ids of all files that the answers of a form hold."""
    held = [value for value in answers.values() if isinstance(value, dict)]
    return [file["id"] for value in held for file in value.get("files") or ()]


def drop_files(desk: Desk, left: Mapping[str, Any] | None) -> None:
    """Delete the files of drafts that neither the form `left` nor one under it holds."""
    owner, kept = f"draft:{desk.talk.lane.hex()}", set[str]()
    while left:
        kept.update(files_in({**left["a"], "": left.get("part")}))
        left = left["under"]
    if kept:
        found = attachments.of(desk.db, desk.vault, owner)
        owner = f"dropped:{desk.talk.lane.hex()}"
        attachments.adopt(desk.db, [f.id for f in found if f.id not in kept], owner)
    attachments.forget(desk.db, owner)


def _register(desk: Desk, file: FileRef) -> dict[str, Any]:
    attachment = desk.new_id()
    attachments.expect(
        desk.db,
        desk.vault,
        id=attachment,
        key=desk.draw(32),
        owner=f"draft:{desk.talk.lane.hex()}",
        channel=desk.event.address.channel,
        account=desk.event.address.account,
        ref=file.ref,
        name=file.name,
        mime=file.mime,
        kind=file.kind,
        size=file.size,
        at=desk.at,
    )
    return {
        "id": attachment,
        "name": file.name,
        "kind": file.kind,
        "mime": file.mime,
        "size": file.size,
    }


def file_closed(desk: Desk, closed: Closed) -> list[Reply]:
    """Tell whoever sent a file that it will not be there; nobody, where the chat is forgotten."""
    kind, _, lane = closed.origin.partition(":")
    if kind != "draft":
        return []
    found = conversations.address(desk.db, desk.vault, bytes.fromhex(lane))
    if found is None:
        return []
    channel, account, chat = found
    return [
        Reply(
            key=f"form.file_{closed.state}",
            to=Address(channel=channel, account=account, chat=chat),
            dedupe=f"file:{closed.id}",
        )
    ]


def filled_files(answers: Answers) -> list[str]:
    """Ids of the files of the answer `files` that hold something; an empty one is none."""
    files = (answers["files"] or {}).get("files", ())
    return [file["id"] for file in files if file["size"] != 0]
