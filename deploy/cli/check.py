"""`concord audit check`: stored events read by a checker that shares nothing with the law."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from services.checker.output import tell

PACK = Path(__file__).resolve().parents[2] / "services" / "casework" / "packs" / "hunan-2023-15" / "1"
"""The pack that holds until another is adopted; those that are adopted later are looked for beside it."""

PAGE = 5_000
"""Events read in one query."""


File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="one stored event a line; - for standard input", dir_okay=False),
]
Folder = Annotated[Path, typer.Option("--pack", metavar="DIR", file_okay=False, exists=True, help="a pack's folder")]


def check(
    file: File = None,
    pack: Folder = PACK,
    part: Annotated[bool, typer.Option("--part", help="some streams only: what is not told may still exist")] = False,
    json: Annotated[bool, typer.Option("--json", help="print JSON for scripts, one finding a line")] = False,
) -> None:
    """Ask every rule of stored events, by tables of the checker's own; without FILE, of the whole register."""
    whole = False if part else None
    if file is None:
        found = tell(_register(), pack, as_json=json, whole=True)
    elif str(file) == "-":
        found = tell(sys.stdin.buffer, pack, as_json=json, whole=whole)
    elif not file.is_file():
        raise typer.BadParameter(f"there is no file {file}")
    else:
        with file.open("rb") as lines:
            found = tell(lines, pack, as_json=json, whole=whole)
    raise typer.Exit(1 if found else 0)


def _register() -> Iterator[str]:
    """Every stored event of the register, in the order of positions, as a line."""
    import psycopg  # noqa: PLC0415 (a file is checked without a database)

    from deploy.cli import common  # noqa: PLC0415
    from services.register import read  # noqa: PLC0415

    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        last = 0
        while page := read.raw_tail(conn, last, PAGE):
            for raw in page:
                yield f'{{"position":{raw.position},"type":"{raw.type}","state":{raw.state.decode()}}}'
            last = page[-1].position
