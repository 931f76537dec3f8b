"""What an hour of the settled grid costs beside the solver: outlook, intensities, margins, the ledger.

Seconds are for one region and one hour, of a dispatch that starts from its own optimal basis, so that HiGHS has
nothing left to decide: the least the solver can take.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from westshift.models.ledger import Carried, book
from westshift.models.scenario import Scenario
from westshift.models.year import actual_of, horizons, make_year
from westshift.optim.program import dispatch
from westshift.sim.placing import home_shares
from westshift.sim.settle import drawn_mw, grid_alone, settlement_of

from .row import Row


def rows(
    s: Scenario, tell: Callable[[str], None] = lambda what: None, repeats: int = 5
) -> list[Row]:
    """Two rows: the solver, and all the rest."""
    tell(f"{s.name}: settling the first horizon")
    year = make_year(s)
    actual = actual_of(s, year, horizons(s, year)[0])
    c, arrivals = actual.system.compute, actual.now(actual.arrivals_mwh)
    work = home_shares(c)[:, None] * arrivals[c.stream_origin, c.stream_class]
    carried = Carried(work, 0.0 * arrivals, 0.0 * arrivals)
    program, solver, rest = dispatch(), [], []
    program.solve(grid_alone(actual, drawn_mw(actual, work)))
    for _ in range(repeats):
        times = [time.process_time()]
        outlook = grid_alone(actual, drawn_mw(actual, work))
        times.append(time.process_time())
        found = program.solve(outlook)
        times.append(time.process_time())
        settled = settlement_of(
            actual, found.values, found.duals["balance"], found.rates["balance"]
        )
        book(actual, carried, settled, settled.intensity_kg_per_mwh, settled.marginal_kg_per_mwh)
        times.append(time.process_time())
        asked, solved, booked = np.diff(times)
        solver.append(solved)
        rest.append(asked + booked)
    cells = len(actual.system.grid.regions) * actual.hours
    first = float(np.median(solver)) / cells
    return [
        Row(
            measured="a settled hour, for each region",
            way=way,
            size=f"{s.name}, {actual.hours} h",
            repeats=repeats,
            seconds=float(np.median(spent)) / cells,
            times=float(np.median(spent)) / cells / first,
        )
        for way, spent in (
            ("the solver, with nothing left to decide", solver),
            ("outlook, intensities and ledger", rest),
        )
    ]
