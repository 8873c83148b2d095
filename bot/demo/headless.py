"""`jianjian demo --headless`: the story over HTTP against a real process, then the reckoning."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from tomllib import loads
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.demo.crew import Crew
from bot.demo.evidence import gather, readable_files
from bot.demo.page import TITLES
from bot.demo.party import StoryBroken
from bot.demo.server_process import serving
from bot.demo.sheet import finding_lines, transcript_lines
from bot.demo.story import Story, Told, Turn
from bot.demo.transcript import Transcript
from bot.demo.verdict import ZONE, Case, Finding, judge
from bot.texts import SOURCE, read_catalogues

Tell = Callable[[str], None]


def play(tell: Tell, turn: Turn = Turn.AS_WRITTEN) -> bool:
    """Play, print, check; whether everything came as it should."""
    with tempfile.TemporaryDirectory(prefix="jianjian-demo-") as folder:
        return asyncio.run(_play(Path(folder), tell, turn))


def script() -> Mapping[str, Any]:
    """What is said, and what has to come of it."""
    return loads((resources.files("bot.demo") / "story.toml").read_text("utf-8"))


async def _play(folder: Path, tell: Tell, turn: Turn) -> bool:
    texts, words = read_catalogues()[SOURCE], script()
    stage = _Stage(folder, texts, words, turn)
    try:
        await stage.act()
    except (StoryBroken, ClientError) as reason:
        stage.broken = str(reason) or type(reason).__name__
    for talk in stage.talks.values():
        title = texts[TITLES.get(talk.slot, "web.demo_principal")]
        for line in transcript_lines(talk, title, ZONE):
            tell(line)
    findings = [Finding(check="the story went to its end", fault=stage.broken)]
    if not stage.broken:
        stationing = words["expected"]["stationing"]
        facts = await gather(folder, stage.told, stationing, stage.readable)
        findings += judge(Case(script=words, told=stage.told, talks=stage.talks, facts=facts))
    for line in finding_lines(findings):
        tell(line)
    return all(one.ok for one in findings)


class _Stage:
    """One performance and what is left of it, also when it breaks off."""

    def __init__(
        self, folder: Path, texts: Mapping[str, str], words: Mapping[str, Any], turn: Turn
    ) -> None:
        self.talks: Mapping[str, Transcript] = {}
        self.told = Told()
        self.readable: list[str] = []
        self.broken = ""
        self._folder = folder
        self._texts = texts
        self._words = words
        self._turn = turn

    async def act(self) -> None:
        """Start the server, play, look into its files while it runs and after it has stopped."""
        async with (
            serving(self._folder) as root,
            ClientSession(headers={"Origin": root}) as http,
        ):
            crew = Crew(http, root)
            story = Story(crew, self._texts, self._words, self._turn)
            try:
                await crew.gather()
                await story.play()
            finally:
                await crew.close()
                self.talks, self.told = crew.transcripts(), story.told
            self._look_for_words()
        self._look_for_words()

    def _look_for_words(self) -> None:
        secrets = [*self._words["citizen"].values(), self.told.code, self.told.phrase]
        secrets += [self.told.code.replace("-", ""), *self._words["office"].values()]
        secrets += self._words["liaison"]["report_summary"], self._words["liaison"]["report_file"]
        self.readable += readable_files(self._folder, secrets)
