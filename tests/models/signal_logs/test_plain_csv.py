from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.instants import Twice
from westshift.models.signal_logs.plain_csv import Unit, read_hours_csv, read_plain_csv

TEXT = """Time,DE,FR
2020-01-01 00:00:00,300,50
2020-01-01 00:30:00,310,60
2020-01-01 01:00:00,320,70
"""


def _read(write, text=TEXT, **how):
    return read_plain_csv(write(text), **({"unit": Unit.G_PER_KWH, "tz": "UTC"} | how))


def test_zones_and_steps(write):
    signal = _read(write, kind="average")
    assert signal.zones == ("DE", "FR")
    assert signal.step_s == 1800
    assert signal.start == datetime(2020, 1, 1, tzinfo=UTC)
    np.testing.assert_array_equal(signal.kg_per_mwh, [[300, 310, 320], [50, 60, 70]])
    assert signal.kind == "average"


def test_one_zone_by_another_name(write):
    text = "Time,Carbon Intensity\n2020-01-01,5\n2020-01-02,6\n"
    signal = _read(write, text, zone="DE", tz="Europe/Berlin")
    assert signal.zones == ("DE",)
    assert signal.step_s == 86400
    assert signal.start.isoformat() == "2020-01-01T00:00:00+01:00"
    assert _read(write, text).zones == ("Carbon Intensity",)
    with pytest.raises(InputError, match="has 2 zones, but one name"):
        _read(write, zone="DE")


def test_chosen_columns(write):
    assert _read(write, zones=["FR"]).kg_per_mwh.tolist() == [[50, 60, 70]]
    with pytest.raises(InputError, match="asked for twice"):
        _read(write, zones=["FR", "FR"])
    with pytest.raises(InputError, match="no column 'GB'"):
        _read(write, zones=["GB"])


@pytest.mark.parametrize(
    ("unit", "factor"), [(Unit.LB_PER_MWH, 0.45359237), (Unit.KG_PER_MWH, 1.0)]
)
def test_units(write, unit, factor):
    np.testing.assert_allclose(_read(write, unit=unit).zone("FR"), np.array([50, 60, 70]) * factor)
    tonnes = "Time,FR\n2020-01-01,0.05\n2020-01-02,0.07\n"
    with pytest.raises(InputError, match=r"mean of .* check the unit"):
        _read(write, tonnes, unit=unit)
    np.testing.assert_allclose(_read(write, tonnes, unit=Unit.T_PER_MWH).zone("FR"), [50, 70])


def test_berlin_around_both_changes_of_clocks(write):
    for day, hours in (("2024-03-31", 23), ("2024-10-27", 25)):
        local = [f"{day}T{h:02d}:00" for h in range(24)]
        if hours == 23:
            local.remove(f"{day}T02:00")
        else:
            local.insert(3, f"{day}T02:00")
        text = "t,DE\n" + "\n".join(f"{time},{100 + i}" for i, time in enumerate(local))
        signal = _read(write, text, tz="Europe/Berlin")
        assert signal.steps == hours
        assert signal.step_s == 3600
        assert signal.zone("DE").tolist() == [100.0 + i for i in range(hours)]
        end = signal.time_of(hours)
        midnight = end.astimezone(ZoneInfo("Europe/Berlin"))
        assert end.timestamp() == signal.start.timestamp() + 3600 * hours
        assert signal.between(20, 22).start.timestamp() == signal.start.timestamp() + 20 * 3600
        assert (midnight.hour, midnight.day) == (0, 1 if hours == 23 else 28)
    with pytest.raises(InputError, match=r"row 4, column t: .* twice"):
        _read(write, text, tz="Europe/Berlin", twice=Twice.REFUSE)
    with pytest.raises(InputError, match="row 5: 2024-10-27 00:00 UTC is there twice"):
        _read(write, text, tz="Europe/Berlin", twice=Twice.FIRST)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("Time,DE\n", "zone DE has no values"),
        ("Time,DE\n2020-01-01,5\n", "row 2: is the only time"),
        ("Time,\n2020-01-01,2\n", "has no zones"),
        ("Time\n2020-01-01\n", "has no zones"),
        (TEXT.replace("00:30:00", "00:00:00"), "row 3: 2020-01-01 00:00 UTC is there twice"),
        (TEXT.replace("2020-01-01 01:00", "2019-01-01 01:00"), "row 4: 2019-01-01 01:00 UTC comes after"),
        (TEXT + "2020-01-01 02:00,1,1\n2020-01-01 03:30,1,1\n2020-01-01 04:00,1,1\n",
         "row 5: 1 steps of 1800 s are missing between 2020-01-01 01:00 UTC and 2020-01-01 02:00 UTC"),
        ("Time,DE\n2020-01-01T00:00:00,5\n2020-01-01T00:00:00.5,5\n", "a step of 0.5 s"),
        ("Time,DE\n2020-01-01,5\n2020-01-01,5\n", "row 3: 2020-01-01 00:00 UTC is there twice"),
        (TEXT + "2020-01-01 01:40,1,1\n", "row 5: 2020-01-01 01:40 UTC is 2400 s after"),
        (TEXT.replace("60", ""), "row 3, column FR: '' is not a number"),
        (TEXT.replace("60", "-60"), "row 3: zone FR has -60 at 2020-01-01 00:30 UTC"),
        (TEXT.replace("60", "n/a"), "row 3, column FR: 'n/a' is not a number"),
        (TEXT.replace("60", "6e5"), "row 2 onwards: zone FR has a mean of 2e.05 kg/MWh"),
        (TEXT.replace("2020-01-01 00:30:00", ""), "row 3, column Time: has no time"),
        (TEXT.replace("2020-01-01 00:30:00", "now"), "row 3, column Time: 'now' is not a time"),
        (TEXT.replace("2020-01-01 00:30:00", "0020-01-01"), "row 3, column Time: .* year 20;"),
        (TEXT.replace("FR", "DE"), "column 'DE' is there twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_row_and_time(write, text, words):
    with pytest.raises(InputError, match=words):
        _read(write, text)


def test_a_zone_must_be_named(write):
    with pytest.raises(InputError, match=r"row 2, column Time: .* has no time zone"):
        _read(write, tz=None)
    aware = _read(write, TEXT.replace(":00,", ":00+02:00,"), tz=None)
    assert aware.start == datetime(2019, 12, 31, 22, tzinfo=UTC)


def test_kind_is_average_or_marginal(write):
    with pytest.raises(InputError, match="kind is 'mean'"):
        _read(write, kind="mean")


def test_hours_of_a_leap_year(write):
    text = "hour_utc,AT\n" + "".join(f"{hour},100\n" for hour in range(8784))
    signal = read_hours_csv(write(text), year=2024, unit=Unit.G_PER_KWH)
    assert signal.steps == 8784
    assert signal.time_of(8783).isoformat() == "2024-12-31T23:00:00+00:00"
    with pytest.raises(InputError, match="row 8762, column hour_utc: 8760 is no hour of 2023"):
        read_hours_csv(write(text), year=2023, unit=Unit.G_PER_KWH)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("h,AT\n0,5\n2,5\n", "row 3: 1 steps of 3600 s are missing"),
        ("h,AT\n0,5\n0,5\n", "row 3: 2022-01-01 00:00 UTC is there twice"),
        ("h,AT\n0,5\n0.5,5\n", "row 3, column h: 0.5 is no hour"),
        ("h,AT\n0,5\n-1,5\n", "row 3, column h: '-1' is not a number of at least 0"),
    ],
)
def test_hours_that_cannot_be(write, text, words):
    with pytest.raises(InputError, match=words):
        read_hours_csv(write(text), year=2022, unit=Unit.G_PER_KWH)


def test_one_hour_is_a_signal(write):
    signal = read_hours_csv(
        write("h,AT\n5,7\n"), year=2022, unit=Unit.G_PER_KWH, tz="Asia/Shanghai"
    )
    assert signal.steps == 1
    assert signal.start.isoformat() == "2022-01-01T05:00:00+08:00"


def test_cloud_regions_of_2022(real):
    path = real("cloud2022/carbon_intensity_2022.csv.gz")
    signal = read_hours_csv(path, year=2022, unit=Unit.G_PER_KWH)
    assert signal.kg_per_mwh.shape == (123, 8760)
    # global mean of Sukprasert et al., EuroSys 2024
    assert signal.kg_per_mwh.mean() == pytest.approx(368.376, abs=5e-4)
    assert signal.time_of(8759) == datetime(2022, 12, 31, 23, tzinfo=UTC)
    with pytest.raises(InputError, match=r"zone AT has a mean of 2.4.*check the unit"):
        read_hours_csv(path, year=2022, unit=Unit.T_PER_MWH)
