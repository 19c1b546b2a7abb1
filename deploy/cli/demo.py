"""`concord demo`: everything running on a demonstration register, in one process tree."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import httpx
import orjson
import psycopg
import typer

from deploy import embedded
from deploy.cli import common
from deploy.demo.accounts import accounts
from deploy.demo.load import load
from deploy.demo.smoke import smoke
from deploy.supervise import Supervisor
from events.envelope import CHINA
from services.casework.pack import load_pack
from services.errors import Unavailable
from services.projector.rebuild import rebuild
from services.register.migrate import migrate
from services.register.read import last_position
from services.settings import Settings
from services.vault import KeyFile

READY_SECONDS = 60.0
"""How long the processes have to become ready."""

MOST_DEATHS = 3
"""Deaths in a row from which on a start is given up."""

ACCOUNTS_DAYS = 30
"""Days for which demonstration tokens hold."""


@dataclass(frozen=True, slots=True)
class Running:
    """A demonstration that is served: where, and what was loaded."""

    base: str
    accounts: dict[str, Any]
    loaded: dict[str, Any]
    supervisor: Supervisor


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("demo")(demo)


def demo(
    reset: Annotated[bool, typer.Option("--reset", help="begin anew: remove the demonstration's data first")] = False,
    smoke_test: Annotated[bool, typer.Option("--smoke", help="start, ask everything once, compare, stop")] = False,
    port: Annotated[int | None, typer.Option(help="first port to try")] = None,
    json: common.Json = False,
) -> None:
    """Run a demonstration 运行示例: PostgreSQL, API, projections and pages, with fictional data."""
    given = common.settings()
    if smoke_test:
        given = given.model_copy(update={"data_dir": given.data_dir / "smoke"})
    began = time.monotonic()
    with _served(given, reset or smoke_test, port, quiet=smoke_test) as running:
        if smoke_test:
            result = smoke(running.base, running.accounts, common.database(given), running.loaded)
            common.out(result)
            code = 0 if result["ok"] else 1
        else:
            if json:
                common.out({"base": running.base, "accounts": _accounts_file(given), **running.loaded})
            else:
                _welcome(running, given, time.monotonic() - began)
            _until_interrupted(running.supervisor, given)
            code = 0
    raise typer.Exit(code)


@contextmanager
def _served(given: Settings, reset: bool, port: int | None, *, quiet: bool) -> Iterator[Running]:
    own_server = given.database_url is None
    if reset:
        _reset(given)
    given.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _interrupt)
    supervisor = Supervisor({})
    try:
        with _step("PostgreSQL"):
            conninfo = common.database(given)
        with _step("数据库结构 schema"):
            migrate(conninfo)
        loaded = _loaded(given, conninfo)
        with _step("服务 services"):
            base = _start(given, supervisor, conninfo, port)
        yield Running(base, _read_accounts(given), loaded, supervisor)
    finally:
        if not quiet:
            common.console.print("正在停止 stopping …")
        supervisor.stop()
        if own_server:
            (embedded.erase if quiet else embedded.stop)(given.data_dir)
        if quiet:
            shutil.rmtree(given.data_dir)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _step(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    common.console.print(f"  ✓ {what}  {time.monotonic() - began:.1f} s")


def _reset(given: Settings) -> None:
    if given.database_url is not None:
        raise Unavailable("--reset with CONCORD_DATABASE_URL (Concord never removes a database that it did not make)")
    if given.data_dir.exists():
        embedded.erase(given.data_dir)
        for name in ("accounts.json", "key", "demo.json"):
            (given.data_dir / name).unlink(missing_ok=True)


def _loaded(given: Settings, conninfo: str) -> dict[str, Any]:
    """What was loaded, now or at an earlier start; the load is done again where it was cut off."""
    note = given.data_dir / "demo.json"
    with psycopg.connect(conninfo, autocommit=True) as conn:
        there = last_position(conn) > 0
    if there and note.exists() and _accounts_file(given).exists():
        known: dict[str, Any] = orjson.loads(note.read_bytes())
        return known
    if there and not note.exists() and not (given.data_dir / "demo.loading").exists():
        raise Unavailable("the demonstration (this database holds a register that is not one)")
    (given.data_dir / "demo.loading").touch()
    keys = KeyFile.at(given.key_file or given.data_dir / "key")
    with common.progress("示例数据 demonstration", None) as advance:
        done = load(conninfo, keys, _day_of_load(given), progress=advance)
    with _step("投影 projections"):
        rebuild(conninfo, None, load_pack())
    with psycopg.connect(conninfo, autocommit=True) as conn:
        document = accounts(conn, done, datetime.now(UTC) + timedelta(days=ACCOUNTS_DAYS))
    _write_private(_accounts_file(given), document)
    loaded = {
        "units": done.units,
        "events": done.events,
        "named": done.named,
        "revoked": done.revoked,
        "load_seconds": round(done.seconds, 2),
    }
    _write_private(note, loaded)
    (given.data_dir / "demo.loading").unlink()
    return loaded


def _day_of_load(given: Settings) -> Any:
    """The day of the first try, so that a load that was cut off goes on with the same commands."""
    begun = (given.data_dir / "demo.loading").stat().st_mtime
    return datetime.fromtimestamp(begun, CHINA).date()


def _accounts_file(given: Settings) -> Path:
    return given.data_dir / "accounts.json"


def _read_accounts(given: Settings) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(_accounts_file(given).read_bytes())
    return document


def _write_private(path: Path, document: dict[str, Any]) -> None:
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2))
    beside.replace(path)


def _start(given: Settings, supervisor: Supervisor, conninfo: str, port: int | None) -> str:
    chosen = _free_port(given.host, port if port is not None else given.port)
    base = f"http://{given.host}:{chosen}"
    supervisor.environment = {
        "CONCORD_DATABASE_URL": conninfo,
        "CONCORD_DATA_DIR": str(given.data_dir),
        "CONCORD_LOG_LEVEL": "warning",
        "CONCORD_OPEN_PAGES": "true",
    }
    supervisor.start("projector", "serve", "projector")
    supervisor.start("timekeeper", "serve", "timekeeper")
    supervisor.start("api", "serve", "api", "--host", given.host, "--port", str(chosen))
    _wait_until_ready(base, supervisor)
    document = _read_accounts(given)
    if document.get("base") != base:
        _write_private(_accounts_file(given), {**document, "base": base})
    return base


def _free_port(host: str, first: int) -> int:
    for port in (*range(first, min(first + 100, 65_536)), 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            number: int = probe.getsockname()[1]
            return number
    raise Unavailable(f"a free port on {host}")


def _wait_until_ready(base: str, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        supervisor.look_after()
        if any(child.deaths >= MOST_DEATHS for child in supervisor.children):
            raise Unavailable("a process of the demonstration (it ended again and again; see above)")
        try:
            if httpx.get(f"{base}/readyz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise Unavailable(f"the API at {base} (it did not become ready in {READY_SECONDS:.0f} s)")


def _welcome(running: Running, given: Settings, seconds: float) -> None:
    loaded = running.loaded
    counts = f"{loaded['units']} units, {loaded['events']} events, {loaded['named']} named, {loaded['revoked']} revoked"
    lines = [
        "",
        f"Concord 和谐  {running.base}  ({seconds:.1f} s; {counts})",
        "",
        f"  看板 board      {running.base}/board",
        f"  审计 acts       {running.base}/audit",
        f"  接口 API        {running.base}/openapi.json",
        f"  账户 accounts   {_accounts_file(given)}",
        *(
            f"  故事 story {number}    {running.base}/units/{story['unit']}  {story['zh']} · {story['en']}"
            for number, story in sorted(running.accounts["stories"].items())
        ),
        "",
        "Ctrl-C 停止 to stop",
    ]
    typer.echo("\n".join(lines))


def _until_interrupted(supervisor: Supervisor, given: Settings) -> None:
    try:
        while True:
            time.sleep(0.5)
            if given.database_url is None and embedded.running(given.data_dir) is None:
                common.console.print("  PostgreSQL ended by itself and is started again")
                embedded.start(given.data_dir)
            for name in supervisor.look_after():
                common.console.print(f"  {name} ended by itself and is started again")
    except KeyboardInterrupt:
        return
