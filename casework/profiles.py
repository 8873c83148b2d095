"""Regulation profiles as data: obligations, gates, routes and words of one regime."""

import hashlib
from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from casework.counting import Rolls

Level = Literal["提示", "催办", "督办", "专报"]
LEVELS: tuple[Level, ...] = ("提示", "催办", "督办", "专报")

COUNTED_UNITS = ("workday", "day", "month", "year")
"""The units the program can count; `common.values.unit` may name no other."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Open(BaseModel):
    """A section that may say more than the program reads."""

    model_config = ConfigDict(extra="allow", frozen=True)


class CalendarRules(_Strict):
    """How periods are counted (民法典 201–203 by analogy); the program knows no other rules."""

    timezone: str
    count_trigger_day: Literal[False] = False
    month_rule: Literal["clip"] = "clip"
    end_roll: dict[str, Literal["none", "next_workday"]]
    backward_roll: Literal["none", "previous_workday"] = "previous_workday"
    cutoff: str = "24:00"
    remind_on: Literal["nominal"] = "nominal"
    unknown_year: Literal["provisional"] = "provisional"

    @property
    def rolls(self) -> Rolls:
        """The same as counting rules; a year rolls as a month does."""
        rolling = {unit for unit, rule in self.end_roll.items() if rule == "next_workday"}
        if "month" in rolling and "year" not in self.end_roll:
            rolling.add("year")
        return Rolls(
            forward=frozenset(rolling - {"workday"}),
            backward=self.backward_roll == "previous_workday",
        )


class Values(_Strict):
    """The closed lists that every profile is checked against."""

    regime: list[str]
    strength: list[str]
    basis: list[str]
    unit: list[str]
    direction: list[str]
    kind: list[str]
    trigger: list[str]
    role: list[str]


class Step(_Strict):
    """One rung: `at` units from the due date (negative = before), its level, and who gets it."""

    at: int = Field(ge=-1000, le=1000)
    unit: Literal["workday", "day", "month", "year"]
    level: Level
    to: list[str]
    copy_to: list[str] = Field(default=[], alias="copy")
    propose_to: list[str] = []
    template: str


class Ladder(_Strict):
    """A ladder of reminders; no seed contains one, so its basis is always the default."""

    id: str
    basis: str
    steps: list[Step]


class SoftTarget(_Strict):
    """What 及时 is nudged at for one kind of obligation; never a legal limit."""

    kind: str
    n: int = Field(ge=1, le=3650)
    unit: Literal["workday", "day", "month", "year"]


class Common(_Strict):
    """What every profile shares: `common.toml`."""

    schema_version: Literal[1]
    calendar: CalendarRules
    values: Values
    ladder: list[Ladder] = []
    soft_target: list[SoftTarget] = []

    def ladder_of(self, name: str) -> Ladder | None:
        """The ladder of this id, or None."""
        return next((item for item in self.ladder if item.id == name), None)

    def soft_target_of(self, kind: str) -> SoftTarget | None:
        """The soft target of this kind, or None."""
        return next((item for item in self.soft_target if item.kind == kind), None)


class Cite(_Strict):
    """Where a rule stands: article, and its words where they were copied."""

    article: str
    quote: str = ""


class OffsetRule(_Strict):
    """The number a clause gives."""

    n: int = Field(ge=1, le=3650)
    unit: Literal["workday", "day", "month", "year"]
    direction: Literal["before", "after"]


class CopyTo(_Strict):
    """A copy that a clause orders, with its word (抄送, 抄报)."""

    to: str
    how: str


class Within(_Strict):
    """A period in which a standing duty applies."""

    n: int = Field(ge=1, le=100)
    unit: Literal["day", "month", "year"]
    after: str


class CheckItem(_Strict):
    """A step of a mission that no date hangs on: the office ticks it off, with the clause."""

    id: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_-]+$")
    title: str = Field(min_length=1)
    cite: Cite


class Obligation(_Strict):
    """One duty of one clause, for one document and one obligor."""

    id: str = Field(min_length=1)
    kind: str
    title: str = Field(min_length=1)
    trigger: str
    trigger_basis: str = "text"
    offset: OffsetRule | None = None
    strength: str
    basis: str
    obligor: str
    with_roles: list[str] = Field(default=[], alias="with")
    reviewer: list[str] = []
    via: str = ""
    submit_to: list[str] = []
    copies: list[CopyTo] = []
    documents: list[str] = []
    gate: str = ""
    conditions: list[str] = []
    withhold: list[str] = []
    ladder: str = ""
    if_trigger_missing: str = ""
    applies_within: Within | None = None
    cite: Cite

    @property
    def projected_from(self) -> str:
        """The obligation whose due date stands in while the trigger is missing, or empty."""
        return self.if_trigger_missing.removeprefix("project_from_due:")


class Gate(_Strict):
    """Who approves, is heard, prepares; or the chain an action passes through."""

    action: str
    approve: list[str]
    consult: list[str] = []
    prepare: list[str] = []
    chain: list[str] = []
    basis: str
    cite: Cite


class Route(_Strict):
    """Where a matter is transferred to."""

    matter: list[str]
    to: str
    tiers: list[str] = []
    gate: str = ""
    priority: str = ""
    strip: list[str] = []
    basis: str = "text"
    cite: Cite


class About(_Open):
    """What instrument this is; `instrument` is what every citation names."""

    id: str = Field(min_length=1)
    name: str
    instrument: str
    regime: str
    sponsor: str = ""
    target: str = ""
    status: str = ""
    issued: date | None = None
    effective: date | None = None
    numeric_limits: bool = True


class Terms(_Open):
    """The regime's own words, used by every text."""

    inspect: str
    team: str
    office: str
    leading_group: str
    target_unit: str
    target_principal: str


class StationingRules(_Open):
    """How long a stationing is and who may extend it."""

    typical_months: int | None = None
    extendable: bool = False
    extension_decided_by: str = ""
    extension_basis: str = "default"


class Acceptance(_Open):
    """Who and what may be reported here, by which ways."""

    subjects: list[str]
    conditional_subjects: list[dict[str, str]] = []
    priority_subjects: list[str] = []
    topics_extra: list[str] = []
    channels: list[str] = []
    window: str = "stationing"


class Announcement(_Open):
    """What the public notice must say."""

    required: list[str] = []
    basis: str = "default"


class Section(_Open):
    """A section of its own form: recusal, ledger, priority, publicity and the like."""


class Profile(_Strict):
    """One regulation profile, whole; profiles are never merged."""

    extends: Literal["common"]
    schema_version: Literal[1]
    profile: About
    terms: Terms
    stationing: StationingRules = StationingRules()
    announcement: Announcement = Announcement()
    acceptance: Acceptance
    recusal: Section = Section()
    ledger: Section = Section()
    priority: Section = Section()
    clarification: Section = Section()
    confidentiality: Section = Section()
    publicity: Section = Section()
    complaints_about_inspectors: Section = Section()
    gate: list[Gate] = []
    route: list[Route] = []
    obligation: list[Obligation]
    checklist: list[CheckItem] = []

    @property
    def id(self) -> str:
        """The profile's id, as missions name it."""
        return self.profile.id

    @cached_property
    def version(self) -> str:
        """A digest of everything the profile says: 12 hex digits."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def obligation_of(self, name: str) -> Obligation | None:
        """The obligation of this id, or None."""
        return next((item for item in self.obligation if item.id == name), None)

    def gate_of(self, action: str) -> Gate | None:
        """The gate of this action, or None where the instrument names none."""
        return next((item for item in self.gate if item.action == action), None)
