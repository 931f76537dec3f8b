"""Each block on a program of an hour or two whose optimum is found by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.parts import Place, Store, Unit, Way, Work
from westshift.experiments.verify.small import outlook
from westshift.models.errors import SolveError
from westshift.optim import program as program_module
from westshift.optim.program import co_planner, dispatch, price_taker

seeds = st.integers(0, 10_000)


def solved(make=dispatch, **parts):
    o = outlook(parts.pop("regions", ["A"]), parts.pop("hours", 1), **parts)
    return make(tie_break=0.0).solve(o)


# Source


def test_the_cheaper_unit_runs_first_and_the_dearer_one_sets_the_price():
    found = solved(units=[Unit("A", 10, 50), Unit("A", 10, 20)], demand_mw={"A": 14})
    assert found.values["output"][:, 0].tolist() == [4.0, 10.0]
    assert found.objective == 4 * 50 + 10 * 20
    assert found.duals["balance"][0, 0] == pytest.approx(50.0)  # plus: a MWh more costs more


def test_a_price_of_carbon_turns_the_order_round_and_is_in_the_price():
    units = [Unit("A", 10, 50, 200), Unit("A", 10, 20, 900)]
    found = solved(units=units, demand_mw={"A": 12}, carbon_cny_per_kg=0.1)
    assert found.values["output"][:, 0].tolist() == [10.0, 2.0]
    assert found.objective == pytest.approx(10 * (50 + 20) + 2 * (20 + 90))
    assert found.duals["balance"][0, 0] == pytest.approx(110.0)


def test_what_cannot_be_met_is_shed_and_what_must_run_is_dumped_at_the_same_price():
    short = solved(units=[Unit("A", 10, 1)], demand_mw={"A": 15}, lost_load_cny_per_mwh=70)
    assert short.values["shed"][0, 0] == 5.0
    assert short.objective == 10 + 5 * 70
    assert short.duals["balance"][0, 0] == pytest.approx(70.0)
    long = solved(
        units=[Unit("A", 10, 1, minimum_mw=8)], demand_mw={"A": 5}, lost_load_cny_per_mwh=70
    )
    assert (long.values["dump"][0, 0], long.values["output"][0, 0]) == (3.0, 8.0)
    assert long.objective == 8 + 3 * 70
    assert long.duals["balance"][0, 0] == pytest.approx(-70.0)  # a MWh taken away is paid for


def test_a_days_water_runs_when_it_is_worth_most():
    # 5 MWh a day; the second day is two hours long and has its own 5.
    hours = 26
    demand = np.full(hours, 6.0)
    demand[[3, 17]] = 12.0
    found = solved(
        hours=hours,
        units=[Unit("A", 9, 0, day_mwh=5.0), Unit("A", 8, 10), Unit("A", 9, 30)],
        demand_mw={"A": demand},
    )
    water = found.values["output"][0]
    assert water[[3, 17]].sum() == pytest.approx(5.0)  # of the 8 that would need the dear unit
    assert water[24:].sum() == pytest.approx(5.0)
    assert found.values["output"][2].sum() == pytest.approx(3.0)


# Grid


def test_what_a_line_loses_is_lost_on_the_way_and_wheeling_is_paid_by_what_is_sent():
    found = solved(
        regions=["A", "B"],
        units=[Unit("A", 100, 10), Unit("B", 100, 90)],
        ways=[Way("A", "B", 20, 0.1, 5)],
        demand_mw={"B": 30},
    )
    assert found.values["flow"][:, 0].tolist() == [20.0, 0.0]
    assert found.values["output"][:, 0] == pytest.approx([20.0, 12.0])
    assert found.objective == pytest.approx(20 * (10 + 5) + 12 * 90)
    assert found.duals["balance"][:, 0] == pytest.approx([10.0, 90.0])


def test_a_line_too_lossy_to_be_worth_it_carries_nothing():
    found = solved(
        regions=["A", "B"],
        units=[Unit("A", 100, 10), Unit("B", 100, 11)],
        ways=[Way("A", "B", 20, 0.1)],
        demand_mw={"B": 30},
    )
    assert found.values["flow"].max() == 0.0


# Storage


def test_storage_pays_its_losses_on_the_way_in_on_the_way_out_and_while_it_waits():
    found = solved(
        hours=3,
        units=[Unit("A", 100, 10, availability=[1.0, 0.0, 0.0]), Unit("A", 100, 100)],
        stores=[Store("A", 40, 30, 0.8, 0.5, 0.1, 2.0)],
        demand_mw={"A": [0.0, 0.0, 50.0]},
    )
    # 30 are in store after hour 0, 27 and 24.3 later; 12.15 come out. Cyclic: the store ends empty.
    assert found.values["charged"][0] == pytest.approx([30.0, 27.0, 0.0])
    assert found.values["discharge"][0] == pytest.approx([0.0, 0.0, 12.15])
    assert found.values["charge"][0, 0] == pytest.approx(30 / 0.8)
    assert found.objective == pytest.approx(37.5 * 10 + 12.15 * 2 + (50 - 12.15) * 100)


def test_a_cyclic_store_carries_from_the_last_hour_into_the_first():
    parts = {
        "hours": 2,
        "units": [Unit("A", 100, 10, availability=[0.0, 1.0]), Unit("A", 100, 100)],
        "stores": [Store("A", 5, 5)],
        "demand_mw": {"A": [8.0, 0.0]},
    }
    assert solved(**parts).objective == pytest.approx(5 * 10 + 3 * 100)
    once = solved(make=lambda **k: dispatch(cyclic=False, **k), storage_start_mwh=[2.0], **parts)
    assert once.objective == pytest.approx(6 * 100)  # two were in store, nothing comes back
    assert once.values["charged"][0] == pytest.approx([0.0, 0.0])


def test_a_store_without_a_start_is_refused_where_the_horizon_is_not_cyclic():
    o = outlook(["A"], 2, units=[Unit("A", 10, 5)], stores=[Store("A", 5, 10)], demand_mw={"A": 4})
    program = dispatch(cyclic=False)
    assert program.solve(replace(o, storage_start_mwh=np.array([8.0]))).objective == 0.0
    with pytest.raises(ValueError, match="start"):
        program.solve(o)


# Load


def load_of(**changes):
    parts = {
        "regions": ["A", "B"],
        "hours": 3,
        "places": [Place("A", 4.0, 1.0, 0.5, 1.2), Place("B", 4.0, 2.0, 2.0, 1.5)],
        "tariff_cny_per_mwh": {"A": [10.0] * 3, "B": [10.0] * 3},
    }
    return solved(make=price_taker, **{**parts, **changes})


def test_work_runs_where_pue_over_efficiency_is_least_if_data_and_distance_allow():
    idle = 3 * 10 * (1.2 * 1.0 + 1.5 * 2.0)
    at_a, at_b = 10 * 1.2 / 0.5, 10 * 1.5 / 2.0
    work = Work("w", {"A": [1.0, 1.0, 1.0]}, transfer_cny_per_mwh=3.0, transfer_mwh_per_mwh=0.2)
    free = load_of(works=[work])
    assert free.values["work"][:, 0].tolist() == [0.0, 1.0]
    assert free.objective == pytest.approx(idle + 3 * (at_b + 3.0 + 0.2 * 10))
    assert free.values["purchase"][1, 0] == pytest.approx(1.5 * (2.0 + 1 / 2.0) + 0.2)
    far = {("A", 1): 30.0}
    near = load_of(works=[replace(work, rtt_ms=far, rtt_limit_ms=20.0)])
    assert near.objective == pytest.approx(idle + 3 * at_a)
    dear = load_of(works=[replace(work, rtt_ms=far, latency_cny_per_mwh_ms=0.5)])
    assert dear.objective == pytest.approx(idle + 3 * min(at_a, at_b + 3 + 2 + 0.5 * 30))


def test_work_waits_where_waiting_is_cheaper_and_only_as_long_as_it_may():
    tariff = {"A": [10.0, 8.0, 1.0]}
    parts = {
        "regions": ["A"],
        "places": [Place("A", 9.0)],
        "tariff_cny_per_mwh": tariff,
    }
    one = Work("w", {"A": [2.0, 0.0, 0.0]}, slack_h=1, delay_cny_per_mwh_h=0.5)
    found = load_of(works=[one], **parts)
    assert found.values["work"][0].tolist() == [0.0, 2.0, 0.0]
    assert found.objective == pytest.approx(2 * 8 + 2 * 0.5)
    patient = load_of(works=[replace(one, slack_h=2)], **parts)
    assert patient.objective == pytest.approx(2 * 1 + 2 * 2 * 0.5)
    hasty = load_of(works=[replace(one, slack_h=2, delay_cny_per_mwh_h=5.0)], **parts)
    assert hasty.objective == pytest.approx(2 * 10)


def test_what_finds_no_room_is_given_up_at_its_penalty_when_it_is_due():
    work = Work("w", {"A": [5.0, 0.0, 0.0]}, slack_h=1, unserved_cny_per_mwh=100.0)
    found = load_of(regions=["A"], places=[Place("A", 2.0)], works=[work])
    assert found.values["unserved"][0] == pytest.approx([0.0, 1.0, 0.0])
    assert found.objective == pytest.approx(4 * 10 + 100)


def test_the_price_taker_pays_the_signal_and_does_not_care_for_the_demand_of_others():
    signal = {"A": [500.0] * 3, "B": [100.0] * 3}
    work = Work("w", {"A": [1.0, 0.0, 0.0]})
    places = [Place("A", 4.0), Place("B", 4.0)]
    parts = {"places": places, "works": [work], "intensity_kg_per_mwh": signal}
    found = load_of(carbon_cny_per_kg=0.1, demand_mw={"A": 7.0, "B": 9.0}, **parts)
    assert found.values["work"][:, 0].tolist() == [0.0, 1.0]
    assert found.objective == pytest.approx(10 + 0.1 * 100)
    assert found.values["purchase"].sum() == pytest.approx(1.0)


def test_the_co_planner_brings_work_to_what_would_be_curtailed():
    found = solved(
        make=co_planner,
        regions=["A", "B"],
        units=[Unit("A", 50, 30), Unit("B", 10, 0, renewable=True)],
        places=[Place("A", 5.0), Place("B", 5.0)],
        works=[Work("w", {"A": [4.0]}, transfer_cny_per_mwh=1.0)],
        demand_mw={"A": 20.0, "B": 7.0},
    )
    assert found.values["work"][:, 0].tolist() == [1.0, 3.0]
    assert found.objective == pytest.approx(21 * 30 + 3 * 1)


# All together


@settings(max_examples=4)
@given(seeds)
@pytest.mark.parametrize("make", [price_taker, co_planner, dispatch])
def test_a_warm_solve_finds_what_a_cold_one_finds(drawn, foreseen, make, seed):
    signal = np.random.default_rng(seed).uniform(100, 900, (2, 12))
    one = foreseen(drawn(seed, hours=12, regions=2), signal)
    program = make()
    for k in (1.0, 0.7, 1.2):
        o = replace(one, demand_mw=k * one.demand_mw, tariff_cny_per_mwh=one.tariff_cny_per_mwh / k)
        warm, cold = program.solve(o), make().solve(o)
        assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
    assert warm.iterations < cold.iterations or cold.iterations < 5


@settings(max_examples=4)
@given(seeds)
def test_breaking_ties_does_not_move_the_objective(drawn, foreseen, seed):
    o = foreseen(drawn(seed, regions=2), np.full((2, 24), 300.0))  # many ties
    for make in (price_taker, co_planner, dispatch):
        plain, broken = make(tie_break=0.0).solve(o), make().solve(o)
        assert broken.objective == pytest.approx(plain.objective, rel=1e-6)
        assert broken.objective >= plain.objective * (1 - 1e-9)


def test_bounds_that_cross_are_infeasible_and_the_message_says_what_binds(drawn, foreseen):
    o = foreseen(drawn(1, hours=2))
    crossed = replace(o, unit_min_mw=o.unit_max_mw + 1.0)
    with pytest.raises(SolveError, match=r"dispatch is infeasible.*must-run.*daily energy.*line"):
        dispatch().solve(crossed)
    late = replace(o, due_mwh=o.available_mwh + 1.0)
    with pytest.raises(SolveError, match=r"price_taker is infeasible.*site capacities, deadlines"):
        price_taker().solve(late)


def test_a_number_that_is_not_finite_is_refused(drawn, foreseen):
    o = foreseen(drawn(1, hours=2))
    demand = o.demand_mw.copy()
    demand[0, 1] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        dispatch().solve(replace(o, demand_mw=demand))


def test_a_warm_start_that_went_wrong_ends_the_run(monkeypatch):
    o = draw(9, 8)
    program = co_planner()
    program.check_every = 2
    program.solve(o)  # cold
    program.solve(o)  # first warm one, not checked
    program.solve(o)  # second, checked, and right
    honest = program_module.solve

    def wrong(compiled, *, basis=None, **how):
        found = honest(compiled, basis=basis, **how)
        return found if basis is None else replace(found, solved=found.solved * (1 + 1e-6))

    monkeypatch.setattr(program_module, "solve", wrong)
    program.solve(o)  # third: wrong, and not looked at
    with pytest.raises(SolveError, match="warm start"):
        program.solve(o)


CEILING = 60
"""Mean simplex iterations of a plan made anew; 26 when this was written."""


def test_a_plan_that_is_made_anew_stays_warm():
    """Counts, not seconds: a lost warm start shows here whatever the machine."""
    whole, rng = draw(31, 96), np.random.default_rng(1)
    program = co_planner()
    cold, warm = [], []
    for k in range(24):  # six plans a day, each on a revised forecast of demand
        day = 24 * (k // 6)
        parts = ("demand_mw", "unit_max_mw", "unit_min_mw", "pue", "available_mwh", "due_mwh")
        hours = {name: getattr(whole, name)[..., day : day + 24] for name in parts}
        hours["demand_mw"] = hours["demand_mw"] * rng.normal(1.0, 0.02, hours["demand_mw"].shape)
        done = whole.due_mwh[..., day - 1 : day] if day else 0.0 * whole.due_mwh[..., :1]
        hours["available_mwh"], hours["due_mwh"] = (
            np.maximum(hours[name] - done, 0.0) for name in ("available_mwh", "due_mwh")
        )
        hours["due_mwh"][..., -1] = hours["available_mwh"][..., -1]
        window = replace(
            whole,
            tariff_cny_per_mwh=whole.tariff_cny_per_mwh[:, :24],
            unit_day_mwh=whole.unit_day_mwh[:, day // 24 : day // 24 + 1],
            **hours,
        )
        warm.append(program.solve(window).iterations)
        cold.append(co_planner().solve(window, once=True).iterations)
    assert warm[0] == cold[0]
    assert np.mean(warm[1:]) < CEILING
    assert np.mean(cold[1:]) > 10 * CEILING  # so that the ceiling means something
