"""The end of a month: what is booked of it, and what everybody learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...models.actual import Actual
from ...models.ledger import Carried, Ledger, Settlement
from .board import Board
from .certificates import certificate_month
from .clearing import Cleared
from .money import bill
from .month import Month
from .platform import Shared

if TYPE_CHECKING:
    from .economy import Economy

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Ran:
    """What ran in a month: hours, rationing, the platform's plan, the world's record, the weighted ledger.

    now, flexible: contracted share of its tenant's work on each stream, by plan (Q,) [-].
    """

    actual: Actual
    cleared: Cleared
    shared: Shared
    carried: Carried
    ledger: Ledger
    now: Array
    flexible: Array


def close(economy: Economy, board: Board, ran: Ran) -> Month:
    """Certificates and money of the month, and its record."""
    c, b, ledger = economy.compute, economy.start.behaviour, ran.ledger
    weight, n = economy.start.weight(board.month), len(economy.tenants)
    for region, mwh in zip(economy.regions, ledger.renewable_mwh.tolist(), strict=True):
        region.issue(mwh, board.month)
    generated = float(ledger.generation_mwh.sum())
    certificates = certificate_month(
        b, economy.regions, ledger.site_load_mwh, generated, ledger.system_kg
    )
    arrived = weight * ran.actual.now(ran.actual.arrivals_mwh).sum(axis=2).ravel()
    by_stream = arrived[economy.tenant_of]
    bills = bill(
        c, economy.options, board, ran.cleared, ledger,
        (ran.now * by_stream, ran.flexible * by_stream), certificates,
        economy.tenants, economy.operators, economy.regions,
    )  # fmt: skip
    waited = weight * ran.carried.waiting_mwh.sum(axis=2)
    far = np.bincount(economy.tenant_of, c.stream_latency_cny_per_mwh * ledger.stream_mwh, n)
    at_site = np.bincount(c.stream_site, ledger.stream_mwh, len(c.sites))
    could = board.capacity_mw * ledger.hours
    changed = np.array([t.changed_share for t in economy.tenants])
    work = float(ledger.stream_mwh.sum())
    return Month(
        month=board.month,
        stretch=board.stretch,
        weight=weight,
        ledger=ledger,
        tenant_work_mwh=arrived,
        tenant_unserved_mwh=weight * ran.carried.unserved_mwh.sum(axis=2).ravel(),
        tenant_delay_mwh_h=waited.ravel(),
        tenant_time_cny=(c.class_delay_cny_per_mwh_h * waited).ravel() + far,
        tenant_paid_cny=bills.tenant_paid_cny,
        operator_income_cny=bills.operator_income_cny,
        changed_share=_mean(changed, arrived),
        capacity_mw=board.capacity_mw,
        utilisation=np.divide(at_site, could, out=np.zeros(len(could)), where=could > 0),
        margin_cny_per_mwh=board.margin_cny_per_mwh,
        started_mw=np.array([o.started_mw for o in economy.operators]),
        contracted_mwh=(ran.now + ran.flexible) * by_stream,
        queued_mwh=weight * float(ran.cleared.queued_mwh.sum()),
        moved_mwh=weight * float(ran.cleared.moved_mwh.sum()),
        shares=np.concatenate([t.share for t in economy.tenants]),
        price_cny_per_mwh=bills.total.work / work if work > 0 else 0.0,
        certificates=certificates,
        money=bills.total,
        platform_share_cny=weight * ran.shared.share_cny,
    )


def learn(economy: Economy, board: Board, settled: Settlement, ran: Ran, done: Month) -> None:
    """Everybody remembers the month."""
    c, ledger, certificates = economy.compute, done.ledger, done.certificates
    if certificates.price is not None:
        economy.certificate_price = certificates.price
    mean = settled.intensity_kg_per_mwh.mean(axis=1)
    offered = ledger.renewable_mwh + ledger.curtailed_mwh
    for r in economy.regions:
        r.intensity_kg_per_mwh = float(mean[r.index])
        r.curtailed_share = _quotient(ledger.curtailed_mwh[r.index], offered[r.index])
    met = met_cny_per_mwh(economy, board, ran, done)
    for t in economy.tenants:
        t.learn(board, met[t.at])
    from_away = np.where(c.stream_home, 0.0, board.subsidy_cny_per_mwh[c.stream_site])
    subsidy = np.bincount(c.stream_site, from_away * ledger.stream_mwh, len(c.sites))
    work = np.bincount(c.stream_site, ledger.stream_mwh, len(c.sites))
    hours = ledger.hours if ledger.hours > 0 else 1.0
    asked = np.bincount(c.stream_site, done.contracted_mwh, len(c.sites)) / hours
    peak = np.maximum(ran.cleared.wanted_mw.max(axis=1, initial=0.0), asked)
    for o in economy.operators:
        i = o.index
        wanted = peak[i] / o.capacity_mw if o.capacity_mw > 0 else 0.0
        subsidised = subsidy[i] / work[i] if work[i] > 0 else 0.0
        o.learn(float(done.utilisation[i]), float(wanted), o.margin_cny_per_mwh + float(subsidised))


def met_cny_per_mwh(economy: Economy, board: Board, ran: Ran, done: Month) -> Array:
    """What each option turned out to cost (P,): as published for what ran as contracted, longer waits at their
    value, and for the rest the mean cost of where its tenant's work went, given up at its penalty."""
    c, o, cleared = economy.compute, economy.options, ran.cleared
    weight, n = done.weight, len(economy.tenants)
    tier = c.stream_class[o.stream]
    omega = c.class_delay_cny_per_mwh_h[tier]
    made_wait = np.divide(
        weight * cleared.queued_mwh, ran.now * done.tenant_work_mwh[economy.tenant_of],
        out=np.zeros(len(c.stream_site)), where=ran.now * done.tenant_work_mwh[economy.tenant_of] > 0,
    )  # fmt: skip
    wait = cleared.wait_h[o.stream]
    late = np.where(o.flexible, wait - board.costs.delay_h, made_wait[o.stream] * wait)
    at_once = ~o.flexible
    cost = np.zeros(len(c.stream_site))
    cost[o.stream[at_once]] = board.posted_cny_per_mwh[at_once]
    penalty = np.tile(c.class_unserved_cny_per_mwh, len(c.origins))
    moved = weight * cleared.moved_mwh
    lost = weight * cleared.unserved_mwh
    amount = np.bincount(economy.tenant_of, moved, n) + lost
    spent = np.bincount(economy.tenant_of, moved * cost, n) + lost * penalty
    elsewhere = np.divide(spent, amount, out=np.zeros(n), where=amount > 0)[economy.option_tenant]
    kept = np.where(o.flexible, cleared.kept_flexible[o.stream], cleared.kept_now[o.stream])
    as_meant = board.posted_cny_per_mwh + omega * np.where(kept > 0, late, 0.0)
    return kept * as_meant + (1.0 - kept) * elsewhere


def _mean(values: Array, weight: Array) -> float:
    """Weighted mean; 0 where there is no weight."""
    return _quotient(float(values @ weight), float(weight.sum()))


def _quotient(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0
