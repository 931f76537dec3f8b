"""An outlook's grid as a PyPSA network, and what PyPSA carries out of it window after window."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from westshift.models.outlook import Outlook

from .apart import peak_mib
from .peer import peer, quiet
from .weeks import FIRST, Carried, Rolled, Weeks, cost_cny, problem

Array = np.ndarray


def network(o: Outlook) -> Any:
    """The grid of an outlook without circuits and without a day's water, storage with a given start.

    Raises:
        InputError: PyPSA is not installed.
    """
    with quiet():
        return _network(o, peer("pypsa"))


def _network(o: Outlook, pypsa: Any) -> Any:
    grid, n = o.system.grid, pypsa.Network()
    n.set_snapshots(range(o.hours))
    bus = np.array(grid.regions)
    unit, line, store = (
        [f"{what} {i}" for i in range(len(of))]
        for what, of in (
            ("unit", grid.unit_region),
            ("line", grid.line_from),
            ("store", grid.storage_region),
        )
    )

    def hourly(names: list[str], values: Array) -> Any:
        return pd.DataFrame(values.T, index=n.snapshots, columns=names)

    n.add("Carrier", ["AC", *sorted(set(grid.unit_technology))])
    n.add("Bus", bus, carrier="AC")
    n.add("Load", bus, bus=bus, p_set=hourly(list(bus), o.demand_mw))
    nominal = np.maximum(grid.unit_capacity_mw, 1e-9)
    n.add(
        "Generator",
        unit,
        bus=bus[grid.unit_region],
        carrier=list(grid.unit_technology),
        p_nom=nominal,
        p_max_pu=hourly(unit, o.unit_max_mw / nominal[:, None]),
        p_min_pu=hourly(unit, o.unit_min_mw / nominal[:, None]),
        marginal_cost=grid.unit_cost_cny_per_mwh
        + o.carbon_cny_per_kg * grid.unit_emission_kg_per_mwh,
    )
    must_run = np.bincount(grid.unit_region, o.unit_min_mw.max(axis=1), len(bus))
    lost = grid.lost_load_cny_per_mwh
    shed, dump = ([f"{what} {b}" for b in bus] for what in ("shed", "dump"))
    n.add("Generator", shed, bus=bus, p_nom=o.demand_mw.max(axis=1), marginal_cost=lost)
    n.add("Generator", dump, bus=bus, p_nom=must_run, p_min_pu=-1, p_max_pu=0, marginal_cost=-lost)
    n.add(
        "Link",
        line,
        bus0=bus[grid.line_from],
        bus1=bus[grid.line_to],
        p_nom=grid.line_capacity_mw,
        efficiency=1.0 - grid.line_loss_share,
        marginal_cost=grid.line_cost_cny_per_mwh,
    )
    n.add(
        "StorageUnit",
        store,
        bus=bus[grid.storage_region],
        p_nom=grid.storage_power_mw,
        max_hours=grid.storage_energy_mwh / grid.storage_power_mw,
        efficiency_store=grid.storage_charge_efficiency,
        efficiency_dispatch=grid.storage_discharge_efficiency,
        standing_loss=grid.storage_standing_loss_per_h,
        marginal_cost=grid.storage_cost_cny_per_mwh,
        state_of_charge_initial=o.storage_start_mwh,
    )
    return n


def carry_out(n: Any, window_h: int, overlap_h: int, direct: bool) -> Carried:
    """Let PyPSA roll over all of a network's hours, HiGHS on one thread and otherwise as it comes.

    Of each window the hours before the next one's begin are carried out, which is what PyPSA leaves standing.
    It only warns of a window that fails: the cost has to be compared.
    """
    with quiet():
        n.optimize.optimize_with_rolling_horizon(
            horizon=window_h,
            overlap=overlap_h,
            solver_name="highs",
            io_api="direct" if direct else None,
            progress=False,
            include_objective_constant=False,
            log_to_console=False,
            solver_options={"output_flag": False, "threads": 1},
        )
    power, store = n.generators_t.p, n.storage_units_t

    def of(table: Any, what: str) -> Array:  # (names, T); what is 0 throughout PyPSA may leave out
        names = [x for x in n.generators.index if x.startswith(f"{what} ")]
        return table.reindex(columns=names, fill_value=0.0).to_numpy().T

    return Carried(
        output=of(power, "unit"),
        flow=n.links_t.p0.reindex(columns=n.links.index, fill_value=0.0).to_numpy().T,
        discharge=store.p_dispatch.reindex(columns=n.storage_units.index, fill_value=0.0)
        .to_numpy()
        .T,
        charged=store.state_of_charge.reindex(columns=n.storage_units.index).to_numpy().T,
        shed=of(power, "shed"),
        dump=-of(power, "dump"),
    )


def rolled_by_file(w: Weeks) -> Rolled:
    """Weeks by PyPSA, each window handed over by a file, its default."""
    return _rolled(w, direct=False)


def rolled_directly(w: Weeks) -> Rolled:
    """Weeks by PyPSA, each window handed over directly."""
    return _rolled(w, direct=True)


def _rolled(w: Weeks, direct: bool) -> Rolled:
    for one in (FIRST, w):
        o = problem(one)
        n = network(o)
        start = time.process_time()
        carried = carry_out(n, one.window_h, one.window_h - one.step_h, direct)
        seconds = time.process_time() - start
    return Rolled(cost_cny(o, carried), seconds, float("nan"), peak_mib())
