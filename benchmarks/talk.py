"""What every user says: one report in seven updates, three of them clicks."""

from dataclasses import dataclass
from typing import Any

ACCOUNT = (
    "二〇二五年三月以来，某单位在采购办公用品和车辆维修时长期只向一家公司询价，"
    "价格明显高于市场价，经办人与该公司负责人是亲属，单位职工多次反映没有答复。"
) * 6
WHEN = "二〇二五年三月到二〇二六年六月，每个月的月底，具体日期见台账。"
WHERE = "办公楼三楼采购办公室，经办人为办公室副主任，财务科有付款凭证可以核对。"

Message = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One update: a text, or a click on the first button of the newest message with buttons.

    `label` picks a button by its label; `replies` is how many messages answer.
    """

    text: str = ""
    click: bool = False
    label: str = ""
    replies: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A whole conversation, said again and again."""

    steps: tuple[Step, ...]


REPORT = Flow(
    steps=(
        Step(text="/report"),
        Step(click=True),
        Step(click=True),
        Step(text=ACCOUNT),
        Step(text=WHEN),
        Step(text=WHERE),
        Step(click=True, label="确认提交"),
    ),
)
"""Seven updates, ten calls of the Bot API: the same on every bot."""

INTAKE = Flow(
    steps=(
        Step(text="/start s_c1-qingshi"),
        Step(click=True, label="我已阅读"),
        Step(click=True),
        Step(click=True),
        Step(click=True),
        Step(click=True, label="匿名"),
        Step(text=ACCOUNT),
        Step(click=True, label="完成"),
        Step(click=True, label="其余跳过"),
        Step(click=True, label="确认提交", replies=2),
        Step(click=True, label="跳过"),
        Step(click=True, label="不用提醒"),
    ),
)
"""The product's own way from a unit's code to the receipt and its proof."""
