"""Clear the hours of a month: what finds no room where it was contracted waits, goes elsewhere, or is given up.

A site takes the work of its own region first, then what can wait least, as everywhere in this program; those of one
standing share what is left in proportion, and no tenant has precedence by its place in a list. In that order:

1. Work that is to run at once runs. What is cut and may wait joins what waits there.
2. Work that may wait takes the cheapest hours of its site.
3. What found no room, in all the hours that it may wait, goes to its tenant's next choice, and so on. Where all are
   full, work that could as well have run earlier makes way (`making_room`); then it is given up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.system import Compute
from .making_room import make_room

Array = np.ndarray

NOTHING_MWH = 1e-9


@dataclass(frozen=True, eq=False)
class Cleared:
    """What is to run.

    Attributes:
        work_mw: by stream and hour (Q, T). unserved_mwh: given up, by tenant (n,).
        kept_now, kept_flexible: share of what was contracted that runs at its site, by stream (Q,) [-]; 1 where
            nothing was.
        queued_mwh: contracted to run at once and run at its site later (Q,).
        moved_mwh: taken over from full sites (Q,). wait_h: mean wait of what waits, by stream (Q,) [h].
        wanted_mw: contracted to run at once, by site and hour (S, T).
    """

    work_mw: Array
    unserved_mwh: Array
    kept_now: Array
    kept_flexible: Array
    queued_mwh: Array
    moved_mwh: Array
    wait_h: Array
    wanted_mw: Array


def clear_hours(
    c: Compute, arrivals_mwh: Array, now: Array, flexible: Array, cost: Array, choices: Array
) -> Cleared:
    """Ration all sites in all hours.

    Args:
        c: sites and streams. arrivals_mwh: work that arrives (O, J, T).
        now, flexible: share of its tenant's work that each stream is contracted for, by plan (Q,).
        cost: of an hour at a site, the least first (S, T).
        choices: streams of each tenant, the best first, -1 after the last (n, K).
    """
    T, Q = arrivals_mwh.shape[2], len(c.stream_site)
    room = np.repeat(c.site_capacity_mw[:, None], T, axis=1)
    arriving = arrivals_mwh[c.stream_origin, c.stream_class]  # (Q, T)
    slack = c.class_slack_h[c.stream_class].astype(int)
    tenant = c.stream_origin * len(c.classes) + c.stream_class
    want, hours = arriving * now[:, None], np.arange(T)
    order = np.argsort(cost, axis=1, kind="stable")
    work, cut, pool = np.zeros((Q, T)), np.zeros((Q, T)), arriving * flexible[:, None]
    moved, wait, kept = np.zeros(Q), np.zeros(Q), np.ones(Q)
    over = np.zeros((len(choices), T))
    for home in (True, False):
        for patience in np.unique(slack):
            q = np.flatnonzero((slack == patience) & (c.stream_home == home))
            ran = run_at_once(c.stream_site[q], want[q], room)
            work[q] += ran
            cut[q] = want[q] - ran
            pool[q] += cut[q]
            q = q[pool[q].sum(axis=1) > NOTHING_MWH]
            ran, left = run_cheapest(c.stream_site[q], slack[q], pool[q], room, order)
            work[q] += ran
            done = ran.sum(axis=1)
            late = ran @ hours - (pool[q] - left) @ hours
            wait[q] = np.divide(late, done, out=np.zeros(len(q)), where=done > 0)
            kept[q] = done / pool[q].sum(axis=1)
            np.add.at(over, tenant[q], left)
            # All that this class of patience was contracted for here is placed: what is left tries its next choices,
            # first in its own region, then wherever it may.
            mine = np.tile(c.class_slack_h == patience, len(c.origins))
            for streams in choices.T:
                may = mine & (streams >= 0) & (c.stream_home[streams] | (not home))
                at = np.flatnonzero(may & (over.sum(axis=1) > NOTHING_MWH))
                if not len(at):
                    continue
                q = streams[at]
                ran, over[at] = run_cheapest(c.stream_site[q], slack[q], over[at], room, order)
                work[q] += ran
                moved[q] += ran.sum(axis=1)
    room = np.maximum(room, 0.0)
    moved += make_room(c, arrivals_mwh, work, room, over, choices)
    mwh, queued = want.sum(axis=1), cut.sum(axis=1)
    cut_share = np.divide(queued, mwh, out=np.zeros(Q), where=mwh > 0)
    return Cleared(
        work_mw=work,
        unserved_mwh=over.sum(axis=1),
        kept_now=1.0 - cut_share * (1.0 - kept),
        kept_flexible=kept,
        queued_mwh=queued * kept,
        moved_mwh=moved,
        wait_h=wait,
        wanted_mw=_by_site(c.stream_site, want, len(c.sites)),
    )


def run_at_once(site: Array, want: Array, room: Array) -> Array:
    """What of the wanted work (n, T) finds room at its sites (n,) in its hour; takes it from room (S, T)."""
    load = _by_site(site, want, len(room))
    share = np.divide(room, load, out=np.ones_like(room), where=load > room)
    ran = want * share[site]
    room -= np.minimum(load, room)
    return ran


def run_cheapest(
    site: Array, slack_h: Array, pool: Array, room: Array, order: Array
) -> tuple[Array, Array]:
    """Place work that may wait, the cheapest hours of each site first; who has no other hour left goes first.

    Args:
        site, slack_h: of each row (n,). pool: work by the hour it arrives (n, T).
        room: by site and hour (S, T), reduced in place. order: hours of each site, the best first (S, T).

    Returns:
        by the hour it runs (n, T), and what found no room by the hour it arrived (n, T).
    """
    n, T = pool.shape
    depth = int(slack_h.max(initial=0)) + 1
    left = np.concatenate([np.zeros((n, depth)), pool], axis=1)
    ran, rows = np.zeros((n, T)), np.arange(n)
    back = np.arange(depth)
    may = back[None, :] <= slack_h[:, None]  # (n, depth): hours back from the hour at hand
    sites = np.arange(len(room))
    to_come = np.zeros((len(room), T + 1), int)  # hours before each that were not yet looked at
    to_come[:, 1:] = np.arange(1, T + 1)
    for k in range(T if n else 0):
        hour = order[site, k]
        to_come -= np.arange(T + 1) > order[:, k, None]
        at = depth + hour[:, None] - back
        here = np.where(may, left[rows[:, None], at], 0.0)
        if not here.any():
            continue
        arrived = np.maximum(hour[:, None] - back, 0)
        end = np.minimum(arrived + slack_h[:, None], T - 1) + 1
        others = to_come[site[:, None], end] - to_come[site[:, None], arrived]
        for last_chance in (True, False):
            mine = np.where((others == 0) == last_chance, here, 0.0)
            want = mine.sum(axis=1)
            load = np.bincount(site, want, len(room))
            free = room[sites, order[:, k]]
            share = np.divide(free, load, out=np.ones(len(room)), where=load > free)[site]
            left[rows[:, None], at] -= mine * share[:, None]
            ran[rows, hour] += want * share
            room[sites, order[:, k]] -= np.minimum(load, free)
    return ran, np.maximum(left[:, depth:], 0.0)


def _by_site(site: Array, values: Array, n: int) -> Array:
    out = np.zeros((n, values.shape[1]))
    np.add.at(out, site, values)
    return out
