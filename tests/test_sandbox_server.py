"""The sandbox on its port: who may reach it, how it keeps connections, how answers get lost."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from partnerbook.errors import SettingsError
from partnerbook.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=120) as running:
        yield running


def token(sandbox: Sandbox) -> str:
    user = {"name": sandbox.iam_user, "password": sandbox.iam_password}
    user_in = {**user, "domain": {"name": sandbox.iam_domain}}
    identity = {"methods": ["password"], "password": {"user": user_in}}
    auth = {"identity": identity, "scope": {"domain": {"name": sandbox.iam_domain}}}
    made = requests.post(f"{sandbox.iam_endpoint}/v3/auth/tokens", json={"auth": auth}, timeout=60)
    assert made.status_code == 201
    return made.headers["X-Subject-Token"]


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["X-Auth-Token"] = token(sandbox)
        yield session


def detail(sandbox: Sandbox) -> str:
    return f"{sandbox.endpoint}/v1.0/{sandbox.partner_id}/partner/customer-mgr/detail"


def raw(sandbox: Sandbox, request: bytes) -> bytes:
    port = urlsplit(sandbox.endpoint).port
    assert port
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        pieces = []
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def test_equal_seeds_make_equal_customers_and_new_keys() -> None:
    with Sandbox(seed=3) as one, Sandbox(seed=3) as two, Sandbox(seed=4) as three:
        assert one.customers == two.customers != three.customers
        assert one.partner_id == two.partner_id != three.partner_id
        for name in ("access_key", "secret_key", "iam_password", "control_key"):
            assert getattr(one, name) != getattr(two, name)
        assert one.secret_key not in repr(one)


def test_it_listens_on_this_machine_s_loopback_only(sandbox: Sandbox) -> None:
    assert urlsplit(sandbox.endpoint).hostname == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:80"])
def test_a_foreign_host_is_refused_on_every_path(sandbox: Sandbox, host: str) -> None:
    for path in ("/", "/v3/auth/domains", "/_sandbox/state", "/openapi.json"):
        answer = requests.get(sandbox.endpoint + path, headers={"Host": host}, timeout=60)

        assert answer.status_code == 400
        assert "Host" in answer.text


def test_any_port_of_localhost_may_be_named_so_that_a_proxy_may_stand_between(
    sandbox: Sandbox,
) -> None:
    for host in ("localhost:1", "127.0.0.1", "[::1]:80"):
        answer = requests.get(
            f"{sandbox.endpoint}/v3/auth/domains", headers={"Host": host}, timeout=60
        )
        assert answer.status_code == 401


def test_one_connection_serves_many_requests_at_once(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(sandbox.endpoint).port)
    connection.connect()
    connection.auto_open = 0  # a connection that the server closes stays closed, and fails here
    path = f"{urlsplit(detail(sandbox)).path}?page_size=100"
    headers = {"X-Auth-Token": token(sandbox)}
    took = []
    for _ in range(50):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        assert len(json.load(connection.getresponse())["customer_info_list"]) == 100
        took.append(time.perf_counter() - began)

    # Nagle's algorithm costs 40 ms each, once the first are over. A busy machine only costs some.
    assert min(took[25:]) < 0.03
    connection.close()


def test_every_answer_names_its_request_and_the_date(
    sandbox: Sandbox, session: requests.Session
) -> None:
    answers = [session.get(detail(sandbox), timeout=60) for _ in range(2)]

    assert answers[0].headers["X-Request-Id"] != answers[1].headers["X-Request-Id"]
    assert answers[0].headers["Content-Type"] == "application/json;charset=UTF-8"
    assert answers[0].headers["Date"].endswith("GMT")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1.0/p/partner/customer-mgr/detail/", 404, "APIGW.0101"),
        ("POST", "/v1.0/p/partner/customer-mgr/detail", 404, "APIGW.0101"),
        ("HEAD", "/v1.0/p/partner/customer-mgr/detail", 404, ""),
        ("OPTIONS", "/v2/partners/sub-customers/query", 404, "APIGW.0101"),
        ("GET", "/v2/partners/sub-customers/query", 404, "APIGW.0101"),
        ("GET", "/nowhere", 404, "APIGW.0101"),
        ("GET", "/v1.0/p/partner/customer-mgr/detail?x=" + "y" * 33_000, 414, "APIGW.0201"),
    ],
)
def test_unknown_paths_and_methods_are_not_published(
    sandbox: Sandbox, method: str, path: str, status: int, code: str
) -> None:
    answer = requests.request(method, sandbox.endpoint + path, timeout=60)

    assert answer.status_code == status
    if code:
        assert answer.json()["error_code"] == code
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_another_partner_s_id_is_refused(sandbox: Sandbox, session: requests.Session) -> None:
    url = detail(sandbox).replace(sandbox.partner_id, "f" * 32)

    answer = session.get(url, timeout=60)

    assert (answer.status_code, answer.json()["error_code"]) == (403, "CBC.0151")


@pytest.mark.parametrize(
    "head",
    [
        b"POST /v3/auth/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /v3/auth/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n",
        b"POST /v3/auth/tokens HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"rubbish\r\n\r\n",
        b"GET /v3/auth/domains HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
)
def test_a_malformed_request_is_refused_and_the_connection_closed(
    sandbox: Sandbox, head: bytes
) -> None:
    answer = raw(sandbox, head)

    assert answer.startswith(b"HTTP/1.1 4")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error_code"] == "APIGW.0201"


def test_a_taken_port_is_said_in_one_sentence(sandbox: Sandbox) -> None:
    port = urlsplit(sandbox.endpoint).port
    assert port

    with pytest.raises(SettingsError, match=f"port {port} cannot be used"), Sandbox(port=port):
        pass


def test_leaving_the_block_hangs_up_and_frees_the_port() -> None:
    with Sandbox(customers=1) as sandbox:
        port = urlsplit(sandbox.endpoint).port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/v3/auth/domains")
        connection.getresponse().read()

    assert connection.sock is not None
    assert connection.sock.recv(1) == b""
    connection.close()
    with Sandbox(customers=1, port=port or 0) as again:
        assert urlsplit(again.endpoint).port == port


@pytest.mark.parametrize(
    ("setting", "error"),
    [
        ("drop_rate", (requests.ConnectionError,)),
        ("reset_rate", (requests.ConnectionError,)),
        ("cut_rate", (requests.exceptions.ChunkedEncodingError, requests.ConnectionError)),
    ],
)
def test_answers_get_lost_as_set(
    sandbox: Sandbox, session: requests.Session, setting: str, error: Any
) -> None:
    sandbox.configure(**{setting: 1})

    with pytest.raises(error):
        session.get(detail(sandbox), timeout=60)

    sandbox.configure(**{setting: 0})
    assert session.get(detail(sandbox), timeout=60).status_code == 200


def test_errors_come_as_often_as_set_and_the_same_ones_each_time() -> None:
    runs = []
    for _ in range(2):
        with Sandbox(customers=1) as sandbox, requests.Session() as session:
            session.headers["X-Auth-Token"] = token(sandbox)
            sandbox.configure(error_rates={"500": 0.2, "429": 0.2, "503": 0.1})
            runs.append([session.get(detail(sandbox), timeout=60).status_code for _ in range(100)])

    assert runs[0] == runs[1]
    assert 30 <= sum(status != 200 for status in runs[0]) <= 70
    assert set(runs[0]) == {200, 500, 429, 503}


def test_garbage_is_a_200_that_never_keeps_the_promise(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.configure(garbage_rate=1)
    for _ in range(40):
        answer = session.get(detail(sandbox), timeout=60)
        assert answer.status_code == 200
        assert not _keeps_the_promise(answer.content)


def _keeps_the_promise(body: bytes) -> bool:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    try:
        value = json.loads(body.decode(), object_pairs_hook=once)
        return isinstance(value["customer_info_list"], list) and type(value["count"]) is int
    except (ValueError, AssertionError, TypeError):
        return False


def test_the_clock_can_be_wrong(sandbox: Sandbox, session: requests.Session) -> None:
    before = session.get(detail(sandbox), timeout=60).headers["Date"]
    sandbox.configure(clock_offset_s=-86_400 * 365 * 3)

    after = session.get(detail(sandbox), timeout=60).headers["Date"]

    assert int(before.split()[3]) - int(after.split()[3]) == 3


def test_a_retired_api_is_gone_and_a_refused_one_forbidden(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.configure(retired=["detail"], refused=["sub-customers"])

    old = session.get(detail(sandbox), timeout=60)
    new = session.post(f"{sandbox.endpoint}/v2/partners/sub-customers/query", json={}, timeout=60)

    assert (old.status_code, old.json()["error_code"]) == (404, "APIGW.0101")
    assert (new.status_code, new.json()["error_code"]) == (403, "CBC.0151")


def test_a_hundred_clients_that_never_finish_asking_stop_nobody(
    sandbox: Sandbox, session: requests.Session
) -> None:
    port = urlsplit(sandbox.endpoint).port
    assert port
    slow = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(100)]
    for each in slow:
        each.sendall(
            b"POST /v3/auth/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
        )

    assert session.get(detail(sandbox), timeout=30).status_code == 200

    for each in slow:
        each.close()


def test_threads_that_ask_at_once_get_whole_answers(sandbox: Sandbox) -> None:
    headers = {"X-Auth-Token": token(sandbox)}
    sandbox.configure(churn_per_request=0.5, order="random")

    def ask(number: int) -> int:
        query = {"page_no": number % 2 + 1, "page_size": 100}
        answer = requests.get(detail(sandbox), params=query, headers=headers, timeout=60).json()
        rows = [row["customer_id"] for row in answer["customer_info_list"]]
        assert len(set(rows)) == len(rows)
        return len(rows) - min(100, max(0, int(answer["count"]) - 100 * (number % 2)))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(60))) == {0}
