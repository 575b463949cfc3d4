"""Where Excel looks for add-ins that it loads by itself, and putting ours there.

The folders are Excel's own per-user start-up folders: it trusts them, loads what is in them, and
no administrator is needed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import platformdirs

from partnerbook import files as own_files
from partnerbook.errors import WorkbookError

NAME = "Partnerbook.xlam"
_SCRIPT = "Partnerbook.applescript"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the add-in goes.

    Attributes:
        addin: The add-in's file.
        script: On macOS, the script through which Excel may start Python; else None.
    """

    addin: Path
    script: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that installing makes."""
        return (self.addin, self.script) if self.script else (self.addin,)


def where(system: str = sys.platform) -> Places:
    """Return where the add-in goes for this user.

    Args:
        system: As `sys.platform` says it.

    Raises:
        WorkbookError: There is no Excel for this system.
    """
    if system == "win32":
        roaming = platformdirs.user_data_path(roaming=True)
        return Places(roaming / "Microsoft" / "Excel" / "XLSTART" / NAME)
    if system == "darwin":
        library = Path.home() / "Library"
        office = library / "Group Containers" / "UBF8T346G9.Office"
        return Places(
            office / "User Content.localized" / "Startup.localized" / "Excel" / NAME,
            library / "Application Scripts" / "com.microsoft.Excel" / _SCRIPT,
        )
    raise WorkbookError(
        "Excel is on Windows and macOS only; here the add-in's file can be made, for another "
        "machine: partnerbook excel build Partnerbook.xlam --interpreter PATH"
    )


def install(addin: bytes, to: Places) -> None:
    """Put the add-in where Excel loads it; an older one is replaced.

    Raises:
        WorkbookError: A file cannot be written; Excel may be running.
    """
    if to.script is not None:
        script = files(__package__ or "addin.xlam") / _SCRIPT
        own_files.write(to.script, script.read_bytes())
    own_files.write(to.addin, addin)


def uninstall(at: Places) -> tuple[Path, ...]:
    """Take the add-in away; return the files that were there.

    Raises:
        WorkbookError: A file cannot be removed; Excel may be running.
    """
    removed = []
    for path in at.files:
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise WorkbookError(
                f"{path} cannot be removed; close Excel and run this again"
            ) from error
        removed.append(path)
    return tuple(removed)
