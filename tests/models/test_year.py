"""A scenario's year and its horizons: totals, history, odd lengths."""

import numpy as np
import pytest

from westshift.experiments.simulate import simulate
from westshift.models.actual import HISTORY_H
from westshift.models.assemble import make_compute, split_classes
from westshift.models.calendar import Horizon
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario
from westshift.models.year import actual_of, horizons, make_year


@pytest.fixture(scope="module")
def toy():
    scenario = load_scenario("two_region")
    return scenario, make_year(scenario)


def test_the_account_of_data_centers_closes(toy):
    scenario, year = toy
    c, p = year.system.compute, scenario.parameters
    design = sum(s.it_design_mw for s in scenario.sites)
    it = year.arrivals_mwh.sum() / year.calendar.hours + c.site_idle_mw.sum()
    assert it == pytest.approx(p.it_load_share * design)
    total = sum(r.consumption_twh for r in scenario.regions) * 1e6
    assert year.consumption_mw.sum() == pytest.approx(total)
    assert (year.demand_mw < year.consumption_mw).all()


def test_classes_split_by_residency_keep_their_shares():
    scenario = load_scenario("east_west")
    parts = split_classes(scenario.classes)
    assert sum(share for _, _, share in parts) == pytest.approx(1.0)
    c = make_compute(scenario)
    stays = np.array(["(resident)" in name for name in c.classes])[c.stream_class]
    assert c.stream_home[stays].all()
    assert not c.stream_home.all()
    limit = {x.job_class: x.rtt_limit_ms for x in scenario.classes}
    assert all(
        ms <= limit[c.class_tier[j]] for ms, j in zip(c.stream_rtt_ms, c.stream_class, strict=True)
    )
    assert (c.stream_transfer_cny_per_mwh[c.stream_home] == 0).all()


def test_before_the_first_day_lies_the_last(toy):
    scenario, year = toy
    first = actual_of(scenario, year, Horizon("first", 0, 48, 1.0))
    np.testing.assert_array_equal(first.demand_mw[:, :HISTORY_H], year.demand_mw[:, -24:])
    np.testing.assert_array_equal(first.now(first.demand_mw), year.demand_mw[:, :48])


@pytest.mark.parametrize("length", [1, 5, 25])
def test_horizons_of_any_length_run(length):
    run = simulate(
        load_scenario("two_region", {"horizon": {"weeks": [100], "length_h": length}}), workers=1
    )
    for name, ledger in run.ledgers.items():
        assert ledger.hours == length
        assert ledger.served_mwh.sum() + ledger.unserved_mwh.sum() == pytest.approx(
            ledger.arrived_mwh.sum()
        ), name
        assert ledger.unserved_mwh.sum() == pytest.approx(0.0, abs=1e-6), name


def test_weights_count(toy):
    changes = {
        "horizon": {"weeks": [0, 2400], "length_h": 24, "weights": [2.0, 3.0]},
        "policies": ["oracle"],
    }
    run = simulate(load_scenario("two_region", changes), workers=1)
    day = run.hours["oracle"]
    by_hand = sum(w * (h.generation_mw.sum()) for w, h in zip((2.0, 3.0), day, strict=True))
    assert run.ledgers["oracle"].generation_mwh.sum() == pytest.approx(by_hand)
    assert [h.weight for h in horizons(run.scenario, run.year)] == [2.0, 3.0]


def test_sites_larger_than_their_region_are_refused():
    with pytest.raises(InputError, match="consumption_twh"):
        make_year(load_scenario("two_region", {"regions.east.consumption_twh": 0.01}))


def test_work_without_a_home_is_refused():
    with pytest.raises(InputError, match="rtt_limit_ms"):
        make_year(load_scenario("two_region", {"classes.real_time.rtt_limit_ms": 0.001}))
