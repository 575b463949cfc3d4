"""Views by name, shared by everybody who uses the store."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from partnerbook.errors import UnknownViewError
from partnerbook.model import CustomerQuery, utc_text
from partnerbook.store.schema import views
from partnerbook.views import View


def save(connection: sa.Connection, view: View, now: datetime) -> None:
    """Keep a view under its name."""
    if not view.name or not view.name.strip():
        raise UnknownViewError("a view needs a name to be saved under")
    definition = {
        "query": view.query.given(),
        "columns": list(view.columns),
        "order": list(view.order),
        "zone": view.zone,
        "language": view.language,
    }
    connection.execute(views.delete().where(views.c.name == view.name))
    connection.execute(
        views.insert().values(
            name=view.name,
            definition=json.dumps(definition, ensure_ascii=True),
            saved_at=utc_text(now),
        )
    )


def read_all(connection: sa.Connection) -> tuple[View, ...]:
    """Return all views, by name."""
    rows = connection.execute(sa.select(views.c.name, views.c.definition).order_by(views.c.name))
    return tuple(_view(row[0], row[1]) for row in rows)


def delete(connection: sa.Connection, name: str) -> None:
    """Delete a view."""
    connection.execute(views.delete().where(views.c.name == name))


def named(known: Sequence[View], name: str) -> View:
    """Return the view of a name.

    Raises:
        UnknownViewError: There is none; the nearest is named.
    """
    for view in known:
        if view.name == name:
            return view
    near = difflib.get_close_matches(name, [str(view.name) for view in known], n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else "`partnerbook view list` names them all"
    raise UnknownViewError(
        f"no view is called {name[:60]!r}; {hint}", nearest=near[0] if near else None, name=name
    )


def _view(name: str, definition: str) -> View:
    values = json.loads(definition)
    return View(
        name=name,
        query=CustomerQuery.from_given(values["query"]),
        columns=tuple(values["columns"]),
        order=tuple(values["order"]),
        zone=values["zone"],
        language=values["language"],
    )
