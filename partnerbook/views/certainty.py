"""How sure a listing is, in words; numbers that nobody knows are not printed. Pure."""

from __future__ import annotations

from partnerbook.model import UNBOUNDED
from partnerbook.wording import Language

_WORDS: dict[Language, tuple[str, str]] = {
    "en": ("at most {:,} missing", "nobody knows how many missing"),
    "zh": ("最多缺 {:,} 个", "缺多少无法确定"),
}
_SENTENCES: dict[Language, tuple[str, str]] = {
    "en": ("up to {:,} customers may be missing", "nobody knows how many customers are missing"),
    "zh": ("最多可能缺少 {:,} 个客户", "缺少多少客户无法确定"),
}


def missing(number: int, language: Language = "en") -> str:
    """Return how many are missing, to stand behind a comma or in brackets."""
    return _said(_WORDS[language], number)


def may_be_missing(number: int, language: Language = "en") -> str:
    """Return how many customers may be missing, to stand in a sentence."""
    return _said(_SENTENCES[language], number)


def _said(words: tuple[str, str], number: int) -> str:
    known, unknown = words
    return unknown if number >= UNBOUNDED else known.format(number)
