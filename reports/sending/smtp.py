"""Handing one mail to a mail server, over verified TLS or not at all.

The answer says what is known for sure. Until the single dot that ends a mail has been sent, a
server has not taken it; between that dot and the server's answer nobody knows (RFC 1047).
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from partnerbook.config import Settings
from partnerbook.errors import MailError, SettingsError
from partnerbook.text import for_line

Fate = Literal["sent", "refused", "later", "uncertain"]
Deliver = Callable[[bytes, str, str], "Delivery"]

_PATIENCE = 30.0  # seconds for each step of the conversation
_AT_ONCE = 465  # the port on which TLS begins before the first word
_MOST_SAID = 200  # characters of a server's words that are kept


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mail.

    Attributes:
        fate: ``sent``: the server took it. ``refused``: it never will. ``later``: it has not
            taken it, and may. ``uncertain``: it may have.
        said: The server's words, or what happened instead.
    """

    fate: Fate
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server, as the settings name it.

    Attributes:
        host: Its name; its certificate must bear it.
        port: Where it listens.
        at_once: Whether TLS begins before the first word, not after STARTTLS; None: as is the
            custom of the port, which is yes for 465.
        user: Who logs in; None logs nobody in.
        password: That user's password.
        ca_file: File of certificates to trust instead of the system's.
    """

    host: str
    port: int = 587
    at_once: bool | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> MailServer:
        """Return the server that the settings name, its password from there or the keyring.

        Raises:
            SettingsError: None is named, or a user without a password.
        """
        if not settings.smtp_host:
            raise SettingsError(
                "not set: PARTNERBOOK_SMTP_HOST; name your mail server there, or run `partnerbook "
                "mail login`"
            )
        password = settings.smtp_password
        if settings.smtp_user and not password:
            password = _kept_password(settings.smtp_host, settings.smtp_user)
        if bool(settings.smtp_user) != bool(password):
            raise SettingsError(
                "PARTNERBOOK_SMTP_USER and PARTNERBOOK_SMTP_PASSWORD belong together; run "
                "`partnerbook mail login`, or set both, or neither where the server asks for no "
                "login"
            )
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port or 587,
            user=settings.smtp_user,
            password=password,
            ca_file=settings.smtp_ca_file,
        )

    def deliver(self, mail: bytes, sender: str, recipient: str) -> Delivery:
        """Hand one mail to the server for one recipient.

        Args:
            mail: The whole message, lines ended by CR LF.
            sender: Bare address to which a bounce goes.
            recipient: Bare address.

        Raises:
            MailError: The server cannot be spoken to at all: not reachable, not verified, no
                TLS, no login. Nothing was handed over.
            SettingsError: The file of certificates cannot be read.
        """
        with self._conversation() as smtp:
            try:
                for command, good in (
                    (f"MAIL FROM:<{sender}>", 250),
                    (f"RCPT TO:<{recipient}>", 0),
                ):
                    code, said = smtp.docmd(command)
                    if code not in (good, 250, 251):
                        return _no(code, said)
                code, said = smtp.docmd("DATA")
                if code != 354:
                    return _no(code, said)
                smtp.send(_stuffed(mail))
            except (smtplib.SMTPException, OSError) as error:
                return Delivery("later", _reason(error))
            try:
                smtp.send(b".\r\n")
                code, said = smtp.getreply()
            except (smtplib.SMTPException, OSError) as error:
                return Delivery("uncertain", f"no answer after the mail was sent: {_reason(error)}")
            return Delivery("sent", _words(code, said)) if code // 100 == 2 else _no(code, said)

    def try_login(self) -> None:
        """Log in and leave again.

        Raises:
            MailError: The server cannot be spoken to, or does not accept the login.
            SettingsError: The file of certificates cannot be read.
        """
        with self._conversation():
            pass

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        context = self._context()
        smtp: smtplib.SMTP | None = None
        where = f"the mail server {self.host}:{self.port}"
        try:
            if self.port == _AT_ONCE if self.at_once is None else self.at_once:
                smtp = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=_PATIENCE, context=context, local_hostname=_NAME
                )
            else:
                smtp = smtplib.SMTP(self.host, self.port, timeout=_PATIENCE, local_hostname=_NAME)
                smtp.starttls(context=context)
            smtp.ehlo()
            if self.user and self.password:
                _log_in(smtp, self.user, self.password)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            if smtp is not None:
                smtp.close()
            # From None: the chain would show what was said while logging in.
            raise MailError(f"{where} {_refusal(error)}; no mail was sent") from None
        try:
            yield smtp
        finally:
            # The server has answered for the mail: whether it says goodbye changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"PARTNERBOOK_SMTP_CA_FILE cannot be read ({type(error).__name__}); name a file of "
                "certificates in PEM form"
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def password_entry(host: str, user: str) -> str:
    """Return the name of the keyring's entry that holds a user's password."""
    return f"smtp {user}@{host}"


def _kept_password(host: str, user: str) -> str | None:
    from partnerbook.config import keychain  # noqa: PLC0415  slow, and only here needed

    # Where there is no keyring there is no password in it: the sentence that follows says what
    # to do. One that cannot be opened says so itself, in words about keys.
    with contextlib.suppress(SettingsError):
        pair = keychain.recall(password_entry(host, user))
        return pair[1] if pair and pair[0] == user else None
    return None


def _log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in; in UTF-8, as RFC 4616 has it, what smtplib's own login cannot say."""
    if (user + password).isascii():
        smtp.login(user, password)
        return
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").split():
        raise smtplib.SMTPAuthenticationError(504, "no way to say letters that are not ASCII")
    words = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, said = smtp.docmd("AUTH", f"PLAIN {words}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


_NAME = "localhost"  # said in greeting; the machine's own name is nobody's business


def _stuffed(mail: bytes) -> bytes:
    """Return the mail as it goes over the wire, up to its last line's end."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", mail)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _no(code: int, said: bytes) -> Delivery:
    return Delivery("refused" if code // 100 == 5 else "later", _words(code, said))


def _words(code: int, said: bytes) -> str:
    return for_line(f"{code} {said.decode('utf-8', 'replace')}")[:_MOST_SAID]


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {_PATIENCE:.0f} seconds"
    return "the connection broke off"


def _refusal(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"has a certificate that cannot be trusted ({error.verify_message}); correct "
            "PARTNERBOOK_SMTP_HOST, or name your authority's file in PARTNERBOOK_SMTP_CA_FILE"
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "offers no encryption (STARTTLS) or no login after it; use one that does"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return (
            f"did not accept the login ({error.smtp_code}); check PARTNERBOOK_SMTP_USER and "
            "PARTNERBOOK_SMTP_PASSWORD"
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return f"does not serve us now ({error.smtp_code}); try again later"
    if isinstance(error, ssl.SSLError):
        return "does not speak TLS 1.2 or newer there; check PARTNERBOOK_SMTP_PORT"
    return (
        f"cannot be reached ({type(error).__name__}); check PARTNERBOOK_SMTP_HOST and "
        "PARTNERBOOK_SMTP_PORT"
    )
