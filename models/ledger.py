"""One ledger books every policy: energy, carbon, money, time and water, in sums over the hours.

Every entry is a sum, so ledgers of several horizons add up, each times its weight, to a year. What
is a mean, a share or a percentile is taken from the sums at the end (`Ledger` has functions for
them in `measures`). The booking knows nothing of how a schedule was found.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from .accounting import curtailed_mwh
from .actual import Actual

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Settlement:
    """What the grid did with a load: the cleared dispatch of one horizon.

    Attributes:
        output_mw (K, T), flow_mw (L, T), charge_mw, discharge_mw, charged_mwh (B, T),
        shed_mw, dump_mw (R, T): as dispatched.
        price_cny_per_mwh: marginal cost of a MWh of demand (R, T) [CNY/MWh].
        marginal_kg_per_mwh: what a MWh more of demand makes the whole grid emit, at the basis of the
            dispatch: at a kink it holds on one side at most (R, T) [kg/MWh].
        intensity_kg_per_mwh: flow-traced average (R, T) [kg/MWh].
    """

    output_mw: Array
    flow_mw: Array
    charge_mw: Array
    discharge_mw: Array
    charged_mwh: Array
    shed_mw: Array
    dump_mw: Array
    price_cny_per_mwh: Array
    marginal_kg_per_mwh: Array
    intensity_kg_per_mwh: Array


@dataclass(frozen=True, eq=False)
class Carried:
    """What was carried out.

    Attributes:
        work_mw: on each stream (Q, T) [MW].
        unserved_mwh: work given up at its deadline (O, J, T) [MWh].
        waiting_mwh: work that waits at the end of each hour (O, J, T) [MWh].
        forecast_skill: sums on the forecasts of intensity that the policy was shown (4,), see `models.skill`.
    """

    work_mw: Array
    unserved_mwh: Array
    waiting_mwh: Array
    forecast_skill: Array = field(default_factory=lambda: np.zeros(4))


@dataclass(frozen=True, eq=False)
class Ledger:
    """Sums over the hours booked. Energy in MWh, carbon in kg, money in CNY, water in litres.

    Attributes:
        hours: hours booked.
        arrived_mwh, served_mwh, unserved_mwh: work by class (J,).
        waiting_mwh_h: work times the hours it waited, by class (J,).
        stream_mwh: work by stream (Q,).
        stream_location_kg: carbon of that work, PUE and network included, idle power not (Q,).
        site_it_mwh, site_load_mwh, site_idle_load_mwh: IT energy; facility and network energy; the
            part of it that idle power takes (S,).
        site_location_kg, site_official_kg: location-based carbon of the site's load, at the hourly
            flow-traced average of the baseline's grid, and at the official annual factor (S,).
        site_marginal_kg: the site's load at the hourly marginal emissions of the baseline's grid (S,).
        water_l: water on site.
        energy_cny: electricity bill at the tariff. transfer_cny: data moved.
        latency_cny, delay_cny, penalty_cny: value of added round-trip time, of waiting, of work given up.
        system_kg: CO2 of the whole grid. system_cny: cost of the whole grid, carbon not included.
        curtailed_mwh: renewable energy held back, by region (R,).
        renewable_mwh: renewable energy taken, by region (R,).
        shed_mwh, dump_mwh: demand not met; must-run output nothing could take.
        discharged_mwh: by storage (B,).
        generation_mwh: by unit (K,).
        forecast_skill: sums on the forecasts of intensity that were shown (4,), see `models.skill`.
    """

    hours: float
    arrived_mwh: Array
    served_mwh: Array
    unserved_mwh: Array
    waiting_mwh_h: Array
    stream_mwh: Array
    stream_location_kg: Array
    site_it_mwh: Array
    site_load_mwh: Array
    site_idle_load_mwh: Array
    site_location_kg: Array
    site_official_kg: Array
    site_marginal_kg: Array
    water_l: float
    energy_cny: float
    transfer_cny: float
    latency_cny: float
    delay_cny: float
    penalty_cny: float
    system_kg: float
    system_cny: float
    curtailed_mwh: Array
    renewable_mwh: Array
    shed_mwh: float
    dump_mwh: float
    discharged_mwh: Array
    generation_mwh: Array
    forecast_skill: Array

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def times(self, weight: float) -> Ledger:
        """The same hours, `weight` times over."""
        return Ledger(*(weight * getattr(self, f.name) for f in fields(self)))


def total(ledgers: Sequence[Ledger], weights: Sequence[float]) -> Ledger:
    """Ledgers of several horizons, each times its weight, as one."""
    booked = [ledger.times(w) for ledger, w in zip(ledgers, weights, strict=True)]
    return functools.reduce(lambda a, b: a + b, booked)


def book(
    actual: Actual,
    carried: Carried,
    settled: Settlement,
    average_kg_per_mwh: Array,
    marginal_kg_per_mwh: Array,
) -> Ledger:
    """Book one horizon.

    Args:
        actual: what happened around it.
        carried: the work as carried out.
        settled: the grid's dispatch with the load that resulted.
        average_kg_per_mwh, marginal_kg_per_mwh: of the baseline's grid, by which location-based and
            marginal carbon are counted for every policy alike (R, T) [kg/MWh].
    """
    grid, c = actual.system.grid, actual.system.compute
    pue, tariff = actual.now(actual.pue), actual.now(actual.tariff_cny_per_mwh)
    work, region = carried.work_mw, c.site_region
    site_load = pue * c.it_mw(work) + c.transfer_mw(work)
    site_idle = pue * c.site_idle_mw[:, None]
    site_kg = average_kg_per_mwh[region]
    stream_load_per_work = (pue / c.site_efficiency[:, None])[c.stream_site] + (
        c.stream_transfer_mwh_per_mwh[:, None]
    )
    held = curtailed_mwh(
        grid, actual.now(actual.unit_max_mw), actual.unit_day_mwh[:, 1:], settled.output_mw
    )
    stream_mwh = work.sum(axis=1)
    return Ledger(
        hours=float(actual.hours),
        arrived_mwh=actual.now(actual.arrivals_mwh).sum(axis=(0, 2)),
        served_mwh=np.bincount(c.stream_class, stream_mwh, len(c.classes)),
        unserved_mwh=carried.unserved_mwh.sum(axis=(0, 2)),
        waiting_mwh_h=carried.waiting_mwh.sum(axis=(0, 2)),
        stream_mwh=stream_mwh,
        stream_location_kg=(work * stream_load_per_work * site_kg[c.stream_site]).sum(axis=1),
        site_it_mwh=c.it_mw(work).sum(axis=1),
        site_load_mwh=site_load.sum(axis=1),
        site_idle_load_mwh=site_idle.sum(axis=1),
        site_location_kg=(site_load * site_kg).sum(axis=1),
        site_official_kg=site_load.sum(axis=1) * actual.official_kg_per_mwh[region],
        site_marginal_kg=(site_load * marginal_kg_per_mwh[region]).sum(axis=1),
        water_l=float((c.it_mw(work).sum(axis=1) * 1000.0 * actual.wue_l_per_kwh).sum()),
        energy_cny=float((site_load * tariff[region]).sum()),
        transfer_cny=float(c.stream_transfer_cny_per_mwh @ stream_mwh),
        latency_cny=float(c.stream_latency_cny_per_mwh @ stream_mwh),
        delay_cny=float(c.class_delay_cny_per_mwh_h @ carried.waiting_mwh.sum(axis=(0, 2))),
        penalty_cny=float(c.class_unserved_cny_per_mwh @ carried.unserved_mwh.sum(axis=(0, 2))),
        system_kg=float(grid.unit_emission_kg_per_mwh @ settled.output_mw.sum(axis=1)),
        system_cny=float(
            grid.unit_cost_cny_per_mwh @ settled.output_mw.sum(axis=1)
            + grid.line_cost_cny_per_mwh @ settled.flow_mw.sum(axis=1)
            + grid.storage_cost_cny_per_mwh @ settled.discharge_mw.sum(axis=1)
            + grid.lost_load_cny_per_mwh * (settled.shed_mw.sum() + settled.dump_mw.sum())
        ),
        curtailed_mwh=held.sum(axis=1),
        renewable_mwh=np.bincount(
            grid.unit_region,
            np.where(grid.unit_renewable, settled.output_mw.sum(axis=1), 0.0),
            len(grid.regions),
        ),
        shed_mwh=float(settled.shed_mw.sum()),
        dump_mwh=float(settled.dump_mw.sum()),
        discharged_mwh=settled.discharge_mw.sum(axis=1),
        generation_mwh=settled.output_mw.sum(axis=1),
        forecast_skill=carried.forecast_skill,
    )
