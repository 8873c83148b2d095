"""Checks parsed profile tables against the closed lists and against each other."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from casework.errors import DataError
from casework.faults import first_fault
from casework.profiles import COUNTED_UNITS, Common, Obligation, Profile


def read_common(table: Mapping[str, Any], file: str) -> Common:
    """Check a parsed `common.toml`. Raises DataError: one line with file, key and mend."""
    try:
        common = Common.model_validate(table)
    except ValidationError as fault:
        raise DataError(f"{file}: {first_fault(fault)}") from None
    _check(file, "values.unit", common.values.unit, COUNTED_UNITS)
    for unit in common.calendar.end_roll:
        _check(file, "calendar.end_roll", [unit], common.values.unit)
    targets = [item.kind for item in common.soft_target]
    _check(file, "soft_target.kind", targets, common.values.kind)
    receivers = [*common.values.role, "@recipient", "@obligor"]
    for ladder in common.ladder:
        where = f"ladder {ladder.id!r}"
        _check(file, f"{where} basis", [ladder.basis], common.values.basis)
        for number, step in enumerate(ladder.steps, 1):
            people = [*step.to, *step.copy_to, *step.propose_to]
            _check(file, f"{where} steps[{number}] to/copy/propose_to", people, receivers)
    return common


def read_profile(table: Mapping[str, Any], common: Common, file: str) -> Profile:
    """Check a parsed profile. Raises DataError: one line with file, key and mend."""
    try:
        profile = Profile.model_validate(table)
    except ValidationError as fault:
        raise DataError(f"{file}: {first_fault(fault)}") from None
    values = common.values
    _check(file, "profile.regime", [profile.profile.regime], values.regime)
    if profile.stationing.extension_decided_by:
        decider = [profile.stationing.extension_decided_by]
        _check(file, "stationing.extension_decided_by", decider, values.role)
    for gate in profile.gate:
        where = f"gate {gate.action!r}"
        _check(file, f"{where} basis", [gate.basis], values.basis)
        people = [*gate.approve, *gate.consult, *gate.prepare, *gate.chain]
        _check(file, f"{where} approve/consult/prepare/chain", people, values.role)
    actions = [gate.action for gate in profile.gate]
    for number, route in enumerate(profile.route, 1):
        _check(file, f"route[{number}].to", [route.to], values.role)
        _check(file, f"route[{number}].gate", filter(None, [route.gate]), actions)
        _check(file, f"route[{number}].basis", [route.basis], values.basis)
    for item in profile.obligation:
        _check_obligation(item, profile, common, file)
    return profile


def _check_obligation(item: Obligation, profile: Profile, common: Common, file: str) -> None:
    values, where = common.values, f"obligation {item.id!r}"
    _check(file, f"{where} kind", [item.kind], values.kind)
    _check(file, f"{where} trigger", [item.trigger], values.trigger)
    _check(file, f"{where} trigger_basis", [item.trigger_basis], values.basis)
    _check(file, f"{where} strength", [item.strength], values.strength)
    _check(file, f"{where} basis", [item.basis], values.basis)
    _check(file, f"{where} obligor", [item.obligor], values.role)
    _check(file, f"{where} with", item.with_roles, values.role)
    _check(file, f"{where} reviewer", item.reviewer, values.role)
    _check(file, f"{where} via", filter(None, [item.via]), values.role)
    _check(file, f"{where} submit_to", item.submit_to, values.role)
    _check(file, f"{where} copies", [copy.to for copy in item.copies], values.role)
    _check(
        file, f"{where} gate", filter(None, [item.gate]), [gate.action for gate in profile.gate]
    )
    _check(file, f"{where} ladder", filter(None, [item.ladder]), [one.id for one in common.ladder])
    if item.offset is not None:
        _check(file, f"{where} offset.unit", [item.offset.unit], values.unit)
        _check(file, f"{where} offset.direction", [item.offset.direction], values.direction)
    if item.applies_within is not None:
        _check(file, f"{where} applies_within.unit", [item.applies_within.unit], values.unit)
        _check(file, f"{where} applies_within.after", [item.applies_within.after], values.trigger)
    if item.if_trigger_missing:
        _check_projection(item, profile, file)


def _check_projection(item: Obligation, profile: Profile, file: str) -> None:
    where = f"{file}: obligation {item.id!r} if_trigger_missing"
    if not item.if_trigger_missing.startswith("project_from_due:"):
        raise DataError(f"{where} is not known; write project_from_due:<obligation id>")
    seen = {item.id}
    source: Obligation | None = item
    while source is not None and source.if_trigger_missing:
        name = source.projected_from
        if name in seen:
            raise DataError(f"{where} leads back to itself; name an obligation with its own event")
        seen.add(name)
        source = profile.obligation_of(name)
    if source is None:
        raise DataError(f"{where} names an obligation that this profile lacks; correct the id")


def _check(file: str, key: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    known = list(allowed)
    for word in given:
        if word not in known:
            listed = ", ".join(known) or "none is defined"
            raise DataError(f"{file}: {key} has unknown {word!r}; use one of: {listed}")
