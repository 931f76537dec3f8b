"""Work put into hours at sites one after another, earliest deadline first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..models.outlook import Outlook
from .cohorts import cohorts

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Filled:
    """work_mw: by stream (Q, T) [MW]. left_mwh: what found no place, by the hour it came (O, J, T) [MWh]."""

    work_mw: Array
    left_mwh: Array


def fill_hours(
    outlook: Outlook, groups: Iterable[Sequence[tuple[int, int]]], room_mw: Array
) -> Filled:
    """Fill sites in their hours in the order given, each with what is here, may go there and is not overdue.

    A site takes the work of its own region first: who is driven from home may find no place in time. Then earliest
    deadline first, of one deadline what can go to fewest sites. In a group of places of equal worth all take their
    own first, so that nobody travels for nothing.

    Args:
        outlook: the work. groups: (site, hour) of equal worth together, the best first.
        room_mw: what a site may take in an hour (S, T) [MW]; left alone.
    """
    c, T = outlook.system.compute, outlook.hours
    shape = len(c.origins), len(c.classes)
    ways = np.zeros(shape, int)
    np.add.at(ways, (c.stream_origin, c.stream_class), 1)
    pieces = [
        (due, ways[o, j], arrived, o, j, mwh)
        for o, j in np.ndindex(*shape)
        for arrived, due, mwh in cohorts(outlook.available_mwh[o, j], outlook.due_mwh[o, j])
    ]
    pieces.sort()
    due, _, arrived, o, j = (np.array([p[i] for p in pieces], int) for i in range(5))
    left = np.array([p[5] for p in pieces], float)
    stream = np.full((*shape, len(c.sites)), -1)
    stream[c.stream_origin, c.stream_class, c.stream_site] = np.arange(len(c.stream_site))
    by_site = stream[o, j].T  # (S, pieces)
    here = [np.flatnonzero((arrived <= t) & (due >= t)) for t in range(T)]
    work, room = np.zeros((len(c.stream_site), T)), room_mw.copy()
    home = c.stream_home

    def take(s: int, t: int, at: Array) -> None:
        amount = left[at]
        got = np.clip(room[s, t] - (np.cumsum(amount) - amount), 0.0, amount)
        left[at] -= got
        room[s, t] -= got.sum()
        np.add.at(work[:, t], by_site[s, at], got)

    for group in groups:
        for own in (True, False):
            for s, t in group:
                if room[s, t] <= 0.0:
                    continue
                at = here[t][(left[here[t]] > 0.0) & (by_site[s, here[t]] >= 0)]
                at = at[home[by_site[s, at]]] if own else at
                if len(at):
                    take(s, t, at)
    rest = np.zeros((*shape, T))
    np.add.at(rest, (o, j, arrived), left)
    return Filled(work, rest)


def groups_of(score: Array, chosen: Array) -> list[list[tuple[int, int]]]:
    """Sites in their hours by a score, the least first, those of one score together and in order of time.

    Args:
        score: (S, T). chosen: which count at all (S, T).
    """
    s, t = np.nonzero(chosen)
    value = np.round(score[s, t], 6)
    order = np.lexsort((s, t, value))
    groups: list[list[tuple[int, int]]] = []
    last = np.nan
    for i in order.tolist():
        if value[i] != last:
            groups.append([])
            last = value[i]
        groups[-1].append((int(s[i]), int(t[i])))
    return groups
