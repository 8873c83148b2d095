"""The second act: a text for the unit, feedback, a returned plan, another date, the ladder."""

from datetime import date

from bot.demo.player import PDF, Player, Turn


class OversightStory(Player):
    """A round of a province over a county, under the 2012 measures."""

    async def play(self) -> None:
        """From the first scan to the report that came after 督办."""
        expected = self._script["expected"]
        await self._come_in("leader", "bureau", "leading", "liaison", "principal", "city")
        await self._file("intake.whom_body", "public", "masses")
        await self._crew.advance(expected["written"])
        await self._write()
        await self._crew.advance(expected["agreed"])
        await self._agree()
        await self._send()
        await self._crew.advance(expected["reported"])
        await self._carry_out()
        await self._put_feedback()
        await self._crew.advance(expected["delivered"])
        await self._deliver()
        await self._crew.advance(expected["signed"])
        await self._sign()
        await self._plan()
        await self._extend()
        await self._overdue()
        await self._query("status.done_text")
        await self._crew.advance(expected["over"])

    async def _write(self) -> None:
        """The leader writes anew what the unit is to read; somebody else confirms it (003-9)."""
        words, leader = self._script["notice"], self._of("leader")
        await self._take("leader")
        await self._press("leader", "button.dispose", "disposition.ask")
        await self._press("leader", "disposition.immediate", "immediate.ask_strong")
        await self._say("leader", words["strong"], "immediate.ask_breach")
        await self._say("leader", words["breach"], "immediate.ask_soon")
        await self._say("leader", words["soon"], "immediate.ask_others")
        await self._press("leader", "button.skip", "immediate.ask_days")
        await self._do(leader, leader.press_code(words["days"]), "disposition.ask_rewritten")
        await self._text(words["copied"])
        if self._turn is not Turn.COPIED_WORDS:
            await self._press("leader", "immediate.button_rewrite", "disposition.ask_rewritten")
            await self._text(words["text"])
        await self._press("leader", "immediate.button_offer", "immediate.offered")
        await self._press("bureau", "button.open", "immediate.review")
        await self._press("bureau", "immediate.review_yes", "immediate.confirmed")
        await self._resume()
        await self._press("leader", "immediate.button_consent", "immediate.consent_asked")

    async def _text(self, words: str) -> None:
        await self._say("leader", words, "form.more")
        heard = await self._press("leader", "button.done", "immediate.not_confirmed")
        self.told.shared.append("\n".join(line.text for line in heard))

    async def _resume(self) -> None:
        await self._open_item("leader")
        await self._press("leader", "button.dispose", "disposition.ask")
        await self._press("leader", "disposition.immediate", "immediate.is_confirmed")

    async def _agree(self) -> None:
        """The reporter agrees, then office and leading group; the municipal committee is heard."""
        await self._answer("immediate.consent_question", self._script["citizen"]["consent"])
        await self._resume()
        await self._press("leader", "immediate.button_put", "disposition.proposed")
        await self._open_item("bureau")
        await self._press("bureau", "button.agree", "disposition.forwarded")
        await self._open_item("leading")
        await self._press("leading", "button.agree", "disposition.ask_heard_on")
        await self._press("leading", "disposition.today", "disposition.ask_heard_text")
        await self._say("leading", self._script["notice"]["heard"], "disposition.settled")

    async def _send(self) -> None:
        """The notice leaves; the unit reads it and signs for it."""
        await self._say("bureau", "/office", "office.menu")
        await self._press("bureau", "immediate.do_office", "immediate.to_send")
        await self._press("bureau", "immediate.button_send", "immediate.sent")
        read = await self._press("liaison", "button.open", "immediate.notice_words")
        self.told.notice = "\n".join(line.text for line in read)
        await self._press("liaison", "button.sign", "immediate.notice")

    async def _carry_out(self) -> None:
        """The unit's result: examined by the leader, recorded by the office."""
        words, liaison = self._script["notice"], self._of("liaison")
        await self._press("liaison", "button.submit", "immediate.ask_result")
        await self._say("liaison", words["result"], "immediate.ask_files")
        file = liaison.hand_over(words["result_file"], "application/pdf", PDF)
        await self._do(liaison, file, "form.more")
        await self._press("liaison", "button.done", "immediate.result_taken")
        await self._press("leader", "button.open", "immediate.result_words")
        await self._press("leader", "immediate.button_examined", "immediate.examined")
        await self._press("bureau", "immediate.button_record", "immediate.recorded")
        await self._open_item("bureau", "team.unclaimed")
        await self._press("bureau", "team.button_finish", "team.state_finished")

    async def _put_feedback(self) -> None:
        """Feedback through its gate; what names the principal is marked (003-11)."""
        expected, words = self._script["expected"], self._script["feedback"]
        await self._crew.advance(expected["feedback_put"])
        leader = self._of("leader")
        await self._say("leader", "/motions", "motion.do_feedback")
        await self._press("leader", "motion.do_feedback", "motion.ask_aim")
        await self._do(leader, leader.press_like(expected["unit_name"]), "motion.ask_points")
        await self._say("leader", words["points"], "form.more")
        await self._press("leader", "button.done", "motion.ask_marked")
        await self._press("leader", "button.skip", "motion.put")
        await self._press("leading", "button.open", "motion.text")
        await self._press("leading", "button.agree", "motion.ask_heard_on")
        await self._press("leading", "office.today", "motion.ask_heard_with")
        await self._say("leading", words["heard_with"], "motion.ask_heard_words")
        await self._say("leading", words["heard_words"], "motion.ask_agree_reason")
        await self._press("leading", "button.skip", "motion.agreed")

    async def _deliver(self) -> None:
        """The office records the delivery; the unit and the municipal committee may read it."""
        bureau = self._of("bureau")
        await self._say("bureau", "/office", "office.menu")
        await self._press("bureau", "office.do_feedback", "office.which_mission")
        unit = self._script["expected"]["unit_name"]
        await self._do(bureau, bureau.press_like(unit), "office.delivered_on")
        await self._press("bureau", "office.today", "office.feedback_review")
        await self._press("bureau", "button.confirm", "office.feedback_recorded")
        for slot in ("liaison", "city"):
            read = await self._press(slot, "button.open", "motion.feedback_text")
            self.told.feedback[slot] = "\n".join(line.text for line in read)

    async def _sign(self) -> None:
        await self._press("liaison", "button.sign", "duty.signed")
        heard = await self._say("liaison", "/duties", "duty.state_open")
        self.told.duties = "\n".join(line.text for line in heard)

    async def _plan(self) -> None:
        """The plan comes, goes back with a next date, comes again and is passed on (003-17)."""
        expected, words = self._script["expected"], self._script["plan"]
        await self._crew.advance(expected["plan_handed"])
        await self._hand_over(words["title"], words["file"], words["summary"])
        await self._press("liaison", "button.confirm", "duty.received")
        await self._crew.advance(expected["plan_returned"])
        await self._press("leader", "button.open", "office.document_words")
        if self._turn is not Turn.NOT_RETURNED:
            await self._return(expected["plan_next"])
            await self._climb(expected["plan_next"])
            await self._hand_over(words["title"], words["file_again"], words["summary_again"])
            await self._press("liaison", "button.confirm", "duty.received")
        await self._crew.advance(expected["plan_passed"])
        await self._pass_on()

    async def _return(self, next_on: date) -> None:
        before = len(self._of("liaison").lines)
        await self._press("leader", "office.return", "office.return_reason")
        await self._say("leader", self._script["plan"]["returned"], "office.next_on")
        await self._say("leader", next_on.isoformat(), "office.returned")
        told = self._of("liaison").lines[before:]
        self.told.returned = "\n".join(line.text for line in told)

    async def _pass_on(self) -> None:
        """Examined by the team, passed on by the office, received by the leading group."""
        await self._press("leader", "office.accept", "unit.examined")
        await self._press("bureau", "button.open", "office.document_words")
        await self._press("bureau", "unit.pass_on", "office.accepted")
        await self._press("leading", "unit.received", "unit.receipt_recorded")

    async def _extend(self) -> None:
        """Another date for the report: asked, put forward, agreed to; the legal one stays."""
        expected, words = self._script["expected"], self._script["report"]
        await self._crew.advance(expected["asked"])
        if self._turn is Turn.NO_EXTENSION:
            return
        liaison, ask = self._of("liaison"), self._texts["unit.ask_extension"]
        card = await self._duty_card(words["title"], "unit.ask_extension")
        await self._do(liaison, liaison.press_on(card, ask), "unit.extension_new_on")
        await self._say("liaison", expected["extended"].isoformat(), "unit.extension_reason")
        await self._say("liaison", words["extension"], "unit.extension_files")
        await self._press("liaison", "button.no_evidence", "unit.extension_review")
        await self._press("liaison", "button.confirm", "unit.extension_sent")
        await self._press("leader", "unit.put_forward", "motion.put")
        await self._crew.advance(expected["extension_agreed"])
        for slot, told in (("bureau", "motion.forwarded"), ("leading", "motion.agreed")):
            await self._press(slot, "button.agree", "motion.ask_agree_reason")
            await self._press(slot, "button.skip", told)
        card = await self._duty_card(words["title"], "button.submit")
        self.told.extended = card.text

    async def _overdue(self) -> None:
        """提示, 催办, 督办; 专报 waits for an officer's tap; then the report comes."""
        expected, words = self._script["expected"], self._script["report"]
        await self._climb(expected["tapped"])
        await self._press("bureau", "reminder.see_questions", "office.question")
        await self._tap()
        await self._crew.advance(expected["report_handed"])
        await self._hand_over(words["title"], words["file"], words["summary"])
        await self._press("liaison", "button.confirm", "duty.received_late")
        await self._crew.advance(expected["report_passed"])
        await self._pass_on()

    async def _tap(self) -> None:
        """The officer agrees that the proposal of a special report goes to the leading group."""
        bureau = self._of("bureau")
        title = self._script["report"]["title"]
        lines = [line for line in bureau.lines if line.buttons and title in line.text]
        agree = self._texts["button.agree"]
        await self._do(bureau, bureau.press_on(lines[-1], agree), "office.question_agreed")
