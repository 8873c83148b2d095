"""The way of a document by its clause, one table for the five profiles."""

import pytest

from bot.profile_files import packaged_profiles
from casework.document_kinds import mistaken_for
from casework.profiles import Obligation
from casework.review_path import (
    Taken,
    extension_seats,
    review_path,
    second_person,
    told_at_the_end,
    waiting,
)

PROFILES = packaged_profiles()
THROUGH_TEAM = [
    ("examine", "team_leader", ""),
    ("pass_on", "office", ""),
    ("receive", "leading_group", ""),
    ("copy", "municipal_liaison", "抄报"),
]
TO_OFFICE = [("accept", "office", "")]
TO_GROUP = [("accept", "office", ""), ("receive", "leading_group", "")]
PATHS = [
    ("county-2012", "plan", THROUGH_TEAM),  # 003 第十七条 经巡视组审核…通过巡视办报送
    ("county-2012", "report", THROUGH_TEAM),
    ("jilin-2017", "report", TO_OFFICE),  # 002 五(四) 报巡察办
    ("jilin-2017", "principal-report", TO_OFFICE),
    ("suixi-2016", "report", TO_OFFICE),  # 004 五(五) 报送县委巡察办
    ("suixi-2016", "principal-report", TO_OFFICE),
    ("provincial-2009", "plan", TO_GROUP),  # 000 五 呈报巡视工作领导小组
    ("provincial-2009", "report", TO_GROUP),
]


def item(profile: str, id: str) -> Obligation:
    found = PROFILES[profile].obligation_of(id)
    assert found is not None
    return found


@pytest.mark.parametrize(("profile", "id", "steps"), PATHS)
def test_a_document_goes_the_way_of_its_clause(
    profile: str, id: str, steps: list[tuple[str, str, str]]
) -> None:
    path = review_path(item(profile, id))
    assert [(step.act, step.seat, step.how) for step in path] == steps


def test_what_no_instrument_orders_is_taken_in_by_the_office() -> None:
    assert [(step.act, step.seat) for step in review_path(None)] == [("accept", "office")]


def test_the_steps_come_one_after_the_other_and_end() -> None:
    path = review_path(item("county-2012", "plan"))
    taken: list[Taken] = []
    come = []
    for person in ("leader", "officer"):
        step = waiting(path, taken)
        assert step is not None
        come.append(step.act)
        taken.append(Taken(act=step.act, actor=person))
    assert come == ["examine", "pass_on"]
    assert waiting(path, taken) is None
    assert [step.act for step in told_at_the_end(path)] == ["receive", "copy"]


def test_who_examined_is_not_who_passes_on() -> None:
    examined = [Taken(act="examine", actor="leader")]
    assert not second_person(examined, "leader")
    assert second_person(examined, "officer")
    assert second_person([Taken(act="examine", actor="paper")], "officer")


@pytest.mark.parametrize(
    ("profile", "id", "seats"),
    [
        ("county-2012", "plan", ("team_leader", "office", "leading_group")),
        ("jilin-2017", "report", ("office", "leading_group")),
        ("suixi-2016", "principal-report", ("office", "leading_group")),
        ("provincial-2009", "plan", ("office", "leading_group")),
    ],
)
def test_another_date_is_put_forward_by_who_has_a_part_and_decided_by_the_leading_group(
    profile: str, id: str, seats: tuple[str, ...]
) -> None:
    assert extension_seats(item(profile, id)) == seats


PRINCIPAL = "主要负责人履行整改第一责任人责任的情况报告"


@pytest.mark.parametrize(
    ("profile", "id", "name", "other"),
    [
        ("jilin-2017", "report", f"{PRINCIPAL}.docx", PRINCIPAL),
        ("jilin-2017", "principal-report", "关于整改情况报告.pdf", "整改情况报告"),
        ("jilin-2017", "report", "青石镇整改情况报告（定稿）.pdf", ""),
        ("jilin-2017", "report", "扫描件0001.pdf", ""),
        ("suixi-2016", "principal-report", "罗正平同志组织落实情况报告.pdf", ""),
        ("suixi-2016", "report", "主要负责人组织落实情况报告.pdf", "主要负责人组织落实情况报告"),
        ("county-2012", "plan", "整改情况报告.docx", "整改情况报告"),
        ("county-2012", "report", "整改方案和整改情况报告.docx", ""),
        ("provincial-2009", "plan", "整改方案.docx", ""),
    ],
)
def test_a_file_is_another_duties_document_where_its_name_says_so(
    profile: str, id: str, name: str, other: str
) -> None:
    assert mistaken_for(PROFILES[profile], item(profile, id), name) == other
