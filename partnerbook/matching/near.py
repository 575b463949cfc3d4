"""IDs that differ only in case or in zeros at the start, which spreadsheets lose. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from partnerbook.matching.folding import folded
from partnerbook.matching.placeholders import is_placeholder
from partnerbook.matching.sayings import say
from partnerbook.model import Customer, LedgerLine
from partnerbook.text import is_masked
from partnerbook.wording import Language, heading


class NearIds:
    """The customers by IDs that are nearly theirs; indexed when first asked."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        self._customers = tuple(customers)

    def zeros_apart(self, xaccount_id: str) -> Sequence[Customer]:
        """Return whose partner's ID differs from this number only in zeros at its start."""
        if not (xaccount_id.isascii() and xaccount_id.isdigit()):
            return ()
        near = self._by_key.get(("xaccount_id", _key(xaccount_id)), ())
        return [each for each in near if (each.xaccount_id or "").strip() != xaccount_id]

    def remark(self, line: LedgerLine, language: Language) -> str:
        """Return which customer's ID a line's is but for case or zeros; ``""`` for nobody's."""
        for field in ("customer_id", "xaccount_id"):
            written = str(getattr(line, field) or "").strip()
            found = self._by_key.get((field, _key(written)), ()) if written else ()
            for near in sorted(found, key=lambda each: each.customer_id):
                theirs = str(getattr(near, field)).strip()
                if theirs == written:
                    continue
                zeros = written.lstrip("0") == theirs.lstrip("0")
                key = "id but zeros" if zeros else "id but case"
                name = heading(field, language)
                return say(key, language, name, written, theirs, near.customer_id)
        return ""

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, str], Sequence[Customer]]:
        found: defaultdict[tuple[str, str], list[Customer]] = defaultdict(list)
        for each in self._customers:
            found["customer_id", _key(each.customer_id)].append(each)
            if not is_placeholder(each.xaccount_id) and not is_masked(each.xaccount_id or ""):
                found["xaccount_id", _key(each.xaccount_id or "")].append(each)
        return found


def _key(written: str) -> str:
    return folded(written).lstrip("0")
