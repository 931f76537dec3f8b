"""Who acts in the world: grid regions publish, data centers take work in, workloads wait and are run.

Tens to a few hundred agents, never one a job: a `Workload` is one class of work at one origin, and
holds its waiting work as an array by the hours left until it is due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from ..models.actual import HISTORY_H
from ..models.forecast import DEMAND, PUE

if TYPE_CHECKING:
    from .world import World

Array = np.ndarray

TOLERANCE_MW = 1e-7
"""Rounding of a solver's plan that a full site still takes."""


class GridRegion(mesa.Agent):
    """A grid region: publishes what it expects of its units, its demand, tariff and intensity."""

    def __init__(self, model: World, index: int) -> None:
        super().__init__(model)
        self.index = index
        self.name = model.actual.system.grid.regions[index]
        grid = model.actual.system.grid
        self.units = np.flatnonzero(grid.unit_region == index)
        self.weathered = (grid.unit_renewable & ~grid.unit_day_limited)[self.units]

    def publish(self, hour: int, window: int) -> dict[str, Array]:
        """Forecasts of this region for the `window` hours from `hour` on, each (·, window)."""
        world: World = self.model  # type: ignore[assignment]
        a, s, i = world.actual, world.signals, self.index
        coming = slice(HISTORY_H + hour, HISTORY_H + hour + window)
        least = a.unit_min_mw[self.units, coming]
        most = a.unit_max_mw[self.units, coming].copy()
        windy = self.weathered  # what thermal, nuclear and hydro plants can do is known
        most[windy] = np.clip(
            world.expect(
                a.unit_max_mw[self.units[windy]], f"available output of {self.name}", hour, window
            ),
            least[windy],
            a.system.grid.unit_capacity_mw[self.units[windy], None],
        )
        return {
            "demand_mw": world.expect(
                a.demand_mw[i], f"demand of {self.name}", hour, window, DEMAND
            ),
            "unit_max_mw": most,
            "unit_min_mw": least,
            "intensity_kg_per_mwh": world.expect(
                s.average_kg_per_mwh[i], f"intensity of {self.name}", hour, window
            ),
            "marginal_kg_per_mwh": world.expect(
                s.marginal_kg_per_mwh[i], f"marginal of {self.name}", hour, window
            ),
            "price_cny_per_mwh": world.expect(
                s.price_cny_per_mwh[i], f"price of {self.name}", hour, window
            ),
            # A tariff is published, not forecast.
            "tariff_cny_per_mwh": a.tariff_cny_per_mwh[i, coming],
        }


class DataCenter(mesa.Agent):
    """A site: has room for so much work and takes in what comes while there is room."""

    def __init__(self, model: World, index: int) -> None:
        super().__init__(model)
        self.index = index
        self.capacity_mw = float(model.actual.system.compute.site_capacity_mw[index])

    def publish(self, hour: int, window: int) -> Array:
        """Expected PUE (window,)."""
        world: World = self.model  # type: ignore[assignment]
        site = world.actual.system.compute.sites[self.index]
        pue = world.actual.pue[self.index]
        return np.maximum(world.expect(pue, f"PUE of {site}", hour, window, PUE), 1.0)

    def open(self) -> None:
        """A new hour begins: all capacity is free."""
        world: World = self.model  # type: ignore[assignment]
        world.room_mw[self.index] = self.capacity_mw * (1.0 + 1e-9) + TOLERANCE_MW


class Workload(mesa.Agent):
    """One class of work at one origin, with its backlog.

    Attributes:
        waiting_mwh: work that waits, by hours until it is due (0 = in this hour); a row of the world's
            array, which also holds hours beyond this class's slack, always empty (D,) [MWh].
        streams: indices of the streams it may take.
    """

    def __init__(self, model: World, origin: int, job_class: int, waiting_mwh: Array) -> None:
        super().__init__(model)
        c = model.actual.system.compute
        self.origin, self.job_class = origin, job_class
        self.slack_h = int(c.class_slack_h[job_class])
        self.waiting_mwh = waiting_mwh
        self.streams = np.flatnonzero((c.stream_origin == origin) & (c.stream_class == job_class))
        self.sites = c.stream_site[self.streams]
        self.nearest_first = np.lexsort(
            (c.stream_rtt_ms[self.streams], ~c.stream_home[self.streams])
        )

    def run_due(self, planned_mw: Array, room_mw: Array, last_hour: bool) -> Array:
        """Run what is due: on the planned streams in their proportion, else wherever there is room.

        What finds its planned site full goes home, or else to the nearest site with room. What
        finds no room at all is given up when the hour ends.

        Args:
            planned_mw: on this workload's streams (q,) [MW].
            room_mw: free capacity by site, reduced in place (S,) [MW].
            last_hour: whether the horizon ends with this hour, and all that waits is due.

        Returns:
            what runs, by stream (q,) [MW].
        """
        due = float(self.waiting_mwh.sum()) if last_hour else float(self.waiting_mwh[0])
        if due <= 0.0:
            return np.zeros(len(self.streams))
        runs = self._in_proportion(planned_mw, due, room_mw)
        short = due - float(runs.sum())
        if short > 1e-9:
            for q in self.nearest_first:
                more = min(short, max(room_mw[self.sites[q]], 0.0))
                runs[q] += more
                room_mw[self.sites[q]] -= more
                short -= more
                if short <= 0.0:
                    break
        self._take(float(runs.sum()))
        return runs

    def run_planned(self, planned_mw: Array, room_mw: Array) -> Array:
        """Run what is planned and not due, as far as it is here and its sites have room. (q,) [MW]."""
        more = min(float(planned_mw.sum()), float(self.waiting_mwh.sum()))
        if more <= 0.0:
            return np.zeros(len(self.streams))
        runs = self._in_proportion(planned_mw, more, room_mw)
        self._take(float(runs.sum()))
        return runs

    def _in_proportion(self, planned_mw: Array, mwh: float, room_mw: Array) -> Array:
        """`mwh` spread as the plan is, cut where a site is full; takes the room."""
        plan = float(planned_mw.sum())
        if plan <= 0.0:
            return np.zeros(len(self.streams))
        runs = np.minimum(planned_mw * (mwh / plan), np.maximum(room_mw[self.sites], 0.0))
        room_mw[self.sites] -= runs
        return runs

    def _take(self, mwh: float) -> None:
        self.waiting_mwh -= earliest_due_first(self.waiting_mwh, np.asarray(mwh))


def earliest_due_first(waiting_mwh: Array, mwh: Array) -> Array:
    """What leaves each hour of a backlog when `mwh` of it is run: (…, D), (…) -> (…, D) [MWh]."""
    before = np.cumsum(waiting_mwh, axis=-1) - waiting_mwh
    return np.clip(mwh[..., None] - before, 0.0, waiting_mwh)
