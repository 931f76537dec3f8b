"""One case: load, run, write. What a worker does."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from westshift.models.errors import InputError

from .case import SweepCase
from .formats import parquet
from .key import SCHEMA, base_now, version_now
from .store import Store


def run_into(folder: str | Path, case: SweepCase) -> None:
    """Run a case and write its result, if that is not there already.

    Raises:
        InputError, SolveError: the case cannot be run, or its inputs are no longer those of its key.
        StoreError: its result cannot be written.
    """
    from westshift.experiments.policy_table import measures_of
    from westshift.experiments.simulate import simulate
    from westshift.models.scenario import load_scenario

    store = Store(Path(folder))
    if store.done(case.key):
        return
    since = time.perf_counter()
    scenario = load_scenario(case.scenario, case.overrides)
    _same_inputs(case)
    run = simulate(scenario, workers=1, programs_folder=store.folder / "programs")
    record = {
        "schema": SCHEMA,
        "status": "complete",
        "key": case.key,
        "scenario": scenario.name,
        "digest": scenario.digest,
        "baseline": scenario.baseline,
        "seed": scenario.seed,
        "overrides": dict(case.overrides),
        "keep": list(case.keep),
        "measures": {name: asdict(m) for name, m in measures_of(run).items()},
        "versions": versions(),
        "warnings": list(scenario.warnings),
    }
    tables = tables_of(run, case.keep)
    record["apart"] = {"wall_s": round(time.perf_counter() - since, 3)}
    store.write(case.key, record, tables)


def _same_inputs(case: SweepCase) -> None:
    """A result must not get a name that belongs to other inputs.

    Raises:
        InputError: a file of the scenario was changed while the sweep ran, or this worker has another version.
    """
    if base_now(case.scenario).key(case.overrides, case.keep) != case.key:
        raise InputError(
            f"scenario '{case.scenario}' or westshift ({version_now()} here) is not what this sweep was started "
            "with; start it again, with one version everywhere"
        )


def versions() -> dict[str, str]:
    """Of westshift and of what computes the result."""
    from importlib.metadata import version

    from westshift.experiments.results import LIBRARIES

    return {name: version(name) for name in LIBRARIES} | {"westshift": version_now()}


def tables_of(run: Any, keep: tuple[str, ...]) -> dict[str, bytes]:
    """The tables to keep, by path inside the case's folder."""
    from westshift.experiments.results import hourly
    from westshift.experiments.routes import route_table

    tables: dict[str, bytes] = {}
    if "hourly" in keep:
        for name in run.ledgers:
            tables[f"hourly/{name}.parquet"] = parquet(hourly(run, name))
    if "routes" in keep:
        import pandas as pd

        routes = pd.concat(
            [route_table(run, name).assign(policy=name) for name in run.ledgers], ignore_index=True
        )
        routes = routes[["policy", *[c for c in routes.columns if c != "policy"]]]
        text = routes.to_csv(index=False, float_format="%.10g", lineterminator="\n")
        tables["routes.csv"] = text.encode()
    return tables
