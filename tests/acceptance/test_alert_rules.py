"""The example alert rules name metrics, states and parts that the running program really tells."""

import re
from pathlib import Path

import pytest

from tests.acceptance.telegram_stage import Stage
from tests.acceptance.test_program_metrics import api, scrape, stage

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "deploy" / "alerts.yml").read_text("utf-8")
DOCS = (ROOT / "docs" / "operations.md").read_text("utf-8")
EXPRESSIONS = re.findall(r"^ +expr: (.+)$", RULES, re.MULTILINE)
USED = {  # name → (label, value) of every selector
    (name, frozenset(re.findall(r'(\w+)="([^"]*)"', labels or "")))
    for text in EXPRESSIONS
    for name, labels in re.findall(r"\bjianjian_(\w+)(?:\{([^}]*)\})?", text)
}
FIXTURES = (api, stage)


async def test_every_metric_of_a_rule_is_told(stage: Stage) -> None:
    told = set(await scrape(stage))
    assert len(USED) > 15
    missing = {
        (name, wanted)
        for name, wanted in USED
        if not any(name == there and wanted <= labels for there, labels in told)
    }
    assert missing == set()


@pytest.mark.parametrize("alert", re.findall(r"alert: (\w+)", RULES))
def test_every_alert_has_its_line_in_the_guide(alert: str) -> None:
    assert f"`{alert}`" in DOCS


def test_every_metric_of_the_guide_is_used_by_a_rule_or_told_in_the_table() -> None:
    named = set(re.findall(r"jianjian_(\w+)", DOCS))
    assert {name for name, _ in USED} - named == set()
