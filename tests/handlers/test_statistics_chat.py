"""统计 and 查阅记录: figures for the office and above, of units and of people who read."""

from datetime import date
from functools import partial

import pytest

from casework.mission import Recusal, Round, Unit
from storage import missions, people
from storage.base import Session
from tests.handlers.conftest import MakeWorld
from tests.handlers.team_house import ROUTES, House, build


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def filed(house: House) -> None:
    """Seven reports at 甲镇 of one category, six at 乙局 of another, two more at 乙局."""
    for number in range(7):
        await house.file(f"修路款没有入账之{number}")
    for number in range(6):
        await house.file(f"提拔不公之{number}", unit="b", category="personnel")
    for number in range(2):
        await house.file(f"吃喝送礼之{number}", unit="b", category="style")


async def test_the_figures_of_a_year_hide_small_counts_and_what_would_tell_them(
    house: House,
) -> None:
    await filed(house)
    text = (await house.officer.say("统计"))[-1].text
    assert "收到15件" in text
    assert "吃喝送礼、讲排场：<5" in text
    assert "—" in text  # one more count is withheld, so that 15 less the others tells nothing
    assert "甲镇：7" in text
    assert "乙局：8" in text
    assert "3月：15" in text
    assert "2件" not in text
    for shown in (await house.head.say("/stats"))[-1].text.split("\n")[:2]:
        assert shown in text


async def test_whoever_is_recused_from_a_unit_counts_nothing_of_it(house: House) -> None:
    await filed(house)
    recusal = Recusal(person_id="officer", unit_id="b")
    vault = house.world.kit.vault
    await house.world.storage.transact(
        lambda db: people.recuse(db, vault, recusal, id="x", at=int(house.world.now.timestamp()))
    )
    text = (await house.officer.say("/stats"))[-1].text
    assert "收到7件" in text
    assert "乙局" not in text
    await house.officer.press("覆盖情况")
    assert "乙局" not in house.officer.last.text


async def test_what_is_about_the_office_is_in_no_figure_of_the_office(house: House) -> None:
    await filed(house)
    for number in range(5):
        await house.file(f"办公室的事{number}", category="inspector", whom="office")
    assert "收到15件" in (await house.officer.say("/stats"))[-1].text


# category, reports at 甲镇, at 乙局
MANY = (("integrity", 12, 6), ("personnel", 8, 7), ("style", 1, 3), ("work", 3, 2))


async def test_a_mission_has_its_figures_for_its_report(house: House) -> None:
    """000 五, 003 第十条, 004 五(四): aggregated figures for the report of the team."""
    for category, *counts in MANY:
        for unit, count in zip("ab", counts, strict=True):
            for number in range(count):
                await house.file(f"反映之{number}", unit=unit, category=category)
    await house.officer.say("/stats")
    shown = (await house.officer.press("甲镇"))[-1]
    assert shown.key == "statistics.mission"
    assert "甲镇：收到24件" in shown.text
    assert "：12" in shown.text
    assert shown.text.count("<5") == 2
    assert not {"：1", "：3", "：0"} & set(shown.text.split("\n"))
    own = await house.lead.say("统计")
    assert {s.key for s in own} == {"statistics.mission"}
    assert "丙厂" not in "".join(s.text for s in own)


@pytest.mark.parametrize("person", ["ann", "liaison", "clerk"])
async def test_nobody_else_has_figures_or_readings(house: House, person: str) -> None:
    await filed(house)
    for word in ("/stats", "/access"):
        (shown,) = await house.chats[person].say(word)
        assert shown.key == "error.not_allowed"


async def test_a_year_that_cannot_be_counted_gets_a_line(house: House) -> None:
    assert "2026年为止" in (await house.officer.say("/stats 2031"))[-1].text
    assert (await house.officer.say("/stats 2025"))[-1].key == "statistics.year_empty"


async def test_the_coverage_names_what_was_never_inspected_first(house: House) -> None:
    """002 二, 003 第二条: once in a term, and first where much is reported."""
    await filed(house)
    await house.world.storage.transact(partial(_later, day=date(2026, 9, 1)))
    await house.officer.say("/stats")
    text = (await house.officer.press("覆盖情况"))[-1].text
    assert "单位共3个，已巡2个，未巡1个" in text
    first, *others = text.split("\n")[1:]
    assert first.startswith("丙厂　最近一次：尚未安排　反映")
    assert "反映8件" in others[0]
    assert "反映7件" in others[1] or "反映—件" in others[1]


async def test_the_coverage_tells_of_which_kind_a_unit_is(house: House) -> None:
    """000 二, 002 二: areas, townships, villages, stations, organs, enterprises."""
    kinds = [
        Unit(id="a", name="甲镇", kind="township"),
        Unit(id="c", name="丙厂", kind="enterprise"),
    ]
    round_ = Round(id="r", name="第一轮", profile_id="suixi-2016")
    await house.world.storage.transact(
        lambda db: missions.put_places(db, round_, units=kinds, teams=[], departments=[])
    )
    await house.officer.say("/stats")
    text = (await house.officer.press("覆盖情况"))[-1].text
    assert "甲镇（乡镇、街道）" in text
    assert "丙厂（国有企业）" in text


def _later(db: Session, day: date) -> None:
    mission = missions.stationing(db, "m-c")
    assert mission is not None
    db.run("missions.set_state", id=mission.id, state="planned")
    missions.drop(db, mission.id)


async def test_nothing_lies_without_somebody_or_a_date(house: House) -> None:
    report = await house.file()
    code = house.filed[report.id].code
    await house.officer.say("/stats")
    text = (await house.officer.press("件件有着落"))[-1].text
    assert "共1件" in text
    assert code[-4:] in text
    assert code not in text
    await house.claim("ann")
    await house.officer.say("/stats")
    assert (await house.officer.press("件件有着落"))[-1].key == "statistics.all_placed"


async def test_the_office_reads_who_opened_what_and_not_a_word_of_it(house: House) -> None:
    """003 第十二条(六): discipline of those who work on it."""
    report = await house.file()
    code = house.filed[report.id].code
    assert (await house.officer.say("/access"))[-1].key == "statistics.nothing_read"
    await house.claim("ann")
    await house.ann.press("查看")
    text = (await house.officer.say("查阅记录"))[-1].text
    assert "安若澜" in text
    assert code[-4:] in text
    assert "修路款" not in text
    assert "安若澜" in (await house.officer.say(f"/access {code}"))[-1].text
    await house.recuse(report, "officer")
    assert (await house.officer.say("/access"))[-1].key == "statistics.nothing_read"
    assert "没有这件" in (await house.officer.say(f"/access {code}"))[-1].text


@pytest.mark.parametrize(
    ("tick", "mark"),
    [
        ("有权机关已立案", "【有权机关已处理】"),  # 003 第十八条: no second work on it
        ("已商请", "【已商请协助】"),  # 000 四, 001 工作方式, 004 四(二)
    ],
)
async def test_a_mark_tells_colleagues_and_nobody_of_the_unit(
    house: House, tick: str, mark: str
) -> None:
    await house.file()
    await house.claim("ann")
    await house.ann.press("标记")
    await house.ann.press(f"☐ {tick}")
    await house.ann.press("完成")
    assert mark in house.ann.last.text
    assert mark in (await house.open("lead"))[-1].text
    assert mark not in "".join(s.text for s in house.told("liaison"))
