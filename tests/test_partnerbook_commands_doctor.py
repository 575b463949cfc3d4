"""The doctor: sees what is wrong, says it in one line, goes on, and tells no secret."""

from __future__ import annotations

import json
import math
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import pytest

from partnerbook.client import Pacer
from partnerbook.commands import probe
from partnerbook.commands.doctor import machine
from partnerbook.sandbox import Sandbox

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    """A machine without a keyring, whatever this one has."""
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # theirs
    yield
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not keep to ten calls a second: the sandbox takes any number, tests should not wait."""
    pacer = Pacer(calls=math.inf)
    monkeypatch.setattr(probe, "pacer_of", lambda _: pacer)


def _lines(ran: Any) -> dict[str, dict[str, Any]]:
    """Return the lines by what they are about; of several about one thing, the worst."""
    ranks = ("skipped", "fine", "note", "finding")
    out: dict[str, dict[str, Any]] = {}
    for line in sorted(ran.json["lines"], key=lambda each: ranks.index(each["state"])):
        out[line["what"]] = line
    return out


def test_a_sound_account_has_no_finding(account: Sandbox, run: Run, tmp_path: Path) -> None:
    ran = run("doctor", "--paging", "--json")

    assert ran.code == 0, ran.out
    assert ran.json["state"] == "fine"
    lines = _lines(ran)
    assert {each["state"] for each in lines.values()} <= {"fine", "note"}
    for what in ("Python", "Packages", "Settings", "Store", "Reachability", "Clock", "Key"):
        assert lines[what]["state"] == "fine", lines[what]
    assert lines["Keyring"]["state"] == "note"
    assert account.secret_key not in ran.out
    assert account.access_key not in ran.out
    assert not (tmp_path / "home").exists()  # looking makes nothing


@pytest.mark.usefixtures("account")
def test_for_people_each_check_is_a_line_and_a_next_step(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERBOOK_SK", "wrong")

    ran = run("doctor")

    assert ran.code == 1
    assert "finding  Key: " in ran.out
    assert "         -> check PARTNERBOOK_AK and PARTNERBOOK_SK" in ran.out
    assert ran.out.endswith("1 finding.\n")


@pytest.mark.parametrize(
    ("variable", "value", "what", "named"),
    [
        ("PARTNERBOOK_SK", "wrong", "Key", "HTTP 401"),
        ("PARTNERBOOK_SK", "", "Settings", "PARTNERBOOK_SK"),
        ("PARTNERBOOK_TOKEN", "dead", "Key", "token"),
        ("PARTNERBOOK_PARTNER_ID", "0" * 32, "Partner ID", "another account"),
        ("PARTNERBOOK_ENDPOINT", "http://127.0.0.1:9", "Reachability", "connection refused"),
        ("PARTNERBOOK_ENDPOINT", "http://bss.example.com", "Settings", "http://"),
        ("PARTNERBOOK_API", "nonsense", "Settings", "PARTNERBOOK_API"),
        ("PARTNERBOOK_STORE", "sqlite:////dev/null/x.db", "Store", "x.db"),
        ("PARTNERBOOK_HOME", "/dev/null/x", "Home folder", "/dev/null/x"),
    ],
)
@pytest.mark.usefixtures("account")
def test_what_is_wrong_is_a_finding_that_names_it_and_the_others_go_on(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, what: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)

    ran = run("doctor", "--json", "--paging")

    assert ran.code == 1
    line = _lines(ran)[what]
    assert line["state"] == "finding"
    assert named in line["proof"]
    assert line["next_step"]
    assert {"Python", "Keyring", "Store", "Reachability"} <= _lines(ran).keys()


def test_tls_to_a_server_without_it_is_said_as_such(
    account: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERBOOK_ENDPOINT", account.endpoint.replace("http:", "https:"))

    lines = _lines(run("doctor", "--json"))

    assert lines["TLS"]["state"] == "finding"
    assert lines["Key"]["state"] == "skipped"


def test_a_wrong_key_costs_one_request_of_the_five_that_lock_it(
    account: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = account.secret_key
    monkeypatch.setenv("PARTNERBOOK_SK", "wrong")
    for _ in range(4):
        run("doctor", "--paging", "--json")
    monkeypatch.setenv("PARTNERBOOK_SK", good)

    assert run("doctor", "--json").code == 0


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_an_iam_user_is_examined_too(
    account: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.delenv("PARTNERBOOK_AK")
    monkeypatch.delenv("PARTNERBOOK_SK")
    monkeypatch.setenv("PARTNERBOOK_IAM_USER", account.iam_user)
    monkeypatch.setenv("PARTNERBOOK_IAM_PASSWORD", account.iam_password)
    monkeypatch.setenv("PARTNERBOOK_IAM_DOMAIN", account.iam_domain)
    if password == "wrong":
        monkeypatch.setenv("PARTNERBOOK_IAM_PASSWORD", "wrong-password")

    ran = run("doctor", "--json")

    assert ran.code == (1 if password == "wrong" else 0), ran.out
    assert _lines(ran)["Key"]["state"] == ("finding" if password == "wrong" else "fine")
    assert "wrong-password" not in ran.out


def test_the_clock_is_a_finding_and_the_key_is_judged_without_it(
    account: Sandbox, run: Run
) -> None:
    account.configure(clock_offset_s=4000)

    lines = _lines(run("doctor", "--json"))

    assert lines["Clock"]["state"] == "finding"
    assert "behind" in lines["Clock"]["proof"]
    assert lines["Key"]["state"] == "fine"


@pytest.mark.parametrize(
    ("settings", "what", "state", "named"),
    [
        ({"refused": ["sub-customers"]}, "Customer API", "note", "sub-customers is closed"),
        ({"refused": ["sub-customers", "detail"]}, "Customer API", "finding", "403"),
        ({"retired": ["sub-customers", "detail"]}, "Customer API", "finding", "APIGW.0101"),
        ({"error_rates": {"500": 1.0}}, "Customer API", "finding", "out of order"),
        ({"requests_per_second": 8}, "Quota", "finding", "refused as too many"),
        ({"order": "random"}, "Paging: order", "finding", "differ"),
        ({"order": "random-ties"}, "Paging: order", "finding", "differ"),
        ({"order": "oldest"}, "Paging: order", "fine", "oldest first"),
        ({"order": "account"}, "Paging: order", "fine", "account name"),
        ({"page_cap": 30}, "Paging: page size", "finding", "30 came"),
        ({"beyond_last": "first"}, "Paging: page beyond the last", "fine", "page one again"),
        ({"beyond_last": "error"}, "Paging: page beyond the last", "fine", "HTTP 400"),
        ({"beyond_last": "empty"}, "Paging: page beyond the last", "fine", "empty"),
        ({"empty_style": "list"}, "Paging: nobody found", "fine", "an empty list"),
        ({"empty_style": "null"}, "Paging: nobody found", "fine", "null"),
        ({"empty_style": "absent"}, "Paging: nobody found", "fine", "no list at all"),
        ({"empty_style": "nothing"}, "Paging: nobody found", "fine", "an empty body"),
        ({"empty_style": "nothing"}, "Paging: count", "fine", "230"),
        ({"churn_per_request": 3}, "Paging: count", "note", "changes while it is read"),
        ({"churn_per_request": 3, "count_lag": 5}, "Paging: count", "finding", "contradicts"),
        ({"bounds": "exclusive"}, "Paging: time filter", "fine", "not included"),
        ({"bounds": "inclusive"}, "Paging: time filter", "fine", "both ends are included"),
    ],
)
def test_the_doctor_names_what_the_server_does(
    account: Sandbox, run: Run, settings: dict[str, Any], what: str, state: str, named: str
) -> None:
    account.configure(**settings)

    ran = run("doctor", "--paging", "--json")

    line = _lines(ran)[what]
    assert (line["state"], named in line["proof"]) == (state, True), line
    assert ran.code == (1 if ran.json["findings"] else 0)


def test_a_time_that_is_not_the_one_shown_is_found_out(
    account: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERBOOK_API", "detail")
    account.configure(start_time_differs=True)

    line = _lines(run("doctor", "--paging", "--json"))["Paging: time filter"]

    assert line["state"] == "finding"
    assert "another time" in line["proof"]


def test_customers_who_are_alike_and_change_places_are_found_out(
    run: Run, account: Sandbox
) -> None:
    everybody = [each.customer_id for each in account.customers]
    account.backend.alter(remove=everybody[80:])
    account.configure(order="random-ties")

    lines = _lines(run("doctor", "--paging", "--json"))

    assert "association type" in lines["Paging: order"]["proof"]
    assert lines["Paging: ties"]["state"] == "finding"


@pytest.mark.parametrize("left", [0, 1, 2])
def test_hardly_any_customers_are_no_reason_to_fail(run: Run, account: Sandbox, left: int) -> None:
    everybody = [each.customer_id for each in account.customers]
    account.backend.alter(remove=everybody[left:])

    ran = run("doctor", "--paging", "--json")

    assert ran.code == 0, ran.out
    assert _lines(ran)["Paging: count"]["state"] == "fine"


def test_nothing_about_a_customer_is_told(account: Sandbox, run: Run) -> None:
    for order in ("newest", "random"):
        account.configure(order=order)
        told = run("doctor", "--paging").out

        for each in account.customers:
            for value in (each.customer_id, each.account_name, each.company_name, each.telephone):
                assert not value or value not in told


@pytest.mark.usefixtures("account")
def test_proxy_variables_are_named_as_ignored_without_their_passwords(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret-word@proxy.example.com:3128")

    ran = run("doctor", "--json")

    assert ran.code == 0
    assert "HTTPS_PROXY ignored" in _lines(ran)["Proxy"]["proof"]
    assert "secret-word" not in ran.out


@pytest.mark.usefixtures("account")
def test_secrets_in_the_profile_file_are_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "profiles.toml").write_text('[default]\nsk = "lies-open"\n')

    ran = run("doctor", "--json")

    assert ran.code == 1
    assert "sk in profile default" in _lines(ran)["Home folder"]["proof"]
    assert "lies-open" not in ran.out


@pytest.mark.usefixtures("account")
def test_a_store_that_is_no_store_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "partnerbook.db").write_bytes(b"no database " * 1000)

    line = _lines(run("doctor", "--json"))["Store"]

    assert line["state"] == "finding"
    assert "partnerbook.db" in line["proof"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_stranger_under_our_name_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "folder":
        (tmp_path / "reports").mkdir()
        (tmp_path / "reports" / "__init__.py").touch()
    else:
        (tmp_path / "reports.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "modules", {})

    found = [each for each in machine.python_and_packages() if each.state == "finding"]

    assert [each.what for each in found] == ["Packages"]
    assert str(tmp_path) in found[0].proof


@pytest.mark.usefixtures("account")
def test_a_check_that_breaks_is_a_finding_and_the_next_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Iterator[Any]:
        raise ZeroDivisionError("canary-of-a-stranger")

    monkeypatch.setattr(machine, "parts", broken)

    ran = run("doctor", "--json")

    assert ran.code == 1
    assert "ZeroDivisionError" in _lines(ran)["Versions"]["proof"]
    assert "canary-of-a-stranger" not in ran.out
    assert _lines(ran)["Key"]["state"] == "fine"


def test_the_bundle_holds_the_lines_and_the_log_and_no_secret(
    account: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("snapshot")
    with monkeypatch.context() as wrong:
        wrong.setenv("PARTNERBOOK_SK", "canary-wrong-secret")
        assert run("customers", "--phone", "13800138000").code == 2
    log = tmp_path / "home" / "partnerbook.log"
    with log.open("a") as out:
        out.write(f"somebody wrote {account.secret_key} and 13800138000 here\n")

    ran = run("doctor", "--bundle", tmp_path / "doctor.zip")

    assert ran.code == 0, ran.out
    assert "mail it" in ran.out
    with zipfile.ZipFile(tmp_path / "doctor.zip") as bundle:
        files = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert set(files) == {
        "README.txt",
        "doctor.txt",
        "doctor.json",
        "versions.json",
        "settings.json",
        "log.txt",
    }
    assert "NotAuthorisedError HTTP 401" in files["log.txt"]
    assert json.loads(files["settings.json"])["PARTNERBOOK_AK"] == "environment"
    everything = "".join(files.values())
    for secret in (account.secret_key, account.access_key, "canary-wrong-secret", "13800138000"):
        assert secret not in everything


@pytest.mark.usefixtures("account")
def test_a_bundle_that_cannot_be_written_is_exit_code_2(run: Run) -> None:
    ran = run("doctor", "--bundle", "/dev/null/doctor.zip")

    assert ran.code == 2
    assert "doctor.zip" in ran.err
