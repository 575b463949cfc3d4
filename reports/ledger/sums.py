"""Which of the columns of money make the amount. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from partnerbook.errors import LedgerError
from partnerbook.text import column_letters
from reports.ledger.amounts import side_of
from reports.ledger.cells import text_of
from reports.ledger.naming import plain_name, rank_of
from reports.ledger.vocabulary import RANKS

_PAIR = ("debit", "credit")


def refuse_half(told: Collection[str]) -> None:
    """Refuse what a person said of debits and credits where it makes no amount.

    Raises:
        LedgerError: One of the two was said without the other, or beside the amount.
    """
    said = [field for field in _PAIR if field in told]
    if len(said) == 1:
        raise LedgerError(
            f"--map {said[0]}= says one half of the amount; say both columns, with "
            f"--map debit=COLUMN --map credit=COLUMN"
        )
    if said and (beside := sorted({"amount", "direction"}.intersection(told))):
        raise LedgerError(
            f"--map debit= and credit= make the amount, and {' and '.join(beside)} was said too; "
            f"leave one or the other out"
        )


def settle_sums(
    candidates: dict[str, list[int]],
    headings: Sequence[str],
    below: Sequence[Sequence[object]],
    said: tuple[Mapping[str, str], Collection[str]],
    where: str,
) -> None:
    """Drop candidates until the columns of money make one amount.

    Args:
        candidates: Field -> its best columns, from 0; changed.
        headings: All headings.
        below: The rows below them.
        said: Field -> heading, and fields without a column, as a person said.
        where: File, sheet and row, for the sentence.

    Raises:
        LedgerError: The column that a person called a direction says nothing of the kind.
    """
    told, without = said
    pair = {field: candidates.pop(field) for field in _PAIR if field in candidates}
    amounts = candidates.get("amount", [])
    free = "amount" not in without and told.keys().isdisjoint({"amount", "direction"})
    free = "debit" in told or (free and all(_is_balance(headings[at]) for at in amounts))
    if free and len(pair) == len(_PAIR):
        # A balance beside them sums up, and its direction is of the balance.
        candidates.pop("amount", None)
        candidates.pop("direction", None)
        candidates.update(pair)
        return
    directions = candidates.pop("direction", [])
    # "DC" may be a data centre.
    found = [at for at in directions if any(map(side_of, _texts(below, at)))]
    if found:
        candidates["direction"] = found
    elif "direction" in told:
        if any(_texts(below, directions[0])):
            raise LedgerError(
                f"{where}: no cell below {headings[directions[0]]!r} (column "
                f"{column_letters(directions[0] + 1)}) says debit or credit; a column of debits "
                f"and one of credits are read with --map debit=COLUMN --map credit=COLUMN"
            )
        candidates["direction"] = directions


def _texts(rows: Sequence[Sequence[object]], at: int) -> list[str]:
    return [text_of(row[at]) for row in rows if at < len(row)]


def _is_balance(heading: str) -> bool:
    """Return whether a column sums up: a balance, or a total."""
    rank = rank_of("amount", plain_name(heading))
    return rank is not None and rank >= RANKS["amount", "balance"]
