"""The program: blocks summed into one balance and one objective (`declare`), compiled once and solved again.

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

from ..models.errors import SolveError
from ..models.outlook import Outlook
from ..models.sound import check_grid
from ..models.system import System
from .budget import set_cap
from .compiled import at_once, by_pyomo, by_pyomo_once, keeps
from .compiled_store import CompiledStore
from .grid import READS as GRID
from .grid import add_grid
from .load import READS as LOAD
from .load import add_load, set_load
from .market import add_market, set_market
from .parametric import Parametric, Theta
from .prune import pruned
from .recipe import Add, Recipe
from .solver import Compiled, Solution, solve, turned
from .source import LONGEST_RING_H, add_source, set_source
from .source import READS as SOURCE
from .storage import READS as STORAGE
from .storage import add_storage, set_storage
from .terms import assign

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
    With a `store`, a program that it has is not compiled, and Pyomo is not loaded. One that is not `known_as`
    anything is not kept.
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
        store: CompiledStore | None = None,
        known_as: str | None = None,
        reads: tuple[str, ...] = (),
    ) -> None:
        self.ring = ring  # whether the hours may turn
        self.turns, self._start = ring, 0  # whether those of the last program do
        self.place = 0  # in the ring of hours, of the last window's first
        self.read_at_once = False
        self.name, self._gives, self.store = name, gives, store
        self.recipe = Recipe(name, tuple(adds), duals, known_as, reads)
        self._demand, self.tie_break = demand, tie_break
        self._system: System | None = None
        self._built_for = 0
        self._parametric: Parametric | None = None
        self._theta: Any = None
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
            self._parametric = self._for_all(outlook.system, outlook.hours)
            self._theta = Theta(self._parametric.layout)
            self._system, self._built_for, self.basis = outlook.system, outlook.hours, None
        assert self._parametric is not None
        self.values(self._theta, outlook)
        place = self._stand(outlook)
        self._theta.turn(place)
        return turned(self._parametric.at(self._theta.vector), place)

    def compile_ahead(self, system: System, hours: int) -> None:
        """Have the program in the store, for others that share it, where it is one that is kept."""
        if keeps(self.recipe, self.store, hours):
            self._at_once(system, hours)

    def _at_once(self, system: System, hours: int) -> Parametric | None:
        """The program for all outlooks of so many hours, its rules read at once; None where one cannot be."""
        found = at_once(self.recipe, self.store, system, hours)
        self.read_at_once = found is not None
        if found is not None:
            self.budgets = list(found.budgets)
        return found

    def _for_all(self, system: System, hours: int) -> Parametric:
        """The same by whichever way there is."""
        found = self._at_once(system, hours) or by_pyomo(self.recipe, system, hours)
        self.budgets = list(found.budgets)
        return found

    def _once(self, outlook: Outlook) -> Compiled:
        """The program for one outlook, without what is not there at its values."""
        found = self._at_once(outlook.system, outlook.hours)
        if found is not None:
            return pruned(found.at(self.values(Theta(found.layout), outlook)))
        compiled, budgets = by_pyomo_once(
            self.recipe, outlook.system, outlook.hours, lambda theta: self.values(theta, outlook)
        )
        self.budgets = list(budgets)
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
        from .declare import build

        check_grid(system.grid)
        m, budgets = build(self.recipe, system, hours)
        self.budgets = list(budgets)
        return m

    def values(self, theta: Any, outlook: Outlook) -> np.ndarray:
        """The vector of the model's parameters for an outlook."""
        assign(theta.demand_mw, outlook.demand_mw if self._demand else 0.0 * outlook.demand_mw)
        assign(theta.carbon_cny_per_kg, [outlook.carbon_cny_per_kg])
        if "emission_cap" in self.recipe.duals:
            set_cap(theta, outlook)
        for give in self._gives:
            give(theta, outlook)
        return theta.vector


def emission_kg_per_mw(compiled: Compiled, outlook: Outlook) -> np.ndarray:
    """What an hour of each column emits: of the units' output, and of nothing else [kg/MWh]."""
    out = np.zeros(len(compiled.cost))
    out[compiled.places["output"][0]] = outlook.system.grid.unit_emission_kg_per_mwh[:, None]
    return out


def price_taker(tie_break: float = 1e-4, store: CompiledStore | None = None) -> Program:
    """Schedules work against a tariff and a published signal; the demand of others is no concern of it."""
    blocks = (add_market, add_load), (set_market, set_load)
    kept = store, "price_taker", LOAD
    return Program("price_taker", *blocks, ("balance",), False, tie_break, True, *kept)


def co_planner(
    cyclic: bool = True,
    capped: bool = False,
    tie_break: float = 1e-4,
    store: CompiledStore | None = None,
) -> Program:
    """Decides source, grid, load and storage together."""
    adds, gives = _power_blocks(cyclic)
    blocks = (*adds, add_load), (*gives, set_load)
    kept = store, f"co_planner, cyclic {cyclic}, capped {capped}", (*POWER, *LOAD)
    return Program("co_planner", *blocks, _duals(capped), True, tie_break, cyclic, *kept)


def dispatch(
    cyclic: bool = True,
    capped: bool = False,
    tie_break: float = 1e-4,
    store: CompiledStore | None = None,
) -> Program:
    """Dispatches the grid for a load that is given: the outlook's demand includes it."""
    blocks = _power_blocks(cyclic)
    kept = store, f"dispatch, cyclic {cyclic}, capped {capped}", POWER
    return Program("dispatch", *blocks, _duals(capped), True, tie_break, cyclic, *kept)


POWER = (*SOURCE, *GRID, *STORAGE)


def _power_blocks(cyclic: bool) -> tuple[tuple[Add, ...], tuple[Give, ...]]:
    return (
        (add_source, add_grid, lambda m, s: add_storage(m, s, cyclic)),
        (set_source, lambda theta, o: set_storage(theta, o, cyclic)),
    )


def _duals(capped: bool) -> tuple[str, ...]:
    return ("balance", "state_of_charge", *(("emission_cap",) if capped else ()))
