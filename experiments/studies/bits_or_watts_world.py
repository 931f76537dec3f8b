"""Every option of every route, dispatched over one horizon.

The whole horizon is cleared at once for each, as settlements are, each from the basis of `stay`, so that
their order does not matter. What an option changes is the work's place, the load of a second hall's idle
servers, what the new plant can feed in, and whether the new line may carry anything; the difference to
`stay` is due to that alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from westshift.models.actual import HISTORY_H, Actual
from westshift.models.ledger import Carried, Settlement, book
from westshift.models.outlook import Outlook
from westshift.models.signals import only_average
from westshift.optim.grid import add_grid
from westshift.optim.program import Program
from westshift.optim.solver import Compiled
from westshift.optim.source import add_source, set_source
from westshift.optim.storage import add_storage, set_storage
from westshift.sim.run import Case, Programs, carry
from westshift.sim.settle import settle

from .bits_or_watts_builds import Build
from .bits_or_watts_routes import moved

Array = np.ndarray


@dataclass(frozen=True)
class Option:
    """One answer to where the work runs and where its power comes from.

    Attributes:
        name: of it. plant: whether wind and sun are built in the west.
        bits: whether the work goes west. twice: into a second hall, whose servers idle beside the first.
        line: whether a line is built.
    """

    name: str
    plant: bool
    bits: bool = False
    twice: bool = False
    line: bool = False


STAY = Option("stay", plant=False)
OPTIONS = tuple(
    option
    for plant in (False, True)
    for option in (
        Option("watts, existing lines", plant),
        Option("bits", plant, bits=True),
        Option("bits, built twice", plant, bits=True, twice=True),
        Option("watts, new line", plant, line=True),
    )
    if option.plant or option.bits or option.line  # the first without a plant is to stay
)


@dataclass(frozen=True)
class Sums:
    """What an option did over the hours, in sums.

    Attributes:
        system_kg, system_cny: of the whole grid. location_kg: of all computing, at the hourly averages of the
            grid of `stay`. compute_mwh: what all computing draws, idle_mwh of it a second hall's idle servers.
        loss_mwh: on all lines. curtailed_mwh, renewable_mwh: held back and taken, of all wind, sun and
            water. shed_mwh: demand not met or dumped. sent_mwh: over the new line.
        transfer_cny, latency_cny: of data moved and of added round-trip time.
        efficiency_kg: of energy that computing does not draw, at the margin of the grid of `stay` where the work
            comes from.
    """

    system_kg: float
    system_cny: float
    location_kg: float
    compute_mwh: float
    idle_mwh: float
    loss_mwh: float
    curtailed_mwh: float
    renewable_mwh: float
    shed_mwh: float
    sent_mwh: float
    transfer_cny: float
    latency_cny: float
    efficiency_kg: float = 0.0

    def plus(self, other: Sums, weight: float) -> Sums:
        """These and `weight` times the others."""
        return Sums(
            *(getattr(self, f.name) + weight * getattr(other, f.name) for f in fields(self))
        )


NOTHING = Sums(*(0.0,) * len(fields(Sums)))


class Switched(Program):
    """The dispatch, with lines that can be shut between one solve and the next.

    Attributes:
        shut: places of lines that carry nothing.
    """

    def __init__(self) -> None:
        super().__init__(
            "dispatch",
            (add_source, add_grid, lambda m, s: add_storage(m, s, True)),
            (set_source, lambda theta, outlook: set_storage(theta, outlook, True)),
            ("balance", "state_of_charge"),
            True,
            1e-4,
        )
        self.shut: list[int] = []

    def at(self, outlook: Outlook, once: bool = False) -> Compiled:
        """The program for these hours as arrays; a line that is shut is bound to nothing."""
        compiled = super().at(outlook, once)
        upper = compiled.upper.copy()
        upper[compiled.places["flow"][0][self.shut]] = 0.0
        return replace(compiled, upper=upper)


@functools.cache
def _program() -> Switched:
    """One for each process: horizons of one system share what was compiled."""
    return Switched()


def options_of(
    case: Case,
    tick: Callable[[str], None],
    programs: Programs,
    turn: Any,
    builds: tuple[Build, ...],
    work_mw: float,
) -> dict[tuple[int, Option], Sums]:
    """The options of each route by its place among `builds`, and `stay` as (-1, STAY), over one horizon.

    Raises:
        InputError: less work than is to move runs at its origin.
    """
    actual, program = case.actual, _program()
    program.basis = None  # a horizon's result does not depend on the one before it
    lines = [b.line for b in builds]
    blank = np.zeros((len(actual.system.grid.regions), HISTORY_H + actual.hours))
    home = carry(case, "here-and-now", only_average(blank), programs)
    works = [moved(actual.system.compute, b.route, work_mw, home.work_mw) for b in builds]
    saved_mw = [_load_mw(actual, home.work_mw) - _load_mw(actual, work) for work in works]

    program.shut = lines
    bare = _without_plants(actual, builds)
    stayed = settle(bare, home.work_mw, program)
    basis = program.basis
    out = {(-1, STAY): _sums(bare, home, stayed, stayed, None, np.zeros(actual.hours))}
    tick("stay")
    for i, b in enumerate(builds):
        for option in OPTIONS:
            happens, idle = _changed(actual, bare, b, option)
            carried = replace(home, work_mw=works[i] if option.bits else home.work_mw)
            program.basis = basis
            program.shut = [line for line in lines if not (option.line and line == b.line)]
            settled = settle(happens, carried.work_mw, program)
            sums = _sums(happens, carried, settled, stayed, b, idle)
            if option.bits:
                at_home = stayed.marginal_kg_per_mwh[b.route.east]
                sums = replace(sums, efficiency_kg=float((saved_mw[i] - idle) @ at_home))
            out[i, option] = sums
        tick(b.route.name)
    return out


def _changed(actual: Actual, bare: Actual, b: Build, option: Option) -> tuple[Actual, Array]:
    """What happens under an option, and the load of a second hall's idle servers (T,) [MW].

    Args:
        actual: with each new unit's output per MW. bare: with none of them.
    """
    happens = bare
    idle = np.zeros(actual.pue.shape[1])
    if option.plant:
        most = happens.unit_max_mw.copy()
        for unit, mw in ((b.wind, b.wind_mw), (b.solar, b.solar_mw)):
            if unit >= 0:
                most[unit] = mw * actual.unit_max_mw[unit]
        happens = replace(happens, unit_max_mw=most)
    if option.twice:
        idle = b.hall_idle_mw * actual.pue[b.route.s]
        demand = happens.demand_mw.copy()
        demand[b.route.west] += idle
        happens = replace(happens, demand_mw=demand)
    return happens, actual.now(idle)


def _load_mw(actual: Actual, work_mw: Array) -> Array:
    """What all computing draws (T,) [MW]."""
    c = actual.system.compute
    return c.load_mw(work_mw, actual.now(actual.pue), len(actual.system.grid.regions)).sum(axis=0)


def _without_plants(actual: Actual, builds: tuple[Build, ...]) -> Actual:
    most = actual.unit_max_mw.copy()
    most[[unit for b in builds for unit in (b.wind, b.solar) if unit >= 0]] = 0.0
    return replace(actual, unit_max_mw=most)


def _sums(
    happens: Actual,
    carried: Carried,
    settled: Settlement,
    stayed: Settlement,
    b: Build | None,
    idle_mw: Array,
) -> Sums:
    """Book an option by the ledger, location-based carbon on the grid of `stay`."""
    ledger = book(
        happens, carried, settled, stayed.intensity_kg_per_mwh, stayed.marginal_kg_per_mwh
    )
    idle_kg = 0.0 if b is None else float(idle_mw @ stayed.intensity_kg_per_mwh[b.route.west])
    sent = settled.flow_mw.sum(axis=1)
    return Sums(
        system_kg=ledger.system_kg,
        system_cny=ledger.system_cny,
        location_kg=float(ledger.site_location_kg.sum()) + idle_kg,
        compute_mwh=float(ledger.site_load_mwh.sum() + idle_mw.sum()),
        idle_mwh=float(idle_mw.sum()),
        loss_mwh=float(happens.system.grid.line_loss_share @ sent),
        curtailed_mwh=float(ledger.curtailed_mwh.sum()),
        renewable_mwh=float(ledger.renewable_mwh.sum()),
        shed_mwh=ledger.shed_mwh + ledger.dump_mwh,
        sent_mwh=0.0 if b is None else float(sent[b.line]),
        transfer_cny=ledger.transfer_cny,
        latency_cny=ledger.latency_cny,
    )
