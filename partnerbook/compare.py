"""Changes between two snapshots of the same query. Pure.

Unknown is not missing: a customer has *left* only when both listings are proven complete, and
has *joined* only when the older one was, or when the association itself is younger than it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import compress, count, islice
from operator import attrgetter, not_
from typing import Any

from partnerbook import text
from partnerbook.errors import QueryError
from partnerbook.model import CARRIED, CUSTOMER_FIELDS, Change, Customer, Snapshot
from partnerbook.views import moment_in
from partnerbook.views.certainty import missing
from partnerbook.wording import Language, heading, label

RENAMES = ("company_name", "account_name")
"""Fields whose change, from one value to another, is a renaming."""

_NOTICES: dict[str, dict[Language, str]] = {
    "incomplete": {
        "en": "The newer list is not proven complete ({}): nobody is reported as left.",
        "zh": "较新的列表未被证明完整（{}）：不报告任何客户离开。",
    },
    "api": {
        "en": "The API was switched from {} to {}; not compared were {}.",
        "zh": "接口由 {} 换为 {}；未比较：{}。",
    },
    "gone": {
        "en": "Since {} Partner Center no longer sends {}; it is not reported as changed.",
        "zh": "自 {} 起伙伴中心不再返回 {}；不作为变化报告。",
    },
    "new": {
        "en": "Since {} Partner Center sends new fields, which are kept: {}.",
        "zh": "自 {} 起伙伴中心返回新字段，已保存：{}。",
    },
}
_MANY = 5  # customers; fewer may all have lost a value by chance

_NO_IDS: frozenset[str] = frozenset()
_ID = attrgetter("customer_id")
_LONGEST_SHOWN = 80  # characters of one value in a sentence

_WORDS: dict[str, dict[Language, str]] = {
    "joined": {"en": "{name} joined", "zh": "{name} 新加入"},
    "left": {"en": "{name} left", "zh": "{name} 已离开"},
    "left after": {"en": "{name} left after {days}", "zh": "{name} 在关联 {days}后离开"},
    "came_back": {"en": "{name} came back", "zh": "{name} 重新加入"},
    "came_back after": {
        "en": "{name} came back after {days}",
        "zh": "{name} 在离开 {days}后重新加入",
    },
    "renamed": {"en": "{after} was renamed from {before}", "zh": "{before} 更名为 {after}"},
    "altered": {
        "en": "{name}, {field}: {before} → {after}",
        "zh": "{name}，{field}：{before} → {after}",
    },
    "empty": {"en": "(empty)", "zh": "（空）"},
    "day": {"en": "1 day", "zh": "1 天"},
    "days": {"en": "{:,} days", "zh": "{:,} 天"},
}


def changes(
    before: Snapshot, after: Snapshot, *, earlier_ids: frozenset[str] = _NO_IDS
) -> tuple[Change, ...]:
    """Return what happened between two snapshots: joined, came back, left, altered; each by ID.

    Fields are compared only where both APIs carry them.

    Args:
        before: The older snapshot.
        after: The newer one, of the same query and account.
        earlier_ids: Customers of any still older snapshot: of these a newcomer came back.

    Raises:
        QueryError: The snapshots answer different questions, belong to different accounts,
            or stand in the wrong order.
    """
    _refuse_unlike(before, after)
    old, new = before.listing.customers, after.listing.customers
    old_ids, new_ids = list(map(_ID, old)), list(map(_ID, new))
    known, listed = set(old_ids), set(new_ids)
    then, gone_by = _parted(old, old_ids, known - listed)
    now, newcomers = _parted(new, new_ids, listed - known)
    # Of those in both lists, two and two: both lists are sorted by ID.
    unlike = [(o, n) for o, n in zip(then, now, strict=True) if o != n]
    newcomers = [each for each in newcomers if _surely_new(each, before)]
    came_back = [each for each in newcomers if each.customer_id in earlier_ids]
    joined = [each for each in newcomers if each.customer_id not in earlier_ids]
    both_exact = before.listing.state == after.listing.state == "exact"
    left = gone_by if both_exact else []
    # By the model's own order of fields, so that equal snapshots give equal reports.
    carried = CARRIED[before.listing.api] & CARRIED[after.listing.api]
    fields = [name for name in CUSTOMER_FIELDS if name in carried]
    # To ask 100,000 customers for a field that nobody has takes time: only where one lost it.
    gone = _gone([name for name in fields if _is_lost(name, unlike)], before, after)
    fields = [name for name in fields if name not in gone]
    return (
        *(Change(customer_id=c.customer_id, kind="joined", name=c.shown_name) for c in joined),
        *(
            Change(customer_id=c.customer_id, kind="came_back", name=c.shown_name)
            for c in came_back
        ),
        *(_left(customer, after.taken_at) for customer in left),
        *(change for pair in unlike for change in _altered(*pair, fields)),
    )


def fields_gone(before: Snapshot, after: Snapshot) -> frozenset[str]:
    """Return fields that the API stopped sending: many had a value, and now nobody has.

    Nothing happened to the customers then; it is worth one notice, not a change for each.
    """
    return _gone(CARRIED[before.listing.api] & CARRIED[after.listing.api], before, after)


def notices(before: Snapshot, after: Snapshot, language: Language = "en") -> tuple[str, ...]:
    """Return what changed in the answers themselves, a sentence each: APIs, fields, certainty."""
    said = []
    gap = after.listing.missing_at_most
    if gap:
        said.append(_NOTICES["incomplete"][language].format(missing(gap, language)))
    common = CARRIED[before.listing.api] & CARRIED[after.listing.api]
    if before.listing.api != after.listing.api:
        fields = [heading(name, language) for name in CUSTOMER_FIELDS if name not in common]
        said.append(
            _NOTICES["api"][language].format(
                before.listing.api, after.listing.api, ", ".join(fields)
            )
        )
    gone = sorted(name for name in fields_gone(before, after) if name in common)
    if gone:
        named = ", ".join(heading(name, language) for name in gone)
        said.append(_NOTICES["gone"][language].format(moment_in(before.taken_at), named))
    fresh = sorted(after.field_counts.keys() - before.field_counts.keys() - {*CUSTOMER_FIELDS})
    if fresh:
        named = ", ".join(one_line(name) for name in fresh)
        said.append(_NOTICES["new"][language].format(moment_in(before.taken_at), named))
    return tuple(said)


def is_renaming(change: Change) -> bool:
    """Return whether the change gave a customer another name, rather than a first or no name."""
    return change.field in RENAMES and change.before is not None and change.after is not None


def names_the_customer(change: Change) -> bool:
    """Return whether the changed name is the one that a person calls the customer by.

    The account name is not, where there is a company name.
    """
    return change.field == "company_name" or change.name == change.after


def sentence(change: Change, language: Language = "en") -> str:
    """Return a change as a person would say it, on one line, codes in words.

    Long values are cut visibly; text from right to left is kept from turning its surroundings.
    """
    name = one_line(change.name)
    if change.kind != "altered":
        known = "" if change.days is None else " after"
        return _WORDS[change.kind + known][language].format(
            name=name, days=_days(change.days or 0, language)
        )
    field = str(change.field)
    before, after = (
        in_words(field, change.before, language),
        in_words(field, change.after, language),
    )
    if is_renaming(change) and names_the_customer(change):
        return _WORDS["renamed"][language].format(before=before, after=after)
    called = heading(field, language)
    return _WORDS["altered"][language].format(
        name=name, field=called[0].lower() + called[1:], before=before, after=after
    )


def in_words(field: str, value: Any, language: Language = "en") -> str:
    """Return a field's value for a sentence: ``rejected``, ``2026-03-31 16:00:00 UTC``."""
    if value is None:
        return _WORDS["empty"][language]
    if isinstance(value, datetime):
        return moment_in(value)
    said = label(field, value, language)
    if said == str(value):  # no code of ours: the customer's own text, or an undocumented code
        return one_line(said) or _WORDS["empty"][language]
    return said.removesuffix(f" ({value})").lower()


def one_line(value: str) -> str:
    """Return text for the middle of a sentence: cleaned, on one line, cut with "…", isolated."""
    shown = " ".join(text.clean(value).split())
    if len(shown) > _LONGEST_SHOWN:
        shown = shown[: _LONGEST_SHOWN - 1] + text.CUT
    if shown.isascii():
        return shown
    kinds = {unicodedata.bidirectional(char) for char in shown}
    # Overrides and embeddings could make the rest of the sentence say something else.
    if kinds & _BIDI_CONTROLS:
        shown = "".join(c for c in shown if unicodedata.bidirectional(c) not in _BIDI_CONTROLS)
    return f"\u2068{shown}\u2069" if kinds & {"R", "AL"} | kinds & _BIDI_CONTROLS else shown


_BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _refuse_unlike(before: Snapshot, after: Snapshot) -> None:
    if before.listing.query != after.listing.query:
        raise QueryError(
            f"the two snapshots answer different questions ({before.listing.fingerprint} and "
            f"{after.listing.fingerprint}); compare two of the same view"
        )
    if before.account != after.account:
        raise QueryError("the two snapshots belong to different accounts; compare two of the same")
    if before.taken_at > after.taken_at:
        raise QueryError("the first snapshot is younger than the second; swap them")


def _gone(names: Iterable[str], before: Snapshot, after: Snapshot) -> frozenset[str]:
    """Return which of the fields that both APIs carry the API stopped sending."""
    if after.listing.count < _MANY:
        return frozenset()
    return frozenset(
        name for name in names if not _have(after, name, 1) and _have(before, name, _MANY)
    )


def _is_lost(name: str, pairs: Iterable[tuple[Customer, Customer]]) -> bool:
    """Return whether a customer had a value and has none any more."""
    return any(getattr(new, name) is None and getattr(old, name) is not None for old, new in pairs)


def _have(snapshot: Snapshot, name: str, least: int) -> bool:
    """Return whether at least so many customers have a value; looks at no more than it must."""
    if snapshot.kept_counts is not None:
        return snapshot.kept_counts.get(name, 0) >= least
    values = (True for each in snapshot.listing.customers if getattr(each, name) is not None)
    return sum(islice(values, least)) == least


def _parted(
    customers: Sequence[Customer], ids: Sequence[str], few: set[str]
) -> tuple[Iterator[Customer], list[Customer]]:
    """Return the customers, whose IDs these are, without a few, and the few.

    All in C, and the customers are fetched from memory only when they are compared: a hundred
    thousand take two thirds of the time.
    """
    apart = list(map(few.__contains__, ids))
    places = compress(count(), apart)
    return compress(customers, map(not_, apart)), list(map(customers.__getitem__, places))


def _surely_new(customer: Customer, before: Snapshot) -> bool:
    if before.listing.state == "exact":
        return True
    return customer.associated_at is not None and customer.associated_at > before.taken_at


def _left(customer: Customer, noticed: datetime) -> Change:
    since = customer.associated_at
    return Change(
        customer_id=customer.customer_id,
        kind="left",
        name=customer.shown_name,
        # A clock that runs ahead must not make days negative.
        days=max((noticed - since).days, 0) if since else None,
    )


def _altered(old: Customer, new: Customer, fields: list[str]) -> Iterator[Change]:
    for field in fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Change(
                customer_id=new.customer_id,
                kind="altered",
                name=new.shown_name,
                field=field,
                before=before,
                after=after,
            )


def _days(days: int, language: Language) -> str:
    return _WORDS["day" if days == 1 else "days"][language].format(days)
