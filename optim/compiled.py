"""A program's arrays: from a store where it has them, else compiled, with Pyomo loaded only then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..models.sound import check_grid
from ..models.system import System
from .compiled_store import LONGEST_H, CompiledStore
from .parametric import Parametric, Theta
from .recipe import Recipe
from .solver import Compiled


def keeps(recipe: Recipe, store: CompiledStore | None, hours: int) -> bool:
    """Whether a program of so many hours is one that is kept."""
    return store is not None and recipe.known_as is not None and hours <= LONGEST_H


def at_once(
    recipe: Recipe, store: CompiledStore | None, system: System, hours: int
) -> Parametric | None:
    """The program for all outlooks of so many hours, its rules read at once; None where one cannot be.

    Raises:
        InputError: something of the grid is unbounded or makes no sense.
    """
    check_grid(system.grid)
    if store is None or not keeps(recipe, store, hours):
        return _read(recipe, system, hours)
    key = recipe.key(system, hours)
    found = store.get(key)
    if found is None:
        found = _read(recipe, recipe.seen(system), hours)
        if found is not None:
            store.put(key, found)
    return found


def _read(recipe: Recipe, system: System, hours: int) -> Parametric | None:
    from .declare import compile_at_once

    return compile_at_once(recipe, system, hours)


def by_pyomo(recipe: Recipe, system: System, hours: int) -> Parametric:
    """The same, its rules read index by index."""
    from .declare import build
    from .parametrise import parametrise

    m, budgets = build(recipe, system, hours)
    return parametrise(m, recipe.duals, budgets)


def by_pyomo_once(
    recipe: Recipe, system: System, hours: int, values: Callable[[Any], np.ndarray]
) -> tuple[Compiled, tuple[str, ...]]:
    """The same for the `values` of its parameters alone, and its budgets."""
    from .declare import build
    from .parametrise import fill, layout_of
    from .standard_form import compile_model

    m, budgets = build(recipe, system, hours)
    fill(m, values(Theta(layout_of(m))))
    return compile_model(m, recipe.duals), budgets
