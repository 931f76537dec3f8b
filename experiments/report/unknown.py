"""What a result did not know, and where it comes from."""

from __future__ import annotations

import shlex
from typing import Any

from westshift.experiments.kept_scenario import KEPT, kept_overrides
from westshift.experiments.report.result import Result
from westshift.models.settings import SERIES_KINDS

Words = dict[str, str]


def facts(result: Result, words: Words) -> list[tuple[str, str]]:
    """What stands under the title."""
    m = result.manifest
    horizons = m["horizons"]
    said = words["hours_said"].format(
        simulated=sum(h["length_h"] for h in horizons),
        stretches=len(horizons),
        weighted=sum(h["length_h"] * h["weight"] for h in horizons),
    )
    out = [(words["scenario"], m["scenario"])]
    if result.scenario is not None and result.scenario.description:
        out[0] = (words["scenario"], f"{m['scenario']}: {result.scenario.description}")
    if horizons:
        out.append((words["hours"], said))
    if "baseline" in m:
        out.append((words["baseline"], m["baseline"]))
    return out


def unknown(result: Result, words: Words) -> list[str]:
    """Sentences on what was foreseen, synthetic, left out, or set by hand."""
    m, s = result.manifest, result.scenario
    out = []
    simulated = sum(h["length_h"] for h in m["horizons"])
    year = 8760 if s is None or s.year % 4 or (s.year % 100 == 0 and s.year % 400) else 8784
    if 0 < simulated < year:
        out.append(words["weeks_unknown"].format(simulated=simulated, year=year))
    kind, share = m["forecast"]["kind"], m["forecast"].get("error_share", 0.0)
    if kind == "perfect":
        out.append(words["forecast_perfect"])
    else:
        error = words["error_said"].format(share=f"{share:g}") if kind != "persistence" else ""
        out.append(words["forecast_unknown"].format(kind=kind, error=error))
    if s is None:
        return out
    without = [r.region for r in s.regions if r.official_factor_kg_per_mwh is None]
    if without:
        out.append(words["factor_unknown"].format(regions=", ".join(without)))
    lacking = [k for k in SERIES_KINDS if s.series_path(k) is None]
    if lacking:
        out.append(words["synthetic"].format(series=", ".join(lacking)))
    values = "; ".join(
        f"{c.job_class} {c.latency_value_cny_per_mwh_ms:g} CNY/(MWh·ms), {c.delay_value_cny_per_mwh_h:g} CNY/(MWh·h)"
        for c in s.classes
    )
    out.append(words["values_unknown"].format(values=values))
    return out


def origin(result: Result, words: Words) -> list[tuple[str, str]]:
    """Digest, changes, seed and versions."""
    m = result.manifest
    changes = ", ".join(f"{k}={v}" for k, v in sorted(m["overrides"].items())) or words["none"]
    versions = ", ".join(f"{k} {v}" for k, v in sorted(m["versions"].items()))
    out = [
        (words["scenario"], m["scenario"]),
        (words["digest"], m["digest"]),
        (words["changes"], changes),
        (words["seed"], str(m["seed"])),
        (words["versions"], f"{versions}, Python {m.get('python')}"),
    ]
    if m.get("asked"):
        asked = ", ".join(f"{k}={v}" for k, v in sorted(m["asked"].items()) if v != "")
        out.insert(3, (words["asked"], asked))
    return out


def again(result: Result) -> str:
    """The command that runs it from its own copy of the scenario; empty where it has none."""
    m = result.manifest
    if not (result.folder / KEPT).is_dir() or result.study is not None:
        return ""
    words: list[Any] = ["westshift", "run", f"{result.folder.resolve().name}/{KEPT}"]
    for key, value in sorted(kept_overrides(m["overrides"]).items()):
        words += ["--set", f"{key}={value}"]
    words += ["--bound"] if "oracle_bound_cny" in m else []
    return shlex.join(words)
