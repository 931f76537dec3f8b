"""Every entry of the ledger on two hours that a hand can book."""

from dataclasses import fields, replace

import numpy as np
import pytest

from westshift.experiments.verify.parts import Place, Store, Unit, Way, Work
from westshift.experiments.verify.small import actual, outlook
from westshift.models.ledger import Carried, Settlement, book

MARGINAL = np.array([[7.0, 11.0], [13.0, 17.0]])


@pytest.fixture(scope="module")
def by_hand():
    o = outlook(
        ["A", "B"],
        2,
        units=[Unit("A", 50, 20, 900), Unit("B", 40, 1, renewable=True, availability=[0.5, 0.25])],
        ways=[Way("B", "A", 9, 0.1, 3.0, both=False)],
        stores=[Store("A", 5, 9, cost_cny_per_mwh=4.0)],
        places=[Place("A", 9.0, 1.0, 0.5, [1.2, 1.5]), Place("B", 9.0, 2.0, 2.0, [1.1, 1.0])],
        works=[
            Work(
                "w",
                {"A": [4.0, 3.0]},
                1,
                delay_cny_per_mwh_h=0.5,
                unserved_cny_per_mwh=70,
                rtt_ms={("A", 1): 20.0},
                latency_cny_per_mwh_ms=0.1,
                transfer_cny_per_mwh=6.0,
                transfer_mwh_per_mwh=0.25,
            ),
            Work("v", {"B": [1.0, 0.0]}, sites=[1]),
        ],
        tariff_cny_per_mwh={"A": [10.0, 20.0], "B": [5.0, 7.0]},
        carbon_cny_per_kg=0.1,
        lost_load_cny_per_mwh=1000,
    )
    happens = replace(
        actual(o), official_kg_per_mwh=np.array([500.0, np.nan]), wue_l_per_kwh=np.array([2.0, 0.5])
    )
    # Streams: w from A to A and to B, v from B to B.
    work = np.array([[1.0, 2.0], [0.5, 2.5], [1.0, 0.0]])
    carried = Carried(work, np.array([[[0.0, 1.0], [0, 0]], [[0, 0], [0, 0]]]),
                      np.array([[[2.5, 0.0], [0, 0]], [[0, 0], [0, 0]]]),
                      np.array([0.5, 2.0, 1.5, 3.0]))  # fmt: skip
    settled = Settlement(
        output_mw=np.array([[30.0, 20.0], [15.0, 10.0]]),
        flow_mw=np.array([[4.0, 2.0]]),
        charge_mw=np.array([[1.0, 0.0]]),
        discharge_mw=np.array([[0.0, 1.0]]),
        charged_mwh=np.array([[1.0, 0.0]]),
        shed_mw=np.array([[0.0, 2.0], [0.0, 0.0]]),
        dump_mw=np.array([[0.0, 0.0], [0.5, 0.0]]),
        price_cny_per_mwh=np.zeros((2, 2)),
        marginal_kg_per_mwh=np.full((2, 2), np.nan),
        intensity_kg_per_mwh=np.full((2, 2), np.nan),  # not what is booked by
    )
    reference = np.array([[100.0, 200.0], [10.0, 30.0]])
    return happens, carried, settled, reference, MARGINAL


# IT power: A 1 + 1/0.5, 1 + 2/0.5 = 3, 5; B 2 + 1.5/2, 2 + 2.5/2 = 2.75, 3.25. Network at B: 0.125, 0.625.
LOAD_A, LOAD_B = (1.2 * 3, 1.5 * 5), (1.1 * 2.75 + 0.125, 3.25 + 0.625)
BY_HAND = {
    "hours": 2,
    "forecast_skill": [0.5, 2, 1.5, 3],
    "arrived_mwh": [7, 1],
    "served_mwh": [6, 1],
    "unserved_mwh": [1, 0],
    "waiting_mwh_h": [2.5, 0],
    "stream_mwh": [3, 3, 1],
    "stream_location_kg": [
        1.2 / 0.5 * 1 * 100 + 1.5 / 0.5 * 2 * 200,
        (1.1 / 2 + 0.25) * 0.5 * 10 + (1.0 / 2 + 0.25) * 2.5 * 30,
        1.1 / 2 * 1 * 10,
    ],
    "site_it_mwh": [8, 6],
    "site_load_mwh": [sum(LOAD_A), sum(LOAD_B)],
    "site_idle_load_mwh": [1.2 + 1.5, 2.2 + 2.0],
    "site_location_kg": [
        LOAD_A[0] * 100 + LOAD_A[1] * 200,
        LOAD_B[0] * 10 + LOAD_B[1] * 30,
    ],
    "site_marginal_kg": [
        LOAD_A[0] * 7 + LOAD_A[1] * 11,
        LOAD_B[0] * 13 + LOAD_B[1] * 17,
    ],
    "site_official_kg": [sum(LOAD_A) * 500, np.nan],
    "water_l": 8 * 1000 * 2.0 + 6 * 1000 * 0.5,
    "energy_cny": LOAD_A[0] * 10 + LOAD_A[1] * 20 + LOAD_B[0] * 5 + LOAD_B[1] * 7,
    "transfer_cny": 3 * 6.0,
    "latency_cny": 3 * 20 * 0.1,
    "delay_cny": 2.5 * 0.5,
    "penalty_cny": 70,
    "system_kg": 50 * 900,
    "system_cny": 50 * 20 + 25 * 1 + 6 * 3.0 + 1 * 4.0 + 1000 * 2.5,
    "curtailed_mwh": [0, 5 + 0],
    "renewable_mwh": [0, 25],
    "shed_mwh": 2,
    "dump_mwh": 0.5,
    "discharged_mwh": [1],
    "generation_mwh": [50, 25],
}  # fmt: skip


def test_every_entry_is_in_the_account_by_hand(by_hand):
    assert set(BY_HAND) == {f.name for f in fields(book(*by_hand))}


@pytest.mark.parametrize("entry", BY_HAND)
def test_entry(entry, by_hand):
    np.testing.assert_allclose(getattr(book(*by_hand), entry), BY_HAND[entry], rtol=1e-12)


def test_ledgers_add_and_count_as_often_as_they_weigh(by_hand):
    happens, carried, settled, reference, marginal = by_hand
    one = book(*by_hand)
    other = book(happens, carried, settled, 3.0 * reference, marginal)
    both = one + other.times(2.5)
    for f in fields(one):
        a, b = np.asarray(getattr(one, f.name)), np.asarray(getattr(other, f.name))
        np.testing.assert_allclose(getattr(both, f.name), a + 2.5 * b, err_msg=f.name)
    assert both.site_location_kg.sum() == pytest.approx(8.5 * one.site_location_kg.sum())


def test_work_and_idle_power_make_the_whole_of_a_sites_carbon(drawn, outcomes):
    actual_ = drawn(31)
    c = actual_.system.compute
    found = outcomes(actual_, "greenest-now", "planned")
    reference = found["here-and-now"].settled.intensity_kg_per_mwh[c.site_region]
    idle = (actual_.now(actual_.pue) * c.site_idle_mw[:, None] * reference).sum(axis=1)
    for name, o in found.items():
        work = np.bincount(c.stream_site, o.ledger.stream_location_kg, len(c.sites))
        np.testing.assert_allclose(work + idle, o.ledger.site_location_kg, err_msg=name)


def test_water_is_spilled_by_the_horizons_own_days_and_not_yesterdays(drawn, outcomes):
    actual_ = drawn(32)
    g = actual_.system.grid
    limited = np.flatnonzero(g.unit_day_limited)
    (water,) = limited
    wet = actual_.unit_day_mwh.copy()
    wet[water, :2] = [0.0, 9999.0]  # a river that dried up yesterday and overflows today
    o = outcomes(replace(actual_, unit_day_mwh=wet), "here-and-now")["here-and-now"]
    others = g.unit_renewable & ~g.unit_day_limited
    held = (actual_.now(actual_.unit_max_mw) - o.settled.output_mw).sum(axis=1)
    by_hand = np.bincount(g.unit_region[others], held[others], len(g.regions))
    by_hand[g.unit_region[water]] += held[water]  # all that its turbines left, a river to spare
    np.testing.assert_allclose(o.ledger.curtailed_mwh, by_hand, atol=1e-6)
    assert held[water] > 0.0 or o.settled.output_mw[water].sum() == pytest.approx(30.0 * 24)
