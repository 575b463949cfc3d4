"""The vendor's SDK and our client ask the same sandbox: do they get the same customers?

Finer tests of the sandbox through the SDK are in ``tests/test_sandbox_vendor_client.py``.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from partnerbook import CustomerQuery
from partnerbook.client import Clock, Pacer, PartnerCenter
from partnerbook.errors import NotAuthorisedError
from partnerbook.model import Api, Customer
from partnerbook.sandbox import Sandbox
from tests.bench.rows import Row, at_size
from tests.bench.sdk import Core, Rows, Typed, credentials, quiet
from tests.bench.tokens import token_of

CUSTOMERS = 4_680


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """List with both, in every way there is, and refuse both what is wrong."""
    with quiet(), Sandbox(customers=at_size(CUSTOMERS, size), seed=seed) as sandbox:
        return [_same(sandbox, seed), _refused(sandbox, seed)]


def from_successor(rows: Rows) -> tuple[Customer, ...]:
    """Return the customers that the successor's rows describe, read without our own reader."""
    return _sorted(
        Customer(
            customer_id=row["customer_id"],
            account_name=row["account_name"] or None,
            company_name=row["customer"] or None,
            associated_at=_moment(row["associated_on"]),
            association=row["association_type"] or None,
            label=row["label"] or None,
            telephone=row["telephone"] or None,
            country_code=row["country_code"] or None,
            verification=row["verified_status"] or None,
            customer_type=row["customer_type"],
            is_frozen=None if row["is_frozen"] is None else row["is_frozen"] == 1,
            account_manager=_manager(row["account_managers"]),
            xaccount_id=row["xaccount_id"] or None,
            xaccount_type=row["xaccount_type"] or None,
            level=row["customer_level"] or None,
            email=row["email"] or None,
        )
        for row in rows
    )


def from_detail(rows: Rows) -> tuple[Customer, ...]:
    """Return the customers that the old API's rows describe, read without our own reader."""
    return _sorted(
        Customer(
            customer_id=row["customer_id"],
            account_name=row["domain_name"] or None,
            company_name=row["corp_name"] or None,
            associated_at=_moment(row["start_time"]),
            association=row["cooperation_type"] or None,
            label=row["label"] or None,
            telephone=row["telephone"] or None,
            country_code=row["countryCode"] or None,
            verification=row["verifiedStatus"] or None,
        )
        for row in rows
    )


def _same(sandbox: Sandbox, seed: int) -> Row:
    who = credentials(sandbox.access_key, sandbox.secret_key, sandbox.partner_id)
    apis: tuple[Api, ...] = ("detail", "sub-customers")
    ours = {
        (api, by_token): _ours(sandbox, api, by_token=by_token)
        for api in apis
        for by_token in (False, True)
    }
    broken = []
    ways = 0
    for by_token, later in itertools.product((False, True), repeat=2):
        # Beside a token the vendor's client wants an empty signature.
        headers = {"X-Auth-Token": token_of(sandbox), "Authorization": ""} if by_token else {}
        core = Core(sandbox.endpoint, who, sandbox.partner_id, headers=headers, later=later)
        with contextlib.closing(core):
            theirs: dict[Api, tuple[Customer, ...]] = {
                "detail": from_detail(core.rows()),
                "sub-customers": from_successor(core.rows(old=False)),
            }
            for api, customers in theirs.items():
                ways += 1
                if customers != ours[api, by_token]:
                    broken.append(f"seed {seed}: core, {api}, token {by_token}, async {later}")
        if by_token:
            continue  # the generated client takes no token
        with contextlib.closing(Typed(sandbox.endpoint, who, later=later)) as typed:
            ways += 1
            if from_successor(typed.rows()) != ours["sub-customers", False]:
                broken.append(f"seed {seed}: bssintl, async {later}")
    return Row(
        promise="gets exactly what the vendor's own client gets",
        fault=f"huaweicloudsdkbssintl (successor) and huaweicloudsdkcore (both APIs), AK/SK and "
        f"token, sync and async; {len(sandbox.customers):,} customers",
        mark=f"the same customers, field by field, in all {ways} ways",
        result=f"the same in {ways - len(broken)} of {ways}",
        passed=not broken,
        numbers={"ways": ways, "customers": len(sandbox.customers)},
        broken=tuple(broken),
    )


def _refused(sandbox: Sandbox, seed: int) -> Row:
    refusal = importlib.import_module("huaweicloudsdkcore.exceptions.exceptions")
    broken = []
    wrongs = {
        "wrong secret": (sandbox.access_key, "x" * 40),
        "wrong key": ("A" * 20, sandbox.secret_key),
    }
    answers = set()
    for what, (key, secret) in wrongs.items():
        sandbox.backend.reset()
        who = credentials(key, secret, sandbox.partner_id)
        clients: list[Typed | Core] = [
            Typed(sandbox.endpoint, who),
            Typed(sandbox.endpoint, who, later=True),
            Core(sandbox.endpoint, who, sandbox.partner_id),
        ]
        for client in clients:
            with contextlib.closing(client):
                try:
                    client.rows()
                    broken.append(f"seed {seed}: {what} was let in")
                except refusal.ClientRequestException as error:
                    answers.add((error.status_code, error.error_code))
        try:
            _ours(sandbox, "detail", key=key, secret=secret)
            broken.append(f"seed {seed}: {what} was let in, ours")
        except NotAuthorisedError as error:
            answers.add((error.status, error.code))
    if answers != {(401, "APIGW.0301")}:
        broken.append(f"seed {seed}: {sorted(answers)}")
    told = ", ".join(f"{status} {code}" for status, code in sorted(answers))
    return Row(
        promise="the sandbox refuses a wrong secret and a wrong key as the gateway does",
        fault="the vendor's clients and ours, each with a wrong secret and with a wrong key",
        mark="401 APIGW.0301 always",
        result=told,
        passed=not broken,
        broken=tuple(broken),
    )


def _ours(
    sandbox: Sandbox,
    api: Api,
    *,
    by_token: bool = False,
    key: str | None = None,
    secret: str | None = None,
) -> tuple[Customer, ...]:
    keys: dict[str, Any] = {
        "access_key": key or sandbox.access_key,
        "secret_key": secret or sandbox.secret_key,
    }
    with PartnerCenter(
        endpoint=sandbox.endpoint,
        partner_id=sandbox.partner_id,
        iam_endpoint=sandbox.iam_endpoint,
        api=api,
        pacer=Pacer(Clock(), math.inf),
        **({"token": token_of(sandbox)} if by_token else keys),
    ) as center:
        listing = center.listing(CustomerQuery())
    if listing.state != "exact":
        raise AssertionError("nothing changed, and yet the listing is not exact")
    return listing.customers


def _sorted(customers: Iterable[Customer]) -> tuple[Customer, ...]:
    return tuple(sorted(customers, key=lambda each: each.customer_id))


def _manager(managers: Any) -> str | None:
    names = [each["account_name"] for each in managers or ()]
    return "; ".join(names) or None


def _moment(text: str | None) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if text else None
