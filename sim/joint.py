"""Work put into hours at sites one after another, earliest deadline first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..models.outlook import Outlook
from .cohorts import cohorts

Array = np.ndarray
Group = Sequence[tuple[int, int]]
"""(site, hour) of equal worth."""


@dataclass(frozen=True, eq=False)
class Filled:
    """work_mw: by stream (Q, T) [MW]. left_mwh: what found no place, by the hour it came (O, J, T) [MWh]."""

    work_mw: Array
    left_mwh: Array


@dataclass(frozen=True, eq=False)
class Pieces:
    """The work of an outlook, earliest deadline first, of one deadline what can go to fewest sites.

    Attributes:
        origin, job_class, arrived, due: of each piece (N,). mwh: (N,) [MWh].
        stream: that takes it to a site, -1 where none does (S, N). home: whether that is at home (S, N).
    """

    origin: Array
    job_class: Array
    arrived: Array
    due: Array
    mwh: Array
    stream: Array
    home: Array


@dataclass(frozen=True, eq=False)
class Placed:
    """Parts of pieces in their places: piece, site, hour, amount (M,) each; left_mwh: of each piece (N,) [MWh]."""

    piece: Array
    site: Array
    hour: Array
    mwh: Array
    left_mwh: Array


def fill_hours(outlook: Outlook, groups: Iterable[Group], room_mw: Array) -> Filled:
    """Fill sites in their hours in the order given, each with what is here, may go there and is not overdue.

    A site takes the work of its own region first: who is driven from home may find no place in time. Then earliest
    deadline first, of one deadline what can go to fewest sites. In a group of places of equal worth all take their
    own first, so that nobody travels for nothing.

    Args:
        outlook: the work. groups: (site, hour) of equal worth together, the best first.
        room_mw: what a site may take in an hour (S, T) [MW]; left alone.
    """
    pieces = pieces_of(outlook)
    placed = place(pieces, groups, room_mw)
    rest = np.zeros(outlook.available_mwh.shape)
    np.add.at(rest, (pieces.origin, pieces.job_class, pieces.arrived), placed.left_mwh)
    return Filled(work_of(outlook, pieces, placed), rest)


def pieces_of(outlook: Outlook) -> Pieces:
    """The work of an outlook by origin, class, arrival and deadline."""
    c = outlook.system.compute
    shape = len(c.origins), len(c.classes)
    ways = np.zeros(shape, int)
    np.add.at(ways, (c.stream_origin, c.stream_class), 1)
    rows = sorted(
        (due, ways[o, j], arrived, o, j, mwh)
        for o, j in np.ndindex(*shape)
        for arrived, due, mwh in cohorts(outlook.available_mwh[o, j], outlook.due_mwh[o, j])
    )
    due, _, arrived, o, j = (np.array([r[i] for r in rows], int) for i in range(5))
    stream = np.full((*shape, len(c.sites)), -1)
    stream[c.stream_origin, c.stream_class, c.stream_site] = np.arange(len(c.stream_site))
    by_site = stream[o, j].T
    home = np.append(c.stream_home, False)[by_site]
    return Pieces(o, j, arrived, due, np.array([r[5] for r in rows], float), by_site, home)


def place(
    pieces: Pieces, groups: Iterable[Group], room_mw: Array, kept: Placed | None = None
) -> Placed:
    """The rule of `fill_hours`, piece by piece.

    Args:
        pieces: the work. groups: the best first. room_mw: (S, T) [MW]; left alone.
        kept: places that pieces have already, out of which a better one calls them, and which then are free for
            others: who has a place never loses it but for a better one.
    """
    groups, room = list(groups), room_mw.copy()
    worst = len(groups)
    rank = np.full(room.shape, worst)
    for g, group in enumerate(groups):
        for s, t in group:
            rank[s, t] = g
    every = np.arange(len(pieces.mwh))
    if kept is None:
        none = np.zeros(0, int)
        kept = Placed(none, none, none, np.zeros(0), pieces.mwh)
    # Parts that have a place, then pieces, or what is left of them, that have none; all in the order of pieces.
    of = np.concatenate([kept.piece, every])
    order = np.argsort(of, kind="stable")
    of, left = of[order], np.concatenate([kept.mwh, kept.left_mwh])[order]
    nowhere = np.full(len(every), -1)
    at_site = np.concatenate([kept.site, nowhere])[order]
    at_hour = np.concatenate([kept.hour, nowhere])[order]
    has = at_site >= 0
    at_rank = np.where(has, rank[at_site, at_hour], worst + 1)
    np.add.at(room, (at_site[has], at_hour[has]), -left[has])
    arrived, due = pieces.arrived[of], pieces.due[of]
    here = [np.flatnonzero((arrived <= t) & (due >= t)) for t in range(room.shape[1])]
    taken: list[tuple[Array, int, int, Array]] = []
    for g, group in enumerate(groups):
        for own in (True, False):
            for s, t in group:
                if room[s, t] <= 0.0:
                    continue
                there = pieces.home[s] if own else pieces.stream[s] >= 0
                at = here[t][(left[here[t]] > 0.0) & (at_rank[here[t]] > g)]
                at = at[there[of[at]]]
                if not len(at):
                    continue
                got = np.clip(room[s, t] - (np.cumsum(left[at]) - left[at]), 0.0, left[at])
                left[at] -= got
                room[s, t] -= got.sum()
                moved = at_site[at] >= 0
                np.add.at(room, (at_site[at[moved]], at_hour[at[moved]]), got[moved])
                some = got > 0.0
                taken.append((of[at[some]], s, t, got[some]))
    stays = has & (left > 0.0)
    rest = np.zeros(len(every))
    np.add.at(rest, of[~has], left[~has])
    return Placed(
        np.concatenate([of[stays], *[p for p, _, _, _ in taken]]),
        np.concatenate([at_site[stays], *[np.full(len(p), s) for p, s, _, _ in taken]]),
        np.concatenate([at_hour[stays], *[np.full(len(p), t) for p, _, t, _ in taken]]),
        np.concatenate([left[stays], *[mwh for _, _, _, mwh in taken]]),
        rest,
    )


def work_of(outlook: Outlook, pieces: Pieces, placed: Placed) -> Array:
    """What runs on each stream (Q, T) [MW]."""
    work = np.zeros((len(outlook.system.compute.stream_site), outlook.hours))
    np.add.at(work, (pieces.stream[placed.site, placed.piece], placed.hour), placed.mwh)
    return work


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
