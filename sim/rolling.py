r"""Grid, storage and work decided together, window after window: what is carried over is carried over.

Each window is the co-planner's program over `window_h` hours, all of it foreseen; its first `step_h` hours
are carried out, and the charge of storage and the work that waits go into the next. What a window cannot
see is worth something to it all the same: stored energy has the value that a coarse pass over the whole
horizon gives it,

.. math::
    v_b(h) = -\frac{\partial C^{coarse}}{\partial e_{b}(h)}

the dual of the coarse `state_of_charge` where the window ends. The horizon is cyclic: it starts with the
charge of the coarse pass, and ends with no less; a window leaves at least what charging at full power brings
there in the hours after it. What rolling costs more than the whole horizon solved at once is the cost of myopia.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..models.actual import Actual
from ..models.coarse import coarsen
from ..models.errors import InputError
from ..models.ledger import Carried, Settlement
from ..models.outlook import Outlook, window_of
from ..optim.program import Program
from ..optim.solver import Solution
from .charge import least_charge_mwh, sustained_mwh
from .settle import foreseen, settlement_of
from .world import NEGLIGIBLE_MWH

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class CoarsePass:
    """What a coarse pass over the whole horizon says.

    Attributes:
        block_h: hours of a block, N of them.
        value_cny_per_mwh: of energy held in storage at the end of each block (B, N) [CNY/MWh].
        start_mwh: charge at the start, which is that at the end (B,) [MWh].
        emission_kg: of each block (N,) [kg].
    """

    block_h: int
    value_cny_per_mwh: Array
    start_mwh: Array
    emission_kg: Array

    def value_at(self, hour: int) -> Array:
        """Value of stored energy at the end of `hour` hours (B,) [CNY/MWh]."""
        return self.value_cny_per_mwh[:, (hour - 1) // self.block_h]


@dataclass(frozen=True, eq=False)
class Rolled:
    """What was carried out, and the price of carbon in each window [CNY/kg]."""

    carried: Carried
    settled: Settlement
    carbon_cny_per_kg: Array


def coarse_pass(whole: Outlook, block_h: int, program: Program) -> CoarsePass:
    """Solve the horizon in blocks; `program` is a cyclic co-planner, kept for other prices of carbon."""
    found = program.solve(coarsen(whole, block_h))
    per_mwh = whole.system.grid.unit_emission_kg_per_mwh
    return CoarsePass(
        block_h=block_h,
        value_cny_per_mwh=-found.duals["state_of_charge"],
        start_mwh=block_h * found.values["charged"][:, -1],
        emission_kg=block_h * per_mwh @ found.values["output"],
    )


def roll(
    actual: Actual,
    window_h: int,
    step_h: int,
    program: Program,
    coarse: CoarsePass,
    valued: bool = True,
    carbon_cny_per_kg: Callable[[int, float], float] | None = None,
) -> Rolled:
    """Roll over one horizon.

    Args:
        actual: what happens. window_h, step_h: seen, and carried out of it.
        program: a co-planner that is not cyclic. coarse: the pass that gives start and values.
        valued: whether stored energy is worth anything where a window ends; the horizon's own end is
            bounded in any case.
        carbon_cny_per_kg: (hour, kg emitted so far) -> price of carbon for the window that starts
            there; the scenario's own where None.

    Raises:
        InputError: a step is not whole days, which reservoirs need, or the window is shorter.
    """
    check_steps(window_h, step_h)
    whole, T, grid = foreseen(actual), actual.hours, actual.system.grid
    per_mwh = grid.unit_emission_kg_per_mwh
    charge, served = sustained_mwh(grid, coarse.start_mwh), np.zeros(whole.available_mwh.shape[:2])
    least_mwh = least_charge_mwh(grid, charge, T)
    parts: list[dict[str, Array]] = []
    prices: list[float] = []
    emitted = 0.0
    for start in range(0, T, step_h):
        end = min(start + window_h, T)
        price = (
            actual.carbon_cny_per_kg
            if carbon_cny_per_kg is None
            else carbon_cny_per_kg(start, emitted)
        )
        window = replace(
            window_of(whole, start, end, served),
            carbon_cny_per_kg=price,
            storage_start_mwh=charge,
            storage_end_cny_per_mwh=coarse.value_at(end) if valued and end < T else None,
            storage_end_min_mwh=least_mwh[:, end],
        )
        found = program.solve(window, once=end - start != window_h)
        kept = min(step_h, T - start)
        parts.append(_first(found, kept))
        charge = parts[-1]["charged"][:, -1]
        served = served + parts[-1]["done"][:, -1].reshape(served.shape)
        emitted += float(per_mwh @ parts[-1]["output"].sum(axis=1))
        prices.append(price)
    whole_run = {name: np.concatenate([p[name] for p in parts], axis=1) for name in parts[0]}
    return Rolled(
        _carried(actual, whole_run),
        _settled(actual, whole_run),
        np.array(prices),
    )


def check_steps(window_h: int, step_h: int) -> None:
    """Whether one can roll so.

    Raises:
        InputError: a step is not whole days, which reservoirs need, or the window is shorter.
    """
    if step_h < 1 or step_h % 24 or window_h < step_h:
        raise InputError(
            f"a rolling plan of {window_h} h every {step_h} h: let plan.step_h be whole days, and "
            "plan.window_h no less"
        )


def at_once(actual: Actual, program: Program) -> Rolled:
    """The same without windows: the whole horizon, cyclic, in one program."""
    found = program.solve(foreseen(actual), once=True)
    run = _first(found, actual.hours)
    return Rolled(
        _carried(actual, run),
        _settled(actual, run),
        np.array([actual.carbon_cny_per_kg]),
    )


def _first(found: Solution, hours: int) -> dict[str, Array]:
    """The first hours of all that the program decides."""
    names = (
        "output", "flow", "charge", "discharge", "charged", "shed", "dump", "work", "done", "unserved",
    )  # fmt: skip
    kept = {name: found.values[name][:, :hours] for name in names}
    kept["price"] = found.duals["balance"][:, :hours]
    kept["marginal"] = found.rates["balance"][:, :hours]
    return kept


def _carried(actual: Actual, run: dict[str, Array]) -> Carried:
    arrivals = actual.now(actual.arrivals_mwh)
    work = np.maximum(run["work"], 0.0)
    given_up = run["unserved"].reshape(arrivals.shape)
    ran = actual.system.compute.origin_class_work_mw(work)
    waiting = np.cumsum(arrivals - ran - given_up, axis=2)
    clean = np.where(given_up > NEGLIGIBLE_MWH, given_up, 0.0)
    return Carried(work, clean, np.maximum(waiting, 0.0))


def _settled(actual: Actual, run: dict[str, Array]) -> Settlement:
    return settlement_of(actual, run, run["price"], run["marginal"])
