"""What customers' details lack. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import compress
from typing import Any

from partnerbook.model import VERIFIED
from partnerbook.text import is_masked
from reports.weekly.data import Flaw

PATIENCE = timedelta(days=30)
"""How long a customer may be with us before not being verified is a flaw."""

_Values = set[str | None]


def _blank(values: _Values) -> _Values:
    return {value for value in values if not (value or "").strip()}


def _unverified(values: _Values) -> _Values:
    return values - {None, VERIFIED}


def _masked(values: _Values) -> _Values:
    numbers = {value for value in values if value}
    # One look at all of them first: where no number is masked, that is a tenth of the time.
    if not is_masked("\n".join(numbers)):
        return set()
    return {number for number in numbers if is_masked(number)}


_TESTS: tuple[tuple[str, str, Callable[[_Values], _Values]], ...] = (
    ("long unverified", "verification", _unverified),
    ("no company", "company_name", _blank),
    ("no label", "label", _blank),
    ("masked phone", "telephone", _masked),
)


def flaws(
    fields: Mapping[str, Sequence[Any]], until: datetime, carried: frozenset[str]
) -> tuple[Flaw, ...]:
    """Return each flaw that the API's fields can show, with whose details have it.

    Args:
        fields: The values of the customers to look at, in their order, by field.
        until: The moment for which their details hold. UTC.
        carried: Fields that the API carries: of the others nothing is known.
    """
    found = []
    for key, field, lacking_of in _TESTS:
        if field not in carried:
            continue
        values = fields[field]
        # Each value is looked at once: a hundred thousand customers have few labels.
        lacking = lacking_of(set(values))
        which = [value in lacking for value in values] if lacking else ()
        ids: Iterable[str] = compress(fields["customer_id"], which)
        if key == "long unverified":
            since = compress(fields["associated_at"], which)
            ids = (each for each, at in zip(ids, since, strict=True) if _is_long(at, until))
        found.append(Flaw(key=key, field=field, ids=tuple(ids)))
    return tuple(found)


def _is_long(since: datetime | None, until: datetime) -> bool:
    return since is not None and until - since > PATIENCE
