"""`jianjian deadlines`: its rows are the contract; what is wrong is said in one line."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

import casework
from bot.deadlines import deadlines_command, read_events, rows, table
from bot.profile_files import calendar_from, packaged_common, profile_by
from casework.calendar import WorkCalendar
from casework.errors import DataError

PACKAGED = Path(casework.__file__).parent / "data" / "profiles"
FIELDS = [
    "obligation",
    "title",
    "trigger",
    "trigger_date",
    "nominal_due",
    "due",
    "provisional",
    "basis",
    "strength",
    "citation",
    "count",
    "reminders",
]


def test_json_prints_exactly_the_fields_of_the_contract(
    capsys: pytest.CaptureFixture[str],
) -> None:
    deadlines_command("county-2012", ["feedback.received=2026-01-30"], None, True)
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) == 16
    assert all(list(row) == FIELDS for row in listed)
    plan = next(row for row in listed if row["obligation"] == "plan")
    assert plan["trigger_date"] == "2026-01-30"
    assert plan["due"] == plan["nominal_due"] == "2026-03-19"
    assert plan["provisional"] is False
    assert [r["send_on"] for r in plan["reminders"]] == [
        "2026-02-13",
        "2026-03-05",
        "2026-03-16",
        "2026-03-19",
        "2026-03-20",
        "2026-03-26",
        "2026-04-02",
    ]
    assert plan["reminders"][4] == {
        "at": 1,
        "unit": "workday",
        "level": "催办",
        "send_on": "2026-03-20",
        "to": ["target_unit", "target_principal"],
        "copy": ["team", "office", "municipal_liaison"],  # 003 第十六条 协助督办
    }
    notice = next(row for row in listed if row["obligation"] == "notice")
    assert notice["trigger_date"] is notice["due"] is notice["nominal_due"] is None
    assert notice["reminders"] == []


def test_the_table_for_people_names_every_obligation(capsys: pytest.CaptureFixture[str]) -> None:
    deadlines_command("suixi-2016", ["feedback.received=2025-12-16"], None, False)
    assert "整改情况报告" in capsys.readouterr().out
    profile, common = profile_by("suixi-2016")
    assert table(rows(profile, common, {}, WorkCalendar()), "x").row_count == 16


EVERY = date(2026, 3, 2)
ONE_EVENT = {"feedback.received": EVERY}
# profile → obligations, with a number of the clause, internal (not law), without any date
COUNTS = {
    "central": (7, 0, 3, 4),
    "provincial-2009": (13, 0, 7, 6),
    "jilin-2017": (11, 4, 4, 3),
    "county-2012": (16, 5, 6, 5),
    "suixi-2016": (16, 4, 11, 1),
}


@pytest.mark.parametrize(("profile", "counts"), COUNTS.items())
def test_every_obligation_of_every_profile_is_listed_with_what_its_date_is_worth(
    profile: str, counts: tuple[int, int, int, int]
) -> None:
    chosen, common = profile_by(profile)
    every = dict.fromkeys(common.values.trigger, EVERY)
    listed = rows(chosen, common, every, WorkCalendar())
    assert [row["obligation"] for row in listed] == [o.id for o in chosen.obligation]
    internal = [r for r in listed if r["due"] and r["basis"] == "default"]
    dateless = [r for r in listed if r["due"] is None]
    numbered = [r for r in listed if r["due"] and r["basis"] != "default"]
    assert (len(listed), len(numbered), len(internal), len(dateless)) == counts
    numbers = {o.id for o in chosen.obligation if o.offset is not None}
    assert {r["obligation"] for r in numbered} == numbers
    assert all(r["reminders"] == [] for r in dateless)


def test_a_date_that_waits_for_another_event_is_listed_as_projected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chosen, common = profile_by("county-2012")
    listed = {r["obligation"]: r for r in rows(chosen, common, ONE_EVENT, WorkCalendar())}
    report = listed["report"]  # 003 第十七条, the plan has not come
    assert (report["trigger_date"], report["due"]) == (None, "2026-10-14")
    assert (report["basis"], report["reminders"]) == ("inferred", [])
    deadlines_command("county-2012", ["feedback.received=2026-03-02"], None, False)
    assert "projected" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("profile", "event", "mark"),
    [
        ("provincial-2009", "feedback.received", "internal, not law"),  # 000 五 及时
        ("county-2012", "batch.ended", "in principle"),  # 003 第五条 原则上
        ("central", "team_report.approved", "no date"),  # 001 gives none
        ("county-2012", "plan.submitted", "2026-09-02"),  # 003 第十七条
    ],
)
def test_the_table_says_what_a_date_is_worth(
    capsys: pytest.CaptureFixture[str], profile: str, event: str, mark: str
) -> None:
    deadlines_command(profile, [f"{event}=2026-03-02"], None, False)
    assert mark in capsys.readouterr().out


def test_a_profile_by_path_reads_the_common_beside_it(tmp_path: Path) -> None:
    for name in ("common.toml", "suixi-2016.toml"):
        shutil.copy(PACKAGED / name, tmp_path / name)
    beside = tmp_path / "common.toml"
    text = beside.read_text(encoding="utf-8").replace(
        'kind = "announcement"\nn = 1', 'kind = "announcement"\nn = 2'
    )
    beside.write_text(text, encoding="utf-8")
    profile, common = profile_by(str(tmp_path / "suixi-2016.toml"))
    listed = rows(profile, common, {"stationing.start": date(2026, 3, 2)}, WorkCalendar())
    assert listed[0]["due"] == "2026-03-04"


def test_a_profile_by_path_alone_reads_the_packaged_common(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    shutil.copy(PACKAGED / "jilin-2017.toml", path)
    profile, common = profile_by(str(path))
    assert profile.id == "jilin-2017"
    assert common == packaged_common()


def test_an_overlay_file_makes_a_provisional_date_certain(tmp_path: Path) -> None:
    path = tmp_path / "2027.toml"
    path.write_text("[[year]]\nyear = 2027\nrest = [2027-01-01, 2027-01-04]\n", encoding="utf-8")
    profile, common = profile_by("county-2012")
    events = {"feedback.received": date(2026, 12, 1)}
    before = {r["obligation"]: r for r in rows(profile, common, events, calendar_from(None))}
    after = {r["obligation"]: r for r in rows(profile, common, events, calendar_from(path))}
    assert (before["plan"]["due"], before["plan"]["provisional"]) == ("2027-01-13", True)
    assert (after["plan"]["due"], after["plan"]["provisional"]) == ("2027-01-14", False)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (["feedback.received"], "has no '='"),
        (["feedback.came=2026-01-30"], "'feedback.came' is not a known event; use one of"),
        (["feedback.received=30.1.2026"], "is not a date; write YYYY-MM-DD"),
        (["feedback.received=2026-02-30"], "is not a date"),
        (["feedback.received=20260130"], "is not a date"),
        (["feedback.received=9999-12-31"], "out of range"),
        (["feedback.received=2026-01-30", "feedback.received=2026-01-31"], "given twice"),
    ],
)
def test_a_wrong_event_is_refused_in_one_line(events: list[str], said: str) -> None:
    with pytest.raises(DataError) as refused:
        read_events(events, packaged_common())
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DataError, match="county-2012, jilin-2017"):
        profile_by("county-2013")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[profile", "is not valid TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"schema_version = 1\n", "extends is missing"),
    ],
)
def test_a_bad_profile_file_is_refused_in_one_line(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(DataError) as refused:
        profile_by(str(path))
    assert str(path) in str(refused.value)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        profile_by(str(tmp_path / "none.toml"))
    with pytest.raises(DataError, match="there is no such file"):
        calendar_from(tmp_path / "none.toml")


def test_dates_far_away_are_counted_without_a_crash() -> None:
    profile, common = profile_by("suixi-2016")
    every = dict.fromkeys(common.values.trigger, date(2100, 12, 31))
    assert all(
        row["provisional"] for row in rows(profile, common, every, WorkCalendar()) if row["due"]
    )
