"""What goes wrong below HTTP, in this project's errors.

The texts and frames of the layers below hold URLs, and so customers' names: none is passed on.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from typing import Any

import requests
import urllib3.exceptions

from partnerbook.client.clock import Deadline
from partnerbook.errors import SettingsError, UnreachableError, WireError


class LostError(UnreachableError):
    """The connection broke, or no answer came: worth another try.

    Attributes:
        never_connected: There was no connection at all: refused, or no such host.
    """

    def __init__(self, message: str, *, never_connected: bool = False) -> None:
        super().__init__(message)
        self.never_connected = never_connected


@contextlib.contextmanager
def translated(deadline: Deadline) -> Iterator[None]:
    """Turn what requests and the layers below it raise into this project's errors."""
    try:
        yield
    except (LostError, WireError):
        raise
    except (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidHeader,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidProxyURL,
        UnicodeError,
    ):
        raise SettingsError(
            "the request cannot be sent; check PARTNERBOOK_ENDPOINT, the keys and the token for "
            "stray characters"
        ) from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        if deadline.left <= 0:
            raise deadline.passed() from None
        raise _lost(error) from None
    except (OSError, ValueError, AttributeError) as error:
        # A socket that was shut while it was being read; the TLS layer knows no better name.
        if deadline.left <= 0:
            raise deadline.passed() from None
        raise LostError(f"the connection broke ({type(error).__name__})") from None


def _lost(error: Exception) -> UnreachableError:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return UnreachableError(
            "the server's certificate is not trusted; check PARTNERBOOK_ENDPOINT, this machine's "
            "clock, and whether a proxy stands between"
        )
    if any(isinstance(cause, ssl.SSLError | requests.exceptions.SSLError) for cause in causes):
        return UnreachableError(
            "no encrypted connection could be made; check PARTNERBOOK_ENDPOINT and whether a "
            "proxy stands between"
        )
    if any(isinstance(cause, requests.exceptions.ProxyError) for cause in causes):
        return LostError("the proxy does not answer", never_connected=True)
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return LostError("no such host", never_connected=True)
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        return LostError("connection refused", never_connected=True)
    if any(isinstance(cause, urllib3.exceptions.ConnectTimeoutError) for cause in causes):
        return LostError("no connection in time", never_connected=True)
    if any(isinstance(cause, urllib3.exceptions.ReadTimeoutError) for cause in causes):
        return LostError("no answer in time")
    return LostError("the connection broke")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything it was made from; requests hides causes in arguments."""
    todo: list[Any] = [error]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        todo += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
