"""What may be built: tables, costs, quotas, and what is said when something is missing."""

import shutil

import numpy as np
import pytest

from westshift.models.capital import annuity_per_a
from westshift.models.errors import InputError
from westshift.models.loading import find_folder
from westshift.models.scenario import load_scenario
from westshift.models.siting import STANDING, make_choices
from westshift.models.siting_costs import prices
from westshift.models.siting_world import (
    grown,
    standing,
    widest,
    with_halls,
    with_room,
    with_supply,
    without_sites,
)
from westshift.models.year import make_year


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(find_folder("two_region"), tmp_path / "mine")


def choices_of(overrides=None, green_field=False):
    s = load_scenario("two_region", overrides or {})
    return s, make_choices(s, make_year(s), green_field)


def test_costs_of_a_year_by_hand():
    s = load_scenario(
        "two_region",
        {"parameters.discount_rate_per_a": 0.08, "build_costs.servers.fixed_share_per_a": 0.03},
    )
    servers = prices(s)("servers", 2, True)
    assert servers.cny == pytest.approx(np.full(2, 4000e3 * (annuity_per_a(0.08, 4) + 0.03)))
    assert servers.kg == pytest.approx(np.full(2, 400e3 / 4))
    line = prices(s)("hvdc_line", 1, True)
    assert line.cny == pytest.approx([1000 * annuity_per_a(0.08, 40)])  # per MW and km
    energy = prices(s)("battery_energy", 1, True)
    assert energy.kg == pytest.approx([100e3 / 10])  # kg/kWh to kg/MWh


def test_a_dearer_hall_is_made_of_the_same():
    _, c = choices_of()
    air, cold = (c.hall_technology.index(t) for t in ("chilled_water", "cold_plate"))
    assert c.hall_price.cny[cold] == pytest.approx(1.1 * c.hall_price.cny[air])
    assert c.hall_price.kg[cold] == c.hall_price.kg[air] == pytest.approx(1000e3 / 20)
    assert c.hall_pue[air] == pytest.approx(np.full(8760, 1.25))
    assert c.hall_pue[cold] == pytest.approx(np.full(8760, 1.10))


def test_empty_racks_need_no_hall():
    _, c = choices_of({"parameters.energised_share": 0.8})
    fill = standing(c)
    assert [c.hall_technology[i] for i in np.flatnonzero(fill)] == [STANDING, STANDING]
    assert c.hall_empty_mw[fill] == pytest.approx([20.0, 20.0])
    assert not c.hall_price.cny[fill].any()
    assert not c.hall_price.kg[fill].any()
    assert (c.server_price.cny[fill] > 0).all()


def test_green_field_may_build_what_stood_and_fills_nothing():
    _, c = choices_of({"parameters.energised_share": 0.8}, green_field=True)
    assert not standing(c).any()
    assert c.region_halls_mw == pytest.approx([300.0, 300.0])


def test_quotas_become_limits():
    _, c = choices_of(
        {"quotas.west.energy_gwh": 3, "quotas.east.water_m3": 5, "line_quotas.west.east.most_mw": 7}
    )
    assert c.region_energy_mwh.tolist() == [np.inf, 3000.0]
    assert c.region_water_m3.tolist() == [5.0, np.inf]
    assert c.line_most_mw.tolist() == [7.0]
    assert c.line_loss_share == pytest.approx([0.02])


@pytest.mark.parametrize(
    ("table", "item", "said"),
    [
        ("build_costs", "servers", "servers may be built but has no cost: add a row for it [CNY/kW] to build_costs"),
        ("embodied", "wind", "wind may be built but has no embodied carbon"),
        ("capital", "wind", "wind may be built but has no cost: add a row for it [CNY/kW] to capital.csv"),
        ("plants", "wind", "plants.csv has no row for wind, which quotas.csv allows in west"),
        ("plants", "battery", "plants.csv has no row for battery, which quotas.csv allows"),
    ],
)  # fmt: skip
def test_a_technology_that_may_be_built_needs_its_figures(folder, table, item, said):
    path = folder / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith(f"{item},")), encoding="utf-8")
    s = load_scenario(folder)
    with pytest.raises(InputError, match=said.replace("[", r"\[").replace("]", r"\]")):
        make_choices(s, make_year(s))


def test_without_quotas_nothing_may_be_built(two_region):
    bare = two_region.model_copy(update={"quotas": ()})
    with pytest.raises(InputError, match=r"does not say what may be built: add quotas\.csv"):
        make_choices(bare, make_year(two_region))


def test_wind_needs_hours_to_take():
    with pytest.raises(InputError, match="allows wind in east, but generators"):
        choices_of({"quotas.east.wind_mw": 5})


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("build_costs", "4000,CNY/kW", "4000,CNY/kWh", "servers is in CNY/kW, not in CNY/kWh; convert it"),
        ("embodied", "400,kg/kW", "400,kg/MW", "servers is in kg/kW, not in kg/MW"),
        ("halls", "chilled_water,1,0,1,1", "chilled_water,3,0,1,1", "no row of cooling.csv has zone 4 and grade 3"),
        ("growth", "mid,2030,2,5,1\n", "", "'mid' has no row for 2030, which other paths have"),
        ("growth", "mid,2030,2,5,1", "mid,2030,3,5,1", "'mid' has different ones in different years"),
        ("plants", "smr,1,100,0,,,", "smr,1,100,0,0.9,,", "smr: means nothing here"),
        ("plants", "battery,1,0,0,0.95", "battery,1,0,0,", "battery: is empty; a battery needs it"),
        ("line_quotas", "west,east,0", "west,west,0", "'west' is where the line comes from"),
        ("quotas", "west,200", "wst,200", "'wst' is not in regions.csv"),
        ("quotas", "west,200", "west,-1", "out of range"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_said(folder, table, old, new, said):
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(folder)
    assert said in str(caught.value)


def test_a_world_with_nothing_built_is_the_same(two_region):
    year = make_year(two_region)
    c = make_choices(two_region, year)
    nothing = type(widest(c))(*(0.0 * x for x in vars(widest(c)).values()))
    s, again = with_halls(two_region, with_supply(year, c, nothing), c, nothing)
    assert s.sites == two_region.sites
    assert again.system.compute.sites == year.system.compute.sites
    assert (again.system.compute.stream_site == year.system.compute.stream_site).all()
    assert again.unit_max_mw[:-1].tolist() == year.unit_max_mw.tolist()
    assert not again.unit_max_mw[-1].any()


def test_a_world_with_the_plan_has_its_halls_beside_the_standing_ones(two_region):
    year = make_year(two_region)
    c = make_choices(two_region, year)
    all_of_it = widest(c)
    s, more = with_halls(two_region, with_supply(year, c, all_of_it), c, all_of_it)
    compute = more.system.compute
    assert len(s.sites) == len(compute.sites) == len(more.pue) == 2 + len(c.hall_site)
    assert compute.site_capacity_mw[2:] == pytest.approx(0.8 * c.server_most_mw)
    assert compute.site_idle_mw[2:] == pytest.approx(0.2 * c.server_most_mw)
    # As many ways lead to a hall as to the site it stands at, with the same round trips.
    for h, site in enumerate(c.hall_site.tolist()):
        here, there = compute.stream_site == 2 + h, compute.stream_site == site
        assert (compute.stream_rtt_ms[here] == compute.stream_rtt_ms[there]).all()
        assert (compute.stream_origin[here] == compute.stream_origin[there]).all()
    wide = with_room(year, c, all_of_it).system.compute.site_capacity_mw
    assert wide == pytest.approx(80.0 + np.bincount(c.hall_site, 0.8 * c.server_most_mw))


def test_growth_and_green_field(two_region):
    year = make_year(two_region)
    more = grown(year, 3.0, 1.1)
    assert more.arrivals_mwh == pytest.approx(3.0 * year.arrivals_mwh)
    assert more.demand_mw == pytest.approx(1.1 * year.demand_mw)
    bare = without_sites(year).system.compute
    assert not bare.site_capacity_mw.any()
    assert not bare.site_idle_mw.any()
