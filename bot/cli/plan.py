"""`jianjian plan import|template|show`."""

import sys
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.refusals import GIVEN_WRONG, fail
from bot.cli.site import Site
from bot.config import Config, read_table
from bot.profile_files import packaged_profiles
from casework.plan import Plan
from casework.plan_checks import advice, parse_plan

app = typer.Typer(no_args_is_help=True, help="The plan: a round, its missions and its people.")


@app.command("import")
def import_plan(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The plan file.")],
    yes: Annotated[bool, typer.Option("--yes", help="Apply without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the difference.")] = False,
) -> None:
    """Check a plan, show what it changes, and put it into force."""
    site: Site = context.obj
    plan = read_plan(file, site.config())
    payload = {"plan": plan.model_dump_json()}
    changes = site.ask("plan.compare", payload)["changes"]
    if not changes:
        typer.echo(f"{file}: nothing changes; round {plan.round.id} is in force as it is")
        return
    typer.echo("\n".join(changes))
    for line in advice(plan):
        typer.echo(f"note: {line}", err=True)
    if dry_run:
        return
    if not yes and sys.stdin.isatty() and not typer.confirm("Put this into force?"):
        fail("nothing was changed")
    done = site.ask("plan.apply", payload)
    typer.echo(f"{file}: {len(done['changes'])} changes are in force")
    for person in done["unbound"]:
        typer.echo(f"{person} holds no role any more; the chats of that person were let go")


@app.command("template")
def template() -> None:
    """Print a plan to start from."""
    typer.echo(starter("plan.toml"), nl=False)


@app.command("show")
def show(context: typer.Context) -> None:
    """Show the missions and people in force."""
    site: Site = context.obj
    zone = site.config().zone
    standing = site.ask("plan.show", {})
    if not standing["missions"] and not standing["people"]:
        typer.echo("no plan is in force; import one with `jianjian plan import FILE`")
        return
    missions = _table("mission", "team", "unit", "stationing", "accepts", "state", "texts")
    for row in standing["missions"]:
        missions.add_row(*_mission_cells(row, zone))
    people = _table("person", "name", "roles", "chats")
    for row in standing["people"]:
        people.add_row(row["id"], row["name"], "\n".join(row["roles"]), str(row["chats"]))
    console = Console()
    console.print(missions)
    console.print(people)


def read_plan(file: Path, config: Config) -> Plan:
    """A checked plan file. Errors: DataError, one line per fault."""
    if file.suffix != ".toml":
        fail(f"{file}: only .toml plans are read; see `jianjian plan template`", GIVEN_WRONG)
    table = read_table(file, "correct the path, or start from `jianjian plan template`")
    return parse_plan(table, source=str(file), zone=config.zone, profiles=packaged_profiles())


def starter(name: str) -> str:
    """A file that travels with the program for a new installation."""
    return (resources.files("bot") / "starter" / name).read_text("utf-8")


def _table(*columns: str) -> Table:
    made = Table()
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def _mission_cells(row: dict[str, Any], zone: Any) -> tuple[str, ...]:
    window = (
        datetime.fromtimestamp(row[key], zone).isoformat(" ", "minutes")[:16]
        for key in ("accept_from", "accept_until")
    )
    return (
        row["id"],
        row["team"],
        row["unit"],
        f"{row['start']} – {row['end']}",
        " – ".join(window),
        row["state"],
        "approved" if row["approved"] else "not approved",
    )
