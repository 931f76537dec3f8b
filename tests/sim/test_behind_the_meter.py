"""Sites behind their meters: solved by hand, under other rules, and nothing unusable let in."""

from dataclasses import fields, replace

import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.metered import MeteredSites
from westshift.sim.behind_the_meter import MeteredWorld, run_metered


def one(load, solar, energy=20.0, charge=10.0, discharge=8.0, efficiency=(1.0, 1.0), least=0.0, start=0.5,
        intensity=500.0):  # fmt: skip
    """One site in one region."""
    return MeteredSites(
        names=("here",),
        load_mw=np.array([load], float),
        solar_mw=np.array([solar], float),
        site_region=np.array([0]),
        intensity_kg_per_mwh=np.broadcast_to(np.array(intensity, float), (1, len(load))),
        battery_energy_mwh=np.array([energy]),
        charge_power_mw=np.array([charge]),
        discharge_power_mw=np.array([discharge]),
        charge_efficiency=np.array([efficiency[0]]),
        discharge_efficiency=np.array([efficiency[1]]),
        least_charged_share=np.array([least]),
        start_charged_share=np.array([start]),
    )


def rows_of(hourly):
    return {f.name: getattr(hourly, f.name)[0].tolist() for f in fields(hourly)}


def near(values):
    return pytest.approx(values, rel=1e-12, abs=1e-12)


# Solved by hand


def test_losses_and_every_limit_in_turn():
    # 10 of 20 MWh to start with, of which 2 stay. Hour 0: 8 MWh in store give 4 MW. Hours 1 and 2: 10 MW of
    # 15 charge and store 8. Hour 3: 16 MWh give 8 MW, all that its power allows.
    s = one(
        [10, 10, 10, 10],
        [0, 25, 25, 0],
        efficiency=(0.8, 0.5),
        least=0.1,
        intensity=[500, 100, 100, 400],
    )
    found = run_metered(s)
    assert rows_of(found.hourly) == {
        "drawn_mw": near([6, 0, 0, 2]),
        "fed_in_mw": near([0, 5, 5, 0]),
        "charge_mw": near([0, 10, 10, 0]),
        "discharge_mw": near([4, 0, 0, 8]),
        "charged_mwh": near([2, 10, 18, 2]),
        "carbon_kg": near([3000, 0, 0, 800]),
    }
    sums = found.sums
    assert (sums.hours, sums.drawn_mwh[0], sums.fed_in_mwh[0]) == (4, near(8.0), near(10.0))
    assert (sums.charge_mwh[0], sums.discharge_mwh[0]) == (near(20.0), near(12.0))
    assert (sums.carbon_kg[0], sums.end_charged_mwh[0]) == (near(3800.0), near(2.0))


def test_a_full_battery_feeds_in():
    found = rows_of(run_metered(one([1, 1], [5, 5], start=1.0)).hourly)
    assert found["fed_in_mw"] == [4, 4]
    assert found["charge_mw"] == [0, 0]
    assert found["charged_mwh"] == [20, 20]


def test_what_is_left_of_room_is_filled_and_no_more():
    found = rows_of(run_metered(one([0], [9], start=0.9, efficiency=(0.5, 1.0))).hourly)
    assert found["charge_mw"] == near([4])  # 2 MWh of room
    assert found["charged_mwh"] == [20]
    assert found["fed_in_mw"] == near([5])


def test_a_lossless_cycle_gives_back_what_it_took():
    found = run_metered(one([6, 6, 6, 6], [10, 9, 0, 5], discharge=10.0, start=0.0))
    assert found.hourly.charged_mwh[0].tolist() == [4, 7, 1, 0]
    assert found.sums.drawn_mwh[0] == found.sums.fed_in_mwh[0] == found.sums.carbon_kg[0] == 0


@pytest.mark.parametrize("how", [{"energy": 0.0}, {"charge": 0.0, "discharge": 0.0}])
def test_without_a_battery_the_meter_nets(how):
    found = rows_of(run_metered(one([3, 3], [1, 7], **how)).hourly)
    assert found["drawn_mw"] == [2, 0]
    assert found["fed_in_mw"] == [0, 4]
    assert found["charge_mw"] == found["discharge_mw"] == [0, 0]


def test_without_sun_the_battery_empties_once_and_stays():
    found = rows_of(run_metered(one([4] * 5, [0] * 5, start=0.5)).hourly)
    assert found["discharge_mw"] == [4, 4, 2, 0, 0]
    assert found["drawn_mw"] == [0, 0, 2, 4, 4]
    assert found["charged_mwh"] == [6, 2, 0, 0, 0]


def test_a_site_draws_at_the_signal_of_its_own_region():
    a = one([5], [0], energy=0.0)
    both = replace(
        a,
        names=("dirty", "clean"),
        site_region=np.array([1, 0]),
        intensity_kg_per_mwh=np.array([[20.0], [800.0]]),
        **{f.name: np.repeat(getattr(a, f.name), 2, axis=0) for f in fields(a)
           if f.name not in ("names", "site_region", "intensity_kg_per_mwh")},
    )  # fmt: skip
    assert run_metered(both).sums.carbon_kg.tolist() == [4000, 100]


# Rules, and stepping by hand


def test_a_rule_may_charge_from_a_clean_grid_and_save_carbon():
    def when_clean(net_mw, intensity_kg_per_mwh, charged_mwh):
        return np.where(intensity_kg_per_mwh < 100.0, np.inf, -net_mw)

    s = one([8, 8], [0, 0], start=0.0, intensity=[50, 900])
    clean, plain = run_metered(s, when_clean), run_metered(s)
    assert clean.hourly.drawn_mw[0].tolist() == [18, 0]
    assert (clean.sums.carbon_kg[0], plain.sums.carbon_kg[0]) == (900, 7600)


def test_an_agent_shows_its_charge_between_hours():
    s = one([4, 1, 6], [9, 0, 2])
    world, recorded = MeteredWorld(s), run_metered(s).hourly.charged_mwh
    assert world.meters.charged_mwh.tolist() == [10]
    for t in range(3):
        world.step()
        assert world.meters.charged_mwh.tolist() == recorded[:, t].tolist()


def test_there_is_no_hour_after_the_last():
    world = MeteredWorld(one([1], [0]))
    world.step()
    with pytest.raises(InputError, match="all 1 hours are over"):
        world.step()


@pytest.mark.parametrize("record", [True, False])
def test_a_rule_that_does_not_answer_a_number_is_named(record):
    def lost(net_mw, intensity_kg_per_mwh, charged_mwh):
        return np.where(net_mw == 7.0, np.nan, 0.0)

    with pytest.raises(InputError, match="not a number at 'here' in hour 2: let it return"):
        run_metered(one([1, 1, 7, 1], [0] * 4), lost, record)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_rule_cannot_change_what_it_is_shown(which):
    def meddles(*shown):
        shown[which][:] = 0.0
        return -shown[0]

    with pytest.raises(ValueError, match="read-only"):
        run_metered(one([1], [0]), meddles)


# What cannot be a site


@pytest.mark.parametrize(
    ("what", "value", "says"),
    [
        ("load_mw", [[1.0, np.nan]], r"site 'here' has load_mw nan in hour 1: let it be 0 or more"),
        ("solar_mw", [[-1.0, 0.0]], r"solar_mw -1 in hour 0: let it be 0 or more"),
        ("solar_mw", [[0.0]], r"solar_mw has the shape \(1, 1\): let it be \(1, 2\)"),
        ("load_mw", [0.0, 1.0], r"load_mw has the shape \(2,\): let it have a row"),
        ("battery_energy_mwh", [-2.0], "battery_energy_mwh -2: let it be 0 or more"),
        ("battery_energy_mwh", [np.inf], "battery_energy_mwh inf: let it be 0 or more, and finite"),
        ("charge_power_mw", [-1.0], "charge_power_mw -1"),
        ("discharge_power_mw", [np.nan], "discharge_power_mw nan"),
        ("discharge_power_mw", [1.0, 1.0], r"discharge_power_mw has the shape \(2,\): let it be \(1,\)"),
        ("charge_efficiency", [0.0], "charge_efficiency 0: let it be above 0 and up to 1"),
        ("discharge_efficiency", [1.1], "discharge_efficiency 1.1: let it be above 0 and up to 1"),
        ("least_charged_share", [1.5], "least_charged_share 1.5: let it be from 0 to 1"),
        ("least_charged_share", [0.6], "start_charged_share 0.5: let it be from least_charged_share"),
        ("start_charged_share", [1.01], "start_charged_share 1.01"),
        ("intensity_kg_per_mwh", [[500.0, np.nan]], "region 0 has intensity_kg_per_mwh nan in hour 1"),
        ("intensity_kg_per_mwh", [[500.0]], r"shape \(1, 1\): .* and 2 columns"),
        ("site_region", [1], r"site_region is \[1\]: let it hold indices from 0 to 0"),
        ("site_region", [0.0], "let it hold indices"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_to_do(what, value, says):
    with pytest.raises(InputError, match=says):
        replace(one([1, 2], [0, 1]), **{what: np.array(value)})
