"""``partnerbook view``: questions with a name, shared by everybody who uses the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from partnerbook.commands import Call, Group, command, filter_options, query_of, show, show_json
from partnerbook.views import COLUMNS, View
from partnerbook.wording import Language, heading

_SAID: dict[str, dict[Language, str]] = {
    "replaced": {"en": "replaced the view {}, which was: {}", "zh": "已替换视图 {}，原为：{}"},
    "none": {
        "en": "No view is saved yet. Save one: partnerbook view save Asia --country 0086",
        "zh": "尚未保存视图。可运行 `partnerbook view save Asia --country 0086`",
    },
    "deleted": {"en": "Deleted the view {}.", "zh": "已删除视图 {}。"},
    "all": {"en": "all", "zh": "全部"},
    "view": {
        "en": "{} ({}): {}\n  columns {}\n  order   {}\n  zone    {}",
        "zh": "{}（{}）：{}\n  列    {}\n  排序  {}\n  时区  {}",
    },
}


@click.group(cls=Group)
def view() -> None:
    """Save, list, show and delete named views."""


@command("save")
@click.argument("name")
@filter_options
@click.option("--column", "columns", multiple=True, help="A column to show; repeat for more.")
@click.option("--order", multiple=True, help="A column to sort by; -column turns it round.")
def save(
    call: Call, name: str, columns: tuple[str, ...], order: tuple[str, ...], **options: Any
) -> None:
    """Save the filters given under a name.

    Example: partnerbook view save Asia --country 0086 --column company_name
    """
    zone = options["zone"] or "UTC"
    made = View(name=name, query=query_of(options), zone=zone, language=call.language)
    if columns:
        made = replace(made, columns=columns)
    if order:
        made = replace(made, order=order)
    with call.book() as book:
        before = next((each for each in book.store.views() if each.name == name), None)
        book.store.save_view(made, datetime.now(UTC))
    if before is not None and before != made:
        said = _SAID["replaced"][call.language].format(name, before.in_words(call.given_language))
        click.echo(f"partnerbook: {said}", err=True)
    _show(call, made)


@command("list")
def list_(call: Call) -> None:
    """List the saved views.

    Example: partnerbook view list
    """
    with call.book() as book:
        views = book.store.views()
    if call.json:
        show_json({"views": [_json(each) for each in views]})
        return
    for each in views:
        show(f"{each.name}  {each.fingerprint}  {each.in_words(call.given_language)}\n")
    if not views:
        show(_SAID["none"][call.language] + "\n")


@command("show")
@click.argument("name")
def show_(call: Call, name: str) -> None:
    """Say in words what a view shows.

    Example: partnerbook view show Asia
    """
    with call.book() as book:
        _show(call, book.store.view(name))


@command("delete")
@click.argument("name")
def delete(call: Call, name: str) -> None:
    """Delete a saved view; snapshots stay.

    Example: partnerbook view delete Asia
    """
    with call.book() as book:
        book.store.delete_view(name)
    if call.json:
        show_json({"deleted": name})
    else:
        show(_SAID["deleted"][call.language].format(name) + "\n")


for _command in (save, list_, show_, delete):
    view.add_command(_command)


def _show(call: Call, view: View) -> None:
    if call.json:
        show_json(_json(view))
        return
    language = call.given_language or view.language
    columns = ", ".join(heading(each, language) for each in view.columns)
    said = _SAID["view"][language].format(
        view.name,
        view.fingerprint,
        view.in_words(language),
        _SAID["all"][language] if view.columns == COLUMNS else columns,
        ", ".join(view.order),
        view.zone,
    )
    show(said + "\n")


def _json(view: View) -> dict[str, Any]:
    return {
        "name": view.name,
        "fingerprint": view.fingerprint,
        "filters": view.query.given(),
        "columns": list(view.columns),
        "order": list(view.order),
        "zone": view.zone,
        "language": view.language,
        "in_words": view.in_words(),
    }
