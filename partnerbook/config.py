"""Settings: the environment over a profile over the vendor's own places. The only reader of them.

Nothing here asks the network, and a missing key is no error until somebody wants to connect: what
only reads the store needs none.
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit

from partnerbook.errors import SettingsError
from partnerbook.redaction import hide

ApiChoice = Literal["auto", "detail", "sub-customers"]

ENDPOINT = "https://bss-intl.myhuaweicloud.com"
IAM_ENDPOINT = "https://iam.myhuaweicloud.com"
PROFILE_FILES = ("profiles.toml", "config.toml")
"""Looked for in the home folder; a profile is a table of the first, or of ``[profiles]``."""

_PREFIX = "PARTNERBOOK_"
# Name in a profile (and, in capitals behind the prefix, in the environment) -> attribute.
_NAMES = {
    "endpoint": "endpoint",
    "iam_endpoint": "iam_endpoint",
    "ak": "access_key",
    "sk": "secret_key",
    "partner_id": "partner_id",
    "token": "token",
    "iam_user": "iam_user",
    "iam_password": "iam_password",
    "iam_domain": "iam_domain",
    "api": "api",
    "store": "store",
    "policy": "policy",
    "proxy": "proxy",
    "smtp_host": "smtp_host",
    "smtp_port": "smtp_port",
    "smtp_user": "smtp_user",
    "smtp_password": "smtp_password",
    "smtp_ca_file": "smtp_ca_file",
    "smtp_from": "smtp_from",
}
KEYRING = "keyring"
"""In a profile only: the entry of the system's keyring that holds its access and secret key."""

# The vendor's readme and its code disagree on the section's name; people have either.
_VENDOR_SECTIONS = ("global", "globalcredentials", "basic", "basiccredentials")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where Partner Center is, who we are, and where things are kept.

    Secrets stay out of ``repr``. None means: not set.

    Attributes:
        home: Folder of profiles and of the default store [PARTNERBOOK_HOME].
        endpoint: Scheme and host, no trailing slash [PARTNERBOOK_ENDPOINT].
        iam_endpoint: The same for IAM, which gives tokens [PARTNERBOOK_IAM_ENDPOINT].
        access_key: Public half of the key pair [PARTNERBOOK_AK].
        secret_key: Secret half [PARTNERBOOK_SK].
        partner_id: The partner's account ID [PARTNERBOOK_PARTNER_ID].
        token: An IAM token, used before keys [PARTNERBOOK_TOKEN].
        iam_user: IAM user who obtains tokens [PARTNERBOOK_IAM_USER].
        iam_password: That user's password [PARTNERBOOK_IAM_PASSWORD].
        iam_domain: Name of the account the user belongs to [PARTNERBOOK_IAM_DOMAIN].
        api: Which customer API to use [PARTNERBOOK_API].
        store: SQLAlchemy URL of the store [PARTNERBOOK_STORE].
        policy: File of the policy on personal data [PARTNERBOOK_POLICY].
        proxy: Proxy for all requests; none is taken from anywhere else [PARTNERBOOK_PROXY].
        smtp_host: Mail server, and so on [PARTNERBOOK_SMTP_HOST ...].
        smtp_port: Its port.
        smtp_user: Who logs in there.
        smtp_password: That user's password.
        smtp_ca_file: File of certificates to trust instead of the system's.
        smtp_from: Sender of the mails.
        keyring: Entry of the system's keyring that holds the keys; None: they are not there.
    """

    home: Path = Path()
    endpoint: str = ENDPOINT
    iam_endpoint: str = IAM_ENDPOINT
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    partner_id: str | None = None
    token: str | None = field(default=None, repr=False)
    iam_user: str | None = None
    iam_password: str | None = field(default=None, repr=False)
    iam_domain: str | None = None
    api: ApiChoice = "auto"
    store: str = field(default="", repr=False)  # an URL of PostgreSQL holds a password
    policy: str | None = None
    proxy: str | None = field(default=None, repr=False)
    smtp_host: str | None = None
    smtp_port: int | None = None
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_ca_file: str | None = None
    smtp_from: str | None = None
    keyring: str | None = None

    def __post_init__(self) -> None:
        hide(self.access_key, self.secret_key, self.token, self.iam_password, self.smtp_password)
        hide(_password_in(self.store), _password_in(self.proxy))
        for name in ("endpoint", "iam_endpoint"):
            object.__setattr__(self, name, _endpoint(name, getattr(self, name)))
        if self.api not in get_args(ApiChoice):
            # Not what it holds: that may be a key in the wrong place.
            raise SettingsError(
                "PARTNERBOOK_API names no API; set it to one of " + ", ".join(get_args(ApiChoice))
            )
        if not self.store:
            # As POSIX text: SQLAlchemy's URLs take forward slashes on Windows too.
            object.__setattr__(
                self, "store", f"sqlite:///{(self.home / 'partnerbook.db').as_posix()}"
            )

    @classmethod
    def from_environment(cls, env: Mapping[str, str], profile: str | None = None) -> Settings:
        """Read the settings: environment, then profile, then the vendor's own places.

        Args:
            env: The environment's variables.
            profile: Name of the profile; None takes ``default`` where there is one.

        Raises:
            SettingsError: A file or value is malformed, or there is no such profile.
        """
        home = home_of(env)
        given: dict[str, Any] = _profile(home, profile)
        entry = given.pop(KEYRING, None)
        for name, attribute in _NAMES.items():
            if value := env.get(_PREFIX + name.upper(), "").strip():
                given[attribute] = value
        if not (given.get("access_key") and given.get("secret_key")) and not given.get("token"):
            if entry and not _names_keys(given, env):
                given[KEYRING] = entry
            elif not given.get("access_key"):
                access_key, secret_key, _ = _vendor_keys(env)
                if access_key and secret_key:
                    given |= {"access_key": access_key, "secret_key": secret_key}
        if "smtp_port" in given:
            given["smtp_port"] = _port(given["smtp_port"])
        return cls(home=home, **given)

    @property
    def account(self) -> str:
        """Whose customers these are: ``partner_id@host``, without a port.

        Raises:
            SettingsError: The partner ID is missing.
        """
        if not self.partner_id:
            raise SettingsError(
                "not set: PARTNERBOOK_PARTNER_ID; it is the account ID in My Credentials of the "
                "partner's account"
            )
        return f"{self.partner_id}@{urlsplit(self.endpoint).hostname}"

    @property
    def store_file(self) -> Path | None:
        """The file of the store, whether it exists or not; None when it is no SQLite file."""
        scheme, _, path = self.store.partition(":///")
        is_file = scheme.startswith("sqlite") and path and path != ":memory:"
        return Path(path) if is_file else None

    def require_credentials(self) -> None:
        """Check that there is what a connection needs; take the keys out of the keyring.

        Raises:
            SettingsError: Names every variable that is missing, not just the first; or the
                keyring does not give the keys.
        """
        missing = self.missing()
        if missing:
            raise SettingsError(
                "not set: "
                + ", ".join(missing)
                + "; run `partnerbook login`, or set them in the environment, or try "
                "`partnerbook demo`, which needs none"
            )
        self._unlock()

    def missing(self) -> tuple[str, ...]:
        """Return the variables that a connection lacks; empty when it lacks none."""
        out = [] if self.partner_id else ["PARTNERBOOK_PARTNER_ID"]
        if self.token or self.keyring:
            return tuple(out)
        user = {
            "PARTNERBOOK_IAM_USER": self.iam_user,
            "PARTNERBOOK_IAM_PASSWORD": self.iam_password,
            "PARTNERBOOK_IAM_DOMAIN": self.iam_domain,
        }
        keys = {"PARTNERBOOK_AK": self.access_key, "PARTNERBOOK_SK": self.secret_key}
        # Who started to give an IAM user and no key means the IAM user.
        wanted = user if any(user.values()) and not any(keys.values()) else keys
        if all(user.values()) and not all(keys.values()):
            wanted = user
        return tuple([name for name, value in wanted.items() if not value] + out)

    def _unlock(self) -> None:
        if self.keyring is None or (self.access_key and self.secret_key):
            return
        from partnerbook.keychain import recall  # noqa: PLC0415  slow, and only here needed

        pair = recall(self.keyring)
        if pair is None:
            raise SettingsError(
                "the system's keyring has no keys for this profile any more; run `partnerbook "
                "login` again"
            )
        # Filled in once, when a connection needs them: what reads the store opens no keyring.
        object.__setattr__(self, "access_key", pair[0])
        object.__setattr__(self, "secret_key", pair[1])


def home_of(env: Mapping[str, str]) -> Path:
    """Return the folder of profiles, log and default store, whether it exists or not."""
    return Path(env.get(_PREFIX + "HOME") or _default_home()).expanduser()


def origins(env: Mapping[str, str], profile: str | None = None) -> dict[str, str]:
    """Return where each setting that is given comes from: variable's name -> place. No values.

    Raises:
        SettingsError: As `Settings.from_environment`.
    """
    given = _profile(home_of(env), profile)
    entry = given.pop(KEYRING, None)
    out = {}
    for name, attribute in _NAMES.items():
        variable = _PREFIX + name.upper()
        if env.get(variable, "").strip():
            out[variable] = "environment"
        elif attribute in given:
            out[variable] = f"profile {profile or 'default'}"
    keys = (_PREFIX + "AK", _PREFIX + "SK")
    if not all(each in out for each in keys) and _PREFIX + "TOKEN" not in out:
        vendor = _vendor_keys(env)
        if entry and not _names_keys(given, env):
            out |= dict.fromkeys(keys, f"keyring, named by profile {profile or 'default'}")
        elif keys[0] not in out and vendor[0] and vendor[1]:
            out |= dict.fromkeys(keys, vendor[2])
    return out


def tables_of(path: Path) -> dict[str, Any]:
    """Return the profiles that a file holds, by name; empty when there is no such file.

    Raises:
        SettingsError: It cannot be read.
    """
    return {name: each for name, each in _tables(path).items() if isinstance(each, dict)}


def _names_keys(given: Mapping[str, Any], env: Mapping[str, str]) -> bool:
    """Return whether something above the keyring names keys, whole or in part.

    Halves of two pairs must never meet.
    """
    user = ("IAM_USER", "IAM_PASSWORD", "IAM_DOMAIN")
    return bool(
        given.get("access_key")
        or given.get("secret_key")
        or all(env.get(_PREFIX + each, "").strip() for each in user)
    )


def _password_in(address: str | None) -> str | None:
    try:
        return urlsplit(address or "").password
    except ValueError:
        return None


def _endpoint(name: str, text: str) -> str:
    variable = _PREFIX + name.upper()
    text = str(text).strip()
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query:
        raise SettingsError(
            f"{variable} is no address such as {ENDPOINT}: it takes a scheme and a host only"
        )
    if parts.username is not None or parts.password is not None:
        raise SettingsError(f"{variable} holds a user or password; take it out of the address")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(
            f"{variable} starts with http://, which would send keys unencrypted; write https://"
        )
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(host: str) -> bool:
    """Return whether a host name or address surely is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _default_home() -> str:
    from platformdirs import user_data_dir  # noqa: PLC0415  not needed where the home is given

    return user_data_dir("partnerbook", appauthor=False)


def _profile(home: Path, wanted: str | None) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for name in reversed(PROFILE_FILES):
        tables |= _tables(home / name)
    if wanted is None and not isinstance(tables.get("default"), dict):
        return {}
    table = tables.get(wanted or "default")
    if not isinstance(table, dict):
        known = ", ".join(name for name, each in tables.items() if isinstance(each, dict))
        raise SettingsError(
            f"there is no profile {str(wanted)[:40]!r} in {home / PROFILE_FILES[0]}; there are: "
            + (known or "none yet")
        )
    unknown = sorted(set(table) - {*_NAMES, KEYRING})
    if unknown:
        raise SettingsError(
            f"the profile {wanted or 'default'!r} has an unknown setting {unknown[0][:40]!r}; "
            "there are: " + ", ".join(_NAMES)
        )
    names = {**_NAMES, KEYRING: KEYRING}
    return {names[name]: str(value).strip() for name, value in table.items() if value != ""}


def _tables(path: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # Not the parser's own words: they can quote a secret of the line.
        raise SettingsError(
            f"{path} cannot be read as TOML ({type(error).__name__}); correct it and try again"
        ) from None
    inner = tables.get("profiles")
    return cast("dict[str, Any]", inner) if isinstance(inner, dict) else tables


def _vendor_keys(env: Mapping[str, str]) -> tuple[str | None, str | None, str]:
    """Return the pair that the vendor's own tools would use, and where it stands."""
    access_key, secret_key = env.get("HUAWEICLOUD_SDK_AK"), env.get("HUAWEICLOUD_SDK_SK")
    if access_key and secret_key:
        return access_key.strip(), secret_key.strip(), "environment, HUAWEICLOUD_SDK_AK and _SK"
    path = Path(
        env.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE")
        or Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())
        / ".huaweicloud"
        / "credentials"
    )
    parser = configparser.ConfigParser(interpolation=None)  # a secret key may hold "%"
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            f"{path} cannot be read ({type(error).__name__}); correct it, or set PARTNERBOOK_AK "
            "and PARTNERBOOK_SK"
        ) from None
    for section in _VENDOR_SECTIONS:
        if parser.has_option(section, "ak") and parser.has_option(section, "sk"):
            pair = parser.get(section, "ak").strip(), parser.get(section, "sk").strip()
            return *pair, f"{path}, section {section}"
    return None, None, ""


def _port(text: Any) -> int:
    if not str(text).isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError("PARTNERBOOK_SMTP_PORT is no port number; 587 is usual")
    return int(text)
