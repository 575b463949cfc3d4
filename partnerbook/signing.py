"""SDK-HMAC-SHA256, the signature that Huawei Cloud's gateway checks. Pure.

Facts: contract/api-facts.md 5.1, anchored to the vendor's own published example.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

ALGORITHM = "SDK-HMAC-SHA256"
STAMP = "%Y%m%dT%H%M%SZ"
"""How ``X-Sdk-Date`` is written; always UTC."""


def sign(  # noqa: PLR0913  six facts make a signature, and each is named by the caller
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    access_key: str,
    secret_key: str,
    at: datetime,
) -> dict[str, str]:
    """Return the headers with ``Host``, ``X-Sdk-Date`` and ``Authorization`` added.

    Args:
        method: HTTP method, upper case.
        url: Whole URL exactly as it goes on the wire.
        headers: Headers to sign. What is added to the request later stays unsigned.
        body: The exact bytes of the body; empty for none.
        access_key: Public half of the key pair.
        secret_key: Secret half; stays in here.
        at: The moment of signing, in any zone. The gateway accepts 15 minutes around its own.
    """
    stamp = at.astimezone(UTC).strftime(STAMP)
    signed = {**headers, "Host": urlsplit(url).netloc, "X-Sdk-Date": stamp}
    canonical = canonical_request(method, url, signed, body)
    text = f"{ALGORITHM}\n{stamp}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    signed["Authorization"] = (
        f"{ALGORITHM} Access={access_key}, "
        f"SignedHeaders={_signed_names(signed)}, Signature={signature}"
    )
    return signed


def canonical_request(method: str, url: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return the one text that both sides build from a request, and sign."""
    parts = urlsplit(url)
    path = quote(unquote(parts.path), safe="/")
    lowered = sorted((name.lower(), value.strip()) for name, value in headers.items())
    return "\n".join(
        (
            method,
            # Only this text ends in a slash; the path on the wire stays as it is.
            path if path.endswith("/") else path + "/",
            query_text(_pairs(parts.query)),
            "".join(f"{name}:{value}\n" for name, value in lowered),
            _signed_names(headers),
            hashlib.sha256(body).hexdigest(),
        )
    )


def query_text(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the query string as the gateway's canonical form has it: fit for the wire too."""
    # Sorted before escaping: "é" sorts after "z", "%C3%A9" would sort before it.
    return "&".join(f"{escaped(name)}={escaped(value)}" for name, value in sorted(pairs))


def escaped(text: str) -> str:
    """Return the text percent-encoded, all but letters, digits and ``-_.~``."""
    return quote(text, safe="")


def _pairs(query: str) -> list[tuple[str, str]]:
    # Not parse_qsl: it takes "+" for a space, the gateway does not.
    pieces = (piece.partition("=") for piece in query.split("&") if piece)
    return [(unquote(name), unquote(value)) for name, _, value in pieces]


def _signed_names(headers: Mapping[str, str]) -> str:
    return ";".join(sorted(name.lower() for name in headers))
