"""Attacks on the report queue by people who are bound: what must not exist for them, does not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Config
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from casework.mission import Recusal, Round, Seat
from casework.receipt import new_code
from handlers.reading import redeem
from handlers.routes import TICKS
from handlers.turn import Kit
from storage import attachments, identities, missions, people, readings, reports
from storage.base import Session
from storage.identities import Identity
from storage.open import open_storage
from storage.reports import Report
from storage.sealing import Keyring, Vault
from tests.handlers.talk import ZONE, Chat, Shown, World
from tests.handlers.team_house import ROUTES, SEATS, House, build

WORDS = "会计把三十二万修路款转进了镇长弟弟的公司，账本在档案室第二个柜子。"
TARGET_SIDE = {
    "liaison": Seat(role="unit_liaison", unit="a"),
    "principal": Seat(role="unit_principal", unit="a"),
    "clerk": Seat(role="department_member", department="disc"),
    "city": Seat(role="municipal_liaison"),
}
ABSENT = new_code(bytes(16))
STAFF_WORDS = ("/queue", "队列", "/enter", "登记", "/recuse", "/office", "/duties", "整改")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    texts = Texts(read_catalogues(), ZONE)
    storage = open_storage(f"sqlite:///{tmp_path}/attack.db")
    await storage.open()
    kit = Kit(vault=Vault(Keyring.generate()), rules=make_rules(Config(), texts), routes=ROUTES)
    yield await build(World(storage, kit, texts))
    await storage.close()


async def seat(house: House, person: str, *seats: Seat, round_id: str = "r") -> Chat:
    """Somebody new, bound, with these seats in a round beside everybody else's."""
    held = (
        [*SEATS.items(), *((person, s) for s in seats)]
        if round_id == "r"
        else [(person, s) for s in seats]
    )

    def unit(db: Session) -> None:
        vault = house.world.kit.vault
        people.put_person(db, vault, person, "某人")
        people.pledge(db, person, 1)
        people.bind(db, vault, ("web", "web", person), id=f"b-{person}", person_id=person, at=1)
        people.put_seats(db, round_id, held)

    await house.world.storage.transact(unit)
    house.chats[person] = house.world.chat(person)
    return house.chats[person]


async def every_tick(house: House) -> None:
    """Whatever the program does by itself, once."""
    for _, _, tick in TICKS:
        await house.world.tick(tick)


def told(shown: list[Shown]) -> list[tuple[str, str, list[str]]]:
    return [(s.key, s.text, s.labels) for s in shown]


def offered(house: House, *names: str) -> list[str]:
    """The data of every button these people were ever shown."""
    return [data for name in names for shown in house.told(name) for data in shown.data]


async def code_of(house: House, report: Report) -> str:
    return house.filed[report.id].code


@pytest.mark.parametrize("who", TARGET_SIDE)
async def test_the_target_side_hears_the_same_with_and_without_a_report(
    house: House, who: str
) -> None:
    chat = await seat(house, who, TARGET_SIDE[who])
    words = (*STAFF_WORDS, f"/queue {ABSENT}", "你好", "/help", "/status")
    before = [told(await chat.say(w)) for w in words]
    await chat.say("取消")
    report = await house.file(WORDS)
    await house.file("另一件。", identity=Identity(real_name="万里晴", contact="13800138000"))
    code = await code_of(house, report)
    spoken = len(chat.heard)
    await house.bundle()
    house.world.pass_time(days=2)
    await every_tick(house)
    assert [s.key for s in chat.heard[spoken:]] == []
    after = [told(await chat.say(w.replace(ABSENT, code))) for w in words]
    assert after == before


@pytest.mark.parametrize("who", [*TARGET_SIDE, "stranger", "nobody"])
async def test_buttons_of_other_people_do_nothing_for_whom_the_report_does_not_exist(
    house: House, who: str
) -> None:
    chat = (
        await seat(house, who, TARGET_SIDE[who]) if who in TARGET_SIDE else house.world.chat(who)
    )
    report = await house.file(WORDS)
    await house.claim("ann")
    await house.ann.press("查看")
    await house.ann.press("处置")
    await house.lead.say("/queue")
    await house.officer.say("/office")
    before = await house.report(report)
    for data in dict.fromkeys(offered(house, "ann", "lead", "officer")):
        shown = await chat.press_data(data)
        assert [s.key for s in shown] == ["form.stale_card"], data
    assert await house.report(report) == before


async def test_a_code_that_a_card_did_not_offer_does_nothing(house: House) -> None:
    report = await house.file(WORDS)
    await house.open("ann")
    nonce = house.ann.last.data[0].removeprefix("v1:").partition(":")[0]
    before = await house.report(report)
    for code in ("agree", "send", "finish", "reopen", "assign", "c:inspector", "yes", "", "x"):
        shown = await house.ann.press_data(f"v1:{nonce}:{code}")
        assert [s.key for s in shown] == ["form.stale_card"], code
    assert await house.report(report) == before


async def test_a_card_pressed_twice_at_the_same_time_claims_once(house: House) -> None:
    report = await house.file(WORDS)
    await house.open("ann")
    await house.open("bob")
    claim = {
        name: next(d for d in house.chats[name].last.data if d.endswith(":claim"))
        for name in ("ann", "bob")
    }
    await asyncio.gather(
        *(house.chats[n].press_data(claim[n]) for n in ("ann", "bob", "ann", "bob"))
    )
    history = await house.world.storage.read(lambda db: reports.history(db, report.id))
    assert [e.what for e in history].count("claim") == 1


async def test_a_card_past_its_time_does_nothing(house: House) -> None:
    report = await house.file(WORDS)
    await house.open("ann")
    house.world.pass_time(days=15)
    assert (await house.ann.press("认领"))[-1].key == "form.stale_card"
    assert (await house.report(report)).holder == ""


async def test_another_team_learns_nothing_from_a_receipt_number(house: House) -> None:
    report = await house.file(WORDS)
    absent = told(await house.stranger.say(f"/queue {ABSENT}"))
    there = told(await house.stranger.say(f"/queue {await code_of(house, report)}"))
    assert there == absent


async def test_closing_a_mission_does_not_count_what_is_hidden_from_its_leader(
    house: House,
) -> None:
    await house.file(WORDS)
    hidden = await house.file("组长收了烟酒。", category="inspector", whom="team")
    assert (await house.report(hidden)).hidden
    await house.change(hidden, important=True)
    recused = await house.file("又一件。")
    await house.recuse(recused, "lead")
    house.world.pass_time(days=40)
    await house.lead.say("/queue")
    shown = await house.lead.press("收口")
    if shown[-1].key == "closing.pick":
        shown = await house.lead.press("甲镇")
    assert shown[-1].key == "closing.ask"
    assert shown[-1].parcel.body["v"]["open"] == 1
    assert shown[-1].parcel.body["v"]["unread"] == 1
    done = await house.lead.press("确认收口")
    assert done[0].key == "closing.closed"
    assert done[0].parcel.body["v"]["open"] == 1
    passed = await house.report(recused)
    assert (passed.queue, bool(passed.next_on)) == ("office", True)


async def test_a_seat_of_an_earlier_round_opens_nothing_of_the_next(house: House) -> None:
    """一次一授权: the same team number with other people sits in every round."""
    report = await house.file(WORDS)

    def earlier(db: Session) -> None:
        missions.put_places(
            db,
            Round(id="r0", name="上一轮", profile_id="suixi-2016"),
            units=[],
            teams=[],
            departments=[],
        )

    await house.world.storage.transact(earlier)
    former = await seat(house, "former", Seat(role="team_leader", team="one"), round_id="r0")
    assert (await former.say("/queue"))[-1].key == "team.queue_empty"
    code = await code_of(house, report)
    assert (await former.say(f"/queue {code}"))[-1].key == "team.not_there"
    await house.bundle()
    house.world.pass_time(days=2)
    await every_tick(house)
    pushed = [k for k in house.keys("former") if k.startswith(("card.", "digest."))]
    assert pushed == []


async def test_who_lost_the_seat_gets_neither_card_nor_count(house: House) -> None:
    report = await house.file(WORDS)
    await house.claim("ann")
    await house.world.storage.transact(
        lambda db: people.put_seats(
            db,
            "r",
            [
                *((p, s) for p, s in SEATS.items() if p != "ann"),
                ("ann", Seat(role="unit_liaison", unit="c")),
            ],
        )
    )
    spoken = len(house.told("ann"))
    await house.change(report, next_on="2026-03-02")
    house.world.pass_time(days=2)
    await every_tick(house)
    assert [s.key for s in house.told("ann")[spoken:]] == []
    assert (await house.ann.press("查看"))[-1].key in ("team.not_there", "form.stale_card")
    assert (await house.ann.press("认领"))[-1].key in ("team.not_there", "form.stale_card")


async def test_after_the_mission_is_closed_the_team_has_no_row_card_or_notice(
    house: House,
) -> None:
    report = await house.file(WORDS)
    await house.claim("ann")
    house.world.pass_time(days=40)
    await house.lead.say("/queue")
    if (await house.lead.press("收口"))[-1].key == "closing.pick":
        await house.lead.press("甲镇")
    await house.lead.press("确认收口")
    spoken = {n: len(house.told(n)) for n in ("ann", "bob", "lead")}
    await house.bundle()
    await every_tick(house)
    assert [len(house.told(n)) for n in spoken] == list(spoken.values())
    assert (await house.ann.press("查看"))[-1].key in ("team.not_there", "form.stale_card")
    for name in spoken:
        assert (await house.chats[name].say("/queue"))[-1].key == "team.queue_empty"
    code = await code_of(house, report)
    assert (await house.lead.say(f"/queue {code}"))[-1].key == "team.not_there"


async def test_a_reading_link_dies_with_the_right_and_after_its_first_use(house: House) -> None:
    report = await house.file(WORDS)
    away = replace(house.ann, content=False)
    house.chats["ann"] = away
    await house.open("ann")
    links = [(await away.press("查看"))[0].text for _ in range(3)]
    tokens = [link.partition("#")[2].split()[0].rstrip("。") for link in links]
    at = int(house.world.now.timestamp())
    vault, storage = house.world.kit.vault, house.world.storage

    async def use(token: str, when: int) -> bool:
        return await storage.transact(lambda db: redeem(db, vault, token, when)) is not None

    assert [await use(tokens[0], at), await use(tokens[0], at)] == [True, False]
    assert not await use(tokens[1], at + 15 * 60)
    await house.recuse(report, "ann")
    assert not await use(tokens[2], at)
    assert not await use("guess" * 8, at)
    await storage.transact(lambda db: readings.sweep(db, at + 86_400 * 2))


async def test_an_agreement_counts_only_for_the_proposal_that_was_on_the_card(
    house: House,
) -> None:
    """The leader reads one proposal; another takes its place before the tap."""
    await seat(house, "co", Seat(role="team_leader", team="one"))
    report = await house.file(WORDS)
    await house.claim("ann")
    await house.propose("ann", "直接了结", "有权机关已有结论")
    await house.open("lead")
    stale = next(d for d in house.lead.last.data if d.endswith(":agree"))
    await house.open("co")
    await house.co.press("不同意")
    await house.co.say("再看看")
    await house.propose("ann", "暂存", "留存备查，继续关注", "30天后")
    assert (await house.report(report)).state in ("proposed", "approving")
    shown = await house.lead.press_data(stale)
    assert shown[-1].key == "form.stale_card"
    assert (await house.report(report)).state in ("proposed", "approving")


async def test_nobody_approves_the_own_proposal_from_a_second_chat_or_seat(
    house: House,
) -> None:
    report = await house.file(WORDS)
    await seat(house, "both", Seat(role="team_leader", team="one"), Seat(role="office"))
    await house.world.storage.transact(
        lambda db: people.bind(
            db,
            house.world.kit.vault,
            ("web", "web", "both-2"),
            id="b-both-2",
            person_id="both",
            at=2,
        )
    )
    await house.claim("both")
    await house.propose("both", "直接了结", "有权机关已有结论")
    assert (await house.report(report)).state in ("proposed", "approving")
    second = house.world.chat("both-2")
    for chat in (house.chats["both"], second):
        await chat.say("/queue")
        shown = await chat.press("打开1")
        assert "同意" not in shown[-1].labels
        nonce = shown[-1].data[0].removeprefix("v1:").partition(":")[0]
        await chat.press_data(f"v1:{nonce}:agree")
    assert (await house.report(report)).state in ("proposed", "approving")


async def test_an_old_category_card_does_not_pull_back_what_has_moved_on(house: House) -> None:
    report = await house.file(WORDS)
    await house.claim("ann")
    await house.ann.press("分类")
    group = next(
        data
        for label, data in zip(house.ann.last.labels, house.ann.last.data, strict=True)
        if "巡察工作" in label
    )
    await house.ann.press_data(group)
    to_office = next(
        data
        for label, data in zip(house.ann.last.labels, house.ann.last.data, strict=True)
        if label.startswith(("打击报复", "反映巡察"))
    )
    await house.change(report, state="transferred", holder="bob")
    await house.ann.press_data(to_office)
    now = await house.report(report)
    assert (now.state, now.queue, now.holder) == ("transferred", "team", "bob")


async def test_a_member_who_gave_a_report_back_proposes_nothing_with_the_old_card(
    house: House,
) -> None:
    report = await house.file(WORDS)
    await house.claim("ann")
    await house.ann.press("处置")
    choose = next(
        data
        for label, data in zip(house.ann.last.labels, house.ann.last.data, strict=True)
        if label.startswith("直接了结")
    )
    now = await house.report(report)
    await house.change(now, holder="bob")
    await house.ann.press_data(choose)
    if house.ann.last.labels:
        await house.ann.press_data(house.ann.last.data[0])
    assert (await house.report(report)).state == "screening"


async def test_no_staff_surface_shows_the_name_phone_or_chat_of_a_reporter(
    house: House,
) -> None:
    await house.file(
        WORDS, identity=Identity(real_name="万里晴", contact="13800138000", contact_when="晚上")
    )
    for name in ("ann", "lead", "officer", "head"):
        await house.chats[name].say("/queue")
        if house.chats[name].last.key != "team.queue":
            continue
        await house.chats[name].press("打开1")
        for label in ("查看", "认领", "处置", "请补充"):
            if label in house.chats[name].last.labels:
                await house.chats[name].press(label)
    everything = "".join(s.text for c in house.chats.values() for s in c.heard)
    assert "三十二万" in everything
    for secret in ("万里晴", "13800138000", "晚上"):
        assert secret not in everything


async def test_an_anonymous_report_keeps_no_identity_to_be_unsealed(house: House) -> None:
    report = await house.file(WORDS)
    found = await house.world.storage.read(
        lambda db: identities.unseal(db, house.world.kit.vault, report.id)
    )
    assert found is None


async def test_a_recusal_that_a_new_plan_brings_hides_what_is_already_on_file(
    house: House,
) -> None:
    report = await house.file(WORDS)
    entry = Recusal(person_id="ann", unit_id="a")

    at = int(house.world.now.timestamp())
    await house.world.storage.transact(
        lambda db: people.recuse(db, house.world.kit.vault, entry, id="x", at=at, round_id="r")
    )
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"
    await every_tick(house)
    assert (await house.ann.say("/queue"))[-1].key == "team.queue_empty"
    code = await code_of(house, report)
    assert (await house.ann.say(f"/queue {code}"))[-1].key == "team.not_there"


async def test_a_group_chat_hears_nothing_whatever_a_bound_person_types_there(
    house: House,
) -> None:
    await house.file(WORDS)
    await house.claim("ann")
    group = replace(house.ann, private=False)
    for words in ("/queue", "队列", "/enter", "/office", "/status", "认领", "1"):
        assert {s.key for s in await group.say(words)} <= {"greeting.group"}, words
    for data in offered(house, "ann"):
        assert await group.press_data(data) == [], data


async def test_a_file_name_cannot_turn_its_ending_round(house: House) -> None:
    vault, storage = house.world.kit.vault, house.world.storage
    await storage.transact(
        lambda db: attachments.expect(
            db,
            vault,
            id="f1",
            key=bytes(32),
            owner="report:x",
            channel="web",
            account="web",
            ref="r",
            name="账本\u202egpj.pdf",
            mime="",
            kind="document",
            size=1,
            at=1,
        )
    )
    shown = await storage.read(lambda db: attachments.of(db, vault, "report:x"))
    assert [file.name for file in shown] == ["账本gpj.pdf"]
