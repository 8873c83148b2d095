"""One event, one unit: route it, let a handler act, keep everything, mark it done."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from casework.errors import CaseworkError, NotAllowed
from handlers import wire
from handlers.cards import CardAction, pressed, typed
from handlers.desk import Desk, Person, Surface, Talk
from handlers.dialogue import answer, cancel, expired
from handlers.evidence import drop_files
from handlers.form_steps import current_question, show
from handlers.forms import Form
from handlers.messages import Address, Incoming, Kind, Reply, Text
from handlers.rules import Rules
from storage import conversations, inbox, outbox, people
from storage.base import Session, StorageError
from storage.inbox import Letter
from storage.outbox import Parcel
from storage.sealing import Vault

Handler = Callable[[Desk, str], list[Reply]]


class Overtaken(StorageError):
    """Another turn of the same conversation was faster; run this one again."""


class Behind(StorageError):
    """Another process still has an earlier event of the same conversation; wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Who handles what, as tables: commands by name, bare words, cards by action, forms by id."""

    commands: Mapping[str, Handler]
    words: Mapping[str, str]
    cards: dict[str, CardAction]
    forms: Mapping[str, Form]
    start: Handler
    otherwise: Callable[[Desk], list[Reply]]
    group: Callable[[Desk], list[Reply]]
    decided: Mapping[str, Callable[..., list[Reply]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What every turn needs and no turn changes."""

    vault: Vault
    rules: Rules
    routes: Routes
    worker: str = ""  # the name of this process where several share the store

    def desk(
        self,
        db: Session,
        event: Incoming,
        talk: Talk,
        surface: Surface,
        now: datetime,
        seed: bytes,
        me: Person | None = None,
    ) -> Desk:
        """A desk for one event, or for one act of the program itself."""
        return Desk(
            db=db,
            vault=self.vault,
            rules=self.rules,
            now=now,
            seed=seed,
            event=event,
            talk=talk,
            me=me,
            surface=surface,
            forms=self.routes.forms,
            decided=self.routes.decided,
            worker=self.worker,
        )


def take_turn(
    db: Session,
    kit: Kit,
    letter: Letter,
    event: Incoming,
    surface: Surface,
    now: datetime,
    seed: bytes,
    refusal: CaseworkError | None = None,
) -> list[Parcel]:
    """Handle one event wholly; the messages that leave once this unit has committed.

    A letter that is not kept yet is kept as handled in this same unit. With `refusal` the
    handler is not asked again: the person reads why, and sees the present step.
    Raises CaseworkError (nothing is kept, call again with it as `refusal`) and Overtaken.
    """
    if kit.worker and inbox.behind(db, letter):
        raise Behind
    fresh = inbox.finish(db, letter.id) if letter.id else inbox.pass_through(db, letter)
    if not fresh:
        return []
    desk = _desk(db, kit, event, surface, now, seed)
    standing_version = desk.talk.version
    if event.kind is Kind.LEFT:
        conversations.mark_gone(db, desk.talk.lane, desk.at)
        return []
    replies = _refuse(desk, refusal) if refusal else _route(desk, kit.routes)
    _keep_talk(desk, standing_version)
    origin = f"{event.address.channel}:{event.address.account}:{event.event_id}"
    return send_all(desk, replies, origin)


def apologise(
    db: Session,
    kit: Kit,
    letter_id: int,
    event: Incoming,
    surface: Surface,
    now: datetime,
    seed: bytes,
    reason: str,
    reply: Reply,
) -> list[Parcel]:
    """Put an event aside that we cannot handle, and tell the person that the fault is ours."""
    inbox.quarantine(db, letter_id, reason)
    desk = _desk(db, kit, event, surface, now, seed)
    origin = f"{event.address.channel}:{event.address.account}:{event.event_id}:sorry"
    return send_all(desk, [reply], origin)


def run_tick(
    db: Session,
    kit: Kit,
    tick: Callable[[Desk], list[Reply]],
    now: datetime,
    seed: bytes,
) -> list[Parcel]:
    """Let the program itself act once: a tick of the planner, a digest, an alarm.

    Every reply of a tick needs a `to` and a `dedupe` of its own.
    """
    desk = _program_desk(db, kit, now, seed)
    replies = tick(desk)
    nameless = [reply.key for reply in replies if reply.to is None or not reply.dedupe]
    if nameless:
        raise ValueError(f"a tick must say to whom and under which name: {nameless}")
    return send_all(desk, replies, "tick")


def expire_draft(db: Session, kit: Kit, lane: bytes, now: datetime, seed: bytes) -> None:
    """Forget a draft that nobody finished in time, with what hangs on it."""
    standing = conversations.load(db, kit.vault, lane)
    form = standing.state.get("form")
    if form:
        desk = _program_desk(db, kit, now, seed)
        desk.talk = Talk(lane=lane, locale=standing.locale, form=form)
        _drop_expired(desk)
    conversations.drop_state(db, lane)


def send_all(desk: Desk, replies: Sequence[Reply], origin: str) -> list[Parcel]:
    """Plan every reply in the outbox; the parcels that are new."""
    parcels: list[Parcel] = []
    for number, reply in enumerate(replies):
        if reply.content and (reply.to is not None or not desk.surface.content):
            raise NotAllowed("error.content_elsewhere")
        planned = wire.plan(desk, reply, f"{origin}:{number}")
        if planned is None:
            continue
        if desk.worker:  # among several processes a message is leased in its chat's turn
            planned = replace(planned, worker=desk.worker, leaving=False)
        parcel = outbox.plan(desk.db, desk.vault, planned, desk.at)
        if parcel is not None:
            parcels.append(parcel)
    return parcels


def _program_desk(db: Session, kit: Kit, now: datetime, seed: bytes) -> Desk:
    """A desk at which the program itself acts."""
    nobody = Incoming(
        event_id="tick",
        address=Address(channel="program", account="", chat=""),
        sender="",
        kind=Kind.TEXT,
        received_at=now,
    )
    talk = Talk(lane=b"", locale=str(kit.rules.settings.get("app.language", "zh_CN")))
    surface = Surface(public_url=str(kit.rules.settings.get("web.public_url", "")))
    return kit.desk(db, nobody, talk, surface, now, seed)


def _desk(
    db: Session, kit: Kit, event: Incoming, surface: Surface, now: datetime, seed: bytes
) -> Desk:
    a = event.address
    lane = conversations.lane_of(kit.vault, a.channel, a.account, a.chat)
    chat = people.chat_index(kit.vault, a.channel, a.account, a.chat)
    standing, person = conversations.enter(db, kit.vault, lane, chat)
    settings = kit.rules.settings
    locale = standing.locale or event.locale or str(settings.get("app.language", "zh_CN"))
    memory = standing.state.get("memory", {})
    if event.locale and event.locale != memory.get("spoken", event.locale):
        locale = event.locale  # the person switched the page's language
    if event.locale:
        memory["spoken"] = event.locale
    talk = Talk(
        lane=lane,
        locale=locale,
        form=standing.state.get("form"),
        memory=memory,
        version=standing.version,
        touched_at=standing.touched_at,
    )
    seats = people.seats(db, person) if person else ()
    me = Person(id=person, roles=seats) if seats else None
    return kit.desk(db, event, talk, surface, now, seed, me)


def _keep_talk(desk: Desk, version: int) -> None:
    talk = desk.talk
    if talk.forgotten:
        return
    state: dict[str, Any] = {}
    if talk.form:
        state["form"] = talk.form
    if talk.memory:
        state["memory"] = talk.memory
    standing = conversations.Standing(state=state, locale=talk.locale, version=version)
    a = desk.event.address
    address = (a.channel, a.account, a.chat)
    if not conversations.save(desk.db, desk.vault, talk.lane, address, standing, desk.at):
        raise Overtaken()


def _refuse(desk: Desk, refusal: CaseworkError) -> list[Reply]:
    if desk.talk.form and not expired(desk):
        return [show(desk, Text(refusal.text_key, refusal.values))]
    return [Reply(key=refusal.text_key, values=refusal.values)]


def _route(desk: Desk, routes: Routes) -> list[Reply]:
    event, talk = desk.event, desk.talk
    if not event.private:
        text = event.text.strip()
        wanted = event.kind is Kind.START or text.startswith("/") or text in routes.words
        return routes.group(desk) if wanted else []
    lead: tuple[Text, ...] = ()
    if talk.form and expired(desk):
        if any(desk.forms[form["id"]].review for form in _nested(talk.form)):
            lead = (Text("form.expired"),)
        _drop_expired(desk)
    replies = _dispatch(desk, routes)
    if lead and replies:
        replies = [replace(replies[0], lead=(*lead, *replies[0].lead)), *replies[1:]]
    return replies


def _drop_expired(desk: Desk) -> None:
    for state in _nested(desk.talk.form):
        form: Form = desk.forms[state["id"]]
        desk.talk.form = state
        if form.on_cancel:
            form.on_cancel(desk, state["a"])
    desk.talk.form = None
    drop_files(desk, None)


def _nested(state: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """The open form and those that wait under it."""
    while state:
        yield state
        state = state["under"]


def _dispatch(desk: Desk, routes: Routes) -> list[Reply]:
    event = desk.event
    if event.kind is Kind.START:
        payload = event.text.strip()
        return _run(desk, lambda: routes.start(desk, payload))
    if event.kind is Kind.TEXT:
        name, argument = _command(desk, routes)
        if name:
            return _run_command(desk, routes, name, argument)
    if event.kind is Kind.CHOICE and not _belongs_to_form(desk):
        acted = pressed(desk, routes.cards)
        if acted is not None:
            return acted
    if desk.talk.form:
        return answer(desk)
    if event.kind is Kind.EDIT:
        return []
    if event.kind is Kind.CHOICE:
        return [Reply(key="form.stale_card")]
    return typed(desk, routes.cards) or routes.otherwise(desk)


def _belongs_to_form(desk: Desk) -> bool:
    form = desk.talk.form
    return form is not None and desk.event.choice.partition(":")[0] == form["nonce"]


def _command(desk: Desk, routes: Routes) -> tuple[str, str]:
    """The command of a text: `/name argument`, or a bare word where no free text is asked."""
    text = desk.event.text.strip()
    if text.startswith("/"):
        head, _, argument = text[1:].partition(" ")
        name = head.partition("@")[0].lower()
        return (
            (name, argument.strip()) if name in routes.commands or name == "cancel" else ("", "")
        )
    question = current_question(desk)
    if question is not None and question.free:
        return "", ""
    return routes.words.get(text, ""), ""


def _run_command(desk: Desk, routes: Routes, name: str, argument: str) -> list[Reply]:
    if name == "cancel":
        return cancel(desk) if desk.talk.form else [Reply(key="form.nothing_to_cancel")]
    return _run(desk, lambda: routes.commands[name](desk, argument))


def _run(desk: Desk, act: Callable[[], list[Reply]]) -> list[Reply]:
    """Do something beside the open form; where it still waits afterwards it is shown again."""
    before = desk.talk.form
    replies = act()
    if before is not None and desk.talk.form is before and not any(r.nonce for r in replies):
        replies = [*replies, show(desk, Text("form.resumed"))]
    return replies
