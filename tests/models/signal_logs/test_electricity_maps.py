from datetime import UTC, datetime

import pytest

from westshift.models.errors import InputError
from westshift.models.signal_logs.electricity_maps import read_electricity_maps
from westshift.models.signal_logs.factors import Scope

TODAY = (
    "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),"
    "Carbon intensity gCO₂eq/kWh (Life cycle),Carbon-free energy percentage (CFE%),"
    "Renewable energy percentage (RE%),Data source,Data estimated,Data estimation method\n"
)
BEFORE = (
    "Datetime (UTC),Country,Zone Name,Zone Id,Carbon Intensity gCO₂eq/kWh (direct),"
    "Carbon Intensity gCO₂eq/kWh (LCA),Low Carbon Percentage,Renewable Percentage,Data Source,"
    "Data Estimated,Data Estimation Method\n"
)
FR = "".join(
    f"2024-01-01 0{h}:00:00,France,France,FR,{20 + h},{40 + h},95,30,rte.fr,{h == 1},\n"
    for h in range(3)
)
IS = "".join(
    f"2024-01-01 0{h}:00:00,Iceland,Iceland,IS,0,{28 + h},100,100,x,false,\n" for h in range(3)
)


@pytest.mark.parametrize("header", [TODAY, BEFORE, TODAY.replace("₂", "2").upper()])
def test_both_scopes_of_all_layouts(write, header):
    path = write(header + FR)
    direct = read_electricity_maps(path, scope=Scope.DIRECT)
    life = read_electricity_maps(path, scope=Scope.LIFE_CYCLE)
    assert direct.zone("FR").tolist() == [20, 21, 22]
    assert life.zone("FR").tolist() == [40, 41, 42]
    assert (life.start, life.step_s) == (datetime(2024, 1, 1, tzinfo=UTC), 3600)
    assert life.kind == "average"
    assert "life cycle, 33.3% estimated" in life.source


def test_several_files_and_zones_in_any_order(write):
    lines = FR.strip().split("\n")
    late, early = (
        write(TODAY + lines[2] + "\n", "b.csv"),
        write(BEFORE + "\n".join(lines[:2]), "a.csv"),
    )
    iceland = write(TODAY + IS, "is.csv")
    signal = read_electricity_maps([late, iceland, early], scope=Scope.LIFE_CYCLE)
    assert signal.zones == ("FR", "IS")
    assert signal.kg_per_mwh.tolist() == [[40, 41, 42], [28, 29, 30]]
    direct = read_electricity_maps(write(TODAY + FR + IS), scope=Scope.DIRECT)
    assert direct.zone("IS").tolist() == [0, 0, 0]  # hydropower and heat of the earth


def test_the_layout_for_researchers_names_no_zone(write):
    text = "datetime,timestamp,carbon_intensity_avg,carbon_intensity_direct_avg\n"
    text += (
        "2020-01-01 00:00:00+00:00,1577836800,50,30\n2020-01-01 01:00:00+00:00,1577840400,51,31\n"
    )
    path = write(text)
    signal = read_electricity_maps(path, scope=Scope.DIRECT, zone="SE")
    assert signal.zone("SE").tolist() == [30, 31]
    assert read_electricity_maps(path, scope=Scope.LIFE_CYCLE, zone="SE").zone("SE").tolist() == [
        50,
        51,
    ]
    with pytest.raises(InputError, match="no column of zones; name the zone"):
        read_electricity_maps(path, scope=Scope.DIRECT)
    with pytest.raises(InputError, match=r"column datetime: .* has no time zone"):
        read_electricity_maps(write(text.replace("+00:00", "")), scope=Scope.DIRECT, zone="SE")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("01:00:00,France", "00:00:00,France", "row 3: 2024-01-01 00:00 UTC is there twice"),
        (
            "01:00:00,France",
            "01:30:00,France",
            "row 3: 2 steps of 1800 s are missing between 2024-01-01 00:00 UTC and",
        ),
        (",41,", ",,", "row 3: zone FR has no value at 2024-01-01 01:00 UTC"),
        (",41,", ",-,", r"row 3, column .*Life cycle.*: '-' is not a number"),
        (",FR,", ",,", "column Zone id: names no zone"),
        ("(Life cycle)", "(cycle)", "no column of life cycle intensity; it is called 'carbon"),
        ("Datetime (UTC)", "When", "no column of times"),
        ("2024-01-01 01:00:00,France", ",France", "row 3, column Datetime .UTC.: has no time"),
        (
            "02:00:00,Iceland",
            "03:00:00,Iceland",
            "row 7: 1 steps of 3600 s are missing between 2024-01-01 01:00 UTC",
        ),
    ],
)
def test_what_is_wrong_is_named_with_row_and_time(write, old, new, words):
    text = (TODAY + FR + IS).replace(old, new)
    with pytest.raises(InputError, match=words):
        read_electricity_maps(write(text), scope=Scope.LIFE_CYCLE)


def test_zones_of_different_spans_are_refused(write):
    text = TODAY + FR + "\n".join(IS.split("\n")[:2])
    with pytest.raises(InputError, match=r"row 6: zone IS is there from .* but zone FR from"):
        read_electricity_maps(write(text), scope=Scope.LIFE_CYCLE)


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="no file is named"):
        read_electricity_maps([], scope=Scope.DIRECT)
    with pytest.raises(InputError, match="no such file"):
        read_electricity_maps(tmp_path / "x.csv", scope=Scope.DIRECT)
