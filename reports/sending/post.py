"""The post: each mail handed over at most once, whoever else tries, whenever a process dies.

A run is planned with its frozen mail, claimed by compare-and-set, and only then sent. A process
that dies before the claim leaves a run that anybody may take up; after it, one that only a
person can decide about: the mail may have gone out, and a second one is worse than asking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from partnerbook.errors import MailError, PartnerbookError
from partnerbook.store import Run, RunState
from reports.sending.outbox import KEPT, Outbox
from reports.sending.smtp import Deliver

LEASE = timedelta(minutes=15)
"""A run that is longer in the state ``sending`` than this has nobody who sends it."""

_AFTER: dict[str, RunState] = {
    "sent": "sent",
    "refused": "refused",
    "later": "planned",
    "uncertain": "uncertain",
}


class Runs(Protocol):
    """What the post needs of a store."""

    def plan_run(self, run: Run) -> Run:
        """Keep a run, unless one of its key and recipient is kept; return the one that is."""

    def move_run(self, run: Run, to: RunState, now: datetime, said: str = "") -> bool:
        """Bring a run into another state; False when it is no longer in the one given."""

    def replan_run(self, run: Run, digest: str, file: str, now: datetime) -> bool:
        """Give a planned run another mail; False when it is no longer the one given."""

    def runs(self, key: str) -> tuple[Run, ...]:
        """Return the runs of a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Sends frozen mails, each once.

    Attributes:
        store: Where runs are claimed.
        outbox: Where mails are frozen.
        deliver: Hands one mail to the mail server.
        sender: Bare address that the server is told.
        now: The clock. UTC.
    """

    store: Runs
    outbox: Outbox
    deliver: Deliver
    sender: str
    now: Callable[[], datetime]

    def send(self, key: str, recipient: str, mail: bytes) -> Run:
        """Send a mail, unless its run is under way or over; return what became of the run.

        Raises:
            MailError: The mail server cannot be spoken to; the run is still planned.
        """
        name, digest = self.outbox.freeze(mail, f"{key}/{recipient}")
        mine = Run(
            key=key,
            recipient=recipient,
            state="planned",
            digest=digest,
            file=name,
            changed_at=self.now(),
        )
        run = self.store.plan_run(mine)
        if run.file != name:
            self.outbox.discard(name)
        return self.go_on(run)

    def send_anew(self, run: Run, mail: bytes) -> Run:
        """Send a planned run with another mail than was frozen; leave it when it is under way.

        Raises:
            MailError: The mail server cannot be spoken to; the run is still planned.
        """
        name, digest = self.outbox.freeze(mail, f"{run.key}/{run.recipient}")
        # Whoever still holds the mail of before cannot claim the run with it from here on.
        replaced = self.store.replan_run(run, digest, name, self.now())
        now = self._now(run)
        for each in {run.file, name} - {now.file}:
            self.outbox.discard(each)
        return self.go_on(now) if replaced else self.looked_at(now)

    def go_on(self, run: Run) -> Run:
        """Send a planned run; leave any other as it is, but see who died sending.

        One whose frozen mail is gone, or is not what was frozen, stays as it is and says so.
        """
        if run.state == "planned":
            return self._send(run, claimed_from="planned")
        return self.looked_at(run)

    def send_again(self, run: Run) -> Run:
        """Send a run that a person has decided about: refused, or nobody knows.

        The mail is the same, byte for byte, with the same Message-ID.
        """
        run = self.looked_at(run)
        if run.state in ("refused", "uncertain", "planned"):
            return self._send(run, claimed_from=run.state)
        return run

    def settle(self, run: Run, to: RunState, said: str) -> Run:
        """Record what a person, or a condition, decided about a run."""
        return self._moved(self.looked_at(run), to, said)

    def skip(self, key: str, recipient: str, said: str) -> Run:
        """Record that nobody gets a mail in this run, and why."""
        return self.store.plan_run(
            Run(
                key=key,
                recipient=recipient,
                state="skipped",
                digest="",
                file="",
                changed_at=self.now(),
                said=said,
            )
        )

    def sweep(self) -> None:
        """Remove what was frozen so long ago that nobody needs it; its runs are kept."""
        for name in self.outbox.older(self.now() - KEPT):
            self.outbox.discard(name)

    def looked_at(self, run: Run) -> Run:
        """Return a run, as uncertain when whoever was sending it has not been heard of."""
        if run.state == "sending" and self.now() - run.changed_at > LEASE:
            return self._moved(run, "uncertain", "the process that was sending it ended")
        return run

    def _send(self, run: Run, *, claimed_from: RunState) -> Run:
        try:
            mail = self.outbox.frozen(run.file, run.digest)
        except MailError as error:
            now = self._now(run)
            if (now.state, now.digest) != (run.state, run.digest):
                return now  # somebody else gave it another mail, or dealt with it
            # This run's own trouble: the others are sent all the same.
            return replace(run, said=self._too_old(run) or str(error))
        moment = self.now().replace(microsecond=0)
        claimed = replace(run, state="sending", changed_at=moment, said="")
        if not self.store.move_run(run, "sending", moment):
            return self._now(run)  # somebody else was quicker
        try:
            delivery = self.deliver(mail, self.sender, run.recipient)
        except PartnerbookError as error:
            self._moved(claimed, claimed_from, str(error))
            raise
        state = _AFTER[delivery.fate]
        if state == "planned" and claimed_from == "uncertain":
            # This time it did not go out; the first time is still unknown.
            state = "uncertain"
        return self._moved(claimed, state, delivery.said)

    def _too_old(self, run: Run) -> str:
        if self.outbox.holds(run.file) or self.now() - run.changed_at <= KEPT:
            return ""
        return (
            f"too old: frozen mails are kept for {KEPT.days} days, so it cannot be sent again; "
            f"it was the one whose SHA-256 begins with {run.digest[:16]}"
        )

    def _moved(self, run: Run, to: RunState, said: str) -> Run:
        self.store.move_run(run, to, self.now(), said)
        return self._now(run)

    def _now(self, run: Run) -> Run:
        return next(each for each in self.store.runs(run.key) if each.recipient == run.recipient)
