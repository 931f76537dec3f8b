"""From a MATPOWER case file to its matrices, statement by statement.

Format: R. D. Zimmerman, C. E. Murillo-Sánchez, R. J. Thomas, "MATPOWER", IEEE Trans. Power Systems 26(1), 2011,
doi:10.1109/TPWRS.2010.2051168; version 2, appendix B of its manual. A case file may be any MATLAB program. What
is read: data, and columns multiplied or divided by a number, as the feeders among MATPOWER's own cases
convert ohms and kilowatts. A statement that might change the data in another way is refused.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import numpy as np

from .errors import InputError
from .matpower_text import NAME, NUMBER, Unreadable, matrix, shortened, statements, value

MATRICES = ("bus", "gen", "branch", "gencost", "dcline")
ADDITIONS = ("A", "l", "u", "N", "fparm", "H", "Cw", "dclinecost", "userfcn")
"""Fields with which MATPOWER's optimal power flow is another problem, or may be."""
REACTIVE = {"bus": {4, 6, 8}, "gen": {3, 4, 5, 6}}
"""Columns that have no part in a flow of real power: a file may set them in any way."""

INDICES: dict[str, tuple[str, tuple[int, ...]]] = {
    "idx_bus": (
        "PQ PV REF NONE BUS_I BUS_TYPE PD QD GS BS BUS_AREA VM VA BASE_KV ZONE VMAX VMIN "
        "LAM_P LAM_Q MU_VMAX MU_VMIN",
        (*range(1, 5), *range(1, 18)),
    ),
    "idx_brch": (
        "F_BUS T_BUS BR_R BR_X BR_B RATE_A RATE_B RATE_C TAP SHIFT BR_STATUS PF QF PT QT MU_SF MU_ST "
        "ANGMIN ANGMAX MU_ANGMIN MU_ANGMAX",
        (*range(1, 12), *range(14, 20), 12, 13, 20, 21),
    ),
    "idx_gen": (
        "GEN_BUS PG QG QMAX QMIN VG MBASE GEN_STATUS PMAX PMIN MU_PMAX MU_PMIN MU_QMAX MU_QMIN "
        "PC1 PC2 QC1MIN QC1MAX QC2MIN QC2MAX RAMP_AGC RAMP_10 RAMP_30 RAMP_Q APF",
        (*range(1, 11), *range(22, 26), *range(11, 22)),
    ),
    "idx_cost": ("PW_LINEAR POLYNOMIAL MODEL STARTUP SHUTDOWN NCOST COST", (1, 2, *range(1, 6))),
}
"""What MATPOWER's functions return: names of columns, and the columns, counted from 1."""


class CaseFile:
    """The data of a case file.

    Attributes:
        base_mva: mpc.baseMVA; None where the file states none.
        matrices: those of MATRICES that it states.
    """

    def __init__(self, path: Path) -> None:
        """Read a file.

        Raises:
            InputError: it cannot be opened, is no case file of version 2, or does what is not read.
        """
        self.path = path
        self.base_mva: float | None = None
        self.matrices: dict[str, np.ndarray] = {}
        self._names: dict[str, float] = {}
        self._struct = "mpc"
        whole = _text_of(path)
        if not re.search(r"\b(bus|gen|branch)\s*=", whole):
            raise InputError(
                f"{path} is not a MATPOWER case file: it states no mpc.bus, mpc.gen, …"
            )
        try:
            for line, text in statements(whole):
                self._obey(line, text)
        except Unreadable as error:
            raise InputError(f"{path}: {error}") from None

    def _obey(self, line: int, text: str) -> None:
        """Do what one statement says, or refuse."""
        header = re.match(rf"function\b\s*(?:(\[)|({NAME})\s*=)?", text)
        target, given = _assignment(text)
        field = re.fullmatch(rf"{self._struct}\s*\.\s*({NAME})(.*)", target, re.DOTALL)
        if header and header.group(1):
            raise self._no(
                line, text, "is the case format of version 1: convert it with MATPOWER's savecase"
            )
        if header:
            self._struct = header.group(2) or self._struct
        elif text == "define_constants":
            for function in INDICES:
                self._bind(INDICES[function][0].split(), function)
        elif field:
            self._set(line, text, field.group(1), field.group(2).strip(), given)
        elif text in ("end", "return", "endfunction"):
            pass
        elif not target or re.search(rf"\b{self._struct}\b", target):
            raise self._no(line, text, "is code that may change the case, and only data is read")
        elif target.startswith("["):
            self._bind(re.split(r"[\s,]+", target.strip("[] \n")), given)
        else:
            self._names.pop(target, None)
            with suppress(Unreadable):  # unknown from here on: what uses it is refused
                self._names[target] = value(self._with_data(given), self._names)

    def _bind(self, targets: list[str], function: str) -> None:
        """[A, B] = idx_bus gives names to columns; names given by other functions are unknown."""
        numbers = INDICES.get(function.strip(), ("", ()))[1]
        for i, name in enumerate(targets):
            self._names.pop(name, None)
            if i < len(numbers):
                self._names[name] = float(numbers[i])

    def _set(self, line: int, text: str, field: str, part: str, given: str) -> None:
        """One field of the case, or a part of one."""
        if field == "version" and given.strip("'\"") != "2":
            raise self._no(line, text, "is another version of the case format than 2")
        if field in ADDITIONS and given != "[]":
            raise self._no(
                line, text, "adds costs or constraints of the user's own, which are not read"
            )
        if field != "baseMVA" and field not in MATRICES:
            return  # names, fuels, areas, …
        if part:
            self._change(line, text, field, part, given)
            return
        if field in self.matrices or (field == "baseMVA" and self.base_mva is not None):
            raise self._no(line, text, "states this a second time: leave one")
        try:
            if field == "baseMVA":
                self.base_mva = value(given, self._names)
            else:
                self.matrices[field] = matrix(given, self._names)
        except Unreadable as error:
            raise InputError(f"{self.path}, line {line}: mpc.{field}: {error}") from None

    def _change(self, line: int, text: str, field: str, part: str, given: str) -> None:
        """Columns of a matrix times, or divided by, a number."""
        columns, table = self._columns(part), self.matrices.get(field)
        refusal = self._no(line, text, "is code that changes the case, and only data is read")
        if not columns or table is None or not 1 <= min(columns) <= max(columns) <= table.shape[1]:
            raise refusal
        at = [c - 1 for c in columns]
        found = re.fullmatch(
            rf"{self._struct}\s*\.\s*{field}\s*(\([^()]*\))\s*\.?([*/])\s*(.+)", given, re.DOTALL
        )
        try:
            if found is None or self._columns(found.group(1)) != columns or not _is_one(found[3]):
                raise Unreadable(given)
            factor = value(self._with_data(found.group(3)), self._names)
            table[:, at] = table[:, at] * factor if found.group(2) == "*" else table[:, at] / factor
        except (Unreadable, ZeroDivisionError):
            if not set(columns) <= REACTIVE.get(field, set()):
                raise refusal from None
            table[:, at] = np.nan  # so that nothing can use it

    def _columns(self, part: str) -> list[int] | None:
        """The columns that `(:, [A B])` means, counted from 1; None where it is anything else."""
        found = re.fullmatch(r"\(\s*:\s*,\s*(?:\[([^\[\]]*)\]|([^\[\],]*))\s*\)", part.strip())
        if found is None:
            return None
        words = re.split(r"[\s,]+", (found.group(1) or found.group(2) or "").strip())
        try:
            return [int(value(word, self._names)) for word in words]
        except (Unreadable, ValueError, OverflowError):
            return None

    def _with_data(self, text: str) -> str:
        """An expression with the numbers of the case it names: mpc.baseMVA and entries such as mpc.bus(1, 10)."""

        def number(found: re.Match[str]) -> str:
            if found.group(1) == "baseMVA":
                return found.group() if self.base_mva is None else f"({self.base_mva!r})"
            table = self.matrices.get(found.group(1))
            row, column = (int(value(found.group(i), self._names)) for i in (2, 3))
            if table is None or not (1 <= row <= table.shape[0] and 1 <= column <= table.shape[1]):
                raise Unreadable(found.group())
            return f"({float(table[row - 1, column - 1])!r})"

        entry = rf"\b{self._struct}\.(baseMVA|{'|'.join(MATRICES)})(?:\(\s*(\w+)\s*,\s*(\w+)\s*\))?"
        return re.sub(entry, number, text) if f"{self._struct}." in text else text

    def _no(self, line: int, text: str, why: str) -> InputError:
        return InputError(f"{self.path}, line {line}: `{shortened(text)}` {why}")


def _text_of(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise InputError(f"{path}: {reason}: give the path of a MATPOWER case file (.m)") from None
    if b"\0" in data:
        raise InputError(f"{path} is not a MATPOWER case file: it is not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # old files: only names and comments differ


def _assignment(text: str) -> tuple[str, str]:
    """What stands left and right of the `=` of an assignment; two empty texts where it is none."""
    found = re.match(rf"(\[[^\]=]*\]|{NAME}[^=~<>]*?)\s*=(?!=)\s*(.+)", text, re.DOTALL)
    if found is None or re.match(r"(if|for|parfor|while|switch|function)\b", text):
        return "", ""
    return found.group(1).strip(), found.group(2).strip()


def _is_one(factor: str) -> bool:
    """Whether it is a number, a name or something in parentheses: a / b * c is not a / (b * c)."""
    text = factor.strip()
    if re.fullmatch(rf"{NUMBER}|{NAME}", text):
        return True
    depths = np.cumsum([(c == "(") - (c == ")") for c in text])
    return text.startswith("(") and text.endswith(")") and bool((depths[:-1] > 0).all())
