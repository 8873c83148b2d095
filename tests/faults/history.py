"""The recorded history of a run: plain facts, from which alone the checker judges."""

from dataclasses import dataclass, field

from tests.faults.process import Life
from tests.faults.recording import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A press on 确认提交: its event, its chat, and the mark that its account carries."""

    event: str
    chat: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Two members pressed 认领 for one report at the same moment."""

    code: str
    events: tuple[str, ...]
    people: dict[str, int]  # person → chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A report that went to the department by a letter, up to the signature that was heard."""

    code: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A letter as the database holds it; counts are of audit rows."""

    number: str
    codes: tuple[str, ...]  # reports that went with it
    agreed: int
    sent: int
    signed: int
    signed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A report as the database holds it."""

    id: str
    code: str
    marks: tuple[str, ...]
    holder: str
    claims: int  # audit rows of claiming


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A message as the database holds it; `key` is known while its words are kept."""

    id: int
    chat: int
    state: str
    reason: str
    attempts: int
    not_before: int
    policy: str
    dedupe: str
    key: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRow:
    """A line of the ledger of reminders."""

    duty: str
    rung: int
    recipient: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A received file as the database holds it."""

    id: str
    owner: str
    state: str
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The database and the blobs after the end."""

    at: int  # epoch seconds
    inbox: dict[str, str] = field(default_factory=dict)  # event → state
    reports: tuple[ReportRow, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    reminders: tuple[ReminderRow, ...] = ()
    files: tuple[FileRow, ...] = ()
    blobs: dict[str, int] = field(default_factory=dict)  # name → when written (epoch seconds)
    audit: str = ""  # "" = the chain is whole


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything there is to judge by."""

    handed_over: frozenset[str]
    acknowledged: frozenset[str]
    said: tuple[Said, ...]
    lives: tuple[Life, ...]
    submissions: tuple[Submission, ...]
    claims: tuple[Claim, ...]
    supervised: dict[str, int]  # recipient of reminders → chat
    after: After
    transfers: tuple[Transfer, ...] = ()
    letters: tuple[LetterRow, ...] = ()
    lost: frozenset[tuple[int, str]] = frozenset()  # (chat, message) whose answer never came
    deleted: frozenset[tuple[int, str]] = frozenset()  # taken back by the program, in their time
    severed: int = 0  # calls that were cut off before they took effect
    blackouts: tuple[float, ...] = ()  # moments at which the platform went away (monotonic)
