"""Building one large program and handing it to HiGHS, by this program, by Pyomo's own ways and by linopy.

The program is the co-planner of the drawn system. To build is to write it down in a modelling language with its
data; to hand over is to go from there to a HiGHS object that holds it. Nothing is solved while time is taken.
Pyomo's ways start from a model of the very blocks that ours reads; linopy has the same program written array by array.
Each way runs in a process of its own, and has done a small program before, so that what a first use costs is
not counted. Seconds are CPU seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from westshift.optim.peers_pyomo import by_appsi, by_file, by_newer, no_constant

from . import linopy_co_planner as in_linopy
from . import ways_here as here
from .apart import Run, apart
from .one_way import Spent, Way, spend
from .reference import LARGE, MEDIUM, SMALL, Size
from .row import Row, agree, worst_difference

SAME = 1e-6
"""Relative."""
MEASURED = (
    "one large program, built and handed over",
    "one large program, built",
    "one large program, handed over",
)


WAYS = {
    "westshift, compiled for one outlook": Way(
        here.arrays_once, here.passed, here.constant_of_arrays
    ),
    "westshift, compiled for all outlooks, the first": Way(
        here.arrays, here.passed, here.constant_of_arrays
    ),
    "westshift, compiled for all outlooks, a later one": Way(
        here.arrays, here.passed, here.constant_of_arrays, here.seen_before
    ),
    "Pyomo, appsi_highs": Way(here.model, by_appsi, no_constant),
    "Pyomo, contrib.solver highs": Way(here.model, by_newer, no_constant),
    "Pyomo, LP file": Way(here.model, by_file, no_constant),
    "linopy, to_highspy": Way(in_linopy.written, in_linopy.hand_over, in_linopy.constant_cny),
}
"""The first is what the others are compared with."""


def rows(
    tell: Callable[[str], None] = lambda what: None,
    sizes: Sequence[Size] = (MEDIUM, LARGE),
    solved: Sequence[Size] = (SMALL, MEDIUM),
    repeats: int = 3,
    run: Run = apart,
    ways: Mapping[str, Way] = WAYS,
) -> list[Row]:
    """Three rows for each size and way: both steps, and each.

    Args:
        tell: is told what is being measured. sizes: of the program.
        solved: sizes of which the optimum is compared too; the others are the same code on more data.
        repeats: how often; the median counts. run: where, by default in a process of its own. ways: by name; the
            first is what the others are compared with.

    Raises:
        InputError: linopy is not installed.
        SolveError: a way has another optimum.
    """
    out = []
    for size in sizes:
        found: dict[str, Spent] = {}
        for name, way in ways.items():
            tell(f"{name}: {size.regions} regions, {size.hours} h")
            found[name] = run(spend, way, size, repeats, size in solved)
        first, off = next(iter(found)), {}
        for name, spent in found.items():
            off[name] = math.nan
            if size in solved:
                off[name] = worst_difference([spent.objective_cny], [found[first].objective_cny])
                agree(name, first, off[name], SAME)
        for measured, seconds in zip(MEASURED, (_both, _build, _hand_over), strict=True):
            out += [
                Row(
                    measured=measured,
                    way=name,
                    size=f"{size.regions} regions, {size.hours} h",
                    repeats=repeats,
                    seconds=seconds(spent),
                    times=seconds(spent) / seconds(found[first]),
                    memory_mib=spent.memory_mib,
                    furthest_off=off[name],
                )
                for name, spent in found.items()
            ]
    return out


def _both(spent: Spent) -> float:
    return float(np.median(np.add(spent.build_s, spent.hand_over_s)))


def _build(spent: Spent) -> float:
    return float(np.median(spent.build_s))


def _hand_over(spent: Spent) -> float:
    return float(np.median(spent.hand_over_s))
