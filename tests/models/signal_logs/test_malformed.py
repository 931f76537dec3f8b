"""Signals that were cut, mixed up or mistyped: read whole, or one error says what is wrong."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.signal_logs.electricity_maps import read_electricity_maps
from westshift.models.signal_logs.factors import Scope
from westshift.models.signal_logs.plain_csv import Unit, read_hours_csv, read_plain_csv
from westshift.models.signal_logs.uk_carbon_intensity import Which, read_uk_carbon_intensity
from westshift.models.signal_logs.watttime import read_watttime

PLAIN = "Time,DE,FR\n2020-10-25 02:00,300,50\n2020-10-25 02:30,310,60\n2020-10-25 02:00,320,70\n"
HOURS = "hour_utc,AT,BE\n0,84.73,376.54\n1,77.38,375.71\n2,70,300\n"
MAPS = (
    "Datetime (UTC),Zone id,Carbon intensity gCO₂eq/kWh (direct),Data estimated\n"
    "2024-01-01 00:00:00,FR,20,true\n2024-01-01 01:00:00,FR,21,false\n2024-01-01 02:00:00,FR,22,\n"
)
UK = json.dumps(
    {
        "data": [
            {
                "from": f"2024-10-27T0{h}:00Z",
                "to": f"2024-10-27T0{h}:30Z",
                "intensity": {"forecast": 100},
            }
            for h in range(1)
        ]
    }
)
WATTTIME = json.dumps(
    {
        "data": [{"point_time": f"2024-01-01T00:0{m}:00Z", "value": 1000} for m in (0, 5)],
        "meta": {"region": "X", "signal_type": "co2_moer", "units": "lbs_co2_per_mwh"},
    }
)
READERS = {
    "plain.csv": (PLAIN, lambda p: read_plain_csv(p, unit=Unit.G_PER_KWH, tz="Europe/Berlin")),
    "hours.csv": (HOURS, lambda p: read_hours_csv(p, year=2022, unit=Unit.G_PER_KWH)),
    "maps.csv": (MAPS, lambda p: read_electricity_maps(p, scope=Scope.DIRECT)),
    "uk.json": (UK, lambda p: read_uk_carbon_intensity(p, which=Which.FORECAST)),
    "watttime.json": (WATTTIME, read_watttime),
}
EDIT = st.tuples(
    st.floats(0, 1),
    st.integers(0, 12),
    st.sampled_from(["", "-", "0", "9", "e999", "nan", "NaN", "null", ",", "\n", '"', "{", "]", "[", "Z",
                     "\x00", "é", "_"])
    | st.text(max_size=3),
)  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(edits=st.lists(EDIT, max_size=3))
def test_read_whole_or_refused(tmp_path, name, edits):
    text, read = READERS[name]
    for where, length, new in edits:
        at = int(where * len(text))
        text = text[:at] + new + text[at + length :]
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    error = None
    try:
        signal = read(path)
    except InputError as caught:
        error = caught
    if error is not None:
        assert str(error).startswith(str(path))
        return
    assert signal.kg_per_mwh.shape == (len(signal.zones), signal.steps)
    assert np.isfinite(signal.kg_per_mwh).all()
    assert (signal.kg_per_mwh >= 0).all()


@pytest.mark.parametrize("name", READERS)
def test_the_signal_itself_is_read(tmp_path, name):
    text, read = READERS[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert read(path).steps >= 1
