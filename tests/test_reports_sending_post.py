"""Each mail at most once: whoever dies, at whatever step, and however many try at once."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from partnerbook.errors import MailError
from partnerbook.store import Run, Store
from reports.sending.outbox import Outbox
from reports.sending.post import LEASE, Post
from reports.sending.smtp import Delivery

KEY, WHO, MAIL = "weekly/sales/2026-W47", "head@example.com", b"Subject: x\r\n\r\nhello\r\n"
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


class Dead(BaseException):
    """The process died here."""


class Server:
    """A mail server in memory, that answers as it is told."""

    def __init__(self, *fates: str) -> None:
        self.taken: list[bytes] = []
        self.fates = list(fates)

    def deliver(self, mail: bytes, _sender: str, _recipient: str) -> Delivery:
        fate: Any = self.fates.pop(0) if self.fates else "sent"
        if fate == "down":
            raise MailError("the mail server cannot be reached; no mail was sent")
        if fate in ("sent", "uncertain"):
            self.taken.append(mail)
        return Delivery(fate, f"250 {fate}")


class Mortal:
    """Stands before something and counts its calls; dead from call ``at`` on, before or after it.

    Dead, nothing works any more: what a dying process would "clean up" is not done either.
    """

    def __init__(self, target: Any, life: list[int], *, after: bool) -> None:
        self._target, self._life, self._after = target, life, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self._life[0] -= 1
            if self._life[0] < 0 or (self._life[0] == 0 and not self._after):
                raise Dead
            done = found(*arguments, **named)
            if self._life[0] == 0:
                raise Dead
            return done

        return call


def post(store: Any, folder: Path, server: Any, now: datetime = NOW) -> Post:
    return Post(
        store=store,
        outbox=Outbox(folder / "outbox"),
        deliver=server.deliver,
        sender="from@example.com",
        now=lambda: now,
    )


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, 9))
def test_a_crash_at_any_step_brings_no_second_mail_and_is_reported(
    store: Store, tmp_path: Path, step: int, *, after: bool
) -> None:
    server, life = Server(), [step]
    mortal = post(Mortal(store, life, after=after), tmp_path, Mortal(server, life, after=after))
    object.__setattr__(mortal, "outbox", Mortal(mortal.outbox, life, after=after))
    try:
        mortal.send(KEY, WHO, MAIL)
        died = False
    except Dead:
        died = True

    later = NOW + LEASE + timedelta(seconds=1)
    next_week = [post(store, tmp_path, server, later).send(KEY, WHO, MAIL) for _ in range(2)]

    assert len(server.taken) <= 1
    assert {run.state for run in next_week} <= {"sent", "uncertain"}
    if not server.taken:
        # It died between the claim and the server: a person must be asked.
        assert died
        assert next_week[-1].state == "uncertain"
    resent = post(store, tmp_path, server, later).send_again(next_week[-1])
    assert resent.state == "sent"
    assert set(server.taken) == {MAIL}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, 12))
def test_a_crash_while_a_mail_takes_anothers_place_brings_no_second_one(
    store: Store, tmp_path: Path, step: int, *, after: bool
) -> None:
    server, life = Server("later"), [step]
    stale = post(store, tmp_path, server).send(KEY, WHO, b"Subject: stale\r\n\r\n")
    mortal = post(Mortal(store, life, after=after), tmp_path, Mortal(server, life, after=after))
    object.__setattr__(mortal, "outbox", Mortal(mortal.outbox, life, after=after))
    with contextlib.suppress(Dead):
        mortal.send_anew(stale, MAIL)

    here = post(store, tmp_path, server, NOW + LEASE + timedelta(seconds=1))
    (run,) = store.runs(KEY)
    again = here.send_anew(run, MAIL) if run.state == "planned" else here.go_on(run)

    assert again.state in ("sent", "uncertain")
    assert server.taken == [MAIL] or (server.taken, again.state) == ([], "uncertain")
    assert here.send_anew(stale, MAIL + b"other").state == again.state
    assert here.go_on(stale).state == again.state
    assert len(server.taken) <= 1
    assert [each.name for each in (tmp_path / "outbox").glob("*")].count(again.file) == 1


def test_a_run_that_somebody_is_sending_is_left_alone(store: Store, tmp_path: Path) -> None:
    server = Server()
    first = post(store, tmp_path, server)
    name, digest = first.outbox.freeze(MAIL, KEY)
    run = store.plan_run(
        Run(key=KEY, recipient=WHO, state="planned", digest=digest, file=name, changed_at=NOW)
    )
    assert store.move_run(run, "sending", NOW)

    soon = post(store, tmp_path, server, NOW + LEASE).send(KEY, WHO, MAIL)
    asked = post(store, tmp_path, server, NOW + LEASE).send_again(soon)

    assert (soon.state, asked.state) == ("sending", "sending")
    assert server.taken == []
    assert not store.move_run(run, "sending", NOW)


def test_of_two_who_saw_the_same_run_waiting_one_sends_it(store: Store, tmp_path: Path) -> None:
    class Slow(Server):
        """While it takes one mail, somebody else comes with the same run."""

        def deliver(self, mail: bytes, sender: str, recipient: str) -> Delivery:
            late.append(post(store, tmp_path, Server()).go_on(waiting).state)
            late.append(post(store, tmp_path, second).send_again(waiting).state)
            return super().deliver(mail, sender, recipient)

    late: list[str] = []
    second, slow = Server(), Slow()
    here = post(store, tmp_path, slow)
    name, digest = here.outbox.freeze(MAIL, KEY)
    waiting = store.plan_run(
        Run(key=KEY, recipient=WHO, state="planned", digest=digest, file=name, changed_at=NOW)
    )

    assert here.go_on(waiting).state == "sent"
    assert late == ["sending", "sending"]
    assert (slow.taken, second.taken) == ([MAIL], [])


@pytest.mark.parametrize(
    ("fate", "state", "again"),
    [
        ("later", "planned", 1),
        ("refused", "refused", 0),
        ("uncertain", "uncertain", 0),
        ("sent", "sent", 0),
    ],
)
def test_each_fate_and_whether_the_next_start_tries_again(
    store: Store, tmp_path: Path, fate: str, state: str, again: int
) -> None:
    server = Server(fate)
    here = post(store, tmp_path, server)

    assert here.send(KEY, WHO, MAIL).state == state
    before = len(server.taken)
    here.send(KEY, WHO, b"another text, a minute later")
    assert len(server.taken) - before == again
    assert set(server.taken) <= {MAIL}  # what was frozen first is what goes out


def test_a_server_that_is_down_leaves_the_run_to_be_sent(store: Store, tmp_path: Path) -> None:
    server = Server("down")
    here = post(store, tmp_path, server)

    with pytest.raises(MailError, match="cannot be reached"):
        here.send(KEY, WHO, MAIL)
    assert [run.state for run in store.runs(KEY)] == ["planned"]
    assert here.send(KEY, WHO, MAIL).state == "sent"


def test_an_uncertain_run_stays_uncertain_when_the_second_try_fails(
    store: Store, tmp_path: Path
) -> None:
    here = post(store, tmp_path, Server("uncertain", "later"))

    run = here.send_again(here.send(KEY, WHO, MAIL))

    assert run.state == "uncertain"


def test_a_frozen_mail_that_was_changed_is_not_sent(store: Store, tmp_path: Path) -> None:
    server = Server("later")
    here = post(store, tmp_path, server)
    here.send(KEY, WHO, MAIL)
    (frozen,) = (tmp_path / "outbox").iterdir()
    frozen.write_bytes(b"Subject: y\r\n\r\nother\r\n")

    run = here.send(KEY, WHO, MAIL[:-3] + b"!\r\n")

    assert run.state == "planned"
    assert "was changed" in run.said
    assert server.taken == []


_SIXTEEN = """
import os, sys, traceback
from datetime import UTC, datetime
from pathlib import Path
from partnerbook.store import Store
from reports.sending.outbox import Outbox
from reports.sending.post import Post
from reports.sending.smtp import MailServer

folder, port, ca_file = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
go, start = os.pipe()
children = []
for number in range(16):
    child = os.fork()
    if child == 0:
        try:
            os.close(start)
            os.read(go, 1)  # until the parent closes its end: all at once
            post = Post(
                store=Store(f"sqlite:///{folder}/store.db"),
                outbox=Outbox(folder / "outbox"),
                deliver=MailServer(host="127.0.0.1", port=port, ca_file=ca_file).deliver,
                sender="from@example.com",
                now=lambda: datetime.now(UTC),
            )
            mail = f"Subject: {number}\\r\\n\\r\\nhello\\r\\n".encode()
            post.send("weekly/sales/2026-W47", "head@example.com", mail)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    children.append(child)
os.close(start)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="os.fork is POSIX's")
def test_sixteen_processes_at_once_send_one_mail(
    mail_server: Callable[..., Any], tmp_path: Path
) -> None:
    box = mail_server()

    done = subprocess.run(
        [sys.executable, "-c", _SIXTEEN, str(tmp_path), str(box.port), box.ca_file],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert [to for _, to, _ in box.taken] == ["head@example.com"]
    with Store(f"sqlite:///{tmp_path}/store.db") as store:
        assert [run.state for run in store.runs("weekly/")] == ["sent"]
    (frozen,) = (tmp_path / "outbox").iterdir()  # what the other fifteen froze is gone
    assert frozen.read_bytes() == box.taken[0][2]
