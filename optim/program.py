r"""The program: blocks summed into one balance and one objective.

.. math::
    \sum_b \text{injection}^b_{rt} - \sum_b \text{withdrawal}^b_{rt} = D_{rt}        \qquad (\text{balance})

    \min \sum_b \text{cost}^b + \tau \sum_b \text{emission}^b                        \qquad (\text{total})

and, where a budget is set (`capped`), with an excess that costs its ceiling price or is not allowed at all,

.. math::
    \sum_b \text{emission}^b - \text{excess} \le E^{max}                         \qquad (\text{emission\_cap})

whose dual, its sign turned, is the price of carbon beyond :math:`\tau` at which the budget holds.

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

from ..models.errors import SolveError
from ..models.outlook import Outlook
from ..models.sound import check_grid
from ..models.system import System
from .budget import add_cap, set_cap
from .grid import add_grid
from .load import add_load, set_load
from .market import add_market, set_market
from .matrix import compile_stated
from .parametric import Parametric, Theta, fill, parametrise
from .prune import pruned
from .solver import Compiled, Solution, compile_model, solve, turned
from .source import LONGEST_RING_H, add_source, set_source
from .stated import Stated
from .storage import add_storage, set_storage
from .terms import Terms, assign, parameter

Add = Callable[[Any, System], Terms]
Give = Callable[[Any, Outlook], None]

TRUST = 1e-9
"""A warm and a cold solve of one window may differ by so much, relative."""
LARGE = 300_000  # entries of the matrix


class Program:
    """A choice of blocks over a number of hours, compiled once and solved for one outlook after another.

    The basis of one solve starts the next, unless `basis` is set to another or to None. Where storage is
    cyclic the hours stand in a ring that can turn on with the window, so that what two windows have in common
    is where it was and the basis still means something; what is read from a solution is in order of time.
    Hours of more than two weeks do not turn (`source.LONGEST_RING_H`). `read_at_once`: whether the program was last
    compiled from rules read for all their indices at once (`at_once`); False where a rule made Pyomo write it down
    row by row, which takes ten to forty times as long, and before the first.
    Of a solution, `duals["balance"]` is the price of electricity (R, T) [CNY/MWh]; where the grid is part
    of the program, `rates["balance"]` is marginal emissions (R, T) [kg/MWh], and `duals` holds the
    storages' `state_of_charge` (B, T) [CNY/MWh] and, where there is a cap, `emission_cap` (1,) [CNY/kg].
    """

    def __init__(
        self,
        name: str,
        adds: Sequence[Add],
        gives: Sequence[Give],
        duals: tuple[str, ...],
        demand: bool,
        tie_break: float,
        ring: bool = False,
    ) -> None:
        self.ring = ring  # whether the hours may turn
        self.turns, self._start = ring, 0  # whether those of the last program do
        self.place = 0  # in the ring of hours, of the last window's first
        self.read_at_once = False
        self.name, self._adds, self._gives, self._duals = name, adds, gives, duals
        self._demand, self.tie_break = demand, tie_break
        self._system: System | None = None
        self._built_for = 0
        self._theta: Any = None
        self._parametric: Parametric | None = None
        self.budgets: list[str] = []
        self.basis: Any = None  # where the next solve starts; None for a cold one
        self.check_every = 0  # each so many warm solves one is done cold as well; 0: none
        self._warm = 0

    def solve(self, outlook: Outlook, once: bool = False) -> Solution:
        """The optimum for these hours.

        Args:
            outlook: the hours.
            once: compile for this outlook alone: quicker and smaller where no other will follow.

        Raises:
            SolveError: infeasible, or any status but optimal.
        """
        compiled = self.at(outlook, once)
        found = solve(
            compiled,
            basis=None if once else self.basis,
            tie_break=self.tie_break,
            budgets=self.budgets,
            weight=emission_kg_per_mw(compiled, outlook) if "output" in compiled.places else None,
        )
        if not once:
            self._trust(compiled, found)
            self.basis = found.basis
        return found

    def _trust(self, compiled: Compiled, found: Solution) -> None:
        """Every so often solve a warm-started window from nothing as well.

        Raises:
            SolveError: the two differ by more than a billionth.
        """
        self._warm += self.basis is not None
        if not self.check_every or self.basis is None or self._warm % self.check_every:
            return
        cold = solve(compiled, tie_break=self.tie_break, budgets=self.budgets)
        if abs(cold.solved - found.solved) > TRUST * max(abs(cold.solved), 1.0):
            raise SolveError(
                f"The program {self.name} found {found.solved:.12g} from the last basis and {cold.solved:.12g} "
                "from nothing: a warm start went wrong. Install another highspy, and report it."
            )

    def at(self, outlook: Outlook, once: bool = False) -> Compiled:
        """The program for these hours as arrays."""
        self.turns = self.ring and outlook.hours <= LONGEST_RING_H
        if once:
            return self._once(outlook)
        if self._system is not outlook.system or self._built_for != outlook.hours:
            self._theta, self._parametric = self._for_all(outlook.system, outlook.hours)
            self._system, self._built_for, self.basis = outlook.system, outlook.hours, None
        assert self._parametric is not None
        self.values(self._theta, outlook)
        place = self._stand(outlook)
        self._theta.turn(place)
        return turned(self._parametric.at(self._theta.vector), place)

    def _at_once(self, system: System, hours: int) -> tuple[Theta, Parametric] | None:
        """The program for all outlooks of so many hours, its rules read at once; None where one cannot be."""
        try:
            stated = Stated(self.name)
            self._declare(stated, system, hours)
            found = Theta(stated), compile_stated(stated, self._duals)
        except (TypeError, LookupError, AttributeError):
            found = None  # if it was an error of the rule, Pyomo will say so
        self.read_at_once = found is not None
        return found

    def _for_all(self, system: System, hours: int) -> tuple[Theta, Parametric]:
        """The same by whichever way there is."""
        found = self._at_once(system, hours)
        if found is not None:
            return found
        m = self.build(system, hours)
        return Theta(m), parametrise(m, self._duals)

    def _once(self, outlook: Outlook) -> Compiled:
        """The program for one outlook, without what is not there at its values."""
        found = self._at_once(outlook.system, outlook.hours)
        if found is not None:
            theta, parametric = found
            return pruned(parametric.at(self.values(theta, outlook)))
        m = self.build(outlook.system, outlook.hours)
        fill(m, self.values(Theta(m), outlook))
        compiled = compile_model(m, duals_of=self._duals)
        del m
        if compiled.A.nnz > LARGE:  # while HiGHS works, the model need not be in memory too
            gc.collect()
        return compiled

    def _stand(self, outlook: Outlook) -> int:
        """Where in the ring the window's first hour stands.

        Turned on as far as the window has moved, where that is part of a day or no more than a quarter of the
        window: what is seen again then stands where it stood. Else it stays, and every hour takes the basis of
        its place in the last window, a day or more before: fewer iterations, measured on east_west.
        """
        moved, T = outlook.start_h - self._start, outlook.hours
        if not self.turns or self.basis is None:
            self.place = 0
        elif 0 < moved < T and (moved % 24 or 4 * moved <= T):
            self.place = (self.place + moved) % T
        self._start = outlook.start_h
        return self.place

    def build(self, system: System, hours: int) -> Any:
        """The Pyomo model for a number of hours, its parameters of the hours ahead left open.

        Raises:
            InputError: something of the grid is unbounded or makes no sense.
        """
        m = pyo.ConcreteModel(name=self.name)
        with PauseGC():
            self._declare(m, system, hours)
        return m

    def _declare(self, m: Any, system: System, hours: int) -> None:
        """Declare all blocks, the balance and the objective on a Pyomo model, or state them."""
        check_grid(system.grid)
        m.R = pyo.RangeSet(0, len(system.grid.regions) - 1)
        m.T = pyo.RangeSet(0, hours - 1)
        m.whole = pyo.RangeSet(0, 0)  # axis of what there is one of
        parameter(m, "demand_mw", m.R, m.T)
        parameter(m, "carbon_cny_per_kg", m.whole)
        terms = [add(m, system) for add in self._adds]

        def balance(m: Any, r: int, t: int) -> Any:
            fed = sum(b.injection(m, r, t) for b in terms)
            return fed - sum(b.withdrawal(m, r, t) for b in terms) == m.demand_mw[r, t]

        def emission_kg(m: Any) -> Any:
            return sum(b.emission_kg(m) for b in terms)

        def total(m: Any) -> Any:
            return sum(b.cost_cny(m) for b in terms) + m.carbon_cny_per_kg[0] * emission_kg(m)

        m.balance = pyo.Constraint(m.R, m.T, rule=balance)
        if "emission_cap" in self._duals:
            terms.append(add_cap(m, emission_kg))
        m.total = pyo.Objective(rule=total)
        self.budgets = [b for t in terms for b in t.budgets]

    def values(self, theta: Any, outlook: Outlook) -> np.ndarray:
        """The vector of the model's parameters for an outlook."""
        assign(theta.demand_mw, outlook.demand_mw if self._demand else 0.0 * outlook.demand_mw)
        assign(theta.carbon_cny_per_kg, [outlook.carbon_cny_per_kg])
        if "emission_cap" in self._duals:
            set_cap(theta, outlook)
        for give in self._gives:
            give(theta, outlook)
        return theta.vector


def emission_kg_per_mw(compiled: Compiled, outlook: Outlook) -> np.ndarray:
    """What an hour of each column emits: of the units' output, and of nothing else [kg/MWh]."""
    out = np.zeros(len(compiled.cost))
    out[compiled.places["output"][0]] = outlook.system.grid.unit_emission_kg_per_mwh[:, None]
    return out


def price_taker(tie_break: float = 1e-4) -> Program:
    """Schedules work against a tariff and a published signal; the demand of others is no concern of it."""
    blocks = (add_market, add_load), (set_market, set_load)
    return Program("price_taker", *blocks, ("balance",), False, tie_break, True)


def co_planner(cyclic: bool = True, capped: bool = False, tie_break: float = 1e-4) -> Program:
    """Decides source, grid, load and storage together."""
    adds, gives = _power_blocks(cyclic)
    blocks = (*adds, add_load), (*gives, set_load)
    return Program("co_planner", *blocks, _duals(capped), True, tie_break, cyclic)


def dispatch(cyclic: bool = True, capped: bool = False, tie_break: float = 1e-4) -> Program:
    """Dispatches the grid for a load that is given: the outlook's demand includes it."""
    return Program("dispatch", *_power_blocks(cyclic), _duals(capped), True, tie_break, cyclic)


def _power_blocks(cyclic: bool) -> tuple[tuple[Add, ...], tuple[Give, ...]]:
    return (
        (add_source, add_grid, lambda m, s: add_storage(m, s, cyclic)),
        (set_source, lambda theta, o: set_storage(theta, o, cyclic)),
    )


def _duals(capped: bool) -> tuple[str, ...]:
    return ("balance", "state_of_charge", *(("emission_cap",) if capped else ()))
