"""A window solved again an hour later: the compiled program, arrays written by hand, and slower ways.

Every way solves the same windows of a drawn system (`reference`): all work that came before a window has run as
it came, so that no way's answer changes what the next is asked. The first two are timed in turn, window by
window, so that whatever slows the machine slows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from westshift.models.errors import SolveError
from westshift.models.outlook import Outlook
from westshift.optim.peers import appsi_objective
from westshift.optim.program import Program, co_planner, emission_kg_per_mw
from westshift.optim.solver import Solution, solve

from .by_hand import ByHand
from .reference import LARGE, MEDIUM, SMALL, Size, reference
from .row import Row, agree, worst_difference
from .windows import windows_of

MEASURED = "a window solved again an hour later"
SAME, TIE = 1e-9, 1e-6
"""How far objectives may differ: of the same program, and of one without the tie-break."""
Tell = Callable[[str], None]
Timed = tuple[float, Solution]


def windows(size: Size, count: int, step_h: int = 1) -> list[Outlook]:
    """Windows that follow one another, all earlier work done as it came."""
    whole = reference(size, size.hours + step_h * count)
    return list(windows_of(whole, size.hours, step_h, count))


def words(size: Size, columns: int) -> str:
    return f"{size.regions} regions, {size.hours} h, {columns:,} columns"


def rows(
    tell: Tell = lambda what: None,
    sizes: tuple[tuple[Size, int], ...] = ((SMALL, 48), (MEDIUM, 36), (LARGE, 12)),
    slow: int = 3,
) -> list[Row]:
    """One row a size and way.

    Args:
        sizes: with the number of windows of each. slow: windows that the slow ways are given.

    Raises:
        SolveError: two ways differ, or by hand and compiled take another number of iterations.
    """
    return [row for size, count in sizes for row in _rows(size, count, slow, tell)]


def _rows(size: Size, count: int, slow: int, tell: Tell) -> list[Row]:
    seen = windows(size, count)
    program, hand = co_planner(), ByHand(seen[0])
    tell(f"{MEASURED}: {size.regions} regions, compiled and by hand")
    compiled_, by_hand = _in_turn(program, hand, seen)
    columns = len(hand.cost)
    named = words(size, columns)
    agree("by hand", "compiled", _off(by_hand, compiled_), SAME)
    if [s.iterations for _, s in by_hand] != [s.iterations for _, s in compiled_]:
        raise SolveError("by hand and compiled took different iterations: they are not one program")
    base = _row("compiled from Pyomo, hours in a ring", named, compiled_, None, 0.0)
    pairs = [h[0] / c[0] for h, c in zip(by_hand, compiled_, strict=True)]
    out = [base]
    mine = _row("arrays written by hand, the same ring", named, by_hand, base, 0.0)
    out.append(Row(**{**vars(mine), "times": float(np.median(pairs)), "furthest_off": 0.0}))

    def more(way: str, solve_one: Callable[[Outlook], Solution], most: float = SAME) -> None:
        tell(f"{MEASURED}: {size.regions} regions, {way}")
        few = seen[1 : slow + 1]
        found = [_timed(lambda o=o: solve_one(o)) for o in few]
        off = worst_difference(
            [s.objective for _, s in found], [s.objective for _, s in compiled_[:slow]]
        )
        agree(way, "compiled", off, most)
        same = _row(base.way, named, compiled_[: len(found)], None, 0.0)  # on the same windows
        out.append(_row(way, named, found, same, off))

    rolled, kept = _Rolled(hand), co_planner()
    kept.ring = False
    rolled.solve(seen[0])
    kept.solve(seen[0])
    more("by hand, hours in order, basis rolled by an hour", rolled.solve, TIE)
    more("compiled, hours in order, basis as it was", kept.solve, TIE)

    def cold(o: Outlook) -> Solution:
        program.basis = None
        return program.solve(o)

    more("compiled, from nothing", cold, TIE)
    more("Pyomo built and compiled anew", lambda o: co_planner().solve(o, once=True), TIE)
    if size.regions <= MEDIUM.regions:
        more("Pyomo built anew, appsi_highs", _appsi, TIE)
    return out


def _in_turn(
    program: Program, hand: ByHand, seen: list[Outlook]
) -> tuple[list[Timed], list[Timed]]:
    """Both ways on every window but the first, which only starts them."""
    compiled_, by_hand = [], []
    basis: Any = None

    def write_and_solve(o: Outlook) -> Solution:
        made = hand.at(o, program.place)
        return solve(made, basis=basis, weight=emission_kg_per_mw(made, o))

    for o in seen:
        compiled_.append(_timed(lambda o=o: program.solve(o)))
        by_hand.append(_timed(lambda o=o: write_and_solve(o)))
        basis = by_hand[-1][1].basis
    return compiled_[1:], by_hand[1:]


class _Rolled:
    """By hand, time in order: the last basis moved on by an hour in every series of columns and rows.

    So is the tie-break, which else would be drawn anew for every hour.
    """

    def __init__(self, hand: ByHand) -> None:
        self.hand, self.basis = hand, None
        self.tie = np.random.default_rng(0).uniform(0.0, 1e-4, len(hand.cost))

    def solve(self, o: Outlook) -> Solution:
        made = self.hand.at(o, 0)
        made = replace(made, cost=made.cost + self.tie)
        if self.basis is not None:
            self.basis.col_status = _moved(self.basis.col_status, self.hand.columns.values())
            hourly = [at for at in self.hand.rows.values() if at.shape[1] == self.hand.T]
            self.basis.row_status = _moved(self.basis.row_status, hourly)
        found = solve(made, basis=self.basis, tie_break=0.0, weight=emission_kg_per_mw(made, o))
        self.basis = found.basis
        tied = 0.0
        for name, at in self.hand.columns.items():
            tied += float((self.tie[at] * found.values[name]).sum())
            self.tie[at] = np.roll(self.tie[at], -1, axis=1)
        return replace(found, objective=found.objective - tied)


def _moved(status: Any, series: Any) -> list[Any]:
    held = np.array(list(status), dtype=object)
    out = held.copy()
    for at in series:
        out[at] = held[np.roll(at, -1, axis=1)]
    return out.tolist()


def _appsi(o: Outlook) -> Solution:
    return Solution(appsi_objective(o), 0.0, -1, {}, {}, {}, None)


def _timed(task: Callable[[], Solution]) -> Timed:
    start = time.process_time()
    found = task()
    return time.process_time() - start, found


def _off(found: list[Timed], first: list[Timed]) -> float:
    return worst_difference([s.objective for _, s in found], [s.objective for _, s in first])


def _row(way: str, size: str, found: list[Timed], base: Row | None, off: float) -> Row:
    seconds = float(np.median([s for s, _ in found]))
    iterations = [s.iterations for _, s in found]
    return Row(
        measured=MEASURED,
        way=way,
        size=size,
        repeats=len(found),
        seconds=seconds,
        times=seconds / base.seconds if base else 1.0,
        iterations=float(np.mean(iterations)) if min(iterations) >= 0 else float("nan"),
        furthest_off=off,
    )
