"""Thousands of requests made up from the sandbox's own OpenAPI document, good ones and bad ones."""

from __future__ import annotations

import itertools
import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any

import hypothesis
from schemathesis import checks, openapi
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode

from partnerbook.sandbox import Sandbox
from tests.bench.rows import Row, at_size
from tests.bench.tokens import token_of

CASES = 5_000

_CHECKS: list[Any] = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Ask the sandbox what its document allows and forbids, and check each answer against it."""
    with Sandbox(customers=60, seed=seed) as sandbox:
        document = openapi.from_wsgi("/openapi.json", app=sandbox.app)
        results: list[Any] = list(document.get_all_operations())
        operations = [each.ok() for each in results]
        asker = _Asker(token_of(sandbox), sandbox.partner_id)
        runs = list(itertools.product(operations, GenerationMode))
        wanted = at_size(CASES, size)
        for turn in itertools.count():
            each = -(-(wanted - asker.cases) // len(runs))
            # What has no invalid form, such as a GET without parameters, leaves the others more.
            runs = [
                (operation, mode)
                for operation, mode in runs
                if asker.ask(operation, mode, each, seed * 1_000 + turn)
            ]
            if asker.cases >= wanted:
                break
    seen, broken, cases = asker.seen, asker.broken, asker.cases
    codes = ", ".join(f"{count} x {code}" for code, count in sorted(seen.items()))
    return [
        Row(
            promise="the sandbox answers whatever it is asked, and as its document says",
            fault=f"{cases:,} requests that schemathesis made of the document, valid and invalid, "
            "with and without a token",
            mark="0 server errors, documented codes and bodies only",
            result=f"{len(broken)} otherwise; {codes}",
            passed=not broken and cases >= wanted,
            numbers={"cases": cases, "codes": dict(seen)},
            broken=tuple(broken),
        )
    ]


class _Asker:
    """Asks made-up requests and keeps what was answered.

    Args:
        token: A token that is accepted.
        partner_id: The partner whose token it is.
    """

    def __init__(self, token: str, partner_id: str) -> None:
        self._token = token
        self._partner_id = partner_id
        self.seen: Counter[str] = Counter()
        self.broken: list[str] = []

    @property
    def cases(self) -> int:
        return self.seen.total()

    def ask(self, operation: Any, mode: GenerationMode, cases: int, seed: int) -> bool:
        """Ask at most so many; return whether there are any such requests at all."""

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=cases,
            deadline=None,
            database=None,
            # Failures are collected; nothing is to be shrunk.
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(operation.as_strategy(generation_mode=mode))
        def run(case: Any) -> None:
            self._one(case, seed)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # schemathesis' own, about what it generates
            try:
                run()
            except hypothesis.errors.Unsatisfiable:
                return False
        return True

    def _one(self, case: Any, seed: int) -> None:
        # Counted, not drawn: what hypothesis draws, it likes to be small.
        is_ours, is_known = self.cases % 4 > 0, self.cases % 7 > 0
        if is_ours and case.path_parameters.get("partner_id"):
            case.path_parameters["partner_id"] = self._partner_id
        response: Any = case.call(headers={"X-Auth-Token": self._token} if is_known else {})
        self.seen[str(response.status_code)] += 1
        try:
            case.validate_response(response, checks=_CHECKS)
        except (Failure, FailureGroup) as failure:
            why = " ".join(str(failure).split())[:300]
            self.broken.append(f"seed {seed}, {case.method} {case.path}: {why}")
