"""`jianjian route explain`: where a report with these facts would go, and why."""

import json
from importlib import resources
from typing import Annotated

import typer

from bot.route_explain import as_json, as_table, explain
from casework.categories import parse_categories
from handlers.intake.packaged import routing

app = typer.Typer(no_args_is_help=True, help="Routing of reports.")


@app.callback()
def routes() -> None:
    """Routing of reports."""


@app.command("explain")
def explain_route(
    category: Annotated[str, typer.Option(metavar="ID", help="A category's id.")],
    names: Annotated[str, typer.Option(help="Words of the field about whom.")] = "",
    about: Annotated[
        list[str] | None, typer.Option(help="team, office or leading_group: a seat it is about.")
    ] = None,
    missions: Annotated[
        list[str] | None,
        typer.Option("--mission", metavar="ID[:TEAM]", help="An open mission of the unit."),
    ] = None,
    window: Annotated[str, typer.Option(help="open, closed or none.")] = "open",
    insisted: Annotated[str, typer.Option(help="The category first chosen, if insisted.")] = "",
    doubt: Annotated[bool, typer.Option(help="A recusal is in doubt.")] = False,
    unit_known: Annotated[bool, typer.Option(help="Whether the unit is known.")] = True,
    team_free: Annotated[bool, typer.Option(help="Somebody of the team is not recused.")] = True,
    office_free: Annotated[bool, typer.Option(help="The same of the office.")] = True,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the queue of a report with these facts, and every reason."""
    given = {
        "category": category,
        "names": names,
        "about": about or [],
        "window": window,
        "insisted": insisted,
        "doubt": doubt,
        "unit_known": unit_known,
        "team_free": team_free,
        "office_free": office_free,
    }
    if missions is not None:
        given["missions"] = missions
    file = resources.files("casework") / "data" / "categories.toml"
    categories = parse_categories(file.read_text("utf-8"), "categories.toml")
    way = explain(given, categories, routing())
    typer.echo(
        json.dumps(as_json(way), ensure_ascii=False, indent=2) if as_json_ else as_table(way)
    )
