"""`concord serve`: the long-running processes; `concord migrate`."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer

from deploy import terminal
from deploy.cli import common
from deploy.cli.kafka import bootstrap
from deploy.clock import clock_of
from services.follower import Process, follow, heartbeat_of, ready
from services.follower.availability import patiently
from services.follower.heartbeat import Heartbeat
from services.intake import topics
from services.observability import logs
from services.observability.metrics_server import Checks, watched
from services.projector import run as projector
from services.register.migrate import migrate
from services.settings import Settings, paper_store
from services.vault import KeyFile

MetricsPort = Annotated[int | None, typer.Option(help="serve /metrics and /readyz there, on the loopback")]
WhileStdin = Annotated[bool, typer.Option("--while-stdin", hidden=True, help="end when standard input closes")]

serve_app = typer.Typer(
    help="Run a process 运行一个进程: api, projector, timekeeper, intake, publisher, replicator, webhooks, outbox",
    no_args_is_help=True,
)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(serve_app, name="serve")
    app.command("migrate")(migrate_command)


def end_with_stdin() -> None:
    """End this process gracefully when standard input closes: when its parent is gone."""

    def watch() -> None:
        # the raw file: a buffered one holds a lock that the interpreter needs to end
        while os.read(0, 4_096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


@serve_app.command("api")
def api(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
    while_stdin: WhileStdin = False,
) -> None:
    """Serve HTTP 提供接口与页面."""
    import uvicorn  # noqa: PLC0415 (no other process needs what takes longest to import)

    from services.http.protocol import limited  # noqa: PLC0415
    from services.server import create_app  # noqa: PLC0415

    given = common.settings()
    logs.configure(given)
    if while_stdin:
        end_with_stdin()
    conninfo = common.process_database(given, "api")
    patiently("api", lambda: _made_ready(given, conninfo), lambda: False)
    uvicorn.run(
        create_app(given, conninfo, clock_of(given.data_dir)),
        host=host or given.host,
        port=given.port if port is None else port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=limited(given),
        limit_concurrency=given.connections,
        timeout_graceful_shutdown=3,
    )


@serve_app.command("projector")
def projector_command(
    from_kafka: Annotated[
        bool, typer.Option("--from-kafka", help="read the published topic; as many processes as it has partitions")
    ] = False,
    national: Annotated[
        bool, typer.Option("--national", help="fold the replicas of the provinces instead of this register's own log")
    ] = False,
    metrics_port: MetricsPort = None,
    while_stdin: WhileStdin = False,
) -> None:
    """Keep the projections up with the log 让投影跟上事件."""
    if national and from_kafka:
        raise typer.BadParameter("--national reads the replica, never Kafka")
    given, conninfo = _begun(while_stdin, "projector")
    pack = common.pack(given)
    if national:
        from services.nation import projector as national_projector  # noqa: PLC0415 (as below)

        process = national_projector.process(conninfo, pack)
    elif from_kafka:
        from services.projector import kafka  # noqa: PLC0415 (the client takes a while to import)

        process = kafka.process(conninfo, bootstrap(given), topic_of_register(given), pack, given.place)
    else:
        batch, poll = given.projector_batch, given.poll_seconds
        process = projector.process(conninfo, pack, given.place, batch=batch, poll_seconds=poll)
    _run(given, process, metrics_port)


@serve_app.command("timekeeper")
def timekeeper_command(
    once: Annotated[bool, typer.Option(help="sweep once and end")] = False,
    metrics_port: MetricsPort = None,
    while_stdin: WhileStdin = False,
) -> None:
    """Do what a passing day brings about 处理到期事项: publicity over, terms ended, deadlines missed."""
    from services import timekeeper  # noqa: PLC0415 (no other process needs it)
    from services.timekeeper import nightly  # noqa: PLC0415

    given, conninfo = _begun(while_stdin, "timekeeper")
    if once:
        common.refuse_simulated(given, conninfo)
        common.refuse_clock(given, conninfo)
        asyncio.run(_swept_once(given, conninfo))
    else:
        night = nightly.process(conninfo, common.key_file(given), paper_store(given))
        threading.Thread(target=follow, args=(night, lambda: False), name="nightly", daemon=True).start()
        _run(given, timekeeper.process(conninfo, lambda: common.deciding(given, conninfo)), metrics_port)


async def _swept_once(given: Settings, conninfo: str) -> None:
    from services import timekeeper  # noqa: PLC0415 (no other process needs it)

    async with common.deciding(given, conninfo) as decisions:
        common.out({"events": await timekeeper.sweep(decisions)})


@serve_app.command("intake")
def intake_command(
    name: Annotated[str | None, typer.Option(help="own name in the group: gets its partitions back at once")] = None,
    from_nation: Annotated[
        bool, typer.Option("--from-nation", help="take the nation's decisions instead: recorded, or declined, once")
    ] = False,
    metrics_port: MetricsPort = None,
    while_stdin: WhileStdin = False,
) -> None:
    """Take signals from Kafka, each with an effect exactly once 从Kafka接收信号; as many processes as you like."""
    from services.intake import kafka as intake  # noqa: PLC0415 (the client takes a while to import)
    from services.intake.ready import Readiness  # noqa: PLC0415

    given, conninfo = _begun(while_stdin, "intake")
    servers, pack = bootstrap(given), common.pack(given)
    if from_nation:
        from services.intake import nation  # noqa: PLC0415 (the client takes a while to import)

        keys = KeyFile.at(given.key_file or given.data_dir / "key")
        _run(given, nation.process(conninfo, servers, keys, pack, given.place), metrics_port)
        return
    process = intake.process(
        conninfo, servers, pack, given.place, name, topic=given.signals_topic,
        requires_keys=given.require_source_keys,
    )  # fmt: skip
    _run(given, process, metrics_port, lambda beat: Readiness(conninfo, servers, given.signals_topic, beat).checks())


@serve_app.command("publisher")
def publisher_command(
    metrics_port: MetricsPort = None,
    while_stdin: WhileStdin = False,
) -> None:
    """Publish the log to Kafka in order 向Kafka按序发布事件; a second process stands by."""
    from services.publisher import run as publisher  # noqa: PLC0415 (the client takes a while to import)

    given, conninfo = _begun(while_stdin, "publisher")
    keys, poll = KeyFile.at(given.key_file or given.data_dir / "key"), given.poll_seconds
    process = publisher.process(
        conninfo, bootstrap(given), given.place, topic_of_register(given), keys, poll_seconds=poll
    )
    _run(given, process, metrics_port)


@serve_app.command("replicator")
def replicator_command(
    metrics_port: MetricsPort = None,
    while_stdin: WhileStdin = False,
) -> None:
    """Keep the nation's replica of every province 全国级：复制各省日志; a second process stands by."""
    from services.nation import replicate  # noqa: PLC0415 (the client takes a while to import)

    given, conninfo = _begun(while_stdin, "replicator")
    _run(given, replicate.process(conninfo, bootstrap(given)), metrics_port)


@serve_app.command("webhooks")
def webhooks_command(
    metrics_port: MetricsPort = None,
    while_stdin: WhileStdin = False,
) -> None:
    """Deliver events to the webhooks, signed 向订阅地址投递签名事件; a second process stands by."""
    from services.publisher import webhooks  # noqa: PLC0415 (no other process needs it)

    given, conninfo = _begun(while_stdin, "webhooks")
    keys = KeyFile.at(given.key_file or given.data_dir / "key")
    _run(given, webhooks.process(conninfo, keys, poll_seconds=given.poll_seconds), metrics_port)


@serve_app.command("outbox")
def outbox_command(
    metrics_port: MetricsPort = None,
    while_stdin: WhileStdin = False,
) -> None:
    """Bring letters to units by mail, platform or printer 寄送通知函; a second process stands by."""
    from services.outbox import run as outbox  # noqa: PLC0415 (what makes letters takes a while to import)

    given, conninfo = _begun(while_stdin, "outbox")
    keys, clock = KeyFile.at(given.key_file or given.data_dir / "key"), clock_of(given.data_dir)
    process = outbox.process(
        conninfo, keys, outbox.ways_of(given), common.pack(given), given.place, clock, poll_seconds=given.poll_seconds
    )
    _run(given, process, metrics_port)


def topic_of_register(given: Settings) -> str:
    """Where this register's events go; the nation's have a topic of their own beside those of its provinces."""
    from services.publisher.topics import topic_of  # noqa: PLC0415 (the client takes a while to import)

    return given.events_topic or (topic_of(given.place) if given.level == "national" else topics.EVENTS)


def _begun(while_stdin: bool, process: str) -> tuple[Settings, str]:
    """What a process of its own begins with: its settings and the address of its database; its logs are set up."""
    given = common.settings()
    logs.configure(given)
    if while_stdin:
        end_with_stdin()
    return given, common.process_database(given, process)


def _made_ready(given: Settings, conninfo: str) -> None:
    """Bring the database to this program's schema. Raises Unavailable where it is away."""
    migrate(conninfo)
    common.refuse_simulated(given, conninfo)
    common.refuse_clock(given, conninfo)


def _run(
    given: Settings,
    process: Process,
    metrics_port: int | None,
    checks: Callable[[Heartbeat], tuple[bool, Checks]] = ready.checks,
) -> None:
    """Run a process until it is asked to stop; it waits while its database is away, from its first moment."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def prepared() -> None:
        _made_ready(given, process.conninfo)
        process.prepare()

    beat = heartbeat_of(process)
    if metrics_port is not None:
        watched(metrics_port, lambda: checks(beat))
    follow(replace(process, prepare=prepared), stop.is_set, beat)


def migrate_command(json: common.Json = False) -> None:
    """Bring the database to this program's schema 升级数据库结构."""
    given = common.settings()
    applied = migrate(common.database(given))
    if json:
        common.out({"applied": applied})
    else:
        terminal.console.print(f"applied {len(applied)} migrations" + "".join(f"\n  {name}" for name in applied))
