"""What lies in the store before a benchmark begins: old reports, reminders that wait."""

from functools import partial

from handlers.messages import Policy, Priority
from storage import conversations, outbox, reports
from storage.base import Session, Storage
from storage.outbox import Planned
from storage.reports import Report
from storage.sealing import Vault

AT_ONCE = 2_000
FILED_AT = 1_770_000_000


async def fill(storage: Storage, vault: Vault, count: int) -> None:
    """File so many reports past every form: each a sealed row of its own."""
    for first in range(0, count, AT_ONCE):
        last = min(first + AT_ONCE, count)
        await storage.transact(partial(_fill, vault=vault, first=first, last=last))


def _fill(db: Session, *, vault: Vault, first: int, last: int) -> None:
    for number in range(first, last):
        reports.insert(db, vault, _report(number), f"old{number:012}", number.to_bytes(32, "big"))


def _report(number: int) -> Report:
    return Report(
        id=f"old{number:023}",
        stationing_id="c1-qingshi",
        unit_id="qingshi",
        team_id="c1",
        queue="team",
        state="accepted" if number % 10 else "finished",
        category="integrity",
        matter="suspected_violation",
        subject_kind="principal",
        named=False,
        origin="web",
        received_at=FILED_AT,
        queued_at=FILED_AT + number,
    )


async def queue_reminders(
    storage: Storage, vault: Vault, account: str, count: int, at: int
) -> None:
    """So many messages of the lowest priority wait to leave, each to a chat of its own."""

    def unit(db: Session) -> None:
        for number in range(count):
            chat = str(9_000_000 + number)
            message = Planned(
                dedupe=f"reminder:{number}",
                lane=conversations.lane_of(vault, "telegram", account, chat),
                channel="telegram",
                account=account,
                chat=chat,
                body={"k": "form.stale", "v": {}, "l": "zh_CN"},
                priority=Priority.REMINDER,
                policy=Policy.HOLD,
                not_before=at,
            )
            outbox.plan(db, vault, message, at)

    await storage.transact(unit)
