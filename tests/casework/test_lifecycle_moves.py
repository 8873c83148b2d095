"""States, outward words and moves of a report (domain 5.5), walked whole."""

from itertools import product

import pytest

from casework.errors import MoveNotAllowed
from casework.lifecycle import DATED, ENDED, MOVES, NEXT, OUTWARD, Act, Seat, State, move, outward

WORDS = {  # domain 5.5, column "reporter sees"
    "submitted": "received",
    "screening": "received",
    "supplement": "need_more",
    "accepted": "processing",
    "explore": "processing",
    "hold": "processing",
    "merged": "processing",
    "proposed": "processing",
    "approving": "processing",
    "decided": "processing",
    "transferred": "processing",
    "referred": "processing",
    "immediate": "processing",
    "feedback_in": "processing",
    "finished": "done",
    "out_of_scope": "out_of_scope",
}
ALLOWED = {  # (state, act): the next state; ? = the disposition says
    "submitted claim": "screening",
    "screening release": "submitted",
    "screening accept": "accepted",
    "screening ask": "supplement",
    "screening propose": "proposed",
    "supplement answer": "screening",
    "supplement ask": "supplement",
    "supplement claim": "supplement",
    "supplement release": "supplement",
    "accepted ask": "supplement",
    "accepted propose": "proposed",
    "accepted claim": "accepted",
    "accepted release": "accepted",
    "explore ask": "supplement",
    "explore propose": "proposed",
    "explore claim": "explore",
    "explore release": "explore",
    "hold review": "accepted",
    "hold propose": "proposed",
    "hold claim": "hold",
    "hold release": "hold",
    "proposed forward": "approving",
    "proposed settle": "?",
    "proposed return": "accepted",
    "approving forward": "approving",
    "approving settle": "?",
    "approving return": "accepted",
    "decided send": "?",
    "decided rejudge": "accepted",
    "transferred feedback": "feedback_in",
    "transferred receipt": "?",
    "transferred give_back": "decided",
    "referred give_back": "decided",
    "referred feedback": "feedback_in",
    "referred receipt": "finished",
    "immediate feedback": "feedback_in",
    "feedback_in finish": "finished",
    "finished reopen": "screening",
    "out_of_scope reopen": "screening",
    "merged reopen": "screening",
}
OFFICE_ONLY = {"send", "feedback", "receipt", "give_back", "rejudge", "finish", "reopen"}


@pytest.mark.parametrize("state", State)
def test_every_state_reads_as_one_of_the_five_words(state: State) -> None:
    assert OUTWARD[state] == f"status.{WORDS[state]}"
    assert set(OUTWARD.values()) == {
        "status.received",
        "status.need_more",
        "status.processing",
        "status.out_of_scope",
        "status.done",
    }


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_each_act_in_each_state_leads_where_the_table_says_or_nowhere(
    state: State, act: Act
) -> None:
    expected = ALLOWED.get(f"{state} {act}")
    if expected is None:
        for seat in Seat:
            with pytest.raises(MoveNotAllowed):
                move(state, act, seat, lands=State.FINISHED)
        return
    seat = next(iter(MOVES[state, act].by))
    lands = State.EXPLORE if expected == "?" else None
    assert move(state, act, seat, lands=lands) == (lands or expected)


@pytest.mark.parametrize("key", [k for k, v in ALLOWED.items() if v == "?"])
def test_a_move_that_the_disposition_decides_needs_its_landing(key: str) -> None:
    state, act = key.split()
    with pytest.raises(MoveNotAllowed):
        move(State(state), Act(act), Seat.OFFICE)


@pytest.mark.parametrize("key", ALLOWED)
def test_what_leaves_the_house_or_ends_outside_is_moved_by_the_office_alone(key: str) -> None:
    state, act = key.split()
    by = MOVES[State(state), Act(act)].by
    assert (by == {Seat.OFFICE}) == (act in OFFICE_ONLY)
    assert Seat.REPORTER not in by or act == "answer"


@pytest.mark.parametrize("state", State)
def test_every_state_that_has_not_ended_has_somebody_with_the_next_step(state: State) -> None:
    assert (state in NEXT) != (state in ENDED)


@pytest.mark.parametrize("state", [s for s in State if s not in ENDED])
def test_no_state_is_a_dead_end(state: State) -> None:
    assert any(origin is state and found.to is not state for (origin, _), found in MOVES.items())


def test_only_waiting_states_must_carry_a_date() -> None:
    assert {State.SUPPLEMENT, State.HOLD} == DATED


@pytest.mark.parametrize(
    ("delivered", "word"), [(False, "status.processing"), (True, "status.done")]
)
def test_finished_is_not_shown_before_the_feedback_of_the_mission(
    delivered: bool, word: str
) -> None:
    assert outward(State.FINISHED, feedback_delivered=delivered) == word


@pytest.mark.parametrize(
    ("main", "word"),
    [
        (State.SCREENING, "status.received"),
        (State.APPROVING, "status.processing"),
        (State.SUPPLEMENT, "status.processing"),  # the question is not to this reporter
        (State.FINISHED, "status.done"),
        (State.OUT_OF_SCOPE, "status.out_of_scope"),
    ],
)
def test_a_merged_item_shows_the_word_of_the_main_item(main: State, word: str) -> None:
    assert outward(State.MERGED, feedback_delivered=True, main=main) == word


def test_a_merged_item_whose_main_finished_waits_for_the_feedback_too() -> None:
    shown = outward(State.MERGED, feedback_delivered=False, main=State.FINISHED)
    assert shown == "status.processing"


def test_between_the_first_and_the_last_word_nothing_moves_visibly() -> None:
    inside = [
        s
        for s in State
        if s not in ENDED and s not in {State.SUBMITTED, State.SCREENING, State.SUPPLEMENT}
    ]
    assert {OUTWARD[s] for s in inside} == {"status.processing"}
