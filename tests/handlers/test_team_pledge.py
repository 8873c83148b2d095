"""The confidentiality pledge stands before every report (004 二(五))."""

import pytest

from casework.mission import Seat
from storage import people
from storage.base import Session
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat
from tests.handlers.team_house import ROUTES, SEATS, House, build

NEW = Seat(role="team_member", team="one")


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def newcomer(house: House) -> Chat:
    """A member who was bound and has not read the pledge."""
    vault = house.world.kit.vault

    def come(db: Session) -> None:
        people.put_person(db, vault, "new", "新来人")
        people.bind(db, vault, ("web", "web", "new"), id="b-new", person_id="new", at=1)
        people.put_seats(db, "r", [*SEATS.items(), ("new", NEW)])

    await house.world.storage.transact(come)
    return house.world.chat("new")


@pytest.mark.parametrize("way", [("下一件",), ("打开1", "查看"), ("打开1", "认领")])
async def test_nothing_is_read_or_claimed_before_the_pledge_is_read(
    house: House, way: tuple[str, ...]
) -> None:
    report = await house.file()
    chat = await newcomer(house)
    await chat.say("/queue")
    for label in way:
        shown = await chat.press(label)
    assert [s.key for s in shown] == ["binding.pledge"]
    assert (await house.report(report)).holder == ""
    assert "修路款" not in "".join(s.text for s in chat.heard)
    await chat.press("我已阅读")
    shown = await chat.press(way[-1])
    assert shown[0].key != "binding.pledge"
    assert (way[-1] == "查看") != ((await house.report(report)).holder == "new")


async def test_the_office_reads_it_too_and_only_once(house: House) -> None:
    await house.file(category="inspector")
    await house.officer.say("/queue")
    shown = await house.officer.press("下一件")
    assert "binding.pledge" not in [s.key for s in shown]
