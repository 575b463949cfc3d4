"""A file is the old one or the new one, whatever happens while it is written."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest

from partnerbook.commands.log import LOG
from partnerbook.config.profiles import PROFILE_FILES
from partnerbook.errors import WorkbookError
from partnerbook.files import beside, write

OLD, NEW = b"old" * 1000, b"new" * 5000

# Dies, without any clean-up, at the n-th line that runs in files.py.
CRASH = textwrap.dedent("""
    import os, sys
    from pathlib import Path
    from partnerbook import files
    left = int(sys.argv[2])
    def count(frame, event, _):
        global left
        if frame.f_code.co_filename != files.__file__:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os._exit(9)
        return count
    sys.settrace(count)
    files.write(Path(sys.argv[1]), b"new" * 5000)
    sys.settrace(None)
    os._exit(0)
""")


def test_a_crash_at_any_line_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    seen = set()
    for line in range(1, 200):
        target.write_bytes(OLD)
        done = subprocess.run([sys.executable, "-c", CRASH, target, str(line)], check=False)
        assert target.read_bytes() in (OLD, NEW), f"torn at line {line}"
        seen.add(target.read_bytes())
        if done.returncode == 0:
            break
        assert done.returncode == 9
        for left in tmp_path.glob(".~*"):  # the next start would look at each of them
            left.unlink()
    else:
        pytest.fail("never finished")
    assert seen == {OLD, NEW}


def _room(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    import signal  # noqa: PLC0415  runs in the child

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


@pytest.mark.parametrize("room", [0, 1, 50, 4096, 14_999])
def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, room: int) -> None:
    target = tmp_path / "book.xlsx"
    target.write_bytes(OLD)
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        from partnerbook.errors import WorkbookError
        from partnerbook.files import write
        try:
            write(Path(sys.argv[1]), b"new" * 5000)
        except WorkbookError as error:
            sys.exit(str(error))
    """)

    done = subprocess.run(
        [sys.executable, "-B", "-c", code, target],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: _room(room),
    )

    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["book.xlsx"]
    assert target.read_bytes() == OLD


def test_an_error_while_writing_or_verifying_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    target.write_bytes(OLD)

    def refuse(_path: Path) -> None:
        raise WorkbookError("not good")

    with pytest.raises(WorkbookError, match="not good"):
        write(target, NEW, verify=refuse)
    with pytest.raises(KeyboardInterrupt), beside(target) as draft:  # noqa: PT012  the block is the test
        draft.write_bytes(NEW)
        raise KeyboardInterrupt
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("book.xlsx", OLD)]


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    target.write_bytes(OLD)
    target.chmod(0o640)

    write(target, NEW)

    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert target.read_bytes() == NEW


def test_what_a_killed_process_left_is_removed_once_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / ".~book-0011aabb.xlsx", tmp_path / ".~book-2233ccdd.xlsx"
    old.write_bytes(b"")
    young.write_bytes(b"")
    os.utime(old, (time.time() - 7200,) * 2)

    write(tmp_path / "book.xlsx", NEW)

    assert sorted(each.name for each in tmp_path.iterdir()) == [young.name, "book.xlsx"]


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(WorkbookError, match=r"cannot be written .* nothing was changed"):
        write(tmp_path / "file" / "book.xlsx", NEW)


def test_a_file_open_elsewhere_is_tried_again_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows, whoever holds the target makes the rename fail for a moment, or for good."""
    target = tmp_path / "book.xlsx"
    target.write_bytes(OLD)
    held = [3]
    rename = Path.replace

    def busy(self: Path, to: Path) -> Path:
        held[0] -= 1
        if held[0] >= 0:
            error = PermissionError(13, "sharing violation")
            error.winerror = 32  # type: ignore[attr-defined]  # Windows has it
            raise error
        return rename(self, to)

    monkeypatch.setattr(Path, "replace", busy)
    monkeypatch.setattr("partnerbook.files.time.sleep", lambda _seconds: None)
    write(target, NEW)
    assert target.read_bytes() == NEW

    held[0] = 99
    with pytest.raises(WorkbookError, match="open in another program"):
        write(target, OLD)
    assert target.read_bytes() == NEW
    assert len(list(tmp_path.iterdir())) == 1


def test_the_disk_has_the_file_before_it_takes_its_place_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test can cut the power: what can be seen is that the disk is told, and when."""
    target = tmp_path / "book.xlsx"
    target.write_bytes(OLD)
    seen: list[tuple[bool, bytes]] = []
    flush = os.fsync

    def watched(file: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(file).st_mode)
        seen.append((is_folder, target.read_bytes()))
        flush(file)

    monkeypatch.setattr("partnerbook.files.os.fsync", watched)
    write(target, NEW)

    assert seen == [(False, OLD), (True, NEW)]


def test_a_disk_that_stores_something_else_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "book.xlsx"
    target.write_bytes(OLD)
    real = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda self, data: real(self, data[:-1]))

    with pytest.raises(WorkbookError, match="as it was"):
        write(target, NEW)

    assert target.read_bytes() == OLD
    assert len(list(tmp_path.iterdir())) == 1


def test_what_a_killed_process_left_of_the_very_file_goes_after_a_minute(tmp_path: Path) -> None:
    target = tmp_path / "Customers.xlsx"
    drafts = {
        tmp_path / ".~Customers-0123abcd.xlsx": 90,  # ours, a minute ago
        tmp_path / ".~Customers-0123abce.xlsx": 5,  # perhaps being written right now
        tmp_path / ".~Customers 2-0123abcd.xlsx": 90,  # another file's
        tmp_path / ".~Customers-0123abcd.csv": 90,
    }
    for path, age in drafts.items():
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)

    write(target, b"whole")

    assert [path.exists() for path in drafts] == [False, True, True, True]


@pytest.mark.parametrize("name", ["partnerbook.db", "my book.sqlite", "partnerbook.db-wal"])
def test_a_database_and_its_parts_are_never_replaced(tmp_path: Path, name: str) -> None:
    store = tmp_path / name.removesuffix("-wal")
    with closing(sqlite3.connect(store)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE t (x)")
        database.commit()
        old = (tmp_path / name).read_bytes()

        with pytest.raises(WorkbookError, match="stays as it is; choose another name"):
            write(tmp_path / name, NEW)

        assert (tmp_path / name).read_bytes() == old


@pytest.mark.parametrize(
    "name",
    [*PROFILE_FILES, "apis.json", LOG, f"{LOG}.1", f"{LOG}.12", "Profiles.TOML", "APIs.json"],
)
def test_only_we_replace_our_own_files(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    write(target, OLD)  # nothing of ours is lost where there was none

    with pytest.raises(WorkbookError, match="a file of Partnerbook's own"):
        write(target, NEW)

    assert target.read_bytes() == OLD
    write(target, NEW, ours=True)
    assert target.read_bytes() == NEW


@pytest.mark.parametrize(
    "name",
    ["config.toml.xlsx", "apis.json.csv", f"{LOG}.xlsx", f"{LOG}book.csv", "my-profiles.toml"],
)
def test_a_name_that_only_resembles_one_of_ours_is_anybodys(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    write(target, OLD)

    write(target, NEW)

    assert target.read_bytes() == NEW
