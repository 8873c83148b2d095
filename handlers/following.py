"""关注: a citizen hears when something is published; nobody learns who, nor of any report."""

from datetime import timedelta
from typing import Any

from casework.errors import NotAllowed
from casework.mission import Stationing
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.feedback import chosen_mission, mission_choices
from handlers.forms import Answers, Choices, Form, Question
from handlers.hours import open_now
from handlers.messages import Address, Choice, Priority, Reply, Text
from handlers.public_moments import KINDS
from storage import duties, followers, missions, public_texts
from storage.public_texts import ALL_TOLD, PublicText

TOLD_AT_ONCE = 50
OFFERED = 20
KEPT_DAYS = 550
"""Days after the stationing for which a finished mission may still have something to publish."""
STEPS = (500, 100, 50, 10)


def follow(desk: Desk, argument: str) -> list[Reply]:
    """/follow, 关注: choose a mission and agree; nothing is kept before."""
    return _begin(desk, "")


def start(desk: Desk, mission_id: str) -> list[Reply]:
    """A deep link from the public page of a mission."""
    if mission_id not in {m.id for m in _offered(desk)}:
        return [Reply(key="public.follow_unknown")]
    return _begin(desk, mission_id)


def unfollow(desk: Desk, argument: str) -> list[Reply]:
    """/unfollow, 取消关注: at once, and whether or not this chat followed anything."""
    followers.leave(desk.db, desk.vault, _chat(desk))
    return [Reply(key="public.unfollowed")]


def tell(desk: Desk) -> list[Reply]:
    """A tick: those who follow are told of what is newly public, in an order drawn by lot."""
    if not open_now(desk):
        return []
    for one in public_texts.untold(desk.db, desk.vault):
        replies = _batch(desk, one)
        if replies:
            return replies
    _forget_finished(desk)
    return []


def rounded(desk: Desk, mission_id: str) -> Text:
    """How many follow a mission, so coarsely that nobody can watch one person come or go."""
    n = followers.count(desk.db, mission_id)
    step = next((step for step in STEPS if n >= step), 0)
    return Text("public.followers_some", {"n": step}) if step else Text("public.followers_few")


def _begin(desk: Desk, mission_id: str) -> list[Reply]:
    if desk.me is not None:
        raise NotAllowed("public.follow_staff")
    if not desk.surface.push:
        return [Reply(key="public.follow_no_push")]
    if not _offered(desk):
        return [Reply(key="public.follow_nothing")]
    return open_form(desk, FORM.id, {"mission": mission_id} if mission_id else None)


def _offered(desk: Desk) -> list[Stationing]:
    """The missions that have a public page, the latest first."""
    found = [m for m in missions.every(desk.db) if m.approved]
    return found[: -OFFERED - 1 : -1]


def _choices(desk: Desk, answers: Answers) -> Choices:
    return mission_choices(desk, _offered(desk))


def _named(desk: Desk, answers: Answers) -> dict[str, Any]:
    mission = missions.stationing(desk.db, answers["mission"])
    return {
        "unit": mission.unit_name if mission else "",
        "team": mission.team_name if mission else "",
    }


def _agreed(desk: Desk, answers: Answers) -> list[Reply]:
    """The same words whether or not this chat follows already, and whatever else it did here."""
    if answers["agree"] != "yes":
        return [Reply(key="public.follow_not")]
    chat = _chat(desk)
    mission = answers["mission"]
    followers.follow(desk.db, desk.vault, mission, chat, draw=desk.draw, at=desk.at)
    values = {**_named(desk, answers), "url": f"{desk.surface.public_url}/p/{mission}"}
    return [Reply(key="public.followed", values=values)]


def _batch(desk: Desk, one: PublicText) -> list[Reply]:
    """The next who follow. Nothing in the message or its name tells of the publication."""
    listed = followers.after(desk.db, desk.vault, one.stationing_id, one.told_to, TOLD_AT_ONCE)
    public_texts.told(desk.db, one.id, listed[-1][0] if listed else ALL_TOLD)
    mission = missions.stationing(desk.db, one.stationing_id)
    if mission is None:
        return []
    values = {
        "unit": mission.unit_name,
        "what": Text(KINDS[one.kind]),
        "url": f"{desk.surface.public_url}/p/{mission.id}",
    }
    return [
        Reply(
            key="public.something_new",
            values=values,
            to=Address(channel=channel, account=account, chat=chat),
            priority=Priority.NOTICE,
            dedupe=desk.new_id(),
        )
        for _, (channel, account, chat) in listed
    ]


def _forget_finished(desk: Desk) -> None:
    """The key of a mission that is wholly over goes, and everybody who followed with it."""
    for mission in missions.every(desk.db):
        over = desk.today > mission.ends_on + timedelta(days=KEPT_DAYS)
        if over and mission.state == "closed" and followers.count(desk.db, mission.id):
            owed = duties.of_stationing(desk.db, mission.id)
            if all(duty.state == "accepted" for duty in owed):
                followers.forget_all(desk.db, mission.id)


def _chat(desk: Desk) -> tuple[str, str, str]:
    a = desk.event.address
    return a.channel, a.account, a.chat


FORM = Form(
    id="follow",
    questions=(
        Question(
            key="mission",
            ask="public.follow_which",
            kind="choice",
            choices=_choices,
            check=chosen_mission,
        ),
        Question(
            key="agree",
            ask="public.follow_ask",
            values=_named,
            kind="choice",
            choices=(
                Choice(code="yes", key="public.do_follow"),
                Choice(code="no", key="button.no"),
            ),
        ),
    ),
    done=_agreed,
    cancelled="public.follow_not",
)
COMMANDS = {"follow": follow, "unfollow": unfollow}
FORMS = (FORM,)
