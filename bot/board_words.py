"""The supervision board in the words of one language."""

from collections import Counter
from datetime import date
from typing import Any

from bot.texts import Texts
from bot.web.board import BoardCell, BoardItem, BoardLine, BoardOffer, BoardSheet
from bot.web.timeline import Spot, timeline
from handlers.board_page import COLUMNS, BoardPage, Item, Line, Mark
from handlers.board_rows import LEVEL_WORDS, STANDS
from handlers.wire import dump

COLUMN_WORDS = {
    "at": "board.column_at",
    "level": "board.column_level",
    "unit": "board.column_unit",
    "doc": "board.column_duty",
    "purpose": "board.column_purpose",
    "role": "board.column_role",
    "who": "board.column_who",
    "state": "board.column_state",
    "signed": "board.column_signed",
}


class BoardWords:
    """The board in the words of one language."""

    def __init__(self, texts: Texts, locale: str) -> None:
        self._texts = texts
        self._locale = locale

    def say(self, key: str, **values: Any) -> str:
        """One text."""
        return self._texts.say(key, dump(values), self._locale)

    def of(self, value: object) -> str:
        """One value."""
        return self._texts.word(dump(value), self._locale)

    def columns(self) -> list[str]:
        """The head of the log."""
        return [self.say(COLUMN_WORDS[name]) for name in COLUMNS]

    def sheet(self, ticket: str, page: BoardPage, today: date) -> BoardSheet:
        """The whole page."""
        return BoardSheet(
            ticket=ticket,
            day=self.of(today),
            counts=self.of(page.counts),
            levels=[self.say(key) for key in LEVEL_WORDS.values()],
            lines=[self._line(line, today) for line in page.lines],
            columns=self.columns(),
            log=[[self.of(cell) for cell in row] for row in page.log],
        )

    def _line(self, line: Line, today: date) -> BoardLine:
        spots = [self._spot(mark) for mark in line.marks]
        days = [mark.on for mark in line.marks]
        unit = line.mission.unit_name
        name = self.say("board.timeline", unit=unit, first=min(days), last=max(days))
        return BoardLine(
            unit=unit,
            team=line.mission.team_name,
            cells=[self._cell(level, items) for level, items in line.cells],
            timeline=timeline(name, spots, today, self.say("board.timeline_today")),
            told=[spot.told for spot in spots],
            log=[[self.of(cell) for cell in row] for row in line.log],
        )

    def _cell(self, level: str, items: tuple[Item, ...]) -> BoardCell:
        counted = Counter(item.stand for item in items)
        return BoardCell(
            level=self.say(LEVEL_WORDS[level]),
            counts=[
                (stand, self.say(key), counted[stand])
                for stand, key in STANDS.items()
                if counted[stand]
            ],
            items=[self._item(item) for item in items],
        )

    def _item(self, item: Item) -> BoardItem:
        return BoardItem(
            id=item.id,
            doc=self.of(item.doc),
            stand=item.stand,
            words=self.of(item.words),
            lines=[self.of(text) for text in (item.when, item.count, item.ground)],
            asked=item.asked,
            paused=self.of(item.paused),
            known=item.known,
            offers=[
                BoardOffer(code=o.code, label=self.of(o.level), text=self.of(o.text))
                for o in item.offers
            ],
        )

    def _spot(self, mark: Mark) -> Spot:
        label, day = self.of(mark.label), self.of(mark.on)
        stand = self.say(STANDS[mark.stand]) if mark.stand else ""
        told = " · ".join(part for part in (label, day, stand) if part)
        return Spot(on=mark.on, label=label, told=told, stand=mark.stand)
