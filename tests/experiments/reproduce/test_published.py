"""A published figure beside a found one."""

import math

import pytest

from westshift.experiments.reproduce.published import Published, band, need, shown
from westshift.models.errors import InputError


def row(published, found, tolerance=0.005):
    return Published("saved", published, found, tolerance, "%", "a paper")


def test_the_last_digit_printed_decides():
    assert row(3.80, 3.797).met
    assert row(3.80, 3.805).met  # half a unit of the last digit, though not a whole number of bits
    assert not row(3.80, 3.806).met
    assert math.isclose(row(3.80, 3.9).difference, 0.1)


def test_what_is_only_shown_is_met_unless_it_is_no_number():
    assert shown("saved", 5.0, "%", "a paper").met
    assert shown("saved", 5.0, "%", "a paper").difference is None
    assert not shown("saved", math.nan, "%", "a paper").met
    assert not row(3.80, math.nan).met
    assert not row(3.80, math.inf, math.inf).met


def test_a_band_stands_in_its_row():
    inside = band("energy saved", 4.8, 12.5, 4.8, "%", "a paper")
    assert inside.met
    assert "4.8 to 12.5" in inside.what
    assert not band("energy saved", 4.8, 12.5, 4.7, "%", "a paper").met
    with pytest.raises(ValueError, match="empty"):
        band("energy saved", 1.0, 1.0, 1.0, "%", "a paper")


def test_data_that_is_not_there_says_what_to_give(tmp_path):
    with pytest.raises(InputError, match=r"casper/latency\.csv.*--data FOLDER"):
        need(None, "casper", "latency.csv")
    with pytest.raises(InputError, match=r"has no casper/latency\.csv"):
        need(tmp_path, "casper", "latency.csv")
