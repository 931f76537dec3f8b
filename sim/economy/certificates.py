r"""The certificate market of a month, and what its books claim against what the grid emits.

Certificates change nothing that is generated: market-based carbon counts a retired MWh as free of carbon and gives all
others the residual mix,

.. math::
    CI_{res} = \frac{E_{sys}}{G - C}

so that the claims of all consumers together equal what was emitted (contracts are reshuffled, not emissions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...models.auction import call_auction
from ...models.economy_figures import Behaviour
from .region import Region, bids

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class CertificateMonth:
    """What was issued, retired, banked and lost in a month [MWh], at what price [CNY/MWh].

    Attributes:
        price: None where nothing was traded. held_before_mwh: banked from earlier months.
        bought_mwh: by operator (S,); all that is bought is retired. claimed_kg: carbon of the operators' load,
            market-based. others_kg: of all other load.
    """

    price: float | None
    held_before_mwh: float
    issued_mwh: float
    retired_mwh: float
    banked_mwh: float
    expired_mwh: float
    bought_mwh: Array
    claimed_kg: float
    others_kg: float


def certificate_month(
    behaviour: Behaviour,
    regions: Sequence[Region],
    load_mwh: Array,
    generated_mwh: float,
    emitted_kg: float,
) -> CertificateMonth:
    """Clear the month's auction; regions book what they sold.

    Args:
        behaviour: with the operators' demand. regions: with what they issued this month.
        load_mwh: of each operator (S,). generated_mwh, emitted_kg: of the whole grid.
    """
    held = sum(r.bank_mwh for r in regions)
    offers = [r.asks() for r in regions]
    wanted = [bids(behaviour, float(load)) for load in load_mwh]
    cleared = call_auction(
        *(np.concatenate([w[k] for w in wanted]) for k in (0, 1)),
        *(np.concatenate([o[k] for o in offers]) for k in (0, 1)),
    )
    sold = cleared.sold.reshape(len(offers), -1).sum(axis=1)
    bought = cleared.bought.reshape(len(wanted), -1).sum(axis=1)
    for region, mwh in zip(regions, sold.tolist(), strict=True):
        region.sell(mwh, cleared.price)
    rest = generated_mwh - cleared.traded
    residual = emitted_kg / rest if rest > 0 else 0.0
    claimed = residual * float((load_mwh - bought).sum())
    return CertificateMonth(
        price=cleared.price,
        held_before_mwh=held,
        issued_mwh=sum(r.issued_mwh for r in regions),
        retired_mwh=cleared.traded,
        banked_mwh=sum(r.bank_mwh for r in regions),
        expired_mwh=sum(r.expired_mwh for r in regions),
        bought_mwh=bought,
        claimed_kg=claimed,
        others_kg=emitted_kg - claimed,
    )
