"""The acts of the demo: each a sample round of its own, with clock, phones and story."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from tomllib import loads
from typing import Any

CITIZEN = "citizen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act. `phones` and `more` say who holds which slot; the citizen is nobody of the plan.

    `begin` is local time; `plan` and `script` are files of this folder, `stationing` is the
    mission the story is about, `approver` has approved its notice before the curtain rises.
    `more` take part in the story and have no phone on the page.
    """

    id: str
    title: str  # text key
    begin: datetime
    plan: str
    script: str
    stationing: str
    approver: str
    phones: Mapping[str, str]
    more: Mapping[str, str] = field(default_factory=dict)

    def table(self, name: str) -> Mapping[str, Any]:
        """A file of this folder."""
        return loads((resources.files("bot.demo") / name).read_text("utf-8"))


REPORT = Act(
    id="report",
    title="demo.act_report",
    begin=datetime(2026, 3, 9, 9, 30),  # noqa: DTZ001 - local; the zone is the configuration's
    plan="sample.toml",
    script="story.toml",
    stationing="c1-qingshi",
    approver="office-head",
    phones={CITIZEN: "", "member": "t1-a", "office": "office-a", "liaison": "qingshi-liaison"},
    more={"principal": "qingshi-principal"},
)
OVERSIGHT = Act(
    id="oversight",
    title="demo.act_oversight",
    begin=datetime(2026, 1, 12, 9, 30),  # noqa: DTZ001
    plan="oversight_sample.toml",
    script="oversight.toml",
    stationing="p1",
    approver="p-office-head",
    phones={
        CITIZEN: "",
        "leader": "p-leader",
        "bureau": "p-office",
        "leading": "p-lead",
        "liaison": "qingxi-liaison",
    },
    more={"principal": "qingxi-principal", "city": "p-city"},
)
ACTS: tuple[Act, ...] = (REPORT, OVERSIGHT)
