"""What the feedback says: its points, which of them stay back, and who may read the rest."""

from collections.abc import Iterable
from datetime import date

from casework.errors import Gone, NotAllowed
from casework.mission import Stationing
from casework.profiles import Obligation, Profile
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.duty_rights import answering, me
from handlers.dutybook import mission_of
from handlers.frozen import profile_of
from handlers.messages import Choice, OutFile, Priority, Reply, Text
from handlers.motion_texts import out_files
from handlers.reach import to_person
from storage import audit, duties, motions, people
from storage.cards import Card
from storage.motions import Motion

KIND, CLEAR = "feedback", "clear_point"
BODY, PRINCIPAL = "body", "principal"
READ_CARD = "feedback_read"
PRINCIPAL_DELIVERED = "feedback.principal_delivered"
"""The principal's own feedback (004 五(五) 分别反馈); the clocks hang on the body's receipt."""
DELIVERED = "feedback.delivered"
TO: dict[str, str] = {BODY: "motion.to_body", PRINCIPAL: "motion.to_principal"}


def addressees(profile: Profile) -> tuple[str, ...]:
    """To whom the instrument feeds back: the body, or the body and the principal separately."""
    listed = feedback_duties(profile)
    own = any(_to(item) == PRINCIPAL for item in listed)
    return (BODY, PRINCIPAL) if own else (BODY,)


def feedback_duties(profile: Profile, to: str = "") -> list[Obligation]:
    """The obligations of kind feedback, or those towards one addressee."""
    listed = [item for item in profile.obligation if item.kind == KIND]
    return [item for item in listed if to in ("", _to(item))]


def _to(item: Obligation) -> str:
    return PRINCIPAL if item.submit_to == ["target_principal"] else BODY


def delivered_event(to: str) -> str:
    """The event that the delivery to an addressee is."""
    return PRINCIPAL_DELIVERED if to == PRINCIPAL else DELIVERED


def delivered(desk: Desk, mission: Stationing, to: str) -> date | None:
    """When the feedback was delivered to this addressee, or None."""
    found = duties.milestone(desk.db, desk.vault, mission.id, delivered_event(to))
    return found.happened_on if found else None


def subject(mission: Stationing, to: str) -> str:
    """Under which subject its motion is put."""
    return f"{mission.id}|{to}"


def motion_of(desk: Desk, mission: Stationing, to: str) -> Motion | None:
    """The newest motion on this feedback that was not taken back."""
    listed = motions.of_mission(desk.db, desk.vault, mission.id, KIND)
    mine = [m for m in listed if m.subject == subject(mission, to) and m.state != "withdrawn"]
    return mine[-1] if mine else None


def agreed(desk: Desk, mission: Stationing, to: str) -> Motion | None:
    """The motion that let this feedback through, or None."""
    found = motion_of(desk, mission, to)
    return found if found is not None and found.state == "agreed" else None


def cleared(desk: Desk, motion: Motion, number: int) -> bool:
    """Whether two people took the mark of a point back."""
    found = motions.last_of(desk.db, desk.vault, CLEAR, f"{motion.id}|{number}")
    return found is not None and found.state == "agreed"


def held_back(desk: Desk, motion: Motion) -> list[int]:
    """The numbers of the points that concern the principal himself and reach nobody there."""
    return [
        n
        for n, point in enumerate(motion.details["points"], 1)
        if point["principal"] and not cleared(desk, motion, n)
    ]


def outward(desk: Desk, motion: Motion) -> str:
    """The points that leave, numbered anew so that no gap points at what stays back."""
    back = held_back(desk, motion)
    points = enumerate(motion.details["points"], 1)
    kept = [point["text"] for n, point in points if n not in back]
    return "\n".join(f"{n}. {text}" for n, text in enumerate(kept, 1))


def inward(points: Iterable[dict[str, object]], mark: str) -> str:
    """All points for those who decide, with the mark on what does not leave."""
    return "\n".join(
        f"{n}. {p['text']}{mark if p['principal'] else ''}" for n, p in enumerate(points, 1)
    )


def readers(desk: Desk, mission: Stationing, to: str) -> list[str]:
    """The unit's people who may read it: the principal's own is for the principal alone."""
    roles = ("unit_principal",) if to == PRINCIPAL else ("unit_liaison", "unit_principal")
    return answering(desk, mission, *roles)


def copied(desk: Desk, mission: Stationing, to: str) -> list[str]:
    """Who gets the copy that the clause orders (003 第十一条 抄送该市委)."""
    listed = feedback_duties(profile_of(desk, mission), to)
    if not any(c.to == "municipal_committee" for item in listed for c in item.copies):
        return []
    recused = duties.recused_from(desk.db, mission.unit_id)
    return [p for p in people.holders(desk.db, "municipal_liaison") if p not in recused]


def send_copies(desk: Desk, mission: Stationing, to: str) -> list[Reply]:
    """抄送 to the municipal liaison: a card without content."""
    return _cards(desk, mission, to, copied(desk, mission, to), "motion.feedback_copy")


def reading_cards(desk: Desk, mission: Stationing, to: str) -> list[Reply]:
    """查看 for the unit's people, where the text is here at all."""
    if agreed(desk, mission, to) is None:
        return []
    people_there = readers(desk, mission, to)
    return _cards(desk, mission, to, people_there, "motion.feedback_readable")


def _cards(desk: Desk, mission: Stationing, to: str, persons: list[str], key: str) -> list[Reply]:
    replies: list[Reply] = []
    on = delivered(desk, mission, to)
    for person in persons:
        one = card(
            desk,
            READ_CARD,
            subject(mission, to),
            (Choice(code="open", key="button.open"),),
            key=key,
            values={"unit": mission.unit_name, "on": on, "to": Text(TO[to])},
            person=person,
            lives_hours=24 * 365,
            priority=Priority.NOTICE,
            dedupe=f"{key}:{subject(mission, to)}:{person}",
        )
        replies += to_person(desk, person, one)
    return replies


def _read(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    """The delivered text, where the surface may carry it; else where to read it."""
    place, _, to = pressed.subject.rpartition("|")
    mission, person = mission_of(desk, place), me(desk).id
    if person not in (*readers(desk, mission, to), *copied(desk, mission, to)):
        raise NotAllowed("duty.wrong_unit", unit=mission.unit_name)
    on = delivered(desk, mission, to)
    if on is None:
        raise Gone()
    motion = agreed(desk, mission, to)
    if motion is None:
        return [Reply(key="motion.feedback_on_paper", values={"on": on})]
    if not desk.surface.content:
        return [Reply(key="motion.on_page", values={"link": desk.surface.public_url})]
    audit.write(desk.db, at=desk.at, actor=person, action="feedback.read", object=motion.id)
    values = {"unit": mission.unit_name, "on": on, "text": outward(desk, motion)}
    return [
        Reply(
            key="motion.feedback_text",
            values=values,
            files=_files(desk, motion),
            content=True,
            protect=True,
        )
    ]


def _files(desk: Desk, motion: Motion) -> tuple[OutFile, ...]:
    """Its files; none while a point stays back, for nobody can see what a file says."""
    if held_back(desk, motion):
        return ()
    return out_files(desk, motion.files)


CARDS: dict[str, CardAction] = {READ_CARD: _read}
