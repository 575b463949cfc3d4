"""The sentences of the weekly report: rules, in order of what matters most. Pure.

A rule looks at the facts and says one sentence or nothing. The first five that speak are the
report's; the order is the table at the end: bad news, then good news, then standing facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from partnerbook.compare import in_words, is_renaming, names_the_customer, one_line
from partnerbook.model import FAILED, REJECTED, VERIFIED, Change
from partnerbook.views import moment_in
from partnerbook.views.certainty import may_be_missing
from partnerbook.wording import Language
from reports.weekly.data import WeeklyReport
from reports.weekly.sayings import PHRASES, SAYINGS
from reports.weekly.words import words

_MOST = 5
_NAMES = 3  # names in one sentence; the rest is counted


def warning(report: WeeklyReport) -> str | None:
    """Return what must be read before anything else, or None for an exact report."""
    if report.missing_at_most:
        return words("warn now", report.language).format(
            may_be_missing(report.missing_at_most, report.language)
        )
    if report.missing_before:
        return words("warn before", report.language).format(
            may_be_missing(report.missing_before, report.language)
        )
    return None


def headline(report: WeeklyReport) -> str:
    """Return one sentence with the total and how it moved."""
    language = report.language
    if report.missing_at_most:
        return _say("at least", report.total, language) + PHRASES["seen"][language]
    start = _say("total", report.total, language)
    if report.change is None or report.since is None:
        return start + PHRASES["stop"][language]
    moved = "more" if report.change > 0 else "fewer" if report.change < 0 else "as many"
    day = moment_in(report.since, report.view.zone)[:10]
    return start + PHRASES[moved][language].format(n=abs(report.change), day=day)


def subject(report: WeeklyReport) -> str:
    """Return the subject of a mail: counts, and first of all that the report is incomplete."""
    language = report.language
    say = partial(words, language=language)
    total = _say("total", report.total, language)
    if report.change:
        total += f" ({report.change:+,})"
    told = [
        PHRASES["figure"][language].format(n=value, what=say(key).lower())
        for key, value in report.figures
        if key not in ("customers", "change") and value
    ]
    if report.is_first:
        told = [say("first report")]
    elif report.is_quiet and report.state == "exact":
        told = [say("quiet")]
    view = f" ({one_line(report.view.name)})" if report.view.name else ""
    warned = f"[{say('incomplete')}] " if report.state != "exact" else ""
    counts = PHRASES["comma between counts"][language].join((total, *told))
    return f"{warned}{say('title')}{view} {report.week}{say('colon')}{counts}"


def ranked(report: WeeklyReport) -> tuple[str, ...]:
    """Return at most five sentences, the most important first."""
    said = (rule(report) for rule in _RULES)
    # A name such as "Acme Pte. Ltd." brings the full stop along.
    return tuple(
        sentence.removesuffix(".") if sentence.endswith("..") else sentence
        for sentence in said
        if sentence
    )[:_MOST]


def _left(report: WeeklyReport) -> str | None:
    # The longest-standing first: losing them says most.
    days = dict(report.days)
    gone = sorted(report.left, key=lambda each: -days.get(each.customer_id, -1))
    names = [each.shown_name for each in gone]
    if not days:
        return _about("left", names, report)
    longest = _say("days", max(days.values()), report.language)
    return _about("left after", names, report, days=longest)


def _rejected(report: WeeklyReport) -> str | None:
    return _about("rejected", _turned(report, "verification", (REJECTED, FAILED)), report)


def _verified(report: WeeklyReport) -> str | None:
    return _about("verified", _turned(report, "verification", (VERIFIED,)), report)


def _frozen(report: WeeklyReport) -> str | None:
    return _about("frozen", _turned(report, "is_frozen", (True,)), report)


def _joined(report: WeeklyReport) -> str | None:
    return _about("joined", [each.shown_name for each in report.joined], report)


def _came_back(report: WeeklyReport) -> str | None:
    return _about("came back", [each.shown_name for each in report.came_back], report)


def _moved_in(report: WeeklyReport) -> str | None:
    return _about("moved in", [each.shown_name for each in report.moved_in], report)


def _moved_out(report: WeeklyReport) -> str | None:
    return _about("moved out", [each.shown_name for each in report.moved_out], report)


def _renamed(report: WeeklyReport) -> str | None:
    # A customer whose company and account were renamed is one customer.
    by_id = {change.customer_id: change for change in reversed(report.renamed)}
    if not by_id:
        return None
    # Each is called what a person calls them, also where another of their names changed.
    names = [
        _pair("was" if names_the_customer(change) else "turned", change, report.language)
        for change in reversed(by_id.values())
    ]
    return _about("renamed", names, report, ready=True)


def _association(report: WeeklyReport) -> str | None:
    moved = [change for change in report.altered if change.field == "association"]
    names = [_pair("turned", change, report.language) for change in moved]
    return _about("association", names, report, ready=True)


def _labels(report: WeeklyReport) -> str | None:
    return _about("labels", _names(c for c in report.altered if c.field == "label"), report)


def _others(report: WeeklyReport) -> str | None:
    told = ("association", "label")
    rest = [c for c in report.altered if c.field not in told and not is_renaming(c)]
    verdicts = (REJECTED, VERIFIED, FAILED)
    rest = [c for c in rest if c.field != "verification" or c.after not in verdicts]
    rest = [c for c in rest if c.field != "is_frozen" or c.after is not True]
    return _about("others", _names(rest), report)


def _quiet(report: WeeklyReport) -> str | None:
    if not report.is_quiet or report.since is None:
        return None
    return PHRASES["quiet"][report.language].format(_moment(report.since, report))


def _first(report: WeeklyReport) -> str | None:
    return PHRASES["first"][report.language] if report.is_first else None


def _unverified(report: WeeklyReport) -> str | None:
    if "verification" not in {breakdown.field for breakdown in report.breakdowns}:
        return None
    values = report.fields["verification"]
    count = len(values) - values.count(VERIFIED) - values.count(None)
    total = f"{report.total:,}"
    if not count:
        return None
    long = sum(len(flaw.ids) for flaw in report.flaws if flaw.key == "long unverified")
    if long:
        return _say("unverified long", count, report.language, total=total, names=f"{long:,}")
    return _say("unverified", count, report.language, total=total)


_RULES: tuple[Callable[[WeeklyReport], str | None], ...] = (
    _first,
    _left,
    _rejected,
    _frozen,
    _joined,
    _came_back,
    _verified,
    _renamed,
    _association,
    _moved_out,
    _moved_in,
    _labels,
    _others,
    _quiet,
    _unverified,
)


def _turned(report: WeeklyReport, field: str, values: tuple[object, ...]) -> list[str]:
    return _names(c for c in report.altered if c.field == field and c.after in values)


def _names(found: Iterable[Change]) -> list[str]:
    # By ID: one customer counts once, two of the same name count twice.
    return list({change.customer_id: change.name for change in found}.values())


def _about(
    key: str, names: Sequence[str], report: WeeklyReport, *, days: str = "", ready: bool = False
) -> str | None:
    if not names:
        return None
    language = report.language
    shown = [name if ready else one_line(name) for name in names[:_NAMES]]
    rest = len(names) - len(shown)
    if rest:
        said = PHRASES["comma"][language].join(shown) + _say("and more", rest, language)
    else:
        *others, last = shown
        said = PHRASES["comma"][language].join(others)
        said = said + PHRASES["and"][language] + last if others else last
    return _say(key, len(names), language, names=said, days=days)


def _pair(phrase: str, change: Change, language: Language) -> str:
    before, after = (
        in_words(str(change.field), v, language) for v in (change.before, change.after)
    )
    name = one_line(change.name)
    return PHRASES[phrase][language].format(name=name, before=before, after=after)


def _say(key: str, count: int, language: Language, **given: str) -> str:
    one, many, chinese = SAYINGS[key]
    saying = chinese if language == "zh" else one if count == 1 else many
    return saying.format(n=f"{count:,}", **given)


def _moment(moment: datetime, report: WeeklyReport) -> str:
    return moment_in(moment, report.view.zone)
