"""What an online policy cost over what was best in hindsight, beside the ratio that is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..models.actual import HISTORY_H, Actual
from ..models.ledger import Carried
from ..models.settings import Plan
from .policies.double_threshold import DoubleThreshold, competitive_ratio

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Ratios:
    """By origin (O,) [-]: what was found, and what is proven; NaN where no work could wait, or prices reach 0.

    The proof takes least and greatest intensity as known from the start, and sites as never full. A policy that
    has them from what it saw so far may exceed it.

    Attributes:
        found: intensity paid over the least possible. proven: for the least and greatest intensity published.
        known: whether the day before the horizon had shown them both (O,). room: whether all that waited could
            have run at home in every hour (O,). Where both hold, so do the proof's assumptions.
    """

    found: Array
    proven: Array
    known: Array
    room: Array


def ratios_of(
    name: str, actual: Actual, carried: Carried, intensity_kg_per_mwh: Array, plan: Plan
) -> Ratios | None:
    """Ratios of a policy that has a proven one, as the scenario sets it; None for all others.

    Args:
        name: of the policy. actual, carried, intensity_kg_per_mwh: as in `pause_resume_ratios`.
        plan: settings of policies.
    """
    if name != DoubleThreshold.name:
        return None
    return pause_resume_ratios(actual, carried, intensity_kg_per_mwh, plan.switch_kg_per_mwh)


def pause_resume_ratios(
    actual: Actual, carried: Carried, intensity_kg_per_mwh: Array, switch_kg_per_mwh: float
) -> Ratios:
    """Intensity at the origin of all work that may wait, each cohort a job of one unit that starts and stops once.

    Work given up counts as if it had run at the greatest intensity.

    Args:
        actual: what happened. carried: what was carried out. intensity_kg_per_mwh: as published, history first
            (R, HISTORY_H + T) [kg/MWh]. switch_kg_per_mwh: cost of a pause or a resumption [kg/MWh].
    """
    c, T = actual.system.compute, actual.hours
    patient = np.flatnonzero(c.class_slack_h > 0)
    published = intensity_kg_per_mwh[c.origin_region]
    price = published[:, HISTORY_H:]
    ran = c.origin_class_work_mw(carried.work_mw)[:, patient].sum(axis=1)
    came = actual.now(actual.arrivals_mwh)[:, patient]
    low, high = published.min(axis=1), published.max(axis=1)
    given_up = carried.unserved_mwh[:, patient].sum(axis=(1, 2))
    paid = (ran * (price + 2 * switch_kg_per_mwh)).sum(axis=1)
    paid += given_up * (high + 2 * switch_kg_per_mwh)
    best = np.zeros(len(price))
    for j, slack in enumerate(c.class_slack_h[patient].tolist()):
        # All is due by the last hour.
        least = np.stack([price[:, a : a + slack + 1].min(axis=1) for a in range(T)], axis=1)
        best += (came[:, j] * (least + 2 * switch_kg_per_mwh)).sum(axis=1)
    before = published[:, :HISTORY_H]
    here = c.origin_class_work_mw(carried.work_mw) + carried.waiting_mwh + carried.unserved_mwh
    sites_mw = np.bincount(c.site_region, c.site_capacity_mw, len(intensity_kg_per_mwh))
    return Ratios(
        np.divide(paid, best, out=np.full(len(best), np.nan), where=best > 0),
        np.array(
            [
                competitive_ratio(1, lo, hi, switch_kg_per_mwh) if lo > 0 else np.nan
                for lo, hi in zip(low.tolist(), high.tolist(), strict=True)
            ]
        ),
        known=(before.min(axis=1) <= low) & (before.max(axis=1) >= high),
        room=here.sum(axis=1).max(axis=1) <= sites_mw[c.origin_region] * (1.0 + 1e-9),
    )
