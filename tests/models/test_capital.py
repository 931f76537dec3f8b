"""Annuities and new lines, against their closed forms."""

import pytest

from westshift.models.capital import NEEDED, UNITS, annuity_per_a, new_line, yearly_costs
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario


@pytest.mark.parametrize(
    ("rate", "life"), [(0.08, 20), (0.08, 40), (0.03, 28.5), (1.0, 1), (0.0, 25)]
)
def test_an_annuity_pays_back_what_was_spent(rate, life):
    paid = annuity_per_a(rate, life)
    if life == int(life):
        worth = sum(paid / (1 + rate) ** year for year in range(1, int(life) + 1))
    else:  # the same in closed form: a perpetuity less one that begins at the end of the life
        worth = paid / rate * (1 - (1 + rate) ** -life)
    assert worth == pytest.approx(1.0, rel=1e-12)


def test_an_annuity_has_no_jump_at_zero_interest():
    assert annuity_per_a(1e-9, 25) == pytest.approx(annuity_per_a(0.0, 25), rel=1e-6)


def test_costs_of_a_year_by_hand(two_region):
    costs = yearly_costs("two_region", two_region.capital, two_region.parameters)
    assert costs.hall_cny_per_mw == pytest.approx(20_000 * 1000 / 20)
    assert costs.line_cny_per_mw_km == pytest.approx(1000 / 40)
    assert costs.converters_cny_per_mw == pytest.approx(1_000_000 / 40)
    assert costs.wind_cny_per_mw == pytest.approx(5000 * 1000 / 25)
    assert costs.solar_cny_per_mw == pytest.approx(2500 * 1000 / 25)


def test_interest_and_upkeep_come_on_top():
    changes = {"parameters.discount_rate_per_a": 0.08, "capital.wind.fixed_share_per_a": 0.02}
    s = load_scenario("two_region", changes)
    costs = yearly_costs(s.name, s.capital, s.parameters)
    assert costs.wind_cny_per_mw == pytest.approx(5e6 * (annuity_per_a(0.08, 25) + 0.02))


def test_what_is_missing_is_named_with_its_unit(two_region):
    rows = tuple(row for row in two_region.capital if row.item != "wind")
    bare = two_region.parameters.model_copy(update={"discount_rate_per_a": None})
    with pytest.raises(InputError) as caught:
        yearly_costs("mine", rows, bare)
    text = str(caught.value)
    assert "scenario 'mine' does not say what building costs" in text
    assert "rows wind [CNY/kW] to capital.csv and discount_rate_per_a to parameters.csv" in text
    with pytest.raises(InputError) as caught:
        yearly_costs("mine", (), bare.model_copy(update=dict.fromkeys(NEEDED)))
    for name in (*UNITS, *NEEDED):
        assert name in str(caught.value)


def test_a_line_loses_at_its_ends_and_on_its_way():
    p = load_scenario("east_west").parameters
    length, loss = new_line(1600.0, p)
    assert length == pytest.approx(1.25 * 1600)
    assert 1 - loss == pytest.approx(0.98 * 0.977**2)
    assert new_line(0.0, p) == (0.0, pytest.approx(0.02))
