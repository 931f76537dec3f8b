"""What came of one month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.ledger import Ledger
from .certificates import CertificateMonth

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Money:
    """Who paid whom in a month [CNY]; every amount is somebody's cost and somebody's income.

    work: tenants to operators. transfer: tenants to networks. energy: operators to power companies.
    subsidy: regions to operators, for running. grants: regions to operators, for building. building: operators to
    builders. certificates: operators to regions.
    """

    work: float
    transfer: float
    energy: float
    subsidy: float
    grants: float
    building: float
    certificates: float


@dataclass(frozen=True, eq=False)
class Month:
    """One month, all sums over its hours.

    Attributes:
        month: from 0. stretch: of hours that stood for it. weight: how often [-].
        ledger: of the month, location-based carbon by its own grid.
        tenant_work_mwh: wanted, before anything else (n,). tenant_unserved_mwh, tenant_delay_mwh_h: (n,).
        tenant_time_cny: value of latency and delay by tenant (n,) [CNY].
        tenant_paid_cny: to operators and networks (n,). operator_income_cny: from tenants and subsidies (S,).
        changed_share: of customers who chose anew, mean over work [-].
        capacity_mw, utilisation, margin_cny_per_mwh, started_mw: by site (S,).
        contracted_mwh: by stream, before rationing (Q,). queued_mwh, moved_mwh: rationed, all tenants.
        shares: of each option in its tenant's work (P,). price_cny_per_mwh: mean that tenants paid.
        platform_share_cny: of the platform's gain, by site (S,) [CNY].
    """

    month: int
    stretch: int
    weight: float
    ledger: Ledger
    tenant_work_mwh: Array
    tenant_unserved_mwh: Array
    tenant_delay_mwh_h: Array
    tenant_time_cny: Array
    tenant_paid_cny: Array
    operator_income_cny: Array
    changed_share: float
    capacity_mw: Array
    utilisation: Array
    margin_cny_per_mwh: Array
    started_mw: Array
    contracted_mwh: Array
    queued_mwh: float
    moved_mwh: float
    shares: Array
    price_cny_per_mwh: float
    certificates: CertificateMonth
    money: Money
    platform_share_cny: Array
