"""The data on important matters and principals: complete, strict, and read as it is meant."""

from pathlib import Path

import pytest

from casework.errors import DataError
from casework.matters import Matters, parse_matters

FILE = Path(__file__).parents[2] / "casework" / "data" / "matters.toml"
HEAD = 'version = "1"\n[[important]]\nid = "a"\nlabel = "甲"\n'


@pytest.fixture(scope="module")
def data() -> Matters:
    return parse_matters(FILE.read_text("utf-8"), FILE.name)


def test_every_criterion_has_words_and_a_source(data: Matters) -> None:
    """000 三: 规范重大事项的范围和报告程序."""
    assert all(c.label and c.source for c in data.important)
    assert len({c.id for c in data.important}) == len(data.important) >= 5
    assert data.criterion("severe") is not None
    assert data.criterion("none") is None


FAULTS = (
    ("version = ", "is not TOML"),
    ('version = "1"\n', "important"),
    (HEAD + 'colour = "red"\n', "colour"),
    (HEAD.replace('"a"', '"A B"'), "id"),
    (HEAD + '[[title]]\nends = "镇"\nwords = []\n', "words"),
)


@pytest.mark.parametrize(("text", "said"), FAULTS)
def test_a_fault_names_the_file_and_the_place(text: str, said: str) -> None:
    with pytest.raises(DataError, match=f"matters.toml.*{said}"):
        parse_matters(text, "matters.toml")


# words, the unit, the profile's own terms, whether its principal is meant (004 五(五))
MEANT = (
    ("镇长拍的板", "甲镇", "", True),
    ("镇 长 拍的板", "甲镇", "", True),
    ("副镇长拍的板", "甲镇", "", False),
    ("镇长助理经手", "甲镇", "", False),
    ("局长拍的板", "甲镇", "", False),
    ("局长拍的板", "乙局", "", True),
    ("县长知道", "甲县", "县委书记、县长", True),
    ("县委书记知道", "某单位", "县委书记、县长", True),
    ("一把手说了算", "丙", "", True),
    ("村民都知道", "甲镇", "", False),
)


@pytest.mark.parametrize(("words", "unit", "terms", "meant"), MEANT)
def test_a_title_means_the_principal_of_its_own_kind_of_unit(
    data: Matters, words: str, unit: str, terms: str, meant: bool
) -> None:
    assert data.names_principal(words, unit, terms) is meant
