"""`concord policy`: the policy's rows and what there is for them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from deploy.cli import common
from services import clause_matrix
from services.errors import NotFound

policy_app = typer.Typer(help="The policy, clause by clause 政策条款", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(policy_app, name="policy")


@policy_app.command("show")
def show(
    row: Annotated[str, typer.Argument(help="a row of the clause matrix, such as R-27")],
    json: common.Json = False,
) -> None:
    """A row of the policy 条款对照: its clause's own words, the events, rules and tests, and where it is seen."""
    found = clause_matrix.rows().get(row.upper())
    if found is None:
        raise NotFound(f"row {row}: the rows are R-01 to R-{len(clause_matrix.rows())}")
    pack = clause_matrix.pack()
    if json:
        clauses = [{"clause": name, **pack.clauses[name].model_dump()} for name in found.clauses]
        common.out(asdict(found) | {"clauses": clauses})
        return
    typer.echo(f"{found.id}  {found.zh} / {found.en}")
    for name in found.clauses:
        typer.echo(f"\n{name}  {pack.clauses[name].zh}\n{pack.clauses[name].en}")
    rules = [f"{name}  {pack.rules[name].zh}" for name in found.rules]
    for called, lines in (
        ("事件 events", found.events),
        ("规则 rules", rules),
        ("可见 seen", found.seen),
        ("页面 pages", found.pages),
        ("测试 tests", found.tests),
        ("尚缺 missing", (found.missing,) if found.missing else ()),
    ):
        typer.echo("\n".join((f"\n{called}", *(f"  {line}" for line in lines))))


@policy_app.command("matrix")
def matrix(json: common.Json = False) -> None:
    """Every row of the policy 条款对照表; the last line counts them and lists those that still lack something."""
    for row in clause_matrix.rows().values():
        if json:
            typer.echo(orjson.dumps(asdict(row)).decode())
        else:
            counts = "  ".join(
                f"{called} {len(getattr(row, called))}" for called in ("events", "rules", "seen", "pages", "tests")
            )
            typer.echo(f"{row.id}  {counts}  {row.zh}" + (f"  尚缺 missing: {row.missing}" if row.missing else ""))
    typer.echo(orjson.dumps(clause_matrix.gaps()).decode())
