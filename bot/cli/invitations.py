"""`jianjian invite`: a one-time link per channel, the code, and a QR code on the terminal."""

import asyncio
import io
import json
from typing import Annotated

import aiohttp
import segno
import typer

from bot.cli.site import Site
from bot.config import Config
from handlers.binding import grouped

NAME_SECONDS = 5


def invite(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The id in the plan.")],
    qr: Annotated[bool, typer.Option(help="Draw QR codes.")] = True,
) -> None:
    """Make a one-time code with which a person binds a chat."""
    site: Site = context.obj
    config = site.config()
    hours = config.team.invite_hours
    made = site.ask("invite", {"person": person, "hours": hours})
    code = made["code"]
    typer.echo(f"{person}: one use, good for {hours} hours; older codes of this person are void")
    typer.echo(f"code: {grouped(code)}   (type it as one message in the chat to be bound)")
    for door, link in doors(config, code).items():
        typer.echo(f"{door}: {link}")
        if qr and "://" in link:
            typer.echo(terminal_qr(link))


def doors(config: Config, code: str) -> dict[str, str]:
    """What to open or to send, per enabled channel."""
    found: dict[str, str] = {}
    if config.web.chat:
        root = config.web.public_url or f"http://{config.web.host}:{config.web.port}"
        found["web"] = f"{root}/#bind_{code}"
    if config.telegram is not None:
        name = asyncio.run(_telegram_name(config))
        found["telegram"] = (
            f"https://t.me/{name}?start=bind_{code}"
            if name
            else f"send /start bind_{code} to the bot"
        )
    return found


def terminal_qr(link: str) -> str:
    """A QR code in half blocks, to be scanned from the screen."""
    drawn = io.StringIO()
    segno.make(link, error="m", micro=False).terminal(out=drawn, compact=True)
    return drawn.getvalue()


async def _telegram_name(config: Config) -> str:
    """The bot's public name, asked of Telegram; "" where it does not answer in time."""
    assert config.telegram is not None
    token = config.telegram.token.get_secret_value()
    timeout = aiohttp.ClientTimeout(total=NAME_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{config.telegram.api_base_url}/bot{token}/getMe") as answer,
        ):
            told = json.loads(await answer.read())
            return str(told["result"]["username"])
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError):
        return ""
