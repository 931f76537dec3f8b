"""Virtual capacity curves: by the day ahead each origin's sites are given hourly caps on work that can wait.

A. Radovanović, R. Koningstein, I. Schneider, B. Chen, A. Duarte, B. Roy, D. Xiao, M. Haridasan, P. Hung, N.
Care, S. Talukdar, E. Mullen, K. Smith, M. Cottman, W. Cirne, "Carbon-Aware Computing for Datacenters", IEEE
Trans. Power Syst. 38(2), 2023, doi:10.1109/TPWRS.2022.3173250. Work runs first come first served under the cap.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ...optim.vcc import capacity_curves
from ..cohorts import backlog_by_due_mwh, now_at_home
from ..placing import home_shares
from ..policy import Policy

Array = np.ndarray


class VirtualCapacityCurves(Policy):
    """Caps are set at midnight, and where the horizon begins, for the rest of the day.

    Inflexible work (classes without slack) and the day's flexible work are taken at an upper quantile: the
    forecast times that quantile of what inflexible work came over what was forecast, in the hours this policy
    has lived through. Before it has lived through any, the forecast itself.
    """

    name = "vcc"
    window_h = 24

    def __init__(self, quantile: float = 0.97, peak_cny_per_mw: float = 50.0) -> None:
        self.quantile, self.peak_cny_per_mw = quantile, peak_cny_per_mw
        self._first_h = -1  # hour of the year of the caps' first column
        self._caps_mw = np.zeros((0, 0))  # (O, hours of the day left)
        self._foreseen_mw = np.zeros((0, 0))  # inflexible work, at the day's plan (O, ·)
        self._errors: list[float] = []  # what came over what was foreseen

    def decide(self, outlook: Outlook) -> Schedule:
        """What runs in the hour at hand, at home: inflexible work, what is due, and the queue up to the cap."""
        c = outlook.system.compute
        patient = c.class_slack_h > 0
        came = outlook.available_mwh[:, ~patient, 0].sum(axis=1)
        at = outlook.start_h - self._first_h
        if self._first_h < 0 or outlook.day_begun_h == 0:
            self._plan(outlook, patient)
            at = 0
        else:
            foreseen = self._foreseen_mw[:, at]
            self._errors += (came[foreseen > 0] / foreseen[foreseen > 0]).tolist()
        waiting = backlog_by_due_mwh(outlook)
        runs = in_order(
            np.where(patient[:, None], waiting, 0.0), c.class_slack_h, self._caps_mw[:, at]
        )
        runs[:, ~patient] = waiting[:, ~patient].sum(axis=2)
        return now_at_home(outlook, runs)

    def _plan(self, outlook: Outlook, patient: Array) -> None:
        c = outlook.system.compute
        left = min(24 - outlook.day_begun_h, outlook.hours)
        fixed = np.diff(outlook.available_mwh[:, ~patient, :left].sum(axis=1), prepend=0.0, axis=1)
        upper = max(float(np.quantile(self._errors, self.quantile)), 1.0) if self._errors else 1.0
        capacity = np.bincount(c.site_region, c.site_capacity_mw, len(outlook.demand_mw))
        self._foreseen_mw, self._first_h = fixed, outlook.start_h
        self._caps_mw = capacity_curves(
            outlook.carbon_cny_per_kg * _carbon_kg_per_mwh(outlook)[:, :left],
            upper * fixed,
            upper * outlook.available_mwh[:, patient, left - 1].sum(axis=1),
            capacity[c.origin_region],
            self.peak_cny_per_mw,
        )


def _carbon_kg_per_mwh(outlook: Outlook) -> Array:
    """Carbon of an MWh of work at each origin's own sites (O, T) [kg/MWh]."""
    c = outlook.system.compute
    per_work = (
        outlook.pue / c.site_efficiency[:, None] * outlook.intensity_kg_per_mwh[c.site_region]
    )
    share = home_shares(c)
    out = np.zeros((len(c.origins), outlook.hours))
    np.add.at(out, c.stream_origin, share[:, None] * per_work[c.stream_site])
    weight = np.bincount(c.stream_origin, share, len(c.origins))
    return out / np.where(weight > 0, weight, 1.0)[:, None]


def in_order(waiting_mwh: Array, slack_h: Array, cap_mw: Array) -> Array:
    """What of each class a cap lets run, first come first served.

    Args:
        waiting_mwh: by hours until due (O, J, T) [MWh]. slack_h: (J,) [h]. cap_mw: (O,) [MW].

    Returns:
        (O, J) [MW].
    """
    came = (
        np.arange(waiting_mwh.shape[2])[None, :] - slack_h[:, None]
    )  # hour it came, against now (J, T)
    order = np.argsort(came.ravel(), kind="stable")
    queue = waiting_mwh.reshape(len(cap_mw), -1)[:, order]
    before = np.cumsum(queue, axis=1) - queue
    runs = np.zeros_like(queue)
    runs[:, order] = np.clip(cap_mw[:, None] - before, 0.0, queue)
    return runs.reshape(waiting_mwh.shape).sum(axis=2)
