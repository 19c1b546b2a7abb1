"""`concord ps`: what runs where, how far it is, and what is stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import psycopg
import typer
from rich.table import Table

from deploy.cli import common
from events.envelope import CHINA
from services.follower.processes import Running, processes_now
from services.register.read import last_position

STATES = {
    "starting": "启动 starting",
    "working": "工作 working",
    "idle": "空闲 idle",
    "waiting": "等待 waiting",
    "standby": "备用 standby",
    "stopped": "已停 stopped",
    "ended": "结束 ended",
    "stale": "失联 stale",
}


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("ps")(ps)


def ps(json: common.Json = False) -> None:
    """What runs where, how far it is, what is stale 各进程的状态与进度; exit 1 where something is not well."""
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        found, position = processes_now(conn), last_position(conn)
    if json:
        common.out({"position": position, "processes": [asdict(process) for process in found]})
    else:
        table = Table("process", "state", "since", "where", "follows", "position", "lag", "a second", "error")
        for process in found:
            for row in _rows(process):
                table.add_row(*row)
        common.printed.print(table)
    raise typer.Exit(0 if all(map(_well, found)) else 1)


def _well(process: Running) -> bool:
    halted = any(lane["error"] is not None for lane in process.lanes)
    return process.state not in {"stale", "waiting", "stopped"} and not halted


def _rows(process: Running) -> Iterator[tuple[str, ...]]:
    """A row for the process and each thing that it follows."""
    where = f"{process.host}:{process.pid}"
    error = f"{process.error} ({_when(process.error_at)})" if process.error_at is not None else ""
    state = (process.name, STATES[process.state], _when(process.since), where)
    lanes = process.lanes or [{"name": "", "position": None, "lag": None, "lag_seconds": None, "error": None}]
    for number, lane in enumerate(lanes):
        first = number == 0
        rate = f"{process.rate:,.1f}" if first else ""
        told = "; ".join(text for text in (error if first else "", lane["error"] or "") if text)
        yield (*(state if first else ("", "", "", "")), lane["name"], _number(lane["position"]), _lag(lane), rate, told)


def _lag(lane: dict[str, Any]) -> str:
    waits = f" ({lane['lag_seconds']:,.0f} s)" if lane["lag"] and lane["lag_seconds"] is not None else ""
    return _number(lane["lag"]) + waits


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(CHINA):%m-%d %H:%M:%S}" if moment is not None else ""
