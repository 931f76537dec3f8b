"""Thirty cloud regions as a world: sites with measured round trips, work of a log, and a grid with nothing in it.

Rules by which the log becomes work, all of them assumptions:

* jobs are dealt to the regions in turn, in the order they arrive; hour 0 of the log is hour 0 of 2022 in UTC;
* as in GAIA, jobs of less than 2 h may wait 6 h, the others 24 h; they run as fluid work (`models.fluid`);
* a site may hold the greatest hour of its own work, and twice its mean at least: under a log with bursts sites are
  mostly empty, which is kind to moving;
* the log is a sample: its work is scaled to 10 MW of IT a region in the mean, all machines alike, so that shares
  and means say something and tonnes do not; PUE, idle power and data to move are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from westshift.experiments.reproduce.cloud2022 import read_intensity, read_round_trips
from westshift.experiments.reproduce.eurosys24_limits import shared_zones
from westshift.experiments.reproduce.published import need
from westshift.experiments.verify.parts import Place, Work
from westshift.experiments.verify.small import compute, grid
from westshift.models.actual import HISTORY_H, Actual
from westshift.models.errors import InputError
from westshift.models.fluid import hourly_mwh
from westshift.models.instants import TimeUnit
from westshift.models.job_logs.azure import read_azure
from westshift.models.jobs import Jobs
from westshift.models.ledger import Settlement
from westshift.models.system import System

Array = np.ndarray

JOBS = ("jobs", "azure-100k.csv.gz")
SLACK_H = {"short": 6, "long": 24}
SHORT_S, MEAN_MW, YEAR_H, WEEK_H = 2 * 3600.0, 10.0, 8760, 168
UNSERVED_CNY_PER_MWH = 1e6


@dataclass(frozen=True, eq=False)
class Cloud:
    """What the files say, made ready to run.

    Attributes:
        regions: names (R,). kg_per_mwh: published average (R, 8760).
        system: sites, ways and classes, and a grid of regions with nothing in them.
        arrivals_mwh: (R, J, 8760). beyond_pct: work that the log runs beyond the year, left out [%].
        jobs: how many.
    """

    regions: tuple[str, ...]
    kg_per_mwh: Array
    system: System
    arrivals_mwh: Array
    beyond_pct: float
    jobs: int


def read_cloud(data: Path | None, rtt_limit_ms: float = 150.0) -> Cloud:
    """Read cloud2022/ and the log of jobs, and apply the rules above.

    Args:
        data: the folder that holds cloud2022/ and jobs/.
        rtt_limit_ms: longest round trip that work may be sent over; at home there is no limit.

    Raises:
        InputError: a file is missing or is not what it should be.
    """
    regions, kg, rtt = shared_zones(read_intensity(data), *read_round_trips(data))
    jobs = read_azure(need(data, *JOBS), unit=TimeUnit.HOURS, kw_per_core=1.0)
    return cloud_of(regions, kg, rtt, jobs, rtt_limit_ms)


def cloud_of(
    regions: tuple[str, ...], kg_per_mwh: Array, rtt_ms: Array, jobs: Jobs, rtt_limit_ms: float
) -> Cloud:
    """The same of tables at hand."""
    if kg_per_mwh.shape != (len(regions), YEAR_H):
        raise InputError(
            f"intensity of shape {kg_per_mwh.shape}: wants {YEAR_H} hours of each region"
        )
    dealt = replace(
        jobs,
        origin=np.arange(len(jobs)) % len(regions),
        origins=regions,
        job_class=(jobs.length_s >= SHORT_S).astype(int),
        classes=tuple(SLACK_H),
    )
    drawn, beyond = hourly_mwh(dealt, YEAR_H)
    if not drawn.sum() > 0:
        raise InputError(
            f"{jobs.source or 'the log'}: no job draws anything in the first {YEAR_H} h"
        )
    arrivals = drawn * (MEAN_MW * len(regions) * YEAR_H / drawn.sum())
    of_region = arrivals.sum(axis=1)
    room = np.maximum(2.0 * of_region.mean(axis=1), of_region.max(axis=1))
    near = {(a, s): float(rtt_ms[o, s]) for o, a in enumerate(regions) for s in range(len(regions))}
    works = [
        Work(
            name,
            dict.fromkeys(regions, (0.0,)),
            slack_h=slack,
            unserved_cny_per_mwh=UNSERVED_CNY_PER_MWH,
            rtt_ms={k: 0.0 if regions[k[1]] == k[0] else ms for k, ms in near.items()},
            rtt_limit_ms=rtt_limit_ms,
        )
        for name, slack in SLACK_H.items()
    ]
    c = compute(regions, [Place(r, float(mw)) for r, mw in zip(regions, room, strict=True)], works)
    measured = rtt_ms[c.stream_origin, c.stream_site]
    added = measured - rtt_ms.diagonal()[c.stream_origin]
    c = replace(c, sites=regions, stream_rtt_ms=measured, stream_added_rtt_ms=added)
    return Cloud(
        regions,
        kg_per_mwh,
        System(grid(regions), c),
        arrivals,
        100.0 * beyond / (beyond + drawn.sum()),
        len(jobs),
    )


def actual_of(cloud: Cloud, week: int, weight: float) -> tuple[Actual, Array]:
    """What happens in a week and the day before it, and the intensity of those hours (R, 24 + 168)."""
    R = len(cloud.regions)
    hours = np.arange(week * WEEK_H - HISTORY_H, (week + 1) * WEEK_H) % YEAR_H
    nothing = np.zeros((R, len(hours)))
    no_units = np.zeros((0, len(hours)))
    actual = Actual(
        system=cloud.system,
        name=f"week {week}",
        start_h=week * WEEK_H,
        weight=weight,
        demand_mw=nothing,
        unit_max_mw=no_units,
        unit_min_mw=no_units,
        unit_day_mwh=np.zeros((0, 1 + WEEK_H // 24)),
        pue=nothing + 1.0,
        tariff_cny_per_mwh=nothing,
        arrivals_mwh=np.ascontiguousarray(cloud.arrivals_mwh[..., hours]),
        official_kg_per_mwh=cloud.kg_per_mwh.mean(axis=1),
        wue_l_per_kwh=np.zeros(R),
        carbon_cny_per_kg=1.0,  # nothing else is weighed against carbon, so any price will do
    )
    return actual, np.ascontiguousarray(cloud.kg_per_mwh[:, hours])


def no_grid(actual: Actual) -> Settlement:
    """The dispatch of a grid with nothing in it."""
    T = actual.hours
    none, by_region = np.zeros((0, T)), np.zeros((len(actual.system.grid.regions), T))
    unknown = np.full_like(by_region, np.nan)
    return Settlement(none, none, none, none, none, by_region, by_region, unknown, unknown, unknown)
