"""Listing customers with other clients: the vendor's SDK, requests and httpx.

They run where nothing of the program need be installed; what they bring is compared by a digest of
the vendor's own fields, see `digest_of`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.bench.measured import Measured
from tests.bench.sdk import PAGE, Rows, Typed, credentials, quiet

PATH = "/v2/partners/sub-customers/query"
KEY, SECRET, PARTNER = "A" * 20, "s" * 40, "0" * 32

FIELDS = (
    "customer_id",
    "account_name",
    "customer",
    "associated_on",
    "association_type",
    "label",
    "telephone",
    "country_code",
    "verified_status",
    "customer_type",
    "is_frozen",
    "xaccount_id",
    "xaccount_type",
    "customer_level",
    "email",
)
"""The vendor's fields of a customer, without the managers."""


def digest_of(customers: Iterable[tuple[list[Any], str]]) -> str:
    """Return a digest of customers: each the values of `FIELDS`, and the managers' names."""
    told = json.dumps(sorted(customers), ensure_ascii=False).encode()
    return hashlib.sha256(told).hexdigest()[:16]


def sdk(endpoint: str, pages: int, times: int) -> Measured:
    """List with the vendor's generated client, which signs and builds objects."""
    stack = contextlib.ExitStack()
    stack.enter_context(quiet())
    typed = stack.enter_context(
        contextlib.closing(Typed(endpoint, credentials(KEY, SECRET, PARTNER)))
    )
    return _repeated(
        lambda: [each for page in typed.pages() for each in page.customer_infos],
        lambda found: [each.to_dict() for each in found],
        pages * times,
        times,
    )


def plain_requests(endpoint: str, pages: int, times: int) -> Measured:
    """List with a session of requests: unsigned, down to dictionaries."""
    import requests  # noqa: PLC0415  a peer's

    session = requests.Session()
    return _plain(
        lambda body: session.post(endpoint + PATH, json=body, timeout=60).json(), pages, times
    )


def plain_httpx(endpoint: str, pages: int, times: int) -> Measured:
    """List with a client of httpx: unsigned, down to dictionaries."""
    import httpx  # noqa: PLC0415  a peer's

    client = httpx.Client()
    return _plain(lambda body: client.post(endpoint + PATH, json=body).json(), pages, times)


def _plain(ask: Callable[[dict[str, int]], Any], pages: int, times: int) -> Measured:
    def listed() -> Rows:
        rows: Rows = []
        offset = count = 0
        while not offset or offset < count:
            page = ask({"offset": offset, "limit": PAGE})
            rows += page["customer_infos"]
            count = page["count"]
            offset += PAGE
        return rows

    return _repeated(listed, lambda found: found, pages * times, times)


def _repeated(
    listed: Callable[[], Rows], as_rows: Callable[[Any], Rows], answers: int, times: int
) -> Measured:
    listed()  # connections, imports and caches are warm afterwards

    def job() -> Callable[[], dict[str, Any]]:
        found = [listed() for _ in range(times)][-1]
        return lambda: {"answers": answers, "digest": digest_of(map(_told, as_rows(found)))}

    return job


def _told(row: Mapping[str, Any]) -> tuple[list[Any], str]:
    values = [None if row[name] == "" else row[name] for name in FIELDS]
    managers = row["account_managers"] or ()
    return values, ", ".join(each["account_name"] for each in managers if each["account_name"])
