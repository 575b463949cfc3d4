"""Reading JSON by rule: what the standard decoder lets pass and we do not.

Facts: research/reliability.md 3.2. A refused body is named by its rule and path, never quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from partnerbook.errors import WireError
from partnerbook.model import UNBOUNDED


class ShapeError(WireError):
    """Sound JSON that breaks a rule: a server that means it says the same again."""


class Number(str):
    """A JSON number with a point or exponent, as the text it was written in."""

    __slots__ = ()


# Not int() alone: it reads "1_000", and digits of every script.
_WHOLE = re.compile(r"-?[0-9]{1,18}(\.0+)?")
_COUNT = re.compile(r"[0-9]{1,15}(\.0+)?")
_KINDS = {
    bool: "a truth value",
    int: "a number out of bounds",
    Number: "a fraction",
    list: "a list",
    dict: "an object",
}


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds.

    Raises:
        WireError: It is not UTF-8, not JSON, not an object, holds NaN, or a key twice.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WireError(broken("is not UTF-8 text")) from None
    try:
        document = _DECODER.decode(text)
    except RecursionError:
        raise WireError(broken("is nested too deeply")) from None
    except ValueError:
        kind = "is a web page, not JSON" if text.lstrip()[:1] == "<" else "is not JSON"
        raise WireError(broken(kind)) from None
    if not isinstance(document, dict):
        raise WireError(broken("is not a JSON object"))
    return document


@dataclass(slots=True)
class Row:
    """One object of an answer, read field by field.

    Attributes:
        values: The object.
        notes: Sentences about values that were not of the promised type; shared by all rows.
        within: The object in whose list it stands; None for the answer itself.
        path: That list's name, for messages.
        number: Which element of the list it is, from 0.
    """

    values: dict[str, Any]
    notes: set[str] = field(default_factory=set)
    within: Row | None = None
    path: str = ""
    number: int = 0

    def key(self, name: str) -> str:
        """Return a text that must be there and not empty; a whole number is taken by its digits.

        Raises:
            WireError: It is missing, empty, or anything else.
        """
        value = self.values.get(name)
        if type(value) is int and value >= 0:
            self.notes.add(_kept_as_text(name))
            return str(value)
        if not isinstance(value, str) or not value or isinstance(value, Number):
            self._refuse(name, "is not a non-empty text")
        return value

    def text(self, name: str) -> str | None:
        """Return a text; None for absent, null and empty. Other scalars are kept as text.

        Raises:
            WireError: It is an object or a list.
        """
        text = self._scalar(name)
        if text and type(self.values[name]) is not str:
            self.notes.add(_kept_as_text(name))
        return text

    def _scalar(self, name: str) -> str | None:
        value = self.values.get(name)
        if type(value) is str:
            return value or None
        if value is None:
            return None
        if isinstance(value, dict | list):
            self._refuse(name, "is a container where a single value belongs")
        return ("true" if value else "false") if isinstance(value, bool) else str(value)

    def whole(self, name: str) -> int | None:
        """Return a whole number; None when it is absent, null or cannot be read as one."""
        value = self.values.get(name)
        if type(value) is int:
            return value
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            if not isinstance(value, Number):
                self.notes.add(f"{name} came as text")
            return int(value.partition(".")[0])
        if self._scalar(name) is not None:
            self.notes.add(f"{name} was not a whole number and was left out")
        return None

    def yes(self, name: str) -> bool | None:
        """Return 1 as True and 0 as False; None when it is absent, null or anything else."""
        number = int(value) if isinstance(value := self.values.get(name), bool) else None
        number = self.whole(name) if number is None else number
        if number not in (0, 1, None):
            self.notes.add(f"{name} held a code that nobody documented and was left out")
        return bool(number) if number in (0, 1) else None

    def moment(self, name: str) -> datetime | None:
        """Return a UTC time in whole seconds; None when it is absent, null or malformed."""
        value = self.values.get(name)
        text = self._scalar(name)
        if text is None:
            return None
        try:
            # Only texts: to Python 20240501 would be a day.
            early = text.replace("T24:00:00", "T00:00:00") if type(value) is str else ""
            moment = datetime.fromisoformat(early) + timedelta(days=early != text)
            if moment.tzinfo is UTC and not moment.microsecond:
                return moment
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            self.notes.add(f"{name} was not a time and was left out")
            return None

    def joined(self, name: str, inner: str) -> str | None:
        """Return one text of each object in a list, joined by commas; None when there is none.

        Raises:
            WireError: It is no list of objects, or a text is an object or a list.
        """
        texts = (row.text(inner) for row in self.rows(name))
        return ", ".join(text for text in texts if text) or None

    def others(self, known: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """Return the fields that nobody here knows, as text, sorted; nothing for null ones."""
        if self.values.keys() <= known:
            return ()
        found = []
        for name in sorted(self.values.keys() - known):
            value = self.values[name]
            self.notes.add(f"the API sent a field that is new here, {name[:40]!r}; it is kept")
            if value is not None:
                found.append((name, value if isinstance(value, str) else json.dumps(value)))
        return tuple(found)

    def rows(self, name: str) -> Iterator[Row]:
        """Yield a list's objects; nothing for absent and null.

        Raises:
            WireError: It is no list, or one of its elements is no object.
        """
        value = self.values.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self._refuse(name, "is not a list")
        for number, each in enumerate(value):
            row = Row(each, self.notes, self, name, number)
            if not isinstance(each, dict):
                raise _misshapen(f"something else than an object at {row.place}")
            yield row

    def count(self, name: str) -> int | None:
        """Return a number of things; None for absent, null, and what is no such number.

        That is one from 0, below what nobody can have, be it as a text or with a zero fraction.
        """
        value = self.values.get(name)
        if value is None:
            return None
        number = value
        if isinstance(value, str) and _COUNT.fullmatch(value.strip()):
            number = int(value.partition(".")[0])
        if type(number) is int and 0 <= number < UNBOUNDED:
            if type(value) is str:
                self.notes.add(f"{name} came as text")
            return number
        self.notes.add(f"{name} was {_KINDS.get(type(value), 'a text')}, not a whole number from 0")
        return None

    def _refuse(self, name: str, rule: str) -> NoReturn:
        place = f"{self.place}.{name}" if self.within else name
        raise _misshapen(f"{place} {rule}")

    @property
    def place(self) -> str:
        """Where it stands, for messages: ``customer_infos[3]``; ``""`` for the answer itself."""
        if self.within is None:
            return ""
        inside = f"{self.within.place}." if self.within.within else ""
        return f"{inside}{self.path}[{self.number}]"


def broken(what: str) -> str:
    """Return the sentence for an answer that is not what the API promises."""
    return (
        f"Partner Center's answer {what}; check that the endpoint is Partner Center's and that "
        "no proxy or login page stands between, then try again"
    )


def _misshapen(what: str) -> ShapeError:
    return ShapeError(
        f"Partner Center's answer breaks a rule: {what}; its format may have changed: try again "
        "later, then mail the developers what `partnerbook doctor --bundle FILE` writes"
    )


def _kept_as_text(name: str) -> str:
    return f"{name} came as a number or truth value and was kept as text"


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise WireError(broken("holds a key twice"))
    return out


_DECODER = json.JSONDecoder(
    parse_float=Number,
    parse_constant=_refuse_constant,
    object_pairs_hook=_without_duplicates,
)
