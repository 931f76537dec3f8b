"""`westshift run cloud --data FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from westshift.models.errors import InputError


def run_cloud(
    data: Path | None,
    policies: str | None,
    forecast: str | None,
    seed: int | None,
    out: Path | None,
    unused: Sequence[str] = (),
) -> None:
    """Read the folder, run the policies, print the table and what is not known; write the tables into a folder.

    Args:
        data: holds cloud2022/ and jobs/. policies: comma-separated. forecast: kind.
        out: folder of `policies.csv`, and of `competitive.csv` where an online policy ran.
        unused: options that were given and mean nothing here.

    Raises:
        InputError: an option means nothing here, or the data are not there.
    """
    if unused:
        raise InputError(
            f"{', '.join(unused)} cannot be used with `westshift run cloud`; leave it out"
        )
    from westshift.experiments import cloud
    from westshift.experiments.cloud_world import read_cloud
    from westshift.experiments.online_table import competitive, sentences
    from westshift.experiments.screen import console, show_frame
    from westshift.models.settings import Forecast

    world = read_cloud(data)
    asked = None if policies is None else tuple(p.strip() for p in policies.split(",") if p.strip())
    done = cloud.run_cloud(
        world,
        cloud.POLICIES if asked is None else asked,
        forecast=None if forecast is None else Forecast.model_validate(_foreseen(forecast)),
        seed=1 if seed is None else seed,
        tell=lambda what: print(f"… {what}", file=sys.stderr, flush=True),
    )
    table = cloud.cloud_table(world, done.ledgers)
    target = out or Path("results") / "cloud"
    target.mkdir(parents=True, exist_ok=True)
    table.to_csv(target / "policies.csv", index=False, lineterminator="\n")
    online = competitive(done.ratios, done.weeks, world.regions) if done.ratios else None
    if online is not None:
        online.to_csv(
            target / "competitive.csv", index=False, float_format="%.10g", lineterminator="\n"
        )
    else:
        (target / "competitive.csv").unlink(missing_ok=True)  # of an earlier run
    screen = console()
    title = (
        f"{len(world.regions)} cloud regions, {world.jobs:,} jobs, {len(cloud.WEEKS)} weeks of 2022"
    )
    show_frame(screen, table, title)
    for sentence in [] if online is None else sentences(online):
        screen.print(sentence, soft_wrap=True)
    screen.print(f"{cloud.NOT_KNOWN}\nWritten to {target / 'policies.csv'}", soft_wrap=True)


def _foreseen(kind: str) -> dict[str, object]:
    """A kind of forecast with the error that the default run has, where it has one."""
    return {"kind": kind, "error_share": 0.1 if kind in ("noisy", "ar1") else 0.0}
