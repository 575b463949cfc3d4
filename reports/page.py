"""Reports as HTML: the only place that imports Jinja.

A page is one file: nothing from elsewhere, and one script of ours; its Content-Security-Policy
says so. Customers choose their own names, so escaping is always on.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from partnerbook import text
from partnerbook.compare import in_words
from partnerbook.model import Change, Customer, Snapshot
from partnerbook.views import View, moment_in
from partnerbook.wording import Language, heading
from reports.columns import shown
from reports.listing import about_listing, carried_columns, listing_warning
from reports.my_customers import MyCustomers, as_json, of_report
from reports.palette import DARK, LIGHT
from reports.weekly import Month, Standing, WeeklyReport
from reports.weekly.about import about, in_zone
from reports.weekly.reconciled import reconciliation_rows, reconciliation_title
from reports.weekly.words import words

_MOST_UNSCRIPTED = 200  # customers of the list that a browser without JavaScript shows
_MOST_ROWS = 2_000  # of one table in a page; browsers stay quick, the workbook has all
_CHART_HEIGHT, _CHART_STEP = 100, 76  # of the drawing and of one month in it, in its units


def templates_dir() -> Path:
    """Return the folder that holds the templates.

    An installed wheel carries them inside this package; a checkout, and so an editable
    install, keeps them in ``templates/`` beside it.
    """
    packed = Path(str(resources.files("reports") / "templates"))
    return packed if packed.is_dir() else Path(__file__).parents[1] / "templates"


def render(template: str, **values: Any) -> str:
    """Return a template filled in, every value cleaned and escaped.

    Raises:
        jinja2.UndefinedError: The template names a value that was not given.
    """
    return _environment().get_template(template).render(**values)


def weekly_page(report: WeeklyReport) -> str:
    """Return the report as one self-contained HTML file; equal reports give equal text."""
    cell = _cell_of(report.language)
    return render(
        "page.html",
        **_frame(report.language),
        **_list(of_report(report)),
        report=report,
        facts=about(report),
        as_of=in_zone(report.until, report),
        since=in_zone(report.since, report) if report.since else None,
        bars=bars(report.months),
        weeks=bars(report.weeks),
        groups=_groups(report),
        changes=[change_cells(change, report) for change in report.altered[:_MOST_ROWS]],
        reconciled=reconciliation_rows(report),
        reconciled_title=reconciliation_title(report.language),
        more_changes=len(report.altered) - _MOST_ROWS,
        cell=cell,
    )


def customers_page(snapshot: Snapshot, chosen: Sequence[Customer], view: View) -> str:
    """Return a list of customers as one self-contained HTML file.

    Args:
        snapshot: Where they are from.
        chosen: Whom the view shows of it, in its order.
        view: Whose words, columns, zone and language.
    """
    day = moment_in(snapshot.taken_at, view.zone)[:10]
    mine = MyCustomers(
        customers=chosen,
        columns=carried_columns(snapshot, view),
        language=view.language,
        file=f"customers-{day}",
    )
    return render(
        "customers.html",
        **_frame(view.language),
        **_list(mine),
        as_of=moment_in(snapshot.taken_at, view.zone),
        view=view.in_words(),
        fingerprint=view.fingerprint,
        warning=listing_warning(snapshot, view.language),
        facts=about_listing(snapshot, len(chosen), view),
        cell=_cell_of(view.language),
    )


def _frame(language: Language) -> dict[str, Any]:
    """Return what every page needs: its style, its one script, and the policy for both."""
    style = render("page.css", light=LIGHT, dark=DARK)
    script = (templates_dir() / "page.js").read_text("utf-8")
    return {
        "language": {"en": "en", "zh": "zh-Hans"}[language],
        # Nothing may be loaded; this one style sheet and this one script, and no other, may be
        # applied and run.
        "policy": f"default-src 'none'; script-src 'sha256-{_digest(script)}'; "
        f"style-src 'sha256-{_digest(style)}'; base-uri 'none'; form-action 'none'",
        "style": Markup(style),  # noqa: S704  our own file, filled with our own colours
        "script": Markup(script),  # noqa: S704  our own file
        "say": functools.partial(words, language=language),
        "heading": functools.partial(heading, language=language),
    }


def _list(mine: MyCustomers) -> dict[str, Any]:
    return {
        "list": map(Markup, as_json(mine)),  # made for a script element, see there
        "first": mine.customers[:_MOST_UNSCRIPTED],
        "more": len(mine.customers) - _MOST_UNSCRIPTED,
        "columns": mine.columns,
    }


def _digest(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing, in its units."""

    x: int
    y: int
    height: int
    name: str
    count: int | None


def bars(counted: Sequence[Month | Standing]) -> tuple[Bar, ...]:
    """Return months or weeks as bars; one with somebody has a bar that can be seen."""
    most = max((each.count or 0 for each in counted), default=0) or 1
    out = []
    for number, each in enumerate(counted):
        height = -(-(each.count or 0) * _CHART_HEIGHT // most)
        out.append(Bar(number * _CHART_STEP, _CHART_HEIGHT - height, height, each.name, each.count))
    return tuple(out)


def change_cells(change: Change, report: WeeklyReport) -> dict[str, str]:
    """Return an altered field as texts: ``name``, ``field``, ``before``, ``after``, and the ID."""
    field = str(change.field)
    return {
        "customer_id": change.customer_id,
        "name": change.name,
        "field": heading(field, report.language),
        "before": in_words(field, change.before, report.language),
        "after": in_words(field, change.after, report.language),
    }


def _groups(report: WeeklyReport) -> list[tuple[str, tuple[Customer, ...], int]]:
    """Return the lists of customers that are shown, with their key and how many were cut."""
    lists = (
        ("left", report.left),
        ("joined", report.joined),
        ("came_back", report.came_back),
        ("moved_out", report.moved_out),
        ("moved_in", report.moved_in),
    )
    return [
        (key, customers[:_MOST_ROWS], len(customers) - _MOST_ROWS)
        for key, customers in lists
        if customers
    ]


def _cell_of(language: Language) -> Callable[[Customer, str], str]:
    return lambda customer, column: shown(customer, column, language)


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_dir()),
        # Not select_autoescape(): that one trusts the file's suffix and leaves the others
        # unescaped.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # a mail ends its parts so; the page is the same there
        # What no HTML file can carry becomes visible instead of stopping the report.
        finalize=lambda value: (
            text.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
    )
