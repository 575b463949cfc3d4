"""Names are folded in one step where they are plain, and as carefully as ever where not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partnerbook.matching.contacts import address, numbers
from partnerbook.matching.folding import folded
from partnerbook.text import clean

PLAIN = st.text(st.characters(codec="ascii"), max_size=40)


@given(PLAIN | st.text(st.characters(), max_size=40))
@example("  ACME   Asia ")
@example("a\tb\r\nc\x1fd\x7f")
@example("ＡＣＭＥ　云ß")
@example("شركة الأفق")
@example("=1+1")
@example("0086")
@example("a\ud800b")
@example("")
def test_what_is_plain_is_folded_like_all_the_rest(name: str) -> None:
    assert folded(name) == " ".join(unicodedata.normalize("NFKC", clean(name)).casefold().split())


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_no_address_and_no_number(nothing: str | None) -> None:
    assert address(nothing) == ""
    assert numbers(nothing, "0086") == ()
