"""``python -m tests.bench``: measurements by name; ``proof``: promises, whole, into the README."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tests.bench.proofs import MEASUREMENTS, MODULES, proven
from tests.bench.readme import README, written
from tests.bench.rows import Row, table

_JSON = click.option(
    "--json", "to_json", type=click.Path(path_type=Path), help="Also write JSON here; - prints it."
)
_SIZE = click.option("--size", default=1.0, show_default=True, help="0.05 runs a twentieth.")
_SEED = click.option("--seed", default=1, show_default=True, help="What chance is drawn from.")


class _Sections(click.Group):
    """Takes the names of sections directly: ``python -m tests.bench cpu --json -``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Hand everything that is no command to ``measure``."""
        if args and args[0] not in self.commands:
            args = ["measure", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Sections)
def main() -> None:
    """Measure the program (measure, or a section's name), or prove its promises (proof)."""


@main.command()
@click.argument("names", nargs=-1, type=click.Choice(MEASUREMENTS))
@_JSON
@_SIZE
@_SEED
def measure(names: tuple[str, ...], to_json: Path | None, size: float, seed: int) -> None:
    """Run sections, all unless named, and print their tables."""
    _run(names or MEASUREMENTS, to_json, size, seed, keep=False)


@main.command()
@click.argument("names", nargs=-1, type=click.Choice([*MODULES]))
@_JSON
@_SIZE
@_SEED
def proof(names: tuple[str, ...], to_json: Path | None, size: float, seed: int) -> None:
    """Run proofs, all unless named; whole ones write the README's tables."""
    _run(names or tuple(MODULES), to_json, size, seed, keep=size >= 1)


def _run(names: Sequence[str], to_json: Path | None, size: float, seed: int, *, keep: bool) -> None:
    results: dict[str, Sequence[Row]] = {}
    for name in names:
        started = time.monotonic()
        rows = results[name] = proven(name, size, seed)
        click.echo(f"\n{name} ({time.monotonic() - started:.0f} s)\n{table(rows)}", err=True)
        for case in (case for row in rows for case in row.broken[:20]):
            click.echo(f"  broken: {case}", err=True)
        if keep:
            written(name, rows)
            click.echo(f"written into {README.name}", err=True)
    if to_json:
        document = {
            "size": size,
            "seed": seed,
            "results": {name: [row.as_json() for row in rows] for name, rows in results.items()},
        }
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        if str(to_json) == "-":
            click.echo(text, nl=False)
        else:
            to_json.write_text(text, encoding="utf-8")
    if not all(row.passed for rows in results.values() for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
