"""Policies and forecasts by the names that scenarios give them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from pathlib import Path

from ..models.actual import HISTORY_H
from ..models.errors import InputError
from ..models.forecast import Forecast, ar1, noisy, perfect, persistence, rank_shuffled
from ..models.settings import Forecast as ForecastChoice
from ..models.settings import Plan
from ..models.signals import Value, average_carbon, marginal_carbon, marginal_price
from ..models.system import System
from ..optim.compiled_store import CompiledStore, store_in
from ..optim.program import Program, co_planner, dispatch, price_taker
from .policies.anchors import Anchor
from .policies.carbon_time import CarbonTime
from .policies.cheapest import Cheapest
from .policies.co_planned import CoPlanned
from .policies.curtailment_follower import CurtailmentFollower
from .policies.cvar import Cvar
from .policies.double_threshold import DoubleThreshold
from .policies.following import Following
from .policies.greedy_joint import GreedyJoint
from .policies.greenest_now import GreenestNow
from .policies.here_and_now import HereAndNow
from .policies.lowest_slot import LowestSlot
from .policies.lowest_window import LowestWindow
from .policies.nearest_feasible import NearestFeasible
from .policies.off_peak_timer import OffPeakTimer
from .policies.oracle import Oracle
from .policies.planned import Planned
from .policies.random_feasible import Random
from .policies.static_greenest import StaticGreenest
from .policies.suspend_resume import SuspendResume
from .policies.vcc import VirtualCapacityCurves
from .policies.wait_awhile import WaitAwhile
from .policies.west_quota import WestQuota
from .policy import Policy

SIGNALS: dict[str, Value] = {
    "follow-average": average_carbon,
    "follow-marginal": marginal_carbon,
    "follow-price": marginal_price,
}
"""The policies that follow one published signal."""


class Programs:
    """The compiled programs that horizons of one system share; each horizon starts them cold.

    Args:
        folder: where compiled programs are kept for other processes and other runs, which then need not load Pyomo;
            None: in memory, as long as this is. What comes of a run is the same to the last bit.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.store = CompiledStore() if folder is None else store_in(folder)
        self.dispatch, self.yesterday = dispatch(store=self.store), dispatch(store=self.store)

    @cached_property
    def price_taker(self) -> Program:
        """Of the policies that plan on signals."""
        return price_taker(store=self.store)

    @cached_property
    def co_planner(self) -> Program:
        """Of the policies that plan with the grid inside."""
        return co_planner(store=self.store)

    def start_cold(self) -> None:
        """Forget every basis, so that a horizon's result does not depend on the one before it."""
        for program in vars(self).values():
            if isinstance(program, Program):
                program.basis = None

    def compile_ahead(
        self, system: System, hours: Collection[int], policies: Sequence[str], plan: Plan
    ) -> None:
        """Have in the store what these policies solve in horizons of so many hours.

        A bound that weighs the system in its own way (`policies/anchors.py`) compiles when it comes to it.
        """
        self.yesterday.compile_ahead(system, HISTORY_H)
        for length in sorted(set(hours)):
            self.dispatch.compile_ahead(system, length)
        for name in policies:
            policy = make_policy(name, plan, self)  # takes the programs that it solves
            if isinstance(policy, Oracle):
                for length in sorted(set(hours)):
                    self.co_planner.compile_ahead(system, length)
        for planner in ("price_taker", "co_planner"):
            if planner in vars(self):
                getattr(self, planner).compile_ahead(system, plan.window_h)


def make_policy(
    name: str,
    plan: Plan,
    programs: Programs | None = None,
    forecast: ForecastChoice | None = None,
    seed: int = 0,
) -> Policy:
    """A policy by its name.

    Args:
        name: as users and papers call it. plan: settings of rolling plans and of single policies.
        programs: where those that solve programs take them from.
        forecast: what it may know of how forecasts err; None: nothing.
        seed: of what it draws.

    Raises:
        InputError: there is none of that name.
    """
    p, shared = plan, programs or Programs()
    rolling = p.window_h, p.step_h
    make: dict[str, Callable[[], Policy]] = {
        HereAndNow.name: HereAndNow,
        NearestFeasible.name: NearestFeasible,
        Random.name: lambda: Random(seed),
        GreenestNow.name: GreenestNow,
        Cheapest.name: Cheapest,
        StaticGreenest.name: StaticGreenest,
        WestQuota.name: lambda: WestQuota(p.west_share),
        OffPeakTimer.name: OffPeakTimer,
        LowestSlot.name: lambda: LowestSlot(*rolling),
        LowestWindow.name: lambda: LowestWindow(*rolling),
        CarbonTime.name: lambda: CarbonTime(*rolling),
        SuspendResume.name: SuspendResume,
        DoubleThreshold.name: lambda: DoubleThreshold(p.switch_kg_per_mwh),
        WaitAwhile.name: lambda: WaitAwhile(*rolling),
        VirtualCapacityCurves.name: lambda: VirtualCapacityCurves(
            p.vcc_quantile, p.vcc_peak_cny_per_mw
        ),
        CurtailmentFollower.name: lambda: CurtailmentFollower(*rolling),
        GreedyJoint.name: lambda: GreedyJoint(*rolling),
        Planned.name: lambda: Planned(*rolling, shared.price_taker),
        Cvar.name: lambda: Cvar(
            *rolling,
            shared.price_taker,
            None if forecast is None else error_model(forecast, seed),
            p.cvar_scenarios,
            p.cvar_weight,
            p.cvar_tail_share,
        ),
        **{
            name: lambda name=name, value=value: Following(
                name, value, *rolling, shared.price_taker
            )
            for name, value in SIGNALS.items()
        },
        CoPlanned.name: lambda: CoPlanned(*rolling, shared.co_planner),
        "cost-only": lambda: Anchor("cost-only", cost=1.0, store=shared.store),
        "carbon-only": lambda: Anchor("carbon-only", carbon=1.0, store=shared.store),
        "latency-only": lambda: Anchor("latency-only", time=1.0, store=shared.store),
        Oracle.name: lambda: Oracle(shared.co_planner, plan.window_h),
    }
    if name not in make:
        raise InputError(f"policy '{name}' is not known; take one of {', '.join(make)}")
    return make[name]()


def make_forecast(choice: ForecastChoice, seed: int) -> Forecast:
    """The forecast that a scenario chooses."""
    return {
        "perfect": perfect,
        "persistence": persistence,
        "noisy": noisy(seed, choice.error_share),
        "ar1": ar1(seed, choice.error_share, choice.memory),
        "rank-shuffled": rank_shuffled(seed),
    }[choice.kind]


def error_model(choice: ForecastChoice, seed: int) -> Forecast | None:
    """How forecasts err, as a draw around a forecast; None where no errors are stated (perfect, persistence)."""
    return None if choice.kind in ("perfect", "persistence") else make_forecast(choice, seed)
