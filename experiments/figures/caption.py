"""What stands under a figure: what it shows, of which run, on which assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from westshift.experiments.simulate import Run
from westshift.models.audit import assumptions
from westshift.models.calendar import Horizon
from westshift.models.scenario import Scenario

from .words import either, named, wrapped


def caption_of(run: Run, title: str, text: str) -> str:
    """Title, what is shown, and where it comes from: scenario, seed, versions, assumptions."""
    return caption_for(run.scenario, run.horizons, title, text)


def caption_for(s: Scenario, horizons: Sequence[Horizon], title: str, text: str) -> str:
    """The same for what was computed over these horizons of a scenario."""
    hours = sum(h.length_h * h.weight for h in horizons)
    forecast = s.forecast.kind
    if forecast == "noisy":
        forecast += either(
            f" (standard deviation {s.forecast.error_share:g} of the mean)",
            f"（标准差为均值的 {s.forecast.error_share:g}）",
        )
    simulated = sum(h.length_h for h in horizons)
    stretches = _count(len(horizons), "stretch", "stretches")
    of_run = (
        either(
            f"Scenario {s.name}, digest {s.digest}, seed {s.seed}, year {s.year}; "
            f"{simulated} h simulated in {stretches}, weighted to {hours:g} h; "
            f"baseline {s.baseline}; forecasts {forecast}. ",
            f"情景 {s.name}，摘要 {s.digest}，随机种子 {s.seed}，年份 {s.year}；"
            f"共模拟 {simulated} h（{len(horizons)} 段），"
            f"加权后相当于 {hours:g} h；基准策略 {named(s.baseline)}；预测 {forecast}。",
        )
        + f"westshift {_version('westshift')}, highspy {_version('highspy')}."
    )
    count = len(assumptions(s))
    assumed = (
        either(
            f"Figures marked `assumed` in the scenario enter these numbers: {count} of its entries are "
            "assumptions, not measurements.",
            f"情景中标记为 `assumed` 的数据参与了计算：共 {count} 项为假设，而非实测。",
        )
        if count
        else either(
            "No figure of the scenario is marked `assumed`.", "情景中没有标记为 `assumed` 的数据。"
        )
    )
    return "\n\n".join(wrapped(part) for part in (title, text, of_run, assumed)) + "\n"


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
