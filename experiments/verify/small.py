"""Small systems written down in a few lines, for cases whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from westshift.models.outlook import Outlook, work_bounds_mwh
from westshift.models.system import Compute, Grid, System


@dataclass(frozen=True)
class Unit:
    """A generating unit: `availability` is a share for all hours or one an hour."""

    region: str
    capacity_mw: float
    cost_cny_per_mwh: float
    emission_kg_per_mwh: float = 0.0
    availability: float | Sequence[float] = 1.0
    minimum_mw: float = 0.0
    renewable: bool = False
    technology: str = "unit"


@dataclass(frozen=True)
class Way:
    """A directed line; `both` adds the way back."""

    start: str
    end: str
    capacity_mw: float
    loss_share: float = 0.0
    cost_cny_per_mwh: float = 0.0
    both: bool = True


@dataclass(frozen=True)
class Store:
    """A storage unit."""

    region: str
    power_mw: float
    energy_mwh: float
    charge_efficiency: float = 1.0
    discharge_efficiency: float = 1.0
    standing_loss_per_h: float = 0.0
    cost_cny_per_mwh: float = 0.0


@dataclass(frozen=True)
class Place:
    """A site."""

    region: str
    capacity_mw: float
    idle_mw: float = 0.0
    efficiency: float = 1.0


@dataclass(frozen=True)
class Work:
    """A class of work with its arrivals at each origin, MWh an hour."""

    name: str
    arrivals_mwh: dict[str, Sequence[float]]
    slack_h: int = 0
    delay_cny_per_mwh_h: float = 0.0
    unserved_cny_per_mwh: float = 1e5
    sites: Sequence[int] | None = None
    rtt_ms: dict[tuple[str, int], float] = field(default_factory=dict)
    rtt_limit_ms: float = np.inf
    latency_cny_per_mwh_ms: float = 0.0
    transfer_cny_per_mwh: float = 0.0


def grid(
    regions: Sequence[str],
    units: Sequence[Unit] = (),
    ways: Sequence[Way] = (),
    stores: Sequence[Store] = (),
    lost_load_cny_per_mwh: float = 1e5,
) -> Grid:
    """A Grid from lists of its parts."""
    at = {name: i for i, name in enumerate(regions)}
    lines = [w for way in ways for w in ([way, _back(way)] if way.both else [way])]
    return Grid(
        regions=tuple(regions),
        unit_region=_ints(at[u.region] for u in units),
        unit_technology=tuple(u.technology for u in units),
        unit_renewable=np.array([u.renewable for u in units], bool),
        unit_capacity_mw=_floats(u.capacity_mw for u in units),
        unit_cost_cny_per_mwh=_floats(u.cost_cny_per_mwh for u in units),
        unit_emission_kg_per_mwh=_floats(u.emission_kg_per_mwh for u in units),
        unit_day_limited=np.zeros(len(units), bool),
        line_from=_ints(at[w.start] for w in lines),
        line_to=_ints(at[w.end] for w in lines),
        line_capacity_mw=_floats(w.capacity_mw for w in lines),
        line_loss_share=_floats(w.loss_share for w in lines),
        line_cost_cny_per_mwh=_floats(w.cost_cny_per_mwh for w in lines),
        storage_region=_ints(at[s.region] for s in stores),
        storage_technology=tuple("store" for _ in stores),
        storage_power_mw=_floats(s.power_mw for s in stores),
        storage_energy_mwh=_floats(s.energy_mwh for s in stores),
        storage_charge_efficiency=_floats(s.charge_efficiency for s in stores),
        storage_discharge_efficiency=_floats(s.discharge_efficiency for s in stores),
        storage_standing_loss_per_h=_floats(s.standing_loss_per_h for s in stores),
        storage_cost_cny_per_mwh=_floats(s.cost_cny_per_mwh for s in stores),
        lost_load_cny_per_mwh=lost_load_cny_per_mwh,
    )


def compute(regions: Sequence[str], places: Sequence[Place] = (), works: Sequence[Work] = ()) -> Compute:
    """A Compute from lists of its parts. Origins are the regions in which work arrives."""
    origins = [r for r in regions if any(r in w.arrivals_mwh for w in works)]
    at = {name: i for i, name in enumerate(regions)}
    streams = [
        (o, j, s, w.rtt_ms.get((name, s), 0.0))
        for o, name in enumerate(origins)
        for j, w in enumerate(works)
        for s in (range(len(places)) if w.sites is None else w.sites)
        if name in w.arrivals_mwh and w.rtt_ms.get((name, s), 0.0) <= w.rtt_limit_ms
    ]
    o, j, s = (_ints(q[i] for q in streams) for i in range(3))
    rtt = _floats(q[3] for q in streams)
    home = np.array([places[q[2]].region == origins[q[0]] for q in streams], bool)
    return Compute(
        sites=tuple(f"site{i}" for i in range(len(places))),
        site_region=_ints(at[p.region] for p in places),
        site_capacity_mw=_floats(p.capacity_mw for p in places),
        site_idle_mw=_floats(p.idle_mw for p in places),
        site_efficiency=_floats(p.efficiency for p in places),
        origins=tuple(origins),
        origin_region=_ints(at[name] for name in origins),
        classes=tuple(w.name for w in works),
        class_tier=tuple(w.name for w in works),
        class_slack_h=_ints(w.slack_h for w in works),
        class_delay_cny_per_mwh_h=_floats(w.delay_cny_per_mwh_h for w in works),
        class_unserved_cny_per_mwh=_floats(w.unserved_cny_per_mwh for w in works),
        stream_origin=o,
        stream_class=j,
        stream_site=s,
        stream_home=home,
        stream_rtt_ms=rtt,
        stream_added_rtt_ms=rtt,
        stream_latency_cny_per_mwh=rtt * _floats(works[q[1]].latency_cny_per_mwh_ms for q in streams),
        stream_transfer_cny_per_mwh=np.where(
            home, 0.0, _floats(works[q[1]].transfer_cny_per_mwh for q in streams)
        ),
        stream_transfer_mwh_per_mwh=np.zeros(len(streams)),
    )


def outlook(
    grid: Grid,
    hours: int,
    *,
    demand_mw: dict[str, Sequence[float] | float] | None = None,
    units: Sequence[Unit] = (),
    compute: Compute | None = None,
    works: Sequence[Work] = (),
    tariff_cny_per_mwh: dict[str, Sequence[float]] | None = None,
    intensity_kg_per_mwh: dict[str, Sequence[float]] | None = None,
    pue: float = 1.0,
    carbon_cny_per_kg: float = 0.0,
    storage_start_mwh: Sequence[float] | None = None,
) -> Outlook:
    """An Outlook of `hours` hours; what is not given is zero."""
    system = System(grid, compute or _no_compute(grid.regions))
    c = system.compute
    arrivals = np.zeros((len(c.origins), len(c.classes), hours))
    for j, w in enumerate(works):
        for name, mwh in w.arrivals_mwh.items():
            arrivals[c.origins.index(name), j] = mwh
    nothing_waits = np.zeros((len(c.origins), len(c.classes), 1))
    available, due = work_bounds_mwh(nothing_waits, arrivals, c.class_slack_h)
    most = np.array([np.broadcast_to(u.availability, hours) * u.capacity_mw for u in units])
    return Outlook(
        system=system,
        start_h=0,
        demand_mw=_rows(demand_mw, grid.regions, hours),
        unit_max_mw=most.reshape(len(units), hours),
        unit_min_mw=np.array([[u.minimum_mw] * hours for u in units]).reshape(len(units), hours),
        unit_day_mwh=np.zeros((len(units), -(-hours // 24))),
        pue=np.full((len(c.sites), hours), pue),
        tariff_cny_per_mwh=_rows(tariff_cny_per_mwh, grid.regions, hours),
        intensity_kg_per_mwh=_rows(intensity_kg_per_mwh, grid.regions, hours),
        available_mwh=available,
        due_mwh=due,
        carbon_cny_per_kg=carbon_cny_per_kg,
        storage_start_mwh=None if storage_start_mwh is None else np.array(storage_start_mwh, float),
    )


def _no_compute(regions: Sequence[str]) -> Compute:
    return compute(regions)


def _back(w: Way) -> Way:
    return Way(w.end, w.start, w.capacity_mw, w.loss_share, w.cost_cny_per_mwh)


def _rows(given: dict | None, names: Sequence[str], hours: int) -> np.ndarray:
    return np.array([np.broadcast_to((given or {}).get(name, 0.0), hours) for name in names], float)


def _ints(values: object) -> np.ndarray:
    return np.array(list(values), int)  # type: ignore[call-overload]


def _floats(values: object) -> np.ndarray:
    return np.array(list(values), float)  # type: ignore[call-overload]
