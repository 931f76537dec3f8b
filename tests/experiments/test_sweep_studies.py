"""F5, F6, F15 and F18: studies of several sweeps, and what they say of uncertainty."""

import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from westshift.experiments.figures import fonts, style, words
from westshift.experiments.figures.uncertainty import ground, running, settle, whiskers
from westshift.experiments.figures.words import speaking
from westshift.experiments.policy_table import measures_of
from westshift.experiments.simulate import simulate
from westshift.experiments.studies import arms, flexibility, regret, sensitivity, staircase
from westshift.experiments.studies.found import Found
from westshift.experiments.studies.sensitivity_figure import caption as sensitivity_caption
from westshift.experiments.studies.sensitivity_figure import figure_of as bars
from westshift.experiments.sweep.design import unit_matrix
from westshift.experiments.sweep.laid import laid_out
from westshift.experiments.sweep.sweep import run_plan
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario
from westshift.models.year import make_year

STUDIES = (staircase, flexibility, regret, sensitivity)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """The arms of a study on the smallest scenario, run once."""
    folder, done = tmp_path_factory.mktemp("sweep"), {}

    def of(study):
        if study not in done:
            plans = study.design("two_region", smoke=True)
            done[study] = tuple(Found.of(p, folder, run_plan(p, folder)) for p in plans)
        return done[study]

    return of


def saved(policy, changes):
    run = simulate(
        load_scenario("two_region", {"policies": [policy], "baseline": "here-and-now", **changes}),
        workers=1,
    )
    return measures_of(run)[policy]


# F5


@settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    west=st.integers(25, 300),
    slack=st.integers(0, 12),
    limit=st.sampled_from([5.0, 10.0, 25.0, 1000.0]),
    resident=st.floats(0, 0.9),
    wind=st.integers(0, 500),
    offset=st.sampled_from([-0.1, 0.0, 0.2]),
)
def test_a_bound_never_rises_when_a_constraint_is_added(west, slack, limit, resident, wind, offset):
    """Location-based, down to the plan on forecasts, which no clairvoyant plan for the same can be worse than."""
    world = {
        "sites.west_1.it_design_mw": west, "sites.west_1.pue_offset": offset, "classes.batch.slack_h": slack,
        "classes.batch.rtt_limit_ms": limit, "classes.batch.resident_share": round(resident, 3),
        "generators.west.wind.capacity_mw": wind, "forecast.kind": "noisy", "forecast.error_share": 0.3,
    }  # fmt: skip
    steps = staircase.steps(load_scenario("two_region", world), 24)
    chain = [s for s in steps if s.name in (*staircase.BOUNDS, "forecast")]
    found = [saved(s.policy, {**world, **s.changes}) for s in chain]
    assert len(chain) == 5
    for before, after in pairwise(found):
        # work that a plan on forecasts gives up emits nothing: at most coal at the worst PUE
        given_up_t = after.unserved_mwh * (1.25 + max(offset, 0.0)) * 0.9
        most_t = before.avoided_location_t + given_up_t
        assert after.avoided_location_t <= most_t + 1e-4 * max(1.0, abs(most_t))
    assert all(m.unserved_mwh <= 1e-6 for m in found[:4])


def test_larger_halls_change_nothing_but_the_room_there_is():
    base = {"sites.west_1.it_design_mw": 17, "parameters.idle_share": 0}
    large = {**base, **staircase.ample(load_scenario("two_region", base))}
    one, other = (make_year(load_scenario("two_region", changes)) for changes in (base, large))
    np.testing.assert_allclose(other.arrivals_mwh, one.arrivals_mwh, rtol=1e-12)
    np.testing.assert_allclose(other.demand_mw, one.demand_mw, rtol=1e-9)
    work = one.arrivals_mwh.sum(axis=(0, 1)).max()
    assert other.system.compute.site_capacity_mw.min() > work


def test_the_last_steps_are_the_scenario_as_it_is(swept):
    rows = staircase.draw(*swept(staircase)).rows.set_index("step")
    assert list(rows.index[:5]) == [*staircase.BOUNDS, "forecast"]
    for policy in ("planned", "co-planned"):
        seed = int(swept(staircase)[-1].table["seed"].iloc[0])
        assert rows.loc[policy, "saved_system_pct"] == pytest.approx(
            saved(policy, {"seed": seed}).avoided_system_pct
        )
    steps = rows["step_location_pct"].iloc[1:].to_numpy()
    np.testing.assert_allclose(steps, np.diff(rows["saved_location_pct"]), atol=1e-9)
    assert rows.loc["ideal", "saved_location_pct"] == pytest.approx(100, abs=0.1)
    assert np.isnan(rows.loc["ideal", "step_location_pct"])


def test_where_demand_is_cut_off_the_system_saves_nothing_that_counts(swept):
    """All work goes west, where 400 MW of wind is all there is: by hand, the calm hours cannot be met."""
    drawing = staircase.draw(*swept(staircase))
    rows = drawing.rows.set_index("step")
    shed = swept(staircase)[0].table.query("policy == 'carbon-only'")["shed_mwh"]
    assert (shed > 0).all()
    assert np.isnan(rows.loc["ideal", "saved_system_pct"])
    assert rows.loc["ideal", "unmet_pct"] > arms.UNMET_PCT
    assert not np.isnan(rows.loc["co-planned", "saved_system_pct"])
    texts = [t.get_text().strip() for t in drawing.figure.findobj(Text)]
    assert texts.count("demand not met") == rows["saved_system_pct"].isna().sum()
    assert "cannot meet this load" in " ".join(drawing.caption.split())


# F6


def test_utilisation_is_what_was_asked_for(swept):
    s = load_scenario("two_region")
    share = flexibility.it_load_share(s, 50)
    run = simulate(
        load_scenario("two_region", {"parameters.it_load_share": share, "policies": ["planned"]}),
        workers=1,
    )
    assert run.year.arrivals_mwh.mean(axis=2).sum() == pytest.approx(
        0.5 * run.year.system.compute.site_capacity_mw.sum(), rel=1e-6
    )


def test_joint_is_no_less_than_either_and_no_more_than_all_may_move(swept):
    rows = flexibility.table(swept(flexibility))
    own = rows[rows["ledger"] == "location"]
    slack = own[own["axis"] == "slack"].set_index(["mode", "slack_h"])["saved_pct"]
    for h in flexibility.SMOKE_SLACK_H:
        assert slack["joint", h] >= max(slack["temporal", h], slack.loc["spatial"].max()) - 1e-6
    movable = own[own["axis"] == "movable"]
    none = movable[(movable["mode"] == "spatial") & (movable["movable_pct"] == 0)]
    assert none["saved_pct"].to_numpy() == pytest.approx(0.0, abs=1e-4)
    # by hand: 80 MW of work and 40 MW idle; all of the east that emits is 60 + 20 MW, of which half of 60 is batch
    full = movable[(movable["mode"] == "spatial") & (movable["movable_pct"] == 100)]
    assert full["saved_pct"].iloc[0] == pytest.approx(100 * 30 / 80, abs=0.01)


def test_work_that_cannot_wait_has_no_curve():
    s = load_scenario("two_region", {"classes.batch.slack_h": 1})
    with pytest.raises(InputError, match=r"no class of 'two_region' .* slack_h"):
        flexibility.arms(s)


# F15


def test_regret_is_of_what_the_oracle_saves_seed_by_seed(swept):
    sized, kinds, bound = swept(regret)
    rows, each = regret.table(sized, kinds, bound)
    assert set(rows["forecast"]) == {"perfect", "persistence", "rank-shuffled", "noisy", "ar1"}
    assert (rows["regret_pct"] > -1e-6).all()
    by = rows.set_index(["policy", "forecast"])
    assert by.loc[("planned", "perfect"), "mape_pct"] == 0
    assert by.loc[("planned", "noisy"), "mape_pct"] > 5
    assert by.loc[("planned", "noisy"), "regret_pct"] > by.loc[("planned", "perfect"), "regret_pct"]
    assert by.loc[("wait-awhile", "noisy"), "lead_pct"] == 0
    best = bound.table.query("policy == 'oracle'").set_index("replicate")["social_cost_cny"]
    one = sized.table.query("policy == 'planned' and `forecast.kind` == 'noisy' and replicate == 1")
    by_hand = 100 * (1 - one["social_cost_cny"].iloc[0] / best[1])
    mine = each.query("policy == 'planned' and forecast == 'noisy' and replicate == 1")
    assert mine["regret_pct"].iloc[0] == pytest.approx(by_hand)


def test_where_nothing_can_be_saved_there_is_no_regret(swept):
    sized, kinds, bound = swept(regret)
    idle = Found(bound.plan, bound.folder, bound.table.assign(social_cost_cny=0.0), 0)
    with pytest.raises(InputError, match="saves nothing"):
        regret.table(sized, kinds, idle)


# F18


def test_ranges_that_cannot_all_be_together_are_refused():
    s = load_scenario("two_region", {"parameters.it_load_share": 0.97})
    with pytest.raises(InputError, match=r"do not go together"):
        sensitivity.fields(s)


def test_indices_that_are_too_uncertain_are_hatched_and_named(swept):
    founds = swept(sensitivity)
    rows = sensitivity.table(*founds)
    own = rows[rows["st"].notna()]
    assert set(own["field"]) == set(sensitivity.TOP)
    assert not own[own["st_conf"] > sensitivity.WIDE]["resolved"].any()
    vague = own[~own["resolved"]]
    assert len(vague)  # four points cannot do
    every = arms.together(founds, "F18", founds[-1].plan.changes)
    text = " ".join(sensitivity_caption(every, rows, (26, 32)).split())
    assert "Not converged" in text
    assert all(name in text.split("Not converged")[1] for name in vague["field"])
    sure = rows.assign(resolved=True, st_conf=0.01)
    assert "Not converged" not in " ".join(sensitivity_caption(every, sure, (26, 32)).split())
    hatched = [p for p in bars(rows).axes[1].patches if p.get_hatch()]
    assert len(hatched) == 2 * len(vague)


def test_half_the_points_are_a_design_of_their_own(swept):
    """The first half of a Sobol design is the Sobol design of half the size, run for run."""
    shared = swept(sensitivity)[1]
    laid = laid_out(shared.plan, shared.folder)
    fewer = shared.plan.design.model_copy(update={"points": shared.plan.design.points // 2})
    half = unit_matrix(shared.plan.model_copy(update={"design": fewer}))
    np.testing.assert_allclose(np.array(laid.matrix)[: len(half)], half)


# Uncertainty


def test_differences_are_paired_by_seed_and_narrower_than_their_parts():
    one = pd.Series([10.0, 20.0, 30.0], index=[0, 1, 2])
    found = arms.paired(one, one - pd.Series([1.0, 1.1, 0.9]))
    assert found.mean == pytest.approx(1.0)
    assert found.sure
    assert found.high - found.low < 1
    assert arms.paired(one, one.iloc[::-1]).mean == 0  # by seed and not by place
    assert np.isnan(arms.spread([3.0]).low)
    with pytest.raises(InputError, match="no seed in common"):
        arms.paired(one, pd.Series([1.0], index=[9]))


def test_whiskers_are_drawn_where_they_are_known():
    figure = style.blank(2, 2)
    axes = figure.subplots()
    nan = float("nan")
    whiskers(axes, [0, 1], [1.0, 2.0], [0.5, nan], [1.5, nan])
    (bars,) = axes.collections
    assert len(bars.get_segments()) == 1
    assert bars.get_segments()[0][:, 1].tolist() == [0.5, 1.5]
    settle(axes, running([1.0]), "#000000", "a")  # one seed: nothing, and no failure
    rows = running([1.0, 3.0, 2.0])
    assert rows["mean"].tolist() == [2.0, 2.0]
    assert rows["half_width"].iloc[1] < rows["half_width"].iloc[0]


@pytest.mark.parametrize(("y", "low"), [(1.0, 0.0), (-1.0, -1.1)])
def test_ground_is_shaded_below_zero_only(y, low):
    figure = style.blank(2, 2)
    axes = figure.subplots()
    axes.plot([0, 1], [0, y])
    axes.margins(y=0.1)
    ground(axes)
    assert axes.get_ylim()[0] == pytest.approx(low)
    assert bool(axes.patches) == (y < 0)


# Pictures


@pytest.mark.parametrize("study", STUDIES, ids=lambda m: m.NAME)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_is_drawn_without_a_warning_in_both_languages(
    study, language, swept, tmp_path, monkeypatch
):
    for module in (words, style):
        monkeypatch.setattr(module, "chinese_font", lambda: fonts.LATIN)
    founds = swept(study)
    with speaking(language), warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="Glyph")
        drawing = study.draw(*founds)
        with style.applied():
            drawing.figure.savefig(tmp_path / "a.png")
        texts = " ".join(t.get_text() for t in drawing.figure.findobj(Text))
    assert len(drawing.rows)
    assert ("随机种子" in drawing.caption) == (language == "zh")
    assert "two_region" in drawing.caption
    assert any("\u4e00" <= ch <= "\u9fff" for ch in texts) == (language == "zh")
