"""What becomes public: proposed, agreed to by others, public at once, withdrawn with a reason."""

import pytest

from casework.mission import Recusal
from handlers.public_moments import missing_parts, required, seats_for
from storage import people
from tests.handlers.conftest import MakeWorld
from tests.handlers.public_house import happen, owed, propose, signed, texts_of
from tests.handlers.team_house import ROUTES, House, build


@pytest.fixture
async def house(make_world: MakeWorld) -> House:
    return await build(make_world(ROUTES))


async def agree(house: House, person: str) -> None:
    """Agree to the newest motion."""
    chat = house.chats[person]
    await chat.press("同意")
    await chat.press("跳过")


PROFILES = {
    "suixi-2016": (("stationing", "feedback", "rectification"), ("office", "leading_group")),
    "county-2012": ((), ("office", "leading_group")),
    "jilin-2017": (("rectification",), ("office",)),
    "provincial-2009": (("rectification",), ("office",)),
    "central": ((), ("office",)),
}


@pytest.mark.parametrize(("profile", "wanted"), PROFILES.items())
async def test_the_moments_and_the_seats_follow_the_profile(
    house: House, profile: str, wanted: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    """004 六(六) wants three moments, 002 五(四) and 000 五 one, 003 and 001 none."""
    found = house.world.kit.rules.profiles[profile]
    assert (required(found), seats_for(found, "feedback")) == wanted
    assert seats_for(found, "rectification") == ("office",)


MISSING = {
    "central": ("contacts",),
    "suixi-2016": ("opinion_box",),
    "county-2012": ("hours",),
    "jilin-2017": ("hours",),
    "provincial-2009": ("hours",),
}


@pytest.mark.parametrize(("profile", "parts"), MISSING.items())
async def test_the_office_is_told_what_the_notice_still_lacks(
    house: House, profile: str, parts: tuple[str, ...]
) -> None:
    """001 公布…联系方式; 004 五(二) 设立巡察意见箱."""
    assert missing_parts(house.world.kit.rules.profiles[profile], ()) == parts


async def test_a_supplement_with_contacts_and_boxes_is_public_once_another_officer_agrees(
    house: House,
) -> None:
    assert "公告还缺：意见箱位置" in (await house.officer.say("/publish"))[-1].text
    await propose(house.officer, "公告补充", "意见箱：镇政府一楼。电话：0554-1234567。")
    (one,) = await texts_of(house)
    assert one.state == "proposed"
    await agree(house, "second")
    (one,) = await texts_of(house)
    assert (one.state, one.kind) == ("public", "notice")
    assert one.public_at == int(house.world.now.timestamp())
    assert "公告还缺" not in (await house.officer.say("/publish"))[-1].text.split("乙局")[0]


async def test_the_duty_of_announcing_ends_with_the_supplement(house: House) -> None:
    """004 五(二): 发布巡察公告，设立巡察意见箱，公布信访举报途径."""
    await happen(house.world, "stationing.start", "2026-03-02")
    assert (await owed(house.world, "announcement")).state == "open"
    await propose(house.officer, "公告补充", "意见箱：镇政府一楼。电话：0554-1234567。")
    await agree(house, "second")
    assert (await owed(house.world, "announcement")).state == "accepted"


async def test_the_proposer_never_agrees_to_the_own_text(house: House) -> None:
    await propose(house.officer, "公告补充")
    assert all("同意" not in shown.labels for shown in house.officer.heard)
    assert any("同意" in shown.labels for shown in house.second.heard)
    (one,) = await texts_of(house)
    assert one.state == "proposed"


async def test_feedback_needs_the_leading_group_after_the_office(house: House) -> None:
    await signed(house.world)
    await propose(house.officer, "反馈情况")
    await agree(house, "second")
    assert (await texts_of(house))[0].state == "proposed"
    await agree(house, "head")
    assert (await texts_of(house))[0].state == "public"


async def test_the_leader_of_the_team_proposes_and_never_decides(house: House) -> None:
    await signed(house.world)
    await house.lead.say("/publish")
    await house.lead.press("甲镇")
    assert house.lead.last.labels[:2] == ["公告补充（联系方式、意见箱）", "反馈情况"]
    await house.lead.press("反馈情况")
    await house.lead.say("反馈指出三个方面问题。")
    await house.lead.press("今天")
    await house.lead.press("跳过")
    await house.lead.press("确认提交")
    assert all("同意" not in shown.labels for shown in house.lead.heard)
    await agree(house, "officer")
    await agree(house, "head")
    assert (await texts_of(house))[0].state == "public"
    assert (await house.ann.say("/publish"))[-1].key == "public.nothing_to_propose"


async def test_what_is_refused_never_becomes_public(house: House) -> None:
    await signed(house.world)
    await propose(house.officer, "整改情况")
    chat = house.second
    await chat.press("不同意")
    await chat.say("文字需要再核对")
    if "确认提交" in chat.last.labels:
        await chat.press("确认提交")
    (one,) = await texts_of(house)
    assert (one.state, one.public_at) == ("refused", 0)


async def test_a_unit_hands_in_its_own_rectification_and_sees_nothing_of_reports(
    house: House,
) -> None:
    await house.file("镇长让施工队虚报了三百方石料，会计可以作证。")
    await signed(house.world)
    secret = "施工队虚报了三百方石料的问题已经查清。"
    shown = await propose(house.liaison, "整改情况", secret)
    assert shown[-1].key == "public.handed"
    assert all("反映材料" not in s.text for s in house.liaison.heard)
    (one,) = await texts_of(house)
    assert one.state == "handed"
    listed = await house.officer.say("/publish")
    card = next(s for s in listed if s.key == "public.handed_card")
    assert "以下文字也出现在反映材料中" in card.text
    assert "施工队虚报了三百方石料" in card.text.split("改写")[1]
    await house.officer.press("不予公开")
    assert (await texts_of(house))[0].state == "refused"
    assert house.liaison.last.key == "public.unit_refused"


async def test_the_office_puts_a_units_text_forward_and_another_officer_agrees(
    house: House,
) -> None:
    await signed(house.world)
    await propose(house.liaison, "整改情况", link="https://www.example.gov.cn/a.html")
    await house.officer.say("/publish")
    await house.officer.press("提请公开")
    await agree(house, "second")
    (one,) = await texts_of(house)
    assert (one.state, one.link) == ("public", "https://www.example.gov.cn/a.html")
    assert house.liaison.last.key == "public.unit_agreed"


async def test_a_text_whose_motion_was_withdrawn_may_be_put_again(house: House) -> None:
    await propose(house.officer, "公告补充", "意见箱：镇政府一楼。")
    await house.officer.say("报批")
    await house.officer.press("撤回")
    listed = await house.second.say("/publish")
    assert "public.left_card" in {shown.key for shown in listed}
    await house.second.press("提请公开")
    await agree(house, "officer")
    (one,) = await texts_of(house)
    assert one.state == "public"
    listed = await house.second.say("/publish")
    assert [shown.key for shown in listed] == ["public.menu"]


async def test_a_unit_proposes_nothing_but_its_own_rectification(house: House) -> None:
    await signed(house.world)
    await house.liaison.say("/publish")
    await house.liaison.press("甲镇")
    assert house.liaison.last.labels[0] == "整改情况"
    assert not any("反馈" in label or "公告" in label for label in house.liaison.last.labels)
    shown = await house.clerk.say("/publish")
    assert shown[-1].key == "public.nothing_to_propose"


@pytest.mark.parametrize("kind", ["反馈情况", "整改情况"])
async def test_nothing_is_public_of_feedback_that_was_not_delivered(
    house: House, kind: str
) -> None:
    await house.officer.say("/publish")
    await house.officer.press("提出公开")
    await house.officer.press("甲镇")
    shown = await house.officer.press(kind)
    assert "尚未登记向甲镇反馈意见" in shown[-1].text
    assert await texts_of(house) == []


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "ftp://a.cn/x", "https://", "www.example.cn", "https://a b.cn/"],
)
async def test_a_link_that_is_no_address_is_asked_for_again(house: House, address: str) -> None:
    await house.officer.say("/publish")
    await house.officer.press("提出公开")
    await house.officer.press("甲镇")
    await house.officer.press("公告补充")
    await house.officer.say("电话：0554-1234567")
    await house.officer.press("今天")
    shown = await house.officer.say(address)
    assert "这不是可以公开的网址" in shown[-1].text


@pytest.mark.parametrize(
    ("day", "words"), [("2026-12-31", "不能晚于今天"), ("2026-02-01", "不能早于进驻日期")]
)
async def test_a_day_in_the_future_or_before_the_mission_is_refused(
    house: House, day: str, words: str
) -> None:
    await house.officer.say("/publish")
    await house.officer.press("提出公开")
    await house.officer.press("甲镇")
    await house.officer.press("公告补充")
    await house.officer.say("电话：0554-1234567")
    assert words in (await house.officer.say(day))[-1].text
    assert await texts_of(house) == []


async def test_the_office_withdraws_with_a_reason_once(house: House) -> None:
    await signed(house.world)
    await propose(house.officer, "整改情况")
    await agree(house, "second")
    await house.officer.say("/publish")
    await house.officer.press("撤回已公开")
    await house.officer.press("甲镇")
    shown = await house.officer.say("文中有一处数字有误")
    assert shown[-1].key == "public.withdrawn"
    (one,) = await texts_of(house)
    assert (one.state, one.reason) == ("withdrawn", "文中有一处数字有误")
    await house.officer.say("/publish")
    assert (await house.officer.press("撤回已公开"))[-1].key == "public.nothing_public"


async def test_an_officer_recused_from_the_unit_sees_nothing_of_its_texts(house: House) -> None:
    await signed(house.world)
    await propose(house.liaison, "整改情况")
    await recuse(house, "second")
    shown = await house.second.say("/publish")
    assert all("甲镇" not in s.text for s in shown)
    assert [s.key for s in shown] == ["public.menu"]


async def recuse(house: House, person: str, unit: str = "a") -> None:
    """The register: a person and a unit."""
    from_unit = Recusal(person_id=person, unit_id=unit)
    vault, at = house.world.kit.vault, int(house.world.now.timestamp())
    await house.world.storage.transact(
        lambda db: people.recuse(db, vault, from_unit, id="rec", at=at, checked=True)
    )


async def test_every_step_leaves_an_audit_row_without_words(house: House) -> None:
    await propose(house.officer, "公告补充", "电话：0554-1234567")
    await agree(house, "second")
    rows = await house.world.storage.read(
        lambda db: [dict(r) for r in db.all("audit.unlinked", limit=200)]
    )
    mine = [r for r in rows if str(r["action"]).startswith("publication.")]
    assert [r["action"] for r in mine] == ["publication.proposed", "publication.public"]
    assert all("0554" not in str(r) for r in rows)
