"""Docking: tenants who know everything, see no noise and face the program's own prices reach the program's value.

Each hour's work of each tenant takes a best option (site and hour within its slack, or being given up) at the posted
prices; ties are rationed by capacity. The program lets a class give up in an hour as much as falls due in it, whichever
hour it is from: that too is room, and has a price where it is full. The plan may differ from the program's, its value
may not (strong duality).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.choice import best_options
from ...models.outlook import Outlook
from ...models.rationing import ration
from ...optim.posted import Posted

Array = np.ndarray

TIE = 1e-8
FREE_CNY_PER_MWH = 1e-6
"""A price of room below this is none."""


@dataclass(frozen=True, eq=False)
class Docked:
    """What tenants chose. work_mw: (Q, T) [MW]. unserved_mwh: by tenant and the hour it leaves (O, J, T).
    value_cny: of all of it, by the program's own objective [CNY]."""

    work_mw: Array
    unserved_mwh: Array
    value_cny: float


def dock(outlook: Outlook, arrivals_mwh: Array, posted: Posted) -> Docked:
    """Let every tenant choose for every hour's work.

    Args:
        outlook: all hours as they will be, nothing waiting before them. arrivals_mwh: (O, J, T). posted: prices.

    Raises:
        InputError: the prices do not clear.
    """
    c, T = outlook.system.compute, outlook.hours
    S, per_work = len(c.sites), outlook.pue / c.site_efficiency[:, None]
    streams = {
        (int(o), int(j), int(s)): q
        for q, (o, j, s) in enumerate(
            zip(c.stream_origin, c.stream_class, c.stream_site, strict=True)
        )
    }
    lost = np.maximum(posted.leaving_cny_per_mwh, c.class_unserved_cny_per_mwh[:, None])
    rows, suits = np.argwhere(arrivals_mwh > 0.0), []
    for o, j, a in rows:
        cost, given_up = np.full((S, T), np.inf), np.full(lost.shape, np.inf)
        hours = np.arange(a, min(a + int(c.class_slack_h[j]), T - 1) + 1)
        late = c.class_delay_cny_per_mwh_h[j] * (hours - a)
        given_up[o, j, hours] = lost[o, j, hours] + late
        for q in np.flatnonzero((c.stream_origin == o) & (c.stream_class == j)):
            s = c.stream_site[q]
            network = c.stream_transfer_mwh_per_mwh[q] * posted.energy_cny_per_mwh[c.site_region[s]]
            fixed = c.stream_transfer_cny_per_mwh[q] + c.stream_latency_cny_per_mwh[q]
            cost[s, hours] = posted.site_cny_per_mwh[s, hours] + network[hours] + fixed + late
        suits.append(best_options(-np.concatenate([cost.ravel(), given_up.ravel()]), TIE))
    rent = posted.site_cny_per_mwh - per_work * posted.energy_cny_per_mwh[c.site_region]
    dearer = lost - c.class_unserved_cny_per_mwh[:, None]
    due = np.maximum(np.diff(outlook.due_mwh, axis=2, prepend=0.0), 0.0)
    room = np.concatenate([np.repeat(c.site_capacity_mw, T), due.ravel()])
    scarce = np.concatenate([rent.ravel(), dearer.ravel()]) > FREE_CNY_PER_MWH
    amounts = arrivals_mwh[tuple(rows.T)]
    got = ration(np.array(suits).reshape(len(rows), len(room)), amounts, room, scarce)
    work, unserved, late_cny = np.zeros((len(c.stream_site), T)), np.zeros(lost.size), 0.0
    for (o, j, a), row in zip(rows, got, strict=True):
        for k in np.flatnonzero(row):
            late_cny += c.class_delay_cny_per_mwh_h[j] * (k % T - a) * row[k]
            if k < S * T:
                work[streams[int(o), int(j), int(k) // T], k % T] += row[k]
        unserved += row[S * T :]
    unserved = unserved.reshape(lost.shape)
    return Docked(work, unserved, value_cny(outlook, work, unserved) + float(late_cny))


def value_cny(outlook: Outlook, work_mw: Array, unserved_mwh: Array) -> float:
    """Energy at the tariff and the price of carbon, data, latency, work given up: all but delay [CNY]."""
    c = outlook.system.compute
    price = outlook.tariff_cny_per_mwh + outlook.carbon_cny_per_kg * outlook.intensity_kg_per_mwh
    load = c.load_mw(work_mw, outlook.pue, len(price))
    moved = (c.stream_transfer_cny_per_mwh + c.stream_latency_cny_per_mwh) @ work_mw.sum(axis=1)
    lost = c.class_unserved_cny_per_mwh @ unserved_mwh.sum(axis=(0, 2))
    return float((price * load).sum() + moved + lost)
