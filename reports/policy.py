"""Who may see what of the weekly report, by mail. Read from a file by `reports.policy_file`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from typing import Literal

from partnerbook.model import CUSTOMER_FIELDS
from partnerbook.wording import Language
from reports.due import Due
from reports.masking import PRIVATE

Attachment = Literal["workbook", "page"]
When = Literal["always", "changed", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person who gets the mail.

    Attributes:
        address: Name and address.
        manager: Login name of the account manager whose customers, and no others, they may
            see; None for all customers.
    """

    address: Address
    manager: str | None = None

    @property
    def spec(self) -> str:
        """The bare address."""
        return self.address.addr_spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """People who may see the same of the report.

    Attributes:
        name: What the policy calls them: letters, digits, dashes.
        recipients: Who they are.
        columns: Fields of `Customer` that they may see. Without the customer ID, customers are
            told apart by numbers that mean nothing outside the report.
        masked: Of these, the ones that are shown with their middle hidden.
        attachments: What the mail carries beside its text.
        when: ``always``; ``changed``: not in a week in which nothing happened; ``over``: only
            when something happened to more customers than the threshold.
        threshold: That number.
        view: Name of the saved view to report on; None for everybody.
        language: Language of the report; None leaves it to the view.
    """

    name: str
    recipients: tuple[Recipient, ...]
    columns: frozenset[str] = frozenset(CUSTOMER_FIELDS)
    masked: frozenset[str] = frozenset(PRIVATE)
    attachments: tuple[Attachment, ...] = ("workbook",)
    when: When = "always"
    threshold: int = 0
    view: str | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who gets the weekly report, what of it, and when.

    Attributes:
        audiences: By name.
        due: When the report is due.
        owner: Who hears that there was no report; None for nobody.
        reply_to: Where answers go; None where the file says nothing.
        language: Language of what the owner hears.
    """

    audiences: tuple[Audience, ...]
    due: Due = Due()  # noqa: RUF009  frozen
    owner: Address | None = None
    reply_to: Address | None = None
    language: Language = "en"

    def of(self, spec: str) -> tuple[tuple[Audience, Recipient], ...]:
        """Return as whom a bare address gets the report; empty for one that is not listed."""
        wanted = spec.casefold()
        return tuple(
            (audience, recipient)
            for audience in self.audiences
            for recipient in audience.recipients
            if recipient.spec.casefold() == wanted
        )


def open_policy(addresses: Sequence[Address]) -> Policy:
    """Return what holds for some addresses where there is no policy file: the defaults."""
    recipients = tuple(Recipient(address=each) for each in addresses)
    return Policy(audiences=(Audience(name="to", recipients=recipients),))
