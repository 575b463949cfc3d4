"""The weekly mail: small, the same in every part, blind to what the policy hides, sent once."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from openpyxl import load_workbook

from partnerbook.errors import MailError
from partnerbook.model import CUSTOMER_FIELDS, EVERYBODY, Customer, Evidence, Listing, Snapshot
from partnerbook.views import View
from partnerbook.wording import LANGUAGES, Language
from reports.mail import MOST_BYTES, weekly_mail
from reports.masking import PRIVATE
from reports.owners import Week
from reports.page import weekly_page
from reports.policy import Audience, Policy, Recipient
from reports.recipients import address_of
from reports.scanner import parts_of, texts_of
from reports.sending.making import Edition, made_for
from reports.weekly import weekly_report
from reports.weekly.words import words
from reports.workbook.weekly import weekly_workbook
from tests.bench import post
from tests.bench.rows import Row, at_size

SIZES = (0, 1, 10, 100, 1_000, 5_000, 20_000)
HOSTILE, CANARIES = 100, 200
_LONG = 200
_NAMED = ("account_name", "company_name", "label", "account_manager")
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
ACCOUNT = "p-0001@bss.example.com"
_TEXTS = tuple(
    name
    for name in CUSTOMER_FIELDS
    if name not in ("associated_at", "customer_type", "is_frozen", "association", "verification")
)
_EVIDENCE = Evidence(requests=1, passes=1, method="one page")
_HEAD = Recipient(address=address_of("head@example.com", "it"))
_ATOMS = (
    *("<b>", "</td></table>", "<script>alert(1)</script>", "&amp;", "\"'>", "{{ 1 }}", "]]>"),
    *("=1+1", "@SUM(1)", "+1", "-1", '=HYPERLINK("http://x")', "#N/A", "http://x.example"),
    *("mailto:eve@example.com", "\r\nBcc: eve@example.com", "\n.\n", "?=", "=?utf-8?q?x?="),
    *("_x0041_", "\u202e", "\u2066", "\x00", "\ufffe", "\U0001f600", "شركة", "上海云计算"),
    *("eve@example.com, ", "<eve@example.com>", ";", "javascript:x", "\\u003c", "a" * 300),
)


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Make mails of every size and kind, take them apart, and kill whoever sends them."""
    return [
        _small([each for each in SIZES if size >= 1 or each <= 1_000]),
        _harmless(at_size(HOSTILE, size), seed),
        _blind(at_size(CANARIES, size), seed),
        *post.prove(size, seed),
    ]


def _small(sizes: Sequence[int]) -> Row:
    broken, largest = [], 0
    for count in sizes:
        week, figures = _third_of_each(count)
        for language in LANGUAGES:
            report = weekly_report(week.before, week.now, View(), language=language)
            workbook = weekly_workbook(report)
            mail = weekly_mail(
                report,
                sender="a@example.com",
                recipients=["b@example.com"],
                workbook=workbook,
                page=weekly_page(report),
            )
            plain, rich = (_body(mail.as_bytes(), kind) for kind in ("text/plain", "text/html"))
            where = f"{count} customers in {language}"
            sent = [_sent_bytes(each, language) for each in (week, _long_names(week))]
            largest = max(largest, *sent)
            if max(sent) >= MOST_BYTES:
                broken.append(f"{where}: too large")
            shown = {"text": _of_text(plain), "HTML": _of_html(rich), "workbook": _of(workbook)}
            wanted = {words(key, language): value for key, value in figures.items()}
            broken += [
                f"{where}: the {part} says otherwise"
                for part, found in shown.items()
                if not wanted.items() <= found.items()
            ]
    return Row(
        promise="a mail stays small, and says the same in text, HTML and workbook",
        fault=f"{min(sizes):,} to {max(sizes):,} customers, two thirds of them changed, en and zh; "
        f"names of a usual length, and of {_LONG} Chinese letters",
        mark=f"under {MOST_BYTES:,} bytes as sent without attachments, 0 figures that differ",
        result=f"at most {largest:,} bytes, {len(broken)} differ",
        passed=not broken,
        numbers={"largest": largest},
        broken=tuple(broken),
    )


def _sent_bytes(week: Week, language: Language) -> int:
    """Return how many bytes go over the wire for a mail that carries nothing else."""
    report = weekly_report(week.before, week.now, View(), language=language)
    mail = weekly_mail(report, sender="a@example.com", recipients=["b@example.com"])
    return len(mail.as_bytes())


def _long_names(week: Week) -> Week:
    """Return a week in which every name is as long as Chinese names can be, and longer."""

    def long(snapshot: Snapshot) -> Snapshot:
        people = []
        for each in snapshot.listing.customers:
            names: dict[str, Any] = {n: f"{getattr(each, n)}{'云' * _LONG}" for n in _NAMED}
            people.append(replace(each, **names))
        return replace(snapshot, listing=replace(snapshot.listing, customers=tuple(people)))

    return replace(week, before=week.before and long(week.before), now=long(week.now))


def _harmless(cases: int, seed: int) -> Row:
    broken = []
    for case in range(cases):
        chance = random.Random(f"{seed} harmless {case}")  # noqa: S311  invented names

        def hostile(plain: str, chance: random.Random = chance) -> str:
            atoms = "".join(chance.choice(_ATOMS) for _ in range(chance.randint(1, 4)))
            return f"{atoms}{plain}" if chance.random() < 0.5 else f"{plain}{atoms}"

        shapes = [_shape(_mail_of(_five(each), _audience())) for each in (str, hostile)]
        broken += [
            f"case {case}, seed {seed}: {name}"
            for name in shapes[0]
            if shapes[0][name] != shapes[1][name]
        ]
    return Row(
        promise="no text of a customer becomes markup, formula, link, header or recipient",
        fault=f"{cases} reports in which every text of every customer is hostile",
        mark="the same tags, formulas, links, headers and recipients as of harmless texts",
        result=f"{len(broken)} differ",
        passed=not broken,
        numbers={"cases": cases},
        broken=tuple(broken),
    )


def _blind(cases: int, seed: int) -> Row:
    broken, stopped, looked_for = [], 0, 0
    for case in range(cases):
        chance = random.Random(f"{seed} blind {case}")  # noqa: S311  invented policies
        planted: dict[str, tuple[str, str | None]] = {}
        week = _planted(chance, planted)
        audience, manager = _policy_of(chance)
        try:
            mail = _mail_of(week, audience, manager)
        except MailError:
            stopped += 1
            broken.append(f"case {case}, seed {seed}: stopped, and nothing was wrong")
            continue
        said = "\n".join(text for _, text in texts_of(mail))
        hidden = [
            word
            for word, (field, owner) in planted.items()
            if field not in audience.columns
            or field in audience.masked
            or (manager is not None and owner != manager)
        ]
        looked_for += len(hidden)
        leaked = [planted[word][0] for word in hidden if word in said]
        if leaked:
            broken.append(f"case {case}, seed {seed}: {', '.join(sorted(set(leaked)))}")
    return Row(
        promise="what the policy hides is in no part of the mail",
        fault=f"{looked_for:,} planted values, {cases} policies: columns, masks, own customers",
        mark="0 found, 0 mails stopped in vain",
        result=f"{len(broken) - stopped} found, {stopped} stopped",
        passed=not broken,
        numbers={"cases": cases, "planted": looked_for},
        broken=tuple(broken),
    )


def _third_of_each(count: int) -> tuple[Week, dict[str, int]]:
    """Return a week of so many customers, a third each joined, renamed, as before; and figures."""
    third, left = count // 3, count // 2
    before = [_person(n) for n in range(third, count + left)]
    now = [_person(n) for n in range(third)]
    now += [
        replace(_person(n), company_name=f"Renamed {n} <Ltd> 有限公司")
        for n in range(third, 2 * third)
    ]
    now += [_person(n) for n in range(2 * third, count)]
    week = Week(before=_snapshot(before, 0), now=_snapshot(now, 1))
    figures = {"customers": count, "joined": third, "came_back": 0, "left": left}
    return week, {**figures, "with changes": third}


def _five(said: Callable[[str], str]) -> Week:
    """Return weeks in which somebody joins, leaves and changes, every text as it is said."""

    def person(number: int, mark: str = "") -> Customer:
        # A harmless word for each text tells which is which, and keeps them all different.
        texts: dict[str, Any] = {
            name: said(f"{name.replace('_', '')}{number}{mark}")
            for name in _TEXTS
            if name not in ("customer_id", "xaccount_type")
        }
        return replace(_person(number), **texts)

    people = [person(n) for n in range(5)]
    changed = person(1, "new")
    return Week(
        before=_snapshot(people[:4], 1),
        now=_snapshot([people[0], changed, people[3], people[4]], 2),
        history=(_snapshot(people[:3], 0), _snapshot(people[:4], 1)),
    )


def _planted(chance: random.Random, planted: dict[str, tuple[str, str | None]]) -> Week:
    """Return four weeks of a few customers; each version of each text can be found again."""
    latest: dict[int, Customer] = {}

    def version(number: int) -> Customer:
        if number in latest and chance.random() < 0.5:
            return latest[number]
        owner = chance.choice(["alice", "bob", "carol", None])
        texts: dict[str, Any] = {}
        for field in _TEXTS:
            if field in ("customer_id", "account_manager", "xaccount_type", "country_code"):
                continue
            mark = len(planted)
            texts[field] = (
                f"139{mark:08}" if field == "telephone" else f"canary{field[:3]}{mark:06}end"
            )
            planted[texts[field]] = (field, owner)
        return replace(_person(number), account_manager=owner, **texts)

    snapshots = []
    for moment in range(4):
        there = [n for n in range(6) if chance.random() < 0.8]
        for number in there:
            latest[number] = version(number)
        snapshots.append(_snapshot([latest[n] for n in there], moment))
    return Week(before=snapshots[-2], now=snapshots[-1], history=tuple(snapshots))


def _policy_of(chance: random.Random) -> tuple[Audience, str | None]:
    columns = {name for name in CUSTOMER_FIELDS if chance.random() < 0.7} | {"customer_id"}
    masked = {name for name in columns - {"customer_id"} if chance.random() < 0.3}
    return (
        _audience(
            columns=frozenset(columns),
            masked=frozenset(masked | (columns & {*PRIVATE} if chance.random() < 0.5 else set())),
            language=chance.choice(LANGUAGES),
        ),
        chance.choice([None, "alice", "bob"]),
    )


def _audience(**given: Any) -> Audience:
    values: dict[str, Any] = {"masked": frozenset(), "attachments": ("workbook", "page")}
    return Audience(name="all", recipients=(_HEAD,), **{**values, **given})


class _Kept:
    """A book that holds some weeks."""

    account = ACCOUNT

    def __init__(self, week: Week) -> None:
        self._week = week

    def listed(self, query: Any) -> Any:
        return query

    def week(self, _query: Any, _until: datetime, **_how: Any) -> Any:
        return self._week.before, self._week.now, self._week.earlier_ids

    def weeks(self, _query: Any, _until: datetime, **_how: Any) -> Any:
        return self._week.history

    def last_reconciliation(self, _until: datetime) -> None:
        """Return what no book of some weeks knows."""


def _mail_of(week: Week, audience: Audience, manager: str | None = None) -> bytes:
    book: Any = _Kept(week)
    edition = Edition(
        book=book,
        policy=Policy(audiences=(audience,)),
        sender="reports@example.com",
        moment=week.now.taken_at,
        week="2026-W12",
    )
    (made,) = made_for(edition, [(audience, replace(_HEAD, manager=manager))])
    if made.mail is None:
        raise ValueError(made.reason)
    return made.mail


class _Tags(HTMLParser):
    """The tags of a page and the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))


def _shape(mail: bytes) -> dict[str, Any]:
    """Return all of a mail that no customer's text may change."""
    message: Any = message_from_bytes(mail, policy=policy.default)
    out: dict[str, Any] = {
        "headers": [part.keys() for part in message.walk()],
        "recipients": [each.addr_spec for each in message["To"].addresses],
        "sender": str(message["From"]),
        "parts": [(part.get_content_type(), part.get_filename()) for part in message.walk()],
    }
    for number, part in enumerate(message.walk()):
        data = part.get_payload(decode=True)
        if part.get_content_type() == "text/html":
            out[f"tags of part {number}"] = _Tags(data.decode()).found
        elif (part.get_filename() or "").endswith(".xlsx"):
            out |= _workbook_shape(data)
    return out


def _workbook_shape(data: bytes) -> dict[str, Any]:
    book = load_workbook(io.BytesIO(data))
    cells = [
        (sheet.title, cell)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    return {
        "formulas": [(at, c.coordinate) for at, c in cells if c.data_type == "f"],
        "errors": [(at, c.coordinate) for at, c in cells if c.data_type == "e"],
        "links": [
            (at, c.coordinate, c.hyperlink.target, c.hyperlink.location)
            for at, c in cells
            if c.hyperlink
        ],
        "names": sorted(book.defined_names),
    }


def _body(mail: bytes, kind: str) -> str:
    return next(
        data.decode().replace("\r\n", "\n") for name, data in parts_of(mail) if name == kind
    )


def _number(text: str) -> int | None:
    digits = text.replace(",", "").replace("−", "-").strip()
    return int(digits) if re.fullmatch(r"[+-]?\d+", digits) else None


def _pairs(texts: Iterable[tuple[str, str]]) -> dict[str, int | None]:
    out: dict[str, int | None] = {}
    for name, value in texts:
        out.setdefault(name, _number(value))
    return out


def _of_text(plain: str) -> dict[str, int | None]:
    return _pairs(re.findall(r"^(.+): ([+−\d,]+)$", plain, re.MULTILINE))


def _of_html(rich: str) -> dict[str, int | None]:
    texts = [each for each in re.split(r"<[^>]*>", rich) if each.strip()]
    return _pairs(pairwise(texts))


def _of(workbook: bytes) -> dict[str, int | None]:
    """Return the figures of the sheet Summary: a name, and a number right below it."""
    book = load_workbook(io.BytesIO(workbook), read_only=True)
    rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(max_row=12)]
    return _pairs(
        (str(name), str(value))
        for above, below in pairwise(rows)
        for name, value in zip(above, below, strict=False)
        if isinstance(value, int)
    )


def _person(number: int) -> Customer:
    return Customer(
        customer_id=f"{number:032x}",
        account_name=f"user{number}",
        company_name=f"Company {number} Co., Ltd.",
        associated_at=START - timedelta(hours=number % 20_000),
        association="1" if number % 3 else "3",
        label="VIP" if number % 5 else None,
        telephone=f"138{number:08}",
        country_code="0086",
        verification="2",
        customer_type=1,
        is_frozen=False,
        account_manager=f"manager{number % 7}",
        level="V1",
        email=f"user{number}@mail.example",
    )


def _snapshot(people: Iterable[Customer], week: int) -> Snapshot:
    moment = START + timedelta(weeks=week)
    known = tuple(sorted(people, key=lambda each: each.customer_id))
    listing = Listing(EVERYBODY, moment, "sub-customers", known, _EVIDENCE)
    return Snapshot(listing, ACCOUNT, week + 1)
