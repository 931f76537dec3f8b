"""The language of a figure: every text in it is said here, in English or in Chinese.

`say` looks a text up in `chinese.py`; one that is not there is a mistake of the program and raises, so that no
figure is half in one language. Numbers, units and codes stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from westshift.models.errors import InputError, suggest

from .chinese import NAMES, TEXTS
from .fonts import chinese_font

LANGUAGES = ("en", "zh")
_language: ContextVar[str] = ContextVar("language", default="en")

# What must not be torn apart at the end of a line: a run of Latin letters, digits and marks; a Chinese character
# with the marks before which no line may begin.
_END = r"[\u3001\u3002\uff09\uff0c\uff1a\uff1b\u201d]*"
_PIECE = re.compile(rf"[\x21-\x7e\u2010-\u2193·×°²₂]+{_END}|\s+|[\uff08\u201c]*.{_END}")


class Untranslated(LookupError):
    """A text of a figure that has no Chinese."""


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Figures made in this block speak that language, `en` or `zh`.

    Raises:
        InputError: no such language, or no font on this machine has its characters.
    """
    if language not in LANGUAGES:
        raise InputError(
            f"language '{language}' is not spoken here; {suggest(language, LANGUAGES)}"
        )
    if language == "zh":
        chinese_font()
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def chinese() -> bool:
    """Whether figures speak Chinese now."""
    return _language.get() == "zh"


def say(text: str, **values: object) -> str:
    """A text of a figure in the language spoken, `{named}` values put in.

    Raises:
        Untranslated: Chinese is spoken, and chinese.py lacks the text.
    """
    if chinese():
        if text not in TEXTS:
            raise Untranslated(f"no Chinese for {text!r}; add it to figures/chinese.py")
        text = TEXTS[text]
    return text.format(**values) if values else text


def named(code: str) -> str:
    """A policy, a technology or another name of a scenario: one that is not known here stays as it is."""
    return NAMES.get(code, code) if chinese() else code


def either(english: str, chinese_: str) -> str:
    """The one that is spoken: for sentences of captions, and for names that tables have in both."""
    return chinese_ if chinese() and chinese_ else english


def wrapped(text: str, width: int = 100) -> str:
    """A paragraph in lines of at most so many columns; a Chinese character takes two."""
    lines, line, used = [], "", 0
    text = re.sub(
        r"(?<=[\u3002\uff1b])\s+", "", " ".join(text.split())
    )  # Chinese sentences need no space
    for piece in _PIECE.findall(text):
        columns = sum(2 if ord(ch) > 0x2E7F else 1 for ch in piece)
        if line and used + columns > width and not piece.isspace():
            lines.append(line.rstrip())
            line, used = "", 0
        if line or not piece.isspace():
            line, used = line + piece, used + columns
    return "\n".join([*lines, line.rstrip()])
