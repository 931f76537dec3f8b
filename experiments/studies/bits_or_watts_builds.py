"""What each route would build, and the world with all of it in place, shut.

New wind and sun are units whose available output is nothing until an option asks for them; a new line is
one whose switch is open until then. So one system serves every route and option, and its program is
compiled once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from westshift.models.actual import Actual
from westshift.models.capital import new_line
from westshift.models.errors import InputError
from westshift.models.network import great_circle_km
from westshift.models.scenario import Scenario
from westshift.models.system import Grid, System
from westshift.sim.placing import home_shares

from .bits_or_watts_routes import Route, moved, streams_of

Array = np.ndarray


@dataclass(frozen=True)
class Build:
    """What one route builds.

    Attributes:
        route: for which. line: its place among the lines; line_mw at the sending end [MW]; line_km;
            line_loss_share.
        wind, solar: places of the new units in the western region, -1 where it has none of that kind; their
            capacities [MW]. plant_mwh: what they could feed in over the year [MWh].
        hall_mw: IT power of a second hall, full of servers that can do the work [MW].
        hall_idle_mw: of it what they draw without work [MW].
        room_mw: work that servers standing at the site can take in every hour, beside the region's own [MW].
    """

    route: Route
    line: int
    line_mw: float
    line_km: float
    line_loss_share: float
    wind: int
    solar: int
    wind_mw: float
    solar_mw: float
    plant_mwh: float
    hall_mw: float
    hall_idle_mw: float
    room_mw: float


def build(
    scenario: Scenario, actuals: list[Actual], routes: tuple[Route, ...], work_mw: float
) -> tuple[list[Actual], tuple[Build, ...]]:
    """The horizons with everything in place, and what each route builds.

    The line carries the work's load at home in its peak hour, loss added. The plant could feed in, over the
    year that the horizons stand for, what the work draws at the western site, half by wind and half by sun
    (all by one where the region has only that). The hall holds the fewest servers that can do the work.

    Raises:
        InputError: a western region has neither wind nor sun; less work than asked for runs at the origin.
    """
    grid, c = actuals[0].system.grid, actuals[0].system.compute
    kind = {t.technology: t.kind for t in scenario.technologies}
    wests = list(dict.fromkeys(r.west for r in routes))
    plants = {
        west: tuple(_availability(grid, kind, actuals, west, k) for k in ("wind", "solar"))
        for west in wests
    }
    at = len(grid.unit_region)
    rows: list[tuple[int, int]] = []  # (region, place of a unit there of the same kind)
    series: list[list[Array]] = []
    place: dict[int, tuple[int, int]] = {}
    for west in wests:
        here = [-1, -1]
        for k, plant in enumerate(plants[west]):
            if plant is not None:
                here[k] = at + len(rows)
                rows.append((west, plant[0]))
                series.append(plant[1])
        if here == [-1, -1]:
            raise InputError(
                f"region {grid.regions[west]} has neither wind nor sun in generators.csv, so that it says nothing "
                "of what a new plant would feed in; add a row, or name another route with --routes"
            )
        place[west] = (here[0], here[1])
    builds = tuple(
        _sized(scenario, actuals, r, len(grid.line_from) + i, place[r.west], series, at, work_mw)
        for i, r in enumerate(routes)
    )
    system = System(_extended(grid, rows, builds), c)
    return [
        replace(
            a,
            system=system,
            unit_max_mw=np.concatenate([a.unit_max_mw, *(s[h][None] for s in series)]),
            unit_min_mw=_padded(a.unit_min_mw, len(rows)),
            unit_day_mwh=_padded(a.unit_day_mwh, len(rows)),
        )
        for h, a in enumerate(actuals)
    ], builds


def _sized(
    scenario: Scenario,
    actuals: list[Actual],
    route: Route,
    line: int,
    units: tuple[int, int],
    series: list[list[Array]],
    first: int,
    work_mw: float,
) -> Build:
    """Capacities of a route."""
    c, p = actuals[0].system.compute, scenario.parameters
    away = [
        _draws_mw(a, route, work_mw) for a in actuals
    ]  # ((T,) at home, (T,) in the west) a horizon
    site = scenario.sites[route.s]
    origin = next(r for r in scenario.regions if r.region == route.origin)
    km, loss = new_line(great_circle_km(origin.lat, origin.lon, site.lat, site.lon), p)
    need_mwh = sum(a.weight * float(west.sum()) for a, (_, west) in zip(actuals, away, strict=True))
    kinds = [u for u in units if u >= 0]
    capacity = dict.fromkeys(units, 0.0)
    for u in kinds:
        hours = sum(
            a.weight * float(a.now(s).sum())
            for a, s in zip(actuals, series[u - first], strict=True)
        )
        if hours <= 0:
            raise InputError(
                f"region {site.region}: a unit of wind or sun in generators.csv never feeds in"
            )
        capacity[u] = need_mwh / len(kinds) / hours
    hall = work_mw / ((1.0 - p.idle_share) * p.max_utilisation * float(c.site_efficiency[route.s]))
    return Build(
        route=route,
        line=line,
        line_mw=float(max(home.max() for home, _ in away)) / (1.0 - loss),
        line_km=km,
        line_loss_share=loss,
        wind=units[0],
        solar=units[1],
        wind_mw=capacity[units[0]] if units[0] >= 0 else 0.0,
        solar_mw=capacity[units[1]] if units[1] >= 0 else 0.0,
        plant_mwh=need_mwh,
        hall_mw=hall,
        hall_idle_mw=p.idle_share * hall,
        room_mw=min(_room_mw(a, route.s) for a in actuals),
    )


def _draws_mw(a: Actual, route: Route, work_mw: float) -> tuple[Array, Array]:
    """What the work draws at home, and at the western site with the network (T,), (T,) [MW].

    From work as it arrives; where home sites are never full that is the work as it runs.
    """
    c = a.system.compute
    arrives = _as_it_arrives(a)
    change = moved(c, route, work_mw, arrives) - arrives
    rows = np.flatnonzero(np.abs(change).max(axis=1) > 0)
    per_work = (a.now(a.pue) / c.site_efficiency[:, None])[c.stream_site[rows]] + (
        c.stream_transfer_mwh_per_mwh[rows, None]
    )
    load = change[rows] * per_work
    west = np.isin(rows, streams_of(c, route))
    return -load[~west].sum(axis=0), load[west].sum(axis=0)


def _room_mw(a: Actual, site: int) -> float:
    c = a.system.compute
    own = c.site_work_mw(_as_it_arrives(a))[site]
    return max(float(c.site_capacity_mw[site] - own.max()), 0.0)


def _as_it_arrives(a: Actual) -> Array:
    """All work at home in the hour it arrives (Q, T) [MW]."""
    c = a.system.compute
    return home_shares(c)[:, None] * a.now(a.arrivals_mwh)[c.stream_origin, c.stream_class]


def _availability(
    grid: Grid, kind: dict[str, str], actuals: list[Actual], region: int, wanted: str
) -> tuple[int, list[Array]] | None:
    """A unit of that kind in the region, and the output of all of them per MW, by horizon (·,) [-]."""
    units = [
        k
        for k, (r, name) in enumerate(zip(grid.unit_region, grid.unit_technology, strict=True))
        if r == region and kind[name] == wanted and grid.unit_capacity_mw[k] > 0
    ]
    if not units:
        return None
    total = grid.unit_capacity_mw[units].sum()
    return units[0], [a.unit_max_mw[units].sum(axis=0) / total for a in actuals]


def _extended(grid: Grid, rows: list[tuple[int, int]], builds: tuple[Build, ...]) -> Grid:
    """The grid with new units, each of 1 MW like the one it is modelled on, and new lines."""
    region = np.array([r for r, _ in rows], int)
    like = np.array([k for _, k in rows], int)
    n = len(builds)

    def more(name: str, values: Array) -> Array:
        old = getattr(grid, name)
        return np.concatenate([old, np.asarray(values, old.dtype)])

    return replace(
        grid,
        unit_region=more("unit_region", region),
        unit_technology=(*grid.unit_technology, *(grid.unit_technology[k] for k in like)),
        unit_renewable=more("unit_renewable", np.ones(len(rows))),
        unit_capacity_mw=more("unit_capacity_mw", np.ones(len(rows))),
        unit_cost_cny_per_mwh=more("unit_cost_cny_per_mwh", grid.unit_cost_cny_per_mwh[like]),
        unit_emission_kg_per_mwh=more(
            "unit_emission_kg_per_mwh", grid.unit_emission_kg_per_mwh[like]
        ),
        unit_day_limited=more("unit_day_limited", np.zeros(len(rows))),
        line_from=more("line_from", np.array([b.route.west for b in builds])),
        line_to=more("line_to", np.array([b.route.east for b in builds])),
        line_capacity_mw=more("line_capacity_mw", np.array([b.line_mw for b in builds])),
        line_loss_share=more("line_loss_share", np.array([b.line_loss_share for b in builds])),
        line_cost_cny_per_mwh=more("line_cost_cny_per_mwh", np.zeros(n)),
        line_circuit=more("line_circuit", np.full(n, -1)),
    )


def _padded(series: Array, n: int) -> Array:
    return np.concatenate([series, np.zeros((n, series.shape[1]))])
