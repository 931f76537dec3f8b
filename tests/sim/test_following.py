"""Policies that follow a signal: they pay it and nothing else, and see no more than is published."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.parts import Place, Work
from westshift.experiments.verify.small import actual as make_actual
from westshift.experiments.verify.small import outlook, with_history
from westshift.models.actual import HISTORY_H
from westshift.models.forecast import noisy, perfect, persistence
from westshift.models.settings import Plan
from westshift.models.signals import Signals, average_carbon, marginal_carbon, marginal_price
from westshift.sim.policies.following import Following
from westshift.sim.run import SIGNALS, make_policy
from westshift.sim.world import World

HOURS = 3
CARBON = 0.5  # CNY/kg


def shown(average, marginal, price, **of_work):
    """3 MWh arrive in A in the first hour and may wait two; A and B have room. Signals by region."""
    o = outlook(
        ["A", "B"],
        HOURS,
        places=[Place("A", 9.0, pue=1.5), Place("B", 9.0, pue=1.0)],
        works=[Work("w", {"A": [3.0, 0.0, 0.0]}, slack_h=2, **of_work)],
        tariff_cny_per_mwh={"A": [900, 900, 1], "B": [900, 900, 900]},
        intensity_kg_per_mwh={"A": average[0], "B": average[1]},
        carbon_cny_per_kg=CARBON,
    )
    return replace(
        o,
        marginal_kg_per_mwh=np.array(marginal, float),
        price_cny_per_mwh=np.array(price, float),
    )


def placed(o, value):
    """(site, hour) in which all work runs."""
    work = Following("f", value, HOURS, HOURS).decide(o).work_mw
    by_site = o.system.compute.site_work_mw(work)
    (where,) = np.argwhere(by_site > 1e-6).tolist()
    assert by_site.sum() == pytest.approx(3.0)
    return tuple(where)


AVERAGE = ((600, 100, 600), (300, 290, 300))  # least with PUE: A in the second hour, 150
MARGINAL = ((800, 800, 800), (700, 900, 710))  # B in the first
PRICE = ((400, 400, 400), (500, 500, 300))  # B in the last


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(average_carbon, (0, 1)), (marginal_carbon, (1, 0)), (marginal_price, (1, 2))],
)
def test_each_pays_its_own_signal_and_no_tariff(value, wanted):
    assert placed(shown(AVERAGE, MARGINAL, PRICE), value) == wanted


def test_the_signal_is_weighed_against_data_latency_and_delay_in_money():
    """Per MWh: at home 1.5 · 0.5 · 800 = 600, away 0.5 · 700 = 350 at once, 0.5 · 600 = 300 an hour later."""
    marginal = ((800, 800, 800), (700, 600, 700))

    def at(**of_work):
        return placed(shown(AVERAGE, marginal, PRICE, **of_work), marginal_carbon)

    assert at() == (1, 1)
    assert at(delay_cny_per_mwh_h=49.0) == (1, 1)
    assert at(delay_cny_per_mwh_h=51.0) == (1, 0)
    assert at(transfer_cny_per_mwh=299.0) == (1, 1)
    assert at(transfer_cny_per_mwh=301.0)[0] == 0  # in any hour
    far = {"rtt_ms": {("A", 1): 10.0}, "delay_cny_per_mwh_h": 51.0}
    assert at(latency_cny_per_mwh_ms=24.0, **far) == (1, 0)
    assert at(latency_cny_per_mwh_ms=26.0, **far) == (0, 0)


def test_data_that_moves_draws_power_at_the_signal_too():
    marginal = ((400, 400, 400), (500, 500, 500))  # 300 at home, 250 and the network's away
    o = {"average": AVERAGE, "marginal": marginal, "price": PRICE}
    assert placed(shown(**o, transfer_mwh_per_mwh=0.19), marginal_carbon)[0] == 1
    assert placed(shown(**o, transfer_mwh_per_mwh=0.21), marginal_carbon)[0] == 0


@pytest.mark.parametrize("seed", range(3))
def test_signals_of_the_same_value_give_the_same_plan_to_the_byte(drawn, foreseen, seed):
    o = foreseen(drawn(seed))
    kg = np.random.default_rng(seed).uniform(0, 900, o.demand_mw.shape)
    o = replace(
        o,
        intensity_kg_per_mwh=kg,
        marginal_kg_per_mwh=kg,
        price_cny_per_mwh=o.carbon_cny_per_kg * kg,
    )
    plans = [Following(n, v, 24, 24).decide(o).work_mw.tobytes() for n, v in SIGNALS.items()]
    assert len(set(plans)) == 1
    other = replace(o, tariff_cny_per_mwh=o.tariff_cny_per_mwh[:, ::-1], demand_mw=2 * o.demand_mw)
    for name, value in SIGNALS.items():
        assert Following(name, value, 24, 24).decide(other).work_mw.tobytes() == plans[0]


def signals_of(seed, hours, low=0.0):
    rng = np.random.default_rng(seed)
    return Signals(*(rng.uniform(low, 900, (3, HISTORY_H + hours)) for _ in fields(Signals)))


def carried(actual, name, signals, forecast):
    policy = make_policy(name, Plan(window_h=8, step_h=4))
    return World(actual, policy, forecast, signals).run()


@pytest.mark.parametrize("name", SIGNALS)
def test_what_is_yet_to_come_does_not_leak_into_a_plan(drawn, name):
    """Told nothing of tomorrow, a policy runs the same until the hour from which tomorrow differs."""
    actual, known = drawn(31), signals_of(1, 24)
    at = HISTORY_H + 8
    other = Signals(*(getattr(known, f.name).copy() for f in fields(Signals)))
    for f in fields(Signals):
        getattr(other, f.name)[:, at:] = getattr(known, f.name)[:, at:][:, ::-1]
    one, two = (carried(actual, name, s, persistence).work_mw for s in (known, other))
    np.testing.assert_array_equal(one[:, :8], two[:, :8])
    assert np.abs(one[:, 8:] - two[:, 8:]).max() > 1e-3
    # Who foresees, uses it.
    one, two = (carried(actual, name, s, perfect).work_mw for s in (known, other))
    assert np.abs(one[:, :8] - two[:, :8]).max() > 1e-3


@pytest.mark.parametrize("name", SIGNALS)
def test_the_other_signals_change_nothing(drawn, name):
    actual, known, other = drawn(32), signals_of(1, 24), signals_of(2, 24)
    own = {
        "follow-average": "average_kg_per_mwh",
        "follow-marginal": "marginal_kg_per_mwh",
        "follow-price": "price_cny_per_mwh",
    }[name]
    mixed = replace(other, **{own: getattr(known, own)})
    one, two = (carried(actual, name, s, noisy(3, 0.3)).work_mw for s in (known, mixed))
    np.testing.assert_array_equal(one, two)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_negative_prices_with_noise_lose_no_work(drawn, seed):
    actual, known = drawn(seed, hours=12), signals_of(seed, 12, low=-2000.0)
    found = carried(actual, "follow-price", known, noisy(seed, 0.5))
    c, arrivals = actual.system.compute, actual.now(actual.arrivals_mwh)
    ran = c.origin_class_work_mw(found.work_mw).sum(axis=2)
    given_up = found.unserved_mwh.sum(axis=2)
    np.testing.assert_allclose(ran + given_up, arrivals.sum(axis=2), atol=1e-4)
    assert (c.site_work_mw(found.work_mw) <= c.site_capacity_mw[:, None] + 1e-6).all()


def test_where_drawing_earns_the_dearest_place_draws_most():
    """At −100 CNY/MWh everywhere the worst PUE earns most: the work stays in A."""
    everywhere = ((-100, -100, -101), (-100, -100, -101))
    assert placed(shown(AVERAGE, MARGINAL, everywhere), marginal_price) == (0, 2)


def test_the_order_of_policies_changes_no_byte(drawn, outcomes):
    actual = drawn(33, hours=12)
    names = (*SIGNALS, "planned", "co-planned")
    one = outcomes(actual, *names, kind="noisy")
    two = outcomes(actual, *reversed(names), kind="noisy")
    for name in names:
        for f in fields(one[name].settled):
            a, b = (getattr(found[name].settled, f.name) for found in (one, two))
            assert np.asarray(a).tobytes() == np.asarray(b).tobytes(), (name, f.name)
        assert one[name].carried.work_mw.tobytes() == two[name].carried.work_mw.tobytes()


def test_a_world_without_work_that_can_move_is_followed_too():
    o = outlook(["A"], 4, places=[Place("A", 9.0)], works=[Work("w", {"A": [1.0] * 4})])
    flat = with_history(np.full((1, 4), 100.0))
    for name in SIGNALS:
        found = carried(make_actual(o), name, Signals(flat, flat, flat), perfect)
        np.testing.assert_allclose(found.work_mw, 1.0)
