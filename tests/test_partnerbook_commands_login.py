"""`login` and `logout`: keys into a keyring and out of it, and nothing stored when it fails."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from partnerbook.config.writing import change_profile
from partnerbook.errors import SettingsError
from partnerbook.sandbox import Sandbox
from tests.memory_keyring import Memory

Run = Callable[..., Any]

# A keyring in a file, for commands in a process of their own.
BACKEND = """
import json, os
from keyring.backend import KeyringBackend
class FileKeyring(KeyringBackend):
    priority = 1
    path = os.environ.get("TEST_KEYRING", "")
    def _all(self):
        return json.load(open(self.path)) if os.path.exists(self.path) else {}
    def get_password(self, service, username):
        return self._all().get(service + "|" + username)
    def set_password(self, service, username, password):
        kept = {**self._all(), service + "|" + username: password}
        with open(self.path, "w") as out:
            json.dump(kept, out)
    def delete_password(self, service, username):
        kept = self._all()
        del kept[service + "|" + username]
        with open(self.path, "w") as out:
            json.dump(kept, out)
"""


@pytest.fixture(autouse=True)
def memory() -> Iterator[Memory]:
    before, backend = keyring.get_keyring(), Memory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def bare(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The sandbox, with an environment that holds no keys and no partner ID."""
    for name in ("AK", "SK", "PARTNER_ID"):
        monkeypatch.delenv(f"PARTNERBOOK_{name}")
    return account


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return ``typed(*lines)``: what standard input holds."""
    return lambda *lines: monkeypatch.setattr(
        sys, "stdin", io.StringIO("".join(line + "\n" for line in lines))
    )


def _home() -> Path:
    return Path(os.environ["PARTNERBOOK_HOME"])


def _asked(sandbox: Sandbox) -> list[str]:
    """Return the paths of the requests so far, as the control room tells."""
    line = HTTPConnection(sandbox.endpoint.removeprefix("http://"), timeout=60)
    line.request("GET", "/_sandbox/requests", headers={"X-Sandbox-Key": sandbox.control_key})
    told = json.load(line.getresponse())
    line.close()
    return [each["path"] for each in told["requests"]]


def _profile(name: str = "default") -> dict[str, Any]:
    found = tomllib.loads((_home() / "profiles.toml").read_text())[name]
    assert isinstance(found, dict)
    return found


def test_keys_from_standard_input_are_tried_with_one_request_and_kept(
    bare: Sandbox, run: Run, typed: Callable[..., None], memory: Memory, tmp_path: Path
) -> None:
    typed(bare.access_key, bare.secret_key, bare.partner_id)

    ran = run("login")

    assert ran.code == 0, ran.err
    assert _asked(bare) == ["/v2/partners/sub-customers/query"]
    assert "partnerbook customers" in ran.out
    assert bare.secret_key in next(iter(memory.kept.values()))
    assert _profile()["partner_id"] == bare.partner_id
    assert _profile()["endpoint"] == bare.endpoint
    assert stat.S_IMODE((_home() / "profiles.toml").stat().st_mode) == 0o600
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or bare.secret_key.encode() not in path.read_bytes()
    assert run("customers", "--json").json["count"] == 230


def test_what_is_kept_is_used_until_logout(
    bare: Sandbox, run: Run, typed: Callable[..., None], memory: Memory
) -> None:
    typed(bare.access_key, bare.secret_key, bare.partner_id)
    assert run("--profile", "asia", "login").code == 0
    assert run("customers", "--profile", "asia", "--json").json["count"] == 230
    assert run("customers").code == 2

    out = run("logout", "--profile", "asia", "--json")

    assert out.json == {"profile": "asia", "removed": True}
    assert memory.kept == {}
    assert "asia" not in (_home() / "profiles.toml").read_text()
    again = run("logout", "--profile", "asia")
    assert again.code == 0
    assert "nothing was changed" in again.out


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (("WRONG", "{sk}", "{id}"), "key"),
        (("{ak}", "wrong", "{id}"), "key"),
        (("{ak}", "{sk} and more", "{id}"), "PARTNERBOOK_SK"),
        (("{ak}", "{sk}"), "PARTNERBOOK_PARTNER_ID"),
        ((), "PARTNERBOOK_AK, PARTNERBOOK_SK, PARTNERBOOK_PARTNER_ID"),
    ],
)
def test_what_does_not_work_is_not_kept(
    bare: Sandbox,
    run: Run,
    typed: Callable[..., None],
    memory: Memory,
    lines: tuple[str, ...],
    named: str,
) -> None:
    values = {"ak": bare.access_key, "sk": bare.secret_key, "id": bare.partner_id}
    typed(*(line.format(**values) for line in lines))

    ran = run("login")

    assert ran.code == 2
    assert named in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert bare.secret_key not in ran.err + ran.out
    assert memory.kept == {}
    assert not (_home() / "profiles.toml").exists()


@pytest.mark.parametrize("kind", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_without_a_keyring_the_variables_are_named_and_nothing_is_stored(
    bare: Sandbox, run: Run, typed: Callable[..., None], kind: type[KeyringBackend]
) -> None:
    keyring.set_keyring(kind())
    typed(bare.access_key, bare.secret_key, bare.partner_id)

    ran = run("login")

    assert ran.code == 2
    for name in ("PARTNERBOOK_AK", "PARTNERBOOK_SK", "PARTNERBOOK_PARTNER_ID"):
        assert name in ran.err
    assert not _home().exists()


@pytest.mark.usefixtures("account")
def test_with_json_nothing_is_read_and_the_environment_is_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch, memory: Memory
) -> None:
    monkeypatch.setattr(sys, "stdin", None)  # reading it would raise

    ran = run("login", "--json")

    assert ran.code == 0, ran.err
    assert ran.json["profile"] == "default"
    assert "PARTNERBOOK_AK" in ran.json["warning"]
    assert len(memory.kept) == 1
    monkeypatch.delenv("PARTNERBOOK_SK")
    refused = run("login", "--json")
    assert refused.code == 2
    assert "PARTNERBOOK_SK" in refused.err


def test_a_profile_that_cannot_be_written_leaves_the_keyring_as_it_was(
    bare: Sandbox, run: Run, typed: Callable[..., None], memory: Memory
) -> None:
    _home().mkdir()
    (_home() / "profiles.toml").write_text('default = {partner_id = "x"}\n')
    typed(bare.access_key, bare.secret_key)

    ran = run("login")

    assert ran.code == 2
    assert "by hand" in ran.err
    assert memory.kept == {}
    assert (_home() / "profiles.toml").read_text() == 'default = {partner_id = "x"}\n'


@pytest.mark.usefixtures("bare")
def test_a_name_no_profile_can_bear_is_refused(run: Run) -> None:
    assert "profile's name" in run("login", "--profile", "a b]").err


def test_no_secret_is_an_option(run: Run) -> None:
    told = run("login", "--help").out

    assert "--sk" not in told
    assert "secret-key" not in told


def test_a_person_at_a_terminal_is_asked_and_the_secret_is_not_shown(
    bare: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "file_keyring.py").write_text(BACKEND)
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
    }
    command = [sys.executable, "-m", "partnerbook", "login"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        seen = ""
        answers = [bare.access_key, bare.secret_key, bare.partner_id, ""]
        for question, answer in zip(
            ("(AK)", "(SK)", "Partner ID", "Endpoint"), answers, strict=True
        ):
            seen += _until(ours, question)
            # Nobody can be seen typing: what is typed is echoed by the terminal, or it is not.
            os.write(ours, answer.encode() + b"\n")
        seen += _until(ours, "Next:")
        assert process.wait(60) == 0, seen
    os.close(ours)
    assert bare.access_key in seen
    assert bare.secret_key not in seen
    assert bare.secret_key in (tmp_path / "keyring.json").read_text()


def _until(terminal: int, text: str) -> str:
    """Return what a terminal shows up to a text and the prompt or line end after it."""
    seen = ""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        after = seen.partition(text)[2]
        if after.endswith(": ") or "\n" in after:
            break
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 4096).decode()
            except OSError:  # the other side left
                break
    assert text in seen, seen
    return seen


# --------------------------------------------------------------------------- the profile file


def test_a_changed_profile_leaves_everything_else_to_the_letter(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text(
        "# mine\n[default]  # usual\nsmtp_host = 'mail'  # keep\nak = \"old\"\n\n"
        '[other]\npartner_id = "o"\n# end\n'
    )

    change_profile(tmp_path, "default", {"partner_id": "p", "ak": None})

    assert path.read_text() == (
        "# mine\n[default]  # usual\nsmtp_host = 'mail'  # keep\npartner_id = \"p\"\n\n"
        '[other]\npartner_id = "o"\n# end\n'
    )
    change_profile(tmp_path, "other", {"partner_id": None})
    assert "smtp_host = 'mail'  # keep" in path.read_text()


def test_profiles_under_a_common_table_stay_there(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text('[profiles.a]\npartner_id = "1"\n')

    change_profile(tmp_path, "b", {"partner_id": "2"})

    assert tomllib.loads(path.read_text())["profiles"]["b"] == {"partner_id": "2"}


def test_a_file_that_is_no_toml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text("sk = secret-without-quotes\n")

    with pytest.raises(SettingsError) as caught:
        change_profile(tmp_path, "a", {"partner_id": "1"})

    assert "secret-without-quotes" not in str(caught.value)
    assert path.read_text() == "sk = secret-without-quotes\n"


_NAMES = st.sampled_from(["default", "asia", "eu-1"])
_TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
_VALUES = st.dictionaries(
    st.sampled_from(["partner_id", "endpoint", "keyring"]), st.none() | _TEXTS, max_size=3
)


@given(st.lists(st.tuples(_NAMES, _VALUES), max_size=6))
def test_the_file_always_says_what_was_set_last(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, dict[str, str | None]]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    told: dict[str, dict[str, str]] = {}
    for name, values in changes:
        change_profile(home, name, values)
        merged = {**told.get(name, {}), **values}
        told[name] = {key: value for key, value in merged.items() if value is not None}
    path = home / "profiles.toml"
    got = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    assert got == {name: values for name, values in told.items() if values}
