"""Reports as HTML: the only place that imports Jinja.

A page is one file: no script, no picture, no font and no address from elsewhere, and its
Content-Security-Policy says so. Customers choose their own names, so escaping is always on.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from partnerbook import text
from partnerbook.compare import in_words
from partnerbook.model import Change, Customer
from partnerbook.wording import heading, label
from reports.palette import DARK, LIGHT
from reports.weekly import Month, WeeklyReport
from reports.weekly.about import about, in_zone
from reports.weekly.words import words

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
    style = render("page.css", light=LIGHT, dark=DARK)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return render(
        "page.html",
        report=report,
        language={"en": "en", "zh": "zh-Hans"}[report.language],
        # Nothing may run or be loaded; this one style sheet, and no other, may be applied.
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'",
        style=Markup(style),  # noqa: S704  our own file, filled with our own colours
        say=functools.partial(words, language=report.language),
        facts=about(report),
        as_of=in_zone(report.until, report),
        since=in_zone(report.since, report) if report.since else None,
        bars=bars(report.months),
        groups=_groups(report),
        changes=[change_cells(change, report) for change in report.altered[:_MOST_ROWS]],
        more_changes=len(report.altered) - _MOST_ROWS,
        cell=_cell_of(report),
        heading=functools.partial(heading, language=report.language),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing, in its units."""

    x: int
    y: int
    height: int
    name: str
    count: int


def bars(months: tuple[Month, ...]) -> tuple[Bar, ...]:
    """Return the months as bars; a month with somebody has one that can be seen."""
    most = max((month.count for month in months), default=0) or 1
    out = []
    for number, month in enumerate(months):
        height = -(-month.count * _CHART_HEIGHT // most)
        out.append(
            Bar(number * _CHART_STEP, _CHART_HEIGHT - height, height, month.name, month.count)
        )
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
        ("customers", report.customers),
    )
    return [
        (key, customers[:_MOST_ROWS], len(customers) - _MOST_ROWS)
        for key, customers in lists
        if customers
    ]


def _cell_of(report: WeeklyReport) -> Callable[[Customer, str], str]:
    def cell(customer: Customer, column: str) -> str:
        value = getattr(customer, column)
        if value is None:
            return ""
        if column == "associated_at":  # its heading says UTC
            return f"{value:%Y-%m-%d %H:%M}"
        return text.for_cell(label(column, value, report.language))

    return cell


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
