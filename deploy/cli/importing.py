"""`concord import`: existing ledgers of units and titles taken over (T-24)."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from deploy import terminal
from deploy.cli import common
from events.envelope import CHINA
from events.words import ActorKind
from services.access import accounts
from services.decisions import Decisions
from services.errors import Forbidden
from services.importing.file import read_table
from services.importing.ledger import rows_of
from services.importing.run import Outcome, Verdict, confirm, take
from services.importing.template import write_template

TOKEN = "CONCORD_TOKEN"  # noqa: S105 (the name of the variable)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("import")(import_)


def import_(
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="the ledger, XLSX or CSV")] = None,
    template: Annotated[Path | None, typer.Option(help="write an empty ledger to fill in, XLSX")] = None,
    token: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=f"file of your access token; unset: {TOKEN}")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="judge every row, store nothing")] = False,
    papers: Annotated[
        bool, typer.Option("--papers", help="confirm the papers that the ledger names, with their lists of units")
    ] = False,
    second: Annotated[
        bool, typer.Option("--second", help="second the titles proposed from this very ledger, as another approver")
    ] = False,
    json: common.Json = False,
) -> None:
    """Take over a ledger of units and titles, row by row by the law 导入既有台账.

    Stored rows stay as they are: a run that was broken off goes on, a second one changes nothing. The last line is
    JSON. Exit 1 where a row is refused.
    """
    given = common.settings()
    if template is not None:
        write_template(template, common.pack(given))
        common.out({"template": template})
        return
    if file is None or (dry_run + papers + second) > 1:
        raise typer.BadParameter("give a FILE, or --template; and one of --dry-run, --papers, --second at most")
    held = token.read_text(encoding="utf-8").strip() if token is not None else os.environ.get(TOKEN, "")
    began = time.monotonic()
    with terminal.step("读取 reading"):
        table = read_table(file)
    counts: Counter[str] = Counter()

    def tell(outcome: Outcome) -> None:
        counts[outcome.verdict] += 1
        if json or dry_run or outcome.verdict in (Verdict.REFUSED, Verdict.DIFFERS):
            _tell(outcome, json=json)

    async def run() -> int:
        async with common.deciding(given, common.existing_database(given)) as decisions:
            who = await _officer(decisions, held)
            packs = await decisions.states.packs()
            today = decisions.clock().astimezone(CHINA).date()
            rows = list(rows_of(table, packs.on(today)))
            outcomes = (
                confirm(decisions, who, rows) if papers else take(decisions, who, rows, dry_run=dry_run, second=second)
            )
            with terminal.progress("导入 rows", None if papers else len(rows)) as advance:
                async for outcome in outcomes:
                    tell(outcome)
                    advance(counts.total())
            return len(rows)

    rows = asyncio.run(run())
    ended = {"file": file.name, "sha256": table.sha256, "rows": rows, "dry_run": dry_run}
    common.out(
        {
            **ended,
            **{verdict.value: counts[verdict] for verdict in Verdict},
            "seconds": round(time.monotonic() - began, 1),
        }
    )
    raise typer.Exit(1 if counts[Verdict.REFUSED] else 0)


def _tell(outcome: Outcome, *, json: bool) -> None:
    if json:
        common.out(
            {
                "row": outcome.row,
                "verdict": outcome.verdict,
                "stream": outcome.stream,
                "zh": outcome.zh,
                "en": outcome.en,
            }
        )
    else:
        terminal.line(f"{outcome.row:>6}  {outcome.verdict:<9} {outcome.zh}{' / ' if outcome.en else ''}{outcome.en}")


async def _officer(decisions: Decisions, token: str) -> UUID:
    """The officer whose token it is. Raises Forbidden."""
    async with decisions.states.pool.connection() as conn:
        account = await accounts.find(conn, token)
    if account is None or account.kind is not ActorKind.OFFICER:
        raise Forbidden(
            "an officer's access token is needed (--token FILE, or CONCORD_TOKEN)", "须提供工作人员的访问令牌"
        )
    return account.holder
