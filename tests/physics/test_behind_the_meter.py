"""Behind any meters and under any rule: energy is conserved, batteries stay within bounds, sites do not mix."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.metered import MeteredSites
from westshift.sim.behind_the_meter import BLOCK_H, MeteredWorld, run_metered

seeds = st.integers(0, 10_000)


def some(seed, n=4, hours=60):
    """Drawn sites: a night without sun, and batteries of all sizes, one of them none."""
    rng = np.random.default_rng(seed)
    least, energy = rng.uniform(0.0, 0.3, n), rng.uniform(1.0, 60.0, n)
    energy[rng.integers(n)] = 0.0
    return MeteredSites(
        names=tuple(f"site {i}" for i in range(n)),
        load_mw=rng.uniform(0.0, 20.0, (n, hours)),
        solar_mw=rng.uniform(0.0, 40.0, (n, hours)) * (np.arange(hours) % 24 > 11),
        site_region=rng.integers(0, 2, n),
        intensity_kg_per_mwh=rng.uniform(50.0, 900.0, (2, hours)),
        battery_energy_mwh=energy,
        charge_power_mw=rng.uniform(0.0, 15.0, n),
        discharge_power_mw=rng.uniform(0.0, 15.0, n),
        charge_efficiency=rng.uniform(0.6, 1.0, n),
        discharge_efficiency=rng.uniform(0.6, 1.0, n),
        least_charged_share=least,
        start_charged_share=rng.uniform(least, 1.0),
    )


def only(sites, i):
    """One of them, alone."""
    cut = {
        f.name: getattr(sites, f.name)[[i]]
        for f in fields(sites)
        if f.name not in ("names", "intensity_kg_per_mwh")
    }
    return replace(sites, names=(sites.names[i],), **cut)


def wild(net_mw, intensity_kg_per_mwh, charged_mwh):
    """A rule that asks for more than any battery can do, up and down."""
    return 1e3 * np.sin(7.0 * net_mw + intensity_kg_per_mwh)


@settings(max_examples=30)
@given(seeds, st.sampled_from([None, wild]))
def test_energy_is_conserved_and_batteries_keep_within_their_bounds(seed, rule):
    s = some(seed)
    h = run_metered(s, *([rule] if rule else [])).hourly
    np.testing.assert_allclose(
        s.load_mw + h.charge_mw + h.fed_in_mw, s.solar_mw + h.discharge_mw + h.drawn_mw, atol=1e-11
    )
    before = np.column_stack([s.start_charged_share * s.battery_energy_mwh, h.charged_mwh[:, :-1]])
    moved = (
        h.charge_mw * s.charge_efficiency[:, None]
        - h.discharge_mw / s.discharge_efficiency[:, None]
    )
    np.testing.assert_allclose(h.charged_mwh, before + moved, atol=1e-11)
    assert (h.charged_mwh <= s.battery_energy_mwh[:, None]).all()
    assert (h.charged_mwh >= (s.least_charged_share * s.battery_energy_mwh)[:, None]).all()
    assert (h.charge_mw <= s.charge_power_mw[:, None]).all()
    assert (h.discharge_mw <= s.discharge_power_mw[:, None]).all()
    for f in fields(h):
        assert (getattr(h, f.name) >= 0).all(), f.name
    assert not (h.drawn_mw * h.fed_in_mw).any()
    assert not (h.charge_mw * h.discharge_mw).any()
    np.testing.assert_allclose(h.carbon_kg, h.drawn_mw * s.intensity_kg_per_mwh[s.site_region])


@settings(max_examples=20)
@given(seeds)
def test_the_grid_gets_only_what_the_battery_cannot_take_or_give(seed):
    s = some(seed)
    h = run_metered(s).hourly
    before = np.column_stack([s.start_charged_share * s.battery_energy_mwh, h.charged_mwh[:, :-1]])
    in_store = before - (s.least_charged_share * s.battery_energy_mwh)[:, None]
    can_give = np.minimum(s.discharge_power_mw[:, None], in_store * s.discharge_efficiency[:, None])
    room = (s.battery_energy_mwh[:, None] - before) / s.charge_efficiency[:, None]
    can_take = np.minimum(s.charge_power_mw[:, None], room)
    draws, feeds = h.drawn_mw > 1e-9, h.fed_in_mw > 1e-9
    assert draws.any()
    assert feeds.any()
    np.testing.assert_allclose(h.discharge_mw[draws], can_give[draws], atol=1e-9)
    np.testing.assert_allclose(h.charge_mw[feeds], can_take[feeds], atol=1e-9)


@settings(max_examples=10)
@given(seeds)
def test_a_site_does_not_feel_the_others(seed):
    s = some(seed)
    together = run_metered(s).hourly
    for i in range(len(s.names)):
        alone = run_metered(only(s, i)).hourly
        for f in fields(alone):
            assert getattr(alone, f.name)[0].tolist() == getattr(together, f.name)[i].tolist()


@pytest.mark.parametrize("hours", [1, BLOCK_H - 1, BLOCK_H, BLOCK_H + 1, 3 * BLOCK_H + 7])
def test_sums_are_the_same_when_hours_are_not_recorded(hours):
    s = some(3, hours=hours)
    kept, summed = run_metered(s), run_metered(s, record=False)
    assert summed.hourly is None
    for f in fields(kept.sums):
        np.testing.assert_allclose(
            getattr(summed.sums, f.name), getattr(kept.sums, f.name), rtol=1e-12
        )
    np.testing.assert_allclose(kept.sums.drawn_mwh, kept.hourly.drawn_mw.sum(axis=1))
    np.testing.assert_allclose(kept.sums.carbon_kg, kept.hourly.carbon_kg.sum(axis=1))
    assert kept.sums.hours == hours
    assert kept.sums.end_charged_mwh.tolist() == kept.hourly.charged_mwh[:, -1].tolist()


def test_recording_off_keeps_no_more_than_a_block():
    assert MeteredWorld(some(0, hours=1000), record=False).record.grid_mw.shape == (BLOCK_H, 4)
