"""Clear the hours of a month: what finds no room where it was contracted waits, goes elsewhere, or is given up.

1. Work that is to run at once shares a full site in proportion. What is cut and may wait joins what waits there;
   what may not goes to its tenant's next choice in the same hour, and so on; then it is given up.
2. Work that may wait takes the cheapest hours of its site, those that may take the same hour in proportion. What finds
   no room in all the hours it may wait goes to its tenant's next choice; then it is given up.

No tenant has precedence by its place in a list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.system import Compute

Array = np.ndarray

NOTHING_MWH = 1e-9


@dataclass(frozen=True, eq=False)
class Cleared:
    """What is to run.

    Attributes:
        work_mw: by stream and hour (Q, T). unserved_mwh: given up, by tenant (n,).
        kept_now, kept_flexible: share of what was contracted that runs at its site, by stream (Q,) [-]; 1 where
            nothing was.
        queued_mwh: contracted to run at once and made to wait (Q,).
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
    T = arrivals_mwh.shape[2]
    room = np.repeat(c.site_capacity_mw[:, None], T, axis=1)
    arriving = arrivals_mwh[c.stream_origin, c.stream_class]  # (Q, T)
    slack = c.class_slack_h[c.stream_class].astype(int)
    tenant = c.stream_origin * len(c.classes) + c.stream_class
    want = arriving * now[:, None]
    wanted = _by_site(c.stream_site, want, len(c.sites))
    work = run_at_once(c.stream_site, want, room)
    cut = want - work
    waits = slack > 0
    moved, over = np.zeros(len(tenant)), np.zeros((len(choices), T))
    np.add.at(over, tenant, np.where(waits[:, None], 0.0, cut))
    for streams in choices.T:
        if over.sum() <= NOTHING_MWH:
            break
        rows = np.flatnonzero((streams >= 0) & (over.sum(axis=1) > NOTHING_MWH))
        ran = run_at_once(c.stream_site[streams[rows]], over[rows], room)
        work[streams[rows]] += ran
        moved[streams[rows]] += ran.sum(axis=1)
        over[rows] -= ran
    order = np.argsort(cost, axis=1, kind="stable")
    pool = np.where(waits[:, None], arriving * flexible[:, None] + cut, 0.0)
    asked = pool.sum(axis=1)
    rows = np.flatnonzero(asked > NOTHING_MWH)
    ran, left = run_cheapest(c.stream_site[rows], slack[rows], pool[rows], room, order)
    work[rows] += ran
    wait = np.zeros(len(tenant))
    hours = np.arange(T)
    done = ran.sum(axis=1)
    late = ran @ hours - (pool[rows] - left) @ hours
    wait[rows] = np.divide(late, done, out=np.zeros(len(rows)), where=done > 0)
    kept = np.ones(len(tenant))
    kept[rows] = done / asked[rows]
    late_over = np.zeros((len(choices), T))
    np.add.at(late_over, tenant[rows], left)
    for streams in choices.T:
        if late_over.sum() <= NOTHING_MWH:
            break
        at = np.flatnonzero((streams >= 0) & (late_over.sum(axis=1) > NOTHING_MWH))
        q = streams[at]
        ran, late_over[at] = run_cheapest(c.stream_site[q], slack[q], late_over[at], room, order)
        work[q] += ran
        moved[q] += ran.sum(axis=1)
    mwh = want.sum(axis=1)
    cut_share = np.divide(cut.sum(axis=1), mwh, out=np.zeros(len(mwh)), where=mwh > 0)
    return Cleared(
        work_mw=work,
        unserved_mwh=(over + late_over).sum(axis=1),
        kept_now=1.0 - np.where(waits, cut_share * (1.0 - kept), cut_share),
        kept_flexible=kept,
        queued_mwh=np.where(waits, cut.sum(axis=1), 0.0),
        moved_mwh=moved,
        wait_h=wait,
        wanted_mw=wanted,
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
    """Place work that may wait, the cheapest hours of each site first.

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
    for k in range(T if n else 0):
        hour = order[site, k]
        at = depth + hour[:, None] - back
        here = np.where(may, left[rows[:, None], at], 0.0)
        want = here.sum(axis=1)
        load = np.bincount(site, want, len(room))
        free = room[sites, order[:, k]]
        share = np.divide(free, load, out=np.ones(len(room)), where=load > free)[site]
        left[rows[:, None], at] -= here * share[:, None]
        ran[rows, hour] += want * share
        room[sites, order[:, k]] -= np.minimum(load, free)
    return ran, np.maximum(left[:, depth:], 0.0)


def _by_site(site: Array, values: Array, n: int) -> Array:
    out = np.zeros((n, values.shape[1]))
    np.add.at(out, site, values)
    return out
