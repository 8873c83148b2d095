"""A whole installation in a folder: configuration, keys, a plan whose missions are open today."""

import secrets
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.config import Config, load_config
from bot.operations import Operations
from bot.profile_files import packaged_profiles
from casework.plan_checks import parse_plan
from handlers.bench import OperatorBench
from handlers.plan import approve_texts, open_due
from storage import missions
from storage.base import Session
from storage.keyring import Keyring
from storage.open import open_storage
from storage.sealing import Vault
from tests.channels.bot_api import TOKEN
from tests.channels.telegram_support import free_port

Mode = Literal["webhook", "polling"]
SECRET = "hook_Secret-0123456789"
HOOK = "/telegram/hook-0123456789"
PROFILE = "suixi-2016"
OFFICER = "officer"
REPORTED = {"mission-a": ("team-a", "镇甲"), "mission-b": ("team-b", "镇乙")}
DEPARTMENT = "discipline"
HOUSE = {
    "eve": 'role = "team_member", team = "team-a"',
    "team-a-leader": 'role = "team_leader", team = "team-a"',
    "clerk": 'role = "office"',
    "head": 'role = "leading_group"',
    "taker": f'role = "department_member", department = "{DEPARTMENT}"',
}
"""Who hands a report over to the department: proposes, agrees and signs."""
MEMBERS = {"team-a": ("ann", "bob"), "team-b": ("cai", "dan")}


@dataclass(slots=True, kw_only=True)
class Installation:
    """Where it lies, and the codes with which its people bind their chats."""

    folder: Path
    mode: Mode
    port: int
    per_second: int = 0  # sends of the account, 0 = no limit
    supervised: tuple[str, ...] = ()  # units that get reminders, each with a liaison of its own
    invitations: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Config:
        """The configuration as the program reads it."""
        return load_config(self.folder / "config.toml")

    @property
    def vault(self) -> Vault:
        """The keys that the program uses."""
        return Vault(Keyring.load(self.config.key_file))

    def unit_name(self, unit: str) -> str:
        """What the office calls a supervised unit."""
        return f"局{unit.removeprefix('unit-')}号"

    @property
    def signed_on(self) -> date:
        """A day of signing whose first reminders are due by now: the report is owed in days."""
        return self.today - timedelta(days=50)

    @property
    def today(self) -> date:
        """Today where the installation lives."""
        return SystemClock(ZoneInfo("Asia/Shanghai")).now().date()


async def install(
    folder: Path,
    api_root: str,
    mode: Mode,
    *,
    supervised: int = 0,
    url: str = "",
    per_second: int = 0,
) -> Installation:
    """Make an installation, put its plan into force and invite its people."""
    made = Installation(
        folder=folder,
        mode=mode,
        port=free_port(),
        supervised=tuple(f"unit-{n:02}" for n in range(1, supervised + 1)),
        per_second=per_second,
    )
    _write(made, api_root, url)
    await _found(made)
    return made


def _write(made: Installation, api_root: str, url: str) -> None:
    made.folder.mkdir(parents=True)
    Keyring.create(made.folder / "keys.json")
    (made.folder / "config.toml").write_text(_config(made, api_root, url), "utf-8")
    (made.folder / "days.toml").write_text(_days(made.today), "utf-8")
    made.config.data_dir.mkdir(mode=0o700)


def _config(made: Installation, api_root: str, url: str) -> str:
    store = f'[storage]\nurl = "{url}"\n' if url else ""
    return f"""
[app]
data_dir = "data"
log_level = "INFO"
[keys]
file = "keys.json"
[calendar]
overlay = "days.toml"
[reminders]
hours = "00:00-23:59"
[web]
port = {made.port}
chat = false
[telegram]
token = "{TOKEN}"
api_base_url = "{api_root}"
mode = "{made.mode}"
webhook_url = "http://127.0.0.1:{made.port}"
webhook_path = "{HOOK}"
webhook_secret = "{SECRET}"
per_second = {made.per_second}
per_chat_second = 0
per_group_minute = 0
{store}"""


SATURDAY = 5


def _days(today: date) -> str:
    """Today and tomorrow are working days, on whatever day the tests run."""
    lines = []
    for year in (today.year, today.year + 1):
        days = [d for n in (0, 1) if (d := today + timedelta(days=n)).year == year]
        work = [d for d in days if d.weekday() >= SATURDAY]  # the others are worked anyway
        lines += ["[[year]]", f"year = {year}", f"work = [{', '.join(map(str, work))}]"]
    return "\n".join(lines)


async def _found(made: Installation) -> None:
    config = made.config
    clock = SystemClock(config.zone)
    storage = open_storage(config.database)
    await storage.open()
    try:
        versions = {p.id: p.version for p in packaged_profiles().values()}
        operations = Operations(storage, made.vault, clock, versions)
        plan = parse_plan(
            tomllib.loads(_plan(made)), source="plan.toml", zone=config.zone, profiles={PROFILE}
        )
        await operations.plan_apply({"plan": plan.model_dump_json()})
        await storage.transact(_opening(made, clock))
        for person in _people(made):
            made.invitations[person] = (await operations.invite({"person": person, "hours": 24}))[
                "code"
            ]
    finally:
        await storage.close()


def _opening(made: Installation, clock: SystemClock) -> Callable[[Session], None]:
    now, seed, vault = clock.now(), secrets.token_bytes(32), made.vault

    def unit(db: Session) -> None:
        bench = OperatorBench(db=db, vault=vault, now=now, seed=seed)
        for mission in missions.every(db):
            approve_texts(bench, mission.id, actor=OFFICER)
        open_due(bench, now.date())

    return unit


def _people(made: Installation) -> dict[str, str]:
    """Person → their seat as the plan writes it."""
    people = {OFFICER: 'role = "office"'}
    for team, members in MEMBERS.items():
        people |= {member: f'role = "team_member", team = "{team}"' for member in members}
        people[f"{team}-leader"] = f'role = "team_leader", team = "{team}"'
    people |= HOUSE
    for unit in made.supervised:
        people[f"{unit}-liaison"] = f'role = "unit_liaison", unit = "{unit}"'
    return people


def _plan(made: Installation) -> str:
    begin, end = made.today - timedelta(days=90), made.today + timedelta(days=30)
    units = {f"unit-{team}": name for team, name in REPORTED.values()}
    units |= {unit: made.unit_name(unit) for unit in made.supervised}
    tables: list[tuple[str, dict[str, Any]]] = [
        ("unit", {"id": unit, "name": name}) for unit, name in units.items()
    ]
    tables += [("team", {"id": team, "name": f"组{team[-1]}"}) for team in MEMBERS]
    tables.append(("department", {"id": DEPARTMENT, "name": "纪委监委", "kind": "discipline"}))
    tables += [("team", {"id": "watch", "name": "督导组"})] if made.supervised else []
    lines = [f'[round]\nid = "r1"\nname = "第一轮"\nprofile = "{PROFILE}"']
    for name, table in tables:
        lines.append(f"[[{name}]]")
        lines += [f'{key} = "{value}"' for key, value in table.items()]
    sites = {mission: (team, f"unit-{team}") for mission, (team, _) in REPORTED.items()}
    sites |= {f"mission-{unit}": ("watch", unit) for unit in made.supervised}
    for mission, (team, unit) in sites.items():
        lines += [
            "[[stationing]]",
            f'id = "{mission}"\nteam = "{team}"\nunits = ["{unit}"]\nstart = {begin}\nend = {end}',
        ]
    for person, seat in _people(made).items():
        lines.append(f'[[person]]\nid = "{person}"\nname = "{person}"\nroles = [{{ {seat} }}]')
    return "\n".join(lines)
