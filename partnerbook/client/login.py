"""Who we are to Partner Center: the keys that the settings give, and whether they fit."""

from __future__ import annotations

from partnerbook.client.clock import Clock, Deadline
from partnerbook.client.conversation import Conversation
from partnerbook.client.keys import KeyPair, Keys, Token, TokenKeys
from partnerbook.client.pacer import Pacer
from partnerbook.client.transport import Answer, Transport
from partnerbook.config import IAM_ENDPOINT, Settings
from partnerbook.errors import NotAuthorisedError, PartnerCenterError, SettingsError
from partnerbook.wire.identity import account_ids, identity_request
from partnerbook.wire.tokens import TOKEN_HEADER, expiry_of, token_of, token_request

_GLANCE = 5.0  # seconds that a question may take whose answer is only nice to have
_VENDOR = (".myhuaweicloud.com", ".myhuaweicloud.eu")


def keys_of(settings: Settings, iam: Conversation) -> Keys:
    """Return what proves who is asking: a token before keys, keys before an IAM user.

    Args:
        settings: The settings; they suffice.
        iam: The conversation with IAM, which gives tokens.

    Raises:
        SettingsError: A key or token holds stray characters.
    """
    user, password, domain = settings.iam_user, settings.iam_password, settings.iam_domain

    def obtain(deadline: Deadline) -> Token:
        return iam.ask(token_request(user or "", password or "", domain or ""), _token, deadline)

    has_user = user and password and domain
    if settings.token:
        return TokenKeys(settings.token, obtain if has_user else None)
    if settings.access_key and settings.secret_key:
        return KeyPair(settings.access_key, settings.secret_key)
    return TokenKeys(None, obtain)


def check_partner_id(
    settings: Settings, transport: Transport, keys: Keys, deadline: Deadline, clock: Clock
) -> None:
    """Check that the partner ID is the account of the keys, where IAM says so.

    The successor API takes nobody's ID: with a mistyped one its list would be kept as another
    account's.

    Args:
        settings: Where IAM is, and the partner ID.
        transport: The connections.
        keys: Whose account is asked for.
        deadline: When to give up; this takes a few seconds of it at most.
        clock: Where time comes from.

    Raises:
        NotAuthorisedError: The keys belong to another account.
    """
    is_vendor = settings.endpoint.endswith(_VENDOR)
    if not settings.partner_id or (settings.iam_endpoint == IAM_ENDPOINT and not is_vendor):
        return  # nothing to compare, or these keys are not for that IAM
    line = Conversation(
        endpoint=settings.iam_endpoint,
        transport=transport,
        keys=keys,
        pacer=Pacer(clock),
        clock=clock,
    )
    glance = Deadline(min(_GLANCE, max(0.0, deadline.left)), clock)
    try:
        ids = line.ask(identity_request(), lambda answer: account_ids(answer.body), glance, most=1)
    except (PartnerCenterError, SettingsError):
        return  # nothing is known, so nothing is wrong
    if ids and settings.partner_id not in ids:
        raise NotAuthorisedError(
            "the keys belong to another account than PARTNERBOOK_PARTNER_ID names; set it to the "
            "account ID in My Credentials of the partner's account",
            status=200,
        )


def _token(answer: Answer) -> Token:
    return Token(token_of(answer.headers.get(TOKEN_HEADER)), expiry_of(answer.body))
