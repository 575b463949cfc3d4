"""What is mailed to somebody who is to help: no secret in it, and nothing about a customer."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from partnerbook import __version__
from partnerbook.commands.doctor.lines import Line, as_text
from partnerbook.commands.doctor.machine import versions
from partnerbook.commands.log import LOG
from partnerbook.config import home_of, origins
from partnerbook.errors import PartnerbookError
from partnerbook.files import write
from partnerbook.redaction import redacted, without_phones

_LAST = 200  # lines of the log
_READ_ME = """\
What `partnerbook doctor` saw. Made to be mailed: secrets, telephone numbers and customers' data
are not in it. Look through it before you send it; all of it is plain text.

doctor.txt     what was checked, what was seen, what to do
doctor.json    the same, for programs
versions.json  versions of Partnerbook and of what it stands on
settings.json  which settings are given, and where; no values
log.txt        the last lines of the log
"""


def write_bundle(
    path: Path, lines: Sequence[Line], env: Mapping[str, str], profile: str | None
) -> None:
    """Write the bundle, the old file or the new one.

    Raises:
        WorkbookError: It cannot be written.
    """
    try:
        given: Any = origins(env, profile)
    except PartnerbookError:
        given = "cannot be read; see doctor.txt"
    files = {
        "README.txt": _READ_ME,
        "doctor.txt": _clean(as_text(lines)),
        "doctor.json": _json([each.as_json() for each in lines]),
        "versions.json": _json({"Partnerbook": __version__, **versions()}),
        "settings.json": _json(given),
        "log.txt": _clean(_log(home_of(env) / LOG)),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in files.items():
            bundle.writestr(name, text.encode("utf-8", "backslashreplace"))
    write(path, out.getvalue())


def _clean(text: str) -> str:
    # Known paths of this person's home are no secret, but nobody's business either.
    return without_phones(redacted(text)).replace(str(Path.home()), "~")


def _json(value: Any) -> str:
    return _clean(json.dumps(value, indent=2, ensure_ascii=False)) + "\n"


def _log(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8", errors="backslashreplace")
    except OSError:
        return "no log\n"
    return "\n".join(text.splitlines()[-_LAST:]) + "\n"
