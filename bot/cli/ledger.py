"""`jianjian ledger export|figures`: spreadsheets of the office, without any content."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.refusals import GIVEN_WRONG, fail
from bot.cli.site import Site
from bot.sheets import write_sheet
from bot.texts import SOURCE
from bot.wiring import make_rules, make_texts
from handlers.ledger import COLUMNS, worded
from handlers.proposing import NAMES

app = typer.Typer(no_args_is_help=True, help="The office's ledger and figures.")
Out = Annotated[Path, typer.Option("--out", metavar="F.xlsx", help="The spreadsheet to write.")]
Over = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]


@app.command("export")
def export(context: typer.Context, out: Out, force: Over = False) -> None:
    """Write the ledger: numbers, days, states, letters and next dates; no content, no names."""
    site: Site = context.obj
    _check(out, force)
    say = make_texts(site.config()).in_locale(SOURCE)
    rows: list[list[str]] = [[say(column) for column in COLUMNS]]
    after = ""
    while True:
        found = site.ask("ledger.page", {"after": after})
        rows += [worded([str(cell) for cell in row], say) for row in found["rows"]]
        after = str(found["after"])
        if not after:
            break
    _write(out, say("statistics.sheet_ledger"), rows)
    typer.echo(f"{out}: {len(rows) - 1} lines")


@app.command("figures")
def figures(
    context: typer.Context,
    out: Out,
    year: Annotated[int, typer.Option(min=2000, max=2200, help="The year of receipt.")],
    force: Over = False,
) -> None:
    """Write the figures of a year; counts below 5, and what would tell them, are hidden."""
    site: Site = context.obj
    _check(out, force)
    config = site.config()
    texts = make_texts(config)
    say = texts.in_locale(SOURCE)
    found = site.ask("ledger.figures", {"year": year})
    names = {c.id: c.label for c in make_rules(config, texts).categories.category}
    names |= {id: say(key) for id, key in NAMES.items()}
    total = say("statistics.sheet_total")
    rows: list[list[str]] = []
    for part, head in (
        ("categories", say("statistics.sheet_category")),
        ("units", say("statistics.sheet_unit")),
        ("landings", say("statistics.sheet_landing")),
    ):
        table: list[list[str]] = found[part]
        first = [head, *(cell if cell != "n" else total for cell in table[0][1:-1]), total]
        rows.append(first)
        rows += [[names.get(row[0], row[0] or total), *row[1:]] for row in table[1:]]
        rows.append([""])
    _write(out, say("statistics.sheet_figures"), rows)
    typer.echo(f"{out}: figures of {year}")


def _check(out: Path, force: bool) -> None:
    if out.suffix != ".xlsx":
        fail(f"{out}: name a file that ends in .xlsx", GIVEN_WRONG)
    if not out.parent.is_dir():
        fail(f"{out.parent}: there is no such folder; make it first", GIVEN_WRONG)
    if out.exists() and not force:
        fail(f"{out}: is there already; choose another name or give --force", GIVEN_WRONG)


def _write(out: Path, title: str, rows: Iterable[Sequence[str]]) -> None:
    """Write it so that nobody else on the machine reads it, whole or not at all."""
    data = write_sheet(title, rows)
    part = out.with_name(f".{out.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    part.replace(out)
