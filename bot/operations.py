"""What the command line asks of an installation: run in the running program or beside none."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.clock import Clock
from bot.control import ControlError, Handler
from bot.ledgers import Ledgers
from bot.recomputing import Recomputing
from casework.errors import CaseworkError
from casework.mission import Seat, Stationing
from casework.plan import Plan, kept_plan
from handlers.bench import OperatorBench
from handlers.binding import invite
from handlers.plan import PlanRefused, apply_plan, compare_plan
from handlers.turn import Kit
from storage import audit, holds, missions, outbox, people
from storage.base import Session, Storage
from storage.sealing import Vault

ACTOR = "operator"
WRITING = frozenset(
    {
        "plan.apply",
        "invite",
        "outbox.retry",
        "ledger.page",
        "ledger.figures",
        "recompute.apply",
        "hold.lift",
    }
)
LINKED_AT_ONCE = 500
Payload = Mapping[str, Any]
Result = Mapping[str, Any]


class Operations:
    """Commands by name; each takes and gives plain JSON. Refusals are ControlError, exit code 2.

    `versions` gives the version of every known profile; `nudge` is told when messages wait;
    `kit` makes what a turn needs, for the commands that act as the program itself.
    """

    def __init__(
        self,
        storage: Storage,
        vault: Vault,
        clock: Clock,
        versions: Mapping[str, str],
        nudge: Callable[[], Awaitable[object]] | None = None,
        kit: Callable[[], Kit] | None = None,
    ) -> None:
        self._storage = storage
        self._vault = vault
        self._clock = clock
        self._versions = versions
        self._nudge = nudge
        self._ledgers = Ledgers(storage, vault, clock)
        self._recomputing = Recomputing(storage, clock, kit, nudge) if kit else None

    def handlers(self) -> Mapping[str, Handler]:
        """The one list of commands."""
        return {
            "plan.compare": self.plan_compare,
            "plan.apply": self.plan_apply,
            "plan.show": self.plan_show,
            "invite": self.invite,
            "outbox.list": self.outbox_list,
            "outbox.retry": self.outbox_retry,
            "audit.verify": self.audit_verify,
            "hold.lift": self.hold_lift,
            **self._ledgers.handlers(),
            **(self._recomputing.handlers() if self._recomputing else {}),
        }

    async def hold_lift(self, payload: Payload) -> Result:
        """{} → {lifted: whether it was held}; a person lets a restored installation speak."""

        def lift(db: Session) -> bool:
            lifted = holds.lift(db)
            if lifted:
                audit.write(db, at=self._at, actor="operator", action="hold.lifted", object="")
            return lifted

        return {"lifted": await self._storage.transact(lift)}

    async def plan_compare(self, payload: Payload) -> Result:
        """{plan: JSON text} → {changes: [line]}."""
        plan = kept_plan(payload["plan"])
        try:
            changes = await self._storage.read(lambda db: compare_plan(db, self._vault, plan))
        except PlanRefused as refused:
            raise _refused(plan, refused) from None
        return {"changes": [c.line(self._clock.zone) for c in changes]}

    async def plan_apply(self, payload: Payload) -> Result:
        """{plan: JSON text} → {changes: [line], unbound: [person id]}."""
        plan = kept_plan(payload["plan"])
        version = self._versions[plan.round.profile]
        bench = self._benches()
        try:
            applied = await self._storage.transact(
                lambda db: apply_plan(bench(db), plan, actor=ACTOR, profile_version=version)
            )
        except PlanRefused as refused:
            raise _refused(plan, refused) from None
        lines = [c.line(self._clock.zone) for c in applied.changes]
        return {"changes": lines, "unbound": list(applied.unbound)}

    async def plan_show(self, payload: Payload) -> Result:
        """{} → {missions: [...], people: [...]}."""
        return await self._storage.read(self._standing)

    async def invite(self, payload: Payload) -> Result:
        """{person: id, hours: int} → {code: text, until: ISO instant}."""
        person, hours = str(payload["person"]), int(payload["hours"])
        bench = self._benches()
        try:
            code = await self._storage.transact(
                lambda db: invite(bench(db), person, hours=hours, actor=ACTOR)
            )
        except CaseworkError:
            line = f"{person}: no person of a plan has this id; see `jianjian plan show`"
            raise ControlError(line, 2) from None
        return {"code": code, "hours": hours}

    async def outbox_list(self, payload: Payload) -> Result:
        """{limit: int} → {messages: [row]}: uncertain and failed ones, without their words."""
        limit = int(payload["limit"])
        rows = await self._storage.read(lambda db: outbox.troubled(db, limit))
        return {"messages": [dict(row) for row in rows]}

    async def outbox_retry(self, payload: Payload) -> Result:
        """{ids: [int]} → {planned: [int], refused: [int]}."""
        ids, at = [int(i) for i in payload["ids"]], self._at

        def unit(db: Session) -> list[int]:
            again = [i for i in ids if outbox.retry(db, i, at)]
            for parcel in again:
                audit.write(
                    db, at=at, actor=ACTOR, action="outbox.retried", object=str(parcel), facts={}
                )
            return again

        planned = await self._storage.transact(unit)
        if self._nudge is not None:
            await self._nudge()
        return {"planned": planned, "refused": [i for i in ids if i not in planned]}

    async def audit_verify(self, payload: Payload) -> Result:
        """{} → {ok: bool, line: text}."""
        at = self._at
        found = await self._storage.read(lambda db: audit.verify(db, at))
        return {"ok": found.sound, "line": _verdict(found)}

    async def finish(self) -> None:
        """Where no program runs, a recompute that stands was broken off: take it to its end."""
        if self._recomputing is not None:
            await self._recomputing.finish()

    async def link(self) -> None:
        """Chain the audit rows of what was just done, where no program runs that does so."""
        linked = LINKED_AT_ONCE
        while linked == LINKED_AT_ONCE:
            linked = await self._storage.transact(lambda db: audit.link(db, LINKED_AT_ONCE))

    @property
    def _at(self) -> int:
        return int(self._clock.now().timestamp())

    def _benches(self) -> Callable[[Session], OperatorBench]:
        """A maker of benches with one seed and one instant, so that a unit can run again."""
        now, seed = self._clock.now(), secrets.token_bytes(32)
        return lambda db: OperatorBench(db=db, vault=self._vault, now=now, seed=seed)

    def _standing(self, db: Session) -> Result:
        return {
            "missions": [_mission(s) for s in missions.every(db)],
            "people": [
                {
                    "id": p.person_id,
                    "name": p.name,
                    "roles": [_seat(seat) for seat in p.roles],
                    "chats": len(people.addresses(db, self._vault, p.person_id)),
                }
                for p in people.named(db, self._vault)
            ],
        }


def _refused(plan: Plan, refused: PlanRefused) -> ControlError:
    lines = (f"round {plan.round.id}: {reason}" for reason in refused.reasons)
    return ControlError("\n".join(lines), 2)


def _verdict(found: audit.Verdict) -> str:
    if found.broken is not None:
        return (
            f"the audit trail is broken at row {found.broken} ({found.reason}); "
            "keep this database and its backups as they are and tell the office"
        )
    if found.late:
        return (
            f"{found.waiting} acts wait for their link for over a minute; "
            "start the program, then verify again"
        )
    waiting = f", {found.waiting} wait for their link" if found.waiting else ""
    return f"{found.linked} acts are in order{waiting}; head {found.head}"


def _mission(s: Stationing) -> dict[str, Any]:
    return {
        "id": s.id,
        "round": s.round_id,
        "team": s.team_name,
        "unit": s.unit_name,
        "profile": s.profile_id,
        "start": s.starts_on.isoformat(),
        "end": s.ends_on.isoformat(),
        "accept_from": s.accept_from,
        "accept_until": s.accept_until,
        "state": s.state,
        "approved": s.approved,
    }


def _seat(seat: Seat) -> str:
    place = seat.team or seat.unit or seat.department
    return f"{seat.role} {place}".strip()
