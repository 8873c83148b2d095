"""The wall clock is set forward and back in mid-run: nothing is lost, no reminder comes twice."""

from pathlib import Path

import pytest

from tests.channels.bot_chats import Citizen
from tests.faults.aftermath import nothing_waits, read_after
from tests.faults.checker import judge
from tests.faults.history import History
from tests.faults.installation import Installation, install
from tests.faults.moved import set_ahead
from tests.faults.people import Officer, Reporter, bind_everybody
from tests.faults.process import Program
from tests.faults.recording import WitnessApi
from tests.faults.storm import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]
HOUR = 3600
JUMPS = (6 * HOUR, -9 * HOUR, 3 * HOUR, -HOUR, 7 * HOUR, 0, 8 * HOUR)
SLOW = 60.0


async def reminded(program: Program, chats: list[Citizen]) -> None:
    """Until every liaison has heard of its dates."""

    def all_heard() -> bool:
        return all(any("提醒：" in m.get("text", "") for m in c.chat.said) for c in chats)

    await until(all_heard, within=SLOW)
    await program.quiet()


async def history(api: WitnessApi, program: Program, reporters: list[Reporter]) -> History:
    """What the judge may know of a stopped program that nobody killed."""
    made: Installation = program.installation
    chats = {f"{unit}-liaison": n for n, unit in enumerate(made.supervised)}
    people = sorted(made.invitations)
    return History(
        handed_over=api.handed_over(),
        acknowledged=api.acknowledged(),
        said=tuple(api.said),
        lives=tuple(program.lives),
        submissions=tuple(s for r in reporters for s in r.submissions),
        claims=(),
        supervised={name: 9_001 + people.index(name) for name in chats},
        after=await read_after(made, list(api.chats)),
        deleted=api.deleted(),
    )


@pytest.mark.parametrize("restarts", [False, True], ids=["in mid-run", "while it is down"])
async def test_a_clock_that_jumps_loses_nothing_and_repeats_no_reminder(
    api: WitnessApi, tmp_path: Path, restarts: bool
) -> None:
    made = await install(tmp_path / "site", api.root, "webhook", supervised=2)
    program = Program(made, clock=tmp_path / "clock")
    set_ahead(tmp_path / "clock", 0)
    try:
        await program.start()
        people = await bind_everybody(api, made)
        officer = next(p for p in people.values() if isinstance(p, Officer))
        await officer.works(made)
        await reminded(program, [people[f"{unit}-liaison"].client for unit in made.supervised])
        reporters = [Reporter(Citizen(api, 500 + n), mission="mission-a") for n in range(2)]
        for number, jump in enumerate(JUMPS):
            if restarts:
                assert await program.stop() == 0
            set_ahead(tmp_path / "clock", jump)
            if restarts:
                await program.start(nursed=True)
            await reporters[number % 2].files()
        await until(lambda: nothing_waits(made), within=SLOW)
        await program.quiet()
        assert await program.stop() == 0
    finally:
        await program.end_quietly()
    found = await history(api, program, reporters)
    assert judge(found) == []
    assert len(found.after.reports) == len(JUMPS)
    assert {row.state for row in found.after.outbox} == {"sent"}
    assert {file.state for file in found.after.files} == {"stored"}
    assert [p.prods for p in reporters] == [0, 0]
