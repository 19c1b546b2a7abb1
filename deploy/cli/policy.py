"""`concord policy`: the policy's rows and what there is for them; packs checked, explained and compared."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer

from deploy.cli import common
from services import clause_matrix
from services.casework.pack import NoSuchPack, Pack, UnsoundPack, load_pack, read_pack
from services.casework.pack_explained import as_mermaid, as_text, differences
from services.casework.pack_lines import line_of
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
        raise NotFound(f"row {row} (there are R-01 to R-{len(clause_matrix.rows())})")
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


@policy_app.command("check")
def check(
    pack: Annotated[str, typer.Argument(help="a pack's folder, or its id, or id@version")],
    json: common.Json = False,
) -> None:
    """Read a pack 核对政策包, and tell every problem with its file, line and key; exit 1 where there is one."""
    try:
        found = _pack(pack)
    except UnsoundPack as error:
        problems = [_with_line(error.folder, problem) for problem in error.problems]
        if json:
            common.out({"problems": problems})
        else:
            typer.echo("\n".join(problems))
        raise typer.Exit(1) from error
    if json:
        common.out({"pack": found.name, "digest": found.digest, "base": found.base, "problems": []})
        return
    base = f", base {found.base}" if found.base else ""
    typer.echo(f"{found.name} {found.zh}: {len(found.titles)} titles, {len(found.rules)} rules{base}, {found.digest}")


@policy_app.command("explain")
def explain(
    pack: Annotated[str, typer.Argument(help="a pack's folder, or its id, or id@version")],
    mermaid: Annotated[bool, typer.Option("--mermaid", help="as a Mermaid flow chart")] = False,
    json: common.Json = False,
) -> None:
    """The ways to a pack's titles 说明政策包: steps, levels, windows, points, what is held before."""
    found = _pack(pack)
    if json:
        common.out({"pack": found.name, "text": as_text(found), "mermaid": as_mermaid(found)})
        return
    typer.echo(as_mermaid(found) if mermaid else as_text(found))


@policy_app.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="a pack's folder, or its id, or id@version")],
    after: Annotated[str, typer.Argument(help="another one")],
    json: common.Json = False,
) -> None:
    """What the second pack says otherwise than the first 比较政策包, key by key; exit 1 where they differ."""
    found = list(differences(_pack(before), _pack(after)))
    for one in found:
        if json:
            typer.echo(orjson.dumps(asdict(one)).decode())
        else:
            typer.echo(f"{one.key}: {one.before or '–'} → {one.after or '–'}")
    raise typer.Exit(1 if found else 0)


def _pack(given: str) -> Pack:
    """The pack in that folder, or of that id and version. Raises NotFound, UnsoundPack."""
    folder = Path(given)
    if (folder / "pack.toml").is_file():
        return read_pack(folder.resolve())
    name, _, version = given.partition("@")
    try:
        return load_pack(name, version or None)
    except NoSuchPack as error:
        raise NotFound(f"policy pack {error.wanted} (here: {', '.join(error.present) or 'none'})") from error


def _with_line(folder: Path, problem: str) -> str:
    """The problem with the number of the line at which its key stands, where the file has it."""
    file, _, rest = problem.partition(": ")
    line = line_of(folder / file, rest.partition(": ")[0])
    return f"{file}:{line}: {rest}" if line else problem
