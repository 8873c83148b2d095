"""What a mission started under: its profile and numbers stay, whatever the files say later."""

from casework.errors import Gone
from casework.mission import Stationing
from casework.profiles import Profile
from casework.rulebooks import Rulebook
from handlers.desk import Desk
from handlers.messages import Reply
from storage import audit, missions, rulebooks


def rulebook_of(desk: Desk, mission: Stationing) -> Rulebook:
    """The mission's own rulebook; today's files while nothing is frozen. Raises Gone."""
    return rulebooks.of_mission(desk.db, mission.id) or current(desk, mission)


def profile_of(desk: Desk, mission: Stationing) -> Profile:
    """The mission's own regulation profile. Raises Gone where there is none."""
    return rulebook_of(desk, mission).profile


def known_profile(desk: Desk, mission: Stationing) -> Profile | None:
    """The mission's own regulation profile, for words; None where this installation lacks it."""
    book = rulebooks.of_mission(desk.db, mission.id)
    return book.profile if book else desk.rules.profiles.get(mission.profile_id)


def current(desk: Desk, mission: Stationing) -> Rulebook:
    """What today's files say for this mission. Raises Gone where they lack its profile."""
    profile = desk.rules.profiles.get(mission.profile_id)
    if profile is None:
        raise Gone("duty.no_profile", profile=mission.profile_id)
    return Rulebook(profile=profile, common=desk.rules.common)


def freeze(desk: Desk, mission: Stationing) -> None:
    """Give the mission its rulebook, once: at its approval or with its first event."""
    book = current(desk, mission)
    if rulebooks.give(desk.db, mission.id, book, desk.at):
        note(desk, mission, book, "rulebook.frozen", "program")


def note(desk: Desk, mission: Stationing, book: Rulebook, action: str, actor: str) -> None:
    """One row of the audit trail about a mission's rulebook."""
    facts = {
        "profile": book.profile.id,
        "version": book.profile.version,
        "digest": book.digest,
    }
    audit.write(desk.db, at=desk.at, actor=actor, action=action, object=mission.id, facts=facts)


def freeze_approved(desk: Desk, limit: int) -> list[Reply]:
    """A tick: approved missions without a rulebook get theirs."""
    for id in rulebooks.without(desk.db, limit):
        mission = missions.stationing(desk.db, id)
        if mission is not None and mission.profile_id in desk.rules.profiles:
            freeze(desk, mission)
    return []
