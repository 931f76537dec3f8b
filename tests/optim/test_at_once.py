"""Rules read once for all their indices, against Pyomo, which writes them down index by index."""

import builtins
import itertools
import math
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest

from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.power_flow import meshed
from westshift.optim.frames import NotAtOnce
from westshift.optim.grid import add_grid
from westshift.optim.matrix import compile_stated
from westshift.optim.parametrise import entries, fill, layout_of, parametrise
from westshift.optim.program import Program, co_planner, dispatch, price_taker
from westshift.optim.prune import pruned
from westshift.optim.solver import solve
from westshift.optim.source import add_source, set_source
from westshift.optim.standard_form import compile_model
from westshift.optim.stated import Stated
from westshift.optim.storage import add_storage, set_storage
from westshift.optim.terms import Members, Numbers, Terms, parameter, sum_over

PROGRAMS = {
    "price_taker": price_taker,
    "co_planner": co_planner,
    "co_planner, not cyclic": lambda: co_planner(cyclic=False),
    "co_planner, capped": lambda: co_planner(capped=True),
    "dispatch": dispatch,
    "dispatch, not cyclic": lambda: dispatch(cyclic=False),
}


def assert_same(found, wanted):
    """Two programs, entry by entry and in the same order."""
    for array in ("cost", "lower", "upper", "row_lower", "row_upper"):
        np.testing.assert_allclose(
            getattr(found, array), getattr(wanted, array), rtol=1e-13, atol=1e-13, err_msg=array
        )
    a, b = found.A.copy(), wanted.A.copy()
    a.sort_indices()
    b.sort_indices()
    assert a.shape == b.shape
    np.testing.assert_array_equal(a.indptr, b.indptr)
    np.testing.assert_array_equal(a.indices, b.indices)
    np.testing.assert_allclose(a.data, b.data, rtol=1e-13, atol=1e-15)
    assert found.offset == pytest.approx(wanted.offset, rel=1e-12, abs=1e-12)
    assert (found.name, found.hourly) == (wanted.name, wanted.hourly)
    assert list(found.places) == list(wanted.places)
    for name, (at, rest) in found.places.items():
        np.testing.assert_array_equal(at, wanted.places[name][0])
        np.testing.assert_array_equal(rest, wanted.places[name][1])
    assert (list(found.rows), found.duals_of) == (list(wanted.rows), wanted.duals_of)
    for name, at in found.rows.items():
        np.testing.assert_array_equal(at, wanted.rows[name])


SYSTEMS = {
    "drawn": lambda: draw(7, 26),
    "one hour": lambda: draw(1, 1),
    "two hours": lambda: draw(2, 2),
    "circuits": lambda: meshed(3, buses=8, circuits=14, links=3),
}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_all_programs_are_read_at_once_and_are_pyomos(name, system):
    o = SYSTEMS[system]()
    program = PROGRAMS[name]()
    found = program._at_once(o.system, o.hours)
    assert found is not None
    assert program.read_at_once
    at_once = found
    m = program.build(o.system, o.hours)
    by_pyomo, rng = parametrise(m, program.recipe.duals), np.random.default_rng(4)
    assert layout_of(m) == at_once.layout
    for _ in range(2):
        values = rng.uniform(-3.0, 5.0, len(entries(m)))
        assert_same(at_once.at(values), by_pyomo.at(values))
    values = rng.integers(0, 3, len(entries(m))).astype(float)  # some entries are 0
    values = np.abs(values) if name == "price_taker" else values
    fill(m, values)
    assert_same(pruned(at_once.at(values)), compile_model(m, program.recipe.duals))


def both(declare):
    """A model declared by a function, at once and by Pyomo."""
    stated, m = Stated("both"), pyo.ConcreteModel(name="both")
    declare(stated)
    declare(m)
    return compile_stated(stated, ("row",)), parametrise(m, ("row",)), m


GROUPS, WEIGHT = Members([1, 0, 1, 3], 4), Numbers([2.0, 0.0, -3.0, 0.5])  # group 2 has no member


def all_x(m):
    return sum_over(m.I, lambda i: sum_over(m.T, lambda t: m.x[i, t]))


def model(row, total=all_x):
    """Declares x (I, T), y (G), p (I, T), q (G), the row (G, T) and the objective."""

    def declare(m):
        m.I = pyo.RangeSet(0, 3)
        m.G = pyo.RangeSet(0, 3)
        m.odd = pyo.Set(initialize=[1, 3])
        m.T = pyo.RangeSet(0, 2)
        parameter(m, "p", m.I, m.T)
        parameter(m, "q", m.G)
        parameter(m, "s")
        m.x = pyo.Var(
            m.I, m.T, bounds=lambda m, i, t: (-1.0 - WEIGHT[i] * WEIGHT[i], m.p[i, t] / 2 + 7)
        )
        m.y = pyo.Var(m.G, bounds=(0, 5))
        m.z = pyo.Var(bounds=(2, 3))
        m.row = pyo.Constraint(m.G, m.T, rule=row)
        m.total = pyo.Objective(rule=total)

    return declare


def before(m, g, t):
    first = m.y[g]
    return sum_over(m.I, lambda i: first + m.x[i, t]) <= 1


READ = {
    "a sum over a group": lambda m, g, t: sum_over(GROUPS[g], lambda i: m.x[i, t]) + m.y[g] == 3.0,
    "a sum within a sum": lambda m, g, t: (
        sum_over(
            m.G,
            lambda h: (
                m.p[h, t] * (2.0 + m.y[h] + sum_over(GROUPS[h], lambda i: WEIGHT[i] * m.x[i, t]))
            ),
        )
        + m.y[g]
        >= m.q[g]
    ),
    "a sum over two sets": lambda m, g, t: (
        sum_over(GROUPS[g], lambda i: sum_over(m.T, lambda u: WEIGHT[i] * m.x[i, u])) + m.y[g]
        <= 1.0
    ),
    "a group of the rule within a sum": lambda m, g, t: (
        sum_over(m.T, lambda u: sum_over(GROUPS[g], lambda i: m.x[i, u] * m.p[i, t])) + m.y[g]
        <= 1.0
    ),
    "a sum within a sum within a sum": lambda m, g, t: (
        sum_over(
            m.odd,
            lambda h: (
                m.q[h]
                * sum_over(m.T, lambda u: sum_over(GROUPS[h], lambda i: m.x[i, u] - m.y[g]) - m.z)
            ),
        )
        + m.y[g]
        <= 1.0
    ),
    "two sums of one term": lambda m, g, t: (
        sum_over(
            m.odd,
            lambda h: sum_over(GROUPS[h], lambda i: m.x[i, t]) - sum_over(m.T, lambda u: m.x[h, u]),
        )
        <= 1.0
    ),
    "a term that its loop does not name": lambda m, g, t: (
        sum_over(m.odd, lambda i: m.y[g]) <= m.q[g] - 1
    ),
    "a number for each term": lambda m, g, t: (
        sum_over(m.odd, lambda i: 2.0) * m.y[g] + sum_over(GROUPS[g], lambda i: 1) <= 7.0
    ),
    "a sum of numbers as a factor and an index": lambda m, g, t: (
        sum_over(GROUPS[g], lambda i: WEIGHT[i]) * m.x[sum_over(m.odd, lambda i: i) - 1, t] + m.y[g]
        <= 1
    ),
    "an expression from before the sum": before,
    "a list": lambda m, g, t: sum_over([0, 3], lambda i: WEIGHT[i] * m.x[i, t]) + m.y[g] <= 1,
    "a group of a number": lambda m, g, t: sum_over(GROUPS[3], lambda i: m.x[i, t]) + m.y[g] <= 1,
    "Python's sum over a list": lambda m, g, t: sum(m.x[i, t] for i in [0, 3]) + m.y[g] <= 1,
    "a set in a sum over a list": lambda m, g, t: (
        sum_over([0, 3], lambda i: sum_over(m.T, lambda u: m.x[i, u])) + m.y[g] <= 1
    ),
    "a factor from before the sum": lambda m, g, t: (
        m.y[g] * 2 + (WEIGHT[g] + 1.0) * sum_over(m.odd, lambda i: m.x[i, t] / 4.0) == 0
    ),
    "the hour before": lambda m, g, t: m.x[g, (t - 1) % len(m.T)] - m.x[g, t] == -m.s * 3,
    "the same entry twice": lambda m, g, t: m.x[g, t] + m.x[g, t] - 2 * m.x[0, 0] + m.y[g] == 1,
    "what cancels": lambda m, g, t: m.x[g, t] - m.x[g, t] + m.y[g] + m.z <= 3 - m.p[g, t],
    "a quotient and a scalar": lambda m, g, t: 1.0 - m.y[g] / WEIGHT[0] + m.s * m.z <= 3.0,
    "numpy's numbers": lambda m, g, t: np.float64(2.0) * m.y[g] - np.float64(1.0) == np.int64(0),
}


@pytest.mark.parametrize("what", READ)
def test_what_can_be_read_at_once_is_what_pyomo_reads(what):
    at_once, by_pyomo, m = both(model(READ[what]))
    for seed in range(2):
        values = np.random.default_rng(seed).uniform(-3.0, 5.0, len(entries(m)))
        found, wanted = at_once.at(values), by_pyomo.at(values)
        assert_same(found, wanted)


def looped(m, g, t):
    out = 0.0
    for i in GROUPS[g]:
        out = out + m.x[i, t]
    return out + m.y[g] == 0


def wrapped(m, g, t):
    def each(loop):
        yield from loop

    return sum(m.x[i, t] for i in each(m.I)) <= 1


def kept(m, g, t):
    seen = []
    total = sum_over(m.I, lambda i: seen.append(m.x[i, t]) or m.x[i, t])
    return total + seen[0] <= 1


def from_the_sum_before(m, g, t):
    seen = []
    total = sum_over(m.I, lambda i: seen.append(i) or m.x[i, t])
    return total + sum_over(m.I, lambda i: m.x[seen[0], t]) <= 1


def reused(m, g, t):
    total = sum_over(GROUPS[g], lambda i: m.x[i, t])
    return sum_over(m.odd, lambda h: WEIGHT[h] * total) <= 1


REFUSED = {
    "a branch on an index": lambda m, g, t: (m.y[g] if g == 1 else m.z) <= 1,
    "a branch on an hour of a sum": lambda m, g, t: (
        sum_over(m.T, lambda u: m.x[g, u] if u == t else 0.0) <= 1
    ),
    "a branch on a relation": lambda m, g, t: (m.y[g] if not g >= 1 else m.z) <= 1,
    "an index among others": lambda m, g, t: (m.y[g] if g in (1, 2) else m.z) <= 1,
    "a relation as a number": lambda m, g, t: (g == 1) * m.y[g] <= 1,
    "a relation as a count": lambda m, g, t: 2 * (g == 1) + m.y[g] <= 1,
    "an index of a list": lambda m, g, t: [1.0, 2.0, 3.0, 4.0][g] * m.y[g] <= 1,
    "an index of an array": lambda m, g, t: np.arange(4.0)[g] * m.y[g] <= 1,
    "an index of a dict": lambda m, g, t: {0: 1.0, 1: 2.0, 2: 1.0, 3: 0.0}[g] * m.y[g] <= 1,
    "Python's sum over a set": lambda m, g, t: sum(m.x[i, t] for i in m.I) <= 1,
    "Python's sum over a group": lambda m, g, t: sum(m.x[i, t] for i in GROUPS[g]) + m.y[g] <= 1,
    "Python's sum over a sum's group": lambda m, g, t: (
        sum_over(m.G, lambda h: sum(m.x[i, t] for i in GROUPS[h])) <= 1
    ),
    "sum_over a generator": lambda m, g, t: (
        sum_over((j for j in GROUPS[g]), lambda i: m.x[i, t]) + m.y[g] <= 1
    ),
    "sum_over a list of a set": lambda m, g, t: sum_over(list(m.I), lambda i: m.x[i, t]) <= 1,
    "the greatest": lambda m, g, t: builtins.max(WEIGHT[i] for i in m.I) * m.y[g] <= 1,
    "the greatest member": lambda m, g, t: builtins.max(m.I) * m.y[g] <= 1,
    "the least of sums": lambda m, g, t: (
        min(sum_over(GROUPS[h], lambda i: WEIGHT[i]) for h in (1, 3)) * m.y[g]
        + min(WEIGHT[g], WEIGHT[t]) * m.z
        <= 1
    ),
    "a product of all": lambda m, g, t: math.prod(WEIGHT[i] for i in m.odd) * m.y[g] <= 1,
    "a loop that is no sum": looped,
    "a loop through a function": wrapped,
    "a term outside its sum": kept,
    "an index outside its sum": from_the_sum_before,
    "a sum in the terms of another": reused,
    "terms that say nothing": lambda m, g, t: sum_over(m.I, lambda i: None) + m.y[g] <= 1,
    "terms that hold": lambda m, g, t: sum_over(m.I, lambda i: m.x[i, t] <= 1) + m.y[g] <= 1,
    "pairs": lambda m, g, t: sum(w * m.x[i, t] for i, w in zip(m.I, [1.0, 2.0], strict=False)) <= 1,
    "pairs over a generator": lambda m, g, t: (
        sum(w * m.x[i, t] for w, i in zip((x for x in [1.0, 2.0]), m.I, strict=False)) <= 1
    ),
    "numbered": lambda m, g, t: sum(n * m.x[i, t] for n, i in enumerate(m.I)) <= 1,
    "some of a set": lambda m, g, t: sum(m.x[i, t] for i in itertools.islice(m.I, 2)) <= 1,
    "a filter": lambda m, g, t: sum(m.x[i, t] for i in m.I if i != g) <= 1,
    "the first of a set": lambda m, g, t: m.x[next(iter(m.I)), t] + m.y[g] <= 1,
    "a member of a set": lambda m, g, t: (m.y[g] if g in m.odd else m.z) <= 1,
    "the size of a group": lambda m, g, t: len(GROUPS[g]) * m.y[g] <= 1,
    "whether a group is empty": lambda m, g, t: (m.y[g] if GROUPS[g] else m.z) <= 1,
    "an index that is not there": lambda m, g, t: m.x[g + 1, t] <= 1,
    "an index below the first": lambda m, g, t: m.x[g - 1, t] <= 1,
    "half an index": lambda m, g, t: m.x[g / 2, t] <= 1,
    "a product of variables": lambda m, g, t: m.y[g] * m.z <= 1,
    "a product of sums": lambda m, g, t: (
        sum_over(GROUPS[g], lambda i: m.x[i, t]) * sum_over(m.odd, lambda i: m.y[i]) <= 1
    ),
    "a product of parameters": lambda m, g, t: m.q[g] * m.s * m.y[g] <= 1,
    "a quotient by a variable": lambda m, g, t: 1.0 / (1.0 + m.z) <= 1,
    "nothing that holds": lambda m, g, t: m.y[g],
    "what holds always": lambda m, g, t: True,
    "what is left out": lambda m, g, t: pyo.Constraint.Skip,
    "a double inequality": lambda m, g, t: (0.0, m.y[g], 1.0),
    "a number without end": lambda m, g, t: m.y[g] <= math.inf,
    "another's index": lambda m, g, t: m.y[g, t] <= 1,
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_at_once_is_refused(what):
    stated = Stated("refused")
    model(REFUSED[what])(stated)
    with pytest.raises((TypeError, LookupError, AttributeError)):
        compile_stated(stated)


@pytest.mark.parametrize(
    "kind", [lambda: pyo.Var(within=pyo.Integers), lambda: pyo.Param(initialize=1.0), pyo.Block]
)
def test_what_only_pyomo_can_declare_is_refused(kind):
    m = Stated("refused")
    with pytest.raises(NotAtOnce):
        m.x = kind()


def test_a_variable_is_not_used_before_all_is_declared():
    m = Stated("early")
    m.T = pyo.RangeSet(0, 2)
    m.x = pyo.Var(m.T, bounds=(0, 1))
    with pytest.raises(NotAtOnce, match="before all is declared"):
        m.x.fix(1.0)


def test_a_box_takes_no_variable_and_two_finite_sides():
    for box in (lambda m, t: (0, m.y[t]), (0, None), (None, 1), (0, math.inf), None):
        m = Stated("box")
        m.T = pyo.RangeSet(0, 2)
        m.y = pyo.Var(m.T, bounds=(0, 1))
        m.x = pyo.Var(m.T, bounds=box)
        m.total = pyo.Objective(rule=lambda m: sum_over(m.T, lambda t: m.x[t] + m.y[t]))
        with pytest.raises(TypeError):
            compile_stated(m)


def heated(withdrawal):
    """The dispatch with a boiler of 30 MW in the first region, a MWh of heat worth 1000 CNY."""

    def add_boiler(m, system):
        m.heat = pyo.Var(m.T, bounds=(0, 30))
        return Terms(withdrawal, cost_cny=lambda m: -1000.0 * sum_over(m.T, lambda t: m.heat[t]))

    def add_drawn(m, system):
        made = add_boiler(m, system)
        return Terms(withdrawal=made.injection, cost_cny=made.cost_cny)

    blocks = (add_source, add_grid, lambda m, s: add_storage(m, s, True), add_drawn)
    gives = (set_source, lambda theta, o: set_storage(theta, o, True))
    return Program("heated", blocks, gives, ("balance",), True, 1e-4)


@pytest.mark.parametrize("once", [True, False])
def test_a_block_that_branches_is_left_to_pyomo_and_as_right(once, outlook):
    share = Numbers([1.0] + [0.0] * (len(outlook.system.grid.regions) - 1))
    at_once = heated(lambda m, r, t: share[r] * m.heat[t])
    by_pyomo = heated(lambda m, r, t: m.heat[t] if r == 0 else 0.0)
    assert at_once._at_once(outlook.system, outlook.hours) is not None
    assert by_pyomo._at_once(outlook.system, outlook.hours) is None
    assert not heated(lambda m, r, t: 0.0).read_at_once
    one, two = at_once.solve(outlook, once), by_pyomo.solve(outlook, once)
    assert (at_once.read_at_once, by_pyomo.read_at_once) == (True, False)
    np.testing.assert_array_equal(one.values["heat"], two.values["heat"])
    assert one.values["heat"].max() == pytest.approx(30.0)
    assert one.objective == two.objective


def test_a_wrong_rule_is_told_by_pyomo(outlook):
    with pytest.raises(AttributeError, match="warmth"):
        heated(lambda m, r, t: m.warmth[t]).solve(outlook)


@pytest.fixture(scope="module")
def outlook():
    return draw(7, 26)


def test_members_and_numbers():
    assert Members([1, 0, 1], 3) == {0: [1], 1: [0, 2], 2: []}
    assert Members([], 0) == {}
    with pytest.raises(IndexError):
        Members([0, 2], 2)
    with pytest.raises(KeyError):
        Numbers([1.0])[1]


def test_pruned_drops_what_is_0_at_these_values_and_nothing_else():
    at_once, _, _ = both(
        model(
            lambda m, g, t: m.q[g] * m.x[g, t] <= 1.0,
            total=lambda m: sum_over(m.G, lambda g: m.q[g] * m.y[g]) + m.s * m.z,
        )
    )
    program = at_once.at(np.r_[np.ones(12), [1.0, 0.0, 2.0, 0.0], 0.0])
    assert program.A.nnz == program.A.shape[0] == 12
    small = pruned(program)
    assert small.A.nnz == 6
    assert len(small.cost) == 6 + 2
    assert solve(program, tie_break=0.0).objective == solve(small, tie_break=0.0).objective
    assert small.A.shape[0] == 12  # the duals of all are asked for
    assert small.rows["row"].tolist() == program.rows["row"].tolist()
    unasked = replace(program, duals_of=())
    least = pruned(unasked)
    assert least.rows["row"].tolist() == [[0, 1, 2], [-1] * 3, [3, 4, 5], [-1] * 3]
    assert pruned(least).rows["row"].tolist() == least.rows["row"].tolist()
    assert pruned(replace(least, duals_of=("row",))).A.shape == least.A.shape
    assert solve(small).values["z"].tolist() == [2.0]
