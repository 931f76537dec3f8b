"""`westshift whatif` and `westshift reproduce` from the command line, on logs that the tests write."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from westshift.experiments.cli import app
from westshift.experiments.reproduce import zhang25
from westshift.experiments.reproduce.published import Published
from westshift.models.errors import InputError


@pytest.fixture
def history(tmp_path):
    """Three jobs of an hour on a day whose afternoon is clean here and dirty there."""
    jobs = tmp_path / "jobs.csv"
    jobs.write_text("arrival,length,cores\n0,3600,2\n3600,3600,2\n7200,7200,1\n")
    hours = [f"2022-03-01T{h:02d}:00Z" for h in range(24)] + [
        f"2022-03-02T{h:02d}:00Z" for h in range(24)
    ]
    here = [100 if h % 24 >= 12 else 500 for h in range(48)]
    there = [600 - x for x in here]
    signal = tmp_path / "ci.csv"
    lines = [f"{t},{a},{b}" for t, a, b in zip(hours, here, there, strict=True)]
    signal.write_text("time,here,there\n" + "\n".join(lines) + "\n")
    return jobs, signal


def asked(jobs, signal, *more):
    told = ["whatif", str(jobs), "--signal", str(signal), "--unit", "seconds", "--kw-per-core", "1"]
    return CliRunner().invoke(app, [*told, "--start", "2022-03-01T00:00+00:00", *more])


def test_what_waiting_and_moving_would_have_saved_by_hand(history, tmp_path):
    out = tmp_path / "table.csv"
    done = asked(*history, "--zone", "here", "--elsewhere", "there", "--out", str(out))
    assert done.exit_code == 0, done.output
    table = pd.read_csv(out).set_index(["place", "policy"])
    # 2 + 2 + 2 kWh at 500 g, or at 100 g after noon, or at 100 g there at once.
    assert table.loc[("here", "no-wait"), "carbon_kg"] == pytest.approx(3.0)
    assert table.loc[("here", "wait-awhile, in one piece"), "carbon_kg"] == pytest.approx(0.6)
    assert table.loc[("there", "no-wait"), "avoided_percent"] == pytest.approx(80.0)
    assert "3 records" in done.output or "3" in done.stderr


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "--zone"),
        (("--zone", "here", "--valley", "25"), "0 to 23"),
        (("--zone", "nowhere"), "no zone"),
        (("--zone", "here", "--column", "when=t"), "WHAT=TITLE"),
        (("--zone", "here", "--log", "swf"), "--kw-per-core|line|field"),
        (("--zone", "here", "--source", "hours"), "--year"),
    ],
)
def test_what_is_missing_is_asked_for(history, more, said):
    done = asked(*history, *more)
    assert done.exit_code != 0
    assert isinstance(done.exception, InputError)
    assert any(part in str(done.exception) for part in said.split("|"))


def test_a_start_without_a_time_zone_is_refused(history):
    jobs, signal = history
    told = ["whatif", str(jobs), "--signal", str(signal), "--zone", "here", "--unit", "seconds"]
    done = CliRunner().invoke(app, [*told, "--kw-per-core", "1", "--start", "2022-03-01T00:00"])
    assert isinstance(done.exception, InputError)
    assert "time zone" in str(done.exception)


def test_reproduce_exits_by_what_it_found(monkeypatch, tmp_path):
    out = tmp_path / "zhang.csv"
    done = CliRunner().invoke(app, ["reproduce", "zhang25", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert " 0 missed" in done.output
    assert (pd.read_csv(out)["met"].dropna() == "yes").all()
    wrong = [Published("a figure", 1.0, 2.0, 0.5, "%", "nobody")]
    monkeypatch.setattr(zhang25, "reproduce", lambda data, tell: wrong)
    done = CliRunner().invoke(app, ["reproduce", "zhang25"])
    assert done.exit_code == 1
    assert "1 missed" in done.output


@pytest.mark.parametrize(
    ("paper", "files"),
    [
        ("eurosys24", ["carbon_intensity_2022.csv.gz", "gcp_latency_matrix.csv"]),
        ("gaia", ["jobs/pai_1k.csv", "carbon_intensity_2022.csv.gz"]),
        ("casper", ["requests.csv", "carbon_intensities.csv", "latency.csv", "offset.csv"]),
        ("waitawhile", ["ger_ci.csv", "gb_ci.csv", "fr_ci.csv"]),
    ],
)
def test_a_paper_without_its_data_says_which_files_it_wants(paper, files, tmp_path):
    done = CliRunner().invoke(app, ["reproduce", paper])
    assert isinstance(done.exception, InputError)
    for name in (*files, "--data FOLDER"):
        assert name in str(done.exception)
    # In a folder without them the first that is missing is named, and the option.
    done = CliRunner().invoke(app, ["reproduce", paper, "--data", str(tmp_path)])
    assert isinstance(done.exception, InputError)
    assert files[0] in str(done.exception)
    assert "--data" in str(done.exception)


def test_cloud_needs_its_folder_and_refuses_what_means_nothing_there():
    done = CliRunner().invoke(app, ["run", "cloud"])
    assert isinstance(done.exception, InputError)
    assert "--data" in str(done.exception)
    done = CliRunner().invoke(app, ["run", "cloud", "--year"])
    assert "--year" in str(done.exception)
    done = CliRunner().invoke(app, ["run", "two_region", "--data", "."])
    assert "cloud" in str(done.exception)
