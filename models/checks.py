"""What must hold of the figures of a scenario: each check says what does not, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .calendar import WEEK_H, Calendar, explicit
from .capital import UNITS
from .columns import columns_of, parse
from .draft import Draft, completeness, references
from .economy_figures import economy_figures
from .errors import InputError, suggest
from .provenance import Parameters
from .siting_checks import SITING_CHECKS

SHARE_TOLERANCE = 1e-9
MEAN_TOLERANCE = 1e-6
MONTH_TOLERANCE = 5e-3  # months differ in length: plain and day-weighted means are not the same
LETTERS = {"s": "sharp", "p": "peak", "f": "flat", "v": "valley", "d": "deep"}

Check = Callable[[Draft], Iterable[str]]


def find_problems(draft: Draft, checks: Iterable[Check]) -> list[str]:
    """All that does not hold; references first, and alone where they fail."""
    return list(references(draft)) or [problem for check in checks for problem in check(draft)]


def generators(draft: Draft) -> Iterator[str]:
    """Full-load hours for all but thermal, no more than the year has; bounds that can be met."""
    year_h = Calendar(draft.settings.year).hours
    kinds = {t.technology: t.kind for t in draft.tables.technologies}
    grids = {r.region: r.grid for r in draft.tables.regions}
    shapes = {row.grid for row in draft.tables.hydro_shape}
    for i, unit in enumerate(draft.tables.generators):
        kind = kinds[unit.technology]
        at_hours = draft.at("generators", i, "full_load_h")
        most = unit.availability_share
        if kind == "thermal" and unit.full_load_h is not None:
            yield f"{at_hours}: {unit.full_load_h:g} has no effect on thermal units; leave it empty"
        if kind != "thermal" and unit.full_load_h is None:
            yield f"{at_hours}: is empty; give the hours '{unit.technology}' could run in a year"
        if kind != "thermal" and unit.full_load_h is not None:
            if unit.full_load_h > year_h:
                yield f"{at_hours}: {unit.full_load_h:g} is more than the {year_h} h of the year"
            most = min(most, unit.full_load_h / year_h)
        if unit.minimum_share > most:
            where = draft.at("generators", i, "minimum_share")
            yield (
                f"{where}: {unit.minimum_share:g} is more than the {most:.4g} of "
                f"capacity that can run (availability_share, full_load_h/{year_h}); lower it"
            )
        if kind == "hydro" and grids[unit.region] not in shapes:
            grid = grids[unit.region]
            where = f"{draft.file('hydro_shape')}, column grid"
            yield f"{where}: no row for '{grid}', where '{unit.region}' has hydro; add one"


def line_pairs(draft: Draft) -> Iterator[str]:
    """A line joins two regions, and each pair once."""
    seen: dict[frozenset[str], int] = {}
    for i, line in enumerate(draft.tables.lines):
        where = draft.at("lines", i, "to_region")
        pair = frozenset((line.from_region, line.to_region))
        if len(pair) == 1:
            yield f"{where}: '{line.to_region}' is where the line comes from; name another region"
        elif pair in seen:
            yield (
                f"{where}: the pair '{line.from_region}'-'{line.to_region}' is on line "
                f"{seen[pair]} already; add up the capacities in one row"
            )
        seen.setdefault(pair, draft.line_numbers["lines"][i])


def sums_and_means(draft: Draft) -> Iterator[str]:
    """Shares of classes sum to 1; relative shapes have mean 1; somebody has work."""
    total = sum(row.share for row in draft.tables.classes)
    if abs(total - 1) > SHARE_TOLERANCE:
        where = f"{draft.file('classes')}, column share"
        yield f"{where}: the shares sum to {total:.10g}; make them sum to 1"
    if not sum(row.work_weight for row in draft.tables.regions) > 0:
        where = f"{draft.file('regions')}, column work_weight"
        yield f"{where}: all are 0; give at least one region work"
    means = [
        ("profiles", "h00..h23", MEAN_TOLERANCE, [row.hours for row in draft.tables.profiles]),
        ("hydro_shape", "m01..m12", MONTH_TOLERANCE, [r.months for r in draft.tables.hydro_shape]),
    ]
    for table, columns, tolerance, rows in means:
        for line, values in zip(draft.line_numbers[table], rows, strict=True):
            mean = sum(values) / len(values)
            if abs(mean - 1) > tolerance:
                where = f"{draft.file(table)}, line {line}, columns {columns}"
                yield f"{where}: the mean is {mean:.8g}; divide each by it so that the mean is 1"
    for i, row in enumerate(draft.tables.load_shape):
        if not sum(row.hours) > 0:
            where = f"{draft.file('load_shape')}, line {draft.line_numbers['load_shape'][i]}"
            yield f"{where}, columns h00..h23: all are 0; give the relative demand of each hour"


def tariff_letters(draft: Draft) -> Iterator[str]:
    """Every kind of hour that a region has is priced."""
    prices = {row.region: row for row in draft.tables.tariffs}
    missing = dict.fromkeys(
        (row.region, letter, draft.line_numbers["tariff_hours"][i])
        for i, row in enumerate(draft.tables.tariff_hours)
        for letter in row.hours
        if row.region in prices
        and getattr(prices[row.region], f"{LETTERS[letter]}_cny_per_mwh") is None
    )
    for region, letter, line in missing:
        yield (
            f"{draft.file('tariff_hours')}, line {line}, columns h00..h23: '{letter}' is used for "
            f"'{region}', but tariffs.csv has no {LETTERS[letter]}_cny_per_mwh for it; give one"
        )


def parameters(draft: Draft) -> Iterator[str]:
    """Every scalar is known, within bounds, and none is missing; the work fits the servers."""
    columns = {c.name: c for c in columns_of(Parameters)}
    values: dict[str, float] = {}
    for i, figure in enumerate(draft.tables.figures):
        if figure.name not in columns:
            remedy = suggest(figure.name, columns)
            yield f"{draft.at('figures', i, 'name')}: '{figure.name}' is not a parameter; {remedy}"
            continue
        values[figure.name] = figure.value
        try:
            parse(columns[figure.name], repr(figure.value))
        except ValueError as error:
            yield f"{draft.at('figures', i, 'value')}: {figure.name} {error}"
    for name, column in columns.items():
        if column.required and name not in values:
            yield f"{draft.file('figures')}, column name: '{name}' is missing; add a row for it"
    try:
        p = Parameters.model_validate(values)
    except ValueError:
        return  # said above
    energised = [(p.energised_share * s.it_design_mw, s) for s in draft.tables.sites]
    idle_mw = sum(p.idle_share * mw for mw, _ in energised)
    room_mw = sum(
        (1 - p.idle_share) * mw * p.max_utilisation * s.hardware_efficiency for mw, s in energised
    )
    design_mw = sum(s.it_design_mw for s in draft.tables.sites)
    work_mw = p.it_load_share * design_mw - idle_mw
    if not -1e-9 * design_mw <= work_mw <= room_mw:
        row = next(i for i, f in enumerate(draft.tables.figures) if f.name == "it_load_share")
        where = draft.at("figures", row, "value")
        yield (
            f"{where}: it_load_share {p.it_load_share:g} leaves {work_mw:.4g} MW of work where "
            f"servers have room for 0 to {room_mw:.4g} MW; change it, energised_share, idle_share "
            "or max_utilisation"
        )


def capital_units(draft: Draft) -> Iterator[str]:
    """What something costs is in the unit that its size is counted in."""
    for i, row in enumerate(draft.tables.capital):
        if row.unit != UNITS[row.item]:
            where = draft.at("capital", i, "unit")
            yield f"{where}: {row.item} is in {UNITS[row.item]}, not in {row.unit}; convert it"


def horizon(draft: Draft) -> Iterator[str]:
    """Explicit stretches lie inside the year and do not overlap."""
    choice = draft.settings.horizon
    if isinstance(choice.weeks, str):
        return
    try:
        explicit(
            Calendar(draft.settings.year),
            choice.weeks,
            WEEK_H if choice.length_h is None else choice.length_h,
            1.0 if choice.weights is None else choice.weights,
        )
    except InputError as error:
        yield f"{draft.folder}/scenario.yaml, key horizon: {error}"


CHECKS: tuple[Check, ...] = (
    completeness,
    generators,
    line_pairs,
    sums_and_means,
    tariff_letters,
    parameters,
    capital_units,
    horizon,
    *SITING_CHECKS,
    economy_figures,
)
