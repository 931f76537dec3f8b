"""Zhang, Li & Wang, Applied Energy 2025: signs and sizes by route, and by hand on the scenario's figures."""

import numpy as np
import pytest

from westshift.experiments.reproduce import zhang25
from westshift.experiments.verify.routes import End
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario


def test_signs_and_sizes_by_route():
    rows = zhang25.reproduce(None)
    assert [(r.what, r.published, r.found) for r in rows if not r.met] == []
    found = {r.what.split(" (")[0]: r.found for r in rows}
    assert found["Shanghai to Sichuan: change of carbon, factors of 2021"] == pytest.approx(
        -79.6, abs=1.0
    )
    assert found["Beijing to Inner Mongolia: change of carbon, factors of 2023"] > 0


def test_change_by_hand():
    assert zhang25.change_pct(End(1.5, 500), End(1.2, 250), 0.0) == pytest.approx(-60)
    assert zhang25.change_pct(End(1.5, 500), End(1.2, 250), 0.3) == pytest.approx(-50)


def test_the_average_hall_weighs_by_design_power():
    scenario = load_scenario("east_west")
    hall = zhang25.average_hall(scenario, "SH")
    # Zone 2, grade 3 of 747.9 MW with the provincial offset, and grade 2 of 500.1 MW.
    pues = np.array([1.587, 1.26])
    assert hall.pue == pytest.approx(np.average(pues, weights=[747.9, 500.1]), abs=1e-3)
    assert hall.factor_kg_per_mwh == 573.7


def test_a_province_without_a_factor_raises():
    scenario = load_scenario("east_west")
    for region in ("XZ", "nowhere"):
        with pytest.raises(InputError, match=region):
            zhang25.average_hall(scenario, region)
