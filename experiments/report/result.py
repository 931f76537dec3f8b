"""A result folder, read: its manifest, its tables and the scenario it was made from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from westshift.experiments.kept_scenario import KEPT, kept_folder, kept_overrides
from westshift.experiments.results import MANIFEST
from westshift.models.errors import InputError
from westshift.models.measures import Measures
from westshift.models.scenario import Scenario, load_scenario

NEEDED = ("scenario", "digest", "overrides", "seed", "horizons", "versions", "files", "warnings")


@dataclass(frozen=True, eq=False)
class Result:
    """What was written.

    Attributes:
        folder: of the result. manifest: its run.json.
        scenario: what was run; None where neither the result nor the package has it any more.
    """

    folder: Path
    manifest: dict[str, Any]
    scenario: Scenario | None

    @property
    def study(self) -> str | None:
        """The study's name; None for a run."""
        return self.manifest.get("study")

    @property
    def measures(self) -> dict[str, Measures]:
        """By policy, the baseline first."""
        try:
            measures = self.manifest["measures"]
            return {name: Measures(**measures[name]) for name in self.manifest["policies"]}
        except (TypeError, KeyError):
            raise InputError(
                f"{self.folder / MANIFEST}: its measures are not those of this version; run the scenario again"
            ) from None

    @property
    def floor_cny(self) -> float | None:
        """What no policy can cost less than, against the baseline; None where that was not asked for [CNY]."""
        if "oracle_bound_cny" not in self.manifest:
            return None
        row = self.table("policies.csv").iloc[0]
        return float(row["social_cost_cny"] - row["regret_at_most_cny"])

    def table(self, name: str) -> pd.DataFrame:
        """A CSV of the folder, such as `routes.csv`.

        Raises:
            InputError: it is not there, or is no table.
        """
        path = self.folder / name
        try:
            return pd.read_csv(path, keep_default_na=False, na_values=[""])
        except pd.errors.EmptyDataError:
            return pd.DataFrame()
        except (OSError, UnicodeDecodeError, pd.errors.ParserError, EOFError) as error:
            raise InputError(
                f"{path}: cannot be read ({error}); the result is not whole, run it again"
            ) from None


def read_manifest(folder: Path) -> dict[str, Any]:
    """run.json of a result that this version wrote.

    Raises:
        InputError: it is no result, is not whole, or another version of westshift wrote it.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(
            f"{folder} is not a result of westshift: it has no {MANIFEST}; "
            "give a folder that `westshift run` or `westshift study` wrote"
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: cannot be read ({error}); run the scenario again") from None
    there = manifest if isinstance(manifest, dict) else {}
    lacking = [key for key in NEEDED if key not in there]
    if "study" not in there:
        lacking += [key for key in ("baseline", "policies", "measures") if key not in there]
    if lacking:
        raise InputError(
            f"{path}: has no '{lacking[0]}'; it is not the manifest of a run or a study"
        )
    wrote, here = there["versions"].get("westshift"), version("westshift")
    if wrote != here:
        raise InputError(
            f"{folder} was written by westshift {wrote}, this is {here}; "
            f"pip install 'westshift=={wrote}', or run the scenario again"
        )
    return there


def read_result(folder: Path) -> Result:
    """A result folder.

    Raises:
        InputError: as `read_manifest`; or its copy of the scenario was changed.
    """
    manifest = read_manifest(folder)
    for name, digest in manifest[
        "files"
    ].items():  # a study's own digest is that of what it made of it
        path = folder / name
        if (
            name.startswith(f"{KEPT}/")
            and path.is_file()
            and sha256(path.read_bytes()).hexdigest() != digest
        ):
            raise InputError(
                f"{path}: was changed since the result was written, and the report would tell of another scenario; "
                "run that one anew"
            )
    own = kept_folder(folder, manifest)
    if own is None:
        return Result(folder, manifest, None)
    return Result(folder, manifest, load_scenario(own, kept_overrides(manifest["overrides"])))
