"""What waits to leave: order within a chat, priority across chats, pauses of one chat."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Pace
from bot.queues import Queues
from storage.outbox import Parcel


def parcel(number: int, lane: bytes = b"a", priority: int = 0) -> Parcel:
    return Parcel(
        id=number,
        lane=lane,
        channel="web",
        account="main",
        chat="x",
        body={},
        priority=priority,
        policy="hold",
        not_before=0,
    )


def test_messages_of_one_chat_leave_in_order_and_one_at_a_time() -> None:
    queues = Queues(per_chat=0)
    for number in (1, 2):
        queues.add(parcel(number), 0)
    first = queues.pop(0)
    assert first is not None
    assert first.id == 1
    assert queues.pop(0) is None
    queues.release(first, 0)
    second = queues.pop(0)
    assert second is not None
    assert second.id == 2


def test_an_answer_overtakes_reminders_of_other_chats() -> None:
    queues = Queues(per_chat=0)
    for number in range(1000):
        queues.add(parcel(number, lane=number.to_bytes(2, "big"), priority=2), 0)
    queues.add(parcel(5000, lane=b"citizen", priority=0), 0)
    first = queues.pop(0)
    assert first is not None
    assert first.id == 5000


def test_a_chat_that_must_wait_delays_nobody_else() -> None:
    queues = Queues(per_chat=0)
    queues.add(parcel(1, lane=b"slow"), 0)
    slow = queues.pop(0)
    assert slow is not None
    queues.add(parcel(2, lane=b"slow"), 0)
    queues.release(slow, 0, pause=30)
    queues.add(parcel(3, lane=b"other"), 0)
    other = queues.pop(1)
    assert other is not None
    assert other.id == 3
    assert queues.pop(1) is None
    assert queues.next_at() == pytest.approx(30)
    late = queues.pop(30.1)
    assert late is not None
    assert late.id == 2


def test_a_known_message_is_not_taken_twice() -> None:
    queues = Queues(per_chat=0)
    queues.add(parcel(1), 0)
    queues.add(parcel(1), 0)
    first = queues.pop(0)
    assert first is not None
    queues.release(first, 0)
    assert queues.pop(0) is None
    assert len(queues) == 0


def test_one_message_per_second_in_one_chat() -> None:
    queues = Queues(per_chat=1)
    for number in range(3):
        queues.add(parcel(number), 0)
    left: list[float] = []
    now = 0.0
    while len(left) < 3:
        taken = queues.pop(now)
        if taken is None:
            now += 0.1
            continue
        left.append(now)
        queues.release(taken, now)
    assert [b - a >= 0.99 for a, b in pairwise(left)] == [True, True]


@given(st.lists(st.floats(0, 0.2), min_size=60, max_size=120))
def test_no_second_sees_more_than_the_rate(steps: list[float]) -> None:
    pace = Pace(1 / 28)
    now, taken = 0.0, []
    for step in steps:
        now += step
        while pace.wait(now) == 0:
            pace.take(now)
            taken.append(now)
    for start in taken:
        assert sum(1 for t in taken if start <= t < start + 1) <= 29


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=80))
def test_nothing_is_lost_and_each_chat_keeps_its_order(entries: list[tuple[int, int]]) -> None:
    queues = Queues(per_chat=0)
    for number, (lane, priority) in enumerate(entries):
        queues.add(parcel(number, lane=bytes([lane]), priority=priority), 0)
    out: list[Parcel] = []
    while (taken := queues.pop(0)) is not None:
        out.append(taken)
        queues.release(taken, 0)
    assert sorted(p.id for p in out) == list(range(len(entries)))
    for lane in range(5):
        keys = [(p.priority, p.id) for p in out if p.lane == bytes([lane])]
        assert keys == sorted(keys)


def test_a_group_gets_twenty_messages_a_minute() -> None:
    queues = Queues(per_chat=1, per_group_minute=20)
    for number in range(2):
        queues.add(parcel(number), 0, group=True)
    first = queues.pop(0)
    assert first is not None
    queues.release(first, 0)
    assert queues.pop(2.9) is None
    assert queues.pop(3.1) is not None
