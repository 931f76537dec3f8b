"""`westshift margin` on the scenario that a hand can solve: coal in the east, curtailed wind in the west."""

import numpy as np
import pytest
from typer.testing import CliRunner

from westshift.experiments.cli import app
from westshift.experiments.margin_table import margin_table
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario

runner = CliRunner()


def test_curtailed_wind_answers_in_the_west_and_coal_in_the_east(two_region):
    table = margin_table(two_region, ("east", "west"), 24, 30)
    for name, kg in (("east", 900.0), ("west", 0.0)):
        own = table[table["region"] == name]
        assert own["hour_of_year"].tolist() == list(range(24, 31))
        for column in ("marginal_kg_per_mwh", "less_kg_per_mwh", "more_kg_per_mwh"):
            np.testing.assert_allclose(own[column], kg, atol=1e-6)
        for column in ("price_less_cny_per_mwh", "price_more_cny_per_mwh"):
            np.testing.assert_allclose(own[column], own["price_cny_per_mwh"], atol=1e-5)
    assert (table["kink"] == "").all()


def test_where_the_wind_is_just_enough_the_two_sides_differ():
    # 150 MW are drawn in the west in every hour; let the wind be just that.
    just_enough = load_scenario("two_region", {"generators.west.wind.capacity_mw": 300})
    table = margin_table(just_enough, ("west",), 24, 24)
    (row,) = table.to_dict("records")
    assert row["kink"] == "emissions and price"
    assert row["less_kg_per_mwh"] == pytest.approx(0.0, abs=1e-6)
    assert row["more_kg_per_mwh"] == pytest.approx(900.0)
    assert row["price_less_cny_per_mwh"] == pytest.approx(0.0, abs=1e-6)
    assert row["price_more_cny_per_mwh"] == pytest.approx(250 + 900 * 0.09, rel=1e-6)


def test_the_command_prints_it():
    done = runner.invoke(app, ["margin", "two_region", "--region", "east", "--hours", "24-25"])
    assert done.exit_code == 0
    assert done.output.count("900.0") >= 6


@pytest.mark.parametrize(
    ("region", "first", "last", "say"),
    [("esat", 24, 25, "did you mean"), ("east", 0, 5, "stretches"), ("east", 30, 25, "stretches")],
)
def test_what_is_not_there_is_one_sentence(two_region, region, first, last, say):
    with pytest.raises(InputError, match=say):
        margin_table(two_region, (region,), first, last)
