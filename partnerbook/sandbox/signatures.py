"""SDK-HMAC-SHA256, verified: the sandbox's own reading of the vendor's description. Pure.

Shares no line with the signing side, so that two independent readings meet.

Source: support.huaweicloud.com/devg-apisign, and the vendor's own signer (huaweicloudsdkcore).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote_from_bytes, unquote_to_bytes

from partnerbook.sandbox.answers import Asked

ALGORITHM = "SDK-HMAC-SHA256"
WINDOW = 15 * 60
"""Seconds that the signing time may differ from the server's."""

_HEADER = re.compile(
    r"SDK-HMAC-SHA256\s+Access=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)\s*"
)
_STAMP = re.compile("[0-9]{8}T[0-9]{6}Z")
_DATE, _BODY_HASH = "x-sdk-date", "x-sdk-content-sha256"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an ``Authorization`` header says: whose key, which headers, and the signature."""

    access_key: str
    signed_headers: str
    signature: str


def claim(authorization: str) -> Claim | None:
    """Return what the header says; None when it is no signature of this algorithm."""
    found = _HEADER.fullmatch(authorization.strip())
    return Claim(*found.groups()) if found else None


def signed_at(asked: Asked, claimed: Claim) -> datetime | None:
    """Return the signing time; None when it is missing, malformed or not itself signed."""
    stamp = asked.header(_DATE) or ""
    if _DATE not in claimed.signed_headers.lower().split(";") or not _STAMP.fullmatch(stamp):
        return None
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def is_signed(asked: Asked, claimed: Claim, secret_key: str) -> bool:
    """Return whether the signature is the one that this key makes over this request."""
    digest = hashlib.sha256(_bytes(canonical_request(asked, claimed))).hexdigest()
    to_sign = f"{ALGORITHM}\n{asked.header(_DATE)}\n{digest}"
    expected = hmac.new(secret_key.encode(), _bytes(to_sign), hashlib.sha256).hexdigest()
    # Bytes: compare_digest raises on text that is not ASCII, and anybody may send such text.
    return hmac.compare_digest(expected.encode(), _bytes(claimed.signature))


def canonical_request(asked: Asked, claimed: Claim) -> str:
    """Return the request in the form that is hashed and signed."""
    names = claimed.signed_headers.split(";")
    lines = "".join(f"{name.lower()}:{_value(asked, name)}\n" for name in names)
    return "\n".join(
        (
            asked.method.upper(),
            _canonical_path(asked.path),
            _canonical_query(asked.query),
            lines,
            claimed.signed_headers,
            _body_hash(asked, names),
        )
    )


def _canonical_path(path: str) -> str:
    pieces = unquote_to_bytes(path).split(b"/")
    encoded = "/".join(_encoded(piece) for piece in pieces)
    return encoded if encoded.endswith("/") else encoded + "/"


def _canonical_query(query: str) -> str:
    # "+" stays a plus: the vendor's client signs it as %2B and a space as %20.
    pairs = sorted(
        (unquote_to_bytes(name), unquote_to_bytes(value))
        for name, _, value in (piece.partition("=") for piece in query.split("&") if piece)
    )
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)


def _body_hash(asked: Asked, names: list[str]) -> str:
    actual = hashlib.sha256(asked.body).hexdigest()
    given = asked.header(_BODY_HASH)
    if not asked.body or given is None or _BODY_HASH not in (name.lower() for name in names):
        return actual
    # Only the vendor's word for "not hashed" stands in for a hash; any other value that is
    # not the body's own would let the body be swapped.
    return given if given == "UNSIGNED-PAYLOAD" else actual


def _value(asked: Asked, name: str) -> str:
    return (asked.header(name) or "").strip()


def _encoded(piece: bytes) -> str:
    return quote_from_bytes(piece, safe="-_.~")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
