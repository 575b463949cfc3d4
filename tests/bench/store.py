"""A year of weekly snapshots: how large the store grows, how long it takes, what a kill leaves."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from partnerbook.compare import changes
from partnerbook.model import EVERYBODY, Customer, Evidence, Listing
from partnerbook.store import Store
from tests.bench.rows import Row, at_size

WEEKS, CHANGED = 52, 0.01
SIZES = (1_000, 10_000, 100_000)
KILLS = 200
START = datetime(2025, 11, 3, tzinfo=UTC)
ACCOUNT = "p@host"
_EVIDENCE = Evidence(requests=1, passes=1, method="one page")
# Seconds, and multiples of the JSON of one snapshot, at the largest size.
_ADD, _DIFF, _AS_OF, _GROWTH = 3.0, 0.5, 1.0, 4.0


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Grow stores, and kill writers.

    Times are judged in the whole proof only: a busy machine must not fail a test.
    """
    sizes = SIZES if size >= 1 else (at_size(SIZES[-1], size / 10),)
    rows = [_year(customers, seed, judge_time=customers == SIZES[-1]) for customers in sizes]
    return [*rows, _kills(at_size(KILLS, size), seed)]


def _year(customers: int, seed: int, *, judge_time: bool) -> Row:
    """Measure in a process of its own, so that the memory is this store's alone."""
    code = (
        "import json, sys; from tests.bench.store import measured; "
        f"print(json.dumps(measured({customers}, {seed})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    seen: dict[str, Any] = json.loads(done.stdout)
    broken = (
        [] if seen["growth"] < _GROWTH else [f"the file is {seen['growth']:.1f} x (seed {seed})"]
    )
    broken += [] if seen["equal"] else [f"a snapshot came back otherwise (seed {seed})"]
    if judge_time:
        limits = {"add": _ADD, "diff": _DIFF, "as_of": _AS_OF}
        broken += [
            f"{name} took {seen[name]:.2f} s" for name, most in limits.items() if seen[name] > most
        ]
    mark = f"file under {_GROWTH:.0f} x the JSON of one snapshot"
    if judge_time:
        mark += f"; add {_ADD} s, diff {_DIFF} s, as-of {_AS_OF} s"
    return Row(
        promise=f"a year of {customers:,} customers stays small and quick",
        fault=f"{WEEKS} weekly snapshots, {CHANGED:.0%} changed each week",
        mark=mark,
        result=(
            f"{seen['megabytes']:.1f} MB, {seen['growth']:.2f} x; add {seen['add']:.2f} s, diff "
            f"{seen['diff']:.3f} s, as-of {seen['as_of']:.2f} s; peak {seen['peak']:.0f} MB"
        ),
        passed=not broken,
        numbers=seen,
        broken=tuple(broken),
    )


def measured(customers: int, seed: int) -> dict[str, Any]:
    """Return what a year costs: seconds are medians of the last three weeks."""
    chance = random.Random(seed)  # noqa: S311  invented customers
    people = [_person(number) for number in range(customers)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "partnerbook.db"
        with Store(f"sqlite:///{path}") as store:
            took: dict[str, list[float]] = {"add": [], "diff": [], "as_of": []}
            middle: tuple[Customer, ...] = ()
            for week in range(WEEKS):
                for at in chance.sample(range(customers), max(1, int(customers * CHANGED))):
                    people[at] = replace(people[at], label=f"week {week}")
                moment = START + timedelta(weeks=week)
                listing = Listing(EVERYBODY, moment, "sub-customers", tuple(people), _EVIDENCE)
                with _timed(took["add"]):
                    store.add(listing, ACCOUNT)
                if week == WEEKS // 2:
                    middle = tuple(people)
            for _ in range(3):
                with _timed(took["diff"]):
                    found = store.last_two(ACCOUNT, EVERYBODY)
                    happened = changes(found[0], found[1]) if found else ()
                then = START + timedelta(weeks=WEEKS // 2)
                with _timed(took["as_of"]):
                    snapshot = store.newest(ACCOUNT, EVERYBODY, until=then)
            equal = snapshot is not None and snapshot.listing.customers == middle
            equal = equal and 0 < len(happened) <= max(1, int(customers * CHANGED))
        stored = path.stat().st_size
    one = len(json.dumps([each.as_json() for each in people], ensure_ascii=False).encode())
    return {
        "customers": customers,
        **{name: sorted(each[-3:])[1] for name, each in took.items()},
        "megabytes": stored / 1e6,
        "growth": stored / one,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "equal": equal,
    }


_WRITER = """
import sys
from datetime import timedelta
from tests.bench.store import ACCOUNT, EVERYBODY, START, Listing, Store, _EVIDENCE, _person
from dataclasses import replace
store = Store(sys.argv[1])
for turn in range(100_000):
    people = tuple(replace(_person(n), label=str(turn)) for n in range(60))
    moment = START + timedelta(seconds=turn)
    store.add(Listing(EVERYBODY, moment, "detail", people, _EVIDENCE), ACCOUNT)
    print(turn, flush=True)
"""


def _kills(kills: int, seed: int) -> Row:
    chance = random.Random(seed)  # noqa: S311  when to kill
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        for kill in range(kills):
            # Each store is killed many times over, and stays small enough to be checked whole.
            path = Path(folder) / f"partnerbook-{kill // 20}.db"
            _kill_a_writer(path, chance.random() * 0.05)
            if fault := _torn(path):
                broken.append(f"kill {kill}, seed {seed}: {fault}")
    return Row(
        promise="a killed writer leaves the old state or the new one",
        fault=f"kill -9 at {kills} random moments",
        mark="0 torn, integrity_check ok",
        result=f"{kills - len(broken)}/{kills} whole",
        passed=not broken,
        numbers={"kills": kills},
        broken=tuple(broken),
    )


def _kill_a_writer(path: Path, after: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, f"sqlite:///{path}"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    ) as writer:
        if writer.stdout is not None:
            writer.stdout.readline()
        time.sleep(after)
        os.kill(writer.pid, signal.SIGKILL)


def _torn(path: Path) -> str | None:
    raw = sqlite3.connect(path)
    answer = raw.execute("PRAGMA integrity_check").fetchone()[0]
    raw.close()
    if answer != "ok":
        return str(answer)
    with Store(f"sqlite:///{path}") as store:
        newest = store.newest(ACCOUNT, EVERYBODY)
        if newest is None or newest.listing.count != 60 or store.faults():
            return "the newest snapshot is not whole"
        labels = {each.label for each in newest.listing.customers}
        return None if len(labels) == 1 else "two states are mixed"


def _person(number: int) -> Customer:
    return Customer(
        customer_id=f"{number:032x}",
        account_name=f"user{number}",
        company_name=f"Company {number} Co., Ltd.",
        associated_at=START - timedelta(hours=number % 20_000),
        association="1" if number % 3 else "3",
        label="VIP" if number % 5 else None,
        telephone=f"138****{number % 10_000:04}",
        country_code="0086",
        verification="2",
        customer_type=1,
        is_frozen=False,
        account_manager=f"manager{number % 7}",
        xaccount_id=f"C-{number}",
        level="V1",
        email=f"user{number}@example.com",
    )


@contextmanager
def _timed(into: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    into.append(time.perf_counter() - started)
