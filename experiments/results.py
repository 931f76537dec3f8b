"""The result folder of a run: it appears whole or not at all.

Everything is written into a hidden folder beside the target and renamed at the end; `run.json` is
the last file in. The same scenario, seed and versions give the same bytes: no file holds a time.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from westshift.experiments.calibration import by_region, nation, weeks_against_year
from westshift.experiments.online_table import competitive
from westshift.experiments.policy_table import frame, measures_of
from westshift.experiments.regret import floor_cny
from westshift.experiments.routes import official_t_per_gwh, route_table
from westshift.experiments.simulate import Run
from westshift.models.calendar import Horizon
from westshift.models.errors import InputError
from westshift.models.scenario import Scenario, assumptions

MANIFEST = "run.json"
LIBRARIES = (
    "westshift",
    "mesa",
    "pyomo",
    "highspy",
    "numpy",
    "pandas",
    "networkx",
    "pvlib",
    "scipy",
)


def key_of(scenario: Scenario) -> str:
    """Eight hex digits of what decides a result: the resolved scenario and the version of westshift."""
    return hashlib.sha256(f"{scenario.digest} {version('westshift')}".encode()).hexdigest()[:8]


@contextmanager
def whole_folder(target: Path, manifest: str = MANIFEST) -> Iterator[Path]:
    """A hidden folder to write into, that becomes `target` when the block ends well.

    A result that is there already, known by its manifest, is replaced; anything else of that name is left alone.

    Raises:
        InputError: the place cannot be written, is full, or is taken by something else.
    """
    if target.exists() and not (target / manifest).is_file():
        raise InputError(
            f"{target} exists and is not a result of westshift; give another folder with --out"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}.part-", dir=target.parent))
    except OSError as error:
        raise InputError(
            f"{target.parent} cannot be written ({error.strerror}); give another folder with --out"
        ) from error
    try:
        yield part
        part.chmod(0o755)
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
            os.replace(target, old / target.name)
            os.replace(part, target)
            shutil.rmtree(old)
        else:
            os.replace(part, target)
    except OSError as error:
        raise InputError(
            f"{target} could not be written ({error.strerror}); free the disk or give another folder with --out"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write(run: Run, folder: Path, overrides: dict[str, Any]) -> None:
    """All tables of a run, then its manifest. Figures are written by `figures.of_run` before this."""
    measures = measures_of(run)
    regions = by_region(run)
    _csv(frame(measures, floor_cny(run)), folder / "policies.csv")
    if run.ratios:
        names, origins = [h.name for h in run.horizons], run.year.system.compute.origins
        _csv(competitive(run.ratios, names, origins), folder / "competitive.csv")
    routes = [route_table(run, name).assign(policy=name) for name in run.ledgers]
    _csv(pd.concat(routes, ignore_index=True), folder / "routes.csv", first="policy")
    _csv(
        official_t_per_gwh(run.scenario, run.year.system.compute)
        .rename_axis("origin")
        .reset_index(),
        folder / "routes_official_t_per_gwh.csv",
    )
    _csv(sites(run), folder / "sites.csv")
    _csv(regions, folder / "calibration_regions.csv")
    _csv(nation(run, regions), folder / "calibration_nation.csv")
    _csv(weeks_against_year(run), folder / "calibration_weeks.csv")
    _csv(pd.DataFrame([a._asdict() for a in assumptions(run.scenario)]), folder / "assumptions.csv")
    (folder / "hourly").mkdir()
    for name in run.ledgers:
        hourly(run, name).to_csv(
            folder / "hourly" / f"{name}.csv.gz", index=False, float_format="%.6g",
            lineterminator="\n", compression={"method": "gzip", "mtime": 0},
        )  # fmt: skip
    told = {
        "baseline": run.scenario.baseline,
        "policies": list(run.ledgers),
        "measures": {name: asdict(m) for name, m in measures.items()},
    }
    if run.bounds_cny is not None:
        told["oracle_bound_cny"] = list(run.bounds_cny)
    manifest(run.scenario, run.horizons, folder, overrides, told)


def manifest(
    s: Scenario,
    chosen: Sequence[Horizon],
    folder: Path,
    overrides: dict[str, Any],
    told: dict[str, Any],
) -> None:
    """The last file of a result: what was run, with what, what came of it, and the hash of every file.

    Args:
        s: the scenario. chosen: its horizons. folder: with all other files in it.
        overrides: what the user changed. told: further entries.
    """
    entries = {
        "status": "complete",
        "scenario": s.name,
        "digest": s.digest,
        "overrides": {k: str(v) for k, v in sorted(overrides.items())},
        "seed": s.seed,
        "forecast": s.forecast.model_dump(),
        "plan": s.plan.model_dump(),
        "horizons": [asdict(h) for h in chosen],
        "python": ".".join(platform.python_version_tuple()[:2]),
        "versions": {name: version(name) for name in LIBRARIES},
        "warnings": list(s.warnings),
        "files": {
            str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()
        },
        **told,
    }  # fmt: skip
    text = json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def sites(run: Run) -> pd.DataFrame:
    """Work, load and utilisation by policy and site."""
    c = run.year.system.compute
    rows = []
    for name, ledger in run.ledgers.items():
        work = np.bincount(c.stream_site, ledger.stream_mwh, len(c.sites))
        could = c.site_capacity_mw * ledger.hours
        for s, site in enumerate(run.scenario.sites):
            rows.append(
                {
                    "policy": name,
                    "site": site.site,
                    "region": site.region,
                    "kind": site.kind,
                    "capacity_mw": c.site_capacity_mw[s],
                    "work_gwh": work[s] / 1e3,
                    "utilisation_pct": 100.0 * work[s] / could[s] if could[s] > 0 else np.nan,
                    "load_gwh": ledger.site_load_mwh[s] / 1e3,
                    "idle_load_gwh": ledger.site_idle_load_mwh[s] / 1e3,
                    "location_t": ledger.site_location_kg[s] / 1e3,
                    "official_t": ledger.site_official_kg[s] / 1e3,
                }
            )
    return pd.DataFrame(rows)


def hourly(run: Run, policy: str) -> pd.DataFrame:
    """The hours of a policy, one row a horizon, region and hour."""
    regions = run.year.system.grid.regions
    frames = []
    for h in run.hours[policy]:
        R, T = h.demand_mw.shape
        columns: dict[str, Any] = {
            "horizon": h.horizon,
            "weight": h.weight,
            "region": np.repeat(regions, T),
            "hour_of_year": np.tile(np.arange(h.start_h, h.start_h + T), R),
        }
        for g, technology in enumerate(h.technologies):
            columns[f"{technology}_mw"] = h.generation_mw[:, g].ravel()
        for name in (
            "import_mw", "charge_mw", "discharge_mw", "demand_mw", "compute_mw", "curtailed_mw", "shed_mw",
            "intensity_kg_per_mwh", "marginal_kg_per_mwh", "price_cny_per_mwh",
        ):  # fmt: skip
            columns[name] = getattr(h, name).ravel()
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _csv(table: pd.DataFrame, path: Path, first: str | None = None) -> None:
    if first is not None:
        table = table[[first, *[c for c in table.columns if c != first]]]
    table.to_csv(path, index=False, float_format="%.10g", lineterminator="\n")
