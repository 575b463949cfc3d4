"""The post, for real: senders killed, sixteen at once, ten years of starts."""

from __future__ import annotations

import logging
import random
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller

from partnerbook.store import Store
from reports.due import Due, due_moment, newest_due
from reports.policy import Audience, Recipient
from reports.sending.making import run_key
from reports.sending.outbox import Outbox
from reports.sending.post import LEASE, Post
from reports.sending.smtp import Delivery
from reports.sending.weekly import standing
from tests.bench.rows import Row, at_size

KILLS, ROUNDS, DAYS = 200, 10, 3_652
ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # its clocks change by half an hour
    "Pacific/Apia",  # it skipped a whole day in 2011
)
WHO = "head@example.com"


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Kill senders, start sixteen at once, and live through ten years."""
    return [
        _killed(at_size(KILLS, size), seed),
        _at_once(at_size(ROUNDS, size)),
        _years(at_size(DAYS, size), seed),
    ]


class _Server:
    """Counts what it took, by the mail's first line."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.port = 0
        self.ca_file = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.taken[envelope.content.decode().splitlines()[0]] += 1
        return "250 taken"


@contextmanager
def _server() -> Iterator[_Server]:
    """Run a mail server on loopback that speaks TLS."""
    # Clients that are killed are what this is about: nobody need tell of each.
    for name in ("mail.log", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    authority, box = trustme.CA(), _Server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    class AnyPort(Controller):
        def _trigger_server(self) -> None:
            server: Any = self.server
            self.port = server.sockets[0].getsockname()[1]
            super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's own

    with authority.cert_pem.tempfile() as ca_file:
        controller = AnyPort(
            box, hostname="127.0.0.1", port=0, tls_context=context, require_starttls=True
        )
        controller.start()
        try:
            box.port, box.ca_file = controller.port, ca_file
            yield box
        finally:
            controller.stop()


_POST = """
import os, random, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from partnerbook.store import Store
from reports.sending.outbox import Outbox
from reports.sending.post import Post
from reports.sending.smtp import MailServer

folder, port, ca_file = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]

def send(key, mail):
    post = Post(
        store=Store(f"sqlite:///{folder}/store.db"),
        outbox=Outbox(folder / "outbox"),
        deliver=MailServer(host="127.0.0.1", port=port, ca_file=ca_file).deliver,
        sender="from@example.com",
        now=lambda: datetime.now(UTC),
    )
    return post.send(key, "head@example.com", mail)
"""
_KILLER = f"""{_POST}
Store(f"sqlite:///{{folder}}/store.db").close()
chance = random.Random(sys.argv[5])
for case in range(int(sys.argv[4])):
    child = os.fork()
    if child == 0:
        send(f"weekly/a/case-{{case}}", f"X-Case: {{case}}\\r\\n\\r\\nhello\\r\\n".encode())
        os._exit(0)
    time.sleep(chance.random() * 0.6)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
_CROWD = f"""{_POST}
for case in range(int(sys.argv[4])):
    go, start = os.pipe()
    children = []
    for number in range(16):
        child = os.fork()
        if child == 0:
            os.close(start)
            os.read(go, 1)  # until the parent closes its end: all at once
            try:
                mail = f"X-Case: {{case}}\\r\\n\\r\\n{{number}}\\r\\n"
                send(f"weekly/a/case-{{case}}", mail.encode())
            except BaseException as error:
                print(repr(error), file=sys.stderr)
                os._exit(1)
            os._exit(0)
        children.append(child)
    os.close(start)
    os.close(go)
    if any(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children):
        sys.exit(1)
"""


def _run(code: str, folder: str, box: _Server, *more: object) -> None:
    subprocess.run(
        [sys.executable, "-c", code, folder, str(box.port), box.ca_file, *map(str, more)],
        cwd=Path(__file__).parents[2],
        check=True,
    )


def _post(store: Store, folder: str, deliver: Any, now: Callable[[], datetime]) -> Post:
    return Post(
        store=store, outbox=Outbox(Path(folder) / "outbox"), deliver=deliver, sender=WHO, now=now
    )


def _killed(kills: int, seed: int) -> Row:
    broken, found = [], Counter[str]()
    with tempfile.TemporaryDirectory() as folder, _server() as box:
        _run(_KILLER, folder, box, kills, seed)
        died = box.taken.copy()

        def deliver(mail: bytes, _sender: str, _recipient: str) -> Delivery:
            box.taken[mail.decode().splitlines()[0]] += 1
            return Delivery("sent", "250 taken")

        with Store(f"sqlite:///{folder}/store.db") as store:
            later = datetime.now(UTC) + LEASE + timedelta(minutes=1)
            again = _post(store, folder, deliver, lambda: later)
            for case in range(kills):
                key, line = f"weekly/a/case-{case}", f"X-Case: {case}"
                left = next((run.state for run in store.runs(key)), "nothing")
                found[left] += 1
                mail = f"{line}\r\n\r\nhello\r\n".encode()
                for _ in range(2):
                    run = again.send(key, WHO, mail)
                if box.taken[line] > 1:
                    broken.append(f"kill {case}, seed {seed}: {box.taken[line]} mails")
                wanted = "uncertain" if left == "sending" else "sent"
                if run.state != wanted:
                    broken.append(f"kill {case}, seed {seed}: {left}, then {run.state}")
                if run.state == "sent" and box.taken[line] != 1:
                    broken.append(f"kill {case}, seed {seed}: sent, and no mail")
    uncertain = found["sending"]
    states = ", ".join(f"{count} {state}" for state, count in found.most_common())
    return Row(
        promise="whoever dies while sending, nobody gets it twice",
        fault=f"kill -9 at {kills} random moments, then two more starts; died with: {states}",
        mark="0 second mails; those of which nobody can know are reported",
        result=f"{sum(died.values())} taken before, {sum(box.taken.values())} in the end, "
        f"{uncertain} reported as uncertain, {len(broken)} wrong",
        passed=not broken,
        numbers={"kills": kills, **found},
        broken=tuple(broken),
    )


def _at_once(rounds: int) -> Row:
    with tempfile.TemporaryDirectory() as folder, _server() as box:
        _run(_CROWD, folder, box, rounds)
        broken = [
            f"round {n}: {box.taken[f'X-Case: {n}']} mails"
            for n in range(rounds)
            if box.taken[f"X-Case: {n}"] != 1
        ]
        kept = len(list((Path(folder) / "outbox").iterdir()))
        if kept != rounds:
            broken.append(f"{kept} mails are in the outbox")
    return Row(
        promise="started many times at once, it is sent once",
        fault=f"{rounds} rounds of 16 processes at once",
        mark="1 mail each",
        result=f"{sum(box.taken.values())} mails in {rounds} rounds",
        passed=not broken,
        numbers={"rounds": rounds},
        broken=tuple(broken),
    )


def _years(days: int, seed: int) -> Row:
    broken, sent, told = [], 0, 0
    for zone in ZONES:
        ran, missed, every = _lived(zone, days, seed)
        sent, told = sent + len(ran), told + len(missed)
        if len(ran) != len(set(ran)):
            broken.append(f"{zone}, seed {seed}: two in one week")
        if sorted(ran + missed) != every:
            broken.append(f"{zone}, seed {seed}: a week is neither sent nor named as missed")
    return Row(
        promise="one report a week at most, and missed weeks are named",
        fault=f"{days / 365.25:.2g} years in {len(ZONES)} zones, due at the hour that clocks "
        "skip and repeat; off for up to five weeks at random",
        mark="0 weeks twice, 0 weeks lost without a word",
        result=f"{sent:,} sent, {told} named as missed, {len(broken)} wrong",
        passed=not broken,
        numbers={"days": days, "sent": sent, "missed": told},
        broken=tuple(broken),
    )


def _lived(zone: str, days: int, seed: int) -> tuple[list[str], list[str], list[str]]:
    """Return the weeks that were sent, those named as missed, and all there were."""
    chance = random.Random(f"{zone} {seed}")  # noqa: S311  a simulation
    due = Due(weekday=7, at=time(2, 30), zone=zone)
    who = Recipient(address=Address("", addr_spec=WHO))
    audience = Audience(name="a", recipients=(who,))
    moment = datetime(2010, 1, 1, tzinfo=UTC)
    end = moment + timedelta(days=days)
    ran: list[str] = []
    told: list[str] = []

    def deliver(mail: bytes, _sender: str, _recipient: str) -> Delivery:
        ran.append(mail.decode().split()[1])
        return Delivery("sent", "250 taken")

    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/store.db") as store:
        post = _post(store, folder, deliver, lambda: moment)
        last = ""
        while moment < end:
            week = newest_due(moment, due)
            # Every start asks; those that cannot bring anything are asked now and then only.
            if week != last or chance.random() < 0.01:
                now = standing(store, post, [(audience, who)], week)
                if now.pending:
                    told += now.missed
                    post.send(run_key(audience, week), WHO, f"Week: {week}\r\n\r\nx".encode())
                last = week
            hours = 1 if chance.random() < 0.999 else chance.uniform(1, 24 * 35)
            moment += timedelta(hours=hours)
    every, week = [], ran[0]
    while week <= ran[-1]:
        every.append(week)
        week = newest_due(due_moment(week, due) + timedelta(days=8), due)
    return ran, told, every
