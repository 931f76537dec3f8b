"""The platform: pools the sites of those who opt in, plans their work in one program, and shares what is gained.

All work that was contracted to members' sites is planned anew on members' sites by the scheduling program of a
price-taker (`optim.program.price_taker`): energy at the tariff, data, latency, delay. Where the program gains nothing,
what was contracted stays. The gain is shared in proportion to the work that was contracted to each member: a rule that
anybody can check, and under which nobody loses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...models.actual import Actual
from ...models.outlook import work_bounds_mwh
from ...optim.program import price_taker
from ..settle import foreseen

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Shared:
    """What the platform made of a month's stretch.

    Attributes:
        work_mw: of all streams, members' planned anew (Q, T) [MW].
        before_cny, after_cny: cost of the pooled work, energy, data, latency and delay [CNY].
        share_cny: of the gain, by site (S,) [CNY]; sums to before less after.
    """

    work_mw: Array
    before_cny: float
    after_cny: float
    share_cny: Array


def pool(actual: Actual, work_mw: Array, members: Array) -> Shared:
    """Plan the members' work together.

    Args:
        actual: the hours; foreseen, because contracts are made for the work that comes.
        work_mw: as contracted and cleared (Q, T) [MW]. members: which sites have opted in (S,) bool.
    """
    c = actual.system.compute
    ours = members[c.stream_site]
    kept = Shared(work_mw, 0.0, 0.0, np.zeros(len(c.sites)))
    contributed = c.site_work_mw(work_mw).sum(axis=1) * members
    if contributed.sum() <= 0.0:
        return kept
    pooled = np.where(ours[:, None], work_mw, 0.0)
    amount = c.origin_class_work_mw(pooled)  # (O, J, T), by the hour it was to run
    arrivals = arrived(amount, actual.now(actual.arrivals_mwh), c.class_slack_h)
    available, due = work_bounds_mwh(np.zeros((*arrivals.shape[:2], 1)), arrivals, c.class_slack_h)
    system = replace(
        actual.system,
        compute=replace(c, site_capacity_mw=np.where(members, c.site_capacity_mw, 0.0)),
    )
    outlook = replace(foreseen(actual), system=system, available_mwh=available, due_mwh=due)
    outlook = replace(outlook, carbon_cny_per_kg=0.0)
    found = price_taker().solve(outlook, once=True)
    lost = float(found.values["unserved"].sum())
    planned = np.maximum(found.values["work"], 0.0)
    before, after = (_cost_cny(actual, w, available) for w in (pooled, planned))
    if lost > 1e-6 or after >= before:
        return replace(kept, before_cny=before, after_cny=before)
    work = np.where(ours[:, None], 0.0, work_mw) + planned
    share = (before - after) * contributed / contributed.sum()
    return Shared(work, before, after, share)


def arrived(ran_mwh: Array, arrivals_mwh: Array, slack_h: Array) -> Array:
    """Of the work that runs in these hours, when it can have arrived, the first to come running first.

    Args:
        ran_mwh: part of the work of each class, by the hour it runs (O, J, T). arrivals_mwh: all of it, by the hour
            it arrives (O, J, T). slack_h: (J,).

    Returns:
        (O, J, T) with the sums of `ran_mwh`; each MWh arrives no later than it runs, and not earlier than its slack.
    """
    out = np.zeros_like(ran_mwh)
    T = ran_mwh.shape[2]
    for j, slack in enumerate(slack_h.astype(int)):
        left = arrivals_mwh[:, j].copy()
        for t in range(T):
            need = ran_mwh[:, j, t].copy()
            for a in range(max(0, t - slack), t + 1):
                take = np.minimum(need, left[:, a])
                out[:, j, a] += take
                left[:, a] -= take
                need -= take
            out[:, j, t] += need  # rounding
    return out


def _cost_cny(actual: Actual, work_mw: Array, available_mwh: Array) -> float:
    """Energy at the tariff, data, latency and delay of some work [CNY]."""
    c = actual.system.compute
    tariff = actual.now(actual.tariff_cny_per_mwh)[c.site_region]
    energy = actual.now(actual.pue) * c.site_work_mw(work_mw) / c.site_efficiency[:, None]
    moved = c.stream_transfer_cny_per_mwh + c.stream_latency_cny_per_mwh
    waits = available_mwh - np.cumsum(c.origin_class_work_mw(work_mw), axis=2)
    late = c.class_delay_cny_per_mwh_h @ waits.sum(axis=(0, 2))
    drawn = energy + c.transfer_mw(work_mw)
    return float((tariff * drawn).sum() + moved @ work_mw.sum(axis=1) + late)
