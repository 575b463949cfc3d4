"""The vendor's own client, which none of us wrote, listing all customers."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

PAGE = 100
OLD = "/v1.0/{partner_id}/partner/customer-mgr/detail"

Rows = list[dict[str, Any]]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Give the vendor's client a home to write its number into, and let it deprecate itself."""
    with tempfile.TemporaryDirectory() as home, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        before = {name: os.environ.get(name) for name in ("HOME", "USERPROFILE", "NO_PROXY")}
        os.environ.update(HOME=home, USERPROFILE=home, NO_PROXY="127.0.0.1")
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def credentials(key: str, secret: str, domain: str) -> Any:
    """Return the vendor's credentials of a key pair."""
    room = importlib.import_module("huaweicloudsdkcore.auth.credentials")
    return room.GlobalCredentials(key, secret, domain)


class Typed:
    """The generated client of the successor API.

    Args:
        endpoint: Where to ask.
        who: The vendor's credentials.
        later: Whether to ask through its asynchronous client.
    """

    def __init__(self, endpoint: str, who: Any, *, later: bool = False) -> None:
        self._room = importlib.import_module("huaweicloudsdkbssintl.v2")
        kind = self._room.BssintlAsyncClient if later else self._room.BssintlClient
        self._later = later
        self._client = kind.new_builder().with_credentials(who).with_endpoint(endpoint).build()

    def pages(self) -> Iterator[Any]:
        """Yield the vendor's answers until the count is reached."""
        offset = count = 0
        while not offset or offset < count:
            body = self._room.QuerySubCustomerListReq(offset=offset, limit=PAGE)
            request = self._room.ListSubCustomersRequest(body=body)
            if self._later:
                answer = self._client.list_sub_customers_async(request).result()
            else:
                answer = self._client.list_sub_customers(request)
            yield answer
            count = answer.count
            offset += PAGE

    def rows(self) -> Rows:
        """Return all customers as the vendor's fields say them."""
        return [each.to_dict() for page in self.pages() for each in page.customer_infos]

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


class Core:
    """The client that generated ones are built on; the old API has no generated one.

    Args:
        endpoint: Where to ask.
        who: The vendor's credentials.
        partner_id: The partner's account ID.
        headers: Headers to send beside the vendor's own: a token's.
        later: Whether to ask through its asynchronous way.
    """

    def __init__(
        self,
        endpoint: str,
        who: Any,
        partner_id: str,
        *,
        headers: dict[str, str] | None = None,
        later: bool = False,
    ) -> None:
        core = importlib.import_module("huaweicloudsdkcore.client")
        answer = importlib.import_module("huaweicloudsdkcore.sdk_response").SdkResponse
        self._partner_id, self._headers, self._later = partner_id, headers or {}, later
        builder = core.ClientBuilder(core.Client, "GlobalCredentials")
        self._client = builder.with_credentials(who).with_endpoint(endpoint).build()
        whole = type("Whole", (answer,), {"openapi_types": {}, "attribute_map": {}})
        self._client.model_package = SimpleNamespace(Whole=whole)

    def rows(self, *, old: bool = True) -> Rows:
        """Return all customers as the API says them: the old one's, or the successor's."""
        rows: Rows = []
        number = count = 0
        while not number or number * PAGE < count:
            query = [("page_no", number + 1), ("page_size", PAGE)]
            body = {"offset": number * PAGE, "limit": PAGE}
            answer = self._client.do_http_request(
                method="GET" if old else "POST",
                resource_path=OLD if old else "/v2/partners/sub-customers/query",
                path_params={"partner_id": self._partner_id},
                query_params=query if old else [],
                header_params=self._headers,
                body=None if old else body,
                post_params={},
                response_type="Whole",
                collection_formats={},
                async_request=self._later,
            )
            page = json.loads((answer.result() if self._later else answer).raw_content)
            rows += page["customer_info_list" if old else "customer_infos"]
            count = page["count"]
            number += 1
        return rows

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
