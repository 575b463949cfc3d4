"""CPU time per page, without a quota: ours beside the vendor's SDK, requests and httpx.

All four list the same customers from one prepared server in another process, in turn. Counted is
the CPU time of the whole client process, all its threads, divided by the answers it received.
Ours and the SDK sign each request and build objects; requests and httpx are the bare libraries,
unsigned, down to dictionaries. Ours also proves the list, over two passes; pages that the second
one brings unchanged are read once, so a list in motion costs more a page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from partnerbook import CustomerQuery
from partnerbook.client import Clock, Pacer, PartnerCenter
from partnerbook.model import Customer
from tests.bench.lines import Line
from tests.bench.listers import KEY, SECRET, digest_of
from tests.bench.measured import Job, Measured, Scale, Took, in_turn
from tests.bench.prepared import PAGE, served
from tests.bench.rows import Row, at_size

PAGES, TIMES, ROUNDS = 100, 3, 7
_OURS, _SDK = "partnerbook", "vendor's SDK"
_MOST = 0.5  # of the SDK's


def measure(scale: Scale) -> Sequence[Line]:
    """List with all four; seconds and CPU seconds are those of one page."""
    pages = at_size(PAGES, scale.size, 5)
    took = _measured(pages, scale)
    title = f"a page of {PAGE} customers, of a list of {pages}; × ours by CPU time"
    least = 1 / _MOST
    lines = []
    for job in _jobs("", pages):
        runs = took[job.who]
        if not runs:
            lines.append(Line(job=title, who=job.who))
            continue
        times = median(_ratios(runs, took[_OURS]))
        held = job.who != _SDK or times >= least or scale.size < 1
        broken = [] if held else [f"{job.who}: not at least {least:g} × ours"]
        if not _same(took, job.who):
            broken.append(f"{job.who}: found other customers than we did")
        lines.append(
            Line(
                job=title,
                who=f"{job.who} {runs[0].version}".strip(),
                wall=median(run.wall / run.result["answers"] for run in runs),
                cpu=median(map(_per_page, runs)),
                peak=median(run.peak for run in runs),
                times=times,
                limits=f"at least {least:g} × ours" if job.who == _SDK else "",
                passed=not broken,
                broken=tuple(broken),
                rounds=tuple({"cpu": run.cpu, "answers": run.result["answers"]} for run in runs),
            )
        )
    return lines


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Compare ours with the SDK.

    The ratio is judged in the whole proof only: on a busy machine a twentieth of it says little,
    and no test may fail by the clock. That all four list the same is judged always.

    Raises:
        AssertionError: Two clients did not get the same customers.
    """
    pages, rounds = at_size(PAGES, size, 5), at_size(ROUNDS, size)
    took = _measured(pages, Scale(size=size, seed=seed, rounds=rounds))
    for who in took:
        if not _same(took, who):
            raise AssertionError(f"{who} got other customers than we did")
    per_page = {who: median(map(_per_page, runs)) * 1000 for who, runs in took.items() if runs}
    ratios = {who: median(_ratios(runs, took[_SDK])) for who, runs in took.items() if runs}
    ours = ratios[_OURS]
    # Ours takes as many listings as the SDK, each over nearly twice as many pages.
    whole = median(run.cpu / its.cpu for run, its in zip(took[_OURS], took[_SDK], strict=True))
    held = ours <= _MOST or size < 1
    told = ", ".join(f"{who} {ms:.2f} ms ({ratios[who]:.2f})" for who, ms in per_page.items())
    return [
        Row(
            promise="costs little: at most half the CPU time per page of the vendor's SDK",
            fault=f"{pages} pages of {PAGE} customers, prepared answers, no quota; medians of "
            f"{rounds} rounds in turn; ours and the SDK sign and build objects, ours proves too",
            mark=f"at most {_MOST:.2f} of the SDK's, the same customers",
            result=f"{told}; our whole listing, proven over two passes, costs {whole:.2f} of the "
            "SDK's one pass",
            passed=held,
            numbers={
                "ms_per_page": {who: round(ms, 3) for who, ms in per_page.items()},
                "of_the_sdk": {who: round(ratio, 3) for who, ratio in ratios.items()},
                "listing_of_the_sdk": round(whole, 3),
            },
            broken=() if held else (f"{ours:.2f} of the SDK's",),
        )
    ]


def ours(endpoint: str, pages: int, times: int) -> Measured:
    """List with our client, which signs, decodes strictly, builds objects, and proves the list."""
    center = PartnerCenter(
        endpoint=endpoint,
        access_key=KEY,
        secret_key=SECRET,
        api="sub-customers",
        pacer=Pacer(Clock(), math.inf),
    )
    center.listing(CustomerQuery())  # connections, imports and caches are warm afterwards

    def job() -> Callable[[], dict[str, Any]]:
        listings = [center.listing(CustomerQuery()) for _ in range(times)]
        if any(each.state != "exact" or each.count != pages * PAGE for each in listings):
            raise AssertionError("nothing changed, and yet a listing is not exact and whole")
        answers = sum(each.evidence.requests for each in listings)
        found = listings[-1].customers
        return lambda: {"answers": answers, "digest": digest_of(map(_told, found))}

    return job


def _jobs(endpoint: str, pages: int) -> list[Job]:
    arguments = {"endpoint": endpoint, "pages": pages, "times": TIMES}
    calls = {
        _OURS: ("tests.bench.cpu:ours", ""),
        _SDK: ("tests.bench.listers:sdk", "huaweicloudsdkbssintl"),
        "requests": ("tests.bench.listers:plain_requests", "requests"),
        "httpx": ("tests.bench.listers:plain_httpx", "httpx"),
    }
    return [
        Job(who=who, call=call, arguments=arguments, package=package)
        for who, (call, package) in calls.items()
    ]


def _measured(pages: int, scale: Scale) -> dict[str, list[Took]]:
    with served(pages * PAGE, scale.seed) as endpoint:
        return in_turn(_jobs(endpoint, pages), scale.rounds or ROUNDS, scale)


def _same(took: dict[str, list[Took]], who: str) -> bool:
    wanted = took[_OURS][0].result["digest"]
    return all(run.result["digest"] == wanted for run in took[who])


def _ratios(runs: Sequence[Took], to: Sequence[Took]) -> list[float]:
    # Round by round: what else the machine does then befalls both.
    return [_per_page(run) / _per_page(other) for run, other in zip(runs, to, strict=True)]


def _per_page(run: Took) -> float:
    return float(run.cpu / run.result["answers"])


def _told(customer: Customer) -> tuple[list[Any], str]:
    at = customer.associated_at
    return [
        customer.customer_id,
        customer.account_name,
        customer.company_name,
        at and at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        customer.association,
        customer.label,
        customer.telephone,
        customer.country_code,
        customer.verification,
        customer.customer_type,
        None if customer.is_frozen is None else int(customer.is_frozen),
        customer.xaccount_id,
        customer.xaccount_type,
        customer.level,
        customer.email,
    ], customer.account_manager or ""
