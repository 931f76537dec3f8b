"""Small systems drawn by chance, for what must hold in every system."""

from __future__ import annotations

import numpy as np

from westshift.models.outlook import Outlook

from .parts import Place, Store, Unit, Way, Work
from .small import outlook

REGIONS = ("north", "east", "west")


def draw(
    seed: int,
    hours: int,
    *,
    regions: tuple[str, ...] = REGIONS,
    stores: bool = True,
    slack_h: tuple[int, int] = (0, 6),
    room: float = 2.0,
    factor: float = 1.0,
) -> Outlook:
    """A system in which everything that the program knows occurs, and its first hours.

    Units of three kinds, lossy lines around a ring, storage, hydro with a day's energy, sites with idle
    power and their own PUE and hardware, a class of work for each slack, some of it free to move.

    Args:
        seed: the same seed draws the same system, whatever the other arguments.
        hours: T [h]. regions: names. stores: whether there is storage. slack_h: of each class.
        room: capacity of a region's site, of the mean work that arises there.
        factor: multiplies power and energy of everything that stands, is demanded or arrives.
    """
    rng = np.random.default_rng(seed)
    n, k = len(regions), factor
    wind = rng.uniform(0.1, 0.9, (n, hours))
    demand = k * rng.uniform(60, 120, (n, hours))
    costs, dirt = rng.uniform(200, 400, (n, 2)), rng.uniform(350, 950, (n, 2))
    units = [u for r in range(n) for u in (
        Unit(regions[r], k * 140, costs[r, 0], dirt[r, 0], minimum_mw=k * 10),
        Unit(regions[r], k * 80, costs[r, 1] + 150, dirt[r, 1]),
        Unit(regions[r], k * 90, 0.0, availability=wind[r].tolist(), renewable=True),
        Unit(regions[r], k * 20, 5.0, renewable=True, technology="hydro", day_mwh=k * 130),
    )]  # fmt: skip
    line_mw, loss, wheel = rng.uniform(10, 30, n), rng.uniform(0.02, 0.06, n), rng.uniform(2, 9, n)
    ways = [
        Way(regions[r], regions[(r + 1) % n], k * line_mw[r], loss[r], wheel[r]) for r in range(n)
    ]
    power, keep = rng.uniform(8, 15, n), rng.uniform(0.85, 0.95, (n, 2))
    built = [Store(regions[r], k * power[r], k * 60, *keep[r], 0.002, 3.0) for r in range(n)]
    pue, tuned = rng.uniform(1.1, 1.5, (n, hours)), rng.uniform(0.8, 1.2, n)
    arrivals = k * rng.uniform(2, 10, (len(slack_h), n, hours))
    mean = arrivals.sum(axis=0).mean(axis=1)
    places = [
        Place(regions[r], room * mean[r], k * 4.0, tuned[r], pue[r].tolist()) for r in range(n)
    ]
    value, rtt = rng.uniform(0.5, 2.0, (3, len(slack_h))), rng.uniform(5, 30, (n, n))
    ways_ms = {(regions[o], s): float(rtt[o, s]) * (o != s) for o in range(n) for s in range(n)}
    works = [
        Work(
            f"slack {slack} h",
            {regions[o]: arrivals[j, o].tolist() for o in range(n)},
            slack_h=slack,
            delay_cny_per_mwh_h=value[0, j],
            unserved_cny_per_mwh=8_000.0,
            rtt_ms=ways_ms,
            rtt_limit_ms=25.0,
            latency_cny_per_mwh_ms=0.1 * value[1, j],
            transfer_cny_per_mwh=4.0 * value[2, j],
            transfer_mwh_per_mwh=0.01,
        )
        for j, slack in enumerate(slack_h)
    ]
    tariff, intensity = rng.uniform(300, 900, (n, hours)), rng.uniform(100, 900, (n, hours))
    return outlook(
        regions,
        hours,
        units=units,
        ways=ways,
        stores=built if stores else (),
        places=places,
        works=works,
        demand_mw=dict(zip(regions, demand, strict=True)),
        tariff_cny_per_mwh=dict(zip(regions, tariff, strict=True)),
        intensity_kg_per_mwh=dict(zip(regions, intensity, strict=True)),
        carbon_cny_per_kg=0.09,
        lost_load_cny_per_mwh=20_000.0,
    )
