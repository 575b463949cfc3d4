"""A mail goes on from what the last one told: nothing is told twice, nothing is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from partnerbook.store import Run, RunState
from reports.sending.outbox import KEPT, Outbox
from reports.sending.told import last_told, told_to

WHO = "head@example.com"
NOW = datetime(2026, 12, 21, 8, tzinfo=UTC)
LISTED = NOW - timedelta(days=6)
MAIL = b"Subject: x\r\nDate: Tue, 15 Dec 2026 08:00:00 +0000\r\n\r\nDate: no header\r\n"


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


def run_of(
    week: str,
    state: RunState = "sent",
    *,
    at: datetime = NOW - timedelta(days=2),
    who: str = WHO,
    frozen: tuple[str, str] = ("gone.eml", ""),
) -> Run:
    file, digest = frozen
    return Run(
        key=f"weekly/sales/{week}",
        recipient=who,
        state=state,
        digest=digest,
        file=file,
        changed_at=at,
    )


def told(outbox: Outbox, *runs: Run, to: tuple[str, ...] = (WHO,)) -> datetime | None:
    return told_to(last_told(runs, outbox, week="2026-W52", now=NOW), "sales", to)


@pytest.mark.parametrize("state", ["planned", "sending", "sent", "uncertain"])
def test_a_frozen_mail_says_which_list_it_tells_whenever_it_goes(
    outbox: Outbox, state: RunState
) -> None:
    frozen = outbox.freeze(MAIL, "weekly/sales/2026-W51")

    assert told(outbox, run_of("2026-W51", state, frozen=frozen)) == LISTED
    elsewhere = Outbox(Path("nowhere"))
    known = state != "planned"
    assert told(elsewhere, run_of("2026-W51", state, frozen=frozen)) == (LISTED if known else None)


@pytest.mark.parametrize("state", ["refused", "skipped"])
def test_what_its_reader_never_got_told_nothing(outbox: Outbox, state: RunState) -> None:
    frozen = outbox.freeze(MAIL, "weekly/sales/2026-W51")
    before = run_of("2026-W50", at=NOW - timedelta(days=9))

    assert told(outbox, before, run_of("2026-W51", state, frozen=frozen)) == before.changed_at


@pytest.mark.parametrize(
    ("state", "file", "known"),
    [
        ("sent", "gone.eml", True),
        ("uncertain", "gone.eml", True),
        ("skipped", "", False),  # the policy sent none
        ("skipped", "gone.eml", False),  # a person put it aside, whenever
        ("refused", "gone.eml", False),
        ("planned", "gone.eml", False),  # nobody will ever read it from here
    ],
)
def test_where_no_mail_is_kept_the_run_tells_if_it_was_made_at_once(
    outbox: Outbox, state: RunState, file: str, known: bool
) -> None:
    run = run_of("2026-W51", state, frozen=(file, ""))

    assert told(outbox, run) == (run.changed_at if known else None)


def test_only_weeks_before_count_and_only_the_newest_of_them(outbox: Outbox) -> None:
    older, newer = (run_of(f"2026-W{w}", at=NOW - timedelta(days=52 - w)) for w in (49, 50))
    same = run_of("2026-W52", at=NOW)

    assert told(outbox, newer, older, same) == newer.changed_at
    assert told(outbox, same) is None
    assert told(outbox, run_of("2026-W46", at=NOW - KEPT - timedelta(hours=1))) is None
    assert told(outbox, run_of("2026-W51"), to=("new@example.com",)) is None


def test_of_several_in_one_mail_the_newest_week_counts_and_in_it_the_older_list(
    outbox: Outbox,
) -> None:
    runs = (
        run_of("2026-W50", at=NOW - timedelta(days=9), who="away@example.com"),
        run_of("2026-W51", at=NOW - timedelta(days=3), who="late@example.com"),
        run_of("2026-W51", at=NOW - timedelta(days=5)),
    )

    assert told(outbox, *runs, to=tuple(run.recipient for run in runs)) == runs[2].changed_at
