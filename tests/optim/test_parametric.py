"""Compiled arrays against fresh compilations of the same Pyomo model."""

import pickle

import numpy as np
import pyomo.environ as pyo
import pytest

from westshift.experiments.verify.drawn import draw
from westshift.models.errors import SolveError
from westshift.optim.parametric import Theta
from westshift.optim.parametrise import entries, fill, layout_of, parametrise
from westshift.optim.program import co_planner, dispatch, price_taker
from westshift.optim.solver import solve
from westshift.optim.standard_form import compile_model
from westshift.optim.terms import assign

ARRAYS = ("cost", "lower", "upper", "row_lower", "row_upper")
PROGRAMS = {
    "price_taker": price_taker,
    "co_planner": co_planner,
    "co_planner, not cyclic": lambda: co_planner(cyclic=False),
    "co_planner, capped": lambda: co_planner(capped=True),
    "dispatch": dispatch,
    "dispatch, not cyclic": lambda: dispatch(cyclic=False),
}


@pytest.fixture(scope="module")
def outlook():
    return draw(7, 26)


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("seed", [1, 2])
def test_arrays_equal_a_fresh_compilation_at_random_parameters(name, seed, outlook):
    m = PROGRAMS[name]().build(outlook.system, outlook.hours)
    compiled_once = parametrise(m, ("balance",))
    theta = np.random.default_rng(seed).uniform(-3.0, 5.0, len(entries(m)))
    fill(m, theta)
    fresh, found = compile_model(m, ("balance",)), compiled_once.at(theta)
    for array in ARRAYS:
        np.testing.assert_allclose(
            getattr(found, array), getattr(fresh, array), rtol=1e-13, atol=1e-13
        )
    np.testing.assert_allclose(found.A.toarray(), fresh.A.toarray(), rtol=1e-13, atol=1e-13)
    assert found.offset == pytest.approx(fresh.offset, rel=1e-13)


def test_what_was_compiled_once_pickles_without_pyomo(outlook):
    m = co_planner().build(outlook.system, 3)
    copy = pickle.loads(pickle.dumps(parametrise(m)))
    theta = np.ones(len(entries(m)))
    fill(m, theta)
    np.testing.assert_array_equal(copy.at(theta).cost, compile_model(m).cost)
    assert b"pyomo" not in pickle.dumps(copy)


@pytest.mark.parametrize("make", [price_taker, co_planner])
def test_kept_warm_and_once_find_the_same(make, outlook):
    later = draw(7, 26, room=1.4)
    kept = make()
    kept.solve(outlook)
    assert kept.basis is not None
    warm, cold = kept.solve(later), make().solve(later, once=True)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
    np.testing.assert_allclose(warm.values["work"], cold.values["work"], atol=1e-6)


def test_tie_break_does_not_change_the_objective(outlook):
    plain, broken = co_planner(tie_break=0.0).solve(outlook), co_planner().solve(outlook)
    assert broken.objective == pytest.approx(plain.objective, rel=1e-6)


def _tiny(product: bool = False):
    m = pyo.ConcreteModel(name="tiny")
    m.I = pyo.RangeSet(0, 1)
    m.price = pyo.Param(m.I, mutable=True, initialize=1.0)
    m.want = pyo.Param(mutable=True, initialize=1.0)
    m.x = pyo.Var(m.I, bounds=lambda m, i: (0, 3))
    m.idle = pyo.Var(bounds=(2, 5))
    m.enough = pyo.Constraint(expr=m.x[0] + m.x[1] - m.want == 0)
    slope = m.price[0] * m.want if product else m.price[0]
    m.total = pyo.Objective(expr=slope * m.x[0] + m.price[1] * m.x[1])
    return m


def test_the_dual_is_the_price_with_its_sign():
    m = _tiny()
    m.price[0].set_value(4.0)
    m.price[1].set_value(7.0)
    m.want.set_value(3.5)
    found = solve(compile_model(m, ("enough",)), tie_break=0.0)
    assert found.values["x"].tolist() == [3.0, 0.5]
    assert found.duals["enough"] == pytest.approx(7.0)  # one more unit costs the dearer one
    assert found.values["idle"] == 2.0  # a column in no row rests at its least


def test_a_program_that_nothing_satisfies_names_its_budgets():
    m = _tiny()
    m.want.set_value(6.5)
    with pytest.raises(SolveError, match=r"tiny.*shelf space, patience"):
        solve(compile_model(m), budgets=("shelf space", "patience"))


def test_a_program_without_bound_is_not_called_optimal():
    m = pyo.ConcreteModel(name="open")
    m.x = pyo.Var(pyo.RangeSet(0, 0), bounds=(None, 0))
    m.c = pyo.Constraint(expr=m.x[0] <= 1)
    m.o = pyo.Objective(expr=m.x[0])
    compiled = compile_model_unboxed(m)
    with pytest.raises(SolveError, match="not optimal"):
        solve(compiled)


def compile_model_unboxed(m):
    """compile_model wants boxed variables; give the open side to HiGHS by hand."""
    m.x.setlb(0)
    compiled = compile_model(m)
    compiled.lower[:] = -np.inf
    return compiled


def test_what_is_not_affine_raises_and_is_named():
    with pytest.raises(ValueError, match=r"cost of x\[0\]"):
        parametrise(_tiny(product=True))


def test_a_parameter_takes_only_what_fits():
    theta = Theta(layout_of(_tiny()))
    with pytest.raises(ValueError, match="shape"):
        assign(theta.price, [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="finite"):
        assign(theta.price, [1.0, np.nan])
    assign(theta.price, [1.0, 2.0])
    assert theta.vector.tolist() == [1.0, 2.0, 0.0]
