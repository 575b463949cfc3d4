"""Which row holds the headings, and which column is what. Pure.

Names in English and Chinese, in order of how surely they mean the field. Where two columns are
equally good for one field, nobody guesses: a person says which.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from partnerbook.errors import LedgerError
from reports.ledger.cells import text_of

FIELDS = (
    "xaccount_id",
    "customer_id",
    "account_name",
    "company_name",
    "association",
    "amount",
    "currency",
)
KEYS = FIELDS[:4]
LOOK_AT = 60  # rows at the top of a sheet in which headings are looked for

# Each inner tuple is one rank; a heading of an earlier rank wins over one of a later.
_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "xaccount_id": (
        ("xaccountid", "xaccount", "partnersid", "伙伴侧id", "伙伴侧客户id"),
        (
            "partnercustomerid",
            "partnersidofcustomer",
            "ourcustomerid",
            "ourid",
            "ourcustomerno",
            "externalid",
            "externalcustomerid",
            "crmid",
            "伙伴侧客户编号",
            "伙伴客户id",
            "外部客户id",
            "我方客户id",
            "我方客户编号",
            "xaccountid客户",
        ),
    ),
    "customer_id": (
        ("customerid", "客户id"),
        (
            "huaweicustomerid",
            "huaweicloudcustomerid",
            "vendorcustomerid",
            "huaweiid",
            "华为云客户id",
            "华为客户id",
            "华为云id",
            "vendorid",
            "cloudcustomerid",
            "cloudid",
        ),
        (
            "customerno",
            "customernumber",
            "custid",
            "clientid",
            "客户编号",
            "客户号",
            "客户编码",
            "客户代码",
            "accountid",
            "账号id",
            "账户id",
            "帐号id",
            "客户账号id",
            "domainid",
            "customercode",
        ),
        ("id",),
    ),
    "account_name": (
        (
            "accountname",
            "账号名",
            "客户账号",
            "账号名称",
            "customeraccount",
            "客户账号名",
            "customeraccountname",
        ),
        (
            "account",
            "账号",
            "帐号",
            "账户名",
            "帐号名",
            "账户",
            "loginname",
            "login",
            "username",
            "登录名",
            "huaweicloudaccount",
            "华为云账号",
            "华为账号",
        ),
    ),
    "company_name": (
        ("companyname", "customername", "客户名称", "公司名称"),
        (
            "company",
            "客户名",
            "企业名称",
            "单位名称",
            "公司",
            "clientname",
            "legalname",
            "实名认证名称",
        ),
        ("customer", "client", "客户", "企业", "单位", "名称", "name"),
    ),
    "association": (
        ("association", "associationtype", "关联类型"),
        (
            "associationmode",
            "关联模式",
            "合作类型",
            "合作模式",
            "cooperationtype",
            "businessmodel",
            "销售模式",
            "salesmodel",
        ),
    ),
    "amount": (
        ("amount", "金额"),
        (
            "invoiceamount",
            "billedamount",
            "amountdue",
            "receivable",
            "totalamount",
            "netamount",
            "grossamount",
            "应收金额",
            "账单金额",
            "发票金额",
            "消费金额",
            "应付金额",
            "总金额",
            "开票金额",
            "balance",
            "余额",
        ),
        ("total", "revenue", "sales", "合计", "总计", "应收", "sum", "value"),
    ),
    "currency": (("currency", "币种"), ("currencycode", "ccy", "cur", "货币", "币别")),
}
_RANKS = {
    (field, name): rank
    for field, ranks in _NAMES.items()
    for rank, names in enumerate(ranks)
    for name in names
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the headings are and what the columns hold.

    Attributes:
        row: Row of the headings, from 1.
        index: Field of `LedgerLine` -> column, from 0.
        texts: Field -> heading, as the file writes it.
    """

    row: int
    index: Mapping[str, int]
    texts: Mapping[str, str]


def find_columns(
    rows: Sequence[Sequence[object]], where: str, mapping: Mapping[str, str]
) -> Columns | None:
    """Return the heading row and the columns of a sheet; None when no row reads like headings.

    Args:
        rows: The sheet from its first row.
        where: File and sheet, for the sentences.
        mapping: Field -> heading, where a person has said so; wins over names.

    Raises:
        LedgerError: Two columns are equally good for one field.
    """
    best: tuple[int, dict[str, list[int]]] | None = None
    for number, row in enumerate(rows[:LOOK_AT], start=1):
        headings = [text_of(cell) for cell in row]
        candidates = _candidates(headings, mapping)
        if candidates is None or not any(field in candidates for field in KEYS):
            continue
        if best is None or len(candidates) > len(best[1]):
            best = number, candidates
    if best is None:
        return None
    number, candidates = best
    headings = [text_of(cell) for cell in rows[number - 1]]
    for field, columns in candidates.items():
        if len(columns) > 1:
            names = " and ".join(f"{headings[at]!r} (column {letter(at)})" for at in columns)
            raise LedgerError(
                f"{where}: row {number} has {names}, which could both be {field}; say which one "
                f"with --map {field}=COLUMN"
            )
    return Columns(
        row=number,
        index={field: columns[0] for field, columns in candidates.items()},
        texts={field: headings[columns[0]] for field, columns in candidates.items()},
    )


def letter(column: int) -> str:
    """Return a column's letters, counted from 0: ``letter(27)`` is ``"AB"``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _candidates(headings: list[str], mapping: Mapping[str, str]) -> dict[str, list[int]] | None:
    """Return the best columns for each field; None when a heading that was given is not there."""
    plain = [_plain(heading) for heading in headings]
    found: dict[str, list[int]] = {}
    for field, wanted in mapping.items():
        columns = [at for at, heading in enumerate(headings) if heading == text_of(wanted)]
        columns = columns or [
            at for at, text in enumerate(plain) if text and text == _plain(wanted)
        ]
        if not columns and re.fullmatch("[A-Za-z]{1,3}", wanted):
            columns = [at for at in range(len(headings)) if letter(at) == wanted.upper()]
        if not columns:
            return None
        found[field] = columns
    taken = {columns[0] for columns in found.values() if len(columns) == 1}
    for field in FIELDS:
        if field in mapping:
            continue
        ranked: dict[int, list[int]] = {}
        for at, text in enumerate(plain):
            rank = _rank(field, text)
            if rank is not None and at not in taken:
                ranked.setdefault(rank, []).append(at)
        if ranked:
            found[field] = ranked[min(ranked)]
    return found


def _rank(field: str, plain: str) -> int | None:
    if (rank := _RANKS.get((field, plain))) is not None:
        return rank
    # A heading in two languages, "客户ID / Customer ID": both may be known, or either.
    splits = ((plain[:at], plain[at:]) for at in range(1, len(plain)))
    if both := [_RANKS[field, a] for a, b in splits if {(field, a), (field, b)} <= _RANKS.keys()]:
        return both[0]
    latin, other = re.sub(r"[^\x00-\x7f]", "", plain), re.sub(r"[\x00-\x7f]", "", plain)
    if not latin or not other:
        return None
    ranks = [_RANKS[field, part] for part in (latin, other) if (field, part) in _RANKS]
    return min(ranks, default=None)


def _plain(heading: str) -> str:
    """Return a heading without case, spaces, punctuation, and what stands in brackets."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    bare = re.sub(r"[(\[].*?[)\]]", "", text)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", text)
