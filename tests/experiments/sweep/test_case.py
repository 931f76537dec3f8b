"""Keys by content: one configuration, one key, however it is written; seeds that no neighbour shifts."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from westshift.experiments.sweep.case import cases, replicate_seed
from westshift.experiments.sweep.key import Base
from westshift.experiments.sweep.plan import plan_of
from westshift.experiments.sweep.sweep import prepared
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario

BASE = Base("two_region")

FIELDS = {
    "classes.batch.slack_h": [4, "4", 4.0, 6, "6.0", " 6 "],
    "classes.batch.data_gb_per_mwh": [0, 10, "10.0", 1e1, 12.5],
    "parameters.carbon_price_cny_per_t": [0, "0", 30, 30.0, "3e1", 200],
    "parameters.fibre_route_factor": [1, "1.5", 1.5, 2],
    "seed": [1, "1", 7],
    "plan.window_h": [24, "24", 48],
    "plan.step_h": [6, "6", 24],
    "forecast.kind": ["perfect", "persistence"],
    "policies": [["planned"], ["planned", "co-planned"], "[planned]"],
    "horizon.weeks": [[0], "[0]", [0, 24], "representative"],
    "network": ["transport"],
}  # fmt: skip


def test_the_fields_of_the_next_test_are_there():
    scenario = load_scenario("two_region")
    assert "batch" in {c.job_class for c in scenario.classes}
    for name, values in FIELDS.items():
        for value in values:
            load_scenario("two_region", {name: value})


def changes(keys):
    return st.fixed_dictionaries({}, optional={k: st.sampled_from(FIELDS[k]) for k in keys})


few = st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=3, unique=True)
pairs = few.flatmap(lambda keys: st.tuples(changes(keys), changes(keys)))


@settings(deadline=None, max_examples=150)
@given(pair=pairs)
@example(pair=({"classes.batch.slack_h": 4}, {"classes.batch.slack_h": "4.0"}))
@example(pair=({}, {"seed": BASE.seed, "classes.batch.slack_h": 6, "plan.step_h": "24"}))
def test_a_key_is_the_same_exactly_where_the_scenario_is(pair):
    one, other = pair
    one, other = dict(sorted(one.items())), dict(sorted(other.items()))
    same = load_scenario("two_region", one).digest == load_scenario("two_region", other).digest
    assert (BASE.key(one, ()) == BASE.key(other, ())) == same


def test_a_key_knows_what_is_kept_and_which_scenario_it_is(tmp_path):
    assert BASE.key({}, ()) != BASE.key({}, ("routes",))
    import shutil

    from westshift.models.loading import SHIPPED

    copy = tmp_path / "elsewhere"
    shutil.copytree(SHIPPED / "two_region", copy)
    assert Base(str(copy)).key({}, ()) == BASE.key({}, ())
    cells = (copy / "classes.csv").read_text(encoding="utf-8")
    (copy / "classes.csv").write_text(cells.replace("batch,", "batch,", 1) + "\n", encoding="utf-8")
    assert Base(str(copy)).key({}, ()) == BASE.key({}, ())  # a blank line carries no meaning
    text = (copy / "scenario.yaml").read_text(encoding="utf-8")
    (copy / "scenario.yaml").write_text(text.replace("seed: 1", "seed: 2"), encoding="utf-8")
    assert Base(str(copy)).key({}, ()) != BASE.key({}, ())


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("classes.batch.slack", 3, "no column 'slack' to change; did you mean 'slack_h'?"),
        ("classes.batsh.slack_h", 3, "no row 'batsh'; did you mean 'batch'?"),
        ("clases.batch.slack_h", 3, "override clases.batch.slack_h: is not known"),
        ("classes.slack_h", 3, "does not name one cell; write classes.<class>.<column>"),
        ("classes.batch.slack_h", 7.3, "7.3 is not a whole number"),
        ("classes.batch.slack_h", "long", "'long' is not a number"),
        ("parameters.idle_share", 1.5, "1.5 is out of range"),
        ("parameters.idle_shar", 1, "did you mean 'idle_share'?"),
        ("plan.window", 3, "did you mean 'plan.window_h'?"),
        ("plan.window_h", 0, "override plan.window_h: 0 does not do"),
        ("plan.step_h", 1000, "is shorter than step_h 1000"),
        ("forecast.kind", "noisy", "needs error_share"),
        ("policies", ["planed"], "did you mean 'planned'?"),
        ("policies", 3, "policies"),
        ("baseline", "planed", "did you mean 'planned'?"),
        ("series.wind", "a.csv", "did you mean"),
    ],
)
def test_what_a_scenario_would_refuse_a_sweep_refuses_in_the_same_words(key, value, said):
    with pytest.raises(InputError) as loading:
        load_scenario("two_region", {key: value})
    with pytest.raises(InputError) as refused:
        prepared(plan(vary={"seed": [3], key: [value]}), Path("nowhere"))
    assert str(refused.value).endswith(f": {loading.value}")
    assert str(refused.value).startswith("point 0 (seed = 3")
    assert said in str(refused.value)


def test_a_corner_of_a_grid_that_cannot_be_does_not_stop_the_others():
    vary = {"plan.window_h": [6, 24], "plan.step_h": [6, 24]}
    laid = prepared(plan(vary=vary), Path("nowhere"))
    assert len(laid.unique_keys()) == 4
    with pytest.raises(
        InputError, match=r"point 0 \(plan.step_h = 48\): .* is shorter than step_h 48"
    ):
        prepared(plan(vary={"plan.step_h": [48, 6]}), Path("nowhere"))


def plan(**keys):
    return plan_of({"name": "p", "scenario": "two_region", **keys}, "study.yaml")


VARY = {"parameters.carbon_price_cny_per_t": [0, 100, 200]}


def test_replicates_have_the_same_seeds_at_every_point_and_more_do_not_shift_them():
    few = list(cases(plan(vary=VARY, replicates=2)))
    many = list(cases(plan(vary=VARY, replicates=5)))
    seeds = [replicate_seed(BASE.seed, r) for r in range(5)]
    assert len(set(seeds)) == 5
    for case in many:
        assert case.overrides["seed"] == seeds[case.replicate]
    assert {c.key for c in few} < {c.key for c in many}
    assert len({c.key for c in many}) == 15


def test_a_seed_that_is_set_gives_other_replicates():
    own = [c.overrides["seed"] for c in cases(plan(vary=VARY, replicates=2))]
    other = [c.overrides["seed"] for c in cases(plan(vary=VARY, replicates=2, set={"seed": 99}))]
    assert not set(own) & set(other)


def test_without_replicates_a_case_keeps_the_scenarios_own_seed():
    assert all("seed" not in c.overrides for c in cases(plan(vary=VARY)))


def test_adding_points_keeps_the_keys_of_the_others():
    few = {c.key for c in cases(plan(vary=VARY))}
    more = {
        c.key
        for c in cases(
            plan(vary={**VARY, "plan.step_h": [load_scenario("two_region").plan.step_h]})
        )
    }
    assert few == more
    assert few < {
        c.key for c in cases(plan(vary={"parameters.carbon_price_cny_per_t": [50, 0, 100, 200]}))
    }


def test_policies_may_be_varied_one_by_one_or_in_lists():
    made = list(
        cases(
            plan(vary={"policies": ["planned", ["planned", "co-planned"], "planned, co-planned"]})
        )
    )
    assert [c.overrides["policies"] for c in made] == [
        ["planned"], ["planned", "co-planned"], ["planned", "co-planned"],
    ]  # fmt: skip
    assert made[1].key == made[2].key != made[0].key


def test_a_point_that_will_not_do_is_named():
    with pytest.raises(
        InputError, match=r"point 1 \(classes.batch.slack_h = 6.5\): override classes"
    ):
        list(cases(plan(vary={"classes.batch.slack_h": [6, 6.5]})))
