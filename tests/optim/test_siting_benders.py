"""Week by week and at once: the same cost and plan; growth in time and futures put side by side."""

import numpy as np
import pytest

from westshift.experiments.siting.problem import (
    Growth,
    built_of,
    carbon_cny_per_kg,
    make_problem,
)
from westshift.experiments.siting.rules import RULES, ruled
from westshift.models.errors import InfeasibleError, SolveError
from westshift.models.scenario import load_scenario
from westshift.optim.siting_benders import by_weeks
from westshift.optim.siting_join import Tail, Week, joined
from westshift.optim.siting_solve import bounded, solve_joined

WEEKS = {"horizon.weeks": [24, 200, 3000], "horizon.length_h": 24, "horizon.weights": [1, 2, 3]}
CASES = [
    ({}, 5.0),
    (WEEKS | {"quotas.west.energy_gwh": 300}, 6.0),
    (WEEKS | {"line_quotas.west.east.most_mw": 100, "quotas.west.wind_mw": 500}, 7.0),
    (WEEKS | {"quotas.west.water_m3": 10_000, "parameters.energised_share": 0.8}, 5.0),
]


def problem_of(overrides, factor, cap_t=None):
    return make_problem(
        load_scenario("two_region", overrides), Growth("test", factor, 1.0), cap_t=cap_t
    )


@pytest.mark.parametrize(("overrides", "factor"), CASES)
def test_week_by_week_is_the_same_optimum(overrides, factor):
    problem = problem_of(overrides, factor)
    whole = solve_joined(problem.joined)
    found = by_weeks(problem.joined, gap=1e-9)
    assert found.objective == pytest.approx(whole.objective, rel=1e-8)
    assert found.gap <= 1e-9
    one, two = built_of(problem, found), built_of(problem, whole)
    assert one.servers_mw.sum() == pytest.approx(two.servers_mw.sum(), rel=1e-6)


def test_rules_and_bounds_hold_week_by_week():
    problem = problem_of(WEEKS, 5.0)
    j = bounded(ruled(problem, RULES["nearest to users"]), "plant", upper=np.zeros(1))
    assert by_weeks(j, gap=1e-9).objective == pytest.approx(solve_joined(j).objective, rel=1e-8)


def test_a_cap_has_the_same_price_week_by_week():
    more = WEEKS | {
        "quotas.west.wind_mw": 2000,
        "capital.wind.capex": 100_000,
        "parameters.carbon_price_cny_per_t": 0,
    }
    free = problem_of(more, 5.0, cap_t=1e9)
    most = free.joined.values(solve_joined(free.joined).x, 0, "excess")[0] * 365
    capped = problem_of(more, 5.0, cap_t=0.99 * most)
    whole, found = solve_joined(capped.joined), by_weeks(capped.joined, gap=1e-9)
    assert found.objective == pytest.approx(whole.objective, rel=1e-8)
    assert carbon_cny_per_kg(capped, found) == pytest.approx(
        carbon_cny_per_kg(capped, whole), rel=1e-4
    )
    assert carbon_cny_per_kg(capped, found) > 0


def test_what_cannot_be_is_infeasible_week_by_week():
    with pytest.raises(InfeasibleError):
        by_weeks(problem_of({"quotas.east.halls_mw": 10}, 10.0).joined)
    with pytest.raises(SolveError, match="gap of"):
        by_weeks(problem_of(WEEKS, 5.0).joined, gap=0.0, most_rounds=2)


def test_two_futures_of_one_kind_are_one():
    """Alike in all, they cost what one of them does, and their tail as much again."""
    problem = problem_of({}, 5.0)
    (week,), (n,) = problem.joined.weeks, problem.counts
    halves = [Week(week.program, 0.5 * n, future=f, year=f) for f in (0, 1)]
    alone = solve_joined(problem.joined).objective
    with_tail = joined(halves, [n, n], tail=Tail((0.5, 0.5), 1.0, 0.25))
    assert solve_joined(with_tail).objective == pytest.approx(2 * alone, rel=1e-8)
    with pytest.raises(SolveError, match="not solved by weeks"):
        by_weeks(with_tail)


def test_two_years_alike_build_once():
    problem = problem_of({}, 5.0)
    (week,), (n,) = problem.joined.weeks, problem.counts
    two = joined(
        [Week(week.program, n, (0,), year=0), Week(week.program, 0.5 * n, (0, 1), year=1)], [n, n]
    )
    found = solve_joined(two)
    assert found.objective == pytest.approx(1.5 * solve_joined(problem.joined).objective, rel=1e-8)
    assert two.built(found.x, "servers")[0].sum() == pytest.approx(50.0)
    assert two.built(found.x, "servers")[1].sum() == pytest.approx(0.0, abs=1e-6)
