"""What must hold in every system: how the optimum answers when the question is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from westshift.models.outlook import Outlook
from westshift.models.system import Compute, Grid
from westshift.optim.program import Program, co_planner, price_taker

from .case import Check, checks, exceeds, furthest
from .drawn import draw

CONSTANT = "A constant on every intensity adds constant x energy, where no place needs less of it"
SCALED = "Work, demand and capacity times k cost k times as much"
RENAMED = "Regions in another order: the same optimum, prices in that order"
LOOSER = "More slack, capacity or lines never cost more; a tighter latency bound never less"


def run() -> tuple[Check, ...]:
    """All identities."""
    return constant_intensity() + scaling() + relabelling() + monotone()


def constant_intensity(seed: int = 21, added_kg_per_mwh: float = 200.0) -> tuple[Check, ...]:
    """Everywhere the same PUE and hardware and no network energy: the energy is the same for all plans."""
    o = draw(seed, 24)
    c = o.system.compute
    alike = replace(
        c,
        site_efficiency=np.ones(len(c.sites)),
        stream_transfer_mwh_per_mwh=np.zeros(len(c.stream_site)),
    )
    o = replace(o, system=replace(o.system, compute=alike), pue=np.full_like(o.pue, 1.3))
    program = price_taker(tie_break=0)
    base = program.solve(o)
    more = program.solve(replace(o, intensity_kg_per_mwh=o.intensity_kg_per_mwh + added_kg_per_mwh))
    work_mwh = float(o.available_mwh[:, :, -1].sum())
    energy = 1.3 * (work_mwh + float(c.site_idle_mw.sum()) * o.hours)
    rows = [
        (
            "cost added",
            o.carbon_cny_per_kg * added_kg_per_mwh * energy,
            more.objective - base.objective,
        ),
        ("energy bought, MWh", energy, more.values["purchase"].sum()),
        ("furthest change of schedule", 0, furthest(more.values["work"], base.values["work"])),
    ]
    return checks("a constant on every intensity", CONSTANT, rows)


def scaling(seed: int = 22, factors: Sequence[float] = (0.01, 3.0, 1000.0)) -> tuple[Check, ...]:
    """Cost of both programs is homogeneous in size."""
    rows = []
    for make in (price_taker, co_planner):
        program = make(tie_break=0)
        base = program.solve(draw(seed, 24)).objective
        rows += [
            (
                f"{program.name} at {k:g} times the size",
                k * base,
                _solve(make, draw(seed, 24, factor=k)),
            )
            for k in factors
        ]
    return checks("scaling", SCALED, rows)


def relabelling(seed: int = 23, order: Sequence[int] = (2, 0, 1)) -> tuple[Check, ...]:
    """The answer does not depend on the order in which regions are listed."""
    o = draw(seed, 24)
    renamed = relabelled(o, order)
    rows = []
    for make in (price_taker, co_planner):
        base, other = (
            make(tie_break=0).solve(o, once=True),
            make(tie_break=0).solve(renamed, once=True),
        )
        price, listed = base.duals["balance"][list(order)], other.duals["balance"]
        rows += [
            (f"{make.__name__}, cost", base.objective, other.objective),
            (f"{make.__name__}, furthest price", 0, furthest(listed, price)),
            (
                f"{make.__name__}, furthest work",
                0,
                furthest(other.values["work"], base.values["work"]),
            ),
        ]
    return checks("relabelling regions", RENAMED, rows)


def relabelled(o: Outlook, order: Sequence[int]) -> Outlook:
    """The same outlook with its regions listed in another order: new region i is old `order[i]`."""
    old = list(order)
    new = np.argsort(old)
    g, c = o.system.grid, o.system.compute
    grid: Grid = replace(
        g,
        regions=tuple(g.regions[r] for r in old),
        unit_region=new[g.unit_region],
        line_from=new[g.line_from],
        line_to=new[g.line_to],
        storage_region=new[g.storage_region],
    )
    compute: Compute = replace(
        c, site_region=new[c.site_region], origin_region=new[c.origin_region]
    )
    return replace(
        o,
        system=replace(o.system, grid=grid, compute=compute),
        demand_mw=o.demand_mw[old],
        tariff_cny_per_mwh=o.tariff_cny_per_mwh[old],
        intensity_kg_per_mwh=o.intensity_kg_per_mwh[old],
    )


def monotone(seed: int = 24) -> tuple[Check, ...]:
    """Each loosening of a tight system, one at a time; found is by how much the order is broken."""
    tight = draw(seed, 24, room=1.1)
    g, c = tight.system.grid, tight.system.compute
    wider = replace(tight.system, grid=replace(g, line_capacity_mw=2 * g.line_capacity_mw))
    stronger = replace(tight.system, grid=replace(g, storage_power_mw=2 * g.storage_power_mw))
    work = {
        "more slack": draw(seed, 24, room=1.1, slack_h=(2, 9)),
        "more room at the sites": draw(seed, 24, room=1.6),
    }
    power = {
        "stronger lines": replace(tight, system=wider),
        "stronger storage": replace(tight, system=stronger),
    }
    near = replace(tight, system=replace(tight.system, compute=within(c, 15.0)))
    rows = []
    for make, cases in ((price_taker, work), (co_planner, work | power)):
        base = _solve(make, tight)
        rows += [
            (f"{make.__name__}, {what}", 0, exceeds(_solve(make, o), base))
            for what, o in cases.items()
        ]
        rows.append((f"{make.__name__}, tighter latency", 0, exceeds(base, _solve(make, near))))
    return checks("loosening never costs", LOOSER, rows, tolerance=1e-9)


def within(c: Compute, rtt_limit_ms: float) -> Compute:
    """The same computing with only the streams whose round trip is within a limit."""
    kept = c.stream_rtt_ms <= rtt_limit_ms
    of_streams = {name: getattr(c, name)[kept] for name in vars(c) if name.startswith("stream_")}
    return replace(c, **of_streams)


def _solve(make: Callable[..., Program], o: Outlook) -> float:
    return make(tie_break=0).solve(o, once=True).objective
