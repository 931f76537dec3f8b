"""A budget of carbon over many windows: the rule by hand, and what it does to a run."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.parts import Unit
from westshift.experiments.verify.small import actual as make_actual
from westshift.experiments.verify.small import outlook
from westshift.optim.program import co_planner
from westshift.sim.budget import Account, make_curve
from westshift.sim.rolling import CoarsePass, coarse_pass, foreseen, roll

PRICES = np.array([0.1, 0.2, 0.4])  # CNY/kg
BLOCK = 12


def passes(*emission_kg):
    """One horizon's coarse passes, one a price: kg of each block."""
    nothing = np.zeros((0, len(emission_kg[0])))
    return [CoarsePass(BLOCK, nothing, np.zeros(0), np.array(e, float)) for e in emission_kg]


@pytest.fixture
def curve():
    """Two horizons of two blocks, the second counted three times: 100 + 3 · 50 kg at the own price."""
    first = passes([60, 40], [50, 30], [30, 10])
    second = passes([30, 20], [20, 10], [20, 10])
    return make_curve(PRICES, [first, second], [1.0, 3.0])


def test_what_is_left_to_emit_counts_later_horizons_and_weights(curve):
    first, second = curve.rest_kg
    np.testing.assert_allclose(first, [[250, 190, 150], [170, 120, 90], [130, 100, 90]])
    np.testing.assert_allclose(second, [[150, 60, 0], [90, 30, 0], [90, 30, 0]])
    assert curve.said_kg(0, 0, 24, 0.1) == pytest.approx(100)
    assert curve.said_kg(1, 0, 12, 0.15) == pytest.approx((90 + 60) / 2)


@pytest.mark.parametrize(
    ("horizon", "hour", "left_kg", "wanted"),
    [
        (0, 0, 1e9, 0.1),
        (0, 0, 250, 0.1),  # just fits
        (0, 0, 210, 0.15),  # halfway from 250 to 170
        (0, 0, 170, 0.2),
        (0, 0, 150, 0.3),
        (0, 0, 130, 0.4),
        (0, 0, 129, 0.4),  # nothing fits: the ceiling
        (0, 0, -1, 0.4),
        (0, 12, 155, 0.15),
        (1, 0, 120, 0.15),
        (1, 0, 90, 0.2),  # the least of those that emit the same
        (1, 0, 89, 0.4),
        (1, 13, 45, 0.15),  # inside a block: the block's
    ],
)
def test_the_rule_by_hand(curve, horizon, hour, left_kg, wanted):
    assert curve.price_cny_per_kg(horizon, hour, left_kg, 1.0) == pytest.approx(wanted)


def test_a_misjudged_pass_counts_by_what_was_emitted_over_what_it_said(curve):
    # A tenth more than said: 275 and 187 kg, of which 231 is halfway.
    assert curve.price_cny_per_kg(0, 0, 231, 1.1) == pytest.approx(0.15)
    assert curve.price_cny_per_kg(0, 0, 250, 1.1) > 0.1
    assert curve.price_cny_per_kg(0, 0, 125, 0.5) == pytest.approx(0.1)


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.floats(-1.0, 3.0), st.floats(0.0, 1.0), st.floats(0.2, 3.0))
def test_less_left_is_never_a_lower_price_and_none_leaves_its_bounds(seed, left, less, judged):
    rng = np.random.default_rng(seed)
    drawn = [passes(*rng.uniform(0, 10, (3, 2))) for _ in range(2)]  # not even falling with price
    curve = make_curve(PRICES, drawn, rng.uniform(0.1, 9, 2))
    scale = float(curve.rest_kg[0][0, 0])
    one, two = (
        curve.price_cny_per_kg(0, 12, scale * x, judged) for x in (left, left - less * abs(left))
    )
    assert 0.1 <= one <= two <= 0.4
    fits = judged * np.minimum.accumulate(curve.rest_kg[0][:, 1])
    if one < 0.4:
        assert np.interp(one, PRICES, fits) <= scale * left * (1 + 1e-6) + 1e-6


def test_rounding_does_not_turn_a_budget_that_is_just_met_into_the_ceiling():
    flat = make_curve(PRICES, [passes([30, 20], [30, 20], [30, 20])], [1.0])
    left = 50 * (1 - 1e-13)
    assert flat.price_cny_per_kg(0, 0, left, 1.0) == pytest.approx(0.1)
    assert flat.price_cny_per_kg(0, 0, 50 * (1 - 1e-6), 1.0) == pytest.approx(0.4)


def test_prices_must_rise_and_be_one_a_pass():
    of = passes([1, 1], [1, 1], [1, 1])
    for prices in ([0.1, 0.1, 0.2], [0.3, 0.2, 0.1], [0.1, 0.2]):
        with pytest.raises(ValueError, match="rising prices"):
            make_curve(np.array(prices), [of], [1.0])


def test_an_account_keeps_the_budget_over_horizons_and_learns(curve):
    account = Account(curve, 210.0, step_h=24)
    account.open("one", 1.0)
    assert account.price_cny_per_kg(0, 0.0) == pytest.approx(0.15)
    assert account.left_kg == 210
    account.close(108.0)  # said: half of 100 and half of 80
    account.open("two", 3.0)
    # 102 left; the rest counts 108 / 90 = 1.2 times: 180 at the own price, 108 at the others.
    assert account.price_cny_per_kg(0, 0.0) == pytest.approx(0.4)
    account.close(40.0)
    assert account.left_kg == pytest.approx(210 - 108 - 3 * 40)  # overspent
    rows = account.rows
    assert [r["horizon"] for r in rows] == ["one", "two"]
    assert [r["emitted_over_said"] for r in rows] == pytest.approx([1.0, 1.2])
    assert [r["left_kt"] for r in rows] == pytest.approx([210e-6, 102e-6])
    assert [r["carbon_price_cny_per_t"] for r in rows] == pytest.approx([150, 400])


def test_within_a_horizon_what_it_emitted_so_far_is_weighted_and_counted(curve):
    account = Account(curve, 200.0, step_h=12)
    account.open("one", 1.0)
    account.close(0.0)
    account.open("two", 3.0)
    assert account.price_cny_per_kg(0, 0.0) == pytest.approx(0.1)  # 150 fit into 200
    # 3 · 55 = 165 emitted where 90 were said: 35 left, and 60 count 165 / 90 times.
    assert account.price_cny_per_kg(12, 55.0) == pytest.approx(0.4)
    assert account.rows[1]["left_kt"] == pytest.approx(35e-6)
    assert account.rows[1]["emitted_over_said"] == pytest.approx(165 / 90)


# Rolled


def coal_and_gas(hours=96):
    """Coal at 300 CNY and 1 t a MWh, gas at 400 and 0.5: gas first from 200 CNY/t on."""
    units = [
        Unit("A", 100.0, 300.0, 1000.0, technology="coal"),
        Unit("A", 100.0, 400.0, 500.0, technology="gas"),
    ]
    o = outlook(["A"], hours, units=units, demand_mw={"A": 80.0}, carbon_cny_per_kg=0.05)
    return make_actual(o)


def rolled(actual, limit_kg, ceiling=0.5):
    """Emissions, prices and account of a run within a budget; limit None: without one."""
    ladder = np.array([0.05, 0.15, 0.25, ceiling])
    whole, program = foreseen(actual), co_planner(cyclic=False)
    of = [coarse_pass(replace(whole, carbon_cny_per_kg=float(p)), 4, co_planner()) for p in ladder]
    if limit_kg is None:
        return roll(actual, 24, 24, program, of[0]), None
    account = Account(make_curve(ladder, [of], [1.0]), limit_kg, 24)
    account.open("only", 1.0)
    found = roll(actual, 24, 24, program, of[0], carbon_cny_per_kg=account.price_cny_per_kg)
    account.close(emitted(actual, found))
    return found, account


def emitted(actual, found):
    per_mwh = actual.system.grid.unit_emission_kg_per_mwh
    return float(per_mwh @ found.settled.output_mw.sum(axis=1))


def test_a_loose_budget_changes_no_byte(drawn):
    actual = drawn(11, hours=72)
    free, _ = rolled(actual, None)
    ladder_own = actual.carbon_cny_per_kg
    loose = roll(
        actual, 24, 24, co_planner(cyclic=False), coarse_pass(foreseen(actual), 4, co_planner()),
        carbon_cny_per_kg=lambda hour, kg: ladder_own,
    )  # fmt: skip
    for name in ("output_mw", "flow_mw", "charged_mwh", "price_cny_per_mwh"):
        one, two = (getattr(x.settled, name) for x in (free, loose))
        assert one.tobytes() == two.tobytes()
    other = coal_and_gas()
    free, _ = rolled(other, None)
    loose, account = rolled(other, 2 * emitted(other, free))
    assert loose.settled.output_mw.tobytes() == free.settled.output_mw.tobytes()
    assert account.left_kg == pytest.approx(emitted(other, free))


def test_a_tight_budget_is_met_by_the_price_at_which_gas_runs_first():
    actual = coal_and_gas()
    free, _ = rolled(actual, None)
    most = emitted(actual, free)
    assert most == pytest.approx(96 * 80 * 1000)
    tight, account = rolled(actual, 0.5 * most)
    assert emitted(actual, tight) == pytest.approx(0.5 * most)
    assert (tight.carbon_cny_per_kg >= 0.2).all()
    assert account.left_kg >= -1e-6


@pytest.mark.xfail(
    strict=True,
    reason="between two prices of the ladder the rule draws a straight line; here emissions jump, and "
    "a day at a price just below the jump is not made good",
)
@pytest.mark.parametrize("share", [0.6, 0.7])
def test_a_budget_that_could_be_met_is_met_where_emissions_jump(share):
    actual = coal_and_gas()
    most = 96 * 80 * 1000.0
    found, _ = rolled(actual, share * most)
    assert emitted(actual, found) <= share * most


def test_a_budget_that_cannot_be_met_is_overspent_at_the_ceiling_and_says_so():
    actual = coal_and_gas()
    least = 96 * 80 * 500.0
    found, account = rolled(actual, 0.9 * least)
    assert found.carbon_cny_per_kg == pytest.approx([0.5] * 4)
    assert account.left_kg == pytest.approx(-0.1 * least)
