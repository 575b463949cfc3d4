"""Which row holds the headings, and which column is what. Pure.

Found by the names in `vocabulary`, and by IDs that look like the vendor's. Where two columns are
equally good for one field, nobody guesses: a person says which.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from partnerbook.errors import LedgerError
from partnerbook.text import column_letters, column_number
from reports.ledger.cells import text_of, texts_of
from reports.ledger.naming import plain_name, rank_of
from reports.ledger.sums import settle_sums
from reports.ledger.vocabulary import FIELDS, KEYS

LOOK_AT = 60  # rows at the top of a sheet in which headings are looked for
VENDOR_ID = re.compile("'?[0-9a-f]{32}")
"""What the vendor's customer IDs look like."""
# No day, month or year, which headings may be.
_AMOUNT = re.compile(r"(?![0-3]?\d$|(?:19|20)\d\d(?:\d\d)?$)-?\d[\d.,]*")
_MOSTLY = 0.8
_CONTACTS = frozenset({"email", "phone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the headings are and what the columns hold.

    Attributes:
        row: Row of the headings, from 1; 0 where there are none.
        index: Field of `LedgerLine` -> column, from 0.
        texts: Field -> heading, as the file writes it.
    """

    row: int
    index: Mapping[str, int]
    texts: Mapping[str, str]


def find_columns(
    rows: Sequence[Sequence[object]],
    where: str,
    mapping: Mapping[str, str],
    without: Collection[str] = (),
) -> Columns | None:
    """Return the heading row and the columns of a sheet; None when no row reads like headings.

    Args:
        rows: The sheet from its first row.
        where: File and sheet, for the sentences.
        mapping: Field -> heading, where a person has said so; wins over names.
        without: Fields of which a person has said that no column holds them.

    Raises:
        LedgerError: Two columns are equally good for one field.
    """
    best: tuple[tuple[bool, int, int], int, list[str], dict[str, list[int]]] | None = None
    by_content: tuple[int, int] | None = None
    for number, headings, candidates in _readable(rows, mapping, without):
        if "customer_id" not in candidates and any(map(_has_id, rows[number : number + 1])):
            # This may be the row; to know, all rows are looked at, and that once.
            by_content = by_content or _by_content(rows)
            if number == by_content[0]:
                candidates["customer_id"] = [by_content[1]]
        if candidates.keys().isdisjoint(KEYS):
            continue
        # A letterhead has a telephone too: an ID or a name counts more than any number of such.
        doubtful = sum(len(columns) > 1 for columns in candidates.values())
        score = any(field in candidates for field in KEYS[:4]), len(candidates), -doubtful
        if best is None or score > best[0]:
            best = score, number, headings, candidates
    if best is None:
        return _without_headings(rows, mapping)
    _, number, headings, candidates = best
    settle_sums(candidates, headings, rows[number:], (mapping, without), f"{where}: row {number}")
    for field in _CONTACTS - mapping.keys():
        if len(candidates.get(field, ())) > 1:  # worth having, not worth asking for
            del candidates[field]
    _refuse_equals(candidates, headings, f"{where}: row {number}")
    return Columns(
        row=number,
        index={field: columns[0] for field, columns in candidates.items()},
        texts={field: headings[columns[0]] for field, columns in candidates.items()},
    )


def _refuse_equals(
    candidates: Mapping[str, list[int]], headings: Sequence[str], where: str
) -> None:
    for field, columns in candidates.items():
        if len(columns) > 1:
            names = " and ".join(
                f"{headings[at]!r} (column {column_letters(at + 1)})" for at in columns
            )
            raise LedgerError(
                f"{where} has {names}, which could both be {field}; say which one "
                f"with --map {field}=COLUMN"
            )


def _without_headings(
    rows: Sequence[Sequence[object]], mapping: Mapping[str, str]
) -> Columns | None:
    """Return the columns of a ledger that begins with its first line, as letters say them."""
    index = {field: _column(wanted) for field, wanted in mapping.items()}
    width = max(map(len, rows[:LOOK_AT]), default=0)
    if not rows or not mapping or any(not 0 <= at < width for at in index.values()):
        return None
    return Columns(
        row=0, index=index, texts={field: column_letters(at + 1) for field, at in index.items()}
    )


def _column(letters: str) -> int:
    """Return the column, from 0, that letters name; -1 when they name none."""
    if not re.fullmatch("[A-Za-z]{1,3}", letters):
        return -1
    return column_number(letters) - 1


def _possible(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    """Yield what may be headings, with the number of their last row: each row, and two as one.

    Two rows are one where cells of the upper are merged over several of the lower.
    """
    above: list[str] = []
    for number, row in enumerate(rows[:LOOK_AT], start=1):
        texts = [text_of(cell) for cell in row]
        yield number, texts
        spread = _spread(above)
        # A row with digits is no row of headings but one of the ledger, which must not be lost.
        if spread != above and any(texts) and not re.search(r"\d", "".join(texts)):
            width = max(len(spread), len(texts))
            upper, lower = (each + [""] * (width - len(each)) for each in (spread, texts))
            both = [f"{one} {two}".strip() for one, two in zip(upper, lower, strict=True)]
            yield number, both
        above = texts


def _readable(
    rows: Sequence[Sequence[object]], mapping: Mapping[str, str], without: Collection[str]
) -> Iterator[tuple[int, list[str], dict[str, list[int]]]]:
    """Yield what may be headings and has what a person said, and its best columns.

    What a person said may stand in a row of the ledger too: "USD". So a row with no other name
    that anybody knows must not come after one that is such a row.
    """
    begun = False
    for number, headings in _possible(rows):
        found = None if _has_id(headings) else _candidates(headings, mapping, without)
        if found is None:
            continue
        if found.keys() <= mapping.keys():
            begun = begun or _is_line(headings, rows[number : number + LOOK_AT], found)
            if begun:
                continue
        yield number, headings, found


def _is_line(
    headings: Sequence[str], below: Sequence[Sequence[object]], said: Mapping[str, list[int]]
) -> bool:
    """Return whether an amount stands in a row, or below it, beside the same text again."""
    texts = {(at, headings[at]) for columns in said.values() for at in columns if headings[at]}
    return any(map(_AMOUNT.fullmatch, headings)) or any(
        at < len(row) and text_of(row[at]) == text and any(map(_AMOUNT.fullmatch, texts_of(row)))
        for at, text in texts
        for row in below
    )


def _spread(texts: Sequence[str]) -> list[str]:
    """Return a row with each text in the empty cells right of it too, as merged cells look."""
    found: list[str] = []
    for text in texts:
        found.append(text or (found[-1] if found else ""))
    return found


def _candidates(
    headings: list[str], mapping: Mapping[str, str], without: Collection[str]
) -> dict[str, list[int]] | None:
    """Return the best columns for each field; None when a heading that was given is not there."""
    plain = [plain_name(heading) for heading in headings]
    found: dict[str, list[int]] = {}
    for field, wanted in mapping.items():
        columns = [at for at, heading in enumerate(headings) if heading == text_of(wanted)]
        columns = columns or [
            at for at, text in enumerate(plain) if text and text == plain_name(wanted)
        ]
        if not columns and 0 <= _column(wanted) < len(headings):
            columns = [_column(wanted)]
        if not columns:
            return None
        found[field] = columns
    taken = {columns[0] for columns in found.values() if len(columns) == 1}
    said = [(at, text) for at, text in enumerate(plain) if text]  # damaged rows are very wide
    for field in FIELDS:
        if field in mapping or field in without:
            continue
        ranked: dict[int, list[int]] = {}
        for at, text in said:
            rank = rank_of(field, text)
            if rank is not None and at not in taken:
                ranked.setdefault(rank, []).append(at)
        if ranked:
            found[field] = ranked[min(ranked)]
    return found


def _by_content(rows: Sequence[Sequence[object]]) -> tuple[int, int]:
    """Return the row of the headings and the column of IDs that look like the vendor's; else -1s.

    Such IDs are like nothing else, so their column needs no name that anybody knows.
    """
    looked_at: set[int] = set()
    for number, row in enumerate(rows[1:LOOK_AT], start=1):
        for at, cell in enumerate(row):
            if at in looked_at or not VENDOR_ID.fullmatch(text_of(cell)):
                continue
            looked_at.add(at)
            below = texts_of([other[at] for other in rows[number:] if at < len(other)])
            said = [text for text in below if text]
            if sum(map(bool, map(VENDOR_ID.fullmatch, said))) >= _MOSTLY * len(said):
                return number, at
    return -1, -1


def _has_id(row: Sequence[object]) -> bool:
    """Return whether a row is one of the ledger, which must not be lost as headings."""
    return any(VENDOR_ID.fullmatch(text_of(cell)) for cell in row)
