"""How the agents of a scenario behave, and the path along which work grows.

economy.csv is optional: only what has agents decide needs it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .columns import columns_of
from .economy_figures import Behaviour
from .errors import InputError, suggest
from .scenario import Scenario

Array = np.ndarray


def behaviour_of(scenario: Scenario) -> Behaviour:
    """How the agents of a scenario behave.

    Raises:
        InputError: the scenario does not say.
    """
    if not scenario.economy:
        raise InputError(
            f"scenario '{scenario.name}' has no economy.csv, which says how agents behave: copy that of "
            "models/scenarios/two_region and change its figures"
        )
    columns = {c.name: c for c in columns_of(Behaviour)}
    return Behaviour.model_validate(
        {
            f.name: int(f.value) if columns[f.name].kind == "integer" else f.value
            for f in scenario.economy
        }
    )


def constant_growth(per_a: float, months: int) -> Array:
    """Work over that of the first year, by month (M,) [-]: compounding from month to month, 1 in the first.

    Raises:
        InputError: fewer than one month.
    """
    if months < 1:
        raise InputError(f"{months} months: give at least one")
    return (1.0 + per_a) ** (np.arange(months) / 12.0)


def growth_path(scenario: Scenario, name: str, months: int) -> tuple[Array, Array]:
    """Work and other demand over the scenario's own year, by month (M,), (M,) [-], on a path of growth.csv.

    Geometric between the years that the path names, each a mean of its year; 1 in the scenario's own year.

    Raises:
        InputError: no such path, a year twice or before the scenario's own, or the path ends before the months do.
    """
    rows = sorted((r for r in scenario.growth if r.growth == name), key=lambda r: r.growth_year)
    if not rows:
        there = list(dict.fromkeys(r.growth for r in scenario.growth))
        raise InputError(f"growth.csv has no path '{name}'; {suggest(name, there)}")
    years = [scenario.year, *(r.growth_year for r in rows)]
    if any(later <= earlier for earlier, later in pairwise(years)):
        raise InputError(
            f"growth.csv: path '{name}' has the years {', '.join(map(str, years[1:]))} after {scenario.year}, the "
            "scenario's own; name later years, each once"
        )
    at = scenario.year + np.arange(months) / 12.0
    if months < 1 or at[-1] >= years[-1] + 1:
        raise InputError(
            f"growth.csv: path '{name}' ends in {years[-1]}, {months} months from {scenario.year} need at least "
            f"{int(at[-1]) if months else years[0]}; add a later year or ask for fewer"
        )

    def along(factors: list[float]) -> Array:
        return np.exp(np.interp(at, years, np.log([1.0, *factors])))

    return along([r.work_factor for r in rows]), along([r.demand_factor for r in rows])
