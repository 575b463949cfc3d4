"""A ledger to practise on: finance's file for invented customers, with the usual sins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from partnerbook.model import Customer
from reports.workbook.sheets import add_table, new_book, save

_HEADINGS = ("Partner's ID", "Customer ID", "Account name", "Company name", "Amount", "Currency")


def practice_ledger(customers: Sequence[Customer], as_of: datetime) -> bytes:
    """Return an .xlsx ledger of the customers: a duplicate, a typo, one missing, one too many.

    Args:
        customers: At least four, one of them with a company name.
        as_of: The moment it is made for, with a zone.
    """
    rows = [_row(each, at) for at, each in enumerate(customers)]
    typo = next(at for at, each in enumerate(customers) if len(each.company_name or "") > 3)
    others = [at for at in range(len(rows)) if at != typo]
    missing, twice = others[0], others[1]
    rows[typo][3] = _swapped(str(rows[typo][3]))
    extra = [
        "",
        "00000000000000000000000000000000",
        "nobody",
        "Nobody Ltd",
        Decimal("88.00"),
        "USD",
    ]
    kept = [row for at, row in enumerate(rows) if at != missing]
    kept += [list(rows[twice]), extra]
    book = new_book(title="Ledger", as_of=as_of)
    add_table(
        book,
        "Receivables",
        _HEADINGS,
        kept,
        table_name="Receivables",
        kinds=("text", "text", "text", "text", "amount", "text"),
    )
    return save(book)


def _row(customer: Customer, at: int) -> list[Any]:
    amount = Decimal(at * 37 % 9000 + 100) + Decimal(at % 100) / 100
    return [
        customer.xaccount_id,
        customer.customer_id,
        customer.account_name,
        customer.company_name,
        amount,
        "USD",
    ]


def _swapped(name: str) -> str:
    """Return the name as somebody types it in a hurry: two letters in the wrong order."""
    at = next((i for i in range(1, len(name) - 1) if name[i] != name[i + 1]), 0)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
