import gzip
import json
from datetime import UTC, datetime

import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.signal_logs.watttime import Signal, read_watttime

ANSWER = {
    "data": [
        {"point_time": "2024-01-01T00:00:00+00:00", "value": 1000, "version": "2023-03-01"},
        {"point_time": "2024-01-01T00:05:00+00:00", "value": 900.5, "version": "2023-03-01"},
    ],
    "meta": {
        "data_point_period_seconds": 300,
        "region": "CAISO_NORTH",
        "signal_type": "co2_moer",
        "units": "lbs_co2_per_mwh",
        "warnings": [],
        "model": {"date": "2023-03-01"},
    },
}


def _answer(**meta):
    return {"data": ANSWER["data"], "meta": ANSWER["meta"] | meta}


def _read(write, answer, **how):
    return read_watttime(write(json.dumps(answer), "w.json"), **how)


def test_pounds_become_kilograms(write):
    signal = _read(write, ANSWER)
    assert signal.zones == ("CAISO_NORTH",)
    np.testing.assert_allclose(signal.kg_per_mwh, [[453.59237, 408.459929185]], rtol=1e-12)
    assert (signal.start, signal.step_s) == (datetime(2024, 1, 1, tzinfo=UTC), 300)
    assert signal.kind == "marginal"


def test_a_list_of_answers_goes_on(write):
    with pytest.raises(InputError, match="answer 2, entry 1: 10 steps of 300 s are missing"):
        _read(write, [ANSWER, json.loads(json.dumps(ANSWER).replace("T00:0", "T01:0"))])
    with pytest.raises(InputError, match="answer 2, entry 1: 2024-01-01 00:00 UTC comes after"):
        _read(write, [ANSWER, ANSWER])
    later = json.loads(json.dumps(ANSWER).replace("T00:0", "T00:1"))
    assert _read(write, [ANSWER, later]).steps == 4


def test_csv_of_both_layouts(write):
    new = "point_time,value\n2024-01-01 00:00:00+00:00,1000\n2024-01-01 00:05:00+00:00,900.5\n"
    old = "timestamp,MOER,MOER version,frequency\n" + "".join(
        line + ",3,300\n" for line in new.split("\n")[1:-1]
    )
    expected = _read(write, ANSWER).kg_per_mwh
    for text in (new, old):
        signal = read_watttime(write(text), region="CAISO_NORTH")
        np.testing.assert_array_equal(signal.kg_per_mwh, expected)
    packed = write(gzip.compress(json.dumps(ANSWER).encode()), "w.json.gz")
    np.testing.assert_array_equal(read_watttime(packed).kg_per_mwh, expected)
    with pytest.raises(InputError, match="does not name its region"):
        read_watttime(write(new))


@pytest.mark.parametrize(
    "text", ["ba,point_time,percent\nX,2024-01-01,7\n", "point_time,index\n2024-01-01,7\n"]
)
def test_the_index_is_no_intensity(write, text):
    with pytest.raises(InputError, match="index, a rank and not an intensity"):
        read_watttime(write(text), region="X")


def test_other_signals_units_and_regions_are_refused(write):
    with pytest.raises(InputError, match=r"units is 'percentile' .an index is a rank"):
        _read(write, _answer(units="percentile"))
    with pytest.raises(InputError, match="units is 'kg_co2_per_mwh'"):
        _read(write, _answer(units="kg_co2_per_mwh"))
    with pytest.raises(InputError, match="signal_type is 'health_damage'"):
        _read(write, _answer(signal_type="health_damage"))
    with pytest.raises(InputError, match="region is 'CAISO_NORTH', where 'PJM'"):
        _read(write, ANSWER, region="PJM")
    with pytest.raises(InputError, match="answer 2: region is 'PJM'"):
        _read(write, [ANSWER, _answer(region="PJM")])
    average = _read(write, _answer(signal_type="co2_aoer"), signal=Signal.CO2_AOER)
    assert average.kind == "average"


@pytest.mark.parametrize(
    "answer",
    [[], {}, 3, None, {"data": []}, {"meta": ANSWER["meta"]}, {"data": [], "meta": ANSWER["meta"]}],
)
def test_what_is_no_answer(write, answer):
    with pytest.raises(InputError):
        _read(write, answer)


def test_a_missing_value_is_named(write):
    text = "point_time,value\n2024-01-01T00:00Z,1000\n2024-01-01T00:05Z,\n"
    with pytest.raises(InputError, match="row 3: zone X has no value at 2024-01-01 00:05 UTC"):
        read_watttime(write(text), region="X")
    with pytest.raises(InputError, match="row 3: has no time"):
        read_watttime(write(text.replace("2024-01-01T00:05Z,", ",7")), region="X")
    with pytest.raises(InputError, match="no columns point_time and value"):
        read_watttime(write("a,b\n1,2\n"), region="X")
