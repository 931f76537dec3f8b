"""Both sides of the margin at every bus of a MATPOWER case: what a MW more of load adds, one less saves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..models.errors import InfeasibleError
from .case import CaseSolution, output_of
from .marginal import differ
from .quadratic import minimise

Array = np.ndarray

SAME = 1e-5
"""Two sides closer than this, relative to the larger or to 1, are the same."""


@dataclass(frozen=True, eq=False)
class CaseMargins:
    """By bus; NaN on a side where not all load can be served.

    Attributes:
        emission_less_kg_per_mwh, emission_more_kg_per_mwh: (R,) [kg/MWh].
        price_less, price_more: ends of the interval of prices (R,) [1/MWh].
        step_mw: what was added and taken away [MW].
    """

    emission_less_kg_per_mwh: Array
    emission_more_kg_per_mwh: Array
    price_less: Array
    price_more: Array
    step_mw: float

    @property
    def kink(self) -> Array:
        """Whether the two sides differ in emissions or price, or one is not there (R,)."""
        emissions = self.emission_less_kg_per_mwh, self.emission_more_kg_per_mwh
        prices = self.price_less, self.price_more
        return differ(*emissions, SAME) | differ(*prices, SAME)


def case_margins(
    solution: CaseSolution, kg_per_mwh: Array, step_mw: float | None = None
) -> CaseMargins:
    """Solve again with a little more and a little less load at each bus.

    Args:
        solution: the case, solved.
        kg_per_mwh: of each generator (G,). step_mw: 1e-5 of the largest load where None [MW].
    """
    p, start = solution.program, solution.output_mw
    step = 1e-5 * max(float(np.abs(p.case.load_mw).max(initial=0.0)), 1.0)
    step = step if step_mw is None else step_mw
    rows = p.compiled.rows["balance"][:, 0]
    sides = np.full((2, 2, len(rows)), np.nan)
    for bus, row in enumerate(rows.tolist()):
        for side, sign in enumerate((-1.0, 1.0)):
            low, high = p.compiled.row_lower.copy(), p.compiled.row_upper.copy()
            low[row] += sign * step
            high[row] += sign * step
            moved = replace(p.compiled, row_lower=low, row_upper=high)
            try:
                output = output_of(p, minimise(moved, p.parabolas, p.budgets))
            except InfeasibleError:
                continue
            costs = [
                c.of(float(b)) - c.of(float(a))
                for c, a, b in zip(p.case.gen_cost, start, output, strict=True)
            ]
            change = np.array([kg_per_mwh @ (output - start), sum(costs)])
            sides[:, side, bus] = sign * change / step
    (less_kg, more_kg), (less, more) = sides
    return CaseMargins(less_kg, more_kg, less, more, step)
