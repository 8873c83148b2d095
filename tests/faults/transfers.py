"""A house that hands reports over to a department: proposed, agreed to by three, sent, signed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from storage import audit, letters, reports, sendings
from storage.base import Session
from storage.open import open_storage
from storage.sealing import Vault
from tests.channels.bot_chats import Message, buttons
from tests.faults.history import LetterRow, Transfer
from tests.faults.installation import DEPARTMENT, HOUSE, Installation
from tests.faults.people import Person, label, words

Rule = Callable[[Person, Message], bool]
Holds = Callable[[Message], bool]
TEAM = "team-a"  # whose reports are handed over
APPROVERS = ("team-a-leader", "clerk", "head")  # 004 四(五): team, office, leading group


def about(tail: str, rule: Rule) -> Rule:
    """A rule for messages about one report; a card of another one is left alone."""
    return lambda person, message: tail in message["text"] and rule(person, message)


def offered(message: Message, what: str) -> bool:
    """Whether a message has a button of this name."""
    return any(button["text"].startswith(what) for button in buttons(message))


@dataclass(slots=True)
class House:
    """Who takes part, and what was handed over so far."""

    people: dict[str, Person]
    waiting: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    transfers: list[Transfer] = field(default_factory=list)
    _busy: bool = False

    @property
    def idle(self) -> bool:
        """Whether it could take another report."""
        return not self._busy and self.waiting.empty()

    async def works(self) -> None:
        """Hand over what comes, one after the other, for ever."""
        while True:
            code = await self.waiting.get()
            self._busy = True
            await self.hands_over(code)
            self._busy = False
            self.waiting.task_done()

    async def hands_over(self, code: str) -> None:
        """One report from its claim to the department's signature."""
        tail, number = code[-4:], f"移交函〔{len(self.transfers) + 1}〕号"
        await self._proposes(code, tail)
        for who in APPROVERS:
            await self._agrees(who, code, tail)
        while not await self._sends(code, tail, number):
            await self._agrees("head", code, tail)  # what was heard of it was an older message
        await self._signs(number)
        self.transfers.append(Transfer(code=code, number=number))

    async def _proposes(self, code: str, tail: str) -> None:
        rules = [
            about(tail, label("认领")),
            about(tail, label("分类")),
            label("类别正确"),
            label("移交纪检监察机关"),
            label("有具体事实"),
        ]
        await self._through("eve", f"/queue {code}", rules, _says(tail, "拟处置，待审定"))

    async def _agrees(self, who: str, code: str, tail: str) -> None:
        def done(message: Message) -> bool:
            passed = _says(tail, "报批中")(message) and not offered(message, "同意")
            return passed or "已审定同意" in message["text"] or "没有这件" in message["text"]

        await self._through(who, f"/queue {code}", [about(tail, label("同意"))], done)

    async def _sends(self, code: str, tail: str, number: str) -> bool:
        """Whether it went; False where it is not agreed to yet."""

        def done(message: Message) -> bool:
            return _says(tail, "已移交")(message) or _says(tail, "报批中")(message)

        rules = [
            about(tail, label("登记发出")),
            words("发文字号", number),
            label("今天"),
        ]
        last = await self._through("clerk", f"/queue {code}", rules, done)
        return "已移交" in last["text"]

    async def _signs(self, number: str) -> None:
        def done(message: Message) -> bool:
            return number in message["text"] and not offered(message, "签收")

        await self._through("taker", "/letters", [about(number, label("签收"))], done)

    async def _through(self, who: str, begin: str, rules: list[Rule], done: Holds) -> Message:
        """Go on by the rules until it is done; the message that says so."""
        person = self.people[who]
        person.client.says(begin)
        while True:
            message = await person.hears()
            if message is None:
                person.client.says(begin)
            elif done(message):
                return message
            elif person.fresh(message):
                any(rule(person, message) for rule in rules)


def _says(tail: str, what: str) -> Holds:
    return lambda message: tail in message["text"] and what in message["text"]


def house_of(people: dict[str, Person]) -> House:
    """Those of an installation who hand over."""
    return House({name: people[name] for name in HOUSE})


async def read_letters(installation: Installation) -> tuple[LetterRow, ...]:
    """Every letter of a stopped installation, with what was handed over by it."""
    vault = installation.vault
    storage = open_storage(installation.config.database)
    await storage.open()
    try:
        return await storage.read(lambda db: tuple(_letters(db, vault)))
    finally:
        await storage.close()


def _letters(db: Session, vault: Vault) -> list[LetterRow]:
    return [_letter(db, vault, letter) for letter in letters.of_department(db, vault, DEPARTMENT)]


def _letter(db: Session, vault: Vault, letter: letters.Letter) -> LetterRow:
    acts = [act["action"] for act in audit.about(db, letter.id)]
    sent = [one.report_id for one in sendings.of_letter(db, vault, letter.id)]
    agreed = [act["action"] for id in sent for act in audit.about(db, id)]
    return LetterRow(
        number=letter.number,
        codes=tuple(reports.code(db, vault, id) for id in sent),
        agreed=agreed.count("proposal.agree"),
        sent=acts.count("letter.sent"),
        signed=acts.count("letter.received"),
        signed_by=letter.received_by,
    )
