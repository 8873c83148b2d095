"""The first act: a report is filed and answered, a unit signs, is reminded, hands in."""

from datetime import date

from bot.demo.player import Player, Turn


class Story(Player):
    """A round of a county over a town."""

    async def play(self) -> None:
        """From the first scan to the accepted report."""
        expected = self._script["expected"]
        await self._come_in("member", "office", "liaison", "principal")
        await self._file("intake.whom_principal", "conduct", "integrity")
        await self._crew.advance(expected["claimed"])
        await self._ask_back()
        if self._turn is not Turn.UNANSWERED:
            await self._answer("team.fact_when", self._script["citizen"]["answer"])
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

    async def _ask_back(self) -> None:
        await self._take("member")
        member = self._of("member")
        await self._press("member", "button.ask_more", "team.ask_what")
        await self._do(member, member.press_code("when"), "team.ticked")
        await self._press("member", "button.done", "team.asked")

    async def _propose(self) -> None:
        await self._open_item("member")
        read = await self._press("member", "button.open", "team.reading_head")
        self.told.read = "\n".join(line.text for line in read)
        await self._press("member", "team.button_class", "team.ask_class")
        await self._press("member", "team.button_class_right", "disposition.ask")
        await self._press("member", "disposition.explore")
        await self._press("member", "disposition.reason_checkable", "disposition.proposed")

    async def _deliver_feedback(self) -> None:
        office = self._of("office")
        await self._say("office", "/office", "office.menu")
        await self._press("office", "office.do_feedback", "office.which_mission")
        unit = self._script["expected"]["unit_name"]
        await self._do(office, office.press_like(unit), "office.is_feedback_approved")
        await self._press("office", "button.agree", "office.approval_words")
        await self._say("office", self._script["office"]["approval"], "office.delivered_on")
        await self._press("office", "office.today", "office.feedback_review")
        await self._press("office", "button.confirm", "office.feedback_recorded")

    async def _sign(self, on: date) -> None:
        if self._turn is Turn.LATE_SIGNING:
            on = date.fromordinal(on.toordinal() + 1)
        await self._crew.advance(on)
        await self._press("liaison", "button.sign", "duty.signed")
        heard = await self._say("liaison", "/duties", "duty.state_open")
        self.told.duties = "\n".join(line.text for line in heard)

    async def _hand_in(self, what: str) -> None:
        """报送 by the liaison; the principal's own report by the principal (004 五(五))."""
        words = self._script["liaison"]
        await self._hand_over(
            words[f"{what}_title"], words[f"{what}_file"], words[f"{what}_summary"]
        )
        if what == "principal":
            await self._press("liaison", "button.confirm", "unit.prepared")
            await self._press("principal", "unit.confirm_report", "duty.received_late")
        else:
            await self._press("liaison", "button.confirm", "duty.received_late")

    async def _accept(self) -> None:
        """The office opens what came and accepts both."""
        for _ in range(2):
            await self._say("office", "/office", "office.menu")
            await self._press("office", "office.do_review", "office.document_came")
            await self._press("office", "button.open", "office.document_words")
            await self._press("office", "office.accept", "office.accepted")
