"""Sites behind their meters stepped by Vessim, unmodified: the same grid power, charge and carbon."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.bench import stepping, vessim_peer
from westshift.experiments.bench.apart import here
from westshift.models.errors import InputError, SolveError
from westshift.sim.behind_the_meter import run_metered

YEAR = stepping.Year(sites=3, hours=200)


@pytest.fixture
def _vessim():
    pytest.importorskip("vessim", reason="compares with Vessim: pip install 'westshift[peers]'")


def lossy(sites):
    """The same with losses, and different limits on charging and discharging."""
    return replace(
        sites,
        charge_efficiency=np.array([0.95, 0.8, 1.0]),
        discharge_efficiency=np.array([0.9, 1.0, 0.7]),
        charge_power_mw=0.5 * sites.charge_power_mw,
    )


def bare(sites):
    """The same, one without a battery, one without panels, and one whose battery has no power."""
    factor = np.array([1.0, 0.0, 1.0])
    return replace(
        sites,
        battery_energy_mwh=sites.battery_energy_mwh * np.array([0.0, 1.0, 1.0]),
        solar_mw=sites.solar_mw * factor[:, None],
        charge_power_mw=sites.charge_power_mw * np.array([1.0, 1.0, 0.0]),
        discharge_power_mw=sites.discharge_power_mw * np.array([1.0, 1.0, 0.0]),
    )


@pytest.mark.usefixtures("_vessim")
@pytest.mark.parametrize("change", [lambda sites: sites, lossy, bare])
def test_every_hour_is_the_same(change):
    sites = change(stepping.drawn(YEAR))
    ours, theirs = run_metered(sites), vessim_peer.found(sites)
    net = ours.hourly.drawn_mw - ours.hourly.fed_in_mw
    np.testing.assert_allclose(theirs.grid_mw, net, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(theirs.charged_mwh, ours.hourly.charged_mwh, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(theirs.carbon_kg, ours.sums.carbon_kg, rtol=1e-6)
    assert stepping.worst_off(ours, theirs) < 1e-9
    assert ours.sums.fed_in_mwh.any()
    assert np.ptp(ours.hourly.charged_mwh, axis=1).any()


@pytest.mark.usefixtures("_vessim")
def test_the_benchmark_has_ours_first_in_each_group():
    table = stepping.rows(repeats=1, hours=48, sites=2, run=here)
    assert [row.measured for row in table] == [stepping.SUMMED] * 3 + [stepping.RECORDED] * 3
    for first in (0, 3):
        assert table[first].way == stepping.OURS
        assert table[first].times == 1.0
        assert all("Vessim" in row.way for row in table[first + 1 : first + 3])
    assert max(row.furthest_off for row in table) < 1e-9
    assert all(row.seconds > 0 for row in table)


@pytest.mark.usefixtures("_vessim")
def test_what_differs_is_not_timed(monkeypatch):
    right = vessim_peer.found

    def wrong(sites):
        found = right(sites)
        found.charged_mwh[1, 7] *= 1.0001
        return found

    monkeypatch.setattr(vessim_peer, "found", wrong)
    with pytest.raises(SolveError, match=r"Vessim and .* nothing was measured"):
        stepping.rows(repeats=1, hours=48, sites=2, run=here)


def test_without_vessim_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "vessim", None)
    with pytest.raises(InputError, match=r"vessim is not installed.*westshift\[peers\]"):
        stepping.rows(repeats=1, hours=3, sites=1, run=here)


def test_drawn_batteries_are_worked():
    sites = stepping.drawn(stepping.Year(10, 8760))
    sums = run_metered(sites).sums
    assert (sums.drawn_mwh > 0).all()
    assert (sums.fed_in_mwh > 0).sum() >= 5
    assert (sums.discharge_mwh > 50 * sites.battery_energy_mwh).all()
