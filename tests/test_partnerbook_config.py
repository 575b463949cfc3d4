from __future__ import annotations

from pathlib import Path

import pytest

from partnerbook.config import Settings
from partnerbook.errors import SettingsError

KEYS = {
    "PARTNERBOOK_AK": "ak",
    "PARTNERBOOK_SK": "sk",
    "PARTNERBOOK_PARTNER_ID": "p-1",
}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of this machine is found."""
    return {"PARTNERBOOK_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_defaults_suffice_for_what_only_reads_the_store(
    env: dict[str, str], tmp_path: Path
) -> None:
    settings = Settings.from_environment(env)

    assert settings.endpoint == "https://bss-intl.myhuaweicloud.com"
    assert settings.iam_endpoint == "https://iam.myhuaweicloud.com"
    assert settings.api == "auto"
    assert settings.store == f"sqlite:///{(tmp_path / 'home' / 'partnerbook.db').as_posix()}"


def test_all_missing_variables_are_named_at_once(env: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(env).require_credentials()

    for name in KEYS:
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (KEYS, ()),
        ({"PARTNERBOOK_TOKEN": "t", "PARTNERBOOK_PARTNER_ID": "p"}, ()),
        ({"PARTNERBOOK_TOKEN": "t"}, ("PARTNERBOOK_PARTNER_ID",)),
        ({"PARTNERBOOK_AK": "a", "PARTNERBOOK_PARTNER_ID": "p"}, ("PARTNERBOOK_SK",)),
        (
            {"PARTNERBOOK_IAM_USER": "u", "PARTNERBOOK_PARTNER_ID": "p"},
            ("PARTNERBOOK_IAM_PASSWORD", "PARTNERBOOK_IAM_DOMAIN"),
        ),
        ({**KEYS, "PARTNERBOOK_SK": "  "}, ("PARTNERBOOK_SK",)),
    ],
)
def test_what_a_connection_lacks_is_told(
    env: dict[str, str], given: dict[str, str], missing: tuple[str, ...]
) -> None:
    assert Settings.from_environment({**env, **given}).missing() == missing


def test_the_environment_wins_over_the_profile_and_the_profile_over_the_vendor_s_file(
    env: dict[str, str], tmp_path: Path
) -> None:
    write(tmp_path / "home" / "profiles.toml", '[eu]\nak = "of-profile"\nsk = "s"\napi = "detail"')
    write(tmp_path / ".huaweicloud" / "credentials", "[global]\nak = of-vendor\nsk = v\n")

    from_vendor = Settings.from_environment(env)
    from_profile = Settings.from_environment(env, "eu")
    from_environment = Settings.from_environment({**env, **KEYS}, "eu")

    assert (from_vendor.access_key, from_vendor.secret_key) == ("of-vendor", "v")
    assert (from_profile.access_key, from_profile.api) == ("of-profile", "detail")
    assert (from_environment.access_key, from_environment.secret_key) == ("ak", "sk")
    assert from_environment.api == "detail"


@pytest.mark.parametrize("section", ["global", "globalcredentials", "basic", "basiccredentials"])
def test_the_vendor_s_file_is_read_in_both_spellings(
    env: dict[str, str], tmp_path: Path, section: str
) -> None:
    write(tmp_path / ".huaweicloud" / "credentials", f"[{section}]\nak = a%b\nsk = s\n")

    assert Settings.from_environment(env).access_key == "a%b"


def test_the_vendor_s_variables_win_over_its_file(env: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path / ".huaweicloud" / "credentials", "[global]\nak = file\nsk = file\n")

    settings = Settings.from_environment(
        {**env, "HUAWEICLOUD_SDK_AK": "var", "HUAWEICLOUD_SDK_SK": "sk"}
    )

    assert settings.access_key == "var"


def test_half_a_pair_of_ours_is_not_completed_with_half_of_another(env: dict[str, str]) -> None:
    settings = Settings.from_environment(
        {
            **env,
            "PARTNERBOOK_AK": "mine",
            "HUAWEICLOUD_SDK_AK": "other",
            "HUAWEICLOUD_SDK_SK": "other",
        }
    )

    assert (settings.access_key, settings.secret_key) == ("mine", None)


@pytest.mark.parametrize("name", ["profiles.toml", "config.toml"])
@pytest.mark.parametrize("head", ["[default]", "[profiles.default]"])
def test_a_default_profile_is_taken_without_being_asked_for(
    env: dict[str, str], tmp_path: Path, name: str, head: str
) -> None:
    write(tmp_path / "home" / name, f'{head}\npartner_id = "p-9"\nsmtp_port = 587')

    settings = Settings.from_environment(env)

    assert (settings.partner_id, settings.smtp_port) == ("p-9", 587)


@pytest.mark.parametrize(
    ("text", "profile", "sentence"),
    [
        ("[eu]\nak='a'", "us", "no profile 'us'"),
        ("[eu]\nkey='a'", "eu", "unknown setting 'key'"),
        ("[eu]\nsk = hunter2", "eu", "cannot be read as TOML"),
    ],
)
def test_a_wrong_profile_is_explained(
    env: dict[str, str], tmp_path: Path, text: str, profile: str, sentence: str
) -> None:
    write(tmp_path / "home" / "profiles.toml", text)

    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(env, profile)

    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://bss.example.com/", "https://bss.example.com"),
        ("bss.example.com", "https://bss.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_endpoint_is_a_scheme_and_a_host(env: dict[str, str], given: str, expected: str) -> None:
    settings = Settings.from_environment({**env, "PARTNERBOOK_ENDPOINT": given})

    assert settings.endpoint == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "http://bss.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ftp://bss.example.com",
        "https://",
        "https://user:hunter2@bss.example.com",
        "https://bss.example.com/v1.0",
        "https://bss.example.com?a=1",
        "https://bss.example.com:port",
        "http://[::1",
    ],
)
def test_an_endpoint_that_would_leak_or_mislead_is_refused(env: dict[str, str], wrong: str) -> None:
    with pytest.raises(SettingsError, match="PARTNERBOOK_ENDPOINT") as caught:
        Settings.from_environment({**env, "PARTNERBOOK_ENDPOINT": wrong})

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PARTNERBOOK_API", "newest"), ("PARTNERBOOK_SMTP_PORT", "smtp")],
)
def test_a_malformed_value_names_its_variable(env: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({**env, name: value})


def test_an_account_is_the_partner_and_the_host_without_its_port(env: dict[str, str]) -> None:
    settings = Settings.from_environment(
        {**env, **KEYS, "PARTNERBOOK_ENDPOINT": "http://127.0.0.1:8080"}
    )

    assert settings.account == "p-1@127.0.0.1"


def test_an_account_without_a_partner_id_names_the_variable(env: dict[str, str]) -> None:
    settings = Settings.from_environment(env)

    with pytest.raises(SettingsError, match="PARTNERBOOK_PARTNER_ID"):
        _ = settings.account


def test_secrets_stay_out_of_repr(env: dict[str, str]) -> None:
    secrets = {
        "PARTNERBOOK_SK": "canary-1",
        "PARTNERBOOK_TOKEN": "canary-2",
        "PARTNERBOOK_IAM_PASSWORD": "canary-3",
        "PARTNERBOOK_SMTP_PASSWORD": "canary-4",
        "PARTNERBOOK_STORE": "postgresql://user:canary-5@host/db",
    }

    shown = repr(Settings.from_environment({**env, **secrets}))

    assert "canary" not in shown
