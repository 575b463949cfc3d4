"""Columns of money that nobody named: a sum must not be lost for want of a word. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from partnerbook.errors import LedgerError
from partnerbook.text import column_letters
from reports.ledger.amounts import currency_in, money_of
from reports.ledger.cells import text_of
from reports.ledger.headings import Columns

_LOOK_AT = 2_000  # filled cells of a column; enough to know what it is
_MOSTLY = 0.8
# What has decimals and is no money, or no sum: a rate, a price, a quantity, a number of something.
_NO_SUM = re.compile(
    r"%|率|折扣|比例|占比|单价|數量|数量|日期|时间|账期|期间|月份|年份|年月|天数|账龄|序号|编号|"
    r"编码|号码|电话|手机|传真|邮编|税号|版本|评分|权重|用量|时长|面积|"
    r"备注|备註|说明|摘要|\b(?:memo|notes?|remarks?|comments?|description|reference|ref)\b|"
    r"\b(?:rate|percent(?:age)?|pct|share|discount|ratio|unit ?price|price|qty|quantity|menge|"
    r"units?|usage|hours?|days?|age|date|month|year|period|time|phone|tel|mobile|fax|zip|postcode|"
    r"version|score|rating|weight|latitude|longitude|lat|lon|lng|ids?|no|nr|number|code|row|line|"
    r"vat ?id|seats?|licen[cs]es?|gb|tb|cores?|vcpus?)\b"
)
_SUM = re.compile(
    r"[额額款]|[金债債费費]|应收|應收|未收|应付|余额|价税|含税|"
    r"amount|amt|balance|outstanding|receiv|\bdue\b|owed|owing|total|gross|\bnet\b|revenue|sales|"
    r"charge|cost|\bsum\b|value|invoice|billed|betrag|saldo|summe|offen|montant|solde|importe|"
    r"valor|ยอด|จำนวนเงิน|مبلغ|رصيد|金額|残高|売掛"
)


class AmountUnclearError(LedgerError):
    """A column holds money, and none was found to be the amount."""


def money_columns(
    rows: Sequence[Sequence[object]], columns: Columns
) -> tuple[tuple[int, str], ...]:
    """Return the columns that hold money and that no field was found for, each with its heading.

    Args:
        rows: The sheet from its first row.
        columns: What was found.
    """
    headings = rows[columns.row - 1] if columns.row else ()
    width = max(map(len, islice(rows, columns.row, None)), default=0)
    taken = set(columns.index.values())
    found = []
    for at in range(width):
        heading = text_of(headings[at]) if at < len(headings) else ""
        if at not in taken and _is_money(heading, _filled(rows, columns.row, at)):
            found.append((at, heading))
    return tuple(found)


def refuse_lost_sum(rows: Sequence[Sequence[object]], columns: Columns, where: str) -> None:
    """Refuse to read a ledger without amounts that has a column of money.

    Raises:
        AmountUnclearError: Such a column is there; the sentence names it.
    """
    if not (found := money_columns(rows, columns)):
        return
    names = " and ".join(named(at, heading) for at, heading in found[:5])
    hold = "holds" if len(found) == 1 else "hold"
    currencies = {code for _, heading in found if (code := currency_in(heading))}
    if len(currencies) > 1:  # to name one as the amount would lose the others
        raise AmountUnclearError(
            f"{where}: {names} hold money of several currencies, and a row has one amount; write "
            f"them below each other, beside a column of currencies, or say with --map amount=none "
            f"that none of them counts"
        )
    raise AmountUnclearError(
        f"{where}: no column was found to be the amount, and {names} {hold} money; say which one "
        f"is the amount with --map amount={column_letters(found[0][0] + 1)}, or that none is with "
        f"--map amount=none"
    )


def named(at: int, heading: str) -> str:
    """Return a column for a sentence."""
    return (
        f"{heading[:40]!r} (column {column_letters(at + 1)})"
        if heading
        else f"column {column_letters(at + 1)}"
    )


def _filled(rows: Sequence[Sequence[object]], first: int, at: int) -> Iterator[object]:
    below = (row[at] for row in islice(rows, first, None) if at < len(row))
    return islice((cell for cell in below if text_of(cell)), _LOOK_AT)


def _is_money(heading: str, cells: Iterator[object]) -> bool:
    plain = unicodedata.normalize("NFKC", heading).casefold().replace("_", " ")
    says_sum = _SUM.search(plain) is not None
    if _NO_SUM.search(plain) and not says_sum:
        return False
    numbers = signs = others = 0
    for cell in cells:
        try:
            text = text_of(cell)
            money = money_of(cell, "," if _ends_in_comma_part(text) else ".")
        except ValueError:
            others += 1
            if others > (1 - _MOSTLY) * _LOOK_AT:
                return False
            continue
        if money.number is None:
            continue
        numbers += 1
        plainly = money.number == money.number.to_integral_value() and text.isdigit()
        long = len(text) > 10 and plainly  # an ID, a telephone number
        others += long
        numbers -= long
        signs += not plainly and not text.startswith("+")
    if not numbers or numbers < _MOSTLY * (numbers + others):
        return False
    return signs > 0 or says_sum


def _ends_in_comma_part(text: str) -> bool:
    return re.search(r",\d{1,2}\D*$", text) is not None
