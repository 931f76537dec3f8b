"""Souza et al., IGSC 2023: a made day by hand, malformed files, and the printed digits."""

import numpy as np
import pytest

from westshift.experiments.reproduce import casper
from westshift.models.errors import InputError

HOURS = casper.START_S + 3600 * np.arange(24)


def day(requests, kg, rtt):
    R = np.shape(requests)[1]
    return casper.Day(
        tuple("abcdef"[:R]), np.array(requests, float), np.array(kg, float), np.array(rtt, float)
    )


def table(values):
    rows = [f"{h},{','.join(map(str, v))}" for h, v in zip(HOURS, values, strict=True)]
    return "\n".join(["timestamp,a,b", *rows]) + "\n"


FILES = {
    "requests.csv": table([[10, 20]] * 24),
    "carbon_intensities.csv": table([[500, 100]] * 24),
    "latency.csv": "a,b\n1,30\n40,2\n",
    "offset.csv": "a,b\n0,1\n",
}


def folder(path, **changed):
    (path / "casper").mkdir()
    for name, text in {**FILES, **changed}.items():
        if text is not None:
            (path / "casper" / name).write_text(text)
    return path


def test_a_day_read_and_planned(tmp_path):
    read = casper.read_day(folder(tmp_path))
    assert (read.regions, read.requests.shape, read.rtt_ms.tolist()) == (
        ("a", "b"),
        (24, 2),
        [[1, 30], [40, 2]],
    )
    assert np.allclose(
        casper.cleanest(read, 10.0), ((10 * 500 + 20 * 100) / 30, (10 * 1 + 20 * 2) / 30)
    )
    assert np.allclose(casper.cleanest(read, 35.0), (100, (10 * 30 + 20 * 2) / 30))
    assert np.allclose(casper.nearest(read), casper.cleanest(read, 10.0))


def test_servers_count_when_going_near():
    # 101 and 9 requests fill eleven servers if one goes over, and twelve if not: one of 200 costs 0.5/200, a
    # move 0.5·added/(110·longest).
    near = day([[101, 9]], [[1, 1]], [[1, 1.5], [1.5, 1]])
    assert np.isclose(casper.nearest(near)[1], (109 * 1 + 1 * 1.5) / 110)
    far = day([[101, 9]], [[1, 1]], [[1, 9000], [9000, 1]])
    assert np.isclose(casper.nearest(far)[1], 1)


def test_an_hour_without_requests_asks_for_nothing():
    quiet = day([[0, 0], [5, 0]], [[3, 2], [3, 2]], [[1, 5], [5, 1]])
    assert np.allclose(casper.cleanest(quiet, 9.0), (2, 5))
    assert np.allclose(casper.nearest(quiet, casper.ALIKE), (3, 1))


def test_the_frontier_falls(tmp_path):
    read = casper.read_day(folder(tmp_path))
    rows = casper.frontier(read, (10.0, 35.0, 45.0))
    assert [round(r.found, 3) for r in rows] == [233.333, 100, 100, 0]
    assert all(r.met for r in rows)
    assert not casper.frontier(read, (45.0, 10.0))[-1].met


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"latency.csv": None}, r"no casper/latency\.csv"),
        ({"latency.csv": "a,b\n1,30\n"}, "a row and a column for each"),
        ({"latency.csv": "b,a\n1,30\n30,1\n"}, "in that order"),
        ({"requests.csv": "timestamp,a,b\n1,1,1\n"}, "stands in 0 rows"),
        ({"requests.csv": FILES["requests.csv"] + f"{HOURS[3]},1,1\n"}, "stands in 2 rows"),
        ({"carbon_intensities.csv": "timestamp,a\n" + f"{HOURS[0]},1\n" * 24}, "column 'b'|rows"),
        ({"carbon_intensities.csv": table([["", 1]] * 24)}, "column a"),
    ],
)
def test_malformed_files_raise(tmp_path, changed, said):
    with pytest.raises(InputError, match=said):
        casper.read_day(folder(tmp_path, **changed))


def test_the_printed_digits(data_with):
    rows = casper.reproduce(data_with("casper"))
    assert [(r.what, r.published, r.found) for r in rows if not r.met] == []
    assert sum(r.published is not None for r in rows) == 6
