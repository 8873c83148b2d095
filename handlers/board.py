"""督办台: every open duty by mission and level: what is due, near and overdue, and how urged."""

from collections import Counter

from casework.errors import NotAllowed
from handlers.board_rows import LEVEL_WORDS, STANDS, Row, counts_words, reader, rows, stand, worst
from handlers.cards import CardAction, card
from handlers.desk import Desk, base32
from handlers.duty_lines import card_values, title
from handlers.duty_rights import me, sees_unit
from handlers.messages import Choice, Reply, Text
from handlers.mission_names import unit_of
from handlers.reminder_log import log_pages
from handlers.special_report import begin_for_mission, begin_special
from handlers.urging import prepare
from handlers.urging_texts import LEVEL_CODES, may_urge, paused_until
from storage import audit, board_links, duties, missions
from storage.cards import Card
from storage.duties import Duty

BOARD_CARD, DUTY_CARD = "board", "board_duty"
LISTED, MISSIONS = 8, 12
LINK_MINUTES = 15


def open_board(desk: Desk, argument: str = "") -> list[Reply]:
    """/board, 督办台: the counts, the worst duties to act on, the way to the page."""
    person = reader(desk)
    found = rows(desk)
    if not found:
        return [Reply(key="board.empty")]
    first = sorted((one for row in found for one in row.duties), key=worst)[:LISTED]
    acts = tuple(_choice(desk, one.duty) for one in first)
    values = {
        "day": desk.today,
        "counts": counts_words(sum((row.counts() for row in found), Counter())),
        "lines": [_line(desk, row) for row in found[:MISSIONS]],
        "more": Text("board.more", {"n": len(found) - MISSIONS}) if found[MISSIONS:] else "",
    }
    choices = (
        Choice(code="page", key="board.do_page"),
        Choice(code="log", key="board.do_log"),
        *((Choice(code="special", key="board.do_special"),) if me(desk).has("office") else ()),
        *acts,
    )
    return [
        card(
            desk,
            BOARD_CARD,
            person,
            choices,
            key="board.board",
            values=values,
            person=person,
        )
    ]


def _line(desk: Desk, row: Row) -> Text:
    values = {"unit": unit_of(desk, row.mission), "counts": counts_words(row.counts())}
    return Text("board.line", values)


def _choice(desk: Desk, duty: Duty) -> Choice:
    mission = missions.stationing(desk.db, duty.stationing_id)
    unit = unit_of(desk, mission) if mission else ""
    return Choice(code=duty.id, key="board.choice", values={"unit": unit, "doc": title(duty)})


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    person = reader(desk)
    if code == "log":
        return log_pages(desk)
    if code == "special":
        return begin_for_mission(desk)
    if code == "page":
        token = base32(desk.draw(20))
        until = desk.at + LINK_MINUTES * 60
        board_links.allow(desk.db, desk.vault, token, person, at=desk.at, until=until)
        audit.write(
            desk.db, at=desk.at, actor=person, action="board.link", object=person, facts={}
        )
        values = {"link": f"{desk.surface.public_url}/desk#{token}", "minutes": LINK_MINUTES}
        return [Reply(key="board.link", values=values, vanish_after=LINK_MINUTES * 60)]
    return [_duty_card(desk, open_duty(desk, code))]


def open_duty(desk: Desk, id: str) -> Duty:
    """A duty the reader may see. Raises NotAllowed."""
    reader(desk)
    duty = duties.get(desk.db, id)
    if duty is None or not sees_unit(desk, duty.unit_id):
        raise NotAllowed("office.only_office")
    return duty


def _duty_card(desk: Desk, duty: Duty) -> Reply:
    mission = missions.stationing(desk.db, duty.stationing_id)
    rest = paused_until(desk, duty)
    values = {
        **card_values(desk, duty),
        "unit": unit_of(desk, mission) if mission else "",
        "stand": Text(STANDS[stand(desk, duty)]) if duty.state != "accepted" else "",
        "paused": Text("board.is_paused", {"on": rest}) if rest else "",
    }
    choices = [Choice(code="log", key="board.do_log")]
    if me(desk).has("office"):
        acts = [
            Choice(code=code, key=LEVEL_WORDS[level])
            for code, level in LEVEL_CODES.items()
            if may_urge(desk, duty, level)
        ]
        choices = [*acts, Choice(code="special", key="board.do_special"), *choices]
    person = me(desk).id
    return card(
        desk,
        DUTY_CARD,
        duty.id,
        tuple(choices),
        key="board.duty",
        values=values,
        person=person,
    )


def _act(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    duty = open_duty(desk, pressed.subject)
    if code in LEVEL_CODES:
        return prepare(desk, duty, LEVEL_CODES[code])
    if code == "special":
        return begin_special(desk, duty)
    return log_pages(desk, duty=duty.id)


COMMANDS = {"board": open_board}
CARDS: dict[str, CardAction] = {BOARD_CARD: _press, DUTY_CARD: _act}
