"""All parties of the demo together: one acts, everybody listens, the clock moves."""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import date, datetime
from typing import Any

from aiohttp import ClientSession

from bot.demo.party import PATIENCE, Party, StoryBroken
from bot.demo.transcript import Line, Transcript

LOOK_AGAIN = 0.01  # seconds between looks whether everything has arrived


class Crew:
    """Everybody who takes part, over the public HTTP interface of one server."""

    def __init__(self, http: ClientSession, root: str) -> None:
        self._http = http
        self._root = root
        self.parties: dict[str, Party] = {}
        self.payloads: dict[str, str] = {}
        self.stops: list[date] = []

    async def gather(self) -> None:
        """Take the phones of the demo and open each one's chat."""
        async with self._http.get(f"{self._root}/demo/phones") as answer:
            phones = (await answer.json())["phones"]
        for phone in phones:
            party = Party(self._http, self._root, phone["slot"], phone["person"])
            self.parties[party.slot] = party
            self.payloads[party.slot] = phone["start"]
            await party.open()

    async def close(self) -> None:
        """Everybody leaves."""
        for party in self.parties.values():
            await party.close()

    async def turn(self, party: Party, act: Coroutine[Any, Any, None]) -> list[Line]:
        """One party acts; what it heard by the time everybody has heard everything."""
        before = len(party.lines)
        party.acting = True
        try:
            await act
            await self.settle()
        finally:
            party.acting = False
        return [line for line in party.lines[before:] if not line.own]

    async def settle(self) -> None:
        """Wait until nothing waits in the program and everybody has heard it."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    if await self._calm():
                        break
                    await asyncio.sleep(LOOK_AGAIN)
        except TimeoutError:
            raise StoryBroken("the program does not come to rest") from None
        for party in self.parties.values():
            await party.flush()

    async def look(self) -> date:
        """The date on the demo's clock."""
        async with self._http.get(f"{self._root}/demo/clock") as answer:
            return _day(await answer.json())

    async def advance(self, to: date) -> None:
        """Move the clock to a day."""
        days = (to - await self.look()).days
        if days > 0:
            await self._move({"to": "days", "days": days})

    async def next_reminder(self) -> date:
        """Move the clock to the next reminder; the day it stands on."""
        return await self._move({"to": "next_reminder"})

    def transcripts(self) -> dict[str, Transcript]:
        """Every talk so far."""
        return {slot: party.transcript() for slot, party in self.parties.items()}

    async def _move(self, body: Mapping[str, Any]) -> date:
        async with self._http.post(f"{self._root}/demo/clock", json=body) as answer:
            if answer.status != 200:
                raise StoryBroken(f"the clock does not move ({answer.status})")
            day = _day(await answer.json())
        await self.settle()
        self.stops.append(day)
        return day

    async def _calm(self) -> bool:
        async with self._http.get(f"{self._root}/healthz") as answer:
            parts = (await answer.json())["parts"]
        moving = parts["outbox"].keys() & {"planned", "sending"}
        return not (parts["lanes"] or parts["leaving"] or moving or "new" in parts["inbox"])


def _day(clock: Mapping[str, Any]) -> date:
    return datetime.fromisoformat(clock["now"]).date()
