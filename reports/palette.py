"""The colours of every workbook, page and mail. Pure.

Calm on purpose: ink on paper, one accent, hairlines instead of boxes. Each pair that carries
text has a contrast of at least 4.5 to 1, in light and in dark, and no meaning is given by
colour alone.
"""

from __future__ import annotations

from types import MappingProxyType

LIGHT: MappingProxyType[str, str] = MappingProxyType(
    {
        "paper": "F5F7F8",
        "card": "FFFFFF",
        "ink": "1D2733",
        "muted": "576472",
        "accent": "0F5563",
        "accent_soft": "E7F1F2",
        "on_accent": "FFFFFF",
        "rule": "DCE3E8",
        "good": "1B6B3A",
        "warn": "8A4B00",
        "warn_soft": "FFF4E0",
        "bad": "A3242B",
    }
)
"""Colours on light paper, as six hexadecimal digits."""

DARK: MappingProxyType[str, str] = MappingProxyType(
    {
        "paper": "11171C",
        "card": "192127",
        "ink": "E4EAEE",
        "muted": "9DAEBA",
        "accent": "74C7D3",
        "accent_soft": "1D2F36",
        "on_accent": "0C1A1E",
        "rule": "2C3840",
        "good": "7FD3A0",
        "warn": "F2BC6B",
        "warn_soft": "33280F",
        "bad": "F29A9E",
    }
)
"""The same names on dark paper."""

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "accent_soft"),
    ("muted", "paper"),
    ("muted", "card"),
    ("muted", "accent_soft"),
    ("accent", "paper"),
    ("accent", "card"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
    ("warn", "warn_soft"),
    ("good", "card"),
    ("bad", "card"),
)
"""Which colour carries text on which."""
