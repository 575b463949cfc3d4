"""Answers that went wrong on their way: bytes, structure, single values, and HTTP itself."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.bench.loopback import say

_RAW = "\N{SNOWMAN}"  # stands for JSON text that json.dumps would never write

# As JSON text, since half of them are no JSON or nothing that Python would write.
_ATOMS = (
    *("null", "true", "false", "0", "-1", "1", "1.5", "-0", "1e400", "1E2", "NaN", "-Infinity"),
    *("1" * 30, "9" * 5_000, '""', '" "', '"0"', '"null"', '"\\ud800"', '"\\u0000\\u001f"'),
    *('"=1+1"', '"+86"', '"007"', '"12e4"', '"#N/A"', '"\\ufffe\\uffff"', '"\\u202egnp.exe"'),
    *('"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59-23:59"', '"2026-02-30T00:00:00Z"'),
    *('"２０２６-01-01T00:00:00Z"', '"2026-W01-1"', "[]", "{}", "[[]]", '{"a":{}}'),
    '"' + "长" * 40_000 + '"',
    "[" * 3_000 + "]" * 3_000,
    "[" * 200_000,
)


def mutant(rng: Random, status: int, body: bytes) -> bytes:
    """Return the bytes of an answer that is not quite the true one.

    Args:
        rng: Decides what goes wrong.
        status: HTTP status of the true answer.
        body: Body of the true answer: JSON, or empty.
    """
    kind = rng.choice((_bytes, _structure, _atoms, _http))
    return kind(rng, status, body)


def _bytes(rng: Random, status: int, body: bytes) -> bytes:
    data = bytearray(body or b"{}")
    for _ in range(rng.choice((1, 1, 2, 8))):
        at, until = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        until = min(until, at + rng.choice((1, 4, 64, 100_000)))
        piece = bytes(data[at:until])
        changes = (
            b"",
            bytes(each ^ 1 << rng.randrange(8) for each in piece),
            rng.randbytes(rng.choice((1, 3, 40))),
            piece * 2,
            piece[::-1],
        )
        data[at:until] = rng.choice(changes)
        if not data:
            break
    text = body.decode()
    wholes: tuple[Callable[[], bytes], ...] = (
        lambda: bytes(data),
        lambda: bytes(data),
        lambda: bytes(data),
        lambda: body[: rng.randrange(len(body) + 1)],
        lambda: body + body,
        lambda: b"\xef\xbb\xbf" + body,
        lambda: text.encode(rng.choice(("gbk", "utf-16", "utf-32", "latin-1")), "replace"),
        lambda: b"<!DOCTYPE html><title>Log in</title>" + body,
        lambda: b"",
        lambda: b" \r\n\t",
        lambda: b"\0" * rng.randrange(1, 100_000),
    )
    return say(status, {}, rng.choice(wholes)())


def _structure(rng: Random, status: int, body: bytes) -> bytes:
    document = _document(body)
    for _ in range(rng.choice((1, 1, 2, 5))):
        document = _restructured(rng, document)
    text = json.dumps(document, ensure_ascii=True)
    if rng.random() < 0.2 and text.startswith("{"):
        name = rng.choice(("count", "error_code", "customer_infos", "customer_info_list", "x"))
        text = f'{{"{name}":{rng.choice(_ATOMS[:12])},{text[1:]}'
    return say(status, {}, text.encode())


def _restructured(rng: Random, document: Any) -> Any:
    holder, key = _place(rng, document)
    if holder is None:
        return rng.choice(([document], {"data": document}, None, [], {}, 7, "text"))
    value = holder[key]
    if isinstance(holder, list) and rng.random() < 0.6:
        change = rng.randrange(4)
        if change == 0:
            holder.insert(rng.randrange(len(holder) + 1), value)
        elif change == 1:
            rng.shuffle(holder)
        elif change == 2:
            del holder[rng.randrange(len(holder)) :]
        else:
            holder *= rng.randrange(2, 5)
    elif rng.random() < 0.3:
        del holder[key]
    else:
        holder[key] = rng.choice((None, [], {}, [value], {"value": value}, [[[value]]], "", 0))
    return document


def _atoms(rng: Random, status: int, body: bytes) -> bytes:
    document = _document(body)
    written: list[str] = []
    for _ in range(rng.choice((1, 1, 3, 20))):
        holder, key = _place(rng, document)
        if holder is not None:
            holder[key] = f"{_RAW}{len(written)}{_RAW}"
            written.append(rng.choice(_ATOMS))
    text = json.dumps(document, ensure_ascii=False)
    for number, atom in enumerate(written):
        text = text.replace(f'"{_RAW}{number}{_RAW}"', atom)
    return say(status, {}, text.encode("utf-8", "surrogatepass"))


def _place(rng: Random, document: Any) -> tuple[Any, Any]:
    """Return a container somewhere in a document and a key of it; None for the top itself."""
    holder, key, value = None, None, document
    while isinstance(value, dict | list) and value and (holder is None or rng.random() < 0.8):
        if holder is None and rng.random() < 0.05:
            break
        holder = value
        key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
        value = holder[key]
    return holder, key


def _http(rng: Random, status: int, body: bytes) -> bytes:
    length = len(body)
    zipped = gzip.compress(body, mtime=0)
    other = rng.choice((100, 101, 204, 206, 302, 304, 400, 401, 403, 404, 418, 429, 500, 503, 999))
    waits = rng.choice(("0", "3", "-1", "1e9", "99999999999", "soon", "Mon, 99 Foo 2026", "２"))
    answers: tuple[Callable[[], bytes], ...] = (
        lambda: say(other, {}, body),
        lambda: say(other, {"Retry-After": waits, "Date": waits}, b""),
        lambda: say(302, {"Location": "http://127.0.0.1:9/elsewhere"}, b""),
        lambda: say(status, {"Content-Length": str(length + rng.randrange(1, 99))}, body),
        lambda: say(status, {"Content-Length": str(rng.randrange(length + 1))}, body),
        lambda: say(status, {"Content-Length": rng.choice(("-1", "x", "", "１", "9" * 40))}, body),
        lambda: say(status, {"Transfer-Encoding": "chunked"}, body),
        lambda: say(status, {"Transfer-Encoding": "chunked"}, b"ffffffffff\r\n" + body),
        lambda: say(status, {"Content-Encoding": "gzip"}, body),
        lambda: say(status, {"Content-Encoding": "gzip"}, zipped),
        lambda: say(status, {"Content-Encoding": "gzip"}, zipped[: rng.randrange(len(zipped))]),
        lambda: say(status, {"Content-Encoding": "gzip"}, _bomb()),
        lambda: say(status, {"Content-Encoding": rng.choice(("br", "deflate", "gzip, x"))}, body),
        lambda: say(status, {"X-Long": "a" * 70_000}, body),
        lambda: say(status, {f"X-{number}": "a" for number in range(150)}, body),
        lambda: say(status, {"Content-Type": "text/html; charset=no-such"}, body),
        lambda: say(status, {}, body).replace(b"HTTP/1.1 200", rng.randbytes(12), 1),
        lambda: say(status, {}, body).replace(b"\r\n", b"\n"),
        lambda: body,
        lambda: b"",
    )
    return rng.choice(answers)()


_BOMB: list[bytes] = []


def _bomb() -> bytes:
    if not _BOMB:
        _BOMB.append(gzip.compress(b" " * (24 * 2**20), compresslevel=9, mtime=0))
    return _BOMB[0]


def _document(body: bytes) -> Any:
    return json.loads(body) if body.strip() else {}
