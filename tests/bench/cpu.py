"""CPU time per page, without a quota: ours beside the vendor's SDK, requests and httpx.

All four list the same customers from one prepared server in another process, in turn, in one run.
Counted is the CPU time of the whole client process, all its threads, divided by the answers it
received. Ours and the SDK sign each request and build objects; requests and httpx are the bare
libraries, unsigned, down to dictionaries. Ours also proves the list, over two passes; pages that
the second one brings unchanged are read once, so a list in motion costs more a page.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

import httpx
import requests

from partnerbook import CustomerQuery
from partnerbook.client import Clock, Pacer, PartnerCenter
from partnerbook.model import Customer
from tests.bench.prepared import PAGE, served
from tests.bench.rows import Row, at_size
from tests.bench.sdk import Rows, Typed, credentials, quiet
from tests.bench.vendor import from_successor

PAGES, ROUNDS = 100, 9
_KEY, _SECRET, _PARTNER = "A" * 20, "s" * 40, "0" * 32
_PATH = "/v2/partners/sub-customers/query"
_OURS, _SDK = "partnerbook", "vendor's SDK"
_MOST = 0.5  # of the SDK's

Listed = Callable[[], tuple[int, Callable[[], tuple[Customer, ...]]]]
"""Lists; returns the answers it took, and how to read whom it found (not measured)."""


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Measure all four, and compare ours with the SDK.

    The ratio is judged in the whole proof only: on a busy machine a twentieth of it says little,
    and no test may fail by the clock. That all four list the same is judged always.
    """
    pages, rounds = at_size(PAGES, size, 40), at_size(ROUNDS, size, 5)
    took = measured(pages, rounds, seed)
    per_page = {name: median(ms / answers for ms, answers in each) for name, each in took.items()}
    whole = {name: median(ms for ms, _ in each) for name, each in took.items()}
    # Round by round: what else the machine does then befalls both.
    ratios = {
        name: median(
            (ms / answers) / (sdk_ms / sdk_answers)
            for (ms, answers), (sdk_ms, sdk_answers) in zip(each, took[_SDK], strict=True)
        )
        for name, each in took.items()
    }
    ours = ratios[_OURS]
    held = ours <= _MOST or size < 1
    told = ", ".join(f"{name} {ms:.2f} ms ({ratios[name]:.2f})" for name, ms in per_page.items())
    return [
        Row(
            promise="costs little: at most half the CPU time per page of the vendor's SDK",
            fault=f"{pages} pages of {PAGE} customers, prepared answers, no quota; medians of "
            f"{rounds} rounds in turn; ours and the SDK sign and build objects, ours proves too",
            mark=f"at most {_MOST:.2f} of the SDK's, the same customers",
            result=f"{told}; our whole listing, proven over two passes, costs "
            f"{whole[_OURS] / whole[_SDK]:.2f} of the SDK's one pass",
            passed=held,
            numbers={
                "ms_per_page": {name: round(ms, 3) for name, ms in per_page.items()},
                "ms_per_listing": {name: round(ms, 1) for name, ms in whole.items()},
                "of_the_sdk": {name: round(ratio, 3) for name, ratio in ratios.items()},
            },
            broken=() if held else (f"{ours:.2f} of the SDK's",),
        )
    ]


def measured(pages: int, rounds: int, seed: int) -> dict[str, list[tuple[float, int]]]:
    """Return milliseconds of CPU time and answers received, by client, for each round.

    Raises:
        AssertionError: Two clients did not get the same customers.
    """
    took: dict[str, list[tuple[float, int]]] = {}
    with quiet(), served(pages * PAGE, seed) as endpoint, contextlib.ExitStack() as stack:
        clients = {
            _OURS: stack.enter_context(_ours(endpoint)),
            _SDK: stack.enter_context(_sdk(endpoint)),
            "requests": stack.enter_context(_requests(endpoint)),
            "httpx": stack.enter_context(_httpx(endpoint)),
        }
        # Connections, imports and caches are warm afterwards.
        found = {name: listed()[1]() for name, listed in clients.items()}
        for name, customers in found.items():
            if len(customers) != pages * PAGE or customers != found[_SDK]:
                raise AssertionError(f"{name} got other customers than the vendor's SDK")
        for _ in range(rounds):
            for name, listed in clients.items():
                started = time.process_time()
                answers, _ = listed()
                spent = time.process_time() - started
                took.setdefault(name, []).append((spent * 1000, answers))
    return took


@contextlib.contextmanager
def _ours(endpoint: str) -> Iterator[Listed]:
    with PartnerCenter(
        endpoint=endpoint,
        access_key=_KEY,
        secret_key=_SECRET,
        api="sub-customers",
        pacer=Pacer(Clock(), math.inf),
    ) as center:

        def listed() -> tuple[int, Callable[[], tuple[Customer, ...]]]:
            listing = center.listing(CustomerQuery())
            if listing.state != "exact":
                raise AssertionError("nothing changed, and yet the listing is not exact")
            return listing.evidence.requests, lambda: listing.customers

        yield listed


@contextlib.contextmanager
def _sdk(endpoint: str) -> Iterator[Listed]:
    with contextlib.closing(Typed(endpoint, credentials(_KEY, _SECRET, _PARTNER))) as typed:

        def listed() -> tuple[int, Callable[[], tuple[Customer, ...]]]:
            pages = list(typed.pages())
            rows = (each.to_dict() for page in pages for each in page.customer_infos)
            return len(pages), lambda: from_successor(list(rows))

        yield listed


@contextlib.contextmanager
def _requests(endpoint: str) -> Iterator[Listed]:
    with requests.Session() as session:
        yield _plain(lambda body: session.post(endpoint + _PATH, json=body, timeout=10).json())


@contextlib.contextmanager
def _httpx(endpoint: str) -> Iterator[Listed]:
    with httpx.Client() as client:
        yield _plain(lambda body: client.post(endpoint + _PATH, json=body).json())


def _plain(ask: Callable[[dict[str, int]], Any]) -> Listed:
    def listed() -> tuple[int, Callable[[], tuple[Customer, ...]]]:
        rows: Rows = []
        offset = count = 0
        while not offset or offset < count:
            page = ask({"offset": offset, "limit": PAGE})
            rows += page["customer_infos"]
            count = page["count"]
            offset += PAGE
        return offset // PAGE, lambda: from_successor(rows)

    return listed
