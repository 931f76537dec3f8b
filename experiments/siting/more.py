"""What `westshift site` adds when asked: the path over years, one plan for all paths, and what flips the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

import pandas as pd

from westshift.experiments.siting.books import build_table
from westshift.experiments.siting.flips import flips
from westshift.experiments.siting.futures import one_for_all
from westshift.experiments.siting.paths import Path, path_table, paths, years_of
from westshift.experiments.siting.run import Asked
from westshift.models.scenario import Scenario


@dataclass(frozen=True, eq=False)
class More:
    """Tables by the name of their file, a title for each, and sentences."""

    tables: dict[str, pd.DataFrame]
    titles: dict[str, str]
    sentences: tuple[str, ...]


def more(
    scenario: Scenario,
    name: str,
    overrides: dict[str, Any],
    asked: Asked,
    path: bool,
    serve_all: bool,
    what_flips: bool,
    say: Callable[[str], None] = lambda what: None,
) -> More:
    """Whichever of the three is asked for."""
    tables: dict[str, pd.DataFrame] = {}
    titles: dict[str, str] = {}
    said: list[str] = []
    if path:
        found = paths(scenario, asked.green_field, asked.solver)
        tables["path"] = path_table(found)
        tables["path_totals"] = _totals(scenario, found)
        titles["path"] = "What is built in which year, on each path of growth"
        titles["path_totals"] = "What stands in each year"
        said += [
            f"Path {p.growth}: {p.present_cny / 1e9:,.2f} G CNY at the prices of {p.years[0]}, all costs of "
            f"{p.years[0]} and after."
            for p in found
        ]
        say("path over years")
    if serve_all:
        when = years_of(scenario)[-1] if asked.year is None else asked.year
        one = one_for_all(scenario, when, green_field=asked.green_field, solver=asked.solver)
        tables["one_for_all_build"] = build_table(one.problems[0], one.built)
        tables["one_for_all"] = one.table
        titles["one_for_all_build"] = f"One plan that serves every path in {when}"
        titles["one_for_all"] = (
            "What it costs on each path, and what a plan for that path alone would"
        )
        said.append(
            f"One plan for all paths of {when}: {one.expected_cny / 1e6:,.1f} M CNY a year expected, "
            f"{one.tail_cny / 1e6:,.1f} in the dearest quarter of likelihood."
        )
        say("one plan for all paths")
    if what_flips:
        table = flips(
            name, overrides, asked.growth, asked.year, asked.green_field, asked.solver, say
        )
        tables["flips"] = table
        titles["flips"] = "Assumed figures halved and doubled, one at a time: does the answer flip?"
        n = int((table["flips"] == "yes").sum())
        who = ", ".join(table.loc[table["flips"] == "yes", "figure"].drop_duplicates())
        said.append(
            f"{n} of {len(table) - 1} changes flip where most servers are built{': ' + who if n else ''}."
        )
    return More(tables, titles, tuple(said))


def write_more(m: More, folder: File) -> None:
    """Each table as CSV."""
    for name, table in m.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.10g", lineterminator="\n")


def _totals(s: Scenario, found: list[Path]) -> pd.DataFrame:
    """New servers by side, plants, batteries and lines that stand in each year of each path [MW]."""
    west = {r.region for r in s.regions if r.side == "west"}
    rows = []
    for p in found:
        for when, problem, stands in zip(p.years, p.problems, p.standing, strict=True):
            in_west = [s.sites[int(i)].region in west for i in problem.choices.hall_site]
            by = pd.Series(stands.servers_mw).groupby(in_west).sum()
            rows.append(
                {
                    "growth": p.growth,
                    "year": str(when),
                    "servers_west_mw": float(by.get(True, 0.0)),
                    "servers_elsewhere_mw": float(by.get(False, 0.0)),
                    "plants_mw": float(stands.plants_mw.sum()),
                    "batteries_mw": float(stands.power_mw.sum()),
                    "lines_mw": float(stands.lines_mw.sum()),
                }
            )
    return pd.DataFrame(rows)
