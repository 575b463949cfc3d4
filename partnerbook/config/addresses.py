"""Addresses that a setting may hold, and those that it may not. Pure."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from partnerbook.errors import SettingsError

ENDPOINT = "https://bss-intl.myhuaweicloud.com"
IAM_ENDPOINT = "https://iam.myhuaweicloud.com"


def address(variable: str, text: str) -> str:
    """Return scheme and host of an endpoint, without a slash at the end.

    Args:
        variable: Name of the setting, for the sentence.
        text: What it holds; https where no scheme is given.

    Raises:
        SettingsError: It is no such address, holds a password, or would send keys unencrypted.
    """
    text = str(text).strip()
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query:
        raise SettingsError(
            f"{variable} is no address such as {ENDPOINT}: it takes a scheme and a host only"
        )
    if parts.username is not None or parts.password is not None:
        raise SettingsError(f"{variable} holds a user or password; take it out of the address")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(
            f"{variable} starts with http://, which would send keys unencrypted; write https://"
        )
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(host: str) -> bool:
    """Return whether a host name or address surely is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def password_in(address: str | None) -> str | None:
    """Return the password inside an address; None when there is none."""
    try:
        return urlsplit(address or "").password
    except ValueError:
        return None


def port(text: Any) -> int:
    """Return the number of a mail server's port.

    Raises:
        SettingsError: It is none.
    """
    if not str(text).isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError("PARTNERBOOK_SMTP_PORT is no port number; 587 is usual")
    return int(text)
