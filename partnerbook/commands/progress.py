"""Progress of long work, on a terminal's last line. Silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from partnerbook.wording import Language

_LABEL: dict[Language, str] = {"en": "Listing customers", "zh": "正在列出客户"}


@contextmanager
def progress_bar(language: Language = "en") -> Iterator[Callable[..., None] | None]:
    """Yield what a listing tells its progress to; None when the output is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=_LABEL[language], file=sys.stderr) as bar:

        def tell(done: int, total: int, *_more: object) -> None:
            bar.length = max(total, done, 1)
            bar.pos = done
            bar.render_progress()

        yield tell
