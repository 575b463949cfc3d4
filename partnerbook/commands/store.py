"""``partnerbook store``: the store checked, copied, pruned, moved, and made to forget."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

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
from partnerbook.wording import Language

if TYPE_CHECKING:
    from partnerbook.book import Book
    from partnerbook.config import Settings

_UNDO = "undo of all workbooks"
_SAID: dict[str, dict[Language, str]] = {
    "sound": {"en": "The store is sound.", "zh": "存储完好。"},
    "copied": {"en": "Copied the store to {}.", "zh": "已将存储复制到 {}。"},
    "counted": {"en": "{1} {0}", "zh": "{} {}"},
    "snapshots": {"en": "snapshots", "zh": "快照"},
    "and": {"en": " and ", "zh": "，"},
    "would delete": {"en": "Would delete {}; nothing was.", "zh": "将删除：{}；尚未删除。"},
    "deleted": {"en": "Deleted {}.", "zh": "已删除：{}。"},
    "exported": {"en": "Exported the store to {}.", "zh": "已将存储导出到 {}。"},
    "imported": {"en": "Imported {} rows.", "zh": "已导入 {} 行。"},
    "no trace": {
        "en": "The store has no trace of that customer.",
        "zh": "存储中没有该客户的任何记录。",
    },
    "undo": {"en": _UNDO, "zh": "所有工作簿的撤销记录"},
    "row": {"en": "  {}: {}", "zh": "  {}：{}"},
    "rows": {"en": "Rows that speak of the customer:", "zh": "涉及该客户的记录："},
    "all deleted": {"en": "All of it is deleted.", "zh": "已全部删除。"},
    "nothing deleted": {
        "en": "Nothing was deleted; add --yes to delete it.",
        "zh": "尚未删除；如需删除，请加 --yes。",
    },
    "workbooks": {
        "en": "Notes of them stand in these workbooks; delete them there:",
        "zh": "以下工作簿中有该客户的备注，请在其中删除：",
    },
}


class Beside(Protocol):
    """Things kept beside the store that name customers too, such as frozen mails."""

    @property
    def name(self) -> str:
        """What these things are called, in JSON."""

    @property
    def called(self) -> Mapping[Language, str]:
        """What a person calls them."""

    def older(self, settings: Settings, before: datetime) -> Sequence[str]:
        """Return which of them are older than a moment."""

    def holding(self, settings: Settings, book: Book, customer_id: str) -> Sequence[str]:
        """Return in which of them a customer is named."""

    def discard(self, settings: Settings, book: Book, names: Collection[str]) -> None:
        """Remove them."""


BESIDE: list[Beside] = []
"""What stands above these commands hands in here what it keeps itself."""


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
        show("\n".join(faults or [_SAID["sound"][call.language]]) + "\n")
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
    _done(call, "copied", file, file=str(file))


@command()
@click.option("--keep", required=True, metavar="DAYS", help="How far back to keep, e.g. 400d.")
@click.option("--dry-run", is_flag=True, help="Only say how many there are.")
def prune(call: Call, keep: str, *, dry_run: bool) -> None:
    """Delete old snapshots; the newest complete one of each list always stays.

    Mails that were frozen before then go as well.

    Example: partnerbook store prune --keep 400d --dry-run
    """
    days = re.fullmatch(r"(\d+)d?", keep.strip())
    if days and len(days[1]) > 5:
        raise QueryError(f"--keep {keep[:40]} is longer than any store is old; nothing was deleted")
    if not days:
        raise QueryError(f"--keep takes a number of days such as 400d; got {keep[:40]!r}")
    settings = call.settings
    with call.book() as book:
        before = datetime.now(UTC) - timedelta(days=int(days[1]))
        gone = book.store.prune(before, keeps=dry_run)
        old = {each.name: each.older(settings, before) for each in BESIDE}
        for each in BESIDE if not dry_run else ():
            each.discard(settings, book, old[each.name])
    counts = {name: len(names) for name, names in old.items() if names}
    names = {"snapshots": _SAID["snapshots"], **{each.name: each.called for each in BESIDE}}
    told = _SAID["and"][call.language].join(
        _SAID["counted"][call.language].format(names[name][call.language], count)
        for name, count in {"snapshots": gone, **counts}.items()
    )
    if dry_run:
        _done(call, "would delete", told, deleted=0, would_delete=gone, beside=counts)
    else:
        _done(call, "deleted", told, deleted=gone, beside=counts)


@command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(call: Call, file: Path) -> None:
    """Write the whole store as JSON Lines; an older export is replaced, nothing else.

    Example: partnerbook store export partnerbook.jsonl
    """
    from partnerbook.files import beside  # noqa: PLC0415  heavy parts where they are used
    from partnerbook.store.keeping import MARK  # noqa: PLC0415  as above

    if file.is_file():
        with file.open("rb") as old:
            if old.read(len(MARK)) not in (MARK, b""):
                raise StoreError(f"{file} is there already and is no export; choose another name")
    with call.book() as book, beside(file) as draft, draft.open("w", encoding="ascii") as out:
        book.store.export(out.write)
    _done(call, "exported", file, file=str(file))


@command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def import_(call: Call, file: Path) -> None:
    """Fill an empty store with an export.

    Example: partnerbook store import partnerbook.jsonl
    """
    try:
        # Some editors put a mark of its encoding before an export.
        with file.open(encoding="utf-8-sig") as lines, call.book() as book:
            rows = book.store.import_(lines)
    except UnicodeDecodeError:
        raise StoreError(
            f"{file} is not what `partnerbook store export` writes; nothing was imported"
        ) from None
    except OSError as error:
        raise StoreError(
            f"{file} cannot be read ({type(error).__name__}); check the name"
        ) from None
    _done(call, "imported", rows, rows=rows)


@command()
@click.argument("customer_id")
@click.option("--yes", is_flag=True, help="Delete; without it, only show what there is.")
def forget(call: Call, customer_id: str, *, yes: bool) -> None:
    """Delete every trace of a customer from the store: shown first, gone with --yes.

    What `excel undo` could take back goes too, of all workbooks, and every frozen mail that
    names the customer. Workbooks, mails that were sent, and backups made before are not in the
    store: look there as well.

    Example: partnerbook store forget 7ff331de7af7457d8331de0bfe7a42b7 --yes
    """
    with call.book() as book:
        found = book.store.traces(customer_id)
        workbooks = book.store.workbooks_with(customer_id)
        # What `excel undo` would put back holds whole rows; which ones only the workbooks know.
        states = sorted((call.settings.home / "undo").rglob("*"))
        if found and states:
            found[_UNDO] = sum(each.is_file() for each in states)
        beside = {each.name: each.holding(call.settings, book, customer_id) for each in BESIDE}
        found |= {name: len(names) for name, names in beside.items() if names}
        if found and yes:
            # These first: where they are is found out by what the store still knows.
            for each in BESIDE:
                each.discard(call.settings, book, beside[each.name])
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
        show(_SAID["no trace"][call.language] + "\n")
        return
    said = {key: words[call.language] for key, words in _SAID.items()}
    names = {_UNDO: said["undo"], **{each.name: each.called[call.language] for each in BESIDE}}
    lines = [said["rows"]]
    lines += [said["row"].format(names.get(name, name), count) for name, count in found.items()]
    lines.append(said["all deleted" if yes else "nothing deleted"])
    if workbooks:
        lines += [said["workbooks"], *(f"  {each}" for each in workbooks)]
    show("\n".join(lines) + "\n")


for _command in (check, backup, prune, export, import_, forget):
    store.add_command(_command)


def _done(call: Call, said: str, value: object, **facts: object) -> None:
    if call.json:
        show_json(facts)
    else:
        show(_SAID[said][call.language].format(value) + "\n")
