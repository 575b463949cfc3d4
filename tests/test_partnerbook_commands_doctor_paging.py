"""What the doctor says of servers whose counts, or whose time filter, are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest

from partnerbook.client.transport import Answer
from partnerbook.commands.doctor.lines import Line
from partnerbook.commands.doctor.paging import Paging
from partnerbook.wire.detail import DetailApi
from partnerbook.wire.requests import Request

Read = TypeVar("Read")
Count = Callable[[int, int], Any]

AT = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)


class Probe:
    """A Partner Center of some customers, whose count is what a function of two makes of it.

    Those are the customers in the list, and those on the page.
    """

    def __init__(self, customers: int, count: Count, *, filters_time: bool = True) -> None:
        self._rows = [
            {"customer_id": f"c-{at:03}", "domain_name": f"User{at}", "start_time": _time(at)}
            for at in range(customers)
        ]
        self._count, self._filters_time = count, filters_time

    def api(self, _: str) -> DetailApi:
        """Return the older API."""
        return DetailApi("p")

    def ask(self, request: Request, read: Callable[[Answer], Read]) -> Read:
        """Return what is read of the answer."""
        asked = {name: each[0] for name, each in parse_qs(urlsplit(request.target).query).items()}
        rows = [row for row in self._rows if asked.get("domain_name", "") in row["domain_name"]]
        if self._filters_time and "cooperationTimeStart" in asked:
            first, last = asked["cooperationTimeStart"], asked["cooperationTimeEnd"]
            rows = [row for row in rows if first <= row["start_time"] <= last]
        size = int(asked["page_size"])
        here = rows[(int(asked["page_no"]) - 1) * size :][:size]
        body = {"error_code": "CBC.0000", "customer_info_list": here}
        body["count"] = self._count(len(rows), len(here))
        return read(Answer(200, {}, json.dumps(body).encode(), AT, AT))


def _time(number: int) -> str:
    return f"{AT - timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}"


def _told(probe: Any) -> dict[str, Line]:
    return {line.what.removeprefix("Paging: "): line for line in Paging(probe, "detail").lines()}


@pytest.mark.parametrize(
    ("customers", "count", "proof"),
    [
        (237, lambda there, _: min(there, 200), "page 3 counts 200 and holds 37 more"),
        (237, lambda *_: None, "it is missing in 7 of 7 answers with customers"),
        (237, lambda *_: 10**28, "it is missing in 7 of 7 answers with customers"),
        (20, lambda _, here: here, "it is that of the page, not of the list: page one says 20"),
        (437, lambda _, here: here, "it is that of the page, not of the list: page one says 100"),
    ],
)
def test_a_count_that_is_none_of_the_list_is_a_finding(
    customers: int, count: Count, proof: str
) -> None:
    told = _told(Probe(customers, count))

    assert (told["count"].state, proof in told["count"].proof) == ("finding", True)
    assert told["page beyond the last"].state in {"fine", "skipped"}
    assert "of 100000" not in told["page size"].proof


@pytest.mark.parametrize("customers", [0, 1, 20, 100, 200, 237])
def test_a_true_count_is_fine(customers: int) -> None:
    told = _told(Probe(customers, lambda there, _: there))

    assert told["count"].state == "fine", told["count"]


def test_a_time_filter_that_is_none_is_not_judged_further() -> None:
    told = _told(Probe(20, lambda there, _: there, filters_time=False))

    assert "did not filter" in told["nobody found"].proof
    assert told["time filter"].state == "skipped"


def test_a_count_beside_nobody_is_no_missing_filter() -> None:
    told = _told(Probe(237, lambda *_: 237))

    assert told["nobody found"].proof.endswith("counts 237 and lists nobody")
    assert told["time filter"].state == "fine"
