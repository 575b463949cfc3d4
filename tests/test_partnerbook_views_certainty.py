"""How sure a listing is, said in words."""

from __future__ import annotations

import pytest

from partnerbook.model import UNBOUNDED
from partnerbook.views.certainty import may_be_missing, missing
from partnerbook.wording import LANGUAGES, Language


def test_how_many_are_missing_is_a_number_where_it_is_known() -> None:
    assert missing(1234) == "at most 1,234 missing"
    assert may_be_missing(3, "zh") == "最多可能缺少 3 个客户"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_nobody_knows_is_not_printed(language: Language) -> None:
    said = missing(UNBOUNDED, language) + may_be_missing(UNBOUNDED, language)

    assert not any(char.isdigit() for char in said)
