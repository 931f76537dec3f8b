"""Sensitivity of a function whose indices are known in closed form, through a design and a table."""

import numpy as np
import pandas as pd
import pytest

from westshift.experiments.sweep.design import points, unit_matrix
from westshift.experiments.sweep.laid import LaidOut
from westshift.experiments.sweep.plan import plan_of
from westshift.experiments.sweep.sensitivity import morris_effects, sobol_indices
from westshift.models.errors import InputError

A, B = 7.0, 0.1
S1, ST = (0.314, 0.442, 0.0), (0.558, 0.442, 0.244)
"""Ishigami & Homma, ISUMA 1990, of a = 7 and b = 0.1; from its closed form."""


def ishigami(x1, x2, x3):
    return np.sin(x1) + A * np.sin(x2) ** 2 + B * x3**4 * np.sin(x1)


def laid_out(design, over=None):
    over = over or {"from": -np.pi, "to": np.pi}
    plan = plan_of(
        {"name": "p", "scenario": "two_region", "design": design,
         "vary": {k: over for k in ("x1", "x2", "x3")}}, "study",
    )  # fmt: skip
    return LaidOut(plan, "p", points(plan), unit_matrix(plan).tolist(), 0, [])


def table_of(laid, function, shuffle=False):
    rows = [
        {"point": i, "replicate": 0, "policy": policy, "status": "complete", "y": sign * function(**p)}
        for i, p in enumerate(laid.points)
        for policy, sign in (("planned", 1.0), ("oracle", -3.0))
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    return table.sample(frac=1, random_state=0) if shuffle else table


def test_the_closed_form_is_what_the_literature_says():
    v1 = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    v2, v13 = A**2 / 8, B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = v1 + v2 + v13
    np.testing.assert_allclose(np.array([v1, v2, 0]) / whole, S1, atol=5e-4)
    np.testing.assert_allclose(np.array([v1 + v13, v2, v13]) / whole, ST, atol=5e-4)


@pytest.fixture(scope="module")
def sobol():
    laid = laid_out({"kind": "sobol", "points": 1024, "seed": 1, "indices": True})
    return laid, table_of(laid, ishigami, shuffle=True)


def test_sobol_indices_of_ishigami(sobol):
    found = sobol_indices(*sobol, "y", "planned")
    assert list(found["field"]) == ["x1", "x2", "x3"]
    np.testing.assert_allclose(found["s1"], S1, atol=0.03)
    np.testing.assert_allclose(found["st"], ST, atol=0.03)
    assert (np.abs(found["s1"] - np.array(S1)) < 2 * found["s1_conf"]).all()
    assert (found["s1_conf"] < 0.1).all()


def test_sobol_indices_do_not_depend_on_unit_and_sign(sobol):
    one, other = (sobol_indices(*sobol, "y", policy) for policy in ("planned", "oracle"))
    np.testing.assert_allclose(one["s1"], other["s1"], atol=1e-9)


def test_replicates_are_averaged_before_indices_are_taken(sobol):
    laid, table = sobol
    two = laid.plan.model_copy(update={"replicates": 2})
    noise = np.random.default_rng(0).normal(0, 10, len(table))
    rows = pd.concat(
        [table.assign(y=table["y"] + noise), table.assign(y=table["y"] - noise, replicate=1)]
    )
    both = LaidOut(two, "p", laid.points, laid.matrix, 0, [])
    found, plain = (sobol_indices(*given, "y", "planned") for given in ((both, rows), sobol))
    np.testing.assert_allclose(found["st"], plain["st"], atol=1e-9)


def test_a_measure_that_never_changes_depends_on_nothing(sobol):
    laid, table = sobol
    assert sobol_indices(laid, table.assign(y=5.0), "y", "planned")["st"].isna().all()
    assert sobol_indices(laid, table.assign(y=0.0), "y", "planned")["st"].isna().all()


def test_effects_of_a_plane_are_its_slopes_over_the_whole_range():
    laid = laid_out({"kind": "morris", "trajectories": 6, "seed": 2}, {"from": 10, "to": 20})
    found = morris_effects(laid, table_of(laid, lambda x1, x2, x3: 3 * x1 - 2 * x2), "y", "planned")
    np.testing.assert_allclose(found["mu"], [30, -20, 0], atol=1e-9)
    np.testing.assert_allclose(found["mu_star"], [30, 20, 0], atol=1e-9)
    np.testing.assert_allclose(found["sigma"], 0, atol=1e-9)


def test_a_product_shows_as_spread_of_effects():
    laid = laid_out({"kind": "morris", "trajectories": 20, "seed": 2}, {"from": 0, "to": 1})
    found = morris_effects(laid, table_of(laid, lambda x1, x2, x3: x1 * x2 + x3), "y", "planned")
    assert found["sigma"][0] > 0.2
    assert found["sigma"][1] > 0.2
    assert found["sigma"][2] == pytest.approx(0, abs=1e-9)


def test_a_case_that_is_missing_is_an_error_and_not_a_gap(sobol):
    laid, table = sobol
    for gone in (
        table[~((table["point"] == 7) & (table["policy"] == "planned"))],
        table.assign(y=table["y"].where(table["point"] != 7)),
        table.assign(status=table["status"].where(table["point"] != 7, "failed")),
    ):
        with pytest.raises(InputError, match=r"1 of 5120 points .*the first is point 7"):
            sobol_indices(laid, gone, "y", "planned")


def test_what_does_not_fit_is_said(sobol):
    laid, table = sobol
    with pytest.raises(InputError, match="no Morris design"):
        morris_effects(laid, table, "y", "planned")
    with pytest.raises(InputError, match="no design for Sobol indices"):
        sobol_indices(laid_out({"kind": "sobol", "points": 4}), table, "y", "planned")
    with pytest.raises(InputError, match="measure 'z' is not known"):
        sobol_indices(laid, table, "z", "planned")
    with pytest.raises(InputError, match="did you mean 'oracle'"):
        sobol_indices(laid, table, "y", "oracel")
