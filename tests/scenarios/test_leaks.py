"""The leak test of the scenarios finds every way in which a report could show at the unit."""

from datetime import date

import pytest

from handlers.desk import Desk
from handlers.messages import Choice, OutFile, Reply
from storage.sqlite import SqliteStorage
from tests.scenarios.inspection import Inspection, assert_told, inspection
from tests.scenarios.steps import BRIDGE, approve_notice, citizens_report


@pytest.fixture
async def h(sqlite_storage: SqliteStorage) -> Inspection:
    """A county under inspection with five reports."""
    start, end, today = date(2025, 3, 3), date(2025, 4, 2), date(2025, 3, 3)
    found = await inspection(sqlite_storage, "county-2012", start=start, end=end, today=today)
    await approve_notice(found)
    await found.until("2025-03-05")
    await citizens_report(found)
    return found


async def tell(h: Inspection, who: str, text: str, **fields: object) -> None:
    """Something reaches a chat that should not."""

    def plant(desk: Desk) -> list[Reply]:
        to = h.chats[who].address
        values = {"unit": "青石党委", "on": desk.today, "text": text}
        name = f"plant:{desk.new_id()}"
        return [Reply(key="motion.feedback_text", values=values, to=to, dedupe=name, **fields)]  # type: ignore[arg-type]

    await h.world.tick(plant)


PLANTS = (
    "反馈问题：会计让施工队多开了发票。",  # eight characters of the words
    "会计 让施工·队多开，了",  # the same behind blanks and signs
    "被反映人：卫国平书记",  # the field of names
    "请处理收钱收物、以权谋私问题",  # a category
    "本周收到举报",  # that there are reports at all
    "已转来3件线索",
)


async def test_every_planted_leak_is_found(h: Inspection) -> None:
    for who in ("liaison", "principal"):
        for text in PLANTS:
            assert h.leaks() == []
            await tell(h, who, text)
            assert h.leaks(), text
            h.chats[who].heard.clear()


async def test_a_number_its_last_four_signs_and_a_query_phrase_are_found(h: Inspection) -> None:
    code = h.codes["zhang"]
    await tell(h, "liaison", f"请办理尾号{code[-4:]}")
    assert h.leaks() == [code[-4:].lower()]
    h.chats["liaison"].heard.clear()
    phrase = next(one for one in h.secrets if len(one) == 12 and one.isalpha())
    await tell(h, "principal", f"口令是{phrase}")
    assert h.leaks()


async def test_words_on_a_button_or_in_a_file_are_found(h: Inspection) -> None:
    button = Choice(code="x", label="多开了两万块的发票")
    await tell(h, "liaison", "请查看。", choices=(button,), nonce="aaaaaaaa")
    assert h.leaks()
    made = {"kind": "calendar", "days": [{"summary": BRIDGE}]}
    h.chats["liaison"].heard.clear()
    assert h.leaks() == []
    await tell(h, "liaison", "请查看。", files=(OutFile(name="a.ics", mime="text/x", made=made),))
    assert h.leaks()


async def test_what_staff_read_is_no_leak(h: Inspection) -> None:
    await tell(h, "leader", BRIDGE)
    assert h.leaks() == []
    assert h.leaks(("leader",))


async def test_a_message_that_no_table_names_is_found(h: Inspection) -> None:
    tables = {party: "\n".join(h.told(party)) for party in h.chats}
    assert_told(h, tables)
    await tell(h, "liaison", "请查看。")
    with pytest.raises(AssertionError, match=r"liaison:\n.*motion\.feedback_text"):
        assert_told(h, tables)
