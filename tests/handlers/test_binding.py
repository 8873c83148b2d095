"""A chat is bound to a person by a one-time code, and to nobody else."""

import secrets
from datetime import timedelta
from functools import partial

import pytest

from handlers import binding, plan
from handlers.bench import OperatorBench
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Question
from handlers.messages import Reply
from handlers.turn import Routes
from storage import attachments, conversations, people
from storage.base import Session
from tests.casework.plans import read
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import World


def otherwise(desk: Desk) -> list[Reply]:
    if binding.code_in(desk.event.text):
        return binding.bind(desk, desk.event.text)
    return [Reply(key="form.nothing_to_cancel")]


def drop(desk: Desk, answers: Answers) -> None:
    attachments.forget(desk.db, f"draft:{desk.talk.lane.hex()}")


SCANS = Form(
    id="scans",
    questions=(Question(key="files", ask="form.files_or_done", kind="files"),),
    done=lambda desk, answers: [],
    on_cancel=drop,
)
ROUTES = Routes(
    commands={**binding.COMMANDS, "scans": lambda desk, argument: open_form(desk, "scans")},
    words={},
    cards={**binding.CARDS, **plan.CARDS},
    forms={"scans": SCANS},
    start=binding.bind,
    otherwise=otherwise,
    group=lambda desk: [Reply(key="form.nothing_to_cancel")],
)


def bench(world: World, db: Session) -> OperatorBench:
    return OperatorBench(db=db, vault=world.kit.vault, now=world.now, seed=secrets.token_bytes(32))


async def invited(world: World, person: str, hours: int = 72) -> str:
    return await world.storage.transact(
        lambda db: binding.invite(bench(world, db), person, hours=hours, actor="operator")
    )


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    made = make_world(ROUTES)
    await made.storage.transact(
        lambda db: plan.apply_plan(bench(made, db), read(), actor="operator", profile_version="v1")
    )
    return made


async def whose(world: World, chat: str, channel: str = "web") -> str:
    index = people.chat_index(world.kit.vault, channel, channel, chat)
    _, person = await world.storage.read(
        lambda db: conversations.enter(db, world.kit.vault, b"no lane", index)
    )
    return person


@pytest.mark.parametrize(
    "typed",
    [
        "{code}",
        "bind_{code}",
        "  {grouped} ",
        "{upper}",
        "/bind {grouped}",
    ],
)
async def test_a_code_typed_as_a_whole_message_binds_the_chat(world: World, typed: str) -> None:
    code = await invited(world, "p1")
    text = typed.format(code=code, grouped=binding.grouped(code), upper=code.upper())
    shown = await world.chat("phone").say(text)
    assert shown[0].key == "binding.done"
    assert "沈予安" in shown[0].text
    assert "组长（第一组）" in shown[0].text
    assert "队列" in shown[0].text
    assert await whose(world, "phone") == "p1"


async def test_a_deep_link_binds_the_chat(world: World) -> None:
    code = await invited(world, "p3")
    shown = await world.chat("phone").start(f"bind_{code}")
    assert shown[0].key == "binding.done"
    assert await whose(world, "phone") == "p3"


async def test_a_code_inside_a_sentence_is_no_code(world: World) -> None:
    code = await invited(world, "p1")
    await world.chat("phone").say(f"我的码是 {code}")
    assert await whose(world, "phone") == ""


async def test_a_code_works_once(world: World) -> None:
    code = await invited(world, "p1")
    await world.chat("phone").say(code)
    shown = await world.chat("thief").say(code)
    assert [s.key for s in shown] == ["binding.used"]
    assert await whose(world, "thief") == ""
    assert await whose(world, "phone") == "p1"


async def test_a_code_expires(world: World) -> None:
    code = await invited(world, "p1", hours=72)
    world.pass_time(hours=72)
    shown = await world.chat("phone").say(code)
    assert [s.key for s in shown] == ["binding.expired"]
    assert await whose(world, "phone") == ""


async def test_a_code_nobody_made_is_refused(world: World) -> None:
    shown = await world.chat("phone").say("abcd-efgh-ijkl-mnop")
    assert [s.key for s in shown] == ["binding.unknown"]


@pytest.mark.parametrize("payload", ["bind_", "bind_x", "bind_" + "1" * 16, "bind_" + "a" * 17])
async def test_a_broken_link_gets_a_sentence(world: World, payload: str) -> None:
    shown = await world.chat("phone").start(payload)
    assert [s.key for s in shown] == ["binding.unknown"]


async def test_a_new_code_voids_the_older_one(world: World) -> None:
    old = await invited(world, "p1")
    await invited(world, "p1")
    shown = await world.chat("phone").say(old)
    assert [s.key for s in shown] == ["binding.expired"]


async def test_nobody_can_be_invited_whom_no_plan_names(world: World) -> None:
    with pytest.raises(binding.Gone) as raised:
        await invited(world, "stranger")
    assert raised.value.text_key == "binding.no_such_person"


async def test_a_chat_of_one_person_is_not_taken_over_by_another(world: World) -> None:
    await world.chat("phone").say(await invited(world, "p1"))
    code = await invited(world, "p4")
    shown = await world.chat("phone").say(code)
    assert [s.key for s in shown] == ["binding.other_person"]
    assert await whose(world, "phone") == "p1"
    again = await world.chat("own").say(code)
    assert again[0].key == "binding.done"


async def test_a_person_may_be_bound_on_several_channels(world: World) -> None:
    await world.chat("a").say(await invited(world, "p1"))
    await world.chat("b", channel="telegram").say(await invited(world, "p1"))
    found = await world.storage.read(lambda db: people.addresses(db, world.kit.vault, "p1"))
    assert found == [("web", "web", "a"), ("telegram", "telegram", "b")]


async def test_binding_the_same_chat_again_says_so(world: World) -> None:
    await world.chat("a").say(await invited(world, "p1"))
    shown = await world.chat("a").say(await invited(world, "p1"))
    assert shown[0].key == "binding.already"


async def test_the_pledge_is_shown_at_the_first_binding_only(world: World) -> None:
    first = await world.chat("a").say(await invited(world, "p1"))
    assert [s.key for s in first] == ["binding.done", "binding.pledge"]
    assert first[1].labels == ["我已阅读"]
    read_it = await world.chat("a").press("我已阅读")
    assert [s.key for s in read_it] == ["binding.pledged"]
    second = await world.chat("b").say(await invited(world, "p1"))
    assert [s.key for s in second] == ["binding.done"]


async def test_a_pledge_cannot_be_given_for_another(world: World) -> None:
    await world.chat("a").say(await invited(world, "p1"))
    await world.chat("b").say(await invited(world, "p2"))
    await world.chat("b").press_data(world.chat("a").last.data[0])
    pledged = await world.storage.read(partial(people.pledged, person_id="p1"))
    assert not pledged


@pytest.mark.parametrize("person", ["p4", "p5"])
async def test_the_unit_and_departments_are_asked_for_no_pledge(world: World, person: str) -> None:
    shown = await world.chat("a").say(await invited(world, person))
    assert [s.key for s in shown] == ["binding.done"]
    assert "整改" in shown[0].text


async def test_unbinding_lets_this_chat_go_and_no_other(world: World) -> None:
    await world.chat("a").say(await invited(world, "p1"))
    await world.chat("b").say(await invited(world, "p1"))
    shown = await world.chat("a").say("/unbind")
    assert [s.key for s in shown] == ["binding.unbound"]
    assert await whose(world, "a") == ""
    assert await whose(world, "b") == "p1"
    assert (await world.chat("a").say("/unbind"))[0].key == "binding.not_bound"


async def test_unbinding_drops_what_was_begun_in_the_chat(world: World) -> None:
    chat = world.chat("a")
    await chat.say(await invited(world, "p1"))
    await chat.say("/scans")
    await chat.send_file("来信.jpg", kind="photo")
    lane = conversations.lane_of(world.kit.vault, "web", "web", "a")
    kept = partial(attachments.of, vault=world.kit.vault, owner=f"draft:{lane.hex()}")
    assert len(await world.storage.read(kept)) == 1
    await chat.say("/unbind")
    assert await world.storage.read(kept) == []


async def test_somebody_who_leaves_the_plan_is_nobody_from_then_on(world: World) -> None:
    await world.chat("a").say(await invited(world, "p5"))
    smaller = read(lambda t: t.update(person=[p for p in t["person"] if p["id"] != "p5"]))
    applied = await world.storage.transact(
        lambda db: plan.apply_plan(
            bench(world, db), smaller, actor="operator", profile_version="v1"
        )
    )
    assert applied.unbound == ("p5",)
    assert await whose(world, "a") == ""


async def test_a_code_of_somebody_who_left_the_plan_is_void(world: World) -> None:
    code = await invited(world, "p5")
    smaller = read(lambda t: t.update(person=[p for p in t["person"] if p["id"] != "p5"]))
    await world.storage.transact(
        lambda db: plan.apply_plan(
            bench(world, db), smaller, actor="operator", profile_version="v1"
        )
    )
    shown = await world.chat("a").say(code)
    assert [s.key for s in shown] == ["binding.expired"]


async def test_neither_name_code_nor_address_lies_open_in_the_database(world: World) -> None:
    code = await invited(world, "p1")
    await world.chat("phone-4711").say(code)

    def everything(db: Session) -> str:
        tables = ("people.persons", "people.recusals")
        rows = [dict(r) for t in tables for r in db.all(t)]
        return repr(rows) + repr(db.all("people.bindings", person="p1"))

    kept = await world.storage.read(everything)
    for open_text in ("沈予安", code, "phone-4711"):
        assert open_text not in kept
        assert repr(open_text.encode())[2:-1] not in kept


async def test_a_window_of_three_days_is_three_days(world: World) -> None:
    code = await invited(world, "p1", hours=72)
    world.now += timedelta(hours=72) - timedelta(seconds=1)
    assert (await world.chat("a").say(code))[0].key == "binding.done"
