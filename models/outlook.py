"""What a policy is shown: the hours ahead as far as they are known, and the work that waits.

An outlook holds forecasts only. What really happens is an `Actual`, which no policy ever receives,
so foresight cannot leak. The oracle is no exception: its outlook is a perfect forecast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .system import System
from .water import day_parts_mwh

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Outlook:
    """The hours ahead, T of them, of one hour each.

    Attributes:
        system: what stands.
        start_h: hour of the year of the first column.
        demand_mw: demand that is not ours (R, T) [MW].
        unit_max_mw, unit_min_mw: bounds on each unit's output (K, T) [MW].
        unit_day_mwh: bound on a unit's energy in each day, of the first and the last as much as falls
            to their part in these hours; used where `unit_day_limited` (K, D) [MWh].
        pue: facility over IT power (S, T) [-].
        tariff_cny_per_mwh: what electricity is sold for (R, T) [CNY/MWh].
        intensity_kg_per_mwh: published average carbon intensity (R, T) [kg/MWh].
        marginal_kg_per_mwh: published marginal emissions (R, T) [kg/MWh].
        price_cny_per_mwh: published marginal cost of electricity, carbon at its price included
            (R, T) [CNY/MWh].
        available_mwh: cumulative work that can have been run by the end of each hour, backlog and
            expected arrivals (O, J, T) [MWh].
        due_mwh: cumulative work that must have been run by the end of each hour (O, J, T) [MWh].
        carbon_cny_per_kg: price put on a kilogram of CO2 [CNY/kg].
        storage_start_mwh: charge at the start (B,) [MWh]; None where the horizon is cyclic.
        storage_end_cny_per_mwh: value of what is left in storage at the end (B,) [CNY/MWh]; None:
            worth nothing.
        storage_end_min_mwh: least charge at the end (B,) [MWh]; None: nothing.
        emission_cap_kg: budget of CO2 for these hours [kg]; None where there is none.
        emission_ceiling_cny_per_kg: price at which the budget may be exceeded [CNY/kg]; None: never.
        day_begun_h: hours of the first day that lie before the first column, 0 to 23 [h].
        history_kg_per_mwh: average intensity published for the day before the first column
            (R, 24) [kg/MWh].
        official_kg_per_mwh: official annual factor of each region, NaN where none is published
            (R,) [kg/MWh].
        annual_pue: what each site publishes as its mean of the year (S,) [-].
    """

    system: System
    start_h: int
    demand_mw: Array
    unit_max_mw: Array
    unit_min_mw: Array
    unit_day_mwh: Array
    pue: Array
    tariff_cny_per_mwh: Array
    intensity_kg_per_mwh: Array
    marginal_kg_per_mwh: Array
    price_cny_per_mwh: Array
    available_mwh: Array
    due_mwh: Array
    carbon_cny_per_kg: float
    storage_start_mwh: Array | None = None
    storage_end_cny_per_mwh: Array | None = None
    storage_end_min_mwh: Array | None = None
    emission_cap_kg: float | None = None
    emission_ceiling_cny_per_kg: float | None = None
    day_begun_h: int = 0
    history_kg_per_mwh: Array | None = None
    official_kg_per_mwh: Array | None = None
    annual_pue: Array | None = None

    @property
    def hours(self) -> int:
        """T, the number of hours ahead."""
        return self.pue.shape[1]

    @property
    def day_of_hour(self) -> Array:
        """Column of `unit_day_mwh` that each hour belongs to (T,)."""
        return (self.day_begun_h + np.arange(self.hours)) // 24

    @property
    def first_day(self) -> int:
        """A number that a day keeps in every window: that of the first."""
        return (self.start_h - self.day_begun_h) // 24


HOURLY = (
    "demand_mw",
    "unit_max_mw",
    "unit_min_mw",
    "pue",
    "tariff_cny_per_mwh",
    "intensity_kg_per_mwh",
    "marginal_kg_per_mwh",
    "price_cny_per_mwh",
)
"""The series of an outlook that have one value an hour, each for itself."""


def over_hours(outlook: Outlook, change: Callable[[Array], Array]) -> dict[str, Any]:
    """All hourly series changed alike, by name, for `dataclasses.replace`."""
    return {name: change(getattr(outlook, name)) for name in HOURLY}


def padded(outlook: Outlook, hours: int) -> Outlook:
    """The same hours with empty ones after them, so that one program serves windows that a horizon's end
    cuts short: nothing is drawn, generated or run in the hours that are added. A cyclic store passes
    through them, at its standing loss.

    Raises:
        ValueError: the outlook is longer than that.
    """
    more = hours - outlook.hours
    if more < 0:
        raise ValueError(f"an outlook of {outlook.hours} h cannot be padded to {hours} h")
    if more == 0:
        return outlook

    def empty(series: Array, columns: int = more) -> Array:
        return np.concatenate([series, np.zeros((*series.shape[:-1], columns))], axis=-1)

    def held(cumulative: Array) -> Array:
        return np.concatenate([cumulative, np.repeat(cumulative[..., -1:], more, axis=-1)], axis=-1)

    days = -(-(outlook.day_begun_h + hours) // 24) - outlook.unit_day_mwh.shape[1]
    return replace(
        outlook,
        **over_hours(outlook, empty),
        unit_day_mwh=empty(outlook.unit_day_mwh, days),
        available_mwh=held(outlook.available_mwh),
        due_mwh=held(outlook.due_mwh),
    )


def window_of(whole: Outlook, start: int, end: int, served_mwh: Array) -> Outlook:
    """The hours from `start` to `end`, less work already served; what has come is due by the end."""
    hours = slice(start, end)
    available = whole.available_mwh[:, :, hours] - served_mwh[:, :, None]
    due = np.maximum(whole.due_mwh[:, :, hours] - served_mwh[:, :, None], 0.0)
    available = np.maximum(available, due)  # rounding of a solver
    due[:, :, -1] = available[:, :, -1]
    return replace(
        whole,
        start_h=whole.start_h + start,
        unit_day_mwh=day_parts_mwh(
            whole.unit_day_mwh, whole.unit_min_mw, whole.day_begun_h, start, end
        ),
        day_begun_h=(whole.day_begun_h + start) % 24,
        available_mwh=available,
        due_mwh=due,
        **over_hours(whole, lambda series: series[:, hours]),
    )


def work_bounds_mwh(backlog_mwh: Array, arrivals_mwh: Array, slack_h: Array) -> tuple[Array, Array]:
    """Cumulative work that may, and that must, have run by the end of each hour ahead.

    No work runs before it arrives: the first is the upper bound. Work that arrives in hour a is due
    by the end of hour a + slack: the second is the lower bound. All that has arrived is due by the
    end of the last hour, so that a plan cannot push work past the edge of what it sees.

    Args:
        backlog_mwh: work that waits, by the number of hours until it is due (0 = by the end of the
            first hour ahead) (O, J, D) [MWh].
        arrivals_mwh: work that arrives in each hour ahead (O, J, T) [MWh].
        slack_h: (J,) [h].

    Returns:
        available, due: each (O, J, T) [MWh], non-decreasing in time, due <= available.
    """
    T = arrivals_mwh.shape[2]
    arrived = np.cumsum(arrivals_mwh, axis=2)
    available = backlog_mwh.sum(axis=2)[:, :, None] + arrived
    due = np.zeros_like(arrived)
    depth = min(backlog_mwh.shape[2], T)
    due[:, :, :depth] = np.cumsum(backlog_mwh, axis=2)[:, :, :depth]
    if depth < T:
        due[:, :, depth:] = backlog_mwh.sum(axis=2)[:, :, None]
    for j, slack in enumerate(slack_h.astype(int)):
        if slack < T:
            due[:, j, slack:] += arrived[:, j, : T - slack]
    due[:, :, -1] = available[:, :, -1]
    return available, np.minimum(due, available)
