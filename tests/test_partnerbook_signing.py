from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from partnerbook.signing import canonical_request, query_text, sign

KEY = "AKIDEXAMPLE000000000"
SECRET = "SKEXAMPLE00000000000000000000000000000000"
AT = datetime(2019, 5, 6, 8, 5, 1, tzinfo=UTC)
HOST = "https://bss-intl.myhuaweicloud.com"
DETAIL = f"{HOST}/v1.0/9f3c1e5a7b2d4c6e8f0a1b2c3d4e5f60/partner/customer-mgr/detail"


def signature(headers: dict[str, str]) -> str:
    return headers["Authorization"].rpartition("Signature=")[2]


def test_the_vendor_s_published_example_is_reproduced() -> None:
    # Vendor's page "AK/SK signing", the VPC list example.
    url = (
        "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
        "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0"
    )
    at = datetime(2019, 11, 15, 3, 36, 55, tzinfo=UTC)

    headers = sign(
        method="GET",
        url=url,
        headers={"Content-Type": "application/json"},
        body=b"",
        access_key="QTWAOYTTINDUT2QVKYUC",
        secret_key="MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
        at=at,
    )

    unsigned = {name: value for name, value in headers.items() if name != "Authorization"}
    canonical = canonical_request("GET", url, unsigned, b"")
    assert (
        hashlib.sha256(canonical.encode()).hexdigest()
        == "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
    )
    assert headers["Authorization"] == (
        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, "
        "SignedHeaders=content-type;host;x-sdk-date, "
        "Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
    )


def test_a_get_without_query_signs_host_and_date() -> None:
    headers = sign(
        method="GET",
        url=DETAIL,
        headers={},
        body=b"",
        access_key=KEY,
        secret_key=SECRET,
        at=AT,
    )

    assert headers["X-Sdk-Date"] == "20190506T080501Z"
    assert "SignedHeaders=host;x-sdk-date," in headers["Authorization"]
    assert signature(headers) == "1114f0a132e8d17015572a04a55c347b8b62bbf534291776a93d6a8d65f2c6e0"


def test_a_post_signs_its_exact_body() -> None:
    headers = sign(
        method="POST",
        url=f"{HOST}/v2/partners/sub-customers/query",
        headers={"Content-Type": "application/json"},
        body=b'{"offset": 0, "limit": 10}',
        access_key=KEY,
        secret_key=SECRET,
        at=AT,
    )

    assert signature(headers) == "261319514a7c0d00b75278500052ec3ce07e1d638c657f3bfc1e30717da622c4"


def test_the_moment_of_signing_may_be_given_in_any_zone() -> None:
    beijing = AT.astimezone(timezone(timedelta(hours=8)))

    stamps = {
        sign(
            method="GET",
            url=DETAIL,
            headers={},
            body=b"",
            access_key=KEY,
            secret_key=SECRET,
            at=at,
        )["X-Sdk-Date"]
        for at in (AT, beijing)
    }

    assert stamps == {"20190506T080501Z"}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], ""),
        ([("b", "2"), ("a", "1")], "a=1&b=2"),
        ([("a", "x y+z/~")], "a=x%20y%2Bz%2F~"),
        ([("a", "云"), ("a", "")], "a=&a=%E4%BA%91"),
        # Sorted by characters, not by their escapes.
        ([("é", "1"), ("z", "2")], "z=2&%C3%A9=1"),
    ],
)
def test_a_query_is_sorted_then_escaped(pairs: list[tuple[str, str]], expected: str) -> None:
    assert query_text(pairs) == expected


def test_a_plus_in_a_url_is_a_plus_and_an_escaped_slash_separates() -> None:
    canonical = canonical_request("GET", "https://h/a%2Fb%20c?q=1+1", {"Host": "h"}, b"")

    assert canonical.splitlines()[1:3] == ["/a/b%20c/", "q=1%2B1"]
