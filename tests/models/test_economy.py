"""economy.csv and paths of growth: what they say, and what they refuse."""

import shutil

import numpy as np
import pytest

from westshift.models.economy import behaviour_of, constant_growth, growth_path
from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import assumptions, load_scenario


@pytest.mark.parametrize("name", ["two_region", "east_west"])
def test_shipped_scenarios_say_how_agents_behave(name):
    s = load_scenario(name)
    b = behaviour_of(s)
    assert 0.0 <= b.reconsider_share <= 1.0
    assert any(a.where == "economy.csv" for a in assumptions(s))


def test_one_figure_changed_for_a_run():
    s = load_scenario("two_region", {"economy.elasticity": 1.5})
    assert behaviour_of(s).elasticity == 1.5
    assert s.digest != load_scenario("two_region").digest


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("economy.reconsider_share", 1.5, "at most 1"),
        ("economy.elasticity", -1, "at least 0"),
        ("economy.customers_per_tenant", 2.5, "whole number"),
        ("economy.elasticty", 1, "did you mean 'elasticity'"),
    ],
)
def test_figures_out_of_bounds(key, value, told):
    with pytest.raises(InputError, match=told):
        load_scenario("two_region", {key: value})


def copy(tmp_path, change):
    folder = tmp_path / "mine"
    shutil.copytree(SHIPPED / "two_region", folder)
    change(folder)
    return folder


def test_scenario_without_the_table_says_what_to_do(tmp_path):
    folder = copy(tmp_path, lambda f: (f / "economy.csv").unlink())
    with pytest.raises(InputError, match=r"no economy\.csv"):
        behaviour_of(load_scenario(folder))


def test_missing_row(tmp_path):
    def drop(folder):
        path = folder / "economy.csv"
        lines = path.read_text().splitlines()
        path.write_text(
            "\n".join(line for line in lines if not line.startswith("elasticity")) + "\n"
        )

    with pytest.raises(InputError, match="'elasticity' is missing"):
        load_scenario(copy(tmp_path, drop))


def test_constant_growth_compounds():
    got = constant_growth(0.21, 25)
    assert got[[0, 12, 24]] == pytest.approx([1.0, 1.21, 1.4641])
    with pytest.raises(InputError):
        constant_growth(0.1, 0)


def test_path_is_geometric_between_its_years():
    s = load_scenario("two_region")  # 2023; mid: 3 in 2025, 5 in 2030
    work, demand = growth_path(s, "mid", 36)
    assert work[[0, 12, 24]] == pytest.approx([1.0, np.sqrt(3.0), 3.0])
    assert work[30] == pytest.approx(3.0 * (5 / 3) ** 0.1)
    assert (demand == 1.0).all()


def test_path_that_ends_too_early():
    with pytest.raises(InputError, match="ends in 2035"):
        growth_path(load_scenario("two_region"), "mid", 13 * 12 + 1)


def test_unknown_path():
    with pytest.raises(InputError, match="has no path 'fsat'"):
        growth_path(load_scenario("two_region"), "fsat", 12)


def test_path_with_a_gap(tmp_path):
    def gap(folder):
        path = folder / "growth.csv"
        path.write_text(path.read_text().replace("mid,2030,2,5,1\n", ""))

    with pytest.raises(InputError, match="no row for 2030"):
        load_scenario(copy(tmp_path, gap))


def test_path_before_the_scenarios_own_year(tmp_path):
    def early(folder):
        path = folder / "growth.csv"
        path.write_text(path.read_text().replace(",2025,", ",2022,"))

    with pytest.raises(InputError, match="name later years"):
        growth_path(load_scenario(copy(tmp_path, early)), "mid", 12)
