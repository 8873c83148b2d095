"""The form engine: every way forward and back, on any surface, across restarts."""

from datetime import timedelta

import pytest

from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.forms import Answers, Form, Problem, Question
from handlers.messages import Choice, Reply
from handlers.turn import Routes
from tests.handlers.conftest import MakeWorld
from tests.handlers.talk import Chat, World

COLOURS = (Choice(code="red", label="红"), Choice(code="blue", label="蓝"))
filed: list[Answers] = []


def keep(desk: Desk, answers: Answers) -> list[Reply]:
    filed.append(answers)
    return [Reply(key="form.cancelled", values={})]


def not_seven(desk: Desk, answers: Answers, value: str) -> str:
    if value == "7":
        raise Problem("form.pick_one")
    return value.strip()


def long_enough(desk: Desk, answers: Answers, value: Answers) -> Answers:
    if sum(len(part["t"]) for part in value["parts"]) < 5:
        raise Problem("form.empty", soft=True)
    return value


FORM = Form(
    id="toy",
    questions=(
        Question(
            key="colour", ask="form.pick_one", name="button.read", kind="choice", choices=COLOURS
        ),
        Question(key="number", ask="form.words_please", name="button.more", check=not_seven),
        Question(
            key="blue_only",
            ask="form.words_please",
            when=lambda a: a.get("colour") == "blue",
            optional=True,
        ),
        Question(key="story", ask="form.more", kind="long", check=long_enough),
        Question(key="when", ask="form.words_please", optional=True, group="rest"),
        Question(key="where", ask="form.words_please", optional=True, group="rest"),
    ),
    done=keep,
    review="form.pick_answer",
)
SECOND = Form(id="second", questions=(Question(key="x", ask="form.words_please"),), done=keep)


def start(form_id: str):  # type: ignore[no-untyped-def]
    return lambda desk, argument: open_form(desk, form_id)


ROUTES = Routes(
    commands={"report": start("toy"), "enter": start("second"), "help": lambda d, a: []},
    words={"举报": "report", "帮助": "help", "取消": "cancel"},
    cards={},
    forms={"toy": FORM, "second": SECOND},
    start=start("toy"),
    otherwise=lambda desk: [Reply(key="form.nothing_to_cancel")],
    group=lambda desk: [Reply(key="error.not_allowed")],
)


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    filed.clear()
    return make_world(ROUTES)


@pytest.fixture
def citizen(world: World) -> Chat:
    return world.chat("citizen")


async def up_to_story(citizen: Chat) -> None:
    await citizen.say("举报")
    await citizen.press("红")
    await citizen.say("42")


async def test_a_form_goes_from_the_first_question_to_done(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.say("第一段经过")
    await citizen.say("第二段")
    await citizen.press("完成")
    await citizen.press("其余跳过")
    await citizen.press("确认提交")
    assert [p["t"] for p in filed[0]["story"]["parts"]] == ["第一段经过", "第二段"]
    assert filed[0]["colour"] == "red"
    assert filed[0]["when"] is None


@pytest.mark.parametrize("typed", ["红", "1", " 1 ", "１"])
async def test_a_label_or_a_number_does_what_the_button_does(citizen: Chat, typed: str) -> None:
    await citizen.say("/report")
    [shown] = await citizen.say(typed)
    assert shown.key == "form.words_please"


async def test_a_stale_button_changes_nothing_and_shows_the_step_again(citizen: Chat) -> None:
    await citizen.say("举报")
    old = citizen.last.data[0]
    await citizen.press("蓝")
    [shown] = await citizen.press_data(old)
    assert shown.text.startswith("这个按钮属于前面的步骤")
    assert shown.labels[-2:] == ["返回", "取消"]


async def test_a_button_pressed_twice_answers_once(citizen: Chat) -> None:
    await citizen.say("举报")
    data = citizen.last.data[0]
    await citizen.press_data(data)
    await citizen.press_data(data)
    await citizen.say("42")
    assert citizen.last.key == "form.more"


async def test_a_wrong_answer_is_explained_and_asked_again(citizen: Chat) -> None:
    await citizen.say("举报")
    await citizen.press("红")
    [shown] = await citizen.say("7")
    assert shown.text.startswith("请点选一个按钮")
    assert (await citizen.say("8"))[0].key == "form.more"


@pytest.mark.parametrize("blank", ["", " ", "\u200b\u200b", "\u202e", "😀😀"])
async def test_a_text_without_words_is_no_answer(citizen: Chat, blank: str) -> None:
    await citizen.say("举报")
    await citizen.press("红")
    [shown] = await citizen.say(blank)
    assert shown.text.startswith("没有看到文字内容")


async def test_advice_is_given_once_and_is_no_wall(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.say("短")
    [advice] = await citizen.press("完成")
    assert advice.text.startswith("没有看到文字内容")
    assert (await citizen.press("完成"))[0].key == "form.words_please"


async def test_back_takes_the_last_answer_back(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.press("返回")
    await citizen.press("返回")
    await citizen.press("蓝")
    await citizen.say("43")
    assert "跳过" in citizen.last.labels  # the question only blue gets


async def test_what_was_told_survives_going_back(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.say("很长的一段经过")
    await citizen.press("完成")
    await citizen.press("返回")
    await citizen.press("完成")
    await citizen.press("其余跳过")
    await citizen.press("确认提交")
    assert filed[0]["story"]["parts"][0]["t"] == "很长的一段经过"


async def test_one_answer_can_be_corrected_from_the_review(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.say("很长的一段经过")
    await citizen.press("完成")
    await citizen.press("其余跳过")
    await citizen.press("修改")
    await citizen.press("更多")
    [review] = await citizen.say("99")
    assert review.labels[0] == "确认提交"
    await citizen.press("确认提交")
    assert filed[0]["number"] == "99"
    assert filed[0]["colour"] == "red"


async def test_an_edit_counts_until_the_report_is_confirmed(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.say("原来的一段经过")
    message = citizen.last_sent
    await citizen.edit(message, "改正后的经过")
    await citizen.press("完成")
    await citizen.press("其余跳过")
    await citizen.press("确认提交")
    await citizen.edit(message, "提交后再改")
    assert [p["t"] for p in filed[0]["story"]["parts"]] == ["改正后的经过"]
    assert len(filed) == 1


async def test_cancel_keeps_nothing(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.press("取消")
    assert citizen.last.key == "form.cancelled"
    assert (await citizen.say("还在吗"))[0].key == "form.nothing_to_cancel"
    assert filed == []


async def test_bare_words_are_text_inside_a_free_question(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.say("帮助")
    await citizen.say("举报")
    await citizen.say("取消这件事")
    await citizen.press("完成")
    assert citizen.last.key == "form.words_please"


async def test_a_form_opened_inside_another_gives_way_afterwards(citizen: Chat) -> None:
    await up_to_story(citizen)
    await citizen.say("/enter")
    replies = await citizen.say("旁边的事")
    assert [r.key for r in replies] == ["form.cancelled", "form.more"]
    assert replies[1].text.startswith("回到刚才没有填完的地方")


async def test_the_same_form_is_not_opened_twice(citizen: Chat) -> None:
    await up_to_story(citizen)
    [shown] = await citizen.say("/report")
    assert shown.key == "form.more"
    assert shown.text.startswith("回到刚才")


async def test_a_draft_dies_of_age(world: World, citizen: Chat) -> None:
    await up_to_story(citizen)
    world.now += timedelta(hours=24, seconds=1)
    [shown] = await citizen.say("还在吗")
    assert shown.text.startswith("上次没有填完的内容已超过保存时间")
    assert shown.key == "form.nothing_to_cancel"


async def test_a_draft_outlives_a_day_of_answers(world: World, citizen: Chat) -> None:
    await up_to_story(citizen)
    world.now += timedelta(hours=23)
    await citizen.say("补一段经过")
    world.now += timedelta(hours=23)
    assert (await citizen.press("完成"))[0].key == "form.words_please"


async def test_files_count_and_the_eleventh_is_refused_with_a_sentence(citizen: Chat) -> None:
    await up_to_story(citizen)
    for number in range(10):
        await citizen.send_file(f"{number}.jpg")
    [shown] = await citizen.send_file("11.jpg")
    assert shown.text.startswith("每件反映最多收10个材料")
    assert "材料10件" in shown.text


async def test_a_file_that_is_too_big_is_refused_with_a_sentence(citizen: Chat) -> None:
    await up_to_story(citizen)
    [shown] = await citizen.send_file("大.mp4", size=25_000_000)
    assert shown.text.startswith("这个文件超过20MB")


async def test_a_voice_message_gets_a_warning(citizen: Chat) -> None:
    await up_to_story(citizen)
    [shown] = await citizen.send_file("v.ogg", kind="voice")
    assert "声音可能被人听出来" in shown.text
    assert "材料1件" in shown.text
