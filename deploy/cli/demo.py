"""`concord demo`: everything running on a demonstration register, in one process tree."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Annotated, Any

import typer

from deploy import embedded, kafka
from deploy.cli import common
from deploy.demo import ground, wire
from deploy.demo.instance import Instance, await_ready, serve
from deploy.demo.load import UNITS
from deploy.demo.prepared import prepared
from deploy.demo.smoke import smoke
from deploy.kafka.jars import jars, java
from deploy.supervise import Supervisor
from events.envelope import CHINA
from services.errors import Unavailable
from services.register.migrate import migrate
from services.settings import Settings

A_FEW = 12
"""Signals that the demonstration's sources send over Kafka each day it is started."""

ALWAYS = (("projector",), ("timekeeper",))
OVER_KAFKA = (("intake",), ("publisher",))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the demonstration is to be: with a broker, how many units, from which port."""

    broker: bool
    units: int
    port: int | None
    quiet: bool


@dataclass(frozen=True, slots=True)
class Running:
    """A demonstration that is served, and what was loaded."""

    hunan: Instance
    loaded: dict[str, Any]
    supervisor: Supervisor


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("demo")(demo)
    app.command("demo-ground", hidden=True)(demo_ground)


def demo(
    reset: Annotated[bool, typer.Option("--reset", help="begin anew: remove the demonstration's data first")] = False,
    smoke_test: Annotated[bool, typer.Option("--smoke", help="start, ask everything once, compare, stop")] = False,
    with_kafka: Annotated[bool, typer.Option("--kafka", help="with a Kafka broker, intake and publisher")] = False,
    units: Annotated[int, typer.Option(min=40, help="units in Hunan's register")] = UNITS,
    port: Annotated[int | None, typer.Option(help="first port to try")] = None,
    json: common.Json = False,
) -> None:
    """Run a demonstration 运行示例: PostgreSQL, API, projections and pages, with fictional data."""
    given = common.settings()
    if smoke_test:
        given = given.model_copy(update={"data_dir": given.data_dir / "smoke"})
    began = time.monotonic()
    with _served(given, Asked(with_kafka, units, port, smoke_test), reset or smoke_test) as running:
        if smoke_test:
            result = smoke(running.hunan, running.loaded)
            common.out(result)
            code = 0 if result["ok"] else 1
        else:
            if json:
                hunan = running.hunan
                common.out({"base": hunan.base, "accounts": hunan.accounts_file, **running.loaded})
            else:
                _welcome(running, time.monotonic() - began)
            _until_interrupted(running.supervisor)
            code = 0
    raise typer.Exit(code)


def demo_ground(
    postgres: Annotated[bool, typer.Option("--postgres")] = False,
    broker: Annotated[bool, typer.Option("--broker")] = False,
    while_stdin: Annotated[bool, typer.Option("--while-stdin")] = False,  # noqa: ARG001 (it always ends so)
) -> None:
    """Keep PostgreSQL and the broker of a demonstration up; stop them when standard input closes."""
    ground.keep(common.settings().data_dir, postgres=postgres, broker=broker)


@contextmanager
def _served(given: Settings, asked: Asked, reset: bool) -> Iterator[Running]:
    postgres, broker = given.database_url is None, asked.broker and given.kafka is None
    if broker:
        java()  # says what is missing before anything is started
        jars()
    signal.signal(signal.SIGTERM, _interrupt)
    with ground.alone(given.data_dir) as lock:
        if reset:
            _reset(given)
        supervisor = Supervisor({"CONCORD_DATA_DIR": str(given.data_dir)}, held=(lock,))
        try:
            _begin_ground(supervisor, postgres=postgres, broker=broker)
            hunan = _placed(given, asked)
            loaded = prepared(hunan, given.key_file or given.data_dir / "key", asked.units)
            with common.step("服务 services"):
                processes = [*ALWAYS, *(OVER_KAFKA if asked.broker else ())]
                first = asked.port if asked.port is not None else given.port
                hunan = serve(hunan, supervisor, first, processes)
                await_ready([hunan], supervisor)
            if hunan.kafka is not None and not asked.quiet:
                today = datetime.now(CHINA).date()
                wire.send(hunan.kafka, wire.signals(hunan.database, A_FEW, f"demo-{today}"))
            yield Running(hunan, loaded, supervisor)
        finally:
            if not asked.quiet:
                common.console.print("正在停止 stopping …")
            supervisor.stop()
            ground.stop(given.data_dir, postgres=postgres, broker=broker)
            if asked.quiet:
                if postgres:
                    embedded.erase(given.data_dir)
                shutil.rmtree(given.data_dir)


def _begin_ground(supervisor: Supervisor, *, postgres: bool, broker: bool) -> None:
    words = [*(["--postgres"] if postgres else []), *(["--broker"] if broker else [])]
    if words:
        supervisor.start("ground", "demo-ground", *words)


def _placed(given: Settings, asked: Asked) -> Instance:
    """Hunan's register on its ground, which is started if need be."""
    with common.step("PostgreSQL"):
        database = common.database(given)
    servers = None
    if asked.broker:
        with common.step("Kafka"):
            servers = given.kafka or kafka.up(given.data_dir).bootstrap
    with common.step("数据库结构 schema"):
        migrate(database)
    return Instance("430000", given.data_dir, database, given.host, kafka=servers)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _reset(given: Settings) -> None:
    if given.database_url is not None:
        raise Unavailable("--reset with CONCORD_DATABASE_URL (Concord never removes a database that it did not make)")
    kafka.down(given.data_dir)
    embedded.erase(given.data_dir)
    shutil.rmtree(given.data_dir / "kafka", ignore_errors=True)
    for name in ("accounts.json", "key", "demo.json"):
        (given.data_dir / name).unlink(missing_ok=True)


def _welcome(running: Running, seconds: float) -> None:
    loaded, hunan = running.loaded, running.hunan
    counts = f"{loaded['units']} units, {loaded['events']} events, {loaded['named']} named, {loaded['revoked']} revoked"
    lines = [
        "",
        f"Concord 和谐  {hunan.base}  ({seconds:.1f} s; {counts})",
        "",
        f"  看板 board      {hunan.base}/board",
        f"  审计 acts       {hunan.base}/audit",
        f"  接口 API        {hunan.base}/openapi.json",
        f"  账户 accounts   {hunan.accounts_file}",
        *([f"  消息 Kafka      {hunan.kafka}"] if hunan.kafka else []),
        *_stories(hunan),
        "",
        "Ctrl-C 停止 to stop",
    ]
    typer.echo("\n".join(lines))


def _stories(hunan: Instance) -> Sequence[str]:
    return [
        f"  故事 story {number}    {hunan.base}/units/{story['unit']}  {story['zh']} · {story['en']}"
        for number, story in sorted(hunan.accounts()["stories"].items())
    ]


def _until_interrupted(supervisor: Supervisor) -> None:
    try:
        while True:
            time.sleep(0.5)
            for name in supervisor.look_after():
                common.console.print(f"  {name} ended by itself and is started again")
    except KeyboardInterrupt:
        return
