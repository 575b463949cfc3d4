"""What asking Partner Center a few single questions shows. A handful of requests."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from partnerbook.client.broken import LostError
from partnerbook.client.clock import OutOfTimeError
from partnerbook.client.transport import Answer
from partnerbook.commands.doctor.lines import (
    Filled,
    Line,
    finding,
    fine,
    happened,
    note,
    said,
    skipped,
)
from partnerbook.commands.probe import Probe
from partnerbook.config import IAM_ENDPOINT, Settings
from partnerbook.errors import PartnerbookError, RefusedError, UnreachableError
from partnerbook.model import Api
from partnerbook.wire.identity import account_ids

_SKEW, _REFUSED_SKEW = timedelta(seconds=60), timedelta(minutes=15)
_CODES_OF_TOKENS = ("CBC.0154",)


class Examination:
    """Asks, and remembers what it learnt.

    Args:
        settings: Where, and who asks.
        probe: Sends the questions.

    Attributes:
        api: The API that Partnerbook would use; None as long as none answered.
    """

    def __init__(self, settings: Settings, probe: Probe) -> None:
        self._settings = settings
        self._probe = probe
        self.api: Api | None = None

    def lines(self) -> Iterator[Line]:
        """Yield a line for each check; what cannot be asked any more is skipped, by name."""
        reached = yield from self._reached()
        if reached is None:
            for what in ("Clock", "Key", "Customer API", "Partner ID"):
                yield skipped(what, "Partner Center cannot be reached")
            return
        yield from self._clock(reached)
        try:
            self._probe.keys()
        except PartnerbookError as error:
            yield said("Key", error)
            accepted = False
        else:
            accepted = yield from self._key_and_apis()
        if accepted:
            yield from self._partner_id()
        else:
            yield skipped("Partner ID", "no key was accepted")

    def quota(self) -> Iterator[Line]:
        """Yield the line about the quota; best after everything that was to be asked."""
        refusals = self._probe.statuses.count(429)
        told = "; ".join(self._probe.quota)
        if refusals:
            yield finding(
                "Quota",
                Filled(
                    "{} of {} requests were refused as too many{}",
                    refusals,
                    len(self._probe.statuses),
                    f" ({told})" if told else "",
                ),
                "see what else uses these keys; more calls a second need a ticket to the vendor",
            )
        elif told:
            yield fine("Quota", told)
        elif self._probe.statuses:
            yield fine("Quota", "no request was refused; 10 a second are documented and kept to")
        else:
            yield skipped("Quota", "nothing was answered")

    # ------------------------------------------------------------------------------- is it there

    def _reached(self) -> Generator[Line, None, Answer | None]:
        endpoint = self._settings.endpoint
        try:
            answer = self._probe.knock()
        except (LostError, OutOfTimeError) as error:
            yield finding(
                "Reachability",
                Filled("{}: {}", endpoint, str(error).partition(";")[0]),
                "check the network, PARTNERBOOK_ENDPOINT, and whether only a proxy leads out",
            )
            return None
        except UnreachableError as error:
            yield fine("Reachability", Filled("{} takes connections", endpoint))
            yield said("TLS", error)
            return None
        took = (answer.came_at - answer.sent_at).total_seconds() * 1000
        server = answer.headers.get("Server", "")
        if "html" in answer.headers.get("Content-Type", "") and server != "api-gateway":
            yield finding(
                "Reachability",
                Filled("{} answers with a web page (HTTP {})", endpoint, answer.status),
                "check PARTNERBOOK_ENDPOINT, and whether a login page or proxy stands between",
            )
        else:
            yield fine("Reachability", Filled("{} answers in {:.0f} ms", endpoint, took))
        if endpoint.startswith("https:"):
            yield fine("TLS", "the certificate is trusted, and names this host")
        else:
            yield note("TLS", "not used: the endpoint is this machine itself")
        return answer

    def _clock(self, answer: Answer) -> Iterator[Line]:
        try:
            server = parsedate_to_datetime(answer.headers.get("Date", ""))
        except (ValueError, TypeError, IndexError, OverflowError):
            yield note("Clock", "the server does not tell its time")
            return
        server = server.replace(tzinfo=UTC) if server.tzinfo is None else server
        offset = server - answer.middle
        if abs(offset) <= _SKEW:
            seconds = abs(offset).total_seconds()
            yield fine("Clock", Filled("{:.0f} s off Partner Center's", seconds))
            return
        self._probe.offset = offset  # so that the key is judged by itself
        side = "behind" if offset > timedelta() else "ahead of"
        worse = "; signatures are refused" if abs(offset) > _REFUSED_SKEW else ""
        yield finding(
            "Clock",
            Filled(
                "this machine's clock is {:.0f} s {} Partner Center's{}",
                abs(offset).total_seconds(),
                side,
                worse,
            ),
            "set the clock; Partnerbook corrects its signatures meanwhile",
        )

    # ------------------------------------------------------------------------- key and permission

    def _key_and_apis(self) -> Generator[Line, None, bool]:
        wanted = self._settings.api
        closed: dict[Api, PartnerbookError] = {}
        open_: list[Api] = []
        names: tuple[Api, ...] = ("sub-customers", "detail")
        for name in names:
            error = self._asked(name)
            if error is None:
                open_.append(name)
            elif isinstance(error, RefusedError) and (
                error.status == 401 or error.code in _CODES_OF_TOKENS
            ):
                # Not another try: five failures lock a key.
                yield said("Key", error)
                yield skipped("Customer API", "no key was accepted")
                return False
            else:
                closed[name] = error
        judged = [e for e in closed.values() if isinstance(e, RefusedError) and e.status == 403]
        if open_ or judged:
            yield fine("Key", "accepted")
        else:
            yield skipped("Key", "no API said anything about it")
        yield from self._apis(open_, closed, names if wanted == "auto" else (wanted,))
        return bool(open_ or judged)

    def _asked(self, name: Api) -> PartnerbookError | None:
        """Ask an API for one row; return what is wrong with its answer."""
        try:
            answer = self._probe.first_row(name)
            if refusal := self._probe.refusal(answer):
                return refusal
            self._probe.api(name).page(answer.body, answer.came_at)
        except PartnerbookError as error:
            return error
        return None

    def _apis(
        self, open_: list[Api], closed: dict[Api, PartnerbookError], usable: tuple[Api, ...]
    ) -> Iterator[Line]:
        self.api = next((name for name in usable if name in open_), None)
        for name, error in closed.items():
            if name in usable and self.api is None:
                yield said("Customer API", error, f"{name}: ")
            elif name == "sub-customers":
                yield note(
                    "Customer API",
                    Filled(
                        "sub-customers is closed: {}; so manager, level, frozen, e-mail and the "
                        "partner's own ID of customers are not known",
                        happened(error),
                    ),
                    "give the key's user the permission item BPC_ITEM_SUBCUSTSERV_010100 or "
                    "BPC_ITEM_SUBCUSTSERV_010500"
                    if getattr(error, "status", None) == 403
                    else None,
                )
            else:
                why = happened(error)
                yield note("Customer API", Filled("detail is closed, and not used: {}", why))
        if self.api is not None:
            others = [name for name in open_ if name != self.api]
            spare = Filled("; {} answers too", others[0]) if others else ""
            yield fine("Customer API", Filled("{} answers and is used{}", self.api, spare))
        elif not closed:
            yield finding("Customer API", "none answers", "set PARTNERBOOK_API to auto")

    def _partner_id(self) -> Iterator[Line]:
        given = self._settings
        if not given.partner_id:
            yield skipped("Partner ID", "not set")
            return
        if given.iam_endpoint == IAM_ENDPOINT and not given.endpoint.endswith(".myhuaweicloud.com"):
            yield skipped("Partner ID", "PARTNERBOOK_IAM_ENDPOINT is not this endpoint's")
            return
        try:
            answer = self._probe.identity()
            ids = account_ids(answer.body) if answer.status == 200 else frozenset()
        except PartnerbookError as error:
            ids, why = frozenset[str](), type(error).__name__
        else:
            why = f"HTTP {answer.status}"
        if not ids:
            yield note("Partner ID", Filled("IAM does not say whose keys these are ({})", why))
        elif given.partner_id in ids:
            yield fine("Partner ID", "it is the account that the keys belong to")
        else:
            yield finding(
                "Partner ID",
                "the keys belong to another account",
                "set PARTNERBOOK_PARTNER_ID to the account ID in My Credentials of the partner's "
                "account",
            )
