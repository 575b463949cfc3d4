"""``partnerbook sandbox serve`` as a program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from click.testing import CliRunner

from partnerbook.commands.sandbox import sandbox


def _hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def serving(*options: str) -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(
        [sys.executable, "-m", "partnerbook", "sandbox", "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        # Where the tests run in the background, Ctrl-C is ignored, and children inherit that.
        preexec_fn=None if os.name == "nt" else _hear_ctrl_c,  # noqa: PLW1509  no threads here
    )
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


def test_json_prints_one_line_and_answers_from_then_on() -> None:
    with serving("--json", "--customers", "7", "--seed", "3") as program:
        assert program.stdout
        facts = json.loads(program.stdout.readline())
        state = requests.get(
            f"{facts['endpoint']}/_sandbox/state",
            headers={"X-Sandbox-Key": facts["control_key"]},
            timeout=30,
        ).json()

    assert list(facts) == [
        "endpoint",
        "iam_endpoint",
        "access_key",
        "secret_key",
        "partner_id",
        "iam_domain",
        "iam_user",
        "iam_password",
        "control_key",
    ]
    assert state["customers"] == 7
    assert state["partner_id"] == facts["partner_id"]
    assert state["settings"]["seed"] == 3
    assert state["settings"]["requests_per_second"] == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_ends_it_with_130_and_without_a_traceback() -> None:
    with serving("--rate", "10") as program:
        assert program.stdout
        lines = [program.stdout.readline()]
        while lines[-1] and "X-Sandbox-Key" not in lines[-1]:
            lines.append(program.stdout.readline())
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)

    assert program.returncode == 130
    assert errors == ""
    assert lines[0].startswith("The sandbox answers at http://127.0.0.1:")
    for line in ("export PARTNERBOOK_ENDPOINT='http://", "$env:PARTNERBOOK_SK = '"):
        assert any(line in each for each in lines)


def test_a_scenario_that_is_not_there_is_one_sentence_and_exit_code_2() -> None:
    result = CliRunner().invoke(sandbox, ["serve", "--scenario", "nowhere.json"])

    assert result.exit_code == 2
    assert result.stderr == (
        "partnerbook: the scenario nowhere.json cannot be read (no such file or directory)\n"
    )
