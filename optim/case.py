"""The optimal flow of power in a MATPOWER case, by the program that dispatches a scenario's grid."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..models.errors import InfeasibleError, SolveError
from ..models.matpower import MatpowerCase
from ..models.matpower_grid import SLOTS, CaseGrid, case_grid
from .program import dispatch
from .quadratic import Optimum, Parabolas, minimise
from .solver import Compiled, begin, optimum

Array = np.ndarray

AT_LIMIT = 1e-7
"""A flow this close to its bound, relative, is at it."""


@dataclass(frozen=True, eq=False)
class CaseProgram:
    """A case as arrays: its linear program, the parabolas in its cost, and what limits it in words."""

    case: MatpowerCase
    grid: CaseGrid
    compiled: Compiled
    parabolas: Parabolas
    budgets: list[str]


@dataclass(frozen=True, eq=False)
class CaseSolution:
    """The optimum of a case.

    Attributes:
        program: what was solved; `case` and `grid` are its own.
        cost: of generation in an hour, in the case's money.
        cost_error: by how much at most that is above the least possible, rounding of the case's own
            piecewise-linear costs included.
        output_mw: of each generator (G,) [MW].
        price: cost of one MW more of load at each bus (R,) [1/MWh].
        flow_mw: of each branch at its start (N,) [MW].
        at_limit: whether that is at a bound (N,).
        dc_mw: of each DC line, where it is sent; below 0 from end to start (M,) [MW].
    """

    program: CaseProgram
    cost: float
    cost_error: float
    output_mw: Array
    price: Array
    flow_mw: Array
    at_limit: Array
    dc_mw: Array

    @property
    def case(self) -> MatpowerCase:
        """The case that was solved."""
        return self.program.case

    @property
    def grid(self) -> CaseGrid:
        """The case as a grid."""
        return self.program.grid


def solve_case(case: MatpowerCase, susceptance: str = "series") -> CaseSolution:
    """The least cost at which all load is served.

    Args:
        case: the case.
        susceptance: "series" or "tap", see `models.matpower_grid.SUSCEPTANCES`.

    Raises:
        InputError: no such convention, or angle limits that exclude each other.
        SolveError: not all load can be served, or HiGHS fails.
    """
    p = case_program(case, susceptance)
    try:
        found = minimise(p.compiled, p.parabolas, p.budgets)
    except InfeasibleError as error:
        raise _shortfall(case, p.compiled) or error from None
    return _solution(p, found)


def case_program(case: MatpowerCase, susceptance: str) -> CaseProgram:
    """The case as arrays, all load served."""
    grid = case_grid(case, susceptance)
    program = dispatch(tie_break=0.0)
    compiled = _all_served(program.at(grid.outlook, once=True), grid)
    return CaseProgram(case, grid, compiled, _parabolas(case, grid, compiled), program.budgets)


def output_of(p: CaseProgram, found: Optimum) -> Array:
    """Output of each generator at an optimum (G,) [MW]."""
    bent = np.array([bool(cost.quadratic) for cost in p.case.gen_cost])
    units = found.x[p.compiled.places["output"][0][:, 0]]
    output = np.bincount(p.grid.unit_gen, units, len(p.case.gen_row))
    output[bent] = found.p
    return output


def _all_served(compiled: Compiled, grid: CaseGrid) -> Compiled:
    """No load is shed and no power thrown away; lines carry at least what they must."""
    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    upper[compiled.places["shed"][0]] = 0.0
    upper[compiled.places["dump"][0]] = 0.0
    line = compiled.places["flow"][0][:, 0]
    lower[line] = grid.floor_mw
    # Without loss the line back is the line there, backwards: one column does for both.
    both = grid.outlook.system.grid.line_loss_share[grid.there] == 0
    there, back = line[grid.there[both]], line[grid.back[both]]
    lower[there] = np.where(lower[there] > 0, lower[there], -upper[back])
    upper[there] = np.where(lower[back] > 0, -lower[back], upper[there])
    lower[back] = upper[back] = 0.0
    return replace(compiled, lower=lower, upper=upper)


def _parabolas(case: MatpowerCase, grid: CaseGrid, compiled: Compiled) -> Parabolas:
    at = compiled.places["output"][0][:, 0]
    bent = np.array([g for g, cost in enumerate(case.gen_cost) if cost.quadratic], int)
    slots = [at[grid.unit_gen == g] for g in bent]
    return Parabolas(
        slots=np.array(slots, int).reshape(len(bent), SLOTS),
        low=case.gen_min_mw[bent],
        high=case.gen_max_mw[bent],
        linear=np.array([case.gen_cost[g].linear for g in bent], float),
        quadratic=np.array([case.gen_cost[g].quadratic for g in bent], float),
    )


def _solution(p: CaseProgram, found: Optimum) -> CaseSolution:
    case, grid, compiled = p.case, p.grid, p.compiled
    output = output_of(p, found)
    line = found.x[compiled.places["flow"][0][:, 0]]
    there, back = line[grid.there], line[grid.back]
    N = len(case.branch_row)
    for i in np.flatnonzero((np.minimum(there, back)[N:] > 1e-6) & (case.dc_loss_share > 0)):
        raise SolveError(
            f"{case.name}: mpc.dcline row {case.dc_row[i]} would carry power both ways at once, to lose "
            "it: let it carry one way, with PMIN or PMAX 0, or give no loss"
        )
    flow = there[:N] - back[:N]
    low, high = grid.flow_min_mw, grid.flow_max_mw
    near = AT_LIMIT * np.maximum(1.0, np.maximum(np.abs(low), np.abs(high)))
    reached = (flow <= low + near) | (flow >= high - near)
    for n in np.flatnonzero(reached & grid.unlimited):
        raise SolveError(
            f"{case.name}: mpc.branch row {case.branch_row[n]} has no limit and would carry more than "
            f"{high[n]:g} MW: give it a RATE_A"
        )
    cost = sum(c.of(float(p)) for c, p in zip(case.gen_cost, output, strict=True))
    return CaseSolution(
        program=p,
        cost=float(cost),
        cost_error=found.gap + sum(c.rounded for c in case.gen_cost),
        output_mw=output,
        price=found.y[compiled.rows["balance"][:, 0]],
        flow_mw=flow,
        at_limit=reached,
        dc_mw=there[N:] - back[N:],
    )


def _shortfall(case: MatpowerCase, compiled: Compiled) -> SolveError | None:
    """What cannot be served, or not be taken, where that is least in all; None where nothing is."""
    cost, upper = np.zeros_like(compiled.cost), compiled.upper.copy()
    shed, dump = (compiled.places[name][0][:, 0] for name in ("shed", "dump"))
    cost[shed], cost[dump] = 1.0, 1.0
    upper[shed] = upper[dump] = (
        np.abs(case.load_mw).sum() + np.abs(case.gen_max_mw).sum() + np.abs(case.gen_min_mw).sum()
    )
    elastic = replace(compiled, cost=cost, upper=upper)
    try:
        x = optimum(begin(elastic, 0.0), elastic)
    except InfeasibleError:
        return SolveError(
            f"{case.name} cannot be solved: no flow satisfies its limits on flows and angles, whatever is "
            "generated or drawn; loosen RATE_A, ANGMIN, ANGMAX, or what DC lines must carry"
        )
    short, over = x[shed], x[dump]
    if short.sum() + over.sum() < 1e-6:
        return None
    what, amount = ("short", short) if short.sum() >= over.sum() else ("over", over)
    worst = int(np.argmax(amount))
    said = (
        "of load cannot be served within the limits of generators and lines"
        if what == "short"
        else "that must be generated cannot be taken"
    )
    return SolveError(
        f"{case.name} has no solution: at least {amount.sum():.6g} MW {said}, "
        f"{amount[worst]:.6g} MW of it at bus {case.bus[worst]}"
    )
