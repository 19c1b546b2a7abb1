"""`concord papers move`: the bytes of papers to where they should be stored."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import psycopg
import typer

from deploy import moving_papers, terminal
from deploy.cli import common
from services.paper_stores import PaperStore
from services.settings import Settings, paper_store, paper_store_at

papers_app = typer.Typer(help="The bytes of papers 文件内容: move", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(papers_app, name="papers")


@papers_app.callback()
def papers() -> None:
    """The bytes of papers 文件内容."""


@papers_app.command("move")
def move(
    source: Annotated[
        str | None, typer.Option("--from", metavar="ADDRESS", help="the store (file://…, s3://…) where they lay before")
    ] = None,
    json: common.Json = False,
) -> None:
    """Move papers to where CONCORD_PAPERS says (unset: the database) 迁移文件内容; safe to stop and to repeat.

    Start every process with the new setting first. Exit 1 where a paper was found nowhere: it stays as it was.
    """
    given = common.settings()
    target = paper_store(given)
    before = _before(given, source, target)
    with (
        psycopg.connect(common.existing_database(given), autocommit=True, application_name="concord papers") as conn,
        terminal.progress("迁移 moving", None) as advance,
    ):
        found = moving_papers.move(conn, target, before, advance)
    if json:
        common.out(asdict(found))
    else:
        for digest in found.missing:
            terminal.line(f"{digest}  未找到内容 / found nowhere")
        terminal.line(f"{found.moved} 份已迁移 moved, {found.there} 份已在 there, {len(found.missing)} 份缺失 missing")
    raise typer.Exit(1 if found.missing else 0)


def _before(given: Settings, source: str | None, target: PaperStore | None) -> PaperStore | None:
    """The store where papers lay before. Raises typer.BadParameter."""
    if source is None:
        return None
    try:
        before = paper_store_at(given, source)
    except ValueError as error:
        raise typer.BadParameter(f"--from {error}") from error
    if before == target:
        raise typer.BadParameter("--from is where CONCORD_PAPERS says that they are to lie")
    return before
