"""One day of an installation on paper: who writes when, and how it flows through what we have.

Time is a number of seconds since midnight; nothing sleeps, nothing reads a clock. People do not
wait for slow answers here (an open loop): what is too slow gets a longer queue than in life.
"""

import heapq
import random
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from operator import itemgetter

HOUR, MINUTE, DAY = 3600, 60, 86_400
ANSWER, NOTICE, REMINDER = 0, 1, 2  # as handlers.messages.Priority orders them

# From the program itself; tests/bot/test_national.py holds them to it.
PER_SECOND = 28.0  # sends of one bot account per second: [telegram] per_second
SHARED = 0.9  # of it, where several processes share the account's line
DIGEST = 15 * MINUTE  # [team] digest_minutes
OPENS = 9 * HOUR  # [reminders] hours
TOLD_AT_ONCE, BREATH = (
    100,
    2,
)  # people told in one unit of bundled notices, seconds from one to the next
DUTIES_AT_ONCE, TICK = 50, 1  # the planner settles so many duties in a tick of so many seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What one update and one due duty cost, measured (docs/scale.md says where)."""

    name: str
    update_us: float  # CPU of the process per update
    server_us: float  # CPU of the database server per update; 0 = there is none
    duty_ms: float  # planner, per duty that is due
    told_ms: float  # per person of a unit that tells bundled notices,
    crowd_us: float  # and more for each other person in that unit
    commit_ms: float = 10.0  # a slow disk's sync (assumed); units that wait together share it
    server_cores: int = 4  # assumed

    @property
    def shared(self) -> bool:
        """Whether several processes may work on it, and so share an account's line."""
        return self.server_us > 0

    def told(self, people: int) -> float:
        """Seconds of the unit that tells so many people."""
        return people * (self.told_ms / 1e3 + people * self.crowd_us / 1e6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much comes in on the busiest day. All of these are assumptions; docs/scale.md."""

    name: str
    sponsors: int  # committees that send teams; a mission never crosses two of them
    announcing: int  # of them, those whose public announcement falls on this day
    missions: int = 12  # stationed at once, for each sponsor
    team: int = 6  # people who are told of a report
    rush: int = 100  # reports on the day of the announcement, for each sponsor
    calm: int = 7  # on any other day
    yearly: int = 1_200  # reports in a year, for each sponsor
    duties: int = 30  # due this morning, for each sponsor: a whole round falls due on one day
    reminded: int = 34  # people who hear of them: liaison and principal of 15 units, 4 officers
    staff_acts: int = 6  # updates by staff for each report

    @property
    def reports(self) -> int:
        """Reports on this day."""
        return self.announcing * self.rush + (self.sponsors - self.announcing) * self.calm


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What carries the day: processes with one core each, bot accounts, a database."""

    engine: Engine
    workers: int = 1
    accounts: int = 1
    per_second: float = PER_SECOND
    platform_s: float = 0.05  # until the platform has taken a message (assumed)

    @property
    def interval(self) -> float:
        """Seconds between two sends of one account."""
        return 1 / (self.per_second * (SHARED if self.engine.shared else 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What happens, whoever carries it: parallel arrays in the order of time."""

    size: Size
    at: "array[float]"  # an update arrives
    chat: "array[int]"
    extra: bytes  # 1: its answer has a second message (the receipt's proof)
    notices: tuple[tuple[float, int], ...]  # (when its bundle is ripe, chat)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of a day. Times in seconds."""

    fleet: Fleet
    answers: "array[float]" = field(default_factory=lambda: array("d"))  # by the update's place
    arrived: "array[float]" = field(default_factory=lambda: array("d"))
    notices: list[float] = field(default_factory=list)  # from ripe to taken
    reminders: list[float] = field(default_factory=list)  # moments at which they were taken
    planned_at: float = OPENS  # when the planner had settled every due duty
    busy: list[float] = field(default_factory=list)  # CPU seconds of each worker in the day
    rush: list[float] = field(default_factory=list)  # and in its busiest hour
    server: float = 0.0  # CPU seconds of the database server
    server_rush: float = 0.0
    sent: list[list[int]] = field(default_factory=list)  # for each account: sends by second

    def hours(self) -> list[list[float]]:
        """Answer times by the hour in which the update arrived; the last one is the next day."""
        found: list[list[float]] = [[] for _ in range(25)]
        for answer, at in zip(self.answers, self.arrived, strict=True):
            found[min(24, int(at // HOUR))].append(answer)
        return found


def cut(times: Iterable[float], share: float) -> float:
    """The time that this share of them does not exceed; 0.0 of none."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


# ------------------------------------------------------------------ what happens

_HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 7, 9, 9, 8, 6, 6, 8, 8, 7, 6, 6, 8, 9, 8, 5, 2)
"""Weight of each hour of a day at the platforms' doors (assumed)."""
ANNOUNCED = 10 * HOUR
RUSH_SHARE, RUSH_MEAN = 0.4, HOUR  # of an announcing sponsor's reports, exponentially after it
THINKING = 25.0  # seconds from one input to the next, at least 2 (assumed)
WORK = (8.5 * HOUR, 17.5 * HOUR)


def make_day(size: Size, seed: int) -> Day:
    """The same for the same seed."""
    draw = random.Random(seed)
    events: list[tuple[float, int, int]] = []
    ripe: set[tuple[float, int]] = set()
    staff = size.sponsors * size.missions * size.team
    for chat, (sponsor, begun) in enumerate(_beginnings(size, draw), start=staff):
        filed = _talk(events, chat, begun, draw)
        first = (sponsor * size.missions + draw.randrange(size.missions)) * size.team
        slot = (filed // DIGEST + 1) * DIGEST
        ripe.update((slot, first + n) for n in range(size.team))
        for _ in range(size.staff_acts):
            events.append((_working(filed, draw), first + draw.randrange(size.team), 0))
    events.sort(key=itemgetter(0, 1))
    return Day(
        size=size,
        at=array("d", map(itemgetter(0), events)),
        chat=array("q", map(itemgetter(1), events)),
        extra=bytes(map(itemgetter(2), events)),
        notices=tuple(sorted(ripe)),
    )


def _beginnings(size: Size, draw: random.Random) -> Iterator[tuple[int, float]]:
    """Sponsor and moment of every report that is begun."""
    bounds = list(accumulate(_HOURS))
    hours = range(len(_HOURS))
    for sponsor in range(size.sponsors):
        rushed = sponsor < size.announcing
        for _ in range(size.rush if rushed else size.calm):
            if rushed and draw.random() < RUSH_SHARE:
                yield sponsor, min(ANNOUNCED + draw.expovariate(1 / RUSH_MEAN), DAY - HOUR)
            else:
                hour = draw.choices(hours, cum_weights=bounds)[0]
                yield sponsor, (hour + draw.random()) * HOUR


def _talk(
    events: list[tuple[float, int, int]], chat: int, begun: float, draw: random.Random
) -> float:
    """Seven to twelve inputs of one person; when the report was filed."""
    at, last = begun, draw.randint(7, 12) - 1
    for number in range(last + 1):
        events.append((at, chat, int(number == last)))
        if number < last:
            at += 2 + draw.expovariate(1 / (THINKING - 2))
    return at


def _working(filed: float, draw: random.Random) -> float:
    """A moment in working hours after the filing; of the evening's reports, the next morning's."""
    begin, end = WORK
    if filed >= end:
        return begin + draw.random() * 2 * HOUR
    begin = max(begin, filed)
    return begin + draw.random() * (end - begin)


# ------------------------------------------------------------------ how it flows


def play(day: Day, fleet: Fleet) -> Outcome:
    """The day through workers, database and accounts, each first come, first served."""
    outcome = Outcome(fleet=fleet, arrived=day.at)
    ready = _through_workers(day, fleet, outcome)
    lines: list[list[tuple[float, int, int]]] = [[] for _ in range(fleet.accounts)]
    for number, (done, chat, extra) in enumerate(zip(ready, day.chat, day.extra, strict=True)):
        line = lines[chat % fleet.accounts]
        line.append((done, ANSWER, number))
        if extra:
            line.append((done + 1.0, ANSWER, -1))  # one message a second in one chat
    for number, (told, (_, chat)) in enumerate(
        zip(_told_at(day, fleet), day.notices, strict=True)
    ):
        lines[chat % fleet.accounts].append((told, NOTICE, number))
    for number, at in enumerate(_reminders(day.size, fleet, outcome)):
        lines[number % fleet.accounts].append((at, REMINDER, number))
    outcome.answers = array("d", bytes(8 * len(day.at)))
    for line in lines:
        _send(line, day, fleet, outcome)
    return outcome


def _through_workers(day: Day, fleet: Fleet, outcome: Outcome) -> "array[float]":
    """When each update is committed; a conversation has one worker, ticks are the first's."""
    cost, commit = fleet.engine.update_us / 1e6, fleet.engine.commit_ms / 1e3
    server = fleet.engine.server_us / 1e6
    free = [0.0] * fleet.workers
    cores = [0.0] * fleet.engine.server_cores
    spent = [[0.0] * 25 for _ in free]
    ticks = _ticks(day, fleet)
    tick = next(ticks, None)
    ready = array("d")

    def act(until: float) -> None:
        nonlocal tick
        while tick is not None and tick[0] <= until:
            free[0] = max(free[0], tick[0]) + tick[1]
            spent[0][min(24, int(tick[0] // HOUR))] += tick[1]
            tick = next(ticks, None)

    for at, chat in zip(day.at, day.chat, strict=True):
        act(at)
        number = chat % fleet.workers
        done = max(free[number], at) + cost
        free[number] = done
        spent[number][min(24, int(at // HOUR))] += cost
        if server:
            done = max(cores[0], done) + server
            heapq.heapreplace(cores, done)
        ready.append(done + commit)
    act(2 * DAY)
    outcome.busy = [sum(hours) for hours in spent]
    outcome.rush = [max(hours) for hours in spent]
    outcome.server = len(day.at) * server
    outcome.server_rush = busiest_hour(day.at) * server
    return ready


def busiest_hour(moments: Sequence[float]) -> int:
    """The most of them in one hour of the clock."""
    hours = [0] * 49
    for at in moments:
        hours[min(48, int(at // HOUR))] += 1
    return max(hours)


def _ticks(day: Day, fleet: Fleet) -> Iterator[tuple[float, float]]:
    """What the program does by itself: when, and how long one core works for it."""
    engine = fleet.engine
    told = ((at, engine.told(count)) for at, count in units(day))
    return heapq.merge(_planning(day.size, fleet), told)


def units(day: Day) -> Iterator[tuple[float, int]]:
    """The units that tell the bundles: when, and how many people each."""
    for at, count in bundles(day):
        for first in range(0, count, TOLD_AT_ONCE):
            yield at + first / TOLD_AT_ONCE * BREATH, min(TOLD_AT_ONCE, count - first)


def _told_at(day: Day, fleet: Fleet) -> Iterator[float]:
    """When each notice stands in the outbox, in the order of `day.notices`."""
    for at, count in units(day):
        done = at + fleet.engine.told(count)
        for _ in range(count):
            yield done


def bundles(day: Day) -> Iterator[tuple[float, int]]:
    """Each round of bundled notices: when, and to how many people."""
    for at, group in groupby(day.notices, key=itemgetter(0)):
        yield at, sum(1 for _ in group)


def _planning(size: Size, fleet: Fleet) -> Iterator[tuple[float, float]]:
    left, at = size.sponsors * size.duties, float(OPENS)
    while left > 0:
        some = min(left, DUTIES_AT_ONCE)
        yield at, some * fleet.engine.duty_ms / 1e3
        left -= some
        at += TICK


def settled_at(size: Size) -> float:
    """When the unit runs that finds less than it can take; only then does anything leave."""
    return OPENS + size.sponsors * size.duties // DUTIES_AT_ONCE * TICK


def _reminders(size: Size, fleet: Fleet, outcome: Outcome) -> Iterator[float]:
    """When each reminder stands in the outbox."""
    outcome.planned_at = settled_at(size)
    each = fleet.engine.duty_ms / 1e3
    for number in range(size.sponsors * size.reminded):
        yield outcome.planned_at + (number + 1) * each


def _send(line: list[tuple[float, int, int]], day: Day, fleet: Fleet, outcome: Outcome) -> None:
    """One account: the most urgent that waits, then the oldest, never faster than its limit."""
    line.sort()
    seconds = [0] * (2 * DAY)
    waiting: list[tuple[int, float, int]] = []
    now, place, interval = 0.0, 0, fleet.interval
    while place < len(line) or waiting:
        if not waiting:
            now = max(now, line[place][0])
        while place < len(line) and line[place][0] <= now:
            ready, priority, number = line[place]
            heapq.heappush(waiting, (priority, ready, number))
            place += 1
        priority, ready, number = heapq.heappop(waiting)
        taken = now + fleet.platform_s
        seconds[min(len(seconds) - 1, int(now))] += 1
        if priority == ANSWER and number >= 0:
            outcome.answers[number] = taken - day.at[number]
        elif priority == NOTICE:
            outcome.notices.append(taken - day.notices[number][0])
        elif priority == REMINDER:
            outcome.reminders.append(taken)
        now += interval
    outcome.sent.append(seconds)
