r"""Linearised power flow the other way round: with an angle at each bus, and without the program.

.. math::
    f_n = (\theta_{start(n)} - \theta_{end(n)} - \varphi_n) / x_n
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from westshift.models.outlook import Outlook


def ends_of_circuits(o: Outlook) -> np.ndarray:
    """Start and end of each circuit, by the first of its lines (N, 2)."""
    grid = o.system.grid
    first = [int(np.flatnonzero(grid.line_circuit == n)[0]) for n in range(len(reactance(o)))]
    return np.array([(grid.line_from[i], grid.line_to[i]) for i in first], int).reshape(-1, 2)


def reactance(o: Outlook) -> np.ndarray:
    """Of each circuit (N,) [rad/MW]."""
    return o.system.grid.circuit_rad_per_mw


def incidence(o: Outlook) -> np.ndarray:
    """+1 where a circuit starts, -1 where it ends (N, R)."""
    ends = ends_of_circuits(o)
    out = np.zeros((len(ends), len(o.system.grid.regions)))
    out[range(len(ends)), ends[:, 0]] += 1.0
    out[range(len(ends)), ends[:, 1]] -= 1.0
    return out


def flows_by_angle(o: Outlook, values: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Net flow of each circuit as found, and by the angles that its injections need, each (N, T) [MW].

    What the circuits carry away from each bus is generation less demand and links; no flow on a circuit
    enters it. Lossless lines only.
    """
    grid = o.system.grid
    R, N = len(grid.regions), len(grid.circuit_rad_per_mw)
    injected = values["shed"] - values["dump"] - o.demand_mw
    np.add.at(injected, grid.unit_region, values["output"])
    np.add.at(injected, grid.storage_region, values["discharge"] - values["charge"])
    link = grid.line_circuit < 0
    np.add.at(injected, grid.line_from[link], -values["flow"][link])
    np.add.at(injected, grid.line_to[link], values["flow"][link])
    C, b = incidence(o), 1.0 / grid.circuit_rad_per_mw
    shift = grid.circuit_shift_rad[:, None]
    B = C.T @ (b[:, None] * C)
    theta = np.zeros((R, injected.shape[1]))  # bus 0 is the reference
    theta[1:] = np.linalg.solve(B[1:, 1:], (injected + C.T @ (b[:, None] * shift))[1:])
    by_angle = b[:, None] * (C @ theta - shift)
    net = np.zeros((N, injected.shape[1]))
    starts = ends_of_circuits(o)[:, 0]
    for line in np.flatnonzero(~link):
        n = grid.line_circuit[line]
        net[n] += (1.0 if grid.line_from[line] == starts[n] else -1.0) * values["flow"][line]
    return net, by_angle


def angle_optimum(o: Outlook) -> float:
    """Least cost of a dispatch without storage, days' energy or losses, hour by hour [CNY].

    Columns: output, shed, dump, links, angles. Circuits are limits on differences of angles.
    """
    grid = o.system.grid
    R, N, K = len(grid.regions), len(grid.circuit_rad_per_mw), len(grid.unit_region)
    C, b = incidence(o), 1.0 / grid.circuit_rad_per_mw
    ends = ends_of_circuits(o)
    links = np.flatnonzero(grid.line_circuit < 0)
    at_unit = sp.coo_array((np.ones(K), (grid.unit_region, range(K))), (R, K))
    at_link = np.zeros((R, len(links)))
    np.add.at(at_link, (grid.line_from[links], range(len(links))), -1.0)
    np.add.at(at_link, (grid.line_to[links], range(len(links))), 1.0)
    flow = b[:, None] * C
    balance = np.hstack([at_unit.toarray(), np.eye(R), -np.eye(R), at_link, -C.T @ flow])
    limits = np.zeros((2 * N, balance.shape[1]))
    limits[:, -R:] = np.vstack([flow, -flow])
    there, back = np.zeros(N), np.zeros(N)
    for line in np.flatnonzero(grid.line_circuit >= 0):
        n = grid.line_circuit[line]
        side = there if grid.line_from[line] == ends[n, 0] else back
        side[n] += grid.line_capacity_mw[line]
    offset = b * grid.circuit_shift_rad
    carbon = o.carbon_cny_per_kg * grid.unit_emission_kg_per_mwh
    lost = np.full(2 * R, grid.lost_load_cny_per_mwh)
    cost = np.concatenate(
        [
            grid.unit_cost_cny_per_mwh + carbon,
            lost,
            grid.line_cost_cny_per_mwh[links],
            np.zeros(R),
        ]
    )
    total = 0.0
    for t in range(o.hours):
        bounds = [*zip(o.unit_min_mw[:, t], o.unit_max_mw[:, t], strict=True)]
        bounds += [(0.0, d) for d in np.maximum(o.demand_mw[:, t], 0.0)]
        bounds += [(0.0, d) for d in np.bincount(grid.unit_region, o.unit_min_mw[:, t], R)]
        bounds += [(0.0, c) for c in grid.line_capacity_mw[links]]
        bounds += [(0.0, 0.0)] + [(None, None)] * (R - 1)
        found = linprog(
            cost,
            A_ub=limits,
            b_ub=np.concatenate([there + offset, back - offset]),
            A_eq=balance,
            b_eq=o.demand_mw[:, t] - C.T @ offset,
            bounds=bounds,
            method="highs",
        )
        if found.status != 0:
            raise ArithmeticError(f"the form with angles has no optimum: {found.message}")
        total += float(found.fun)
    return total
