"""Sites with panels and batteries stepped through a year of hours, here and in Vessim, which is left as it is.

Both read the same load, solar output and carbon signal in each hour, and in both a surplus charges and a deficit
discharges before the grid gets the rest. Before anything is timed, grid power and charge of every hour and the
carbon of every site have to be the same. Seconds are CPU seconds of the stepping. What Vessim takes to set
up its traces and microgrids is not counted; what we take to set up our world is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from westshift.models.metered import Metered, MeteredSites

from . import vessim_peer
from .apart import Run, apart, peak_mib
from .row import Row, agree

Array = np.ndarray

SAME = 1e-6
"""What an hour may differ by, relative to the greatest of its kind at its site."""
SUMMED, RECORDED = "stepped, no hour recorded", "stepped, every hour recorded"
OURS = "westshift, sums and carbon kept"


@dataclass(frozen=True)
class Year:
    """What is stepped through."""

    sites: int
    hours: int
    seed: int = 0

    def __str__(self) -> str:
        return f"{self.sites} sites, {self.hours} h"


@dataclass(frozen=True, eq=False)
class Stepped:
    """What one run took, CPU seconds and greatest memory [MiB], and what was in store at its end (N,) [MWh]."""

    seconds: float
    memory_mib: float
    end_charged_mwh: Array


@dataclass(frozen=True)
class Way:
    """One way to step: its group, its name, the function that runs it and what that is told to keep."""

    measured: str
    name: str
    step: Callable[..., Stepped]
    keeps: tuple[bool, ...]


def ways() -> list[Way]:
    """Ours first in each group. Vessim's are told (sums and carbon, hours)."""
    return [
        Way(SUMMED, OURS, stepped_here, (False,)),
        Way(SUMMED, "Vessim, nothing kept", stepped_by_vessim, (False, False)),
        Way(SUMMED, "Vessim, sums and carbon kept", stepped_by_vessim, (True, False)),
        Way(RECORDED, OURS, stepped_here, (True,)),
        Way(RECORDED, "Vessim, no sums kept", stepped_by_vessim, (False, True)),
        Way(RECORDED, "Vessim, sums and carbon kept", stepped_by_vessim, (True, True)),
    ]


def rows(
    tell: Callable[[str], None] = lambda what: None,
    repeats: int = 3,
    hours: int = 8760,
    sites: int = 10,
    run: Run = apart,
) -> list[Row]:
    """Three rows for stepping alone, three for stepping with every hour recorded.

    Args:
        tell: is told what is being measured. repeats: runs of each way; the median counts.
        run: where a run is done, by default in a process of its own.

    Raises:
        InputError: Vessim is not installed.
        SolveError: the two do not come to the same.
    """
    year = Year(sites, hours)
    tell(f"whether Vessim comes to the same: {year}")
    hourly_off = run(difference, year)
    agree("Vessim", OURS, hourly_off, SAME)
    out: list[Row] = []
    for way in ways():
        tell(f"{way.name}, {way.measured}: {year}")
        found = [run(way.step, year, *way.keeps) for _ in range(repeats)]
        seconds = float(np.median([x.seconds for x in found]))
        ours = way.step is stepped_here
        if ours:
            first, first_seconds = found[0], seconds
        off = max(_off(x.end_charged_mwh[:, None], first.end_charged_mwh[:, None]) for x in found)
        agree(way.name, OURS, off, SAME)
        out.append(
            Row(
                measured=way.measured,
                way=way.name,
                size=str(year),
                repeats=repeats,
                seconds=seconds,
                times=seconds / first_seconds,
                memory_mib=max(x.memory_mib for x in found),
                furthest_off=off if ours else max(off, hourly_off),
            )
        )
    return out


def drawn(year: Year) -> MeteredSites:
    """Sites of 5 to 40 MW that breathe with the day, panels under passing clouds, batteries of 2 to 4 h.

    Batteries are as Vessim's are: one limit for both directions, and no loss.
    """
    rng = np.random.default_rng(year.seed)
    N, T = year.sites, year.hours
    hour, R = np.arange(T), -(-N // 2)
    need = rng.uniform(5.0, 40.0, (N, 1))
    busy = 1.0 + 0.15 * np.sin((hour - 9) / 24 * 2 * np.pi) + 0.03 * rng.standard_normal((N, T))
    season = 1.0 + 0.3 * np.cos((hour / 24 - 172) / 365 * 2 * np.pi)
    height = np.maximum(np.sin((hour % 24 - 6) / 12 * np.pi), 0.0)
    days = -(-T // 24)
    clear = np.repeat(rng.beta(3.0, 1.5, (N, days)), 24, axis=1)[:, :T]
    power = rng.uniform(0.2, 0.6, N) * need[:, 0]
    dirt = rng.uniform(150.0, 800.0, (R, 1))
    return MeteredSites(
        names=tuple(f"site {n}" for n in range(N)),
        load_mw=need * busy,
        solar_mw=need * rng.uniform(1.5, 4.0, (N, 1)) * season * height * clear,
        site_region=np.arange(N) % R,
        intensity_kg_per_mwh=dirt * (1.0 - 0.4 * height * rng.uniform(0.3, 1.0, (R, T))),
        battery_energy_mwh=power * rng.uniform(2.0, 4.0, N),
        charge_power_mw=power,
        discharge_power_mw=power,
        charge_efficiency=np.ones(N),
        discharge_efficiency=np.ones(N),
        least_charged_share=np.full(N, 0.1),
        start_charged_share=np.full(N, 0.5),
    )


def difference(year: Year) -> float:
    """Greatest relative difference between Vessim and us over every hour, and in carbon."""
    from westshift.sim.behind_the_meter import run_metered

    sites = drawn(year)
    return worst_off(run_metered(sites), vessim_peer.found(sites))


def worst_off(ours: Metered, theirs: vessim_peer.Found) -> float:
    """Greatest relative difference of grid power, charge and carbon."""
    hourly = ours.hourly
    assert hourly is not None
    return max(
        _off(theirs.grid_mw, hourly.drawn_mw - hourly.fed_in_mw),
        _off(theirs.charged_mwh, hourly.charged_mwh),
        _off(theirs.carbon_kg[:, None], ours.sums.carbon_kg[:, None]),
    )


def stepped_here(year: Year, record: bool) -> Stepped:
    """By this program, whose import is not counted."""
    from westshift.sim.behind_the_meter import run_metered

    sites = drawn(year)
    start = time.process_time()
    came = run_metered(sites, record=record)
    return Stepped(time.process_time() - start, peak_mib(), came.sums.end_charged_mwh)


def stepped_by_vessim(year: Year, sums: bool, hours: bool) -> Stepped:
    """By Vessim, its microgrids standing."""
    sites = drawn(year)
    ready = vessim_peer.environment(sites, vessim_peer.recorder(sites, sums, hours))
    start = time.process_time()
    end = vessim_peer.run(sites, ready)
    return Stepped(time.process_time() - start, peak_mib(), end)


def _off(theirs: Array, ours: Array) -> float:
    """Greatest difference, relative to the greatest of ours in its row (N, ·)."""
    most = np.abs(ours).max(axis=1, keepdims=True)
    return float((np.abs(theirs - ours) / np.where(most > 0.0, most, 1.0)).max())
