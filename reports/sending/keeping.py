"""The outbox, kept: ``store prune`` and ``store forget`` reach it too.

The store's commands stand below the reports and know no outbox: it is handed in here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from partnerbook.commands.store import BESIDE, store
from partnerbook.model import Customer
from partnerbook.wording import Language
from reports.sending.outbox import Outbox

if TYPE_CHECKING:
    from partnerbook.book import Book
    from partnerbook.config import Settings

__all__ = ["store"]

_NAMING = ("account_name", "company_name", "telephone", "email", "xaccount_id")
_OPEN = ("planned", "refused", "uncertain")  # states of runs that may still be sent


class FrozenMails:
    """The frozen mails, beside a store."""

    name = "frozen mails"
    called: Mapping[Language, str] = MappingProxyType({"en": name, "zh": "已冻结的邮件"})

    def older(self, settings: Settings, before: datetime) -> tuple[str, ...]:
        """Return the mails that were frozen before a moment."""
        return _outbox(settings).older(before)

    def holding(self, settings: Settings, book: Book, customer_id: str) -> tuple[str, ...]:
        """Return the mails in which a customer is named, whole or masked."""
        from reports.scanner import stands_in, texts_of  # noqa: PLC0415  when somebody is forgotten

        versions = (each.customer for each in book.store.history(book.account, customer_id))
        wanted = {customer_id, *(each for version in versions for each in _names(version))}
        return tuple(
            name
            for name, mail in _outbox(settings).mails()
            if any(stands_in(text, each) for _, text in texts_of(mail) for each in wanted)
        )

    def discard(self, settings: Settings, book: Book, names: Collection[str]) -> None:
        """Remove mails; who did not get theirs yet will not get it, and the run says why."""
        said = "its frozen mail was removed by `partnerbook store`"
        for prefix in ("weekly/", "no-report/") if names else ():
            for run in book.store.runs(prefix):
                if run.file in names and run.state in _OPEN:
                    book.store.move_run(run, "skipped", datetime.now(UTC), said)
        for name in names:
            _outbox(settings).discard(name)


BESIDE.append(FrozenMails())


def _outbox(settings: Settings) -> Outbox:
    return Outbox(settings.home / "outbox")


def _names(customer: Customer) -> Iterator[str]:
    from reports.masking import PRIVATE, mask  # noqa: PLC0415  when somebody is forgotten
    from reports.scanner import is_telling  # noqa: PLC0415  as above

    for field in _NAMING:
        value = getattr(customer, field)
        if value and is_telling(field, value):
            yield value
            if field in PRIVATE:
                yield mask(value)
