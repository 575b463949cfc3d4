"""The last look at a finished mail: is there anything in it that must not leave? Pure.

It does not trust what made the mail. It takes the bytes apart as a reader would (headers, parts,
attachments, what is zipped in them, what is encoded in a page) and looks for every value that
the policy hides, knowing nothing of how the parts were made.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy

from partnerbook.model import CUSTOMER_FIELDS, Customer
from partnerbook.text import from_cell_xml, is_masked
from partnerbook.wording import LANGUAGES, label

TELLING = (
    "customer_id",
    "account_name",
    "company_name",
    "telephone",
    "email",
    "xaccount_id",
    "label",
    "account_manager",
)
"""Fields of `Customer` whose values are looked for: who it is, and what is said of them."""

_STRICT = ("telephone", "email")  # hidden whatever else bears the same characters
_SHORTEST = 2  # characters of a value that is looked for
_SHORTEST_PLAIN = 4  # of one in ASCII: shorter ones stand in any text
_SHORTEST_DIGITS = 7  # of one in digits only: shorter ones are counts and row numbers too
_DEEPEST = 4  # zips within zips
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LONG_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")


class Scanner:
    """Looks for hidden values in finished mails.

    Args:
        everybody: All customers that are known, whole.
        shown: The customers of the mail, as its audience may see them. Where one of their
            values holds a hidden one ("Acme" in "Acme Ltd"), the longer value decides.
        about_nobody: The same mail about no customers. Who is called like a word of it
            ("Summary") is not given away by that word.
    """

    def __init__(
        self, everybody: Iterable[Customer], shown: Iterable[Customer], about_nobody: bytes
    ) -> None:
        self._known: dict[str, str | None] = {
            value: field
            for customer in everybody
            for field in TELLING
            if (value := getattr(customer, field)) and is_telling(field, value)
        }
        for value in {each for customer in shown for each in _said_of(customer)}:
            self._known[value] = None
        # The lengths of the values that begin with two characters, the longest first: a place
        # in the text costs a few look-ups, however many customers there are.
        lengths: dict[str, set[int]] = {}
        for value in self._known:
            lengths.setdefault(value[:_SHORTEST], set()).add(len(value))
        self._lengths = {start: sorted(each, reverse=True) for start, each in lengths.items()}
        self._seen: dict[tuple[str, bytes], Counter[str]] = {}
        found = [each for part in parts_of(about_nobody) for each in self._matches(*part)]
        for part, value in found:
            # Its reader may be a customer too: the address in To is no secret to them.
            if self._known[value] not in _STRICT or part.startswith("headers"):
                self._known[value] = None

    def found(self, mail: bytes) -> dict[str, int]:
        """Return what a mail shows and must not: ``part: field`` and how often.

        Empty for a mail that may leave. The values themselves are never repeated.
        """
        out: Counter[str] = Counter()
        for name, data in parts_of(mail):
            # The same attachment to many recipients is looked through once.
            key = (name, hashlib.sha256(data).digest())
            if key not in self._seen:
                hits = [(part, self._known[value]) for part, value in self._matches(name, data)]
                self._seen[key] = Counter(f"{part}: {field}" for part, field in hits if field)
            out += self._seen[key]
        return dict(out)

    def _matches(self, name: str, data: bytes) -> Iterator[tuple[str, str]]:
        for part, text in _within(name, data, 0):
            for value in self._values_in(text):
                yield part, value

    def _values_in(self, text: str) -> Iterator[str]:
        lengths, known, at, last = self._lengths, self._known, 0, len(text) - 1
        while at < last:
            step = 1
            for length in lengths.get(text[at : at + _SHORTEST], ()):
                value = text[at : at + length]
                if value in known and _stands_alone(text, at, at + length):
                    yield value
                    step = length
                    break
            at += step


def is_telling(field: str, value: str) -> bool:
    """Return whether a field's value gives a customer away where it stands in a text."""
    if field in _STRICT and is_masked(value):
        return False  # the vendor hid what there was to hide
    if value.isdecimal():
        return len(value) >= _SHORTEST_DIGITS
    return len(value) >= (_SHORTEST_PLAIN if value.isascii() else _SHORTEST)


def texts_of(mail: bytes) -> Iterator[tuple[str, str]]:
    """Yield every readable text of a mail with the name of the part it stands in."""
    for name, data in parts_of(mail):
        yield from _within(name, data, 0)


def parts_of(mail: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the headers and the content of each part of a mail, decoded, with a name."""
    message = message_from_bytes(mail, policy=policy.default)
    for number, part in enumerate(message.walk()):
        heads = "\n".join(f"{name}: {value}" for name, value in part.items())
        yield f"headers {number}", heads.encode("utf-8", "replace")
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        yield part.get_filename() or part.get_content_type(), data


def _within(name: str, data: bytes, depth: int) -> Iterator[tuple[str, str]]:
    if depth < _DEEPEST and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield name, archive.comment.decode("utf-8", "replace")
            for info in archive.infolist():
                yield name, f"{info.filename}\n{info.comment.decode('utf-8', 'replace')}"
                yield from _within(f"{name}/{info.filename}", archive.read(info), depth + 1)
        return
    for text in _readings(data):
        yield name, text
        for found in _LONG_BASE64.findall(text):
            for inner in _decoded(found):
                yield f"{name} (base64)", inner


def _readings(data: bytes) -> Iterator[str]:
    """Yield the ways in which bytes can be read as text."""
    raw = data.decode("utf-8", "replace")
    if "\x00" in raw:
        yield data.decode("utf-16-le", "replace")
    plain = html.unescape(raw)
    yield plain
    if _ESCAPED.search(plain):
        # A pair of surrogates becomes its one character.
        text = _ESCAPED.sub(lambda each: chr(int(each[1], 16)), plain)
        yield text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if (shown := from_cell_xml(plain)) != plain:
        yield shown


def _decoded(text: str) -> Iterator[str]:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return
    yield from _readings(data)
    for bits in (15, 31, -15):  # zlib, gzip, and neither's header
        try:
            yield from _readings(zlib.decompress(data, bits))
        except zlib.error:
            continue


def _said_of(customer: Customer) -> Iterator[str]:
    for field in CUSTOMER_FIELDS:
        value = getattr(customer, field)
        if isinstance(value, str) and len(value) >= _SHORTEST:
            yield value
        if value is not None:
            yield from (label(field, value, language) for language in LANGUAGES)


def stands_in(text: str, value: str) -> bool:
    """Return whether a value stands in a text by itself, not as a part of a longer word."""
    at = text.find(value)
    while at >= 0:
        if _stands_alone(text, at, at + len(value)):
            return True
        at = text.find(value, at + 1)
    return False


def _stands_alone(text: str, start: int, end: int) -> bool:
    # "Company 1" is not in "Company 11". Chinese has no spaces: its names stand anywhere.
    return not (
        (start and _joins(text[start - 1], text[start]))
        or (end < len(text) and _joins(text[end - 1], text[end]))
    )


def _joins(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
