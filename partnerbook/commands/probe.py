"""Single questions to Partner Center, for `login` and `doctor`: answers as they came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

from partnerbook.client import Clock
from partnerbook.client.broken import LostError
from partnerbook.client.clock import Deadline
from partnerbook.client.conversation import Conversation
from partnerbook.client.keys import KeyPair, Keys, NoKeys, Token, TokenKeys
from partnerbook.client.pacer import pacer_of
from partnerbook.client.refused import refused
from partnerbook.client.transport import Answer, Transport
from partnerbook.closing import Closing
from partnerbook.config import Settings
from partnerbook.errors import RefusedError, SettingsError, WireError
from partnerbook.model import Api
from partnerbook.paging import Ask, Page
from partnerbook.redaction import hide
from partnerbook.views.filters import Narrowing
from partnerbook.wire.detail import DetailApi
from partnerbook.wire.identity import identity_request
from partnerbook.wire.refusals import BusinessRefusal, check_business, refusal_of
from partnerbook.wire.requests import CustomerApi, Request
from partnerbook.wire.strict import json_object
from partnerbook.wire.sub_customers import SubCustomersApi
from partnerbook.wire.tokens import TOKEN_HEADER, expiry_of, token_of, token_request

Read = TypeVar("Read")

_PATIENCE = 30.0  # seconds for one question
_CLOSED = (403, 404, 405, 410)


class _Watched(Transport):
    """A transport that remembers what answers said about the quota."""

    def __init__(self, clock: Clock, proxy: str | None) -> None:
        super().__init__(clock, proxy)
        self.statuses: list[int] = []
        self.quota: set[str] = set()

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, deadline: Deadline
    ) -> Answer:
        answer = super().exchange(method, url, headers, body, deadline)
        self.statuses.append(answer.status)
        self.quota |= {
            f"{name}: {value[:80]}"
            for name, value in answer.headers.items()
            if "ratelimit" in name.lower() or name.lower() == "retry-after"
        }
        return answer


class Probe(Closing):
    """Asks one thing at a time. Close it when done.

    Args:
        settings: Where, and who asks.
        clock: Where time and chance come from.

    Attributes:
        offset: How far this machine's clock is behind the server's; who finds out sets it.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or Clock()
        self._transport = _Watched(self._clock, settings.proxy)
        self._keys: Keys | None = None
        self.offset = timedelta()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    @property
    def statuses(self) -> tuple[int, ...]:
        """HTTP statuses of all answers so far."""
        return tuple(self._transport.statuses)

    @property
    def quota(self) -> tuple[str, ...]:
        """Headers that said something about the quota, each once."""
        return tuple(sorted(self._transport.quota))

    def knock(self) -> Answer:
        """Return the answer to a request that proves nothing: any answer shows who is there.

        Raises:
            UnreachableError: There is none.
        """
        return self._sent(self._settings.endpoint, Request("GET", "/", b"", "knock"), NoKeys())

    def first_row(self, api: Api) -> Answer:
        """Return what an API answers to the smallest question, whatever it says.

        Raises:
            UnreachableError: Nothing.
            SettingsError: There are no keys, or no partner ID where the API needs it.
        """
        request = self.api(api).request(Narrowing(), Ask(1, 1))
        return self._sent(self._settings.endpoint, request, self.keys())

    def identity(self) -> Answer:
        """Return what IAM says to the question whose keys these are.

        Raises:
            UnreachableError: Nothing.
        """
        return self._sent(self._settings.iam_endpoint, identity_request(), self.keys())

    def works(self) -> Api:
        """Return the API that answers these keys; mostly one request.

        Raises:
            SettingsError: Something that is needed is missing or malformed.
            PartnerCenterError: None of them answers, for the reason the error's kind says.
        """
        wanted = self._settings.api
        names: tuple[Api, ...] = ("sub-customers", "detail") if wanted == "auto" else (wanted,)
        for number, name in enumerate(names):
            api = self.api(name)
            try:
                self.ask(api.request(Narrowing(), Ask(1, 1)), partial(_page, api))
            except RefusedError as error:
                is_closed = error.status in _CLOSED or error.code == "CBC.5001"
                if not is_closed or number + 1 == len(names):
                    raise
            else:
                return name
        raise AssertionError("the last name returns or raises")

    def ask(self, request: Request, read: Callable[[Answer], Read]) -> Read:
        """Return what is read of a success, after the fetcher's own rules for trying again.

        Raises:
            PartnerCenterError: There is no success.
        """
        endpoint = self._settings.endpoint
        line = Conversation(
            endpoint=endpoint,
            transport=self._transport,
            keys=self.keys(),
            pacer=pacer_of(endpoint),
            clock=self._clock,
        )
        return line.ask(request, read, self._deadline())

    def api(self, name: Api) -> CustomerApi:
        """Return an API by its name.

        Raises:
            SettingsError: It needs the partner ID, which is not set.
        """
        if name == "sub-customers":
            return SubCustomersApi()
        if not self._settings.partner_id:
            raise SettingsError("not set: PARTNERBOOK_PARTNER_ID, which the API detail needs")
        return DetailApi(self._settings.partner_id)

    def keys(self) -> Keys:
        """Return what proves who asks.

        Raises:
            SettingsError: There is nothing, or it is malformed.
        """
        if self._keys is None:
            given = self._settings
            given.require_credentials()
            if given.token:
                self._keys = TokenKeys(given.token, None)
            elif given.access_key and given.secret_key:
                self._keys = KeyPair(given.access_key, given.secret_key)
            else:
                self._keys = TokenKeys(None, self._obtain)
        return self._keys

    def refusal(self, answer: Answer) -> RefusedError | None:
        """Return the refusal that an answer is; None for a success."""
        if answer.status not in (200, 201):
            return refused(answer, refusal_of(answer.body), self.keys())
        with suppress(WireError):
            try:
                check_business(json_object(answer.body))
            except BusinessRefusal as error:
                return refused(answer, error.refusal, self.keys())
        return None

    # ------------------------------------------------------------------------------------- inside

    def _sent(self, endpoint: str, request: Request, keys: Keys) -> Answer:
        deadline = self._deadline()
        tries = 3
        while True:
            tries -= 1
            at = self._clock.now() + self.offset
            url = endpoint + request.target
            headers = keys.headers(request, url, at, deadline)
            ticket = pacer_of(endpoint).wait(deadline)
            try:
                return self._transport.exchange(
                    request.method, url, headers, request.body, deadline
                )
            except LostError as error:
                # A line that broke once may hold the next time; a port that is closed does not.
                if error.never_connected or not tries:
                    raise
            finally:
                pacer_of(endpoint).sent(ticket)

    def _obtain(self, _deadline: Deadline) -> Token:
        given = self._settings
        request = token_request(
            given.iam_user or "", given.iam_password or "", given.iam_domain or ""
        )
        answer = self._sent(given.iam_endpoint, request, NoKeys())
        if answer.status != 201:
            raise refused(answer, refusal_of(answer.body), NoKeys())
        token = Token(token_of(answer.headers.get(TOKEN_HEADER)), expiry_of(answer.body))
        hide(token.text)
        return token

    def _deadline(self) -> Deadline:
        return Deadline(_PATIENCE, self._clock)


def _page(api: CustomerApi, answer: Answer) -> Page:
    return api.page(answer.body, answer.came_at)
