"""The judge: whether anything was lost, doubled, orphaned or repeated, by the history alone."""

from collections import Counter
from collections.abc import Iterator

from tests.faults.history import History, OutboxRow, ReportRow
from tests.faults.recording import Said

CODE = "编号："
DIGEST = "提醒：\n"
CLAIMED = "已认领。"
DUSK = 0.5  # seconds around the moment at which the platform went away
MOST = 2  # times that one message may reach somebody: at first, and resent once
SWEPT = 2 * 86_400  # seconds after which the sweep has taken what no row names


def judge(history: History) -> list[str]:
    """Every fault that the history shows, each as one line; nothing = all promises were kept."""
    judges = (
        *(_events, _reports, _receipts, _claims, _transfers),
        *(_files, _outbox, _repeats, _reminders),
    )
    faults = [fault for one in judges for fault in one(history)]
    return faults + ([f"audit: {history.after.audit}"] if history.after.audit else [])


def repeated(history: History) -> list[tuple[Said, Said]]:
    """Messages that reached somebody twice: (the one nobody recorded, the one sent again)."""
    known = _recorded(history)
    pairs = []
    for said in history.said:
        if (said.chat, said.message) in known:
            continue
        again = (
            later
            for later in history.said
            if later.at > said.at
            and (later.chat, later.text, later.buttons) == (said.chat, said.text, said.buttons)
        )
        if (later := next(again, None)) is not None:
            pairs.append((said, later))
    return pairs


def codes(text: str) -> list[str]:
    """The receipt numbers in a message, in their plain form."""
    lines = [line for line in text.splitlines() if line.startswith(CODE)]
    return [line.removeprefix(CODE).replace("-", "").strip() for line in lines]


def _events(history: History) -> Iterator[str]:
    """What was acknowledged was handled; at the end nothing waits."""
    inbox = history.after.inbox
    for event in sorted(history.handed_over - history.acknowledged):
        yield f"event {event} was never acknowledged"
    for event in sorted(history.acknowledged):
        if inbox.get(event) != "done":
            yield f"event {event} was acknowledged and is {inbox.get(event, 'lost')}"
    for event in sorted(inbox.keys() - history.handed_over):
        yield f"event {event} was handled and never handed over"


def _reports(history: History) -> Iterator[str]:
    """An acknowledged submission is one report; no report is without a submission."""
    filed: Counter[str] = Counter(m for r in history.after.reports for m in r.marks)
    sent = {s.mark for s in history.submissions}
    taken = {s.mark for s in history.submissions if s.event in history.acknowledged}
    for mark in sorted(taken):
        if not filed[mark]:
            yield f"report {mark} is lost"
    for mark, count in sorted(filed.items()):
        if count > 1:
            yield f"report {mark} was filed {count} times"
        if mark not in sent:
            yield f"report {mark} was never submitted"
    for report in history.after.reports:
        if len(report.marks) != 1:
            yield f"report {report.id} mixes or lacks accounts: {report.marks}"


def _receipts(history: History) -> Iterator[str]:
    """Every receipt shown opens exactly one report, the shower's own; every report has one."""
    chats = {s.mark: s.chat for s in history.submissions}
    by_code: dict[str, list[ReportRow]] = {}
    for report in history.after.reports:
        by_code.setdefault(report.code, []).append(report)
    shown: dict[str, set[int]] = {}
    for said in history.said:
        for code in codes(said.text):
            shown.setdefault(code, set()).add(said.chat)
    for code, seen_by in sorted(shown.items()):
        found = by_code.get(code, [])
        if len(found) != 1:
            yield f"receipt {code} opens {len(found)} reports"
        elif seen_by != {chats.get(mark) for mark in found[0].marks}:
            yield f"receipt {code} was shown to somebody else"
    doubtful = Counter(row.chat for row in history.after.outbox if row.state == "uncertain")
    unseen = Counter(
        chats.get(mark, 0)
        for code, found in by_code.items()
        if code not in shown
        for report in found
        for mark in report.marks
    )
    for chat, count in sorted(unseen.items()):
        if count > doubtful[chat]:
            yield f"{count} receipts of chat {chat} were never shown, {doubtful[chat]} in doubt"


def _claims(history: History) -> Iterator[str]:
    """One of the two who pressed holds the report, was told so, and the other was not."""
    reports = {report.code: report for report in history.after.reports}
    winners: dict[str, set[int]] = {}
    for said in history.said:
        if said.text.startswith(CLAIMED):
            winners.setdefault(_tail(said.text), set()).add(said.chat)
    for claim in history.claims:
        report = reports.get(claim.code)
        if report is None:
            yield f"report {claim.code} was claimed and is lost"
        elif report.claims != 1:
            yield f"report {claim.code} was claimed {report.claims} times"
        elif report.holder not in claim.people:
            yield f"report {claim.code} is held by {report.holder or 'nobody'}"
        else:
            told = winners.get(claim.code[-4:], set()) & set(claim.people.values())
            if not told <= {claim.people[report.holder]}:
                yield f"report {claim.code}: somebody else than its holder heard of winning it"


def _transfers(history: History) -> Iterator[str]:
    """Each report went with one letter, agreed to by three, sent once and signed for once."""
    known = Counter(letter.number for letter in history.letters)
    gone = Counter(code for letter in history.letters for code in letter.codes)
    for transfer in history.transfers:
        if not known[transfer.number]:
            yield f"letter {transfer.number} is lost"
        if gone[transfer.code] != 1:
            yield f"report {transfer.code} was handed over {gone[transfer.code]} times"
    for letter in history.letters:
        if len(letter.codes) != 1:
            yield f"letter {letter.number} carries {len(letter.codes)} reports"
        acts = (letter.agreed, letter.sent, letter.signed)
        if acts != (3, 1, 1) or not letter.signed_by:
            yield f"letter {letter.number}: agreed, sent, signed {acts} times"
    if len(history.letters) > len(history.transfers):
        yield f"{len(history.letters)} letters for {len(history.transfers)} transfers"


def _tail(text: str) -> str:
    _, _, rest = text.partition("尾号")
    return rest[:4]


def _files(history: History) -> Iterator[str]:
    """No row without its bytes or its report; no bytes without a row that are old."""
    known = {report.id for report in history.after.reports}
    for file in history.after.files:
        if file.state == "stored" and file.blob not in history.after.blobs:
            yield f"file {file.id} has lost its bytes"
        kind, _, owner = file.owner.partition(":")
        if kind == "report" and owner not in known:
            yield f"file {file.id} belongs to no report"
    for blob in sorted(orphaned_blobs(history)):
        if history.after.blobs[blob] < history.after.at - SWEPT:
            yield f"blob {blob} belongs to no file"


def orphaned_blobs(history: History) -> set[str]:
    """Blobs that no row names: a kill between rename and commit leaves one; the sweep takes it."""
    return history.after.blobs.keys() - {file.blob for file in history.after.files}


def _outbox(history: History) -> Iterator[str]:
    """Nothing is stuck, and a row that calls itself sent was sent."""
    delivered = {(said.chat, said.message) for said in history.said}
    vanished = Counter(chat for chat, _ in history.deleted)
    for row in history.after.outbox:
        if row.state == "sending":
            yield f"message {row.id} is stuck in sending"
        if row.state == "planned" and row.not_before <= history.after.at - 5:
            yield f"message {row.id} waits although its time has come"
        if row.state == "failed":
            yield f"message {row.id} failed: {row.reason}"
        if row.state == "uncertain" and row.reason not in ("interrupted", "no answer"):
            yield f"message {row.id} is uncertain without a kill: {row.reason}"
        if row.state == "sent":
            gone = [m for m in row.messages if (row.chat, m) not in delivered]
            if not row.messages and vanished[row.chat]:
                vanished[row.chat] -= 1
            elif gone or not row.messages:
                yield f"message {row.id} counts as sent and was not"
    yield from _doubts(history)


def _doubts(history: History) -> Iterator[str]:
    """Without an answer a message is in doubt only where the platform did not answer."""
    unanswered = Counter(chat for chat, _ in history.lost)
    cut = history.severed + len(history.blackouts)
    doubted = (row for row in history.after.outbox if row.reason == "no answer")
    for chat, count in Counter(row.chat for row in doubted).items():
        if count > unanswered[chat] + cut:
            yield f"{count} messages to {chat} in doubt, {unanswered[chat] + cut} answers lost"


def _repeats(history: History) -> Iterator[str]:
    """A delivery that no row recorded was cut off by a kill; one per kill and chat at most.

    Or its answer was lost on the way, or the platform went away at that moment.
    """
    known = _recorded(history)
    lost = [said for said in history.said if (said.chat, said.message) not in known]
    cuts: Counter[tuple[int, int]] = Counter()
    dark: set[tuple[float, int]] = set()
    for said in lost:
        if (said.chat, said.message) in history.lost:
            continue
        night = {(b, said.chat) for b in history.blackouts if abs(b - said.at) < DUSK} - dark
        if night:
            dark.add(min(night))
            continue
        lives = [n for n, x in enumerate(history.lives) if x.begun <= said.at <= x.ended]
        killed = [n for n in lives if history.lives[n].killed]
        if not killed:
            yield f"a message to {said.chat} was not recorded although nothing was killed"
            continue
        life = min(killed, key=lambda n: (cuts[n, said.chat], history.lives[n].ended))
        cuts[life, said.chat] += 1
    for (life, chat), count in sorted(cuts.items()):
        if count > 1:
            yield f"{count} messages to {chat} were cut off by one kill (life {life})"
    interrupted: Counter[int] = Counter()
    stormy = bool(history.lost or history.blackouts)
    for row in history.after.outbox:
        if stormy:  # a later reason may stand where the first one stood
            interrupted[row.chat] += max(0, min(row.attempts, MOST) - (row.state == "sent"))
        elif row.reason == "interrupted":
            interrupted[row.chat] += row.attempts - (row.state == "sent")
    for chat, count in sorted(Counter(said.chat for said in lost).items()):
        if count > interrupted[chat]:
            yield f"{count} deliveries to {chat} unrecorded, {interrupted[chat]} interruptions"


def _recorded(history: History) -> set[tuple[int, str]]:
    return {(row.chat, m) for row in history.after.outbox for m in row.messages} | history.deleted


def _reminders(history: History) -> Iterator[str]:
    """Each duty, rung and recipient once: in the ledger, in the outbox, on the phone."""
    ledger = Counter((r.duty, r.rung, r.recipient) for r in history.after.reminders)
    for (duty, rung, recipient), count in ledger.items():
        if count > 1:
            yield f"duty {duty}, rung {rung}: {count} reminders for {recipient}"
    told = {r.recipient for r in history.after.reminders if r.state in ("sent", "asked")}
    for reminder in history.after.reminders:  # a second message of one day waits for the next
        if reminder.state == "planned" and reminder.recipient not in told:
            yield f"duty {reminder.duty}, rung {reminder.rung}: its reminder still waits"
    rows = [row for row in history.after.outbox if row.dedupe.startswith("reminder:")]
    for recipient, chat in sorted(history.supervised.items()):
        yield from _reminded(history, recipient, chat, [row for row in rows if row.chat == chat])


def _reminded(history: History, recipient: str, chat: int, rows: list[OutboxRow]) -> Iterator[str]:
    due = {r.duty for r in history.after.reminders if r.recipient == recipient}
    digests = [s for s in history.said if s.chat == chat and DIGEST in s.text]
    if not due:
        yield f"{recipient} was never to be reminded"
    elif not rows:
        yield f"{recipient} was to be reminded and no message was planned"
    every = (line for digest in digests for line in digest.text.splitlines()[1:])
    lines = Counter(line for line in every if not line.startswith(" "))  # not how it was counted
    if lines and max(lines.values()) > 1:
        yield f"{recipient} was reminded {max(lines.values())} times of the same"
    sent = sum(row.state == "sent" for row in rows)
    doubtful = sum(row.state == "uncertain" for row in rows)
    if not sent <= len(digests) <= sent + doubtful:
        yield f"{recipient} heard {len(digests)} reminders; {sent} sent, {doubtful} in doubt"
