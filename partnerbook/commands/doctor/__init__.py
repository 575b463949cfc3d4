"""``partnerbook doctor``: checks everything, one line each: what, proof, next step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from partnerbook.commands import DONE, FINDINGS, Call, command, show, show_json
from partnerbook.commands.doctor.lines import (
    Filled,
    Line,
    as_text,
    finding,
    findings,
    said,
    skipped,
)
from partnerbook.config import Settings
from partnerbook.errors import PartnerbookError
from partnerbook.wording import Language

_SAID: dict[str, dict[Language, str]] = {
    "one": {"en": "1 finding.", "zh": "发现 1 个问题。"},
    "many": {"en": "{} findings.", "zh": "发现 {} 个问题。"},
    "fine": {"en": "All is fine.", "zh": "一切正常。"},
    "wrote": {
        "en": "Wrote {}: look through it, then mail it.",
        "zh": "已写入 {}：请先查看，再用邮件发送。",
    },
}

Check = tuple[str, Callable[[], Iterator[Line]]]
"""What is checked, and how. It is guarded: one that fails is a finding."""


def doctor_command(*more: Check) -> click.Command:
    """Return the command ``doctor``.

    Args:
        more: Checks of rooms that stand above this one, which it cannot know.
    """

    @command()
    @click.option(
        "--paging", is_flag=True, help="Look at how the API pages, with about 15 requests."
    )
    @click.option(
        "--bundle",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Also write a redacted file to mail.",
    )
    def doctor(call: Call, *, paging: bool, bundle: Path | None) -> None:
        """Check everything, one line each, and say what to do.

        Example: partnerbook doctor --paging --bundle doctor.zip
        """
        _examine(call, more, paging=paging, bundle=bundle)

    return doctor


def _examine(call: Call, more: Sequence[Check], *, paging: bool, bundle: Path | None) -> None:
    lines: list[Line] = []
    for line in _lines(call, more, paging=paging):
        lines.append(line)
        if not call.json:
            show(as_text([line], call.language))  # at once: the next check may take its time
    if bundle is not None:
        from partnerbook.commands.doctor.bundle import write_bundle  # noqa: PLC0415  when needed

        write_bundle(bundle, lines, os.environ, call.profile)
    found = findings(lines)
    if call.json:
        show_json(
            {
                "state": "findings" if found else "fine",
                "findings": found,
                "lines": [each.as_json() for each in lines],
                "bundle": str(bundle) if bundle else None,
            }
        )
    else:
        count = "many" if found > 1 else "one" if found else "fine"
        show(_SAID[count][call.language].format(found) + "\n")
        if bundle is not None:
            show(_SAID["wrote"][call.language].format(bundle) + "\n")
    click.get_current_context().exit(FINDINGS if found else DONE)


def _lines(call: Call, more: Sequence[Check], *, paging: bool) -> Iterator[Line]:
    from partnerbook.commands.doctor import machine  # noqa: PLC0415  heavy parts where needed

    env = os.environ
    yield from _guarded("Python", machine.python_and_packages)
    yield from _guarded("Versions", machine.parts)
    for what, check in more:
        yield from _guarded(what, check)
    yield from _guarded("Home folder", lambda: machine.home_folder(env))
    yield from _guarded("Settings", lambda: machine.settings_found(env, call.profile))
    try:
        settings = Settings.from_environment(env, call.profile)
    except PartnerbookError:
        settings = None  # the line before says why
    yield from _guarded("Keyring", lambda: machine.keyring(settings))
    yield from _guarded("Proxy", lambda: machine.proxies(env, settings))
    if settings is None:
        for what in ("Store", "Reachability", "Key", "Customer API"):
            yield skipped(what, "the settings cannot be read")
        return
    yield from _guarded("Store", lambda: machine.store(settings))
    yield from _guarded("Partner Center", lambda: _asked(settings, paging=paging))


def _asked(settings: Settings, *, paging: bool) -> Iterator[Line]:
    # requests costs a quarter of a second.
    from partnerbook.commands.doctor.paging import Paging  # noqa: PLC0415
    from partnerbook.commands.doctor.service import Examination  # noqa: PLC0415
    from partnerbook.commands.probe import Probe  # noqa: PLC0415

    with Probe(settings) as probe:
        examination = Examination(settings, probe)
        yield from examination.lines()
        if paging and examination.api is None:
            yield skipped("Paging", "no customer API answers")
        elif paging and examination.api is not None:
            yield from Paging(probe, examination.api).lines()
        yield from examination.quota()


def _guarded(what: str, check: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """Yield a check's lines; one that fails is a finding, and the next one goes on."""
    try:
        yield from check()
    except PartnerbookError as error:
        yield said(what, error)
    except Exception as error:  # noqa: BLE001  a doctor who faints helps nobody
        # Only its kind: nobody knows what a stranger's words hold.
        yield finding(
            what,
            Filled("the check itself failed ({})", type(error).__name__),
            "run `partnerbook doctor --bundle doctor.zip` and mail the file",
        )
