"""The fronts as tables: points with their shadow prices, policies with their distance, hypervolume."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from westshift.experiments.frontier.front import AGAINST, Frontier
from westshift.optim.axes import CARBON, COST
from westshift.optim.frontier import Point

Array = np.ndarray

COLUMNS = {"latency": "added_rtt_ms", "delay": "delay_h", "cost": "cost_m_cny"}
"""What stands on the axis: means over the work that arrives; cost against the baseline."""


def coordinate(f: Frontier, against: str, sums: Array) -> float:
    """Where sums (6,) lie on an axis, in the unit of `COLUMNS`."""
    if against == "cost":
        return float(sums[COST] - f.base[COST]) / 1e6
    return float(sums[AGAINST[against]]) / f.work_mwh if f.work_mwh > 0 else 0.0


def avoided_kt(f: Frontier, sums: Array) -> float:
    """Carbon of the whole system, baseline minus these sums [kt]."""
    return float(f.base[CARBON] - sums[CARBON]) / 1e6


def point_rows(f: Frontier) -> pd.DataFrame:
    """One row a point of a front.

    Columns: against; point; added_rtt_ms, delay_h, cost_m_cny, wherever the point lies on all three (one of several
    where what is not on the axis is free); avoided_kt; avoided_pct, of what computing emits under the baseline;
    kt_per_unit, what one more ms, h or M CNY of the axis would avoid (the dual); kt_per_unit_least, kt_per_unit_most,
    slopes of the front to its right and left, between which it lies, infinite at the left end; cny_per_t, what a
    tonne costs at the margin, by the dual of cost; cny_per_mwh_unit, the two together: what a ms or an hour is worth
    there [CNY/(MWh·ms) or CNY/(MWh·h)]; gap_kt, how much more could still be avoided at most. Empty where there is no
    such price.
    """
    rows = []
    for against, front in f.fronts.items():
        slopes = _slopes(f, against, front)
        for i, p in enumerate(front):
            price = p.price[AGAINST[against]]  # kg per ms·MWh, MWh·h or CNY
            unit = 1e6 if against == "cost" else f.work_mwh
            money = p.price[COST]  # kg/CNY
            time = against != "cost" and money > 0.0
            rows.append(
                {
                    "against": against,
                    "point": i + 1,
                    **{COLUMNS[a]: coordinate(f, a, p.sums) for a in AGAINST},
                    "avoided_kt": avoided_kt(f, p.sums),
                    "avoided_pct": 100.0 * _share(avoided_kt(f, p.sums) * 1e6, f.compute_kg),
                    "kt_per_unit": price * unit / 1e6,
                    "kt_per_unit_least": slopes[i + 1],
                    "kt_per_unit_most": slopes[i],
                    "cny_per_t": 1000.0 / money if money > 0.0 else np.nan,
                    "cny_per_mwh_unit": price / money if time else np.nan,
                    "gap_kt": p.gap / 1e6,
                }
            )
    return pd.DataFrame(rows)


def _slopes(f: Frontier, against: str, front: Sequence[Point]) -> list[float]:
    """Slopes before, between and after the points: infinite, n − 1 of them, zero."""
    x = np.array([coordinate(f, against, p.sums) for p in front])
    y = np.array([avoided_kt(f, p.sums) for p in front])
    return [np.inf, *(np.diff(y) / np.diff(x)).tolist(), 0.0]


def _line(f: Frontier, against: str, front: Sequence[Point]) -> tuple[Array, Array]:
    """All that is known of a front, from left to right: its points, and those found above and below policies."""
    known = [(coordinate(f, against, p.sums), avoided_kt(f, p.sums)) for p in front]
    end = known[-1][0]
    for p in f.placed[against].values():
        if p.front is not None and known[0][0] < (x := coordinate(f, against, p.sums)) < end:
            known.append((x, avoided_kt(f, p.front.sums)))
    known.sort()
    return np.array([x for x, _ in known]), np.array([y for _, y in known])


def policy_rows(f: Frontier) -> pd.DataFrame:
    """One row a policy and front.

    Columns: against; policy; role; added_rtt_ms, delay_h, cost_m_cny; avoided_kt, avoided_pct; front_kt, what the
    front avoids at the same place; distance_kt, how much more that is; beyond, bounds of the front that the policy
    does not keep.
    """
    rows = []
    for against, placed in f.placed.items():
        for name, p in placed.items():
            front = np.nan if p.front is None else avoided_kt(f, p.front.sums)
            rows.append(
                {
                    "against": against,
                    "policy": name,
                    "role": "baseline" if name == f.scenario.baseline else "policy",
                    **{COLUMNS[a]: coordinate(f, a, p.sums) for a in AGAINST},
                    "avoided_kt": avoided_kt(f, p.sums),
                    "avoided_pct": 100.0 * _share(avoided_kt(f, p.sums) * 1e6, f.compute_kg),
                    "front_kt": front,
                    "distance_kt": front - avoided_kt(f, p.sums),
                    "beyond": ", ".join(p.beyond),
                }
            )
    return pd.DataFrame(rows)


def volume_rows(f: Frontier) -> pd.DataFrame:
    """Hypervolume of each front and of the policies that keep its bounds.

    The reference is the baseline's carbon, and on the axis the greatest value of the front and of these policies,
    plus a tenth of the way there from the least. Columns: against; reference, in the unit of the axis; front, all that
    its points and their mixtures dominate; policies, all that they dominate together [kt × unit of the axis];
    share_pct, of the front's.
    """
    rows = []
    for against, front in f.fronts.items():
        x, y = _line(f, against, front)
        spots = [
            (coordinate(f, against, p.sums), avoided_kt(f, p.sums))
            for p in f.placed[against].values()
            if not p.beyond
        ]
        most = max(float(x[-1]), *(spot[0] for spot in spots), float(x[-1]))
        reference = most + 0.1 * (most - float(x[0]))
        end = np.append(x, reference), np.append(y, y[-1])
        of_front, of_policies = under(*end), hypervolume(spots, reference)
        rows.append(
            {
                "against": against,
                "reference": reference,
                "front": of_front,
                "policies": of_policies,
                "share_pct": 100.0 * of_policies / of_front if of_front > 0.0 else np.nan,
            }
        )
    return pd.DataFrame(rows)


def hypervolume(spots: Sequence[tuple[float, float]], reference: float) -> float:
    """Area of what points dominate, x to be small, y to be large, left of the reference and above y = 0."""
    area, best = 0.0, 0.0
    for x, y in sorted(spots, key=lambda s: (s[0], -s[1])):
        if x < reference and y > best:
            area += (reference - x) * (y - best)
            best = y
    return area


def under(x: Array, y: Array) -> float:
    """The same of all that a rising line through points dominates, up to its end."""
    area = 0.0
    for x0, x1, y0, y1 in zip(x[:-1], x[1:], y[:-1], y[1:], strict=True):
        if y1 <= 0.0:
            continue
        if y0 < 0.0:  # the part above zero
            x0, y0 = x0 + (x1 - x0) * -y0 / (y1 - y0), 0.0
        area += (x1 - x0) * (y0 + y1) / 2.0
    return float(area)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0
