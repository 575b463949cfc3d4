"""What files of a report are called: by week, view and language, no two of them alike. Pure."""

from __future__ import annotations

import hashlib
import re

from partnerbook.text import for_file_name
from reports.weekly import WeeklyReport

_DIGEST = "(?:^|-)[0-9a-f]{6}$"


def weekly_stem(report: WeeklyReport) -> str:
    """Return how the files of a weekly report are called, without their suffix.

    The same for those that are written and those that a mail carries:
    ``weekly-2026-W47``, ``weekly-2026-W47-asia``, ``weekly-2026-W47-asia.zh``.
    """
    view = f"-{apart(report.view.name)}" if report.view.name else ""
    language = "" if report.language == "en" else f".{report.language}"
    return f"weekly-{report.week}{view}{language}"


def apart(name: str) -> str:
    """Return a name that a file can bear, another one for every name.

    What a file name cannot hold, and what not every system tells apart, is told apart by six
    letters of a digest: ``asia``, but ``Asia-b7d61f`` and ``Asia-Pacific-5e01c2``.
    """
    fit = for_file_name(name, fallback="")
    # A name that ends as a digest does could be taken for one.
    if fit == name and re.fullmatch("[a-z0-9_-]+", name) and not re.search(_DIGEST, name):
        return fit
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{fit}-{digest}" if fit else digest
