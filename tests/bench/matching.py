"""How long 100,000 customers against 100,000 lines take, and what plain scorers make of names.

    python -m tests.bench.matching          time and memory
    python -m tests.bench.matching names    the labelled names: ours, RapidFuzz's scorers, datacompy

datacompy is no part of our tests' dependencies (it brings pandas): install it beside, or its line
says that it is absent.
"""

from __future__ import annotations

import csv
import importlib
import random
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from partnerbook.matching import match_lines
from partnerbook.matching.likeness import likeness
from partnerbook.model import Customer, LedgerLine

COUNT, LEFT = 100_000, 2_000
PAIRS = Path(__file__).parents[1] / "data" / "company_name_pairs.tsv"
_BRANDS = "云海星辰恒通金鼎瑞康启明远航明德新桥宏图天域凌云泰和百川东方华盛正大永新"
_TRADES = ("科技", "软件", "物流", "贸易", "医药", "网络科技", "建设工程", "文化传媒")
_PLACES = ("北京", "上海", "深圳", "广州", "杭州", "成都", "武汉", "西安")


def big_sides() -> tuple[list[Customer], list[LedgerLine]]:
    """Return customers and lines: all but the leftovers by ID, those by changed names only."""
    chance = random.Random(3)  # noqa: S311  invented names
    customers, lines = [], []
    for number in range(COUNT):
        brand = "".join(chance.choices(_BRANDS, k=3))
        place, trade = chance.choice(_PLACES), chance.choice(_TRADES)
        customer_id = f"{number:032x}"
        customers.append(
            Customer(
                customer_id=customer_id,
                account_name=f"hw_user_{number}",
                company_name=f"{place}{brand}{trade}有限公司",
            )
        )
        is_left = number >= COUNT - LEFT
        name = f"{brand}（{place}）{trade}公司" if is_left else f"{place}{brand}{trade}有限公司"
        lines.append(
            LedgerLine(
                file="l.xlsx",
                sheet="",
                row=number + 2,
                customer_id=None if is_left else customer_id,
                company_name=name,
            )
        )
    chance.shuffle(lines)
    return customers, lines


def _time() -> str:
    customers, lines = big_sides()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    matching = match_lines(customers, lines)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (
        f"{COUNT:,} customers, {COUNT:,} lines, {LEFT:,} by names only: {seconds:.1f} s; "
        f"{len(matching.confirmed):,} confirmed, {len(matching.suggested):,} suggested; "
        f"peak {peak // 1024} MB, {(peak - before) // 1024} MB of it for matching\n"
    )


def _labelled() -> list[tuple[bool, str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["label"] == "same", row["ours"], row["theirs"]) for row in rows]


def _names() -> str:
    pairs = _labelled()
    same = sum(is_same for is_same, _, _ in pairs)
    out = [
        f"{len(pairs)} pairs: {same} the same company, {len(pairs) - same} two companies",
        f"{'':<34}{'found':>8}{'wrong':>8}",
        _line("ours: suggested to a person", pairs, lambda a, b: likeness(a, b).likely),
        _line("ours: confirmed", pairs, lambda _a, _b: False),
    ]
    for scorer in (fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio, fuzz.WRatio):
        scores = sorted(scorer(a, b) for is_same, a, b in pairs if is_same)
        for title, cut in ((">= 90", 90.0), ("97 % found", scores[int(len(scores) * 0.03)])):
            name = f"rapidfuzz {scorer.__name__}, {title}"
            out.append(_line(name, pairs, partial(_at_least, scorer, cut)))
    out.append(_datacompy(pairs))
    return "\n".join(out) + "\n"


def _at_least(scorer: Callable[[str, str], float], cut: float, ours: str, theirs: str) -> bool:
    return scorer(ours, theirs) >= cut


def _line(name: str, pairs: list[tuple[bool, str, str]], says: Callable[[str, str], bool]) -> str:
    same = [says(a, b) for is_same, a, b in pairs if is_same]
    other = [says(a, b) for is_same, a, b in pairs if not is_same]
    return f"{name:<34}{sum(same) / len(same):>8.1%}{sum(other) / len(other):>8.1%}"


def _datacompy(pairs: list[tuple[bool, str, str]]) -> str:
    try:
        datacompy: Any = importlib.import_module("datacompy")
        pandas: Any = importlib.import_module("pandas")
    except ModuleNotFoundError as error:
        return f"datacompy: not installed here ({error.name})"
    make = getattr(datacompy, "PandasCompare", None) or datacompy.Compare

    def joined(ours: str, theirs: str) -> bool:
        frames = (pandas.DataFrame({"name": [each]}) for each in (ours, theirs))
        found = make(*frames, join_columns=["name"], ignore_spaces=True, ignore_case=True)
        return bool(len(found.intersect_rows))

    return _line("datacompy, join on the name", pairs, joined)


if __name__ == "__main__":
    sys.stdout.write(_names() if sys.argv[1:] == ["names"] else _time())
