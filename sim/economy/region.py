"""A region: publishes what its grid did, issues certificates for its renewable energy, sells them, pays subsidies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from ...models.economy_figures import Behaviour

if TYPE_CHECKING:
    from .economy import Economy

Array = np.ndarray

STEPS = 5
"""Prices at which a region offers equal parts of what it has, and an operator bids for equal parts."""


class Region(mesa.Agent):
    """One grid region.

    Attributes:
        name, index: of the region.
        intensity_kg_per_mwh: average intensity it publishes, last month's [kg/MWh].
        curtailed_share: of its renewable energy, last month [-].
        bank_mwh: certificates kept from earlier months [MWh].
        hope_cny_per_mwh: highest price it asks [CNY/MWh].
        issued_mwh, sold_mwh, expired_mwh: certificates of this month [MWh].
        received_cny, paid_cny: so far [CNY].
    """

    def __init__(self, model: Economy, index: int, intensity_kg_per_mwh: float) -> None:
        super().__init__(model)
        self.name, self.index = model.start.actuals[0].system.grid.regions[index], index
        self.bank_mwh = 0.0
        self.hope_cny_per_mwh = model.start.behaviour.certificate_worth_cny_per_mwh
        self.intensity_kg_per_mwh, self.curtailed_share = intensity_kg_per_mwh, 0.0
        self.issued_mwh = self.sold_mwh = self.expired_mwh = 0.0
        self.received_cny = self.paid_cny = 0.0

    def issue(self, renewable_mwh: float, month: int) -> None:
        """Certificates for a share of a month's renewable energy."""
        self.issued_mwh = issue_share(self._economy.start.behaviour, month) * renewable_mwh

    def asks(self) -> tuple[Array, Array]:
        """Prices [CNY/MWh] and quantities [MWh]: equal parts from the floor to what it hopes for."""
        floor = self._economy.start.behaviour.certificate_floor_cny_per_mwh
        top = max(self.hope_cny_per_mwh, floor)
        have = self.issued_mwh + self.bank_mwh
        return np.linspace(floor, top, STEPS), np.full(STEPS, have / STEPS)

    def sell(self, sold_mwh: float, price: float | None) -> None:
        """Book what was sold; keep part of the rest, let the other part expire; adapt what it hopes for."""
        b = self._economy.start.behaviour
        have = self.issued_mwh + self.bank_mwh
        left = max(have - sold_mwh, 0.0)
        self.sold_mwh = sold_mwh
        self.bank_mwh = b.certificate_bank_share * left
        self.expired_mwh = left - self.bank_mwh
        if price is not None:
            sold_share = sold_mwh / have if have > 0 else 1.0
            # Who sold all asks more next time, who was left with stock comes down to the price.
            aim = b.certificate_worth_cny_per_mwh if sold_share > 1.0 - 1e-9 else price
            self.hope_cny_per_mwh += b.belief_weight * (aim - self.hope_cny_per_mwh)

    @property
    def _economy(self) -> Economy:
        return self.model  # type: ignore[return-value]


def issue_share(behaviour: Behaviour, month: int) -> float:
    """Share of renewable energy that certificates are issued for."""
    if month < behaviour.certificate_change_month:
        return behaviour.certificate_issue_share
    return behaviour.certificate_issue_share_after


def bids(behaviour: Behaviour, load_mwh: float) -> tuple[Array, Array]:
    """What an operator bids: equal parts at prices from the floor to the most a certificate is worth."""
    prices = np.linspace(
        behaviour.certificate_floor_cny_per_mwh,
        max(behaviour.certificate_worth_cny_per_mwh, behaviour.certificate_floor_cny_per_mwh),
        STEPS,
    )
    return prices, np.full(STEPS, behaviour.certificate_demand_share * load_mwh / STEPS)
