"""What a siting plan costs and emits in a year, kind by kind, and what it builds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from westshift.experiments.siting.problem import Problem, built_of, weighted
from westshift.models.siting import Choices
from westshift.models.siting_world import Built, standing
from westshift.optim.siting_solve import Found

Array = np.ndarray

KINDS = ("halls", "servers", "plants", "batteries", "lines")


@dataclass(frozen=True)
class Books:
    """A year of a plan.

    Attributes:
        total_cny: what the program minimises: building, running, carbon at its price [CNY/a].
        building_cny: annuities with upkeep by kind. running_cny: the rest without carbon [CNY/a].
        operation_t: what the whole grid emits. embodied_t: of what is built, spread over its life [t/a].
        energy_gwh: what data centers draw [GWh/a]. shed_mwh: demand that is not met [MWh/a].
    """

    total_cny: float
    building_cny: dict[str, float]
    running_cny: float
    operation_t: float
    embodied_t: float
    energy_gwh: float
    shed_mwh: float

    @property
    def carbon_t(self) -> float:
        """All of it [t/a]."""
        return self.operation_t + self.embodied_t


def building(c: Choices, built: Built) -> tuple[dict[str, float], float]:
    """Annuities of a plan by kind [CNY/a], and its embodied carbon [t/a]."""
    parts = {
        "halls": ((c.hall_price, built.halls_mw),),
        "servers": ((c.server_price, built.servers_mw),),
        "plants": ((c.plant_price, built.plants_mw),),
        "batteries": ((c.power_price, built.power_mw), (c.energy_price, built.energy_mwh)),
        "lines": ((c.line_price, built.lines_mw),),
    }
    money = {kind: float(sum(p.cny @ x for p, x in pairs)) for kind, pairs in parts.items()}
    kg = sum(float(p.kg @ x) for pairs in parts.values() for p, x in pairs)
    return money, kg / 1e3


def books(problem: Problem, found: Found) -> Books:
    """A year of the plan in a solution, as the program promises it."""
    system = problem.outlooks[0].system
    grid = system.grid
    money, embodied_t = building(problem.choices, built_of(problem, found))
    operation_t = weighted(problem, found, "output", grid.unit_emission_kg_per_mwh) / 1e3
    carbon_cny = problem.outlooks[0].carbon_cny_per_kg * 1e3 * (operation_t + embodied_t)
    total = found.objective
    return Books(
        total_cny=total,
        building_cny=money,
        running_cny=total - carbon_cny - sum(money.values()),
        operation_t=operation_t,
        embodied_t=embodied_t,
        energy_gwh=_energy_gwh(problem, found),
        shed_mwh=weighted(problem, found, "shed", np.ones(len(grid.regions))),
    )


def _energy_gwh(problem: Problem, found: Found) -> float:
    """What data centers draw in a year, networks of moved work included."""
    c, j = problem.choices, problem.joined
    total = 0.0
    for k, (n, o) in enumerate(zip(problem.counts, problem.outlooks, strict=True)):
        compute = o.system.compute
        hosted, site = j.values(found.x, k, "hosted"), j.values(found.x, k, "site")
        work = j.values(found.x, k, "work")
        hours = np.arange(o.start_h, o.start_h + o.hours) % c.hall_pue.shape[1]
        new = np.zeros_like(site)
        np.add.at(new, c.hall_site, hosted)
        idle = c.hall_idle_share * j.built(found.x, "servers")[0]
        it = idle[:, None] + hosted / c.hall_efficiency[:, None]
        old = compute.site_idle_mw[:, None] + (site - new) / compute.site_efficiency[:, None]
        network = compute.stream_transfer_mwh_per_mwh @ work.sum(axis=1)
        drawn = (o.pue * old).sum() + (c.hall_pue[:, hours] * it).sum() + network
        total += n * float(drawn)
    return total / 1e3


def build_table(problem: Problem, built: Built) -> pd.DataFrame:
    """One row for each thing that is built: where, what, how much, what it costs a year; the dearest first."""
    c, s = problem.choices, problem.scenario
    regions = [r.region for r in s.regions]
    rows: list[dict[str, object]] = []

    def row(
        where: str,
        kind: str,
        technology: str,
        mw: float,
        cny: float,
        kg: float,
        mwh: float = np.nan,
    ) -> None:
        if mw > 0.0 or mwh > 0.0:
            rows.append(
                {
                    "where": where, "kind": kind, "technology": technology, "built_mw": mw, "energy_mwh": mwh,
                    "cost_m_cny": cny / 1e6, "embodied_kt": kg / 1e6,
                }
            )  # fmt: skip

    for h, site in enumerate(c.hall_site.tolist()):
        name, technology = s.sites[site].site, c.hall_technology[h]
        for kind, price, mw in (
            ("hall", c.hall_price, built.halls_mw[h]),
            ("servers", c.server_price, built.servers_mw[h]),
        ):
            row(name, kind, technology, float(mw), price.cny[h] * mw, price.kg[h] * mw)
    for p, mw in enumerate(built.plants_mw.tolist()):
        price = c.plant_price
        row(
            regions[c.plant_region[p]],
            "plant",
            c.plant_technology[p],
            mw,
            price.cny[p] * mw,
            price.kg[p] * mw,
        )
    for b, mw in enumerate(built.power_mw.tolist()):
        mwh = float(built.energy_mwh[b])
        cny = c.power_price.cny[b] * mw + c.energy_price.cny[b] * mwh
        kg = c.power_price.kg[b] * mw + c.energy_price.kg[b] * mwh
        row(regions[c.battery_region[b]], "battery", "battery", mw, cny, kg, mwh)
    for n, mw in enumerate(built.lines_mw.tolist()):
        where = f"{regions[c.line_from[n]]} – {regions[c.line_to[n]]}"
        row(where, "line", "hvdc", mw, c.line_price.cny[n] * mw, c.line_price.kg[n] * mw)
    columns = ["where", "kind", "technology", "built_mw", "energy_mwh", "cost_m_cny", "embodied_kt"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("cost_m_cny", ascending=False, kind="stable").reset_index(drop=True)


@dataclass(frozen=True)
class Duplicated:
    """Halls that are built while as much stands that nothing in these weeks needs.

    new_mw: new halls. idle_mw: of standing ones, what no hour needs. both_mw: the lesser: capital spent twice.
    cny: what that would cost a year anew, halls alone [CNY/a].
    """

    new_mw: float
    idle_mw: float
    both_mw: float
    cny: float


def duplicated(problem: Problem, found: Found) -> Duplicated:
    """Capital spent twice: in green field all that stands today, else what is left empty in standing halls."""
    c, s, p = problem.choices, problem.scenario, problem.scenario.parameters
    built = built_of(problem, found)
    new = float(built.halls_mw.sum())
    design = np.array([x.it_design_mw for x in s.sites], float)
    idle = design.copy()
    if not problem.green_field:
        full = p.energised_share * design  # what stands and is switched on
        use = np.zeros(len(design))
        for k in range(len(problem.counts)):
            hosted = problem.joined.values(found.x, k, "hosted")
            site = problem.joined.values(found.x, k, "site")
            mine = site.copy()
            np.subtract.at(mine, c.hall_site, hosted)
            use = np.maximum(use, mine.max(axis=1))
        capacity = problem.year.system.compute.site_capacity_mw
        share = np.divide(use, capacity, out=np.zeros_like(use), where=capacity > 0)
        filled = np.bincount(c.hall_site[standing(c)], built.servers_mw[standing(c)], len(design))
        idle = np.maximum(design - full * np.clip(share, 0.0, 1.0) - filled, 0.0)
    both = min(new, float(idle.sum()))
    dear = c.hall_price.cny[~standing(c)]
    return Duplicated(
        new, float(idle.sum()), both, both * (float(dear.min()) if len(dear) else 0.0)
    )
