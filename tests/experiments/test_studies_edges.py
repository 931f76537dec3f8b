"""Studies of worlds that are hardly there, and on disks that are full."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from westshift.experiments.studies import margins, penetration, rolling, signals, study
from westshift.experiments.studies.study import Progress
from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario

ALL = {m.NAME: m.run for m in (signals, margins, penetration, rolling)}


@pytest.fixture
def mine(tmp_path):
    """mine(table=change, …) loads a copy of two_region, tables changed by functions of their text."""

    def make(**changes):
        folder = tmp_path / "mine"
        shutil.copytree(SHIPPED / "two_region", folder)
        for stem, change in changes.items():
            file = folder / (f"{stem}.yaml" if stem == "scenario" else f"{stem}.csv")
            file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
        return load_scenario(folder)

    return make


def written(found, tmp_path):
    """A study's folder can be written, and no sentence of it says nan."""
    folder = tmp_path / found.name
    folder.mkdir()
    study.write(found, folder, {}, {})
    assert not any("nan" in sentence for sentence in found.sentences), found.sentences
    return folder


def without_west(text):
    return "".join(x for x in text.splitlines(keepends=True) if not x.startswith("west"))


def first_column(text):
    return "".join(x.rsplit(",", 1)[0] + "\n" for x in text.splitlines())


WORLDS = {
    "no official factors": {
        "regions": lambda t: t.replace("3,900,", "3,,").replace("1,0,25,", "1,,25,")
    },
    "nothing may move": {"classes": lambda t: t.replace("批处理,0.5,6,1000", "批处理,0.5,0,10")},
    "no wind": {"generators": lambda t: t.replace("west,wind,400", "west,wind,0")},
    "an empty region": {
        "regions": lambda t: t + "void,Void,空,northwest,west,40,100,0,0,0,,,\n",
        "load_shape": lambda t: t + "void,all" + ",1" * 24 + "\n",
        "tariffs": lambda t: t + "void,,,300,,\n",
        "tariff_hours": lambda t: t + "void,all" + ",f" * 24 + "\n",
    },
    "a store": {"storage": lambda t: t.rstrip() + "\neast,battery,50,200,0.9,0.9,0.001,1\n"},
    "one region": {
        **dict.fromkeys(
            (
                "regions", "sites", "generators", "load_shape", "tariffs", "tariff_hours", "temperature",
                "quotas", "line_quotas",
            ),
            without_west,
        ),
        "wind": first_column,
        "air": first_column,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("world", WORLDS)
def test_worlds_that_are_hardly_there(world, name, mine, tmp_path):
    found = ALL[name](mine(**WORLDS[world]), Progress(), 1)
    folder = written(found, tmp_path)
    rows = pd.read_csv(folder / f"{name}.csv")
    assert len(rows) == len(found.tables[name])
    assert not np.isinf(rows.select_dtypes("number").to_numpy(float)).any()
    if world == "nothing may move" and name == "penetration":
        assert [x.split(": ")[1] for x in found.sentences] == ["nothing is shifted."] * 4
        assert rows["avoided_kg_per_mwh"].isna().all()


def test_one_hour_is_a_horizon_but_not_one_to_roll_over(tmp_path):
    hour = load_scenario("two_region", {"horizon.length_h": 1})
    for name, run in ALL.items():
        if name != "rolling":
            written(run(hour, Progress(), 1), tmp_path)
    with pytest.raises(InputError, match="hour0024 has 1 h: this study needs whole days"):
        ALL["rolling"](hour, Progress(), 1)


def test_margins_need_clusters_and_work_in_the_east(mine, tmp_path):
    with pytest.raises(InputError, match=r"sites\.csv needs a site of kind cluster"):
        margins.run(
            mine(sites=lambda t: re.sub("cluster,(east|west)_hub", "provincial,", t)), Progress(), 1
        )
    shutil.rmtree(tmp_path / "mine")
    with pytest.raises(InputError, match=r"only 0 MW arise there: raise work_weight"):
        margins.run(mine(regions=lambda t: t.replace("5.256,3,", "5.256,0,")), Progress(), 1)


def test_year_takes_the_place_of_a_scenarios_own_hours():
    year = load_scenario("two_region", {"horizon.weeks": "year"})
    assert (year.horizon.weeks, year.horizon.length_h) == ("year", None)
    with pytest.raises(InputError, match="length_h and weights go with a list"):
        load_scenario("two_region", {"horizon.weeks": "year", "horizon.length_h": 24})


@pytest.mark.slow
def test_a_year_of_weeks_the_last_of_eight_days():
    year = load_scenario("two_region", {"horizon.weeks": "year"})
    found = rolling.run(year, Progress(), 2, budget_pct=100)
    assert [h.length_h for h in found.horizons] == [168] * 51 + [192]
    windows = found.tables["windows"]
    assert len(windows) == 365 + 1
    assert windows["carbon_price_cny_per_t"].dropna().unique() == pytest.approx([90])
    assert found.tables["rolling"]["system_mt"].to_numpy() == pytest.approx(0.012555 * 365)


def test_the_last_to_join_are_not_said_to_add_emissions_where_less_is_shifted():
    """Endogenous plans may shift less when more join: 100 MWh for 50 t, then 90 for 60 t."""
    nothing = np.zeros(3)

    def of(shifted, avoided):
        return penetration.Sums(shifted, avoided, 0.0, 0.0, 0.0, nothing, nothing)

    found = [
        {(signal, share): of(s, a) for signal in penetration.FOLLOWED
         for share, s, a in ((0.0, 100.0, 0.0), (0.5, 100.0, 5e4), (1.0, 90.0, 6e4))}
    ]  # fmt: skip
    rows = penetration.table(found, [1.0], (0.5, 1.0))
    assert rows["avoided_kg_per_mwh"].iloc[1:3].tolist() == pytest.approx([500, 60_000 / 90])
    assert np.isnan(rows["last_avoided_kg_per_mwh"].iloc[2])
    assert not any("add emissions" in x for x in penetration.sentences(rows))
    found[0]["price", 1.0] = of(110.0, 4e4)
    rows = penetration.table(found, [1.0], (0.5, 1.0))
    (said,) = (x for x in penetration.sentences(rows) if "add emissions" in x)
    assert said.startswith("price:")
    assert "From 100 % on" in said


# Disks and keyboards


def westshift(*words, cwd):
    return subprocess.run(
        [sys.executable, "-m", "westshift.experiments", "study", *map(str, words)],
        cwd=cwd, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_a_place_that_cannot_be_written_is_said_before_the_run(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = westshift("signals", "two_region", "--out", "file/out", cwd=tmp_path)
    assert done.returncode == 2
    assert "--out" in done.stderr
    assert "1/5" not in done.stderr
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_disk_that_is_full_leaves_nothing_and_says_so(tmp_path, monkeypatch):
    from westshift.experiments import study_cli

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(InputError, match=r"No space left.*--out"):
        study_cli.penetration("two_region", "50", False, tmp_path / "out", 1, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_an_interrupted_study_leaves_nothing(workers, tmp_path):
    words = ["penetration", "two_region", "--year", "--out", "out", "--workers", str(workers)]
    process = subprocess.Popen(
        [sys.executable, "-m", "westshift.experiments", "study", *words],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if "/1300 " in line:
            break
    else:
        pytest.fail("the study ended before it could be interrupted")
    os.killpg(process.pid, signal.SIGINT)
    said = process.stderr.read()
    assert process.wait(60) == 130
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
