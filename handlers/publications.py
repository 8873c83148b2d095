"""公开: a text for the public page is proposed, agreed to, public at once, may be withdrawn."""

from datetime import date

from casework.errors import Gone, MoveNotAllowed, NotAllowed
from casework.mission import Stationing
from casework.profiles import Profile
from handlers import motions
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import answering, me, office, sees_unit, watching
from handlers.dutybook import mission_of
from handlers.following import rounded
from handlers.forms import Answers, Choices, Form, Question
from handlers.frozen import profile_of
from handlers.fulfilment import fulfil
from handlers.messages import Choice, Priority, Reply, Text
from handlers.public_check import shared_words
from handlers.public_moments import KINDS, ground, missing_words, moments, seats_for
from handlers.public_steps import (
    QUESTIONS,
    inspects,
    kinds,
    own_missions,
    short_reason,
    summary,
)
from handlers.reach import to_person
from storage import audit, cards, public_texts
from storage import motions as motion_rows
from storage.cards import Card
from storage.motions import Motion
from storage.public_texts import PublicText

MENU_CARD, HANDED_CARD = "public_menu", "public_handed"
SHOWN = 10


def publish(desk: Desk, argument: str) -> list[Reply]:
    """/publish: the office's list of what is public; the form for a team or a unit."""
    if me(desk).has("office"):
        return open_publications(desk)
    return _begin(desk)


def open_publications(desk: Desk) -> list[Reply]:
    """What each mission has made public, what a unit handed in, and what can be done."""
    person = office(desk)
    listed = own_missions(desk)[-SHOWN:]
    if not listed:
        return [Reply(key="public.no_mission")]
    choices = (
        Choice(code="new", key="public.do_propose"),
        Choice(code="withdraw", key="public.do_withdraw"),
    )
    values = {"lines": [_mission_line(desk, mission) for mission in listed]}
    menu = card(
        desk, MENU_CARD, person.id, choices, key="public.menu", values=values, person=person.id
    )
    return [*(_handed_card(desk, one) for one in _handed(desk)), menu]


def decided(desk: Desk, motion: Motion, agreed: bool) -> list[Reply]:
    """The last seat agreed: the text is public at once. Anybody refused: it never is."""
    one = public_texts.get(desk.db, desk.vault, motion.subject)
    if one is None or one.state != "proposed":
        return []
    actor = desk.me.id if desk.me else "program"
    state: public_texts.State = "public" if agreed else "refused"
    if not public_texts.move(desk.db, desk.vault, one, state, actor=actor, at=desk.at):
        return []
    _audit(desk, f"publication.{state}", one)
    mission = mission_of(desk, one.stationing_id)
    if agreed and one.kind == "notice":
        fulfil(desk, mission, "announcement", one.dated)
    return _tell_unit(desk, mission, one, agreed)


def _begin(desk: Desk) -> list[Reply]:
    if not own_missions(desk):
        raise NotAllowed("public.nothing_to_propose")
    return open_form(desk, PROPOSE.id)


def _proposed(desk: Desk, answers: Answers) -> list[Reply]:
    """The office's and the team's texts go to the motion, a unit's to the office first."""
    mission = mission_of(desk, answers["mission"])
    if answers["kind"] not in kinds(desk, mission):
        raise NotAllowed("public.nothing_to_propose")
    own = not inspects(desk, mission)
    one = PublicText(
        id=desk.new_id(),
        stationing_id=mission.id,
        kind=answers["kind"],
        dated=date.fromisoformat(answers["on"]),
        text=answers["text"],
        link=answers["link"] or "",
        proposer=me(desk).id,
        at=desk.at,
        state="handed" if own else "proposed",
    )
    public_texts.add(desk.db, desk.vault, one)
    _audit(desk, f"publication.{one.state}", one)
    if not own:
        return _put(desk, mission, one)
    told = Reply(
        key="public.handed_in",
        values={"unit": mission.unit_name},
        priority=Priority.NOTICE,
        dedupe=f"publication:{one.id}",
    )
    officers = watching(desk, "office", mission.unit_id)
    return [
        Reply(key="public.handed", values={"unit": mission.unit_name}),
        *(reply for person in officers for reply in to_person(desk, person, told)),
    ]


def _put(desk: Desk, mission: Stationing, one: PublicText) -> list[Reply]:
    profile = profile_of(desk, mission)
    title = Text("public.motion", {"unit": mission.unit_name, "kind": Text(KINDS[one.kind])})
    return motions.put(
        desk,
        kind="publish",
        subject=one.id,
        mission=mission,
        seats=seats_for(profile, one.kind),
        title=title,
        text=one.text,
        basis=ground(profile),
        details={"on": one.dated.isoformat(), "link": one.link},
    )


def _mission_line(desk: Desk, mission: Stationing) -> Text:
    profile: Profile = profile_of(desk, mission)
    told = public_texts.of(desk.db, desk.vault, mission.id)
    say = desk.rules.say
    lacks = [say(key, {}, desk.talk.locale) for key in missing_words(profile, told)]
    values = {
        "unit": mission.unit_name,
        "moments": moments(desk, mission, profile),
        "followers": rounded(desk, mission.id),
        "missing": Text("public.notice_lacks", {"parts": lacks}) if lacks else "",
    }
    return Text("public.mission_line", values)


def _handed(desk: Desk) -> list[PublicText]:
    """What units handed in, and whose motion was withdrawn; none of a recused unit."""
    waiting = public_texts.standing(desk.db, desk.vault, "handed")
    waiting += [
        one for one in public_texts.standing(desk.db, desk.vault, "proposed") if _left(desk, one)
    ]
    return [one for one in waiting if sees_unit(desk, mission_of(desk, one.stationing_id).unit_id)]


def _left(desk: Desk, one: PublicText) -> bool:
    """Whether a proposed text has no motion any more: whoever put it took it back."""
    return motion_rows.open_of(desk.db, desk.vault, "publish", one.id) is None


def _handed_card(desk: Desk, one: PublicText) -> Reply:
    mission = mission_of(desk, one.stationing_id)
    page = {"link": desk.surface.public_url}
    values = {
        "unit": mission.unit_name,
        "on": one.dated,
        "text": one.text if desk.surface.content else Text("public.text_on_page", page),
        "link": Text("public.has_link", {"link": one.link}) if one.link else "",
        "shared": shared_words(desk, mission, one.text),
    }
    choices = (
        Choice(code="put", key="public.do_put"),
        Choice(code="refuse", key="public.do_refuse"),
    )
    person = me(desk).id
    return card(
        desk,
        HANDED_CARD,
        one.id,
        choices,
        key="public.handed_card" if one.state == "handed" else "public.left_card",
        values=values,
        person=person,
    )


def _take_up(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """An officer makes the unit's text the office's own motion, or says no to it."""
    person = office(desk)
    one = next((p for p in _handed(desk) if p.id == pressed.subject), None)
    if one is None:
        raise Gone("public.taken_up")
    mission = mission_of(desk, one.stationing_id)
    state: public_texts.State = "proposed" if code == "put" else "refused"
    public_texts.move(desk.db, desk.vault, one, state, actor=person.id, at=desk.at)
    cards.close_all(desk.db, one.id, HANDED_CARD)
    _audit(desk, f"publication.{state}", one)
    if code == "put":
        return _put(desk, mission, one)
    refused = Reply(key="public.refused", values={"unit": mission.unit_name})
    return [refused, *_tell_unit(desk, mission, one, False)]


def _tell_unit(desk: Desk, mission: Stationing, one: PublicText, agreed: bool) -> list[Reply]:
    """The people of the unit hear what became of the text that they had handed in."""
    if one.proposer not in answering(desk, mission):
        return []
    told = Reply(
        key="public.unit_agreed" if agreed else "public.unit_refused",
        values={"unit": mission.unit_name, "url": f"{desk.surface.public_url}/p/{mission.id}"},
        priority=Priority.NOTICE,
        dedupe=f"publication:{one.id}:{agreed}",
    )
    return to_person(desk, one.proposer, told)


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    office(desk)
    if code == "new":
        return _begin(desk)
    if not _public(desk):
        return [Reply(key="public.nothing_public")]
    return open_form(desk, WITHDRAW.id)


def _public(desk: Desk) -> list[PublicText]:
    listed = public_texts.standing(desk.db, desk.vault, "public")
    return [one for one in listed if sees_unit(desk, mission_of(desk, one.stationing_id).unit_id)]


def _public_choices(desk: Desk, answers: Answers) -> Choices:
    return tuple(
        Choice(
            code=one.id,
            key="public.choice",
            values={
                "unit": mission_of(desk, one.stationing_id).unit_name,
                "kind": Text(KINDS[one.kind]),
                "on": one.dated,
            },
        )
        for one in _public(desk)[-2 * SHOWN :]
    )


def _withdraw(desk: Desk, answers: Answers) -> list[Reply]:
    person = office(desk)
    one = next((p for p in _public(desk) if p.id == answers["publication"]), None)
    if one is None or not public_texts.move(
        desk.db,
        desk.vault,
        one,
        "withdrawn",
        actor=person.id,
        at=desk.at,
        reason=answers["reason"],
    ):
        raise MoveNotAllowed("public.withdrawn_before")
    _audit(desk, "publication.withdrawn", one)
    return [Reply(key="public.withdrawn", values={"kind": Text(KINDS[one.kind])})]


def _audit(desk: Desk, action: str, one: PublicText) -> None:
    actor = desk.me.id if desk.me else "program"
    facts = {"kind": one.kind, "mission": one.stationing_id}
    audit.write(desk.db, at=desk.at, actor=actor, action=action, object=one.id, facts=facts)


PROPOSE = Form(
    id="public_text",
    staff=True,
    questions=QUESTIONS,
    done=_proposed,
    review="public.review",
    summary=summary,
)
WITHDRAW = Form(
    id="public_text_withdraw",
    staff=True,
    questions=(
        Question(
            key="publication",
            ask="public.which_withdrawn",
            kind="choice",
            choices=_public_choices,
        ),
        Question(key="reason", ask="public.ask_reason", check=short_reason),
    ),
    done=_withdraw,
)
COMMANDS = {"publish": publish}
CARDS: dict[str, CardAction] = {MENU_CARD: _press, HANDED_CARD: _take_up}
FORMS = (PROPOSE, WITHDRAW)
DECIDED = {"publish": decided}
