"""``python -m tests.bench``: benchmarks by name; ``proof``: promises. Both fill the README."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tests.bench.lines import Line
from tests.bench.measured import Scale
from tests.bench.proofs import MEASUREMENTS, MODULES, proven
from tests.bench.readme import README, rendered, written
from tests.bench.rows import Row
from tests.bench.sections import SECTIONS, measured

Results = dict[str, Sequence[Row] | Sequence[Line]]

_JSON = click.option(
    "--json",
    "to_json",
    type=click.Path(path_type=Path),
    is_flag=False,
    flag_value="-",
    help="Also print JSON, or write it to a file named here.",
)
_SIZE = click.option("--size", default=1.0, show_default=True, help="0.05 runs a twentieth.")
_SEED = click.option("--seed", default=1, show_default=True, help="What chance is drawn from.")


class _Sections(click.Group):
    """Takes sections and their options directly: ``python -m tests.bench workbooks --json``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hand everything that is no command to ``measure``."""
        plain = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if plain else ["measure", *args])


@click.group(cls=_Sections)
def main() -> None:
    """Measure the program beside its peers (no command, or sections' names); prove its promises."""


@main.command()
@click.argument("names", nargs=-1, type=click.Choice([*SECTIONS, *MEASUREMENTS]))
@_JSON
@_SIZE
@_SEED
@click.option("--rounds", type=int, help="Runs of each job; the section's own number by default.")
@click.option(
    "--peers",
    type=click.Path(exists=True, dir_okay=False),
    default=sys.executable,
    help="The Python of an environment that has the peers: pip install '.[bench]'.",
)
def measure(
    names: tuple[str, ...],
    to_json: Path | None,
    size: float,
    seed: int,
    rounds: int | None,
    peers: str,
) -> None:
    """Run benchmarks, all unless named; whole ones write the README's tables."""
    scale = Scale(size=size, seed=seed, rounds=rounds, peers=peers)
    results: Results = {}
    for name in names or (*SECTIONS, *MEASUREMENTS):
        started = time.monotonic()
        if name in SECTIONS:
            results[name] = measured(name, scale)
            _show(name, started, results[name], "bench" if size >= 1 else None)
        else:
            results[name] = proven(name, size, seed)
            _show(name, started, results[name])
    _end(results, to_json, size, seed)


@main.command()
@click.argument("names", nargs=-1, type=click.Choice([*MODULES]))
@_JSON
@_SIZE
@_SEED
def proof(names: tuple[str, ...], to_json: Path | None, size: float, seed: int) -> None:
    """Run proofs, all unless named; whole ones write the README's tables."""
    results: Results = {}
    for name in names or MODULES:
        started = time.monotonic()
        results[name] = proven(name, size, seed)
        _show(name, started, results[name], "proof" if size >= 1 else None)
    _end(results, to_json, size, seed)


def _show(
    name: str, started: float, rows: Sequence[Row] | Sequence[Line], keep: str | None = None
) -> None:
    click.echo(f"\n{name} ({time.monotonic() - started:.0f} s)\n{rendered(rows)}", err=True)
    for case in (case for row in rows for case in row.broken[:20]):
        click.echo(f"  broken: {case}", err=True)
    if keep:
        try:
            written(name, rows, kind=keep)
            click.echo(f"written into {README.name}", err=True)
        except ValueError as error:
            click.echo(f"only shown: {error}", err=True)


def _end(results: Results, to_json: Path | None, size: float, seed: int) -> None:
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
