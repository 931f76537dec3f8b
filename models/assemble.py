"""From a scenario's tables to the arrays of a System."""

from __future__ import annotations

import networkx as nx
import numpy as np

from .errors import InputError
from .network import fibre, rtt_ms
from .provenance import Parameters
from .rows import JobClass, Site
from .scenario import Scenario
from .system import Compute, Grid, System

Array = np.ndarray

BASE_MVA = 100.0
"""What reactances of lines.csv are per unit of."""

RESIDENT = " (resident)"
"""Ends the name of the part of a class that data residency keeps in its own region."""


def make_system(scenario: Scenario) -> System:
    """The grid and the computing of a scenario."""
    return System(make_grid(scenario), make_compute(scenario))


def make_grid(scenario: Scenario) -> Grid:
    """Regions, units, directed lines and storages."""
    t = scenario
    names = tuple(r.region for r in t.regions)
    at = {name: i for i, name in enumerate(names)}
    kind = {x.technology: x for x in t.technologies}
    units = t.generators
    ways = [
        (at[x.from_region], at[x.to_region], x.capacity_mw, i, x) for i, x in enumerate(t.lines)
    ] + [
        (at[x.to_region], at[x.from_region], x.capacity_back_mw, i, x)
        for i, x in enumerate(t.lines)
    ]
    ways = [way for way in ways if way[2] > 0]
    reactance = _reactances(t)
    standing = sorted({i for _, _, _, i, _ in ways} & set(reactance))
    circuit = {i: n for n, i in enumerate(standing)}
    emission = [
        kind[u.technology].emission_kg_per_mwh
        if u.emission_kg_per_mwh is None
        else u.emission_kg_per_mwh
        for u in units
    ]
    return Grid(
        regions=names,
        unit_region=np.array([at[u.region] for u in units], int),
        unit_technology=tuple(u.technology for u in units),
        unit_renewable=np.array(
            [kind[u.technology].kind in ("wind", "solar", "hydro") for u in units], bool
        ),
        unit_capacity_mw=np.array([u.capacity_mw for u in units], float),
        unit_cost_cny_per_mwh=np.array([u.variable_cost_cny_per_mwh for u in units], float),
        unit_emission_kg_per_mwh=np.array(emission, float),
        unit_day_limited=np.array([kind[u.technology].kind == "hydro" for u in units], bool),
        line_from=np.array([w[0] for w in ways], int),
        line_to=np.array([w[1] for w in ways], int),
        line_capacity_mw=np.array([w[2] for w in ways], float),
        line_loss_share=np.array([w[4].loss_share for w in ways], float),
        line_cost_cny_per_mwh=np.array([w[4].wheeling_cost_cny_per_mwh for w in ways], float),
        line_circuit=np.array([circuit.get(w[3], -1) for w in ways], int),
        circuit_rad_per_mw=np.array([reactance[i] for i in standing], float) / BASE_MVA,
        circuit_shift_rad=np.zeros(len(standing)),
        storage_region=np.array([at[s.region] for s in t.storage], int),
        storage_technology=tuple(s.technology for s in t.storage),
        storage_power_mw=np.array([s.power_mw for s in t.storage], float),
        storage_energy_mwh=np.array([s.energy_mwh for s in t.storage], float),
        storage_charge_efficiency=np.array([s.efficiency_charge for s in t.storage], float),
        storage_discharge_efficiency=np.array([s.efficiency_discharge for s in t.storage], float),
        storage_standing_loss_per_h=np.array([s.standing_loss_per_h for s in t.storage], float),
        storage_cost_cny_per_mwh=np.array([s.variable_cost_cny_per_mwh for s in t.storage], float),
        lost_load_cny_per_mwh=scenario.parameters.value_of_lost_load_cny_per_mwh,
    )


def _reactances(t: Scenario) -> dict[int, float]:
    """Per-unit reactance of the lines that obey Kirchhoff, by their row; none in the transport model.

    Raises:
        InputError: power flow is asked for and no line has a reactance.
    """
    if t.network == "transport":
        return {}
    found = {i: x.reactance_pu for i, x in enumerate(t.lines) if x.reactance_pu is not None}
    if not found:
        raise InputError(
            "network: power_flow needs lines with a reactance: give lines.csv a column reactance_pu, "
            "or write network: transport"
        )
    joined = nx.Graph()
    joined.add_nodes_from(r.region for r in t.regions)
    joined.add_edges_from((x.from_region, x.to_region) for x in t.lines)
    parts = sorted(nx.connected_components(joined), key=len)
    if len(parts) > 1:
        raise InputError(
            f"network: power_flow needs one network, and no line of lines.csv joins {', '.join(sorted(parts[0]))} "
            "to the rest: add one, or write network: transport"
        )
    return found


def site_power_mw(sites: tuple[Site, ...], p: Parameters) -> tuple[Array, Array]:
    """Idle IT power, and the greatest work above it, of each site (S,), (S,) [MW].

    Energised servers are `energised_share` of the design power; they draw `idle_share` of it without
    work; work may fill `max_utilisation` of the rest. Work is counted at the reference hardware.
    """
    energised = p.energised_share * np.array([s.it_design_mw for s in sites], float)
    efficiency = np.array([s.hardware_efficiency for s in sites], float)
    return p.idle_share * energised, (
        1.0 - p.idle_share
    ) * energised * p.max_utilisation * efficiency


def split_classes(classes: tuple[JobClass, ...]) -> list[tuple[JobClass, bool, float]]:
    """(class, whether bound to its own region, share of all work), parts without work left out."""
    parts = []
    for c in classes:
        free = c.share * (1.0 - c.resident_share)
        bound = c.share * c.resident_share
        parts += [(c, False, free)] if free > 0 else []
        parts += [(c, True, bound)] if bound > 0 else []
    return parts


def make_compute(scenario: Scenario) -> Compute:
    """Sites, classes and streams.

    Raises:
        InputError: work has nowhere to run within its round-trip limit.
    """
    t, p = scenario, scenario.parameters
    regions = tuple(r.region for r in t.regions)
    at = {name: i for i, name in enumerate(regions)}
    western = {r.region for r in t.regions if r.side == "west"}
    origins = tuple(r.region for r in t.regions if r.work_weight > 0)
    parts = split_classes(t.classes)
    idle, capacity = site_power_mw(t.sites, p)
    graph = fibre([r for r in t.regions if r.work_weight > 0], t.sites, p)
    rtt = rtt_ms(graph, origins, tuple(s.site for s in t.sites))
    streams = [
        (o, j, s)
        for o, origin in enumerate(origins)
        for j, (job_class, resident, _) in enumerate(parts)
        for s, site in enumerate(t.sites)
        if _may_run(job_class, resident, origin, site, float(rtt[o, s]))
    ]
    o, j, s = (np.array([q[i] for q in streams], int) for i in range(3))
    home = np.array([t.sites[b].region == origins[a] for a, _, b in streams], bool)
    _every_workload_has_a_home(origins, parts, o, j, home)
    stream_rtt = rtt[o, s]
    added = stream_rtt - _home_mean(
        stream_rtt, np.where(home, capacity[s], 0.0), home, o * len(parts) + j
    )
    latency_value = np.array([c.latency_value_cny_per_mwh_ms for c, _, _ in parts])
    data_gb = np.where(home, 0.0, np.array([c.data_gb_per_mwh for c, _, _ in parts])[j])
    return Compute(
        sites=tuple(x.site for x in t.sites),
        site_region=np.array([at[x.region] for x in t.sites], int),
        site_capacity_mw=capacity,
        site_idle_mw=idle,
        site_efficiency=np.array([x.hardware_efficiency for x in t.sites], float),
        origins=origins,
        origin_region=np.array([at[name] for name in origins], int),
        classes=tuple(c.job_class + (RESIDENT if resident else "") for c, resident, _ in parts),
        class_tier=tuple(c.job_class for c, _, _ in parts),
        class_slack_h=np.array([c.slack_h for c, _, _ in parts], int),
        class_delay_cny_per_mwh_h=np.array(
            [c.delay_value_cny_per_mwh_h for c, _, _ in parts], float
        ),
        class_unserved_cny_per_mwh=np.array(
            [c.unserved_penalty_cny_per_mwh for c, _, _ in parts], float
        ),
        stream_origin=o,
        stream_class=j,
        stream_site=s,
        stream_home=home,
        stream_rtt_ms=stream_rtt,
        stream_added_rtt_ms=added,
        stream_latency_cny_per_mwh=latency_value[j] * added,
        stream_transfer_cny_per_mwh=data_gb * p.transfer_price_cny_per_gb,
        stream_transfer_mwh_per_mwh=data_gb * p.transfer_energy_kwh_per_gb / 1000.0,
        site_western_hub=np.array(
            [x.kind == "cluster" and x.region in western for x in t.sites], bool
        ),
        class_length_h=np.array([c.length_h or 1 for c, _, _ in parts], int),
    )


def _may_run(job_class: JobClass, resident: bool, origin: str, site: Site, rtt: float) -> bool:
    if rtt > job_class.rtt_limit_ms:
        return False
    if site.region == origin:
        return True
    if resident or job_class.accepts == "home":
        return False
    return job_class.accepts == "any" or site.kind == "cluster"


def _every_workload_has_a_home(
    origins: tuple[str, ...],
    parts: list[tuple[JobClass, bool, float]],
    o: Array,
    j: Array,
    home: Array,
) -> None:
    at_home = set(zip(o[home].tolist(), j[home].tolist(), strict=True))
    for a, origin in enumerate(origins):
        for b, (job_class, _, _) in enumerate(parts):
            if (a, b) not in at_home:
                raise InputError(
                    f"sites.csv: class {job_class.job_class} of region {origin} has no site in {origin} within "
                    f"its rtt_limit_ms {job_class.rtt_limit_ms:g}; add a site there or raise the limit in classes.csv"
                )


def _home_mean(rtt: Array, capacity: Array, home: Array, workload: Array) -> Array:
    """Mean round-trip time over a workload's home streams, by capacity, for each stream (Q,) [ms]."""
    n = int(workload.max(initial=-1)) + 1
    weight = np.where(home, np.maximum(capacity, 1e-9), 0.0)
    total, summed = np.bincount(workload, weight, n), np.bincount(workload, weight * rtt, n)
    return (summed / np.where(total > 0, total, 1.0))[workload]
