"""What happens in a horizon is the year's own hours, wherever the horizon lies."""

import shutil
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from westshift.models.actual import HISTORY_H, Actual
from westshift.models.calendar import Horizon
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario
from westshift.models.year import actual_of, make_year
from westshift.sim.placing import home_shares

SERIES = (
    "demand_mw", "unit_max_mw", "unit_min_mw", "pue", "tariff_cny_per_mwh", "arrivals_mwh",
)  # fmt: skip


@pytest.fixture(scope="module")
def numbered():
    """A scenario and its year, in which every series counts the hours and water counts the days."""
    scenario = load_scenario("two_region")
    year = make_year(scenario)
    H = year.calendar.hours
    counted = {name: 0.0 * getattr(year, name) + np.arange(H) for name in SERIES}
    days = 0.0 * year.unit_day_mwh + 24.0 * np.arange(H // 24)
    return scenario, type(year)(**{**vars(year), **counted, "unit_day_mwh": days})


@pytest.mark.parametrize(
    ("start", "length"), [(0, 24), (24, 168), (100, 1), (8759, 1), (8736, 24), (48, 31), (0, 8760)]
)
def test_hours_and_history_are_cut_where_they_lie(numbered, start, length):
    scenario, year = numbered
    a = actual_of(scenario, year, Horizon("h", start, length, 2.0))
    assert (a.hours, a.start_h, a.weight, a.name) == (length, start, 2.0, "h")
    for name in SERIES:
        series = getattr(a, name)
        assert series.shape[-1] == HISTORY_H + length
        np.testing.assert_array_equal(a.now(series)[0].ravel()[:length], start + np.arange(length))
        before = series[..., :HISTORY_H].reshape(-1, HISTORY_H)[0]
        np.testing.assert_array_equal(before, np.arange(start - 24, start) % 8760)


@pytest.mark.parametrize(
    ("start", "length", "wanted"),
    [
        (0, 24, [24 * 364, 0]),
        (24, 48, [0, 24, 48]),
        (48, 31, [24, 48, 24 * 3 * 7 / 24]),  # seven hours have seven hours' share of a day
        (240, 1, [216, 10]),
        (8736, 24, [24 * 363, 24 * 364]),
    ],
)
def test_a_days_water_is_its_days_or_its_part_of_it(numbered, start, length, wanted):
    scenario, year = numbered
    a = actual_of(scenario, year, Horizon("h", start, length, 1.0))
    np.testing.assert_allclose(a.unit_day_mwh[0], wanted)


def test_what_a_scenario_says_of_places_comes_along(two_region):
    year = make_year(two_region)
    a = actual_of(two_region, year, Horizon("h", 24, 24, 1.0))
    assert a.official_kg_per_mwh.tolist() == [900, 0]
    assert a.wue_l_per_kwh.tolist() == [1, 1]
    assert a.carbon_cny_per_kg == pytest.approx(0.09)
    assert a.system is year.system


def test_consumption_is_demand_and_the_baselines_load(two_region):
    year = make_year(two_region)
    c = year.system.compute
    work = home_shares(c)[:, None] * year.arrivals_mwh[c.stream_origin, c.stream_class]
    load = c.load_mw(work, year.pue, len(year.system.grid.regions))
    np.testing.assert_allclose(year.demand_mw + load, year.consumption_mw)
    np.testing.assert_allclose(load.mean(axis=1), [62.5, 37.5])  # README.md
    np.testing.assert_allclose(year.consumption_mw.mean(axis=1), [600, 150])
    np.testing.assert_allclose(year.arrivals_mwh.mean(axis=2), [[15, 15], [5, 5]])


def test_arrays_are_laid_out_as_they_will_be_in_another_process(two_region):
    a = actual_of(two_region, make_year(two_region), Horizon("h", 24, 31, 1.0))
    turned = [
        f.name
        for f in fields(Actual)
        if isinstance(getattr(a, f.name), np.ndarray) and not getattr(a, f.name).flags.c_contiguous
    ]
    assert turned == []


def test_now_takes_history_off_series_of_any_rank(numbered):
    scenario, year = numbered
    a = actual_of(scenario, year, Horizon("h", 24, 3, 1.0))
    assert a.now(a.arrivals_mwh).shape == (2, 2, 3)
    assert a.now(a.demand_mw).shape == (2, 3)


@pytest.mark.xfail(
    strict=True,
    reason="a horizon from noon to noon has the first day's water, but must run what flows in its "
    "own hours, which is more while the river rises: dispatch is infeasible",
)
def test_water_that_must_run_as_it_comes_never_exceeds_its_day(tmp_path):
    folder = Path(shutil.copytree(SHIPPED / "two_region", tmp_path / "river"))
    for table, row in (
        ("technologies", "hydro,水电,hydro,true,0"),
        ("generators", "west,hydro,100,4380,1,0.5,0,"),  # must-run is all that flows in
    ):
        path = folder / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", "utf-8")
    path = folder / "hydro_shape.csv"
    season = ",".join(map(str, (0.4, 0.4, 0.6, 0.8, 1.2, 1.6, 1.8, 1.6, 1.4, 1.0, 0.7, 0.5)))
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *[f"{r.split(',')[0]},{season}" for r in rows]]) + "\n")
    scenario = load_scenario(folder)
    year = make_year(scenario)
    water = year.system.grid.unit_technology.index("hydro")
    for start in (2400, 2412):  # in April the river rises
        a = actual_of(scenario, year, Horizon("h", start, 24, 1.0))
        must_run = a.now(a.unit_min_mw)[water].sum()
        assert must_run <= a.unit_day_mwh[water, 1] * (1 + 1e-9), start
