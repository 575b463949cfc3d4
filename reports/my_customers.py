"""The list of customers in a page, as data: what templates/page.js shows, filters and copies.

Pure. Values are the words that stand in the cells of every other report, so that the list says
the same; what a page must not hold was taken out of the customers before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from partnerbook import text
from partnerbook.compare import sentence
from partnerbook.model import Customer
from partnerbook.views import moment_in
from partnerbook.wording import Language, heading
from reports.columns import fields_of, texts_at_once
from reports.weekly import WeeklyReport
from reports.weekly.words import words

_SAID = {
    "title": "my customers",
    "search": "search",
    "name": "name",
    "any": "any",
    "since": "since day",
    "until": "until day",
    "mark": "what",
    "flaw": "quality",
    "filters": "filters",
    "sort": "sort by",
    "given": "order of the view",
    "columns": "columns",
    "reset": "reset",
    "copy": "copy",
    "csv": "csv",
    "copied": "copied",
    "csvNote": "csv note",
    "shown": "n shown",
    "none": "nobody",
    "close": "close",
    "previous": "previous",
    "next": "next",
    "history": "history",
    "quiet": "no history",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MyCustomers:
    """What the list shows.

    Attributes:
        customers: Whom, in their order.
        fields: Their values, where they are known already; see `reports.columns.fields_of`.
        columns: Fields of `Customer`, in their order.
        language: Language of headings, codes and controls.
        file: Stem of the name of a CSV that a reader makes of it.
        marks: What happened to a customer of late, in words, by ID.
        flaws: What details lack, in words, with the IDs.
        events: What happened to a customer, the newest first: day and sentence, by ID.
    """

    customers: Sequence[Customer]
    columns: Sequence[str]
    language: Language
    file: str
    fields: Mapping[str, Sequence[Any]] | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    flaws: Sequence[tuple[str, Sequence[str]]] = ()
    events: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def of_report(report: WeeklyReport) -> MyCustomers:
    """Return the list of a weekly report: who joined or changed is marked, history where known."""

    def said(key: str) -> str:
        return words(key, report.language)

    def day(moment: datetime) -> str:
        return moment_in(moment, report.view.zone)[:10]

    marks = {change.customer_id: said("changed") for change in report.altered}
    for key in ("moved_in", "came_back", "joined"):
        marks |= {each.customer_id: said(key) for each in getattr(report, key)}
    told = [(event.seen_at, event.change) for event in report.events]
    # Without weeks before, this week's changes are all the history that is given.
    told = told or [(report.until, change) for change in report.altered]
    events: dict[str, list[tuple[str, str]]] = {}
    for moment, change in told:
        line = (day(moment), sentence(change, report.language))
        events.setdefault(change.customer_id, []).append(line)
    return MyCustomers(
        customers=report.customers,
        columns=report.columns,
        language=report.language,
        file=f"customers-{report.week}",
        fields=report.fields,
        marks=marks,
        flaws=[(said(flaw.key), flaw.ids) for flaw in report.quality if flaw.ids],
        events=events,
    )


def as_json(mine: MyCustomers) -> Iterator[str]:
    """Yield the list as JSON that can stand inside a script element, whatever is in it.

    In pieces: of a hundred thousand customers it is 30 MB, which nobody needs to hold twice.
    """
    fields = fields_of(mine.customers) if mine.fields is None else mine.fields
    ids = fields["customer_id"]
    at = dict(zip(ids, range(len(ids)), strict=True))
    before = {
        "file": mine.file,
        "columns": [(column, heading(column, mine.language)) for column in mine.columns],
    }
    after = {
        "marks": list(map(mine.marks.get, ids)),
        "flaws": [
            {"name": name, "rows": [at[each] for each in ids if each in at]}
            for name, ids in mine.flaws
        ],
        "events": {
            at[each]: [(when, text.clean(what)) for when, what in lines]
            for each, lines in mine.events.items()
            if each in at
        },
        "words": {name: words(key, mine.language) for name, key in _SAID.items()},
    }
    yield f'{_in_script(before)[:-1]},"rows":['
    for number, rows in enumerate(_rows(mine, fields)):
        yield f",{rows}" if number else rows
    yield f"],{_in_script(after)[1:]}"


def _rows(mine: MyCustomers, fields: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Yield the rows of the list as JSON, some at a time."""
    if not mine.columns:
        yield from ["[]"] * len(mine.customers)
        return
    for texts in texts_at_once(fields, mine.columns, mine.language):
        joined = "".join(map("".join, texts))
        if len(_json(joined)) == len(joined) + 2:
            # Nothing to escape in any of them: a third of the time of a look at each.
            rows = '"],["'.join(map('","'.join, zip(*texts, strict=True)))
            yield _harmless(f'["{rows}"]')
        else:
            yield _in_script(list(zip(*texts, strict=True)))[1:-1]


def _in_script(value: Any) -> str:
    return _harmless(_json(value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _harmless(plain: str) -> str:
    # Inside a script element only "<" could end or comment it out; the others are for readers
    # that are not as strict. In JSON these stand in texts only, where an escape is the same.
    for char in "<>&\u2028\u2029":
        plain = plain.replace(char, f"\\u{ord(char):04x}")
    return plain
