"""What our name model, RapidFuzz's plain scorers and datacompy make of the same labelled names."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rapidfuzz import fuzz

from partnerbook.matching import match_lines
from partnerbook.model import Customer, LedgerLine
from tests.bench.rows import Row

PAIRS = Path(__file__).parents[1] / "data" / "company_name_pairs.tsv"
FOUND = 0.97  # of the pairs that are one company
_SCORERS = (fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio, fuzz.WRatio)
_JOINING = Path(__file__).with_name("datacompy_names.py")

Pair = tuple[bool, str, str]  # whether it is one company, and its two names


def prove(size: float = 1.0, _seed: int = 1) -> Sequence[Row]:
    """Compare all labelled pairs, whatever the size: it takes a second.

    Args:
        size: From 1 on, datacompy is fetched into an environment of its own where it is absent.
        _seed: Nothing here is drawn from chance.
    """
    pairs = labelled()
    rows = [_ours(pairs)]
    for scorer in _SCORERS:
        scores = [scorer(ours, theirs) for _, ours, theirs in pairs]
        same = sorted(score for score, pair in zip(scores, pairs, strict=True) if pair[0])
        for title, cut in (
            ("90 and more", 90.0),
            (
                f"as many found as we promise: {same[int(len(same) * (1 - FOUND))]:.0f} and more",
                same[int(len(same) * (1 - FOUND))],
            ),
        ):
            said = [score >= cut for score in scores]
            rows.append(_peer(f"RapidFuzz {scorer.__name__}", title, pairs, said))
    joined = _datacompy(pairs, fetch=size >= 1)
    if joined is None:
        rows.append(_row("datacompy", "not installed here", "none", "not measured", passed=True))
    else:
        rows.append(_peer("datacompy", "joined on the name", pairs, joined))
    return rows


def labelled() -> list[Pair]:
    """Return the labelled pairs."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["label"] == "same", row["ours"], row["theirs"]) for row in rows]


def _ours(pairs: Sequence[Pair]) -> Row:
    suggested, confirmed = [], 0
    broken = []
    for is_same, ours, theirs in pairs:
        found = match_lines(
            [Customer(customer_id="c-1", company_name=ours)],
            [LedgerLine(file="l.xlsx", sheet="", row=2, company_name=theirs)],
        )
        suggested.append(bool(found.suggested))
        if found.confirmed:
            confirmed += 1
            broken.append(f"confirmed by the name alone: {ours!r} and {theirs!r} ({is_same})")
    same, _ = shares(pairs, suggested)
    if same < FOUND:
        broken.append(f"only {same:.1%} found")
    return _row(
        "Ours",
        "a person is asked",
        f"at least {FOUND:.0%} found, none confirmed by a name alone",
        f"{_told(pairs, suggested)}; {confirmed} confirmed",
        passed=not broken,
        broken=tuple(broken),
    )


def _peer(who: str, how: str, pairs: Sequence[Pair], said: Sequence[bool]) -> Row:
    return _row(who, how, "none, for comparison", _told(pairs, said), passed=True)


def _row(
    who: str, how: str, mark: str, result: str, *, passed: bool, broken: tuple[str, ...] = ()
) -> Row:
    return Row(promise=who, fault=how, mark=mark, result=result, passed=passed, broken=broken)


def shares(pairs: Sequence[Pair], said: Sequence[bool]) -> tuple[float, float]:
    """Return which share of one company's names was found, and of two companies' was taken."""
    counted = Counter((pair[0], one) for pair, one in zip(pairs, said, strict=True))
    same, other = (
        counted[kind, True] / (counted[kind, True] + counted[kind, False]) for kind in (True, False)
    )
    return same, other


def _told(pairs: Sequence[Pair], said: Sequence[bool]) -> str:
    same, other = shares(pairs, said)
    count = sum(pair[0] for pair in pairs)
    return (
        f"{same:.1%} of {count} that are one company found, "
        f"{other:.1%} of {len(pairs) - count} that are two taken for one"
    )


def _datacompy(pairs: Sequence[Pair], *, fetch: bool) -> list[bool] | None:
    """Return what datacompy joins; None where it is not installed."""
    if find_spec("datacompy"):
        return _joined(sys.executable, pairs)
    if not fetch:
        return None
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python")
        # It brings pandas along, which our own environment must not have.
        subprocess.run([python, "-m", "pip", "install", "-q", "datacompy"], check=True)
        return _joined(python, pairs)


def _joined(python: str, pairs: Sequence[Pair]) -> list[bool]:
    # Two that are equal to the letter come first: whoever does not join these joins nothing.
    names = json.dumps([("Acme", "Acme"), *(pair[1:] for pair in pairs)])
    done = subprocess.run(
        [python, str(_JOINING)], input=names, capture_output=True, text=True, check=True
    )
    found: list[bool] = json.loads(done.stdout)
    if not found[0]:
        raise ValueError("datacompy did not join two equal names: it was asked wrongly")
    return found[1:]
