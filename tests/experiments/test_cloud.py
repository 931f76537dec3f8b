"""Cloud regions without a grid: three made ones by hand, refusals, and the published thirty."""

import os
from pathlib import Path

import numpy as np
import pytest

from westshift.experiments.cloud import BASELINE, BOUND, cloud_table, run_cloud
from westshift.experiments.cloud_world import YEAR_H, cloud_of, read_cloud
from westshift.experiments.online_table import competitive
from westshift.models.errors import InputError
from westshift.models.jobs import Jobs
from westshift.models.settings import Forecast

REGIONS = ("clean", "near", "far")
RTT = np.array([[5.0, 40.0, 200.0], [40.0, 5.0, 200.0], [200.0, 200.0, 5.0]])


def log(n=3 * YEAR_H, length_s=3600.0):
    """One machine an hour to each of three regions."""
    arrival = np.arange(n) // 3 * 3600.0
    return Jobs(
        arrival_s=arrival,
        length_s=np.full(n, length_s),
        power_kw=np.ones(n),
        cores=np.ones(n),
        due_s=np.full(n, np.nan),
        job_class=np.zeros(n, int),
        origin=np.zeros(n, int),
    )


def made(limit_ms=100.0):
    kg = np.repeat([[100.0], [400.0], [800.0]], YEAR_H, axis=1)
    kg[2, ::24] = 200.0  # the far one is cleaner for an hour a day
    return cloud_of(REGIONS, kg, RTT, log(), limit_ms)


@pytest.fixture(scope="module")
def outcome():
    cloud = made()
    names = ("greenest-now", "wait-awhile", "planned", BOUND)
    ledgers = run_cloud(cloud, names, weeks=(3,), forecast=Forecast(kind="perfect")).ledgers
    return cloud, ledgers, cloud_table(cloud, ledgers).set_index("policy")


def test_thirty_megawatts_a_site_of_twenty(outcome):
    cloud, _, table = outcome
    assert cloud.arrivals_mwh.sum() == pytest.approx(3 * 10 * YEAR_H)
    assert np.allclose(cloud.system.compute.site_capacity_mw, 20)
    # At home 10 MW each: (100 + 400 + 800·23/24 + 200/24) / 3.
    assert table.mean_kg_per_mwh[BASELINE] == pytest.approx((500 + 775) / 3)
    # The clean site takes in 10 MW of its neighbour; the far one has nobody within 100 ms and cannot wait now.
    assert table.mean_kg_per_mwh["greenest-now"] == pytest.approx((200 + 775) / 3, rel=1e-6)
    assert table.added_rtt_mean_ms["greenest-now"] == pytest.approx(35 / 3, rel=1e-6)
    assert table.moved_pct["greenest-now"] == pytest.approx(100 / 3, rel=1e-6)


def test_the_bound_is_a_bound(outcome):
    _, _, table = outcome
    assert (table.mean_kg_per_mwh >= table.mean_kg_per_mwh[BOUND] - 1e-6).all()
    assert table.regret_pct[BOUND] == 0
    assert table.regret_pct[BASELINE] == pytest.approx(100)
    assert (table.unserved_pct == 0).all()
    assert table.mean_kg_per_mwh["wait-awhile"] < table.mean_kg_per_mwh[BASELINE]


def test_what_no_grid_can_tell_is_missing(outcome):
    _, ledgers, table = outcome
    for ledger in ledgers.values():
        for figure in (ledger.system_kg, ledger.system_cny, ledger.energy_cny):
            assert np.isnan(figure)
        assert np.isnan(ledger.site_marginal_kg).all()
        assert ledger.hours == pytest.approx(YEAR_H)
    assert not any("system" in column or "cny" in column for column in table.columns)


def test_the_online_policy_has_its_ratio_beside_the_proven_one():
    cloud = made()
    done = run_cloud(cloud, ("double-threshold", "wait-awhile"), weeks=(3, 4))
    assert {name: len(each) for name, each in done.ratios.items()} == {"double-threshold": 2}
    table = competitive(done.ratios, done.weeks, cloud.regions)
    # The far one alone ever changes, from 800 to 200, and had shown both the day before; a pause costs 10 kg/MWh.
    assert table.proven_ratio.tolist() == pytest.approx([1.0, 1.0, (820 / 220) ** 0.5] * 2)
    assert table.bounds_known.all()
    assert (table.found_ratio.fillna(1.0) >= 1 - 1e-9).all()


def test_work_is_conserved(outcome):
    cloud, ledgers, _ = outcome
    hours = slice(3 * 168, 4 * 168)
    arrived = cloud.arrivals_mwh[..., hours].sum() * YEAR_H / 168
    for ledger in ledgers.values():
        assert ledger.served_mwh.sum() + ledger.unserved_mwh.sum() == pytest.approx(arrived)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("oracle", "plants"),
        ("follow-marginal", "plants"),
        ("cheapest", "prices"),
        ("west-quota", "west"),
    ],
)
def test_policies_that_need_what_is_not_known_are_refused(name, said):
    with pytest.raises(InputError, match=said):
        run_cloud(made(), (name,), weeks=(0,))


@pytest.mark.parametrize("weeks", [(), (52,), (-1,), (3, 3)])
def test_weeks_that_are_not_there_are_refused(weeks):
    with pytest.raises(InputError, match="from 0 to 51"):
        run_cloud(made(), (BASELINE,), weeks=weeks)


def test_a_log_without_work_and_a_short_year_are_refused():
    with pytest.raises(InputError, match="no job draws anything"):
        cloud_of(REGIONS, np.ones((3, YEAR_H)), RTT, log(0), 100.0)
    with pytest.raises(InputError, match="8760 hours"):
        cloud_of(REGIONS, np.ones((3, 8784)), RTT, log(), 100.0)


def test_equal_intensities_leave_nothing_to_gain():
    cloud = cloud_of(REGIONS, np.full((3, YEAR_H), 5.0), RTT, log(), 300.0)
    table = cloud_table(
        cloud, run_cloud(cloud, ("greenest-now", "wait-awhile"), weeks=(0,)).ledgers
    )
    assert np.allclose(table.mean_kg_per_mwh, 5)
    assert np.allclose(table.avoided_pct, 0)
    assert table.regret_pct.isna().all()


def test_the_published_regions():
    data = os.environ.get("WESTSHIFT_DATA")
    if not data or not (Path(data) / "jobs" / "azure-100k.csv.gz").is_file():
        pytest.skip(
            "WESTSHIFT_DATA does not name a folder with cloud2022/ and jobs/azure-100k.csv.gz"
        )
    cloud = read_cloud(Path(data))
    assert len(cloud.regions) == 30
    ledgers = run_cloud(cloud, ("greenest-now", "wait-awhile"), weeks=(2,)).ledgers
    table = cloud_table(cloud, ledgers).set_index("policy")
    assert table.avoided_pct["greenest-now"] > table.avoided_pct["wait-awhile"] > 0
    assert table.added_rtt_p95_ms["greenest-now"] <= 150
