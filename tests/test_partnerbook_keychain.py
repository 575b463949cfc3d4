"""Where keys come from: environment, profile and keyring, the vendor's places; and nowhere else."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from partnerbook.config import Settings, keychain, origins
from partnerbook.errors import SettingsError
from partnerbook.redaction import HIDDEN, hide, redacted, without_phones
from tests.memory_keyring import Memory


class Locked(Memory):
    """A keyring whose library fails with errors of its own, which quote what they were given."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(f"{service} {username} {password}: is locked")

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError(f"{service} {username} is locked")


@pytest.fixture(autouse=True)
def system_keyring() -> Iterator[None]:
    """Put the system's own back afterwards."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def memory() -> Memory:
    backend = Memory()
    keyring.set_keyring(backend)
    return backend


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "profiles.toml").write_text(
        '[default]\npartner_id = "p-1"\nkeyring = "default p-1"\n[other]\npartner_id = "p-2"\n'
    )
    return {"PARTNERBOOK_HOME": str(tmp_path), "HOME": str(tmp_path)}


@pytest.mark.usefixtures("memory")
def test_what_is_kept_comes_back_until_it_is_removed() -> None:
    keychain.keep("default p-1", "AK1-long", 'sk/+="%')

    assert keychain.recall("default p-1") == ("AK1-long", 'sk/+="%')
    assert keychain.recall("other") is None
    assert keychain.remove("default p-1")
    assert not keychain.remove("default p-1")
    assert keychain.recall("default p-1") is None


@pytest.mark.parametrize("value", ["", "no JSON", "[]", '{"ak": "x"}', '{"ak": 1, "sk": 2}'])
def test_an_entry_that_is_not_ours_is_no_pair_of_keys(memory: Memory, value: str) -> None:
    memory.kept["partnerbook", "default p-1"] = value

    assert keychain.recall("default p-1") is None


@pytest.mark.parametrize(
    "kind", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring, Locked]
)
def test_a_keyring_that_keeps_nothing_is_one_sentence_without_the_keys(
    kind: type[KeyringBackend],
) -> None:
    keyring.set_keyring(kind())

    with pytest.raises(SettingsError, match="PARTNERBOOK_SK") as caught:
        keychain.keep("default p-1", "AK1-canary", "sk-canary")

    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("kind", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_a_keyring_that_keeps_nothing_is_found_out_beforehand(kind: type[KeyringBackend]) -> None:
    keyring.set_keyring(kind())

    with pytest.raises(SettingsError, match="PARTNERBOOK_AK, PARTNERBOOK_SK"):
        keychain.check()


def test_a_profile_takes_its_keys_from_the_keyring_when_they_are_needed(
    env: dict[str, str], memory: Memory
) -> None:
    keychain.keep("default p-1", "AK1-canary", "sk-canary")
    memory.reads = 0

    settings = Settings.from_environment(env)
    assert (settings.access_key, memory.reads) == (None, 0)
    settings.require_credentials()

    assert (settings.access_key, settings.secret_key) == ("AK1-canary", "sk-canary")
    assert "canary" not in repr(settings)
    assert origins(env)["PARTNERBOOK_SK"] == "keyring, named by profile default"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"PARTNERBOOK_AK": "env-ak", "PARTNERBOOK_SK": "env-sk"}, ("env-ak", "env-sk")),
        ({"HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"}, ("kept-ak", "kept-sk")),
        ({"PARTNERBOOK_TOKEN": "token-1"}, (None, None)),
    ],
)
def test_the_environment_comes_before_the_keyring_and_that_before_the_vendors_places(
    env: dict[str, str],
    memory: Memory,
    given: dict[str, str],
    wanted: tuple[str | None, str | None],
) -> None:
    keychain.keep("default p-1", "kept-ak", "kept-sk")
    memory.reads = 0

    settings = Settings.from_environment({**env, **given})
    settings.require_credentials()

    assert (settings.access_key, settings.secret_key) == wanted
    assert memory.reads == (1 if wanted[0] == "kept-ak" else 0)


def test_the_vendors_places_serve_a_profile_without_keys_of_its_own(env: dict[str, str]) -> None:
    folder = Path(env["HOME"]) / ".huaweicloud"
    folder.mkdir()
    (folder / "credentials").write_text("[global]\nak = file-ak\nsk = file-sk\n")
    given = {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"}

    assert Settings.from_environment({**env, **given}, "other").access_key == "sdk-ak"
    assert Settings.from_environment(env, "other").access_key == "file-ak"
    assert "HUAWEICLOUD_SDK_AK" in origins({**env, **given}, "other")["PARTNERBOOK_AK"]
    assert "credentials" in origins(env, "other")["PARTNERBOOK_AK"]


@pytest.mark.usefixtures("memory")
def test_halves_of_two_pairs_never_meet(env: dict[str, str]) -> None:
    keychain.keep("default p-1", "kept-ak", "kept-sk")

    settings = Settings.from_environment({**env, "PARTNERBOOK_AK": "env-ak"})

    with pytest.raises(SettingsError, match="PARTNERBOOK_SK"):
        settings.require_credentials()


@pytest.mark.usefixtures("memory")
def test_keys_that_vanished_from_the_keyring_are_one_sentence(env: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="partnerbook login"):
        Settings.from_environment(env).require_credentials()


def test_the_library_is_not_imported_where_the_environment_has_the_keys(
    env: dict[str, str],
) -> None:
    code = (
        "import os, sys\n"
        "from partnerbook.config import Settings\n"
        "Settings.from_environment(os.environ).require_credentials()\n"
        "sys.exit('keyring' in sys.modules)\n"
    )
    given = {"PARTNERBOOK_AK": "a", "PARTNERBOOK_SK": "s", "PYTHONPATH": ":".join(sys.path)}

    done = subprocess.run([sys.executable, "-c", code], env={**env, **given}, check=False)

    assert done.returncode == 0


def test_a_known_secret_is_hidden_in_every_form_it_can_take() -> None:
    secret = "canary/secret+key=%41 ü"
    hide(secret)
    inside = f"user:{secret}!".encode()
    text = " ".join(
        (
            secret,
            quote(secret, safe=""),
            base64.b64encode(secret.encode()).decode(),
            base64.b64encode(inside).decode(),
            base64.b64encode(b"x" + inside).decode(),
            base64.urlsafe_b64encode(b"xy" + inside).decode(),
        )
    )

    assert redacted(text).count(HIDDEN) == 6
    assert redacted("nothing here") == "nothing here"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("call 13800138000 now", f"call {HIDDEN} now"),
        ("call +86 138-0013-8000", f"call {HIDDEN}"),
        ("(021) 5555 1234", HIDDEN),
        ("2026-05-04 and 230 customers", "2026-05-04 and 230 customers"),
        ("request 7ff331de7af7457d8331de0bfe7a42b7", "request 7ff331de7af7457d8331de0bfe7a42b7"),
        ("port 127.0.0.1:38231", "port 127.0.0.1:38231"),
    ],
)
def test_what_looks_like_a_telephone_is_hidden(text: str, wanted: str) -> None:
    assert without_phones(text) == wanted
