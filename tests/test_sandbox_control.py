"""The control room: the truth and the levers, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from partnerbook.errors import SettingsError
from partnerbook.model import CUSTOMER_FIELDS
from partnerbook.sandbox import Sandbox
from partnerbook.sandbox.behaviour import Behaviour
from partnerbook.sandbox.records import from_record, to_record

Lever = Callable[..., tuple[int, Any]]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=40) as running:
        yield running


@pytest.fixture
def lever(sandbox: Sandbox) -> Lever:
    """Return ``lever(name)`` and ``lever(name, body)`` -> status and JSON."""

    def pull(name: str, body: Any = None, *, key: str | None = None) -> tuple[int, Any]:
        answer = requests.request(
            "GET" if body is None else "POST",
            f"{sandbox.endpoint}/_sandbox/{name}",
            headers={"X-Sandbox-Key": sandbox.control_key if key is None else key},
            json=body,
            timeout=60,
        )
        return answer.status_code, answer.json()

    return pull


def old_list(sandbox: Sandbox, **query: Any) -> requests.Response:
    user = {
        "name": sandbox.iam_user,
        "password": sandbox.iam_password,
        "domain": {"name": sandbox.iam_domain},
    }
    identity = {"methods": ["password"], "password": {"user": user}}
    auth = {"identity": identity, "scope": {"domain": {"id": sandbox.partner_id}}}
    token = requests.post(f"{sandbox.endpoint}/v3/auth/tokens", json={"auth": auth}, timeout=60)
    return requests.get(
        f"{sandbox.endpoint}/v1.0/{sandbox.partner_id}/partner/customer-mgr/detail",
        params=query,
        headers={"X-Auth-Token": token.headers["X-Subject-Token"]},
        timeout=60,
    )


@pytest.mark.parametrize("key", ["", "wrong", "ünïcode".encode().decode("latin-1")])
def test_nothing_is_told_without_the_key(lever: Lever, key: str) -> None:
    for name in ("state", "customers", "requests", "nonsense"):
        status, body = lever(name, key=key)
        assert status == 403
        assert list(body) == ["error"]
    assert lever("reset", {}, key=key)[0] == 403


def test_the_truth_is_told_in_our_own_names(lever: Lever, sandbox: Sandbox) -> None:
    status, body = lever("customers")

    assert status == 200
    assert body["count"] == 40
    assert tuple(body["customers"][0]) == CUSTOMER_FIELDS
    assert tuple(map(from_record, body["customers"])) == sandbox.customers


def test_customers_are_added_removed_and_changed_at_once(lever: Lever, sandbox: Sandbox) -> None:
    first, second = sandbox.customers[:2]
    new = {"customer_id": "new", "company_name": "=1+1", "associated_at": "2026-01-02T03:04:05Z"}

    status, state = lever(
        "customers",
        {
            "add": [new],
            "remove": [first.customer_id],
            "change": [{"customer_id": second.customer_id, "label": "0086", "is_frozen": None}],
        },
    )

    truth = {each.customer_id: each for each in sandbox.customers}
    assert (status, state["customers"]) == (200, 40)
    assert first.customer_id not in truth
    assert (truth[second.customer_id].label, truth[second.customer_id].is_frozen) == ("0086", None)
    assert {name: value for name, value in to_record(truth["new"]).items() if value} == new
    (row,) = old_list(sandbox, corp_name="=1").json()["customer_info_list"]
    assert (row["customer_id"], row["start_time"]) == ("new", "2026-01-02T03:04:05Z")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"add": [{"company_name": "x"}]}, "customer_id is missing"),
        ({"add": [{"customer_id": ""}]}, "customer_id must not be empty"),
        ({"add": [{"customer_id": "x", "corp_name": "y"}]}, "unknown field 'corp_name'"),
        ({"add": [{"customer_id": "x", "telephone": 139}]}, "telephone must be text or null"),
        ({"add": [{"customer_id": "x", "customer_type": True}]}, "must be a whole number"),
        ({"add": [{"customer_id": "x", "associated_at": "2026-01-02"}]}, "must look like"),
        ({"remove": ["nobody"]}, "there is no customer 'nobody' to remove"),
        ({"change": [{"customer_id": "nobody"}]}, "there is no customer 'nobody' to change"),
        ({"change": [{"label": "x"}]}, "needs the customer_id"),
        ({"delete": []}, "add, remove and change"),
        ([], "add, remove and change"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nobody(
    lever: Lever, sandbox: Sandbox, body: Any, why: str
) -> None:
    before = sandbox.customers

    status, answer = lever("customers", body)

    assert status == 400
    assert why in answer["error"]
    assert sandbox.customers == before


def test_weeks_are_played_forward_and_back(lever: Lever, sandbox: Sandbox) -> None:
    start = sandbox.customers
    assert lever("week", {"week": 5})[1]["week"] == 5
    fifth = sandbox.customers
    assert lever("week", {"week": 1})[0] == 200
    assert sandbox.customers == start
    for week in (2, 3, 4, 5):
        lever("week", {"week": week})
    assert sandbox.customers == fifth
    for wrong in ({"week": 6}, {"week": 0}, {"week": "2"}, {"week": True}, {}, [2]):
        assert lever("week", wrong)[0] == 400


def test_the_log_tells_each_request_but_no_password(lever: Lever, sandbox: Sandbox) -> None:
    old_list(sandbox, page_size=3)

    _, body = lever("requests")

    made, listed = body["requests"]
    assert list(listed) == ["at", "method", "path", "query", "body", "status"]
    assert (made["path"], made["status"], made["body"]) == ("/v3/auth/tokens", 201, "")
    assert (listed["method"], listed["query"], listed["status"]) == ("GET", "page_size=3", 200)
    assert sandbox.iam_password not in json.dumps(body)


def test_reset_puts_everything_back(lever: Lever, sandbox: Sandbox) -> None:
    start = sandbox.customers
    token_before = old_list(sandbox)
    lever("week", {"week": 3})
    lever("settings", {"drop_rate": 0.5, "order": "random"})

    status, state = lever("reset", {})

    assert (status, state["week"], state["requests"]) == (200, 1, 0)
    assert sandbox.customers == start
    assert state["settings"] == Behaviour().as_json()
    # Its token died with the reset.
    headers = {"X-Auth-Token": token_before.request.headers["X-Auth-Token"]}
    url = f"{sandbox.endpoint}/v3/auth/domains"
    assert requests.get(url, headers=headers, timeout=60).status_code == 401


def test_settings_are_kept_until_changed_and_null_is_the_default(lever: Lever) -> None:
    lever("settings", {"drop_rate": 0.3, "error_rates": {"500": 0.1}})
    status, settings = lever("settings", {"order": "oldest", "drop_rate": None})

    assert status == 200
    assert (settings["drop_rate"], settings["order"]) == (0, "oldest")
    assert settings["error_rates"] == {"500": 0.1}
    assert lever("settings")[1] == settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"drop": 1},
        {"drop_rate": 1.5},
        {"drop_rate": -1},
        {"drop_rate": "1"},
        {"drop_rate": True},
        {"drop_rate": 0.6, "cut_rate": 0.6},
        {"error_rates": {"200": 0.1}},
        {"error_rates": {"500": 2}},
        {"error_rates": [500]},
        {"order": "newest first"},
        {"beyond_last": None, "empty_style": "none"},
        {"page_cap": 1.5},
        {"retired": "detail"},
        {"retired": ["v1"]},
        {"lock_out": 1},
        {"latency_ms": -1},
        {"seed": "x"},
        [],
    ],
)
def test_a_setting_that_cannot_be_is_refused(lever: Lever, wrong: Any) -> None:
    status, answer = lever("settings", wrong)

    assert (status, list(answer)) == (400, ["error"])
    assert lever("settings")[1] == Behaviour().as_json()


def test_unknown_levers_and_methods_are_said_to_be_so(lever: Lever, sandbox: Sandbox) -> None:
    assert lever("nonsense")[0] == 404
    assert lever("reset")[0] == 405
    assert lever("state", {})[0] == 405
    answer = requests.post(
        f"{sandbox.endpoint}/_sandbox/week",
        headers={"X-Sandbox-Key": sandbox.control_key},
        data=b"[" * 100_000,
        timeout=60,
    )
    assert answer.status_code == 400


def test_a_scenario_file_replays_somebody_s_own_weeks(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(
        json.dumps(
            {
                "customers": [{"customer_id": "a", "company_name": "甲"}, {"customer_id": "b"}],
                "weeks": [
                    {"add": [{"customer_id": "c"}], "remove": ["b"]},
                    {"add": [{"customer_id": "b"}], "change": [{"customer_id": "a", "label": "x"}]},
                ],
                "settings": {"order": "account"},
            },
            ensure_ascii=False,
        ),
        "utf-8",
    )

    with Sandbox(scenario=path) as sandbox:
        weeks = []
        for week in (1, 2, 3):
            sandbox.play_week(week)
            weeks.append([(each.customer_id, each.label) for each in sandbox.customers])
        assert old_list(sandbox).json()["count"] == 3
        with pytest.raises(ValueError, match="from 1 to 3"):
            sandbox.play_week(4)

    assert weeks == [
        [("a", None), ("b", None)],
        [("a", None), ("c", None)],
        [("a", "x"), ("b", None), ("c", None)],
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "the file: must be an object with any of customers, settings, weeks"),
        ('{"customers": {}}', "customers: must be a list"),
        ('{"customers": [{"customer_id": "a"}, {"id": "b"}]}', "customers, number 2: unknown"),
        ('{"customers": [{"customer_id": "a"}, {"customer_id": "a"}]}', "came twice"),
        ('{"weeks": [{}, {"change": [{}]}]}', "week 3, change, number 1: needs a customer ID"),
        ('{"settings": {"order": "up"}}', "settings: order must be one of"),
    ],
)
def test_a_broken_scenario_says_where(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(content, "utf-8")

    with pytest.raises(SettingsError) as caught:
        Sandbox(scenario=path)

    assert str(path) in str(caught.value)
    assert why in str(caught.value)
