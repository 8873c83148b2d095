"""`jianjian demo --headless`: both acts over HTTP against real processes, then the reckoning."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.demo import evidence, oversight_evidence, oversight_verdict, verdict
from bot.demo.acts import ACTS, OVERSIGHT, REPORT, Act
from bot.demo.crew import Crew
from bot.demo.evidence import PIECE, readable_files
from bot.demo.oversight_story import OversightStory
from bot.demo.page import TITLES
from bot.demo.party import StoryBroken
from bot.demo.player import Player, Told, Turn
from bot.demo.server_process import serving
from bot.demo.sheet import finding_lines, transcript_lines
from bot.demo.story import Story
from bot.demo.transcript import Transcript
from bot.demo.verdict import ZONE, Finding
from bot.texts import SOURCE, read_catalogues

Tell = Callable[[str], None]
Talks = Mapping[str, Transcript]


def play(tell: Tell, turn: Turn = Turn.AS_WRITTEN, acts: Sequence[Act] = ACTS) -> bool:
    """Play, print, check; whether everything came as it should. The acts run side by side."""
    concerned = [act for act in acts if turn in (Turn.AS_WRITTEN, *TURNS[act.id])]
    with tempfile.TemporaryDirectory(prefix="jianjian-demo-") as folder:
        return asyncio.run(_play(Path(folder), tell, turn, concerned))


async def _play(folder: Path, tell: Tell, turn: Turn, acts: Sequence[Act]) -> bool:
    texts = read_catalogues()[SOURCE]
    shows = [_Show(folder, texts, act, turn) for act in acts]
    await asyncio.gather(*(show.perform() for show in shows))
    for show in shows:
        show.tell(tell)
    return all(one.ok for show in shows for one in show.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What is left of a story: what the parties took away, their talks, the files it lies in."""

    script: Mapping[str, Any]
    told: Told
    talks: Talks
    folder: Path
    readable: tuple[str, ...]


async def _report(left: Performance) -> list[Finding]:
    stationing = left.script["expected"]["stationing"]
    facts = await evidence.gather(left.folder, left.told, stationing, left.readable)
    case = verdict.Case(script=left.script, told=left.told, talks=left.talks, facts=facts)
    return verdict.judge(case)


async def _oversight(left: Performance) -> list[Finding]:
    expected = left.script["expected"]
    facts = await oversight_evidence.gather(left.folder, left.told, expected, left.readable)
    case = oversight_verdict.Case(
        script=left.script, told=left.told, talks=left.talks, facts=facts
    )
    return oversight_verdict.judge(case)


STORIES: Mapping[str, type[Player]] = {REPORT.id: Story, OVERSIGHT.id: OversightStory}
RECKONINGS: Mapping[str, Callable[[Performance], Awaitable[list[Finding]]]] = {
    REPORT.id: _report,
    OVERSIGHT.id: _oversight,
}
TURNS: Mapping[str, tuple[Turn, ...]] = {
    REPORT.id: (Turn.UNANSWERED, Turn.LATE_SIGNING),
    OVERSIGHT.id: (Turn.COPIED_WORDS, Turn.NOT_RETURNED, Turn.NO_EXTENSION),
}


class _Show:
    """One performance of one act and what is left of it, also when it breaks off."""

    def __init__(self, folder: Path, texts: Mapping[str, str], act: Act, turn: Turn) -> None:
        self.findings: list[Finding] = []
        self._act = act
        self._script = act.table(act.script)
        self._talks: Talks = {}
        self._told = Told()
        self._readable: list[str] = []
        self._folder = folder
        self._texts = texts
        self._turn = turn

    async def perform(self) -> None:
        """Play it, then judge it; a story that broke off is a finding of its own."""
        broken = ""
        try:
            await self._play()
        except (StoryBroken, ClientError) as reason:
            broken = str(reason) or type(reason).__name__
        self.findings = [Finding(check="the story went to its end", fault=broken)]
        if not broken:
            left = Performance(
                script=self._script,
                told=self._told,
                talks=self._talks,
                folder=self._folder / self._act.id,
                readable=tuple(self._readable),
            )
            self.findings += await RECKONINGS[self._act.id](left)

    def tell(self, tell: Tell) -> None:
        """Every talk, then the table of checks."""
        tell("")
        tell(f"══ {self._texts[self._act.title]}")
        for talk in self._talks.values():
            for line in transcript_lines(talk, self._texts[TITLES[talk.slot]], ZONE):
                tell(line)
        for line in finding_lines(self.findings):
            tell(line)

    async def _play(self) -> None:
        """Start the server, play, look into its files while it runs and after it has stopped."""
        async with (
            serving(self._folder, self._act) as root,
            ClientSession(headers={"Origin": root}) as http,
        ):
            crew = Crew(http, root)
            story = STORIES[self._act.id](crew, self._texts, self._script, self._turn)
            try:
                await crew.gather()
                await story.play()
            finally:
                await crew.close()
                self._talks, self._told = crew.transcripts(), story.told
            self._look_for_words()
        self._look_for_words()

    def _look_for_words(self) -> None:
        """Whatever was said; titles of the regulation and short answers are nobody's secret."""
        parts = [lines for part, lines in self._script.items() if part != "expected"]
        said = [words for lines in parts for key, words in lines.items() if "title" not in key]
        secrets = [words for words in said if len(words) >= PIECE]
        secrets += [self._told.code, self._told.phrase, self._told.code.replace("-", "")]
        self._readable += readable_files(self._folder / self._act.id, secrets)
