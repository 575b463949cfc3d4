"""What every command shares: the options before and after its name, its errors, its output.

Each room's commands are built with `command` and `filter_options`; ``partnerbook.__main__``
assembles them. Nothing heavy is imported here: ``--help`` must answer at once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from partnerbook.errors import PartnerbookError, QueryError
from partnerbook.text import for_json, for_line
from partnerbook.wording import LANGUAGES, Language

if TYPE_CHECKING:
    from partnerbook.book import Book
    from partnerbook.config import Settings
    from partnerbook.model import CustomerQuery
    from partnerbook.views import View

DONE, FINDINGS, COULD_NOT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: done; done, but look at the findings; could not, nothing changed; Ctrl-C."""

_LANG = "Language of the output; errors and JSON stay English."

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How a command was called: the options that stand before or after its name.

    Attributes:
        profile: Name of the profile to use; None for the default one.
        json: Whether one JSON object is wanted instead of text.
        given_language: Language asked for; None leaves it to the view, else English.
    """

    profile: str | None = None
    json: bool = False
    given_language: Language | None = None

    @property
    def language(self) -> Language:
        """Language of the output."""
        return self.given_language or "en"

    @property
    def settings(self) -> Settings:
        """The settings, from the environment over the profile."""
        from partnerbook.config import Settings  # noqa: PLC0415  heavy parts where they are used

        return Settings.from_environment(os.environ, self.profile)

    def book(self) -> Book:
        """Return the book of customers that the settings name."""
        from partnerbook.book import Book  # noqa: PLC0415  SQLAlchemy and requests cost a second

        return Book(self.settings)


class Command(click.Command):
    """A command that takes the shared options and ends every expected error in one sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *shared_options()]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command with its `Call`."""
        from partnerbook.commands.log import log_failure, log_in  # noqa: PLC0415  --help needs none
        from partnerbook.config import home_of  # noqa: PLC0415  as above

        ctx.params["call"] = _call(ctx)
        with log_in(home_of(os.environ)):
            try:
                return super().invoke(ctx)
            except PartnerbookError as error:
                log_failure(ctx.command_path, error)
                click.echo(f"partnerbook: {for_line(str(error))}", err=True)
                ctx.exit(COULD_NOT)
            except click.exceptions.Exit:
                raise
            except Exception as error:
                log_failure(ctx.command_path, error)
                raise


def command(name: str | None = None, **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command; it gets its `Call` as ``call``."""
    return click.command(name, cls=Command, **settings)


class Group(click.Group):
    """A group such as ``partnerbook excel``, whose commands take the shared options too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *shared_options()]

    def invoke(self, ctx: click.Context) -> Any:
        """Hand the shared options on to the command."""
        ctx.obj = _call(ctx)
        for name in ("profile", "as_json", "lang"):
            ctx.params.pop(name, None)
        return super().invoke(ctx)


def shared_options() -> list[click.Option]:
    """Return the options that stand before and after every command's name."""
    return [
        click.Option(["--profile"], metavar="NAME", help="Settings to use."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON object."),
        click.Option(["--lang"], type=click.Choice(LANGUAGES), help=_LANG),
    ]


def filter_options(function: Function) -> Function:
    """Give a command the filters; `query_of` reads them."""
    texts = {
        "account": "Part of the account name.",
        "company": "Part of the company name.",
        "association": "1, 3, consulting or resale.",
        "since": "Associated on this date or later.",
        "until": "Associated on this date or earlier.",
        "phone": "Part of the telephone number.",
        "manager": "Part of the account manager's name.",
        "status": "-1..3, unverified, reviewing, rejected, verified or failed.",
        "country": "Country code: 0086, 86 or +86.",
        "frozen": "yes or no.",
        "level": "Level, such as V3.",
    }
    decorated: Any = function
    decorated = click.option("--zone", help="Zone of dates: UTC (default), +08:00, an IANA name.")(
        decorated
    )
    for name in ("id", "label"):
        text = "A customer ID; may repeat." if name == "id" else "Part of a label; may repeat."
        decorated = click.option(f"--{name}", multiple=True, help=text)(decorated)
    for name, text in reversed(texts.items()):
        decorated = click.option(f"--{name}", help=text)(decorated)
    result: Function = decorated
    return result


def query_of(options: dict[str, Any]) -> CustomerQuery:
    """Take the filters out of a command's options and return the query they ask for.

    Raises:
        QueryError: A filter is blank or malformed.
    """
    from partnerbook.views.filters import FILTER_NAMES, query_from  # noqa: PLC0415  see above

    pairs: list[tuple[str, Any]] = []
    for name in FILTER_NAMES:
        value = options.pop(name)
        pairs += [(name, each) for each in (value if isinstance(value, tuple) else (value,))]
    return query_from(pairs, options.pop("zone") or "UTC")


def view_option(function: Function) -> Function:
    """Give a command ``--view``; `view_of` reads it."""
    decorated: Any = click.option("--view", metavar="NAME", help="A saved view.")(function)
    result: Function = decorated
    return result


def view_of(call: Call, book: Book, options: dict[str, Any]) -> View:
    """Take the view and the filters out of a command's options and return what they show.

    A filter that stands beside a view is given over the view's own of that name.

    Raises:
        QueryError: A filter is malformed, or no view has that name.
    """
    from partnerbook.model import CustomerQuery  # noqa: PLC0415  see above
    from partnerbook.views import View  # noqa: PLC0415  see above

    name, zone = options.pop("view", None), options.get("zone")
    saved = View(language=call.language) if name is None else book.store.view(name)
    if zone is None:
        options["zone"] = saved.zone
    given = query_of(options).given() if "company" in options else {}
    query = CustomerQuery.from_given({**saved.query.given(), **given})
    return replace(
        saved, query=query, zone=zone or saved.zone, language=call.given_language or saved.language
    )


def moment_of(
    as_of: str | None, zone: str = "UTC", *, now: datetime | None = None, eve: bool = False
) -> datetime:
    """Return the moment that ``--as-of`` means: the end of a day, a time, or now.

    Args:
        as_of: A date, a time with a zone, or None.
        zone: Zone of a date without one.
        now: The present; None asks the clock. UTC.
        eve: Whether a date means the last second before it.

    Raises:
        QueryError: It is no date, or too far in the future.
    """
    from partnerbook.views.filters import moment_meant  # noqa: PLC0415  see above

    if as_of is None:
        return now or datetime.now(UTC)
    moment = moment_meant(as_of, zone, eve=eve)
    day = timedelta(days=1)
    if moment > (now or datetime.now(UTC)) + 2 * day:
        raise QueryError(f"{as_of[:40]} is in the future, and nobody has been listed there yet")
    return moment


def is_past(moment: datetime) -> bool:
    """Return whether a moment lies behind us, so that only the store can answer for it."""
    return moment < datetime.now(UTC).replace(microsecond=0)


def show_json(value: Any, out: Path | None = None) -> None:
    """Print a value as one JSON object, or write it to a file. UTF-8, dates as ISO 8601."""
    text = for_json(json.dumps(value, ensure_ascii=False, indent=2, default=_plain)) + "\n"
    show(text, out)


def show(text: str, out: Path | None = None) -> None:
    """Print a text, or write it to a file."""
    if out is None:
        click.echo(text, nl=False)
        return
    from partnerbook.files import write  # noqa: PLC0415  see above

    write(out, text.encode())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _call(ctx: click.Context) -> Call:
    outer = ctx.find_object(Call) or Call()
    lang = ctx.params.pop("lang", None)
    return Call(
        profile=ctx.params.pop("profile", None) or outer.profile,
        json=bool(ctx.params.pop("as_json", False) or outer.json),
        given_language=lang or outer.given_language,
    )
