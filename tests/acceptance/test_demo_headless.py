"""`jianjian demo --headless`: both acts as processes, and as they must not pass."""

import subprocess
import sys

import pytest

LIMIT = 120  # seconds


def played(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it as a newcomer would."""
    command = [sys.executable, "-m", "bot", "demo", "--headless", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)


@pytest.fixture(scope="module")
def as_written() -> subprocess.CompletedProcess[str]:
    """Both acts, once."""
    return played()


def test_both_acts_pass_and_every_party_is_heard(
    as_written: subprocess.CompletedProcess[str],
) -> None:
    run = as_written
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    assert run.stderr == ""
    assert "✗" not in run.stdout
    assert run.stdout.count("✓") >= 48
    for heading in (
        *("群众", "组员 林素秋", "巡察办 陆清和", "单位联络员 邵一鸣"),
        *("组长 韩予宁", "巡视办 乔安澜", "领导小组 陶仲衡", "单位联络员 冯一舟"),
        *("单位主要负责人 梁启安", "市委联络机构 柯望"),
    ):
        assert f"━━ {heading}\n" in run.stdout


def test_the_first_act_goes_from_a_report_to_the_ladder(
    as_written: subprocess.CompletedProcess[str],
) -> None:
    first, second = as_written.stdout.split("══ ")[1:]
    assert first.startswith("一 · 反映与整改\n")
    assert second.startswith("二 · 立行立改与督办\n")
    for line in (
        "! 队列里有1件新件，请发送“队列”查看。",
        "! 您有一条进度更新，请在方便、安全的时候自行查询。",
        "需要您补充材料。不补充不影响已登记的内容。",
        "正在按规定办理。为保护各方，具体环节不在此显示。",
        "自2026年5月19日次日起2个月，至2026年7月19日；7月19日休息，顺延至2026年7月20日",
        "【提示】青石镇党委：距整改情况报告报送期限2026年7月20日还有1个工作日",
        "【催办】青石镇党委：整改情况报告应于2026年7月20日报送，截至目前未收到",
        "【督办】青石镇党委主要负责人：整改情况报告逾期5个工作日未报",
        "【办结】青石镇党委：报送的整改情况报告已审核通过。",
    ):
        assert line in first
    assert "今天（2026年7月20日）" not in first  # that rung goes out on the 17th


def test_the_second_act_shows_every_gate_and_both_dates(
    as_written: subprocess.CompletedProcess[str],
) -> None:
    second = as_written.stdout.split("══ ")[2]
    for line in (
        "· 连续相同文字：“每月向每位老人多收一百八十元伙食费”（1件）",
        "与反映内容相同之处：0处。",
        "来源1件：已具备条件。",
        "哪一天听取了市委意见？",
        "立行立改通知〔2026〕1号已发给青溪县委",
        "程序已标记第2条（共1条）涉及主要负责人本人",
        "【退回修改】青溪县委：报送的整改方案经审核需修改，请于2026年4月10日前再次报送",
        "退回不改变原定日期（期限2026年4月8日）。",
        "规定期限为2026年9月30日，经同意调整至2026年10月15日",
        "【催办】青溪县委：整改情况报告规定期限为2026年9月30日，经同意延至2026年10月15日",
        "【督办】青溪县委主要负责人：整改情况报告规定期限为2026年9月30日",
        "【待决定】下列提醒需由办公室决定是否发出：【专报建议】青溪县委",
        "【抄报】青溪县委的整改方案",
    ):
        assert line in second


@pytest.mark.parametrize(
    ("turn", "found"),
    [
        ("unanswered", "✗ the question was asked, the answer stands as a version"),
        ("late-signing", "✗ feedback was delivered and signed on its days"),
        ("copied-words", "✗ the notice shares no eight characters in a row with the report"),
        ("not-returned", "✗ the plan was returned with a next date, its legal date stayed"),
        ("no-extension", "✗ the report has both dates, the legal one unmoved"),
    ],
)
def test_a_story_that_goes_otherwise_does_not_pass(turn: str, found: str) -> None:
    run = played("--turn", turn)
    assert run.returncode == 1
    assert found in run.stdout
    assert "Traceback" not in run.stderr


def test_an_act_that_is_none_is_refused_by_name() -> None:
    run = played("--act", "third")
    assert run.returncode == 2
    assert "the acts are report, oversight" in run.stderr
