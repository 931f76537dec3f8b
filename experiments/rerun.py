"""Run what a manifest says once more, through the same commands that a user types."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from westshift.experiments.kept_scenario import kept_folder, kept_overrides
from westshift.experiments.report.differences import Differences, differences
from westshift.experiments.report.result import read_manifest
from westshift.models.errors import InputError


def run_again(result: Path, into: Path, workers: int | None = None) -> Differences:
    """Run a result again, from its own copy of the scenario, and compare.

    Args:
        result: what `westshift run` or `westshift study` wrote. into: a folder to write the new one in.
        workers: processes; None for one a core. What comes out does not depend on them.

    Raises:
        InputError: it is no result, another version wrote it, or its manifest does not say enough.
    """
    manifest = read_manifest(result)
    if into.resolve() == result.resolve():
        raise InputError(f"--out {into}: is the result itself; give another folder")
    words = [*words_of(result, manifest), f"--out={into}"]
    command = _command()
    if workers is not None:
        words.append(f"--workers={workers}")
    with redirect_stdout(io.StringIO()):  # the tables were shown the first time
        command.main(args=words, prog_name="westshift", standalone_mode=False)
    return differences(result, into)


def words_of(result: Path, manifest: dict[str, Any]) -> list[str]:
    """What to type after `westshift` to run a result again, apart from where to.

    Raises:
        InputError: the scenario is gone, or no command takes what was asked.
    """
    folder = kept_folder(result, manifest)
    if folder is None:
        raise InputError(
            f"{result} cannot be run again: it holds no copy of its scenario, and no shipped one has its digest; "
            "run the scenario anew"
        )
    changes = [f"--set={k}={v}" for k, v in sorted(kept_overrides(manifest["overrides"]).items())]
    name = manifest.get("study")
    if name is None:
        bound = ["--bound"] if "oracle_bound_cny" in manifest else []
        return ["run", str(folder.resolve()), *changes, *bound]
    top = _command().commands
    path = ["study", name] if name in top["study"].commands else [name]
    found = top["study"].commands.get(name) or top.get(name)
    takes = {p.name: p for p in found.params} if found is not None else {}
    asked = manifest.get("asked")
    if "scenario" not in takes or "change" not in takes or asked is None:
        raise InputError(
            f"{result} cannot be run again: its manifest names the study '{name}', which no command repeats"
        )
    options = []
    for key, value in sorted(asked.items()):
        if key not in takes:
            raise InputError(
                f"{result} cannot be run again: its manifest asks for '{key}', which "
                f"`westshift {' '.join(path)}` does not take"
            )
        options += option(takes[key], value)
    return [*path, str(folder.resolve()), *changes, *options]


def option(parameter: Any, value: str) -> list[str]:
    """What to type for an option to have a value, as the manifest has it; nothing for None."""
    if value == "None":
        return []
    if not getattr(parameter, "is_flag", False):
        return [f"{parameter.opts[0]}={value}"]
    return parameter.opts[:1] if value == "True" else parameter.secondary_opts[:1]


def asks(study: str) -> str:
    """The question that a study answers, as its command's help has it; empty where no command is called so."""
    top = _command().commands
    found = top["study"].commands.get(study) or top.get(study)
    text = (found.help or "") if found is not None else ""
    return " ".join(text.split("\n\n")[0].split())


def _command() -> Any:
    from typer.main import get_command

    from westshift.experiments.cli import app  # the list of commands has this one in it

    return get_command(app)
