"""Moved windows: a new notice follows; the office is asked to publish it and ticks it off."""

from datetime import datetime

from casework.errors import Gone
from casework.mission import Stationing
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_rights import office, sees_unit, watching
from handlers.hours import open_now
from handlers.messages import Choice, Priority, Reply
from handlers.reach import to_person
from storage import audit, missions
from storage.cards import Card

NOTICE_CARD = "window_notice"


def remind(desk: Desk) -> list[Reply]:
    """A tick: once for every move of a window the office is asked for a new notice (003-2)."""
    if not open_now(desk):
        return []
    replies: list[Reply] = []
    for change in missions.unnoticed(desk.db):
        mission = missions.stationing(desk.db, change.stationing_id)
        if mission is None:
            continue
        for person in watching(desk, "office", mission.unit_id):
            asked = Reply(
                key="office.notice_wanted",
                values={"unit": mission.unit_name},
                priority=Priority.NOTICE,
                dedupe=f"window:{mission.id}:{change.at}:{person}",
            )
            replies += to_person(desk, person, asked)
    return replies


def waiting(desk: Desk) -> list[Stationing]:
    """The missions whose window was moved and whose new notice is not out."""
    changed = dict.fromkeys(change.stationing_id for change in missions.unnoticed(desk.db))
    found = (missions.stationing(desk.db, id) for id in changed)
    return [m for m in found if m is not None and sees_unit(desk, m.unit_id)]


def ask(desk: Desk) -> list[Reply]:
    """A card for every mission whose new notice is due."""
    person = office(desk)
    return [_card(desk, mission, person.id) for mission in waiting(desk)] or [
        Reply(key="office.no_notice_wanted")
    ]


def _card(desk: Desk, mission: Stationing, person: str) -> Reply:
    return card(
        desk,
        NOTICE_CARD,
        mission.id,
        (Choice(code="out", key="office.notice_out"), Choice(code="no", key="button.later")),
        key="office.notice_due",
        values={
            "unit": mission.unit_name,
            "first": datetime.fromtimestamp(mission.accept_from, desk.zone),
            "end": datetime.fromtimestamp(mission.accept_until, desk.zone),
            "notice": f"{desk.surface.public_url}/p/{mission.id}",
        },
        person=person,
    )


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    person = office(desk)
    mission = next((m for m in waiting(desk) if m.id == pressed.subject), None)
    if mission is None:
        raise Gone("office.notice_known")
    values = {"unit": mission.unit_name}
    if code != "out":
        return [Reply(key="office.notice_later", values=values)]
    missions.notice_given(desk.db, mission.id, desk.at)
    audit.write(
        desk.db,
        at=desk.at,
        actor=person.id,
        action="window.noticed",
        object=mission.id,
        facts={"accept_from": mission.accept_from, "accept_until": mission.accept_until},
    )
    return [Reply(key="office.notice_recorded", values=values)]


CARDS: dict[str, CardAction] = {NOTICE_CARD: _press}
