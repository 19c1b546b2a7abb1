"""`concord law years`: three years of a province in memory, lawful and not, under the checker."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from deploy import terminal
from deploy.cli import common
from deploy.cli.check import PACK
from deploy.three_years import three_years
from events.envelope import CHINA
from services.casework.pack import load_pack


def years(
    units: Annotated[int, typer.Option(min=50, help="2,800 make some 100,000 commands")] = 2_800,
    seed: Annotated[int, typer.Option(help="the same seed tells the same years")] = 2023,
    json: common.Json = False,
) -> None:
    """Tell three years of a province in memory, with attempts that must fail, under the checker 三年推演.

    Exit 1 where the checker finds something, an attempt is taken, or an idle prefecture is not found out. The last
    line is JSON.
    """
    today = datetime.now(CHINA).date()
    with terminal.progress("办理 acts", None) as advance:
        tally = three_years(load_pack(), PACK, today, seed, units, advance)
    if not json:
        for taken in tally.taken:
            terminal.line(f"未被拒绝 not refused: {taken}")
        for found in tally.findings:
            terminal.line(f"{found['rule']} {found['stream']}/{found['version']}: {found['zh']} / {found['en']}")
    common.out(tally.summary())
    raise typer.Exit(0 if tally.is_clean else 1)
