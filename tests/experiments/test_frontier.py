"""The frontier as people run it: policies beside the front, hypervolume, figure, result folder, bad input."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from westshift.experiments.figures import frontier as figure
from westshift.experiments.frontier.front import AGAINST, bounds, compute
from westshift.experiments.frontier.study import study_of
from westshift.experiments.frontier.tables import hypervolume, point_rows, policy_rows, under
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario
from westshift.optim.axes import COST, LATENCY, SHED, UNSERVED


@pytest.fixture(scope="module")
def two():
    return compute(load_scenario("two_region", {}), points=5, workers=1)


@pytest.fixture(scope="module")
def drawn():
    """Two short stretches of the provinces, two policies."""
    over = {
        "horizon.weeks": [728, 4020],
        "horizon.length_h": 6,
        "policies": ["greenest-now", "west-quota", "oracle"],
    }
    return compute(load_scenario("east_west", over), points=5, workers=1)


def test_no_policy_is_beyond_the_front(two, drawn):
    for f in (two, drawn):
        rows = policy_rows(f)
        kept = rows[rows["beyond"] == ""]
        assert set(kept["against"]) == set(AGAINST)
        height = point_rows(f).groupby("against")["avoided_kt"].max()
        for row in kept.itertuples():
            assert row.distance_kt >= -1e-9 * height[row.against]


def test_two_region_s_policies_lie_where_they_should(two):
    rows = policy_rows(two).set_index(["against", "policy"])
    for name, kt in (
        ("here-and-now", 0.0),
        ("wait-awhile", 0.0),
        ("greenest-now", 0.405),
        ("oracle", 0.405),
    ):
        assert rows.at[("latency", name), "avoided_kt"] == pytest.approx(kt)
        assert rows.at[("latency", name), "distance_kt"] == pytest.approx(0.0, abs=1e-6)
        assert rows.at[("delay", name), "distance_kt"] == pytest.approx(0.405 - kt, abs=1e-6)
    assert (policy_rows(two)["beyond"] == "").all()


def test_prices_are_in_the_units_they_say(drawn):
    rows = point_rows(drawn)
    inner = rows[(rows["point"] > 1) & (rows["point"] < 5)]
    assert (inner["kt_per_unit"] >= inner["kt_per_unit_least"] * (1 - 1e-6) - 1e-12).all()
    assert (inner["kt_per_unit"] <= inner["kt_per_unit_most"] * (1 + 1e-6) + 1e-12).all()
    cost = inner[inner["against"] == "cost"]
    # kt per M CNY and CNY per t are one price said twice
    assert cost["cny_per_t"].to_numpy() == pytest.approx(1000.0 / cost["kt_per_unit"].to_numpy())
    time = inner[inner["against"] == "latency"].dropna(subset=["cny_per_mwh_unit"])
    assert len(time)
    per_mwh = 1e6 * time["kt_per_unit"] * time["cny_per_t"] / 1000.0 / drawn.work_mwh
    assert time["cny_per_mwh_unit"].to_numpy() == pytest.approx(per_mwh.to_numpy())


def test_hypervolume_against_monte_carlo():
    rng = np.random.default_rng(8)
    spots = [(float(x), float(y)) for x, y in rng.uniform(0, 1, (7, 2))]
    x, y = rng.uniform(0, 1, (2, 400_000))
    inside = np.zeros(len(x), bool)
    for px, py in spots:
        inside |= (x >= px) & (y <= py)
    assert hypervolume(spots, 1.0) == pytest.approx(inside.mean(), abs=4e-3)


def test_hypervolume_in_closed_form():
    assert hypervolume([], 1.0) == 0.0
    assert hypervolume([(0.0, 2.0)], 3.0) == 6.0
    assert (
        hypervolume([(0.0, 1.0), (1.0, 2.0), (2.0, 1.5), (0.5, -1.0), (9.0, 9.0)], 3.0) == 3.0 + 2.0
    )
    assert under(np.array([0.0, 2.0, 4.0]), np.array([-1.0, 1.0, 1.0])) == 0.5 + 2.0
    assert under(np.array([1.0]), np.array([5.0])) == 0.0
    # a fine staircase on a line is the line
    x = np.linspace(0, 1, 4001)
    stairs = hypervolume(list(zip(x.tolist(), np.sqrt(x).tolist(), strict=True)), 1.0)
    assert stairs == pytest.approx(under(x, np.sqrt(x)), rel=1e-3)


def test_bounds_follow_the_baseline():
    base = np.array([9.0, 100.0, 0.0, 0.0, 2.0, 0.0])
    held = bounds(base, 101.0)
    assert held[COST] == pytest.approx(101.0)
    assert held[UNSERVED] == 2.0
    assert not np.isfinite(held[SHED])  # nothing was shed: fixed at nothing in every hour instead


def test_a_policy_over_budget_is_said_to_be(two):
    f = two
    placed = dict(f.placed["latency"])
    placed["oracle"] = replace(placed["oracle"], beyond=("over budget",))
    study = study_of(replace(f, placed={**f.placed, "latency": placed}))
    assert any("oracle" in s and "over budget" in s for s in study.sentences)
    assert "oracle (over budget)" in " ".join(study.drawings["frontier"].caption.split())


def test_the_figure_shows_what_its_table_says(drawn, two):
    for f in (drawn, two):
        rows = figure.rows(point_rows(f), policy_rows(f))
        panels = figure.draw(rows).axes
        assert len(panels) == 3
        for axes, name in zip(panels, ("latency", "delay", "cost"), strict=True):
            assert "[" in axes.get_xlabel()
            low, high = axes.get_ylim()
            assert low < 0 < high
            texts = " ".join(t.get_text() for t in axes.texts)
            for policy in rows["policy"][(rows["against"] == name) & (rows["role"] != "front")]:
                assert policy in texts


def test_the_command_writes_a_whole_result(tmp_path):
    out = tmp_path / "result"
    said = westshift(
        "frontier",
        "two_region",
        "--points",
        "3",
        "--policies",
        "oracle",
        "--out",
        str(out),
        "--workers",
        "1",
    )
    assert said.returncode == 0, said.stderr
    assert {"front.csv", "policies.csv", "hypervolume.csv", "run.json"} <= {
        p.name for p in out.iterdir()
    }
    assert {p.suffix for p in (out / "figures").iterdir()} == {".pdf", ".png", ".csv", ".txt"}
    front = pd.read_csv(out / "front.csv")
    assert list(front[front["against"] == "latency"]["avoided_kt"]) == pytest.approx(
        [0.0, 0.2025, 0.405], abs=1e-6
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--against", "water"], "latency, delay, cost"),
        (["--against", ""], "latency, delay, cost"),
        (["--against", "cost,cost"], "each once"),
        (["--points", "1"], "--points 1"),
        (["--budget-pct", "nan"], "--budget-pct"),
        (["--policies", "nobody"], "nobody"),
    ],
)
def test_what_a_user_can_mend_is_one_sentence(options, told, tmp_path):
    out = tmp_path / "result"
    said = westshift("frontier", "two_region", *options, "--out", str(out))
    assert said.returncode == 2
    assert told in said.stderr
    assert "Traceback" not in said.stderr
    assert not out.exists()
    assert not list(tmp_path.iterdir())


def test_a_budget_that_cannot_be_kept_is_said(tmp_path):
    said = westshift(
        "frontier",
        "two_region",
        "--budget-pct",
        "50",
        "--out",
        str(tmp_path / "r"),
        "--workers",
        "1",
    )
    assert said.returncode == 2
    assert "costs 96.9583 %" in said.stderr
    assert not (tmp_path / "r").exists()


def test_a_budget_below_the_baseline_s_cost_can_be_kept():
    f = compute(load_scenario("two_region", {}), ("latency",), 3, budget_pct=98.0, workers=1)
    front = f.fronts["latency"]
    assert front[0].sums[COST] <= 0.98 * f.base[COST] * (1 + 1e-9)
    assert front[0].sums[LATENCY] > 0.0  # only work that moves saves so much
    assert f.placed["latency"]["here-and-now"].beyond == ("over budget", "left of the front")


def test_axes_are_known():
    with pytest.raises(InputError):
        compute(load_scenario("two_region", {}), against=("heat",))


def westshift(*words):
    command = [sys.executable, "-m", "westshift.experiments", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)
