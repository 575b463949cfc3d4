"""Fixtures that every room's tests share."""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, settings

from partnerbook.__main__ import main
from partnerbook.model import (
    Api,
    Customer,
    CustomerQuery,
    Evidence,
    Listing,
    ReconciliationFigures,
    Snapshot,
)
from partnerbook.sandbox import Sandbox

GOLDEN = Path(__file__).parent / "golden"
MONDAY = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)

# One slow moment of a shared machine must not look like a broken promise. Where a change waits to
# land, the same change must meet the same examples; everywhere else each run looks for new ones.
settings.register_profile(
    "partnerbook",
    deadline=None,
    database=None,
    derandomize=os.environ.get("PARTNERBOOK_TESTS") == "all",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("partnerbook")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the program makes now into tests/golden; read the diff before committing",
    )


@pytest.fixture
def matches_golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare text with ``golden/<name>``. A missing golden file is a failure."""

    def check(got: str, name: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(got, encoding="utf-8", newline="\n")
        assert path.exists(), f"no {name} yet: rerun with --update-golden and read it"
        # Bytes, not read_text: that one would turn CR LF into LF and hide a difference.
        assert got == path.read_bytes().decode(), f"{name} differs: --update-golden, then read it"

    return check


def _make_customer(number: int = 1, **given: Any) -> Customer:
    values: dict[str, Any] = {
        "customer_id": f"id-{number:04}",
        "account_name": f"user{number}",
        "company_name": f"Company {number} Ltd",
        "associated_at": datetime(2026, 1, 5, 8, 30, tzinfo=UTC) + timedelta(days=number),
        "association": "1",
        "label": None,
        "telephone": f"1380013{number:04}",
        "country_code": "0086",
        "verification": "2",
    }
    return Customer(**{**values, **given})


def _make_snapshot(
    *customers: Customer,
    taken_at: datetime = MONDAY,
    query: CustomerQuery | None = None,
    api: Api = "detail",
    missing_at_most: int = 0,
    account: str = "p-0001@bss.example.com",
    number: int | None = None,
) -> Snapshot:
    listing = Listing(
        query=query or CustomerQuery(),
        as_of=taken_at,
        api=api,
        customers=tuple(sorted(customers, key=lambda customer: customer.customer_id)),
        evidence=Evidence(requests=1, passes=1, method="one page"),
        missing_at_most=missing_at_most,
    )
    return Snapshot(listing, account, number)


@pytest.fixture(scope="session")
def make_customer() -> Callable[..., Customer]:
    """Return ``make(number=1, **fields)``: a customer with every field of the old API set."""
    return _make_customer


@pytest.fixture(scope="session")
def make_snapshot() -> Callable[..., Snapshot]:
    """Return ``make(*customers, taken_at=, query=, api=, missing_at_most=, account=, number=)``."""
    return _make_snapshot


def _two_mondays() -> tuple[Snapshot, Snapshot]:
    make = _make_customer
    before = _make_snapshot(
        make(1, company_name="Acme Ltd", label="VIP"),
        make(2, company_name="上海云计算科技有限公司", association="3", verification="0"),
        make(3, company_name=None, verification="-1", country_code="0066"),
        make(4, company_name="شركة الأفق", label="渠道A"),
        make(5, company_name="Blue Heron GmbH"),
    )
    now = _make_snapshot(
        make(1, company_name="ACME Asia", label="VIP"),
        make(2, company_name="上海云计算科技有限公司", association="3", verification="1"),
        make(3, company_name="=1+1", verification="2", country_code="0066"),
        make(5, company_name="Blue Heron GmbH", telephone="13900000005"),
        make(6, company_name='=HYPERLINK("http://x","<b>Acme</b>")', label="#N/A"),
        make(7, company_name="+86139", account_name="0086", label="12e4", association="3"),
        taken_at=MONDAY + timedelta(days=7),
    )
    return before, now


@pytest.fixture(scope="session")
def two_mondays() -> tuple[Snapshot, Snapshot]:
    """Return a small week: one customer left, two joined, four fields altered, hostile names."""
    return _two_mondays()


@pytest.fixture(scope="session")
def figures() -> ReconciliationFigures:
    """Return what a reconciliation came to: 23 breaks to settle, so it cannot close."""
    return ReconciliationFigures(
        made_at=datetime(2026, 5, 8, 9, 30, tzinfo=UTC),
        as_of=datetime(2026, 5, 8, 9, 29, tzinfo=UTC),
        exact=True,
        cutoff=date(2026, 4, 30),
        zone="+08:00",
        customers=1_206,
        lines=1_190,
        matched=1_180,
        suggested=4,
        breaks={"not_in_ledger": 22, "twice": 1},
        to_settle=23,
        oldest=41,
        status="open",
    )


@pytest.fixture(scope="session")
def cells_of() -> Callable[[bytes], str]:
    """Return ``cells_of(xlsx)``: one line of text per cell, and what else a sheet has.

    Lines, not bytes: a reviewer can read a diff of lines.
    """

    def read_back(data: bytes) -> str:
        from openpyxl import load_workbook  # noqa: PLC0415  only these tests pay for it

        out = []
        sheets: list[Any] = load_workbook(io.BytesIO(data)).worksheets
        for sheet in sheets:
            name = sheet.title
            out.append(
                f"== {name} frozen={sheet.freeze_panes} repeat={sheet.print_title_rows} "
                f"{sheet.page_setup.orientation} {sheet.page_setup.fitToWidth}x"
                f"{sheet.page_setup.fitToHeight} charts={len(sheet._charts)}"
            )
            out += [f"{name} table {t.displayName} {t.ref}" for t in sheet.tables.values()]
            out += [
                f"{name}!{cell.coordinate} {cell.data_type} [{cell.number_format}]"
                f"{' quoted' if cell.quotePrefix else ''}"
                f"{' -> ' + str(cell.hyperlink.location) if cell.hyperlink else ''} {cell.value}"
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            ]
        return "\n".join(out) + "\n"

    return read_back


def _absent(package: str) -> str:
    reason = f"{package} is not installed here; PARTNERBOOK_TESTS=all makes this a failure"
    if os.environ.get("PARTNERBOOK_TESTS") == "all" and find_spec(package) is None:
        pytest.fail(reason)
    return reason


def _needs(program: str) -> str:
    path = shutil.which(program)
    if path:
        return path
    reason = f"{program} is not installed here; PARTNERBOOK_TESTS=all makes this a failure"
    if os.environ.get("PARTNERBOOK_TESTS") == "all":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def needs() -> Callable[[str], str]:
    """Return ``needs(program)``: its path; the test is skipped where the program is absent."""
    return _needs


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return ``convert(path, to, out)``: the file as LibreOffice, an independent party, reads it.

    ``to`` is what ``--convert-to`` takes, e.g. ``"pdf"``. The result is a new file in ``out``.
    """
    soffice = _needs("soffice")
    # A profile of its own: a LibreOffice that somebody has open would swallow the command.
    profile = tmp_path_factory.mktemp("libreoffice").as_uri()

    def convert(path: Path, to: str, out: Path) -> Path:
        command = [soffice, f"-env:UserInstallation={profile}", "--headless"]
        command += ["--convert-to", to, "--outdir", str(out), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        made = out / f"{path.stem}.{to.partition(':')[0]}"
        assert made.exists(), f"LibreOffice made nothing: {done.stdout}{done.stderr}"
        return made

    return convert


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a real PostgreSQL of our own, without a database's name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package's own making, at import
        pgserver = pytest.importorskip("pgserver", reason=_absent("pgserver"))
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        yield f"postgresql+psycopg://postgres@/{{}}?host={folder}"
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store; a test that takes it runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/down/partnerbook.db"
    server: str = request.getfixturevalue("postgresql")
    name = f"t{secrets.token_hex(8)}"
    engine = sqlalchemy.create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.format(name)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A Partner Center of our own, on loopback, for one test."""
    with Sandbox(customers=230, seed=11) as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The sandbox, with an environment that names it and a home of its own."""
    for name in list(os.environ):
        if name.startswith(("PARTNERBOOK_", "HUAWEICLOUD_")) and name != "PARTNERBOOK_TESTS":
            monkeypatch.delenv(name)
    values = {
        "PARTNERBOOK_ENDPOINT": sandbox.endpoint,
        "PARTNERBOOK_IAM_ENDPOINT": sandbox.iam_endpoint,
        "PARTNERBOOK_AK": sandbox.access_key,
        "PARTNERBOOK_SK": sandbox.secret_key,
        "PARTNERBOOK_PARTNER_ID": sandbox.partner_id,
        "PARTNERBOOK_HOME": str(tmp_path / "home"),
        "HOME": str(tmp_path),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return sandbox


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return ``run("customers", "--json", ...)``: the command line, in this process."""

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(each) for each in arguments])
        written = capsys.readouterr()
        return Ran(int(left.value.code or 0), written.out, written.err)

    return call


class Mailbox:
    """A mail server on loopback that speaks TLS, keeps what it takes, and fails as it is told.

    ``fail`` maps a recipient, or ``"*"``, to what goes wrong: ``("RCPT", "550 no")``,
    ``("DATA", "451 later")``, ``("RCPT", "drop")``, ``("DATA", "drop")``, or ``("MAIL", ...)``.
    """

    def __init__(self, ca_file: str) -> None:
        self.taken: list[tuple[str, str, bytes]] = []  # sender, recipient, mail
        self.logins: list[tuple[str, str]] = []
        self.fail: dict[str, tuple[str, str]] = {}
        self.ca_file = ca_file
        self.port = 0

    async def handle_MAIL(  # noqa: N802  aiosmtpd's names
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.mail_from = address
        return self._answer(server, "MAIL", "") or "250 OK"

    async def handle_RCPT(  # noqa: N802  as above
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if answer := self._answer(server, "RCPT", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  as above
        answer = self._answer(server, "DATA", envelope.rcpt_tos[0])
        if answer is None or answer == "drop":
            self.taken += [
                (envelope.mail_from, each, envelope.content) for each in envelope.rcpt_tos
            ]
        return answer or "250 taken"

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _way: str, data: Any
    ) -> Any:
        from aiosmtpd.smtp import AuthResult  # noqa: PLC0415  only these tests pay for it

        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"right", handled=False)

    def _answer(self, server: Any, step: str, recipient: str) -> str | None:
        at, answer = self.fail.get(recipient) or self.fail.get("*") or ("", "")
        if at != step:
            return None
        if answer == "drop":
            server.transport.abort()
        return answer


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, str]:
    """Return a certificate authority of our own, and the file that makes a client trust it."""
    import trustme  # noqa: PLC0415  only these tests pay for it

    made = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(path)
    return made, str(path)


@pytest.fixture
def mail_server(authority: tuple[Any, str]) -> Iterator[Callable[..., Mailbox]]:
    """Return ``start(tls="starttls"|"at once"|"none", name="127.0.0.1")``: a running `Mailbox`."""
    import ssl  # noqa: PLC0415  only these tests pay for it

    from aiosmtpd.controller import Controller  # noqa: PLC0415  as above

    class AnyPort(Controller):
        def _trigger_server(self) -> None:
            server: Any = self.server
            self.port = server.sockets[0].getsockname()[1]
            super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's own

    running = []

    def start(tls: str = "starttls", name: str = "127.0.0.1") -> Mailbox:
        made, ca_file = authority
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.issue_cert(name).configure_cert(context)
        box = Mailbox(ca_file)
        settings: dict[str, Any] = {"authenticator": box.authenticate, "hostname": "127.0.0.1"}
        if tls == "starttls":
            settings |= {"tls_context": context, "require_starttls": True}
        else:  # aiosmtpd knows of the TLS that it began itself only
            settings |= {"auth_require_tls": False}
            settings |= {"ssl_context": context} if tls == "at once" else {}
        controller = AnyPort(box, port=0, **settings)
        controller.start()
        running.append(controller)
        box.port = controller.port
        return box

    yield start
    for controller in running:
        controller.stop()
