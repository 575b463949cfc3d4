"""What proves to Partner Center who is asking: a signature with a key pair, or an IAM token."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from partnerbook.client.clock import Deadline
from partnerbook.errors import SettingsError
from partnerbook.signing import sign
from partnerbook.wire.requests import Request

_BEFORE_END = timedelta(minutes=5)  # a token is renewed this long before its end
_JSON = {"Content-Type": "application/json"}


class Keys(Protocol):
    """A way to be recognised."""

    def headers(
        self, request: Request, url: str, at: datetime, deadline: Deadline
    ) -> Mapping[str, str]:
        """Return the headers of one try of a request; every try needs its own."""

    def renew(self, used: Mapping[str, str], deadline: Deadline) -> bool:
        """Replace what was refused; return whether another try may succeed."""

    @property
    def are_signed(self) -> bool:
        """Whether requests carry a time that the server compares with its own."""

    @property
    def next_step(self) -> str:
        """What a person should check when these are refused."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An access key and its secret, which sign each request."""

    access_key: str
    secret_key: str = field(repr=False)
    are_signed = True
    next_step = "check PARTNERBOOK_AK and PARTNERBOOK_SK"

    def __post_init__(self) -> None:
        _refuse_stray("PARTNERBOOK_AK", self.access_key)
        _refuse_stray("PARTNERBOOK_SK", self.secret_key)

    def headers(
        self,
        request: Request,
        url: str,
        at: datetime,
        deadline: Deadline,  # noqa: ARG002  signing waits for nobody
    ) -> Mapping[str, str]:
        """Return the headers of one try, signed for the moment `at`."""
        return sign(
            method=request.method,
            url=url,
            headers=_JSON,
            body=request.body,
            access_key=self.access_key,
            secret_key=self.secret_key,
            at=at,
        )

    def renew(self, used: Mapping[str, str], deadline: Deadline) -> bool:  # noqa: ARG002
        """Return False: a refused key stays refused, and five failures lock it."""
        return False


@dataclass(frozen=True, slots=True)
class Token:
    """A token as IAM gave it.

    Attributes:
        text: The token.
        ends_at: When it ends. UTC; None when IAM did not say.
    """

    text: str = field(repr=False)
    ends_at: datetime | None = None


class TokenKeys:
    """A token, given, or obtained from IAM and renewed when it dies.

    Args:
        given: A token that somebody obtained elsewhere; None obtains one.
        obtain: Gets a new token; None where there is no IAM user.
    """

    are_signed = False

    def __init__(self, given: str | None, obtain: Callable[[Deadline], Token] | None) -> None:
        if given is not None:
            _refuse_stray("PARTNERBOOK_TOKEN", given)
        self._token = Token(given) if given else None
        self._obtain = obtain
        # One renewal at a time: ten threads that meet a dead token need one new one.
        self._lock = threading.Lock()

    @property
    def next_step(self) -> str:
        """What a person should check when the token is refused."""
        if self._obtain is None:
            return "it may have ended: get a new one for PARTNERBOOK_TOKEN (they live 24 hours)"
        return "check PARTNERBOOK_IAM_USER and that user's permissions"

    def headers(
        self,
        request: Request,  # noqa: ARG002  a token is the same for every request
        url: str,  # noqa: ARG002  as above
        at: datetime,
        deadline: Deadline,
    ) -> Mapping[str, str]:
        """Return the headers of one try; obtain a token when there is none for long enough."""
        with self._lock:
            token = self._token
            ends = token.ends_at if token else None
            is_old = ends is not None and at >= ends - _BEFORE_END
            if self._obtain is not None and (token is None or is_old):
                token = self._token = self._obtain(deadline)
        if token is None:
            raise SettingsError("not set: PARTNERBOOK_TOKEN")
        return {**_JSON, "X-Auth-Token": token.text}

    def renew(self, used: Mapping[str, str], deadline: Deadline) -> bool:
        """Obtain a new token, unless another thread already did; return whether there is one."""
        if self._obtain is None:
            return False
        with self._lock:
            if self._token is None or self._token.text == used.get("X-Auth-Token"):
                self._token = self._obtain(deadline)
        return True


class NoKeys:
    """For the one request that needs no proof: the one for a token."""

    are_signed = False
    next_step = "check PARTNERBOOK_IAM_USER, PARTNERBOOK_IAM_PASSWORD and PARTNERBOOK_IAM_DOMAIN"

    def headers(
        self,
        request: Request,  # noqa: ARG002  the interface's
        url: str,  # noqa: ARG002  as above
        at: datetime,  # noqa: ARG002  as above
        deadline: Deadline,  # noqa: ARG002  as above
    ) -> Mapping[str, str]:
        """Return headers that prove nothing."""
        return {"Content-Type": "application/json;charset=utf8"}

    def renew(self, used: Mapping[str, str], deadline: Deadline) -> bool:  # noqa: ARG002
        """Return False: there is nothing to renew."""
        return False


def _refuse_stray(variable: str, text: str) -> None:
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise SettingsError(
            f"{variable} holds spaces, line ends or other characters that no key has; copy it again"
        )
