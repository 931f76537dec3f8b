"""How the siting program grows with regions and weeks.

The program of `westshift site east_west`, all technologies, over its first regions and some of its representative
weeks, hour by hour. Each size is made and solved in a process of its own by the way that `westshift site` takes for
it; what making it costs is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from westshift.experiments.siting.problem import growth_of, make_problem
from westshift.models.errors import InputError
from westshift.models.loading import find_folder
from westshift.models.scenario import load_scenario
from westshift.optim.siting_solve import solve_joined

from .apart import Run, apart, peak_mib
from .fewer_regions import fewer_regions
from .row import Row

SCENARIO = "east_west"
WEEKS_H = (288, 3288, 3912, 7392)
"""Hours at which weeks of winter, spring, summer and autumn begin."""
WEEK_H = 168
MEASURED = "the siting program"


@dataclass(frozen=True)
class Size:
    """Regions and weeks of `hours` each; `way` as `westshift site --solver`, None for the one that it takes."""

    regions: int
    weeks: int
    hours: int = WEEK_H
    way: str | None = None


SIZES = tuple(Size(r, w) for r, w in ((8, 1), (8, 2), (8, 4), (16, 1), (16, 2), (31, 1)))
"""Without being asked: the whole program, 31 x 4, takes a quarter of an hour of CPU time and more."""


@dataclass(frozen=True)
class Sited:
    """What one size took: columns, way, iterations, gap, CPU and wall seconds, memory [MiB]."""

    columns: int
    way: str
    iterations: int
    gap: float
    seconds: float
    wall_s: float
    memory_mib: float


def sited(size: Size) -> Sited:
    """Make and solve the program of this size.

    Raises:
        InputError: a size that cannot be.
    """
    if not 0 < size.weeks <= len(WEEKS_H):
        raise InputError(f"{size.weeks} weeks of siting: take 1 to {len(WEEKS_H)}")
    start, wall = time.process_time(), time.monotonic()
    with TemporaryDirectory() as folder:
        few = fewer_regions(find_folder(SCENARIO), Path(folder) / SCENARIO, size.regions)
        weeks = {"horizon.weeks": list(WEEKS_H[: size.weeks]), "horizon.length_h": size.hours}
        scenario = load_scenario(few, weeks)
        problem = make_problem(scenario, growth_of(scenario, None, None))
    found = solve_joined(problem.joined, size.way)
    return Sited(
        columns=len(problem.joined.program.cost),
        way=found.solver,
        iterations=found.iterations,
        gap=found.gap,
        seconds=time.process_time() - start,
        wall_s=time.monotonic() - wall,
        memory_mib=peak_mib(),
    )


def rows(
    tell: Callable[[str], None] = lambda what: None,
    sizes: Sequence[Size] = SIZES,
    run: Run = apart,
) -> list[Row]:
    """One row a size; `times` is against the first, `furthest_off` is the gap."""
    out: list[Row] = []
    for size in sizes:
        words = f"{size.regions} regions, {size.weeks} x {size.hours} h"
        tell(f"siting: {words}")
        found: Sited = run(sited, size)
        out.append(
            Row(
                measured=MEASURED,
                way=found.way,
                size=f"{words}, {found.columns:,} columns",
                repeats=1,
                seconds=found.seconds,
                times=found.seconds / (out[0].seconds if out else found.seconds),
                iterations=float(found.iterations),
                memory_mib=found.memory_mib,
                furthest_off=found.gap,
            )
        )
        tell(f"{found.seconds:.0f} s CPU, {found.wall_s:.0f} s on the clock, gap {found.gap:.2g}")
    return out


def sizes_of(text: str) -> tuple[Size, ...]:
    """Sizes written as regions x weeks, such as `8x1,31x4`.

    Raises:
        InputError: it is written otherwise.
    """
    out = []
    for one in text.split(","):
        regions, x, weeks = one.strip().partition("x")
        if not (x and regions.isdecimal() and weeks.isdecimal()):
            raise InputError(f"size '{one}': write regions x weeks, such as 8x1,31x4")
        out.append(Size(int(regions), int(weeks)))
    return tuple(out)
