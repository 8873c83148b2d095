"""The acts of an inspection as its people take them: one function for each, over real turns."""

from collections.abc import Iterable

from tests.scenarios.inspection import SUCCESSOR, UNIT, Inspection

FACTS = "有具体事实，属于对方职责"
NOTICE_TEXT = "请限期排查并恢复有关公共服务，向群众公布办理时间。"
"""What the team writes anew for 立行立改; shares no run of eight characters with a report."""
CONDITIONS = ("多次有人反映", "不符合公共服务规定", "维修即可解决")

# What citizens wrote: nothing of it may reach the unit.
BRIDGE = "二月里镇上修桥的钱，会计让施工队多开了两万块的发票，余下的钱没有入账。"
CARDS = "书记在换届前让三个人给他送了购物卡，然后把他们都提拔了，大家都知道这件事。"
WATER = "村东头的自来水一到夏天就断，反映了四年没有人修，几百口人挑水吃。"
PIPES = "今年夏天自来水又停了两个月，村里的水管从来没有人管，老人只能喝井水。"
SMOKES = "有一位组员晚上去单位吃饭，还收了两条烟，请办公室查一查这件事情。"
LIVELIHOOD = ("群众身边的问题", "大家普遍关心的难事")
PERSONNEL = ("班子和用人问题", "提拔用人不公")


async def approve_notice(h: Inspection) -> None:
    """The office approves what a mission shows; no report is taken before."""
    await h.act("office", "/office", "审定文字", "同意", ends="plan.approved")


async def display_notice(h: Inspection) -> None:
    """The unit is asked to put the notice up, and says where it is."""
    await h.act("office", "/office", "公告张贴", ends="unit.displays")
    await h.act(
        "liaison", "登记已张贴", "今天", "机关大院公告栏", "没有材料", ends="unit.display_kept"
    )


async def publish(h: Inspection, who: str, kind: str, text: str, *, seats: Iterable[str]) -> None:
    """A text is put to the public page and agreed to by everybody whom the gate names."""
    chat = h.chats[who]
    await chat.say("/publish")
    steps = ("提出公开",) if "提出公开" in chat.last.labels else ()
    await h.act(
        who, *steps, f"{UNIT} · 第一组", kind, text, "今天", "跳过", "确认提交", ends="motion.put"
    )
    await agree(h, *seats)


async def agree(h: Inspection, *seats: str, hearing: tuple[str, ...] = ()) -> None:
    """Everybody in turn agrees to the newest motion; who is heard is recorded with the last."""
    for seat in seats:
        last = seat == seats[-1]
        steps = ("同意", *(hearing if last else ()), "跳过")
        await h.act(seat, "/motions", *steps, ends="motion.agreed" if last else "motion.forwarded")


async def agree_on_paper(h: Inspection, enterer: str, document: str) -> None:
    """A committee has no chat: the office enters what it decided on paper (纪要)."""
    words = (
        "登记纸质决定",
        "同意",
        document,
        "今天",
        "书记、纪委书记",
        "同意所报事项",
        "没有材料",
    )
    await h.act(enterer, "/motions", *words, ends="motion.agreed")


async def citizens_report(h: Inspection) -> None:
    """An ordinary report, one about the principal, two of one hardship, one about an inspector."""
    await h.report("zhang", BRIDGE)
    await h.report("li", CARDS, whom="主要负责人", names="卫国平书记", category=PERSONNEL)
    await h.report("wang", WATER, category=LIVELIHOOD)
    await h.report("zhao", PIPES, category=LIVELIHOOD)
    whom = next(w for w in ("巡视组的人", "巡察组的人") if w[:2] == h.inspect)
    await h.report("wu", SMOKES, whom=whom, category=())
    await h.minutes(16)


async def propose(h: Inspection, who: str, citizen: str, what: str, *answers: str) -> None:
    """Claim a report, confirm its class, propose a disposition."""
    steps = ("认领", "分类", "类别正确", what, *answers)
    await h.queue(who, citizen, *steps, ends="team.item")


async def approve(h: Inspection, citizen: str, *seats: tuple[str, ...]) -> None:
    """Everybody whom the gate names agrees to what was proposed for a report."""
    for who, *records in seats:
        await h.queue(who, citizen, "同意", *records, ends="team.item|team.done_here")


async def send(h: Inspection, citizen: str, number: str) -> None:
    """The office records the letter by which a decided report left the house."""
    await h.queue("office", citizen, "登记发出", number, "今天", ends="team.item")


async def report_urgently(h: Inspection, citizen: str) -> None:
    """专报: the leader tells the leading group at once; it counts as briefed (003 第十条)."""
    await h.queue(
        "leader",
        citizen,
        "专报",
        "涉及领导班子主要负责人的重要问题",
        "有人反映主要负责人的重要问题",
        "涉及换届，不宜等待",
        ends="team.item",
    )


async def write_notice(h: Inspection, *, main: str, twin: str) -> None:
    """The leader writes the text for 立行立改; another person confirms that it shows no source."""
    steps = ("认领", "处置", "立行立改", *CONDITIONS, h.codes[twin], "5个工作日", NOTICE_TEXT)
    await h.queue("leader", main, *steps, "完成", ends="immediate.check")
    await h.act("leader", "送另一人复核", ends="immediate.standing")
    await h.act("office", "查看", "确认看不出来源", ends="immediate.review")
    await h.queue("leader", main, "处置", "立行立改", "提交审定", ends="team.item")


async def notice_comes_home(h: Inspection) -> None:
    """The office sends it, the unit signs and reports, the leader examines, the office ends it."""
    await h.act("office", "/office", "发立行立改通知", "发给单位", ends="immediate.sent")
    await h.act("liaison", "/notices", "查看", ends="immediate.notice_words")
    await h.act("liaison", "/notices", "签收", ends="immediate.notice")


async def notice_is_answered(h: Inspection) -> None:
    """The unit's result comes, the leader examines it, the office ends the matter."""
    words = ("报送", "已于本周恢复供水并公布检修时间。", "没有材料")
    await h.act("liaison", "/notices", *words, ends="immediate.result_taken")
    await h.act("leader", "审核通过", ends="immediate.examined")
    await h.act("office", "登记办结", ends="immediate.recorded")


async def enter(
    h: Inspection, who: str, event: str, *words: str, ends: str = "event.recorded"
) -> None:
    """Somebody enters what happened today, by the button of the event."""
    steps = ("/events", "登记事项", f"{UNIT} · 第一组", event, "今天", *words, "确认提交")
    await h.act(who, *steps, ends=ends)


async def propose_feedback(
    h: Inspection, points: str, *, aim: str = "领导班子", marked: str = ""
) -> None:
    """The leader puts the feedback, one point a line; what names the principal is marked."""
    steps = ("提交反馈意见报批", f"{UNIT} · 第一组 · {aim}", points, "完成", marked or "跳过")
    await h.act("leader", "/motions", *steps, ends="motion.put")


async def deliver(h: Inspection, aim: str = f"{UNIT} · 第一组") -> None:
    """The office records the day on which the feedback was delivered."""
    steps = ("登记反馈", aim, "今天", "确认提交")
    await h.act("office", "/office", *steps, ends="office.feedback_recorded")


async def hand_in(h: Inspection, who: str, doc: str, *, file: str, ends: str) -> None:
    """A document is handed in with one file."""
    steps = (f"+{file}", "完成", "按要求报送", "确认提交")
    await h.duty(who, doc, "报送", *steps, ends=ends)
    await h.files_arrive()


async def add_item(h: Inspection, problem: str, measure: str, due: str) -> None:
    """The liaison types one item of the rectification list."""
    steps = ("逐项填写", problem, "跳过", "张三", "跳过", measure, due, "立即整改", "跳过")
    await h.act("liaison", "/items", *steps, ends="rectification.item")


async def strike_off(h: Inspection, number: int, who: str = "liaison") -> None:
    """销号 by two: one of the team examines, the office confirms."""
    to = ("/items", "查看清单", f"{number}.")
    told = await h.act(
        who, *to, "申请销号", "已全部完成", "+验收单.pdf", "完成", ends="rectification.item"
    )
    assert "已申请销号" in told[0].text
    told = await h.act("leader", *to, "审查通过", "佐证齐全", ends="rectification.item")
    assert "须由另一人确认" in told[0].text
    told = await h.act("office", *to, "确认销号", "跳过", ends="rectification.item")
    assert "已销号" in told[0].text


async def hand_over(h: Inspection, name: str) -> None:
    """The office gives the liaison's seat to a successor, who binds a chat by the code."""
    steps = ("/handover", f"{UNIT} · 邵一鸣", name, "确认提交")
    (told, *_) = await h.act("office", *steps, ends="unit.handed_over_code")
    code = told.text.rsplit("：", 1)[-1]
    chat = h.chats[SUCCESSOR] = h.world.chat(SUCCESSOR)
    await chat.start(f"bind_{code}")
    await h.minutes(1)


async def visit(h: Inspection, *, unfinished: str = "无") -> None:
    """回访 by the office and the team; the leading group is told the counts (004 六(五))."""
    steps = ("登记回访", f"{UNIT} · 第一组", "回访", "今天", "办公室、第一组", "全部", unfinished)
    words = ("整改基本到位", "没有材料")
    await h.act("office", "/office", *steps, *words, ends="rectification.followup_kept")


async def transfer_to_unit(h: Inspection, citizen: str) -> None:
    """003 第十三条: to the unit itself, rewritten; one source needs the office's decision."""
    text = "请检查辖区道路照明设施，及时修复损坏部分。"
    steps = ("认领", "处置", "交被巡视党组织处理", "跳过", "10个工作日", text)
    await h.queue("leader", citizen, *steps, "完成", ends="immediate.check")
    await h.act("leader", "送另一人复核", ends="immediate.standing")
    await h.act("office", "查看", "确认看不出来源", ends="immediate.review")
    await h.act("office", "由办公室决定使用", "问题普遍，单位看不出来源", ends="immediate.review")
    await h.queue("leader", citizen, "处置", "交被巡视党组织处理", "提交审定", ends="team.item")
    await approve(h, citizen, ("office2",), ("head",))
    await h.act("office", "/office", "发立行立改通知", "发给单位", ends="immediate.sent")
    await h.act("liaison", "/notices", "签收", ends="immediate.notice")
    words = ("报送", "路灯已全部修复。", "没有材料")
    await h.act("liaison", "/notices", *words, ends="immediate.result_taken")
    await h.act("leader", "审核通过", ends="immediate.examined")
    await h.act("office", "登记办结", ends="immediate.recorded")
    await h.queue("office", citizen, "办结", ends="team.item|team.done_here")
