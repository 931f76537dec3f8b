"""Who pays whom for a month: tenants' bills, operators' income, subsidies, certificates, building."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.ledger import Ledger
from ...models.system import Compute
from .board import Board
from .certificates import CertificateMonth
from .clearing import Cleared
from .month import Money
from .operator import Operator
from .options import Options
from .region import Region
from .tenant import Tenant

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Bills:
    """A month's money: total; what each tenant paid (n,), what each operator took for work (S,) [CNY]."""

    total: Money
    tenant_paid_cny: Array
    operator_income_cny: Array


def contracted_price(
    c: Compute, options: Options, board: Board, amounts: tuple[Array, Array, Array]
) -> tuple[Array, Array]:
    """Mean price on each stream to the tenant, and the subsidy that goes with it (Q,), (Q,) [CNY/MWh].

    Args:
        amounts: of work at once, waiting, and taken over from full sites, which pays the price at once (Q,) each.
    """
    Q = len(c.stream_site)
    price = np.zeros((2, Q))
    price[0, options.stream[~options.flexible]] = board.price_cny_per_mwh[~options.flexible]
    price[1] = price[0]
    price[1, options.stream[options.flexible]] = board.price_cny_per_mwh[options.flexible]
    at_once, waiting, moved = amounts
    total = at_once + waiting + moved
    share = np.divide(waiting, total, out=np.zeros(Q), where=total > 0)
    off = np.where(c.stream_home, 0.0, board.subsidy_cny_per_mwh[c.stream_site])
    return (1.0 - share) * price[0] + share * price[1], off


def bill(
    c: Compute, options: Options, board: Board, cleared: Cleared, ledger: Ledger,
    contracted: tuple[Array, Array], certificates: CertificateMonth,
    tenants: list[Tenant], operators: list[Operator], regions: list[Region],
) -> Bills:  # fmt: skip
    """Make out all bills of a month and have everybody book its own.

    Args:
        contracted: work by stream before rationing, at once and waiting (Q,), (Q,) [MWh].
    """
    now, flexible = contracted
    amounts = now * cleared.kept_now, flexible * cleared.kept_flexible, cleared.moved_mwh
    price, off = contracted_price(c, options, board, amounts)
    mwh = ledger.stream_mwh
    tenant = c.stream_origin * len(c.classes) + c.stream_class
    work = np.bincount(tenant, price * mwh, len(tenants))
    data = np.bincount(tenant, c.stream_transfer_cny_per_mwh * mwh, len(tenants))
    earned = np.bincount(c.stream_site, price * mwh, len(operators))
    granted = np.bincount(c.stream_site, off * mwh, len(operators))
    certificate = certificates.price or 0.0
    for t in tenants:
        t.paid_cny += work[t.index] + data[t.index]
    building = grants = 0.0
    for o in operators:
        hall, grant = o.building_cost_cny(), o.grant_cny(board.month)
        o.received_cny += earned[o.index] + granted[o.index] + grant
        o.paid_cny += hall + certificate * certificates.bought_mwh[o.index]
        regions[o.region].paid_cny += granted[o.index] + grant
        building, grants = building + hall, grants + grant
    for r in regions:
        r.received_cny += certificate * r.sold_mwh
    total = Money(
        work=float(work.sum()),
        transfer=float(data.sum()),
        energy=ledger.energy_cny,
        subsidy=float(granted.sum()),
        grants=grants,
        building=building,
        certificates=certificate * certificates.retired_mwh,
    )
    return Bills(total, work + data, earned + granted)
