"""Listings over a network that breaks: whole sockets, the product's own client, waits skipped."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from partnerbook import CustomerQuery
from partnerbook.client import Pacer, PartnerCenter
from partnerbook.errors import PartnerbookError
from partnerbook.model import CARRIED, CUSTOMER_FIELDS, Api, Customer
from partnerbook.sandbox import Sandbox
from tests.bench.rows import Row, at_size
from tests.bench.waiting import Skipping

CUSTOMERS, LISTINGS = 1_000, 200

_MIXED = {
    "error_rates": {"500": 0.07, "429": 0.07, "503": 0.07},
    "garbage_rate": 0.07,
    "cut_rate": 0.06,
    "reset_rate": 0.06,
}


@dataclass(frozen=True)
class _Trial:
    fault: str
    settings: Mapping[str, Any]
    by_token: bool = False


_TRIALS = (
    _Trial("30 % of connections dropped", {"drop_rate": 0.3}),
    _Trial("40 % of answers 500, 429, 503, garbage, cut or reset", _MIXED),
    _Trial("a token that dies after 7 requests", {"token_life_requests": 7}, by_token=True),
    _Trial(
        "the same, and 20 % of connections dropped",
        {"token_life_requests": 7, "drop_rate": 0.2},
        by_token=True,
    ),
)


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """List again and again while each fault befalls the requests, and compare with the truth."""
    listings = at_size(LISTINGS, size)
    with Sandbox(customers=CUSTOMERS, seed=seed) as sandbox:
        return [_tried(sandbox, trial, listings, seed) for trial in _TRIALS]


def carried(customers: Sequence[Customer], api: Api) -> tuple[Customer, ...]:
    """Return customers as an API tells them: without the fields that it does not carry."""
    silent: dict[str, Any] = dict.fromkeys(set(CUSTOMER_FIELDS) - CARRIED[api])
    return tuple(replace(each, **silent) for each in customers) if silent else tuple(customers)


def _tried(sandbox: Sandbox, trial: _Trial, listings: int, seed: int) -> Row:
    apis: tuple[Api, ...] = ("detail", "sub-customers")
    truth = {api: carried(sandbox.customers, api) for api in apis}
    seen: Counter[str] = Counter()
    broken = []
    for number in range(listings):
        api = apis[number % 2]
        chance = seed * 100_000 + number
        # Reset puts the draw of faults back to its seed, so that each case can be run again alone.
        sandbox.backend.reset()
        sandbox.configure(**trial.settings, seed=chance)
        try:
            listed, exact, requests = _listed(sandbox, trial, api, chance)
        except (PartnerbookError, ValueError) as error:
            broken.append(f"seed {chance}, {api}: {type(error).__name__}: {error}")
            continue
        ids = Counter(each.customer_id for each in listed)
        seen["requests"] += requests
        seen["exact"] += exact and listed == truth[api]
        seen["twice"] += sum(times - 1 for times in ids.values())
        seen["missing"] += sum(each.customer_id not in ids for each in truth[api])
        if not exact or listed != truth[api]:
            broken.append(f"seed {chance}, {api}: exact {exact}, {len(ids)} customers")
    sandbox.backend.reset()
    return Row(
        promise=f"a list of {CUSTOMERS:,} customers is whole and true",
        fault=trial.fault,
        mark=f"{listings}/{listings} exact, 0 twice, 0 missing",
        result=f"{seen['exact']}/{listings} exact, {seen['twice']} twice, {seen['missing']} "
        f"missing; {seen['requests'] / listings:.0f} requests a listing",
        passed=seen["exact"] == listings and not broken,
        numbers={"listings": listings, **seen},
        broken=tuple(broken),
    )


def _listed(
    sandbox: Sandbox, trial: _Trial, api: Api, chance: int
) -> tuple[tuple[Customer, ...], bool, int]:
    clock = Skipping(chance).clock
    keys: dict[str, Any] = {
        "access_key": sandbox.access_key,
        "secret_key": sandbox.secret_key,
    }
    if trial.by_token:
        keys = {
            "iam_endpoint": sandbox.iam_endpoint,
            "iam_user": sandbox.iam_user,
            "iam_password": sandbox.iam_password,
            "iam_domain": sandbox.iam_domain,
        }
    with PartnerCenter(
        endpoint=sandbox.endpoint,
        # The successor needs no partner ID; without one nothing else is asked of IAM either.
        partner_id=sandbox.partner_id if api == "detail" else None,
        api=api,
        clock=clock,
        pacer=Pacer(clock, math.inf),
        **keys,
    ) as center:
        listing = center.listing(CustomerQuery())
    return listing.customers, listing.state == "exact", listing.evidence.requests
