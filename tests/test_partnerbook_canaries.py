"""Canaries: secrets and telephones planted through a run of commands are found nowhere.

Searched as they are, escaped for URLs, and in Base64; in what commands print, in the log, in
errors, in every file and inside every zip, and in the process list.
"""

from __future__ import annotations

import base64
import contextlib
import io
import logging
import os
import stat
import subprocess
import sys
import traceback
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import keyring
import keyring.backends.fail
import pytest

from partnerbook.book import Book
from partnerbook.commands.log import LOG, log_in
from partnerbook.config import Settings
from partnerbook.errors import PartnerbookError
from partnerbook.sandbox import Sandbox

Run = Callable[..., Any]

AK = "CANARYACCESSKEY00001"
SK = "canary/Secret+Key=0000000000000000000001"
TOKEN = "canary-token-" + "0123456789abcdef" * 20
PASSWORD = "canary pass&word%1"
SMTP = "canary-smtp-word"
PHONE = "13911112222"
MADE = (".xlsx", ".html", ".eml", ".db", ".db-wal", ".db-shm", ".jsonl", ".csv")
"""Endings of files that hold customers on purpose."""


def _forms(secret: str) -> set[bytes]:
    """Return the bytes by which a secret is found, however it was packed."""
    out = {secret.encode(), quote(secret, safe="").encode(), quote(secret).encode()}
    for shift in range(3):
        packed = base64.b64encode(b"x" * shift + secret.encode())
        out.add(packed[4 if shift else 0 : len(packed) // 4 * 4 - 4])
    return out


def _found(secrets: list[str], data: bytes) -> list[str]:
    return [each for each in secrets if any(form in data for form in _forms(each))]


def _contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every file below a folder, and every member of every zip among them."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        data = path.read_bytes()
        yield path, data
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as members:
                for name in members.namelist():
                    yield path, members.read(name)


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # theirs
    yield
    keyring.set_keyring(before)


@pytest.fixture
def planted(account: Sandbox) -> Sandbox:
    """The sandbox, with one customer whose telephone is the canary."""
    one = account.customers[0]
    account.backend.alter(change=[(one.customer_id, {"telephone": PHONE})])
    return account


GOOD: tuple[tuple[str, ...], ...] = (
    ("snapshot",),
    ("customers", "--explain", "--phone", PHONE),
    ("changes",),
    ("view", "save", "Asia", "--country", "86"),
    ("view", "list"),
    ("weekly", "--out", "made"),
    ("excel", "new", "made/Customers.xlsx"),
    ("excel", "refresh", "made/Customers.xlsx"),
    ("store", "check"),
    ("store", "export", "made/store.jsonl"),
    ("doctor", "--paging", "--bundle", "made/doctor.zip"),
    ("logout",),
)
BAD: tuple[tuple[dict[str, str], tuple[str, ...]], ...] = (
    ({"PARTNERBOOK_AK": AK}, ("customers",)),
    ({"PARTNERBOOK_SK": SK}, ("snapshot",)),
    ({"PARTNERBOOK_SK": SK}, ("doctor", "--paging", "--bundle", "made/bad.zip")),
    ({"PARTNERBOOK_SK": SK + " "}, ("customers", "--phone", PHONE)),
    ({"PARTNERBOOK_SK": "two words " + SK}, ("customers",)),
    ({"PARTNERBOOK_TOKEN": TOKEN}, ("customers",)),
    ({"PARTNERBOOK_TOKEN": TOKEN}, ("doctor", "--json")),
    (
        {
            "PARTNERBOOK_AK": "",
            "PARTNERBOOK_SK": "",
            "PARTNERBOOK_IAM_USER": "u",
            "PARTNERBOOK_IAM_DOMAIN": "d",
            "PARTNERBOOK_IAM_PASSWORD": PASSWORD,
        },
        ("customers",),
    ),
    ({"PARTNERBOOK_ENDPOINT": f"https://{AK}:{SK}@bss.example.com"}, ("customers",)),
    ({"PARTNERBOOK_ENDPOINT": "http://127.0.0.1:9", "PARTNERBOOK_SK": SK}, ("weekly",)),
    ({"PARTNERBOOK_STORE": f"postgresql://me:{PASSWORD[:9]}@127.0.0.1:9/x"}, ("snapshot",)),
    ({"PARTNERBOOK_PROXY": f"http://me:{SMTP}@127.0.0.1:9"}, ("customers",)),
    ({"PARTNERBOOK_API": SK}, ("doctor",)),
    ({"PARTNERBOOK_AK": AK, "PARTNERBOOK_SK": SK}, ("login", "--json")),
    ({}, ("history", PHONE)),
    ({}, ("customers", "--since", "call " + PHONE)),
)


def test_a_run_of_commands_leaves_no_secret_and_no_telephone(
    planted: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = [planted.access_key, planted.secret_key, AK, SK, TOKEN, PASSWORD, SMTP]
    secrets += [planted.iam_password, PASSWORD[:9]]
    monkeypatch.setenv("PARTNERBOOK_SMTP_PASSWORD", SMTP)
    told = b""
    for arguments in GOOD:
        ran = run(*arguments)
        assert ran.code in (0, 1, 2), arguments
        told += f"{ran.out}\n{ran.err}\n".encode()
        assert PHONE not in ran.err, arguments
    for given, arguments in BAD:
        with monkeypatch.context() as wrong:
            for name, value in given.items():
                wrong.setenv(name, value)
            ran = run(*arguments)
        assert ran.code in (1, 2), (arguments, ran.out)
        told += f"{ran.out}\n{ran.err}\n".encode()
        assert not _found(secrets, f"{ran.out}\n{ran.err}".encode()), arguments
        assert "Traceback" not in ran.err

    assert _found(secrets, told) == []
    for path, data in _contents(tmp_path):
        assert _found(secrets, data) == [], path
        if path.suffix not in MADE:
            assert _found([PHONE], data) == [], path
    log = (tmp_path / "home" / LOG).read_text()
    assert "NotAuthorisedError HTTP 401" in log
    assert "QueryError" in log
    assert "partnerbook history" in log


def test_an_error_nobody_expected_is_logged_without_its_words(
    planted: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("snapshot")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{planted.secret_key} {PHONE} {SK}")

    monkeypatch.setattr(Book, "take", broken)

    ran = run("customers")

    assert ran.code == 2
    assert _found([planted.secret_key, PHONE, SK], ran.err.encode()) == []
    log = (tmp_path / "home" / LOG).read_text()
    assert "RuntimeError at test_partnerbook_canaries.py" in log
    assert _found([planted.secret_key, PHONE, SK], log.encode()) == []


def test_settings_and_errors_show_no_secret(
    planted: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"SK": SK, "TOKEN": TOKEN, "IAM_PASSWORD": PASSWORD}.items():
        monkeypatch.setenv(f"PARTNERBOOK_{name}", value)
    settings = Settings.from_environment(os.environ)

    told = repr(settings) + str(settings) + repr(replace(settings, api="detail"))
    try:
        with Book(settings) as book:
            book.take()
    except PartnerbookError as error:
        told += "".join(traceback.format_exception(error)) + repr(error)

    assert "does not accept" in told
    assert _found([SK, TOKEN, PASSWORD, planted.access_key], told.encode()) == []


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads Linux's process list")
def test_the_process_list_shows_no_secret(
    planted: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.configure(latency_ms=200)
    monkeypatch.delenv("PARTNERBOOK_SK")
    backend = "keyring.backends.null.Keyring"  # says no after nothing was typed
    seen = b""
    for arguments, env in (
        (["login"], {"PYTHON_KEYRING_BACKEND": backend}),
        (["customers"], {"PARTNERBOOK_SK": planted.secret_key}),
    ):
        with subprocess.Popen(
            [sys.executable, "-m", "partnerbook", *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdin is not None
            process.stdin.write(planted.secret_key + "\n")
            process.stdin.close()
            while process.poll() is None:
                seen += b"".join(_command_lines())
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
    assert b"partnerbook" in seen
    assert planted.secret_key.encode() not in seen


def _command_lines() -> Iterator[bytes]:
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            yield each.read_bytes()


# --------------------------------------------------------------------------------- the log itself


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def test_the_log_takes_warnings_of_ours_redacted_on_one_line(home: Path) -> None:
    settings = Settings(access_key=AK, secret_key=SK)
    assert settings.secret_key == SK
    with log_in(home):
        ours = logging.getLogger("partnerbook.client.center")
        ours.warning("key %s (%s)\nof %s", SK, quote(SK, safe=""), PHONE)
        ours.debug("too little to be told")
        logging.getLogger("urllib3.connectionpool").warning("a stranger's words")
        ours.error("it broke", exc_info=ValueError(SK))
    ours.warning("after the end")

    lines = (home / LOG).read_text().splitlines()
    assert len(lines) == 2
    assert lines[0].endswith(
        "WARNING partnerbook.client.center key [hidden] ([hidden]) of [hidden]"
    )
    assert lines[1].endswith("ERROR partnerbook.client.center it broke (ValueError)")
    assert lines[0][:20].endswith("Z")
    assert stat.S_IMODE((home / LOG).stat().st_mode) == 0o600


def test_the_log_stays_small(home: Path) -> None:
    with log_in(home):
        for number in range(9000):
            logging.getLogger("partnerbook").warning("line %s %s", number, "x" * 100)

    files = sorted(path.name for path in home.iterdir())
    assert files == [LOG, LOG + ".1", LOG + ".2"]
    assert sum(path.stat().st_size for path in home.iterdir()) <= 3 * 256 * 1024


def test_a_log_that_cannot_be_written_disturbs_nobody(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / LOG).mkdir()
    with log_in(home):
        logging.getLogger("partnerbook").warning("nobody reads this")

    assert capsys.readouterr().err == ""


def test_where_there_is_no_home_no_log_makes_one(tmp_path: Path) -> None:
    with log_in(tmp_path / "nowhere"):
        logging.getLogger("partnerbook").warning("nothing")

    assert not (tmp_path / "nowhere").exists()
