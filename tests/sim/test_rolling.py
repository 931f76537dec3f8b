"""Window after window: what is carried over, what it costs, and what stored energy is worth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.parts import Place, Store, Unit, Work
from westshift.experiments.verify.small import actual as make_actual
from westshift.experiments.verify.small import outlook
from westshift.models.errors import InputError
from westshift.models.ledger import book
from westshift.models.measures import social_cost_cny
from westshift.optim.program import co_planner
from westshift.sim.charge import least_charge_mwh, sustained_mwh
from westshift.sim.rolling import at_once, coarse_pass, foreseen, roll

seeds = st.integers(0, 10_000)


def cost(actual, rolled):
    s = rolled.settled
    ledger = book(actual, rolled.carried, s, s.intensity_kg_per_mwh, s.marginal_kg_per_mwh)
    return social_cost_cny(ledger, actual.carbon_cny_per_kg)


def rolls(actual, window_h=48, step_h=24, block_h=4, **how):
    coarse = coarse_pass(foreseen(actual), block_h, co_planner())
    return roll(actual, window_h, step_h, co_planner(cyclic=False), coarse, **how)


def days(*cny_per_mwh, store=None):
    """One region whose only plant of 60 MW costs another sum each day, with a store."""
    hours = 24 * len(cny_per_mwh)
    units = [
        Unit("A", 60.0, price, availability=np.repeat(np.arange(len(cny_per_mwh)) == d, 24))
        for d, price in enumerate(cny_per_mwh)
    ]
    stores = [store or Store("A", 10.0, 1000.0)]
    return make_actual(outlook(["A"], hours, units=units, stores=stores, demand_mw={"A": 50.0}))


# A cheap day, a dear day, a long store


@pytest.mark.parametrize("block", [1, 4, 24])
def test_worthless_energy_is_not_stored_for_tomorrow_and_valued_energy_is(block):
    """10 MW are spare on the cheap day: 8 of 10 MW arrive, at 100 in place of 900 CNY/MWh."""
    actual = days(100, 900, 100, 900, store=Store("A", 10.0, 1000.0, 0.8))
    least = 2 * 24 * (60 * 100 + 42 * 900)
    at_ends = [23, 47, 71, 95]
    assert cost(actual, at_once(actual, co_planner())) == pytest.approx(least)
    kept = rolls(actual, 24, block_h=block)
    assert cost(actual, kept) == pytest.approx(least)
    assert kept.settled.charged_mwh[0, at_ends] == pytest.approx([192, 0, 192, 0], abs=1e-5)
    lost = rolls(actual, 24, block_h=block, valued=False)
    assert cost(actual, lost) == pytest.approx(2 * 24 * 50 * (100 + 900))
    assert lost.settled.charged_mwh[0, at_ends] == pytest.approx(0, abs=1e-5)
    # Who sees both days needs no value.
    assert cost(actual, rolls(actual, 48, valued=False)) == pytest.approx(least)


def test_both_efficiencies_and_standing_loss_are_paid_in_every_window():
    into, out, loss = 0.9, 0.8, 0.01
    actual = days(100, 900, 100, 900, store=Store("A", 10.0, 1000.0, into, out, loss, 3.0))
    found = rolls(actual, 24, block_h=1).settled
    before = np.append(0.0, found.charged_mwh[0, :-1])
    wanted = (1 - loss) * before + into * found.charge_mw[0] - found.discharge_mw[0] / out
    np.testing.assert_allclose(found.charged_mwh[0], wanted, atol=1e-6)
    full = into * 10.0 * (1 - (1 - loss) ** 24) / loss
    assert found.charged_mwh[0, 23] == pytest.approx(full)
    assert cost(actual, rolls(actual, 24, block_h=1)) == pytest.approx(
        cost(actual, at_once(actual, co_planner()))
    )
    # Of what it takes and gives a little more is lost: 100 / (0.9 · 0.8) + 3 = 142 CNY/MWh, still under 900.
    spent, saved = found.charge_mw.sum(), found.discharge_mw.sum()
    assert spent * into * out > saved > spent * into * out * (1 - loss) ** 48


def test_a_value_below_what_storing_costs_stores_nothing():
    """Tomorrow 130, today 100: 100 / 0.72 = 139 CNY/MWh."""
    actual = days(100, 130, store=Store("A", 10.0, 1000.0, 0.9, 0.8))
    assert rolls(actual, 24).settled.charge_mw == pytest.approx(0, abs=1e-6)


# What a window must leave for the horizon's end


@pytest.mark.parametrize("valued", [True, False])
@pytest.mark.parametrize("window", [24, 48])
@pytest.mark.parametrize("loss", [0.0, 0.003, 0.05])
def test_a_store_too_slow_for_the_last_window_is_filled_before(valued, window, loss):
    """The coarse pass starts full, for two dear days; two days of charging lead back there."""
    actual = days(900, 900, 100, 100, store=Store("A", 10.0, 1000.0, 0.9, 0.9, loss))
    found = rolls(actual, window, valued=valued).settled
    c = coarse_pass(foreseen(actual), 4, co_planner())
    start = sustained_mwh(actual.system.grid, c.start_mwh)
    assert start[0] > 140
    assert found.charged_mwh[0, -1] >= start[0] - 1e-5
    assert found.shed_mw.max() == pytest.approx(0, abs=1e-6)


def test_the_least_charge_is_what_full_power_makes_up_for():
    grid = days(1, store=Store("A", 10.0, 1000.0, 0.9, 0.9, 0.01)).system.grid
    least = least_charge_mwh(grid, np.array([30.0]), 5)[0]
    assert least[[5, 0, 1]] == pytest.approx([30, 0, 0])
    for t in range(5):
        reached = 0.99 * least[t] + 9.0
        assert reached == pytest.approx(least[t + 1]) if least[t] > 0 else reached >= least[t + 1]
    assert sustained_mwh(grid, np.array([950.0]))[0] == pytest.approx(900)  # 9 MW in, 1 % out
    assert sustained_mwh(grid, np.array([40.0]))[0] == 40
    lossless = replace(grid, storage_standing_loss_per_h=np.zeros(1))
    assert sustained_mwh(lossless, np.array([1e9]))[0] == 1000


@settings(max_examples=6)
@given(seeds, st.sampled_from([24, 48]), st.booleans(), st.floats(0.6, 1.2))
def test_rolling_is_never_better_than_the_horizon_at_once(drawn, seed, window, valued, supply):
    actual = drawn(seed, hours=72, must_run=0.0, supply=supply)
    least = cost(actual, at_once(actual, co_planner()))
    assert cost(actual, rolls(actual, window, valued=valued)) >= least * (1 - 1e-9)


@pytest.mark.xfail(
    strict=True,
    reason="must-run output that nothing else can take may end in a store, which may end fuller than it "
    "started; at once it must end as it began",
)
def test_rolling_is_never_better_with_must_run_that_nothing_takes(drawn):
    actual = drawn(0, hours=72, must_run=9.0)
    least = cost(actual, at_once(actual, co_planner()))
    assert cost(actual, rolls(actual)) >= least * (1 - 1e-9)


@settings(max_examples=6)
@given(seeds)
def test_one_window_from_the_same_charge_is_the_horizon_at_once(drawn, seed):
    actual = drawn(seed, hours=48, must_run=0.0)
    whole = at_once(actual, co_planner())
    coarse = coarse_pass(foreseen(actual), 1, co_planner())
    assert coarse.start_mwh == pytest.approx(whole.settled.charged_mwh[:, -1], abs=1e-4)
    one = roll(actual, 48, 48, co_planner(cyclic=False), coarse)
    assert cost(actual, one) == pytest.approx(cost(actual, whole), rel=1e-9)
    assert len(one.carbon_cny_per_kg) == 1


@settings(max_examples=6)
@given(seeds, st.booleans(), st.floats(0.3, 1.8))
def test_work_power_charge_and_water_are_conserved_across_windows(drawn, seed, valued, room):
    actual = drawn(seed, hours=72, room=room, supply=0.9)
    grid, c, now = actual.system.grid, actual.system.compute, actual.now
    coarse = coarse_pass(foreseen(actual), 4, co_planner())
    rolled = roll(actual, 48, 24, co_planner(cyclic=False), coarse, valued)
    s, work = rolled.settled, rolled.carried
    # Work: what came has run, waits or was given up; none before it came; in time or not at all.
    came = now(actual.arrivals_mwh)
    ran = c.origin_class_work_mw(work.work_mw)
    left = np.cumsum(came - ran - work.unserved_mwh, axis=2)
    assert left.min() > -1e-5
    np.testing.assert_allclose(left, work.waiting_mwh, atol=1e-4)
    np.testing.assert_allclose(left[:, :, -1], 0.0, atol=1e-4)
    for j, slack in enumerate(c.class_slack_h):
        due = np.cumsum(came, axis=2)[:, j, : 72 - slack]
        done = np.cumsum(ran + work.unserved_mwh, axis=2)[:, j, slack:]
        assert (done >= due - 1e-4).all()
    if room < 0.6:
        assert work.unserved_mwh.sum() > 1.0
    # Power.
    balance = s.shed_mw - s.dump_mw - now(actual.demand_mw)
    balance -= c.load_mw(work.work_mw, now(actual.pue), len(grid.regions))
    np.add.at(balance, grid.unit_region, s.output_mw)
    np.add.at(balance, grid.line_to, (1 - grid.line_loss_share)[:, None] * s.flow_mw)
    np.add.at(balance, grid.line_from, -s.flow_mw)
    np.add.at(balance, grid.storage_region, s.discharge_mw - s.charge_mw)
    np.testing.assert_allclose(balance, 0.0, atol=1e-5)
    # Charge: without a jump where a window begins; no less at the end than at the start.
    start = np.minimum(coarse.start_mwh, grid.storage_energy_mwh)[:, None]
    before = np.concatenate([start, s.charged_mwh[:, :-1]], axis=1)
    kept = (1 - grid.storage_standing_loss_per_h)[:, None] * before
    taken = grid.storage_charge_efficiency[:, None] * s.charge_mw
    given_out = s.discharge_mw / grid.storage_discharge_efficiency[:, None]
    np.testing.assert_allclose(s.charged_mwh, kept + taken - given_out, atol=1e-5)
    assert (s.charged_mwh[:, -1] >= start[:, 0] - 1e-5).all()
    # Water: no day draws more than its own.
    days_mwh = s.output_mw.reshape(len(s.output_mw), 3, 24).sum(axis=2)
    limited = grid.unit_day_limited
    assert (days_mwh <= actual.unit_day_mwh[:, 1:] + 1e-5)[limited].all()


def test_a_price_of_carbon_may_change_from_window_to_window(drawn):
    actual = drawn(7, hours=72)
    asked = []

    def price(hour, emitted_kg):
        asked.append((hour, emitted_kg))
        return 0.1 + hour / 100.0

    found = rolls(actual, 48, carbon_cny_per_kg=price)
    assert found.carbon_cny_per_kg == pytest.approx([0.1, 0.34, 0.58])
    per_mwh = actual.system.grid.unit_emission_kg_per_mwh
    hourly = per_mwh @ found.settled.output_mw
    assert [h for h, _ in asked] == [0, 24, 48]
    assert [kg for _, kg in asked] == pytest.approx([0, hourly[:24].sum(), hourly[:48].sum()])


def test_a_horizon_of_one_day(drawn):
    actual = drawn(8, hours=24, must_run=0.0)
    least = cost(actual, at_once(actual, co_planner()))
    for window in (24, 48, 168):
        assert cost(actual, rolls(actual, window)) >= least * (1 - 1e-9)


def test_nothing_is_stored_where_there_is_no_store(drawn):
    actual = drawn(9, hours=48)
    grid = actual.system.grid
    gone = {name: value[:0] for name, value in vars(grid).items() if name.startswith("storage_")}
    actual = replace(actual, system=replace(actual.system, grid=replace(grid, **gone)))
    found = rolls(actual)
    assert found.settled.charged_mwh.shape == (0, 48)
    assert cost(actual, found) >= cost(actual, at_once(actual, co_planner())) * (1 - 1e-9)


def test_a_world_without_work_rolls_too():
    found = rolls(days(100, 200))
    assert found.carried.work_mw.shape == (0, 48)
    assert found.carried.unserved_mwh.shape == (0, 0, 48)


def test_what_finds_no_room_is_booked_as_unserved():
    """2 MWh an hour and room for 1.5: of 48 h, 24 MWh are given up."""
    o = outlook(
        ["A"], 48, units=[Unit("A", 90.0, 100.0)], places=[Place("A", 1.5)],
        works=[Work("w", {"A": [2.0] * 48}, slack_h=3, unserved_cny_per_mwh=1e4)],
    )  # fmt: skip
    found = rolls(make_actual(o), 24).carried
    assert found.unserved_mwh.sum() == pytest.approx(24.0)
    assert found.work_mw.max() <= 1.5 + 1e-9


@pytest.mark.parametrize(("window", "step"), [(48, 12), (24, 36), (24, 48), (48, 0), (48, -24)])
def test_steps_that_are_not_whole_days_or_wider_than_the_window_are_refused(drawn, window, step):
    with pytest.raises(InputError, match=r"plan\.step_h be whole days"):
        rolls(drawn(1, hours=48), window, step)
