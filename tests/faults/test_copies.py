"""Copies of a living installation: backups under load, clones that keep silent, a move."""

import asyncio
from pathlib import Path

import aiohttp
import pyrage
import pytest

from bot.backups import make_backup, restore
from bot.cli.site import Site
from bot.moves import move
from storage import attachments, audit
from storage.base import AlreadyOpen
from storage.blobs import LocalBlobs
from storage.open import open_storage, peek
from tests.channels.bot_chats import Citizen
from tests.channels.bot_faults import silence
from tests.channels.telegram_support import free_port
from tests.faults.aftermath import read_after
from tests.faults.checker import codes
from tests.faults.conftest import Launch
from tests.faults.installation import HOOK, SECRET, Installation, Mode, install
from tests.faults.people import STORY, Officer, Reporter, bind_everybody
from tests.faults.process import Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import until
from tests.faults.test_disk_full import refused_start
from tests.faults.test_restart import press, says

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]
SLOW = 30.0
IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())


def quiet(line: str) -> None:
    """Nobody watches."""


def elsewhere(made: Installation, folder: Path) -> Installation:
    """The same configuration in an empty place, and the offline key."""
    folder.mkdir()
    (folder / "offline.key").write_text(f"{IDENTITY}\n", "utf-8")
    for name in ("config.toml", "days.toml"):
        (folder / name).write_bytes((made.folder / name).read_bytes())
    return Installation(folder=folder, mode=made.mode, port=made.port)


async def restored(made: Installation, file: Path, folder: Path) -> Installation:
    """A backup put into a new place; what stands there."""
    copy = elsewhere(made, folder)
    await restore(copy.config, file, folder / "offline.key", quiet, at=1)
    return copy


def named(folder: Path, url: str) -> None:
    """Write the address of the store into the configuration."""
    config = folder / "config.toml"
    text = config.read_text("utf-8").partition("[storage]")[0]
    config.write_text(f'{text}[storage]\nurl = "{url}"\n', "utf-8")


async def everything_opens(made: Installation) -> set[str]:
    """Rows and blobs name each other and all is in order; the numbers of the reports."""
    config = made.config
    blobs = LocalBlobs(config.data_dir / "blobs")
    files: list[tuple[str, str]] = peek(
        config.database,
        lambda db: [
            (str(row[db.columns("attachment").index("id")]), str(blob))
            for row in db.rows("attachment")
            if (blob := row[db.columns("attachment").index("blob")])
        ],
    )
    assert sorted(blob for _, blob in files) == list(blobs.names())
    storage = open_storage(config.database)
    await storage.open()
    try:
        for id, blob in files:
            key = await storage.read(lambda db, id=id: attachments.key(db, made.vault, id))  # type: ignore[misc]
            assert key is not None
            assert b"".join(blobs.get(blob, key, attachments.content_place(id)))
        verdict = await storage.read(lambda db: audit.verify(db, 2**31))
        assert verdict.broken is None
    finally:
        await storage.close()
    return {report.code for report in (await read_after(made, [])).reports}


async def test_backups_under_load_are_whole_and_lack_no_file(
    api: WitnessApi, launch: Launch, tmp_path: Path
) -> None:
    program = await launch("webhook")
    made = program.installation
    reporters = [Reporter(Citizen(api, 500 + n), mission="mission-a") for n in range(4)]
    over = False

    async def busy(reporter: Reporter) -> None:
        while not over:
            await reporter.files()

    jobs = [asyncio.ensure_future(busy(reporter)) for reporter in reporters]
    known: list[set[str]] = []
    for number in range(3):
        wanted = len({c for r in reporters for c in r.receipts}) + 3
        await until(lambda w=wanted: len({c for r in reporters for c in r.receipts}) >= w)  # type: ignore[misc]
        if number == 2:  # by now some files are fetched, the last copy has to hold them
            await until(lambda: len(list((made.config.data_dir / "blobs").glob("??/*"))) > 4)
        known.append({code for r in reporters for code in r.receipts})
        target = tmp_path / f"{number}.age"
        made_copy = await asyncio.to_thread(make_backup, made.config, [RECIPIENT], target, quiet)
        assert made_copy.missing == 0
    over = True
    await asyncio.gather(*jobs)
    await program.quiet(within=SLOW)
    assert await program.stop() == 0
    for number, before in enumerate(known):
        copy = await restored(made, tmp_path / f"{number}.age", tmp_path / f"copy-{number}")
        assert before <= await everything_opens(copy)
    assert list((tmp_path / "copy-2" / "data" / "blobs").glob("??/*"))


async def refuses_everybody(made: Installation, port: int) -> None:
    """Health says why; no webhook and no page of the web chat is heard."""
    address = f"http://127.0.0.1:{port}"
    token = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession(base_url=address) as http:
        async with http.get("/healthz") as answer:
            assert answer.status == 503
            assert (await answer.json())["parts"]["held"] == "restored"
        async with http.get("/chat/ws") as answer:
            assert answer.status in (403, 503)
        if made.mode == "webhook":
            async with http.post(HOOK, json={"update_id": 1}, headers=token) as answer:
                assert answer.status == 503


@pytest.mark.parametrize(
    ("mode", "shared"),
    [
        ("webhook", False),
        ("polling", False),
        pytest.param("polling", True, marks=pytest.mark.postgres),
    ],
)
async def test_a_restored_clone_calls_nobody_and_hears_nobody_until_it_is_released(
    api: WitnessApi, tmp_path: Path, request: pytest.FixtureRequest, mode: Mode, *, shared: bool
) -> None:
    made = await install(tmp_path / "site", api.root, mode, supervised=1)
    program = Program(made)
    clones: list[Program] = []
    try:
        await program.start()
        people = await bind_everybody(api, made)
        officer, liaison = people["officer"], people["unit-01-liaison"].client.chat.id
        assert isinstance(officer, Officer)
        await officer.records(made, "unit-01")
        await program.kill()
        heard = reminded(api, liaison)
        make_backup(made.config, [RECIPIENT], tmp_path / "copy.age", quiet)
        copy = elsewhere(made, tmp_path / "clone")
        config = (copy.folder / "config.toml").read_text("utf-8").replace("= false", "= true", 1)
        (copy.folder / "config.toml").write_text(config, "utf-8")
        if shared:
            named(copy.folder, request.getfixturevalue("pg_empty_url"))
        identity = copy.folder / "offline.key"
        await restore(copy.config, tmp_path / "copy.age", identity, quiet, at=1)
        ports = [free_port(), free_port()] if shared else [made.port]
        clones = [Program(copy, port=port) for port in ports]
        calls = len(api.calls)
        for clone in clones:
            await clone.start()
        for clone in clones:
            await clone.answers(within=SLOW)
            await refuses_everybody(made, clone.port)
        for clone in clones:
            assert await clone.stop() == 0
            assert "program.held" in clone.log.read_text("utf-8")
        assert len(api.calls) == calls
        site = Site(path=copy.folder / "config.toml")
        assert await asyncio.to_thread(site.ask, "hold.lift", {}) == {"lifted": True}
        for clone in clones:
            await clone.start()
        await until(lambda: reminded(api, liaison) == 1)
        assert heard in (0, 1)
        for clone in clones:
            assert await clone.stop() == 0
    finally:
        await asyncio.gather(*(one.end_quietly() for one in (program, *clones)))


async def talk_half(citizen: Citizen) -> None:
    """Up to the question for the story."""
    citizen.starts("s_mission-a")
    await citizen.hears_text("反映问题须知", within=SLOW)
    await press(citizen, "我已阅读", "主要反映谁")
    await press(citizen, "主要负责人", "请选择问题类型")


async def talk_on(citizen: Citizen) -> str:
    """From there to the receipt; its number."""
    await press(citizen, "党员干部违纪", "具体是哪一种")
    await press(citizen, "收钱收物", "匿名还是实名")
    await press(citizen, "匿名", "请把经过写清楚")
    await says(citizen, STORY, "已记下")
    await press(citizen, "完成", "姓名和职务")
    await press(citizen, "其余跳过", "请核对")
    citizen.clicks("确认提交")
    return codes((await citizen.hears_text("编号：", within=SLOW))["text"])[0]


async def end_mid_sending(api: WitnessApi, program: Program, citizen: Citizen) -> None:
    """Kill the program while a message is leaving whose arrival it never hears of."""
    api.fail(silence(method="sendMessage", chat=citizen.chat.id))
    sent = len(api.named("sendMessage"))
    citizen.says("/help")
    await api.called("sendMessage", sent + 1, within=SLOW)
    await program.kill()
    for fault in api.faults:
        fault.times = 0


def reminded(api: WitnessApi, chat: int) -> int:
    """How many reminders a chat got."""
    return sum("提醒：" in m.get("text", "") for m in api.chats[chat].said)


@pytest.mark.postgres
async def test_a_living_installation_moves_to_postgresql_and_back_and_goes_on(
    api: WitnessApi, tmp_path: Path, pg_empty_url: str
) -> None:
    made = await install(tmp_path / "site", api.root, "webhook", supervised=1)
    program, old = Program(made), made.config.database
    try:
        await program.start()
        people = await bind_everybody(api, made)
        talker, filer = Citizen(api, 501), Reporter(Citizen(api, 502), mission="mission-a")
        await filer.files()
        await talk_half(talker)
        with pytest.raises(AlreadyOpen):
            await move(old, pg_empty_url, quiet, at=1)
        liaison = people["unit-01-liaison"].client.chat.id
        officer = people["officer"]
        assert isinstance(officer, Officer)
        await officer.records(made, "unit-01")
        await end_mid_sending(api, program, filer.client)
        heard = reminded(api, liaison)

        await move(old, pg_empty_url, quiet, at=1)
        said = await refused_start(made.folder)
        assert "this store was moved away: write the new address into [storage] url" in said
        named(made.folder, pg_empty_url)
        await program.start()
        code = await talk_on(talker)
        await until(lambda: reminded(api, liaison) >= 1)
        await program.quiet(within=SLOW)
        assert reminded(api, liaison) - heard in (0, 1)
        await end_mid_sending(api, program, talker)

        back = f"sqlite:///{tmp_path}/back.db"
        await move(pg_empty_url, back, quiet, at=2**31)
        await program.start()
        await until(lambda: not program.running)
        assert "this store was moved away" in program.log.read_text("utf-8").splitlines()[-1]
        named(made.folder, back)
        await program.start()
        await filer.files()
        await program.quiet(within=SLOW)
        assert await program.stop() == 0
    finally:
        await program.end_quietly()
    after = await read_after(made, [501, 502])
    assert {code, *filer.receipts} <= {report.code for report in after.reports}
    assert set(after.inbox) == api.handed_over() == api.acknowledged()
    assert set(after.inbox.values()) == {"done"}
    assert {row.state for row in after.outbox} <= {"sent", "uncertain"}
    assert sum(row.state == "uncertain" for row in after.outbox) <= 2
    assert not after.audit
    assert reminded(api, liaison) == 1
