"""What a measure depends on: Sobol indices and Morris effects of a swept table, by SALib.

Both need every point of their design, in its order; so the table's rows are put beside the stored matrix,
and a case that is missing or failed is an error and not a gap.

Sobol: Saltelli et al., Comput. Phys. Commun. 181 (2010) 259-270, doi:10.1016/j.cpc.2009.09.018.
Morris: Technometrics 33 (1991) 161-174, doi:10.1080/00401706.1991.10484804; mu_star: Campolongo et al.,
Environ. Model. Softw. 22 (2007) 1509-1518, doi:10.1016/j.envsoft.2006.10.004.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from westshift.models.errors import InputError, suggest

from .design import from_salib, unit_problem
from .kinds import Morris, Sobol
from .laid import LaidOut

Array = np.ndarray
RESAMPLES = 200


def sobol_indices(
    laid: LaidOut, table: pd.DataFrame, measure: str, policy: str, seed: int = 0
) -> pd.DataFrame:
    """First-order and total Sobol indices of a measure.

    Args:
        laid: a `sobol` design with `indices: true`. table: from `tabulate`, with every case complete.
        measure: a column. policy: whose rows. seed: of the bootstrap that gives confidence.

    Returns:
        One row a varied field: `field`, `s1`, `st` (shares of the variance [-]), `s1_conf`, `st_conf`
        (half of the 95 % interval). What a measure that never changes depends on is nothing: NaN.

    Raises:
        InputError: another design, or a case is missing.
    """
    if not (isinstance(laid.plan.design, Sobol) and laid.plan.design.indices):
        raise InputError(
            f"{laid.plan.name} has no design for Sobol indices; let design be {{kind: sobol, indices: true}}"
        )
    values = ordered(laid, table, measure, policy)
    names = list(laid.plan.vary)
    if not values.std() > 1e-12 * np.abs(values).max():
        nan = [np.nan] * len(names)
        return pd.DataFrame({"field": names, "s1": nan, "s1_conf": nan, "st": nan, "st_conf": nan})
    from_salib("sobol with indices")
    from SALib.analyze import sobol

    found = sobol.analyze(
        unit_problem(laid.plan), values, calc_second_order=False, num_resamples=RESAMPLES, seed=seed
    )
    parts = {"s1": "S1", "s1_conf": "S1_conf", "st": "ST", "st_conf": "ST_conf"}
    return pd.DataFrame({"field": names} | {ours: found[theirs] for ours, theirs in parts.items()})


def morris_effects(
    laid: LaidOut, table: pd.DataFrame, measure: str, policy: str, seed: int = 0
) -> pd.DataFrame:
    """Elementary effects of a measure, each field from its least to its greatest value.

    Args: as for `sobol_indices`, of a `morris` design.

    Returns:
        One row a varied field: `field`, `mu_star` (mean of absolute effects), `mu_star_conf` (half of the
        95 % interval), `mu` (mean), `sigma` (standard deviation: interaction or curvature), in the unit of
        the measure over the field's whole range.

    Raises:
        InputError: another design, or a case is missing.
    """
    design = laid.plan.design
    if not isinstance(design, Morris):
        raise InputError(f"{laid.plan.name} has no Morris design; let design be {{kind: morris}}")
    values = ordered(laid, table, measure, policy)
    from_salib("morris")
    from SALib.analyze import morris

    found = morris.analyze(
        unit_problem(laid.plan), np.array(laid.matrix), values, num_levels=design.levels,
        num_resamples=RESAMPLES, seed=seed,
    )  # fmt: skip
    parts = ("mu_star", "mu_star_conf", "mu", "sigma")
    return pd.DataFrame(
        {"field": list(laid.plan.vary)} | {name: np.asarray(found[name], float) for name in parts}
    )


def ordered(laid: LaidOut, table: pd.DataFrame, measure: str, policy: str) -> Array:
    """The measure at every point, in the order of the design's matrix; the mean of replicates. (points,)

    Raises:
        InputError: no such measure or policy; a case is missing, failed or has no number.
    """
    if measure not in table.columns:
        raise InputError(f"measure '{measure}' is not known; {suggest(measure, table.columns)}")
    rows = table[(table["policy"] == policy) & (table["status"] == "complete")]
    if rows.empty:
        known = [p for p in table["policy"].unique() if p]
        raise InputError(
            f"policy '{policy}' was not run in {laid.plan.name}; {suggest(policy, known)}"
        )
    here = rows.dropna(subset=[measure]).drop_duplicates(["point", "replicate"])
    count = here.groupby("point")[measure].count().reindex(range(len(laid.points)), fill_value=0)
    short = count[count < (laid.plan.replicates or 1)]
    if len(short):
        raise InputError(
            f"{laid.plan.name}: {len(short)} of {len(laid.points)} points have no whole {measure} of {policy} "
            f"(the first is point {short.index[0]}); start the sweep again, or take a measure that has a "
            "number everywhere"
        )
    mean = here.groupby("point")[measure].mean()
    return mean.reindex(range(len(laid.points))).to_numpy(float)
