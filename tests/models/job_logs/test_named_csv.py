from datetime import UTC, datetime

import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.instants import TimeUnit, Twice
from westshift.models.job_logs.named_csv import Columns, read_named_csv

ALL = Columns("came", length="ran", cores="n", slack="may wait", job_class="kind", origin="from")
TEXT = """came,ran,n,may wait,kind,from
2024-02-29 23:30,2,4,1,batch,Berlin
2024-02-29 22:00,0.5,1,,train,Paris
"""
UNITS = {"length_unit": TimeUnit.HOURS, "slack_unit": TimeUnit.DAYS, "kw_per_core": 0.5}


def test_times_of_a_zone_in_a_leap_year(write):
    jobs = read_named_csv(write(TEXT), ALL, tz="Europe/Berlin", **UNITS)
    assert jobs.start.isoformat() == "2024-02-29T22:00:00+01:00"
    assert jobs.arrival_s.tolist() == [0, 5400]
    assert jobs.length_s.tolist() == [1800, 7200]
    assert jobs.power_kw.tolist() == [0.5, 2.0]
    np.testing.assert_array_equal(jobs.due_s, [np.nan, 5400 + 7200 + 86400])
    assert jobs.classes == ("batch", "train")
    assert jobs.job_class.tolist() == [1, 0]
    assert [jobs.origins[i] for i in jobs.origin] == ["Paris", "Berlin"]


def test_an_offset_in_the_file_wins_over_the_zone(write):
    text = "came,ran,n\n2024-01-01T00:00:00+09:00,1,1\n2023-12-31T16:00Z,1,1\n"
    jobs = read_named_csv(
        write(text),
        Columns("came", length="ran", cores="n"),
        length_unit=TimeUnit.HOURS,
        kw_per_core=1,
        tz="Europe/Berlin",
    )
    assert jobs.start == datetime(2023, 12, 31, 15, tzinfo=UTC)
    assert jobs.arrival_s.tolist() == [0, 3600]


def test_numbers_end_deadline_and_power(write):
    text = "t,b,e,d,kW\n3,4,6,9,0\n1,1,2,,2.5\n"
    columns = Columns("t", started="b", end="e", deadline="d", power_kw="kW")
    start = datetime(2024, 1, 1, tzinfo=UTC)
    jobs = read_named_csv(write(text), columns, time_unit=TimeUnit.HOURS, start=start)
    assert jobs.start == start
    assert jobs.arrival_s.tolist() == [3600, 10800]
    assert jobs.length_s.tolist() == [3600, 7200]
    np.testing.assert_array_equal(jobs.due_s, [np.nan, 9 * 3600])
    assert jobs.power_kw.tolist() == [2.5, 0]  # a job may draw nothing
    assert np.isnan(jobs.cores).all()
    assert jobs.energy_kwh.tolist() == [2.5, 0]


def test_empty_cells_are_counted(write):
    text = "t,l,n\n,1,1\n1,,1\n1,0,1\n1,1,\n1,1,0\n1,1,1\n"
    jobs = read_named_csv(
        write(text),
        Columns("t", length="l", cores="n"),
        time_unit=TimeUnit.HOURS,
        length_unit=TimeUnit.HOURS,
        kw_per_core=1,
    )
    assert len(jobs) == 1
    assert jobs.left_out == {
        "without t": 1,
        "without l": 1,
        "of length 0": 1,
        "without n": 1,
        "of 0 cores": 1,
    }


def test_the_hour_that_is_told_twice(write):
    text = TEXT.replace("2024-02-29 23:30", "2024-10-27 02:30").replace("02-29", "10-26")
    with pytest.raises(
        InputError, match=r"row 2, column came: the clocks of Europe/Berlin showed .* twice"
    ):
        read_named_csv(write(text), ALL, tz="Europe/Berlin", **UNITS)
    first, second = (
        read_named_csv(write(text), ALL, tz="Europe/Berlin", twice=twice, **UNITS)
        for twice in (Twice.FIRST, Twice.SECOND)
    )
    assert (second.arrival_s - first.arrival_s).tolist() == [0, 3600]


def test_hours_between_jobs_and_signals_are_hours_that_pass(write):
    """A start in winter and one in summer, both of Berlin: Python would lose an hour between them."""
    text = "came,ran,n\n{},1,1\n"
    columns = Columns("came", length="ran", cores="n")
    how = {"length_unit": TimeUnit.HOURS, "kw_per_core": 1, "tz": "Europe/Berlin"}
    winter, summer = (
        read_named_csv(write(text.format(day)), columns, **how)
        for day in ("2024-03-31", "2024-04-01")
    )
    assert (summer.start - winter.start).total_seconds() == 23 * 3600
    assert (winter.start + (summer.start - winter.start)).timestamp() == summer.start.timestamp()
    assert winter.header["time zone"] == "Europe/Berlin"


@pytest.mark.parametrize("delimiter", ["", "||"])
def test_a_delimiter_is_one_character(write, delimiter):
    with pytest.raises(InputError, match="the delimiter is"):
        read_named_csv(write(TEXT), ALL, tz="UTC", delimiter=delimiter, **UNITS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2024-02-29 23:30", "2023-02-29 23:30", "row 2, column came: '2023-02-29 23:30' is not a time"),
        ("2024-02-29 23:30", "2024-03-31 02:30", "row 2, column came: .* never showed"),
        (",2,4", ",-2,4", "row 2, column ran: '-2' is not a number of at least 0"),
        (",2,4", ",2h,4", "row 2, column ran: '2h' is not"),
        (",2,4", ",1e99,4", "row 2, column ran: '1e99' is too large"),
        (",2,4", ",inf,4", "row 2, column ran: 'inf' is not"),
        (",2,4", ",2,4,9", "row 2: has 7 cells where the header has 6"),
        ("kind", "ran", "row 1: column 'ran' is there twice"),
        ("kind", "sort", "row 1: there is no column 'kind'"),
        (",2,4", ",20000,4", "the median job would run for 417 days"),
        ("2024-02-29 23:30", "1924-02-29 23:30", "jobs would arrive over 100 years"),
        ('batch', '"batch', "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(write, old, new, words):
    with pytest.raises(InputError, match=words):
        read_named_csv(write(TEXT.replace(old, new)), ALL, tz="Europe/Berlin", **UNITS)


@pytest.mark.parametrize("text", ["", "\n\n", "came,ran,n,may wait,kind,from\n"])
def test_an_empty_log_is_refused(write, text):
    with pytest.raises(InputError, match=r"is empty|has no job"):
        read_named_csv(write(text), ALL, tz="UTC", **UNITS)


def test_a_naive_time_needs_a_zone(write):
    with pytest.raises(InputError, match="row 2, column came: '2024-02-29 23:30' has no time zone"):
        read_named_csv(write(TEXT), ALL, **UNITS)
    with pytest.raises(InputError, match="'Mars' is no time zone"):
        read_named_csv(write(TEXT), ALL, tz="Mars", **UNITS)


def test_a_deadline_before_the_arrival_is_refused(write):
    text = "t,l,d,kw\n5,1,9,1\n5,1,4,1\n"
    columns = Columns("t", length="l", deadline="d", power_kw="kw")
    with pytest.raises(
        InputError, match="row 3: its deadline is 14400; let it be after the arrival"
    ):
        read_named_csv(write(text), columns, time_unit=TimeUnit.HOURS, length_unit=TimeUnit.HOURS)


def test_an_end_before_the_start_is_refused(write):
    columns = Columns("t", end="e", power_kw="kw")
    with pytest.raises(InputError, match="row 2: its length is -3600"):
        read_named_csv(write("t,e,kw\n5,4,1\n"), columns, time_unit=TimeUnit.HOURS)


@pytest.mark.parametrize(
    ("columns", "how", "words"),
    [
        (Columns("t"), {}, "name a column of lengths or one of ends"),
        (Columns("t", length="l", end="e"), {}, "and not both"),
        (Columns("t", length="l"), {}, "name a column of cores or of power_kw"),
        (Columns("t", length="l", cores="n"), {}, "give kw_per_core"),
        (Columns("t", length="l", power_kw="p"), {}, "length_unit goes with"),
        (Columns("t", end="e", power_kw="p", slack="s"), {}, "slack_unit goes with"),
        (Columns("t", end="e", power_kw="p", slack="s", deadline="d"), {}, "not both"),
        (Columns("t", end="e", power_kw="p"), {"kw_per_core": 1.0}, "not both"),
        (
            Columns("t", end="e", power_kw="p"),
            {"start": datetime(2024, 1, 1, tzinfo=UTC)},
            "leave it",
        ),
        (
            Columns("t", end="e", power_kw="p"),
            {"start": datetime(2024, 1, 1), "time_unit": TimeUnit.HOURS},
            "start has no time zone",
        ),
    ],
)
def test_arguments_that_do_not_fit(write, columns, how, words):
    with pytest.raises(InputError, match=words):
        read_named_csv(write("t,l\n1,1\n"), columns, **how)
