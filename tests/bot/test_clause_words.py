"""Clauses that are served by words: what the notice, the 须知 and the menus say and never say."""

import pytest

from bot.texts import read_catalogues
from handlers.routes import ROUTES

WORDS = read_catalogues()["zh_CN"]

SAID = [
    # 001 工作方式, 002 五(五), 004 四(三): 不干预正常工作，不查办案件
    ("public.announcement", "不干预{unit}正常工作"),
    ("public.announcement", "不查办案件"),
    ("notice.must_read", "不查办案件"),
    # 002 六(四): 鼓励和支持干部群众如实反映; 004 七(六): 如实反映
    ("public.announcement", "欢迎干部群众如实反映情况"),
    ("notice.must_read", "如实反映，分清亲眼所见和听说"),
    # 001 受理…来信、来电、来访等; 004 四(二)3
    ("public.announcement", "来信、来电、来访和网络反映"),
    # 002 五(三): 群众容易接受的方式: whoever cannot use the chat is told of the other ways
    ("notice.must_read", "建议写信、来访或者投递意见箱"),
    ("web.no_script", "请按公告上的其他途径反映"),
    # 004 七(四): 打击报复、泄露举报信息
    ("notice.must_read", "打击报复"),
    # 公开前保密: the form for public texts
    ("public.ask_text", "不要写反映人、反映内容和涉密内容"),
]


@pytest.mark.parametrize(("key", "words"), SAID)
def test_a_clause_of_words_is_said(key: str, words: str) -> None:
    assert words in WORDS[key]


def test_no_command_gathers_evidence_from_third_parties() -> None:
    """001, 002, 004: the program receives, sorts, passes on and reminds; it never investigates."""
    banned = ("investigate", "summon", "interview", "evidence", "查办", "传唤", "取证", "立案")
    names = [*ROUTES.commands, *ROUTES.words]
    assert [name for name in names if any(word in name for word in banned)] == []


def test_the_three_marks_of_key_persons_are_neither_asked_of_nor_shown_to_a_citizen() -> None:
    """002 五(二): marks are set by staff alone."""
    citizen = ("intake.", "receipt.", "status.", "notice.", "greeting.", "public.")
    told = " ".join(text for key, text in WORDS.items() if key.startswith(citizen))
    assert "重点人" not in told
    assert "重中之重" not in told
