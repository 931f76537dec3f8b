"""The half-hourly replication against a slow one that walks through jobs and slots, on a drawn German series."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from westshift.experiments.reproduce import waitawhile
from westshift.experiments.reproduce.waitawhile_inputs import read_country
from westshift.experiments.reproduce.waitawhile_jobs import (
    next_workday_slots,
    project_jobs,
    semi_weekly_slots,
)
from westshift.models.errors import InputError

BEGIN = datetime(2020, 1, 1)
DAYS = 366 + 10


def drawn_file(folder: Path, name: str = "ger_ci.csv", **changed: str) -> Path:
    """Quarter-hourly, from ten days before the year to ten after, with a day's and a week's rhythm and noise."""
    rng = np.random.default_rng(7)
    time = pd.date_range("2019-12-22", periods=96 * (DAYS + 10), freq="15min")
    hour = time.hour + time.minute / 60
    level = 310 + 80 * np.cos((hour - 19) / 24 * 2 * np.pi) + 30 * (time.day_of_week < 5)
    value = level + np.cumsum(rng.normal(0, 2, len(time))) * 0.3 + rng.normal(0, 9, len(time))
    table = pd.DataFrame({"Time": time.strftime("%Y-%m-%d %H:%M:%S"), "Carbon Intensity": value})
    table.to_csv(folder / name, index=False)
    return folder


def by_hand(
    series: list[float], rule: str, interruptible: bool, noise_seed: int | None, error: float
) -> float:
    """One run, job by job with datetimes: emission on the true series."""
    seen = np.array(series)
    if noise_seed is not None:
        seen = seen + np.random.default_rng(noise_seed).normal(
            0, error * seen.mean(), size=len(seen)
        )
    emitted = 0.0
    for begin, slots in slow_jobs():
        finish = begin + timedelta(minutes=30 * slots)
        until = slow_deadline(finish, rule)
        first = int((begin - BEGIN).total_seconds() // 1800)
        window = first + slots + int((until - finish).total_seconds() // 1800) + 1
        ahead = seen[first:window].tolist()
        if interruptible:
            chosen = sorted(range(len(ahead)), key=lambda i: (ahead[i], i))[:slots]
        else:
            sums = [sum(ahead[s : s + slots]) for s in range(len(ahead) - slots + 1)]
            start = sums.index(min(sums))
            chosen = list(range(start, start + slots))
        emitted += sum(series[first + i] for i in chosen)
    return emitted


def slow_jobs() -> list[tuple[datetime, int]]:
    rng = np.random.default_rng(0)
    workdays = [BEGIN + timedelta(days=d) for d in range(366)]
    workdays = [d for d in workdays if d.weekday() < 5]
    assert len(workdays) == 262
    many = dict(zip(workdays, rng.multinomial(3387, [1 / 262] * 262), strict=True))
    begins: list[datetime] = []
    for d in range(366):
        day = BEGIN + timedelta(days=d)
        minutes = np.sort(rng.choice(range(540, 1020, 30), many.get(day, 0)))
        begins += [day + timedelta(minutes=int(m)) for m in minutes]
    lengths = rng.choice(range(240, 5400, 30), 3387)
    return [(b, int(n) // 30) for b, n in zip(begins, lengths, strict=True)]


def slow_deadline(end: datetime, rule: str) -> datetime:
    nine = end.replace(hour=9, minute=0)
    if rule == "none":
        return end
    if rule == "next workday":
        if end.weekday() == 5:
            return nine + timedelta(days=2)
        if end.weekday() == 6 or (end.hour, end.minute) > (17, 0):
            return nine + timedelta(days=1)
        return nine if end.hour < 9 else end
    while nine < end or nine.weekday() not in (0, 3):
        nine += timedelta(days=1)
    return nine


def test_jobs_are_drawn_as_said() -> None:
    work = project_jobs()
    slow = slow_jobs()
    assert work.arrival.tolist() == [int((b - BEGIN).total_seconds() // 1800) for b, _ in slow]
    assert work.length.tolist() == [n for _, n in slow]
    assert len(work) == 3387


def test_slack_of_every_half_hour_of_three_weeks() -> None:
    end = np.arange(3 * 7 * 48)
    for rule, slots in (("next workday", next_workday_slots), ("semi-weekly", semi_weekly_slots)):
        for e, slack in zip(end.tolist(), slots(end).tolist(), strict=True):
            at = BEGIN + timedelta(minutes=30 * e)
            assert at + timedelta(minutes=30 * slack) == slow_deadline(at, rule), (rule, at)


def test_savings_as_by_hand(tmp_path: Path) -> None:
    series = read_country(drawn_file(tmp_path), "ger")
    values = series.tolist()
    found = waitawhile.savings(series.to_numpy(), errors=(0.0, 0.05), seeds=2)
    baseline = by_hand(values, "none", False, None, 0.0)
    for row in found.itertuples():
        seeds = [0, 1] if row.error else [None]
        each = [by_hand(values, row.rule, row.interruptible, s, row.error) for s in seeds]
        assert row.percent == pytest.approx(100 * (1 - np.mean(each) / baseline), abs=1e-9)
    percent = found.set_index(["rule", "error", "interruptible"])["percent"]
    assert percent["semi-weekly", 0.0, True] > percent["next workday", 0.0, True] > 1.0
    assert percent["semi-weekly", 0.0, True] > percent["semi-weekly", 0.0, False]
    assert percent["semi-weekly", 0.0, True] > percent["semi-weekly", 0.05, True]
    assert (found["percent_of_no_wait"] > found["percent"]).all()


def test_nights_as_by_hand(tmp_path: Path) -> None:
    series = read_country(drawn_file(tmp_path), "ger").to_numpy()
    found = waitawhile.nightly(series)
    for w, row in enumerate(found.itertuples()):
        nights = [2 + 48 * d for d in range(365) if 2 + 48 * d >= w]
        best = [series[n - w : n + w + 1].min() for n in nights]
        assert row.kg_per_mwh == pytest.approx(np.mean(best))
        assert row.simulator_kg_per_mwh == pytest.approx(np.sum(best) / 365)
        assert row.percent == pytest.approx(100 * (1 - np.sum(best) / series[nights].sum()))
        assert row.jobs == len(nights)
    assert found["percent"].is_monotonic_increasing
    assert found["percent"].iloc[0] == 0.0
    noisy = waitawhile.nightly(series, error=0.05, seeds=2)
    assert 0.0 < noisy["percent"].iloc[-1] < found["percent"].iloc[-1]


def test_reproduce_says_what_is_found_and_what_is_left_out(tmp_path: Path) -> None:
    drawn_file(tmp_path)
    told: list[str] = []
    rows = waitawhile.reproduce(tmp_path, told.append)
    assert [r.published for r in rows] == [5.926, 8.156, 5.912, 7.926, 14.130, 18.498]
    # The drawn series is not Germany's.
    assert not any(r.met for r in rows)
    assert any("gb_ci.csv" in t for t in told)
    drawn_file(tmp_path, "gb_ci.csv")
    more = waitawhile.reproduce(tmp_path)
    assert len(more) == 6 + 12
    assert {r.found for r in rows} <= {r.found for r in more[6:]}


def test_files_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"no folder.*ger_ci\.csv with columns Time, Carbon Intensity"
    ):
        waitawhile.reproduce(None)
    with pytest.raises(InputError, match=r"lets-wait-awhile.*no licence"):
        waitawhile.reproduce(tmp_path)
    drawn_file(tmp_path)
    good = (tmp_path / "ger_ci.csv").read_text().splitlines()

    def spoiled(*lines: str) -> None:
        (tmp_path / "ger_ci.csv").write_text("\n".join(lines) + "\n")

    at = next(i for i, line in enumerate(good) if line.startswith("2020-03-29 02:00"))
    for lines, words in (
        (
            [*good[:at], *good[at + 4 :]],
            r"row \d+ is of 2020-03-29 03:00:00 where 2020-03-29 02:00:00",
        ),
        ([*good[: at + 1], *good[at:]], "once"),
        ([*good[:at], "2020-03-29 02:00:00,", *good[at + 1 :]], f"row {at + 1}.*'nan'"),
        ([*good[:at], "soon,3", *good[at + 1 :]], f"row {at + 1}.*'soon'"),
        (["time,ci", *good[1:]], "no column 'Time'"),
        (good[:900], "no half hour"),
        (good[:2000], "into January 2021"),
        ([], "cannot|not a CSV|no column"),
    ):
        spoiled(*lines)
        with pytest.raises(InputError, match=words):
            waitawhile.reproduce(tmp_path)
    with pytest.raises(InputError, match="365 days"):
        waitawhile.nightly(np.ones(1000))


def test_a_flat_year_saves_nothing() -> None:
    found = waitawhile.savings(np.full(48 * DAYS, 300.0), errors=(0.0, 0.05), seeds=1)
    assert np.allclose(found["percent"], 0.0)
    assert np.allclose(waitawhile.nightly(np.full(48 * DAYS, 300.0))["percent"], 0.0)
