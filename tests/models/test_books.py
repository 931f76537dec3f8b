"""Flow tracing, ledger, bounds of work, network and cooling, by hand and by what must hold."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.small import Store, Unit, Way, actual, grid
from westshift.models.accounting import average_intensity_kg_per_mwh, curtailed_mwh
from westshift.models.ledger import book
from westshift.models.network import great_circle_km
from westshift.models.outlook import work_bounds_mwh
from westshift.models.settings import Forecast, Plan
from westshift.models.site import annual_pue, hourly_pue
from westshift.sim.run import Case, run_case


def test_a_chain_of_three_regions_traced_by_hand():
    # A makes 100 at 900 and sends 50 to B at 10 % loss; B adds 45 clean and sends 30 to C without loss.
    g = grid(
        ["A", "B", "C"],
        [Unit("A", 200, 1, 900), Unit("B", 200, 1, 0), Unit("C", 200, 1, 300)],
        [Way("A", "B", 99, 0.1, both=False), Way("B", "C", 99, both=False)],
    )
    found = average_intensity_kg_per_mwh(
        g, np.array([[100.0], [45.0], [30.0]]), np.array([[50.0], [30.0]]), np.zeros((0, 1)), np.zeros((0, 1))
    )[:, 0]  # fmt: skip
    in_b = 50 * 900 / (45 + 45)
    assert found == pytest.approx([900.0, in_b, (30 * in_b + 30 * 300) / 60])


def test_storage_gives_back_the_carbon_it_took():
    g = grid(["A"], [Unit("A", 200, 1, 800), Unit("A", 200, 1, 0)], stores=[Store("A", 50, 99)])
    output = np.array([[100.0, 0.0], [0.0, 60.0]])
    charge, discharge = np.array([[40.0, 0.0]]), np.array([[0.0, 30.0]])
    found = average_intensity_kg_per_mwh(g, output, np.zeros((0, 2)), charge, discharge)[0]
    assert found == pytest.approx([800.0, 40 * 800 / 90])


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_all_that_is_emitted_is_somebodys(seed):
    happens = actual(draw(seed, 26))
    g, c = happens.system.grid, happens.system.compute
    plan = Plan(window_h=12, step_h=12)
    case = Case(happens, ("greenest-now",), "here-and-now", Forecast(kind="perfect"), plan, 0)
    for o in run_case(case).values():
        s = o.settled
        load = c.load_mw(o.carried.work_mw, happens.now(happens.pue), len(g.regions))
        drawn = happens.now(happens.demand_mw) + load + s.dump_mw
        assert s.shed_mw.max() < 1e-6
        emitted = g.unit_emission_kg_per_mwh @ s.output_mw.sum(axis=1)
        assert (drawn * s.intensity_kg_per_mwh).sum() == pytest.approx(emitted, rel=1e-6)
        assert s.intensity_kg_per_mwh.min() >= -1e-6
        assert (
            s.intensity_kg_per_mwh.max() <= g.unit_emission_kg_per_mwh.max() * 1.25
        )  # losses ride on top


def test_curtailment_of_wind_is_by_hour_and_of_water_by_day():
    g = grid(
        ["A"], [Unit("A", 10, 0, renewable=True), Unit("A", 10, 0, renewable=True), Unit("A", 9, 5)]
    )
    g = dataclasses.replace(g, unit_day_limited=np.array([False, True, False]))
    most = np.array([[8.0] * 30, [10.0] * 30, [9.0] * 30])
    output = np.array([[6.0] * 30, [1.0] * 30, [0.0] * 30])
    day = np.array([[0.0, 0.0], [48.0, 500.0], [0.0, 0.0]])
    found = curtailed_mwh(g, most, day, output)[0]
    # Water: 48 of 24 h less 24 run; then 6 hours could make 60 at most and made 6.
    np.testing.assert_allclose(found[:24], 2.0 + 1.0)
    np.testing.assert_allclose(found[24:], 2.0 + 9.0)


def test_the_ledger_adds_up_and_its_parts_make_the_whole():
    happens = actual(draw(4, 26))
    c = happens.system.compute
    case = Case(
        happens, (), "here-and-now", Forecast(kind="perfect"), Plan(window_h=12, step_h=12), 0
    )
    o = run_case(case)["here-and-now"]
    once = book(
        happens, o.carried, o.settled, o.settled.intensity_kg_per_mwh, o.settled.marginal_kg_per_mwh
    )
    thrice = once + once.times(2.0)
    for field in dataclasses.fields(once):
        np.testing.assert_allclose(
            getattr(thrice, field.name), 3.0 * np.asarray(getattr(once, field.name))
        )
    idle = (
        happens.now(happens.pue)
        * c.site_idle_mw[:, None]
        * o.settled.intensity_kg_per_mwh[c.site_region]
    ).sum()
    assert once.stream_location_kg.sum() + idle == pytest.approx(once.site_location_kg.sum())
    np.testing.assert_allclose(once.served_mwh + once.unserved_mwh, once.arrived_mwh, atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 20), st.integers(0, 9), st.integers(0, 10_000))
def test_bounds_of_work_are_causal_and_all_is_due_at_the_end(hours, slack, seed):
    rng = np.random.default_rng(seed)
    backlog, arrivals = rng.uniform(0, 5, (1, 1, slack + 1)), rng.uniform(0, 5, (1, 1, hours))
    available, due = work_bounds_mwh(backlog, arrivals, np.array([slack]))
    for t in range(hours):
        assert available[0, 0, t] == pytest.approx(backlog.sum() + arrivals[0, 0, : t + 1].sum())
        by_hand = backlog[0, 0, : t + 1].sum() + arrivals[0, 0, : max(t + 1 - slack, 0)].sum()
        assert due[0, 0, t] == pytest.approx(available[0, 0, t] if t == hours - 1 else by_hand)
    assert (np.diff(due[0, 0]) > -1e-12).all()
    assert (due <= available).all()


def test_pue_keeps_the_laws_mean_and_rises_with_heat():
    gcop, other, offset = np.array([4.3, 3.3]), np.array([0.125, 0.125]), np.array([0.0, 0.08])
    air = np.random.default_rng(0).uniform(-15, 38, (2, 8760))
    pue = hourly_pue(gcop, other, offset, air)
    np.testing.assert_allclose(pue.mean(axis=1), annual_pue(gcop, other, offset))
    assert annual_pue(gcop, other, offset) == pytest.approx([1.387, 1.466 + 0.08], abs=1e-3)
    order = np.argsort(air[0])
    assert (np.diff(pue[0][order]) >= 0).all()
    assert pue.min() > 1.0


def test_great_circle_against_the_latency_table():
    # Beijing to Huailai, Wuhu and Shaoguan: 69, 966 and 1703 km in the table of the fibre model.
    beijing = (39.9, 116.41)
    assert great_circle_km(*beijing, 40.325, 115.819) == pytest.approx(69, abs=0.5)
    assert great_circle_km(*beijing, 31.348, 118.286) == pytest.approx(966, abs=0.5)
    assert great_circle_km(*beijing, 24.783, 113.503) == pytest.approx(1703, abs=0.5)
    assert great_circle_km(10, 20, 10, 20) == 0.0
    assert great_circle_km(0, 0, 0, 180) == pytest.approx(np.pi * 6371.0088)
