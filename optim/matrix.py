"""The arrays of a program from the rules of its blocks, each read once for all its indices (`at_once`).

Pyomo's own way, `parametrise`, gives the same arrays from the same rules. It first writes every entry of
every row down as an expression, which takes over ten times as long; it is gone where a block does what cannot be read
at once (`program`). The tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp

from .at_once import Linear, Relation, linear
from .frames import Array, NotAtOnce
from .parametric import Affine, Parametric
from .parametrise import layout_of
from .solver import Compiled
from .standard_form import shape
from .stated import Stated, axes, read


def compile_stated(
    m: Stated, duals_of: Sequence[str] = (), budgets: Sequence[str] = ()
) -> Parametric:
    """Compile what blocks have stated for all values of its parameters.

    Raises:
        NotAtOnce: a rule has to be read index by index.
    """
    variables, constraints, objectives = m.of(pyo.Var), m.of(pyo.Constraint), m.of(pyo.Objective)
    column_of, n = _laid_out(variables)
    place_of, parameters = _laid_out(m.of(pyo.Param))
    first = column_of | place_of

    boxes = [read(v._rule_bounds, m, first, axes(v)) for v in variables.values()]
    low, high = (
        _terms([linear(box[side], root) for root, box in boxes]).alone(n, parameters)
        for side in (0, 1)
    )
    if len(objectives) != 1:
        raise NotAtOnce("a program has one objective")
    (objective,) = objectives.values()
    one, said = read(objective.rule, m, first, [])
    total = _terms([linear(said, one)])
    rows_of_rules = [read(c.rule, m, first, axes(c)) for c in constraints.values()]
    if not all(isinstance(relation, Relation) for _, relation in rows_of_rules):
        raise NotAtOnce("a rule says neither ==, <= nor >=")
    body = _terms([linear(relation.body, root) for root, relation in rows_of_rules])
    ends = np.cumsum([0, *(root.n for root, _ in rows_of_rules)])
    first_row = dict(zip(constraints, ends.tolist(), strict=False))
    rows = int(ends[-1])

    row, column, data = body.entries(rows, parameters)
    cost = total.priced(n, parameters)
    used = cost.there
    used[column] = True
    number = np.where(used, np.cumsum(used) - 1, -1)
    if low.moves[~used].any():
        raise NotAtOnce("a variable in no row whose least value depends on a parameter")
    right, offset = body.rest(rows, parameters).negative(), total.rest(1, parameters)
    at_least, at_most = (
        np.repeat(np.array(side, bool), np.diff(ends))
        for side in ([r.at_least for _, r in rows_of_rules], [r.at_most for _, r in rows_of_rules])
    )
    cost, lower, upper = cost.chosen(used), low.chosen(used), high.chosen(used)
    starts = np.cumsum([0, *np.bincount(number[column], minlength=int(used.sum()))])
    pattern = row.astype(np.int32), starts.astype(np.int32)
    places = {name: _entries_of(v, column_of[name]) for name, v in variables.items()}
    rows_of = {name: _entries_of(c, first_row[name]) for name, c in constraints.items()}
    base = Compiled(
        name=m.name,
        A=sp.csc_array((data.constant, *pattern), (rows, int(used.sum()))),
        cost=cost.constant,
        lower=lower.constant,
        upper=upper.constant,
        row_lower=np.where(at_least, right.constant, -np.inf),
        row_upper=np.where(at_most, right.constant, np.inf),
        offset=float(offset.constant[0]),
        places={
            name: (number[at], np.where(used[at], 0.0, low.constant[at]))
            for name, at in places.items()
        },
        rows=rows_of,
        duals_of=tuple(duals_of),
        hourly=frozenset(name for name in (*places, *rows_of) if m.over_hours(m.declared[name])),
    )
    return Parametric(
        layout=layout_of(m),
        base=base,
        data=data.affine(),
        cost=cost.affine(),
        lower=lower.affine(),
        upper=upper.affine(),
        row_lower=right.affine(at_least),
        row_upper=right.affine(at_most),
        offset=Affine(np.arange(1), offset.constant, offset.slope),
        budgets=tuple(budgets),
    )


def _laid_out(components: dict[str, Any]) -> tuple[dict[str, int], int]:
    """Where the entries of each component begin, one component after another, and how many there are."""
    ends = np.cumsum([0, *(int(np.prod(shape(c))) for c in components.values())])
    return dict(zip(components, ends.tolist(), strict=False)), int(ends[-1])


def _entries_of(component: Any, first: int) -> Array:
    own = shape(component)
    return first + np.arange(int(np.prod(own))).reshape(own)


@dataclass(frozen=True, eq=False)
class _Map:
    """Numbers, each constant + slope @ theta."""

    constant: Array
    slope: sp.csr_array

    @property
    def moves(self) -> Array:
        """Which of them depend on the parameters."""
        return np.diff(self.slope.indptr) > 0

    @property
    def there(self) -> Array:
        """Which of them are not 0 at all parameters."""
        return self.moves | (self.constant != 0.0)

    def chosen(self, which: Array) -> _Map:
        return _Map(self.constant[which], self.slope[which])

    def negative(self) -> _Map:
        return _Map(0.0 - self.constant, -self.slope)

    def affine(self, also: Any = True) -> Affine:
        """Those that depend on the parameters."""
        where = np.flatnonzero(self.moves & also)
        return Affine(where, self.constant[where], self.slope[where])


@dataclass(frozen=True, eq=False)
class _Terms:
    """value · theta[parameter] · x[column] in a row, term by term; -1 where there is no such factor."""

    row: Array
    column: Array
    parameter: Array
    value: Array

    def entries(self, rows: int, parameters: int) -> tuple[Array, Array, _Map]:
        """Row, column and value of each entry of the matrix, column by column."""
        own = self.column >= 0
        keys = self.column[own] * max(rows, 1) + self.row[own]
        key, entry = np.unique(keys, return_inverse=True)
        found = self._sums(own, entry, len(key), parameters)
        key, found = key[found.there], found.chosen(found.there)
        return key % max(rows, 1), key // max(rows, 1), found

    def priced(self, columns: int, parameters: int) -> _Map:
        """The sum by column."""
        own = self.column >= 0
        return self._sums(own, self.column[own], columns, parameters)

    def rest(self, rows: int, parameters: int) -> _Map:
        """What stands in each row without a variable."""
        own = self.column < 0
        return self._sums(own, self.row[own], rows, parameters)

    def alone(self, rows: int, parameters: int) -> _Map:
        """The same, where there is nothing else."""
        if (self.column >= 0).any():
            raise NotAtOnce("a bound that depends on a variable")
        return self.rest(rows, parameters)

    def _sums(self, own: Array, where: Array, n: int, parameters: int) -> _Map:
        parameter, value = self.parameter[own], self.value[own]
        fixed = parameter < 0
        at = where[~fixed], parameter[~fixed]
        slope = sp.csr_array((value[~fixed], at), (n, parameters))
        slope.eliminate_zeros()
        return _Map(np.bincount(where[fixed], value[fixed], n).astype(float), slope)


def _terms(expressions: Sequence[Linear]) -> _Terms:
    """The terms of expressions whose rows stand one below the other."""
    found: list[tuple[Any, ...]] = [(np.zeros(0, int),) * 3 + (np.zeros(0),)]
    start = 0
    for e in expressions:
        for p in e.parts:
            at = np.arange(e.frame.n) if p.at is None else p.at
            factors = (-1 if f is None else f for f in (p.column, p.parameter))
            found.append((start + at, *(np.broadcast_to(x, len(at)) for x in (*factors, p.value))))
        start += e.frame.n
    row, column, parameter, value = (np.concatenate(x) for x in zip(*found, strict=True))
    if not np.isfinite(value).all():
        raise NotAtOnce("a number of the program is not finite")
    there = value != 0.0
    return _Terms(row[there], column[there], parameter[there], value[there])
