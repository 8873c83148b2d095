"""The words of the contract: every command is there, and its Chinese word does the same."""

import pytest

from bot.channels.telegram.menu import CITIZEN_COMMANDS
from handlers.routes import ROUTES
from tests.handlers.citizens import STORY, settle, staff
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import World

COMMANDS = (
    "start", "report", "status", "add", "help", "cancel", "erase", "language",
    "queue", "enter", "recuse", "duties", "office",
)  # fmt: skip
WORDS = {
    "举报": "/report",
    "查询": "/status",
    "补充": "/add",
    "帮助": "/help",
    "取消": "/cancel",
    "清除": "/erase",
    "队列": "/queue",
    "登记": "/enter",
    "整改": "/duties",
}
HOLDERS = {"/queue": "member", "/enter": "member", "/duties": "liaison"}


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    return await settle(make_world(ROUTES))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_contract_is_there(command: str) -> None:
    assert command in ROUTES.commands or command == "cancel"


def test_telegram_lists_every_command_of_a_citizen() -> None:
    listed = {command for command, _ in CITIZEN_COMMANDS}
    assert listed == {"report", "status", "add", "help", "cancel", "erase", "language"}


@pytest.mark.parametrize(("word", "command"), WORDS.items())
async def test_a_bare_word_says_what_its_command_says(
    world: World, word: str, command: str
) -> None:
    person = HOLDERS.get(command)
    first = staff(world, person) if person else world.chat("first")
    second = staff(world, person) if person else world.chat("second")
    by_word = [shown.key for shown in await first.say(word)]
    by_command = [shown.key for shown in await second.say(command)]
    assert by_word == by_command != []


@pytest.mark.parametrize("word", sorted(set(WORDS) - {"取消"}))  # 取消 is a label shown there
async def test_a_word_inside_a_message_or_an_account_is_no_command(
    world: World, word: str
) -> None:
    chat = world.chat("citizen")
    shown = await chat.say(f"请问{word}怎么办")
    assert shown[0].key.startswith("greeting.")
    await chat.start("s_s1")
    for label in ("我已阅读", "不清楚", "不清楚属于哪一类", "匿名"):
        await chat.press(label)
    await chat.say(STORY)
    shown = await chat.say(word)
    assert shown[0].key == "form.more"
    await chat.press("完成")
