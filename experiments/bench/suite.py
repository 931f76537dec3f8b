"""The benchmarks by name, and their tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from westshift.models.errors import InputError
from westshift.models.scenario import Scenario

from . import (
    growth,
    hand_over,
    jobs,
    papers,
    pypsa_rolling,
    rolling,
    scenario,
    settling,
    sited,
    stepping,
    sweeping,
    whole_year,
)
from .peer import peer
from .row import Row

Tell = Callable[[str], None]
Part = Callable[[Scenario, Tell], list[Row]]

PARTS: dict[str, Part] = {
    "rolling": lambda s, tell: rolling.rows(tell),
    "scenario": lambda s, tell: scenario.rows(s, tell),
    "pypsa": lambda s, tell: pypsa_rolling.rows(tell),
    "hand-over": lambda s, tell: hand_over.rows(tell),
    "stepping": lambda s, tell: stepping.rows(tell),
    "settling": lambda s, tell: settling.rows(s, tell),
    "jobs": lambda s, tell: jobs.rows(tell),
    "papers": lambda s, tell: papers.rows(tell),
    "sweeps": lambda s, tell: sweeping.rows(tell),
    "year": lambda s, tell: whole_year.rows(tell),
    "growth": lambda s, tell: growth.rows(tell),
    "siting": lambda s, tell: sited.rows(tell),
}
"""In the order they run. `pypsa`, `hand-over` and `stepping` need the extra `peers`."""
NEEDS = {"pypsa": ("pypsa",), "hand-over": ("linopy",), "stepping": ("vessim",)}
PEERS = ("highspy", "highspy-extras", "pyomo", "linopy", "pypsa", "vessim", "numpy", "scipy")


def run(
    names: Sequence[str],
    s: Scenario,
    tell: Tell = lambda what: None,
    sizes: Sequence[sited.Size] = sited.SIZES,
) -> list[Row]:
    """The rows of these parts; all where none is named. `sizes`: of the part `siting`.

    Raises:
        InputError: there is no such part, or a peer is not installed.
        SolveError: two ways disagree.
    """
    for name in names:
        if name not in PARTS:
            raise InputError(f"there is no benchmark '{name}': take some of {', '.join(PARTS)}")
    chosen = names or list(PARTS)
    for package in (p for name in chosen for p in NEEDS.get(name, ())):
        peer(package)  # not after the rest has been measured
    parts = PARTS | {"siting": lambda s, tell: sited.rows(tell, sizes)}
    return [row for name in chosen for row in parts[name](s, tell)]


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    """One line a row."""
    return pd.DataFrame([asdict(row) for row in rows])


def markdown(rows: Sequence[Row]) -> str:
    """A table for each thing that is measured, and what it was measured with."""
    out = [f"{machine()}\n"]
    for measured in dict.fromkeys(row.measured for row in rows):
        out.append(f"\n**{measured}**\n")
        out.append(
            "| size | way | CPU s | times | iterations | MiB |\n|---|---|---:|---:|---:|---:|"
        )
        for r in (r for r in rows if r.measured == measured):
            iterations = "–" if r.iterations != r.iterations else f"{r.iterations:,.0f}"
            memory = "–" if r.memory_mib != r.memory_mib else f"{r.memory_mib:,.0f}"
            out.append(
                f"| {r.size} | {r.way} | {r.seconds:.3g} | {r.times:.3g} | {iterations} | {memory} |"
            )
    return "\n".join(out) + "\n"


def machine() -> str:
    """Processor count, system and versions, in a line."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {found}" for name in PEERS if (found := _version(name)))
    )


def write(rows: Sequence[Row], folder: Path) -> list[Path]:
    """`bench.csv`, `bench.md` and, where growth or siting was measured, a figure of each."""
    folder.mkdir(parents=True, exist_ok=True)
    table, text = folder / "bench.csv", folder / "bench.md"
    frame(rows).to_csv(table, index=False, lineterminator="\n")
    text.write_text(markdown(rows), encoding="utf-8")
    out = [table, text]
    grown = [row for row in rows if row.measured.startswith("growth with")]
    of_sites = [row for row in rows if row.measured == sited.MEASURED]
    if grown or of_sites:
        from . import growth_figure, sited_figure

        figures = (("growth", growth_figure.draw, grown), ("siting", sited_figure.draw, of_sites))
        for name, draw, own in figures:
            for suffix in ("pdf", "png") if own else ():
                path = folder / f"{name}.{suffix}"
                draw(own).savefig(path)
                out.append(path)
    return out


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
