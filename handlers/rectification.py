"""`/items` (整改台账): the rectification items of a mission, by board, list and card."""

from collections.abc import Callable, Mapping

from casework.errors import NotAllowed
from casework.mission import Stationing
from casework.rectification import ItemAct, Side
from handlers import (
    duty_calendar,
    publicity,
    rectification_entry,
    rectification_import,
    visits,
)
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_rights import me, units_of
from handlers.dutybook import mission_of
from handlers.feedback import chosen_mission, mission_choices
from handlers.messages import Choice, OutFile, Reply, Text
from handlers.rectification_acts import (
    ADDED,
    CLEARED,
    HIDDEN,
    mark,
)
from handlers.rectification_cards import (
    BOARD_CARD,
    ITEM_CARD,
    board_card,
    history_line,
    item_card,
    label,
    line,
)
from handlers.rectification_rights import (
    item_of,
    items_of,
    listens,
    need_side,
    side_of,
)
from handlers.signing_off import DECIDING, begin_deciding
from storage import attachments, audit, missions, rectification
from storage.cards import Card
from storage.rectification import Item

PICK_CARD, PAGE_CARD = "rectification_pick", "rectification_page"
PAGE = 10  # items of one list
HISTORY = 12  # newest lines of one history


def list_boards(desk: Desk, argument: str) -> list[Reply]:
    """The board of every mission this person has to do with; where there are many, a choice."""
    found = _missions(desk)
    if not found:
        raise NotAllowed("rectification.nothing_yours")
    if len(found) <= 3:
        return [board_card(desk, mission, side_of(desk, mission)) for mission in found]
    choices = mission_choices(desk, found[:50])
    who = me(desk).id
    return [card(desk, PICK_CARD, who, choices, key="rectification.pick", person=who)]


def _missions(desk: Desk) -> list[Stationing]:
    """The unit's own missions; for the inspecting side those that have items or will have."""
    person = me(desk)
    units = units_of(person)
    if units:
        listed = [m for unit in units for m in missions.of_unit(desk.db, unit)]
        return [m for m in listed if side_of(desk, m) is Side.UNIT]
    if not person.has("team_member", "team_deputy", "team_leader", "office", "leading_group"):
        return []
    filled = set(rectification.missions(desk.db))
    listed = [m for m in missions.every(desk.db) if m.id in filled or m.state != "planned"]
    held = [m for m in listed if side_of(desk, m) is not None or listens(desk, m)]
    return sorted(held, key=lambda mission: mission.id not in filled)


def _pick(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    mission = mission_of(desk, chosen_mission(desk, {}, code))
    return [board_card(desk, mission, side_of(desk, mission))]


def _press_board(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    mission = mission_of(desk, pressed.subject)
    act = _BOARD_ACTS.get(code)
    return act(desk, mission) if act else [Reply(key="form.stale_card")]


def _list(desk: Desk, mission: Stationing, start: int = 0) -> list[Reply]:
    side = need_side(desk, mission)
    listed = items_of(desk, mission, side)
    page = listed[start : start + PAGE]
    if not page:
        return [Reply(key="rectification.none", values={"unit": mission.unit_name})]
    choices = [Choice(code=item.id, label=label(desk, item)) for item in page]
    if start + PAGE < len(listed):
        choices.append(Choice(code=f"more:{start + PAGE}", key="button.more"))
    values = {"unit": mission.unit_name, "lines": [line(desk, item) for item in page]}
    return [
        card(
            desk,
            PAGE_CARD,
            mission.id,
            tuple(choices),
            key="rectification.list",
            values=values,
            person=me(desk).id,
            content=desk.surface.content,
        )
    ]


def _press_page(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    more, _, start = code.partition(":")
    if more == "more":
        return _list(desk, mission_of(desk, pressed.subject), int(start))
    return [item_card(desk, *item_of(desk, code))]


def _press_item(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    item, mission, side = item_of(desk, pressed.subject)
    if code in DECIDING:
        return begin_deciding(desk, item, mission, side, ItemAct(code))
    if code in ("progress", "change"):
        return rectification_entry.begin_work(desk, item, mission, side, ItemAct(code))
    if code == "history":
        return _history(desk, item, side)
    if code == "hide":
        return _hide(desk, item, mission, side)
    if code == "clear":
        return _clear(desk, item, mission, side)
    return [Reply(key="form.stale_card")]


def _history(desk: Desk, item: Item, side: Side) -> list[Reply]:
    if not desk.surface.content:
        return [Reply(key="office.read_in_web", values={"url": desk.surface.public_url})]
    audit.write(desk.db, at=desk.at, actor=me(desk).id, action="item.read", object=item.id)
    entries = rectification.entries(desk.db, desk.vault, item.id)
    kept = [f for e in entries for f in attachments.of(desk.db, desk.vault, e.owner)]
    stored = [f for f in kept if f.state == "stored"][-10:]
    lines = [history_line(desk, entry, side) for entry in entries[-HISTORY:]]
    files = tuple(OutFile(attachment=f.id, name=f.name, mime=f.mime) for f in stored)
    values = {"n": item.number, "lines": lines, "files": len(stored)}
    return [Reply(key="rectification.history", values=values, files=files, content=True)]


def _hide(desk: Desk, item: Item, mission: Stationing, side: Side) -> list[Reply]:
    """It concerns the principal: no target-side account sees the item from now on."""
    need_side(desk, mission, Side.TEAM, Side.OFFICE)
    if item.principal:  # an old button must not put another name to the mark
        return [item_card(desk, item, mission, side, Text("rectification.is_hidden"))]
    done = mark(desk, item, side, HIDDEN, principal=True)
    return [item_card(desk, done, mission, side, Text("rectification.is_hidden"))]


def _clear(desk: Desk, item: Item, mission: Stationing, side: Side) -> list[Reply]:
    """Another person than who set the mark takes it off; only from items of the unit's own."""
    need_side(desk, mission, Side.TEAM, Side.OFFICE)
    entries = rectification.entries(desk.db, desk.vault, item.id)
    set_by = [entry.actor for entry in entries if entry.act == HIDDEN]
    own = any(entry.act == ADDED and entry.side == Side.UNIT for entry in entries)
    if not own or not set_by or set_by[-1] == me(desk).id:
        raise NotAllowed("rectification.clear_needs_another")
    done = mark(desk, item, side, CLEARED, principal=False)
    return [item_card(desk, done, mission, side, Text("rectification.is_cleared"))]


def _calendar(desk: Desk, mission: Stationing) -> list[Reply]:
    return duty_calendar.send(desk, "")


_BOARD_ACTS: Mapping[str, Callable[[Desk, Stationing], list[Reply]]] = {
    "list": _list,
    "add": rectification_entry.begin_add,
    "hidden": rectification_entry.begin_hidden,
    "import": rectification_import.begin,
    "template": rectification_import.template,
    "export": rectification_import.export,
    "publish": publicity.begin,
    "calendar": _calendar,
    "followup": visits.begin,
    "followups": visits.listed,
}
COMMANDS = {"items": list_boards}
CARDS: dict[str, CardAction] = {
    PICK_CARD: _pick,
    BOARD_CARD: _press_board,
    PAGE_CARD: _press_page,
    ITEM_CARD: _press_item,
}
