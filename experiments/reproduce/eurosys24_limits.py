"""The table of room and round trips of Sukprasert et al., EuroSys 2024, doi:10.1145/3627703.3650079.

One data center in each of the 30 zones that both files name (the two Australian ones are spelled differently and
drop out), annual means of 2022. Each holds 100 units and has 100·(1 - idle) of work, which may go where the round
trip is within the limit, or stay. The paper's greedy method lets zones take their turn from the cleanest to the
dirtiest; each sends its work to the cleanest zone with room. That order is decided by the digits: the other way
round gives another figure. The transport program gives the least that any method can reach.

The paper's idle shares are 0, 50 and 99 %; 25 and 75 % are shown besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from westshift.experiments.reproduce.published import Published, shown
from westshift.models.errors import InputError
from westshift.models.intensity import Intensity
from westshift.optim.placement import Ways, filled, placed

Array = np.ndarray

TABLE = "EuroSys 2024, spatial shifting with capacity and latency"
ROOM = 100.0
IDLE_PCT = (0, 25, 50, 75, 99)
LIMITS_MS = (5.0, 50.0, 100.0, 150.0, 200.0, 250.0, 300.0, inf)
# (idle, limit): greedy, exact
PRINTED = {(50, 50.0): (261.612, 261.589)} | {(0, limit): (379.767, 379.767) for limit in LIMITS_MS}


def shared_zones(
    intensity: Intensity, zones: Sequence[str], rtt_ms: Array
) -> tuple[tuple[str, ...], Array, Array]:
    """Zones that both tables name, rows of the intensity (Z, T) and round trips (Z, Z) of them.

    Raises:
        InputError: there is none.
    """
    both = [i for i, name in enumerate(zones) if name in intensity.zones]
    if not both:
        raise InputError(
            f"{intensity.source}: has none of the zones that round trips are given for"
        )
    names = tuple(zones[i] for i in both)
    rows = [intensity.zones.index(name) for name in names]
    return names, intensity.kg_per_mwh[rows], rtt_ms[np.ix_(both, both)]


def limited(
    mean_kg_per_mwh: Array, rtt_ms: Array, idle_pct: float, limit_ms: float
) -> tuple[float, float]:
    """Mean intensity of all work by the greedy method and by the transport program [kg/MWh].

    Args:
        mean_kg_per_mwh: annual mean of each zone (Z,). rtt_ms: between them (Z, Z).
        idle_pct: share of each data center that stands empty before anything moves, 0 to below 100.
        limit_ms: longest round trip; `math.inf` for none.
    """
    Z = len(mean_kg_per_mwh)
    work = np.full(Z, ROOM * (100.0 - idle_pct) / 100.0)
    ways = Ways(
        cost=np.tile(mean_kg_per_mwh, (Z, 1)),
        allowed=(rtt_ms <= limit_ms) | np.eye(Z, dtype=bool),
        work=work,
        room=np.full(Z, ROOM),
    )
    greedy = filled(ways, np.argsort(mean_kg_per_mwh, kind="stable"))
    exact = placed(ways)
    return (
        float((ways.cost * greedy).sum() / work.sum()),
        float((ways.cost * exact).sum() / work.sum()),
    )


def limit_rows(intensity: Intensity, zones: Sequence[str], rtt_ms: Array) -> list[Published]:
    """The table, and what must hold in all of its cells."""
    _, kg, rtt = shared_zones(intensity, zones, rtt_ms)
    mean = kg.mean(axis=1)
    found = np.array([[limited(mean, rtt, i, limit) for limit in LIMITS_MS] for i in IDLE_PCT])
    rows = []
    for i, idle in enumerate(IDLE_PCT):
        for j, limit in enumerate(LIMITS_MS):
            within = "any round trip" if limit == inf else f"at most {limit:g} ms"
            for k, how in enumerate(("greedy", "exact")):
                what, value = f"{idle} % idle, {within}: {how}", float(found[i, j, k])
                printed = PRINTED.get((idle, limit))
                if printed is None:
                    rows.append(shown(what, value, "g/kWh", TABLE))
                else:
                    rows.append(Published(what, printed[k], value, 5e-4, "g/kWh", TABLE))
    exact = found[..., 1]
    above = float(np.maximum(exact - found[..., 0], 0.0).max())
    rises = float(np.maximum(np.diff(exact, axis=1), 0.0).max())
    for what, worst in (
        ("most by which the exact figure is above the greedy one", above),
        ("most by which the exact figure rises as the limit is relaxed", rises),
    ):
        rows.append(Published(what, 0.0, worst, 1e-6, "g/kWh", TABLE))
    return rows
