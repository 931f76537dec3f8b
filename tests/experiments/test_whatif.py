"""What other policies would have saved: against hand-counted jobs, and inputs that cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.experiments.whatif import ANYWHERE, what_if
from westshift.experiments.whatif_history import valley_steps
from westshift.models.errors import InputError
from westshift.models.intensity import Intensity
from westshift.models.jobs import Jobs

START = datetime(2023, 3, 1, tzinfo=UTC)


def jobs_of(arrival_h, length_h, due_h=None, power=1000.0, start: datetime | None = START) -> Jobs:
    n = len(arrival_h)
    due = np.full(n, np.nan) if due_h is None else np.array(due_h, float) * 3600
    return Jobs(
        np.array(arrival_h, float) * 3600, np.array(length_h, float) * 3600, np.full(n, power), np.full(n, np.nan),
        due, np.zeros(n, int), np.zeros(n, int), start=start, source="log.csv",
    )  # fmt: skip


def signal_of(*series, start: datetime = START) -> Intensity:
    return Intensity(tuple("abc"[: len(series)]), start, 3600, np.array(series, float))


def cell(table: pd.DataFrame, place: str, policy: str, column: str) -> float:
    return table[(table["place"] == place) & (table["policy"] == policy)][column].item()


def test_counted_by_hand() -> None:
    signal = signal_of([500, 400, 100, 300, 300, 300, 300, 300], [200] * 8)
    # One hour now or at 2:00; two hours from 1:00, due at 4:00; one that cannot meet its deadline.
    jobs = jobs_of([0, 1, 4], [1, 2, 2], [4, 4, 5])
    t = what_if(jobs, signal, "a")
    assert t["place"].iloc[0] == "a"
    assert cell(t, "a", "no-wait", "carbon_kg") == 500 + 500 + 600
    assert cell(t, "a", "wait-awhile, in one piece", "carbon_kg") == 100 + 400 + 600
    assert cell(t, "a", "wait-awhile, in one piece", "avoided_kg") == 500
    assert cell(t, "a", "wait-awhile, in one piece", "avoided_percent") == pytest.approx(
        100 * 500 / 1600
    )
    assert cell(t, "a", "wait-awhile, in one piece", "mean_wait_h") == pytest.approx(
        (2 + 1 + 0) / 3
    )
    assert cell(t, "b", "no-wait", "avoided_kg") == 1600 - 1000
    assert (t[t["place"] != ANYWHERE]["missed"] == 1).all()
    assert t["carbon_kg"].iloc[-1] == 100 + 400 + 400
    assert cell(t, "a", "no-wait", "worst_ratio") == 5.0
    assert t.attrs == {"left_out": 0, "notes": []}


@given(st.integers(0, 1000))
def test_of_any_log(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 12
    length = rng.uniform(0.01, 9, n)
    jobs = jobs_of(np.sort(rng.uniform(0, 40, n)), length)
    signal = signal_of(*rng.uniform(20, 900, (2, 24 * 5)))
    t = what_if(jobs, signal, "b", wait_h=float(rng.uniform(0, 30)), valley_hours=range(8))
    assert set(t["place"]) == {"a", "b", ANYWHERE}
    assert len(t) == 2 * 9 + 1
    here = t[t["place"] != ANYWHERE]
    assert (here["carbon_kg"] >= here["bound_kg"] * (1 - 1e-9)).all()
    assert (here["worst_ratio"] >= 1 - 1e-9).all()
    assert (t["carbon_kg"] >= t["carbon_kg"].iloc[-1] * (1 - 1e-9)).all()
    assert (here["missed"] == 0).all()
    online = here[here["policy"] == "online double threshold"]
    assert (online["proven_ratio"] > 1.0).all()
    seen = replace(signal, kg_per_mwh=signal.kg_per_mwh[:, ::-1].copy())
    blind = what_if(jobs, signal, "b", forecast=seen, elsewhere=())
    assert set(blind["place"]) == {"b", ANYWHERE}
    assert (blind["carbon_kg"] >= blind["bound_kg"] * (1 - 1e-9)).all()


def test_waiting_nought_and_flat_signals_change_nothing() -> None:
    jobs = jobs_of([0, 5, 5], [3, 1, 2])
    varied = signal_of(np.arange(1, 49))
    for table in (
        what_if(jobs, varied, "a", wait_h=0.0),
        what_if(jobs, signal_of([300] * 48), "a"),
    ):
        assert np.allclose(table["avoided_kg"], 0.0)
    idle = what_if(jobs_of([0, 1], [1, 1], power=0.0), varied, "a")
    assert (idle["carbon_kg"] == 0.0).all()
    assert idle["avoided_percent"].isna().all()


def test_jobs_outside_are_refused_or_counted() -> None:
    jobs = jobs_of([0, 5, 30, 47], [3, 1, 2, 1])
    signal = signal_of(np.arange(1, 49))
    with pytest.raises(
        InputError, match=r"log\.csv: 2 of 4 jobs lie outside .* job 3, of 2023-03-02 06:00"
    ):
        what_if(jobs, signal, "a")
    t = what_if(jobs, signal, "a", leave_out=True)
    assert set(t["jobs"]) == {2}
    assert t.attrs["left_out"] == 2
    assert t.attrs["notes"] == ["2 of 4 jobs lie outside the signal and are left out"]
    # To the very end is within.
    assert set(what_if(jobs, signal, "a", wait_h=0.0)["jobs"]) == {4}
    with pytest.raises(InputError, match="1 of 1"):
        what_if(jobs_of([0], [1], start=START - timedelta(hours=1)), signal, "a")
    with pytest.raises(InputError, match="none of 1 jobs"):
        what_if(jobs_of([90], [1]), signal, "a", leave_out=True)
    with pytest.raises(InputError, match="none of 0 jobs"):
        what_if(jobs_of([], []), signal, "a")


def test_what_cannot_be_is_named() -> None:
    jobs, signal = jobs_of([0], [1]), signal_of(np.arange(1, 49))
    with pytest.raises(InputError, match="no zone 'x'"):
        what_if(jobs, signal, "x")
    with pytest.raises(InputError, match="no date with a time zone"):
        what_if(replace(jobs, start=None), signal, "a")
    assert len(what_if(replace(jobs, start=None), signal, "a", start=START)) > 5
    with pytest.raises(InputError, match="wait of -1"):
        what_if(jobs, signal, "a", wait_h=-1)
    with pytest.raises(InputError, match="divides"):
        what_if(jobs, signal, "a", tick_s=7.0)
    with pytest.raises(InputError, match="valley hour of 24"):
        what_if(jobs, signal, "a", valley_hours=(3, 24))


def test_an_intensity_of_nought_leaves_the_online_policy_out_and_says_so() -> None:
    t = what_if(jobs_of([0], [1]), signal_of(np.arange(48)), "a")
    assert "online double threshold" not in set(t["policy"])
    assert "falls to 0" in t.attrs["notes"][0]


def test_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    # The clock is put forward at 2:00 on 26 March 2023.
    summer = Intensity(
        ("a",), datetime(2023, 3, 25, tzinfo=berlin), 3600, np.arange(72.0)[None] + 1
    )
    jobs = jobs_of([0], [1], start=datetime(2023, 3, 26, 12, tzinfo=berlin))
    assert what_if(jobs, summer, "a", wait_h=0.0)["carbon_kg"].iloc[0] == 35 + 1
    valley = valley_steps(summer, (3,), berlin)
    assert valley is not None
    assert np.flatnonzero(valley).tolist() == [3, 26, 50]
    east = valley_steps(signal_of(np.ones(48)), (0,), timezone(timedelta(hours=8)))
    assert east is not None
    assert np.flatnonzero(east).tolist() == [16, 40]
    leap = Intensity(("a",), datetime(2024, 2, 28, tzinfo=UTC), 3600, np.arange(72.0)[None] + 1)
    jobs = jobs_of([24], [1], start=datetime(2024, 2, 28, tzinfo=UTC))
    assert what_if(jobs, leap, "a", wait_h=0.0)["carbon_kg"].iloc[0] == 25


def test_a_short_job_within_a_step_and_parts_of_seconds() -> None:
    signal = signal_of([100, 300, 50, 50])
    t = what_if(jobs_of([0.9999], [0.5]), signal, "a", wait_h=1.0)
    # 0.36 s of 100, the rest of 300; the job waits for its next whole second.
    assert t["carbon_kg"].iloc[0] == pytest.approx(0.5 * 300, rel=1e-3)
    assert cell(t, "a", "wait-awhile, in one piece", "mean_wait_h") <= 1.0
