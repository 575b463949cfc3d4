"""From whom and to whom the weekly mails go: what settings, policy and options say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from partnerbook.config import Settings
from partnerbook.errors import SettingsError
from reports.mail import DRAFT_FROM
from reports.policy import Policy, open_policy
from reports.policy_file import read_policy
from reports.recipients import address_of
from reports.sending.making import Target


def policy_of(settings: Settings, to: Iterable[str] | None = None) -> Policy:
    """Return the policy that the settings name, else the defaults for the given addresses.

    Args:
        settings: Where its file is.
        to: Addresses; None where a command takes none.

    Raises:
        SettingsError: The file cannot be read, or there is neither a file nor an address.
    """
    if settings.policy:
        return read_policy(Path(settings.policy).expanduser())
    addresses = [address_of(each, "the recipient") for each in to or ()]
    if not addresses:
        raise SettingsError(
            "not set: PARTNERBOOK_POLICY; name a file there that says who gets the report (the "
            "README shows one)" + (", or give an address with --to" if to is not None else "")
        )
    # Whoever is named twice gets one mail.
    return open_policy(tuple({each.addr_spec.casefold(): each for each in addresses}.values()))


def targets_of(policy: Policy, to: Iterable[str]) -> tuple[Target, ...]:
    """Return who gets the report: those asked for, or everybody in the policy.

    Raises:
        SettingsError: An address is not in the policy.
    """
    everybody = tuple((a, r) for a in policy.audiences for r in a.recipients)
    wanted = [
        found
        for each in to
        for found in _listed(policy, address_of(each, "the recipient").addr_spec)
    ]
    chosen = [each for each in everybody if each in wanted] if wanted else everybody
    # Those who see the same stand together: it is made once for all of them.
    return tuple(sorted(chosen, key=lambda each: (each[0].name, each[1].manager or "")))


def try_targets(policy: Policy, settings: Settings, me: str) -> tuple[Target, ...]:
    """Return what somebody may have sent to themselves: one target for each kind of mail.

    The owner and the sender may see every kind, anybody else only their own.

    Raises:
        SettingsError: The address is neither the owner's, nor the sender's, nor in the policy.
    """
    address = address_of(me, "--test-to")
    mine = address.addr_spec.casefold()
    sender = address_of(sender_of(settings), "the sender").addr_spec
    insiders = [sender, *([policy.owner.addr_spec] if policy.owner else [])]
    if mine in map(str.casefold, insiders) or not settings.policy:
        found = targets_of(policy, ())
    else:
        found = _listed(policy, address.addr_spec, f"; --test-to takes {' or '.join(insiders)} too")
    kinds = {(audience.name, who.manager): (audience, who) for audience, who in found}
    return tuple((audience, replace(who, address=address)) for audience, who in kinds.values())


def sender_of(settings: Settings, *, draft: bool = False) -> str:
    """Return who sends the mails.

    Raises:
        SettingsError: Nobody is named.
    """
    user = settings.smtp_user or ""
    sender = settings.smtp_from or (user if "@" in user else "") or (DRAFT_FROM if draft else "")
    if not sender:
        raise SettingsError("not set: PARTNERBOOK_SMTP_FROM; name the sender of the mails there")
    address_of(sender, "PARTNERBOOK_SMTP_FROM")
    return sender


def _listed(policy: Policy, spec: str, besides: str = "") -> tuple[Target, ...]:
    found = policy.of(spec)
    if not found:
        raise SettingsError(
            f"{spec} is not in the policy, so nothing was sent; PARTNERBOOK_POLICY names the file"
            + besides
        )
    return found
