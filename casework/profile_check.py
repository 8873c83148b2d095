"""Checks parsed profile tables against the closed lists and against each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from casework.chains import ring_of
from casework.errors import DataError
from casework.faults import first_fault
from casework.profiles import COUNTED_UNITS, Common, Obligation, Profile
from casework.source_lines import line_of
from casework.triggers import TRIGGERS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A file being checked: its name, and its text where lines can be told."""

    name: str
    text: str = ""

    def at(self, owner: str, key: str, word: str = "") -> str:
        """`file` or `file:line` of a key of the table that `owner` names."""
        line = line_of(self.text, owner, key, word) if self.text else 0
        return f"{self.name}:{line}" if line else self.name

    def of(self, fault: ValidationError) -> str:
        """The place of the first fault of a pydantic check."""
        loc = list(fault.errors(include_url=False, include_input=False)[0]["loc"])
        owner = ""
        if len(loc) > 1 and isinstance(loc[1], int):
            owner, loc = f"{loc[0]}[{loc[1] + 1}]", loc[2:]
        return self.at(owner, ".".join(str(part) for part in loc if isinstance(part, str)))


def read_common(table: Mapping[str, Any], file: str, text: str = "") -> Common:
    """Check a parsed `common.toml`. Raises DataError: one line with file, key and mend.

    `text` is the file as it was read: with it the line is named too.
    """
    source = _Source(name=file, text=text)
    try:
        common = Common.model_validate(table)
    except ValidationError as fault:
        raise DataError(f"{source.of(fault)}: {first_fault(fault)}") from None
    _check(source, "", "values.unit", common.values.unit, COUNTED_UNITS)
    _check(source, "", "values.trigger", common.values.trigger, TRIGGERS)
    for unit in common.calendar.end_roll:
        _check(source, "", "calendar.end_roll", [unit], common.values.unit)
    targets = [item.kind for item in common.soft_target]
    _check(source, "", "soft_target.kind", targets, common.values.kind)
    receivers = [*common.values.role, "@recipient", "@obligor"]
    for ladder in common.ladder:
        _check(source, ladder.id, "basis", [ladder.basis], common.values.basis, "ladder")
        for number, step in enumerate(ladder.steps, 1):
            people = [*step.to, *step.copy_to, *step.propose_to]
            key = f"steps[{number}] to/copy/propose_to"
            _check(source, ladder.id, key, people, receivers, "ladder")
    return common


def read_profile(table: Mapping[str, Any], common: Common, file: str, text: str = "") -> Profile:
    """Check a parsed profile. Raises DataError: one line with file, key and mend.

    `text` is the file as it was read: with it the line is named too.
    """
    source = _Source(name=file, text=text)
    try:
        profile = Profile.model_validate(table)
    except ValidationError as fault:
        raise DataError(f"{source.of(fault)}: {first_fault(fault)}") from None
    _check_ids(profile, source)
    values = common.values
    _check(source, "", "profile.regime", [profile.profile.regime], values.regime)
    if profile.stationing.extension_decided_by:
        decider = [profile.stationing.extension_decided_by]
        _check(source, "", "stationing.extension_decided_by", decider, values.role)
    for gate in profile.gate:
        _check(source, gate.action, "basis", [gate.basis], values.basis, "gate")
        people = [*gate.approve, *gate.consult, *gate.prepare, *gate.chain]
        key = "approve/consult/prepare/chain"
        _check(source, gate.action, key, people, values.role, "gate")
    actions = [gate.action for gate in profile.gate]
    for number, route in enumerate(profile.route, 1):
        where = f"route[{number}]"
        _check(source, where, "to", [route.to], values.role)
        _check(source, where, "gate", filter(None, [route.gate]), actions)
        _check(source, where, "basis", [route.basis], values.basis)
    for item in profile.obligation:
        _check_obligation(item, profile, common, source)
    _check_chains(profile, source)
    return profile


def _check_ids(profile: Profile, source: _Source) -> None:
    named: tuple[tuple[str, str, list[str]], ...] = (
        ("obligation", "obligations", [item.id for item in profile.obligation]),
        ("checklist", "steps of the checklist", [item.id for item in profile.checklist]),
    )
    for table, what, ids in named:
        for number, name in enumerate(ids, 1):
            if name in ids[: number - 1]:
                place = source.at(f"{table}[{number}]", "id", name)
                raise DataError(f"{place}: two {what} have the id {name!r}; rename one")


def _check_obligation(item: Obligation, profile: Profile, common: Common, source: _Source) -> None:
    values = common.values
    gates, ladders = [g.action for g in profile.gate], [one.id for one in common.ladder]
    rows: list[tuple[str, Iterable[str], Iterable[str]]] = [
        ("kind", [item.kind], values.kind),
        ("trigger", [item.trigger], values.trigger),
        ("trigger_basis", [item.trigger_basis], values.basis),
        ("strength", [item.strength], values.strength),
        ("basis", [item.basis], values.basis),
        ("obligor", [item.obligor], values.role),
        ("with", item.with_roles, values.role),
        ("reviewer", item.reviewer, values.role),
        ("via", filter(None, [item.via]), values.role),
        ("submit_to", item.submit_to, values.role),
        ("copies", [copy.to for copy in item.copies], values.role),
        ("gate", filter(None, [item.gate]), gates),
        ("ladder", filter(None, [item.ladder]), ladders),
    ]
    if item.offset is not None:
        rows.append(("offset.unit", [item.offset.unit], values.unit))
        rows.append(("offset.direction", [item.offset.direction], values.direction))
    if item.applies_within is not None:
        rows.append(("applies_within.after", [item.applies_within.after], values.trigger))
    for key, given, allowed in rows:
        _check(source, item.id, key, given, allowed, "obligation")
    if item.if_trigger_missing:
        _check_projection(item, profile, source)


def _check_projection(item: Obligation, profile: Profile, source: _Source) -> None:
    place = source.at(item.id, "if_trigger_missing")
    where = f"{place}: obligation {item.id!r} if_trigger_missing"
    if not item.if_trigger_missing.startswith("project_from_due:"):
        raise DataError(f"{where} is not known; write project_from_due:<obligation id>")
    seen = {item.id}
    found: Obligation | None = item
    while found is not None and found.if_trigger_missing:
        name = found.projected_from
        if name in seen:
            raise DataError(f"{where} leads back to itself; name an obligation with its own event")
        seen.add(name)
        found = profile.obligation_of(name)
    if found is None:
        raise DataError(f"{where} names an obligation that this profile lacks; correct the id")


def _check_chains(profile: Profile, source: _Source) -> None:
    for item in profile.obligation:
        ring = ring_of(profile, item.id)
        if ring:
            place = source.at(item.id, "trigger", item.trigger)
            raise DataError(
                f"{place}: obligation {item.id!r} trigger leads back to itself"
                f" ({' → '.join(ring)}); hang one of them on an event of its own"
            )


def _check(
    source: _Source,
    owner: str,
    key: str,
    given: Iterable[str],
    allowed: Iterable[str],
    table: str = "",
) -> None:
    """Raises DataError for the first given word that is not allowed."""
    known = list(allowed)
    for word in given:
        if word in known:
            continue
        keys = key.partition("]")[2] or key  # steps[1] to/copy: the line of the word will do
        place = source.at(owner, keys.strip().replace("/", "."), word)
        named = f"{table} {owner!r} {key}" if table else f"{owner}.{key}" if owner else key
        listed = ", ".join(known) or "none is defined"
        raise DataError(f"{place}: {named} has unknown {word!r}; use one of: {listed}")
