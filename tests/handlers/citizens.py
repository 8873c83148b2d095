"""A county under inspection for scripted talks: units, missions, staff with chats, routes."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from casework.plan_checks import parse_plan
from handlers import erase, greeting, receipts
from handlers.arrivals import bundles
from handlers.bench import OperatorBench
from handlers.intake import entrance
from handlers.plan import apply_plan, approve_texts
from handlers.turn import Routes
from storage import missions, people
from storage.base import Session
from tests.handlers.talk import ZONE, Chat, World

T = TypeVar("T")
ROUTES = Routes(
    commands={
        **entrance.COMMANDS,
        **receipts.COMMANDS,
        **erase.COMMANDS,
        **greeting.COMMANDS,
    },
    words={
        "举报": "report",
        "查询": "status",
        "补充": "add",
        "帮助": "help",
        "取消": "cancel",
        "清除": "erase",
    },
    cards={},
    forms={f.id: f for m in (entrance, receipts, greeting) for f in m.FORMS},
    start=entrance.start,
    otherwise=greeting.otherwise,
    group=greeting.group,
)
PLAN: dict[str, Any] = {
    "round": {"id": "r1", "name": "第一轮", "profile": "suixi-2016"},
    "unit": [
        {"id": "qingshi", "name": "青石镇党委", "aliases": ["青石镇"]},
        {"id": "liuxi", "name": "柳溪镇党委"},
        {"id": "liulin", "name": "柳林镇党委"},
        {"id": "shuiwu", "name": "水务局党组"},
    ],
    "team": [{"id": "a", "name": "第一巡察组"}, {"id": "b", "name": "第二巡察组"}],
    "stationing": [
        {
            "id": "s1",
            "team": "a",
            "units": ["qingshi"],
            "start": date(2026, 3, 2),
            "end": date(2026, 4, 30),
            "accept_from": "2026-03-02T08:30:00",
            "accept_until": "2026-04-24T18:00:00",
        },
        {
            "id": "s2",
            "team": "b",
            "units": ["liuxi"],
            "start": date(2026, 3, 2),
            "end": date(2026, 4, 30),
        },
        {
            "id": "s3",
            "team": "b",
            "units": ["liulin"],
            "start": date(2026, 3, 2),
            "end": date(2026, 4, 30),
        },
    ],
    "person": [
        {"id": "leader", "name": "沈予安", "roles": [{"role": "team_leader", "team": "a"}]},
        {"id": "member", "name": "顾明川", "roles": [{"role": "team_member", "team": "a"}]},
        {"id": "other", "name": "俞北辰", "roles": [{"role": "team_leader", "team": "b"}]},
        {"id": "office", "name": "秦以宁", "roles": [{"role": "office"}]},
        {"id": "office2", "name": "赵长庚", "roles": [{"role": "office"}]},
        {"id": "leading", "name": "程望舒", "roles": [{"role": "leading_group"}]},
        {
            "id": "liaison",
            "name": "邵一鸣",
            "roles": [{"role": "unit_liaison", "unit": "qingshi"}],
        },
    ],
}
STAFF = ("leader", "member", "other", "office", "office2", "leading", "liaison")
STORY = "去年八月镇里修水渠，镇长让施工队虚报了三百方石料，钱分给了他弟弟的公司。"


async def settle(world: World) -> World:
    """Put the plan into force, approve the texts, bind everybody's chat."""

    def unit(db: Session) -> None:
        bench = OperatorBench(db=db, vault=world.kit.vault, now=world.now, seed=b"plan")
        plan = parse_plan(PLAN, source="plan.toml", zone=ZONE, profiles={"suixi-2016"})
        version = world.kit.rules.profiles["suixi-2016"].version
        apply_plan(bench, plan, actor="test", profile_version=version)
        for mission in missions.every(db):
            approve_texts(bench, mission.id, actor="office")
        for person in STAFF:
            address = ("web", "web", f"staff-{person}")
            people.bind(
                db, world.kit.vault, address, id=f"b-{person}", person_id=person, at=bench.at
            )

    await world.storage.transact(unit)
    return world


async def look(world: World, reader: Callable[..., T], *args: Any, **more: Any) -> T:
    """Read the database as a handler would: `reader(db, ...)`."""
    return await world.storage.transact(lambda db: reader(db, *args, **more))


def staff(world: World, person: str) -> Chat:
    """The chat of somebody of the plan."""
    return world.chat(f"staff-{person}")


async def bundled(world: World) -> None:
    """Let the quarter of an hour pass after which waiting cards leave together."""
    world.pass_time(minutes=16)
    await world.tick(bundles)


async def file_by_code(chat: Chat, *, category: tuple[str, str], story: str = STORY) -> str:
    """The shortest way from a unit's QR to the receipt; returns the receipt's text."""
    await chat.start("s_s1")
    await chat.press("我已阅读")
    await chat.press("主要负责人")
    await chat.press(category[0])
    await chat.press(category[1])
    if category[1].startswith("打击报复"):
        await chat.press("跳过")
    await chat.press("匿名")
    await chat.say(story)
    await chat.press("完成")
    await chat.press("其余跳过")
    shown = await chat.press("确认提交")
    return shown[0].text


INTEGRITY = ("党员干部违纪问题", "收钱收物")
RETALIATION = ("整改和巡视巡察工作", "打击报复")
INSPECTOR = ("整改和巡视巡察工作", "反映巡视巡察工作人员")


def receipt(text: str) -> tuple[str, str]:
    """(number, phrase) out of a receipt message, as a reader copies them."""
    lines = text.splitlines()
    code = next(line for line in lines if line.startswith("编号：")).removeprefix("编号：")
    phrase = next(line for line in lines if line.startswith("查询口令：")).removeprefix(
        "查询口令："
    )
    return code, phrase


def day(iso: str) -> datetime:
    """A moment where the deployment lives."""
    return datetime.fromisoformat(iso).replace(tzinfo=ZONE)
