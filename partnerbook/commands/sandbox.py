"""``partnerbook sandbox serve``: a Partner Center of our own, until stopped."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import INTERRUPTED, Call, Group, command
from partnerbook.wording import Language

if TYPE_CHECKING:
    from partnerbook.sandbox import Sandbox

_FACTS = (
    "endpoint",
    "iam_endpoint",
    "access_key",
    "secret_key",
    "partner_id",
    "iam_domain",
    "iam_user",
    "iam_password",
    "control_key",
)
_VARIABLES = {
    "PARTNERBOOK_ENDPOINT": "endpoint",
    "PARTNERBOOK_IAM_ENDPOINT": "iam_endpoint",
    "PARTNERBOOK_AK": "access_key",
    "PARTNERBOOK_SK": "secret_key",
    "PARTNERBOOK_PARTNER_ID": "partner_id",
}
_SAID: dict[Language, str] = {
    "en": """\
The sandbox answers at {endpoint} (My customers: open it in a browser).
It holds {count} customers. Ctrl-C stops it.

In another terminal, on Linux or macOS:
{posix}

or in Windows PowerShell:
{windows}

Control room: {endpoint}/_sandbox/state
  with the header X-Sandbox-Key: {key}""",
    "zh": """\
沙箱地址：{endpoint}（我的客户：请用浏览器打开）。
其中有 {count} 个客户。按 Ctrl-C 停止。

在另一个终端中（Linux 或 macOS）：
{posix}

或在 Windows PowerShell 中：
{windows}

控制台：{endpoint}/_sandbox/state
  请求头 X-Sandbox-Key：{key}""",
}


@click.group("sandbox", cls=Group)
def sandbox() -> None:
    """Run a Partner Center of your own."""


@command("serve")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="0 takes a free one.")
@click.option("--customers", type=click.IntRange(0, 1_000_000), default=300, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="Who the customers are.")
@click.option("--scenario", type=click.Path(path_type=Path), help="JSON file of your own.")
@click.option(
    "--rate",
    type=click.FloatRange(0, 1_000_000),
    default=0,
    show_default=True,
    help="Calls a second that each API takes; 0: no limit. Partner Center's own is 10.",
)
def serve(call: Call, *, rate: float, **choices: Any) -> None:
    """Run the sandbox on this machine until Ctrl-C.

    \b
    Example:
      partnerbook sandbox serve --port 8800
    """  # noqa: D301  \b is click's mark for "do not wrap"
    from partnerbook.sandbox import Sandbox  # noqa: PLC0415  Flask costs a third of a second

    try:
        with Sandbox(**choices) as running:
            if rate:
                running.configure(requests_per_second=rate)
            click.echo(_as_json(running) if call.json else _as_text(running, call.language))
            sys.stdout.flush()
            while True:
                time.sleep(3_600)
    except KeyboardInterrupt:
        click.get_current_context().exit(INTERRUPTED)


sandbox.add_command(serve)


def _as_json(running: Sandbox) -> str:
    return json.dumps({name: getattr(running, name) for name in _FACTS})


def _as_text(running: Sandbox, language: Language) -> str:
    values = {name: getattr(running, fact) for name, fact in _VARIABLES.items()}
    posix = [f"  export {name}='{value}'" for name, value in values.items()]
    windows = [f"  $env:{name} = '{value}'" for name, value in values.items()]
    return _SAID[language].format(
        endpoint=running.endpoint,
        count=len(running.customers),
        posix="\n".join(posix),
        windows="\n".join(windows),
        key=running.control_key,
    )
