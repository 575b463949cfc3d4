"""A list of customers as a workbook: About and Customers."""

from __future__ import annotations

from collections.abc import Sequence

from partnerbook.model import Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import heading
from reports.columns import rows
from reports.listing import about_listing, carried_columns, listing_warning
from reports.weekly.words import words
from reports.workbook.sheets import add_about, add_table, new_book, save


def customers_workbook(snapshot: Snapshot, chosen: Sequence[Customer], view: View) -> bytes:
    """Return customers as an .xlsx file; equal arguments give equal bytes.

    Args:
        snapshot: Where they are from.
        chosen: Whom the view shows of it, in its order.
        view: Whose words, columns and language.
    """
    language = view.language
    columns = carried_columns(snapshot, view)
    book = new_book(
        title=words("my customers", language),
        as_of=snapshot.taken_at,
        language=language,
        fingerprint=view.fingerprint,
        facts={"Account": snapshot.account},
    )
    add_table(
        book,
        words("customers", language),
        [heading(column, language) for column in columns],
        rows(chosen, columns, language),
        table_name="Customers",
        kinds=["moment" if column == "associated_at" else "text" for column in columns],
    )
    add_about(
        book,
        about_listing(snapshot, len(chosen), view),
        warning=listing_warning(snapshot, language),
        language=language,
    )
    return save(book)
