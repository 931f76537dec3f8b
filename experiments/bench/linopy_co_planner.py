"""The co-planner written in linopy, all of it array by array, to measure ours against.

Equations and names are those of `optim`: `source`, `grid` without circuits, `storage` cyclic, `load`, `program`.

F. Hofmann, "Linopy: Linear optimization with n-dimensional labeled variables", Journal of Open Source Software
8(84), 2023, doi:10.21105/joss.04823.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from westshift.models.outlook import Outlook

from .peer import peer, quiet

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Written:
    """A linopy model, and the constant that its objective leaves out [CNY]."""

    model: Any
    constant_cny: float


def written(before: None, o: Outlook) -> Written:
    """The co-planner of an outlook.

    Raises:
        InputError: linopy is not installed.
    """
    linopy = peer("linopy")
    with quiet():
        m = linopy.Model()
        return Written(m, _add(m, o))


def hand_over(w: Written) -> Any:
    """The HiGHS object that holds it, by linopy's direct way, without names."""
    with quiet():
        return w.model.to_highspy(set_names=False)


def constant_cny(w: Written) -> float:
    """What HiGHS's objective leaves out."""
    return w.constant_cny


def _add(m: Any, o: Outlook) -> float:
    """Declare all of it on a model; the constant of the objective [CNY]."""
    pd, xr = importlib.import_module("pandas"), importlib.import_module("xarray")
    grid, c = o.system.grid, o.system.compute
    T, J = o.hours, len(c.classes)
    region = pd.RangeIndex(len(grid.regions), name="region")

    def over(axis: str, values: Array) -> Any:  # (axis, T) or (axis,)
        dims = (axis, "T")[: np.ndim(values)]
        return xr.DataArray(
            values,
            dims=dims,
            coords={d: np.arange(n) for d, n in zip(dims, np.shape(values), strict=True)},
        )

    def variable(name: str, axis: str, lower: Any, upper: Array) -> Any:
        full = np.broadcast_to(upper if np.ndim(upper) == 2 else upper[:, None], (len(upper), T))
        return m.add_variables(lower=lower, upper=over(axis, full), name=name)

    def by(x: Any, group: Array, name: str = "region") -> Any:
        axis = x.coord_dims[0] if hasattr(x, "coord_dims") else x.dims[0]
        labels = pd.Series(group, index=x.indexes[axis], name=name)
        return x.groupby(labels).sum()

    most_must_run = np.zeros_like(o.demand_mw)
    np.add.at(most_must_run, grid.unit_region, o.unit_min_mw)
    full = c.site_idle_mw + c.site_capacity_mw / c.site_efficiency
    network = c.stream_transfer_mwh_per_mwh
    most_mw = full * o.pue.max(axis=1) + network.max(initial=0.0) * c.site_capacity_mw
    most_mw = np.bincount(c.site_region, most_mw, len(grid.regions))
    shed_max = np.maximum(o.demand_mw, 0.0) + most_mw[:, None]
    available, due = o.available_mwh.reshape(-1, T), o.due_mwh.reshape(-1, T)
    coming_due = np.maximum(np.diff(due, axis=1, prepend=0.0), 0.0)

    output = variable("output", "unit", over("unit", o.unit_min_mw), o.unit_max_mw)
    shed = variable("shed", "region", 0, shed_max)
    dump = variable("dump", "region", 0, most_must_run)
    flow = variable("flow", "line", 0, grid.line_capacity_mw)
    charge = variable("charge", "store", 0, grid.storage_power_mw)
    discharge = variable("discharge", "store", 0, grid.storage_power_mw)
    charged = variable("charged", "store", 0, grid.storage_energy_mwh)
    work = variable("work", "stream", 0, c.site_capacity_mw[c.stream_site])
    done = variable("done", "oj", over("oj", due), available)
    unserved = variable("unserved", "oj", 0, coming_due)
    site = variable("site", "site", 0, c.site_capacity_mw)

    limited = np.flatnonzero(grid.unit_day_limited)
    if len(limited):
        day = pd.Series(o.day_of_hour, index=pd.RangeIndex(T, name="T"), name="day")
        water = xr.DataArray(
            o.unit_day_mwh[limited],
            dims=("unit", "day"),
            coords={"unit": limited, "day": np.arange(o.unit_day_mwh.shape[1])},
        )
        m.add_constraints(
            (1 * output.sel(unit=limited)).groupby(day).sum() <= water, name="day_energy"
        )
    kept = 1.0 - over("store", grid.storage_standing_loss_per_h)
    m.add_constraints(
        charged
        - kept * charged.roll(T=1)
        - over("store", grid.storage_charge_efficiency) * charge
        + over("store", 1.0 / grid.storage_discharge_efficiency) * discharge
        == 0,
        name="state_of_charge",
    )
    begun = np.zeros_like(available)
    begun[:, 0] = available[:, -1]
    pair = c.stream_origin * J + c.stream_class
    m.add_constraints(
        done - done.roll(T=1) - by(1 * work, pair, "oj") - unserved == over("oj", -begun),
        name="served",
    )
    m.add_constraints(1 * site - by(1 * work, c.stream_site, "site") == 0, name="site_work")

    pue, far = over("site", o.pue), np.flatnonzero(network)
    moved = over("stream", network).isel(stream=far) * work.isel(stream=far)
    terms = [
        by(1 * output, grid.unit_region),
        1 * shed,
        -1 * dump,
        by(over("line", 1.0 - grid.line_loss_share) * flow, grid.line_to),
        by(-1 * flow, grid.line_from),
        by(1 * discharge, grid.storage_region),
        by(-1 * charge, grid.storage_region),
        by(-pue * over("site", 1.0 / c.site_efficiency) * site, c.site_region),
        by(-1 * moved, c.site_region[c.stream_site[far]]),
    ]
    idle = np.zeros_like(o.demand_mw)
    np.add.at(idle, c.site_region, o.pue * c.site_idle_mw[:, None])
    linopy = importlib.import_module("linopy")
    net = linopy.merge([t.reindex(region=region) for t in terms])
    m.add_constraints(net == over("region", o.demand_mw + idle), name="balance")

    unit_cost = grid.unit_cost_cny_per_mwh + o.carbon_cny_per_kg * grid.unit_emission_kg_per_mwh
    delay = np.tile(c.class_delay_cny_per_mwh_h, len(c.origins))
    costs = [
        (output, "unit", unit_cost),
        (shed, "region", np.full(len(region), grid.lost_load_cny_per_mwh)),
        (dump, "region", np.full(len(region), grid.lost_load_cny_per_mwh)),
        (flow, "line", grid.line_cost_cny_per_mwh),
        (discharge, "store", grid.storage_cost_cny_per_mwh),
        (work, "stream", c.stream_transfer_cny_per_mwh + c.stream_latency_cny_per_mwh),
        (done, "oj", -delay),
        (unserved, "oj", np.tile(c.class_unserved_cny_per_mwh, len(c.origins))),
    ]
    m.add_objective(sum((over(axis, each) * x).sum() for x, axis, each in costs))
    return float(delay @ available.sum(axis=1))
