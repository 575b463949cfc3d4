"""What a cold start imports: each door opens without the rooms behind the others."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from partnerbook.model import EVERYBODY, Customer, Evidence, Listing
from partnerbook.store import Store
from tests.bench.measured import ROOT, Scale
from tests.bench.sections import measured

WEB = {"requests", "urllib3", "http.client", "email"}
SANDBOX = {"flask", "werkzeug", "jinja2"}
SHEETS = {"openpyxl", "python_calamine", "defusedxml", "isal", "css_inline", "babel", "pyopenvba"}
STORE = {"sqlalchemy", "sqlite3"}
NAMES = {"rapidfuzz", "partnerbook.matching"}
SECRETS = {"keyring", "partnerbook.keychain"}
# Never at run time; xlwings imports them where somebody installed them.
NEVER = {"huaweicloudsdkcore"}

HELP = "from partnerbook.__main__ import main\ntry:\n    main(['--help'])\nexcept SystemExit: pass"
CUSTOMERS = "from addin import udfs\nassert len(udfs.CUSTOMERS()) == 3, udfs.SESSION.last_error"


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        (
            "import partnerbook",
            {"partnerbook.model", "partnerbook.errors", "partnerbook.views", "click"},
        ),
        (
            HELP,
            # Of ours only the door, the commands' frame, and what that needs for an error.
            WEB | SANDBOX | SHEETS | STORE | NAMES | SECRETS | NEVER | {"xlwings", "addin"},
        ),
        (
            "import addin.udfs",
            (WEB - {"http.client", "email"} | SANDBOX | SHEETS | STORE | NAMES | SECRETS | NEVER)
            | {"click", "partnerbook.client", "partnerbook.compare", "reports"},
        ),
        (
            CUSTOMERS,
            (WEB - {"http.client", "email"} | SANDBOX | SHEETS | NAMES | SECRETS | NEVER)
            | {"click", "partnerbook.client", "partnerbook.paging", "partnerbook.wire", "reports"},
        ),
    ],
    ids=["import partnerbook", "--help", "import addin.udfs", "CUSTOMERS"],
)
def test_a_cold_start_imports_no_room_it_does_not_enter(
    code: str, refused: set[str], store_of_two: dict[str, str]
) -> None:
    assert not _imported(code, store_of_two) & refused


def test_public_names_are_loaded_when_they_are_first_used(store_of_two: dict[str, str]) -> None:
    code = "from partnerbook import CustomerQuery"

    found = _imported(code, store_of_two)

    assert "partnerbook.model" in found
    assert not found & {"requests", "sqlalchemy", "click"}


def test_the_store_is_read_with_sqlalchemy_and_without_other_databases(
    store_of_two: dict[str, str],
) -> None:
    found = _imported(CUSTOMERS, store_of_two)

    assert "sqlalchemy" in found
    assert not found & {"sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "psycopg"}


def test_the_benchmark_starts_each_and_finds_the_stored_list() -> None:
    lines = measured("start", Scale(size=0.01, rounds=1))

    assert [line.who for line in lines if line.wall] == [line.who for line in lines]
    assert all(line.passed for line in lines), [line.broken for line in lines]


@pytest.fixture
def store_of_two(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a store that has a list of two customers."""
    url = f"sqlite:///{tmp_path}/partnerbook.db"
    people = (Customer(customer_id="1"), Customer(customer_id="2"))
    evidence = Evidence(requests=1, passes=1, method="one page")
    now = datetime(2026, 11, 1, tzinfo=UTC)
    with Store(url) as store:
        store.add(Listing(EVERYBODY, now, "detail", people, evidence), "partner@127.0.0.1")
    return {
        "PARTNERBOOK_HOME": str(tmp_path),
        "PARTNERBOOK_STORE": url,
        "PARTNERBOOK_ENDPOINT": "http://127.0.0.1:9",
        "PARTNERBOOK_PARTNER_ID": "partner",
    }


def _imported(code: str, environment: dict[str, str]) -> set[str]:
    told = f"{code}\nimport sys\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())
