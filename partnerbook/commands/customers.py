"""``partnerbook snapshot``, and what every command that lists customers shows of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import (
    DONE,
    FINDINGS,
    Call,
    command,
    filter_options,
    is_past,
    moment_of,
    show,
    show_json,
    view_of,
    view_option,
)
from partnerbook.commands.progress import progress_bar
from partnerbook.model import Customer, Snapshot, utc_text
from partnerbook.text import for_line, width
from partnerbook.views import COLUMNS, View, moment_in
from partnerbook.views.certainty import missing
from partnerbook.wording import Language, heading, label

if TYPE_CHECKING:
    from partnerbook.book import Book

# What fits a terminal when nobody chose columns; a view with columns of its own shows those.
_TABLE_COLUMNS = (
    "customer_id",
    "account_name",
    "company_name",
    "associated_at",
    "association",
    "label",
    "telephone",
    "verification",
)
_WIDEST = 34  # columns of a terminal that one field may take
_SAID: dict[str, dict[Language, str]] = {
    "kept": {"en": "Kept as snapshot {}. {}", "zh": "已保存为快照 {}。{}"},
    "one": {"en": "1 customer", "zh": "1 个客户"},
    "many": {"en": "{} customers", "zh": "{} 个客户"},
    "exact": {"en": "exact", "zh": "完整"},
    "summary": {"en": "{}, {}, as of {} ({}; {})", "zh": "{}，{}，截至 {}（{}；{}）"},
}


def store_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--offline`` and ``--as-of``; `snapshot_for` obeys them."""
    function = click.option("--offline", is_flag=True, help="Read the store, ask nobody.")(function)
    return click.option(
        "--as-of", metavar="DATE", help="The list as it was then; the past is read from the store."
    )(function)


def snapshot_for(
    book: Book, view: View, *, offline: bool = False, as_of: str | None = None
) -> Snapshot:
    """Return the snapshot a command is to show: a fresh one, kept, or one from the store."""
    moment = moment_of(as_of, view.zone)
    if offline or (as_of is not None and is_past(moment)):
        return book.kept(view.query, until=moment)
    with progress_bar(view.language) as progress:
        return book.take(view.query, progress=progress)


@command()
@filter_options
@view_option
def snapshot(call: Call, **options: Any) -> None:
    """Ask for the list and keep it in the store.

    Example: partnerbook snapshot
    """
    with call.book() as book:
        view = view_of(call, book, options)
        kept = snapshot_for(book, view)
    if call.json:
        show_json({"number": kept.number, **listing_facts(kept), "account": kept.account})
    else:
        said = summary(kept, kept.listing.count, view)
        show(_SAID["kept"][view.language].format(kept.number, said) + "\n")
        tell_notes(kept)
    leave(kept)


def listing_facts(snapshot: Snapshot) -> dict[str, Any]:
    """Return what is public of a listing, without its customers."""
    listing = snapshot.listing
    evidence = listing.evidence
    return {
        "as_of": utc_text(listing.as_of),
        "state": listing.state,
        "missing_at_most": listing.missing_at_most,
        "count": listing.count,
        "fingerprint": listing.fingerprint,
        "api": listing.api,
        "evidence": {
            "requests": evidence.requests,
            "passes": evidence.passes,
            "method": evidence.method,
            "notes": list(evidence.notes),
        },
    }


def listing_json(snapshot: Snapshot, chosen: Sequence[Customer], view: View) -> dict[str, Any]:
    """Return the public JSON of a listing: its facts, and the customers shown."""
    facts = listing_facts(snapshot)
    facts.update(count=len(chosen), fingerprint=view.fingerprint)
    return {**facts, "customers": [each.as_json() for each in chosen]}


def summary(snapshot: Snapshot, count: int, view: View) -> str:
    """Return one line: how many, how sure, as of when, which view."""
    listing, language = snapshot.listing, view.language
    return _SAID["summary"][language].format(
        _SAID["one" if count == 1 else "many"][language].format(count),
        missing(listing.missing_at_most, language)
        if listing.missing_at_most
        else _SAID["exact"][language],
        moment_in(listing.as_of, view.zone),
        view.in_words(),
        view.fingerprint,
    )


def tell_notes(snapshot: Snapshot) -> None:
    """Say what was met while listing, each on a line of its own, on stderr."""
    for note in snapshot.listing.evidence.notes:
        click.echo(f"partnerbook: {for_line(note)}", err=True)


def leave(snapshot: Snapshot) -> None:
    """End a command: done, or done with a list that is not proven complete."""
    code = DONE if snapshot.listing.state == "exact" else FINDINGS
    click.get_current_context().exit(code)


def table(customers: Sequence[Customer], view: View) -> str:
    """Return the customers as lines for a terminal."""
    language = view.language
    columns = _TABLE_COLUMNS if view.columns == COLUMNS else view.columns
    rows = [[heading(name, language) for name in columns]]
    rows += [[_shown(name, getattr(each, name), view) for name in columns] for each in customers]
    widths = [max(width(row[at]) for row in rows) for at in range(len(columns))]
    lines = ["  ".join(_padded(*pair) for pair in zip(row, widths, strict=True)) for row in rows]
    rule = "  ".join("-" * each for each in widths)
    return "\n".join(line.rstrip() for line in [lines[0], rule, *lines[1:]]) + "\n"


def _shown(name: str, value: Any, view: View) -> str:
    if value is None:
        return ""
    if name == "associated_at":
        return moment_in(value, view.zone)
    text = for_line(label(name, value, view.language))
    while width(text) > _WIDEST:
        text = text[: max(1, len(text) - max(2, (width(text) - _WIDEST) // 2))] + "…"
    return text


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))
