"""Souza et al., "CASPER: carbon-aware scheduling and provisioning for distributed web services", IGSC 2023.

doi:10.1145/3634769.3634812, arXiv:2403.14792; inputs in casper/, Apache-2.0. Each hour of a day requests of six
regions are shared out over whole servers of 10 requests, at most 100 a region. With x requests, k servers, N requests
of the hour, C intensity and L round-trip times:

* latency-optimal: 0.5·Σ L x / Σ_o N_o max_s L_os + 0.5·Σ k / 600 least;
* carbon-optimal: 0.9·Σ C x / (max C · N) + 0.1·Σ k / 600 least, over ways within the limit.

What the printed digits decide: the hours are 24 of UTC from 2022-08-17 00:00, by the column `timestamp`, in both files,
and offset.csv names the regions but shifts nothing (22 163 requests); the row of latency.csv is where requests come
from; servers count in both objectives (requests alone would all stay home, at 3.60 ms). Two digits rest on the
solver that the authors used, which takes plans within 1e-5 of the least objective for equally good:

* latency-optimal carbon is 426.56 g/kWh exactly; 426.73 is the dirtiest of those plans (five requests of one hour go
  the other way);
* in one hour us-east-1 and us-east-2 have the same intensity, and carbon-optimal plans take 7.13 to 7.24 ms; 7.20 is
  the one that sends all to the region named later.

The frontier is of plans that are carbon-optimal within a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from westshift.experiments.reproduce.published import Published, need, shown
from westshift.models.errors import InputError
from westshift.models.sheet import Sheet, read_sheet
from westshift.optim.placement import Servers, Ways, provisioned

Array = np.ndarray
Tell = Callable[[str], None]

NAMES = ("requests.csv", "carbon_intensities.csv", "latency.csv", "offset.csv")
WANTS = tuple(f"casper/{name}" for name in NAMES)
SOURCE = "CASPER, IGSC 2023, 24 h from 2022-08-17"
START_S, HOURS = 1_660_694_400, 24
HOLDS, MOST = 10.0, 100.0
ALIKE = 1e-5
LIMITS_MS = (5.0, 12.0, 15.0, 20.0, 50.0, 60.0, 100.0, 150.0, 200.0, 300.0)


@dataclass(frozen=True, eq=False)
class Day:
    """What the three files say of the hours T and regions R.

    Attributes:
        regions: names (R,). requests: (T, R). kg_per_mwh: (T, R). rtt_ms: from rows to columns (R, R).
    """

    regions: tuple[str, ...]
    requests: Array
    kg_per_mwh: Array
    rtt_ms: Array


def reproduce(data: Path | None, tell: Tell = lambda what: None) -> list[Published]:
    """Both ends of the trade-off, and the frontier between them.

    Args:
        data: the folder that holds casper/.
        tell: called with what is computed next.

    Raises:
        InputError: a file is missing or is not what it should be.
    """
    tell("reading casper")
    day = read_day(data)
    tell("latency-optimal plans")
    exact, dirtiest = nearest(day), nearest(day, ALIKE)
    tell("carbon-optimal plans")
    later = -np.tile(np.arange(len(day.regions), dtype=float), (len(day.regions), 1))
    cleanest_g, cleanest_ms = cleanest(day, 50.0, among=later)
    rows = [
        Published("requests", 22163.0, float(day.requests.sum()), 0.5, "", SOURCE),
        Published("latency-optimal: mean intensity", 426.73, dirtiest[0], 5e-3, "g/kWh", SOURCE),
        shown("the same, by the exact optimum", exact[0], "g/kWh", SOURCE),
        Published("latency-optimal: mean round trip", 3.80, exact[1], 5e-3, "ms", SOURCE),
        Published(
            "carbon-optimal within 50 ms: mean intensity", 330.33, cleanest_g, 5e-3, "g/kWh", SOURCE
        ),
        Published(
            "carbon-optimal within 50 ms: mean round trip", 7.20, cleanest_ms, 5e-3, "ms", SOURCE
        ),
    ]
    tell("the frontier")
    return rows + frontier(day, LIMITS_MS)


def nearest(day: Day, alike: float = 0.0) -> tuple[float, float]:
    """Mean intensity [kg/MWh] and round trip [ms] of latency-optimal plans.

    With `alike`, of the dirtiest among plans whose objective is at most so much above the least.
    """
    R, plans = len(day.regions), []
    for requests, kg in zip(day.requests, day.kg_per_mwh, strict=True):
        cost = 0.5 * day.rtt_ms / _or_one(float(requests @ day.rtt_ms.max(axis=1)))
        ways = _ways(day, requests, cost, np.inf)
        among = -np.tile(kg, (R, 1)) if alike else None
        plans.append(provisioned(ways, _servers(R, 0.5), among, alike).placed)
    return _means(day, plans)


def cleanest(day: Day, limit_ms: float, among: Array | None = None) -> tuple[float, float]:
    """Mean intensity [kg/MWh] and round trip [ms] of carbon-optimal plans within a limit.

    Args:
        day: what is shared out.
        limit_ms: longest round trip.
        among: what plans that are equally good are chosen by, the less the better (R, R); None for any of them.
    """
    R, plans = len(day.regions), []
    for requests, kg in zip(day.requests, day.kg_per_mwh, strict=True):
        cost = np.tile(0.9 * kg / _or_one(float(kg.max() * requests.sum())), (R, 1))
        ways = _ways(day, requests, cost, limit_ms)
        plans.append(provisioned(ways, _servers(R, 0.1), among).placed)
    return _means(day, plans)


def frontier(day: Day, limits_ms: Sequence[float]) -> list[Published]:
    """The carbon-optimal plans of every limit, and the most by which carbon rises from one to the next."""
    points = [cleanest(day, limit) for limit in limits_ms]
    rows = [
        shown(f"carbon-optimal within {limit:g} ms: mean intensity", g, "g/kWh", SOURCE)
        for limit, (g, _) in zip(limits_ms, points, strict=True)
    ]
    rises = float(np.maximum(np.diff([g for g, _ in points]), 0.0).max(initial=0.0))
    what = "most by which carbon rises along the frontier"
    return [*rows, Published(what, 0.0, rises, 1e-6, "g/kWh", SOURCE)]


def read_day(data: Path | None) -> Day:
    """The 24 hours.

    Raises:
        InputError: a file or an hour is missing, a region is in one file and not in another, or a figure is no
            number of 0 or more.
    """
    paths = [need(data, "casper", name) for name in NAMES]
    requests, carbon, latency, offset = (read_sheet(path) for path in paths)
    regions = offset.titles
    rtt = np.stack([latency.numbers(name, lower=0.0) for name in regions], axis=1)
    if rtt.shape != (len(regions), len(regions)) or latency.titles != regions:
        raise InputError(
            f"{latency.file}: wants a row and a column for each of {', '.join(regions)}, in that order"
        )
    hours = START_S + 3600 * np.arange(HOURS)
    return Day(regions, _at(requests, hours, regions), _at(carbon, hours, regions), rtt)


def _at(sheet: Sheet, hours: Array, regions: tuple[str, ...]) -> Array:
    """Rows of these instants (T, R)."""
    stamps = sheet.numbers("timestamp").astype(int)
    found = [np.flatnonzero(stamps == hour) for hour in hours]
    for hour, rows in zip(hours, found, strict=True):
        if len(rows) != 1:
            raise InputError(
                f"{sheet.file}, column timestamp: {hour} stands in {len(rows)} rows; let it stand in one"
            )
    rows = np.concatenate(found)
    return np.stack([sheet.numbers(name, lower=0.0)[rows] for name in regions], axis=1)


def _ways(day: Day, requests: Array, cost: Array, limit_ms: float) -> Ways:
    return Ways(cost, day.rtt_ms <= limit_ms, requests, np.full(len(requests), HOLDS * MOST))


def _servers(regions: int, weight: float) -> Servers:
    every = np.full(regions, MOST)
    return Servers(HOLDS, np.full(regions, weight / every.sum()), every)


def _or_one(total: float) -> float:
    """What an objective is divided by; an hour without requests has nothing to divide."""
    return total if total > 0 else 1.0


def _means(day: Day, plans: Sequence[Array]) -> tuple[float, float]:
    x = np.stack(plans)  # (T, R, R)
    total = _or_one(float(x.sum()))
    kg = float((x * day.kg_per_mwh[:, None, :]).sum() / total)
    return kg, float((x * day.rtt_ms).sum() / total)
