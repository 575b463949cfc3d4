"""Ten thousand customers at ten calls a second: how near the quota's own time, and no 429."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

from partnerbook import CustomerQuery
from partnerbook.client import Clock, Pacer, PartnerCenter
from partnerbook.sandbox import Sandbox
from partnerbook.sandbox.app import make_app
from partnerbook.sandbox.gate import Gate, new_account
from tests.bench.rows import Row, at_size
from tests.bench.waiting import Skipping

CUSTOMERS, CALLS = 10_000, 10
_LEAST_CUSTOMERS = 2_500  # below, hardly any call would have to wait
_SLACK = 0.05


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """List at the vendor's quota, page after page and by slices side by side.

    The whole proof waits in real time. Smaller ones share a clock with the sandbox on which nothing
    but waits takes time, and those are skipped: a busy machine must not fail a test. That has a
    meaning only where one request comes after the other.
    """
    customers = at_size(CUSTOMERS, size, _LEAST_CUSTOMERS)
    skipping = None if size >= 1 else Skipping(seed, still=True)
    orders = ("newest",) if skipping else ("newest", "random")
    return [_listed(customers, order, seed, skipping) for order in orders]


def _listed(customers: int, order: str, seed: int, skipping: Skipping | None) -> Row:
    sandbox = Sandbox(customers=customers, seed=seed)
    seconds = skipping.seconds if skipping else time.monotonic
    clock = skipping.clock if skipping else Clock()
    account = new_account(sandbox.partner_id)
    epoch = time.time() - seconds()
    # The sandbox's own application, on the same clock as the client.
    sandbox.app = make_app(
        sandbox.backend, Gate(account), sandbox.control_key, clock=lambda: epoch + seconds()
    )
    sandbox.configure(order=order, requests_per_second=CALLS)
    with (
        sandbox,
        PartnerCenter(
            endpoint=sandbox.endpoint,
            access_key=account.access_key,
            secret_key=account.secret_key,
            api="sub-customers",
            clock=clock,
            pacer=Pacer(clock, CALLS),
        ) as center,
    ):
        started = seconds()
        listing = center.listing(CustomerQuery())
        took = seconds() - started
        log = sandbox.app.test_client().get(
            "/_sandbox/requests", headers={"X-Sandbox-Key": sandbox.control_key}
        )
        statuses = [each["status"] for each in json.loads(log.data)["requests"]]
    requests = len(statuses)
    # Ten calls may go out at once; each further ten wait for a second to pass.
    least = (requests - 1) // CALLS
    refused = statuses.count(429)
    whole = listing.state == "exact" and listing.customers == sandbox.customers
    over = took / least - 1
    passed = whole and not refused and over <= _SLACK
    return Row(
        promise=f"uses the {CALLS} calls a second that are allowed, and no more",
        fault=f"{customers:,} customers, order {order} ({listing.evidence.method})"
        + (", waits skipped" if skipping else ""),
        mark=f"exact, within {_SLACK:.0%} of the least time for its requests, no 429",
        result=f"{listing.state}; {requests} requests in {took:.2f} s, least {least} s "
        f"({over:+.1%}); {refused} x 429",
        passed=passed,
        numbers={"requests": requests, "seconds": round(took, 3), "least": least, "429": refused},
        broken=() if passed else (f"seed {seed}, order {order}",),
    )
