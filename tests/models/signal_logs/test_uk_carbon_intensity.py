import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from westshift.models.errors import InputError
from westshift.models.signal_logs.uk_carbon_intensity import Which, read_uk_carbon_intensity


def _half_hours():
    times = ["2024-10-27T00:00Z", "2024-10-27T00:30Z", "2024-10-27T01:00Z", "2024-10-27T01:30Z"]
    return [
        {
            "from": begin,
            "to": end,
            "intensity": {"forecast": 100 + i, "actual": 90 + i, "index": "moderate"},
        }
        for i, (begin, end) in enumerate(pairwise(times))
    ]


NATIONAL = {"data": _half_hours()}
CSV = """from,to,intensity.forecast,intensity.actual,intensity.index
2024-10-27T00:00Z,2024-10-27T00:30Z,100,90,moderate
2024-10-27T00:30Z,2024-10-27T01:00Z,101,91,moderate
2024-10-27T01:00Z,2024-10-27T01:30Z,102,,moderate
"""


def _read(write, answer, which=Which.ACTUAL, **how):
    return read_uk_carbon_intensity(write(json.dumps(answer), "a.json"), which=which, **how)


def test_national(write):
    signal = _read(write, NATIONAL)
    assert signal.zones == ("GB",)
    assert signal.kg_per_mwh.tolist() == [[90, 91, 92]]
    assert (signal.start, signal.step_s) == (datetime(2024, 10, 27, tzinfo=UTC), 1800)
    assert _read(write, NATIONAL, Which.FORECAST, zone="UK").zone("UK").tolist() == [100, 101, 102]
    one = _read(write, {"data": NATIONAL["data"][:1]})
    assert (one.steps, one.step_s) == (1, 1800)


@pytest.mark.parametrize("wrap", [lambda region: region, lambda region: [region]])
def test_one_region(write, wrap):
    region = {"regionid": 3, "shortname": "North West England", "data": _half_hours()}
    for entry in region["data"]:
        del entry["intensity"]["actual"]
    signal = _read(write, {"data": wrap(region)}, Which.FORECAST)
    assert signal.zones == ("North West England",)
    with pytest.raises(InputError, match="entry 1: its field 'actual' is not a number"):
        _read(write, {"data": wrap(region)})


def test_csv(write):
    signal = read_uk_carbon_intensity(write(CSV), which=Which.FORECAST)
    assert signal.zone("GB").tolist() == [100, 101, 102]
    short = write(CSV.replace("intensity.", ""))
    assert read_uk_carbon_intensity(short, which=Which.FORECAST).steps == 3
    with pytest.raises(InputError, match="row 4: zone GB has no value at 2024-10-27 01:00 UTC"):
        read_uk_carbon_intensity(write(CSV), which=Which.ACTUAL)
    bad = CSV.replace("2024-10-27T01:00Z,101", "2024-10-27T01:10Z,101")
    with pytest.raises(
        InputError, match="row 3: goes from 2024-10-27 00:30 UTC to 2024-10-27 01:10"
    ):
        read_uk_carbon_intensity(write(bad), which=Which.FORECAST)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["data"][1]["intensity"].update(actual=None), "entry 2: zone GB has no value at 2024-10-27 00:30"),
        (lambda d: d["data"][1]["intensity"].update(actual="91"), "entry 2: its field 'actual' is not a number"),
        (lambda d: d["data"][1]["intensity"].update(actual=True), "entry 2: its field 'actual' is not a number"),
        (lambda d: d["data"][1].update(intensity=91), "entry 2: its field 'intensity' is not a group of fields"),
        (lambda d: d["data"][1].pop("from"), "entry 2: its field 'from' is not a text"),
        (lambda d: d["data"][1].update({"from": ""}), "entry 2, from: has no time"),
        (lambda d: d["data"].pop(1), "entry 2: 1 steps of 1800 s are missing"),
        (lambda d: d["data"].insert(1, d["data"][0]), "entry 2: 2024-10-27 00:00 UTC is there twice"),
        (lambda d: d["data"].reverse(), "put the rows in the order of time"),
        (lambda d: d["data"].clear(), "zone GB has no values"),
        (lambda d: d.update(data=7), "field 'data' is not a list"),
        (lambda d: d.update(data=[{"data": []}, {"data": []}]), "holds 2 regions"),
        (lambda d: [e["intensity"].update(actual=0.2) for e in d["data"]], "check the unit"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_entry_and_time(write, change, words):
    answer = json.loads(json.dumps(NATIONAL))
    change(answer)
    with pytest.raises(InputError, match=words):
        _read(write, answer)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '{"data": {}}', "[" * 100_000])
def test_what_is_no_answer(write, text):
    with pytest.raises(InputError):
        read_uk_carbon_intensity(write(text, "a.json"), which=Which.ACTUAL)
