"""Sites with solar panels and a battery of their own behind the meter: what they are, and what came of them.

What is beyond what the panels and the battery give is drawn from the grid, and what nothing on the site takes
is fed into it. Powers are means over an hour, so a MW is a MWh in each hour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import InputError

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class MeteredSites:
    """Sites behind their meters over T hours; looked at when made.

    A site without panels has a solar output of 0, one without a battery an energy of 0.

    Attributes:
        names: of the sites (N,).
        load_mw: what the site takes, cooling and all (N, T) [MW].
        solar_mw: what its panels give (N, T) [MW].
        site_region: index of the grid region that a site draws from (N,).
        intensity_kg_per_mwh: carbon signal of each region (R, T) [kg/MWh].
        battery_energy_mwh: what the battery holds when full (N,) [MWh].
        charge_power_mw, discharge_power_mw: limits at the meter's side of the battery (N,) [MW].
        charge_efficiency: stored per energy taken. discharge_efficiency: given per energy out of store (N,) [-].
        least_charged_share: the battery is never drawn below this share of its energy (N,) [-].
        start_charged_share: state of charge when the first hour begins (N,) [-].

    Raises:
        InputError: an axis has a wrong length, or a figure is not one that a site can have.
    """

    names: tuple[str, ...]
    load_mw: Array
    solar_mw: Array
    site_region: Array
    intensity_kg_per_mwh: Array
    battery_energy_mwh: Array
    charge_power_mw: Array
    discharge_power_mw: Array
    charge_efficiency: Array
    discharge_efficiency: Array
    least_charged_share: Array
    start_charged_share: Array

    def __post_init__(self) -> None:
        self._check_axes()
        for what in (
            "load_mw",
            "solar_mw",
            "battery_energy_mwh",
            "charge_power_mw",
            "discharge_power_mw",
        ):
            self._refuse(what, getattr(self, what) < 0, "let it be 0 or more, and finite")
        for what in ("charge_efficiency", "discharge_efficiency"):
            value = getattr(self, what)
            self._refuse(what, (value <= 0) | (value > 1), "let it be above 0 and up to 1")
        least, start = self.least_charged_share, self.start_charged_share
        self._refuse("least_charged_share", (least < 0) | (least > 1), "let it be from 0 to 1")
        self._refuse(
            "start_charged_share",
            (start < least) | (start > 1),
            "let it be from least_charged_share to 1",
        )
        if not np.isfinite(self.intensity_kg_per_mwh).all():
            r, t = np.argwhere(~np.isfinite(self.intensity_kg_per_mwh))[0]
            raise InputError(
                f"region {r} has intensity_kg_per_mwh {self.intensity_kg_per_mwh[r, t]:g} in hour {t}: "
                "fill the gap first"
            )

    @property
    def hours(self) -> int:
        """T [h]."""
        return self.load_mw.shape[1]

    @property
    def site_intensity_kg_per_mwh(self) -> Array:
        """Carbon signal where each site draws (N, T) [kg/MWh]."""
        return self.intensity_kg_per_mwh[self.site_region]

    def _check_axes(self) -> None:
        N, shape = len(self.names), self.load_mw.shape
        if len(shape) != 2 or shape[0] != N or not N or not shape[1]:
            raise InputError(
                f"load_mw has the shape {shape}: let it have a row for each of the {N} names and a column for "
                "each hour, at least one of both"
            )
        if self.solar_mw.shape != shape:
            raise InputError(
                f"solar_mw has the shape {self.solar_mw.shape}: let it be {shape}, as load_mw is"
            )
        signal = self.intensity_kg_per_mwh.shape
        if len(signal) != 2 or signal[1] != shape[1]:
            raise InputError(
                f"intensity_kg_per_mwh has the shape {signal}: let it have a row for each region and "
                f"{shape[1]} columns, as load_mw has"
            )
        for what in self.__dataclass_fields__:
            if what.startswith(("site_", "battery_", "charge_", "discharge_", "least_", "start_")):
                found = np.shape(getattr(self, what))
                if found != (N,):
                    raise InputError(
                        f"{what} has the shape {found}: let it be ({N},), one for each site"
                    )
        whole = np.issubdtype(self.site_region.dtype, np.integer)
        if not whole or self.site_region.min() < 0 or self.site_region.max() >= signal[0]:
            raise InputError(
                f"site_region is {self.site_region.tolist()}: let it hold indices from 0 to {signal[0] - 1}, the "
                "rows of intensity_kg_per_mwh"
            )

    def _refuse(self, what: str, wrong: Array, remedy: str) -> None:
        value = getattr(self, what)
        wrong = wrong | ~np.isfinite(value)
        if wrong.any():
            site, *hour = np.argwhere(wrong)[0].tolist()
            when = f" in hour {hour[0]}" if hour else ""
            raise InputError(
                f"site {self.names[site]!r} has {what} {value[(site, *hour)]:g}{when}: {remedy}"
            )


@dataclass(frozen=True, eq=False)
class MeteredHours:
    """What happened in each hour.

    Attributes:
        drawn_mw, fed_in_mw: from and into the grid, never both in one hour (N, T) [MW].
        charge_mw, discharge_mw: at the meter's side of the battery, never both (N, T) [MW].
        charged_mwh: in store when the hour ends (N, T) [MWh].
        carbon_kg: of what is drawn; what is fed in is given no credit (N, T) [kg].
    """

    drawn_mw: Array
    fed_in_mw: Array
    charge_mw: Array
    discharge_mw: Array
    charged_mwh: Array
    carbon_kg: Array


@dataclass(frozen=True, eq=False)
class MeteredSums:
    """The same summed over the hours: energy (N,) [MWh], carbon (N,) [kg].

    Attributes:
        hours: summed. end_charged_mwh: in store after the last of them (N,) [MWh].
    """

    hours: int
    drawn_mwh: Array
    fed_in_mwh: Array
    charge_mwh: Array
    discharge_mwh: Array
    carbon_kg: Array
    end_charged_mwh: Array


@dataclass(frozen=True, eq=False)
class Metered:
    """Sums over the hours, and the hours themselves where they were recorded."""

    sums: MeteredSums
    hourly: MeteredHours | None
