r"""The model side of a program: blocks summed into one balance and one objective, and compiled.

.. math::
    \sum_b \text{injection}^b_{rt} - \sum_b \text{withdrawal}^b_{rt} = D_{rt}        \qquad (\text{balance})

    \min \sum_b \text{cost}^b + \tau \sum_b \text{emission}^b                        \qquad (\text{total})

and, where a budget is set (`capped`), with an excess that costs its ceiling price or is not allowed at all,

.. math::
    \sum_b \text{emission}^b - \text{excess} \le E^{max}                         \qquad (\text{emission\_cap})

whose dual, its sign turned, is the price of carbon beyond :math:`\tau` at which the budget holds.

They are declared on a Pyomo model, or on what stands in for one (`stated`). Whoever imports this loads Pyomo;
`program` does so where something is to be compiled.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from ..models.system import System
from .budget import add_cap
from .matrix import compile_stated
from .parametric import Parametric
from .recipe import Recipe
from .stated import Stated
from .terms import parameter


def compile_at_once(recipe: Recipe, system: System, hours: int) -> Parametric | None:
    """The program for all outlooks of so many hours, its rules read at once; None where one cannot be."""
    try:
        stated = Stated(recipe.name)
        budgets = declare(stated, recipe, system, hours)
        return compile_stated(stated, recipe.duals, budgets)
    except (TypeError, LookupError, AttributeError):
        return None  # if it was an error of the rule, Pyomo will say so


def build(recipe: Recipe, system: System, hours: int) -> tuple[Any, tuple[str, ...]]:
    """The Pyomo model, its parameters left open, and its budgets."""
    m = pyo.ConcreteModel(name=recipe.name)
    with PauseGC():
        budgets = declare(m, recipe, system, hours)
    return m, budgets


def declare(m: Any, recipe: Recipe, system: System, hours: int) -> tuple[str, ...]:
    """Declare all blocks, the balance and the objective on a Pyomo model, or state them; their budgets."""
    m.R = pyo.RangeSet(0, len(system.grid.regions) - 1)
    m.T = pyo.RangeSet(0, hours - 1)
    m.whole = pyo.RangeSet(0, 0)  # axis of what there is one of
    parameter(m, "demand_mw", m.R, m.T)
    parameter(m, "carbon_cny_per_kg", m.whole)
    terms = [add(m, system) for add in recipe.adds]

    def balance(m: Any, r: int, t: int) -> Any:
        fed = sum(b.injection(m, r, t) for b in terms)
        return fed - sum(b.withdrawal(m, r, t) for b in terms) == m.demand_mw[r, t]

    def emission_kg(m: Any) -> Any:
        return sum(b.emission_kg(m) for b in terms)

    def total(m: Any) -> Any:
        return sum(b.cost_cny(m) for b in terms) + m.carbon_cny_per_kg[0] * emission_kg(m)

    m.balance = pyo.Constraint(m.R, m.T, rule=balance)
    if "emission_cap" in recipe.duals:
        terms.append(add_cap(m, emission_kg))
    m.total = pyo.Objective(rule=total)
    return tuple(b for t in terms for b in t.budgets)
