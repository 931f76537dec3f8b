"""Small systems put together from their parts: the same arrays that a scenario is made into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from westshift.models.actual import HISTORY_H, Actual
from westshift.models.outlook import Outlook, work_bounds_mwh
from westshift.models.system import Compute, Grid, System

from .parts import Place, Store, Unit, Way, Work

Series = Mapping[str, Sequence[float] | float]


def grid(
    regions: Sequence[str],
    units: Sequence[Unit] = (),
    ways: Sequence[Way] = (),
    stores: Sequence[Store] = (),
    lost_load_cny_per_mwh: float = 1e5,
) -> Grid:
    """A Grid from lists of its parts."""
    at = {name: i for i, name in enumerate(regions)}
    lines, line_circuit, circuits = [], [], []
    for way in ways:
        both = [way, way.back()] if way.both else [way]
        lines += both
        line_circuit += [-1 if way.rad_per_mw is None else len(circuits)] * len(both)
        circuits += [] if way.rad_per_mw is None else [way]
    return Grid(
        regions=tuple(regions),
        unit_region=_ints(at[u.region] for u in units),
        unit_technology=tuple(u.technology for u in units),
        unit_renewable=np.array([u.renewable for u in units], bool),
        unit_capacity_mw=_floats(u.capacity_mw for u in units),
        unit_cost_cny_per_mwh=_floats(u.cost_cny_per_mwh for u in units),
        unit_emission_kg_per_mwh=_floats(u.emission_kg_per_mwh for u in units),
        unit_day_limited=np.array([u.day_mwh is not None for u in units], bool),
        line_from=_ints(at[w.start] for w in lines),
        line_to=_ints(at[w.end] for w in lines),
        line_capacity_mw=_floats(w.capacity_mw for w in lines),
        line_loss_share=_floats(w.loss_share for w in lines),
        line_cost_cny_per_mwh=_floats(w.cost_cny_per_mwh for w in lines),
        line_circuit=_ints(line_circuit),
        circuit_rad_per_mw=_floats(way.rad_per_mw or 0.0 for way in circuits),
        circuit_shift_rad=_floats(way.shift_rad for way in circuits),
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


def compute(
    regions: Sequence[str], places: Sequence[Place] = (), works: Sequence[Work] = ()
) -> Compute:
    """A Compute from lists of its parts. Origins are the regions in which work arrives."""
    at = {name: i for i, name in enumerate(regions)}
    origins = [r for r in regions if any(r in w.arrivals_mwh for w in works)]
    streams = [
        (o, j, s)
        for o, name in enumerate(origins)
        for j, w in enumerate(works)
        for s in range(len(places))
        if w.reaches(name, s)
    ]
    o, j, s = (_ints(stream[i] for stream in streams) for i in range(3))
    home = np.array([places[c].region == origins[a] for a, _, c in streams], bool)
    rtt = _floats(works[b].rtt_ms.get((origins[a], c), 0.0) for a, b, c in streams)
    latency = _floats(works[b].latency_cny_per_mwh_ms for _, b, _ in streams)
    transfer_cny = _floats(works[b].transfer_cny_per_mwh for _, b, _ in streams)
    transfer_mwh = _floats(works[b].transfer_mwh_per_mwh for _, b, _ in streams)
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
        stream_latency_cny_per_mwh=rtt * latency,
        stream_transfer_cny_per_mwh=np.where(home, 0.0, transfer_cny),
        stream_transfer_mwh_per_mwh=np.where(home, 0.0, transfer_mwh),
    )


def outlook(
    regions: Sequence[str],
    hours: int,
    *,
    units: Sequence[Unit] = (),
    ways: Sequence[Way] = (),
    stores: Sequence[Store] = (),
    places: Sequence[Place] = (),
    works: Sequence[Work] = (),
    demand_mw: Series | None = None,
    tariff_cny_per_mwh: Series | None = None,
    intensity_kg_per_mwh: Series | None = None,
    carbon_cny_per_kg: float = 0.0,
    storage_start_mwh: Sequence[float] | None = None,
    lost_load_cny_per_mwh: float = 1e5,
) -> Outlook:
    """A small system and its first `hours` hours; what is not given is zero or absent."""
    c = compute(regions, places, works)
    days = -(-hours // 24)
    arrivals = np.zeros((len(c.origins), len(c.classes), hours))
    for j, w in enumerate(works):
        for name, mwh in w.arrivals_mwh.items():
            arrivals[c.origins.index(name), j] = mwh
    nothing_waits = np.zeros((len(c.origins), len(c.classes), 1))
    available, due = work_bounds_mwh(nothing_waits, arrivals, c.class_slack_h)
    return Outlook(
        system=System(grid(regions, units, ways, stores, lost_load_cny_per_mwh), c),
        start_h=0,
        demand_mw=_rows(((demand_mw or {}).get(r, 0.0) for r in regions), hours),
        unit_max_mw=_rows((np.multiply(u.availability, u.capacity_mw) for u in units), hours),
        unit_min_mw=_rows((u.minimum_mw for u in units), hours),
        unit_day_mwh=_rows((u.day_mwh or 0.0 for u in units), days),
        pue=_rows((p.pue for p in places), hours),
        tariff_cny_per_mwh=_rows(((tariff_cny_per_mwh or {}).get(r, 0.0) for r in regions), hours),
        intensity_kg_per_mwh=_rows(
            ((intensity_kg_per_mwh or {}).get(r, 0.0) for r in regions), hours
        ),
        marginal_kg_per_mwh=np.zeros((len(regions), hours)),
        price_cny_per_mwh=np.zeros((len(regions), hours)),
        available_mwh=available,
        due_mwh=due,
        carbon_cny_per_kg=carbon_cny_per_kg,
        storage_start_mwh=None if storage_start_mwh is None else np.array(storage_start_mwh, float),
    )


def actual(o: Outlook) -> Actual:
    """The outlook come true, after a day of history."""
    arrivals = np.diff(o.available_mwh, prepend=0.0, axis=2)
    return Actual(
        system=o.system,
        name="small",
        start_h=o.start_h,
        weight=1.0,
        demand_mw=with_history(o.demand_mw),
        unit_max_mw=with_history(o.unit_max_mw),
        unit_min_mw=with_history(o.unit_min_mw),
        unit_day_mwh=np.concatenate([o.unit_day_mwh[:, :1], o.unit_day_mwh], axis=1),
        pue=with_history(o.pue),
        tariff_cny_per_mwh=with_history(o.tariff_cny_per_mwh),
        arrivals_mwh=with_history(arrivals),
        official_kg_per_mwh=np.full(len(o.system.grid.regions), np.nan),
        wue_l_per_kwh=np.zeros(len(o.system.compute.sites)),
        carbon_cny_per_kg=o.carbon_cny_per_kg,
    )


def with_history(series: np.ndarray) -> np.ndarray:
    """A day before the first hour, in which the hours came round before: (…, T) -> (…, 24 + T)."""
    T = series.shape[-1]
    return series[..., np.arange(-HISTORY_H, T) % T]


def _rows(values: Iterable[object], n: int) -> np.ndarray:
    """One row a value, each stretched to n columns; (0, n) where there is none."""
    rows = [np.broadcast_to(np.asarray(v, float), n) for v in values]
    return np.array(rows, float).reshape(len(rows), n)


def _ints(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), int)


def _floats(values: Iterable[float]) -> np.ndarray:
    return np.array(list(values), float)
