"""The figures of economy.csv: how tenants, operators and regions behave."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from .columns import columns_of, parse
from .draft import Draft
from .errors import suggest
from .provenance import Strict


class Behaviour(Strict):
    """What economy.csv says, as `behaviour.elasticity`. Units end the names; [-] where there is none.

    Tenants:
        choice_noise_cny_per_mwh: scale of what tenants do not tell us about their taste [CNY/MWh].
        reconsider_share: of a tenant's customers who choose anew in a month [-].
        customers_per_tenant: how many a tenant stands for; they reconsider one by one [-].
        elasticity: of work to the price of the service [-]. compute_price_share: of computing in that price [-].
        green_preference_cny_per_kg: what a kilogram of published CO2 counts for [CNY/kg].
        away_cost_cny_per_mwh: what leaving the own region counts for, whatever it costs [CNY/MWh].
        herding_cny_per_mwh: what all others at a site are worth to a follower [CNY/MWh]; for herding only.
        belief_weight: of the last month in what is believed [-]. exploration_cny_per_mwh: worth of an option
            never tried, to a bandit [CNY/MWh]. forgetting_share: of propensities in a month (Erev-Roth) [-].
    Operators:
        markup_base, markup_slope: of the capital charge, at the target utilisation and per unit above it [-].
        target_utilisation: at which the charge pays for the hall [-].
        scarcity_cny_per_mwh: change of a price-taker's margin where what is wanted is off the target by all of
            the capacity [CNY/MWh].
        hurdle_rate_per_a: return asked of a new hall [1/a]. lead_time_months: from decision to opening.
        expectation_weight: of the last month in what an operator expects [-].
        build_step_share: most that a site adds in a year, of its capacity [-].
    Regions:
        subsidy_cny_per_mwh: for work run in western hubs from elsewhere [CNY/MWh].
        subsidy_capex_share: of new western halls [-].
        subsidy_from_month, subsidy_to_month: first month of both, and the first without.
        certificate_issue_share, certificate_issue_share_after: of renewable energy that certificates are issued
            for, before and from certificate_change_month on [-].
        certificate_bank_share: of what finds no buyer, kept for the next month; the rest expires [-].
        certificate_floor_cny_per_mwh: least that a seller takes. certificate_worth_cny_per_mwh: most that any
            buyer pays. certificate_demand_share: of an operator's load that is to be matched [-].
    Growth:
        growth_per_a: of work above idle, where no path of growth.csv is followed [1/a].
    """

    choice_noise_cny_per_mwh: float = Field(ge=0)
    reconsider_share: float = Field(ge=0, le=1)
    customers_per_tenant: int = Field(ge=1)
    elasticity: float = Field(ge=0)
    compute_price_share: float = Field(ge=0, le=1)
    green_preference_cny_per_kg: float = Field(ge=0)
    away_cost_cny_per_mwh: float = Field(ge=0)
    herding_cny_per_mwh: float = Field(ge=0)
    belief_weight: float = Field(ge=0, le=1)
    exploration_cny_per_mwh: float = Field(ge=0)
    forgetting_share: float = Field(ge=0, le=1)
    markup_base: float = Field(ge=-1)
    markup_slope: float = Field(ge=0)
    target_utilisation: float = Field(gt=0, le=1)
    scarcity_cny_per_mwh: float = Field(ge=0)
    hurdle_rate_per_a: float = Field(gt=0)
    lead_time_months: int = Field(ge=0)
    expectation_weight: float = Field(ge=0, le=1)
    build_step_share: float = Field(ge=0)
    subsidy_cny_per_mwh: float = Field(ge=0)
    subsidy_capex_share: float = Field(ge=0, le=1)
    subsidy_from_month: int = Field(ge=0)
    subsidy_to_month: int = Field(ge=0)
    certificate_issue_share: float = Field(ge=0, le=1)
    certificate_issue_share_after: float = Field(ge=0, le=1)
    certificate_change_month: int = Field(ge=0)
    certificate_bank_share: float = Field(ge=0, le=1)
    certificate_floor_cny_per_mwh: float = Field(ge=0)
    certificate_worth_cny_per_mwh: float = Field(ge=0)
    certificate_demand_share: float = Field(ge=0, le=1)
    growth_per_a: float = Field(gt=-1)


def economy_figures(draft: Draft) -> Iterator[str]:
    """Every figure of economy.csv is known and within bounds, and where there is a table none is missing."""
    rows = draft.tables.economy
    columns = {c.name: c for c in columns_of(Behaviour)}
    for i, figure in enumerate(rows):
        if figure.name not in columns:
            remedy = suggest(figure.name, columns)
            yield f"{draft.at('economy', i, 'name')}: '{figure.name}' is nothing that agents have; {remedy}"
            continue
        try:
            parse(columns[figure.name], repr(figure.value))
        except ValueError as error:
            yield f"{draft.at('economy', i, 'value')}: {figure.name} {error}"
    there = {figure.name for figure in rows}
    for name in columns if rows else ():
        if name not in there:
            yield f"{draft.file('economy')}, column name: '{name}' is missing; add a row for it"
