"""What people write where they know nothing: ``N/A``, ``0``, ``无``. It is nobody's key. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from partnerbook.matching.folding import folded
from partnerbook.model import LedgerLine

_LONGEST = 24  # characters; a longer text was written for somebody
_WORDS = (
    "na nil nul null none nan undefined unknown tbd tba tbc missing empty blank unnamed "
    "notavailable notapplicable notknown notset notprovided noname nodata noemail nophone "
    "ref value name div num 无 無 暂无 暫無 没有 沒有 空 空白 未知 不详 不詳 待定 待补 待補 待确认 "
    "待補充 待补充 不适用 不適用 未填 未填写 缺 缺失 无数据 无邮箱 无电话 なし 未定 不明 없음 "
    "unbekannt keine keiner entfällt inconnu aucun néant desconocido ninguno sinnombre "
    "desconhecido nenhum ไม่มี ไม่ทราบ ไม่ระบุ لايوجد غيرمعروف"
)
_SAY_NOTHING = frozenset(_WORDS.split())
_ERRORS = frozenset({"ref", "value", "name", "div", "num"})  # of a spreadsheet: only after a #
_FIELDS = (
    "customer_id",
    "xaccount_id",
    "account_name",
    "email",
    "phone",
)  # a name confirms nothing


def is_placeholder(text: str | None) -> bool:
    """Return whether a text says that nothing is known; True also for an empty one."""
    if not text:
        return True
    if len(text) > _LONGEST:
        return False
    bare = folded(text)
    # Vowels of Thai and Arabic are marks, no word characters.
    word = re.sub(r"[\s\-_/\\.,;:?!*#()\[\]{}<>'\"~=+|—–―…·。、，？！（）]+", "", bare)
    if not word.strip("0"):
        return True  # nothing but punctuation, or zeros
    if word in _ERRORS:
        return bare.startswith("#")
    return word in _SAY_NOTHING


def is_nobodys_address(email: str) -> bool:
    """Return whether an e-mail address was made up to fill a cell: ``none@none.com``."""
    name, _, domain = email.partition("@")
    first = domain.split(".", maxsplit=1)[0]
    return is_placeholder(name) and (is_placeholder(first) or first in {"email", "mail"})


def stated(line: LedgerLine) -> LedgerLine:
    """Return the line without the keys that say nothing of whose it is."""
    empty = {
        field: None
        for field in _FIELDS
        if (value := getattr(line, field)) is not None and is_placeholder(value)
    }
    return replace(line, **empty) if empty else line  # type: ignore[arg-type]  # texts or None
