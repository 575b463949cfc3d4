"""Settings: the environment over a profile over the vendor's own places. The only reader of them.

Nothing here asks the network, and a missing key is no error until somebody wants to connect: what
only reads the store needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from partnerbook.config.addresses import (
    ENDPOINT,
    IAM_ENDPOINT,
    address,
    is_loopback,
    password_in,
    port,
)
from partnerbook.config.profiles import KEYRING, PROFILE_FILES, tables_of
from partnerbook.config.sources import PREFIX, given, home_of, origins
from partnerbook.errors import SettingsError
from partnerbook.redaction import hide

ApiChoice = Literal["auto", "detail", "sub-customers"]

__all__ = [
    "ENDPOINT",
    "IAM_ENDPOINT",
    "KEYRING",
    "PROFILE_FILES",
    "ApiChoice",
    "Settings",
    "home_of",
    "is_loopback",
    "origins",
    "tables_of",
]


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
        hide(password_in(self.store), password_in(self.proxy))
        for name in ("endpoint", "iam_endpoint"):
            object.__setattr__(self, name, address(PREFIX + name.upper(), getattr(self, name)))
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
        found = given(env, profile)
        if "smtp_port" in found:
            found["smtp_port"] = port(found["smtp_port"])
        return cls(home=home_of(env), **found)

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
        from partnerbook.config.keychain import recall  # noqa: PLC0415  slow, and only here needed

        pair = recall(self.keyring)
        if pair is None:
            raise SettingsError(
                "the system's keyring has no keys for this profile any more; run `partnerbook "
                "login` again"
            )
        # Filled in once, when a connection needs them: what reads the store opens no keyring.
        object.__setattr__(self, "access_key", pair[0])
        object.__setattr__(self, "secret_key", pair[1])
