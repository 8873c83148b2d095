"""The day on paper: its arithmetic holds, its limits are the program's own."""

from dataclasses import replace
from functools import cache

import pytest

from benchmarks import day as paper
from benchmarks.day import Day, Engine, Fleet, Outcome, Size, bundles, cut, make_day, play
from benchmarks.national import POSTGRES, SIZES, SLOW_UNIT, SQLITE, growth, report, row, shares
from benchmarks.scale_picture import LEFT, WIDTH, draw, place
from bot.accounts import SHARED_MARGIN
from bot.config_sections import Reminders, Retention, TeamWork, Telegram
from handlers.arrivals import BUNDLED_AT_ONCE
from handlers.messages import Priority
from handlers.routes import REMINDED_AT_ONCE, TICKS
from storage.sqlite import SLOW_SECONDS

PLATFORM = 30  # sends of one bot account per second (Telegram)
SMALL = Size(name="small", sponsors=4, announcing=2, rush=60)
CROWDED = Size(name="crowded", sponsors=12, announcing=12, rush=60)
FLEETS = [
    Fleet(engine=engine, workers=workers, accounts=accounts)
    for engine, workers in ((SQLITE, 1), (POSTGRES, 3))
    for accounts in (1, 3)
]


@cache
def day_of(size: Size, seed: int = 1) -> Day:
    return make_day(size, seed)


@cache
def outcome_of(size: Size, fleet: Fleet) -> Outcome:
    return play(day_of(size), fleet)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (paper.PER_SECOND, Telegram.model_fields["per_second"].default),
        (paper.SHARED, SHARED_MARGIN),
        (paper.DIGEST, TeamWork().digest_minutes * 60),
        (paper.DUTIES_AT_ONCE, REMINDED_AT_ONCE),
        (SLOW_UNIT, SLOW_SECONDS),
        (paper.TOLD_AT_ONCE, BUNDLED_AT_ONCE),
        (paper.BREATH, next(seconds for name, seconds, _ in TICKS if name == "arrivals")),
        (paper.TICK, next(seconds for name, seconds, _ in TICKS if name == "reminders")),
        (paper.ANSWER, Priority.ANSWER),
        (paper.NOTICE, Priority.NOTICE),
        (paper.REMINDER, Priority.REMINDER),
    ],
)
def test_the_paper_knows_the_programs_own_numbers(ours: float, theirs: float) -> None:
    assert ours == theirs


def test_the_paper_opens_when_reminders_do_and_keeps_rows_as_long() -> None:
    assert Reminders().hours.startswith(f"{paper.OPENS // 3600:02}:00")
    assert (Retention().inbox_days, Retention().outbox_days) == (7, 30)


def test_the_same_seed_gives_the_same_day_and_another_one_another() -> None:
    again = make_day(SMALL, 1)
    assert (again.at, again.chat, again.notices) == (
        day_of(SMALL).at,
        day_of(SMALL).chat,
        day_of(SMALL).notices,
    )
    assert make_day(SMALL, 2).at != again.at
    assert report(SMALL, 1)[0] == report(SMALL, 1)[0]


def test_a_report_is_seven_to_twelve_inputs_of_one_person_in_order() -> None:
    day = day_of(SMALL)
    staff = SMALL.sponsors * SMALL.missions * SMALL.team
    talks: dict[int, list[tuple[float, int]]] = {}
    for at, chat, extra in zip(day.at, day.chat, day.extra, strict=True):
        if chat >= staff:
            talks.setdefault(chat, []).append((at, extra))
    assert len(talks) == SMALL.reports
    assert {len(talk) for talk in talks.values()} == set(range(7, 13))
    assert all([x for _, x in talk] == [0] * (len(talk) - 1) + [1] for talk in talks.values())
    assert len(day.at) - sum(map(len, talks.values())) == SMALL.reports * SMALL.staff_acts


def test_the_announcement_makes_the_busiest_hour() -> None:
    calm = make_day(replace(SMALL, announcing=0, calm=SMALL.rush), 1)
    assert calm.size.reports == SMALL.sponsors * SMALL.rush
    rushed = make_day(replace(SMALL, announcing=SMALL.sponsors), 1)
    assert rushed.size.reports == calm.size.reports
    assert paper.busiest_hour(rushed.at) > 1.5 * paper.busiest_hour(calm.at)


@pytest.mark.parametrize("fleet", FLEETS)
@pytest.mark.parametrize("size", [SMALL, CROWDED])
def test_no_account_is_ever_above_its_limit(size: Size, fleet: Fleet) -> None:
    outcome = outcome_of(size, fleet)
    assert len(outcome.sent) == fleet.accounts
    busiest = max(map(max, outcome.sent))
    assert 2 < busiest <= PLATFORM
    assert row(outcome).line <= 1.001


@pytest.mark.parametrize("fleet", FLEETS)
def test_everything_that_is_to_leave_leaves_once(fleet: Fleet) -> None:
    day, outcome = day_of(CROWDED), outcome_of(CROWDED, fleet)
    reminders = CROWDED.sponsors * CROWDED.reminded
    messages = len(day.at) + sum(day.extra) + len(day.notices) + reminders
    assert sum(map(sum, outcome.sent)) == messages
    assert (len(outcome.notices), len(outcome.reminders)) == (len(day.notices), reminders)


@pytest.mark.parametrize("fleet", FLEETS)
def test_a_workers_work_is_its_updates_times_their_cost(fleet: Fleet) -> None:
    day, outcome, engine = day_of(CROWDED), outcome_of(CROWDED, fleet), fleet.engine
    itself = CROWDED.sponsors * CROWDED.duties * engine.duty_ms / 1e3
    itself += sum(engine.told(people) for _, people in paper.units(day))
    assert sum(outcome.busy) == pytest.approx(len(day.at) * engine.update_us / 1e6 + itself)
    assert outcome.server == pytest.approx(len(day.at) * engine.server_us / 1e6)
    assert max(outcome.rush) <= max(outcome.busy)


@pytest.mark.parametrize("fleet", FLEETS)
def test_no_answer_comes_before_its_work_is_done(fleet: Fleet) -> None:
    engine = fleet.engine
    least = (engine.update_us + engine.server_us) / 1e6 + engine.commit_ms / 1e3
    assert min(outcome_of(SMALL, fleet).answers) >= least + fleet.platform_s - 1e-6


@pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
def test_more_accounts_are_never_slower(engine: Engine) -> None:
    fleet = Fleet(engine=engine, per_second=2)
    told = [row(outcome_of(CROWDED, replace(fleet, accounts=n))) for n in (1, 2, 4)]
    for name in ("seconds", "notices", "reminded", "line"):
        figures = [getattr(one, name) for one in told]
        assert figures == sorted(figures, reverse=True), name


def test_more_workers_are_less_busy() -> None:
    one, three = (outcome_of(CROWDED, Fleet(engine=POSTGRES, workers=n)) for n in (1, 3))
    assert max(three.busy) < max(one.busy)


def test_a_light_day_answers_at_once_and_a_heavy_one_waits_for_its_account() -> None:
    fleet = Fleet(engine=SQLITE)
    assert cut(outcome_of(SMALL, fleet).answers, 0.99) < 0.1
    slow = replace(fleet, per_second=0.5)
    assert row(outcome_of(CROWDED, slow)).seconds > 60
    many = row(outcome_of(CROWDED, replace(slow, accounts=32)))
    assert many.seconds < 2
    assert many.fits


def test_answers_pass_the_mornings_reminders() -> None:
    alone = replace(SMALL, reminded=0)
    behind = replace(SMALL, reminded=5000)
    fleet = Fleet(engine=SQLITE)
    hour = paper.OPENS // paper.HOUR
    slow = cut(outcome_of(behind, fleet).hours()[hour], 0.99)
    assert max(outcome_of(behind, fleet).reminders) > paper.OPENS + 600
    assert slow <= cut(outcome_of(alone, fleet).hours()[hour], 0.99) + 2 * fleet.interval


@pytest.mark.parametrize(("sponsors", "ticks"), [(1, 0), (2, 1), (100, 60), (3_100, 1_860)])
def test_nothing_is_reminded_before_every_due_duty_is_settled(sponsors: int, ticks: int) -> None:
    size = Size(name="any", sponsors=sponsors, announcing=0, calm=0)
    fleet = Fleet(engine=SQLITE)
    settled = paper.settled_at(size)
    assert settled == paper.OPENS + ticks * paper.TICK
    if sponsors < 3_100:
        assert min(outcome_of(size, fleet).reminders) > settled


def test_bounded_units_keep_nobody_waiting_behind_a_crowd() -> None:
    crowd = replace(CROWDED, team=90)
    outcome = outcome_of(crowd, Fleet(engine=SQLITE, accounts=20))
    assert max(people for _, people in bundles(day_of(crowd))) > 2_000
    assert max(outcome.answers) < 0.2
    assert len(outcome.notices) == len(day_of(crowd).notices)


@pytest.mark.parametrize(
    ("times", "share", "expected"),
    [([], 0.99, 0.0), ([3.0, 1.0, 2.0], 0.5, 2.0), (list(range(100)), 0.99, 99)],
)
def test_a_cut_is_the_time_that_so_many_do_not_exceed(
    times: list[float], share: float, expected: float
) -> None:
    assert cut(times, share) == expected


def test_shares_of_one_are_the_rate_times_the_cost() -> None:
    day = day_of(CROWDED)
    found = dict(shares(day))
    updates = paper.busiest_hour(day.at)
    process = next(v for k, v in found.items() if "SQLite" in k)
    assert process == pytest.approx(updates * SQLITE.update_us / 1e6 / 3600)
    planner = next(v for k, v in found.items() if k.startswith("planner"))
    assert planner == pytest.approx(12 * 30 / 50 * paper.TICK / 3600)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_year_grows_with_its_reports_alone() -> None:
    county, country = growth(SIZES["county"]), growth(SIZES["country"])
    for name, value in county.items():
        assert country[name] == pytest.approx(value * SIZES["country"].sponsors)
    assert county["rows"] == 1_200 * (9 + 6 * 2)


@pytest.mark.parametrize(
    ("share", "x"), [(1e-4, LEFT), (1e-9, LEFT), (1.0, LEFT + WIDTH / 2), (1e4, LEFT + WIDTH)]
)
def test_the_picture_puts_a_share_at_its_place(share: float, x: float) -> None:
    assert place(share) == pytest.approx(x)


def test_the_picture_has_a_bar_for_each_size_and_thing() -> None:
    drawn = [(name, shares(day_of(size))) for name, size in (("a", SMALL), ("b", CROWDED))]
    text = draw(drawn)
    assert text.startswith("<svg")
    assert text.rstrip().endswith("</svg>")
    assert text.count("<rect") == 1 + 2 + 2 * len(drawn[0][1])
