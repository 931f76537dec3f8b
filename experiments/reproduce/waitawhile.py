"""Let's Wait Awhile: machine-learning jobs and nightly jobs under half-hourly intensities of 2020.

P. Wiesner, I. Behnke, D. Scheinert, K. Gontarska, L. Thamsen, "Let's Wait Awhile: How Temporal Workload Shifting Can
Reduce Carbon Emissions in the Cloud", Middleware 2021, doi:10.1145/3464298.3493399.

Conventions of the authors' simulator, on which the digits rest:

* The window of a job is one slot longer than length and slack: its last slot begins when the slack ends.
* The baseline is that simulator with no slack, so it too may start one slot late. `percent_of_no_wait` is against jobs
  that start when they come.
* A job whose end falls into Monday to Friday, 9:00 to 17:00, has no slack to the next workday; one that would end after
  17:00, also on a Friday, has until 9:00 on the day after; one that would end on a Saturday until Monday 9:00. Semi-
  weekly, every job has until the next Monday or Thursday 9:00.
* Forecasts are the true series plus white noise of a share of its mean; means over ten seeds are billed on the true
  series. Of equal slots the earlier are taken.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from westshift.models.errors import InputError
from westshift.models.ticks import TickSignal, Work
from westshift.sim.jobs.world import run_jobs
from westshift.sim.policies.jobs.no_wait import NO_WAIT
from westshift.sim.policies.jobs.wait_awhile import WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE

from .published import Published, shown
from .waitawhile_inputs import COUNTRIES, SLOT_MIN, has, read_country
from .waitawhile_jobs import Slack, next_workday_slots, project_jobs, semi_weekly_slots

Array = np.ndarray

SEEDS = 10
ERRORS = (0.0, 0.05, 0.10)
RULES: tuple[tuple[str, Slack], ...] = (
    ("next workday", next_workday_slots),
    ("semi-weekly", semi_weekly_slots),
)
WANTS = ("ger_ci.csv (gb_ci.csv and fr_ci.csv if you like)",)
SOURCE = "Wiesner et al., Middleware 2021, doi:10.1145/3464298.3493399"


def savings(
    series: Array,
    errors: tuple[float, ...] = ERRORS,
    seeds: int = SEEDS,
    tell: Callable[[str], None] = lambda what: None,
) -> pd.DataFrame:
    """What the 3387 machine-learning jobs save.

    Args:
        series: intensity of the half hours from 2020-01-01 00:00 on (T,) [kg/MWh].
        errors: shares of the mean that the forecast's noise has. seeds: draws of the noise.

    Returns:
        one row a slack rule, error and way to run: rule, error, interruptible, percent (of the baseline with no
        slack), percent_of_no_wait.

    Raises:
        InputError: the series ends before a job could.
    """
    truth = in_slots(series)
    work = project_jobs()
    ends = work.arrival + work.length
    if int(ends.max()) >= truth.ticks:
        raise InputError(
            f"{truth.ticks} half hours from 2020-01-01 on, and jobs of that year end as late as half hour "
            f"{int(ends.max())}: give a series into January 2021"
        )
    no_wait = run_jobs(work, truth, NO_WAIT, 0 * ends).total_carbon_kg
    baseline = run_jobs(work, truth, WAIT_AWHILE, 0 * ends + 1).total_carbon_kg
    rows = []
    for rule, slack in RULES:
        # The window is cut where the series ends, as there.
        budget = np.minimum(slack(ends) + 1, truth.ticks - ends)
        for policy in (WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE):
            for error in errors:
                tell(f"{rule}, {policy.name}, error {error:.0%}")
                seen = noisy(truth, error, seeds) if error else [truth]
                carbon = np.mean(
                    [run_jobs(work, truth, policy, budget, s).total_carbon_kg for s in seen]
                )
                rows.append(
                    {
                        "rule": rule,
                        "error": error,
                        "interruptible": policy.interrupts,
                        "percent": 100.0 * (1.0 - carbon / baseline),
                        "percent_of_no_wait": 100.0 * (1.0 - carbon / no_wait),
                    }
                )
    return pd.DataFrame(rows)


def nightly(
    series: Array, error: float = 0.0, seeds: int = SEEDS, most_slots: int = 16
) -> pd.DataFrame:
    """What one half hour of work a night saves that is due at 1:00 and may run some time before or after.

    Args:
        series: as in `savings`. error: share of the mean that the forecast's noise has. most_slots: half hours of
            the widest window to either side; 16 are the paper's 8 h.

    Returns:
        one row a window: window_h to either side, jobs, kg_per_mwh (mean of the half hours that ran), percent
        saved against 1:00 sharp of the same nights, and simulator_kg_per_mwh: the sum over 365, as the authors'
        simulator has it. A night whose window begins before the series is left out of both sums.

    Raises:
        InputError: the series has less than 365 days, or a last window ends after it.
    """
    truth = in_slots(series)
    night = np.arange(365, dtype=np.int64) * (24 * 60 // SLOT_MIN) + 60 // SLOT_MIN
    if int(night[-1]) + most_slots >= truth.ticks:
        raise InputError(
            f"{truth.ticks} half hours from 2020-01-01 on: give a series of 365 days and more"
        )
    seen = noisy(truth, error, seeds) if error else [truth]
    rows = []
    for window in range(most_slots + 1):
        mine = night[night >= window]
        work = Work(mine - window, np.ones_like(mine), np.ones(len(mine)), truth.tick_s)
        budget = np.full(len(mine), 2 * window)
        found = [run_jobs(work, truth, WAIT_AWHILE, budget, s) for s in seen]
        total = float(np.mean([truth.value[r.start].sum() for r in found]))
        sharp = float(truth.value[mine].sum())
        rows.append(
            {
                "window_h": window * SLOT_MIN / 60.0,
                "jobs": len(mine),
                "kg_per_mwh": total / len(mine),
                "percent": 100.0 * (1.0 - total / sharp),
                "simulator_kg_per_mwh": total / 365.0,
            }
        )
    return pd.DataFrame(rows)


def in_slots(series: Array) -> TickSignal:
    """Half hours as ticks."""
    return TickSignal(np.asarray(series, float), 1, SLOT_MIN * 60.0)


def noisy(truth: TickSignal, error: float, seeds: int) -> list[TickSignal]:
    """The series with white noise of a share of its mean, one a seed."""
    spread = error * truth.value.mean()
    return [
        TickSignal(
            truth.value + np.random.default_rng(seed).normal(0.0, spread, truth.ticks),
            1,
            truth.tick_s,
        )
        for seed in range(seeds)
    ]


def reproduce(
    data: Path | None, tell: Callable[[str], None] = lambda what: None
) -> list[Published]:
    """Germany's savings beside the published ones; those of other countries are shown where their file is there.

    Args:
        data: folder with ger_ci.csv, and gb_ci.csv, fr_ci.csv where wanted.

    Raises:
        InputError: Germany's file is missing, or a file is not of its form.
    """
    found = savings(
        read_country(data, "ger").to_numpy(), tell=functools.partial(_tell_of, tell, "Germany")
    )
    percent = found.set_index(["rule", "error", "interruptible"])["percent"]
    digits = {
        ("next workday", 0.0, False): 5.926,
        ("next workday", 0.0, True): 8.156,
        ("next workday", 0.05, False): 5.912,
        ("next workday", 0.05, True): 7.926,
        ("semi-weekly", 0.0, False): 14.130,
        ("semi-weekly", 0.0, True): 18.498,
    }
    rows = [
        Published(_what("Germany", *key), printed, float(percent[key]), 5e-4, "%", SOURCE)
        for key, printed in digits.items()
    ]
    for code, name in COUNTRIES.items():
        if code == "ger":
            continue
        if not has(data, code):
            tell(f"{name}: no {code}_ci.csv in {data}, left out")
            continue
        other = savings(
            read_country(data, code).to_numpy(), tell=functools.partial(_tell_of, tell, name)
        )
        rows += [
            shown(_what(name, row.rule, row.error, row.interruptible), row.percent, "%", SOURCE)
            for row in other.itertuples()
        ]
    return rows


def _what(country: str, rule: str, error: float, pieces: bool) -> str:
    return f"{country}: saved, {rule}, {'interruptible' if pieces else 'in one piece'}, error {error:.0%}"


def _tell_of(tell: Callable[[str], None], country: str, what: str) -> None:
    tell(f"{country}: {what}")
