"""Jobs and slack of Let's Wait Awhile, drawn as the paper's simulator draws them.

P. Wiesner et al., Middleware 2021, doi:10.1145/3464298.3493399: 3387 jobs of 4 to 90 h, issued at half hours of working
days of 2020, 9:00 to 17:00. Times are half hours since 2020-01-01 00:00, a Wednesday.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from westshift.models.ticks import Work

from .waitawhile_inputs import SLOT_MIN

Array = np.ndarray
Slack = Callable[[Array], Array]
"""Half hours at which jobs would end without waiting (N,) -> half hours each may be late (N,)."""

JOBS = 3387
SLOTS_A_DAY = 24 * 60 // SLOT_MIN
NINE, SEVENTEEN = 9 * 60 // SLOT_MIN, 17 * 60 // SLOT_MIN
FIRST_WEEKDAY = 2
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def project_jobs(seed: int = 0) -> Work:
    """The machine-learning jobs: sorted, of 1 kW each, in ticks of half an hour."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2020-01-01", "2020-12-31", freq="D")
    workday = np.asarray(days.day_of_week < SATURDAY)
    count = np.zeros(len(days), np.int64)
    count[workday] = rng.multinomial(JOBS, [1.0 / workday.sum()] * int(workday.sum()))
    # Days without jobs draw too: an empty draw is a call of the generator like any other.
    minute = [np.sort(rng.choice(range(9 * 60, 17 * 60, SLOT_MIN), n)) for n in count]
    length = rng.choice(range(4 * 60, 90 * 60, SLOT_MIN), JOBS) // SLOT_MIN
    day = np.repeat(np.arange(len(days)), count)
    arrival = day * SLOTS_A_DAY + np.concatenate(minute) // SLOT_MIN
    return Work(arrival, length, np.ones(JOBS), SLOT_MIN * 60.0)


def next_workday_slots(end: Array) -> Array:
    """None within working hours, else to 9:00: on Saturday of Monday, in the evening and on Sunday of the next day."""
    weekday, time = _of_week(end)
    days = np.where(
        weekday == SATURDAY, 2, np.where((weekday == SUNDAY) | (time > SEVENTEEN), 1, 0)
    )
    waits = (days > 0) | (time < NINE)
    return np.where(waits, days * SLOTS_A_DAY + NINE - time, 0)


def semi_weekly_slots(end: Array) -> Array:
    """To the next Monday or Thursday 9:00; none for an end at just that time."""
    weekday, time = _of_week(end)
    since_monday = weekday * SLOTS_A_DAY + time
    monday, thursday, week = NINE, THURSDAY * SLOTS_A_DAY + NINE, 7 * SLOTS_A_DAY
    return np.minimum((monday - since_monday) % week, (thursday - since_monday) % week)


def _of_week(slot: Array) -> tuple[Array, Array]:
    return (slot // SLOTS_A_DAY + FIRST_WEEKDAY) % 7, slot % SLOTS_A_DAY
