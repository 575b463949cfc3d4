"""Whether a workbook is open in another program, as far as its lock files tell."""

from __future__ import annotations

from pathlib import Path

from partnerbook.errors import WorkbookError


def refuse_when_open(path: Path) -> None:
    """Refuse a file that another program has open, as far as that can be seen.

    Raises:
        WorkbookError: It is open; the sentence names the person where the lock file does.
    """
    owner = path.with_name("~$" + path.name)
    lock = path.with_name(f".~lock.{path.name}#")
    for mark, program, name in (
        (owner, "Excel", _excel_owner),
        (lock, "LibreOffice", _office_owner),
    ):
        if mark.exists():
            who = name(mark)
            by = f" by {who}" if who else ""
            raise WorkbookError(
                f"{path.name} is open in {program}{by}; close it there and try again (when nobody "
                f"has it open, a crash left {mark.name} behind: delete that file)"
            )


def _excel_owner(mark: Path) -> str:
    try:
        data = mark.read_bytes()
    except OSError:
        return ""  # Excel on Windows keeps it locked
    length = int.from_bytes(data[55:57], "little")
    wide = data[57 : 57 + 2 * length].decode("utf-16-le", "ignore")
    narrow = data[1 : 1 + data[0]].decode("cp1252", "ignore") if data else ""
    return _one_line(wide or narrow)


def _office_owner(mark: Path) -> str:
    try:
        fields = mark.read_text("utf-8", "ignore").split(",")
    except OSError:
        return ""
    return _one_line(next((each for each in fields[:2] if each.strip()), ""))


def _one_line(name: str) -> str:
    return "".join(char for char in name if char.isprintable()).strip()[:60]
