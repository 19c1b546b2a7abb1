"""`concord demo`: everything running on a demonstration register, in one process tree."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from kafka.errors import KafkaError

from deploy import clock, embedded, kafka, terminal
from deploy.cli import common
from deploy.cli.kafka import bootstrap
from deploy.cli.serve import end_with_stdin
from deploy.demo import backing_services, generator, nation, wire
from deploy.demo.instance import Instance, await_ready, free_ports, serve
from deploy.demo.load import UNITS
from deploy.demo.nation import SIMULATED_UNITS, Nation
from deploy.demo.nation_story import tell
from deploy.demo.people import PROVINCE
from deploy.demo.prepared import LOADING, NOTE, ask_for_reset, prepared
from deploy.demo.smoke import smoke
from deploy.demo.smoke_nation import smoke_nation
from deploy.kafka.jars import jars, java
from deploy.supervise import Supervisor
from events.envelope import CHINA
from events.fields import day_of
from events.places import PLACES
from services.broker import shown
from services.casework.pack import DEFAULT_PACK
from services.errors import Unavailable
from services.observability import logs
from services.register.migrate import mark_simulated, migrate
from services.settings import Settings

A_FEW = 12
"""Signals that the demonstration's sources send over Kafka each day it is started."""

BEGUN = "clock.begun"
"""The day on which a demonstration with a clock of its own was begun."""

ALWAYS = (("projector",), ("timekeeper",))
OVER_KAFKA = (("intake",), ("publisher",))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the demonstration is to be: with a broker or the nation, how many units, from which port, on which day."""

    broker: bool
    nation: bool
    rate: float
    units: int
    port: int | None
    quiet: bool
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A demonstration that is served, and what was loaded; the nation where it was asked for."""

    hunan: Instance
    nation: Nation | None
    loaded: dict[str, Any]
    supervisor: Supervisor


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("demo")(demo)
    app.command("demo-ground", hidden=True)(demo_ground)
    app.command("demo-provinces", hidden=True)(demo_provinces)


def demo(
    reset: Annotated[bool, typer.Option("--reset", help="begin anew: remove the demonstration's data first")] = False,
    smoke_test: Annotated[bool, typer.Option("--smoke", help="start, ask everything once, compare, stop")] = False,
    with_kafka: Annotated[bool, typer.Option("--kafka", help="with a Kafka broker, intake and publisher")] = False,
    with_nation: Annotated[
        bool, typer.Option("--nation", help="with the nation over 31 provinces (and Kafka)")
    ] = False,
    rate: Annotated[float, typer.Option(min=0, max=1_000, help="events a second of the simulated provinces")] = 2.0,
    units: Annotated[
        int, typer.Option(min=1, help="units in Hunan's register; those of the told stories are always there")
    ] = UNITS,
    port: Annotated[int | None, typer.Option(help="first port to try")] = None,
    clock_day: Annotated[
        str | None, typer.Option("--clock", metavar="DAY", help="begun with DAY as today, in a directory of its own")
    ] = None,
    json: common.Json = False,
) -> None:
    """Run a demonstration 运行示例: PostgreSQL, API, projections and pages, with fictional data."""
    given, day = common.settings(), _day(clock_day)
    if day is not None:
        if with_kafka or with_nation:
            raise typer.BadParameter("--clock is for one register, without a broker")
        given = given.model_copy(update={"data_dir": given.data_dir / clock.DIRECTORY})
    if smoke_test:
        given = given.model_copy(update={"data_dir": given.data_dir / "smoke"})
    began = time.monotonic()
    asked = Asked(with_kafka or with_nation, with_nation, rate, units, port, smoke_test, day)
    with _served(given, asked, reset or smoke_test) as running:
        if smoke_test:
            served = running.nation
            more = partial(smoke_nation, served, running.supervisor) if served else dict
            result = smoke(running.hunan, common.pack(given), running.loaded, more, running.supervisor.look_after)
            common.out(result)
            code = 0 if result["ok"] else 1
        else:
            with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends
                if json:
                    common.out(_said(running))
                else:
                    _welcome(running, time.monotonic() - began)
                _watch(running.supervisor)
            code = 0
    raise typer.Exit(code)


def demo_ground(
    postgres: Annotated[bool, typer.Option("--postgres")] = False,
    broker: Annotated[bool, typer.Option("--broker")] = False,
    while_stdin: Annotated[bool, typer.Option("--while-stdin")] = False,  # noqa: ARG001 (it always ends so)
) -> None:
    """Keep PostgreSQL and the broker of a demonstration up; stop them when standard input closes."""
    backing_services.keep(common.settings().data_dir, postgres=postgres, broker=broker)


def demo_provinces(
    day: Annotated[str, typer.Option()],
    rate: Annotated[float, typer.Option()],
    told: Annotated[Path, typer.Option()],
    while_stdin: Annotated[bool, typer.Option("--while-stdin")] = False,
) -> None:
    """Simulate the provinces that have no instance: their logs up to that day, then so many events a second."""
    given = common.settings()
    logs.configure(given)
    if while_stdin:
        end_with_stdin()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    servers = bootstrap(given)
    try:
        generator.run(servers, day_of(day), SIMULATED_UNITS, rate, told, stop.is_set)
    except KafkaError as error:  # whoever keeps this process starts it again
        raise Unavailable(f"Kafka at {shown(servers)} ({type(error).__name__})") from error


@contextmanager
def _served(given: Settings, asked: Asked, reset: bool) -> Iterator[Running]:
    postgres, broker = given.database_url is None, asked.broker and given.kafka is None
    if broker:
        java()  # says what is missing before anything is started
        jars()
    signal.signal(signal.SIGTERM, _interrupt)
    with backing_services.alone(given.data_dir) as lock:
        if reset:
            _reset(given)
        pack = common.pack(given)
        ask_for_reset(given.data_dir, pack)
        supervisor = Supervisor({"CONCORD_DATA_DIR": str(given.data_dir)}, held=(lock,))
        try:
            _begin_ground(supervisor, postgres=postgres, broker=broker)
            hunan = _placed(given, asked)
            if asked.day is not None:
                _clock_set(hunan, asked.day)
            loaded = prepared(hunan, given.key_file or given.data_dir / "key", pack, asked.units, asked.day)
            first = asked.port if asked.port is not None else given.port
            if asked.nation:
                served = _nation(hunan, supervisor, first, asked.rate)
                running = Running(served.hunan, served, loaded, supervisor)
            else:
                running = Running(_province(hunan, supervisor, first), None, loaded, supervisor)
            if hunan.kafka is not None and not asked.quiet:
                today = datetime.now(CHINA).date()
                wire.send(hunan.kafka, wire.signals(hunan.database, A_FEW, f"demo-{today}"))
            yield running
        finally:
            if not asked.quiet:
                terminal.console.print("正在停止 stopping …")
            supervisor.stop()
            backing_services.stop(given.data_dir, postgres=postgres, broker=broker)
            if asked.quiet:
                if postgres:
                    embedded.erase(given.data_dir)
                shutil.rmtree(given.data_dir)


def _clock_set(hunan: Instance, day: date) -> None:
    """Begin the demonstration's own clock on that day; one that has begun goes on. Raises Unavailable."""
    own, begun = clock.OwnClock(hunan.directory), hunan.directory / BEGUN
    if (hunan.directory / clock.FILE).exists():
        if day not in (day_of(begun.read_text(encoding="ascii")), own.today):
            where = f"{day} under {hunan.directory}"
            raise Unavailable(f"{where} (it is {own.today} there: ./concord clock DAY moves it, --reset begins anew)")
        return
    mark_simulated(hunan.database)
    begun.write_text(day.isoformat(), encoding="ascii")
    own.set(day)


def _day(text: str | None) -> date | None:
    try:
        return day_of(text) if text is not None else None
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no day: {error}") from error


def _begin_ground(supervisor: Supervisor, *, postgres: bool, broker: bool) -> None:
    words = [*(["--postgres"] if postgres else []), *(["--broker"] if broker else [])]
    if words:
        supervisor.start("ground", "demo-ground", *words)


def _placed(given: Settings, asked: Asked) -> Instance:
    """Hunan's register on its ground, which is started if need be."""
    with terminal.step("PostgreSQL"):
        database = common.database(given)
    servers = None
    if asked.broker:
        with terminal.step("Kafka"):
            servers = given.kafka or kafka.up(given.data_dir).bootstrap
    with terminal.step("数据库结构 schema"):
        migrate(database)
    return Instance(
        PROVINCE,
        given.data_dir,
        database,
        given.host,
        kafka=servers,
        pack=given.pack or DEFAULT_PACK,
        packs=given.packs,
    )


def _province(hunan: Instance, supervisor: Supervisor, port: int) -> Instance:
    with terminal.step("服务 services"):
        (chosen,) = free_ports(hunan.host, port, 1)
        served = serve(hunan, supervisor, chosen, [*ALWAYS, *(OVER_KAFKA if hunan.kafka else ())])
        await_ready([served], supervisor)
    return served


def _nation(hunan: Instance, supervisor: Supervisor, port: int, rate: float) -> Nation:
    with terminal.step("国家与外省 nation and provinces"):
        ready = nation.prepared(hunan)
    with terminal.step("服务 services"):
        served = nation.started(ready, supervisor, port, rate)
        await_ready([served.national, *served.provinces], supervisor)
    tell(served, supervisor)
    return served


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _reset(given: Settings) -> None:
    if given.database_url is not None:
        raise Unavailable("--reset with CONCORD_DATABASE_URL (Concord never removes a database that it did not make)")
    kafka.down(given.data_dir)
    embedded.erase(given.data_dir)
    shutil.rmtree(given.data_dir / "kafka", ignore_errors=True)
    shutil.rmtree(given.data_dir / "nation", ignore_errors=True)
    for name in ("accounts.json", "key", NOTE, LOADING, BEGUN, clock.FILE):
        (given.data_dir / name).unlink(missing_ok=True)


def _said(running: Running) -> dict[str, Any]:
    hunan, served = running.hunan, running.nation
    national = {"base": served.national.base, "accounts": served.national.accounts_file} if served else None
    day = clock.today(hunan.directory)
    return {"base": hunan.base, "accounts": hunan.accounts_file, "day": day, "national": national, **running.loaded}


def _welcome(running: Running, seconds: float) -> None:
    loaded, hunan = running.loaded, running.hunan
    counts = f"{loaded['units']} units, {loaded['events']} events, {loaded['named']} named, {loaded['revoked']} revoked"
    lines = [
        "",
        f"Concord 和谐  {hunan.base}  ({seconds:.1f} s; {counts})",
        "",
        f"  看板 board      {hunan.base}/board",
        f"  换人 people     {hunan.base}/demonstration",
        f"  审计 acts       {hunan.base}/audit",
        f"  接口 API        {hunan.base}/openapi.json",
        f"  账户 accounts   {hunan.accounts_file}",
        f"  今天 today      {clock.today(hunan.directory)}",
        *([f"  消息 Kafka      {hunan.kafka}"] if hunan.kafka else []),
        *_national(running.nation),
        *_stories(hunan),
        "",
        "Ctrl-C 停止 to stop",
    ]
    typer.echo("\n".join(lines))


def _national(served: Nation | None) -> Sequence[str]:
    if served is None:
        return []
    others = [(one.base, PLACES[one.place]) for one in served.provinces[1:]]
    return [
        f"  国家 nation     {served.national.base}/national  三十一省互检 · 31 provinces check one another",
        f"  国家账户        {served.national.accounts_file}",
        *(f"  外省 province   {base}  {place.zh} · {place.en}" for base, place in others),
    ]


def _stories(hunan: Instance) -> Sequence[str]:
    return [
        f"  故事 story {number}    {hunan.base}/units/{story['unit']}  {story['zh']} · {story['en']}"
        for number, story in sorted(hunan.accounts()["stories"].items())
    ]


def _watch(supervisor: Supervisor) -> NoReturn:
    while True:
        time.sleep(0.5)
        for name in supervisor.look_after():
            terminal.console.print(f"  {name} ended by itself and is started again")
