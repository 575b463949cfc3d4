"""Every error raised on purpose.

    PartnerbookError
    ├── SettingsError             a setting is missing or malformed
    ├── QueryError (ValueError)   the question itself is wrong; nothing was sent
    │   ├── UnknownFilterError    no filter or column has that name
    │   └── UnknownViewError      no view has that name
    ├── PartnerCenterError        the vendor's side of the conversation failed
    │   ├── UnreachableError      no answer: refused, timed out, no such host
    │   ├── RefusedError          an answer that says no: HTTP status or error code
    │   │   └── NotAuthorisedError    401 or 403: key, signature, token or permission
    │   ├── WireError             a 200 whose body is not what the API promises
    │   └── ListingError          the pages do not add up to a list
    ├── StoreError                the store cannot be opened, read or written
    │   └── NothingKeptError      the store has no snapshot that answers the question
    ├── MailError                 a mail cannot be sent, or must not be
    ├── LedgerError               finance's file cannot be read or understood
    └── WorkbookError             a workbook of the user's cannot be read or changed safely

Catch the base class at the edges (a cell, a command, a report run) and nowhere else.
A message is a sentence for a person: what happened, the setting, file, row or request
concerned, and what to do next. It never holds a secret or a customer's data.
"""

from __future__ import annotations

from datetime import datetime


class PartnerbookError(Exception):
    """Base of all errors raised on purpose by this program.

    Attributes:
        cell_text: What an Excel cell shows instead of a value. Starts with ``#PB``, so
            that a sheet can test for it with ``LEFT(A1,3)="#PB"``.
    """

    cell_text: str = "#PB see log"


class SettingsError(PartnerbookError):
    """A setting is missing or malformed; the message names it."""

    cell_text: str = "#PB settings"


class QueryError(PartnerbookError, ValueError):
    """The question itself is wrong; nothing was sent."""

    cell_text: str = "#PB filter"


class UnknownFilterError(QueryError):
    """No filter or column has that name.

    Attributes:
        name: The name that was asked for.
        nearest: The known name that is most like it; None if none is.
    """

    def __init__(self, message: str, *, kind: str, name: str, nearest: str | None) -> None:
        super().__init__(message)
        self.name = name
        self.nearest = nearest
        self.cell_text = _no_such(kind, name, nearest)


class UnknownViewError(QueryError):
    """No view is saved under that name.

    Attributes:
        name: The name that was asked for.
        nearest: The saved name that is most like it; None if none is.
    """

    def __init__(self, message: str, *, name: str = "", nearest: str | None = None) -> None:
        super().__init__(message)
        self.name = name
        self.nearest = nearest
        self.cell_text = _no_such("view", name, nearest)


class PartnerCenterError(PartnerbookError):
    """The conversation with Partner Center failed."""

    cell_text: str = "#PB Partner Center"


class UnreachableError(PartnerCenterError):
    """No answer came: refused, timed out, or no such host."""

    cell_text: str = "#PB no connection"


class RefusedError(PartnerCenterError):
    """Partner Center answered, and the answer is no.

    Attributes:
        status: HTTP status. 200 when the refusal came as a business error in a 200.
        code: ``error_code`` of the body, e.g. ``"CBC.0100"``; ``""`` if it had none.
        request_id: The number that the vendor's support asks for; None if there was none.
        until: The moment until which the vendor asks to wait; None when it named none.
    """

    cell_text: str = "#PB refused"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str = "",
        request_id: str | None = None,
        until: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.until = until
        if until is not None:
            self.cell_text = busy_until(until)
        elif status == 429:
            self.cell_text = "#PB busy"

    def __str__(self) -> str:
        """Return the sentence, then status, code and request ID in brackets."""
        facts = [f"HTTP {self.status}"]
        if self.code:
            facts.append(self.code)
        if self.request_id:
            facts.append(f"request {self.request_id}")
        return f"{self.args[0]} [{', '.join(facts)}]"


class NotAuthorisedError(RefusedError):
    """The key, its signature, the token or its permissions were not accepted."""

    cell_text: str = "#PB key"


class WireError(PartnerCenterError):
    """A successful answer whose body is not what the API promises."""

    cell_text: str = "#PB bad answer"


class ListingError(PartnerCenterError):
    """The pages do not add up to a list. Safe to try again."""

    cell_text: str = "#PB list moved"


class StoreError(PartnerbookError):
    """The store cannot be opened, read or written."""

    cell_text: str = "#PB store"


class NothingKeptError(StoreError):
    """The store works, and has no snapshot that answers the question."""

    cell_text: str = "#PB nothing listed yet"


class MailError(PartnerbookError):
    """A mail cannot be sent, or must not be."""

    cell_text: str = "#PB mail"


class LedgerError(PartnerbookError):
    """Finance's file cannot be read or understood."""

    cell_text: str = "#PB ledger"


class WorkbookError(PartnerbookError):
    """A workbook cannot be read, or cannot be changed without harm; it was left as it was."""

    cell_text: str = "#PB workbook"


def reason_of(error: OSError) -> str:
    """Return why the system refused, in its words, to stand within a sentence."""
    return (error.strerror or type(error).__name__).lower()


def busy_until(moment: datetime) -> str:
    """Return what a cell shows while the vendor asks to wait: local time, of today."""
    return f"#PB busy until {moment.astimezone():%H:%M}"


def _no_such(kind: str, name: str, nearest: str | None) -> str:
    asked = f" - {nearest}?" if nearest else ""
    return f'#PB no {kind} "{name[:40]}"{asked}'
