"""`concord kafka`: a real broker of one node for development and CI."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy import kafka, terminal
from deploy.cli import common
from services.errors import Unavailable
from services.settings import Settings

kafka_app = typer.Typer(help="A Kafka broker of this checkout 本机Kafka", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(kafka_app, name="kafka")


def bootstrap(given: Settings) -> str:
    """The bootstrap servers: those that are set, or the broker of the data directory. Raises Unavailable."""
    if given.kafka is not None:
        return given.kafka
    running = kafka.status(given.data_dir)
    if running is None:
        raise Unavailable("Kafka (./concord kafka up starts one; CONCORD_KAFKA names another)")
    return running.bootstrap


@kafka_app.command("up")
def up(
    port: Annotated[int | None, typer.Option(help="first port to try; the one that is taken is remembered")] = None,
    json: common.Json = False,
) -> None:
    """Start it, or join it 启动; loopback only. Its data stays under the data directory."""
    broker = kafka.up(common.settings().data_dir, port)
    if json:
        common.out({"running": True, "bootstrap": broker.bootstrap, "pid": broker.pid})
    else:
        terminal.console.print(f"Kafka: {broker.bootstrap} (pid {broker.pid}); export CONCORD_KAFKA={broker.bootstrap}")


@kafka_app.command("down")
def down(json: common.Json = False) -> None:
    """Stop it cleanly 停止; nothing is deleted."""
    stopped = kafka.down(common.settings().data_dir)
    if json:
        common.out({"running": False, "stopped": stopped})
    else:
        terminal.console.print("Kafka: stopped" if stopped else "Kafka: was not running")


@kafka_app.command("status")
def status(json: common.Json = False) -> None:
    """Whether it answers 状态; exit 1 where it does not."""
    broker = kafka.status(common.settings().data_dir)
    if json:
        common.out({"running": broker is not None, "bootstrap": broker.bootstrap if broker else None})
    else:
        terminal.console.print(f"Kafka: {broker.bootstrap} (pid {broker.pid})" if broker else "Kafka: not running")
    raise typer.Exit(0 if broker else 1)
