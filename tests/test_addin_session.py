"""Cells read one listing; nothing touches the network when they recalculate."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from addin import answers, udfs
from addin.finding import Names
from addin.session import LoadingError, Session
from partnerbook.book import Book
from partnerbook.client import Pacer, PartnerCenter
from partnerbook.commands.log import LOG
from partnerbook.config import Settings
from partnerbook.errors import (
    NotAuthorisedError,
    NothingKeptError,
    PartnerbookError,
    RefusedError,
    StoreError,
    UnknownFilterError,
    UnreachableError,
)
from partnerbook.model import EVERYBODY, Customer, CustomerQuery, Snapshot
from partnerbook.sandbox import Sandbox
from partnerbook.views import View


class Store:
    """Saved views, as `Session` asks for them."""

    def view(self, name: str) -> View:
        return View(name=name, query=CustomerQuery(association="3"), columns=("customer_id",))

    def last_two(self, account: str, query: CustomerQuery, *, since: datetime | None) -> None:
        assert (account, query, since) == (FakeBook.account, EVERYBODY, None)


class FakeBook:
    """A book whose listings are counted, and made to wait or fail."""

    store = Store()
    account = "partner@host"
    busy_until: datetime | None = None

    def __init__(self, snapshot: Snapshot, *, kept: bool) -> None:
        self.snapshot = snapshot
        self.has = kept
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()
        self.failure: Exception | None = None

    def listed(self, query: CustomerQuery) -> CustomerQuery:
        return query

    def kept(self, query: CustomerQuery = EVERYBODY) -> Snapshot:
        assert query is not None
        if not self.has:
            raise NothingKeptError("nothing")
        return self.snapshot

    def take(
        self, query: CustomerQuery = EVERYBODY, *, deadline: float = 0, progress: Any = None
    ) -> Snapshot:
        assert query is not None
        assert progress is None
        assert deadline >= 0
        self.asked += 1
        self.gate.wait(10)
        if self.failure:
            raise self.failure
        self.has = True
        return self.snapshot


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own: functions that fail write to the log."""
    monkeypatch.setenv("PARTNERBOOK_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def people(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Snapshot:
    return make_snapshot(
        make_customer(1, association="3", company_name="=1+1"),
        make_customer(2, company_name=None, country_code="0066"),
        make_customer(3, association="3", telephone="0086"),
    )


def _session(book: FakeBook, waits: float = 60.0) -> Session:
    return Session(lambda: cast("Book", book), waits=waits)


def test_a_stored_listing_is_read_and_nobody_is_asked(people: Snapshot) -> None:
    book = FakeBook(people, kept=True)
    session = _session(book)

    rows = answers.customers(session, None, None, None)

    assert answers.count(session, None) == 3
    assert len(rows) == 4
    assert rows[0][0] == "Customer ID"
    assert book.asked == 0


def test_ten_thousand_first_cells_in_many_threads_are_one_listing(people: Snapshot) -> None:
    book = FakeBook(people, kept=False)
    session = _session(book)

    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(lambda _: answers.count(session, None), range(10_000)))

    assert set(counts) == {3}
    assert book.asked == 1


def test_a_cell_that_waits_too_long_says_loading_and_fills_later(people: Snapshot) -> None:
    book = FakeBook(people, kept=False)
    book.gate.clear()
    session = _session(book, waits=0.01)

    with pytest.raises(LoadingError) as caught:
        answers.count(session, None)
    assert caught.value.cell_text == "#PB loading"

    book.gate.set()
    assert session._first is not None
    session._first.join()
    assert answers.count(session, None) == 3
    assert book.asked == 1


def test_a_failed_first_listing_is_not_repeated_until_a_refresh(people: Snapshot) -> None:
    book = FakeBook(people, kept=False)
    book.failure = UnreachableError("no answer")
    session = _session(book)

    for _ in range(5):
        with pytest.raises(UnreachableError):
            answers.count(session, None)
    assert book.asked == 1

    book.failure = None
    session.refresh()
    assert answers.count(session, None) == 3


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (None, 3),
        ([[None]], 3),
        ([["", None], ["", ""]], 3),
        ([["Association", "resale"]], 2),
        ([["association", 3.0]], 2),
        ([["Country", "+86"]], 2),
        ([["country", 66.0], ["company", None]], 1),
        ([["Since", datetime(2026, 1, 7)], ["until", datetime(2026, 1, 7)]], 1),  # noqa: DTZ001  a date cell
        ([["Asia"]], 2),
    ],
)
def test_the_first_argument_is_nothing_a_view_or_two_columns(
    people: Snapshot, block: Any, expected: int
) -> None:
    assert answers.count(_session(FakeBook(people, kept=True)), block) == expected


def test_an_id_in_capitals_is_counted_and_looked_up_alike(people: Snapshot) -> None:
    session = _session(FakeBook(people, kept=True))

    assert answers.count(session, [["id", "ID-0002"]]) == 1
    assert answers.field(session, [["ID-0002"]], "Customer ID", None) == [["id-0002"]]


def test_columns_and_headers_can_be_chosen(people: Snapshot) -> None:
    session = _session(FakeBook(people, kept=True))

    rows = answers.customers(session, None, [["Telephone", "company_name"]], False)

    assert rows == [["0086", "Company 3 Ltd"], ["13800130002", ""], ["13800130001", "=1+1"]]
    assert answers.customers(session, [["id", "nobody"]], None, False) == [[""]]


@pytest.mark.parametrize(
    ("headers", "rows"),
    [
        (0.0, 3),  # as Excel hands 0 over
        (0, 3),
        ("FALSE", 3),
        (" false ", 3),
        (False, 3),
        (1.0, 4),
        ("True", 4),
        (True, 4),
        (None, 4),
        ("", 4),
    ],
)
@pytest.mark.usefixtures("in_session")
def test_headings_are_left_out_however_false_is_written(headers: Any, rows: int) -> None:
    assert len(udfs.CUSTOMERS(None, None, headers)) == rows


@pytest.mark.parametrize("headers", [2.0, "no", [[0.0, 1.0]], datetime(2026, 5, 4)])  # noqa: DTZ001  a cell
@pytest.mark.usefixtures("in_session")
def test_what_is_neither_true_nor_false_is_told(headers: Any) -> None:
    assert udfs.CUSTOMERS(None, None, headers) == "#PB headers: TRUE or FALSE"


def test_a_date_is_the_day_it_is_in_the_zone_of_the_view(
    people: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CUSTOMERSASOF means the same list as `customers --view NAME --as-of DATE`."""
    session = _session(FakeBook(people, kept=True))
    asked = []

    def then(_: CustomerQuery, moment: datetime) -> Snapshot:
        asked.append(moment)
        return people

    monkeypatch.setattr(session, "snapshot_as_of", then)
    monkeypatch.setattr(session, "view", lambda name: View(name=name, zone="+08:00"))
    day = datetime(2026, 3, 31)  # noqa: DTZ001  a date cell

    for block in ([["Asia"]], None):
        assert len(answers.customers(session, block, None, False, day)) == 3

    assert asked == [
        datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC),
    ]


@pytest.fixture
def in_session(people: Snapshot, monkeypatch: pytest.MonkeyPatch) -> FakeBook:
    book = FakeBook(people, kept=True)
    monkeypatch.setattr(udfs, "SESSION", _session(book))
    return book


@pytest.mark.usefixtures("in_session")
def test_the_functions_answer() -> None:
    assert udfs.CUSTOMERCOUNT() == 3
    assert udfs.CUSTOMERCOUNT([["association", "resale"]]) == 2
    assert udfs.CUSTOMERS([["association", "resale"]], [["Customer ID"]], False) == [
        ["id-0003"],
        ["id-0001"],
    ]


def test_ten_thousand_cells_that_find_make_one_index_until_the_next_refresh(
    people: Snapshot, make_customer: Callable[..., Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Names] = []

    def counted(customers: Any) -> Names:
        made.append(Names(customers))
        return made[-1]

    monkeypatch.setattr("addin.finding.Names", counted)
    book = FakeBook(people, kept=True)
    session = _session(book)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: answers.find(session, [["0066"]], None)[0][0], range(200)))
    assert found == {answers.NOT_SEEN}
    assert len(made) == 1

    joined = make_customer(9, company_name="0066")
    listing = replace(people.listing, customers=(*people.listing.customers, joined))
    book.snapshot = Snapshot(listing, people.account)
    session.refresh()
    assert answers.find(session, [["0066"]], None) == [["id-0009"]]
    assert len(made) == 2


@pytest.mark.usefixtures("home")
def test_changes_say_why_there_is_nothing_to_compare(people: Snapshot) -> None:
    book = FakeBook(people, kept=False)
    book.gate.clear()
    session = _session(book, waits=0.01)

    with pytest.raises(LoadingError):
        answers.changes(session, None, None)
    book.gate.set()
    assert session._first is not None
    session._first.join()
    assert len(answers.changes(session, None, None)) == 1, "of one listing the headings"

    refused = FakeBook(people, kept=False)
    refused.failure = UnreachableError("no answer")
    with pytest.raises(UnreachableError):
        answers.changes(_session(refused), None, None)


def test_what_the_status_says_went_wrong_is_forgotten_when_the_list_is_there(
    people: Snapshot,
) -> None:
    book = FakeBook(people, kept=False)
    book.gate.clear()
    session = _session(book, waits=0.01)
    with pytest.raises(LoadingError) as caught:
        answers.count(session, None)
    session.failed("CUSTOMERCOUNT", caught.value)
    assert "under way" in answers.status(session, "error", NOW)

    book.gate.set()
    assert session._first is not None
    session._first.join()
    assert not answers.status(session, "error", NOW)

    session.failed("CUSTOMERCOUNT", UnknownFilterError("no", kind="filter", name="x", nearest=None))
    assert answers.count(session, None) == 3
    assert answers.status(session, "error", NOW), "the wrong question is still in its cell"


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ([["compani", "x"]], '#PB no filter "compani" - company?'),
        ([["zzzz", "x"]], '#PB no filter "zzzz"'),
        ([["association", "nonsense"]], "#PB filter"),
        ([[1, 2, 3]], "#PB workbook"),
    ],
)
@pytest.mark.usefixtures("in_session")
def test_a_wrong_question_is_one_short_text(block: Any, text: str) -> None:
    assert udfs.CUSTOMERS(block) == text
    assert udfs.CUSTOMERCOUNT(block) == text


def test_an_unforeseen_error_shows_no_traceback_and_no_data(in_session: FakeBook) -> None:
    in_session.kept = None  # type: ignore[assignment,method-assign]  # breaks it

    assert udfs.CUSTOMERCOUNT() == "#PB see log"


def test_a_refresh_is_seen_by_every_cell(people: Snapshot) -> None:
    book = FakeBook(people, kept=True)
    session = _session(book)
    assert answers.count(session, None) == 3

    book.snapshot = Snapshot(
        type(people.listing)(
            EVERYBODY,
            datetime(2026, 6, 1, tzinfo=UTC),
            "detail",
            people.listing.customers[:1],
            people.listing.evidence,
        ),
        people.account,
    )
    assert answers.count(session, None) == 3
    session.refresh()
    assert answers.count(session, None) == 1


def _ids(*values: Any) -> list[list[Any]]:
    return [[value] for value in values]


def test_a_field_of_many_customers_keeps_the_shape_and_one_bad_row_costs_nothing(
    people: Snapshot,
) -> None:
    session = _session(FakeBook(people, kept=True))

    assert answers.field(
        session, _ids("ID-0003", None, "nobody", "id-0001"), "Telephone", None
    ) == [
        ["0086"],
        [""],
        [answers.NOT_SEEN],
        ["13800130001"],
    ]
    assert answers.field(session, [["id-0001", "id-0002"]], "company_name", None) == [["=1+1", ""]]
    with pytest.raises(UnknownFilterError) as caught:
        answers.field(session, _ids("id-0001"), "Telefone", None)
    assert caught.value.cell_text.startswith('#PB no column "Telefone"')


def test_of_an_incomplete_list_nobody_is_said_to_be_absent(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    session = _session(FakeBook(make_snapshot(make_customer(1), missing_at_most=2), kept=True))

    assert answers.field(session, _ids("nobody"), "Label", None) == [[answers.NOT_CHECKED]]
    assert answers.find(session, _ids("nobody"), None) == [[answers.NOT_CHECKED]]
    assert answers.status(session, None, NOW).startswith("1 customer, at most 2 missing")


def test_a_name_finds_its_customer_or_says_how_many(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    snapshot = make_snapshot(
        make_customer(1, company_name="Acme Ltd", account_name="acme"),
        make_customer(2, company_name="ACME LTD"),
        make_customer(3, company_name="北京云科技有限公司", xaccount_id="0086"),
    )
    session = _session(FakeBook(snapshot, kept=True))

    found = answers.find(
        session,
        _ids(
            "acme", "acme ltd", "北京云科技有限公司", "0086", "云科技", "nobody", None, "ＡＣＭＥ"
        ),
        None,
    )

    assert [row[0] for row in found] == [
        "id-0001",
        "#several 2",
        "id-0003",
        "id-0003",
        "#several 1",
        answers.NOT_SEEN,
        "",
        "id-0001",
    ]
    assert answers.find(session, _ids("acme"), "Label") == [[""]]


NOW = datetime(2026, 5, 4, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("count", 3),
        ("State", "exact"),
        ("missing", 0),
        ("as of", datetime(2026, 5, 4, 6)),  # noqa: DTZ001  a cell
        ("age", "3 h 5 min"),
        ("api", "detail"),
        ("fingerprint", EVERYBODY.fingerprint),
        ("error", ""),
    ],
)
def test_the_status_tells_each_fact(people: Snapshot, what: str, expected: Any) -> None:
    assert answers.status(_session(FakeBook(people, kept=True)), what, NOW) == expected


def test_the_functions_read_a_real_store_in_time(account: Sandbox) -> None:
    session = Session(lambda: Book(Settings.from_environment(os.environ)))
    account.play_week(1)
    before = {each.customer_id for each in account.customers}
    with Book(Settings.from_environment(os.environ)) as book:
        book.take(taken_at=datetime(2026, 3, 2, tzinfo=UTC))
        account.play_week(2)
        book.take(taken_at=datetime(2026, 3, 9, tzinfo=UTC))
        book.store.save_view(View(name="Asia", zone="+08:00"), NOW)
    after = {each.customer_id for each in account.customers}

    now = answers.customers(session, None, None, False)
    then = answers.customers(session, None, None, False, datetime(2026, 3, 5))  # noqa: DTZ001  a cell
    changed = answers.changes(session, None, None)

    assert {row[0] for row in now} == after
    assert {row[0] for row in then} == before
    assert {row[0] for row in changed if row[2] == "joined"} == after - before
    assert {row[0] for row in changed if row[2] == "left"} == before - after
    assert answers.changes(session, None, "2026-03-10")[1:] == []
    assert answers.changes(session, None, datetime(2026, 3, 9)) == changed  # noqa: DTZ001  a cell
    assert answers.changes(session, None, "2026-03-09T00:00:00Z")[1:] == []
    assert answers.changes(session, None, "2026-03-08T23:59:59Z") == changed
    assert answers.changes(session, [["Asia"]], "2026-03-09") == changed
    with pytest.raises(NothingKeptError):
        answers.customers(session, None, None, None, "2026-01-01")
    assert answers.status(session, "account", NOW) == f"{account.partner_id}@127.0.0.1"


def test_an_error_is_explained_by_the_status(in_session: FakeBook, people: Snapshot) -> None:
    assert in_session.snapshot is people
    udfs.CUSTOMERCOUNT([["association", "nonsense"]])

    assert "association" in udfs.CUSTOMERSTATUS("error")


def test_a_mistake_in_an_argument_is_told_by_its_own_cell_and_not_by_the_status(
    in_session: FakeBook, people: Snapshot
) -> None:
    assert in_session.snapshot is people
    before = udfs.CUSTOMERSTATUS()
    assert udfs.CUSTOMERFIELD([["id-0001"]], "soon") == '#PB no column "soon"'
    assert udfs.CUSTOMERCOUNT([[1, 2, 3]]) == "#PB workbook"

    assert udfs.CUSTOMERSTATUS() == before
    assert udfs.CUSTOMERFIELD([["id-0001"]], "Account name") == [["user1"]]
    assert udfs.CUSTOMERSTATUS() == before


def test_a_wrong_question_does_not_hide_what_went_wrong_before(people: Snapshot) -> None:
    session = _session(FakeBook(people, kept=True))
    assert answers.count(session, None) == 3
    session.failed("CUSTOMERS", StoreError("the store cannot be opened"))
    wrong = UnknownFilterError("no", kind="filter", name="x", nearest=None)
    session.failed("CUSTOMERCOUNT", wrong)

    assert answers.status(session, None, NOW).endswith("; CUSTOMERS: the store cannot be opened")
    assert answers.status(session, "error", NOW) == "CUSTOMERCOUNT: no"


def _log(home: Path) -> str:
    path = home / LOG
    return path.read_text() if path.exists() else ""


def test_the_status_says_why_there_is_no_list(
    in_session: FakeBook, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_session.has = False
    in_session.failure = UnreachableError(
        "Partner Center cannot be reached at https://bss-intl.example.com (timed out, 3 tries); "
        "check the network and the endpoint's address"
    )
    monkeypatch.setenv("PARTNERBOOK_HOME", str(home))

    assert udfs.CUSTOMERCOUNT() == "#PB no connection"
    assert udfs.CUSTOMERSTATUS("count") == "#PB no connection"
    told = udfs.CUSTOMERSTATUS()

    assert told.startswith("No list yet; Partner Center cannot be reached at its address")
    assert "check the network" in told
    assert "example.com" not in told + udfs.CUSTOMERSTATUS("error")


def test_what_fails_in_cells_is_logged_once_by_its_kind_and_without_data(
    people: Snapshot, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = FakeBook(people, kept=True)
    session = _session(book)
    monkeypatch.setattr(udfs, "SESSION", session)
    for _ in range(50):
        udfs.CUSTOMERS([["company", "Company 3 Ltd"], ["association", "Secret Customer Ltd"]])
    udfs.CUSTOMERCOUNT([["compani", "Secret Customer Ltd"]])

    lines = _log(home).splitlines()
    assert len(lines) == 2
    assert "CUSTOMERS: QueryError" in lines[0]
    assert "CUSTOMERCOUNT: UnknownFilterError" in lines[1]
    assert "Secret" not in _log(home)

    session.refresh()
    assert udfs.CUSTOMERSTATUS("error") == ""
    udfs.CUSTOMERS([["association", "Secret Customer Ltd"]])
    assert len(_log(home).splitlines()) == 3
    assert book.asked == 1


def test_the_first_listing_that_fails_is_logged_with_the_vendors_number(
    people: Snapshot, home: Path
) -> None:
    book = FakeBook(people, kept=False)
    book.failure = NotAuthorisedError("no", status=401, code="APIGW.0301", request_id="r-1")
    session = _session(book)

    with pytest.raises(NotAuthorisedError) as caught:
        answers.count(session, None)

    assert caught.value.cell_text == "#PB key"
    assert "first listing: NotAuthorisedError HTTP 401 APIGW.0301 request r-1" in _log(home)


def test_a_first_listing_that_breaks_as_nobody_foresaw_is_told_and_logged(
    people: Snapshot, home: Path
) -> None:
    book = FakeBook(people, kept=False)
    book.failure = RuntimeError("Secret Customer Ltd")
    session = _session(book)

    for _ in range(2):
        with pytest.raises(PartnerbookError, match="the log says where"):
            answers.count(session, None)

    assert book.asked == 1
    assert "first listing: RuntimeError at test_addin_session.py" in _log(home)
    assert "Secret" not in _log(home)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M}"


def test_a_vendor_who_asks_to_wait_is_told_with_the_local_time(people: Snapshot) -> None:
    until = datetime.now(UTC) + timedelta(minutes=20)
    book = FakeBook(people, kept=False)
    book.gate.clear()
    session = _session(book, waits=0.01)
    book.busy_until = until

    with pytest.raises(LoadingError) as waiting:
        answers.count(session, None)
    assert waiting.value.cell_text == f"#PB busy until {_clock(until)}"

    book.busy_until = datetime.now(UTC)  # over in less than a cell waits: no reason to name it
    with pytest.raises(LoadingError) as loading:
        answers.count(session, None)
    assert loading.value.cell_text == "#PB loading"
    book.gate.set()


def test_after_the_vendors_moment_and_not_before_the_first_listing_is_tried_again(
    people: Snapshot,
) -> None:
    book = FakeBook(people, kept=False)
    until = datetime.now(UTC) + timedelta(hours=1)
    book.failure = refusal = RefusedError("wait", status=429, until=until)
    session = _session(book)

    for _ in range(3):
        with pytest.raises(RefusedError) as caught:
            answers.count(session, None)
    assert book.asked == 1
    assert caught.value.cell_text == f"#PB busy until {_clock(until)}"

    refusal.until = datetime.now(UTC)
    book.failure = None
    assert answers.count(session, None) == 3
    assert book.asked == 2


class Busy(BaseHTTPRequestHandler):
    """A vendor who asks to come back in an hour."""

    def do_GET(self) -> None:
        self.send_response(429)
        self.send_header("Retry-After", "3600")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815  as above

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_real_refusal_over_http_reaches_the_cell_with_its_moment(
    account: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert account.partner_id
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PARTNERBOOK_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("PARTNERBOOK_API", "detail")
        session = Session(lambda: Book(Settings.from_environment(os.environ)))
        monkeypatch.setattr(udfs, "SESSION", session)
        before = datetime.now(UTC)

        shown = udfs.CUSTOMERCOUNT()
        server.shutdown()

    hour = timedelta(hours=1)
    assert shown in {
        f"#PB busy until {_clock(each + hour)}" for each in (before, datetime.now(UTC))
    }
    assert "asks to wait until" in udfs.CUSTOMERSTATUS()
    assert home.is_dir()


def test_a_pause_that_the_vendor_asked_for_is_known_while_it_lasts() -> None:
    pacer = Pacer()
    with PartnerCenter(
        endpoint="http://127.0.0.1:9", access_key="k", secret_key="s", pacer=pacer
    ) as center:
        before = center.busy_until
        pacer.throttled(200)
        until = center.busy_until

    assert before is None
    assert until is not None
    assert abs(until - datetime.now(UTC) - timedelta(seconds=200)) < timedelta(seconds=60)
