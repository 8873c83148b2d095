"""People who go on with what they were doing, whatever happens to the program meanwhile."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.channels.bot_chats import Citizen, Message, buttons
from tests.faults.checker import codes
from tests.faults.history import Claim, Submission
from tests.faults.installation import MEMBERS, OFFICER, Installation
from tests.faults.recording import WitnessApi

PATIENCE = 12.0  # seconds of silence after which a person writes again
STORY = "去年八月镇里修水渠，施工队虚报三百方石料，经手人分了钱。"


def label(text: str) -> Callable[["Person", Message], bool]:
    """Answer by pressing the button whose label begins so."""

    def press(person: "Person", message: Message) -> bool:
        full = next((b["text"] for b in buttons(message) if b["text"].startswith(text)), "")
        if full:
            person.client.clicks(full, message)
        return bool(full)

    return press


def words(part: str, answer: str) -> Callable[["Person", Message], bool]:
    """Answer a message that holds `part` by typing."""

    def type_it(person: "Person", message: Message) -> bool:
        if part in message.get("text", ""):
            person.client.says(answer)
            return True
        return False

    return type_it


@dataclass(slots=True)
class Person:
    """Somebody with a phone: answers each question once, asks again after a long silence."""

    client: Citizen
    prods: int = 0
    _answered: set[str] = field(default_factory=set)

    async def hears(self) -> Message | None:
        """The next message; None after a long silence in which the program had nothing to do."""
        while True:
            pending = len(self.client.api.updates.pending)
            try:
                return (await self.client.hears(within=PATIENCE))[0]
            except TimeoutError:
                if pending or self.client.api.updates.pending:
                    continue
                self.prods += 1
                self._answered.clear()
                return None

    def fresh(self, message: Message) -> bool:
        """False where the same question with the same buttons was answered before."""
        asked = json.dumps(message.get("reply_markup"), sort_keys=True) + message["text"]
        if asked in self._answered:
            return False
        self._answered.add(asked)
        return True

    async def goes_through(
        self,
        begin: str,
        rules: list[Callable[["Person", Message], bool]],
        end: str,
    ) -> None:
        """Say something and answer by the first rule that fits until `end` is heard."""
        self.client.says(begin)
        while True:
            message = await self.hears()
            if message is None:
                self.client.says(begin)
                continue
            if end in message["text"]:
                return
            if self.fresh(message):
                any(rule(self, message) for rule in rules)


@dataclass(slots=True)
class Reporter(Person):
    """A citizen who files one report after the other."""

    mission: str = ""
    filed: int = 0
    submissions: list[Submission] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    on_receipt: Callable[[str, str], None] | None = None

    async def files(self) -> None:
        """One report from the link to the end of the talk."""
        self.filed += 1
        mark = f"〔{self.client.chat.id}-{self.filed}〕"
        begin = f"/start s_{self.mission}"
        self.client.says(begin)
        submitted = photographed = False
        while True:
            message = await self.hears()
            if message is None:
                self.client.says("/cancel" if submitted else begin)
                continue
            text = message["text"]
            for code in codes(text):
                self._notes(code)
            if "需要时请用编号和口令" in text or (submitted and "没有正在进行的填写" in text):
                return
            if not self.fresh(message):
                continue
            if label("确认提交")(self, message):
                submitted = True
                self._submits(mark)
            elif "请把经过写清楚" in text and "已记下" not in text:
                self.client.says(f"{STORY}{mark}")
            elif "已记下" in text and self.filed % 2 and not photographed:
                photographed = True
                self.client.photo(content=PHOTO + mark.encode())
            else:
                any(label(one)(self, message) for one in LABELS)

    def _submits(self, mark: str) -> None:
        event = str(self.client.api.updates.first_id + self.client.api.updates._next - 1)
        self.submissions.append(Submission(event=event, chat=self.client.chat.id, mark=mark))

    def _notes(self, code: str) -> None:
        if code not in self.receipts:
            self.receipts.append(code)
            if self.on_receipt is not None:
                self.on_receipt(self.mission, code)


LABELS = (
    "我已阅读",
    "主要负责人",
    "党员干部违纪",
    "收钱收物",
    "匿名",
    "其余跳过",
    "不用提醒",
    "跳过",
    "完成",
)
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c636460f85f0f0002870180eb47ba920000000049454e44ae426082"
)


@dataclass(slots=True)
class Pair:
    """Two members of one team who press 认领 at the same moment."""

    people: dict[str, Person]
    waiting: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    claims: list[Claim] = field(default_factory=list)

    async def works(self) -> None:
        """Claim what comes, for ever."""
        while True:
            await self.claims_one(await self.waiting.get())
            self.waiting.task_done()

    async def claims_one(self, code: str) -> None:
        """Both open the same report, then both press, then both hear how it went."""
        shown = await asyncio.gather(*(self._opens(p, code) for p in self.people.values()))
        updates = self.people_updates()
        first = updates._next
        for person, message in zip(self.people.values(), shown, strict=True):
            person.client.clicks("认领", message)
        events = tuple(str(updates.first_id + n) for n in range(first, updates._next))
        chats = {name: person.client.chat.id for name, person in self.people.items()}
        self.claims.append(Claim(code=code, events=events, people=chats))
        await asyncio.gather(*(self._learns(p, code) for p in self.people.values()))

    def people_updates(self) -> Any:
        """The queue of events that all clients write to."""
        return next(iter(self.people.values())).client.api.updates

    async def _opens(self, person: Person, code: str) -> Message:
        person.client.says(f"/queue {code}")
        while True:
            message = await person.hears()
            if message is None:
                person.client.says(f"/queue {code}")
            elif code[-4:] in message["text"] and any(
                b["text"] == "认领" for b in buttons(message)
            ):
                return message

    async def _learns(self, person: Person, code: str) -> None:
        while True:
            message = await person.hears()
            if message is None:
                person.client.says(f"/queue {code}")
            elif code[-4:] in message["text"] and all(
                b["text"] != "认领" for b in buttons(message)
            ):
                return


@dataclass(slots=True)
class Officer(Person):
    """The office enters feedback and its signing from paper, so that reminders become due."""

    done: list[str] = field(default_factory=list)

    async def works(self, installation: Installation) -> None:
        """Every supervised unit in turn."""
        for unit in installation.supervised:
            await self.records(installation, unit)
            self.done.append(unit)

    async def records(self, installation: Installation, unit: str) -> None:
        """Delivery and signing of one unit, both long ago."""
        name, day = installation.unit_name(unit), installation.signed_on.isoformat()
        own = [label(name), words("批准日期或者文号", "县委第八次会议"), label("确认提交")]
        await self.goes_through(
            "/office",
            [label("登记反馈"), label("同意"), *own, words("反馈日期是哪一天", day)],
            f"向{name}反馈意见，签收提示已发出",
        )
        await self.goes_through(
            "/office",
            [
                label("登记纸质签收"),
                label(name),
                words("纸质签收日期", day),
                words("送达人或者经手人", "王五"),
                label("没有材料"),
            ],
            f"已登记{name}于",
        )


async def bind_everybody(api: WitnessApi, installation: Installation) -> dict[str, Person]:
    """Each invited person opens their link; their chats by person id."""
    people = {
        name: Person(Citizen(api, 9_000 + n, name=name))
        for n, name in enumerate(sorted(installation.invitations), start=1)
    }
    for name, person in people.items():
        person.client.starts(f"bind_{installation.invitations[name]}")
    for name, person in people.items():
        await person.client.hears_text("绑定", within=60)
        if not name.endswith(("-liaison", "taker")):  # who works with reports gives a pledge first
            pledge = await person.client.hears_text("保密承诺", within=60)
            person.client.clicks("我已阅读", pledge)
            await person.client.hears(within=60)
    officer = people[OFFICER]
    people[OFFICER] = Officer(officer.client)
    return people


def pairs_of(people: dict[str, Person]) -> dict[str, Pair]:
    """Team → its two members."""
    return {team: Pair({name: people[name] for name in who}) for team, who in MEMBERS.items()}
