"""The nouns of a plan once it stands: units, teams, departments, missions, seats and recusals."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

MissionState = Literal["planned", "open", "closed"]

TEAM_ROLES = frozenset({"team_member", "team_deputy", "team_leader"})
OFFICE_ROLES = frozenset({"office", "leading_group"})
UNIT_ROLES = frozenset({"unit_liaison", "unit_principal"})
UNIT_READERS = frozenset({"unit_supervisor"})
"""The unit's own 纪检、组织 (000 五): they read what it owes and hands in, and sign nothing."""
DEPARTMENT_ROLES = frozenset({"department_member"})
OUTSIDE_ROLES = frozenset({"municipal_liaison"})
TARGET_ROLES = UNIT_ROLES | UNIT_READERS
ROLES = TEAM_ROLES | OFFICE_ROLES | TARGET_ROLES | DEPARTMENT_ROLES | OUTSIDE_ROLES
PLEDGED_ROLES = TEAM_ROLES | OFFICE_ROLES
"""Who reads the confidentiality pledge at the first binding (004 二(五): 严守党的秘密)."""


UNIT_KINDS = (
    "area",
    "township",
    "village",
    "station",
    "organ",
    "enterprise",
    "institution",
)
"""地区, 乡镇街道, 村社区, 基层所站, 部门机关, 国有企业, 高校和事业单位 (000 二, 002 二)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A target unit 被巡察单位. `id` is of [a-z0-9_-]{1,32}; `aliases` are what people call it.

    `kind` is one of UNIT_KINDS, "" where the plan does not say (000 二, 002 二).
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """An inspection team 巡察组 of one round."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department that receives transfers; `kind` is discipline, organization or other."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round 轮次: its regulation profile and the approval of the texts it shows."""

    id: str
    name: str
    profile_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationing:
    """A mission 任务: one team at one unit under one profile version.

    `starts_on` and `ends_on` are both days of the stationing. The acceptance window is half open,
    [`accept_from`, `accept_until`), in epoch seconds, and has a life of its own: it may end before
    the stationing does. `approved` says whether the office has approved the texts the citizen will
    read; nothing is accepted before.
    """

    id: str
    round_id: str
    team_id: str
    team_name: str
    unit_id: str
    unit_name: str
    starts_on: date
    ends_on: date
    accept_from: int
    accept_until: int
    profile_id: str
    profile_version: str
    state: MissionState = "planned"
    approved: bool = False

    def accepts(self, at: int) -> bool:
        """Whether reports may be begun at the instant `at` (epoch seconds)."""
        window = self.accept_from <= at < self.accept_until
        return window and self.approved and self.state != "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One role of one person and where it holds; fields that do not apply are empty."""

    role: str
    team: str = ""
    unit: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusal:
    """回避 (004 二(五)): the person sees nothing of this unit, or nothing that names these people.

    `unit_id` is empty where the recusal is from people only, `names` where it is from a unit.
    """

    person_id: str
    unit_id: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowChange:
    """An acceptance window was moved; a new notice is due until `noticed_at` is set (003-2)."""

    stationing_id: str
    accept_from: int
    accept_until: int
    at: int
    noticed_at: int | None = None
