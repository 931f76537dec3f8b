"""Sources fetched by their libraries, which a small stand-in replaces: tables in the form they document."""

import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from westshift.models.errors import InputError
from westshift.models.signal_logs.eia import fetch_eia, intensity_of_fuel_types
from westshift.models.signal_logs.entsoe import fetch_entsoe, intensity_of_generation
from westshift.models.signal_logs.factors import Scope, factor_of, published_factors

START, END = datetime(2024, 10, 26, 22, tzinfo=UTC), datetime(2024, 10, 27, 1, tzinfo=UTC)
BERLIN = pd.date_range("2024-10-27", periods=4, freq="h", tz="Europe/Berlin")  # the clocks go back


def _entsoe():
    made, used = "Actual Aggregated", "Actual Consumption"
    return pd.DataFrame(
        {
            ("Fossil Gas", made): [100.0, 100, 0, 50],
            ("Hydro Pumped Storage", made): [np.nan, 80, np.nan, np.nan],
            ("Hydro Pumped Storage", used): [40.0, np.nan, 10, 10],
            ("Wind Onshore", made): [300.0, 100, 200, 50],
            ("Solar", made): [0.0, -2, 0, 0],
            ("Solar", used): [1.0, 1, 1, 1],
            ("Other", made): [10.0, 10, 10, 10],
        },
        index=BERLIN,
    )


def _eia():
    hours = pd.date_range("2024-01-01", periods=3, freq="h", tz="UTC")
    frames = []
    for name, coal, nuclear in (("CISO", [0.0, 0, 0], np.nan), ("ERCO", [50.0, 25, 100], 50.0)):
        frames.append(
            pd.DataFrame(
                {
                    "Interval Start": hours,
                    "Interval End": hours + pd.Timedelta("1h"),
                    "Respondent": name,
                    "Respondent Name": name.title(),
                    "Coal": coal,
                    "Natural Gas": [50.0, 25, 100],
                    "Nuclear": nuclear,
                    "Battery Storage": [-5.0, 5, np.nan],
                    "Solar": [50.0, 75, -3],
                }
            )
        )
    return pd.concat(frames).sort_values(["Interval Start", "Respondent"])


def test_generation_times_factors():
    signal = intensity_of_generation(_entsoe(), "DE_LU", scope=Scope.DIRECT)
    assert signal.zones == ("DE_LU",)
    assert signal.start == START
    np.testing.assert_allclose(signal.kg_per_mwh, [[370 / 4, 370 / 2, 0, 370 / 2]])
    life = intensity_of_generation(_entsoe(), "DE_LU", scope=Scope.LIFE_CYCLE)
    np.testing.assert_allclose(life.zone("DE_LU")[[0, 2]], [(490 + 3 * 11) / 4, 11])
    own = intensity_of_generation(
        _entsoe(), "DE_LU", scope=Scope.DIRECT, factors_kg_per_mwh={"gas": 400.0}
    )
    np.testing.assert_allclose(own.zone("DE_LU")[0], 100)


def test_columns_of_one_level_read_the_same():
    pairs = _entsoe()
    made = pairs.xs("Actual Aggregated", axis=1, level=1)
    both = [intensity_of_generation(t, "X", scope=Scope.DIRECT).kg_per_mwh for t in (pairs, made)]
    np.testing.assert_array_equal(*both)


def test_how_much_is_assumed_or_not_counted_is_said():
    table = _entsoe()[["Fossil Gas", "Other"]].iloc[:2]
    table[("Waste", "Actual Aggregated")] = [90.0, 90.0]
    signal = intensity_of_generation(table, "X", scope=Scope.DIRECT)
    assert "45.0% of generation with an assumed one, 5.0% storage and unknown" in signal.source


def test_a_gap_is_named_unless_it_means_zero():
    table = _entsoe()
    table.loc[table.index[2], ("Wind Onshore", "Actual Aggregated")] = np.nan
    words = r"ENTSO-E X, row 3 .2024-10-27 00:00 UTC.: Wind Onshore has no value"
    with pytest.raises(InputError, match=words):
        intensity_of_generation(table, "X", scope=Scope.LIFE_CYCLE)
    table.loc[table.index[2], ("Fossil Gas", "Actual Aggregated")] = 7.0
    signal = intensity_of_generation(table, "X", scope=Scope.LIFE_CYCLE, missing_is_zero=True)
    assert signal.zone("X")[2] == 490


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.iloc[[0, 1, 1, 2, 3]], "row 3 .*: 2024-10-26 23:00 UTC is there twice"),
        (lambda t: t.drop(t.index[2]), "row 3 .*: 1 steps of 3600 s are missing between 2024-10-26 23:00 UTC"),
        (lambda t: t * 0, "row 1 .*: nothing is generated at 2024-10-26 22:00 UTC"),
        (lambda t: t.tz_localize(None), "no times with a time zone"),
        (lambda t: t.iloc[:0], "has no rows"),
        (lambda t: t.rename(columns={"Solar": "Sunshine"}), "'Sunshine' is no kind of plant"),
        (lambda t: t.rename(columns={"Actual Aggregated": "Forecast"}), "use what query_generation gives"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be(change, words):
    with pytest.raises(InputError, match=words):
        intensity_of_generation(change(_entsoe()), "X", scope=Scope.LIFE_CYCLE)


def test_authorities_of_the_united_states():
    signal = intensity_of_fuel_types(_eia(), scope=Scope.DIRECT)
    assert signal.zones == ("CISO", "ERCO")
    assert signal.start == datetime(2024, 1, 1, tzinfo=UTC)
    np.testing.assert_allclose(
        signal.kg_per_mwh,
        [
            [370 / 2, 370 / 4, 370],
            [(760 + 370) / 4, (760 + 370) * 25 / 175, (760 + 370) * 100 / 250],
        ],
    )
    table = _eia()
    table.loc[1, "Coal"] = np.nan
    with pytest.raises(InputError, match=r"EIA CISO, row 2 .*: Coal has no value"):
        intensity_of_fuel_types(table, scope=Scope.DIRECT)
    with pytest.raises(InputError, match="no column 'Respondent'"):
        intensity_of_fuel_types(_eia().drop(columns="Respondent"), scope=Scope.DIRECT)
    with pytest.raises(InputError, match="'Peat' is no kind of plant"):
        intensity_of_fuel_types(_eia().assign(Peat=1.0), scope=Scope.DIRECT)


def test_entsoe_is_fetched_by_its_library(monkeypatch):
    asked = []

    class Client:
        def __init__(self, api_key):
            asked.append(api_key)

        def query_generation(self, country_code, start, end, psr_type=None):
            asked.append((country_code, start, end))
            if country_code == "XX":
                raise KeyError("no such area")
            return _entsoe()

    monkeypatch.setitem(sys.modules, "entsoe", SimpleNamespace(EntsoePandasClient=Client))
    signal = fetch_entsoe("DE_LU", START, END, api_key="k", scope=Scope.DIRECT)
    assert signal.steps == 4
    assert asked == ["k", ("DE_LU", pd.Timestamp(START), pd.Timestamp(END))]
    with pytest.raises(InputError, match=r"entsoe-py could not fetch it .*no such area"):
        fetch_entsoe("XX", START, END, api_key="k", scope=Scope.DIRECT)
    with pytest.raises(InputError, match="has no time zone"):
        fetch_entsoe("DE_LU", datetime(2024, 1, 1), END, api_key="k", scope=Scope.DIRECT)
    with pytest.raises(InputError, match="is not after the start"):
        fetch_entsoe("DE_LU", END, START, api_key="k", scope=Scope.DIRECT)


def test_eia_is_fetched_by_its_library(monkeypatch):
    asked = []

    class Client:
        def __init__(self, api_key):
            asked.append(api_key)

        def get_dataset(self, dataset, start, end, frequency="hourly", facets=None):
            asked.append((dataset, facets))
            return _eia()

    monkeypatch.setitem(sys.modules, "gridstatus", SimpleNamespace(EIA=Client))
    signal = fetch_eia(["CISO", "ERCO"], START, END, api_key="k", scope=Scope.DIRECT)
    assert signal.zones == ("CISO", "ERCO")
    assert asked == [
        "k",
        ("electricity/rto/fuel-type-data", {"respondent": ["CISO", "ERCO"]}),
    ]
    with pytest.raises(InputError, match="gave nothing of PJM"):
        fetch_eia(["PJM"], START, END, api_key="k", scope=Scope.DIRECT)


@pytest.mark.parametrize(
    ("module", "package", "fetch"),
    [("entsoe", "entsoe-py", fetch_entsoe), ("gridstatus", "gridstatus", fetch_eia)],
)
def test_a_library_that_is_not_there_is_named(monkeypatch, module, package, fetch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=f"pip install {package}"):
        fetch("X", START, END, api_key="k", scope=Scope.DIRECT)


def test_factors_say_where_they_come_from():
    for scope in Scope:
        rows = published_factors(scope).values()
        assert all(r.unit and r.year and r.source and r.confidence for r in rows)
        assert len(rows) == 16
    life, direct = published_factors(Scope.LIFE_CYCLE), published_factors(Scope.DIRECT)
    assert all(life[name].kg_per_mwh >= direct[name].kg_per_mwh for name in direct)
    with pytest.raises(
        InputError, match="no direct emission factor of 'coals'; did you mean 'coal'"
    ):
        factor_of("coals", Scope.DIRECT)
