"""``partnerbook changes`` and ``history``: the store, in time."""

from __future__ import annotations

from typing import Any

import click

from partnerbook.commands import (
    DONE,
    FINDINGS,
    Call,
    command,
    moment_of,
    show,
    show_json,
    view_of,
    view_option,
)
from partnerbook.errors import NothingKeptError
from partnerbook.model import CUSTOMER_FIELDS, Change, Snapshot, utc_text
from partnerbook.text import for_line
from partnerbook.views import moment_in
from partnerbook.views.filters import selects
from partnerbook.wording import Language, heading

_SAID: dict[str, dict[Language, str]] = {
    "view": {"en": "{} ({})", "zh": "{}（{}）"},
    "span": {"en": "{} to {}", "zh": "{} 至 {}"},
    "now": {"en": "now", "zh": "现在"},
    "nothing": {"en": "  nothing changed", "zh": "  无变化"},
    "field": {"en": "  {}: {}", "zh": "  {}：{}"},
}


@command()
@click.option(
    "--since",
    default="last",
    show_default=True,
    metavar="DATE|last",
    help="Changes from this date on; last: between the last two snapshots.",
)
@view_option
def changes(call: Call, since: str, view: str | None) -> None:
    """Say what changed between snapshots in the store.

    Example: partnerbook changes --since 2026-03-01
    """
    from partnerbook.compare import changes as compare  # noqa: PLC0415  heavy parts where used

    with call.book() as book:
        shown = view_of(call, book, {"view": view})
        start = None if since == "last" else moment_of(since, shown.zone, eve=True)
        query = book.listed(shown.query)
        found = book.store.last_two(book.account, query, since=start)
    if found is None:
        raise NothingKeptError(
            "there are no two snapshots to compare yet; run `partnerbook snapshot` now and later"
        )
    before, after, earlier = found
    happened = [
        each
        for each in compare(before, after, earlier_ids=earlier)
        if _concerns(each, before, after, shown)
    ]
    state = after.listing.state
    if call.json:
        facts = _changes_json(before, after, happened, call)
        show_json({**facts, "fingerprint": shown.fingerprint})
    else:
        show(_SAID["view"][shown.language].format(shown.in_words(), shown.fingerprint) + "\n")
        show(_changes_text(before, after, happened, shown.language))
    click.get_current_context().exit(DONE if state == "exact" else FINDINGS)


@command()
@click.argument("customer_id")
def history(call: Call, customer_id: str) -> None:
    """Show every version of a customer that the store has.

    Example: partnerbook history 7ff331de7af7457d8331de0bfe7a42b7
    """
    with call.book() as book:
        versions = book.store.history(book.account, customer_id)
    if not versions:
        raise NothingKeptError(
            f"the store has never seen a customer {customer_id[:64]!r}; check the ID with "
            "`partnerbook customers --offline`"
        )
    if call.json:
        show_json(
            {
                "customer_id": customer_id,
                "versions": [
                    {
                        "valid_from": utc_text(each.valid_from),
                        "valid_to": utc_text(each.valid_to) if each.valid_to else None,
                        "changed": list(each.changed),
                        "customer": each.customer.as_json(),
                    }
                    for each in versions
                ],
            }
        )
        return
    from partnerbook.compare import in_words  # noqa: PLC0415  as above

    language = call.language
    for each in versions:
        until = moment_in(each.valid_to) if each.valid_to else _SAID["now"][language]
        show(_SAID["span"][language].format(moment_in(each.valid_from), until) + "\n")
        for name in each.changed or CUSTOMER_FIELDS:
            value = getattr(each.customer, name)
            if value is not None:
                said = for_line(in_words(name, value, language))
                show(_SAID["field"][language].format(heading(name, language), said) + "\n")


def _concerns(change: Change, before: Snapshot, after: Snapshot, view: Any) -> bool:
    """Return whether a change is of somebody whom the view shows, before or after."""
    return any(
        customer is not None and selects(view.query, customer)
        for customer in (
            before.listing.by_id.get(change.customer_id),
            after.listing.by_id.get(change.customer_id),
        )
    )


def _changes_json(
    before: Snapshot, after: Snapshot, happened: list[Change], call: Call
) -> dict[str, Any]:
    from partnerbook.compare import notices, sentence  # noqa: PLC0415  as above

    return {
        "from": utc_text(before.taken_at),
        "to": utc_text(after.taken_at),
        "state": after.listing.state,
        "notices": list(notices(before, after, call.language)),
        "changes": [
            {
                "customer_id": each.customer_id,
                "kind": each.kind,
                "field": each.field,
                "before": _plain(each.before),
                "after": _plain(each.after),
                "sentence": sentence(each, call.language),
            }
            for each in happened
        ],
    }


def _changes_text(
    before: Snapshot, after: Snapshot, happened: list[Change], language: Language
) -> str:
    from partnerbook.compare import notices, sentence  # noqa: PLC0415  as above

    span = _SAID["span"][language]
    lines = [span.format(moment_in(before.taken_at), moment_in(after.taken_at))]
    lines += notices(before, after, language)
    lines += [f"  {sentence(each, language)}" for each in happened]
    return "\n".join(lines if happened else [*lines, _SAID["nothing"][language]]) + "\n"


def _plain(value: Any) -> Any:
    return utc_text(value) if hasattr(value, "astimezone") else value
