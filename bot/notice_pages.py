"""What the public page of a mission shows: the approved notice and everything published since."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from bot.channels.base import Channel
from bot.clock import Clock
from bot.texts import Texts
from bot.web.pages import Entrance, NoticePage, PublicItem, PublicPart
from casework.mission import Stationing, WindowChange
from casework.profiles import Profile
from handlers.rules import Rules
from handlers.wire import dump
from storage import missions, public_texts, rulebooks
from storage.base import Session, Storage
from storage.public_texts import PublicText
from storage.sealing import Vault

LOWER = "lower_principal"
HEADINGS = {
    "feedback": "public.heading_feedback",
    "rectification": "public.heading_rectification",
}
Known = tuple[Stationing, Profile | None, Sequence[PublicText], Sequence[WindowChange]]


class NoticePages:
    """Answers for `/p/<stationing>`; nothing that the office did not agree to is ever on it."""

    def __init__(
        self,
        storage: Storage,
        vault: Vault,
        rules: Rules,
        texts: Texts,
        channels: Sequence[Channel],
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._vault = vault
        self._rules = rules
        self._texts = texts
        self._channels = channels
        self._clock = clock

    async def notice(self, stationing_id: str, locale: str) -> NoticePage | None:
        """The public notice of a mission whose texts the office approved."""
        look = partial(_known, vault=self._vault, stationing_id=stationing_id)
        known = await self._storage.read(look)
        if known is None:
            return None
        mission, frozen, told, moved = known
        profile = frozen or self._rules.profiles[mission.profile_id]
        values = self._values(mission, profile, locale)
        say = partial(self._texts.say, values=values, locale=locale)
        return NoticePage(
            title=say("public.title"),
            text=say("public.announcement"),
            entrances=self._doors(f"s_{mission.id}", locale),
            open=mission.accepts(int(self._clock.now().timestamp())),
            window=say("public.window"),
            moved=self._moved(moved, locale),
            contacts=self._part("notice", "public.heading_contacts", told, locale),
            published=[
                part
                for kind, heading in HEADINGS.items()
                if (part := self._part(kind, heading, told, locale)) is not None
            ],
            follow=self._doors(f"f_{mission.id}", locale),
        )

    def _values(self, mission: Stationing, profile: Profile, locale: str) -> dict[str, Any]:
        lower = LOWER in profile.acceptance.subjects
        subjects = "public.subjects_lower" if lower else "public.subjects_body"
        return {
            "team": mission.team_name,
            "unit": mission.unit_name,
            "xc": profile.terms.inspect,
            "sponsor": profile.profile.sponsor,
            "subjects": self._texts.say(subjects, {}, locale),
            "begin": dump(mission.starts_on),
            "end": dump(mission.ends_on),
            "from": self._moment(mission.accept_from),
            "until": self._moment(mission.accept_until),
        }

    def _doors(self, payload: str, locale: str) -> list[Entrance]:
        return [
            Entrance(label=self._texts.say(f"public.door_{channel.name}", {}, locale), url=url)
            for channel in self._channels
            if (url := channel.entrance(payload))
        ]

    def _moved(self, moved: Sequence[WindowChange], locale: str) -> str:
        """A window that was moved is announced again (000 三, 003 第二条 延长)."""
        if not moved:
            return ""
        on = dump(self._day(moved[-1].at))
        return self._texts.say("public.window_moved", {"on": on}, locale)

    def _part(
        self, kind: str, heading: str, told: Sequence[PublicText], locale: str
    ) -> PublicPart | None:
        mine = [one for one in told if one.kind == kind]
        if not mine:
            return None
        return PublicPart(
            heading=self._texts.say(heading, {}, locale),
            items=[self._item(one, locale) for one in mine],
        )

    def _item(self, one: PublicText, locale: str) -> PublicItem:
        on = dump(one.dated)
        if one.state == "withdrawn":
            values = {"on": on, "day": dump(self._day(one.closed_at))}
            return PublicItem(dated=self._texts.say("public.was_withdrawn", values, locale))
        dated = self._texts.say("public.dated", {"on": on}, locale)
        return PublicItem(dated=dated, text=one.text, link=one.link)

    def _day(self, at: int) -> date:
        return datetime.fromtimestamp(at, self._clock.zone).date()

    def _moment(self, at: int) -> object:
        return dump(datetime.fromtimestamp(at, self._clock.zone))


def _known(db: Session, vault: Vault, stationing_id: str) -> Known | None:
    mission = missions.stationing(db, stationing_id)
    if mission is None or not mission.approved:
        return None
    listed = public_texts.of(db, vault, stationing_id)
    told = [one for one in listed if one.public_at and one.state in ("public", "withdrawn")]
    book = rulebooks.of_mission(db, stationing_id)
    return mission, book.profile if book else None, told, missions.windows(db, stationing_id)
