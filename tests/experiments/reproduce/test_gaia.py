"""GAIA's printed digits where the data is at hand, and its conventions on a trace small enough to count."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from westshift.experiments.reproduce import gaia
from westshift.models.errors import InputError
from westshift.sim.policies.jobs.lowest_slot import LOWEST_SLOT
from westshift.sim.policies.jobs.no_wait import NO_WAIT


def test_the_printed_digits() -> None:
    folder = os.environ.get("WESTSHIFT_DATA")
    wanted = ("jobs/pai_1k.csv", "cloud2022/carbon_intensity_2022.csv.gz")
    if folder is None or not all((Path(folder) / w).is_file() for w in wanted):
        pytest.skip(
            "WESTSHIFT_DATA names no folder with jobs/pai_1k.csv and cloud2022/carbon_intensity_2022.csv.gz"
        )
    rows = gaia.reproduce(Path(folder))
    assert [r.what for r in rows if not r.met] == []
    assert sum(r.published is not None for r in rows) == 9


def written(folder: Path) -> Path:
    rng = np.random.default_rng(1)
    arrival = np.sort(rng.uniform(0, 5 * 24 * 3600, 50))
    length = rng.uniform(300, 10 * 3600, 50)
    jobs = [
        "arrival_time,length,cpus",
        *(f"{a},{n},{1 + i % 3}" for i, (a, n) in enumerate(zip(arrival, length, strict=True))),
    ]
    (folder / "pai_1k.csv").write_text("\n".join(jobs))
    hours = ["hour_utc,AU-SA", *(f"{h},{v}" for h, v in enumerate(rng.uniform(50, 500, 7720)))]
    (folder / "carbon_intensity_2022.csv").write_text("\n".join(hours))
    return folder


def test_conventions_on_a_drawn_trace(tmp_path: Path) -> None:
    trace, hourly = gaia.read_trace(written(tmp_path)), gaia.read_hourly(tmp_path)
    w = trace.work
    short = w.length < 1440
    assert set(trace.budget[short]) == {4320}
    assert set(trace.budget[~short]) == {17280}
    ticks = np.repeat(hourly, 720) * 5 / 3600 / 1000
    base = sum(
        ticks[a : a + n].sum() * c for a, n, c in zip(w.arrival, w.length, w.power_kw, strict=True)
    )
    assert gaia.run(trace, hourly, NO_WAIT).total_carbon_kg == pytest.approx(base)
    start = [
        a + int(np.argmin(ticks[a : a + b + 1]))
        for a, b in zip(w.arrival, trace.budget, strict=True)
    ]
    found = gaia.run(trace, hourly, LOWEST_SLOT)
    assert found.start.tolist() == start
    assert gaia.mean_wait_ticks(trace, found) == pytest.approx(found.waited.mean())
    rows = gaia.reproduce(tmp_path)
    assert sum(not r.met for r in rows) == 7  # another trace: all but no-wait's one and nought


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"jobs/pai_1k\.csv.*GAIA artifact"):
        gaia.reproduce(tmp_path)
    with pytest.raises(InputError, match="no folder"):
        gaia.reproduce(None)
    written(tmp_path)
    with pytest.raises(InputError, match="7720 hours"):
        gaia.read_hourly(tmp_path, first=7001)
    with pytest.raises(InputError, match="no column 'SE'"):
        gaia.read_hourly(tmp_path, zone="SE")
    (tmp_path / "pai_1k.csv").write_text("arrival_time,length,cpus\n0,300,1\n5,x,1\n")
    with pytest.raises(InputError, match=r"row 3, column 'length' is 'x'"):
        gaia.read_trace(tmp_path)
