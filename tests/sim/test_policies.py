"""The rules of policies that need no program, on outlooks small enough to see through."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.parts import Place, Unit, Work
from westshift.experiments.verify.small import actual as make_actual
from westshift.experiments.verify.small import outlook
from westshift.models.forecast import perfect
from westshift.models.outlook import work_bounds_mwh
from westshift.models.signals import only_average
from westshift.sim.cohorts import cohorts
from westshift.sim.placing import fill_in_order, home_shares
from westshift.sim.policies.cheapest import Cheapest
from westshift.sim.policies.greenest_now import GreenestNow
from westshift.sim.policies.here_and_now import HereAndNow
from westshift.sim.policies.wait_awhile import WaitAwhile
from westshift.sim.world import World

REGIONS = ["A", "B", "C"]


def shown(hours=1, slack=0, mwh=3.0, room=(9.0, 9.0, 9.0), pue=(1.0, 1.0, 1.0), **more):
    places = [
        Place(r, x, efficiency=1.0, pue=p) for r, x, p in zip(REGIONS, room, pue, strict=True)
    ]
    came = [mwh] + [0.0] * (hours - 1)
    works = more.pop("works", [Work("w", {"A": came}, slack, **more.pop("work", {}))])
    return outlook(REGIONS, hours, places=places, works=works, **more)


def sites(policy, o):
    work = policy.decide(o).work_mw
    return o.system.compute.site_work_mw(work)[:, 0].tolist()


def test_greenest_now_weighs_pue_and_the_networks_energy_with_the_intensity():
    signal = {"A": [400.0], "B": [300.0], "C": [310.0]}
    at = GreenestNow()
    assert sites(at, shown(intensity_kg_per_mwh=signal)) == [0, 3, 0]
    assert sites(at, shown(intensity_kg_per_mwh=signal, pue=(1.0, 1.4, 1.1))) == [0, 0, 3]
    far = {"transfer_mwh_per_mwh": 0.4}
    assert sites(at, shown(intensity_kg_per_mwh=signal, work=far)) == [3, 0, 0]


def test_cheapest_weighs_pue_with_the_tariff_and_leaves_carbon_and_data_alone():
    tariff = {"A": [400.0], "B": [300.0], "C": [310.0]}
    signal = {"A": [0.0], "B": [900.0], "C": [900.0]}
    dear = {"transfer_cny_per_mwh": 1e4}
    at = Cheapest()
    known = {"tariff_cny_per_mwh": tariff, "intensity_kg_per_mwh": signal, "work": dear}
    assert sites(at, shown(carbon_cny_per_kg=1.0, **known)) == [0, 3, 0]
    assert sites(at, shown(pue=(1.0, 1.4, 1.1), **known)) == [0, 0, 3]


@pytest.mark.parametrize("policy", [GreenestNow(), Cheapest()])
def test_what_finds_the_best_site_full_takes_the_next(policy):
    at = {"A": [3.0], "B": [1.0], "C": [2.0]}
    o = shown(mwh=6.0, room=(9.0, 3.0, 2.0), intensity_kg_per_mwh=at, tariff_cny_per_mwh=at)
    assert sites(policy, o) == [1, 3, 2]


def test_at_the_best_site_its_own_region_goes_first_then_least_slack():
    works = [
        Work("waits", {"A": [2.0]}, 1),
        Work("now", {"A": [2.0], "B": [2.0]}),
    ]
    o = shown(
        works=works, room=(9.0, 3.0, 0.0), intensity_kg_per_mwh={"A": [9.0], "B": [1.0], "C": [5.0]}
    )
    c = o.system.compute
    work = GreenestNow().decide(o).work_mw[:, 0]
    by = {
        (c.origins[a], c.classes[j], c.sites[s]): x
        for a, j, s, x in zip(c.stream_origin, c.stream_class, c.stream_site, work, strict=True)
    }
    assert by["B", "now", "site1"] == 2.0
    assert by["A", "now", "site1"] == 1.0
    assert by["A", "waits", "site1"] == 0.0
    assert by["A", "now", "site0"] == 1.0
    assert by["A", "waits", "site0"] == 2.0


def test_here_and_now_splits_by_capacity():
    o = outlook(
        ["A"], 1, places=[Place("A", 1.0), Place("A", 3.0)], works=[Work("w", {"A": [2.0]})]
    )
    assert sites(HereAndNow(), o) == [0.5, 1.5]


def test_wait_awhile_takes_the_cleanest_hours_between_arrival_and_deadline():
    signal = {"A": [5.0, 1.0, 2.0, 3.0, 0.5, 9.0]}
    at = WaitAwhile(6, 6)

    def hours(**how):
        return at.decide(shown(6, intensity_kg_per_mwh=signal, **how)).work_mw[0].tolist()

    assert hours(slack=3) == [0, 3, 0, 0, 0, 0]
    assert hours(slack=4) == [0, 0, 0, 0, 3, 0]
    assert hours(slack=0) == [3, 0, 0, 0, 0, 0]
    # Two fit into an hour: the cleanest is filled, then the next.
    assert hours(slack=3, room=(2.0, 9.0, 9.0)) == [0, 2, 1, 0, 0, 0]


def test_wait_awhile_lets_what_can_wait_least_choose_first():
    signal = {"A": [5.0, 1.0, 2.0, 9.0]}
    works = [
        Work("patient", {"A": [2.0, 0, 0, 0]}, 2),
        Work("hasty", {"A": [2.0, 0, 0, 0]}, 1),
    ]
    o = shown(4, works=works, room=(2.0, 9.0, 9.0), intensity_kg_per_mwh=signal)
    c = o.system.compute
    work = WaitAwhile(4, 4).decide(o).work_mw
    by_class = [work[(c.stream_class == j) & c.stream_home].sum(axis=0).tolist() for j in (0, 1)]
    assert by_class == [[0, 0, 2, 0], [0, 2, 0, 0]]


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(0, 5))
def test_cohorts_are_all_work_between_its_arrival_and_its_deadline(seed, hours, slack):
    rng = np.random.default_rng(seed)
    backlog = rng.uniform(0, 2, (1, 1, slack + 1)) * (rng.random(slack + 1) > 0.3)
    arrivals = rng.uniform(0, 2, (1, 1, hours)) * (rng.random(hours) > 0.3)
    available, due = work_bounds_mwh(backlog, arrivals, np.array([slack]))
    found = cohorts(available[0, 0], due[0, 0])
    came, left = np.zeros(hours), np.zeros(hours)
    for first, last, mwh in found:
        assert 0 <= first <= last < hours
        assert mwh > 0
        came[first] += mwh
        left[last] += mwh
    np.testing.assert_allclose(np.cumsum(came), available[0, 0], atol=1e-9)
    np.testing.assert_allclose(np.cumsum(left), due[0, 0], atol=1e-9)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_filling_uses_the_best_places_there_are(drawn, seed):
    c = drawn(seed % 5, room=1.0).system.compute
    rng = np.random.default_rng(seed)
    score = rng.uniform(1, 9, len(c.sites))[c.stream_site]
    amount = rng.uniform(0, 4, (len(c.origins), len(c.classes)))
    placed = fill_in_order(c, score, amount)
    free = c.site_capacity_mw - c.site_work_mw(placed[:, None])[:, 0]
    for q in np.flatnonzero(placed > 1e-9):
        others = (c.stream_origin == c.stream_origin[q]) & (c.stream_class == c.stream_class[q])
        better = others & (score < score[q])
        assert free[c.stream_site[better]].max(initial=0.0) < 1e-9
    left = amount - c.origin_class_work_mw(placed[:, None])[:, :, 0]
    for o, j in np.argwhere(left > 1e-9):
        reach = c.stream_site[(c.stream_origin == o) & (c.stream_class == j)]
        assert free[reach].max() < 1e-9
    assert free.min() > -1e-9
    assert home_shares(c)[~c.stream_home].max() == 0.0


@pytest.mark.xfail(
    strict=True,
    reason="decision 7 does not hold between two sites of one region: the dearer class fills the "
    "cleaner one, the only one that the other class can reach",
)
def test_unserved_work_is_not_the_price_of_greed():
    o = outlook(
        ["A"],
        1,
        units=[Unit("A", 9, 1)],
        places=[Place("A", 1.0, pue=1.0), Place("A", 1.0, pue=1.5)],
        works=[
            Work("anywhere", {"A": [0.8]}, unserved_cny_per_mwh=100),
            Work("near", {"A": [0.5]}, unserved_cny_per_mwh=10, sites=[0]),
        ],
    )
    signal = np.full((1, 25), 500.0)
    at_home, greedy = (
        World(make_actual(o), policy, perfect, only_average(signal)).run().unserved_mwh.sum()
        for policy in (HereAndNow(), GreenestNow())
    )
    assert at_home == pytest.approx(0.0, abs=1e-6)
    assert greedy == pytest.approx(0.0, abs=1e-6)
