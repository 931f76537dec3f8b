"""The network between where work arises and where it can run: fibre, round-trip time, data.

One-way delay = overhead + route factor x great-circle length x ms per km of fibre; the round trip is
twice that. The graph carries it on its edges, so that a user can replace or add fibre links.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import numpy as np

from .provenance import Parameters
from .rows import Region, Site

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG) [km]."""


def great_circle_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle length by the haversine formula [km]."""
    a, b = np.radians([lat_a, lon_a]), np.radians([lat_b, lon_b])
    half = np.sin((b - a) / 2) ** 2
    return float(2 * EARTH_KM * np.arcsin(np.sqrt(half[0] + np.cos(a[0]) * np.cos(b[0]) * half[1])))


def round_trip_ms(length_km: float, p: Parameters) -> float:
    """Round-trip time over that great-circle length [ms]."""
    return 2.0 * (p.rtt_overhead_one_way_ms + p.fibre_route_factor * length_km * p.fibre_ms_per_km)


def fibre(regions: Iterable[Region], sites: Iterable[Site], p: Parameters) -> nx.Graph:
    """A graph of origins `("origin", region)` and sites `("site", site)` with direct fibre between.

    Edges carry `length_km` (great circle) and `rtt_ms`.
    """
    graph = nx.Graph()
    sites = tuple(sites)
    for region in regions:
        for site in sites:
            km = great_circle_km(region.lat, region.lon, site.lat, site.lon)
            graph.add_edge(
                ("origin", region.region),
                ("site", site.site),
                length_km=km,
                rtt_ms=round_trip_ms(km, p),
            )
    return graph


def rtt_ms(graph: nx.Graph, origins: tuple[str, ...], sites: tuple[str, ...]) -> np.ndarray:
    """Least round-trip time from each origin to each site over the graph (O, S) [ms]."""
    out = np.full((len(origins), len(sites)), np.inf)
    column = {("site", s): i for i, s in enumerate(sites)}
    for o, origin in enumerate(origins):
        reached = nx.single_source_dijkstra_path_length(graph, ("origin", origin), weight="rtt_ms")
        for node, ms in reached.items():
            if node in column:
                out[o, column[node]] = ms
    return out
