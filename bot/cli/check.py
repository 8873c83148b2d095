"""`jianjian check`: every fault of config, keys, plan, profiles and texts, with its mend."""

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.plan import read_plan
from bot.cli.refusals import GIVEN_WRONG
from bot.cli.site import Site
from bot.config import Config
from bot.control import check_path
from bot.profile_files import calendar_from, packaged_common, packaged_profiles
from bot.texts import SOURCE, placeholders, read_catalogues
from casework.errors import DataError
from casework.obligations import without_soft_target
from casework.plan import Plan
from casework.plan_checks import advice, gate_faults
from casework.profiles import Common, Profile
from storage.base import StorageError
from storage.keyring import Keyring
from storage.superior import public_key

Plans = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PLAN.toml]...", help="Plans; else plan.toml beside the config."),
]


def check(context: typer.Context, plans: Plans = None) -> None:
    """Name every fault of config, keys, plan, profiles and texts."""
    site: Site = context.obj
    faults: list[str] = text_faults(read_catalogues())
    notes: list[str] = []
    config: Config | None = None
    try:
        config = site.config()
    except DataError as wrong:
        faults += str(wrong).splitlines()
    if config is not None:
        faults += _installation(config)
        notes += _content(site.path, config)
        for file in plans or _plan_beside(site.path):
            plan_faults, plan_notes = _plan(file, config)
            faults += plan_faults
            notes += plan_notes
    profile_faults, profile_notes = _profiles()
    faults += profile_faults
    notes += profile_notes
    for line in notes:
        typer.echo(f"warning: {line}", err=True)
    for line in faults:
        typer.echo(line, err=True)
    if faults:
        raise typer.Exit(GIVEN_WRONG)
    for line in unreminded(packaged_profiles(), packaged_common()):
        typer.echo(f"note: {line}")
    typer.echo("config, keys, plan, profiles and texts are in order")


def text_faults(catalogues: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Texts that a locale lacks, has empty, or has with other placeholders than the source."""
    source = catalogues.get(SOURCE, {})
    found = [
        f"locales/{SOURCE}: {key} is empty; write its text" for key in source if not source[key]
    ]
    for locale in sorted(catalogues.keys() - {SOURCE}):
        texts = catalogues[locale]
        where = f"locales/{locale}"
        found += [
            f"{where}: {key} is missing; translate it" for key in source if not texts.get(key)
        ]
        found += [
            f"{where}: {key} is not a key of {SOURCE}; remove it"
            for key in texts
            if key not in source
        ]
        found += [
            f"{where}: {key} has not the placeholders of {SOURCE}; make them the same"
            for key, text in texts.items()
            if text and key in source and placeholders(text) != placeholders(source[key])
        ]
    return list(dict.fromkeys(found))


def _installation(config: Config) -> Iterable[str]:
    try:
        Keyring.load(config.key_file)
    except StorageError as wrong:
        yield str(wrong)
    try:
        calendar_from(config.overlay)
    except DataError as wrong:
        yield from str(wrong).splitlines()
    try:
        if config.superior_key:
            public_key(config.superior_key)
    except DataError as wrong:
        yield str(wrong)
    folder = config.data_dir
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield f"{folder}: others may enter the data folder; chmod 700 {folder}"
    wrong_path = check_path(config.socket)
    if wrong_path:
        yield wrong_path


def _content(path: Path, config: Config) -> Iterable[str]:
    if config.team.content == "private":
        yield (
            f'{path}: team.content is "private": words of reports go through the platform, '
            f'allowed by {config.team.approver}; set it to "web" to keep them on our own pages'
        )
    elif config.telegram is not None and not config.web.public_url:
        yield (
            f"{path}: web.public_url is empty, so the links with which staff read reports lead "
            "nowhere from Telegram; write the https address of our own pages"
        )


def _plan_beside(config: Path) -> list[Path]:
    beside = config.parent / "plan.toml"
    return [beside] if beside.exists() else []


def _plan(file: Path, config: Config) -> tuple[list[str], list[str]]:
    try:
        plan: Plan = read_plan(file, config)
    except DataError as wrong:
        return str(wrong).splitlines(), []
    profile = packaged_profiles()[plan.round.profile]
    unmanned = [f"{file}: {line}" for line in gate_faults(plan, profile)]
    return unmanned, [f"{file}: {line}" for line in advice(plan)]


def _profiles() -> tuple[list[str], list[str]]:
    """Faults, and every `prompt` duty that nothing nudges because its kind has no soft target."""
    try:
        common, profiles = packaged_common(), packaged_profiles()
    except DataError as wrong:
        return [str(wrong)], []
    return [], unprompted(profiles, common)


def unprompted(profiles: Mapping[str, Profile], common: Common) -> list[str]:
    """Duties without a number that nothing reminds of, by profile."""
    return [
        f"{name}.toml: prompt duty {duty} has no soft target, so nothing reminds of it; "
        "add a [[soft_target]] of its kind to common.toml"
        for name, profile in profiles.items()
        for duty in without_soft_target(profile, common)
    ]


def unreminded(profiles: Mapping[str, Profile], common: Common) -> list[str]:
    """Duties that are 及时 by the clause, without ladder and soft target: shown, never nudged."""
    return [
        f"{name}.toml: {item.id} is to be done promptly and has neither number, ladder nor soft "
        "target; it stands on the board without a date and nothing reminds of it"
        for name, profile in profiles.items()
        for item in profile.obligation
        if item.strength == "promptly"
        and not item.ladder
        and item.offset is None
        and common.soft_target_of(item.kind) is None
    ]
