"""`westshift study decentralised`, `rebound` and `patterns`: studies in which agents decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from westshift.experiments.options import Changes
from westshift.experiments.study_cli import Out, ScenarioName, do_study

if TYPE_CHECKING:
    from westshift.experiments.studies.study import Progress, Study
    from westshift.models.scenario import Scenario


def decentralised(
    scenario: ScenarioName = "east_west",
    years: Annotated[
        int, typer.Option(min=1, help="Years that agents have; the last is compared.")
    ] = 2,
    members: Annotated[
        str,
        typer.Option(
            help="Sites that join a platform, comma-separated, or all: one more arm, price-taking agents whose work on "
            "these sites is planned together."
        ),
    ] = "",
    out: Out = None,
    change: Changes = None,
) -> None:
    """What does it cost that tenants and operators decide for themselves?

    The planner's optimum, price-taking agents, operators with market power, and tenants who follow each other, on the
    same work and sites: carbon, cost, utilisation, price of decentralisation, who pays the delay.
    """

    def make(s: Scenario, progress: Progress) -> Study:
        from westshift.experiments.studies.decentralised import run

        named = (
            tuple(x.site for x in s.sites)
            if members == "all"
            else tuple(part.strip() for part in members.split(",") if part.strip())
        )
        return run(s, progress, years, named)

    asked = {"years": years, "members": members}
    do_study("decentralised", scenario, change, False, out, asked, make)


def rebound(scenario: ScenarioName = "east_west", out: Out = None, change: Changes = None) -> None:
    """How much of an efficiency gain does new demand use up, and does it backfire?

    Net energy against elasticity of demand and the share of computing in the price, agents beside the closed form; and
    what a voucher for western computing adds when demand answers.
    """

    def make(s: Scenario, progress: Progress) -> Study:
        from westshift.experiments.studies.rebound import run

        return run(s, progress)

    do_study("rebound", scenario, change, False, out, {}, make)


def patterns(
    scenario: ScenarioName = "east_west",
    years: Annotated[int, typer.Option(min=1, help="Years that agents have.")] = 10,
    growth: Annotated[
        str | None,
        typer.Option(help="A path of growth.csv; by default growth_per_a of economy.csv."),
    ] = None,
    out: Out = None,
    change: Changes = None,
) -> None:
    """Which published patterns come out of years of agents who choose, price, build and issue certificates?"""

    def make(s: Scenario, progress: Progress) -> Study:
        from westshift.experiments.studies.patterns import run

        return run(s, progress, years, growth)

    do_study("patterns", scenario, change, False, out, {"years": years, "growth": growth}, make)
