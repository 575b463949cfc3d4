"""``partnerbook customers``: the list, in every form it can take."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from partnerbook import text
from partnerbook.commands import (
    COULD_NOT,
    Call,
    command,
    filter_options,
    show,
    show_json,
    view_of,
    view_option,
)
from partnerbook.commands.customers import (
    leave,
    listing_json,
    snapshot_for,
    store_options,
    summary,
    table,
    tell_notes,
)
from partnerbook.model import Customer, Snapshot
from partnerbook.text import for_line
from partnerbook.views import View
from partnerbook.wording import Language, heading

_FORMS = ("table", "csv", "json", "xlsx", "html")
_FILES = ("xlsx", "html")
_CSV_WARNING: dict[Language, str] = {
    "en": "Excel changes long numbers and dates when it opens a CSV; --format xlsx keeps every "
    "text as it is",
    "zh": "Excel 打开 CSV 时会改动长数字和日期；--format xlsx 保持所有文本原样",
}


@command()
@filter_options
@view_option
@store_options
@click.option("--format", "form", type=click.Choice(_FORMS), help="Default: table; json on --json.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--explain", is_flag=True, help="Say what would be asked; ask nobody.")
def customers(
    call: Call, form: str | None, out: Path | None, as_of: str | None, **options: Any
) -> None:
    """List customers, filtered.

    In CSV a text that a spreadsheet would run gets an apostrophe; JSON and workbooks need none.

    Example: partnerbook customers --company Acme --association resale --since 2026-01-01

    Example: partnerbook customers --format xlsx --out customers.xlsx
    """
    offline, explain = options.pop("offline"), options.pop("explain")
    # A file's name says what belongs in it: a table of text in an .xlsx would not open.
    suffix = out.suffix.lower().removeprefix(".") if out else ""
    form = form or ("json" if call.json else suffix if suffix in _FORMS else "table")
    if form in _FILES and out is None and not explain and sys.stdout.isatty():
        click.echo(
            f"partnerbook: a terminal cannot show {form}; say where to write it, such as --out "
            f"customers.{form}",
            err=True,
        )
        click.get_current_context().exit(COULD_NOT)
    with call.book() as book:
        view = view_of(call, book, options)
        if explain:
            from partnerbook.commands.explain import explained  # noqa: PLC0415  when asked for

            explained(call.settings, book, view, out, as_json=form == "json")
            return
        snapshot = snapshot_for(book, view, offline=offline, as_of=as_of)
    chosen = view.shown(snapshot.listing)
    if form == "json":
        show_json(listing_json(snapshot, chosen, view), out)
    elif form == "table":
        show(table(chosen, view) + "\n" + summary(snapshot, len(chosen), view) + "\n", out)
    else:
        _write(_bytes_of(form, snapshot, chosen, view), out)
        click.echo(f"partnerbook: {for_line(summary(snapshot, len(chosen), view))}", err=True)
        if form == "csv":
            click.echo(f"partnerbook: {_CSV_WARNING[view.language]}", err=True)
    if form != "json":
        tell_notes(snapshot)
    leave(snapshot)


def csv_of(snapshot: Snapshot, chosen: Sequence[Customer], view: View) -> bytes:
    """Return customers as a CSV that Excel opens in UTF-8 and in which nothing is a formula.

    Args:
        snapshot: Where they are from.
        chosen: Whom the view shows of it, in its order.
        view: Whose columns and language.
    """
    from reports.columns import rows_of_text  # noqa: PLC0415  with its only users
    from reports.listing import carried_columns  # noqa: PLC0415  as above

    columns = carried_columns(snapshot, view)
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([heading(column, view.language) for column in columns])
    for row in rows_of_text(chosen, columns, view.language, has_seconds=True):
        writer.writerow([text.for_csv(each) for each in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _bytes_of(form: str, snapshot: Snapshot, chosen: Sequence[Customer], view: View) -> bytes:
    if form == "csv":
        return csv_of(snapshot, chosen, view)
    if form == "xlsx":
        from reports.workbook.customers import customers_workbook  # noqa: PLC0415  heavy parts

        return customers_workbook(snapshot, chosen, view)
    from reports.page import customers_page  # noqa: PLC0415  as above

    return customers_page(snapshot, chosen, view).encode()


def _write(data: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(data, nl=False)
        return
    from partnerbook.files import write  # noqa: PLC0415  as above

    write(out, data)
