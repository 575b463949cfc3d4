"""The system's keyring: where a person's keys are kept. The only room that imports keyring.

It is imported when keys are needed and not before: loading its backends takes a third of a
second, and opening a keyring may ask its owner for a password.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from partnerbook.errors import SettingsError
from partnerbook.redaction import hide

SERVICE = "partnerbook"
"""The name under which the keyring shows our entries."""

_INSTEAD = (
    "set PARTNERBOOK_AK, PARTNERBOOK_SK and PARTNERBOOK_PARTNER_ID in the environment instead"
)

Value = TypeVar("Value")


def check() -> str:
    """Return the name of the keyring that is there.

    Raises:
        SettingsError: There is none that keeps anything; the environment's variables are named.
    """
    keyring = _imported()
    backend = _tried(keyring.get_keyring)
    kind = type(backend)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if _tried(lambda: backend.priority) <= 0:  # the backends that refuse, or forget at once
        raise SettingsError(f"this system has no keyring to keep keys in ({name}); {_INSTEAD}")
    return name


def keep(entry: str, access_key: str, secret_key: str) -> None:
    """Keep a pair of keys, and make sure that they are kept.

    Raises:
        SettingsError: The keyring did not keep them.
    """
    keyring = _imported()
    # One entry for both: halves of two pairs can never meet.
    value = json.dumps({"ak": access_key, "sk": secret_key})
    _tried(lambda: keyring.set_password(SERVICE, entry, value))
    if recall(entry) != (access_key, secret_key):
        raise SettingsError(f"the system's keyring forgot the keys at once; {_INSTEAD}")


def recall(entry: str) -> tuple[str, str] | None:
    """Return the access key and the secret key of an entry; None when there is no such entry.

    Raises:
        SettingsError: The keyring cannot be read.
    """
    keyring = _imported()
    value = _tried(lambda: keyring.get_password(SERVICE, entry))
    try:
        pair = json.loads(value or "null")
        access_key, secret_key = pair["ak"], pair["sk"]
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(access_key, str) or not isinstance(secret_key, str):
        return None
    hide(access_key, secret_key)
    return access_key, secret_key


def remove(entry: str) -> bool:
    """Remove an entry; return whether there was one.

    Raises:
        SettingsError: The keyring cannot be changed.
    """
    keyring = _imported()
    if _tried(lambda: keyring.get_password(SERVICE, entry)) is None:
        return False
    _tried(lambda: keyring.delete_password(SERVICE, entry))
    return True


def _imported() -> Any:
    def load() -> Any:
        import keyring  # noqa: PLC0415  slow, see above

        return keyring

    return _tried(load)


def _tried(work: Callable[[], Value]) -> Value:
    try:
        return work()
    except Exception as error:  # noqa: BLE001  backends raise what their system's library raises
        # Its kind only: a backend's own words may quote what was to be kept.
        raise SettingsError(
            f"the system's keyring cannot be used ({type(error).__name__}); unlock it, or "
            + _INSTEAD
        ) from None
