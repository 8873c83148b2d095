"""An inspection under one regulation: every party's chat, a clock set by hand, a leak test."""

import difflib
import itertools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.notice_pages import NoticePages
from bot.texts import Texts, read_catalogues
from bot.wiring import make_rules
from casework.plan_checks import parse_plan
from handlers.bench import OperatorBench
from handlers.messages import Incoming
from handlers.plan import apply_plan
from handlers.routes import ROUTES, TICKS
from handlers.rules import Rules
from handlers.turn import Kit
from storage import attachments, duties, missions, people, reports
from storage.base import Session, Storage
from storage.duties import Duty
from storage.outbox import Parcel
from storage.reports import Report
from storage.sealing import Keyring, Vault
from tests.handlers.citizens import receipt
from tests.handlers.talk import ZONE, Chat, Shown, World

CROWD: dict[str, tuple[str, dict[str, str]]] = {
    "leader": ("沈予安", {"role": "team_leader", "team": "one"}),
    "deputy": ("宋知远", {"role": "team_deputy", "team": "one"}),
    "member": ("顾明川", {"role": "team_member", "team": "one"}),
    "second": ("陆时雨", {"role": "team_member", "team": "one"}),
    "office": ("秦以宁", {"role": "office"}),
    "office2": ("赵长庚", {"role": "office"}),
    "head": ("程望舒", {"role": "leading_group"}),
    "vice": ("费长明", {"role": "leading_group"}),
    "liaison": ("邵一鸣", {"role": "unit_liaison", "unit": "target"}),
    "principal": ("卫国平", {"role": "unit_principal", "unit": "target"}),
    "discipline": ("任办结", {"role": "department_member", "department": "disc"}),
    "organization": ("祝正选", {"role": "department_member", "department": "org"}),
    "civil": ("闵生望", {"role": "department_member", "department": "civil"}),
}
"""Who takes part: name and seat."""
CITY = {"city": ("尹联络", {"role": "municipal_liaison"})}
"""The liaison office of the city between the province and the county (003 第十六条)."""
SUCCESSOR = "successor"
TARGET_SIDE = ("liaison", "principal", SUCCESSOR)
"""Accounts that must never receive anything derived from a report."""
MISSION, UNIT = "m1", "青石党委"
RUN = 8
"""Characters in a row that the target side must not share with a report."""
OF_ANYBODY = frozenset(
    {"report", "status", "add", "start", "erase", "follow", "unfollow", "bind", "unbind"}
)
"""Commands of citizens, which speak of reports in general, and those that end a seat."""
QUIET = frozenset({"digest.morning"})
"""Daily messages that the tables leave out; `quiet` gives their days and receivers."""
_LEVELS = {"notice": "提示", "urge": "催办", "press": "督办", "report": "专报"}
_TITLES = {"duty.title_sign": "签收反馈", "duty.title_transfer_feedback": "办理情况"}
_WRAPPERS = {
    "reminder.copy": "抄送",
    "reminder.ask": "请示",
    "reminder.late": "迟发",
    "reminder.provisional": "预计",
}


def plan(profile: str, start: date, end: date, crowd: dict[str, Any]) -> dict[str, Any]:
    """The plan of a round with one team at one unit."""
    return {
        "round": {"id": "r1", "name": "第一轮", "profile": profile},
        "unit": [{"id": "target", "name": UNIT, "aliases": ["青石"]}],
        "team": [{"id": "one", "name": "第一组"}],
        "department": [
            {"id": "disc", "name": "纪委监委", "kind": "discipline"},
            {"id": "org", "name": "组织部", "kind": "organization"},
            {"id": "civil", "name": "民政局", "kind": "other"},
        ],
        "stationing": [
            {"id": MISSION, "team": "one", "units": ["target"], "start": start, "end": end}
        ],
        "person": [
            {"id": id, "name": name, "roles": [seat]} for id, (name, seat) in crowd.items()
        ],
    }


@dataclass(frozen=True)
class Told:
    """One message that reached somebody without having been asked for."""

    day: date
    to: str
    shown: Shown

    @property
    def rows(self) -> list[str]:
        """Day and text key, and under a reminder its lines: how a table of a scenario says it."""
        return [f"{self.day} {self.shown.key}", *_notes(self.shown.parcel.body)]


class DiaryWorld(World):
    """A world that keeps on which day each unasked message came."""

    def __init__(self, storage: Any, kit: Kit, texts: Texts) -> None:
        super().__init__(storage, kit, texts)
        self.diary: list[Told] = []
        self.actor = ""

    async def handle(self, incoming: Incoming, content: bool) -> list[Shown]:
        """A turn; what the speaker is answered is no entry of the diary."""
        self.actor = incoming.address.chat
        try:
            return await super().handle(incoming, content)
        finally:
            self.actor = ""

    def _hear(self, parcels: list[Parcel]) -> list[Shown]:
        heard = super()._hear(parcels)
        for shown in heard:
            if shown.parcel.chat != self.actor:
                leaves = datetime.fromtimestamp(shown.not_before, ZONE)
                day = max(self.now, leaves).date()
                self.diary.append(Told(day=day, to=shown.parcel.chat, shown=shown))
        return heard


@dataclass(frozen=True)
class StandingClock:
    """The clock of a page: it stands where the story stands."""

    moment: datetime
    zone: ZoneInfo = ZONE

    def now(self) -> datetime:
        """The story's moment."""
        return self.moment


@dataclass
class Inspection:
    """One round at one unit: chats of all parties, the clock, what everybody was told."""

    world: DiaryWorld
    profile: str
    crowd: dict[str, tuple[str, dict[str, str]]]
    chats: dict[str, Chat] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chats = {name: self.world.chat(name) for name in self.crowd}

    @property
    def inspect(self) -> str:
        """巡视 or 巡察, by the regulation."""
        return self.world.kit.rules.profiles[self.profile].terms.inspect

    # -- the clock --------------------------------------------------------------------------

    async def until(self, day: str, hour: str = "09:30") -> None:
        """Day by day to a date, at a working hour, with everything the program does by itself."""
        goal = date.fromisoformat(day)
        at = timedelta(hours=int(hour[:2]), minutes=int(hour[3:]))
        today = self.world.now.date()
        assert goal >= today, "the story goes forward"
        while True:
            stop = datetime.combine(today, datetime.min.time(), tzinfo=ZONE) + at
            self.world.now = max(stop, self.world.now)
            await self.run_ticks()
            if today >= goal:
                return
            today += timedelta(days=1)

    async def down_until(self, day: str, hour: str = "09:30") -> None:
        """The program does not run until then."""
        moment = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZONE)
        assert moment >= self.world.now, "the story goes forward"
        self.world.now = moment

    async def run_ticks(self) -> None:
        """Everything the program does by itself at this moment."""
        for name, _, tick in TICKS:
            if name == "alarms":  # nothing leaves here, so what waits to leave is no trouble
                continue
            await self.world.tick(tick)

    async def minutes(self, count: int) -> None:
        """A while passes on the same day."""
        self.world.pass_time(minutes=count)
        await self.run_ticks()

    # -- acts -------------------------------------------------------------------------------

    async def act(self, who: str, *steps: str, ends: str) -> list[Shown]:
        """Somebody goes through a form or cards; `ends` is the key of the last answer (a|b).

        Each step is a label where one is shown, words else; `+name` sends a file.
        """
        chat = self.chats[who]
        shown: list[Shown] = []
        for step in steps:
            before = chat.last.text if chat.heard else ""
            if step.startswith("+"):
                shown = await chat.send_file(step[1:], kind="document")
            elif self._label(chat, step):
                shown = await chat.press(step)
            else:
                shown = await chat.say(step)
            assert shown, f"{who}: no answer to {step!r} after {before!r}"
        keys = [one.key for one in shown]
        assert {*ends.split("|")} & {*keys}, (
            f"{who}: {steps[-1]!r} ended in {keys}:\n{shown[-1].text}"
        )
        return shown

    @staticmethod
    def _label(chat: Chat, step: str) -> bool:
        recent = chat.heard[-6:]
        return any(label.startswith(step) for told in recent for label in told.labels)

    async def report(
        self,
        citizen: str,
        words: str,
        *,
        whom: str = "领导班子",
        names: str = "",
        category: tuple[str, str] = ("党员干部违纪问题", "收钱收物"),
    ) -> str:
        """A citizen files a report in the web chat; its receipt number."""
        chat = self.chats[citizen] = self.world.chat(citizen)
        await chat.start("u_target")
        for label in ("我已阅读", whom, *category, "匿名"):
            await chat.press(label)
        await chat.say(words)
        await chat.press("完成")
        if names:
            assert chat.last.key == "intake.ask_names", chat.last.key
            await chat.say(names)
        await chat.press("其余跳过")
        told = (await chat.press("确认提交"))[0]
        assert told.key == "receipt.anonymous", told.text
        code, phrase = receipt(told.text)
        self.codes[citizen], self.phrases[citizen] = code, phrase
        self.secrets += [words, code, phrase, *([names] if names else [])]
        return code

    async def queue(self, who: str, citizen: str, *steps: str, ends: str) -> list[Shown]:
        """Somebody opens a citizen's report by its number and goes on with it."""
        return await self.act(who, f"/queue {self.codes[citizen]}", *steps, ends=ends)

    async def in_queue(self, who: str, citizen: str) -> bool:
        """Whether a report exists for a person."""
        shown = await self.chats[who].say(f"/queue {self.codes[citizen]}")
        return any(one.key == "team.item" for one in shown)

    async def duty(self, who: str, doc: str, label: str, *steps: str, ends: str) -> list[Shown]:
        """Press a button of one duty's card in the person's list, then go on."""
        listed = await self.chats[who].say("/duties")
        found = next(one for one in listed if one.text.startswith(f"{doc}（"))
        at = next(n for n, one in enumerate(found.labels) if one.startswith(label))
        shown = await self.chats[who].press_data(found.data[at])
        return await self.act(who, *steps, ends=ends) if steps else shown

    async def owed(self, who: str, doc: str, *steps: str, ends: str) -> list[Shown]:
        """办结 of what somebody of the inspecting side owes, by its line in the list."""
        shown = await self.chats[who].say("/duties")
        listed = next(one for one in shown if one.key == "event.owed")
        lines = [line for line in listed.text.splitlines() if re.match(r"\d+\. ", line)]
        number = next(line.split(".")[0] for line in lines if doc in line)
        label = next(one for one in listed.labels if re.fullmatch(rf"办结\s*{number}", one))
        await self.chats[who].press(label)
        return await self.act(who, *steps, ends=ends)

    async def files_arrive(self) -> None:
        """The bytes of every file that was sent have come."""
        vault, now = self.world.kit.vault, int(self.world.now.timestamp())

        def unit(db: Session) -> None:
            for fetch in attachments.claim(db, vault, now, 100):
                blob = f"blob-{fetch.id}"
                attachments.stored(db, fetch, blob=blob, size=10, mime="application/pdf")

        await self.world.storage.transact(unit)

    # -- what stands --------------------------------------------------------------------------

    async def duties(self) -> dict[str, Duty]:
        """Every duty of the mission by its obligation; of several the newest."""
        listed = await self.world.storage.read(lambda db: duties.of_stationing(db, MISSION))
        return {duty.obligation: duty for duty in listed}

    async def milestones(self) -> dict[str, str]:
        """What happened, by the name of the event; of several the newest."""
        vault = self.world.kit.vault
        found = await self.world.storage.read(lambda db: duties.milestones(db, vault, MISSION))
        return {one.event: str(one.happened_on) for one in found}

    async def filed(self, citizen: str) -> Report:
        """A citizen's report as it stands."""
        code, vault = self.codes[citizen].replace("-", ""), self.world.kit.vault
        found = await self.world.storage.read(lambda db: reports.by_code(db, vault, code))
        assert found is not None
        return found

    async def status(self, citizen: str) -> str:
        """What a citizen reads of the own report."""
        asked = f"/status {self.codes[citizen]} {self.phrases[citizen]}"
        return "\n".join(shown.text for shown in await self.chats[citizen].say(asked))

    async def page(self) -> str:
        """Everything that /p/<stationing> shows to anybody."""
        world, clock = self.world, StandingClock(self.world.now)
        kit = world.kit
        pages = NoticePages(world.storage, kit.vault, kit.rules, world.texts, (), clock)
        page = await pages.notice(MISSION, "zh_CN")
        assert page is not None
        return repr(page)

    # -- what was heard -----------------------------------------------------------------------

    def told(self, who: str) -> list[str]:
        """Every message a party received unasked, as rows of its table, oldest first.

        The same message several times in a row is one row with ×n.
        """
        heard = [t for t in self.world.diary if t.to == who and t.shown.key not in QUIET]
        told = itertools.groupby(row for one in heard for row in one.rows)
        return [f"{row} ×{n}" if (n := len([*same])) > 1 else row for row, same in told]

    def quiet(self, key: str) -> dict[str, list[date]]:
        """On which days each party received a daily message."""
        found: dict[str, list[date]] = {}
        for one in self.world.diary:
            if one.shown.key == key:
                found.setdefault(one.to, []).append(one.day)
        return found

    def texts_of(self, person: str) -> list[str]:
        """Everything a party got, oldest first: text, buttons, and what files would be made of."""
        heard = self.chats[person].heard if person in self.chats else []
        return [
            "\n".join((one.text, *one.labels, json.dumps(one.parcel.body, ensure_ascii=False)))
            for one in heard
        ]

    async def snoop(self, *persons: str) -> None:
        """The unit's people try every command that is not a citizen's, with every number."""
        numbers = ["", *self.codes.values()]
        for who in persons or ("liaison", "principal"):
            for command in sorted(ROUTES.commands.keys() - OF_ANYBODY):
                for number in numbers if command in ("queue", "access", "log") else [""]:
                    await self.chats[who].say(f"/{command} {number}")
                    await self.chats[who].say("/cancel")

    def leaks(
        self, of: Iterable[str] = TARGET_SIDE, *, kept: Iterable[str] = (), words: bool = True
    ) -> list[str]:
        """Everything that chats of the target side show and that comes from a report.

        Runs of eight characters of its words (whatever signs and blanks stand between), its
        number and query phrase whole or in part, and with `words` the names of the categories
        and the words in which one speaks of reports. `kept`: sentences of our own texts that
        speak of reports in general.
        """
        shown = "\n".join(text for one in of for text in self.texts_of(one))
        found = self.secrets_in(shown)
        for text in kept:
            shown = shown.replace(text, "")
        return found + [word for word in self._words() if words and word in shown]

    def secrets_in(self, shown: str) -> list[str]:
        """What a text has in common with what citizens wrote and were given."""
        bare = stripped(shown)
        found: list[str] = []
        for secret in map(stripped, self.secrets):
            size = min(RUN, len(secret))
            pieces = {secret[at : at + size] for at in range(len(secret) - size + 1)}
            found += [piece for piece in pieces if piece in bare]
        tails = (stripped(code)[-4:] for code in self.codes.values())
        return found + [t for t in tails if t in re.findall(r"[0-9a-z]+", shown.lower())]

    def _words(self) -> list[str]:
        """Words by which a unit would learn that somebody reported, and of what kind."""
        rules = self.world.kit.rules
        names = [c.label for c in rules.categories.by_id.values()]
        return [*names, "举报", "信访件", "线索", "来信", "来访", "匿名", "实名", "回执", "受理"]


def stripped(text: str) -> str:
    """Letters and digits alone, in one width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def _notes(body: dict[str, Any]) -> list[str]:
    """`· 提示:整改方案` for each line of a reminder message, with its marks."""
    lines = body.get("v", {}).get("lines", ()) if body["k"] == "reminder.digest" else ()
    return [f"· {_note(line)}" for line in lines]


def _note(line: Any) -> str:
    marks: list[str] = []
    while True:
        key, values = line["$t"]
        if key in _WRAPPERS:
            marks.append(_WRAPPERS[key])
        if "doc" in values:
            break
        line = values["line"]
    level = values["level"]["$t"][0].rpartition("_")[2]
    doc = values["doc"] if isinstance(values["doc"], str) else _TITLES[values["doc"]["$t"][0]]
    return ":".join((*marks, _LEVELS[level], doc))


def assert_told(h: Inspection, tables: Mapping[str, str]) -> None:
    """Every party, citizens too, was told exactly what its table says; no table is no message."""
    wanted: dict[str, list[str]] = {}
    for names, table in tables.items():
        wanted |= dict.fromkeys(names.split(", "), rows(table))
    for party in h.chats:
        heard, table = h.told(party), wanted.get(party, [])
        assert heard == table, f"{party}:\n" + "\n".join(difflib.ndiff(table, heard))


def assert_habits(h: Inspection) -> None:
    """What holds of every message of every inspection, whatever the regulation."""
    calendar = h.world.kit.rules.calendar
    digests = [(t.to, t.day) for t in h.world.diary if t.shown.key == "reminder.digest"]
    assert len(digests) == len(set(digests)), "one message of duties per person and day"
    assert all(calendar.is_workday(day) for _, day in digests)
    outside = {*TARGET_SIDE, "discipline", "organization", "civil", "city"}
    assert not outside & h.quiet("digest.morning").keys(), "counts of reports are for staff"
    for days in h.quiet("digest.morning").values():
        assert len(days) == len(set(days))
        assert all(map(calendar.is_workday, days))


def rows(table: str) -> list[str]:
    """The lines of a table; what stands behind two blanks and # is a remark."""
    lines = (line.partition("  #")[0].strip() for line in table.splitlines())
    return [line for line in lines if line]


@cache
def installed() -> tuple[Texts, Rules]:
    """The real texts and rules, read once."""
    texts = Texts(read_catalogues(), ZONE)
    config = Config.model_validate({"web": {"public_url": "https://example.test"}})
    return texts, make_rules(config, texts)


async def inspection(
    storage: Storage, profile: str, *, start: date, end: date, today: date, city: bool = False
) -> Inspection:
    """An installation with the plan in force on `today`; everybody bound, no text approved."""
    texts, rules = installed()
    kit = Kit(vault=Vault(Keyring.generate()), rules=rules, routes=ROUTES)
    world = DiaryWorld(storage, kit, texts)
    world.now = datetime(today.year, today.month, today.day, 9, 0, tzinfo=ZONE)
    crowd = {**CROWD, **(CITY if city else {})}

    def found(db: Session) -> None:
        bench = OperatorBench(db=db, vault=kit.vault, now=world.now, seed=b"plan")
        read = parse_plan(
            plan(profile, start, end, crowd),
            source="plan.toml",
            zone=ZONE,
            profiles=set(rules.profiles),
        )
        apply_plan(bench, read, actor="test", profile_version=rules.profiles[profile].version)
        assert [m.id for m in missions.every(db)] == [MISSION]
        for name in crowd:
            people.bind(db, kit.vault, ("web", "web", name), id=f"b-{name}", person_id=name, at=1)
            people.pledge(db, name, 1)

    await storage.transact(found)
    return Inspection(world, profile, crowd)
