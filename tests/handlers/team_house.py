"""A small plan for the team's talks: two teams, three missions, an office, a leading group."""

from datetime import date, datetime
from functools import partial
from typing import Any

from casework.mission import Department, Round, Seat, Stationing, Team, Unit
from handlers.arrivals import announce, bundles
from handlers.desk import Desk
from handlers.intake.filing import Draft, Filed, file_report
from handlers.messages import Reply
from handlers.routes import ROUTES
from storage import missions, people, reports
from storage.base import Session
from storage.identities import Identity
from storage.reports import Report
from storage.sealing import Vault
from tests.handlers.talk import ZONE, Chat, Shown, World

SEATS = {
    "ann": Seat(role="team_member", team="one"),
    "bob": Seat(role="team_member", team="one"),
    "lead": Seat(role="team_leader", team="one"),
    "dep": Seat(role="team_deputy", team="one"),
    "stranger": Seat(role="team_member", team="two"),
    "officer": Seat(role="office"),
    "second": Seat(role="office"),
    "head": Seat(role="leading_group"),
    "vice": Seat(role="leading_group"),
    "liaison": Seat(role="unit_liaison", unit="a"),
    "clerk": Seat(role="department_member", department="disc"),
}
NAMES = {
    "ann": "安若澜",
    "bob": "柏景行",
    "lead": "黎正声",
    "dep": "戴维新",
    "stranger": "司徒远",
    "officer": "欧阳明",
    "second": "尚可为",
    "head": "何主峰",
    "vice": "费长明",
    "liaison": "连络川",
    "clerk": "任办结",
}
WINDOW = (
    int(datetime(2026, 3, 1, tzinfo=ZONE).timestamp()),
    int(datetime(2026, 4, 1, tzinfo=ZONE).timestamp()),
)
SITES = {"m-a": ("one", "a"), "m-b": ("one", "b"), "m-c": ("two", "c")}


def _found(db: Session, vault: Vault, profile: str) -> None:
    missions.put_places(
        db,
        Round(id="r", name="第一轮", profile_id=profile),
        units=[Unit(id="a", name="甲镇"), Unit(id="b", name="乙局"), Unit(id="c", name="丙厂")],
        teams=[Team(id="one", name="第一组"), Team(id="two", name="第二组")],
        departments=[
            Department(id="disc", name="县纪委", kind="discipline"),
            Department(id="org", name="县委组织部", kind="organization"),
            Department(id="civil", name="县民政局", kind="other"),
        ],
    )
    for mission, (team_id, unit_id) in SITES.items():
        stationing = Stationing(
            id=mission,
            round_id="r",
            team_id=team_id,
            team_name="",
            unit_id=unit_id,
            unit_name="",
            starts_on=date(2026, 3, 2),
            ends_on=date(2026, 4, 10),
            accept_from=WINDOW[0],
            accept_until=WINDOW[1],
            profile_id=profile,
            profile_version="1",
        )
        missions.put_stationing(db, stationing, entry=f"e-{unit_id}")
        missions.approve(db, mission, at=1, actor="officer")
        missions.set_state(db, mission, "open")
    for person in SEATS:
        people.put_person(db, vault, person, NAMES[person])
        people.pledge(db, person, 1)
        chat = ("web", "web", person)
        people.bind(db, vault, chat, id=f"b-{person}", person_id=person, at=1)
    people.put_seats(db, "r", list(SEATS.items()))


class House:
    """The installation with everybody's chat; staff may read content in theirs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chats: dict[str, Chat] = {name: world.chat(name) for name in SEATS}
        self.filed: dict[str, Filed] = {}

    def __getattr__(self, name: str) -> Chat:
        return self.chats[name]

    async def file(
        self,
        words: str = "三月初镇里的修路款有一部分没有入账，会计可以作证。",
        *,
        unit: str = "a",
        category: str = "integrity",
        whom: str = "cadre",
        names: str = "",
        identity: Identity | None = None,
    ) -> Report:
        """A report comes in as it would from a citizen."""
        mission = next((m for m, (_, u) in SITES.items() if u == unit), "")
        draft = Draft(
            unit_id=unit,
            missions=((mission, SITES[mission][0]),) if mission else (),
            window="open",
            category=category,
            whom=whom,
            origin="web",
            texts=(("names", names), ("account", words)),
            identity=identity,
        )
        filed: list[Filed] = []

        def come_in(desk: Desk) -> list[Reply]:
            filed[:] = [file_report(desk, draft)]
            return announce(desk, filed[0].report)

        await self.world.tick(come_in)
        self.filed[filed[0].report.id] = filed[0]
        return filed[0].report

    async def bundle(self, minutes: int = 15) -> list[Shown]:
        """Time passes and the bundles that are ripe leave."""
        self.world.pass_time(minutes=minutes)
        return await self.world.tick(bundles)

    async def report(self, like: Report) -> Report:
        """The report as it stands now."""
        found = await self.world.storage.read(lambda db: reports.get(db, like.id))
        assert found is not None
        return found

    async def change(self, like: Report, **changes: Any) -> None:
        """Set fields of a report past every rule."""
        now = await self.report(like)
        await self.world.storage.transact(
            lambda db: reports.change(db, now.id, now.version, **changes)
        )

    async def recuse(self, like: Report, person: str) -> None:
        """The register hides a report from a person."""
        at = int(self.world.now.timestamp())
        await self.world.storage.transact(lambda db: reports.recuse(db, like.id, person, at))

    def told(self, person: str) -> list[Shown]:
        """Everything a person was ever told."""
        return self.chats[person].heard

    def keys(self, person: str) -> list[str]:
        """The text keys of everything a person was told."""
        return [shown.key for shown in self.told(person)]

    async def open(self, person: str, number: int = 1) -> list[Shown]:
        """Open one report of the person's queue."""
        await self.chats[person].say("/queue")
        return await self.chats[person].press(f"打开{number}")

    async def claim(self, person: str) -> list[Shown]:
        """Open the first report of the queue and claim it."""
        await self.open(person)
        return await self.chats[person].press("认领")

    async def propose(self, person: str, disposition: str, *answers: str) -> list[Shown]:
        """Propose a disposition for the first report of the queue; answers are labels or words."""
        chat = self.chats[person]
        await self.open(person)
        await chat.press("处置")
        shown = await chat.press(disposition)
        for answer in answers:
            labels = chat.last.labels
            shown = await (chat.press(answer) if answer in labels else chat.say(answer))
        return shown


async def build(world: World, profile: str = "suixi-2016") -> House:
    """The plan in force under a regulation profile."""
    await world.storage.transact(partial(_found, vault=world.kit.vault, profile=profile))
    return House(world)


__all__ = ["ROUTES", "House", "build"]
