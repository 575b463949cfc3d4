"""`PartnerCenter`: asks for lists of customers, and proves them."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from urllib.parse import urlsplit

from partnerbook.client.choice import FileMemory, Forgetful, Memory
from partnerbook.client.chosen import chosen, doubt
from partnerbook.client.clock import Clock, Deadline
from partnerbook.client.conversation import Conversation
from partnerbook.client.fetch import Progress, Task, fetched
from partnerbook.client.keys import NoKeys
from partnerbook.client.login import check_partner_id, keys_of
from partnerbook.client.pacer import Pacer, pacer_of
from partnerbook.client.transport import Transport
from partnerbook.closing import Closing
from partnerbook.config import IAM_ENDPOINT, ApiChoice, Settings
from partnerbook.errors import (
    QueryError,
    RefusedError,
    SettingsError,
)
from partnerbook.model import CARRIED, EVERYBODY, Api, CustomerQuery, Evidence, Listing
from partnerbook.paging import Proof
from partnerbook.views.filters import narrowing, not_carried
from partnerbook.wire.detail import DetailApi
from partnerbook.wire.requests import CustomerApi
from partnerbook.wire.sub_customers import SubCustomersApi

log = logging.getLogger(__name__)


class PartnerCenter(Closing):
    """A partner's Partner Center. Shared by threads; close it when done.

    Args:
        endpoint: Scheme and host.
        access_key: Public half of the key pair.
        secret_key: Secret half.
        partner_id: The partner's account ID; the older API cannot do without.
        token: An IAM token, used before keys.
        iam_endpoint: Scheme and host of IAM.
        iam_user: IAM user who obtains tokens.
        iam_password: That user's password.
        iam_domain: Name of the account the user belongs to.
        api: Which customer API; ``"auto"`` finds out once which one the account may call.
        proxy: Proxy for all requests; None for none, whatever the environment says.
        memory: Remembers what ``"auto"`` found out.
        clock: Where time and chance come from.
        pacer: How often may be asked; None shares one with all clients of the endpoint.

    Raises:
        SettingsError: What is given does not suffice, or is malformed; names the variables.
    """

    def __init__(  # noqa: PLR0913  the settings, each by name
        self,
        *,
        endpoint: str,
        access_key: str | None = None,
        secret_key: str | None = None,
        partner_id: str | None = None,
        token: str | None = None,
        iam_endpoint: str | None = None,
        iam_user: str | None = None,
        iam_password: str | None = None,
        iam_domain: str | None = None,
        api: ApiChoice = "auto",
        proxy: str | None = None,
        memory: Memory | None = None,
        clock: Clock | None = None,
        pacer: Pacer | None = None,
    ) -> None:
        # Settings checks what is given, whoever gives it; home matters to nobody here.
        settings = Settings(
            endpoint=endpoint,
            iam_endpoint=iam_endpoint or IAM_ENDPOINT,
            access_key=access_key,
            secret_key=secret_key,
            partner_id=partner_id,
            token=token,
            iam_user=iam_user,
            iam_password=iam_password,
            iam_domain=iam_domain,
            api=api,
            proxy=proxy,
        )
        if missing := [each for each in settings.missing() if each != "PARTNERBOOK_PARTNER_ID"]:
            raise SettingsError("not set: " + ", ".join(missing))
        self._settings = settings
        self._clock = clock or Clock()
        self._memory = memory or Forgetful()
        self._transport = Transport(self._clock, proxy)
        self._iam = Conversation(
            endpoint=settings.iam_endpoint,
            transport=self._transport,
            keys=NoKeys(),
            pacer=pacer_of(settings.iam_endpoint) if pacer is None else pacer,
            clock=self._clock,
        )
        self._line = Conversation(
            endpoint=settings.endpoint,
            transport=self._transport,
            keys=keys_of(settings, self._iam),
            pacer=pacer_of(settings.endpoint) if pacer is None else pacer,
            clock=self._clock,
        )

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        memory: Memory | None = None,
        clock: Clock | None = None,
        pacer: Pacer | None = None,
    ) -> PartnerCenter:
        """Return the Partner Center that the settings name.

        Args:
            settings: The settings.
            memory: Remembers which API the account may call; None keeps it in the home folder.
            clock: Where time and chance come from.
            pacer: How often may be asked; None shares one with all clients of the endpoint.

        Raises:
            SettingsError: Names every variable that is missing.
        """
        settings.require_credentials()
        return cls(
            endpoint=settings.endpoint,
            access_key=settings.access_key,
            secret_key=settings.secret_key,
            partner_id=settings.partner_id,
            token=settings.token,
            iam_endpoint=settings.iam_endpoint,
            iam_user=settings.iam_user,
            iam_password=settings.iam_password,
            iam_domain=settings.iam_domain,
            api=settings.api,
            proxy=settings.proxy,
            memory=memory or FileMemory(settings.home / "apis.json"),
            clock=clock,
            pacer=pacer,
        )

    @property
    def busy_until(self) -> datetime | None:
        """Until when Partner Center asked to wait; None when it did not. UTC."""
        return self._line.held_until

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def listing(
        self,
        query: CustomerQuery = EVERYBODY,
        *,
        deadline: float = 900.0,
        progress: Progress | None = None,
    ) -> Listing:
        """Return every customer that answers a query, and how complete that surely is.

        Args:
            query: Which customers. Default: all of them.
            deadline: Seconds after which to give up.
            progress: Told after each page how far it is.

        Raises:
            QueryError: The API in use does not carry what a filter looks at.
            SettingsError: The older API is in use and the partner ID is not set.
            UnreachableError: No answer, or not in time.
            NotAuthorisedError: Key, token, partner ID or permissions were not accepted.
            RefusedError: Any other answer that says no.
            WireError: Answers whose body is not what the API promises.
            ListingError: Pages that contradict each other so that nothing can be said.
        """
        task = Task(Deadline(deadline, self._clock), progress)
        notes: list[str] = []
        closed: list[RefusedError] = []
        candidates = self._candidates()
        for number, name in enumerate(candidates):
            api = self._api(name)
            if missing := not_carried(query, CARRIED[name]):
                raise QueryError(
                    f"the filter {missing[0]} looks at what the API {name!r} does not carry; "
                    "leave it out" + ("" if name != "detail" else ", or use sub-customers")
                )
            try:
                proof = fetched(self._line, api, narrowing(query), task)
            except RefusedError as error:
                if not _is_closed(error):
                    raise
                closed.append(error)
                if number + 1 == len(candidates):
                    # Why one API says no matters more than that the other is not there.
                    raise next((each for each in closed if not _is_missing(each)), error) from None
                log.info("the API %s is closed to this account", name)
                notes.append(
                    f"the API {name} is {_closed_how(error)}; {candidates[number + 1]} was asked "
                    "instead"
                )
                continue
            if name == "sub-customers" and self._memory.recall(self._account) is None:
                check_partner_id(
                    self._settings, self._transport, self._line.keys, task.deadline, self._clock
                )
            if self._settings.api == "auto" or name == "sub-customers":
                # An explicit "detail" is the choice of one run: `auto` asks for the successor.
                self._memory.keep(self._account, name)
            return self._listing(query, name, proof, notes, task)
        raise AssertionError("the last candidate returns or raises")

    # ------------------------------------------------------------------------------- one listing

    def _listing(
        self, query: CustomerQuery, api: Api, proof: Proof, notes: list[str], task: Task
    ) -> Listing:
        shown = chosen(query, proof.customers)
        said = [*notes, doubt(query, shown), self._line.clock_note(), *proof.notes]
        return Listing(
            query=query,
            as_of=proof.as_of.replace(microsecond=0),
            api=api,
            customers=shown,
            evidence=Evidence(
                requests=task.requests,
                passes=proof.passes,
                method=proof.method,
                notes=tuple(each for each in said if each),
            ),
            missing_at_most=proof.missing_at_most,
            is_counted=proof.is_counted,
        )

    # ---------------------------------------------------------------------------- which API, who

    def _candidates(self) -> tuple[Api, ...]:
        wanted = self._settings.api
        if wanted != "auto":
            return (wanted,)
        # The successor says more about each customer; the older one needs the partner's ID.
        both: tuple[Api, ...] = ("sub-customers", "detail")
        both = both if self._settings.partner_id else both[:1]
        known = self._memory.recall(self._account)
        return tuple(sorted(both, key=lambda name: name != known)) if known else both

    def _api(self, name: Api) -> CustomerApi:
        if name == "sub-customers":
            return SubCustomersApi()
        if not self._settings.partner_id:
            raise SettingsError(
                "not set: PARTNERBOOK_PARTNER_ID; the API detail needs it (it is the account ID in "
                "My Credentials of the partner's account)"
            )
        return DetailApi(self._settings.partner_id)

    @property
    def _account(self) -> str:
        """Who asks, as the memory's key: tells keys apart without holding one."""
        given = self._settings
        who = given.access_key or given.iam_user or "token"
        digest = hashlib.sha256(f"{given.partner_id}\n{who}".encode()).hexdigest()[:12]
        return f"{digest}@{urlsplit(given.endpoint).netloc}"


def _is_closed(error: RefusedError) -> bool:
    """Return whether a refusal is about the API itself, so that the other one may be open."""
    return _is_missing(error) or error.status == 403 or error.code == "CBC.5001"


def _is_missing(error: RefusedError) -> bool:
    """Return whether there is no such API, whoever asks."""
    return error.status in (404, 405, 410)


def _closed_how(error: RefusedError) -> str:
    return "retired" if error.status in (404, 410) else "not open to this account"
