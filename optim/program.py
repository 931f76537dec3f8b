r"""The program: blocks summed into one balance and one objective.

.. math::
    \sum_b \text{injection}^b_{rt} - \sum_b \text{withdrawal}^b_{rt} = D_{rt}        \qquad (\text{balance})

    \min \sum_b \text{cost}^b + \tau \sum_b \text{emission}^b                        \qquad (\text{total})

Which question is asked is a choice of blocks:

==============  =======================================  ==============================================
program         blocks                                   answers
==============  =======================================  ==============================================
`price_taker`   market, load                             where and when to run, at given tariff and signal
`co_planner`    source, grid, storage, load              the same, with generation, lines and storage decided together
`dispatch`      source, grid, storage                    what the grid does with a given load
==============  =======================================  ==============================================

The oracle is the co-planner with a perfect outlook of the whole horizon.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from ..models.outlook import Outlook
from ..models.system import System
from .grid import add_grid
from .load import add_load, set_load
from .market import add_market, set_market
from .parametric import Parametric, Theta, fill, parametrise
from .solver import Solution, compile_model, solve
from .source import add_source, set_source
from .storage import add_storage, set_storage
from .terms import Terms, assign, parameter

Add = Callable[[Any, System], Terms]
Give = Callable[[Any, Outlook], None]

DUALS = ("balance",)
LARGE = 300_000  # entries of the matrix


class Program:
    """A choice of blocks over a number of hours, compiled once and solved for one outlook after another.

    The basis of one solve starts the next, unless `basis` is set to another or to None.
    `duals["balance"]` of a solution is the price of electricity (R, T) [CNY/MWh].
    """

    def __init__(
        self, name: str, adds: Sequence[Add], gives: Sequence[Give], demand: bool, tie_break: float
    ) -> None:
        self.name, self._adds, self._gives = name, adds, gives
        self._demand, self._tie_break = demand, tie_break
        self._system: System | None = None
        self._built_for: tuple[int, float] = (0, 0.0)
        self._theta: Any = None
        self._parametric: Parametric | None = None
        self._budgets: list[str] = []
        self.basis: Any = None  # where the next solve starts; None for a cold one

    def solve(self, outlook: Outlook, once: bool = False) -> Solution:
        """The optimum for these hours.

        Args:
            outlook: the hours.
            once: compile for this outlook alone: quicker and smaller where no other will follow.

        Raises:
            SolveError: infeasible, or any status but optimal.
        """
        if once:
            m = self.build(outlook.system, outlook.hours, outlook.carbon_cny_per_kg)
            fill(m, self.values(Theta(m), outlook))
            compiled = compile_model(m, duals_of=DUALS)
            del m
            if compiled.A.nnz > LARGE:  # while HiGHS works, the model need not be in memory too
                gc.collect()
            return solve(compiled, tie_break=self._tie_break, budgets=self._budgets)
        wanted = (outlook.hours, outlook.carbon_cny_per_kg)
        if self._system is not outlook.system or self._built_for != wanted:
            m = self.build(outlook.system, *wanted)
            self._theta, self._parametric = Theta(m), parametrise(m, DUALS)
            self._system, self._built_for, self.basis = outlook.system, wanted, None
            del m
        assert self._parametric is not None
        compiled = self._parametric.at(self.values(self._theta, outlook))
        found = solve(compiled, basis=self.basis, tie_break=self._tie_break, budgets=self._budgets)
        self.basis = found.basis
        return found

    def build(self, system: System, hours: int, carbon_cny_per_kg: float) -> Any:
        """The Pyomo model for a number of hours, its parameters of the hours ahead left open."""
        with PauseGC():
            m: Any = pyo.ConcreteModel(name=self.name)
            m.R = pyo.RangeSet(0, len(system.grid.regions) - 1)
            m.T = pyo.RangeSet(0, hours - 1)
            parameter(m, "demand_mw", m.R, m.T)
            terms = tuple(add(m, system) for add in self._adds)

            def balance(m: Any, r: int, t: int) -> Any:
                net = sum(b.injection(r, t) for b in terms) - sum(b.withdrawal(r, t) for b in terms)
                return net == m.demand_mw[r, t]

            m.balance = pyo.Constraint(m.R, m.T, rule=balance)
            m.total = pyo.Objective(
                expr=sum(b.cost_cny for b in terms)
                + carbon_cny_per_kg * sum(b.emission_kg for b in terms)
            )
        self._budgets = [b for t in terms for b in t.budgets]
        return m

    def values(self, theta: Any, outlook: Outlook) -> np.ndarray:
        """The vector of the model's parameters for an outlook."""
        assign(theta.demand_mw, outlook.demand_mw if self._demand else 0.0 * outlook.demand_mw)
        for give in self._gives:
            give(theta, outlook)
        return theta.vector


def price_taker(tie_break: float = 1e-4) -> Program:
    """Schedules work against a tariff and a published signal; the demand of others is no concern of it."""
    return Program("price_taker", (add_market, add_load), (set_market, set_load), False, tie_break)


def co_planner(cyclic: bool = True, tie_break: float = 1e-4) -> Program:
    """Decides source, grid, load and storage together."""
    return Program(
        "co_planner",
        (add_source, add_grid, lambda m, s: add_storage(m, s, cyclic), add_load),
        (set_source, set_storage, set_load),
        True,
        tie_break,
    )


def dispatch(cyclic: bool = True, tie_break: float = 1e-4) -> Program:
    """Dispatches the grid for a load that is given: the outlook's demand includes it."""
    return Program(
        "dispatch",
        (add_source, add_grid, lambda m, s: add_storage(m, s, cyclic)),
        (set_source, set_storage),
        True,
        tie_break,
    )
