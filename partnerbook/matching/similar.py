"""Which customers' names are worth comparing with a ledger's name. Pure.

Comparing everybody with everybody takes hours at 100,000 each; names that share no piece of
their core are never compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from partnerbook.matching.likeness import Likeness, likeness
from partnerbook.matching.names import Name, readings
from partnerbook.model import Customer
from partnerbook.text import is_masked
from partnerbook.wording import Language

_CROWD = 400  # customers that share a piece; such a piece tells nothing
_COMPARED = 12  # candidates that are really compared, those that share most first
_NEAR = 70  # score from which a name that is not likely is worth naming


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Customers whose names are like one name.

    Attributes:
        likely: Customers to ask about and why, the likeliest first.
        near: The nearest one that is not likely, and what stands in the way; None for none.
    """

    likely: tuple[tuple[Customer, Likeness], ...]
    near: tuple[Customer, Likeness] | None


class SimilarNames:
    """Customers, to be found by names like theirs."""

    def __init__(self, customers: Iterable[Customer], language: Language = "en") -> None:
        self._language = language
        self._by_piece: defaultdict[str, list[Customer]] = defaultdict(list)
        for customer in customers:
            if customer.company_name and not is_masked(customer.company_name):
                for piece in set(_pieces(customer.company_name)):
                    self._by_piece[piece].append(customer)

    def candidates(self, name: str) -> Candidates:
        """Return the customers whose names are like this one."""
        shared: Counter[str] = Counter()
        known: dict[str, Customer] = {}
        for piece in set(_pieces(name)):
            alike = self._by_piece.get(piece, ())
            if len(alike) > _CROWD and not piece.startswith("="):
                continue
            for customer in alike[:_CROWD]:
                # A whole core that is the same counts more than any number of pieces.
                shared[customer.customer_id] += 20 if piece.startswith("=") else 1
                known[customer.customer_id] = customer
        ranked = sorted(shared, key=lambda each: (-shared[each], each))[:_COMPARED]
        judged = [
            (known[each], likeness(known[each].company_name or "", name, self._language))
            for each in ranked
        ]
        judged.sort(key=lambda pair: (-pair[1].score, pair[0].customer_id))
        likely = tuple(pair for pair in judged if pair[1].likely)
        others = (pair for pair in judged if not pair[1].likely and pair[1].score >= _NEAR)
        return Candidates(likely=likely, near=next(others, None))


def _pieces(text: str) -> Iterator[str]:
    for name in readings(text):
        yield f"={name.compact}"
        yield from _of_core(name)


def _of_core(name: Name) -> Iterator[str]:
    compact = name.compact
    for word in name.core:
        if word.isascii() or len(name.core) > 1:
            yield word[:4]
            yield f"{word[-4:]}$"
        else:
            # Without spaces between words, each pair of characters may be one.
            yield from (word[at : at + 2] for at in range(max(len(word) - 1, 1)))
    if len(name.core) > 1:
        yield compact[:4]
        yield "=" + "".join(word[0] for word in name.core)
