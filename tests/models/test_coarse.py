"""Hours taken together to blocks: what is conserved, what is scaled, and what comes out the same."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.parts import Place, Store, Unit, Way, Work
from westshift.experiments.verify.small import outlook
from westshift.models.coarse import coarsen
from westshift.optim.program import co_planner

seeds, blocks = st.integers(0, 10_000), st.sampled_from([2, 3, 4, 6, 8, 12, 24])
POWERS = ("demand_mw", "unit_max_mw", "unit_min_mw")
MEANS = (
    "pue", "tariff_cny_per_mwh", "intensity_kg_per_mwh", "marginal_kg_per_mwh", "price_cny_per_mwh",
)  # fmt: skip


def test_a_block_of_one_hour_is_the_hour(drawn, foreseen):
    o = foreseen(drawn(1, hours=48))
    assert coarsen(o, 1) is o


@settings(max_examples=20)
@given(seeds, blocks)
def test_energy_water_and_work_are_conserved(drawn, foreseen, seed, n):
    o = foreseen(drawn(seed, hours=72))
    c = coarsen(o, n)
    assert c.hours * n == o.hours
    for name in POWERS:
        fine, coarse = getattr(o, name), getattr(c, name)
        np.testing.assert_allclose(n * coarse.sum(axis=1), fine.sum(axis=1))
        np.testing.assert_allclose(n * coarse[:, 1], fine[:, n : 2 * n].sum(axis=1))
    for name in MEANS:
        np.testing.assert_allclose(getattr(c, name)[:, -1], getattr(o, name)[:, -n:].mean(axis=1))
    np.testing.assert_allclose(n * c.unit_day_mwh.sum(axis=1), o.unit_day_mwh.sum(axis=1))
    assert c.unit_day_mwh.shape[1] == -(-c.hours // 24)
    for name in ("available_mwh", "due_mwh"):
        fine, coarse = getattr(o, name), getattr(c, name)
        np.testing.assert_allclose(n * coarse, fine[:, :, n - 1 :: n])
        assert (np.diff(coarse, axis=2) >= -1e-12).all()
    assert (c.due_mwh <= c.available_mwh + 1e-12).all()
    np.testing.assert_array_equal(c.due_mwh[:, :, -1], c.available_mwh[:, :, -1])


def test_water_of_days_is_held_together_by_as_many_days_as_a_block_has_hours(drawn, foreseen):
    o = foreseen(drawn(2, hours=168))
    c = coarsen(o, 4)  # 42 blocks: 24 of them are four days, 18 three
    days = o.unit_day_mwh
    np.testing.assert_allclose(4 * c.unit_day_mwh[:, 0], days[:, :4].sum(axis=1))
    np.testing.assert_allclose(4 * c.unit_day_mwh[:, 1], days[:, 4:].sum(axis=1))


@settings(max_examples=20)
@given(blocks, st.floats(0.0, 0.3), st.floats(1.0, 500.0))
def test_what_is_held_over_a_block_loses_what_the_hours_lose(n, loss, held):
    o = outlook(["A"], 48, stores=[Store("A", 5.0, 500.0, 0.9, 0.8, loss, 2.0)])
    c = coarsen(replace(o, storage_start_mwh=np.array([held])), n)
    grid = c.system.grid
    left = n * c.storage_start_mwh * (1.0 - grid.storage_standing_loss_per_h)
    np.testing.assert_allclose(left, held * (1.0 - loss) ** n, rtol=1e-9)
    assert n * grid.storage_energy_mwh[0] == pytest.approx(500.0)
    # Power, both efficiencies and the price of a MWh are of a MWh still.
    for name in (
        "storage_power_mw", "storage_charge_efficiency", "storage_discharge_efficiency", "storage_cost_cny_per_mwh",
    ):  # fmt: skip
        np.testing.assert_array_equal(getattr(grid, name), getattr(o.system.grid, name))


def test_what_stands_is_changed_in_energy_and_delay_alone(drawn, foreseen):
    o = foreseen(drawn(3, hours=24))
    c = coarsen(o, 4)
    scaled = {"storage_energy_mwh", "storage_standing_loss_per_h", "class_delay_cny_per_mwh_h"}
    for part in ("grid", "compute"):
        one, two = getattr(o.system, part), getattr(c.system, part)
        for f in fields(one):
            a, b = getattr(one, f.name), getattr(two, f.name)
            same = np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
            assert same == (f.name not in scaled), f.name
    a, b = (x.system.compute.class_delay_cny_per_mwh_h for x in (o, c))
    np.testing.assert_allclose(b, 4 * a)


def test_what_is_bounded_at_the_ends_is_scaled_and_what_is_not_stays_so(drawn, foreseen):
    o = foreseen(drawn(4, hours=24))
    c = coarsen(o, 6)
    assert c.storage_start_mwh is c.storage_end_min_mwh is c.emission_cap_kg is None
    ends = {"storage_start_mwh": np.array([12.0]), "storage_end_min_mwh": np.array([6.0])}
    c = coarsen(replace(o, **ends, emission_cap_kg=600.0), 6)
    assert (c.storage_start_mwh[0], c.storage_end_min_mwh[0], c.emission_cap_kg) == (2, 1, 100)


def constant(hours=24):
    """Every hour like every other: dear in the west, cheap in the east, a line that is full, work that moves."""
    return outlook(
        ["east", "west"],
        hours,
        units=[
            Unit("east", 200, 300, 900), Unit("west", 40, 100, 500), Unit("west", 90, 250, 700),
            Unit("west", 30, 20, renewable=True, day_mwh=240.0),
        ],
        ways=[Way("west", "east", 30, 0.1, 5)],
        stores=[Store("east", 10, 40, 0.9, 0.9, 0.01, 2)],
        places=[Place("east", 40, 3, pue=1.4), Place("west", 12, 3, pue=1.2)],
        works=[Work("w", {"east": [20.0] * hours}, slack_h=3, delay_cny_per_mwh_h=1.0,
                    transfer_cny_per_mwh=10.0)],
        demand_mw={"east": 80, "west": 50},
        carbon_cny_per_kg=0.1,
    )  # fmt: skip


@pytest.mark.parametrize("n", [2, 4, 24])
def test_where_all_hours_are_alike_a_coarse_pass_says_what_a_fine_one_says(n):
    o = constant(48)
    fine = co_planner(tie_break=0).solve(o, once=True)
    coarse = co_planner(tie_break=0).solve(coarsen(o, n), once=True)
    assert n * coarse.objective == pytest.approx(fine.objective, rel=1e-9)
    for name in ("duals", "rates"):
        one, two = getattr(fine, name)["balance"], getattr(coarse, name)["balance"]
        np.testing.assert_allclose(two, np.broadcast_to(one[:, :1], two.shape), atol=1e-6)
    np.testing.assert_allclose(
        n * coarse.values["output"].sum(axis=1), fine.values["output"].sum(axis=1), atol=1e-5
    )


@settings(max_examples=10)
@given(seeds, st.sampled_from([2, 4, 12]))
def test_a_coarse_pass_is_never_dearer_where_nothing_is_kept(drawn, foreseen, seed, n):
    """It sees less of what binds. PUE is held, because a mean of PUE times work is no bound."""
    o = foreseen(drawn(seed, hours=48, waits=False))
    grid = replace(
        o.system.grid, storage_standing_loss_per_h=0.0 * o.system.grid.storage_standing_loss_per_h
    )
    o = replace(o, system=replace(o.system, grid=grid), pue=0.0 * o.pue + 1.3)
    fine = co_planner(tie_break=0).solve(o, once=True).objective
    coarse = n * co_planner(tie_break=0).solve(coarsen(o, n), once=True).objective
    assert coarse <= fine * (1 + 1e-9)


@pytest.mark.parametrize("n", [0, -1, 5, 7, 48])
def test_blocks_that_do_not_divide_are_refused(drawn, foreseen, n):
    with pytest.raises(ValueError, match="divide into blocks"):
        coarsen(foreseen(drawn(5, hours=48)), n)


def test_hours_that_do_not_divide_are_refused(drawn, foreseen):
    with pytest.raises(ValueError, match="divide into blocks of 4 h"):
        coarsen(foreseen(drawn(5, hours=30)), 4)
