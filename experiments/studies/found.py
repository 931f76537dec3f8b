"""What the sweep of a study gave, and how a study that is drawn from it looks.

A study of this kind is one file with

    ID, NAME      of its figure, such as "F2" and "routes"
    QUESTION      one line
    design(scenario, smoke) -> SweepPlan      what has to be run; `smoke`: as little as proves that it works
    draw(found) -> Drawing                    the figure, exactly its numbers, its caption

A design of several plans is a tuple, and `draw` takes as many; see arms.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from westshift.experiments.figures.stored import Stored, stored
from westshift.experiments.figures.words import either, named, wrapped
from westshift.experiments.sweep.case import SweepCase, cases
from westshift.experiments.sweep.plan import SweepPlan
from westshift.experiments.sweep.store import Store
from westshift.models.audit import assumptions
from westshift.models.calendar import Horizon
from westshift.models.errors import InputError
from westshift.models.scenario import Scenario, load_scenario
from westshift.models.year import horizons, make_year

MOST_SEEDS = 8


@dataclass(frozen=True, eq=False)
class Computed:
    """What a study that the engine of sweeps cannot run has computed itself.

    Attributes: scenario: of the study. table: what it found, one row as the study says.
    """

    scenario: Scenario
    table: pd.DataFrame

    @cached_property
    def horizons(self) -> tuple[Horizon, ...]:
        """The stretches of the year that were simulated."""
        return horizons(self.scenario, make_year(self.scenario))


@dataclass(frozen=True, eq=False)
class Found:
    """A plan that was run.

    Attributes:
        plan: what was asked. folder: of the sweep.
        table: of what is complete, one row a case and policy; see sweep/tabulate.py.
        failed: number of cases that are not.
    """

    plan: SweepPlan
    folder: Path
    table: pd.DataFrame
    failed: int

    @classmethod
    def of(cls, plan: SweepPlan, folder: Path, table: pd.DataFrame) -> Found:
        """Part what is complete from what is not.

        Raises:
            InputError: nothing is complete.
        """
        whole = table["status"] == "complete"
        if not whole.any():
            why = next((e for e in table["error"] if e), "no case was run")
            raise InputError(f"study {plan.name}: none of its cases is complete ({why})")
        return cls(plan, folder, table[whole].reset_index(drop=True), int((~whole).sum()))

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario with the plan's fixed changes, before anything varies."""
        changes = dict(self.plan.changes)
        if self.plan.policies is not None:
            changes["policies"] = self.plan.policies
        return load_scenario(self.plan.scenario, changes)

    @cached_property
    def horizons(self) -> tuple[Horizon, ...]:
        """The stretches of the year that were simulated, before anything varies."""
        return horizons(self.scenario, make_year(self.scenario))

    @cached_property
    def only(self) -> Stored:
        """The run of a plan with one case whose hours were kept."""
        (case,) = cases(self.plan)
        return self.run_of(case)

    def run_of(self, case: SweepCase) -> Stored:
        """The run of a case whose hours were kept, the baseline first.

        Raises:
            InputError: the tables are not there, or of something else.
        """
        scenario = load_scenario(case.scenario, dict(case.overrides))
        place = Store(self.folder).place(case.key) / "hourly"
        names = dict.fromkeys((scenario.baseline, *scenario.policies))
        try:
            hourly = {name: pd.read_parquet(place / f"{name}.parquet") for name in names}
        except (OSError, ValueError) as error:
            raise InputError(
                f"{place}: the hours that were kept cannot be read ({error}); delete {place.parent} and start again"
            ) from error
        return stored(scenario, hourly)

    def caption(self, title: str, text: str, varies: str = "") -> str:
        """What stands under a figure of many cases: what it shows, of which runs, on which assumptions.

        varies: in words; the plan's own fields where empty.
        """
        s, table = self.scenario, self.table
        seeds = [str(x) for x in dict.fromkeys(table["seed"])]
        shown = ", ".join(seeds[:MOST_SEEDS]) + (", …" if len(seeds) > MOST_SEEDS else "")
        n = table["key"].nunique()
        versions = f"westshift {version('westshift')}, highspy {version('highspy')}."
        varied = varies or ", ".join(self.plan.vary) or "-"
        count = len(assumptions(s))
        of_runs = either(
            f"Scenario {s.name}, digest {s.digest} before anything varies, year {s.year}; "
            f"{n} run{'s' if n > 1 else ''} over {varied}; seed{'s' if len(seeds) > 1 else ''} {shown}; "
            f"baseline {s.baseline}; forecasts {s.forecast.kind}. {versions}",
            f"情景 {s.name}，摘要 {s.digest}（变动之前），年份 {s.year}；共 {n} 次运行，变动项：{varied}；"
            f"{len(seeds)} 个随机种子：{shown}；基准策略 {named(s.baseline)}；预测 {s.forecast.kind}。{versions}",
        )
        lost = either(
            f"{self.failed} cases failed and are left out.", f"{self.failed} 个算例失败，未计入。"
        )
        assumed = either(
            f"Figures marked `assumed` in the scenario enter these numbers: {count} of its entries are "
            "assumptions, not measurements.",
            f"情景中标记为 `assumed` 的数据参与了计算：共 {count} 项为假设，而非实测。",
        )
        parts = (title, text, of_runs, lost if self.failed else "", assumed if count else "")
        return "\n\n".join(wrapped(p) for p in parts if p) + "\n"


def one_run(scenario: str) -> SweepPlan:
    """The scenario once, planned with the grid, its hours kept: figures of one run share it."""
    seed = load_scenario(scenario).seed
    return SweepPlan(
        name="one-run", scenario=scenario, policies=("co-planned",), vary={"seed": (seed,)},
        keep=("hourly",),
    )  # fmt: skip
