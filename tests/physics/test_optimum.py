"""The optimum is one: nobody beats it, the books agree with it, and it answers to changes as it must."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.measures import social_cost_cny
from westshift.optim.program import co_planner, price_taker

seeds = st.integers(0, 10_000)
kinds = st.sampled_from(["perfect", "noisy", "persistence"])


@settings(max_examples=4)
@given(seeds, kinds, st.sampled_from([(1.8, 24), (0.9, 24), (1.2, 31), (2.0, 1)]))
def test_nobody_beats_the_oracle_whose_objective_is_its_ledger(
    drawn, outcomes, foreseen, seed, kind, how
):
    room, hours = how
    actual = drawn(seed, room=room, hours=hours)
    found = outcomes(actual, kind=kind, seed=seed)
    cost = {n: social_cost_cny(o.ledger, actual.carbon_cny_per_kg) for n, o in found.items()}
    objective = co_planner().solve(foreseen(actual)).objective
    assert cost["oracle"] == pytest.approx(objective, rel=1e-6)
    for name, booked in cost.items():
        assert booked >= cost["oracle"] * (1 - 1e-8), name
    spread = max(cost.values()) / cost["oracle"] - 1
    assert spread > 1e-4  # the oracle has something to be better at


@settings(max_examples=6)
@given(seeds, st.sampled_from([24, 31]))
def test_a_price_takers_objective_is_its_bill(drawn, outcomes, foreseen, seed, hours):
    actual = drawn(seed, hours=hours)
    found = outcomes(actual, "planned", window_h=hours, step_h=hours)
    signal = found["here-and-now"].settled.intensity_kg_per_mwh
    book = found["planned"].ledger
    bill = (
        book.energy_cny
        + actual.carbon_cny_per_kg * book.site_location_kg.sum()
        + book.transfer_cny
        + book.latency_cny
        + book.delay_cny
        + book.penalty_cny
    )
    objective = price_taker().solve(foreseen(actual, signal)).objective
    assert bill == pytest.approx(objective, rel=1e-6)
    assert min(book.transfer_cny, book.latency_cny, book.delay_cny) > 0


def streams_kept(outlook, kept):
    c = outlook.system.compute
    streams = {name: getattr(c, name)[kept] for name in vars(c) if name.startswith("stream_")}
    return replace(outlook, system=replace(outlook.system, compute=replace(c, **streams)))


def with_grid(outlook, **changes):
    grid = replace(outlook.system.grid, **changes)
    return replace(outlook, system=replace(outlook.system, grid=grid))


def looser(drawn, foreseen, seed):
    """Pairs of outlooks, the second with one bound loosened."""
    signal = np.random.default_rng(seed).uniform(100, 900, (3, 24))
    actual = drawn(seed, room=0.8, waits=False)
    tight = foreseen(actual, signal)
    g, c = tight.system.grid, tight.system.compute
    patient = replace(c, class_slack_h=c.class_slack_h + 3)
    roomy = replace(c, site_capacity_mw=1.3 * c.site_capacity_mw)
    alone = streams_kept(tight, (c.site_region[c.stream_site] != 2) | c.stream_home)
    alone = streams_kept(
        alone,
        (alone.system.compute.stream_site != 2) | (alone.system.compute.stream_origin == 2),
    )
    cut = np.where((g.line_from == 2) | (g.line_to == 2), 0.0, g.line_capacity_mw)
    return {
        "round-trip limit": (streams_kept(tight, c.stream_rtt_ms <= 5.0), tight),
        "slack": (
            tight,
            foreseen(replace(actual, system=replace(actual.system, compute=patient)), signal),
        ),
        "room": (
            tight,
            foreseen(replace(actual, system=replace(actual.system, compute=roomy)), signal),
        ),
        "another region": (with_grid(alone, line_capacity_mw=cut), tight),
        "lines": (tight, with_grid(tight, line_capacity_mw=2 * g.line_capacity_mw)),
        "store": (tight, with_grid(tight, storage_energy_mwh=2 * g.storage_energy_mwh)),
        "water": (tight, replace(tight, unit_day_mwh=1.5 * tight.unit_day_mwh)),
    }


@settings(max_examples=2)
@given(seeds)
def test_what_loosens_a_bound_never_costs(drawn, foreseen, seed):
    saved = {}
    for make in (price_taker, co_planner):
        for what, (tight, loose) in looser(drawn, foreseen, seed).items():
            before = make(tie_break=0.0).solve(tight).objective
            after = make(tie_break=0.0).solve(loose).objective
            assert after <= before * (1 + 1e-9), f"{make.__name__}: {what}"
            saved[what] = max(saved.get(what, 0.0), 1 - after / before)
    assert min(saved.values()) > 1e-6, f"a loosening without effect proves nothing: {saved}"


@settings(max_examples=2)
@given(seeds)
def test_a_tighter_round_trip_limit_never_saves_more_for_the_system(drawn, outcomes, seed):
    actual = drawn(seed, waits=False)  # without other costs the objective is the system's
    c = actual.system.compute
    booked = []
    for limit in (99.0, 18.0, 12.0, 0.0):
        kept = c.stream_rtt_ms <= limit
        streams = {name: getattr(c, name)[kept] for name in vars(c) if name.startswith("stream_")}
        near = replace(actual, system=replace(actual.system, compute=replace(c, **streams)))
        ledger = outcomes(near, "oracle")["oracle"].ledger
        booked.append(ledger.system_cny + actual.carbon_cny_per_kg * ledger.system_kg)
    assert (np.diff(booked) >= -1e-6 * booked[0]).all()
    assert booked[-1] > booked[0] * (1 + 1e-6)


def test_twice_of_everything_costs_twice_for_every_policy(drawn, outcomes):
    actual = drawn(5, room=1.1)
    g, c = actual.system.grid, actual.system.compute
    fields = ("demand_mw", "unit_max_mw", "unit_min_mw", "unit_day_mwh", "arrivals_mwh")
    of_grid = ("unit_capacity_mw", "line_capacity_mw", "storage_power_mw", "storage_energy_mwh")
    double = replace(
        actual,
        **{name: 2 * getattr(actual, name) for name in fields},
        system=replace(
            actual.system,
            grid=replace(g, **{name: 2 * getattr(g, name) for name in of_grid}),
            compute=replace(
                c, site_capacity_mw=2 * c.site_capacity_mw, site_idle_mw=2 * c.site_idle_mw
            ),
        ),
    )
    one, two = outcomes(actual, kind="noisy"), outcomes(double, kind="noisy")
    for name in one:
        for what in ("energy_cny", "transfer_cny", "latency_cny", "delay_cny", "system_cny"):
            a, b = getattr(one[name].ledger, what), getattr(two[name].ledger, what)
            assert b == pytest.approx(2 * a, rel=1e-5, abs=1e-3), f"{name}: {what}"
        np.testing.assert_allclose(
            two[name].settled.intensity_kg_per_mwh,
            one[name].settled.intensity_kg_per_mwh,
            rtol=1e-4,
            err_msg=name,
        )


def listed_otherwise(actual, order):
    """The same world with its regions in another order; units, lines and sites stay in theirs."""
    order = np.array(order)
    new = np.argsort(order)
    g, c = actual.system.grid, actual.system.compute
    grid = replace(
        g,
        regions=tuple(g.regions[r] for r in order),
        unit_region=new[g.unit_region],
        line_from=new[g.line_from],
        line_to=new[g.line_to],
        storage_region=new[g.storage_region],
    )
    compute = replace(c, site_region=new[c.site_region], origin_region=new[c.origin_region])
    by_region = ("demand_mw", "tariff_cny_per_mwh", "official_kg_per_mwh")
    return replace(
        actual,
        system=replace(actual.system, grid=grid, compute=compute),
        **{name: getattr(actual, name)[order] for name in by_region},
    )


@pytest.mark.parametrize("kind", ["perfect", "noisy"])
def test_the_order_in_which_regions_are_listed_says_nothing(drawn, outcomes, kind):
    actual = drawn(6, room=1.2)
    other = listed_otherwise(actual, (2, 0, 1))
    one, two = outcomes(actual, kind=kind, seed=3), outcomes(other, kind=kind, seed=3)
    for name in one:
        np.testing.assert_allclose(
            two[name].carried.work_mw, one[name].carried.work_mw, atol=1e-5, err_msg=name
        )
        a, b = one[name].ledger, two[name].ledger
        assert b.system_kg == pytest.approx(a.system_kg, rel=1e-7)
        np.testing.assert_allclose(b.site_location_kg, a.site_location_kg, rtol=1e-5)
        np.testing.assert_allclose(b.site_official_kg, a.site_official_kg, rtol=1e-5)
        np.testing.assert_allclose(
            b.curtailed_mwh, a.curtailed_mwh[[2, 0, 1]], rtol=1e-5, atol=1e-4
        )


def test_without_patience_or_other_places_every_policy_is_the_baseline(drawn, outcomes):
    actual = drawn(7, regions=2)
    c = actual.system.compute
    at_home = c.stream_home & (c.stream_site != 2)  # one site a region, nobody else's
    streams = {name: getattr(c, name)[at_home] for name in vars(c) if name.startswith("stream_")}
    still = replace(c, class_slack_h=0 * c.class_slack_h, **streams)
    actual = replace(actual, system=replace(actual.system, compute=still))
    found = outcomes(actual, kind="noisy")
    base = found["here-and-now"]
    assert base.ledger.served_mwh.sum() > 1
    for name, o in found.items():
        np.testing.assert_allclose(
            o.carried.work_mw, base.carried.work_mw, rtol=0, atol=1e-12, err_msg=name
        )
