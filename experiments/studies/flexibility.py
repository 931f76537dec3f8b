"""F6, flexibility: where do returns to waiting longer, and to letting more of the work travel, diminish?

Temporal: work may wait and not leave its region. Spatial: it may leave and not wait. Joint: both. At each of three
levels of utilisation, for what can move is bounded by the room there is.
"""

from __future__ import annotations

import pandas as pd

from westshift.experiments.sweep.plan import SweepPlan
from westshift.models.errors import InputError
from westshift.models.scenario import Scenario, load_scenario

from .arms import UNMET_PCT, Changes, deferrable, of_classes, slices, together, unmet_pct
from .flexibility_figure import caption, figure_of
from .found import Found
from .study import Drawing

ID, NAME = "F6", "flexibility"
QUESTION = "Where do returns to waiting and to moving diminish, and how full may halls be?"
POLICIES = {"location": "carbon-only", "system": "co-planned"}
"""Ledger, and the policy that plans for it."""
MODES = ("temporal", "spatial", "joint")
SLACK_H, SMOKE_SLACK_H = (1, 3, 6, 12, 24, 40), (1, 6)
MOVABLE_PCT, SMOKE_MOVABLE_PCT = (0, 20, 40, 60, 80, 100), (0, 100)
UTILISATION_PCT, SMOKE_UTILISATION_PCT = (30, 52, 75), (50,)
STARTS_H = (336, 4680)
"""Midnight of 15 January and of 15 July [h]."""
IT_LOAD, SPLIT = "parameters.it_load_share", "-"


def it_load_share(s: Scenario, utilisation_pct: float) -> float:
    """The mean IT load, of design power, at which so much of the room above idle is work [-]."""
    p, design = s.parameters, sum(x.it_design_mw for x in s.sites)
    room = sum(x.it_design_mw * x.hardware_efficiency for x in s.sites) / design
    idle = p.energised_share * p.idle_share
    span = p.energised_share * (1 - p.idle_share) * p.max_utilisation * room
    return round(idle + utilisation_pct / 100.0 * span, 12)


def arms(s: Scenario, smoke: bool = False) -> dict[str, Changes]:
    """What is set, by `axis-mode-value`; what does not vary along an axis is run once, at no value.

    Raises:
        InputError: no class may wait for more than an hour.
    """
    wait = deferrable(s)
    home, now = of_classes(s, "accepts", "home"), of_classes(s, "slack_h", 0)
    out: dict[str, Changes] = {"slack-spatial-": now}
    for h in SMOKE_SLACK_H if smoke else SLACK_H:
        own = of_classes(s, "slack_h", h, wait)
        out |= {f"slack-temporal-{h}": {**home, **own}, f"slack-joint-{h}": own}
    out["movable-temporal-"] = home
    for pct in SMOKE_MOVABLE_PCT if smoke else MOVABLE_PCT:
        own = of_classes(s, "resident_share", round(1.0 - pct / 100.0, 6))
        out |= {f"movable-spatial-{pct}": {**own, **now}, f"movable-joint-{pct}": own}
    return out


def design(scenario: str, smoke: bool = False) -> tuple[SweepPlan, ...]:
    """One sweep an arm, over utilisation.

    Raises:
        InputError: no class may wait for more than an hour.
    """
    s = load_scenario(scenario)
    levels = SMOKE_UTILISATION_PCT if smoke else UTILISATION_PCT
    common = {"baseline": "here-and-now", **slices(s, STARTS_H)}
    loads = tuple(it_load_share(s, pct) for pct in levels)
    return tuple(
        SweepPlan(
            name=f"{NAME}{SPLIT}{arm}".rstrip(SPLIT), scenario=scenario, policies=tuple(POLICIES.values()),
            set={**common, **changes}, vary={IT_LOAD: loads},
        )
        for arm, changes in arms(s, smoke).items()
    )  # fmt: skip


def draw(*founds: Found) -> Drawing:
    """Two ledgers above each other, over slack on the left and movable share on the right."""
    rows = table(founds)
    return Drawing(figure_of(rows), rows, caption(together(founds, NAME), rows))


def table(founds: tuple[Found, ...]) -> pd.DataFrame:
    """One row a ledger, axis, mode, utilisation and value on the axis.

    Columns: ledger, axis (slack or movable), mode, utilisation_pct; slack_h or movable_pct, NaN where the mode does
    not vary along the axis; saved_pct, of what computing emits at that utilisation [%]; unserved_pct, work given up;
    unmet_pct, demand that the grid could not meet, of computing's energy [%]. Where much is unmet, saved_pct of the
    whole system is NaN.

    Raises:
        InputError: nothing of it is complete.
    """
    rows = []
    s = load_scenario(founds[0].plan.scenario)
    by_load = {it_load_share(s, pct): pct for pct in (*UTILISATION_PCT, *SMOKE_UTILISATION_PCT)}
    for found in founds:
        axis, mode, *value = found.plan.name.removeprefix(NAME + SPLIT).split(SPLIT)
        at = float(value[0]) if value else float("nan")
        for ledger, policy in POLICIES.items():
            runs = found.table[found.table["policy"] == policy]
            runs = runs.assign(unmet_pct=unmet_pct(runs))
            for _, run in runs.iterrows():
                rows.append(
                    {
                        "ledger": ledger,
                        "axis": axis,
                        "mode": mode,
                        "utilisation_pct": by_load[float(run[IT_LOAD])],
                        "slack_h": at if axis == "slack" else float("nan"),
                        "movable_pct": at if axis == "movable" else float("nan"),
                        "saved_pct": run[f"avoided_{ledger}_pct"],
                        "unserved_pct": run["unserved_pct"],
                        "unmet_pct": run["unmet_pct"],
                    }
                )
    if not rows:
        raise InputError(f"study {NAME}: none of its runs is complete; start it again")
    by = ["ledger", "axis", "mode", "utilisation_pct", "slack_h", "movable_pct"]
    made = pd.DataFrame(rows).sort_values(by, ignore_index=True)
    cut_off = (made["ledger"] == "system") & (made["unmet_pct"] > UNMET_PCT)
    made["saved_pct"] = made["saved_pct"].where(~cut_off)
    return made
