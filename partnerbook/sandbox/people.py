"""Invented customers, the same ones for the same seed. Pure: no clock.

Nobody here exists. Phones are masked, as the vendor's own samples are, and mail addresses end
in domains reserved for examples.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from partnerbook.model import Customer

LAST_MONDAY = date(2025, 12, 29)
"""The Monday of week 5 when nobody names another."""

WEEKS = 5
_YEARS = 3 * 365 * 86_400  # seconds over which the associations of week 1 are spread
_BATCH = 12  # customers that an import associated within one second
_BATCH_FROM = 60  # below so many customers there was no import

# country code, share, company name pieces (first, second), login pieces, personal names, joiner
_CHINA = (
    "0086",
    (
        "杭州", "上海", "深圳", "北京", "成都", "广州", "武汉", "苏州", "厦门", "西安",
    ),
    (
        "云启科技有限公司", "数联信息技术有限公司", "星海物流有限公司", "青禾教育咨询有限公司",
        "恒通制造股份有限公司", "天元云计算有限公司", "明诚贸易有限公司", "瑞丰医疗器械有限公司",
    ),
    ("yunqi", "shulian", "xinghai", "qinghe", "hengtong", "tianyuan", "mingcheng", "ruifeng"),
    ("王小明", "李华", "张伟", "刘洋", "陈静", "欧阳雪", "赵敏", "孙浩"),
    "",
)  # fmt: skip
_THAILAND = (
    "0066",
    ("บริษัท สยาม", "บริษัท เชียงใหม่", "บริษัท ล้านนา", "บริษัท ภูเก็ต"),
    ("คลาวด์ จำกัด", "ดิจิทัล จำกัด", "โลจิสติกส์ จำกัด", "เทคโนโลยี จำกัด"),
    ("siamcloud", "lannadigital", "phuketlog", "chiangtech"),
    ("สมชาย ใจดี", "มาลี สุขใจ", "ณัฐ วงศ์ทอง"),
    "",
)
_ARABIA = (
    "0966",
    ("شركة النور", "شركة الواحة", "مؤسسة الخليج", "شركة الأفق"),
    ("للتقنية", "للحلول السحابية", "للتجارة", "للخدمات اللوجستية"),
    ("alnoor", "alwaha", "gulfsys", "alufuq"),
    ("أحمد السعيد", "فاطمة الزهراء", "خالد المنصور"),
    " ",
)
_ENGLISH_FIRST = ("Harbour", "Maple", "Quayside", "Bluestone", "Lantern", "Fernhill", "Saltmarsh")
_ENGLISH_SECOND = (
    "Cloud (Asia) Pte. Ltd.", "Logistics Ltd", "Analytics & Co", "Foods Sdn. Bhd.", "Robotics Inc.",
    "O'Neill Partners",
)  # fmt: skip
_ENGLISH_LOGINS = ("harbour", "maple", "quayside", "bluestone", "lantern", "fernhill")
_ENGLISH_PEOPLE = ("Grace Tan", "Tom Ashby", "Priya Nair", "Siobhan Byrne")
_ENGLISH = tuple(
    (code, _ENGLISH_FIRST, _ENGLISH_SECOND, _ENGLISH_LOGINS, _ENGLISH_PEOPLE, " ")
    for code in ("0065", "0044", "0001")
)
_PLACES = (_CHINA, _THAILAND, _ARABIA, *_ENGLISH)
_SHARES = (48, 14, 12, 12, 8, 6)

LABELS = (None, "VIP", "vip", "重点客户", "华东", "Retail", "education", "A/B&C", "ลูกค้าใหม่")
_LABEL_SHARES = (40, 12, 4, 12, 10, 8, 6, 4, 4)
MANAGERS = ("li.hua", "wang_fang", "somchai.k", "amira.h", "grace.tan", "tom.ashby")


def monday(week: int, last_monday: date = LAST_MONDAY) -> datetime:
    """Return the moment at which a week's state stands: its Monday, 00:00 UTC."""
    day = last_monday - timedelta(weeks=WEEKS - week)
    return datetime.combine(day, time(), UTC)


def people(count: int, seed: int, last_monday: date = LAST_MONDAY) -> tuple[Customer, ...]:
    """Return the customers of week 1; all of them were associated before its Monday."""
    rng = Random(f"people {seed}")  # noqa: S311  invented people need no secrecy
    end = monday(1, last_monday)
    batch_second = end - timedelta(seconds=rng.randrange(_YEARS))
    made = []
    for number in range(count):
        moment = end - timedelta(seconds=rng.randrange(1, _YEARS))
        if count >= _BATCH_FROM and number < _BATCH:
            moment = batch_second
        made.append(person(rng, number, moment))
    return tuple(made)


def person(rng: Random, number: int, associated_at: datetime) -> Customer:
    """Return one invented customer.

    Args:
        rng: Decides everything about the customer.
        number: Different for each customer; keeps the logins apart.
        associated_at: When the customer became the partner's. UTC.
    """
    code, first, second, logins, names, joiner = rng.choices(_PLACES, _SHARES)[0]
    verification = rng.choices(("2", "-1", "0", "1", "3"), (78, 14, 4, 3, 1))[0]
    verified = verification == "2"
    individual = rng.random() < 0.2
    company = rng.choice(names) if individual else rng.choice(first) + joiner + rng.choice(second)
    login = f"{rng.choice(logins)}{rng.choice(('', '_', '-hw'))}{number:04d}"
    association = rng.choices(("1", "3"), (45, 55))[0]
    partners_own = association == "3" and rng.random() < 0.6
    return Customer(
        customer_id=f"{rng.getrandbits(128):032x}",
        account_name=login,
        company_name=company if verified else None,
        associated_at=associated_at,
        association=association,
        label=rng.choices(LABELS, _LABEL_SHARES)[0],
        telephone=_masked_phone(rng, code),
        country_code=code,
        verification=verification,
        customer_type=(0 if individual else 1) if verified else -1,
        is_frozen=rng.random() < 0.03,
        account_manager=rng.choice(MANAGERS) if rng.random() < 0.85 else None,
        # Leading zeros on purpose: a partner's own numbers often have them.
        xaccount_id=f"{number:06d}" if partners_own else None,
        xaccount_type="SANDBOX_CRM" if partners_own else None,
        level=f"V{rng.choices(range(6), (40, 25, 15, 10, 6, 4))[0]}",
        email=f"{login}@example.{rng.choice(('com', 'org', 'net'))}",
    )


def company_name(rng: Random, country_code: str | None) -> str:
    """Return an invented company's name of the kind that the country code suggests."""
    place = next((p for p in _PLACES if p[0] == country_code), _CHINA)
    return rng.choice(place[1]) + place[5] + rng.choice(place[2])


def _masked_phone(rng: Random, code: str) -> str:
    start = (
        f"1{rng.choice('3578')}{rng.randrange(10)}"
        if code == "0086"
        else "0" + str(rng.randrange(10, 100))
    )
    if rng.random() < 0.6:
        return f"{start}xxxxxxxx"
    return f"{start}****{rng.randrange(10_000):04d}"
