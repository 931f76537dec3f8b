r"""An operator: one site. It sets its price, takes in work, and builds where that is worth while.

Once a year it builds if

.. math::
    NPV = \frac{1 - (1+h)^{-n}}{h}\,\big(8760\,\hat u\,(\hat m + \hat\sigma) - i - f\big) - C\,(1 - s) > 0

per MW of work: expected utilisation and margin (adaptive), subsidy for running, energy of idle servers i, upkeep f,
cost of the hall C less what is granted, over the hall's life n at the hurdle rate h. What it builds opens after the
lead time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from ...models.economy_figures import Behaviour
from .board import Board
from .pricing import Pricing

if TYPE_CHECKING:
    from .economy import Economy

HOURS_A = 8760.0


class Operator(mesa.Agent):
    """One site.

    Attributes:
        name: of the site.
        index, region: its number, and its region's.
        pricing: how it sets its margin.
        hub: whether it is a cluster of a western hub.
        capacity_mw, first_mw: work it can run, now and at first [MW].
        design_per_work, idle_per_work: IT design power and idle IT power per MW of work [-].
        idle_cny_per_mw_a: energy of idle servers per MW of work [CNY/(MW a)].
        charge_cny_per_mwh: what work has to bring above its energy to keep the hall [CNY/MWh].
        margin_cny_per_mwh, next_margin: asked above energy, this month and next [CNY/MWh].
        use: expected utilisation [-].
        wanted: peak of what was asked last month, over capacity [-].
        brought: expected margin, subsidies for running included [CNY/MWh].
        building: (month it opens, MW of work).
        started_mw: begun this month [MW].
        received_cny, paid_cny: so far; energy left out [CNY].
    """

    def __init__(self, model: Economy, index: int, pricing: Pricing) -> None:
        super().__init__(model)
        c, start = model.compute, model.start
        self.index, self.name = index, c.sites[index]
        self.pricing = pricing
        self.region = int(c.site_region[index])
        self.first_mw = self.capacity_mw = float(c.site_capacity_mw[index])
        self.design_per_work = (
            float(start.design_mw[index]) / self.first_mw if self.first_mw > 0 else 0.0
        )
        self.idle_per_work = (
            float(c.site_idle_mw[index]) / self.first_mw if self.first_mw > 0 else 0.0
        )
        b = start.behaviour
        self.hub = model.western_hub[index]
        self.use = self.wanted = b.target_utilisation
        self.idle_cny_per_mw_a = self.idle_per_work * model.mean_energy_cny_per_mwh(index) * HOURS_A
        fixed = self.design_per_work * start.hall.yearly_cny_per_mw(b.hurdle_rate_per_a)
        # What a MWh of work has to bring above its own energy to keep a hall that is used as intended.
        self.charge_cny_per_mwh = (fixed + self.idle_cny_per_mw_a) / (
            HOURS_A * b.target_utilisation
        )
        self.margin_cny_per_mwh = pricing.first(self.charge_cny_per_mwh, self.use)
        self.next_margin = self.margin_cny_per_mwh
        self.brought = self.margin_cny_per_mwh
        self.building: list[tuple[int, float]] = []
        self.started_mw = 0.0
        self.received_cny = self.paid_cny = 0.0

    def open(self, month: int) -> None:
        """What was due to open, opens."""
        self.capacity_mw += sum(mw for at, mw in self.building if at <= month)
        self.building = [(at, mw) for at, mw in self.building if at > month]

    def decide(self, board: Board) -> None:
        """Set the margin of the next month; once a year, think of building."""
        self.next_margin = self.pricing.next(
            self.margin_cny_per_mwh, self.charge_cny_per_mwh, self.use, self.wanted
        )
        self.started_mw = 0.0
        b = self._economy.start.behaviour
        if board.month % 12 == 11 and self.first_mw > 0 and self.npv_cny_per_mw(board.month) > 0.0:
            self.started_mw = b.build_step_share * self.capacity_mw
            if self.started_mw > 0.0:
                self.building.append((board.month + 1 + b.lead_time_months, self.started_mw))

    def npv_cny_per_mw(self, month: int) -> float:
        """Expected net present value of a MW of work capacity [CNY/MW]."""
        start = self._economy.start
        b, hall = start.behaviour, start.hall
        capex = self.design_per_work * hall.capex_cny_per_mw
        yearly = (
            HOURS_A * self.use * self.brought
            - self.idle_cny_per_mw_a
            - capex * hall.fixed_share_per_a
        )
        years = (1.0 - (1.0 + b.hurdle_rate_per_a) ** -hall.lifetime_a) / b.hurdle_rate_per_a
        granted = b.subsidy_capex_share if self.hub and subsidised(b, month) else 0.0
        return years * yearly - capex * (1.0 - granted)

    def building_cost_cny(self) -> float:
        """Of the hall it starts this month [CNY]."""
        return self.started_mw * self.design_per_work * self._economy.start.hall.capex_cny_per_mw

    def grant_cny(self, month: int) -> float:
        """What is granted for it [CNY]."""
        b = self._economy.start.behaviour
        share = b.subsidy_capex_share if self.hub and subsidised(b, month) else 0.0
        return share * self.building_cost_cny()

    def learn(self, use: float, wanted: float, brought: float) -> None:
        """Adapt expectations to a month's utilisation, peak demand, and margin with subsidies."""
        weight = self._economy.start.behaviour.expectation_weight
        self.use += weight * (use - self.use)
        self.brought += weight * (brought - self.brought)
        self.wanted = wanted
        self.margin_cny_per_mwh = self.next_margin

    @property
    def _economy(self) -> Economy:
        return self.model  # type: ignore[return-value]


def subsidised(behaviour: Behaviour, month: int) -> bool:
    """Whether the subsidies run in a month."""
    return behaviour.subsidy_from_month <= month < behaviour.subsidy_to_month
