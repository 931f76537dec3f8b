"""A font for Chinese, from those that the machine has."""

from __future__ import annotations

import re

from matplotlib import font_manager

from westshift.models.errors import InputError

LATIN = "DejaVu Sans"
"""Comes with matplotlib; always first, so that numbers and units look alike in both languages."""
CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "Microsoft YaHei",
    "SimHei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
)
"""The best first; the Japanese Noto has simplified characters too, some in Japanese shapes."""
_LIKELY = re.compile(r"cjk|wqy|hei|han|song|fang|fallback|notosanssc", re.IGNORECASE)


def chinese_font() -> str:
    """The name of a font with Chinese characters, as matplotlib knows it.

    Raises:
        InputError: there is none.
    """
    found = _first()
    if found is None:
        _look_again()
        found = _first()
    if found is None:
        raise InputError(
            "no font on this machine has Chinese characters: install one (Debian, Ubuntu: fonts-wqy-microhei or "
            "fonts-noto-cjk) or draw with --lang en"
        )
    return found


def _first() -> str | None:
    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((font for font in CHINESE if font in known), None)


def _look_again() -> None:
    """What was installed since matplotlib last looked: it keeps a list of fonts on disk."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known and _LIKELY.search(path):
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):  # a font file that cannot be read is no font
                continue
