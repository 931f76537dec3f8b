"""A long horizon started from its windows: the same optimum, far fewer iterations, and nothing of the windows in it."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.bench.reference import SMALL, Size, reference
from westshift.models.errors import SolveError
from westshift.optim import stitched
from westshift.optim.program import co_planner, dispatch, price_taker
from westshift.optim.stitched import solve_by_windows

WEEKS = Size(5, 2, 24, 5)


@pytest.mark.parametrize("make", [co_planner, dispatch, price_taker])
@pytest.mark.parametrize(
    ("hours", "window_h"), [(168, 48), (100, 24), (73, 48), (24, 48), (48, 48), (31, 12)]
)
def test_the_optimum_is_that_of_the_whole(make, hours, window_h):
    whole = reference(WEEKS, hours, seed=hours)
    cold = make().solve(whole, once=True)
    found = solve_by_windows(make(), make(), whole, window_h)
    assert found.objective == pytest.approx(cold.objective, rel=1e-9)
    np.testing.assert_allclose(found.duals["balance"], cold.duals["balance"], atol=1e-6)


def test_it_takes_far_fewer_iterations_than_from_nothing():
    whole = reference(SMALL, 336)
    cold = co_planner().solve(whole, once=True)
    found = solve_by_windows(co_planner(), co_planner(), whole, 48)
    assert 5 * found.iterations < cold.iterations


def test_windows_that_know_something_else_cost_time_and_change_nothing(monkeypatch):
    whole = reference(SMALL, 120)
    cold = co_planner().solve(whole, once=True)
    right = stitched.window_of

    def wrong(o, start, end, served):
        seen = right(o, start, end, served)
        return replace(seen, demand_mw=0.7 * seen.demand_mw)

    monkeypatch.setattr(stitched, "window_of", wrong)
    found = solve_by_windows(co_planner(), co_planner(), whole, 48)
    assert found.objective == pytest.approx(cold.objective, rel=1e-9)


def test_what_cannot_be_is_said_by_the_whole_program():
    whole = reference(SMALL, 96)
    least = whole.unit_min_mw.copy()
    least[:, 30] = whole.unit_max_mw[:, 30] + 1.0
    with pytest.raises(SolveError, match="infeasible"):
        solve_by_windows(co_planner(), co_planner(), replace(whole, unit_min_mw=least), 48)
