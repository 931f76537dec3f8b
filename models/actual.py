"""What really happens in the hours of one horizon. The world and the ledger read it; no policy does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .system import System

Array = np.ndarray

HISTORY_H = 24


@dataclass(frozen=True, eq=False)
class Actual:
    """T hours that happen, after `HISTORY_H` hours that already did.

    Time axes run over HISTORY_H + T columns; column HISTORY_H is the horizon's first hour.

    Attributes:
        system: what stands.
        name: of the horizon. start_h: its first hour of the year.
        weight: how many such horizons make up the year.
        demand_mw: demand that is not ours (R, ·) [MW].
        unit_max_mw, unit_min_mw: (K, ·) [MW].
        unit_day_mwh: energy bound of the day of history and of each day of the horizon
            (K, 1 + ⌈T/24⌉) [MWh].
        pue: (S, ·) [-].
        tariff_cny_per_mwh: (R, ·) [CNY/MWh].
        arrivals_mwh: work by the hour it arrives (O, J, ·) [MWh].
        official_kg_per_mwh: official annual factor of each region (R,) [kg/MWh]; NaN where none is
            published.
        wue_l_per_kwh: water on site per IT energy (S,) [L/kWh].
        carbon_cny_per_kg: price of carbon [CNY/kg].
        annual_pue: mean of the year, which sites publish (S,) [-]; None where there is no year: then the
            mean of the day of history stands in its place.
    """

    system: System
    name: str
    start_h: int
    weight: float
    demand_mw: Array
    unit_max_mw: Array
    unit_min_mw: Array
    unit_day_mwh: Array
    pue: Array
    tariff_cny_per_mwh: Array
    arrivals_mwh: Array
    official_kg_per_mwh: Array
    wue_l_per_kwh: Array
    carbon_cny_per_kg: float
    annual_pue: Array | None = None

    @property
    def hours(self) -> int:
        """T, without history."""
        return self.pue.shape[1] - HISTORY_H

    def now(self, series: Array) -> Array:
        """The horizon's own hours of one of the series, without history."""
        return series[..., HISTORY_H:]
