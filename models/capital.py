r"""What is built, as a cost of each year, and what a new line between two regions loses.

.. math::
    \text{annuity} = C\,\Big(\frac{r}{1-(1+r)^{-n}} + f\Big), \qquad
    \lambda = 1 - (1-\lambda_{conv})\,(1-\lambda_{1000})^{\,\ell/1000}

with capex C, discount rate r, lifetime n, yearly upkeep f as a share of capex; the loss of a DC line of length
:math:`\ell` is that of both converters and of the way, as in the PyPSA family of models.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import InputError
from .provenance import Parameters
from .rows import Capital

UNITS: dict[str, str] = {
    "data_center_hall": "CNY/kW",
    "hvdc_line": "CNY/(MW km)",
    "hvdc_converters": "CNY/MW",
    "wind": "CNY/kW",
    "solar": "CNY/kW",
}
"""The unit of each item of capital.csv; kW of a hall are of IT power, MW of a line are of capacity."""

NEEDED = (
    "discount_rate_per_a",
    "line_route_factor",
    "converter_loss_share",
    "line_loss_share_per_1000_km",
)
"""The parameters that go with capital.csv."""


@dataclass(frozen=True)
class YearlyCosts:
    """What stands costs a year, interest and upkeep: halls, converters, wind and sun [CNY/(MW a)], lines
    [CNY/(MW km a)]."""

    hall_cny_per_mw: float
    line_cny_per_mw_km: float
    converters_cny_per_mw: float
    wind_cny_per_mw: float
    solar_cny_per_mw: float


def annuity_per_a(rate_per_a: float, lifetime_a: float) -> float:
    """Share of a sum that, paid at each year's end, pays it back with interest [1/a]."""
    if rate_per_a == 0.0:
        return 1.0 / lifetime_a
    return rate_per_a / (1.0 - (1.0 + rate_per_a) ** -lifetime_a)


def yearly_costs(name: str, rows: tuple[Capital, ...], p: Parameters) -> YearlyCosts:
    """Every item of capital.csv as a cost of each year.

    Args:
        name: of the scenario, for the message. rows: of capital.csv. p: with the discount rate.

    Raises:
        InputError: the scenario does not say what building costs; names what to add.
    """
    there = {row.item: row for row in rows}
    missing = [f"{item} [{unit}]" for item, unit in UNITS.items() if item not in there]
    unset = [key for key in NEEDED if p[key] is None]
    if missing or unset:
        parts = [f"rows {', '.join(missing)} to capital.csv"] if missing else []
        parts += [f"{', '.join(unset)} to parameters.csv"] if unset else []
        raise InputError(
            f"scenario '{name}' does not say what building costs: add {' and '.join(parts)} "
            "(models/scenarios/two_region has a short example)"
        )
    assert p.discount_rate_per_a is not None
    rate = p.discount_rate_per_a

    def a_year(item: str) -> float:
        row = there[item]
        per_mw = 1000.0 if UNITS[item] == "CNY/kW" else 1.0
        return per_mw * row.capex * (annuity_per_a(rate, row.lifetime_a) + row.fixed_share_per_a)

    return YearlyCosts(
        hall_cny_per_mw=a_year("data_center_hall"),
        line_cny_per_mw_km=a_year("hvdc_line"),
        converters_cny_per_mw=a_year("hvdc_converters"),
        wind_cny_per_mw=a_year("wind"),
        solar_cny_per_mw=a_year("solar"),
    )


def new_line(great_circle_km: float, p: Parameters) -> tuple[float, float]:
    """Length [km] and loss [-] of a DC line to be built between places that far apart."""
    assert p.line_route_factor is not None
    assert p.converter_loss_share is not None
    assert p.line_loss_share_per_1000_km is not None
    length_km = p.line_route_factor * great_circle_km
    kept = (1.0 - p.converter_loss_share) * (1.0 - p.line_loss_share_per_1000_km) ** (
        length_km / 1000.0
    )
    return length_km, 1.0 - kept
