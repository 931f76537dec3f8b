import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from westshift.models.errors import InputError
from westshift.models.series.measured import read_series

GOOD = "hour,BJ,SH\n0,0.1,0.5\n1,0.2,0.6\n2,0.3,0.7\n"


def _read(tmp_path, text, names=("BJ", "SH"), hours=3, **bounds):
    path = tmp_path / "mine.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_series(path, list(names), hours, **bounds)


def test_rows_come_in_the_order_asked_for(tmp_path):
    series = _read(tmp_path, GOOD, ["SH", "BJ"], lower=0, upper=1)
    np.testing.assert_array_equal(series, [[0.5, 0.6, 0.7], [0.1, 0.2, 0.3]])
    assert series.dtype == np.float64


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),  # what spreadsheets save
        GOOD.replace("\n", "\r\n"),
        GOOD + "\n\n",
        GOOD.replace("hour,BJ,SH", " hour , BJ , SH"),
        GOOD.rstrip("\n"),
    ],
)
def test_harmless_differences_are_read(tmp_path, text):
    np.testing.assert_array_equal(_read(tmp_path, text)[0], [0.1, 0.2, 0.3])


def test_other_columns_are_left_alone(tmp_path):
    assert _read(tmp_path, "hour,note,BJ\n0,a,1\n1,,2\n", ["BJ"], 2).tolist() == [[1.0, 2.0]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrays(np.float64, (2, 5), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_what_is_written_is_read(tmp_path, values):
    rows = [f"{hour},{a!r},{b!r}" for hour, (a, b) in enumerate(values.T.tolist())]
    text = "\n".join(["hour,a,b", *rows])
    np.testing.assert_array_equal(_read(tmp_path, text, ["a", "b"], 5), values)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("hour", "time"), r"row 1: first column is 'time'; it must be `hour`"),
        ("", r"row 1: first column is ''"),
        (GOOD.replace("SH", "SZ"), "row 1: column 'SH' is missing"),
        (GOOD.replace("SH", "BJ"), "row 1: column 'BJ' stands there twice"),
        ("hour,BJ,SH\n0,1,1\n1,1,1\n", "row 3: ends after hour 1, but the year has 3 hours"),
        ("hour,BJ,SH\n", "ends after hour -1"),
        (GOOD + "3,0.4,0.8\n", "row 5, column hour: 3, but the year has 3 hours"),
        (GOOD.replace("\n1,", "\n2,", 1), "row 3, column hour: 2 where 1 is due"),
        (GOOD.replace("\n2,", "\n1,"), "row 4, column hour: 1 has been there before"),
        (GOOD.replace("\n0,", "\n-1,"), "row 2, column hour: -1 is negative"),
        (GOOD.replace("\n0,", "\n2023-01-01 00:00,"), "row 2, column hour: '2023-01-01 00:00'"),
        (GOOD.replace("0.6", "n/a"), "row 3, column SH: 'n/a' is not a number"),
        (GOOD.replace("0.6", ""), "row 3, column SH: '' is not a number"),
        (GOOD.replace("0.6", "nan"), "row 3, column SH: 'nan' is not a number"),
        (GOOD.replace("0.6", "inf"), "row 3, column SH: 'inf' is not a number"),
        (GOOD.replace("0.6", "1_0"), "row 3, column SH: '1_0' is not a number"),
        (GOOD.replace("0.3", "0,3"), "row 4: 4 cells, but the header has 3"),
        (GOOD.replace("0.2,0.6", "0.2"), "row 3: 2 cells, but the header has 3"),
        (GOOD.replace("0.7", "1.7"), r"row 4, column SH: 1\.7 is outside 0 to 1 MW/MW"),
        (GOOD.replace("0.1", "-0.1"), r"row 2, column BJ: -0\.1 is outside 0 to 1"),
        (GOOD.encode("utf-16"), "is not UTF-8"),
        (GOOD.replace("0.1", '"0.1" 2'), "is not a valid CSV file"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, text, words):
    with pytest.raises(InputError, match=words) as caught:
        _read(tmp_path, text, lower=0, upper=1, unit="MW/MW")
    assert "mine.csv" in str(caught.value)


def test_a_line_number_counts_the_file_and_not_the_rows(tmp_path):
    with pytest.raises(InputError, match="row 5, column BJ"):
        _read(tmp_path, "hour,BJ,SH\n\n\n0,1,1\n1,x,1\n")


def test_a_file_that_is_not_there_or_no_file(tmp_path):
    with pytest.raises(InputError, match=r"absent\.csv: no such file"):
        read_series(tmp_path / "absent.csv", ["BJ"], 3)
    with pytest.raises(InputError, match="cannot be read"):
        read_series(tmp_path, ["BJ"], 3)
