"""Whatever a user can get wrong in scenario.yaml or in an override is named, with its remedy."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of two_region to spoil."""
    return Path(shutil.copytree(SHIPPED / "two_region", tmp_path / "two_region"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is not once in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def refusal(name: str | Path, overrides: Mapping[str, object] | None = None) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(name, overrides)
    return str(caught.value)


# what stands there, what is put there, what the message says
SETTINGS = [
    ("seed: 1", "seed: [1", "scenario.yaml, line "),
    ("seed: 1", "seed: 1\nseed: 2", "scenario.yaml, line "),
    ("seed: 1", "sead: 1", "scenario.yaml, key sead: is not known; did you mean 'seed'?"),
    ("seed: 1\n", "", "scenario.yaml, key seed: is missing; add it"),
    ("seed: 1", "seed: -1", "scenario.yaml, key seed: -1 does not do; input should be"),
    ("window_h", "windw_h", "key plan.windw_h: is not known; did you mean 'window_h'?"),
    ("baseline: here-and-now", "baseline: here-and-then",
     "key baseline: 'here-and-then' is not known; did you mean 'here-and-now'?"),
    ("wait-awhile,", "wait-a-while,",
     "key policies: 'wait-a-while' is not known; did you mean 'wait-awhile'?"),
    ("wait-awhile,", "planned,", "key policies: 'planned' is listed twice"),
    ("[here-and-now, greenest-now, wait-awhile, cheapest, planned, co-planned, oracle]", "[]",
     "key policies: "),
    ("kind: perfect", "kind: prefect",
     "key forecast.kind: 'prefect' is not known; did you mean 'perfect'?"),
    ("kind: perfect", "kind: noisy", "key forecast: a noisy forecast needs error_share"),
    ("kind: perfect", "kind: noisy, error_share: -0.1",
     "key forecast.error_share: -0.1 does not do; input should be greater than or equal to 0"),
    ("step_h: 24", "step_h: 0", "key plan.step_h: 0 does not do; input should be greater than"),
    ("window_h: 24", "window_h: 12", "key plan: window_h 12 is shorter than step_h 24"),
    ("weeks: [24]", "weeks: typical", "key horizon.weeks: 'typical' is no choice of weeks; write"),
    ("weeks: [24]", "weeks: [1.5]", "key horizon.weeks: [1.5] is no choice of weeks"),
    ("weeks: [24]", "weeks: year",
     "key horizon: length_h and weights go with a list of start hours"),
    ("weeks: [24]", "weeks: [8760]",
     "key horizon: horizon at hour 8760, 24 h long, leaves the year"),
    ("weeks: [24]", "weeks: [24, 30]", "key horizon: horizons at hours 24 and 30 overlap"),
    ("length_h: 24", "length_h: 24, weights: [1, 2]",
     "key horizon: horizon: 2 weights for 1 start"),
    ("wind_availability", "wind_availabilty",
     "key series.wind_availabilty: is not a known series; did you mean 'wind_availability'?"),
    ("wind.csv", "wnd.csv", "key series.wind_availability: no file 'wnd.csv' in"),
    ("{wind_availability: wind.csv, temperature_c: air.csv}", "wind.csv",
     "key series: 'wind.csv' does not do"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), SETTINGS)
def test_bad_settings(folder, old, new, says):
    edit(folder, "scenario.yaml", old, new)
    text = refusal(folder)
    assert says in text
    assert "two_region/scenario.yaml" in text


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list"])
def test_settings_that_hold_no_keys(folder, text):
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    assert "scenario.yaml: holds no keys" in refusal(folder)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("sead", 3, "override sead: is not known; did you mean 'seed'?"),
        ("plan.windw_h", 3, "override plan.windw_h: is not known; did you mean 'plan.window_h'?"),
        ("plan.window_h", "long", "override plan.window_h: 'long' does not do; input should be a"),
        ("plan", {"window_h": 0, "step_h": 1}, "override plan.window_h: 0 does not do"),
        ("plan.window_h", 3, "key plan: window_h 3 is shorter than step_h 24"),
        ("baseline", "laziest", "override baseline: 'laziest' is not known; use one of here"),
        (
            "parameters.carbon_price", 0,
            "parameters.csv has no row 'carbon_price'; did you mean 'carbon_price_cny_per_t'?",
        ),
        ("parameters.idle_share", "-1", "override parameters.idle_share: -1 is out of range"),
        ("parameters.idle_share", None, "override parameters.idle_share: is empty; give a number"),
        ("classes.bach.slack_h", 3, "classes.csv has no row 'bach'; did you mean 'batch'?"),
        ("classes.batch.slak_h", 3, "no column 'slak_h' to change; did you mean 'slack_h'?"),
        ("classes.batch.source", "x", "classes.csv has no column 'source' to change"),
        ("sources.X.source", "x", "override sources.X.source: is not known; "),
        ("classes.batch.class", "x", "classes.csv has no column 'class' to change"),
        ("classes.batch.slack_h", 1.5, "override classes.batch.slack_h: 1.5 is not a whole number"),
        ("classes.slack_h", 3, "does not name one cell; write classes.<class>.<column>"),
        ("generators.west.solar.capacity_mw", 3, "generators.csv has no row 'west.solar'"),
    ],
)  # fmt: skip
def test_bad_overrides(key, value, says):
    text = refusal("two_region", {key: value})
    assert says in text
    assert key in text or says.startswith("key")
