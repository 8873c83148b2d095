"""Categories: what a citizen chooses, and what each choice means for staff."""

import tomllib
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casework.errors import DataError
from casework.faults import first_fault

UNSURE = "unsure"
INSPECTOR = "inspector"
RETALIATION = "retaliation"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Data):
    """Label and hint in another language."""

    label: str
    hint: str = ""


class Group(_Data):
    """A group of categories, as shown first."""

    id: str = Field(pattern=r"^[a-z_]{1,24}$")
    label: str
    en: Words | None = None

    def words(self, locale: str) -> Words:
        """What a reader of this language sees; Chinese where there is nothing else."""
        return self.en if self.en and locale.startswith("en") else Words(label=self.label)


class Category(_Data):
    """One category. `label` and `hint` are for citizens; everything else is for staff and rules.

    `discipline`: 六项纪律 (004 三(二)2). `focus`: 002 四. `central`: 001 重点 1..4. `matter`: the
    `[[route]]` of a profile. `queue` "office" keeps it from the team, as does `hidden_from`.
    `redirect`: where the person is sent first.
    """

    id: str = Field(pattern=r"^[a-z_]{1,24}$")
    group: str
    label: str
    hint: str
    matter: str
    discipline: str = ""
    focus: str = ""
    central: int | None = Field(default=None, ge=1, le=4)
    priority_matter: bool = False
    assist: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    immediate_candidate: bool = False
    queue: Literal["team", "office"] = "team"
    open_after_stationing: bool = False
    urgent: bool = False
    hidden_from: tuple[Literal["team"], ...] = ()
    redirect: Literal["", "petition", "justice"] = ""
    en: Words | None = None

    def words(self, locale: str) -> Words:
        """What a reader of this language sees; Chinese where there is nothing else."""
        if self.en and locale.startswith("en"):
            return self.en
        return Words(label=self.label, hint=self.hint)


class Categories(_Data):
    """The whole file, in the order in which it is shown."""

    schema_version: Literal[1]
    group: tuple[Group, ...]
    category: tuple[Category, ...]

    @cached_property
    def by_id(self) -> dict[str, Category]:
        """Category id -> category."""
        return {c.id: c for c in self.category}

    def of_group(self, group_id: str) -> tuple[Category, ...]:
        """The categories of one group, in order."""
        return tuple(c for c in self.category if c.group == group_id)

    def always_open(self) -> tuple[Category, ...]:
        """Those that are taken outside the acceptance window too (domain 5.1)."""
        return tuple(c for c in self.category if c.open_after_stationing)


def parse_categories(text: str, source: str) -> Categories:
    """The categories of a TOML text; `source` is the file named in faults. Errors: DataError."""
    try:
        found = Categories.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise DataError(f"{source}: is not TOML ({fault}); correct that line") from fault
    except ValidationError as fault:
        raise DataError(f"{source}: {first_fault(fault)}") from fault
    _check(found, source)
    return found


def _check(found: Categories, source: str) -> None:
    groups = {g.id for g in found.group}
    seen: set[str] = set()
    for category in found.category:
        if category.group not in groups:
            raise DataError(f"{source}: category {category.id}: group is unknown; add the group")
        if category.id in seen:
            raise DataError(f"{source}: category {category.id}: stands twice; remove one")
        seen.add(category.id)
    for needed in (UNSURE, INSPECTOR, RETALIATION):
        if needed not in seen:
            raise DataError(f"{source}: category {needed}: is missing; add it, rules depend on it")
