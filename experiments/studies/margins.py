"""What a gigawatt-hour moved to a hub avoids: by average intensity, at the margin, and in the whole grid.

Work is taken from all eastern sites in the proportions in which they run it here and now, evenly over all
hours, and run at one cluster instead, no more of it than there is. Average and margin are the baseline's
series times the change of load; the consequential figure dispatches the grid again with the load moved.
For a small move it equals the margin, where the dispatch has no kink; as the move grows, other plants
take over.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.words import either, say
from westshift.experiments.policy_table import number
from westshift.experiments.pool import each_horizon
from westshift.experiments.simulate import cases_of
from westshift.models.actual import Actual
from westshift.models.errors import InputError
from westshift.models.ledger import Carried, Settlement
from westshift.models.scenario import Scenario
from westshift.models.year import horizons, make_year
from westshift.optim.program import Program
from westshift.sim.run import Case, Programs, run_case
from westshift.sim.settle import clear

from .study import Drawing, Progress, Study

NAME = "margins"
SMALL_MW = 1.0
SIZES_MW = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 2000.0)
QUOTED_MW = (100.0, 1000.0)

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Moves:
    """What moves of work avoid over one horizon, before its weight [kg].

    Attributes:
        work_mwh: work moved by a move of 1 MW. average_kg, marginal_kg: for 1 MW moved to each hub
            (H,). less_kg, more_kg: of the whole grid for SMALL_MW taken back and moved (H,).
        system_kg: of the whole grid for each size (H, N).
    """

    work_mwh: float
    average_kg: Array
    marginal_kg: Array
    less_kg: Array
    more_kg: Array
    system_kg: Array


def run(
    scenario: Scenario,
    progress: Progress,
    workers: int | None = None,
    sizes_mw: tuple[float, ...] = SIZES_MW,
) -> Study:
    """Every cluster as a hub; the scenario's own baseline and policies are not run.

    Moves larger than the work of the east in its emptiest hour are left out.

    Raises:
        InputError: nowhere to move work from or to, or no work.
    """
    scenario = scenario.model_copy(update={"baseline": "here-and-now"})
    year = make_year(scenario)
    hubs = np.array([i for i, s in enumerate(scenario.sites) if s.kind == "cluster"], int)
    east = np.array([r.side == "east" for r in scenario.regions])
    if len(hubs) == 0 or not east[year.system.compute.site_region].any():
        raise InputError(
            "this study moves work from sites in the east to clusters: sites.csv needs a site of kind "
            "cluster and one in a region whose side is east"
        )
    cases = cases_of(scenario, year, ())
    most = min(least_work_mw(case.actual, east) for case in cases)
    if most < SMALL_MW:
        raise InputError(
            f"this study moves {SMALL_MW:g} MW of work and more out of the east, and in its emptiest hour "
            f"only {most:g} MW arise there: raise work_weight of its regions in regions.csv"
        )
    left_out = tuple(mw for mw in sizes_mw if mw > most * (1.0 + 1e-9))
    sizes_mw = tuple(mw for mw in sizes_mw if mw not in left_out)
    progress.start(len(cases) * len(hubs))
    task = functools.partial(moves, hubs=hubs, east=east, sizes_mw=sizes_mw)
    found = each_horizon(task, cases, progress.tick, workers)
    weights = [h.weight for h in horizons(scenario, year)]
    rows = table(scenario, hubs, found, weights, sizes_mw)
    grown = growth(rows, sizes_mw)
    return Study(
        name=NAME,
        title="t CO₂ avoided per GWh of work moved from the east to each cluster; negative emits more",
        scenario=scenario,
        horizons=horizons(scenario, year),
        tables={NAME: rows, "growth": grown},
        drawings={NAME: Drawing(draw(grown), grown, caption(scenario, year, rows))},
        sentences=(*sentences(rows), *_left_out(left_out, most)),
        digits={c: 0 for c in rows.columns if c.endswith("_t_per_gwh")},
        shown=(
            "hub", "region", "average_t_per_gwh", "marginal_t_per_gwh", "back_t_per_gwh", "there_t_per_gwh",
            *(quoted(mw) for mw in QUOTED_MW if mw in sizes_mw),
        ),
    )  # fmt: skip


def moves(
    case: Case,
    tick: Callable[[str], None],
    programs: Programs,
    turn: Any,
    hubs: Array,
    east: Array,
    sizes_mw: tuple[float, ...],
) -> Moves:
    """All moves of one horizon: the grid with all work here and now, and with some moved."""
    base = run_case(case, programs=programs)[case.baseline]
    actual, settled = case.actual, base.settled
    demand = actual.now(actual.demand_mw) + load_mw(actual, base.carried)
    start = programs.dispatch.basis

    def emitted_kg(extra_mw: Array) -> float:
        programs.dispatch.basis = start  # the order of moves must not matter
        return emission_kg(actual, demand + extra_mw, programs.dispatch)

    reference = emitted_kg(np.zeros_like(demand))
    average, marginal, less, more = (np.zeros(len(hubs)) for _ in range(4))
    system = np.zeros((len(hubs), len(sizes_mw)))
    for i, site in enumerate(hubs.tolist()):
        change = change_of_load(actual, base.carried, east, site)
        average[i] = -float((change * settled.intensity_kg_per_mwh).sum())
        marginal[i] = -float((change * settled.marginal_kg_per_mwh).sum())
        more[i] = reference - emitted_kg(SMALL_MW * change)
        less[i] = emitted_kg(-SMALL_MW * change) - reference
        for n, mw in enumerate(sizes_mw):
            system[i, n] = more[i] if mw == SMALL_MW else reference - emitted_kg(mw * change)
        tick(actual.system.compute.sites[site])
    return Moves(float(actual.hours), average, marginal, less, more, system)


def least_work_mw(actual: Actual, east: Array) -> float:
    """Work that arises in the east in the hour in which least does [MW]."""
    c = actual.system.compute
    arising = actual.now(actual.arrivals_mwh)[east[c.origin_region]]
    return float(arising.sum(axis=(0, 1)).min())


def _left_out(sizes_mw: tuple[float, ...], most: float) -> tuple[str, ...]:
    if not sizes_mw:
        return ()
    each = ", ".join(f"{mw:g}" for mw in sizes_mw)
    return (
        f"Moves of {each} MW are left out: in its emptiest hour the east has {number(most, 0)} MW of work.",
    )


def load_mw(actual: Actual, carried: Carried) -> Array:
    """What data centers draw (R, T) [MW]."""
    c = actual.system.compute
    return c.load_mw(carried.work_mw, actual.now(actual.pue), len(actual.system.grid.regions))


def emission_kg(actual: Actual, demand_mw: Array, program: Program) -> float:
    """What the whole grid emits with a demand [kg]."""
    settled: Settlement = clear(actual, demand_mw, program)
    return float(actual.system.grid.unit_emission_kg_per_mwh @ settled.output_mw.sum(axis=1))


def change_of_load(actual: Actual, carried: Carried, east: Array, site: int) -> Array:
    """Load of regions when 1 MW of work runs at `site` and not where the east runs it (R, T) [MW]."""
    c = actual.system.compute
    per_work = actual.now(actual.pue) / c.site_efficiency[:, None]
    run_there = c.site_work_mw(carried.work_mw).sum(axis=1) * east[c.site_region]
    change = np.zeros((len(actual.system.grid.regions), actual.hours))
    np.add.at(change, c.site_region, -(run_there / run_there.sum())[:, None] * per_work)
    change[c.site_region[site]] += per_work[site]
    return change


def quoted(mw: float) -> str:
    """The column of the consequential figure for a move of this size."""
    return f"moving_{mw:g}_mw_t_per_gwh"


def table(
    scenario: Scenario,
    hubs: Array,
    found: list[Moves],
    weights: list[float],
    sizes_mw: tuple[float, ...],
) -> pd.DataFrame:
    """One row a hub, best first by the margin; all figures are t avoided per GWh of work moved.

    Columns: average_t_per_gwh, marginal_t_per_gwh, by the baseline's series; back_t_per_gwh and
    there_t_per_gwh, of the whole grid for 1 MW taken back and 1 MW moved; kink, whether the two differ
    by more than a hundredth; moving_…_mw_t_per_gwh, of the whole grid by size of the move.
    """
    work_gwh = sum(w * f.work_mwh for w, f in zip(weights, found, strict=True)) / 1e3

    def per_gwh(field: str) -> Array:
        kg = sum(w * getattr(f, field) for w, f in zip(weights, found, strict=True))
        return np.asarray(kg) / 1e3 / work_gwh

    average, marginal = per_gwh("average_kg"), per_gwh("marginal_kg")
    less, more = per_gwh("less_kg") / SMALL_MW, per_gwh("more_kg") / SMALL_MW
    system = per_gwh("system_kg") / np.array(sizes_mw)
    rows = pd.DataFrame(
        {
            "hub": [either(scenario.sites[s].name_en, scenario.sites[s].name_zh) for s in hubs],
            "site": [scenario.sites[s].site for s in hubs],
            "region": [scenario.sites[s].region for s in hubs],
            "average_t_per_gwh": average,
            "marginal_t_per_gwh": marginal,
            "back_t_per_gwh": less,
            "there_t_per_gwh": more,
            "kink": np.abs(more - less) > 0.01 * np.maximum(np.abs(more), np.abs(less)),
            **{quoted(mw): system[:, n] for n, mw in enumerate(sizes_mw)},
        }
    )
    return rows.sort_values("marginal_t_per_gwh", ascending=False, kind="stable", ignore_index=True)


def growth(rows: pd.DataFrame, sizes_mw: tuple[float, ...]) -> pd.DataFrame:
    """One row a hub and size of the move: avoided in the whole grid, and what the margin says."""
    return pd.DataFrame(
        [
            {
                "hub": row["hub"],
                "moved_mw": mw,
                "system_t_per_gwh": row[quoted(mw)],
                "average_t_per_gwh": row["average_t_per_gwh"],
                "marginal_t_per_gwh": row["marginal_t_per_gwh"],
                "marginal_error_t_per_gwh": row["marginal_t_per_gwh"] - row[quoted(mw)],
            }
            for _, row in rows.iterrows()
            for mw in sizes_mw
        ]
    )


def sentences(rows: pd.DataFrame) -> tuple[str, ...]:
    """Where average intensity and the grid disagree in sign, and where the margin has a kink."""
    out = []
    for _, row in rows.iterrows():
        claim, truth = row["average_t_per_gwh"], row["there_t_per_gwh"]
        if claim * truth < 0:
            says, does = ("less", "more") if claim > 0 else ("more", "less")
            out.append(
                f"[red]Ledgers disagree:[/red] {row['hub']}: average intensity says {says} carbon "
                f"({number(claim, 0)} t/GWh avoided), the whole grid emits {does} ({number(truth, 0)})."
            )
    kinks = rows[rows["kink"]]
    if len(kinks):
        each = "; ".join(
            f"{r['hub']} {number(r['back_t_per_gwh'], 0)} back, {number(r['there_t_per_gwh'], 0)} there"
            for _, r in kinks.iterrows()
        )
        out.append(
            f"The margin has a kink, so that a MW back and a MW there differ \\[t/GWh]: {each}."
        )
    return tuple(out)


def draw(rows: pd.DataFrame) -> Figure:
    """(a) what a move avoids by its size, each hub a line; (b) what the margin claims beyond it."""
    colours = [style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.SKY]
    names = list(dict.fromkeys(rows["hub"]))
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 3.2)
        panels = figure.subplots(1, 2)
        for i, name in enumerate(names):
            own = rows[rows["hub"] == name]
            look = {
                "color": colours[i % len(colours)],
                "linestyle": ("-", "--", ":")[i // len(colours) % 3],
                "marker": "o",
                "markersize": 2.5,
            }
            panels[0].plot(own["moved_mw"], own["system_t_per_gwh"], label=name, **look)
            panels[0].plot(
                0.5 * own["moved_mw"].min(), own["average_t_per_gwh"].iloc[0], color=look["color"],
                marker="D", markersize=4, fillstyle="none" if i < len(colours) else "left",
            )  # fmt: skip
            panels[1].plot(own["moved_mw"], own["marginal_error_t_per_gwh"], **look)
        titles = ("(a) whole grid", "(b) margin less whole grid")
        words = ("CO₂ avoided [t per GWh of work]", "claimed too much [t per GWh of work]")
        for axes, title, what in zip(panels, titles, words, strict=True):
            axes.set_xscale("log")
            axes.set_title(say(title))
            axes.set_xlabel(say("Work moved, all hours [MW]"))
            axes.set_ylabel(say(what))
            axes.axhline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
        low, high = panels[0].get_ylim()
        if low < 0:
            panels[0].axhspan(low, 0.0, color=style.SHADE, zorder=0)
            panels[0].set_ylim(low, high)
        figure.legend(loc="outside right center", title=say("moved to"), ncols=1)
    return figure


def caption(scenario: Scenario, year: Any, rows: pd.DataFrame) -> str:
    """What stands under the figure."""
    text = (
        "CO₂ that the whole grid avoids per GWh of work when work of the size on the axis, taken from all "
        "eastern sites in the proportions in which they run it here and now and even over all hours, runs at "
        "one cluster instead, its own PUE included; the grid is dispatched again for each point. (a) By size "
        "of the move. (b) Marginal emissions of the baseline times the same change of load, less (a): what "
        "a price-taker who trusts the margin claims too much. Room at the site is not asked for. Below zero "
        "in (a) a move emits more; diamonds, half filled where the line is dashed: what average intensity "
        "claims, whatever the size."
    )
    title = either(
        "What moved work avoids, as the move grows.", "迁移的算力减排多少，随迁移规模变化。"
    )
    return caption_for(scenario, horizons(scenario, year), title, text)
