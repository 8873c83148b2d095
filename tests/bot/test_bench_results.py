"""A run of the benchmarks told again: ratios, bars, tables, the picture, the READMEs."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks.__main__ import read
from benchmarks.bars import BARS
from benchmarks.driver import Load, Sample, World
from benchmarks.picture import draw, used
from benchmarks.results import Results, Run, Tick, Verdict, load, save, verdicts
from benchmarks.scenes import LOADS, PEERS, chosen, intake, scenes, side, side_name
from benchmarks.tables import BEGIN, END, Unmarked, put, rewrite, spoken, whole, words_of
from benchmarks.talk import REPORT
from benchmarks.wire import fields

ROOT = Path(__file__).parent.parent.parent
SAMPLE = Sample(
    updates_per_s=900,
    reports_per_s=128,
    cpu_us=1000,
    p50=60,
    p99=140,
    taken50=10,
    taken99=40,
    rss=180,
    calls_per_update=1.43,
    bot_share=99,
    driver_share=20,
    foreign_share=1,
    refused=0,
)
RATES = {
    "ours": 900.0,
    "ours-pg": 500.0,
    "ptb": 290.0,
    "aiogram": 430.0,
    "aiogram-inside": 600.0,
    "raw": 2500.0,
}
GROUPS = [*side(), *scenes(), intake()]


def of(group: str, case: str, number: int = 1, part: str = "scenes", **measured: Any) -> Run:
    sample = replace(SAMPLE, **measured)
    return Run(part=part, group=group, case=case, round=number, load=Load(), sample=sample)


def filled() -> Results:
    runs = [
        of(side_name(*one), bot, part="side", updates_per_s=rate * (1 + one[0]))
        for one in LOADS
        for bot, rate in RATES.items()
    ]
    runs += [of("filers", n, updates_per_s=float(rate)) for n, rate in FILERS.items()]
    runs += [of("paced", "200"), of("reminders", "1000", p99=900)]
    runs += [of("stored", n) for n in ("1000", "100000", "1000000")]
    ticks = [
        Tick(engine="sqlite", open=n, due=1000, messages=100, ticks=[2.0], idle=[0.004])
        for n in (10_000, 1_000_000)
    ]
    return Results(day="2026-01-01", machine="2 cores", rounds=1, runs=runs, planner=ticks)


FILERS = {"1": 90, "32": 900, "1000": 880}


def test_ours_and_a_peer_are_compared_within_each_round_so_drift_hits_both() -> None:
    rates = {"ours": (900.0, 300.0, 600.0), "ptb": (300.0, 100.0, 150.0)}
    runs = [
        of("g", bot, number, updates_per_s=rate)
        for bot, found in rates.items()
        for number, rate in enumerate(found)
    ]
    results = Results(day="", machine="", rounds=3, runs=runs)
    assert results.ratio("g", "ours", "ptb", lambda s: s.updates_per_s) == 3.0


def test_a_bar_whose_cases_were_not_run_has_no_verdict() -> None:
    assert verdicts(Results(day="", machine="", rounds=1), BARS) == []


@pytest.mark.parametrize(
    ("key", "value", "held"),
    [
        ("ptb", 3.0, True),
        ("ptb", 2.99, False),
        ("filers", 1.0, True),
        ("filers", 0.99, False),
        ("slow", 999, False),
        ("paced", 49.9, True),
        ("paced", 50, False),
        ("reminders", 2000, False),
        ("stored", 1.3, True),
        ("stored", 1.31, False),
    ],
)
def test_a_bar_holds_up_to_its_limit(key: str, value: float, held: bool) -> None:
    bar = next(one for one in BARS if one.key == key)
    assert bar.held(value) is held
    assert (used(Verdict(bar=bar, value=value, held=held)) <= 1) is (held or value == bar.limit)


def test_every_bar_that_was_measured_is_judged() -> None:
    found = {verdict.bar.key: verdict.held for verdict in verdicts(filled(), BARS)}
    assert set(found) == {bar.key for bar in BARS} - {"planner-postgres"}
    assert [key for key, held in found.items() if not held] == ["slow", "filers"]
    assert any(spoken(one).endswith("MISSED") for one in verdicts(filled(), BARS))


def test_results_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    save(filled(), tmp_path / "run.json")
    assert load(tmp_path / "run.json") == filled()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 0}', '{"version": 1, "runs": 1}'])
def test_a_file_that_holds_no_results_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(SystemExit, match=r"^\S+run\.json: these are no results[^\n]+$"):
        load(tmp_path / "run.json")


def test_a_missing_results_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="No such file or directory; name a file"):
        load(tmp_path / "none.json")


def test_telling_a_run_with_a_missed_bar_ends_with_exit_code_one(tmp_path: Path) -> None:
    save(filled(), tmp_path / "run.json")
    command = [sys.executable, "-m", "benchmarks", "results", str(tmp_path / "run.json")]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "1,000 filers : 32: 0.98 ×, bar ≥ 1.00 ×: MISSED" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nothing"], "nothing is no part; there are side|scenes|planner|intake"),
        (["--json", "/none/of/it.json"], "/none/of/it.json: make its folder first"),
    ],
)
def test_a_wrong_call_ends_before_anything_runs_with_one_clear_line(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read(arguments)
    assert f"error: {line}" in capsys.readouterr().err


def test_both_languages_have_the_same_words() -> None:
    def keys(table: object, at: str = "") -> set[str]:
        if not isinstance(table, dict):
            return {at}
        return {name for key, value in table.items() for name in keys(value, f"{at}/{key}")}

    assert keys(words_of("en")) == keys(words_of("zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_table_can_be_told_in_both_languages(language: str) -> None:
    told = whole(filled(), language)
    assert all(
        name in told for name in words_of(language)["bars_of"].values() if "Postg" not in name
    )
    assert "1,000,000" in told


def test_the_picture_is_an_image_that_names_every_bot_under_every_load() -> None:
    tree = ElementTree.fromstring(draw(filled()))
    said = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    for name in (words_of("en")["short"][bot] for bot in PEERS):
        assert said.count(name) == len(LOADS)


def test_the_picture_of_no_results_is_still_an_image() -> None:
    assert ElementTree.fromstring(draw(Results(day="", machine="", rounds=1))).tag.endswith("svg")


def test_only_what_stands_between_the_marks_is_rewritten() -> None:
    assert put(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\nnew\n{END}\nb"
    with pytest.raises(Unmarked):
        put(f"a\n{BEGIN}\nno end", "new")


def test_all_three_readmes_have_their_marks_and_are_rewritten_together(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    names = ("README.md", "README.zh.md", "benchmarks/README.md")
    for name in names:
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), encoding="utf-8")
    assert tuple(rewrite(filled(), tmp_path)) == names
    assert all("bench.svg" in (tmp_path / name).read_text("utf-8") for name in names)


def test_no_readme_is_touched_where_one_has_no_marks(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "README.md").write_text(f"{BEGIN}\n{END}")
    (tmp_path / "README.zh.md").write_text("none")
    (tmp_path / "benchmarks" / "README.md").write_text("none")
    with pytest.raises(SystemExit, match=r"README\.zh\.md: put the lines"):
        rewrite(filled(), tmp_path)
    assert (tmp_path / "README.md").read_text() == f"{BEGIN}\n{END}"


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        ([], 4 * len(PEERS) + 3 + 1 + 1 + 3),
        (["ours", "ptb"], 4 * 2),
        (["ours", "0 ms, 64"], 1),
        (["scenes"], 8),
        (["filers"], 3),
        (["ptb", "filers"], 4 + 3),
        (["intake"], 1),
        (["planner"], 0),
    ],
)
def test_parts_are_chosen_by_word(words: list[str], cases: int) -> None:
    assert sum(len(group.cases) for group in chosen(GROUPS, words)) == cases


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"application/json; charset=utf-8", b'{"method": "sendMessage", "chat_id": "5"}'),
        (b"application/x-www-form-urlencoded", b"method=sendMessage&chat_id=5"),
        (
            b"multipart/form-data; boundary=xy",
            b'--xy\r\nContent-Disposition: form-data; name="method"\r\n\r\nsendMessage\r\n'
            b'--xy\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n5\r\n--xy--\r\n',
        ),
    ],
)
def test_a_call_in_the_200_is_read_in_every_form_that_telegram_takes(
    kind: bytes, body: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nServer: x"
    assert fields(head, body) == {"method": "sendMessage", "chat_id": "5"}


def test_a_200_with_a_plain_text_asks_for_nothing() -> None:
    assert fields(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain", b"200: OK") == {}


@pytest.mark.parametrize(
    ("body", "calls"),
    [
        (b"", 0),
        (b"{}", 0),
        (b'{"method": "answerCallbackQuery", "callback_query_id": "1"}', 1),
        (b'{"method": "sendMessage", "chat_id": 5000000, "text": "x"}', 1),
        (b'{"method": "setWebhook", "url": ""}', 0),
    ],
)
async def test_a_call_in_the_200_counts_as_a_call_that_came_by_http(
    body: bytes, calls: int
) -> None:
    world = World(REPORT, Load(users=1), port=1)
    world.over = True  # nobody speaks on
    (user,) = world.users.values()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    user.poster.data_received(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert (world.count.calls, len(world.count.taken)) == (calls, 1)
