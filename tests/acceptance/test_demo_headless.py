"""`jianjian demo --headless`: the whole story as a process, and as it must not pass."""

import subprocess
import sys

import pytest

LIMIT = 120  # seconds


def played(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it as a newcomer would."""
    command = [sys.executable, "-m", "bot", "demo", "--headless", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)


def test_the_story_passes_and_every_party_is_heard() -> None:
    run = played()
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    assert run.stderr == ""
    assert "✗" not in run.stdout
    assert run.stdout.count("✓") >= 20
    for heading in ("群众", "组员 林素秋", "巡察办 陆清和", "单位联络员 邵一鸣"):
        assert f"━━ {heading}\n" in run.stdout
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
        assert line in run.stdout
    assert "今天（2026年7月20日）" not in run.stdout  # that rung goes out on the 17th


@pytest.mark.parametrize(
    ("turn", "found"),
    [
        ("unanswered", "✗ the question was asked, the answer stands as a version"),
        ("late-signing", "✗ feedback was delivered and signed on its days"),
    ],
)
def test_a_story_that_goes_otherwise_does_not_pass(turn: str, found: str) -> None:
    run = played("--turn", turn)
    assert run.returncode == 1
    assert found in run.stdout
    assert "Traceback" not in run.stderr
