"""A policy against what is kept: views that are not there, managers who manage nobody."""

from __future__ import annotations

from partnerbook.book import Book
from partnerbook.errors import NothingKeptError
from partnerbook.model import CARRIED
from reports.policy import Policy


def names_views_or_managers(policy: Policy) -> bool:
    """Return whether there is anything in a policy that only a store can know."""
    return bool(_views(policy) or _managers(policy))


def idle_managers(book: Book, policy: Policy) -> frozenset[str]:
    """Return the policy's account managers who manage nobody in the newest list that is kept.

    None where there is no list, or the API does not say who manages a customer.

    Raises:
        PartnerbookError: An audience's view is not kept.
    """
    for name in _views(policy):
        book.store.view(name)
    managers = _managers(policy)
    try:
        newest = book.kept() if managers else None
    except NothingKeptError:
        newest = None
    if newest is None or "account_manager" not in CARRIED[newest.listing.api]:
        return frozenset()
    known = {(each.account_manager or "").casefold() for each in newest.listing.customers}
    return frozenset(each for each in managers if each.casefold() not in known)


def _views(policy: Policy) -> tuple[str, ...]:
    return tuple(each.view for each in policy.audiences if each.view is not None)


def _managers(policy: Policy) -> frozenset[str]:
    everybody = (who for each in policy.audiences for who in each.recipients)
    return frozenset(who.manager for who in everybody if who.manager)
