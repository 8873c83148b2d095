"""What a text shares with reports is found however it is written (003 第九条, 第十三条)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.quantities import days, value_of
from casework.shared_words import RUN, Source, runs, shared

NOISE = " \n\u3000，。、；：“”（）-_*·\u200b\u200d\u2060"
LETTERS = st.text(alphabet="甲乙丙丁戊ab", max_size=14)
WORDS = st.text(alphabet="修路款收支镇村会计账户没有入", min_size=RUN, max_size=20)


def found(text: str, source: Source) -> set[tuple[str, str]]:
    return {(s.kind, s.words) for s in shared(text, [source])}


@given(WORDS, st.lists(st.sampled_from(NOISE), max_size=60), LETTERS, LETTERS)
def test_a_planted_run_is_found_whatever_is_put_between(
    planted: str, noise: list[str], before: str, after: str
) -> None:
    pieces = []
    for place, char in enumerate(planted):
        pieces += [char, *noise[place::7]]
    source = Source(key="r", words=(before + planted + after,))
    assert any(s.kind == "run" for s in shared("".join(pieces), [source]))


@given(LETTERS, LETTERS, st.integers(min_value=2, max_value=8))
def test_runs_are_those_of_a_brute_force_comparison(text: str, source: str, size: int) -> None:
    covered = [
        any(
            text[a : a + size] in source and len(text[a : a + size]) == size
            for a in range(max(0, place - size + 1), place + 1)
        )
        for place in range(len(text))
    ]
    told = "".join(runs(text, source, size))
    assert told == "".join(c for c, inside in zip(text, covered, strict=True) if inside)


@given(st.text(max_size=80))
def test_a_text_shares_all_of_itself(text: str) -> None:
    """However odd its characters are: both sides are read alike."""
    if sum(c.isalnum() for c in text) < RUN:
        return
    told = "".join(runs(text, text))
    assert [c for c in told if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(text: str, other: str) -> None:
    for one in shared(text, [Source(key="r", words=(other,), names=(other,), files=(other,))]):
        assert one.keys == ("r",)


def test_seven_characters_are_no_run_and_eight_are() -> None:
    source = Source(key="r", words=("村里修的桥去年夏天塌了",))
    assert not found("去年夏天塌了桥", source)
    assert ("run", "修的桥，去年夏天塌") in found("请说明修的桥，去年夏天塌", source)


AMOUNTS = (
    "3.5万元",
    "35000元",
    "35,000 元",
    "三万五千元",
    "三万五元",
    "3万5千元",
    "３５０００元",
    "叁万伍仟元",
    "參萬伍仟圓",
)


@pytest.mark.parametrize("written", AMOUNTS)
@pytest.mark.parametrize("reported", AMOUNTS)
def test_an_amount_is_the_same_however_it_is_written(written: str, reported: str) -> None:
    source = Source(key="r", words=(f"当时付了{reported}现金",))
    assert "amount" in {s.kind for s in shared(f"核对{written}的去向", [source])}


DAYS = (
    "3月5日",
    "三月五日",
    "3月5号",
    "2026-03-05",
    "2026年3月5日",
    "2026.3.5",
    "20260305",
    "3 月 5 日",
    "叁月伍日",
)


@pytest.mark.parametrize("written", DAYS)
@pytest.mark.parametrize("reported", DAYS)
def test_a_date_is_the_same_however_it_is_written(written: str, reported: str) -> None:
    source = Source(key="r", words=(f"那天是{reported}下午",))
    assert "date" in {s.kind for s in shared(f"说明{written}的安排", [source])}


@pytest.mark.parametrize(
    ("written", "reported"),
    [("3月6日", "3月5日"), ("2025-03-05", "2026-03-05"), ("3.6万元", "35000元"), ("35亩", "35元")],
)
def test_another_day_or_amount_is_not_shared(written: str, reported: str) -> None:
    assert not found(f"说明{written}的事", Source(key="r", words=(f"当时{reported}左右",)))


NAMES = (
    ("请核对王小明的账目", ("会计王小明知道",), ()),
    ("请核对王小明的账目", (), ("王小明",)),
    ("请核对李大力经手的账", (), ("镇长李大力、村主任赵铁柱",)),
    ("请问王会计", ("找王会计要过说法",), ()),
    ("老赵主任经手", ("是老赵主任批的",), ()),
    ("欧阳志远签字", ("欧阳志远说过",), ()),
)


@pytest.mark.parametrize(("text", "words", "names"), NAMES)
def test_a_name_is_found(text: str, words: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert "name" in {s.kind for s in shared(text, [Source(key="r", words=words, names=names)])}


@pytest.mark.parametrize("text", ["见“现场照片”", "见现 场 照 片.JPG", "附现场照片.jpg"])
def test_a_file_name_is_found(text: str) -> None:
    assert ("file", "现场照片.jpg") in found(
        text, Source(key="r", words=(), files=("现场照片.jpg",))
    )


def test_words_written_anew_share_nothing() -> None:
    source = Source(
        key="r",
        words=("三月初镇里的修路款有一部分没有入账，会计王小明可以作证。",),
        names=("镇长李大力",),
        files=("IMG_2201.jpg",),
    )
    assert not found("请逐笔公开本年度道路建设资金，并接受查询。", source)


def test_it_says_which_reports_share_it() -> None:
    sources = [Source(key=k, words=("王小明经手",)) for k in ("a", "b")]
    (name,) = [s for s in shared("王小明", sources) if s.kind == "name"]
    assert name.keys == ("a", "b")


@pytest.mark.parametrize(
    ("written", "value"),
    [("三万五", 35000), ("两千零五", 2005), ("一亿二千万", 120000000), ("二〇二六", 2026),
     ("三点五万", 35000), ("廿五", 25), ("一百二", 120), ("万", 10000)],
)  # fmt: skip
def test_a_number_in_characters_has_its_value(written: str, value: int) -> None:
    assert value_of(written) == value


@given(st.text(alphabet="0123456789.,零一二两三十百千万亿点廿年月日元亩-/ ，", max_size=30))
def test_no_row_of_figures_is_too_odd_to_be_compared(figures: str) -> None:
    assert {s.kind for s in shared(figures, [Source(key="r", words=(figures,))])} <= {
        "run",
        "amount",
        "date",
        "name",
    }


def test_an_impossible_date_is_none() -> None:
    assert not list(days("13月45日与2026-14-40"))
