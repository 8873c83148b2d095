"""A full queue at the end of a long day: few taps, short plain cards, not a word of a report."""

import pytest

from tests.handlers.conftest import MakeWorld
from tests.handlers.team_house import ROUTES, House, build

SECRET = "修路款"
WAYS = {
    "直接了结": ("没有具体事实",),
    "深入了解": ("有具体线索可以了解",),
    "暂存": ("目前", "30"),
    "移交纪": (),
    "转办": ("县信访局", "个人诉求"),
}


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def test_a_queue_of_forty_is_worked_off_in_four_taps_each(house: House) -> None:
    for n in range(40):
        await house.file(f"第{n}件：三月初镇里的{SECRET}有一部分没有入账。")
        house.world.pass_time(seconds=20)
    shown = await house.bundle()
    assert {s.text for s in shown} == {"队列里有40件新件，请发送“队列”查看。"}
    first = (await house.ann.say("/queue"))[-1]
    assert "共40件" in first.text
    assert SECRET not in first.text
    assert len(first.text) < 400
    seen: set[str] = set()
    for n in range(40):
        house.ann.inputs = 0
        shown = await house.ann.press("下一件")
        assert f"第{n}件" in shown[0].text
        seen.add(shown[0].text)
        for card in shown[1:]:
            assert SECRET not in card.text
            assert len(card.text) <= 160
        await house.ann.press("类别正确")
        await house.ann.press("深入了解")
        await house.ann.press("有具体线索可以了解")
        assert house.ann.inputs <= 4
    assert len(seen) == 40
    assert (await house.ann.press("下一件"))[-1].key == "team.nothing_waits"


@pytest.mark.parametrize("disposition", WAYS)
async def test_every_common_disposition_takes_at_most_four_inputs(
    house: House, disposition: str
) -> None:
    report = await house.file()
    await house.ann.say("/queue")
    house.ann.inputs = 0
    shown = await house.ann.press("下一件")
    assert SECRET in shown[0].text
    shown = await house.ann.press(disposition)
    while (await house.report(report)).state != "proposed":
        wanted = next((w for w in WAYS[disposition] if w in "".join(house.ann.last.labels)), "")
        label = next((k for k in house.ann.last.labels if wanted and wanted in k), "")
        await (house.ann.press(label) if label else house.ann.press(house.ann.last.labels[0]))
        assert house.ann.inputs <= 4
    assert house.ann.inputs <= 4


async def test_an_unclear_category_is_set_before_a_disposition_is_offered(house: House) -> None:
    await house.file(category="unsure")
    await house.ann.say("/queue")
    shown = await house.ann.press("下一件")
    assert "深入了解" not in shown[-1].labels
    await house.ann.press("党员干部违纪问题")
    shown = await house.ann.press("收钱收物")
    assert "深入了解" in shown[-1].labels
