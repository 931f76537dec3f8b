"""All ways of handing the co-planner to HiGHS hold the same program, or nothing is said about speed."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.bench import linopy_co_planner
from westshift.experiments.bench.apart import here
from westshift.experiments.bench.hand_over import MEASURED, WAYS, rows
from westshift.experiments.bench.one_way import optimum_cny, spend
from westshift.experiments.bench.reference import SMALL, reference
from westshift.models.errors import SolveError
from westshift.optim.program import co_planner

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")

FIRST = next(iter(WAYS))


@pytest.mark.slow
def test_all_ways_have_one_optimum():
    pytest.importorskip("linopy")
    table = rows(sizes=(SMALL,), repeats=1, run=here)
    assert [(r.measured, r.way) for r in table] == [(m, w) for m in MEASURED for w in WAYS]
    assert max(r.furthest_off for r in table) < 1e-9
    both, built, handed = (
        np.array([r.seconds for r in table if r.measured == m]) for m in MEASURED
    )
    np.testing.assert_allclose(both, built + handed)
    assert all(r.times == 1.0 for r in table if r.way == FIRST)


def test_that_optimum_is_the_co_planners():
    o = reference(SMALL, SMALL.hours)
    found = spend(WAYS[FIRST], SMALL, 1, True).objective_cny
    assert found == pytest.approx(co_planner().solve(o, once=True).objective, rel=1e-7)


def test_a_size_that_is_not_solved_has_no_difference():
    table = rows(sizes=(SMALL,), solved=(), repeats=1, run=here, ways={FIRST: WAYS[FIRST]})
    assert np.isnan([r.furthest_off for r in table]).all()


def test_a_way_with_another_optimum_is_refused():
    def dearer(way, *rest):
        found = spend(way, *rest)
        off = 0.0 if way is WAYS[FIRST] else 2e-6
        return replace(found, objective_cny=found.objective_cny * (1 + off))

    appsi = "Pyomo, appsi_highs"
    with pytest.raises(SolveError, match=r"appsi_highs and westshift, .* differ by 2e-06"):
        rows(
            sizes=(SMALL,),
            repeats=1,
            run=lambda _, *rest: dearer(*rest),
            ways={FIRST: WAYS[FIRST], appsi: WAYS[appsi]},
        )


@pytest.mark.parametrize("begun", [0, 7])
def test_linopys_program_is_ours_to_the_last_entry(begun):
    pytest.importorskip("linopy")
    o = reference(SMALL, 48)
    days = o.unit_day_mwh[:, [0, 1, 1]] * [1, 1, 0.4] if begun else o.unit_day_mwh
    o = replace(o, day_begun_h=begun, unit_day_mwh=days)
    highs = linopy_co_planner.hand_over(linopy_co_planner.written(None, o))
    ours = co_planner().at(o, once=True)
    entries = ours.A.copy()
    entries.eliminate_zeros()
    assert (highs.getNumRow(), highs.getNumCol()) == ours.A.shape
    assert highs.getNumNz() == entries.nnz
    lp = highs.getLp()
    np.testing.assert_allclose(np.sort(lp.a_matrix_.value_), np.sort(entries.data))
    np.testing.assert_allclose(np.sort(lp.col_cost_), np.sort(ours.cost))
    np.testing.assert_allclose(np.sort(lp.col_upper_), np.sort(ours.upper))
    np.testing.assert_allclose(np.sort(lp.col_lower_), np.sort(ours.lower))


def test_an_object_without_an_optimum_is_refused():
    highs = WAYS[FIRST].hand_over(WAYS[FIRST].build(None, reference(SMALL, SMALL.hours)))
    highs.changeColBounds(0, 2.0, 1.0)
    with pytest.raises(SolveError, match="not optimal"):
        optimum_cny(highs)
