"""From tables to arrays, on two_region and on a copy of it with more in it."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from westshift.models.assemble import make_compute, make_grid, make_system, split_classes
from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario


def append(folder: Path, table: str, *rows: str) -> None:
    path = folder / f"{table}.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + "\n".join(rows) + "\n")


@pytest.fixture(scope="module")
def richer(tmp_path_factory):
    """two_region with a line, stores, water, gas, a second eastern site and a resident share."""
    folder = Path(shutil.copytree(SHIPPED / "two_region", tmp_path_factory.mktemp("s") / "richer"))
    append(folder, "lines", "east,west,50,0,1300,0.04,7", "west,north,20,30,100,0.01,1")
    append(folder, "storage", "west,battery,5,20,0.9,0.8,0.001,3")
    append(
        folder,
        "technologies",
        "hydro,水电,hydro,true,0",
        "gas,气电,thermal,false,380",
        "biomass,生物质,biomass,true,0",
    )
    append(
        folder,
        "generators",
        "west,hydro,100,4380,0.9,0.1,5,",
        "east,gas,60,,0.8,0.25,500,",
        "east,biomass,10,4380,1,0,100,50",
    )
    append(folder, "regions", "north,North,北部,north,west,45,105,0,0.2628,0,,,")
    append(
        folder,
        "sites",
        "east_2,East two,东部二,east,provincial,,34,119,30,4,1,0.1,chilled_water,1,2",
    )
    append(folder, "tariffs", "north,,,300,,")
    append(folder, "tariff_hours", "north,all," + ",".join("f" * 24))
    append(folder, "load_shape", "north,all," + ",".join("1" * 24))
    append(folder, "temperature", "east_2," + ",".join(["15"] * 12))
    text = (folder / "classes.csv").read_text(encoding="utf-8")
    text = text.replace(
        "batch,批处理,0.5,6,1000,any,10,0.1,0,10000,0",
        "batch,批处理,0.5,6,1000,clusters,10,0.1,2,10000,0.4",
    )
    (folder / "classes.csv").write_text(text, encoding="utf-8")
    text = (folder / "air.csv").read_text(encoding="utf-8").splitlines()
    text = [text[0] + ",east_2", *[line + ",15" for line in text[1:]]]
    (folder / "air.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    return load_scenario(folder, {"parameters.it_load_share": 0.36})


def test_two_region_is_what_its_readme_says(two_region):
    system = make_system(two_region)
    g, c = system.grid, system.compute
    assert (g.regions, c.origins, c.sites) == (
        ("east", "west"),
        ("east", "west"),
        ("east_1", "west_1"),
    )
    assert g.unit_technology == ("coal", "wind", "coal")
    assert g.unit_region.tolist() == [0, 1, 1]
    assert g.unit_emission_kg_per_mwh.tolist() == [900, 0, 900]
    assert g.unit_cost_cny_per_mwh.tolist() == [300, 0, 250]
    assert len(g.line_from) == len(g.storage_region) == 0
    assert (c.site_idle_mw.tolist(), c.site_capacity_mw.tolist()) == ([20, 20], [80, 80])
    streams = {
        (c.origins[o], c.classes[j], c.sites[s])
        for o, j, s in zip(c.stream_origin, c.stream_class, c.stream_site, strict=True)
    }
    assert streams == {
        ("east", "real_time", "east_1"), ("west", "real_time", "west_1"),
        ("east", "batch", "east_1"), ("east", "batch", "west_1"),
        ("west", "batch", "east_1"), ("west", "batch", "west_1"),
    }  # fmt: skip
    assert c.stream_transfer_cny_per_mwh.tolist() == [0 if h else 10 for h in c.stream_home]
    np.testing.assert_allclose(c.stream_added_rtt_ms[~c.stream_home], 20.73 - 2, atol=0.01)
    np.testing.assert_allclose(c.stream_added_rtt_ms[c.stream_home], 0.0, atol=1e-12)


def test_a_line_is_two_ways_and_a_way_without_capacity_is_none(richer):
    g = make_grid(richer)
    ways = {
        (g.regions[a], g.regions[b]): (mw, loss, cny)
        for a, b, mw, loss, cny in zip(
            g.line_from,
            g.line_to,
            g.line_capacity_mw,
            g.line_loss_share,
            g.line_cost_cny_per_mwh,
            strict=True,
        )
    }
    assert ways == {
        ("east", "west"): (50.0, 0.04, 7.0),
        ("west", "north"): (20.0, 0.01, 1.0),
        ("north", "west"): (30.0, 0.01, 1.0),
    }


def test_units_and_stores_are_what_their_tables_say(richer):
    g = make_grid(richer)
    by = dict(
        zip(zip(g.unit_technology, g.unit_region.tolist(), strict=True), range(6), strict=True)
    )
    water, gas, wood = by["hydro", 1], by["gas", 0], by["biomass", 0]
    assert g.unit_day_limited.tolist() == [k == water for k in range(6)]
    assert g.unit_renewable.tolist() == [k in (water, by["wind", 1]) for k in range(6)]
    assert g.unit_emission_kg_per_mwh[[gas, wood]].tolist() == [
        380,
        50,
    ]  # its technology's, its own
    assert g.unit_capacity_mw[water] == 100
    assert g.storage_region.tolist() == [1]
    store = (
        g.storage_power_mw, g.storage_energy_mwh, g.storage_charge_efficiency,
        g.storage_discharge_efficiency, g.storage_standing_loss_per_h, g.storage_cost_cny_per_mwh,
    )  # fmt: skip
    assert [x.item() for x in store] == [5, 20, 0.9, 0.8, 0.001, 3]
    assert g.lost_load_cny_per_mwh == 20_000


def test_hardware_counts_for_room_and_not_for_idle_power(richer):
    c = make_compute(richer)
    assert c.sites[2] == "east_2"
    assert c.site_idle_mw.tolist() == [20, 20, 6]
    assert c.site_capacity_mw.tolist() == [80, 80, 24 * 2]
    assert c.site_efficiency.tolist() == [1, 1, 2]


def test_the_resident_part_stays_home_and_clusters_means_clusters_or_home(richer):
    c = make_compute(richer)
    assert c.classes == ("real_time", "batch", "batch (resident)")
    assert c.class_tier == ("real_time", "batch", "batch")
    shares = [(x.job_class, bound, share) for x, bound, share in split_classes(richer.classes)]
    assert shares == [
        ("real_time", False, 0.5),
        ("batch", False, pytest.approx(0.3)),
        ("batch", True, pytest.approx(0.2)),
    ]
    reach = {
        (c.origins[o], c.classes[j]): {c.sites[s] for s in c.stream_site[
            (c.stream_origin == o) & (c.stream_class == j)
        ]}
        for o in range(2)
        for j in range(3)
    }  # fmt: skip
    assert reach == {
        ("east", "real_time"): {"east_1", "east_2"},
        ("west", "real_time"): {"west_1"},
        ("east", "batch"): {"east_1", "east_2", "west_1"},
        ("west", "batch"): {"east_1", "west_1"},  # east_2 is no cluster
        ("east", "batch (resident)"): {"east_1", "east_2"},
        ("west", "batch (resident)"): {"west_1"},
    }
    assert "north" not in c.origins  # no work arises there


def test_added_distance_is_against_home_by_its_capacity_and_priced(richer):
    c = make_compute(richer)
    home = c.stream_home & (c.stream_origin == 0) & (c.stream_class == 1)
    weight = c.site_capacity_mw[c.stream_site[home]]
    mean = weight @ c.stream_rtt_ms[home] / weight.sum()
    np.testing.assert_allclose(weight @ c.stream_added_rtt_ms[home], 0.0, atol=1e-9)
    away = (~c.stream_home) & (c.stream_origin == 0) & (c.stream_class == 1)
    np.testing.assert_allclose(c.stream_added_rtt_ms[away], c.stream_rtt_ms[away] - mean)
    batch = c.stream_class > 0
    np.testing.assert_allclose(
        c.stream_latency_cny_per_mwh, np.where(batch, 2.0, 0.0) * c.stream_added_rtt_ms
    )


def test_data_that_moves_has_a_price_and_draws_power():
    scenario = load_scenario("two_region", {"parameters.transfer_energy_kwh_per_gb": 0.5})
    c = make_compute(scenario)
    moved = ~c.stream_home
    assert (c.stream_transfer_mwh_per_mwh[moved] == 10 * 0.5 / 1000).all()
    assert (c.stream_transfer_mwh_per_mwh[~moved] == 0).all()


def test_a_tighter_limit_takes_streams_away_and_too_tight_a_one_is_refused():
    near = make_compute(load_scenario("two_region", {"classes.batch.rtt_limit_ms": 20.7}))
    assert near.stream_home.all()
    just = make_compute(load_scenario("two_region", {"classes.batch.rtt_limit_ms": 20.8}))
    assert not just.stream_home.all()
    with pytest.raises(InputError, match=r"class batch of region east.*rtt_limit_ms 1"):
        make_compute(load_scenario("two_region", {"classes.batch.rtt_limit_ms": 1}))


def test_utilisation_and_energised_share_bound_the_room():
    c = make_compute(
        load_scenario(
            "two_region", {"parameters.energised_share": 0.9, "parameters.max_utilisation": 0.5}
        )
    )
    np.testing.assert_allclose(c.site_idle_mw, 18.0)
    np.testing.assert_allclose(c.site_capacity_mw, 0.8 * 90 * 0.5)
