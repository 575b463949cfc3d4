"""What the ribbon's buttons do. Excel calls these by name; each looks at the active workbook.

Each takes the language of the ribbon. Nothing leaves here but a sentence: what went wrong is one
message box, details are in the log.

pressing     the one guarded way that every button goes
refreshing   Refresh sheet, Refresh all, Preview, Undo
looking      Changes, Find customer, Parked notes, Log, Views, Account, Doctor
handing      New customer sheet, Freeze to values, Weekly report, Reconcile this sheet
"""

from __future__ import annotations

from addin.buttons import handing, looking, refreshing
from addin.buttons.pressing import press


def refresh_sheet(language: str = "en") -> None:
    """Bring the customer list of the workbook up to date; ask first when it looks wrong."""
    press(refreshing.refresh, language, "asking")


def refresh_all(language: str = "en") -> None:
    """Bring the lists of all open workbooks up to date."""
    press(refreshing.refresh_all, language, "asking")


def preview(language: str = "en") -> None:
    """Say what a refresh would change."""
    press(refreshing.preview, language, "asking")


def undo(language: str = "en") -> None:
    """Take the last refresh back, after saying what comes back."""
    press(refreshing.undo, language)


def new_customer_sheet(language: str = "en") -> None:
    """Make a starter workbook and open it."""
    press(handing.new_customer_sheet, language)


def changes(language: str = "en") -> None:
    """Show what changed between the last two snapshots, on a sheet."""
    press(looking.changes, language)


def find_customer(language: str = "en") -> None:
    """Go to the row of a customer."""
    press(looking.find_customer, language)


def parked_notes(language: str = "en") -> None:
    """Go to the notes whose customer is not in the list."""
    press(looking.parked_notes, language)


def refresh_log(language: str = "en") -> None:
    """Go to the log of this workbook's refreshes."""
    press(looking.refresh_log, language)


def views(language: str = "en") -> None:
    """List the saved views, and put one into the filter block."""
    press(looking.views, language)


def freeze_to_values(language: str = "en") -> None:
    """Make a copy to hand over, with values in place of our functions."""
    press(handing.freeze_to_values, language, "freezing")


def weekly_report(language: str = "en") -> None:
    """Make the weekly report beside the workbook."""
    press(handing.weekly_report, language, "asking")


def reconcile_sheet(language: str = "en") -> None:
    """Reconcile the customers with the active sheet, finance's ledger."""
    press(handing.reconcile_sheet, language, "asking")


def account(language: str = "en") -> None:
    """Say whose customers these are, and how to change that."""
    press(looking.account, language)


def doctor(language: str = "en") -> None:
    """Check everything, and say what to do."""
    press(looking.doctor, language, "checking")
