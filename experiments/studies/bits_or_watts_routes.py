"""Routes from an eastern origin to a western site, and the work that may take one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from westshift.models.errors import InputError, suggest
from westshift.models.scenario import Scenario
from westshift.models.system import Compute

Array = np.ndarray


@dataclass(frozen=True)
class Route:
    """An origin and a site in another region.

    Attributes:
        origin, site: names. o, s: where they stand in `Compute`. east, west: index of their regions.
    """

    origin: str
    site: str
    o: int
    s: int
    east: int
    west: int

    @property
    def name(self) -> str:
        """As in tables and figures."""
        return f"{self.origin}→{self.site}"


def default_routes(scenario: Scenario, c: Compute) -> tuple[Route, ...]:
    """Every western cluster from every eastern hub, so that none is picked.

    A cluster is western where its region's side is west. Eastern hubs are those with a cluster in a region
    whose side is east; of these regions the one where most work arises stands for its hub.

    Raises:
        InputError: there is no such pair that work may take.
    """
    side = {r.region: r.side for r in scenario.regions}
    weight = {r.region: r.work_weight for r in scenario.regions}
    clusters = [x for x in scenario.sites if x.kind == "cluster"]
    hubs: dict[str, str] = {}
    for x in clusters:
        if side[x.region] == "east" and weight[x.region] > weight.get(hubs.get(x.hub, ""), 0.0):
            hubs[x.hub] = x.region
    pairs = [
        (origin, x.site)
        for x in clusters
        if side[x.region] == "west"
        for origin in dict.fromkeys(hubs.values())
    ]
    found = tuple(r for r in (_route(c, *pair) for pair in pairs) if len(streams_of(c, r)))
    if not found:
        raise InputError(
            f"scenario '{scenario.name}': no work of an eastern hub may run at a western cluster; name "
            "routes yourself with --routes ORIGIN:SITE,…"
        )
    return found


def routes_of(text: str, scenario: Scenario, c: Compute) -> tuple[Route, ...]:
    """Routes written as ORIGIN:SITE,…; an empty text: the default ones.

    Raises:
        InputError: no such origin or site, both in one region, or no work that may go there.
    """
    if not text.strip():
        return default_routes(scenario, c)
    found: list[Route] = []
    for part in text.split(","):
        origin, colon, site = (x.strip() for x in part.partition(":"))
        if not colon or not origin or not site:
            raise InputError(
                f"--routes {part.strip()}: write routes as ORIGIN:SITE, parted by commas"
            )
        if origin not in c.origins:
            raise InputError(
                f"--routes: no work arises in '{origin}'; {suggest(origin, c.origins)}"
            )
        if site not in c.sites:
            raise InputError(f"--routes: there is no site '{site}'; {suggest(site, c.sites)}")
        route = _route(c, origin, site)
        if route.east == route.west:
            raise InputError(f"--routes {part.strip()}: the site is in {origin}; name another one")
        if not len(streams_of(c, route)):
            raise InputError(
                f"--routes {part.strip()}: no class of work of {origin} may run there; classes.csv "
                "says how far each may go (rtt_limit_ms, accepts, resident_share)"
            )
        if route not in found:
            found.append(route)
    return tuple(found)


def streams_of(c: Compute, route: Route) -> Array:
    """The streams of the route, one for each class that may take it."""
    return np.flatnonzero((c.stream_origin == route.o) & (c.stream_site == route.s))


def moved(c: Compute, route: Route, work_mw: float, home_mw: Array) -> Array:
    """The work of all streams with `work_mw` moved along the route in every hour (Q, T) [MW].

    It leaves each home stream of the classes that may go in proportion to what runs there, and keeps its class.

    Args:
        home_mw: the work where nothing is moved (Q, T) [MW].

    Raises:
        InputError: less of it runs at home in some hour.
    """
    out = home_mw.copy()
    there = streams_of(c, route)
    classes = c.stream_class[there]
    leaving = np.flatnonzero(
        (c.stream_origin == route.o) & c.stream_home & np.isin(c.stream_class, classes)
    )
    runs = home_mw[leaving].sum(axis=0)
    if runs.min() < work_mw:
        names = ", ".join(dict.fromkeys(c.class_tier[j] for j in classes))
        raise InputError(
            f"--work-mw {work_mw:g}: of the work that may go from {route.origin} to {route.site} ({names}) "
            f"only {runs.min():.4g} MW run at home in the leanest hour; ask for less, or for another route"
        )
    taken = work_mw / runs * home_mw[leaving]  # (home streams, T)
    out[leaving] -= taken
    for q, j in zip(there, classes, strict=True):
        out[q] += taken[c.stream_class[leaving] == j].sum(axis=0)
    return out


def _route(c: Compute, origin: str, site: str) -> Route:
    o, s = c.origins.index(origin), c.sites.index(site)
    return Route(origin, site, o, s, int(c.origin_region[o]), int(c.site_region[s]))
