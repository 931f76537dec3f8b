"""Dispatch and storage rolled over weeks, by this program and by PyPSA's own rolling horizon.

The same hours, the same windows, the same solver on one thread. PyPSA builds a linopy model for each window
and solves it from nothing; here the program is compiled once and each window starts from the last one's basis.
A day's water cannot be had in PyPSA's rolling horizon: on this problem hydro has none to keep to.
Seconds are CPU seconds of the rolling, PyPSA's network standing; ours include compiling. Each has rolled a
small one before, so that what a first use costs is not in them.

T. Brown, J. Hörsch, D. Schlachtberger, "PyPSA: Python for Power System Analysis", Journal of Open Research
Software 6(4), 2018, doi:10.5334/jors.188.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .apart import Run, apart
from .pypsa_network import rolled_by_file, rolled_directly
from .reference import LARGE, MEDIUM
from .row import Row, agree, worst_difference
from .weeks import Rolled, Weeks
from .weeks_here import rolled_here

SAME = 1e-6
"""What the tie-break of ours may cost, relative."""
MEASURED = "weeks of dispatch and storage, rolled"
WEEKS = Weeks(MEDIUM, 4 * 168), Weeks(LARGE, 2 * 168)
WAYS: Mapping[str, Callable[[Weeks], Rolled]] = {
    "westshift, compiled once, from the last basis": rolled_here,
    "PyPSA, optimize_with_rolling_horizon": rolled_by_file,
    "PyPSA, optimize_with_rolling_horizon, io_api=direct": rolled_directly,
}
"""The first is what the others are compared with."""


def rows(
    tell: Callable[[str], None] = lambda what: None,
    weeks: Sequence[Weeks] = WEEKS,
    repeats: int = 1,
    run: Run = apart,
    ways: Mapping[str, Callable[[Weeks], Rolled]] = WAYS,
) -> list[Row]:
    """A row for each of `weeks` and each way.

    Args:
        tell: is told what is being measured. repeats: whole rolls of each way; the median counts.
        run: where a roll is done, by default in a process of its own. ways: by name; the
            first is what the others are compared with.

    Raises:
        InputError: PyPSA is not installed.
        SolveError: the two do not cost the same.
    """
    out = []
    for w in weeks:
        found: dict[str, list[Rolled]] = {}
        for name, way in ways.items():
            tell(f"{name}: {w}")
            found[name] = sorted((run(way, w) for _ in range(repeats)), key=lambda x: x.seconds)
        first = next(iter(ways))
        usual = {name: each[repeats // 2] for name, each in found.items()}
        for name, each in found.items():
            costs = [x.cost_cny for x in each]
            off = worst_difference(costs, [usual[first].cost_cny] * repeats)
            agree(name, first, off, SAME)
            out.append(
                Row(
                    measured=MEASURED,
                    way=name,
                    size=str(w),
                    repeats=repeats,
                    seconds=usual[name].seconds,
                    times=usual[name].seconds / usual[first].seconds,
                    iterations=usual[name].iterations,
                    memory_mib=max(x.memory_mib for x in each),
                    furthest_off=off,
                )
            )
    return out
