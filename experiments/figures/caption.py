"""What stands under a figure: what it shows, of which run, on which assumptions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from westshift.experiments.simulate import Run
from westshift.models.audit import assumptions
from westshift.models.calendar import Horizon
from westshift.models.scenario import Scenario


def caption_of(run: Run, title: str, text: str) -> str:
    """Title, what is shown, and where it comes from: scenario, seed, versions, assumptions."""
    return caption_for(run.scenario, run.horizons, title, text)


def caption_for(s: Scenario, horizons: Sequence[Horizon], title: str, text: str) -> str:
    """The same for what was computed over these horizons of a scenario."""
    hours = sum(h.length_h * h.weight for h in horizons)
    forecast = s.forecast.kind
    if forecast == "noisy":
        forecast += f" (standard deviation {s.forecast.error_share:g} of the mean)"
    simulated = sum(h.length_h for h in horizons)
    stretches = _count(len(horizons), "stretch", "stretches")
    of_run = (
        f"Scenario {s.name}, digest {s.digest}, seed {s.seed}, year {s.year}; "
        f"{simulated} h simulated in {stretches}, weighted to {hours:g} h; "
        f"baseline {s.baseline}; forecasts {forecast}. "
        f"westshift {_version('westshift')}, highspy {_version('highspy')}."
    )
    count = len(assumptions(s))
    assumed = (
        f"Figures marked `assumed` in the scenario enter these numbers: {count} of its entries are "
        "assumptions, not measurements."
        if count
        else "No figure of the scenario is marked `assumed`."
    )
    parts = (title, text, of_run, assumed)
    return "\n\n".join(textwrap.fill(p, 100, break_on_hyphens=False) for p in parts) + "\n"


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
