"""A drawn system of any size, the same on every machine: what speed is measured on.

Regions stand in a ring with chords; each has six units, a store, a demand, a site and work of its own. Half
of the regions are windy and sunny and need little, the other half have coal, gas and most of the demand.
Figures are of the right order and mean nothing: no result about the world comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from westshift.models.outlook import Outlook, work_bounds_mwh
from westshift.models.system import Compute, Grid, System

Array = np.ndarray

SLACK_H = (2, 12, 48, 6, 24, 36)
"""Of the classes, in this order."""
TECHNOLOGIES = ("coal", "gas", "nuclear", "hydro", "wind", "solar")


@dataclass(frozen=True)
class Size:
    """R regions, J classes, T hours ahead; work may run in the first `hubs` regions and at home."""

    regions: int
    classes: int
    hours: int
    hubs: int


SMALL = Size(5, 2, 24, 5)
MEDIUM = Size(10, 3, 168, 10)
LARGE = Size(31, 3, 168, 8)


def reference(size: Size, hours: int, seed: int = 0) -> Outlook:
    """`hours` hours of a drawn system, all foreseen."""
    rng = np.random.default_rng(seed)
    R, T = size.regions, hours
    hour, west = np.arange(T), np.arange(R) < R / 2
    grid, compute = _grid(rng, size, west), _compute(rng, size)
    day = 1.0 + 0.15 * np.sin((hour - 9) / 24 * 2 * np.pi)
    weather = 1.0 + 0.05 * _drift(rng, (R, T), 0.9)
    demand = np.where(west, 3e3, 12e3)[:, None] * rng.uniform(0.8, 1.2, (R, 1)) * day * weather
    wind = np.clip(0.35 + 0.25 * _drift(rng, (R, T), 0.97), 0.0, 1.0)
    sun = np.maximum(np.sin((hour % 24 - 6) / 12 * np.pi), 0.0) * rng.uniform(0.6, 1.0, (R, T))
    tech = np.array(grid.unit_technology)
    most = np.repeat(grid.unit_capacity_mw[:, None], T, axis=1)
    most[tech == "wind"] *= wind
    most[tech == "solar"] *= sun
    least = np.zeros_like(most)
    least[tech == "coal"] = 0.3 * most[tech == "coal"]
    least[tech == "nuclear"] = 0.9 * most[tech == "nuclear"]
    days = -(-T // 24)
    water = 24.0 * grid.unit_capacity_mw[:, None] * rng.uniform(0.4, 0.6, (len(tech), days))
    busy = 1.0 + 0.4 * np.sin((hour - 8) / 24 * 2 * np.pi)
    share = rng.dirichlet(np.full(size.classes, 4.0), R)
    work = np.where(west, 60.0, 500.0)[:, None, None] * share[:, :, None]
    arrivals = work * np.maximum(busy + 0.1 * rng.standard_normal((R, size.classes, T)), 0.0)
    none = np.zeros((R, size.classes, 1))
    available, due = work_bounds_mwh(none, arrivals, compute.class_slack_h)
    nothing = np.zeros((R, T))
    heat = 1.0 + 0.03 * np.sin((hour - 9) / 24 * 2 * np.pi)
    return Outlook(
        system=System(grid, compute),
        start_h=0,
        demand_mw=demand,
        unit_max_mw=most,
        unit_min_mw=least,
        unit_day_mwh=water,
        pue=rng.uniform(1.1, 1.4, (R, 1)) * heat,
        tariff_cny_per_mwh=np.full((R, T), 400.0) + 100.0 * rng.standard_normal((R, T)),
        intensity_kg_per_mwh=nothing,
        marginal_kg_per_mwh=nothing,
        price_cny_per_mwh=nothing,
        available_mwh=available,
        due_mwh=due,
        carbon_cny_per_kg=0.08,
    )


def _grid(rng: np.random.Generator, size: Size, west: Array) -> Grid:
    R, K = size.regions, len(TECHNOLOGIES)
    chords = [(r, (r + 1) % R) for r in range(R)] + [(r, (r + R // 2) % R) for r in range(R // 2)]
    ends = np.array([pair for a, b in chords for pair in ((a, b), (b, a))])
    lines, regions = len(ends), np.arange(R)
    rich = np.array([0.5, 0.0, 0.0, 0.5, 2.5, 2.5])
    poor = np.array([0.9, 0.4, 0.2, 0.2, 0.2, 0.2])
    share = np.where(west[:, None], rich, poor)
    need = np.where(west, 3e3, 12e3)
    cost = np.array([260.0, 450.0, 90.0, 20.0, 5.0, 3.0])
    return Grid(
        regions=tuple(f"R{r:02d}" for r in range(R)),
        unit_region=np.repeat(regions, K),
        unit_technology=TECHNOLOGIES * R,
        unit_renewable=np.tile(np.array([False, False, False, True, True, True]), R),
        unit_capacity_mw=(need[:, None] * share * rng.uniform(0.8, 1.2, (R, K))).ravel(),
        unit_cost_cny_per_mwh=(cost * rng.uniform(0.9, 1.1, (R, K))).ravel(),
        unit_emission_kg_per_mwh=np.tile(np.array([830.0, 380.0, 0.0, 0.0, 0.0, 0.0]), R),
        unit_day_limited=np.tile(np.array([False, False, False, True, False, False]), R),
        line_from=ends[:, 0],
        line_to=ends[:, 1],
        line_capacity_mw=np.full(lines, 2e3) * rng.uniform(0.5, 1.5, lines),
        line_loss_share=rng.uniform(0.02, 0.06, lines),
        line_cost_cny_per_mwh=rng.uniform(1.0, 10.0, lines),
        line_circuit=np.full(lines, -1),
        circuit_rad_per_mw=np.zeros(0),
        circuit_shift_rad=np.zeros(0),
        storage_region=regions,
        storage_technology=("battery",) * R,
        storage_power_mw=0.1 * need,
        storage_energy_mwh=0.4 * need,
        storage_charge_efficiency=np.full(R, 0.95),
        storage_discharge_efficiency=np.full(R, 0.93),
        storage_standing_loss_per_h=np.full(R, 1e-4),
        storage_cost_cny_per_mwh=rng.uniform(5.0, 15.0, R),
        lost_load_cny_per_mwh=20_000.0,
    )


def _compute(rng: np.random.Generator, size: Size) -> Compute:
    R, J = size.regions, size.classes
    pairs = [(o, s) for o in range(R) for s in range(R) if s < size.hubs or s == o]
    stream = np.array([(o, j, s) for o, s in pairs for j in range(J)])
    origin, job, site = stream.T
    far = np.abs(origin - site) * 2.0
    slack = np.array([SLACK_H[j % len(SLACK_H)] for j in range(J)])
    total = 60.0 * R / 2 + 500.0 * R / 2
    return Compute(
        sites=tuple(f"S{r:02d}" for r in range(R)),
        site_region=np.arange(R),
        site_capacity_mw=np.where(np.arange(R) < size.hubs, 4.0 * total / R, 800.0),
        site_idle_mw=np.full(R, 50.0),
        site_efficiency=rng.uniform(0.9, 1.1, R),
        origins=tuple(f"O{r:02d}" for r in range(R)),
        origin_region=np.arange(R),
        classes=tuple(f"J{j}" for j in range(J)),
        class_tier=tuple(f"J{j}" for j in range(J)),
        class_slack_h=slack,
        class_delay_cny_per_mwh_h=6.0 / slack,
        class_unserved_cny_per_mwh=np.full(J, 10_000.0),
        stream_origin=origin,
        stream_class=job,
        stream_site=site,
        stream_home=origin == site,
        stream_rtt_ms=far,
        stream_added_rtt_ms=far,
        stream_latency_cny_per_mwh=0.5 * far,
        stream_transfer_cny_per_mwh=np.where(origin == site, 0.0, 10.0),
        stream_transfer_mwh_per_mwh=np.where(origin == site, 0.0, 0.01),
    )


def _drift(rng: np.random.Generator, shape: tuple[int, int], stays: float) -> Array:
    """Noise of unit variance that remembers: an autoregression of order one along the last axis."""
    out = rng.standard_normal(shape)
    for t in range(1, shape[1]):
        out[:, t] = stays * out[:, t - 1] + np.sqrt(1.0 - stays**2) * out[:, t]
    return out
