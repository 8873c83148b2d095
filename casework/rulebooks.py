"""A mission's rulebook: the profile and the shared numbers it started under, as one kept text."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from casework.profiles import Common, Profile

INTERNAL_LADDER, INTERNAL_KIND = "dept-3m", "transfer_feedback"
"""What a department is nudged by where the instrument gives it no limit (domain 2)."""


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """A regulation profile with the ladders, soft targets and counting rules that it uses."""

    profile: Profile
    common: Common

    @cached_property
    def text(self) -> str:
        """What the files said, as compact JSON: every table, nothing that was left out."""
        tables = {"profile": _said(self.profile), "common": _used(self.profile, self.common)}
        return json.dumps(tables, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `text` in hex: the same text is kept once, whoever refers to it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@lru_cache(maxsize=64)
def rulebook(text: str) -> Rulebook:
    """The rulebook of a kept text; it was checked when it was kept."""
    tables = json.loads(text)
    return Rulebook(
        profile=Profile.model_validate(tables["profile"]),
        common=Common.model_validate(tables["common"]),
    )


def _said(model: Profile | Common) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _used(profile: Profile, common: Common) -> dict[str, Any]:
    """`common.toml` as far as this profile's dates and reminders hang on it."""
    ladders = {item.ladder for item in profile.obligation} | {INTERNAL_LADDER}
    kinds = {item.kind for item in profile.obligation} | {INTERNAL_KIND}
    said = _said(common)
    return {
        **said,
        "values": {name: [] for name in said["values"]},
        "ladder": [one for one in said.get("ladder", []) if one["id"] in ladders],
        "soft_target": [one for one in said.get("soft_target", []) if one["kind"] in kinds],
    }
