"""One matrix of a case file: its columns by name, and errors that say which row is wrong."""

from __future__ import annotations

import numpy as np

from .errors import InputError
from .matpower_file import CaseFile

Array = np.ndarray


class Table:
    """A matrix with at least so many columns.

    Attributes:
        data: (rows, columns).
    """

    def __init__(
        self,
        file: CaseFile,
        name: str,
        columns: int,
        needed: bool = True,
        may_be_empty: bool = False,
    ) -> None:
        """Take a matrix of a file.

        Raises:
            InputError: it is needed and missing, or empty and may not be, or has too few columns.
        """
        self._path, self._name = file.path, name
        self.data = file.matrices.get(name, np.zeros((0, columns)))
        stated = name in file.matrices
        if needed and not (len(self.data) or (stated and may_be_empty)):
            what = "has an empty" if stated else "has no"
            raise InputError(f"{file.path} {what} matrix mpc.{name}, which a flow of power needs")
        if len(self.data) and self.data.shape[1] < columns:
            raise InputError(
                f"{file.path}: mpc.{name} has {self.data.shape[1]} columns, and at least {columns} are needed"
            )
        if not len(self.data):
            self.data = np.zeros((0, columns))

    def column(self, name: str, number: int) -> Array:
        """A column, counted from 1.

        Raises:
            InputError: an entry is not a number.
        """
        values = self.data[:, number - 1]
        for row in np.flatnonzero(np.isnan(values)):
            raise self.fail(int(row), f"{name} is not a number")
        return values.copy()

    def finite(self, name: str, number: int, where: Array) -> Array:
        """A column whose entries must be finite in the rows chosen by `where` (rows,)."""
        values = self.column(name, number)
        for row in np.flatnonzero(~np.isfinite(values) & where):
            raise self.fail(int(row), f"{name} is {values[row]:g}: give a finite number")
        return values

    def buses(self, name: str, number: int, index_of: dict[int, int]) -> Array:
        """Indices of the buses that a column names: -1 for one that is isolated.

        Raises:
            InputError: there is no such bus.
        """
        values = self.column(name, number)
        for row, value in enumerate(values.tolist()):
            if value not in index_of:
                raise self.fail(row, f"{name} is bus {value:g}, which mpc.bus does not have")
        return np.array([index_of[int(v)] for v in values.tolist()], int)

    def fail(self, row: int | np.integer, why: str) -> InputError:
        """The error of a row, counted from 0."""
        return InputError(f"{self._path}: mpc.{self._name} row {row + 1}: {why}")
