"""Files of every kind come in whole, under their own names, and never too large."""

import pytest

from bot.channels.base import NotSent, Rejected
from bot.channels.telegram import TelegramChannel
from handlers.messages import FileRef, Incoming, Kind
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import bad_request, broken
from tests.channels.telegram_support import NOW, Inbox, running


async def received(channel: TelegramChannel, inbox: Inbox, count: int) -> list[Incoming]:
    """The parsed events of what was sent."""
    events = [channel.parse(raw.body, NOW) for raw in await inbox.holds(count)]
    return [event for event in events if event is not None]


async def content(channel: TelegramChannel, file: FileRef) -> bytes:
    """The whole file."""
    return b"".join([chunk async for chunk in channel.fetch(file)])


async def test_a_document_arrives_whole_under_its_chinese_name() -> None:
    sent = bytes(range(256)) * 1000
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.document("县直某局“三公”经费　明细（二）.xlsx", sent)
        async with running(api, inbox) as channel:
            (event,) = await received(channel, inbox, 1)
            (file,) = event.files
            assert (file.name, file.size) == ("县直某局“三公”经费　明细（二）.xlsx", len(sent))
            assert await content(channel, file) == sent


async def test_every_kind_of_evidence_can_be_fetched() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.photo(b"photo")
        citizen.voice(b"voice")
        citizen.video(b"video")
        citizen.audio(b"audio")
        async with running(api, inbox) as channel:
            files = [e.files[0] for e in await received(channel, inbox, 4)]
            assert [file.kind for file in files] == ["photo", "voice", "video", "audio"]
            got = [await content(channel, file) for file in files]
        assert got == [b"photo", b"voice", b"video", b"audio"]


async def test_an_album_of_twelve_is_twelve_files_and_one_caption() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.album(12, "十二张")
        async with running(api, inbox) as channel:
            events = await received(channel, inbox, 12)
            got = [await content(channel, event.files[0]) for event in events]
        assert {event.kind for event in events} == {Kind.FILE}
        assert [event.text for event in events] == ["十二张"] + [""] * 11
        assert len(set(got)) == 12


async def test_a_file_of_25_mb_is_refused_before_anything_is_asked() -> None:
    async with BotApi() as api:
        citizen, inbox = Citizen(api, 501), Inbox()
        citizen.document("大.zip", b"x", size=25_000_000)
        async with running(api, inbox) as channel:
            (event,) = await received(channel, inbox, 1)
            with pytest.raises(Rejected):
                await content(channel, event.files[0])
        assert not api.named("getFile")
        assert api.downloads == 0


async def test_a_file_whose_size_nobody_told_is_refused_by_the_platform_s_answer() -> None:
    async with BotApi() as api:
        stored = api.shelf.put("document", b"x", size=25_000_000)
        async with running(api, Inbox()) as channel:
            with pytest.raises(Rejected):
                await content(channel, FileRef(ref=stored.file_id))
        assert api.downloads == 0


async def test_a_file_larger_than_it_claims_is_cut_off_while_it_streams() -> None:
    async with BotApi() as api:
        stored = api.shelf.put("document", bytes(21_000_000), size=1000)
        async with running(api, Inbox()) as channel:
            with pytest.raises(Rejected):
                await content(channel, FileRef(ref=stored.file_id, size=1000))


async def test_a_link_that_ran_out_can_be_tried_again() -> None:
    async with BotApi() as api:
        stored = api.shelf.put("photo", b"photo")
        del api.shelf.by_path[stored.path]
        async with running(api, Inbox()) as channel:
            with pytest.raises(NotSent):
                await content(channel, FileRef(ref=stored.file_id))
            api.shelf.by_path[stored.path] = stored
            assert await content(channel, FileRef(ref=stored.file_id)) == b"photo"


async def test_an_unknown_file_is_refused_and_a_busy_platform_is_not() -> None:
    async with BotApi() as api:
        stored = api.shelf.put("photo", b"photo")
        async with running(api, Inbox()) as channel:
            with pytest.raises(Rejected):
                await content(channel, FileRef(ref="unknown"))
            said = "wrong file_id or the file is temporarily unavailable"
            for fault in (broken(), bad_request(said)):
                fault.method = "getFile"
                api.fail(fault)
                with pytest.raises(NotSent):
                    await content(channel, FileRef(ref=stored.file_id))


async def test_paths_with_signs_of_their_own_are_found() -> None:
    async with BotApi() as api:
        stored = api.shelf.put("document", b"x")
        odd = "documents/附件 100%#1?.pdf"
        api.shelf.by_path[odd] = stored
        api.shelf.by_id[stored.file_id] = type(stored)(
            file_id=stored.file_id,
            unique_id="u",
            kind="document",
            path=odd,
            name="",
            mime="",
            content=b"x",
            size=1,
        )
        async with running(api, Inbox()) as channel:
            assert await content(channel, FileRef(ref=stored.file_id)) == b"x"
