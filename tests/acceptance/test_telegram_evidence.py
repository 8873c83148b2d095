"""Evidence on its way from a citizen's Telegram into the sealed store and out to the team."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from storage import attachments, report_texts
from storage.attachments import Attachment
from tests.acceptance.telegram_stage import (
    INPUTS,
    Stage,
    eventually,
    go,
    later,
    offers,
    press,
    staged,
)
from tests.channels.bot_api import BotApi
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import broken
from tests.handlers.citizens import STORY, receipt

WAIT = timedelta(seconds=30)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj"
LIST = "石料清单：甲方三百方，乙方零方。\n".encode()
NAMES = ("镇政府会议纪要（二〇二四年第3次）.pdf", "石料“清单”·第一页.txt")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def stage(tmp_path: Path, api: BotApi) -> AsyncIterator[Stage]:
    async with staged(tmp_path, api) as running:
        yield running


async def begin(citizen: Citizen) -> None:
    """Up to the account."""
    citizen.starts("s_s1")
    await go(citizen, INPUTS[:5])
    await citizen.hears_text("经过")


async def finish(citizen: Citizen) -> str:
    """From 完成 to the receipt; its number."""
    citizen.clicks("完成")
    await go(citizen, INPUTS[7:])
    return receipt((await citizen.hears_text("查询口令"))["text"])[0]


async def files(stage: Stage, code: str) -> list[Attachment]:
    """The files of a report once none is on its way any more."""
    report = await stage.report(code)
    look = partial(attachments.of, vault=stage.program.vault, owner=f"report:{report.id}")

    async def settled() -> list[Attachment] | None:
        await stage.program.fetcher.run_due()
        found = await stage.look(look)
        return found if all(a.state != "fetching" for a in found) else None

    return await eventually(settled)


async def content(stage: Stage, attachment: Attachment) -> bytes:
    return b"".join(await stage.program.files.pieces(attachment.id))


async def test_documents_keep_their_chinese_names_from_the_chat_to_the_page_of_the_team(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    await begin(citizen)
    citizen.says(STORY)
    await offers(citizen, "完成")
    citizen.document(NAMES[0], PDF)
    await offers(citizen, "完成")
    citizen.document(NAMES[1], LIST, mime="text/plain")
    await offers(citizen, "完成")
    code = await finish(citizen)
    kept = await files(stage, code)
    assert [(a.name, a.state) for a in kept] == [(name, "stored") for name in NAMES]
    assert [await content(stage, a) for a in kept] == [PDF, LIST]
    on_disk = [p for p in stage.config.data_dir.rglob("*") if p.is_file()]
    assert not [p for p in on_disk if any(name[:4] in p.name for name in NAMES)]
    assert not [p for p in on_disk if "石料".encode() in p.read_bytes() or PDF in p.read_bytes()]
    member = await stage.bind("member")
    member.says(f"/queue {code}")
    await press(member, "查看")
    link = (await member.hears_text("/read#"))["text"].split("：")[-1]
    ours = {"Origin": stage.root}
    async with aiohttp.ClientSession() as http:
        ticket = {"token": link.partition("#")[2]}
        async with http.post(f"{stage.root}/read", json=ticket, headers=ours) as answer:
            shown = (await answer.json())["files"]
        assert [one["name"] for one in shown] == list(NAMES)
        got = []
        for one in shown:
            async with http.post(f"{stage.root}/file/{one['id']}", headers=ours) as answer:
                assert answer.content_disposition is not None
                got.append((answer.content_disposition.filename, await answer.read()))
        assert got == [(NAMES[0], PDF), (NAMES[1], LIST)]
        async with http.post(f"{stage.root}/file/{shown[0]['id']}", headers=ours) as answer:
            assert answer.status == 410


async def test_in_a_private_chat_files_go_out_numbered_and_protected(
    tmp_path: Path, api: BotApi
) -> None:
    allowed = {"content": "private", "approver": "县委巡察办 秦以宁"}
    async with staged(tmp_path, api, team=allowed) as stage:
        citizen = Citizen(api, 501)
        await begin(citizen)
        citizen.says(STORY)
        await offers(citizen, "完成")
        citizen.document(NAMES[0], PDF)
        await offers(citizen, "完成")
        code = await finish(citizen)
        await files(stage, code)
        member = await stage.bind("member")
        member.says(f"/queue {code}")
        await press(member, "材料")
        sent = (await api.called("sendDocument"))[0]
        upload = sent.files["document"]
        assert (upload.name, upload.content) == ("1.pdf", PDF)
        assert sent.params["protect_content"] is True
        assert sent.params["chat_id"] == str(member.chat.id)
        (shown,) = [m for m in member.chat.messages.values() if "document" in m]

        async def gone() -> bool:
            later(stage, minutes=31)
            await stage.program.ticker.vanish()
            return shown["message_id"] in member.chat.deleted

        assert await eventually(gone)


async def test_an_album_of_twelve_keeps_ten_and_says_so(api: BotApi, stage: Stage) -> None:
    citizen = Citizen(api, 501)
    await begin(citizen)
    citizen.album(12, caption=STORY)
    await citizen.hears_text("10")
    code = await finish(citizen)
    kept = await files(stage, code)
    assert [(a.kind, a.state) for a in kept] == [("photo", "stored")] * 10
    assert len({await content(stage, a) for a in kept}) == 10
    report = await stage.report(code)
    texts = await stage.look(
        partial(report_texts.of, vault=stage.program.vault, report_id=report.id)
    )
    assert [(t.field, t.text) for t in texts] == [("account", STORY)]


async def test_a_voice_is_warned_about_and_kept_and_a_place_becomes_words(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    await begin(citizen)
    citizen.voice(b"OggS-spoken")
    assert await citizen.hears_text("听出来")
    citizen.location(33.91, 116.76)
    await offers(citizen, "完成")
    citizen.video(b"\x00\x00\x00\x18ftypisom-film")
    await citizen.hears_text("听出来")
    code = await finish(citizen)
    kept = await files(stage, code)
    assert [(a.kind, a.state) for a in kept] == [("voice", "stored"), ("video", "stored")]
    assert await content(stage, kept[0]) == b"OggS-spoken"
    report = await stage.report(code)
    texts = await stage.look(
        partial(report_texts.of, vault=stage.program.vault, report_id=report.id)
    )
    assert "33.91,116.76" in texts[0].text


async def test_a_file_of_25_megabytes_is_refused_before_it_is_loaded(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    await begin(citizen)
    citizen.says(STORY)
    await offers(citizen, "完成")
    citizen.document("录像.pdf", PDF, size=25_000_000)
    await citizen.hears_text("20")
    code = await finish(citizen)
    assert await files(stage, code) == []
    assert (api.named("getFile"), api.downloads) == ([], 0)


async def test_a_program_that_calls_itself_a_picture_is_refused_and_its_sender_told(
    api: BotApi, stage: Stage
) -> None:
    citizen = Citizen(api, 501)
    await begin(citizen)
    citizen.says(STORY)
    await offers(citizen, "完成")
    citizen.document("照片.jpg", b"MZ\x90\x00\x03\x00\x00\x00\x04\xff\xff", mime="image/jpeg")
    await offers(citizen, "完成")
    await stage.program.fetcher.run_due()
    told = await citizen.hears_text("文件")
    assert "照片" not in told["text"]
    code = await finish(citizen)
    assert [a.state for a in await files(stage, code)] in ([], ["refused"])


async def test_a_report_does_not_wait_for_its_files(api: BotApi, stage: Stage) -> None:
    away = api.fail(broken(method="getFile", times=None))
    citizen = Citizen(api, 501)
    await begin(citizen)
    citizen.photo(caption=STORY)
    await offers(citizen, "完成")
    code = await finish(citizen)
    report = await stage.report(code)
    look = partial(attachments.of, vault=stage.program.vault, owner=f"report:{report.id}")
    assert [a.state for a in await stage.look(look)] == ["fetching"]
    await api.called("getFile")
    away.times = 0

    async def stored() -> bool:
        stage.clock.advance(WAIT)
        await stage.program.fetcher.run_due()
        return [a.state for a in await stage.look(look)] == ["stored"]

    assert await eventually(stored)
