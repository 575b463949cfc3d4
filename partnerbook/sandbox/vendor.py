"""The vendor's side of the sandbox: which path is which API, and what befalls a request.

The order is the real one: a path that is not published is refused before anybody is asked who
they are, then key or token, then the limit of calls, then the API itself. Faults that are set
in the control room befall all of these paths alike, and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from partnerbook.sandbox import detail, iam, sibling, sub_customers
from partnerbook.sandbox.answers import (
    Answer,
    Asked,
    Fate,
    RefusalError,
    bad_parameter,
    business_error,
    gateway_error,
    not_authorised,
    not_published,
)
from partnerbook.sandbox.backend import Backend
from partnerbook.sandbox.gate import Gate

_OLD = re.compile("/v1[.]0/([^/]+)/partner/customer-mgr/(detail|query)")
_METHODS = {"detail": "GET", "query": "POST", "sub-customers": "POST"}
_APIS: dict[str, Callable[[Backend, Asked], Answer]] = {
    "detail": detail.answer,
    "query": sibling.answer,
    "sub-customers": sub_customers.answer,
}
_TOKENS, _DOMAINS, _NEW = "/v3/auth/tokens", "/v3/auth/domains", "/v2/partners/sub-customers/query"
_LONGEST_TARGET = 32 * 1024
_LONGEST_PARTNER_ID = 64
_FATES: dict[str, Fate] = {"drop_rate": "drop", "cut_rate": "cut", "reset_rate": "reset"}


class Vendor:
    """Answers requests to the vendor's APIs.

    Args:
        backend: The customers.
        gate: Who may ask.
        clock: The true time, seconds since 1970; the settings may shift it.
    """

    def __init__(self, backend: Backend, gate: Gate, clock: Callable[[], float]) -> None:
        self._backend = backend
        self._gate = gate
        self._clock = clock

    def now(self) -> float:
        """Return the server's time, seconds since 1970."""
        return self._clock() + self._backend.behaviour.clock_offset_s

    def answer(self, asked: Asked, endpoint: str) -> Answer:
        """Return the answer to a request, faults included."""
        fault = self._fault()
        if fault in _FATES:
            # A request whose answer gets lost was still carried out.
            return replace(self._true_answer(asked, endpoint), fate=_FATES[fault])
        if fault == "garbage_rate":
            # An answer that says no stays a no: garbage stands in for successes only.
            true = self._true_answer(asked, endpoint)
            return self._garbage(true) if true.status == 200 else true
        if fault:
            return _injected(asked, int(fault))
        return self._true_answer(asked, endpoint)

    def _true_answer(self, asked: Asked, endpoint: str) -> Answer:
        try:
            return self._routed(asked, endpoint)
        except RefusalError as refusal:
            return refusal.answer

    def _routed(self, asked: Asked, endpoint: str) -> Answer:
        if len(asked.target) > _LONGEST_TARGET:
            raise gateway_error(asked, 414, "APIGW.0201", "The URI is too long")
        path, now, behaviour = asked.path, self.now(), self._backend.behaviour
        if (asked.method, path) == ("POST", _TOKENS):
            return iam.new_token(self._gate, asked, now)
        if (asked.method, path) == ("GET", _DOMAINS):
            self._gate.admit(asked, now, behaviour)
            return iam.domains(self._gate.account, endpoint)
        old = _OLD.fullmatch(path)
        api = old[2] if old else "sub-customers" if path == _NEW else ""
        if _METHODS.get(api) != asked.method or api in behaviour.retired:
            raise not_published(asked)
        self._gate.admit(asked, now, behaviour)
        self._gate.throttle(asked, api, self._clock(), behaviour)
        given = unquote(old[1]) if old else self._gate.account.partner_id
        if len(given) > _LONGEST_PARTNER_ID:
            raise bad_parameter(f"the length of partner_id exceeds {_LONGEST_PARTNER_ID}")
        foreign = given != self._gate.account.partner_id
        # The sibling's page says that its partner ID is not verified; the GET's says nothing.
        if api in behaviour.refused or (foreign and api == "detail" and behaviour.check_partner_id):
            message = "Access denied: user access denied.checkCustomerPermission"
            raise business_error(403, "CBC.0151", message)
        return _APIS[api](self._backend, asked)

    def _fault(self) -> str:
        """Return what befalls this request: a setting's name, a status, or nothing."""
        behaviour = self._backend.behaviour
        chances = {name: getattr(behaviour, name) for name in (*_FATES, "garbage_rate")}
        chances |= behaviour.error_rates
        if not any(chances.values()):
            return ""
        draw = self._backend.chance()
        for what, chance in chances.items():
            if draw < chance:
                return what
            draw -= chance
        return ""

    def _garbage(self, true: Answer) -> Answer:
        kinds = _garbage_kinds(true.body)
        return kinds[int(self._backend.chance() * len(kinds))]


def _garbage_kinds(body: bytes) -> tuple[Answer, ...]:
    """Return successes of which none keeps the API's promise.

    An empty body is not among them: "nobody found" may have one.
    """
    page = b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Log in</body></html>"
    return (
        Answer(200, page, "text/html;charset=UTF-8"),
        Answer(200, body[: len(body) * 2 // 3] or b"{"),
        Answer(200, '{"error_msg":"成功","count":0}'.encode("gbk")),
        Answer(200, b'{"error_code":"CBC.0000","count":NaN,"customer_info_list":[]}'),
        Answer(200, b'{"count":0,"count":1,"customer_info_list":[],"customer_infos":[]}'),
        Answer(200, b'["customer_info_list",[]]'),
        Answer(200, b'{"count":1,"customer_info_list":{},"customer_infos":{}}'),
    )


def _injected(asked: Asked, status: int) -> Answer:
    """Return an error of the layer that answers with this status in reality."""
    known = {
        401: lambda: not_authorised(asked, "decrypt token fail"),
        404: lambda: not_published(asked),
        429: lambda: gateway_error(
            asked,
            429,
            "APIGW.0308",
            "The throttling threshold has been reached: policy user over ratelimit,"
            "limit:10,time:1 second",
        ),
        400: lambda: business_error(400, "CBC.0100", "Parameter error."),
        403: lambda: business_error(403, "CBC.0151", "Access denied."),
        500: lambda: business_error(500, "CBC.0999", "Other error."),
    }
    other = lambda: gateway_error(asked, status, "APIGW.0201", "Backend unavailable.")  # noqa: E731
    return known.get(status, other)().answer


def is_vendors(path: str) -> bool:
    """Return whether a path is one of the vendor's; faults befall these only."""
    return path.startswith(("/v1.0/", "/v2/", "/v3/"))


def loggable(asked: Asked) -> str:
    """Return a request's body as text for the request log; without passwords."""
    if asked.path == _TOKENS:
        return ""
    return asked.body.decode("utf-8", "replace")
