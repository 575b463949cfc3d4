"""How ledgers write currencies: codes, names, signs, and signs that several share. Pure data."""

from __future__ import annotations

import re
from types import MappingProxyType

SPELLED = frozenset(
    re.findall(
        "[A-Z]{3}",
        """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
    KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
    TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL
    """,
    )
)
"""The codes of ISO 4217."""

NAMES = MappingProxyType(
    {
        "人民币": "CNY",
        "人民幣": "CNY",
        "美元": "USD",
        "美金": "USD",
        "港币": "HKD",
        "港幣": "HKD",
        "港元": "HKD",
        "欧元": "EUR",
        "歐元": "EUR",
        "英镑": "GBP",
        "日元": "JPY",
        "日圆": "JPY",
        "新台币": "TWD",
        "新臺幣": "TWD",
        "新台幣": "TWD",
        "泰铢": "THB",
        "新加坡元": "SGD",
        "新币": "SGD",
        "澳元": "AUD",
        "加元": "CAD",
        "บาท": "THB",
    }
)
"""Name -> code."""

SIGNS = (
    ("US$", "USD"),
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("NZ$", "NZD"),
    ("AU$", "AUD"),
    ("CA$", "CAD"),
    ("MX$", "MXN"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("CN¥", "CNY"),
    ("JP¥", "JPY"),
    ("円", "JPY"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("฿", "THB"),
    ("₫", "VND"),
    ("₩", "KRW"),
    ("₹", "INR"),
    ("₺", "TRY"),
    ("₱", "PHP"),
    ("₽", "RUB"),
    ("₪", "ILS"),
    ("₦", "NGN"),
    ("₴", "UAH"),
    ("د.إ", "AED"),
    ("ر.س", "SAR"),
    ("ر.ق", "QAR"),
    ("د.ك", "KWD"),
    ("$", "$"),
    ("¥", "¥"),
    ("元", "元"),
)
"""Sign -> code, or the sign itself where several currencies share it; the longest first."""

SHARED = MappingProxyType(
    {
        "$": frozenset(
            re.findall("[A-Z]{3}", "USD SGD HKD TWD AUD CAD NZD MXN CLP COP ARS BND JMD TTD")
        ),
        "¥": frozenset({"CNY", "CNH", "JPY"}),
        "元": frozenset({"CNY", "CNH", "TWD", "HKD", "MOP", "SGD"}),
        "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
        "Rs": frozenset({"INR", "PKR", "LKR", "NPR", "MUR"}),
    }
)
"""Sign -> the codes that it may mean."""

CODES = MappingProxyType(
    {
        **{code.casefold(): code for code in SPELLED},
        **{sign.casefold(): code for sign, code in SIGNS},
        "rmb": "CNY",
        "rm": "MYR",
        "rp": "IDR",
        "kr": "kr",
        "rs": "Rs",
        "zł": "PLN",
        "kč": "CZK",
    }
)
"""What stands beside an amount, in lower case -> code, or the shared sign."""


def one_currency(cell: str | None, column: str | None) -> str | None:
    """Return the currency of a row, of what its cell and its column say.

    Raises:
        ValueError: The two say different currencies.
    """
    if not cell or not column:
        return column or cell
    code = CODES.get(column.casefold()) or NAMES.get(column) or column.upper()
    if cell == code or code in SHARED.get(cell, ()) or cell in SHARED.get(code, ()):
        return cell if code in SHARED else column
    if len(code) == 3 or code in SHARED:  # letters of a code
        raise ValueError("another currency than its column")
    return column  # words that nobody here knows: they may mean the same
