"""Starting: the command line's help, the worksheet functions, and the first list of the day.

Each run is a whole new Python process, from its start to its end. Bare click and bare xlwings are
those of the same environment: nothing that is built on them can start sooner than they do.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from partnerbook.model import EVERYBODY, Evidence, Listing
from partnerbook.sandbox import Sandbox
from partnerbook.store import Store
from tests.bench.lines import Line, contest
from tests.bench.measured import Job, Scale
from tests.bench.rows import at_size

CUSTOMERS, ROUNDS = 10_000, 9
_CALL = "tests.bench.programs:started"

_HELP = "import sys; sys.argv[1:] = ['--help']; from partnerbook.__main__ import main; main()"
_CLICK = """
import click
@click.group()
def bare(): pass
for number in range(20):
    @bare.command(f'command{number}')
    def command(): "Do one thing."
bare(['--help'])
"""
_LIST = """
import hashlib
from addin import udfs
rows = udfs.CUSTOMERS(None, None, False)
print(hashlib.sha256('\\n'.join(sorted(row[0] for row in rows)).encode()).hexdigest(), end='')
"""


def measure(scale: Scale) -> Sequence[Line]:
    """Start each, in turn.

    Raises:
        AssertionError: The list is not the one in the store.
    """
    customers = at_size(CUSTOMERS, scale.size)
    lines = []
    lines += contest(
        "`partnerbook --help`",
        [
            Job(who="partnerbook", call=_CALL, arguments={"code": _HELP}, seconds=0.15),
            Job(who="bare click, 20 commands", call=_CALL, arguments={"code": _CLICK}, same=False),
        ],
        scale,
        ROUNDS,
    )
    imports = {"partnerbook": "import addin.udfs", "bare xlwings": "import xlwings"}
    lines += contest(
        "`import addin.udfs`",
        [
            Job(who=who, call=_CALL, arguments={"code": code}, least=0.5 if "bare" in who else None)
            for who, code in imports.items()
        ],
        scale,
        ROUNDS,
    )
    with tempfile.TemporaryDirectory() as home:
        wanted = _kept(Path(home), customers, scale.seed)
        arguments = {"code": _LIST, "home": home, "wanted": wanted}
        lines += contest(
            f"first `CUSTOMERS` of a stored list of {customers:,}",
            [Job(who="partnerbook", call=_CALL, arguments=arguments, seconds=1.2)],
            scale,
            ROUNDS,
        )
    return lines


def _kept(home: Path, customers: int, seed: int) -> str:
    """Keep a list in a store; return the digest of its IDs."""
    people = Sandbox(customers=customers, seed=seed).customers
    evidence = Evidence(requests=2, passes=2, method="interval certificate")
    listing = Listing(EVERYBODY, datetime(2026, 11, 1, tzinfo=UTC), "detail", people, evidence)
    with Store(f"sqlite:///{home}/partnerbook.db") as store:
        store.add(listing, "partner@127.0.0.1")
    return hashlib.sha256("\n".join(each.customer_id for each in people).encode()).hexdigest()
