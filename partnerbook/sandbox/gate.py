"""The gateway's door: keys, signatures, tokens, lock-out and the limit of calls. No HTTP.

The clock is an argument, so that tests move it.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from partnerbook.sandbox import signatures
from partnerbook.sandbox.answers import Asked, gateway_error, not_authorised
from partnerbook.sandbox.behaviour import Behaviour

TOKEN_LIFE = 24 * 3600
"""Seconds that a token lives."""

FAILURES = 5
LOCKED_FOR = 5 * 60
"""Seconds that a key is locked after that many wrong signatures in a row."""

_KEPT_TOKENS = 1_000


@dataclass(frozen=True, slots=True)
class Account:
    """The one partner of this sandbox, and how its caller proves to be it."""

    partner_id: str
    access_key: str
    secret_key: str = field(repr=False)
    iam_domain: str
    iam_user: str
    iam_password: str = field(repr=False)


def new_account(partner_id: str) -> Account:
    """Return an account with keys and a password of its own, different at each start."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return Account(
        partner_id=partner_id,
        access_key="".join(secrets.choice(letters) for _ in range(20)),
        secret_key="".join(secrets.choice(letters + letters.lower()) for _ in range(40)),
        iam_domain="sandbox-partner",
        iam_user="sandbox-user",
        iam_password=secrets.token_urlsafe(18),
    )


class Gate:
    """Lets in who proves to be the account's owner.

    Args:
        account: Whose sandbox this is.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget tokens, failures and calls."""
        self._tokens: dict[str, list[float]] = {}  # token -> [dies at, requests so far]
        self._failures = 0
        self._locked_until = 0.0
        self._calls: dict[str, deque[float]] = {}

    def admit(self, asked: Asked, now: float, behaviour: Behaviour) -> None:
        """Let a request pass that carries a good signature or token.

        Args:
            asked: The request.
            now: The server's time, seconds since 1970.
            behaviour: The settings.

        Raises:
            RefusalError: It carries neither; the answer is the gateway's 401.
        """
        # The vendor's client sends an empty Authorization beside a token: that is none.
        authorization = (asked.header("Authorization") or "").strip()
        if authorization:
            self._check_signature(asked, authorization, now, behaviour)
        else:
            self._check_token(asked, now, behaviour)

    def throttle(self, asked: Asked, api: str, now: float, behaviour: Behaviour) -> None:
        """Refuse a call beyond the limit within any one second.

        Raises:
            RefusalError: The answer is the gateway's 429.
        """
        limit = behaviour.requests_per_second
        if not limit:
            return
        # Below one call a second the window grows instead.
        most, window = max(int(limit), 1), max(1.0, 1 / limit)
        with self._lock:
            calls = self._calls.setdefault(api, deque())
            while calls and calls[0] <= now - window:
                calls.popleft()
            if len(calls) < most:
                calls.append(now)
                return
        why = f"policy user over ratelimit,limit:{most},time:{window:g} second"
        message = f"The throttling threshold has been reached: {why}"
        raise gateway_error(asked, 429, "APIGW.0308", message)

    def new_token(self, now: float) -> tuple[str, float]:
        """Return a new token and the moment at which it dies, seconds since 1970."""
        # As long as the real ones, which are several kilobytes: buffers should meet it here.
        token = "MII" + base64.b64encode(secrets.token_bytes(1_500)).decode().replace("/", "-")
        with self._lock:
            if len(self._tokens) >= _KEPT_TOKENS:
                del self._tokens[next(iter(self._tokens))]
            self._tokens[token] = [now + TOKEN_LIFE, 0]
        return token, now + TOKEN_LIFE

    def _check_token(self, asked: Asked, now: float, behaviour: Behaviour) -> None:
        token = asked.header("X-Auth-Token")
        if not token:
            raise not_authorised(asked, "x-auth-token not found")
        with self._lock:
            known = self._tokens.get(token)
            if known and now < known[0]:
                known[1] += 1
                if not behaviour.token_life_requests or known[1] <= behaviour.token_life_requests:
                    return
        raise not_authorised(asked, "decrypt token fail")

    def _check_signature(
        self, asked: Asked, authorization: str, now: float, behaviour: Behaviour
    ) -> None:
        claimed = signatures.claim(authorization)
        if claimed is None:
            raise not_authorised(asked, "authorization format error")
        key = claimed.access_key
        if not hmac.compare_digest(key.encode(), self.account.access_key.encode()):
            raise not_authorised(asked, f"Get secretKey failed,ak:{key[:64]},err:ak not exist")
        with self._lock:
            if behaviour.lock_out and now < self._locked_until:
                raise not_authorised(asked, "AK access failed to reach the limit,forbidden")
        moment = signatures.signed_at(asked, claimed)
        if moment is None:
            raise not_authorised(asked, "signed header X-Sdk-Date not found or malformed")
        if abs(now - moment.timestamp()) > signatures.WINDOW:
            times = f"signature time:{_stamp(moment.timestamp())},server time:{_stamp(now)}"
            raise not_authorised(asked, f"calc aksk signature fail:signature expired, {times}")
        if not signatures.is_signed(asked, claimed, self.account.secret_key):
            self._failed(now)
            echo = signatures.canonical_request(asked, claimed).replace("\n", "|")
            raise not_authorised(asked, f"verify aksk signature fail, canonicalRequest:{echo}")
        with self._lock:
            self._failures = 0

    def _failed(self, now: float) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._failures, self._locked_until = 0, now + LOCKED_FOR


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")
