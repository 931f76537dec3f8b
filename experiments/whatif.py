"""What other policies would have saved: a log of jobs and a history of intensities in, a table out.

Every policy runs the same jobs where they ran and, moved as a whole at no cost, in the other zones of the signal. All
is compared with running each job at once, at home. What moving a job would emit itself is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, tzinfo

import numpy as np
import pandas as pd

from westshift.models.intensity import Intensity
from westshift.models.jobs import Jobs
from westshift.models.k_min_search import Search, proven_ratio
from westshift.models.ticks import TickSignal, tick_signal
from westshift.sim.jobs.policy import JobPolicy
from westshift.sim.jobs.record import Record
from westshift.sim.jobs.world import run_jobs
from westshift.sim.policies.jobs.carbon_time import CARBON_TIME
from westshift.sim.policies.jobs.double_threshold import double_threshold
from westshift.sim.policies.jobs.ecovisor import ecovisor
from westshift.sim.policies.jobs.lowest_slot import LOWEST_SLOT
from westshift.sim.policies.jobs.lowest_window import LOWEST_WINDOW
from westshift.sim.policies.jobs.no_wait import NO_WAIT
from westshift.sim.policies.jobs.off_peak import off_peak
from westshift.sim.policies.jobs.wait_awhile import WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE

from .whatif_history import History, history, valley_steps

Array = np.ndarray

ANYWHERE, CLAIRVOYANT = "anywhere", "clairvoyant, each job in its best zone"
COLUMNS = (
    "place", "policy", "jobs", "carbon_kg", "avoided_kg", "avoided_percent", "mean_wait_h", "p95_wait_h",
    "suspended", "missed", "bound_kg", "worst_ratio", "proven_ratio",
)  # fmt: skip


def what_if(
    jobs: Jobs,
    signal: Intensity,
    zone: str,
    wait_h: float = 24.0,
    elsewhere: Sequence[str] | None = None,
    start: datetime | None = None,
    forecast: Intensity | None = None,
    valley_hours: Collection[int] = (),
    valley_zone: tzinfo | None = None,
    leave_out: bool = False,
    tick_s: float = 1.0,
    tell: Callable[[str], None] = lambda what: None,
) -> pd.DataFrame:
    """Run a log under every policy, here and elsewhere.

    Args:
        jobs: the log. signal: intensities, which have to span it. zone: where the jobs ran.
        wait_h: how long a job may wait for which the log names no deadline [h].
        elsewhere: other zones to run in; None for all of the signal.
        start: the instant of the log's second 0, where the log has no calendar.
        forecast: what the policies see; `signal` itself where None.
        valley_hours: hours of the day, 0 to 23, in which the tariff is low; without any, no off-peak timer.
        valley_zone: whose clock they are of; where None, the offset from UTC that the signal begins with.
        leave_out: whether jobs outside the signal are left out and counted, rather than refused.
        tick_s: length of a tick [s]; it has to divide the signal's step.

    Returns:
        a row a place and policy, in `COLUMNS`: carbon; avoided against the first row, no-wait at home; mean and 95th
        percentile of the wait; interruptions; jobs that ended after their deadline; the least carbon that a
        clairvoyant could reach there without, or where the policy interrupts with, interruption; the worst job's
        carbon over its bound, and what is proven of it. The last row is the bound over all places. `attrs`: left_out,
        the number of jobs outside the signal, and notes, in words.

    Raises:
        InputError: a zone is not in the signal, there is no job, the log has no calendar, or a job lies outside.
    """
    h = history(jobs, signal, wait_h, start, leave_out, tick_s)
    places = [zone, *(z for z in (signal.zones if elsewhere is None else elsewhere) if z != zone)]
    valley = valley_steps(signal, valley_hours, valley_zone)
    notes = [f"{h.left_out} of {len(jobs)} jobs lie outside the signal and are left out"] * (
        h.left_out > 0
    )
    rows: list[dict[str, object]] = []
    least = np.full(len(h.work), np.inf)
    for place in dict.fromkeys(places):
        truth = tick_signal(signal, place, tick_s)
        seen = truth if forecast is None else tick_signal(forecast, place, tick_s)
        search = _search(truth, place, notes)
        bounds = {p.interrupts: _run(h, truth, p) for p in (WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE)}
        least = np.minimum(least, bounds[True].carbon_kg)
        for policy in _policies(search, valley):
            tell(f"{place}: {policy.name}")
            record = _run(h, truth, policy, seen)
            row = _row(h, place, record, bounds[policy.interrupts].carbon_kg)
            if search is not None and not policy.foresees and policy.interrupts:
                row["proven_ratio"] = float(proven_ratio(search, h.work.length).max())
            rows.append(row)
    best = float(least.sum())
    rows.append(
        {
            "place": ANYWHERE,
            "policy": CLAIRVOYANT,
            "jobs": len(h.work),
            "carbon_kg": best,
            "bound_kg": best,
        }
    )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    base = float(table["carbon_kg"].iloc[0])
    table["avoided_kg"] = base - table["carbon_kg"]
    table["avoided_percent"] = 100.0 * table["avoided_kg"] / (base if base else np.nan)
    table.attrs.update(left_out=h.left_out, notes=notes)
    return table


def _policies(search: Search | None, valley: Array | None) -> list[JobPolicy]:
    always = [
        NO_WAIT,
        LOWEST_SLOT,
        LOWEST_WINDOW,
        CARBON_TIME,
        ecovisor(),
        WAIT_AWHILE,
        WAIT_AWHILE_INTERRUPTIBLE,
    ]
    timed = [] if valley is None else [off_peak(valley)]
    return always + timed + ([] if search is None else [double_threshold(search)])


def _search(truth: TickSignal, place: str, notes: list[str]) -> Search | None:
    """Bounds for the online policy: of the whole signal, as an operator would know them from earlier years."""
    low, high = float(truth.value.min()), float(truth.value.max())
    if low > 0.0:
        return Search(low, high)
    notes.append(
        f"{place}: intensity falls to {low:g} kg/MWh, and the online policy needs a bound above 0: left out there"
    )
    return None


def _run(
    h: History, truth: TickSignal, policy: JobPolicy, seen: TickSignal | None = None
) -> Record:
    return run_jobs(h.work, truth, policy, h.budget, forecast=seen, expected=h.expected)


def _row(h: History, place: str, record: Record, bound: Array) -> dict[str, object]:
    ratio = record.carbon_kg[bound > 0.0] / bound[bound > 0.0]
    return {
        "place": place,
        "policy": record.policy,
        "jobs": len(record),
        "carbon_kg": record.total_carbon_kg,
        "mean_wait_h": float(record.wait_h.mean()),
        "p95_wait_h": float(np.quantile(record.wait_h, 0.95)),
        "suspended": int(record.suspended.sum()),
        "missed": int((record.end > h.due).sum()),
        "bound_kg": float(bound.sum()),
        "worst_ratio": float(ratio.max()) if len(ratio) else np.nan,
    }
