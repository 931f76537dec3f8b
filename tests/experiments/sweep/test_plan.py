"""Study files: what they may say, and what is said of those that will not do."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from westshift.experiments.sweep.kinds import Grid, Range
from westshift.experiments.sweep.plan import plan_of, read_plan
from westshift.experiments.sweep.sweep import prepared
from westshift.models.errors import InputError

WHOLE = """
name: slack-and-price
scenario: two_region
policies: [planned, co-planned]
set: {horizon.length_h: 48, "horizon.weeks": [0]}
design: {kind: latin-hypercube, points: 4}
vary:
  classes.batch.slack_h: [6, 12, 24]
  parameters.carbon_price_cny_per_t: {from: 0, to: 500}
replicates: 8
keep: [routes, hourly]
"""
LEAST = {"name": "a", "scenario": "two_region", "vary": {"seed": [1, 2]}}


def test_a_study_file_is_read_as_written(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(WHOLE, encoding="utf-8")
    plan = read_plan(path)
    assert plan.scenario == "two_region"
    assert plan.policies == ("planned", "co-planned")
    assert plan.changes == {"horizon.length_h": 48, "horizon.weeks": (0,)}
    assert plan.vary["classes.batch.slack_h"] == (6, 12, 24)
    assert plan.vary["parameters.carbon_price_cny_per_t"] == Range(low=0, high=500)
    assert plan.replicates == 8
    assert plan.keep == ("hourly", "routes")


def test_what_is_left_out_is_a_grid_of_the_scenarios_own_policies_and_seed():
    plan = plan_of(LEAST, "study")
    assert plan.design == Grid()
    assert plan.policies is None
    assert plan.replicates is None


def test_the_study_files_of_the_documentation_can_be_run():
    text = (Path(__file__).parents[3] / "docs" / "sweeps.md").read_text(encoding="utf-8")
    studies = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(studies) == 3
    counts = []
    for study in studies:
        plan = plan_of(YAML(typ="safe", pure=True).load(study), "sweeps.md")
        laid = prepared(plan, Path("nowhere"))
        counts.append(len(laid.points) * (plan.replicates or 1))
    assert counts == [72, 4, 100]


def test_a_folder_is_meant_from_where_the_study_file_lies(tmp_path):
    path = tmp_path / "deep" / "study.yaml"
    path.parent.mkdir()
    (tmp_path / "mine").mkdir()
    path.write_text(WHOLE.replace("two_region", "../mine"), encoding="utf-8")
    assert read_plan(path).scenario == str(tmp_path / "mine")


def test_a_plan_survives_being_written_and_read():
    plan = plan_of({**LEAST, "vary": {"a.b": {"from": 1, "to": 2, "log": True}},
                    "design": {"kind": "sobol", "points": 8, "indices": True}}, "study")  # fmt: skip
    assert plan_of(plan.model_dump(mode="json", by_alias=True), "again") == plan


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"vry": {}}, "vry is not known; did you mean 'vary'?"),
        ({"vary": {}}, "varies nothing; give vary, or replicates"),
        ({"vary": {"seed": []}}, "seed has no values"),
        ({"vary": {"a.b": {"from": 0, "to": 1}}}, "which a grid cannot take"),
        ({"vary": {"a.b": {"from": 2, "to": 1}}}, "from 2 is not below to 1"),
        ({"vary": {"a.b": {"from": 0, "to": 1, "log": True}}}, "log needs from above 0"),
        ({"vary": {"a.b": {"from": 0.5, "to": 2, "whole": True}}}, "whole needs whole numbers"),
        ({"vary": {"a.b": {"from": 0, "too": 1}}}, "vary.a.b.too is not known; did you mean 'to'?"),
        ({"vary": {"a.b": 3}}, "vary.a.b: 3 does not do; give a number"),
        ({"policies": "planned"}, "input should be a list, such as [a, b]"),
        ({"design": "grid"}, "input should be a map"),
        ({"vary": {"a.b": {"from": 0, "to": float("inf")}}}, "inf does not do; input should be a finite number"),
        ({"design": {"kind": "latin"}}, "design.kind 'latin' is not known; use one of grid"),
        ({"design": {"points": 3}}, "design has no kind; use one of grid, latin-hypercube"),
        ({"design": {"kind": "sobol", "points": 3}}, "3 points are no power of two"),
        ({"design": {"kind": "latin-hypercube", "points": 0}}, "design.points: 0 does not do"),
        ({"design": {"kind": "latin-hypercube"}}, "design.points is missing"),
        ({"design": {"kind": "morris", "trajectories": 4, "levels": 3}}, "levels 3 is odd"),
        ({"design": {"kind": "sobol", "points": 4}, "vary": {}, "replicates": 2}, "nothing to vary"),
        ({"name": "../up"}, "name: '../up' does not do"),
        ({"replicates": 0}, "replicates: 0 does not do"),
        ({"replicates": 3}, "seed is in vary and replicates choose seeds too"),
        ({"set": {"seed": 3}}, "seed is both in set and in vary"),
        ({"policies": []}, "policies: [] does not do"),
        ({"policies": ["planned"], "set": {"policies": "planned"}}, "both listed and in set"),
        ({"policies": ["planned"], "vary": {"policies": ["oracle"]}}, "both listed and in vary"),
        ({"keep": ["hours"]}, "keep: 'hours' does not do"),
        ({"scenario": None}, "scenario: None does not do"),
    ],
)  # fmt: skip
def test_what_will_not_do_is_said_in_a_sentence(change, said):
    with pytest.raises(InputError) as error:
        plan_of({**LEAST, **change}, "study.yaml")
    assert str(error.value).startswith("study.yaml: ")
    assert said in str(error.value)
    assert "pydantic" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [("a: [1", "line 1: is not YAML"), ("- 1", "holds no keys"), ("", "holds no keys")],
)
def test_what_is_no_study_file_is_said(tmp_path, text, said):
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_plan(path)


def test_a_study_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_plan(tmp_path / "none.yaml")
