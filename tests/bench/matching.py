"""How long 100,000 customers against 100,000 lines take, of which 2,000 each only by names.

``python -m tests.bench.matching`` says it, with the memory that it needs.
"""

from __future__ import annotations

import random
import resource
import sys
import time

from partnerbook.matching import match_lines
from partnerbook.model import Customer, LedgerLine

COUNT, LEFT = 100_000, 2_000
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


if __name__ == "__main__":
    sys.stdout.write(_time())
