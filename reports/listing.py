"""What a reader needs to judge a list of customers: as-of, view, evidence, counts. Pure."""

from __future__ import annotations

from partnerbook import __version__
from partnerbook.model import CARRIED, Snapshot
from partnerbook.views import View, moment_in
from partnerbook.views.certainty import may_be_missing
from partnerbook.wording import Language, method_in_words
from reports.weekly.words import words


def about_listing(snapshot: Snapshot, count: int, view: View) -> tuple[tuple[str, str], ...]:
    """Return name and value of each line.

    Args:
        snapshot: Where the customers are from.
        count: How many of them the view shows.
        view: Whom it shows, in whose zone and language.
    """
    language, listing = view.language, snapshot.listing

    def said(key: str) -> str:
        return words(key, language)

    evidence = said("evidence of").format(
        method=method_in_words(listing.evidence.method, language),
        requests=listing.evidence.requests,
        passes=listing.evidence.passes,
    )
    shown = view.in_words()
    return (
        (said("as of"), moment_in(snapshot.taken_at, view.zone)),
        (said("view"), f"{view.name}: {shown}" if view.name else shown),
        (said("fingerprint"), view.fingerprint),
        (said("shown"), said("n of n").format(count, listing.count)),
        (said("state"), listing_warning(snapshot, language) or said("exact")),
        (said("evidence"), "; ".join((evidence, *listing.evidence.notes))),
        (said("account"), snapshot.account),
        (said("api"), listing.api),
        (said("version"), f"Partnerbook {__version__}"),
    )


def listing_warning(snapshot: Snapshot, language: Language) -> str | None:
    """Return what must be read first of a list that is not proven complete; else None."""
    missing = snapshot.listing.missing_at_most
    return (
        words("warn list", language).format(may_be_missing(missing, language)) if missing else None
    )


def carried_columns(snapshot: Snapshot, view: View) -> tuple[str, ...]:
    """Return the view's columns that the API carries."""
    carried = CARRIED[snapshot.listing.api]
    return tuple(column for column in view.columns if column in carried)
