"""Invented customers as plain rows: the same for the program and for every peer.

Nothing here imports the program: peers make the rows too, in their own environment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

HEADINGS = (
    "Customer ID",
    "Account name",
    "Company name",
    "Associated at (UTC)",
    "Association",
    "Label",
    "Telephone",
    "Country code",
    "Account manager",
    "Email",
)
MOMENT = HEADINGS.index("Associated at (UTC)")
_WORDS = [
    "Apex",
    "Blue",
    "Cedar",
    "Delta",
    "Ember",
    "Falcon",
    "Garnet",
    "Harbor",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Lumen",
]
_TRADES = [
    "Cloud",
    "Data",
    "Foods",
    "Games",
    "Logistics",
    "Media",
    "Motors",
    "Retail",
    "Software",
    "Steel",
    "Textiles",
]
_FORMS = ("Co., Ltd.", "Pte. Ltd.", "GmbH", "S.A.", "& Sons LLC", "Holdings")
_CHINESE = ("华", "云", "科", "技", "海", "数", "据", "东", "信", "网", "达", "新")
_START = datetime(2026, 1, 5, 6, tzinfo=UTC)

Row = tuple[Any, ...]


def people(number: int, seed: int) -> list[Row]:
    """Return so many customers: nine texts and a moment in UTC each; a label may be None.

    One in eight has a Chinese company name; some names hold a character that XML escapes.
    """
    chance = Random(seed)  # noqa: S311  invented customers
    return [_person(each, chance) for each in range(number)]


def digest(rows: Iterable[Sequence[Any]]) -> str:
    """Return what stands for the content of rows: equal rows, equal digests.

    None counts as an empty text, a moment without zone as one in UTC, to the second.
    """
    whole = hashlib.sha256()
    for row in rows:
        whole.update(repr([_plain(value) for value in row]).encode())
    return whole.hexdigest()[:16]


def _person(number: int, chance: Random) -> Row:
    word, trade = chance.choice(_WORDS), chance.choice(_TRADES)
    company = f"{word} {trade} {number} {chance.choice(_FORMS)}"
    if number % 8 == 0:
        company = f"上{''.join(chance.choices(_CHINESE, k=4))}{number}有限公司"
    return (
        f"{chance.getrandbits(128):032x}",
        f"{word.lower()}{number}",
        company,
        _START - timedelta(seconds=chance.randrange(100_000_000)),
        chance.choice(("1", "3")),
        chance.choice((None, "VIP", "new", "at risk")),
        f"1{chance.randrange(10**10):010}",
        chance.choice(("0086", "0065", "0049")),
        f"manager{number % 40}",
        f"{word.lower()}{number}@example.com",
    )


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())  # midnight, to some readers
    if isinstance(value, datetime):
        return f"{value + timedelta(milliseconds=500):%Y-%m-%d %H:%M:%S}"
    return value
