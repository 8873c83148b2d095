"""One PostgreSQL connection in pipeline mode: what asks nothing leaves with the next that asks."""

import select
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from storage.base import ConstraintBroken, Row, StorageError, StorageUnavailable, Value
from storage.queries import Numbered
from storage.values import bound

WRITE = b"BEGIN ISOLATION LEVEL SERIALIZABLE"
LOOK = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_HELD_BACK = 32  # statements that leave at once at the latest, before the answers fill a socket
_DONE, _ROWS, _SYNC, _ABORTED = 1, 2, 10, 11  # libpq's ExecStatusType
_CODE, _CONSTRAINT, _COLUMN, _WORDS = b"CncM"  # libpq's PG_DIAG_…
_BINARY = 1
_MARK, _TURN, _BACK = "a mark", "the turn", "the turn given back"
_TAKE = b"SELECT set_config('lock_timeout', '500ms', true), pg_advisory_lock(1784769902)"
_GIVE = b"SELECT pg_advisory_unlock(1784769902)"
_TOOK_TOO_LONG = b"55P03"
_AWAY = (
    "08",
    "53",
    "55",
    "57",
    "58",
    "F0",
    "40",
)  # classes of SQLSTATE: not the statement's fault


class Again(StorageError):
    """Another transaction stood in the way; the unit runs again."""


def fault(code: str, statement: str, named: str, words: str) -> StorageError:
    """A fault by its SQLSTATE in the words of the contract, without the values it may quote."""
    where = f"{statement}: " if statement else ""
    if code in ("40001", "40P01"):
        return Again(f"{where}another transaction stood in the way")
    if code.startswith("23"):
        return ConstraintBroken(f"{where}a rule of the schema is broken ({named})")
    if not code or code[:2] in _AWAY:
        return StorageUnavailable(f"{where}PostgreSQL does not answer ({code or 'no connection'})")
    shown = words if code.startswith("42") else named  # only these never quote values
    return StorageError(f"{where}PostgreSQL refused the statement ({code}) {shown}")


def _whole(cell: bytes) -> int:
    return int.from_bytes(cell, "big", signed=True)


def _text(cell: bytes) -> str:
    return cell.decode()


def _blob(cell: bytes) -> bytes:
    return cell


def _yes(cell: bytes) -> bool:
    return cell != b"\0"


READERS: Mapping[int, Callable[[bytes], Any]] = {
    16: _yes,
    17: _blob,
    20: _whole,
    21: _whole,
    23: _whole,
    25: _text,
    1043: _text,
}
"""How a cell is read, by the number of its type: what no statement gives back is not there."""


class _Plan:
    """A statement as this connection knows it, for one choice of types."""

    __slots__ = ("columns", "known", "name")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.known = False
        self.columns: list[tuple[int, str, Callable[[bytes], Any]]] | None = None


class Line:
    """The transaction of one connection, statement by statement, each prepared at its first use.

    Speaks to libpq through psycopg's own binding: a cursor needs six times the CPU. Not for two
    threads at once. Errors: StorageError; Again where the transaction is to be run again.
    """

    __slots__ = (
        "_answered",
        "_away",
        "_faults",
        "_pg",
        "_piped",
        "_plans",
        "_poll",
        "broken",
        "missed",
        "my_turn",
    )

    def __init__(self, pg: Any, faults: type[Exception]) -> None:
        """`pg` is a psycopg.pq.PGconn, `faults` what it raises."""
        self._pg = pg
        self._faults = faults
        self._poll = select.poll()
        self._poll.register(pg.socket, select.POLLIN)
        self._plans: dict[tuple[str, tuple[int, ...]], _Plan] = {}
        self._away: deque[tuple[str, _Plan | None]] = deque()  # a plan: its preparation
        self._answered = False
        self._piped = False
        self.my_turn = False
        self.missed = False  # the turn did not come in time, and it began without
        self.broken = False

    def begin(self, words: bytes, *, alone: bool = False) -> None:
        """Begin a transaction; it leaves with the first statement.

        `alone`: after those of other processes that ask for the same, if they end soon.
        """
        self._answered = self.missed = False
        if alone:
            self._say(_TAKE, _TURN)
            self._mark()
        self._say(words)

    def tell(self, statement: Numbered, values: Mapping[str, Value]) -> None:
        """Execute for its effect; its error may come with a later statement's."""
        self._send(statement, values)
        if len(self._away) >= _HELD_BACK:
            self._hear()

    def rows(self, statement: Numbered, values: Mapping[str, Value]) -> list[Row]:
        """Execute; every row."""
        plan = self._send(statement, values)
        answer = self._hear()
        if not answer.ntuples:
            return []
        columns = plan.columns or _columns(answer, plan, statement.name)
        cell = answer.get_value
        return [
            {
                name: None if (found := cell(row, column)) is None else read(found)
                for column, name, read in columns
            }
            for row in range(answer.ntuples)
        ]

    def count(self, statement: Numbered, values: Mapping[str, Value]) -> int:
        """Execute; how many rows it wrote."""
        self._send(statement, values)
        return self._hear().command_tuples or 0

    def settle(self) -> None:
        """Hear of everything that is on its way."""
        if self._away:
            self._hear()

    def save(self) -> None:
        """Begin what can be undone alone."""
        self._say(b"SAVEPOINT unit")

    def keep(self) -> None:
        """End what could be undone alone."""
        self._say(b"RELEASE unit")

    def undo(self) -> None:
        """Undo what was begun by `save`."""
        self._drop()
        self._say(b"ROLLBACK TO unit")

    def commit(self) -> None:
        """Keep the transaction. Lost on the way, nobody knows whether it is kept."""
        if not self._answered:
            self.settle()  # a connection that had long been closed shows here, nothing at stake
        if self._end(b"COMMIT").command_status != b"COMMIT":
            raise StorageError("PostgreSQL had ended the transaction")

    def roll_back(self) -> None:
        """Drop the transaction; a line that is lost stays `broken`."""
        try:
            self._drop()
            if not self.broken:
                self._end(b"ROLLBACK")
        except StorageError:
            self.broken = True

    def plain(self) -> None:
        """Leave the pipeline, so that psycopg itself can speak inside the transaction."""
        self.settle()
        if self._piped:
            try:
                self._pg.pipeline_sync()
                self._pass_sync()
                self._pg.exit_pipeline_mode()
            except self._faults:
                raise self._lost() from None
            self._piped = False

    def _drop(self) -> None:
        """Hear of what is on its way, whatever became of it."""
        try:
            self.settle()
        except (Again, StorageUnavailable):
            raise
        except StorageError:
            pass

    def _end(self, words: bytes) -> Any:
        self._say(words)
        if self.my_turn:
            self._say(_GIVE, _BACK)
        answer = self._hear(last=True)
        self.my_turn = False
        return answer

    def _mark(self) -> None:
        """What fails before does not stop what comes after."""
        try:
            self._pg.pipeline_sync()
        except self._faults:
            raise self._lost() from None
        self._away.append((_MARK, None))

    def _say(self, words: bytes, name: str = "") -> None:
        try:
            if not self._piped:
                self._pg.enter_pipeline_mode()
                self._piped = True
            self._pg.send_query_params(words, None)
        except self._faults:
            raise self._lost() from None
        self._away.append((name, None))

    def _send(self, statement: Numbered, values: Mapping[str, Value]) -> _Plan:
        cells, formats, types = bound(statement, values)
        plan = self._plans.get((statement.name, types))
        if plan is None:
            plan = _Plan(b"s%d" % len(self._plans))
            self._plans[statement.name, types] = plan
        try:
            if not self._piped:
                self._pg.enter_pipeline_mode()
                self._piped = True
            if not plan.known:
                plan.known = True
                self._pg.send_prepare(plan.name, statement.text, types)
                self._away.append((statement.name, plan))
            self._pg.send_query_prepared(plan.name, cells, formats, _BINARY)
        except self._faults:
            raise self._lost() from None
        self._away.append((statement.name, None))
        return plan

    def _hear(self, *, last: bool = False) -> Any:
        """The answer to the newest statement; the first fault on the way is raised."""
        pg, away = self._pg, self._away
        found: StorageError | None = None
        newest = None
        try:
            if last:
                pg.pipeline_sync()
            else:
                pg.send_flush_request()
            while away:
                statement, plan = away.popleft()
                if statement is _MARK:
                    self._pass_sync()
                    continue
                answer = self._next()
                found = self._judged(answer, statement, plan) or found
                newest = newest if statement is _BACK else answer
                self._next()  # none: the end of this answer
            if found is not None and not last:
                pg.pipeline_sync()
            if found is not None or last:
                self._pass_sync()
        except self._faults:
            raise self._lost() from None
        if found is not None:
            raise found
        return newest

    def _judged(self, answer: Any, statement: str, plan: _Plan | None) -> StorageError | None:
        """The fault that an answer tells of; after the first, all others are passed over."""
        if answer is None:
            raise self._lost()
        if answer.status in (_DONE, _ROWS):
            if statement is _TURN:
                self.my_turn = True
            else:
                self._answered = True
            return None
        if plan is not None:
            plan.known = False
        if answer.status == _ABORTED:
            return None
        if statement is _TURN and answer.error_field(_CODE) == _TOOK_TOO_LONG:
            self.missed = True  # the others are slow, or one of them is frozen
            return None
        return self._fault(answer, statement)

    def _next(self) -> Any:
        """The next answer. libpq itself would wait with the interpreter locked."""
        pg, poll = self._pg, self._poll
        while pg.is_busy():
            if pg.flush():
                poll.modify(pg.socket, select.POLLIN | select.POLLOUT)
                poll.poll()
                poll.modify(pg.socket, select.POLLIN)
            else:
                poll.poll()
            pg.consume_input()
        return pg.get_result()

    def _pass_sync(self) -> None:
        answer = self._next()
        if answer is None or answer.status != _SYNC:
            raise self._lost()

    def _fault(self, answer: Any, statement: str) -> StorageError:
        def told(field: int) -> str:
            return (answer.error_field(field) or b"").decode(errors="replace")

        code = told(_CODE)
        if not code or code.startswith("57P"):
            raise self._lost(statement)
        named = told(_CONSTRAINT) or told(_COLUMN)
        return fault(code, statement, named, told(_WORDS))

    def _lost(self, statement: str = "") -> StorageError:
        """The connection is gone: before the first answer nothing has happened."""
        self.broken = True
        self._away.clear()
        if self._answered:
            return fault("", statement, "", "")
        return Again("the server had closed this connection")


def _columns(
    answer: Any, plan: _Plan, statement: str
) -> list[tuple[int, str, Callable[[bytes], Any]]]:
    columns = []
    for number in range(answer.nfields):
        name, read = answer.fname(number).decode(), READERS.get(answer.ftype(number))
        if read is None:
            raise StorageError(f"{statement}: the column {name} is of a type that none reads")
        columns.append((number, name, read))
    plan.columns = columns
    return columns
