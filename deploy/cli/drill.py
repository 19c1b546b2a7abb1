"""`concord drill`: rehearsals whose cost is measured."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy import kafka, terminal
from deploy.cli import common
from events.places import NATION

if TYPE_CHECKING:
    from deploy.drill import Drilled

drill_app = typer.Typer(help="Rehearsals 演练: restore", no_args_is_help=True)

PLACES = Annotated[
    list[str] | None,
    typer.Option("--place", help=f"whose register; {NATION}: the nation's; more than once: all lost at once"),
]


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(drill_app, name="drill")


@drill_app.callback()
def drills() -> None:
    """Rehearsals 演练."""


@drill_app.command("restore")
def restore(
    place: PLACES = None,
    entries: Annotated[int, typer.Option(min=1_000, help="entries of the register that is lost")] = 100_000,
    with_kafka: Annotated[
        bool, typer.Option("--kafka/--no-kafka", help="over a broker of its own, whose topic holds what is lost")
    ] = False,
    json: common.Json = False,
) -> None:
    """Lose a throw-away register, restore it, go on, and measure it 恢复演练; exit 1 where a promise did not hold.

    The last line is JSON in any case: what was lost (rpo, in seconds and entries) and how long it took (rto).
    """
    from deploy.bench.databases import server  # noqa: PLC0415 (its rooms take a second to import)
    from deploy.drill import drill  # noqa: PLC0415

    with server() as conninfo, _broker(with_kafka) as bootstrap:
        places = place or [common.settings().place]
        say = (lambda _doing: None) if json else terminal.console.print
        found = drill(conninfo, places, entries, bootstrap, say)
    common.out([_document(one) for one in found])
    raise typer.Exit(0 if all(one.well for one in found) else 1)


def _document(found: Drilled) -> dict[str, Any]:
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(found).items()}
    return {**rounded, "well": found.well}


@contextmanager
def _broker(wanted: bool) -> Iterator[str | None]:
    """A broker of the drill's own, gone afterwards."""
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="concord-drill-") as home:
        try:
            yield kafka.up(Path(home)).bootstrap
        finally:
            kafka.down(Path(home))
