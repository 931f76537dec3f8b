"""Sukprasert et al., EuroSys 2024: readers and tables on small files, digits on the published ones."""

import gzip
from datetime import UTC, datetime
from math import inf

import numpy as np
import pytest

from westshift.experiments.reproduce import eurosys24
from westshift.experiments.reproduce.cloud2022 import read_intensity, read_round_trips
from westshift.experiments.reproduce.eurosys24_limits import limit_rows, limited, shared_zones
from westshift.models.errors import InputError
from westshift.models.intensity import Intensity


def intensity_of(rows, zones=("A", "B")):
    return Intensity(zones, datetime(2022, 1, 1, tzinfo=UTC), 3600, np.array(rows, float))


def write(folder, carbon=None, latency=None):
    (folder / "cloud2022").mkdir(exist_ok=True)
    if carbon is not None:
        with gzip.open(folder / "cloud2022" / "carbon_intensity_2022.csv.gz", "wt") as file:
            file.write(carbon)
    if latency is not None:
        (folder / "cloud2022" / "gcp_latency_matrix.csv").write_text(latency)
    return folder


def year(change=lambda lines: lines):
    lines = ["hour_utc,A,B", *(f"{h},{h % 24},100" for h in range(8760))]
    return "\n".join(change(lines)) + "\n"


def test_waiting_by_hand():
    # Two zones of four hours, jobs of 1 h that may wait 1 h: starts 0, 1 and 2. Saved 3, 0, 2 of 4 + 2, 1 + 2, 3 + 2.
    found = eurosys24.waiting(intensity_of([[4, 1, 3, 1], [2, 2, 2, 2]]), (1,), (1,))
    assert np.isclose(found[1, 1][0], 100 * (3 / 6 + 0 / 3 + 2 / 5) / 3)
    assert found[1, 1][1] == 0


def test_a_job_as_long_as_the_series_and_a_zone_without_carbon():
    found = eurosys24.waiting(intensity_of([[4, 1, 3, 1], [2, 2, 2, 2]]), (4,), (0, 7))
    assert found == {(0, 4): (0, 0), (7, 4): (0, 0)}
    clean = eurosys24.waiting(intensity_of(np.zeros((2, 5))), (1, 2), (1,))
    assert set(clean.values()) == {(0.0, 0.0)}


def test_limits_by_hand():
    rtt = np.array([[0, 9, 90], [9, 0, 9], [90, 9, 0]], float)
    mean = np.array([100.0, 200.0, 600.0])
    assert limited(mean, rtt, 0, inf) == (300, 300)
    # Half empty: the middle zone, first in turn, fills the clean one; the dirty one moves to where it was.
    greedy, exact = limited(mean, rtt, 50, 10.0)
    assert np.allclose([greedy, exact], (100 * 2 + 200) / 3)
    assert np.allclose(limited(mean, rtt, 50, 5.0), 300)


def test_round_trips_take_the_less_of_a_zone_named_twice(tmp_path):
    zones, rtt = read_round_trips(
        write(tmp_path, latency="origin,A,B,B\nA,1,9,7\nB,8,2,3\nB,6,3,2\n")
    )
    assert zones == ("A", "B")
    assert rtt.tolist() == [[1, 7], [6, 2]]


@pytest.mark.parametrize(
    ("latency", "said"),
    [
        ("origin,A,B\nA,1,2\n", "across"),
        ("origin,A,B\nA,1\nB,1,2\n", "row 2: has 2 cells"),
        ("origin,A\nA,near\n", r"row 2, column A: 'near'"),
        ("origin,A\nA,-1\n", "below 0"),
        ("origin,A\n", "no rows"),
    ],
)
def test_malformed_round_trips_raise(tmp_path, latency, said):
    with pytest.raises(InputError, match=said):
        read_round_trips(write(tmp_path, latency=latency))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x: x[:-1], "0 to 8759"),
        (lambda x: [*x[:5], x[6], x[5], *x[7:]], "0 to 8759"),
        (lambda x: [x[0], "0,,1", *x[2:]], r"row 2, column A: ''"),
        (lambda x: [x[0], "0,nan,1", *x[2:]], r"row 2, column A: 'nan'"),
        (lambda x: [x[0], "0,-3,1", *x[2:]], "row 2, column A: is below 0"),
        (lambda x: ["hour_utc,A,A", *x[1:]], "each zone once"),
    ],
)
def test_malformed_intensity_raises(tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        read_intensity(write(tmp_path, carbon=year(change)))


def test_a_file_that_is_not_packed_raises(tmp_path):
    folder = write(tmp_path, carbon=year())
    (folder / "cloud2022" / "carbon_intensity_2022.csv.gz").write_text("hour_utc,A\n")
    with pytest.raises(InputError, match="cannot be read"):
        read_intensity(folder)


def test_intensity_is_read(tmp_path):
    found = read_intensity(write(tmp_path, carbon=year()))
    assert (found.zones, found.steps, found.kg_per_mwh[0, 25]) == (("A", "B"), 8760, 1)


def test_files_without_a_zone_in_common_raise():
    with pytest.raises(InputError, match="none of the zones"):
        shared_zones(intensity_of([[1], [2]]), ("C",), np.zeros((1, 1)))


def test_the_printed_digits(data_with):
    said = []
    rows = eurosys24.reproduce(data_with("cloud2022"), said.append)
    missed = [(r.what, r.published, r.found) for r in rows if not r.met]
    assert missed == []
    assert sum(r.published is not None for r in rows) == 4 + 3 + 18 + 2
    assert said


def test_the_zones_are_thirty(data_with):
    data = data_with("cloud2022")
    zones, rtt = read_round_trips(data)
    names, kg, between = shared_zones(read_intensity(data), zones, rtt)
    assert (len(names), kg.shape, between.shape) == (30, (30, 8760), (30, 30))
    assert not any(name.startswith("AU") for name in names)


def test_rows_say_when_the_exact_figure_would_be_worse(monkeypatch):
    from westshift.experiments.reproduce import eurosys24_limits

    monkeypatch.setattr(eurosys24_limits, "limited", lambda mean, rtt, idle, limit: (1.0, 2.0))
    rows = limit_rows(intensity_of([[1], [2]]), ("A", "B"), np.zeros((2, 2)))
    above = next(r for r in rows if "above the greedy" in r.what)
    assert not above.met
