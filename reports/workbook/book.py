"""An empty book and its empty sheets: properties, names, and how each page prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook import text
from partnerbook.views import moment_in
from partnerbook.wording import Language
from reports.workbook import look
from reports.workbook.names import sheet_title
from reports.workbook.poured import Shell

_AS_OF: dict[Language, str] = {"en": "as of {}", "zh": "截至 {}"}


def new_book(
    *,
    title: str,
    as_of: datetime,
    language: Language = "en",
    fingerprint: str = "",
    facts: Mapping[str, str] | None = None,
) -> Workbook:
    """Return an empty book with our styles and its properties set.

    Args:
        title: Title of the whole book, in its properties and on every printed page.
        as_of: The moment for which the book holds, with a zone.
        language: Language of the few words that this module writes itself.
        fingerprint: Fingerprint of the view shown, a keyword of the file; "" for none.
        facts: Further properties of the file, by name; they are read without opening it.
    """
    book = Shell()
    book.remove(book.worksheets[0])
    look.register(book)
    properties = book.properties
    properties.title = text.for_cell(title)
    properties.creator = properties.lastModifiedBy = "Partnerbook"
    properties.subject = _AS_OF[language].format(moment_in(as_of))
    properties.keywords = fingerprint or None
    properties.language = language
    properties.created = as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties_of: Any = book  # its type hints do not know them
    for name, value in (facts or {}).items():
        properties_of.custom_doc_props.append(StringProperty(name=name, value=text.for_cell(value)))
    return book


def name_cell(sheet: Worksheet, name: str, place: str) -> None:
    """Give a cell a name, so that other workbooks and people's formulas can point at it.

    Args:
        sheet: A sheet of the book.
        name: The name; must not be taken.
        place: The cell with its sheet, e.g. ``'Summary'!$A$6``.
    """
    book = sheet.parent
    if book is not None:
        book.defined_names[name] = DefinedName(name, attr_text=place)


def sheets_from(book: Workbook, number: int) -> tuple[Worksheet, ...]:
    """Return the sheets of a book from one on, counted from 0."""
    every: list[Any] = list(book.worksheets)  # its type hints allow for other kinds
    return tuple(every[number:])


def describe(sheet: Worksheet, said: str) -> None:
    """Give the chart that was added last to a sheet the words that a screen reader says."""
    if isinstance(sheet.parent, Shell):
        sheet.parent.said_of_charts.setdefault(sheet.title, []).append(said)


def add_sheet(book: Workbook, title: str, *, index: int | None = None) -> Worksheet:
    """Add a sheet without grid lines, ready to print: landscape, one page wide, numbered pages.

    Args:
        book: The book.
        title: What the sheet should be called; made valid and unique where it is not.
        index: Where to put it, from 0; None puts it last.
    """
    sheet: Worksheet = book.create_sheet(sheet_title(book, title), index)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]  # set by openpyxl itself
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = "landscape", 9  # A4
    setup.fitToWidth, setup.fitToHeight = 1, 0  # any number of pages long
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    fingerprint = str(book.properties.keywords or "")
    _print(sheet.oddHeader, (str(book.properties.title), "", sheet.title))
    _print(sheet.oddFooter, (str(book.properties.subject), fingerprint, ""))
    sheet.oddFooter.right.text, sheet.oddFooter.right.size = "&P / &N", 9  # type: ignore[union-attr]  # every sheet has one
    return sheet


def _print(line: HeaderFooterItem | None, words: tuple[str, str, str]) -> None:
    """Write what stands left, in the middle and right above or below each printed page."""
    if line is None:
        return
    for part, said in zip((line.left, line.center, line.right), words, strict=True):
        # "&" starts a command here; 255 characters are all that the three may have together.
        part.text = text.clean(said)[:70].replace("&", "&&")
        part.size = 9
