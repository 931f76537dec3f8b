"""Cumulative bounds of work: what may, and what must, have run by the end of each hour."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.outlook import padded, work_bounds_mwh
from westshift.optim.program import co_planner, price_taker


def bounds(backlog, arrivals, slack):
    found = work_bounds_mwh(
        np.array([[backlog]], float), np.array([[arrivals]], float), np.array([slack])
    )
    return [x[0, 0].tolist() for x in found]


def test_by_hand():
    # 1 is due at once and 2 more an hour later; 4, 8 and 16 arrive and may wait an hour.
    available, due = bounds([1, 2], [4, 8, 16, 0], 1)
    assert available == [7, 15, 31, 31]
    assert due == [1, 7, 15, 31]


def test_without_slack_all_is_due_as_it_comes():
    available, due = bounds([0], [1, 2, 3], 0)
    assert available == due == [1, 3, 6]


def test_a_window_shorter_than_the_slack_makes_all_due_at_its_end():
    available, due = bounds([1, 0, 0, 5], [2, 3], 7)
    assert available == [8, 11]
    assert due == [1, 11]


def test_a_backlog_shallower_than_the_window_stays_due():
    assert bounds([1, 1], [0, 0, 0, 0, 0], 1)[1] == [1, 2, 2, 2, 2]


def test_one_hour_makes_all_that_is_here_due():
    assert bounds([1, 2, 4], [8], 2) == [[15], [15]]


def test_classes_keep_to_their_own_slack():
    arrivals = np.ones((1, 3, 4))
    _, due = work_bounds_mwh(np.zeros((1, 3, 3)), arrivals, np.array([0, 2, 9]))
    assert due[0].tolist() == [[1, 2, 3, 4], [0, 0, 1, 4], [0, 0, 0, 4]]


@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(0, 6))
def test_seen_an_hour_later_what_was_not_run_is_due_when_it_was(seed, hours, slack):
    # Rolling on: nothing runs in the first hour but what is due; the rest is the next backlog.
    rng = np.random.default_rng(seed)
    backlog, arrivals = rng.uniform(0, 3, slack + 1), rng.uniform(0, 3, hours + 1)
    _, due = bounds(backlog, arrivals, slack)
    waiting = backlog.copy()
    waiting[-1] += arrivals[0]
    done = waiting[0]
    later = np.append(waiting[1:], 0.0)
    _, due_later = bounds(later, arrivals[1:], slack)
    assert np.array(due_later[:-1]) == pytest.approx(np.array(due[1:-1]) - done, abs=1e-9)


def test_padding_adds_hours_in_which_nothing_happens(foreseen, drawn):
    o = foreseen(drawn(7, hours=10))
    longer = padded(o, 30)
    assert longer.hours == 30
    assert longer.unit_day_mwh.shape[1] == 2
    np.testing.assert_array_equal(longer.pue[:, :10], o.pue)
    assert not longer.demand_mw[:, 10:].any()
    assert not longer.unit_max_mw[:, 10:].any()
    assert (longer.due_mwh[:, :, 10:] == o.due_mwh[:, :, -1:]).all()
    assert padded(o, 10) is o
    with pytest.raises(ValueError, match="padded"):
        padded(o, 9)


@pytest.mark.parametrize("make", [price_taker, co_planner])
def test_a_padded_window_has_the_optimum_of_the_short_one(foreseen, drawn, make):
    o = foreseen(drawn(8, hours=10))
    still = dataclasses.replace(
        o.system.grid, storage_standing_loss_per_h=0.0 * o.system.grid.storage_standing_loss_per_h
    )
    o = dataclasses.replace(o, system=dataclasses.replace(o.system, grid=still))
    short, long = make().solve(o, once=True), make().solve(padded(o, 24), once=True)
    assert long.objective == pytest.approx(short.objective, rel=1e-9)
    assert not long.values["work"][:, 10:].any()
