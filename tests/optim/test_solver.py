"""What is handed to HiGHS, and what it may answer."""

from dataclasses import replace

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest

from westshift.models.errors import SolveError
from westshift.optim import solver
from westshift.optim.program import co_planner
from westshift.optim.solver import solve
from westshift.optim.standard_form import compile_model


def two_rows(sense: str = "min"):
    m = pyo.ConcreteModel(name="rows")
    m.I = pyo.RangeSet(0, 1)
    m.x = pyo.Var(m.I, bounds=(0, 10))
    m.at_least = pyo.Constraint(m.I, rule=lambda m, i: m.x[i] >= 2 + i)
    m.at_most = pyo.Constraint(expr=m.x[0] + m.x[1] <= 8)
    m.total = pyo.Objective(expr=3 * m.x[0] - m.x[1] + 100)
    return m


def test_rows_of_both_senses_and_the_signs_of_their_duals():
    compiled = compile_model(two_rows(), ("at_least", "at_most"))
    found = solve(compiled, tie_break=0.0)
    # x0 at its least, x1 as far as both together may go.
    assert found.values["x"].tolist() == [2.0, 6.0]
    assert found.objective == 3 * 2 - 6 + 100
    # Change of the optimum per unit of the right-hand side: 3 more for x0 and one less of x1's gain.
    assert found.duals["at_least"].tolist() == [4.0, 0.0]
    assert found.duals["at_most"] == pytest.approx(-1.0)


@pytest.mark.parametrize("row", ["at_least", "at_most"])
def test_duals_are_what_a_step_of_the_right_hand_side_changes(row):
    base = compile_model(two_rows(), ("at_least", "at_most"))
    found = solve(base, tie_break=0.0)
    for i, at in enumerate(np.atleast_1d(base.rows[row]).ravel()):
        low, high = base.row_lower.copy(), base.row_upper.copy()
        low[at] += 0.25
        high[at] += 0.25
        moved = solve(replace(base, row_lower=low, row_upper=high), tie_break=0.0)
        slope = (moved.objective - found.objective) / 0.25
        assert slope == pytest.approx(np.atleast_1d(found.duals[row]).ravel()[i])


def test_every_constraint_has_its_rows_and_those_asked_for_their_duals():
    m = two_rows()
    m.T = pyo.RangeSet(0, 2)
    m.some = pyo.Constraint(
        m.I, m.T, rule=lambda m, i, t: m.x[i] <= 9 if i != t else pyo.Constraint.Skip
    )
    m.none = pyo.Constraint(m.I, rule=lambda m, i: pyo.Constraint.Skip)
    compiled = compile_model(m, ("at_most", "some"))
    assert compiled.rows["at_least"].tolist() == [0, 1]
    assert compiled.rows["at_most"].tolist() == [2]
    assert compiled.rows["some"].tolist() == [[-1, 3, 4], [5, -1, 6]]
    assert compiled.rows["none"].tolist() == [-1, -1]
    assert compiled.hourly == {"some"}
    found = solve(compiled, tie_break=0.0, weight=np.array([2.0, 0.0]))
    assert list(found.duals) == list(found.rates) == ["at_most", "some"]
    assert found.duals["some"].tolist() == [[0.0] * 3] * 2
    assert found.duals["at_most"] == pytest.approx(-1.0)
    assert (found.rates["some"] == 0.0).all()


def test_the_tie_break_decides_between_equals_and_is_not_in_the_objective():
    m = pyo.ConcreteModel(name="ties")
    m.x = pyo.Var(pyo.RangeSet(0, 4), bounds=(0, 1))
    m.enough = pyo.Constraint(expr=sum(m.x.values()) == 2.5)
    m.total = pyo.Objective(expr=7 * sum(m.x.values()))
    found = solve(compile_model(m), tie_break=0.01)
    extra = (np.arange(1, 6) * 0.6180339887498949) % 1.0
    wanted = np.zeros(5)
    wanted[np.argsort(extra)[:3]] = [1.0, 1.0, 0.5]
    np.testing.assert_allclose(found.values["x"], wanted)
    assert found.objective == pytest.approx(17.5, rel=1e-12)


def test_a_column_in_no_row_but_at_a_price_takes_its_cheap_bound():
    m = pyo.ConcreteModel(name="loose")
    m.x = pyo.Var(pyo.RangeSet(0, 0), bounds=(0, 1))
    m.paid = pyo.Var(bounds=(-3, 5))
    m.idle = pyo.Var(pyo.RangeSet(0, 1), bounds=lambda m, i: (i - 1, 9))
    m.enough = pyo.Constraint(expr=m.x[0] == 1)
    m.total = pyo.Objective(expr=m.x[0] - 2 * m.paid)
    found = solve(compile_model(m), tie_break=0.0)
    assert found.values["paid"] == 5.0
    assert found.values["idle"].tolist() == [-1.0, 0.0]
    assert found.objective == 1 - 10


def test_a_basis_of_another_program_is_refused():
    m = pyo.ConcreteModel(name="other")
    m.x = pyo.Var(pyo.RangeSet(0, 6), bounds=(0, 1))
    m.c = pyo.Constraint(expr=sum(m.x.values()) >= 3)
    m.o = pyo.Objective(expr=sum(m.x.values()))
    foreign = solve(compile_model(m)).basis
    with pytest.raises(SolveError, match="refused"):
        solve(compile_model(two_rows()), basis=foreign)


def test_a_limit_that_stops_the_solver_is_an_error(monkeypatch):
    monkeypatch.setitem(solver.OPTIONS, "simplex_iteration_limit", 0)
    monkeypatch.setitem(solver.OPTIONS, "presolve", "off")
    with pytest.raises(SolveError, match=r"rows ended as .*, not optimal"):
        solve(compile_model(two_rows()))


def test_an_option_that_highs_does_not_know_is_refused(monkeypatch):
    monkeypatch.setitem(solver.OPTIONS, "threds", 1)
    with pytest.raises(SolveError, match="refused"):
        solve(compile_model(two_rows()))


def test_the_version_with_wrong_answers_is_refused(monkeypatch):
    class Old(highspy.Highs):
        def version(self):
            return "1.14.0"

    monkeypatch.setattr(highspy, "Highs", Old)
    with pytest.raises(SolveError, match=r"1\.14\.0"):
        solve(compile_model(two_rows()))


def test_infeasible_says_so_even_without_words_for_its_budgets():
    m = two_rows()
    m.impossible = pyo.Constraint(expr=m.x[0] + m.x[1] >= 9)
    with pytest.raises(SolveError, match=r"rows is infeasible: .* its constraints"):
        solve(compile_model(m))


def test_values_lie_within_their_bounds_to_the_last_digit(drawn, foreseen):
    o = foreseen(drawn(9, room=0.7))
    found = co_planner().solve(o)
    capacity = o.system.compute.site_capacity_mw
    assert found.values["work"].min() >= 0.0
    assert (found.values["site"] <= capacity[:, None]).all()
    assert (found.values["output"] <= o.unit_max_mw).all()
    assert (found.values["output"] >= o.unit_min_mw).all()
    assert found.values["output"].shape == o.unit_max_mw.shape
