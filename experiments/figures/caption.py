"""What stands under a figure: what it shows, of which run, on which assumptions."""

from __future__ import annotations

import textwrap
from importlib.metadata import PackageNotFoundError, version

from westshift.experiments.simulate import Run
from westshift.models.audit import assumptions


def caption_of(run: Run, title: str, text: str) -> str:
    """Title, what is shown, and where it comes from: scenario, digest, seed, versions, assumptions."""
    s = run.scenario
    hours = run.ledgers[s.baseline].hours
    forecast = s.forecast.kind
    if forecast == "noisy":
        forecast += f" (standard deviation {s.forecast.error_share:g} of the mean)"
    of_run = (
        f"Scenario {s.name}, digest {s.digest}, seed {s.seed}, year {s.year}; "
        f"{sum(h.length_h for h in run.horizons)} h simulated in {_count(len(run.horizons), 'stretch', 'stretches')}, "
        f"weighted to {hours:g} h; baseline {s.baseline}; forecasts {forecast}. "
        f"westshift {_version('westshift')}, highspy {_version('highspy')}."
    )
    count = len(assumptions(s))
    assumed = (
        f"Figures marked `assumed` in the scenario enter these numbers: {count} of its entries are "
        "assumptions, not measurements."
        if count
        else "No figure of the scenario is marked `assumed`."
    )
    return "\n\n".join(textwrap.fill(part, 100) for part in (title, text, of_run, assumed)) + "\n"


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
