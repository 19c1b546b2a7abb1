"""Screenshots of every page of a demonstration that is served, in both languages: `python -m deploy.screenshots OUT`.

Says what is wrong with any of them: what was written to the console, what was asked of elsewhere, and where a page is
wider than its window.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from playwright.sync_api import Browser

from deploy.browser import HEIGHT, WIDTHS, Accounts, Visit, everything, launched, overflow, signed_in, watched
from deploy.cli import common

LANGUAGES = ("zh", "en")


def taken(
    out: Annotated[Path, typer.Argument(help="directory for the pictures; made if need be")],
    only: Annotated[str, typer.Option(help="only the pages whose name begins so")] = "",
    width: Annotated[list[int] | None, typer.Option(help="CSS pixels; more than once for several")] = None,
    dark: Annotated[bool, typer.Option("--dark", help="as a dark screen asks for them")] = False,
) -> None:
    """Take a picture of every page of the demonstration under CONCORD_DATA_DIR 逐页截图."""
    accounts = orjson.loads((common.settings().data_dir / "accounts.json").read_bytes())
    out.mkdir(parents=True, exist_ok=True)
    visits = [one for one in everything(accounts) if one.name.startswith(only)]
    with launched() as browser:
        wrong = [
            line
            for size in width or WIDTHS[:1]
            for line in _taken(browser, accounts, visits, out, size, scheme="dark" if dark else "light")
        ]
    for line in wrong:
        typer.echo(line, err=True)
    typer.echo(f"{len(visits)} pages")
    raise typer.Exit(1 if wrong else 0)


def _taken(
    browser: Browser, accounts: Accounts, visits: Sequence[Visit], out: Path, width: int, *, scheme: str
) -> list[str]:
    wrong: list[str] = []
    for who in dict.fromkeys(visit.who for visit in visits):
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="zh-CN",
        )
        if who is not None:
            signed_in(context, accounts, who)
        page = context.new_page()
        seen = watched(page, accounts["base"])
        for visit in (one for one in visits if one.who == who):
            for language in LANGUAGES:
                seen.clear()
                joint = "&" if "?" in visit.path else "?"
                answer = page.goto(f"{accounts['base']}{visit.path}{joint}lang={language}")
                name = f"{visit.name}.{language}.{width}"
                page.screenshot(path=out / f"{name}.png", full_page=True)
                if answer is None or answer.status != visit.status:
                    seen.append(f"HTTP {answer.status if answer else '-'}")
                if wider := overflow(page):
                    seen.append(f"{wider} px wider than the window")
                wrong += [f"{name}: {line}" for line in seen]
        context.close()
    return wrong


if __name__ == "__main__":
    typer.run(taken)
