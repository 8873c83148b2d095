"""Writing anew what a unit is to read: conditions, sources, words, period (003 第九条)."""

from typing import Any

from casework.errors import Gone
from casework.hygiene import displayable, folded, is_blank
from casework.lifecycle import MOVES, Act, Seat, State
from casework.permissions import Right
from casework.receipt import read_code
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.dutybook import mission_of, record_event
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.frozen import profile_of
from handlers.fulfilment import LIVE
from handlers.items import handles, item_card
from handlers.messages import Choice, Reply, Text
from handlers.moves import apply
from handlers.principal_matters import marked, names_person
from handlers.text_check import ask_consent, mine, note, offer, source_count, stand
from handlers.transfers import lapse
from handlers.visibility import TEAM, acting_seat, require, seats, see, team_holders, visible
from storage import cards, duties, immediate, people, proposals, reports
from storage.cards import Card
from storage.immediate import UnitText
from storage.reports import Report

WRITE, REWRITE = "unit_text_write", "unit_text_rewrite"
TAKE_OVER = "unit_text_take_over"
IMMEDIATE = "immediate"
FIXABLE = "finding.fixable"
CONDITIONS = ("strong", "breach", "soon")
DENIED = frozenset({"否", "不", "无", "没有", "不具备", "不是", "不能", "no", "none"})
LONGEST = 2000
MOST_DAYS = 250


def begin(desk: Desk, report: Report, kind: str) -> list[Reply]:
    """Begin a text for the unit, or go on with the one that is being written.

    Refused where the matter concerns the unit's principal: nothing of it reaches the unit's side.
    """
    if marked(desk, [report.id]):
        return [item_card(desk, report, Text("immediate.principal_refused"))]
    found = immediate.of_report(desk.db, report.id)
    if found is not None and found.state == "open":
        return _go_on(desk, found)
    return open_form(desk, WRITE, {}, {"report": report.id, "kind": kind})


def _go_on(desk: Desk, text: UnitText) -> list[Reply]:
    replies = stand(desk, text)
    if desk.me is not None and desk.me.id != text.author:
        choices = (Choice(code="drop", key="immediate.button_drop"),)
        subject = f"{text.id}|{text.version}"
        key = "immediate.take_over"
        replies.append(card(desk, TAKE_OVER, subject, choices, key=key, person=desk.me.id))
    return replies


def _written(desk: Desk, answers: Answers) -> list[Reply]:
    report = see(desk, answers["_"]["report"])
    require(desk, report, Right.PROPOSE, "disposal.propose")
    assert desk.me is not None
    others = [r for r in answers.get("others") or () if _may_join(desk, report, r)]
    text = UnitText(
        id=desk.new_id(),
        kind=answers["_"]["kind"],
        stationing_id=report.stationing_id,
        head_id=report.id,
        author=desk.me.id,
        days=int(answers["days"]),
        version=0,
        state="open",
        proposal_id="",
        at=desk.at,
        sources=(report.id, *others),
    )
    if marked(desk, text.sources):
        return [item_card(desk, report, Text("immediate.principal_refused"))]
    immediate.add(desk.db, text)
    words = {name: answers.get(name) or "" for name in CONDITIONS}
    _keep(desk, text, {**words, "text": _joined(answers["text"])})
    if text.kind == IMMEDIATE and _owed_by_team(desk, text) and _team_may_know(desk, text):
        mission = mission_of(desk, text.stationing_id)
        record_event(desk, mission, FIXABLE, desk.today, about=about(desk, text))
    return stand(desk, _now(desk, text))


def _keep(desk: Desk, text: UnitText, words: dict[str, str]) -> None:
    assert desk.me is not None
    if not immediate.write(desk.db, desk.vault, text, words, desk.me.id, desk.at):
        raise Gone("team.changed")
    note(desk, _now(desk, text), "written")


def pressed_draft(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """A button of the author: write again, have it confirmed, ask the reporter, give it up."""
    text = mine(desk, pressed)
    if code == "rewrite":
        return open_form(desk, REWRITE, {}, {"text": text.id, "version": text.version})
    if code == "offer":
        return offer(desk, text)
    if code == "consent":
        return ask_consent(desk, text)
    return give_up(desk, text)


def give_up(desk: Desk, text: UnitText) -> list[Reply]:
    """The text is given up; the item stands as before."""
    if not immediate.move(desk.db, text, "dropped"):
        raise Gone("team.changed")
    note(desk, text, "dropped")
    cards.close_all(desk.db, f"{text.id}|{text.version}")
    end_duty(desk, text)
    report = see(desk, text.head_id)
    return [item_card(desk, report, Text("immediate.dropped"))]


def end_duty(desk: Desk, text: UnitText) -> None:
    """The finding is taken back: nobody has to do anything about it any more."""
    came = duties.milestone(desk.db, desk.vault, text.stationing_id, FIXABLE, about(desk, text))
    for duty in duties.of_stationing(desk.db, text.stationing_id) if came else ():
        if came and duty.milestone_id == came.id and duty.state in LIVE:
            lapse(desk, duty)


def _taken_over(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """Another head of the queue may give up what its author left behind."""
    text_id, _, version = pressed.subject.partition("|")
    text = immediate.get(desk.db, text_id)
    if text is None or text.state != "open" or str(text.version) != version:
        raise Gone("team.changed")
    report = see(desk, text.head_id)
    require(desk, report, Right.PROPOSE, "disposal.propose")
    if not seats(desk, report) & {Seat.LEADER, Seat.OFFICE, Seat.LEADING}:
        raise Gone("team.changed")
    return give_up(desk, text)


def _rewritten(desk: Desk, answers: Answers) -> list[Reply]:
    """Another version: check, confirmation and the office's decision begin anew."""
    text = immediate.get(desk.db, answers["_"]["text"])
    if text is None or text.version != answers["_"]["version"] or text.state != "open":
        raise Gone("team.changed")
    words = immediate.words(desk.db, desk.vault, text)
    cards.close_all(desk.db, f"{text.id}|{text.version}")
    _keep(desk, text, {**words, "text": _joined(answers["text"])})
    return stand(desk, _now(desk, text), Text("immediate.begins_anew"))


def details(desk: Desk, text: UnitText) -> dict[str, Any]:
    """What the proposal says: the words, why, and behind how many reports they stand."""
    words = immediate.words(desk.db, desk.vault, text)
    key = "immediate.reason" if text.kind == IMMEDIATE else "immediate.reason_transfer"
    told = {name: words.get(name, "") for name in CONDITIONS}
    sources = source_count(desk, text)
    ground = "" if sources > 1 else _ground(desk, text)
    values = {**told, "n": sources, "days": text.days, "ground": ground}
    reason = desk.rules.say(key, values, "zh_CN")
    return {"reason": reason, "text": words["text"], "text_id": text.id, "days": text.days}


def _ground(desk: Desk, text: UnitText) -> str:
    """On what the words of a single source may be used: its consent, or whose decision."""
    taken = immediate.steps(desk.db, desk.vault, text.id)
    decided = [s for s in taken if s.act == "office_decided" and s.version == text.version]
    if not decided:
        return desk.rules.say("immediate.ground_consent", {}, "zh_CN")
    last = decided[-1]
    who = people.name(desk.db, desk.vault, last.person_id)
    values = {"who": who, "why": last.words}
    return desk.rules.say("immediate.ground_decision", values, "zh_CN")


def proposed(desk: Desk, text: UnitText, proposal_id: str) -> None:
    """The proposal stands on the head; the other reports wait with it."""
    if not immediate.move(desk.db, text, "proposed", proposal_id):
        raise Gone("team.changed")
    note(desk, text, "proposed")
    cards.close_all(desk.db, f"{text.id}|{text.version}")
    for report in _others(desk, text):
        seat = acting_seat(desk, report)
        if report.state == State.SUBMITTED:
            report = apply(desk, report, Act.CLAIM, seat, holder=text.author, claimed_at=desk.at)
        if (State(report.state), Act.PROPOSE) in MOVES:
            facts = {"disposition": text.kind}
            apply(desk, report, Act.PROPOSE, seat, facts=facts, disposition=text.kind)


def follow(desk: Desk) -> list[Reply]:
    """A tick: what was decided on the head holds for the reports that wait with it."""
    for text in immediate.in_state(desk.db, "proposed"):
        proposal = proposals.get(desk.db, desk.vault, text.proposal_id)
        if proposal is not None and proposal.state != "open":
            settled(desk, text, agreed=proposal.state == "settled")
    return []


def settled(desk: Desk, text: UnitText, *, agreed: bool) -> None:
    """The gate has spoken: decided, or open again for its author."""
    if not immediate.move(desk.db, text, "decided" if agreed else "open"):
        return
    note(desk, text, "agreed" if agreed else "returned")
    head = reports.get(desk.db, text.head_id)
    for report in _others(desk, text):
        if report.state not in (State.PROPOSED, State.APPROVING):
            continue
        if agreed:
            day = head.next_on if head else ""
            apply(
                desk, report, Act.SETTLE, Seat.OFFICE, lands=State.DECIDED, holder="",
                next_on=day,
            )  # fmt: skip
        else:
            apply(desk, report, Act.RETURN, Seat.OFFICE, disposition="")


def _others(desk: Desk, text: UnitText) -> list[Report]:
    found = (reports.get(desk.db, r) for r in text.sources if r != text.head_id)
    return [r for r in found if r is not None]


def about(desk: Desk, text: UnitText) -> str:
    """What tells one finding from another, without a word of it."""
    return desk.vault.index("finding", text.id).hex()[:32]


def _owed_by_team(desk: Desk, text: UnitText) -> bool:
    """Whether the instrument puts the duty on the team: only then it begins before the notice.

    A duty of the unit itself (002 五(四)) begins with the notice: nothing may show before.
    """
    profile = profile_of(desk, mission_of(desk, text.stationing_id))
    owed = [o.obligor for o in profile.obligation if o.trigger == FIXABLE]
    return bool(owed) and "target_unit" not in owed


def _team_may_know(desk: Desk, text: UnitText) -> bool:
    """Whether a duty of the team may begin: every report behind it exists for all of the team."""
    for report in (reports.get(desk.db, r) for r in text.sources):
        if report is None or report.queue != "team" or report.hidden or report.leader_only:
            return False
        team = {p for role in TEAM for p in team_holders(desk, report, role)}
        if team & reports.recused(desk.db, report.id).keys():
            return False
    return True


def _now(desk: Desk, text: UnitText) -> UnitText:
    found = immediate.get(desk.db, text.id)
    if found is None:
        raise Gone("team.changed")
    return found


def _joined(value: Any) -> str:
    if isinstance(value, dict):
        value = "\n".join(p["t"] for p in value["parts"])
    return displayable(value or "").strip()


def _text(desk: Desk, answers: Answers, value: Any) -> Any:
    words = _joined(value)
    if is_blank(words):
        raise Problem("disposition.needs_text")
    if len(words) > LONGEST:
        raise Problem("immediate.too_long", n=LONGEST)
    head = answers["_"].get("report")
    if head is None:
        text = immediate.get(desk.db, answers["_"]["text"])
        head = text.head_id if text else ""
    report = reports.get(desk.db, head)
    if report is not None and names_person(desk, report.unit_id, words):
        raise Problem("immediate.names_principal")
    return value


def _said(desk: Desk, answers: Answers, value: str) -> str:
    """One condition, confirmed with a word of one's own."""
    words = displayable(value).strip()
    if folded(words) in DENIED:
        raise Problem("immediate.condition_needed")
    return words[:200]


def _day_choices(desk: Desk, answers: Answers) -> Choices:
    kind = "immediate_rectification" if answers["_"]["kind"] == IMMEDIATE else "transfer"
    target = desk.rules.common.soft_target_of(kind)
    n = target.n if target and target.unit == "workday" else 10
    offered = dict.fromkeys((n, 10, 20))
    return tuple(
        Choice(code=f"{d}", key="immediate.in_workdays", values={"n": d}) for d in offered
    )


def _days(desk: Desk, answers: Answers, value: str) -> str:
    if not (value.isascii() and value.isdecimal() and 1 <= int(value[:4]) <= MOST_DAYS):
        raise Problem("immediate.days_unclear", n=MOST_DAYS)
    return value


def _joining(desk: Desk, answers: Answers, value: str) -> list[str]:
    """Further reports behind the same text: receipt numbers or their last four characters."""
    head = see(desk, answers["_"]["report"])
    found: list[str] = []
    for word in value.replace("，", " ").replace("、", " ").replace(",", " ").split():
        one = _by_word(desk, word)
        if one is None or not _may_join(desk, head, one):
            raise Problem("immediate.no_such_source", word=word)
        found.append(one)
    return list(dict.fromkeys(found))


def _by_word(desk: Desk, word: str) -> str | None:
    code = read_code(word)
    if code is not None:
        report = reports.by_code(desk.db, desk.vault, code)
        return report.id if report is not None else None
    listed = [
        r.id
        for r in visible(desk)
        if reports.code(desk.db, desk.vault, r.id)[-4:] == word.strip().upper()
    ]
    return listed[0] if len(listed) == 1 else None


def _may_join(desk: Desk, head: Report, report_id: str) -> bool:
    """A report of the same mission and queue that this person may propose something for."""
    report = reports.get(desk.db, report_id)
    if report is None or report.id == head.id or report.stationing_id != head.stationing_id:
        return False
    workable = report.state == State.SUBMITTED or (State(report.state), Act.PROPOSE) in MOVES
    if report.queue != head.queue or not workable:
        return False
    before = immediate.of_report(desk.db, report_id)
    if before is not None and before.state in ("open", "proposed", "decided"):
        return False
    return handles(desk, report, seats(desk, report)) and not marked(desk, [report_id])


def _for_immediate(answers: Answers) -> bool:
    return bool(answers["_"]["kind"] == IMMEDIATE)


_TEXT = Question(key="text", ask="disposition.ask_rewritten", kind="long", check=_text)
FORMS: tuple[Form, ...] = (
    Form(
        id=WRITE,
        staff=True,
        done=_written,
        questions=(
            *(
                Question(key=name, ask=f"immediate.ask_{name}", check=_said, when=_for_immediate)
                for name in CONDITIONS
            ),
            Question(key="others", ask="immediate.ask_others", check=_joining, optional=True),
            Question(key="days", ask="immediate.ask_days", choices=_day_choices, check=_days),
            _TEXT,
        ),
    ),
    Form(id=REWRITE, staff=True, done=_rewritten, questions=(_TEXT,)),
)
CARDS: dict[str, CardAction] = {TAKE_OVER: _taken_over}
