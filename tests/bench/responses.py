"""Thousands of mutated answers: only the errors that are documented may come of them."""

from __future__ import annotations

import http.client
import math
import socket
import threading
from collections import Counter
from collections.abc import Sequence
from random import Random
from urllib.parse import urlsplit

from partnerbook import CustomerQuery
from partnerbook.client import Pacer, PartnerCenter
from partnerbook.errors import ListingError, RefusedError, UnreachableError, WireError
from partnerbook.model import Api
from partnerbook.sandbox import Sandbox
from tests.bench.loopback import Heard, Loopback, hear, say
from tests.bench.mutants import mutant
from tests.bench.rows import Row, at_size
from tests.bench.waiting import Skipping

MUTATED, CUSTOMERS = 10_000, 230

_Answers = dict[tuple[str, bytes], tuple[int, bytes]]

_DOCUMENTED = (UnreachableError, RefusedError, WireError, ListingError)
_SHARE = 0.6  # of the answers are mutated; the others let a walk get further


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """List from a server whose answers go wrong, until so many have."""
    wanted = at_size(MUTATED, size)
    seen: Counter[str] = Counter()
    broken = []
    mutated = listings = 0
    answers: _Answers = {}
    with Sandbox(customers=CUSTOMERS, seed=seed) as sandbox:
        private = {each.telephone for each in sandbox.customers} - {None}
        private |= {each.company_name for each in sandbox.customers} - {None}
        while mutated < wanted:
            chance = seed * 100_000 + listings
            api: Api = ("detail", "sub-customers")[listings % 2]
            mutator = _Mutator(sandbox, chance, answers)
            outcome, said = _outcome(sandbox, mutator, api, chance)
            seen[outcome] += 1
            listings += 1
            mutated += mutator.mutated
            if outcome.startswith("!") or any(str(each) in said for each in private):
                broken.append(f"seed {chance}, {api}: {outcome} {said}")
    told = ", ".join(f"{count} {name}" for name, count in sorted(seen.items()))
    return [
        Row(
            promise="any answer ends in a list or in a documented error that names no customer",
            fault=f"{wanted:,} answers mutated in bytes, structure, values or HTTP",
            mark="0 other errors",
            result=f"{len(broken)} others; {listings:,} listings: {told}",
            passed=not broken and mutated >= wanted,
            numbers={"mutated": mutated, "listings": listings, **seen},
            broken=tuple(broken),
        )
    ]


def _outcome(sandbox: Sandbox, mutator: _Mutator, api: Api, chance: int) -> tuple[str, str]:
    clock = Skipping(chance).clock
    with (
        Loopback(mutator.talk) as server,
        PartnerCenter(
            endpoint=server.endpoint,
            access_key=sandbox.access_key,
            secret_key=sandbox.secret_key,
            partner_id=sandbox.partner_id if api == "detail" else None,
            api=api,
            clock=clock,
            pacer=Pacer(clock, math.inf),
        ) as center,
    ):
        try:
            listing = center.listing(CustomerQuery())
        except _DOCUMENTED as error:
            return type(error).__mro__[_depth(error)].__name__, str(error)
        except Exception as error:  # noqa: BLE001  that there is none is what is to be proven
            return f"!{type(error).__name__}", str(error)
    return f"{listing.state} lists", ""


def _depth(error: Exception) -> int:
    """Return how far above an error's own class its documented one is."""
    public = "partnerbook.errors"
    return next(n for n, each in enumerate(type(error).__mro__) if each.__module__ == public)


class _Mutator:
    """Hands requests on to the sandbox and answers back, most of them mutated.

    Args:
        sandbox: Where the true answers come from.
        seed: Decides which go wrong, and how: the first answer to a request, the second, and so
            on, whatever else is asked at the same time.
        answers: True answers that are known already, by target and body; more are added.
    """

    def __init__(self, sandbox: Sandbox, seed: int, answers: _Answers) -> None:
        self._answers = answers
        self._host = urlsplit(sandbox.endpoint).netloc
        self._seed = seed
        self._asked: Counter[tuple[str, bytes]] = Counter()
        self._lock = threading.Lock()
        self.mutated = 0

    def talk(self, connection: socket.socket, _: threading.Event) -> None:
        """Answer one request."""
        heard = hear(connection)
        if heard is None:
            return
        with self._lock:
            known = (heard.target, heard.body)
            if known not in self._answers:
                self._answers[known] = self._true(heard)
            status, body = self._answers[known]
            self._asked[known] += 1
            drawn = f"mutants {self._seed} {known} {self._asked[known]}"
            rng = Random(drawn)  # noqa: S311  no secrets here
            if rng.random() < _SHARE:
                self.mutated += 1
                answer = mutant(rng, status, body)
            else:
                answer = say(status, {}, body)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)

    def _true(self, heard: Heard) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(self._host, timeout=60)
        try:
            line.putrequest(heard.method, heard.target, skip_host=True, skip_accept_encoding=True)
            for name, value in heard.headers:
                line.putheader(name, value)
            line.endheaders(heard.body)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()
