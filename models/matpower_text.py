"""The text of a MATPOWER case file: its statements in order, and the numbers in them.

A case file is a MATLAB function. Only what states data is understood: numbers, and arithmetic on numbers
and on names that have one. All else is left to the caller to refuse; nothing is guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

import numpy as np

NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?"
NAME = r"[A-Za-z]\w*"
_LEXEME = re.compile(rf"\s*(?:(?P<number>{NUMBER})|(?P<name>{NAME})|(?P<sign>\.?[*/^]|[-+()]))")
_CODE = re.compile(
    r"(?P<string>(?<![\w)\]}.'])'(?:[^']|'')*'|\"[^\"]*\")|(?P<rest>\.\.\..*|%.*)"
    r"|(?P<open>[\[({])|(?P<close>[\])}])|(?P<end>[;,])|[^'\"%.\[\](){};,]+|."
)
_DATA = re.compile(r"[-+0-9.eE\s,;]*|(?:[-+0-9.eE\s,;]|Inf|inf|NaN)*")
_FUNCTIONS = {"sqrt": math.sqrt}
_CONSTANTS = {"inf": np.inf, "Inf": np.inf, "nan": np.nan, "NaN": np.nan, "pi": np.pi}


class Unreadable(ValueError):
    """A piece of text that states no number; the message says which."""


def statements(text: str) -> Iterator[tuple[int, str]]:
    """The statements of a file, without comments, each with the line on which it starts.

    Line breaks inside brackets are kept, because they end a matrix's rows.

    Raises:
        Unreadable: a bracket that closes nothing, or that is never closed.
    """
    depth, start, in_comment = 0, 1, 0
    piece: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare == "%{":
            in_comment += 1  # they nest
        if in_comment:
            in_comment -= bare == "%}"
            continue
        goes_on = False
        if depth and _DATA.fullmatch(line):
            piece.append(line)
        else:
            for found in _CODE.finditer(line):
                kind, token = found.lastgroup, found.group()
                if kind == "rest":
                    goes_on = token.startswith("...")
                    break
                depth += (kind == "open") - (kind == "close")
                if depth < 0:
                    raise Unreadable(f"line {number}: '{token}' closes a bracket that is not open")
                if kind == "end" and depth == 0:
                    yield from _whole(start, piece)
                    piece = []
                else:
                    if not piece and not token.isspace():
                        start = number
                    if piece or not token.isspace():
                        piece.append(token)
        if goes_on or depth:
            piece += [" "] if goes_on else ["\n"]
        else:
            yield from _whole(start, piece)
            piece = []
    if depth:
        raise Unreadable(f"line {start}: a bracket is opened and never closed")
    yield from _whole(start, piece)


def matrix(text: str, names: Mapping[str, float]) -> np.ndarray:
    """The numbers between brackets: rows end with a semicolon or a line, entries with a blank or comma.

    Args:
        text: with its brackets.
        names: numbers that may be called by name.

    Returns:
        (rows, columns); (0, 0) where there is nothing between the brackets.

    Raises:
        Unreadable: no brackets around it, an entry that states no number, or rows of different lengths.
    """
    body = text.strip()
    if not (body.startswith("[") and body.endswith("]")):
        raise Unreadable(f"'{shortened(body)}' is not numbers between brackets")
    rows = [row for row in re.split(r"[;\n]", body[1:-1]) if row.strip()]
    out = []
    for i, row in enumerate(rows, start=1):
        out.append(_row(row, i, names))
        if len(out[-1]) != len(out[0]):
            raise Unreadable(
                f"row {i} has {len(out[-1])} entries and row 1 has {len(out[0])}: "
                "all rows of a matrix are of one length"
            )
    return np.array(out, float).reshape(len(out), len(out[0]) if out else 0)


def value(text: str, names: Mapping[str, float]) -> float:
    """The number that an expression of + - * / ^ and parentheses states.

    Raises:
        Unreadable: it states none.
    """
    try:
        lexemes = [found.group().strip() for found in _lexemes(text)]
        left = list(reversed(lexemes))
        result = _sum(left, names)
    except (Unreadable, IndexError, ArithmeticError, ValueError):
        raise Unreadable(f"'{shortened(text.strip())}' is not a number") from None
    if left or isinstance(result, complex):
        raise Unreadable(f"'{shortened(text.strip())}' is not a number")
    return result


def shortened(text: str, most: int = 60) -> str:
    """One line of a text, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _whole(start: int, piece: list[str]) -> Iterator[tuple[int, str]]:
    text = "".join(piece).strip()
    if text:
        yield start, text


def _row(row: str, number: int, names: Mapping[str, float]) -> list[float]:
    try:
        if "," not in row and "_" not in row:  # plain numbers, as nearly every row
            return [float(entry) for entry in row.split()]
    except ValueError:
        pass
    out = []
    try:
        entries = _entries(row)
    except Unreadable as error:
        raise Unreadable(f"row {number}: {error}") from None
    for column, entry in enumerate(entries, start=1):
        try:
            out.append(value(entry, names))
        except Unreadable as error:
            raise Unreadable(f"row {number}, column {column}: {error}") from None
    return out


def _entries(row: str) -> list[str]:
    """Cut a row as MATLAB does: `1 -2` is two entries, `1 - 2` and `1-2` are one."""
    out: list[str] = []
    parts = row.split(",")
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()  # a comma may end a row
    for part in parts:
        if not part.strip():
            raise Unreadable("nothing stands before a comma")
        depth, cuts, ended = 0, [0], False  # ended: the last lexeme could end an entry
        for found in _lexemes(part):
            token, begin = found.group().strip(), found.end() - len(found.group().strip())
            apart = begin > found.start() and depth == 0 and ended
            after = part[found.end() : found.end() + 1]
            starts = (
                found["sign"] is None or token == "(" or (token in "+-" and not after.isspace())
            )
            if apart and starts:
                cuts.append(begin)
            depth += (token == "(") - (token == ")")
            ended = token == ")" or found.group("sign") is None
        out += [part[a:b] for a, b in zip(cuts, [*cuts[1:], len(part)], strict=True)]
    return out


def _is_number(token: str) -> bool:
    return re.fullmatch(NUMBER, token) is not None


def _lexemes(text: str) -> Iterator[re.Match[str]]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _LEXEME.match(text, at)
        if found is None:
            raise Unreadable(f"'{shortened(text.strip())}' is not a number")
        yield found
        at = found.end()


def _sum(left: list[str], names: Mapping[str, float]) -> float:
    total = _product(left, names)
    while left and left[-1] in "+-":
        sign = 1.0 if left.pop() == "+" else -1.0
        total += sign * _product(left, names)
    return total


def _product(left: list[str], names: Mapping[str, float]) -> float:
    total = _signed(left, names)
    while left and left[-1] in ("*", "/", ".*", "./"):
        times = left.pop().endswith("*")
        factor = _signed(left, names)
        total = total * factor if times else total / factor
    return total


def _signed(left: list[str], names: Mapping[str, float]) -> float:
    """-a^b is -(a^b), as in MATLAB."""
    if left[-1] in "+-":
        return _signed(left, names) if left.pop() == "+" else -_signed(left, names)
    base = _atom(left, names)
    while left and left[-1] in ("^", ".^"):
        left.pop()
        sign = 1.0
        while left[-1] in "+-":
            sign *= 1.0 if left.pop() == "+" else -1.0
        base = base ** (sign * _atom(left, names))
    return base


def _atom(left: list[str], names: Mapping[str, float]) -> float:
    token = left.pop()
    if token == "(":
        inside = _sum(left, names)
        if left.pop() != ")":
            raise Unreadable(token)
        return inside
    if token in _FUNCTIONS and left and left[-1] == "(":
        return _FUNCTIONS[token](_atom(left, names))
    if _is_number(token):
        return float(token.lower().replace("d", "e"))
    if token in names:
        return names[token]
    if token in _CONSTANTS:
        return _CONSTANTS[token]
    raise Unreadable(token)
