"""What a run says on the screen: progress, tables, and the sentences below them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from westshift.experiments.policy_table import number, sections
from westshift.models.measures import Measures


class Steps:
    """Tells how far a run is: a bar on a terminal, a line for each step elsewhere."""

    def __init__(self, bar: Progress | None) -> None:
        self._bar, self._total, self._done, self._since = bar, 0, 0, time.monotonic()
        self._task = None if bar is None else bar.add_task("making the year's hours", total=None)

    def start(self, total: int) -> None:
        """How many steps there will be."""
        self._total, self._since = total, time.monotonic()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=total, description="running")

    def tick(self, horizon: str, policy: str) -> None:
        """One policy is done in one horizon."""
        self._done += 1
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, description=f"{horizon}: {policy}")
        else:
            left = (time.monotonic() - self._since) * (self._total - self._done) / self._done
            print(
                f"{self._done}/{self._total} {horizon}: {policy} (about {left:.0f} s left)",
                file=sys.stderr,
                flush=True,
            )


@contextmanager
def steps() -> Iterator[Steps]:
    """Progress on standard error, so that tables can be piped."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Steps(None)
        return
    columns = (
        TextColumn("{task.description:32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield Steps(bar)


def console() -> Console:
    """Standard output; wide enough for a table of all policies where it is no terminal."""
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=140)


def show_policies(
    out: Console, measures: dict[str, Measures], title: str, floor_cny: float | None = None
) -> None:
    """One column a policy; negative carbon in red."""
    table = _table(title)
    table.add_column("", no_wrap=True, min_width=20)
    for name in measures:
        table.add_column(name, justify="right", no_wrap=True)
    for heading, lines in sections(measures, floor_cny):
        table.add_row(f"[bold]{heading}[/bold]", *[""] * len(measures))
        for label, show in lines:
            cells = [show(m) for m in measures.values()]
            carbon = heading.startswith("carbon")
            table.add_row(
                f"  {label}".replace("[", r"\["),
                *[f"[red]{c}[/red]" if carbon and c.startswith("-") else c for c in cells],
            )
        table.add_section()
    out.print(table, soft_wrap=False)


def show_frame(
    out: Console, frame: pd.DataFrame, title: str, digits: dict[str, int] | None = None
) -> None:
    """A data frame; numbers with the given digits (default 1), negative ones in red."""
    digits = digits or {}
    table = _table(title)
    for column in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[column])
        short = not numeric and bool((frame[column].astype(str).str.len() <= LONG).all())
        table.add_column(label(str(column)), justify="right" if numeric else "left", no_wrap=short)
    for row in frame.itertuples(index=False):
        table.add_row(
            *[_cell(v, digits.get(str(c), 1)) for c, v in zip(frame.columns, row, strict=True)]
        )
    out.print(table, soft_wrap=False)


LONG = 30
"""Texts of more are wrapped where the screen is narrow."""

UNITS = (
    ("_cny_per_mwh", "CNY/MWh"), ("_kg_per_mwh", "kg/MWh"), ("_t_per_gwh", "t/GWh"), ("_twh", "TWh"), ("_gwh", "GWh"),
    ("_mwh", "MWh"), ("_mw", "MW"), ("_ms", "ms"), ("_pct", "%"), ("_m_cny", "M CNY"), ("_ppm", "ppm"), ("_mt", "Mt"),
    ("_kt", "kt"), ("_t", "t"), ("_h", "h"),
)  # fmt: skip


def label(column: str) -> str:
    """A column's name with its unit in brackets: gap_kg_per_mwh is `gap [kg/MWh]`."""
    for end, unit in UNITS:
        if column.endswith(end):
            return column.removesuffix(end).replace("_", " ") + rf" \[{unit}]"
    return column.replace("_", " ")


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        header_style="bold",
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def _cell(value: object, digits: int) -> str:
    if isinstance(value, str):
        return value.replace("[", r"\[")
    figure = float(value)  # type: ignore[arg-type]
    if figure != figure:
        return "–"
    text = number(figure, digits)
    return f"[red]{text}[/red]" if text.startswith("-") else text
