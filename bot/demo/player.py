"""What every story of the demo is played with: parties that act, and what they must then hear."""

import string
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bot.demo.crew import Crew
from bot.demo.party import Party, StoryBroken
from bot.demo.transcript import Line

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Turn(StrEnum):
    """How a story may go otherwise; only as written does it pass."""

    AS_WRITTEN = "as-written"
    UNANSWERED = "unanswered"  # first act: the citizen never answers the question
    LATE_SIGNING = "late-signing"  # first act: the liaison signs a day later
    COPIED_WORDS = "copied-words"  # second act: the words of the report go to the unit
    NOT_RETURNED = "not-returned"  # second act: the team lets the first plan pass
    NO_EXTENSION = "no-extension"  # second act: nobody asks for another date


@dataclass(slots=True, kw_only=True)
class Told:
    """What the parties took away from the story."""

    code: str = ""
    phrase: str = ""
    inputs: int = 0  # of the citizen, from the link to the receipt
    statuses: list[str] = field(default_factory=list)  # answers to 查询, in order
    alias: str = ""  # of the reporter, as the team sees it
    read: str = ""  # what the team was shown of the report
    duties: str = ""  # what the liaison was shown of the duties
    shared: list[str] = field(default_factory=list)  # checks of a text against reports, in order
    notice: str = ""  # the notice as the unit's liaison read it
    feedback: dict[str, str] = field(default_factory=dict)  # the feedback as each slot read it
    returned: str = ""  # what the liaison was told of the plan that came back
    extended: str = ""  # what the liaison was shown of the extended duty


class Player:
    """Plays parts. Raises StoryBroken where somebody does not get what comes next."""

    def __init__(
        self,
        crew: Crew,
        texts: Mapping[str, str],
        script: Mapping[str, Any],
        turn: Turn = Turn.AS_WRITTEN,
    ) -> None:
        self.told = Told()
        self._crew = crew
        self._texts = texts
        self._script = script
        self._turn = turn

    async def play(self) -> None:
        """From the first scan to the end."""
        raise NotImplementedError

    async def _come_in(self, *slots: str) -> None:
        """The people of the plan bind their phones and read what they must."""
        for slot in slots:
            party = self._of(slot)
            heard = await self._do(party, party.start(self._crew.payloads[slot]), "binding.done")
            if any(line.buttons for line in heard):
                await self._press(slot, "button.read", "binding.pledged")

    async def _file(self, whom: str, group: str, category: str) -> None:
        """From the QR code to the receipt; the phrase is noted; a push, please."""
        citizen, words = self._of("citizen"), self._script["citizen"]
        await self._do(citizen, citizen.start(self._crew.payloads["citizen"]), "notice.must_read")
        await self._press("citizen", "button.read", "intake.ask_whom")
        await self._press("citizen", whom, "intake.ask_group")
        await self._do(citizen, citizen.press_code(group), "intake.ask_category")
        await self._do(citizen, citizen.press_code(category), "intake.ask_identity")
        await self._press("citizen", "button.anonymous", "intake.ask_account")
        await self._do(citizen, citizen.say(words["account"]), "form.more")
        await self._press("citizen", "button.done", "intake.ask_names")
        await self._press("citizen", "button.skip_rest", "intake.review")
        heard = await self._press("citizen", "button.confirm", "receipt.anonymous")
        self.told.inputs = citizen.transcript().inputs
        self._note_receipt(heard)
        asked = heard[-1].text
        places = [int(part) for part in "".join(c if c.isdigit() else " " for c in asked).split()]
        proof = "".join(self.told.phrase[place - 1] for place in places[:2])
        await self._do(citizen, citizen.say(proof), "receipt.ask_push")
        await self._press("citizen", "button.remind_me", "receipt.end")

    def _note_receipt(self, heard: list[Line]) -> None:
        shape = [line.partition("{")[0] for line in self._texts["receipt.anonymous"].splitlines()]
        receipt = next(line.text for line in heard if shape[0] in line.text).splitlines()
        self.told.code = receipt[1].removeprefix(shape[1])
        self.told.phrase = receipt[2].removeprefix(shape[2])

    async def _query(self, state: str, *, end: bool = True) -> None:
        """The citizen asks how the report stands, by number and phrase."""
        citizen = self._of("citizen")
        argument = f"{self.told.code} {self.told.phrase}"
        heard = await self._do(citizen, citizen.say(f"/status {argument}"), state)
        self.told.statuses.append(heard[-1].text)
        if end:
            await self._press("citizen", "status.end", "status.ended")

    async def _answer(self, question: str, answer: str) -> None:
        """The citizen answers what was asked back."""
        citizen = self._of("citizen")
        await self._query("status.need_more_text", end=False)
        await self._do(citizen, citizen.press_code("q."), question)
        await self._do(citizen, citizen.say(answer), "form.more")
        await self._press("citizen", "button.done", "status.added")

    async def _take(self, slot: str) -> None:
        """A person of the team claims the report and reads it."""
        await self._open_item(slot, "team.unclaimed")
        await self._press(slot, "button.claim", "team.claimed")
        read = await self._press(slot, "button.open", "team.reading_head")
        self.told.read = "\n".join(line.text for line in read)
        self.told.alias = self.told.read.split()[0]

    async def _open_item(self, slot: str, held: str = "team.held_by") -> None:
        """The one report in somebody's queue."""
        party = self._of(slot)
        await self._do(party, party.say("/queue"), "team.queue")
        await self._do(party, party.press_code("o:"), held)

    async def _climb(self, until: date) -> None:
        """From reminder to reminder."""
        while await self._crew.look() < until:
            before = await self._crew.look()
            if await self._crew.next_reminder() == before:
                raise StoryBroken("the clock finds no further reminder")

    async def _duty_card(self, title: str, button: str) -> Line:
        """The liaison opens the list; the card of one duty."""
        liaison = self._of("liaison")
        listed = await self._do(liaison, liaison.say("/duties"), button)
        cards = [line for line in listed if line.text.startswith(title) and line.buttons]
        if not cards:
            raise StoryBroken(f"liaison: no card of {title}")
        return cards[0]

    async def _hand_over(self, title: str, file: str, summary: str) -> None:
        """报送 of one duty up to its confirmation: list, button, file, words."""
        liaison = self._of("liaison")
        card = await self._duty_card(title, "button.submit")
        submit = self._texts["button.submit"]
        await self._do(liaison, liaison.press_on(card, submit), "duty.files")
        await self._do(liaison, liaison.hand_over(file, "application/pdf", PDF), "form.more")
        await self._press("liaison", "button.done", "duty.summary")
        await self._do(liaison, liaison.say(summary), "duty.submit_review")

    def _of(self, slot: str) -> Party:
        return self._crew.parties[slot]

    async def _say(self, slot: str, words: str, expected: str = "") -> list[Line]:
        party = self._of(slot)
        return await self._do(party, party.say(words), expected)

    async def _press(self, slot: str, label: str, expected: str = "") -> list[Line]:
        party = self._of(slot)
        return await self._do(party, party.press(self._texts[label]), expected)

    async def _do(
        self, party: Party, act: Coroutine[Any, Any, None], expected: str = ""
    ) -> list[Line]:
        """Act, and hear the text of this key."""
        heard = await self._crew.turn(party, act)
        words = "\n".join(line.words for line in heard)
        if expected and self._gist(expected) not in words:
            raise StoryBroken(f"{party.slot}: expected {expected}, heard {words!r}")
        return heard

    def _gist(self, key: str) -> str:
        """The longest piece of a text that no value changes."""
        pieces = (literal for literal, *_ in string.Formatter().parse(self._texts[key]))
        return max(pieces, key=len)
