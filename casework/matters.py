"""Which reports are important, and which words mean the principal of a unit; versioned data."""

import re
import tomllib

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casework.errors import DataError
from casework.faults import first_fault
from casework.hygiene import folded

_AIDES = "助理|秘书|司机|办公室"
_PARTS = re.compile(r"[、，,和或]|或者")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Criterion(_Data):
    """One kind of important matter (000 三: 规范重大事项的范围); `label` is shown to staff."""

    id: str = Field(pattern=r"^[a-z_]{1,24}$")
    label: str = Field(min_length=1)
    source: str = ""


class Titles(_Data):
    """Words for the principal of units whose name ends with `ends`; "" = of every unit."""

    ends: str
    words: tuple[str, ...] = Field(min_length=1)


class Matters(_Data):
    """The data as a whole."""

    version: str = Field(min_length=1)
    important: tuple[Criterion, ...] = Field(min_length=1)
    title: tuple[Titles, ...] = ()

    def criterion(self, name: str) -> Criterion | None:
        """The criterion of this id, or None."""
        return next((c for c in self.important if c.id == name), None)

    def names_principal(self, text: str, unit_name: str, terms: str = "") -> bool:
        """Whether the text names the unit's principal by a title.

        `terms` are the instrument's own words (县委书记、县长). A title right after 副 is a
        deputy's, one before 助理 or 秘书 an aide's (004 五(五): 涉及其本人的问题).
        """
        words = [w for t in self.title if unit_name.endswith(t.ends) for w in t.words]
        words += [w for w in _PARTS.split(terms) if len(w) > 1]
        plain = folded(text)
        return any(re.search(rf"(?<!副){re.escape(folded(w))}(?!{_AIDES})", plain) for w in words)


def parse_matters(text: str, source: str) -> Matters:
    """The data of a TOML text; `source` is the file named in faults. Errors: DataError."""
    try:
        return Matters.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise DataError(f"{source}: is not TOML ({fault}); correct that line") from fault
    except ValidationError as fault:
        raise DataError(f"{source}: {first_fault(fault)}") from fault
