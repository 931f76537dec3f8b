"""Sukprasert et al., "On the limitations of carbon-aware temporal and spatial workload shifting in the cloud".

EuroSys 2024, doi:10.1145/3627703.3650079; inputs as `cloud2022` reads them. Three tables:

* Waiting: a job of n hours arrives in every hour i = 0 … 8760 - n - 1 of every zone and may wait. Of each i the
  savings of all zones are summed and divided by what their jobs emit at once; the figure is the mean over i.
  By deferral, and what interruption adds to it. The artifact's slack of a year is cut by the end of the year.
* Moving without limits: to the zone with the least annual mean once, or to the least zone of every hour.
* Moving with limits (`eurosys24_limits`): room at each data center, and round trips.

Which zones the second table's mean is over, and that windows are cut at the end of the year, the printed digits
confirm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from westshift.experiments.reproduce.cloud2022 import (
    CARBON,
    LATENCY,
    read_intensity,
    read_round_trips,
)
from westshift.experiments.reproduce.eurosys24_limits import limit_rows
from westshift.experiments.reproduce.published import Published, shown
from westshift.models.intensity import Intensity
from westshift.models.slack import at_once, deferred, interrupted, ranked

Array = np.ndarray
Tell = Callable[[str], None]

WANTS = ("/".join(CARBON), "/".join(LATENCY))
JOBS_H = (1, 6, 12, 24, 48, 96, 168)
DAY, WEEK, YEAR = 24, 168, 8760
SLACKS_H = (DAY, WEEK, 20 * DAY, 30 * DAY, YEAR)
WAITING = "EuroSys 2024, temporal shifting, all zones"
MOVING = "EuroSys 2024, spatial shifting, all zones"
# (slack, job): percent saved by deferral, and what interruption adds
PRINTED = {(DAY, 1): (15.5897, 0.0), (DAY, 24): (3.6094, 4.9996)}


def reproduce(data: Path | None, tell: Tell = lambda what: None) -> list[Published]:
    """All three tables.

    Args:
        data: the folder that holds cloud2022/.
        tell: called with what is computed next.

    Raises:
        InputError: a file is missing or is not what it should be.
    """
    tell("reading cloud2022")
    intensity = read_intensity(data)
    zones, rtt_ms = read_round_trips(data)
    tell("waiting: deferral and interruption")
    rows = waiting_rows(waiting(intensity, JOBS_H, SLACKS_H))
    tell("moving without limits")
    rows += moving_rows(intensity)
    tell("moving within limits of room and round trip")
    return rows + limit_rows(intensity, zones, rtt_ms)


def waiting(
    intensity: Intensity, jobs_h: Iterable[int], slacks_h: Iterable[int]
) -> dict[tuple[int, int], tuple[float, float]]:
    """Percent saved by deferral, and what interruption adds, by (slack, job) [h].

    Raises:
        InputError: a job does not fit in the year.
    """
    series = intensity.kg_per_mwh
    T = series.shape[1]
    cells = [(slack, job) for slack in slacks_h for job in jobs_h]
    waits = {(s, j): np.zeros((2, max(T - j, 1))) for s, j in cells}
    for values in series:
        values_ranked = ranked(values)
        for slack, job in cells:
            starts = waits[slack, job].shape[1]
            whole = deferred(values, job, slack)
            parts = interrupted(values_ranked, job, slack) if job > 1 else whole
            waits[slack, job] += np.stack([whole, parts])[:, :starts]
    out = {}
    for (slack, job), (whole, parts) in waits.items():
        now = at_once(series, job).sum(axis=0)[: len(whole)]
        share = 100.0 / np.where(now > 0, now, 1.0)  # where nothing is emitted nothing is saved
        out[slack, job] = (
            float(((now - whole) * share).mean()),
            float(((whole - parts) * share).mean()),
        )
    return out


def waiting_rows(found: dict[tuple[int, int], tuple[float, float]]) -> list[Published]:
    """The table of waiting: printed figures beside those found."""
    rows = []
    for (slack, job), figures in found.items():
        for i, how in enumerate(("deferral saves", "interruption adds")):
            what = f"slack {slack} h, job {job} h: {how}"
            printed = PRINTED.get((slack, job))
            if printed is None:
                rows.append(shown(what, figures[i], "%", WAITING))
            else:
                rows.append(Published(what, printed[i], figures[i], 5e-5, "%", WAITING))
    return rows


def moving_rows(intensity: Intensity) -> list[Published]:
    """One migration against one every hour, without any limit."""
    kg = intensity.kg_per_mwh
    mean = kg.mean()
    once, always = mean - kg.mean(axis=1).min(), mean - kg.min(axis=0).mean()
    unit = "g/kWh"
    return [
        Published("mean intensity of all zones", 368.376, float(mean), 5e-4, unit, MOVING),
        Published("saved by one migration", 352.4759, float(once), 5e-5, unit, MOVING),
        Published("saved by a migration every hour", 353.5661, float(always), 5e-5, unit, MOVING),
    ]
