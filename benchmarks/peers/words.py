"""What the peers say; the same on each of them."""

from collections.abc import Mapping

Rows = tuple[tuple[tuple[str, str], ...], ...]

WHOM = "您要反映的是谁的问题？请点选一项。"
WHOM_ROWS: Rows = (
    (("单位领导班子", "a:1"), ("班子成员", "a:2")),
    (("下属单位", "a:3"), ("其他", "a:4")),
)
CATEGORY = "属于哪一类问题？请点选一项。"
CATEGORY_ROWS: Rows = (
    (("政治纪律", "b:1"), ("组织纪律", "b:2"), ("廉洁纪律", "b:3")),
    (("群众纪律", "b:4"), ("工作纪律", "b:5"), ("生活纪律", "b:6")),
)
ACCOUNT = "请写明什么人、做了什么。写完以后发送。"
WHEN = "什么时间发生的？"
WHERE = "在哪里？有什么材料可以印证？"
CONFIRM_ROWS: Rows = ((("确认提交", "c:1"), ("取消", "c:2")),)


def review(draft: Mapping[str, str]) -> str:
    """What was written, shown before it is filed."""
    return "请核对：\n" + "\n".join(f"{key}：{value}" for key, value in draft.items())


def receipt(number: int) -> str:
    """The end of a report."""
    return f"已经收到，编号 {number:06d}。请保存好编号。"
