"""A MATPOWER case: buses, generators, branches and DC lines that are in service, checked.

Source of format and conventions: R. D. Zimmerman, C. E. Murillo-Sánchez, R. J. Thomas, "MATPOWER", IEEE
Trans. Power Systems 26(1), 2011, doi:10.1109/TPWRS.2010.2051168, and its manual, appendix B.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np

from .errors import InputError
from .matpower_branch import branches_of, dc_lines_of
from .matpower_cost import Cost, cost_of
from .matpower_file import CaseFile
from .matpower_table import Table

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class MatpowerCase:
    """What of a case is in service. Rows are counted from 1 in the file's matrix, buses from 0 here.

    Attributes:
        name: of the file. base_mva: of the per-unit system [MW].
        bus: numbers in the file (R,). load_mw: PD, and GS at 1 per unit of voltage (R,) [MW].
        gen_row (G,). gen_bus: index of the bus (G,). gen_min_mw, gen_max_mw: (G,) [MW]; a load
            that may be dispatched has a negative least output.
        gen_cost: (G,).
        branch_row (N,). branch_from, branch_to: indices of buses (N,).
        branch_r, branch_x: (N,) [per unit]. branch_tap: ratio, 1 for none (N,).
        branch_shift_rad: the angle by which it shifts the phase (N,) [rad].
        branch_rate_mw: RATE_A, inf for 0, which means no limit (N,) [MW].
        branch_angle_min_rad, branch_angle_max_rad: bounds on the angle at its start less that at
            its end, ∓inf for none (N,) [rad].
        dc_row (M,). dc_from, dc_to: indices of buses (M,).
        dc_min_mw, dc_max_mw: bounds on what it carries from start to end, measured where it is
            sent; below 0 it carries from end to start (M,) [MW].
        dc_loss_share: share of what is sent that does not arrive (M,).
        rows: rows of each matrix in the file, in service or not.
    """

    name: str
    base_mva: float
    bus: Array
    load_mw: Array
    gen_row: Array
    gen_bus: Array
    gen_min_mw: Array
    gen_max_mw: Array
    gen_cost: tuple[Cost, ...]
    branch_row: Array
    branch_from: Array
    branch_to: Array
    branch_r: Array
    branch_x: Array
    branch_tap: Array
    branch_shift_rad: Array
    branch_rate_mw: Array
    branch_angle_min_rad: Array
    branch_angle_max_rad: Array
    dc_row: Array
    dc_from: Array
    dc_to: Array
    dc_min_mw: Array
    dc_max_mw: Array
    dc_loss_share: Array
    rows: dict[str, int]


def read_case(path: Path | str) -> MatpowerCase:
    """Read and check a MATPOWER case file, version 2.

    Raises:
        InputError: the file cannot be read as such, or its data make no network; one sentence says
            which element is wrong and why.
    """
    file = CaseFile(Path(path))
    where = str(path)
    if file.base_mva is None:
        raise InputError(f"{where} states no mpc.baseMVA, the base of its per-unit values")
    if not (np.isfinite(file.base_mva) and file.base_mva > 0):
        raise InputError(f"{where}: mpc.baseMVA is {file.base_mva:g}: it must be above 0")
    buses = Table(file, "bus", 5)
    numbers = _bus_numbers(buses)
    kind = buses.column("BUS_TYPE", 2)
    for row in np.flatnonzero(~np.isin(kind, (1, 2, 3, 4))):
        raise buses.fail(row, f"BUS_TYPE is {kind[row]:g}: 1 PQ, 2 PV, 3 reference, 4 isolated")
    if not (kind == 3).any():
        raise InputError(
            f"{where}: mpc.bus has no reference bus: one must have type 3 in column BUS_TYPE"
        )
    kept = kind != 4  # what is isolated is left out, with all that hangs on it
    index_of = {int(n): i for i, n in enumerate(numbers[kept])}
    index_of |= {int(n): -1 for n in numbers[~kept]}
    gens = Table(file, "gen", 10)
    branches = Table(file, "branch", 11, may_be_empty=True)
    lines = Table(file, "dcline", 17, needed=False)
    gen_bus = gens.buses("GEN_BUS", 1, index_of)
    gen_on = (gens.column("GEN_STATUS", 8) > 0) & (gen_bus >= 0)
    if not gen_on.any():
        raise InputError(
            f"{where}: no generator of mpc.gen is in service at a bus that is not isolated"
        )
    parts = {
        **_gens(gens, gen_bus, np.flatnonzero(gen_on)),
        "gen_cost": _costs(file, len(gens.data), np.flatnonzero(gen_on)),
        **branches_of(branches, index_of),
        **dc_lines_of(lines, index_of),
    }
    case = MatpowerCase(
        name=Path(path).name,
        base_mva=file.base_mva,
        bus=numbers[kept].astype(int),
        load_mw=buses.finite("PD", 3, kept)[kept] + buses.finite("GS", 5, kept)[kept],
        rows={
            name: len(file.matrices.get(name, ())) for name in ("bus", "gen", "branch", "dcline")
        },
        **parts,
    )
    _check_joined(where, case, numbers[kind == 3])
    return case


def _bus_numbers(buses: Table) -> Array:
    numbers = buses.column("BUS_I", 1)
    for row in np.flatnonzero((numbers != np.round(numbers)) | ~(numbers > 0)):
        raise buses.fail(row, f"BUS_I is {numbers[row]:g}: bus numbers are whole and above 0")
    first: dict[float, int] = {}
    for row, number in enumerate(numbers.tolist()):
        if number in first:
            raise buses.fail(
                row, f"bus number {number:g} is that of row {first[number] + 1} already"
            )
        first[number] = row
    return numbers


def _gens(gens: Table, bus: Array, on: Array) -> dict[str, Array]:
    low, high = gens.column("PMIN", 10), gens.column("PMAX", 9)
    for row in on:
        if not (np.isfinite(low[row]) and np.isfinite(high[row])):
            raise gens.fail(
                row, f"PMIN {low[row]:g} or PMAX {high[row]:g} is not finite: give a bound"
            )
        if low[row] > high[row]:
            raise gens.fail(row, f"PMIN {low[row]:g} MW is above PMAX {high[row]:g} MW")
    return {"gen_row": on + 1, "gen_bus": bus[on], "gen_min_mw": low[on], "gen_max_mw": high[on]}


def _costs(file: CaseFile, gens: int, on: Array) -> tuple[Cost, ...]:
    """Rows beyond one for each generator are costs of reactive power: no part of the program."""
    table = Table(file, "gencost", 5)
    if len(table.data) not in (gens, 2 * gens):
        raise InputError(
            f"{file.path}: mpc.gencost has {len(table.data)} rows for {gens} generators: give one for "
            "each, and one more for each with the costs of reactive power or none"
        )
    return tuple(
        cost_of(
            table.data[row], lambda why, row=row: table.fail(row, f"the cost cannot be used: {why}")
        )
        for row in on
    )


def _check_joined(where: str, case: MatpowerCase, references: Array) -> None:
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(range(len(case.bus)))
    graph.add_edges_from(zip(case.branch_from.tolist(), case.branch_to.tolist(), strict=True))
    graph.add_edges_from(zip(case.dc_from.tolist(), case.dc_to.tolist(), strict=True))
    reference = int(np.flatnonzero(case.bus == references[0])[0])
    apart = set(range(len(case.bus))) - nx.node_connected_component(graph, reference)
    if apart:
        raise InputError(
            f"{where}: the network is in pieces: no branch in service leads from reference bus "
            f"{case.bus[reference]} to bus {case.bus[min(apart)]}"
            + (f" and {len(apart) - 1} more" if len(apart) > 1 else "")
            + "; join them, or give what is isolated type 4 in mpc.bus"
        )
