"""What a tenant can choose: a site, and whether its work runs at once or in the cheapest hours it may wait for.

An option is a stream with a plan; options P stand sorted by tenant. What they cost in energy and how long they make
work wait hangs on tariffs and PUE alone, and is worked out once for each stretch of hours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.actual import Actual
from ...models.system import Compute

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Options:
    """All options of all tenants; tenant i is origin i // J with class i % J.

    Attributes:
        stream, site: indices (P,). flexible: whether the plan is to wait for cheap hours (P,).
        first: where each tenant's options begin, and the end of the last (n + 1,).
        started: shares that tenants hold before they first choose, at home, at once (P,).
        extra_cny_per_mwh: value of latency and price of moving data (P,). away: whether not at home (P,).
    """

    stream: Array
    site: Array
    flexible: Array
    first: Array
    started: Array
    extra_cny_per_mwh: Array
    transfer_cny_per_mwh: Array
    away: Array

    def of(self, tenant: int) -> slice:
        """Where a tenant's options stand."""
        return slice(int(self.first[tenant]), int(self.first[tenant + 1]))


@dataclass(frozen=True, eq=False)
class OptionCosts:
    """Of each option over one stretch: energy_cny_per_mwh at the tariff, PUE and network included (P,); delay_h (P,).

    energy_mwh_per_mwh: drawn per MWh of work (P,) [-]. hour_cny_per_mwh: energy of work by site and hour (S, T).
    """

    energy_cny_per_mwh: Array
    delay_h: Array
    energy_mwh_per_mwh: Array
    hour_cny_per_mwh: Array


def options_of(c: Compute, home_share: Array) -> Options:
    """The options of every tenant. home_share: of each stream in its tenant's home capacity (Q,)."""
    J = len(c.classes)
    tenant = c.stream_origin * J + c.stream_class
    can_wait = c.class_slack_h[c.stream_class] > 0
    every = np.arange(len(tenant))
    stream = np.concatenate([every, every[can_wait]])
    flexible = np.concatenate([np.zeros(len(every), bool), np.ones(int(can_wait.sum()), bool)])
    order = np.lexsort((flexible, stream, tenant[stream]))
    stream, flexible = stream[order], flexible[order]
    count = np.bincount(tenant[stream], minlength=len(c.origins) * J)
    price = c.stream_transfer_cny_per_mwh
    return Options(
        stream=stream,
        site=c.stream_site[stream],
        flexible=flexible,
        first=np.concatenate([[0], np.cumsum(count)]),
        started=np.where(flexible, 0.0, home_share[stream]),
        extra_cny_per_mwh=(price + c.stream_latency_cny_per_mwh)[stream],
        transfer_cny_per_mwh=price[stream],
        away=~c.stream_home[stream],
    )


def costs_of(options: Options, actual: Actual) -> OptionCosts:
    """What the options cost over one stretch of hours, where there is room."""
    c = actual.system.compute
    pue, tariff = actual.now(actual.pue), actual.now(actual.tariff_cny_per_mwh)[c.site_region]
    arrivals = actual.now(actual.arrivals_mwh)
    T = actual.hours
    per_work = pue / c.site_efficiency[:, None]
    hour_cny = per_work * tariff
    total = arrivals.sum(axis=2, keepdims=True)
    when = np.where(total > 0, arrivals / np.where(total > 0, total, 1.0), 1.0 / T)  # (O, J, T)
    P = len(options.stream)
    money, delay, drawn = np.zeros(P), np.zeros(P), np.zeros(P)
    hours = np.arange(T)
    for slack in np.unique(c.class_slack_h):
        best = cheapest_hour(hour_cny, int(slack))
        for flexible in (False, True) if slack else (False,):
            at = np.flatnonzero(
                (c.class_slack_h[c.stream_class[options.stream]] == slack)
                & (options.flexible == flexible)
            )
            q, s = options.stream[at], options.site[at]
            w = when[c.stream_origin[q], c.stream_class[q]]  # (n, T)
            hour = best[s] if flexible else np.broadcast_to(hours, (len(at), T))
            network = c.stream_transfer_mwh_per_mwh[q, None]
            power = per_work[s[:, None], hour] + network
            money[at] = (w * power * tariff[s[:, None], hour]).sum(axis=1)
            drawn[at] = (w * power).sum(axis=1)
            delay[at] = (w * (hour - hours)).sum(axis=1)
    return OptionCosts(money, delay, drawn, hour_cny)


def cheapest_hour(cost: Array, slack_h: int) -> Array:
    """For each hour, the cheapest of it and the `slack_h` after it, the earliest of equals: (S, T) -> (S, T)."""
    T = cost.shape[1]
    hour = np.broadcast_to(np.arange(T), cost.shape).copy()
    best = cost.copy()
    for k in range(1, min(slack_h, T - 1) + 1):
        better = cost[:, k:] < best[:, :-k]
        best[:, :-k] = np.where(better, cost[:, k:], best[:, :-k])
        hour[:, :-k] = np.where(better, np.arange(k, T), hour[:, :-k])
    return hour
