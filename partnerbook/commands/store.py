"""``partnerbook store``: the store checked, copied, pruned, moved, and made to forget."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from partnerbook.commands import (
    FINDINGS,
    Call,
    Group,
    command,
    show,
    show_json,
)
from partnerbook.errors import QueryError, StoreError


@click.group(cls=Group)
def store() -> None:
    """Check, back up, prune, export, import, or make the store forget."""


@command()
def check(call: Call) -> None:
    """Check that the store is sound.

    Example: partnerbook store check
    """
    with call.book() as book:
        faults = book.store.faults()
    if call.json:
        show_json({"sound": not faults, "faults": faults})
    else:
        show("\n".join(faults or ["The store is sound."]) + "\n")
    if faults:
        click.get_current_context().exit(FINDINGS)


@command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(call: Call, file: Path) -> None:
    """Copy the store, whole and of one moment, to a file that opens as a store.

    Example: partnerbook store backup partnerbook-backup.db
    """
    if file.exists():
        raise StoreError(f"{file} is there already, perhaps an older backup; choose another name")
    with call.book() as book:
        book.store.backup(file)
    _done(call, f"Copied the store to {file}.", file=str(file))


@command()
@click.option("--keep", required=True, metavar="DAYS", help="How far back to keep, e.g. 400d.")
@click.option("--dry-run", is_flag=True, help="Only say how many there are.")
def prune(call: Call, keep: str, *, dry_run: bool) -> None:
    """Delete old snapshots; the newest complete one of each list always stays.

    Example: partnerbook store prune --keep 400d --dry-run
    """
    days = re.fullmatch(r"(\d+)d?", keep.strip())
    if days and len(days[1]) > 5:
        raise QueryError(f"--keep {keep[:40]} is longer than any store is old; nothing was deleted")
    if not days:
        raise QueryError(f"--keep takes a number of days such as 400d; got {keep[:40]!r}")
    with call.book() as book:
        before = datetime.now(UTC) - timedelta(days=int(days[1]))
        gone = book.store.prune(before, keeps=dry_run)
    if dry_run:
        _done(call, f"Would delete {gone} snapshots; nothing was.", deleted=0, would_delete=gone)
    else:
        _done(call, f"Deleted {gone} snapshots.", deleted=gone)


@command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(call: Call, file: Path) -> None:
    """Write the whole store as JSON Lines.

    Example: partnerbook store export partnerbook.jsonl
    """
    from partnerbook.files import beside  # noqa: PLC0415  heavy parts where they are used

    with call.book() as book, beside(file) as draft, draft.open("w", encoding="ascii") as out:
        book.store.export(out.write)
    _done(call, f"Exported the store to {file}.", file=str(file))


@command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def import_(call: Call, file: Path) -> None:
    """Fill an empty store with an export.

    Example: partnerbook store import partnerbook.jsonl
    """
    try:
        with file.open(encoding="utf-8") as lines, call.book() as book:
            rows = book.store.import_(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{file} cannot be read ({type(error).__name__}); check the name"
        ) from None
    _done(call, f"Imported {rows} rows.", rows=rows)


@command()
@click.argument("customer_id")
@click.option("--yes", is_flag=True, help="Delete; without it, only show what there is.")
def forget(call: Call, customer_id: str, *, yes: bool) -> None:
    """Delete every trace of a customer from the store: shown first, gone with --yes.

    What `excel undo` could take back goes too, of all workbooks. Workbooks, mails, the outbox in
    the home folder and backups made before are not in the store: look there as well.

    Example: partnerbook store forget 7ff331de7af7457d8331de0bfe7a42b7 --yes
    """
    with call.book() as book:
        found = book.store.traces(customer_id)
        workbooks = book.store.workbooks_with(customer_id)
        # What `excel undo` would put back holds whole rows; which ones only the workbooks know.
        states = sorted((call.settings.home / "undo").rglob("*"))
        if found and states:
            found["undo of all workbooks"] = sum(each.is_file() for each in states)
        if found and yes:
            book.store.forget(customer_id)
            shutil.rmtree(call.settings.home / "undo", ignore_errors=True)
    if call.json:
        show_json(
            {
                "customer_id": customer_id,
                "rows": found,
                "workbooks": list(workbooks),
                "deleted": bool(found and yes),
            }
        )
        return
    if not found:
        show("The store has no trace of that customer.\n")
        return
    lines = [f"  {name}: {count}" for name, count in found.items()]
    ending = "All of it is deleted." if yes else "Nothing was deleted; add --yes to delete it."
    if workbooks:
        ending += "\nNotes of them stand in these workbooks; delete them there:"
        ending += "".join(f"\n  {each}" for each in workbooks)
    show("\n".join(["Rows that speak of the customer:", *lines, ending]) + "\n")


for _command in (check, backup, prune, export, import_, forget):
    store.add_command(_command)


def _done(call: Call, sentence: str, **facts: object) -> None:
    if call.json:
        show_json(facts)
    else:
        show(sentence + "\n")
