"""Bits or watts: move the work west over fibre, or western power east over lines?

The same work, a constant load at an eastern origin, is served four ways, and the whole grid is dispatched for
each over every horizon:

* *stay*: as it is; all else is the difference to it;
* *bits*: the work runs at a western site, on servers that stand there or are bought once, here or there; the
  idle power of servers is no different and is not counted;
* *bits, built twice*: a second hall with servers of its own is built in the west while the first stays on:
  its capital is counted, and the idle power of its servers, as the dispatch sees it. Two rows rather than one
  with two totals, because the idle energy changes the carbon too. The price of the second servers is not counted;
* *watts*: the work stays, and power comes over the lines there are, or over a new one of just its size.

Each also with wind and sun built in the west that could feed in, over the year, what the work draws there:
the same plant in every option, so that it cancels between them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.words import either
from westshift.experiments.pool import each_horizon
from westshift.models.calendar import Horizon
from westshift.models.capital import yearly_costs
from westshift.models.errors import InputError
from westshift.models.scenario import Scenario
from westshift.models.year import actual_of, horizons, make_year
from westshift.sim.run import Case

from .bits_or_watts_builds import build
from .bits_or_watts_figure import draw, plotted
from .bits_or_watts_routes import routes_of
from .bits_or_watts_table import sentences, summary, table
from .bits_or_watts_world import NOTHING, options_of
from .study import Drawing, Progress, Study

NAME = "bits-or-watts"
WORK_MW = 100.0


def run(
    scenario: Scenario,
    progress: Progress,
    workers: int | None = None,
    routes: str = "",
    work_mw: float = WORK_MW,
) -> Study:
    """Every option of every route over every horizon of the scenario.

    Args:
        routes: ORIGIN:SITE,…; empty: every western cluster from every eastern hub.
        work_mw: IT power above idle, at reference hardware, in every hour [MW].

    Raises:
        InputError: the scenario does not say what building costs; a route that does not exist; less work at an
            origin than is to move.
    """
    if not 0.0 < work_mw < math.inf:
        raise InputError(f"--work-mw {work_mw:g}: ask for more than none, and for a number")
    costs = yearly_costs(scenario.name, scenario.capital, scenario.parameters)
    year = make_year(scenario)
    chosen = horizons(scenario, year)
    ways = routes_of(routes, scenario, year.system.compute)
    actuals, builds = build(scenario, [actual_of(scenario, year, h) for h in chosen], ways, work_mw)
    s = scenario
    cases = [Case(a, (), s.baseline, s.forecast, s.plan, s.seed) for a in actuals]
    progress.start(len(cases) * (1 + len(ways)))
    task = functools.partial(options_of, builds=builds, work_mw=work_mw)
    found = each_horizon(task, cases, progress.tick, workers)
    sums = {
        key: functools.reduce(
            lambda total, pair, key=key: total.plus(pair[1][key], pair[0].weight),
            zip(chosen, found, strict=True),
            NOTHING,
        )
        for key in found[0]
    }
    hours = sum(h.weight * h.length_h for h in chosen)
    rows = table(sums, builds, work_mw, hours, costs, s.parameters.carbon_price_cny_per_t)
    short = summary(rows)
    shown = plotted(rows)
    return Study(
        name=NAME,
        title=f"t CO₂ avoided per GWh of work ({work_mw:g} MW in every hour); negative emits more\n"
        "bits; twice: into a hall built twice; new: a new line; old: existing lines; +: with new western wind and sun",
        scenario=scenario,
        horizons=chosen,
        tables={"routes": short, "options": rows},
        drawings={NAME: Drawing(draw(shown), shown, caption(scenario, chosen, work_mw))},
        sentences=sentences(rows),
        digits={c: 0 for c in short.columns if not c.startswith(("route", "least"))},
        shown=tuple(c for c in short.columns if not c.endswith("_cny_per_mwh")),
    )


def caption(s: Scenario, chosen: Sequence[Horizon], work_mw: float) -> str:
    """What stands under the figure."""
    p = s.parameters
    text = (
        f"The same {work_mw:g} MW of work, constant, along routes from an eastern origin to a western site; each "
        "option against the work staying where it is and nothing being built. (a) The grid as it stands. (b) With "
        "wind and sun built in the site's region that could feed in, over the year, what the work draws there, half "
        "each; in (b) existing lines is what that plant avoids by itself. Avoided carbon is that of the whole grid, "
        "dispatched anew; shaded: more is emitted. (c) Yearly money beyond staying: the grid's running cost, carbon at "
        f"{p.carbon_price_cny_per_t:g} CNY/t, data, added latency, and what is built, at "
        f"{100 * (p.discount_rate_per_a or 0.0):g} % a year; below zero an option earns more than it costs. Bits: to "
        "servers that stand or are bought once. Built twice: into a second hall whose servers idle beside the first's; "
        "the hall's capital is counted, the servers' is not. The new line is as large as the work's peak load at home "
        "and its loss."
    )
    title = either("Moving bits or moving watts, by route.", "送算力还是送电力，按路线比较。")
    return caption_for(s, chosen, title, text)
