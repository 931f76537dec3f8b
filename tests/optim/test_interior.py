"""Interior-point methods beside the simplex method."""

import pytest

from westshift.experiments.bench.reference import SMALL, reference
from westshift.models.errors import SolveError
from westshift.optim.interior import best_solver, by_interior_point
from westshift.optim.program import co_planner


def test_the_optimum_is_that_of_the_simplex_method():
    whole = reference(SMALL, 72)
    found = by_interior_point(co_planner().at(whole, once=True))
    assert found.objective == pytest.approx(co_planner().solve(whole).objective, rel=1e-6)
    assert found.solver == best_solver()
    assert found.iterations > 0


def test_a_solver_that_is_not_there_is_an_error():
    with pytest.raises(SolveError, match="solver=gurobi"):
        by_interior_point(co_planner().at(reference(SMALL, 24), once=True), "gurobi")
