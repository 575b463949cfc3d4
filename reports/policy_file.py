"""Who may see what of the weekly report, by mail: a file that a person writes, read strictly.

The file is TOML. One table for the report, one for each audience::

    owner = "Ops <ops@example.com>"        # hears "no report: reason"; answers go there
    reply_to = "Li Wei <li@example.com>"   # answers go there instead
    language = "zh"                        # of all mails, unless an audience says another

    [weekly]
    due = "Monday 08:00"
    zone = "Asia/Shanghai"

    [audience.sales]
    recipients = ["Head of Sales <head@example.com>"]
    columns = ["customer_id", "company_name", "telephone"]   # all, unless said
    whole = ["telephone"]                  # telephone and email are masked, unless said
    masked = ["company_name"]              # these too
    attachments = ["workbook", "page"]     # the workbook, unless said
    when = "changed"                       # "always", "changed" (never when quiet), "over"
    threshold = 10                         # for "over": more than ten customers concerned

    [audience.managers]
    recipients = { "alice@example.com" = "alice.login" }   # each sees their own customers only

What the file does not say is not shown whole. A word that it does not know is an error: a
misspelt one must not open what it was meant to close.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from email.headerregistry import Address
from pathlib import Path
from typing import Any, cast, get_args

from partnerbook.errors import SettingsError
from partnerbook.model import CUSTOMER_FIELDS
from partnerbook.text import for_file_name
from partnerbook.wording import LANGUAGES, Language
from reports.due import Due
from reports.masking import PRIVATE
from reports.policy import Attachment, Audience, Policy, Recipient, When
from reports.recipients import address_of

_TOP = ("owner", "reply_to", "language", "weekly", "audience")
_WEEKLY = ("due", "zone")
_AUDIENCE = (
    "recipients",
    "columns",
    "whole",
    "masked",
    "manager",
    "attachments",
    "when",
    "threshold",
    "view",
    "language",
)


def read_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        SettingsError: It cannot be read, or says something that is not understood.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the policy {path} cannot be read ({type(error).__name__}); correct PARTNERBOOK_POLICY"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the policy {path} is no TOML: {error}; correct it") from None
    try:
        return _policy(data)
    except SettingsError as error:
        raise SettingsError(f"in the policy {path}: {error}") from None


def _policy(data: Mapping[str, Any]) -> Policy:
    _known("the file", data, _TOP)
    weekly = _table("[weekly]", data.get("weekly", {}))
    _known("[weekly]", weekly, _WEEKLY)
    due = Due.from_words(
        _text("due", weekly.get("due", "Monday 08:00")), _text("zone", weekly.get("zone", "UTC"))
    )
    audiences = _table("[audience]", data.get("audience", {}))
    if not audiences:
        raise SettingsError("nobody is in it; write a table such as [audience.sales]")
    language = _language("language", data)
    found = tuple(_audience(name, audiences[name], language) for name in sorted(audiences))
    spoken = {audience.language or "en" for audience in found}
    return Policy(
        audiences=found,
        due=due,
        # Said nowhere, it is the language that all audiences have in common.
        language=language or (spoken.pop() if len(spoken) == 1 else "en"),
        owner=_maybe_address("owner", data),
        reply_to=_maybe_address("reply_to", data),
    )


def _audience(name: str, given: Any, language: Language | None) -> Audience:
    where = f"[audience.{name[:40]}]"
    table = _table(where, given)
    _known(where, table, _AUDIENCE)
    if for_file_name(name, fallback="") != name or len(name) > 40:
        raise SettingsError(f"{where} has a name that is not short, of letters, digits and dashes")
    shared = _text(f"manager of {where}", table["manager"]) if "manager" in table else None
    columns = frozenset(CUSTOMER_FIELDS)
    if "columns" in table:
        columns = _columns(where, "columns", table)
    whole, also_masked = _columns(where, "whole", table), _columns(where, "masked", table)
    if "customer_id" in also_masked:
        raise SettingsError(
            f"masked of {where} names customer_id, and half an ID tells no customer from another; "
            "leave it out of masked, and out of columns too where nobody may see it"
        )
    if both := sorted(whole & also_masked):
        raise SettingsError(
            f"{where} shows {', '.join(both)} both whole and masked; take it out of one of the two"
        )
    hidden = (frozenset(PRIVATE) - whole) | also_masked
    threshold = table.get("threshold", 0)
    if type(threshold) is not int or threshold < 0:
        raise SettingsError(f"threshold of {where} is no number of customers")
    if table.get("when") == "never":
        raise SettingsError(
            f'when of {where} is "never"; take the audience out of the file instead, or write '
            '"changed" for no mail in a week in which nothing happened'
        )
    when = _choice(f"when of {where}", table.get("when", "always"), get_args(When))
    if ("threshold" in table) != (when == "over"):
        raise SettingsError(f'threshold and when = "over" belong together in {where}')
    return Audience(
        name=name,
        recipients=_recipients(where, table.get("recipients"), shared),
        columns=columns,
        masked=columns & hidden,
        attachments=cast(
            "tuple[Attachment, ...]",
            tuple(
                _choice(f"attachments of {where}", each, get_args(Attachment))
                for each in _texts(
                    f"attachments of {where}", table.get("attachments", ["workbook"])
                )
            ),
        ),
        when=cast("When", when),
        threshold=threshold,
        view=_text(f"view of {where}", table["view"]) if "view" in table else None,
        language=_language(f"language of {where}", table) or language,
    )


def _recipients(where: str, given: Any, shared: str | None) -> tuple[Recipient, ...]:
    if isinstance(given, dict) and shared is None:
        pairs: list[tuple[str, str | None]] = [
            (address, _text(f"the manager of {address[:80]} in {where}", manager))
            for address, manager in given.items()
        ]
    else:
        pairs = [(each, shared) for each in _texts(f"recipients of {where}", given)]
    if not pairs:
        raise SettingsError(f'{where} has no recipients; write recipients = ["name@example.com"]')
    found = tuple(
        Recipient(address=address_of(address, f"a recipient of {where}"), manager=manager)
        for address, manager in pairs
    )
    if len({each.spec.casefold() for each in found}) < len(found):
        raise SettingsError(f"{where} names an address twice")
    return found


def _language(what: str, table: Mapping[str, Any]) -> Language | None:
    if "language" not in table:
        return None
    return cast("Language", _choice(what, table["language"], LANGUAGES))


def _columns(where: str, key: str, table: Mapping[str, Any]) -> frozenset[str]:
    names = _texts(f"{key} of {where}", table.get(key, []))
    for name in names:
        _choice(f"{key} of {where}", name, CUSTOMER_FIELDS)
    return frozenset(names)


def _choice(what: str, given: Any, known: tuple[str, ...]) -> str:
    if given in known:
        return str(given)
    raise SettingsError(f"{what}: {str(given)[:40]!r} is not known; {_hint(str(given), known)}")


def _known(where: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            raise SettingsError(f"{where} says {name[:40]!r}, not known; {_hint(name, known)}")


def _hint(given: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(given, known, n=1)
    return f"did you mean {near[0]}?" if near else "there are: " + ", ".join(known)


def _table(what: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise SettingsError(f"{what} is no table")
    return given


def _texts(what: str, given: Any) -> list[str]:
    if not isinstance(given, list):
        raise SettingsError(f"{what} must be a list of texts")
    return [_text(what, each) for each in given]


def _text(what: str, given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise SettingsError(f"{what} must be a text")
    return given.strip()


def _maybe_address(key: str, data: Mapping[str, Any]) -> Address | None:
    return address_of(_text(key, data[key]), key) if key in data else None
