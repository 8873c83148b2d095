"""The story of the demo: a report is filed and answered, a unit signs, is reminded, hands in."""

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
    """How the story may go otherwise; only as written does it pass."""

    AS_WRITTEN = "as-written"
    UNANSWERED = "unanswered"  # the citizen never answers the question
    LATE_SIGNING = "late-signing"  # the liaison signs a day later


@dataclass(slots=True, kw_only=True)
class Told:
    """What the parties took away from the story."""

    code: str = ""
    phrase: str = ""
    inputs: int = 0  # of the citizen, from the link to the receipt
    statuses: list[str] = field(default_factory=list)  # answers to 查询, in order
    alias: str = ""  # of the reporter, as the team sees it
    read: str = ""  # what the member was shown of the report
    duties: str = ""  # what the liaison was shown of the duties


class Story:
    """Plays the parts. Raises StoryBroken where somebody does not get what comes next."""

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
        """From the first scan to the accepted report."""
        expected = self._script["expected"]
        await self._come_in()
        await self._file()
        await self._crew.advance(expected["claimed"])
        await self._ask_back()
        if self._turn is not Turn.UNANSWERED:
            await self._answer()
            await self._propose()
        await self._crew.advance(expected["delivered"])
        await self._deliver_feedback()
        await self._sign(expected["signed"])
        await self._climb(expected["principal_handed"])
        await self._hand_in("principal")
        await self._climb(expected["report_handed"])
        await self._hand_in("report")
        await self._accept()
        answered = self._turn is not Turn.UNANSWERED
        await self._query("status.processing_text" if answered else "status.need_more_text")
        await self._crew.advance(expected["over"])

    async def _come_in(self) -> None:
        for slot in ("member", "office", "liaison", "principal"):
            party = self._of(slot)
            heard = await self._do(party, party.start(self._crew.payloads[slot]), "binding.done")
            if any(line.buttons for line in heard):
                await self._press(slot, "button.read", "binding.pledged")

    async def _file(self) -> None:
        """From the QR code to the receipt; the phrase is noted; a push, please."""
        citizen, words = self._of("citizen"), self._script["citizen"]
        await self._do(citizen, citizen.start(self._crew.payloads["citizen"]), "notice.must_read")
        await self._press("citizen", "button.read", "intake.ask_whom")
        await self._press("citizen", "intake.whom_principal", "intake.ask_group")
        await self._do(citizen, citizen.press_code("conduct"), "intake.ask_category")
        await self._do(citizen, citizen.press_code("integrity"), "intake.ask_identity")
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

    async def _ask_back(self) -> None:
        member = self._of("member")
        await self._do(member, member.say("/queue"), "team.queue")
        await self._do(member, member.press_code("o:"), "team.unclaimed")
        await self._press("member", "button.claim", "team.claimed")
        read = await self._press("member", "button.open", "team.reading_head")
        self.told.read = "\n".join(line.text for line in read)
        self.told.alias = self.told.read.split()[0]
        await self._press("member", "button.ask_more", "team.ask_what")
        await self._do(member, member.press_code("when"), "team.ticked")
        await self._press("member", "button.done", "team.asked")

    async def _answer(self) -> None:
        citizen = self._of("citizen")
        await self._query("status.need_more_text", end=False)
        await self._do(citizen, citizen.press_code("q."), "team.fact_when")
        await self._do(citizen, citizen.say(self._script["citizen"]["answer"]), "form.more")
        await self._press("citizen", "button.done", "status.added")

    async def _query(self, state: str, *, end: bool = True) -> None:
        citizen = self._of("citizen")
        argument = f"{self.told.code} {self.told.phrase}"
        heard = await self._do(citizen, citizen.say(f"/status {argument}"), state)
        self.told.statuses.append(heard[-1].text)
        if end:
            await self._press("citizen", "status.end", "status.ended")

    async def _propose(self) -> None:
        member = self._of("member")
        await self._do(member, member.say("/queue"), "team.queue")
        await self._do(member, member.press_code("o:"), "team.held_by")
        read = await self._press("member", "button.open", "team.reading_head")
        self.told.read = "\n".join(line.text for line in read)
        await self._press("member", "team.button_class", "team.ask_class")
        await self._press("member", "team.button_class_right", "disposition.ask")
        await self._press("member", "disposition.explore")
        await self._press("member", "disposition.reason_checkable", "disposition.proposed")

    async def _deliver_feedback(self) -> None:
        office = self._of("office")
        await self._do(office, office.say("/office"), "office.menu")
        await self._press("office", "office.do_feedback", "office.which_mission")
        stationing = self._script["expected"]["stationing"]
        await self._do(office, office.press_code(stationing), "office.is_feedback_approved")
        await self._press("office", "button.agree", "office.approval_words")
        words = self._script["office"]["approval"]
        await self._do(office, office.say(words), "office.delivered_on")
        await self._press("office", "office.today", "office.feedback_review")
        await self._press("office", "button.confirm", "office.feedback_recorded")

    async def _sign(self, on: date) -> None:
        if self._turn is Turn.LATE_SIGNING:
            on = date.fromordinal(on.toordinal() + 1)
        await self._crew.advance(on)
        liaison = self._of("liaison")
        await self._press("liaison", "button.sign", "duty.signed")
        heard = await self._do(liaison, liaison.say("/duties"), "duty.state_open")
        self.told.duties = "\n".join(line.text for line in heard)

    async def _climb(self, until: date) -> None:
        """From reminder to reminder."""
        while await self._crew.look() < until:
            before = await self._crew.look()
            if await self._crew.next_reminder() == before:
                raise StoryBroken("the clock finds no further reminder")

    async def _hand_in(self, what: str) -> None:
        """报送 of one duty: open the list, press its button, send the file and what it says."""
        liaison, words = self._of("liaison"), self._script["liaison"]
        listed = await self._do(liaison, liaison.say("/duties"), "button.submit")
        card = next(line for line in listed if line.text.startswith(words[f"{what}_title"]))
        await self._do(liaison, liaison.press_first(card), "duty.files")
        name = words[f"{what}_file"]
        await self._do(liaison, liaison.hand_over(name, "application/pdf", PDF), "form.more")
        await self._press("liaison", "button.done", "duty.summary")
        await self._do(liaison, liaison.say(words[f"{what}_summary"]), "duty.submit_review")
        await self._press("liaison", "button.confirm", "duty.received_late")

    async def _accept(self) -> None:
        """The office opens what came and accepts both."""
        office = self._of("office")
        for _ in range(2):
            await self._do(office, office.say("/office"), "office.menu")
            await self._press("office", "office.do_review", "office.document_came")
            await self._press("office", "button.open", "office.document_words")
            await self._press("office", "office.accept", "office.accepted")

    def _of(self, slot: str) -> Party:
        return self._crew.parties[slot]

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
