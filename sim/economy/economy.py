"""The economy: one step is a month. Sense, decide, clear, settle, learn.

Within a stage all agents read what was published at its beginning and write to themselves only, so the order in which
they act cannot matter. The hours of a month are run by the world and booked by the ledger that policies are scored by.
"""

from __future__ import annotations

from dataclasses import replace

import mesa
import numpy as np

from ...models.actual import Actual
from ...models.errors import InputError, suggest
from ...models.ledger import Carried, Settlement, book
from ...optim.program import dispatch
from ..placing import home_shares
from ..settle import clear, drawn_mw
from .as_contracted import carry_out
from .board import Board
from .clearing import Cleared, clear_hours
from .closing import Ran, close, learn
from .conduct import Conduct
from .month import Month
from .operator import Operator
from .options import OptionCosts, costs_of, options_of
from .platform import pool
from .publish import publish
from .region import Region
from .start import Start, more_efficient
from .tenant import Tenant

Array = np.ndarray


class Economy(mesa.Model):
    """Tenants, operators and regions over the months of a start.

    Args:
        start: what is given. conduct: how agents act. order: in which tenants act (a permutation); it must not
            matter. Random numbers come from each agent's own stream (`board.stream_of`).
    """

    def __init__(self, start: Start, conduct: Conduct, order: Array | None = None) -> None:
        super().__init__(rng=start.seed)
        self.start, self.conduct = start, conduct
        base = start.actuals[0]
        before = tuple(start.actuals)
        self.actuals = tuple(more_efficient(a, start.gain_share) for a in before)
        self.compute = c = self.actuals[0].system.compute
        self.R, self.S, n = (
            len(base.system.grid.regions),
            len(c.sites),
            len(c.origins) * len(c.classes),
        )
        hubs = c.site_western_hub
        self.western_hub = np.zeros(self.S, bool) if hubs is None else hubs.astype(bool)
        self.options = options_of(c, home_shares(c))
        self.costs = tuple(costs_of(self.options, a) for a in self.actuals)
        self.costs_before = tuple(costs_of(self.options, a) for a in before)
        self.tenant_of = c.stream_origin * len(c.classes) + c.stream_class  # (Q,)
        self.option_tenant = self.tenant_of[self.options.stream]  # (P,)
        self.away_hub = self.western_hub[self.options.site] & self.options.away
        self.members = members_of(c.sites, conduct)
        follow = conduct.herding_cny_per_mwh
        self.tenants = [Tenant(self, i, conduct.learning, follow) for i in range(n)]
        self.operators = [Operator(self, s, conduct.pricing) for s in range(self.S)]
        factor = np.nan_to_num(base.official_kg_per_mwh, nan=0.0)
        self.regions = [Region(self, r, float(factor[r])) for r in range(self.R)]
        self.first_margin = np.array([o.margin_cny_per_mwh for o in self.operators])
        self.order = np.arange(n) if order is None else order
        self.program = dispatch()
        self.bases: dict[int, object] = {}
        self.certificate_price = start.behaviour.certificate_worth_cny_per_mwh
        self.months: list[Month] = []

    def step(self) -> None:
        """One month."""
        month = len(self.months)

        # Stage 1, sense: what opens, opens; regions and operators publish.
        for operator in self.operators:
            operator.open(month)
        board = publish(self, month)

        # Stage 2, decide: tenants choose, operators set the next price and may build.
        for i in self.order:
            self.tenants[i].decide(board)
        for operator in self.operators:
            operator.decide(board)

        # Stage 3, clear: sites that are asked for too much are rationed, hour by hour; the platform plans its members'
        # work together.
        actual = self.actual(month)
        cleared, now, flexible = self.clear(board, actual)

        shared = pool(actual, cleared.work_mw, self.members)

        # Stage 4, settle: the world runs the hours, the grid is dispatched, the ledger books; certificates and
        # money change hands.
        carried = carry_out(actual, shared.work_mw)
        settled = self.settle(month, actual, carried)
        own = settled.intensity_kg_per_mwh, settled.marginal_kg_per_mwh
        ledger = book(actual, carried, settled, *own).times(self.start.weight(month))
        ran = Ran(actual, cleared, shared, carried, ledger, now, flexible)
        done = close(self, board, ran)

        # Stage 5, learn: everybody remembers what it met.
        learn(self, board, settled, ran, done)
        self.months.append(done)

    def price_cny_per_mwh(self, costs: OptionCosts, margin: Array, subsidy: Array) -> Array:
        """What a tenant pays for each option (P,): energy and margin, less the subsidy where it comes from away."""
        site = self.options.site
        off = np.where(self.away_hub, subsidy[site], 0.0)
        return costs.energy_cny_per_mwh + margin[site] - off

    def first_price_cny_per_mwh(self, stretch: int) -> Array:
        """What each option would have cost in these hours at the first margins, without subsidy or gain (P,)."""
        return self.price_cny_per_mwh(
            self.costs_before[stretch], self.first_margin, np.zeros(self.S)
        )

    def mean_energy_cny_per_mwh(self, site: int) -> float:
        """A MWh drawn all year round at a site, PUE included: what idle servers pay [CNY/MWh]."""
        paid = hours = 0.0
        for month in range(12):
            stretch = self.start.stretch(month)
            cost = self.costs[stretch].hour_cny_per_mwh[site] * self.compute.site_efficiency[site]
            paid += self.start.weight(month) * float(cost.sum())
            hours += self.start.weight(month) * len(cost)
        return paid / hours

    def actual(self, month: int) -> Actual:
        """The hours of a month: sites as they stand, work as it has grown and answers to prices."""
        base, c = self.actuals[self.start.stretch(month)], self.compute
        capacity = np.array([o.capacity_mw for o in self.operators])
        idle = np.array([o.idle_per_work * o.capacity_mw for o in self.operators])
        idle = np.where(c.site_capacity_mw > 0, idle, c.site_idle_mw)
        system = replace(
            base.system, compute=replace(c, site_capacity_mw=capacity, site_idle_mw=idle)
        )
        factor = np.array([t.factor for t in self.tenants]).reshape(len(c.origins), -1, 1)
        return replace(
            base,
            system=system,
            arrivals_mwh=base.arrivals_mwh * (self.start.growth[month] * factor),
            demand_mw=base.demand_mw * self.start.demand_growth[month],
        )

    def clear(self, board: Board, actual: Actual) -> tuple[Cleared, Array, Array]:
        """Ration the month's hours. Also the contracted share of each stream by plan (Q,), (Q,)."""
        c, o = actual.system.compute, self.options
        share = np.concatenate([t.share for t in self.tenants])
        now = np.bincount(o.stream, np.where(o.flexible, 0.0, share), len(c.stream_site))
        flexible = np.bincount(o.stream, np.where(o.flexible, share, 0.0), len(c.stream_site))
        at_once = ~o.flexible  # what is turned away goes where it costs least at once
        q, cost = o.stream[at_once], board.posted_cny_per_mwh[at_once]
        order = np.lexsort((q, cost, self.tenant_of[q]))
        tenant = self.tenant_of[q[order]]
        begin = np.searchsorted(tenant, np.arange(len(self.tenants)))
        place = np.arange(len(order)) - begin[tenant]
        choices = np.full((len(self.tenants), int(place.max(initial=0)) + 1), -1)
        choices[tenant, place] = q[order]
        hour_cost = board.costs.hour_cny_per_mwh
        arrivals = actual.now(actual.arrivals_mwh)
        return clear_hours(c, arrivals, now, flexible, hour_cost, choices), now, flexible

    def settle(self, month: int, actual: Actual, carried: Carried) -> Settlement:
        """Dispatch the grid for the month's load: one program, from the basis of the same hours a year before."""
        base, stretch = self.start.actuals[self.start.stretch(month)], self.start.stretch(month)
        if stretch in self.bases:
            self.program.basis = self.bases[stretch]
        settled = clear(base, drawn_mw(actual, carried.work_mw), self.program)
        self.bases[stretch] = self.program.basis
        return settled


def members_of(sites: tuple[str, ...], conduct: Conduct) -> Array:
    """Which sites have joined the platform (S,) bool.

    Raises:
        InputError: one that is no site.
    """
    unknown = sorted(conduct.members - set(sites))
    if unknown:
        raise InputError(f"'{unknown[0]}' cannot join the platform: {suggest(unknown[0], sites)}")
    return np.array([site in conduct.members for site in sites], bool)
