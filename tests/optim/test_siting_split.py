"""Copies by day, an interior point and its proven gap: the same optimum as the simplex method."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.siting.problem import Growth, make_problem
from westshift.experiments.siting.rules import RULES, ruled
from westshift.models.errors import InfeasibleError, SolveError
from westshift.models.scenario import load_scenario
from westshift.optim import siting_inside, siting_solve
from westshift.optim.interior import best_solver
from westshift.optim.siting_join import Tail, Week, joined
from westshift.optim.siting_solve import best_way, bounded, solve_joined
from westshift.optim.siting_split import furthest_off, proven_bound, split
from westshift.optim.solver import solve

DAYS = {"horizon.weeks": [24, 200, 3000], "horizon.length_h": 48, "horizon.weights": [1, 2, 3]}
CASES = [
    ({}, 5.0),
    (DAYS | {"quotas.west.energy_gwh": 300}, 6.0),
    (DAYS | {"line_quotas.west.east.most_mw": 100, "quotas.west.wind_mw": 500}, 7.0),
    ({"horizon.weeks": [7], "horizon.length_h": 1}, 5.0),
]


def problem_of(overrides, factor, cap_t=None):
    return make_problem(
        load_scenario("two_region", overrides), Growth("test", factor, 1.0), cap_t=cap_t
    )


@pytest.mark.parametrize(("overrides", "factor"), CASES)
@pytest.mark.parametrize("copy_h", [1, 7, 24, 1000])
def test_copies_change_nothing(overrides, factor, copy_h):
    j = problem_of(overrides, factor).joined
    wide, found = split(j, copy_h), solve_joined(j)
    assert solve(wide).objective == pytest.approx(found.objective, rel=1e-9)
    n, m = j.program.A.shape[1], j.program.A.shape[0]
    assert wide.A.shape[1] - n == wide.A.shape[0] - m > 0


def test_no_column_stands_in_the_rows_of_two_days():
    j = problem_of(DAYS, 5.0).joined
    A, day = split(j).A.tocoo(), np.where(j.hour_of_row >= 0, j.hour_of_row // 24, -1)
    timed = A.row < len(day)
    row, column = A.row[timed], A.col[timed]
    shared = np.concatenate([at.ravel() for at, _ in j.program.places.values()])
    copies = np.isin(column, shared) | (column >= j.program.A.shape[1])
    for c in np.unique(column[copies]):
        assert len(set(day[row[copies & (column == c)]]) - {-1}) <= 1
    assert set(day) == {-1, 0, 1, 2, 3, 4, 5}  # two days of each of three stretches


@pytest.mark.parametrize(("overrides", "factor"), CASES)
@pytest.mark.parametrize("solver", sorted({"ipx", best_solver()}))
def test_an_interior_point_finds_the_same_and_proves_it(overrides, factor, solver):
    j = problem_of(overrides, factor).joined
    whole, found = solve_joined(j, "simplex"), solve_joined(j, solver)
    assert found.solver == solver
    assert found.iterations > 0
    assert found.objective == pytest.approx(whole.objective, rel=1e-6)
    assert found.objective * (1.0 - found.gap) <= whole.objective * (1.0 + 1e-9)
    assert 0.0 <= found.gap <= 2e-6
    at = j.program.places["servers"][0]
    assert found.x[at].sum() == pytest.approx(whole.x[at].sum(), rel=1e-4)


def test_rules_caps_years_and_futures_by_an_interior_point():
    fixed = ruled(problem_of(DAYS, 5.0), RULES["nearest to users"])
    problem = problem_of({}, 5.0)
    (week,), (n,) = problem.joined.weeks, problem.counts
    years = joined(
        [Week(week.program, n, (0,), year=0), Week(week.program, 0.5 * n, (0, 1), year=1)], [n, n]
    )
    halves = [Week(week.program, 0.5 * n, future=f, year=f) for f in (0, 1)]
    futures = joined(halves, [n, n], tail=Tail((0.5, 0.5), 1.0, 0.25))
    for j in (fixed, years, futures):
        found = solve_joined(j, best_solver())
        assert found.objective == pytest.approx(solve_joined(j, "simplex").objective, rel=1e-6)
        assert found.gap <= 2e-6


def test_the_value_of_a_quota_lies_between_what_less_and_more_of_it_change():
    j = problem_of({}, 5.0).joined
    at = j.program.places["plant"][0]
    quota = float(j.program.upper[at].item())

    def least(mw):
        return solve_joined(bounded(j, "plant", upper=np.array([mw])), "simplex").objective

    # A kink: the simplex method gives one side or the other, an interior point something between.
    value = solve_joined(j, best_solver()).reduced[at].item()
    assert least(quota) - least(quota - 1.0) <= value <= -1e3
    fewer = bounded(j, "plant", upper=np.array([quota - 1.0]))
    whole, found = solve_joined(fewer, "simplex", tie_break=0.0), solve_joined(fewer, best_solver())
    assert found.reduced[at] == pytest.approx(whole.reduced[at], rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 1e3))
def test_no_multipliers_prove_too_much(seed, size):
    p = problem_of({"horizon.weeks": [7], "horizon.length_h": 4}, 5.0).joined.program
    y = size * np.random.default_rng(seed).normal(size=p.A.shape[0])
    assert proven_bound(p, y) <= solve(p, tie_break=0.0).objective * (1.0 + 1e-9)


def test_the_duals_of_an_optimum_prove_it():
    j = problem_of(DAYS, 5.0).joined
    found = solve_joined(j, "simplex", tie_break=0.0)
    assert proven_bound(j.program, found.row_dual) == pytest.approx(found.objective, rel=1e-9)
    assert furthest_off(j.program, found.x) < 1e-9
    wrong = found.x.copy()
    wrong[j.columns[0][j.weeks[0].program.places["output"][0][0, 0]]] += 50.0
    assert furthest_off(j.program, wrong) > 1e-3


def test_what_cannot_be_is_said_and_threads_are_as_before():
    j = problem_of({"quotas.east.halls_mw": 10}, 10.0).joined
    with pytest.raises((InfeasibleError, SolveError)):
        solve_joined(j, best_solver())
    problem = problem_of({}, 5.0)
    before = solve_joined(problem.joined, "simplex").objective
    solve_joined(problem.joined, best_solver())
    assert solve_joined(problem.joined, "simplex").objective == before


def test_a_row_that_is_missed_is_no_solution(monkeypatch):
    monkeypatch.setattr(siting_inside, "FURTHEST_OFF", -1.0)
    with pytest.raises(SolveError, match="a row is missed"):
        solve_joined(problem_of({}, 5.0).joined, best_solver())


@pytest.mark.parametrize("solver", sorted({"ipx", best_solver()}))
def test_large_programs_end_earlier_and_say_how_near(monkeypatch, solver):
    j = problem_of(DAYS, 5.0).joined
    tight, best = solve_joined(j, solver), solve_joined(j, "simplex").objective
    monkeypatch.setattr(siting_inside, "LOOSE_COLUMNS", 1)
    loose = solve_joined(j, solver)
    assert loose.iterations <= tight.iterations
    assert 0.0 <= loose.objective / best - 1.0 + 1e-9 <= loose.gap + 2e-9 <= 1e-3
    monkeypatch.setattr(siting_inside, "MOST_GAP", -1.0)
    with pytest.raises(SolveError, match="above what it proves"):
        solve_joined(j, solver)


def test_the_way_is_chosen_by_size_and_what_is_installed(monkeypatch):
    problem = problem_of(DAYS, 5.0)
    j = problem.joined
    many = 2 * [Week(j.weeks[0].program, 1.0)]
    years = joined([many[0], Week(many[1].program, 1.0, (0, 1), year=1)], [1.0, 1.0])
    for there, ways in (("hipo", ("hipo", "hipo")), ("ipx", ("weeks", "ipx"))):
        monkeypatch.setattr(siting_solve, "best_solver", lambda there=there: there)
        monkeypatch.setattr(siting_solve, "INSIDE_COLUMNS", 10**9)
        monkeypatch.setattr(siting_solve, "LARGE_COLUMNS", 10**9)
        assert best_way(j) == best_way(years) == "simplex"
        monkeypatch.setattr(siting_solve, "INSIDE_COLUMNS", 10)
        monkeypatch.setattr(siting_solve, "LARGE_COLUMNS", 10)
        assert (best_way(j), best_way(years)) == ways


def test_progress_is_told(monkeypatch):
    monkeypatch.setattr(siting_inside, "QUIET_S", 0.0)
    said = []
    solve_joined(problem_of(DAYS, 5.0).joined, best_solver(), tell=said.append)
    assert any("iteration" in line for line in said)
    rounds = []
    solve_joined(problem_of(DAYS, 5.0).joined, "weeks", tell=rounds.append)
    assert "at least" in rounds[-1]
