"""The client against the sandbox and against a server of raw bytes, over real sockets.

Waiting is injected: time stands still but for what is slept.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests  # this test's own client, not the one under test

from partnerbook.client import Clock, FileMemory, Forgetful, Pacer, PartnerCenter
from partnerbook.client.clock import Deadline
from partnerbook.client.watch import Watch, WatchedAdapter
from partnerbook.errors import (
    NotAuthorisedError,
    PartnerCenterError,
    QueryError,
    RefusedError,
    SettingsError,
    UnreachableError,
    WireError,
)
from partnerbook.model import CustomerQuery, Listing
from partnerbook.paging import Page
from partnerbook.sandbox import Sandbox
from partnerbook.wire.detail import DetailApi

UNLIMITED = float("inf")


class Time:
    """A clock that waits by moving on, from now or from a moment ``at``."""

    def __init__(self, seed: int = 1, at: datetime | None = None) -> None:
        self.slept = 0.0
        self._at = at
        self._lock = threading.Lock()
        self.chance = random.Random(seed).random  # noqa: S311  chance, not secrets

    def monotonic(self) -> float:
        return time.monotonic() + self.slept

    def now(self) -> datetime:
        return (self._at or datetime.now(UTC)) + timedelta(seconds=self.slept)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept += seconds

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.monotonic, self.sleep, self.chance)


def center_of(box: Sandbox, **given: Any) -> PartnerCenter:
    clock = given.pop("clock", None) or Time().clock
    values: dict[str, Any] = {
        "endpoint": box.endpoint,
        "iam_endpoint": box.iam_endpoint,
        "access_key": box.access_key,
        "secret_key": box.secret_key,
        "partner_id": box.partner_id,
        "clock": clock,
        "pacer": Pacer(clock, UNLIMITED),
    }
    return PartnerCenter(**{**values, **given})


def listing_of(box: Sandbox, query: CustomerQuery | None = None, **given: Any) -> Listing:
    with center_of(box, **given) as center:
        return center.listing(query or CustomerQuery())


@pytest.fixture(scope="module")
def shared_box() -> Iterator[Sandbox]:
    with Sandbox(customers=230, seed=7) as box:
        yield box


@pytest.fixture
def box(shared_box: Sandbox) -> Sandbox:
    """The sandbox as it starts: every setting and customer as at first."""
    reset(shared_box)
    return shared_box


def control(box: Sandbox, lever: str, body: Any = None) -> Any:
    url = f"{box.endpoint}/_sandbox/{lever}"
    headers = {"X-Sandbox-Key": box.control_key}
    with requests.Session() as session:
        session.trust_env = False
        if body is None:
            return session.get(url, headers=headers, timeout=60).json()
        return session.post(url, headers=headers, json=body, timeout=60).json()


def reset(box: Sandbox) -> None:
    control(box, "reset", {})


def requests_of(box: Sandbox) -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = control(box, "requests")["requests"]
    return requests


def ids(listing: Listing) -> list[str]:
    return [customer.customer_id for customer in listing.customers]


def everybody(box: Sandbox) -> list[str]:
    return [customer.customer_id for customer in box.customers]


# ------------------------------------------------------------------------------------ both APIs


def test_both_apis_give_the_same_customers(box: Sandbox) -> None:
    old = listing_of(box, api="detail")
    new = listing_of(box, api="sub-customers")

    assert ids(old) == ids(new) == everybody(box)
    assert (old.api, new.api) == ("detail", "sub-customers")
    assert old.state == new.state == "exact"
    assert new.customers == box.customers
    assert (old.evidence.requests, old.evidence.method) == (5, "interval certificate")


def test_the_older_api_is_remembered_for_a_week_the_successor_for_good(tmp_path: Path) -> None:
    now = [1_000_000.0]
    memory = FileMemory(tmp_path / "apis.json", now=lambda: now[0])
    memory.keep("old", "detail")
    memory.keep("new", "sub-customers")

    now[0] += 6 * 86_400
    assert (memory.recall("old"), memory.recall("new")) == ("detail", "sub-customers")
    now[0] += 2 * 86_400
    assert (memory.recall("old"), memory.recall("new")) == (None, "sub-customers")
    memory.keep("old", "detail")
    assert memory.recall("old") == "detail"


def test_auto_takes_the_successor_and_remembers_it(box: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "apis.json"

    first = listing_of(box, memory=FileMemory(path))
    asked = len(requests_of(box))
    second = listing_of(box, memory=FileMemory(path))

    assert first.api == second.api == "sub-customers"
    assert [each["api"] for each in json.loads(path.read_text()).values()] == ["sub-customers"]
    # Whose keys these are is asked once, too.
    assert (asked, len(requests_of(box)) - asked) == (6, 5)
    assert box.access_key not in path.read_text()


@pytest.mark.parametrize(
    ("settings", "how"),
    [({"retired": ["sub-customers"]}, "retired"), ({"refused": ["sub-customers"]}, "not open")],
)
def test_auto_moves_to_the_older_api_and_says_so(
    box: Sandbox, settings: dict[str, Any], how: str
) -> None:
    box.configure(**settings)

    listing = listing_of(box)

    assert (listing.api, listing.state, ids(listing)) == ("detail", "exact", everybody(box))
    assert any("sub-customers" in note and how in note for note in listing.evidence.notes)


def test_auto_moves_back_when_the_remembered_api_is_retired(box: Sandbox, tmp_path: Path) -> None:
    memory = FileMemory(tmp_path / "apis.json")
    box.configure(refused=["sub-customers"])
    assert listing_of(box, memory=memory).api == "detail"
    box.configure(refused=[], retired=["detail"])

    listing = listing_of(box, memory=memory)

    assert listing.api == "sub-customers"
    assert any("detail is retired" in note for note in listing.evidence.notes)


@pytest.mark.parametrize("first", ["detail", "sub-customers"])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_refusal_is_told_rather_than_that_the_other_api_is_not_there(
    box: Sandbox, first: str, *, is_known: bool
) -> None:
    other = "detail" if first == "sub-customers" else "sub-customers"
    box.configure(retired=[other])
    memory = Forgetful()
    if is_known:
        assert listing_of(box, memory=memory).api == first
    box.configure(refused=[first])

    with pytest.raises(NotAuthorisedError, match="denies access") as caught:
        listing_of(box, memory=memory)

    assert (caught.value.status, caught.value.code) == (403, "CBC.0151")


def test_an_explicit_choice_of_the_older_api_is_that_of_one_run(
    box: Sandbox, tmp_path: Path
) -> None:
    memory = FileMemory(tmp_path / "apis.json")
    assert listing_of(box, memory=memory).api == "sub-customers"
    assert listing_of(box, memory=memory, api="detail").api == "detail"

    assert listing_of(box, memory=memory).api == "sub-customers"


def test_an_api_that_was_asked_for_by_name_is_not_left(box: Sandbox) -> None:
    box.configure(retired=["detail"])

    with pytest.raises(RefusedError, match="PARTNERBOOK_API to auto") as caught:
        listing_of(box, api="detail")

    assert (caught.value.status, caught.value.code) == (404, "APIGW.0101")


def test_a_filter_that_the_api_does_not_carry_is_an_error(box: Sandbox) -> None:
    with pytest.raises(QueryError, match="level"):
        listing_of(box, CustomerQuery(level="V3"), api="detail")

    assert requests_of(box) == []


def test_the_older_api_without_a_partner_id_names_the_variable(box: Sandbox) -> None:
    with pytest.raises(SettingsError, match="PARTNERBOOK_PARTNER_ID"):
        listing_of(box, api="detail", partner_id=None)

    assert listing_of(box, partner_id=None).api == "sub-customers"


# -------------------------------------------------------------------------------------- queries


@pytest.mark.parametrize("api", ["detail", "sub-customers"])
def test_a_query_gives_whom_filtering_everybody_gives(box: Sandbox, api: str) -> None:
    some = box.customers[17]
    assert some.associated_at is not None
    queries = [
        CustomerQuery(account=(some.account_name or "")[1:6].upper()),
        CustomerQuery(association="3", status="2"),
        CustomerQuery(country="86"),
        CustomerQuery(ids=(some.customer_id, "nobody")),
        CustomerQuery(since=some.associated_at, until=some.associated_at),
        CustomerQuery(since=some.associated_at),
        CustomerQuery(until=some.associated_at - timedelta(seconds=1)),
        CustomerQuery(company="no such company"),
        CustomerQuery(since=datetime(1, 1, 1, tzinfo=UTC)),
        CustomerQuery(until=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ]
    from partnerbook.views.filters import selects  # noqa: PLC0415  the definition, for comparison

    for bounds in ("inclusive", "exclusive"):
        box.configure(bounds=bounds)
        for query in queries:
            listing = listing_of(box, query, api=api)

            expected = [each.customer_id for each in box.customers if selects(query, each)]
            assert ids(listing) == expected, query
            assert listing.state == "exact"


def test_times_are_sent_one_second_wider_and_in_pairs(box: Sandbox) -> None:
    moment = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)

    listing_of(box, CustomerQuery(since=moment), api="sub-customers")

    (body,) = {entry["body"] for entry in requests_of(box) if "associated_on" in entry["body"]}
    assert json.loads(body)["associated_on_begin"] == "2026-01-05T08:29:59Z"
    assert json.loads(body)["associated_on_end"] == "2099-12-31T23:59:59Z"


def test_a_list_that_fits_a_page_is_one_request(box: Sandbox) -> None:
    some = box.customers[0].customer_id

    listing = listing_of(
        box, CustomerQuery(account=box.customers[0].account_name, ids=(some,)), api="detail"
    )

    assert (ids(listing), listing.state) == ([some], "exact")
    assert (listing.evidence.requests, listing.evidence.method) == (1, "one page")
    assert len(requests_of(box)) == 1


@pytest.mark.parametrize("style", ["list", "null", "absent", "nothing"])
@pytest.mark.parametrize("api", ["detail", "sub-customers"])
def test_nobody_is_found_in_every_style(box: Sandbox, api: str, style: str) -> None:
    box.configure(empty_style=style)

    listing = listing_of(box, CustomerQuery(account="nobody-has-this"), api=api)

    assert (listing.count, listing.state) == (0, "exact")
    assert listing.is_counted == (style != "nothing")


# ---------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    "faults",
    [
        {"drop_rate": 0.3},
        {
            "error_rates": {"500": 0.08, "429": 0.08, "503": 0.08},
            "garbage_rate": 0.06,
            "cut_rate": 0.05,
            "reset_rate": 0.05,
        },
        {"page_cap": 37},
        {"order": "random"},
        {"order": "random-ties"},
        {"order": "random", "start_time_differs": True},
        {"beyond_last": "error", "churn_per_request": 0.1},
    ],
)
def test_a_server_at_its_worst_still_gives_an_exact_list(
    box: Sandbox, faults: dict[str, Any]
) -> None:
    box.configure(**faults, seed=3)

    for seed, api in enumerate(("detail", "sub-customers") * 3):
        listing = listing_of(box, api=api, clock=Time(seed).clock)

        assert listing.state == "exact"
        if "churn_per_request" not in faults:
            assert ids(listing) == everybody(box)


def test_a_list_that_changes_too_fast_is_incomplete_and_no_error(box: Sandbox) -> None:
    box.configure(churn_per_request=5, seed=3)

    listing = listing_of(box)

    assert listing.state == "incomplete"
    assert 0 < listing.missing_at_most < listing.count


def test_every_try_is_signed_afresh(box: Sandbox) -> None:
    """A repeated signature would be refused: each try waits longer than its life."""
    slow = Time()
    box.configure(drop_rate=0.5, seed=4)
    slow_clock = Clock(slow.now, slow.monotonic, lambda _: slow.sleep(0.01), slow.chance)

    listing = listing_of(box, clock=slow_clock)

    assert listing.state == "exact"
    assert {entry["status"] for entry in requests_of(box)} <= {200, None}


def test_a_dead_token_is_renewed_once_per_death(box: Sandbox) -> None:
    box.configure(token_life_requests=3)

    listing = listing_of(
        box,
        access_key=None,
        secret_key=None,
        iam_user=box.iam_user,
        iam_password=box.iam_password,
        iam_domain=box.iam_domain,
        api="detail",
    )

    asked = [(entry["path"].rpartition("/")[2], entry["status"]) for entry in requests_of(box)]
    assert listing.state == "exact"
    assert asked.count(("tokens", 201)) == 2
    assert asked.count(("detail", 401)) == 1


def test_a_given_token_is_used_before_keys(box: Sandbox) -> None:
    with pytest.raises(NotAuthorisedError, match="PARTNERBOOK_TOKEN") as caught:
        listing_of(box, token="no-token")

    assert caught.value.status == 401


@pytest.mark.parametrize("hours", [1, -2, 24 * 365])
def test_a_wrong_clock_costs_one_request_and_is_told(box: Sandbox, hours: int) -> None:
    box.configure(clock_offset_s=hours * 3600)

    listing = listing_of(box, api="detail")

    assert listing.state == "exact"
    assert [entry["status"] for entry in requests_of(box)].count(401) == 1
    assert any("this computer's clock is" in note for note in listing.evidence.notes)
    true_moment = datetime.now(UTC) + timedelta(hours=hours)
    assert abs(listing.as_of - true_moment) < timedelta(minutes=1)


# -------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize("offset", [0, 7200])
@pytest.mark.parametrize("wrong", [{"secret_key": "wrong"}, {"access_key": "NOBODY"}])
def test_a_wrong_key_is_at_most_two_requests(
    box: Sandbox, wrong: dict[str, Any], offset: int
) -> None:
    box.configure(clock_offset_s=offset)

    with pytest.raises(NotAuthorisedError, match="PARTNERBOOK_AK and PARTNERBOOK_SK") as caught:
        listing_of(box, **wrong)

    assert (caught.value.status, caught.value.code) == (401, "APIGW.0301")
    assert caught.value.request_id
    assert len(requests_of(box)) <= 2


@pytest.mark.parametrize("api", ["auto", "detail", "sub-customers"])
def test_a_wrong_partner_id_is_named(box: Sandbox, api: str) -> None:
    with pytest.raises(NotAuthorisedError, match="PARTNERBOOK_PARTNER_ID"):
        listing_of(box, partner_id="0" * 32, api=api)


def test_a_wrong_login_names_the_user_and_never_the_password(box: Sandbox) -> None:
    with pytest.raises(NotAuthorisedError, match="PARTNERBOOK_IAM_PASSWORD") as caught:
        listing_of(
            box,
            access_key=None,
            secret_key=None,
            iam_user=box.iam_user,
            iam_password="canary",
            iam_domain=box.iam_domain,
        )

    assert "canary" not in str(caught.value)


def test_missing_keys_are_named_before_anything_is_asked() -> None:
    with pytest.raises(SettingsError, match="PARTNERBOOK_AK, PARTNERBOOK_SK"):
        PartnerCenter(endpoint="http://127.0.0.1:1")


@pytest.mark.parametrize("stray", ["canary\n", "canary bird", "canärie"])
def test_a_key_with_stray_characters_is_named_not_shown(stray: str) -> None:
    with pytest.raises(SettingsError, match="PARTNERBOOK_SK") as caught:
        PartnerCenter(endpoint="http://127.0.0.1:1", access_key="a", secret_key=stray)

    assert stray.strip() not in str(caught.value)


def test_nobody_at_the_address_is_told_after_a_few_tries() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    watch = Time()
    center = PartnerCenter(
        endpoint=f"http://127.0.0.1:{port}", access_key="a", secret_key="s", clock=watch.clock
    )

    with center, pytest.raises(UnreachableError, match=f"127.0.0.1:{port}"):
        center.listing()

    assert watch.slept < 10


# --------------------------------------------------------------------------- a server of raw bytes


@contextlib.contextmanager
def raw_server(answer: Callable[[socket.socket, int], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Answer each request with whatever bytes; yield the endpoint and the requests' heads."""
    heads: list[bytes] = []
    numbers = itertools.count()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536) or b"\r\n\r\n"
            heads.append(head)
            answer(connection, next(numbers))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heads


def http(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\nConnection: close\r\n"
    return f"HTTP/1.1 {status}\r\n{length}{headers}\r\n".encode() + body


def saying(*answers: bytes) -> Callable[[socket.socket, int], None]:
    """Say the answers in turn, then the last one for ever."""
    return lambda connection, number: connection.sendall(answers[min(number, len(answers) - 1)])


GOOD = http(
    json.dumps(
        {
            "error_code": "CBC.0000",
            "error_msg": "success",
            "count": 1,
            "customer_info_list": [{"customer_id": "c-1", "domain_name": "canary-name"}],
        }
    ).encode()
)


def _page_of(numbers: Iterable[int], **head: Any) -> bytes:
    rows = [{"customer_id": f"c-{at:03}", "domain_name": "canary-name"} for at in numbers]
    return http(json.dumps({"error_code": "CBC.0000", "customer_info_list": rows, **head}).encode())


def ask(
    endpoint: str, deadline: float = 900.0, clock: Clock | None = None, **given: Any
) -> Listing:
    clock = clock or Time().clock
    keys = {"access_key": "a", "secret_key": "s", **given}
    with PartnerCenter(
        endpoint=endpoint,
        partner_id="p",
        api="detail",
        clock=clock,
        pacer=Pacer(clock, UNLIMITED),
        **keys,
    ) as center:
        return center.listing(CustomerQuery(account="canary-name"), deadline=deadline)


@pytest.mark.parametrize(
    ("answer", "kind", "sentence"),
    [
        (http(b"<html>Sign in</html>"), WireError, "is a web page, not JSON"),
        (http(b" ", headers="Content-Type: Text/HTML\r\n"), WireError, "is an empty web page"),
        (http("云".encode("gbk")), WireError, "is not UTF-8"),
        (http(b'{"count": NaN}'), WireError, "is not JSON"),
        (http(b"{" + b" " * (16 * 2**20) + b"}"), WireError, "larger than 16 MiB"),
        (
            http(gzip.compress(b" " * (64 * 2**20)), headers="Content-Encoding: gzip\r\n"),
            WireError,
            "larger than 16 MiB",
        ),
        (http(b"no gzip at all", headers="Content-Encoding: gzip\r\n"), WireError, "is no gzip"),
        (http(b"x", headers="Content-Encoding: br\r\n"), WireError, "compressed"),
        (http(b"", "500 Oops"), RefusedError, "out of order"),
        (http(b"", "429 Slow"), RefusedError, "asked too often"),
        (http(b"", "418 Teapot"), RefusedError, "refused the request"),
        (
            http(b'{"error_code":"CBC.5001","error_msg":"canary"}'),
            NotAuthorisedError,
            "PARTNERBOOK_PARTNER_ID",
        ),
        (http(b'{"error_code":"CBC.7","error_msg":"canary"}'), RefusedError, "under Error Codes"),
        (http(b'{"error_code":"CBC.0999","error_msg":"canary"}'), RefusedError, "out of order"),
        (http(b'{"error_code":"CBC.0250","error_msg":"canary"}'), RefusedError, "too often"),
        (http(b"", "302 Found", "Location: http://127.0.0.1:1/\r\n"), RefusedError, "elsewhere"),
        (http(b"", "404 Not Found"), RefusedError, "PARTNERBOOK_ENDPOINT"),
        (
            http(b'{"error_code":"CBC.0156","error_msg":""}', "403 Forbidden"),
            NotAuthorisedError,
            "another site",
        ),
        (
            http(
                b'{"error_code":"APIGW.0301","error_msg":"AK access failed to reach the limit,'
                b'forbidden"}',
                "401 No",
            ),
            NotAuthorisedError,
            "wait five minutes",
        ),
        (
            http(
                b'{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication '
                b'information: signature expired, signature time: x, server time: y"}',
                "401 No",
            ),
            NotAuthorisedError,
            "computer's clock",
        ),
        (
            http(b'{"error_code":"CBC.99007197","error_msg":"canary"}', "400 Bad"),
            RefusedError,
            "asked too often",
        ),
        (b"", UnreachableError, "connection broke"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", UnreachableError, "connection broke"),
    ],
)
def test_each_kind_of_failure_has_a_sentence(
    answer: bytes, kind: type[PartnerCenterError], sentence: str
) -> None:
    with raw_server(saying(answer)) as (endpoint, _), pytest.raises(kind, match=sentence) as caught:
        ask(endpoint)

    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("status", ["400 Bad", "403 No", "404 No", "405 No", "422 No", "302 F"])
def test_what_will_not_get_better_is_asked_once(status: str) -> None:
    with raw_server(saying(http(b"", status))) as (endpoint, heads):
        with pytest.raises(RefusedError):
            ask(endpoint)

        assert len(heads) == 1


def test_a_rule_broken_in_the_same_way_by_every_answer_is_told_after_a_few() -> None:
    wrong = http(b'{"error_code":"CBC.0000","count":1,"customer_info_list":[{}]}')

    with raw_server(saying(wrong)) as (endpoint, heads):
        with pytest.raises(WireError, match=r"customer_info_list\[0\].customer_id") as caught:
            ask(endpoint)

        assert len(heads) == 4
    assert "proxy" not in str(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        b"",
        http(b"", "500 Oops"),
        http(b"", "503 Busy", "Retry-After: 7\r\n"),
        http(b"", "429 Slow", "Retry-After: 1\r\n"),
        http(b"<html>"),
        http(b'{"error_code":"CBC.0000"')[:-5],
        http(b'{"error_code":"CBC.0250","error_msg":"flow control"}', "400 Bad"),
        http(b'{"error_code":"CBC.0999","error_msg":"other"}', "500 Oops"),
        http(b'{"error_code":"CBC.0999","error_msg":"other"}'),
    ],
)
def test_a_fault_that_passes_is_overcome(fault: bytes) -> None:
    with raw_server(saying(fault, fault, GOOD)) as (endpoint, heads):
        listing = ask(endpoint)

    assert (listing.state, len(heads), listing.evidence.requests) == ("exact", 3, 3)
    signatures = [head.partition(b"Signature=")[2][:64] for head in heads]
    assert all(signatures)


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        (http(b"", "400 Bad"), 1),
        (http(b'{"error_code":"CBC.0999"}', "500 Oops"), 5),
        (http(b'{"error_code":"CBC.0999"}'), 5),
        (http(b'{"error_code":"CBC.0100"}'), 1),
        (http(b"<html>"), 5),
        (b"", 5),
    ],
)
def test_the_page_beyond_a_full_one_may_always_be_a_fault(fault: bytes, tries: int) -> None:
    one, two = (_page_of(range(at, at + 100), count=200) for at in (0, 100))

    with raw_server(saying(one, two, *[fault] * tries, one)) as (endpoint, heads):
        listing = ask(endpoint)

    assert (listing.state, listing.count, len(heads)) == ("exact", 200, 3 + tries)


@pytest.mark.parametrize(
    ("after", "waits"),
    [
        ("7", 7),
        ("0", 0),
        ("Mon, 04 May 2026 06:00:09 GMT", 9),
        ("Mon, 04 May 2020 06:00:09 GMT", 0),
    ],
)
def test_retry_after_is_obeyed_in_seconds_and_as_a_date(after: str, waits: int) -> None:
    busy = http(b"", "503 Busy", f"Retry-After: {after}\r\nDate: Mon, 04 May 2026 06:00:00 GMT\r\n")
    watch = Time()
    with raw_server(saying(busy, GOOD)) as (endpoint, _):
        ask(endpoint, clock=watch.clock)

    assert watch.slept == pytest.approx(waits, abs=0.01)


@pytest.mark.parametrize(
    ("hour", "until"), [(0, "01:30:00"), (22, "23:30:00"), (23, "2026-05-05 00:30")]
)
def test_a_wait_longer_than_the_deadline_is_refused_with_the_time(hour: int, until: str) -> None:
    watch = Time(at=datetime(2026, 5, 4, hour, 30, tzinfo=UTC))
    with raw_server(saying(http(b"", "429 Slow", "Retry-After: 3600\r\n"))) as (endpoint, heads):
        with pytest.raises(RefusedError, match=f"asks to wait until {until} UTC;"):
            ask(endpoint, deadline=15, clock=watch.clock)

        assert (len(heads), watch.slept) == (1, 0)


def test_no_redirect_netrc_or_proxy_changes_what_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with raw_server(saying(GOOD)) as (endpoint, heads):
        ask(endpoint)

    assert b"Authorization: SDK-HMAC-SHA256 Access=a, SignedHeaders=" in heads[0]
    assert b"Basic" not in heads[0]


def test_cookies_are_not_kept() -> None:
    broken = http(b"{", headers="Set-Cookie: who=canary\r\n")

    with raw_server(saying(broken, GOOD)) as (endpoint, heads):
        ask(endpoint)

    assert len(heads) == 2
    assert b"cookie" not in heads[1].lower()


def test_each_host_has_one_pool_until_all_are_closed() -> None:
    adapter = WatchedAdapter(Watch(Clock()))

    def pool(url: str) -> object:
        request = requests.Request("GET", url).prepare()
        return adapter.get_connection_with_tls_context(request, verify=True, proxies={})

    first = pool("http://127.0.0.1:1/a")
    assert pool("http://127.0.0.1:1/b?c=http://127.0.0.1:2/") is first
    assert pool("http://127.0.0.1:2/a") is not first
    assert pool("https://127.0.0.1:1/a") is not first
    adapter.close()
    assert pool("http://127.0.0.1:1/a") is not first


def test_a_gzipped_answer_is_read() -> None:
    body = gzip.compress(GOOD.partition(b"\r\n\r\n")[2])

    with raw_server(saying(http(body, headers="Content-Encoding: gzip\r\n"))) as (endpoint, _):
        assert ask(endpoint).count == 1


def drip_body(connection: socket.socket, _: int) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    drip(connection, b"{" + b" " * 1000)


def drip_last_body(connection: socket.socket, _: int) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n"
    connection.sendall(head)
    drip(connection, b"{" + b" " * 1000)


def drip_headers(connection: socket.socket, _: int) -> None:
    drip(connection, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 1000)


def drip(connection: socket.socket, data: bytes) -> None:
    for byte in data:
        connection.sendall(bytes([byte]))
        if over.wait(0.05):
            return


def hang(_: socket.socket, __: int) -> None:
    over.wait(20)


over = threading.Event()


@pytest.mark.parametrize("slow", [drip_body, drip_last_body, drip_headers, hang])
def test_a_server_that_drips_or_hangs_never_holds_anybody_past_the_deadline(
    slow: Callable[[socket.socket, int], None],
) -> None:
    over.clear()
    started = time.monotonic()
    try:
        with (
            raw_server(slow) as (endpoint, _),
            pytest.raises(UnreachableError, match="within 0 seconds"),
        ):
            ask(endpoint, deadline=0.4, clock=Clock())
    finally:
        over.set()

    # Each of them would hold on for twenty seconds; a busy machine takes its time over one.
    assert time.monotonic() - started < 10


def test_logs_hold_no_names_keys_or_urls(box: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="partnerbook")

    listing_of(box, CustomerQuery(account="canary-name"))
    with pytest.raises(NotAuthorisedError):
        listing_of(box, secret_key="canary-secret")

    assert "HTTP 200" in caplog.text
    assert "canary" not in caplog.text
    assert box.access_key not in caplog.text


def test_pages_that_did_not_change_are_read_once(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[bytes] = []
    page = DetailApi.page

    def counted(self: DetailApi, body: bytes, at: datetime) -> Page:
        bodies.append(body)
        return page(self, body, at)

    monkeypatch.setattr(DetailApi, "page", counted)

    still = listing_of(box, api="detail")

    assert (still.count, still.state) == (230, "exact")
    assert still.evidence.requests == 5
    assert len(bodies) == len(set(bodies)) == 3

    bodies.clear()
    control(box, "settings", {"churn_per_request": 1})
    moved = listing_of(box, api="detail")
    assert moved.evidence.requests >= len(bodies) == len(set(bodies)) > 3


def test_progress_is_told_after_each_page(box: Sandbox) -> None:
    told: list[tuple[int, int, int]] = []

    with center_of(box, api="detail") as center:
        center.listing(progress=lambda *facts: told.append(facts[:3]))

    assert told == [(100, 230, 1), (200, 230, 2), (230, 230, 3), (230, 230, 4)]


# ------------------------------------------------------------------------------------------ pace


def test_ten_calls_a_second_are_used_and_never_more() -> None:
    moment = Ticks()
    pacer = Pacer(moment.clock)
    sent: list[float] = []

    for _ in range(200):
        ticket = pacer.wait(Deadline(900, moment.clock))
        sent.append(moment.at)
        moment.at += 0.005  # the answer's way
        pacer.sent(ticket)

    windows = [sum(start <= each < start + 1.0 for each in sent) for start in sent]
    assert max(windows) == 10
    assert sent[-1] < 19 * 1.05


def test_threads_share_one_pace() -> None:
    moment = Ticks()
    pacer = Pacer(moment.clock)
    sent: list[float] = []

    def ask_some() -> None:
        for _ in range(20):
            pacer.wait(Deadline(900, moment.clock))
            sent.append(moment.at)

    threads = [threading.Thread(target=ask_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert moment.at >= 7


def test_a_throttled_pacer_slows_down_and_recovers() -> None:
    moment = Ticks()
    pacer = Pacer(moment.clock)
    pacer.throttled(2.0, calls=2.0)

    for _ in range(5):
        pacer.wait(Deadline(900, moment.clock))

    assert moment.at >= 2 + 2


def test_a_wait_for_the_pace_ends_at_the_deadline() -> None:
    moment = Ticks()
    pacer = Pacer(moment.clock)
    pacer.throttled(30.0)

    with pytest.raises(UnreachableError, match="within 5 seconds"):
        pacer.wait(Deadline(5, moment.clock))

    assert moment.at == 0


class Ticks:
    """Time that stands still but for what is slept."""

    def __init__(self) -> None:
        self.at = 0.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.at += seconds

    @property
    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.at, sleep=self.sleep, chance=lambda: 0.5)
