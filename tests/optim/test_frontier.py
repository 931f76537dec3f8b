"""The front: sums that add up to the program's own cost, a front by hand, and one large program as its peer."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from westshift.experiments.simulate import cases_of
from westshift.models.errors import SolveError
from westshift.models.ledger import book
from westshift.models.scenario import load_scenario
from westshift.models.year import make_year
from westshift.optim import frontier
from westshift.optim.axes import CARBON, COST, DELAY, LATENCY, SHED, UNSERVED, booked, grid_axes
from westshift.optim.frontier import SLACK, Search, one, trace
from westshift.optim.part import Part
from westshift.optim.program import co_planner
from westshift.optim.solver import begin, optimum
from westshift.sim.rolling import at_once, foreseen
from westshift.sim.run import run_case

WEIGHTS = 20.0, 7.0


@pytest.fixture(scope="module")
def two():
    """two_region's day and here-and-now's sums in it."""
    s = load_scenario("two_region", {})
    (case,) = cases_of(s, make_year(s), ())
    return case, baseline(case)


@pytest.fixture(scope="module")
def stretches():
    """Two stretches of six hours of the 31 provinces, for one program over both."""
    s = load_scenario("east_west", {"horizon.weeks": [728, 4020], "horizon.length_h": 6})
    return [(c, baseline(c)) for c in cases_of(s, make_year(s), ())]


def baseline(case):
    ledger = run_case(case)["here-and-now"].ledger
    return booked(case.actual.system, ledger)


def search_of(cases, weights):
    return Search(
        [Part(foreseen(c.actual), w, z) for (c, z), w in zip(cases, weights, strict=True)]
    )


def held_at(search, **more):
    held = np.full(6, np.inf)
    held[COST] = search.base[COST]
    for axis, most in more.items():
        held[{"latency": LATENCY, "delay": DELAY, "carbon": CARBON}[axis]] = most
    return held


def test_the_sums_make_the_program_s_own_cost(stretches):
    outlook = foreseen(stretches[0][0].actual)
    p, c = co_planner().at(outlook, once=True), outlook.system.compute
    axes = grid_axes(p, outlook)
    rng = np.random.default_rng(3)
    x = rng.uniform(p.lower, p.upper)

    def at(name):
        where, rest = p.places[name]
        return np.where(where >= 0, x[where], rest)

    valued = (c.stream_latency_cny_per_mwh[:, None] * at("work")).sum()
    waits = outlook.available_mwh.reshape(-1, outlook.hours) - at("done")
    valued += (np.tile(c.class_delay_cny_per_mwh_h, len(c.origins))[:, None] * waits).sum()
    valued += (
        np.tile(c.class_unserved_cny_per_mwh, len(c.origins))[:, None] * at("unserved")
    ).sum()
    z = axes.of(x)
    own = z[COST] + outlook.carbon_cny_per_kg * z[CARBON] + valued
    assert own == pytest.approx(float(np.sum(p.cost * x)) + p.offset, rel=1e-12)


def test_the_sums_are_what_the_ledger_books(stretches):
    actual = stretches[0][0].actual
    p = co_planner().at(foreseen(actual), once=True)
    planned = grid_axes(p, foreseen(actual)).of(optimum(begin(p, 1e-4), p))
    rolled = at_once(actual, co_planner())
    s = rolled.settled
    ledger = book(actual, rolled.carried, s, s.intensity_kg_per_mwh, s.marginal_kg_per_mwh)
    assert booked(actual.system, ledger) == pytest.approx(planned, rel=1e-6, abs=1e-3)
    assert planned[LATENCY] > 0
    assert planned[DELAY] > 0


def test_two_regions_by_hand(two):
    # Only the 15 MW of eastern batch may move: each MWh saves 1.25 MWh of coal at 900 kg/MWh and takes the added
    # round trip. Mean latency is over all 40 MW of work, so the front is one straight line.
    case, z = two
    c = case.actual.system.compute
    away = float(c.stream_added_rtt_ms.max())
    search = search_of([two], [1.0])
    front = trace(search, LATENCY, held_at(search), 5)
    moved = np.linspace(0.0, 15.0 * 24.0, 5)
    assert [p.sums[LATENCY] for p in front] == pytest.approx(moved * away, abs=1e-2)
    assert [z[CARBON] - p.sums[CARBON] for p in front] == pytest.approx(moved * 1125.0, abs=1.0)
    for p in front[1:-1]:
        assert p.price[LATENCY] == pytest.approx(1125.0 / away, rel=1e-9)
        assert p.price[COST] == 0.0  # moving is cheaper as well


def test_two_regions_contradict_neither_delay_nor_cost(two):
    search = search_of([two], [1.0])
    for axis in (DELAY, COST):
        (point,) = trace(search, axis, held_at(search), 7)
        assert search.base[CARBON] - point.sums[CARBON] == pytest.approx(405_000.0, rel=1e-9)


def one_program(cases, weights, objective, held):
    """All horizons in one program, written out on arrays and given to scipy."""
    programs = []
    for case, z in cases:
        outlook = foreseen(case.actual)
        p = co_planner().at(outlook, once=True)
        upper = p.upper.copy()
        for axis, name in ((UNSERVED, "unserved"), (SHED, "shed")):
            at = p.places[name][0]
            if z[axis] <= 1e-6:
                upper[at[at >= 0]] = 0.0
        programs.append((p, upper, grid_axes(p, outlook)))
    A = sp.block_diag([p.A for p, _, _ in programs], format="csr")
    low, high = (
        np.concatenate([getattr(p, n) for p, _, _ in programs]) for n in ("row_lower", "row_upper")
    )
    z = np.concatenate(
        [w * a.weights for w, (_, _, a) in zip(weights, programs, strict=True)], axis=1
    )
    constant = sum(w * a.constant for w, (_, _, a) in zip(weights, programs, strict=True))
    same, below, above = (
        low == high,
        np.isfinite(high) & (low != high),
        np.isfinite(low) & (low != high),
    )
    bound = np.isfinite(held)
    unit = 1e6  # rows and objective in thousands of tonnes and the like, for scipy's tolerance
    found = linprog(
        objective @ z / unit,
        A_ub=sp.vstack([A[below], -A[above], sp.csr_array(z[bound] / unit)]),
        b_ub=np.concatenate([high[below], -low[above], (held - constant)[bound] / unit]),
        A_eq=A[same],
        b_eq=high[same],
        bounds=np.stack(
            [
                np.concatenate([p.lower for p, _, _ in programs]),
                np.concatenate([u for _, u, _ in programs]),
            ],
            axis=1,
        ),
        method="highs",
    )
    assert found.status == 0
    return found.fun * unit + float(objective @ constant)


def test_two_weighted_horizons_are_one_program(stretches, monkeypatch):
    monkeypatch.setattr(frontier, "NEAR", 1e-8)
    search = search_of(stretches, WEIGHTS)
    low = search.least(one(LATENCY), held_at(search)).sums[LATENCY]
    high = search.least(one(CARBON), held_at(search)).sums[LATENCY]
    for part in (0.1, 0.5):
        held = held_at(search, latency=low + part * (high - low))
        found = search.least(one(CARBON), held)
        expected = one_program(stretches, WEIGHTS, one(CARBON), held)
        avoided = search.base[CARBON] - expected
        assert avoided > 0
        assert search.base[CARBON] - found.sums[CARBON] == pytest.approx(avoided, rel=1e-5)
        assert found.sums[LATENCY] == pytest.approx(held[LATENCY], rel=1e-9)  # met exactly
        assert found.price[LATENCY] > 0.0


def test_a_front_falls_is_convex_and_its_duals_lie_between_its_slopes(stretches):
    search = search_of(stretches, WEIGHTS)
    for axis in (LATENCY, DELAY, COST):
        front = trace(search, axis, held_at(search), 6)
        x, y = (np.array([p.sums[a] for p in front]) for a in (axis, CARBON))
        height, width = y[0] - y[-1], x[-1] - x[0]
        assert len(front) == 6
        assert height > 0
        slopes = -np.diff(y) / np.diff(x)
        assert (np.diff(x) > 0).all()
        assert (slopes > 0).all()  # none is dominated
        near = 1e-6 * height / width
        assert (np.diff(slopes) <= near).all()
        for i, p in enumerate(front[1:-1], start=1):
            assert slopes[i] - near <= p.price[axis] <= slopes[i - 1] + near
        assert all(p.gap <= 3e-4 * max(height, search.base[CARBON] - y[-1]) for p in front)


def test_threads_change_nothing(stretches):
    found = []
    for threads in (1, 2):
        search = search_of(stretches, WEIGHTS)
        search._threads = threads
        found.append(search.least(one(CARBON), held_at(search)).sums)
    assert (found[0] == found[1]).all()


def test_bounds_that_nothing_meets_are_said(two):
    search = search_of([two], [1.0])
    with pytest.raises(SolveError, match="cannot be met"):
        search.least(one(CARBON), held_at(search, carbon=0.5 * search.base[CARBON]))


class Rounded:
    """A horizon whose least delay is nothing but rounding, as a solver leaves it."""

    weight, base = 1.0, np.zeros(6)

    def best(self, weights):
        wait = 0.0 if weights[DELAY] > 0 else 5e4
        return np.array([-wait, 0.0, 1.0, wait - 1e-9, 0.0, 0.0])


def test_rounding_is_no_gap():
    search = Search([Rounded()])
    search.look(one(CARBON))
    assert search.least(one(DELAY), np.full(6, np.inf)).sums[DELAY] == pytest.approx(0.0, abs=1e-6)


def test_no_weak_point_where_carbon_stops_falling(two):
    # Beyond 15 MW away more latency avoids nothing: the front ends there, though the bound would allow more.
    search = search_of([two], [1.0])
    front = trace(search, LATENCY, held_at(search), 4)
    objective = one(CARBON) + SLACK * 60.0 * one(LATENCY)
    loose = search.least(objective, held_at(search, latency=2.0 * front[-1].sums[LATENCY]))
    assert loose.sums[LATENCY] == pytest.approx(front[-1].sums[LATENCY], rel=1e-9)


def test_where_the_baseline_gives_up_nothing_nothing_may_be_given_up(two):
    case, z = two
    free, bound = (
        Part(foreseen(case.actual), 1.0, replace_at(z, UNSERVED, given)).best(
            one(CARBON) + 1e-9 * one(COST)
        )
        for given in (1.0, 0.0)
    )
    assert free[UNSERVED] > 0.0
    assert bound[UNSERVED] == 0.0


def replace_at(z, axis, value):
    out = z.copy()
    out[axis] = value
    return out


def test_an_idle_scenario_has_a_front_of_one_point():
    s = load_scenario("two_region", {})
    (case,) = cases_of(s, make_year(s), ())
    nothing = replace(
        case, actual=replace(case.actual, arrivals_mwh=0.0 * case.actual.arrivals_mwh)
    )
    search = search_of([(nothing, baseline(nothing))], [1.0])
    (point,) = trace(search, LATENCY, held_at(search), 5)
    assert point.sums[LATENCY] == 0.0
