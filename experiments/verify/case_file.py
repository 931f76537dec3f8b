"""A MATPOWER case file solved and shown: objective, prices, flows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from westshift.experiments.results import whole_folder
from westshift.models.errors import InputError
from westshift.models.matpower import MatpowerCase, read_case
from westshift.models.matpower_grid import SUSCEPTANCES
from westshift.optim.case import CaseSolution, solve_case
from westshift.optim.case_margins import CaseMargins, case_margins

MANIFEST = "case.json"
MOST_BUSES = 600
"""Each takes two solves."""
SHOWN = 60
"""Rows of a table on the screen."""


def verify_case(
    path: Path,
    susceptance: str = "series",
    emissions: Path | None = None,
    out: Path | None = None,
    say: Callable[[str], None] = print,
) -> CaseSolution:
    """Solve a case, print what came out, and write it where a folder is given.

    Args:
        path: of the case file.
        susceptance: convention, see `SUSCEPTANCES`.
        emissions: CSV of what each generator emits; None: emissions are not shown.
        out: folder to write all tables to, with the figures in case.json.
        say: takes each line.

    Raises:
        InputError: something in the files that the user can mend.
        SolveError: not all load can be served.
    """
    if susceptance not in SUSCEPTANCES:
        raise InputError(
            f"--susceptance {susceptance}: use one of {', '.join(SUSCEPTANCES)} "
            f"({'; '.join(f'{k}: {v}' for k, v in SUSCEPTANCES.items())})"
        )
    case = read_case(path)
    kg_per_mwh = None if emissions is None else read_emissions(emissions, case)
    solution = solve_case(case, susceptance)
    figures = summary(solution, susceptance, kg_per_mwh)
    margins = None
    if len(case.bus) <= MOST_BUSES:
        nothing = np.zeros(len(case.gen_row))
        margins = case_margins(solution, nothing if kg_per_mwh is None else kg_per_mwh)
    shown = tables(solution, kg_per_mwh, margins)
    for line in headline(solution, figures):
        say(line)
    say(margin_line(margins))
    for name, table in shown.items():
        for line in ("", name, *text_of(table)):
            say(line)
    if out is not None:
        with whole_folder(out, MANIFEST) as folder:
            for name, table in shown.items():
                file = folder / f"{name.replace(' ', '_')}.csv"
                table.to_csv(file, index=False, float_format="%.15g", lineterminator="\n")
            text = json.dumps(figures, indent=2, ensure_ascii=False)
            (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
        say(f"\nWritten to {out}")
    return solution


def margin_line(margins: CaseMargins | None) -> str:
    """What the columns of margins are, and how many buses are at a kink."""
    if margins is None:
        return f"margins      not shown for more than {MOST_BUSES} buses"
    return (
        f"margins      by {margins.step_mw:g} MW less and more load at each bus; "
        f"the two sides differ at {int(margins.kink.sum())} of {len(margins.kink)} buses"
    )


def summary(
    solution: CaseSolution, susceptance: str, kg_per_mwh: np.ndarray | None
) -> dict[str, str | float | int]:
    """The figures of a solution, by name."""
    case = solution.case
    figures: dict[str, str | float | int] = {
        "case": case.name,
        "susceptance": susceptance,
        "objective_per_h": solution.cost,
        "objective_error_per_h": solution.cost_error,
        "generation_mw": float(solution.output_mw.sum()),
        "load_mw": float(case.load_mw.sum()),
        "dc_loss_mw": float((np.abs(solution.dc_mw) * case.dc_loss_share).sum()),
        "branches_at_limit": int(solution.at_limit.sum()),
    }
    if kg_per_mwh is not None:
        figures["emission_t_per_h"] = float(kg_per_mwh @ solution.output_mw / 1000.0)
    return figures


def headline(solution: CaseSolution, figures: dict[str, str | float | int]) -> list[str]:
    """What stands above the tables."""
    case = solution.case
    off = [
        f"{case.rows[name] - len(kept)} of {case.rows[name]} {words}"
        for name, kept, words in (
            ("bus", case.bus, "buses"),
            ("gen", case.gen_row, "generators"),
            ("branch", case.branch_row, "branches"),
            ("dcline", case.dc_row, "DC lines"),
        )
        if case.rows[name] > len(kept)
    ]
    lines = [
        f"{case.name}: optimal flow of real power, one hour, no losses in branches",
        f"susceptance  {figures['susceptance']}: {SUSCEPTANCES[str(figures['susceptance'])]}",
        f"objective    {solution.cost:.10g} per hour, at most {solution.cost_error:.2g} above the least possible",
        f"generation   {figures['generation_mw']:.10g} MW",
        f"load         {figures['load_mw']:.10g} MW (PD, and GS at 1 per unit of voltage)",
    ]
    if len(case.dc_row):
        lines.append(f"DC losses    {figures['dc_loss_mw']:.10g} MW")
    if "emission_t_per_h" in figures:
        lines.append(f"emissions    {figures['emission_t_per_h']:.10g} t/h")
    return lines + ([f"left out     {', '.join(off)}: out of service or isolated"] if off else [])


def tables(
    solution: CaseSolution, kg_per_mwh: np.ndarray | None, margins: CaseMargins | None = None
) -> dict[str, pd.DataFrame]:
    """Buses, generators, branches and, where there are any, DC lines."""
    case = solution.case
    buses = pd.DataFrame(
        {"bus": case.bus, "load_mw": case.load_mw, "price_per_mwh": solution.price}
    )
    if margins is not None:
        buses["price_less_per_mwh"], buses["price_more_per_mwh"] = (
            margins.price_less, margins.price_more,
        )  # fmt: skip
        if kg_per_mwh is not None:
            buses["emission_less_kg_per_mwh"] = margins.emission_less_kg_per_mwh
            buses["emission_more_kg_per_mwh"] = margins.emission_more_kg_per_mwh
        buses["kink"] = np.where(margins.kink, "kink", "")
    generators = pd.DataFrame(
        {
            "generator": case.gen_row,
            "bus": case.bus[case.gen_bus],
            "min_mw": case.gen_min_mw,
            "output_mw": solution.output_mw,
            "max_mw": case.gen_max_mw,
        }
    )
    if kg_per_mwh is not None:
        generators["kg_per_mwh"] = kg_per_mwh
    limited = ~solution.grid.unlimited
    branches = pd.DataFrame(
        {
            "branch": case.branch_row,
            "from_bus": case.bus[case.branch_from],
            "to_bus": case.bus[case.branch_to],
            "flow_mw": solution.flow_mw,
            "least_mw": np.where(limited, solution.grid.flow_min_mw, -np.inf),
            "most_mw": np.where(limited, solution.grid.flow_max_mw, np.inf),
            "at_limit": np.where(solution.at_limit, "at limit", ""),
        }
    )
    found = {"buses": buses, "generators": generators, "branches": branches}
    if len(case.dc_row):
        found["DC lines"] = pd.DataFrame(
            {
                "line": case.dc_row,
                "from_bus": case.bus[case.dc_from],
                "to_bus": case.bus[case.dc_to],
                "sent_mw": solution.dc_mw,
                "least_mw": case.dc_min_mw,
                "most_mw": case.dc_max_mw,
                "loss_share": case.dc_loss_share,
            }
        )
    return found


def text_of(table: pd.DataFrame, most: int = SHOWN) -> list[str]:
    """A table in columns, numbers with ten digits, and how many rows are not shown."""
    head = table.head(most)
    cells = [[_cell(v) for v in head[name]] for name in head.columns]
    widths = [
        max(map(len, [str(name), *column]))
        for name, column in zip(head.columns, cells, strict=True)
    ]
    rows = [list(map(str, head.columns)), *map(list, zip(*cells, strict=True))]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    left = len(table) - len(head)
    return [*lines, f"… {left} more; --out writes all"] if left else lines


def read_emissions(path: Path, case: MatpowerCase) -> np.ndarray:
    """What each generator in service emits per MWh (G,) [kg/MWh].

    Raises:
        InputError: the file cannot be read, or does not say it of each generator once.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}: give a CSV of emissions") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(f"{path} is no CSV table: {str(error).splitlines()[0]}") from None
    for column in ("generator", "kg_per_mwh"):
        if column not in table.columns:
            raise InputError(f"{path} has no column '{column}': give generator and kg_per_mwh")
    found: dict[int, float] = {}
    rows = zip(table["generator"].str.strip(), table["kg_per_mwh"].str.strip(), strict=True)
    for number, (name, text) in enumerate(rows, start=2):
        if not name.isdecimal() or not 1 <= int(name) <= case.rows["gen"]:
            raise InputError(
                f"{path}, line {number}: generator '{name}' is no row of mpc.gen: give 1 to {case.rows['gen']}"
            )
        if int(name) in found:
            raise InputError(f"{path}, line {number}: generator {name} is given twice")
        try:
            found[int(name)] = float(text)
        except ValueError:
            found[int(name)] = np.nan
        if not np.isfinite(found[int(name)]):
            raise InputError(f"{path}, line {number}: kg_per_mwh '{text}' is not a finite number")
    for row in case.gen_row.tolist():
        if row not in found:
            raise InputError(f"{path} says nothing of generator {row}: give each one in service")
    return np.array([found[row] for row in case.gen_row.tolist()])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{0.0 if abs(value) < 1e-9 else value:.10g}"  # what rounds to zero has no sign
    return str(value)
