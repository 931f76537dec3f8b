"""What studies say of small moves and few followers, in every drawn system: the margin is the limit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.policy_table import LEDGERS, disagreements
from westshift.experiments.studies import signals
from westshift.experiments.studies.margins import change_of_load, emission_kg, load_mw, moves
from westshift.experiments.studies.penetration import FOLLOWED, horizon, table
from westshift.models.measures import measure
from westshift.models.settings import Forecast, Plan
from westshift.optim.program import dispatch
from westshift.sim.rolling import foreseen
from westshift.sim.run import Case, Programs, run_case

seeds = st.integers(0, 10_000)
TINY = 1e-5


def case_of(actual, *policies):
    plan = Plan(window_h=12, step_h=6)
    return Case(actual, policies, "here-and-now", Forecast(kind="perfect"), plan, 0)


def measures_of(actual, outcomes):
    west = np.array([name == "west" for name in actual.system.grid.regions])
    base = outcomes["here-and-now"].ledger
    return {
        name: measure(actual.system, west, o.ledger, base, actual.carbon_cny_per_kg)
        for name, o in outcomes.items()
    }


def smooth(actual, demand_mw, change_mw):
    """Whether cost has no kink between this much less and this much more load."""
    whole = foreseen(actual)
    less, here, more = (
        dispatch(tie_break=0)
        .solve(replace(whole, demand_mw=demand_mw + sign * change_mw))
        .objective
        for sign in (-1, 0, 1)
    )
    return abs(more - 2 * here + less) <= 1e-4 * abs(more - less) + 1e-9 * abs(here)


@settings(max_examples=5)
@given(seeds)
def test_what_the_first_followers_avoid_is_what_the_margin_claims(drawn, seed):
    actual = drawn(seed, hours=24)
    case = case_of(actual, *FOLLOWED.values())
    programs = Programs()
    found = horizon(case, lambda what: None, programs, None, (TINY,))
    rows = table([found], [1.0], (TINY,)).set_index(["signal", "share_pct"])
    outcomes = run_case(case)
    base = outcomes["here-and-now"]
    demand = actual.now(actual.demand_mw) + load_mw(actual, base.carried)
    for signal in ("average", "marginal", "price"):
        own = rows.loc[signal]
        few, limit = own.iloc[1], own.iloc[0]
        change = load_mw(actual, outcomes[FOLLOWED[signal]].carried) - load_mw(actual, base.carried)
        assert limit["avoided_kg_per_mwh"] == limit["last_avoided_kg_per_mwh"]
        claim = -float((change * base.settled.marginal_kg_per_mwh).sum())
        assert found[signal, 0.0].claimed_marginal_kg == pytest.approx(claim)
        if smooth(actual, demand, TINY * change):
            scale = max(abs(limit["avoided_kg_per_mwh"]), 10.0)
            assert few["avoided_kg_per_mwh"] == pytest.approx(
                limit["avoided_kg_per_mwh"], abs=0.02 * scale
            )
            if signal != "average":
                claimed = few["claimed_kg_per_mwh"]
                assert claimed == pytest.approx(few["avoided_kg_per_mwh"], abs=0.02 * scale)


def test_some_drawn_systems_are_smooth_where_their_followers_move(drawn):
    """The test above would else say nothing."""
    count = 0
    for seed in range(8):
        actual = drawn(seed, hours=24)
        outcomes = run_case(case_of(actual, "follow-marginal"))
        base, other = (outcomes[n].carried for n in ("here-and-now", "follow-marginal"))
        demand = actual.now(actual.demand_mw) + load_mw(actual, base)
        change = load_mw(actual, other) - load_mw(actual, base)
        count += smooth(actual, demand, TINY * change)
    assert count >= 2


@settings(max_examples=5)
@given(seeds)
def test_a_move_there_and_back_avoids_the_margin_away_from_kinks(drawn, seed):
    actual = drawn(seed, hours=12)
    east = np.array([name == "east" for name in actual.system.grid.regions])
    sites = np.arange(len(actual.system.compute.sites))
    # Of a megawatt all plants are small here: the study's own step, in a world a thousand times the size.
    large = _scaled(actual, 1000.0)
    found = moves(case_of(large), lambda what: None, Programs(), None, sites, east, (1.0, 5.0))
    base = run_case(case_of(large))["here-and-now"]
    demand = large.now(large.demand_mw) + load_mw(large, base.carried)
    for s in sites.tolist():
        change = change_of_load(large, base.carried, east, s)
        c = large.system.compute
        there = c.site_region[s]
        assert (np.delete(change, [there, int(np.flatnonzero(east)[0])], axis=0) == 0).all()
        assert found.marginal_kg[s] == pytest.approx(-(change * base.settled.marginal_kg_per_mwh).sum())  # fmt: skip
        assert found.system_kg[s, 0] == found.more_kg[s]
        if smooth(large, demand, 5 * change):
            scale = max(abs(found.marginal_kg[s]), 100.0)
            for kg in (found.less_kg[s], found.more_kg[s], found.system_kg[s, 1] / 5):
                assert kg == pytest.approx(found.marginal_kg[s], abs=2e-3 * scale)


def _scaled(actual, k):
    """All power and energy k times as large."""
    g, c = actual.system.grid, actual.system.compute
    grid = replace(
        g,
        unit_capacity_mw=k * g.unit_capacity_mw,
        line_capacity_mw=k * g.line_capacity_mw,
        storage_power_mw=k * g.storage_power_mw,
        storage_energy_mwh=k * g.storage_energy_mwh,
    )
    compute = replace(c, site_capacity_mw=k * c.site_capacity_mw, site_idle_mw=k * c.site_idle_mw)
    names = ("demand_mw", "unit_max_mw", "unit_min_mw", "unit_day_mwh", "arrivals_mwh")
    return replace(
        actual,
        system=replace(actual.system, grid=grid, compute=compute),
        **{name: k * getattr(actual, name) for name in names},
    )


@settings(max_examples=6)
@given(seeds)
def test_no_signal_avoids_nothing_in_any_ledger(drawn, seed):
    actual = drawn(seed, hours=24)
    rows = signals.table(measures_of(actual, run_case(case_of(actual, *signals.FOLLOWS.values()))))
    none = rows.set_index("signal").loc["none"].drop("policy")
    zero = [f"{x}_{unit}" for x in signals.LEDGERS.values() for unit in ("pct", "t")]
    assert (none[zero] == 0).all()
    assert (none[["moved_pct", "delay_mean_h", "curtailed_used_mwh"]] == 0).all()
    assert rows["signal"].tolist() == list(signals.FOLLOWS)
    assert np.isfinite(rows.drop(columns=["signal", "policy"]).to_numpy(float)).all()


@settings(max_examples=6)
@given(seeds)
def test_ledgers_disagree_where_their_signs_do_and_only_there(drawn, seed):
    actual = drawn(seed, hours=24)
    measures = measures_of(actual, run_case(case_of(actual, *signals.FOLLOWS.values())))
    said = disagreements(measures)
    wanted = [
        (name, ledger)
        for name, m in measures.items()
        for field, ledger in LEDGERS.items()
        if np.sign(getattr(m, field)) * np.sign(m.avoided_system_t) < 0
    ]
    assert len(said) == len(wanted)
    for sentence, (name, ledger) in zip(said, wanted, strict=True):
        assert sentence.startswith(f"{name}: {ledger} says")
        less = getattr(measures[name], next(f for f, x in LEDGERS.items() if x == ledger)) > 0
        assert ("says less carbon" in sentence) == less
        assert ("the whole system emits more" in sentence) == less


@settings(max_examples=6)
@given(seeds, st.integers(0, 2))
def test_the_marginal_ledger_is_the_systems_for_a_tiny_change_of_load(drawn, seed, region):
    """Over all hours of one region, and where a kink lies the two sides enclose what the ledger says."""
    actual = drawn(seed, hours=12)
    base = run_case(case_of(actual))["here-and-now"]
    demand = actual.now(actual.demand_mw) + load_mw(actual, base.carried)
    change = np.zeros_like(demand)
    change[region] = 1e-3
    claim = float((change * base.settled.marginal_kg_per_mwh).sum())
    at = [emission_kg(actual, demand + sign * change, dispatch()) for sign in (-1, 0, 1)]
    less, more = at[1] - at[0], at[2] - at[1]
    if smooth(actual, demand, change):
        assert less == pytest.approx(claim, rel=1e-3, abs=1e-4)
        assert more == pytest.approx(claim, rel=1e-3, abs=1e-4)
