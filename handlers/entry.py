"""登记: letters, calls, visits and box papers keyed in by staff into the same ledger."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.errors import NotAllowed
from casework.mission import Stationing
from casework.receipt import shown_code
from handlers.arrivals import announce
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Choices, Form, Problem, Question
from handlers.intake.filing import Draft, Filed, file_report
from handlers.intake.packaged import phrases
from handlers.messages import Choice, Reply, Text
from handlers.mission_names import choice_label
from handlers.proposing import typed_day
from handlers.turn import Handler
from handlers.visibility import STAFF, own_missions
from storage import entries, missions, people
from storage.cards import Card
from storage.entries import Entry
from storage.identities import Identity

FORM = "entry"
NEXT = "entry_next"
CHANNELS: Mapping[str, str] = {
    "letter": "entry.letter",
    "call": "entry.call",
    "visit": "entry.visit",
    "box": "entry.box",
}
WHOM: Mapping[str, str] = {
    "body": "entry.whom_body",
    "principal": "entry.whom_principal",
    "member": "entry.whom_member",
    "lower": "entry.whom_lower",
    "cadre": "entry.whom_cadre",
    "team": "entry.whom_team",
    "office": "entry.whom_office",
    "unsure": "entry.whom_unsure",
}
MOST_PAPERS = 200


def enter(desk: Desk, argument: str) -> list[Reply]:
    """Open the form; only where words of a report may be written. Errors: NotAllowed."""
    if desk.me is None or not desk.me.has(*STAFF):
        raise NotAllowed
    if not desk.surface.content:
        return [Reply(key="entry.on_page", values={"link": desk.surface.public_url})]
    offered = _missions(desk)
    if not offered:
        return [Reply(key="entry.no_mission")]
    known: Answers = {"mission": offered[0].id} if len(offered) == 1 else {}
    return open_form(desk, FORM, known, {"n": 1})


def next_paper(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """The next paper of the same opening of a box."""
    if desk.me is None or not desk.me.has(*STAFF):
        raise NotAllowed
    first = entries.of(desk.db, desk.vault, pressed.subject)
    if first is None:
        return [Reply(key="entry.no_mission")]
    known: Answers = {
        "channel": first.channel,
        "mission": first.details["mission"],
        "arrived": first.arrived_on,
        "witnesses": first.details["witnesses"],
        "papers": first.papers,
    }
    return open_form(desk, FORM, known, {"n": int(first.details["n"]) + 1})


def _filed(desk: Desk, answers: Answers) -> list[Reply]:
    assert desk.me is not None
    mission = missions.stationing(desk.db, answers["mission"])
    if mission is None or mission.id not in {m.id for m in _missions(desk)}:
        raise Problem("entry.mission_closed")
    filed = file_report(desk, _draft(desk, mission, answers))
    entry = Entry(
        report_id=filed.report.id,
        channel=answers["channel"],
        arrived_on=answers["arrived"],
        papers=int(answers.get("papers") or 1),
        entered_by=desk.me.id,
        at=desk.at,
        details={
            "witnesses": answers.get("witnesses") or "",
            "mission": mission.id,
            "n": answers["_"]["n"],
        },
    )
    entries.add(desk.db, desk.vault, entry)
    replies = [_confirmation(desk, answers, filed)]
    if answers["channel"] == "visit":
        replies.append(_slip(filed))
    if entry.papers > int(answers["_"]["n"]):
        replies.append(_next_card(desk, entry))
    return [*replies, *announce(desk, filed.report)]


def _draft(desk: Desk, mission: Stationing, answers: Answers) -> Draft:
    assert desk.me is not None
    account = answers["account"]
    words = "\n".join(part["t"] for part in account["parts"])
    identity = None
    if answers["identity"] == "named":
        identity = Identity(
            real_name=answers["real_name"],
            contact=answers.get("contact") or "",
            may_contact=bool(answers.get("contact")),
        )
    return Draft(
        unit_id=mission.unit_id,
        missions=((mission.id, mission.team_id),),
        window="open",
        category=answers["category"],
        whom=answers["whom"],
        origin=answers["channel"],
        texts=(("names", answers.get("names") or ""), ("account", words)),
        files=tuple(f["id"] for f in account["files"]),
        identity=identity,
        author=desk.me.id,
    )


def _confirmation(desk: Desk, answers: Answers, filed: Filed) -> Reply:
    assert desk.me is not None
    return Reply(
        key="entry.filed",
        values={
            "channel": Text(CHANNELS[answers["channel"]]),
            "code": shown_code(filed.code),
            "who": people.name(desk.db, desk.vault, desk.me.id),
            "time": desk.now,
        },
    )


def _slip(filed: Filed) -> Reply:
    """What the visitor takes away: number and phrase, shown this once."""
    return Reply(
        key="entry.slip",
        values={
            "code": shown_code(filed.code),
            "pass": phrases().shown(filed.phrase),
            "pass_latin": filed.phrase,
        },
        protect=False,
        vanish_after=3600,
    )


def _next_card(desk: Desk, entry: Entry) -> Reply:
    assert desk.me is not None
    return card(
        desk,
        NEXT,
        entry.report_id,
        (Choice(code="next", key="entry.next_paper"),),
        key="entry.more_papers",
        values={"n": entry.details["n"], "all": entry.papers},
        person=desk.me.id,
    )


def _missions(desk: Desk) -> list[Stationing]:
    """The missions into whose ledger the person may enter: own ones; for the office every one."""
    assert desk.me is not None
    if desk.me.has("office"):
        return [m for m in missions.every(desk.db) if m.state != "closed" and m.approved]
    return [m for m in own_missions(desk) if m.approved]


def _mission_choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(
        Choice(code=f"m{n}", label=choice_label(desk, m)) for n, m in enumerate(_missions(desk))
    )


def _mission(desk: Desk, answers: Answers, value: str) -> str:
    return _missions(desk)[int(value[1:])].id


def _today(desk: Desk, answers: Answers) -> Choices:
    return (Choice(code="+0", key="disposition.today"),)


def _arrived(desk: Desk, answers: Answers, value: str) -> str:
    day = typed_day(desk, value)
    if day > desk.today:
        raise Problem("disposition.day_ahead")
    return day.isoformat()


def _two_people(desk: Desk, answers: Answers, value: str) -> str:
    """Two names, divided by a comma, an enumeration comma or a blank (a box is never opened
    alone)."""
    parts = value.replace("、", " ").replace("，", " ").replace(",", " ").split()
    if len(set(parts)) < 2:
        raise Problem("entry.two_people")
    return " ".join(dict.fromkeys(parts))


def _count(desk: Desk, answers: Answers, value: str) -> int:
    typed = value.strip()
    if not typed.isdecimal() or not 1 <= int(typed[:6]) <= MOST_PAPERS:
        raise Problem("entry.count_unclear", most=MOST_PAPERS)
    return int(typed)


def _groups(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=g.id, label=g.label) for g in desk.rules.categories.group)


def _categories(desk: Desk, answers: Answers) -> Choices:
    found = desk.rules.categories.of_group(answers["group"])
    return tuple(Choice(code=c.id, label=c.label) for c in found)


def _whom(desk: Desk, answers: Answers) -> Choices:
    return tuple(Choice(code=code, key=key) for code, key in WHOM.items())


def _named(answers: Answers) -> bool:
    return answers.get("identity") == "named"


def _box(answers: Answers) -> bool:
    return answers.get("channel") == "box"


def _summary(desk: Desk, answers: Answers) -> dict[str, Any]:
    category = desk.rules.categories.by_id[answers["category"]]
    account = answers["account"]
    return {
        "channel": Text(CHANNELS[answers["channel"]]),
        "arrived": date.fromisoformat(answers["arrived"]),
        "category": category.label,
        "whom": Text(WHOM[answers["whom"]]),
        "names": answers.get("names") or "",
        "account": "\n".join(part["t"] for part in account["parts"]),
        "files": len(account["files"]),
        "identity": Text("button.real_name" if _named(answers) else "button.anonymous"),
    }


ENTRY = Form(
    id=FORM,
    staff=True,
    content=True,
    done=_filed,
    review="entry.review",
    summary=_summary,
    cancelled="entry.cancelled",
    questions=(
        Question(
            key="channel",
            ask="entry.ask_channel",
            kind="choice",
            choices=tuple(Choice(code=c, key=k) for c, k in CHANNELS.items()),
        ),
        Question(
            key="mission",
            ask="entry.ask_mission",
            kind="choice",
            choices=_mission_choices,
            check=_mission,
        ),
        Question(key="arrived", ask="entry.ask_arrived", choices=_today, check=_arrived),
        Question(key="witnesses", ask="entry.ask_witnesses", when=_box, check=_two_people),
        Question(key="papers", ask="entry.ask_papers", when=_box, check=_count),
        Question(key="group", ask="entry.ask_group", kind="choice", choices=_groups),
        Question(key="category", ask="entry.ask_category", kind="choice", choices=_categories),
        Question(key="whom", ask="entry.ask_whom", kind="choice", choices=_whom),
        Question(key="names", ask="entry.ask_names", name="entry.name_names", optional=True),
        Question(key="account", ask="entry.ask_account", name="entry.name_account", kind="long"),
        Question(
            key="identity",
            ask="entry.ask_identity",
            kind="choice",
            choices=(
                Choice(code="anonymous", key="button.anonymous"),
                Choice(code="named", key="button.real_name"),
            ),
        ),
        Question(
            key="real_name", ask="entry.ask_real_name", name="entry.name_real_name", when=_named
        ),
        Question(
            key="contact",
            ask="entry.ask_contact",
            name="entry.name_contact",
            when=_named,
            optional=True,
        ),
    ),
)
COMMANDS: dict[str, Handler] = {"enter": enter}
FORMS: tuple[Form, ...] = (ENTRY,)
CARDS: dict[str, CardAction] = {NEXT: next_paper}
