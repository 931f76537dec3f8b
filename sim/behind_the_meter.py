"""Sites with solar panels and a battery behind the meter, hour by hour.

At each step a rule says what it would have of every battery, the batteries give what they can, and the rest
is drawn from the grid or fed into it. All sites are one agent: a step costs a score of operations on arrays,
whether there are ten sites or a hundred.
"""

from __future__ import annotations

from collections.abc import Callable

import mesa
import numpy as np

from ..models.errors import InputError
from ..models.metered import Metered, MeteredHours, MeteredSites, MeteredSums

Array = np.ndarray

Rule = Callable[[Array, Array, Array], Array]
"""(net load [MW], carbon signal [kg/MWh], in store [MWh]) of an hour, each (N,), to the battery power wanted
(N,) [MW]: above 0 to charge, below 0 to discharge. More than a battery can do may be asked for."""

BLOCK_H = 168
"""Hours that are kept before they are summed up, when they are not recorded."""


def self_consumption(net_mw: Array, intensity_kg_per_mwh: Array, charged_mwh: Array) -> Array:
    """Surplus of the panels charges, deficit discharges; the grid has no say."""
    return -net_mw


def run_metered(sites: MeteredSites, rule: Rule = self_consumption, record: bool = True) -> Metered:
    """Step through all hours.

    Args:
        sites: what they are, and what comes to them.
        rule: what their batteries are to do.
        record: keep every hour; else only the sums, so that nothing grows with the hours but what comes in.

    Raises:
        InputError: the rule asked for something that is not a number.
    """
    world = MeteredWorld(sites, rule, record)
    for _ in range(sites.hours):
        world.step()
    return Metered(world.record.sums(), world.record.hourly)


class MeteredWorld(mesa.Model):
    """Sites behind their meters; one step is an hour. `run_metered` steps through all of them."""

    def __init__(
        self, sites: MeteredSites, rule: Rule = self_consumption, record: bool = True
    ) -> None:
        super().__init__(rng=0)  # nothing is drawn by chance
        self.sites = sites
        self.hour = 0
        # An hour is a row: (T, N), contiguous.
        self.net_mw = np.ascontiguousarray((sites.load_mw - sites.solar_mw).T)
        self.intensity_kg_per_mwh = np.ascontiguousarray(sites.site_intensity_kg_per_mwh.T)
        self.net_mw.flags.writeable = self.intensity_kg_per_mwh.flags.writeable = False
        self.record = Record(sites, record)
        self.meters = Meters(self, rule)

    def step(self) -> None:
        """One hour.

        Raises:
            InputError: there are no more hours.
        """
        if self.hour == self.sites.hours:
            raise InputError(f"all {self.hour} hours are over: make a new world to begin again")
        self.meters.step()
        self.hour += 1
        if self.hour % self.record.rows == 0 or self.hour == self.sites.hours:
            self.record.close(self.hour, self.intensity_kg_per_mwh)


class Meters(mesa.Agent):
    """All sites: what is in their batteries, and what is done with them.

    Attributes:
        charged_mwh: in store now (N,) [MWh].
    """

    def __init__(self, model: MeteredWorld, rule: Rule) -> None:
        super().__init__(model)
        s = model.sites
        self.rule = rule
        self.full_mwh = s.battery_energy_mwh.astype(float)
        self.least_mwh = s.least_charged_share * self.full_mwh
        self.charged_mwh = s.start_charged_share * self.full_mwh
        self.shown_mwh = self.charged_mwh.view()  # a rule looks and does not touch
        self.shown_mwh.flags.writeable = False
        self.most_charge_mw = s.charge_power_mw.astype(float)
        self.most_discharge_mw = -s.discharge_power_mw.astype(float)
        self.stored_per_mwh = s.charge_efficiency.astype(float)
        self.taken_per_mwh = 1.0 / s.discharge_efficiency
        self.upper_mw, self.lower_mw, self.moved_mwh = np.zeros((3, len(s.names)))

    def step(self) -> None:
        """One hour of all sites; what is written goes straight into the record."""
        world: MeteredWorld = self.model  # type: ignore[assignment]
        record, charged = world.record, self.charged_mwh
        net, row = world.net_mw[world.hour], world.hour % record.rows

        # Phase 1, decide: what the rule would have.
        wanted = self.rule(net, world.intensity_kg_per_mwh[world.hour], self.shown_mwh)

        # Phase 2, feasible range: power, room left, and what is in store above the least.
        upper, lower = self.upper_mw, self.lower_mw
        np.subtract(self.full_mwh, charged, out=upper)
        np.divide(upper, self.stored_per_mwh, out=upper)
        np.minimum(upper, self.most_charge_mw, out=upper)
        np.subtract(self.least_mwh, charged, out=lower)
        np.divide(lower, self.taken_per_mwh, out=lower)
        np.maximum(lower, self.most_discharge_mw, out=lower)

        # Phase 3, execute. Charging stores less than is taken and discharging takes more than is given, so
        # what goes into store is the lesser of the two products, whichever way the power goes.
        power, moved = record.battery_mw[row], self.moved_mwh
        np.maximum(wanted, lower, out=power)
        np.minimum(power, upper, out=power)
        np.multiply(power, self.stored_per_mwh, out=moved)
        np.minimum(moved, power * self.taken_per_mwh, out=moved)
        np.add(charged, moved, out=charged)
        np.minimum(charged, self.full_mwh, out=charged)  # rounding must not carry it over the brim
        np.maximum(charged, self.least_mwh, out=charged)

        # Phase 4, record: the rest is the grid's.
        record.charged_mwh[row] = charged
        np.add(net, power, out=record.grid_mw[row])


class Record:
    """What happens, a block of hours at a time (rows, N); a full block is added to the sums.

    Where every hour is kept, the one block is the whole horizon.
    """

    def __init__(self, sites: MeteredSites, kept: bool) -> None:
        self.names, self.kept, self.hours = sites.names, kept, 0
        self.rows = sites.hours if kept else min(BLOCK_H, sites.hours)
        N = len(sites.names)
        self.battery_mw = np.zeros((self.rows, N))  # charging is positive
        self.grid_mw = np.zeros((self.rows, N))  # drawing is positive
        self.charged_mwh = np.zeros((self.rows, N))
        self.summed = np.zeros((5, N))
        self.end_charged_mwh = sites.start_charged_share * sites.battery_energy_mwh
        self.hourly: MeteredHours | None = None

    def close(self, hour: int, intensity_kg_per_mwh: Array) -> None:
        """The block ends before `hour`: take it apart by sign, and add it up.

        Raises:
            InputError: something in it is not a number.
        """
        block = hour - self.hours
        grid, battery = self.grid_mw[:block], self.battery_mw[:block]
        if not np.isfinite(grid).all():
            t, n = np.argwhere(~np.isfinite(grid))[0]
            raise InputError(
                f"the rule wants a battery power that is not a number at {self.names[n]!r} in hour "
                f"{self.hours + t}: let it return finite MW, one for each site"
            )
        drawn = np.maximum(grid, 0.0)
        parts = (
            drawn,
            drawn - grid,
            np.maximum(battery, 0.0),
            np.maximum(-battery, 0.0),
            drawn * intensity_kg_per_mwh[self.hours : hour],
        )
        self.summed += [part.sum(axis=0) for part in parts]
        self.hours = hour
        self.end_charged_mwh = self.charged_mwh[block - 1].copy()
        if self.kept:
            drawn, fed_in, charge, discharge, carbon = (part.T for part in parts)
            self.hourly = MeteredHours(drawn, fed_in, charge, discharge, self.charged_mwh.T, carbon)

    def sums(self) -> MeteredSums:
        """Of all blocks that are closed."""
        return MeteredSums(self.hours, *self.summed, end_charged_mwh=self.end_charged_mwh)
