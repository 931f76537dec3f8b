"""The world: one step is an hour. Publish, arrive, decide, execute, record.

The world shows a policy its outlook, carries out the answer against what really happens, and keeps
the record that the ledger books.
"""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from ..models.actual import HISTORY_H, Actual
from ..models.forecast import Forecast
from ..models.ledger import Carried
from ..models.outlook import Outlook, work_bounds_mwh
from ..models.schedule import Schedule
from ..models.signals import Signals
from ..models.skill import skill_sums
from ..models.water import day_parts_mwh
from .agents import DataCenter, GridRegion, Workload, earliest_due_first
from .policy import Policy

Array = np.ndarray

PUBLISHED = (
    "demand_mw",
    "tariff_cny_per_mwh",
    "intensity_kg_per_mwh",
    "marginal_kg_per_mwh",
    "price_cny_per_mwh",
)
NEGLIGIBLE_MWH = 1e-6
"""Rounding of a plan; less than this is not called unserved."""


class World(mesa.Model):
    """Regions, sites and workloads under one policy over one horizon.

    Args:
        actual: what really happens.
        policy: who decides.
        forecast: how the outlook is made from the actual.
        signals: what regions publish of their electricity, with history.
        seed: Mesa's own; nothing here draws from it.
    """

    def __init__(
        self,
        actual: Actual,
        policy: Policy,
        forecast: Forecast,
        signals: Signals,
        seed: int = 0,
    ) -> None:
        super().__init__(rng=seed)
        self.actual, self.policy, self.forecast = actual, policy, forecast
        self.signals = signals
        c = actual.system.compute
        self.room_mw = np.zeros(len(c.sites))
        self.grid_regions = [GridRegion(self, i) for i in range(len(actual.system.grid.regions))]
        self.data_centers = [DataCenter(self, i) for i in range(len(c.sites))]
        J = len(c.classes)
        depth = int(c.class_slack_h.max(initial=0)) + 1
        self.waiting = np.zeros((len(c.origins), J, depth))  # by hours until due [MWh]
        self.workloads = [
            Workload(self, o, j, self.waiting[o, j])
            for o in range(len(c.origins))
            for j in range(J)
        ]
        self.workload_of = c.stream_origin * J + c.stream_class  # (Q,)
        # What is dearest to give up is placed first, then what can wait least, then what has the
        # fewest ways to go; ties in the order of origins.
        penalty = c.class_unserved_cny_per_mwh
        self.in_turn = sorted(
            self.workloads,
            key=lambda w: (-penalty[w.job_class], w.slack_h, len(w.streams), w.job_class),
        )
        self.hour = self.next_plan_h = 0
        self.schedule: Schedule | None = None
        self.expected_mwh = np.zeros((0, 0, 0))  # work the plan was made for, cumulative (O, J, T)
        self.came_mwh = np.zeros((0, 0))  # work that really came since (O, J)
        self.work_mw = np.zeros((len(c.stream_site), actual.hours))
        self.unserved_mwh = np.zeros((len(c.origins), len(c.classes), actual.hours))
        self.waiting_mwh = np.zeros((len(c.origins), len(c.classes), actual.hours))
        self.forecast_skill = np.zeros(4)

    def step(self) -> None:
        """One hour."""
        h, last = self.hour, self.hour == self.actual.hours - 1
        replan = h == self.next_plan_h

        # Phase 1, publish: regions and sites say what they expect, when a new plan is due.
        published = self.publish() if replan else {}

        # Phase 2, arrive: new work joins the backlog.
        arriving = self.arrive()
        self.came_mwh = self.waiting.sum(axis=2) if replan else self.came_mwh + arriving

        # Phase 3, decide: the policy sees the outlook and answers with a schedule, which is carried
        # out until the next is due.
        if replan:
            outlook = self.outlook(published)
            self.note_skill(outlook.intensity_kg_per_mwh)
            self.schedule = self.policy.decide(outlook)
            self.expected_mwh = outlook.available_mwh
            self.next_plan_h = h + self._until_next_plan()
        assert self.schedule is not None
        # A plan is made for the work that was expected: where more or less has come, its streams are
        # scaled alike.
        ahead = h - (self.schedule.start_h - self.actual.start_h)
        expected = self.expected_mwh[:, :, ahead]
        scale = np.divide(self.came_mwh, expected, out=np.ones_like(expected), where=expected > 0)
        c = self.actual.system.compute
        planned = self.schedule.work_mw[:, ahead] * scale[c.stream_origin, c.stream_class]

        # Phase 4, execute: what is due first, then the rest of the plan while sites have room.
        for site in self.data_centers:
            site.open()
        self.work_mw[:, h] = self.as_planned(planned, last)
        if (c.site_work_mw(self.work_mw[:, h : h + 1])[:, 0] > self.room_mw).any():
            self.work_mw[:, h] = self.in_turns(planned, last)

        # Phase 5, record: what was due and has not run is given up; the rest is an hour nearer.
        ran = np.bincount(self.workload_of, self.work_mw[:, h], self.waiting[..., 0].size)
        self.waiting -= earliest_due_first(self.waiting, ran.reshape(self.waiting.shape[:2]))
        due = self.waiting.sum(axis=2) if last else self.waiting[:, :, 0].copy()
        self.unserved_mwh[:, :, h] = np.where(due > NEGLIGIBLE_MWH, due, 0.0)
        self.waiting[:, :, :-1] = self.waiting[:, :, 1:] if not last else 0.0
        self.waiting[:, :, -1] = 0.0
        self.waiting_mwh[:, :, h] = self.waiting.sum(axis=2)
        self.hour += 1

    def as_planned(self, planned: Array, last: bool) -> Array:
        """What runs if every site has room: the plan, scaled up where more is due and cut where less
        is here; what is due and has no plan at all asks for turns. (Q,) [MW]."""
        here = self.waiting.sum(axis=2).ravel()
        due = here if last else self.waiting[:, :, 0].ravel()
        plan = np.bincount(self.workload_of, planned, len(here))
        if (due[plan <= 0.0] > NEGLIGIBLE_MWH).any():
            return np.full(len(planned), np.inf)
        target = np.minimum(np.maximum(plan, due), here)
        scale = np.divide(target, plan, out=np.zeros_like(plan), where=plan > 0.0)
        return planned * scale[self.workload_of]

    def in_turns(self, planned: Array, last: bool) -> Array:
        """What runs when not every site has room: workloads take theirs one after another. (Q,) [MW]."""
        runs, kept = np.zeros(len(planned)), self.waiting.copy()
        for w in self.in_turn:
            runs[w.streams] = w.run_due(planned[w.streams], self.room_mw, last)
        for w in self.in_turn:
            if w.slack_h > 0 and not last:
                rest = np.maximum(planned[w.streams] - runs[w.streams], 0.0)
                runs[w.streams] += w.run_planned(rest, self.room_mw)
        self.waiting[...] = kept  # the backlog is settled once, in phase 5
        return runs

    def run(self) -> Carried:
        """All hours of the horizon."""
        while self.hour < self.actual.hours:
            self.step()
        return Carried(self.work_mw, self.unserved_mwh, self.waiting_mwh, self.forecast_skill)

    def expect(self, series: Array, what: str, hour: int, window: int, noise: float = 1.0) -> Array:
        """The forecast of a series (…, HISTORY_H + T) for `window` hours from `hour` on."""
        at = HISTORY_H + hour
        if window == 1:  # the hour at hand is observed
            return series[..., at : at + 1]
        seen, coming = series[..., :at], series[..., at : at + window]
        return self.forecast(seen, coming, what, self.actual.start_h + hour, noise)

    def note_skill(self, shown: Array) -> None:
        """Record how good the forecasts of intensity were that the policy is shown (R, window)."""
        at = HISTORY_H + self.hour
        came = self.signals.average_kg_per_mwh[:, at + 1 : at + shown.shape[1]]
        self.forecast_skill += skill_sums(shown[:, 1:], came)  # the hour at hand is observed

    def arrive(self) -> Array:
        """This hour's work joins the backlog of its workloads. Returns it (O, J) [MWh]."""
        arriving = self.actual.arrivals_mwh[:, :, HISTORY_H + self.hour]
        slack = self.actual.system.compute.class_slack_h
        self.waiting[:, np.arange(len(slack)), slack] += arriving
        return arriving

    def publish(self) -> dict[str, Array]:
        """What regions and sites expect of the hours ahead, by field of the outlook."""
        a, h = self.actual, self.hour
        T = self._window()
        by_region = [region.publish(h, T) for region in self.grid_regions]
        order = np.argsort(np.concatenate([region.units for region in self.grid_regions]))
        out = {key: np.stack([p[key] for p in by_region]) for key in PUBLISHED}
        for key in ("unit_max_mw", "unit_min_mw"):
            out[key] = np.concatenate([p[key] for p in by_region])[order]
        days, least = a.unit_day_mwh[:, 1:], a.now(a.unit_min_mw)
        out["unit_day_mwh"] = day_parts_mwh(days, least, 0, h, h + T)
        out["pue"] = np.stack([site.publish(h, T) for site in self.data_centers])
        return out

    def outlook(self, published: dict[str, Any]) -> Outlook:
        """What the policy may know now: what is published, the backlog, and expected arrivals."""
        a, h = self.actual, self.hour
        arrivals = self.expect(a.arrivals_mwh, "arrivals", h, self._window()).copy()
        arrivals[:, :, 0] = 0.0  # this hour's have come: they are in the backlog
        slack = a.system.compute.class_slack_h
        available, due = work_bounds_mwh(self.waiting, arrivals, slack)
        return Outlook(
            system=a.system,
            start_h=a.start_h + h,
            day_begun_h=h % 24,
            available_mwh=available,
            due_mwh=due,
            carbon_cny_per_kg=a.carbon_cny_per_kg,
            history_kg_per_mwh=self.signals.average_kg_per_mwh[:, h : HISTORY_H + h],
            official_kg_per_mwh=a.official_kg_per_mwh,
            annual_pue=a.pue[:, :HISTORY_H].mean(axis=1) if a.annual_pue is None else a.annual_pue,
            **published,
        )

    def _window(self) -> int:
        left = self.actual.hours - self.hour
        return min(self.policy.window_h or left, left)

    def _until_next_plan(self) -> int:
        """Hours to carry out: the policy's step, or half of what is left of the horizon where that is
        less, because what a forecast missed has no later hour to go to."""
        left = self.actual.hours - self.hour
        if self.policy.step_h is None or self.policy.clairvoyant:
            return left
        return min(self.policy.step_h, max(left // 2, 1))
