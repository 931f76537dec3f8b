"""What several commands take: a scenario, and changes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from westshift.models.errors import InputError

if TYPE_CHECKING:
    from westshift.models.scenario import Scenario

ScenarioName = Annotated[
    str,
    typer.Argument(
        help="A shipped scenario (see `westshift scenarios`) or a folder with a scenario.yaml."
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one entry for this run, e.g. `parameters.carbon_price_cny_per_t=0`, "
        "`plan.step_h=6`, `classes.batch.slack_h=12`. May be repeated.",
    ),
]


def load(name: str, overrides: dict[str, Any]) -> Scenario:
    """The scenario, with its changes."""
    from westshift.models.scenario import load_scenario

    return load_scenario(name, overrides)


def overrides_of(changes: list[str] | None) -> dict[str, Any]:
    """Changes by dotted key.

    Raises:
        InputError: one is not KEY=VALUE.
    """
    out: dict[str, Any] = {}
    for change in changes or []:
        key, equals, value = change.partition("=")
        if not equals or not key.strip():
            raise InputError(f"--set {change}: write it as KEY=VALUE, e.g. --set plan.step_h=6")
        out[key.strip()] = value.strip()
    return out
