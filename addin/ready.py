"""Whether a sheet can be written to just now."""

from __future__ import annotations

import xlwings

from partnerbook.errors import PartnerbookError, WorkbookError

# What Excel answers while a cell is being edited or a dialogue is open: RPC_E_CALL_REJECTED,
# RPC_E_SERVERCALL_RETRYLATER and VBA_E_IGNORE on Windows; "busy" on macOS.
_BUSY = {-2147418111, -2147417846, -2146777998, -1719, -609}


def refuse_when_editing(book: xlwings.Book) -> None:
    """Refuse while a cell of Excel is being edited: it would take no change.

    Raises:
        WorkbookError: A cell is being edited.
    """
    try:
        book.app.screen_updating = bool(book.app.screen_updating)
    except PartnerbookError:
        raise
    except Exception as error:
        numbers = {getattr(error, "hresult", None), getattr(error, "errornumber", None)}
        if _BUSY & {*numbers, *(each for each in error.args if isinstance(each, int))}:
            raise WorkbookError(
                "a cell is being edited, or a dialogue of Excel is open; press Enter or Esc and "
                "try again"
            ) from error
        raise


def refuse_when_protected(sheet: xlwings.Sheet) -> None:
    """Refuse a sheet that takes no change.

    Raises:
        WorkbookError: It is protected.
    """
    if getattr(sheet.api, "ProtectContents", False) is True:
        raise WorkbookError(
            f"the sheet {sheet.name} is protected; unprotect it in Excel (Review > Unprotect "
            "Sheet) and try again"
        )
