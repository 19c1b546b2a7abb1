"""`concord webhook`: who is sent events over HTTP, and what waits for them."""

from __future__ import annotations

from typing import Annotated

import psycopg
import typer
from rich.table import Table

from deploy.cli import common
from services.publisher import subscriptions
from services.vault import KeyFile

webhook_app = typer.Typer(help="Webhooks 事件推送: add, list, remove", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(webhook_app, name="webhook")


@webhook_app.command("add")
def add_command(
    url: Annotated[str, typer.Argument(help="HTTPS address; plain HTTP only on the loopback")],
    types: Annotated[str, typer.Option(help="event types, comma between; all where none is named")] = "",
    after: Annotated[int | None, typer.Option(min=0, help="position to begin after; the log's end where unset")] = None,
    json: common.Json = False,
) -> None:
    """Subscribe an address; its secret is shown this once 订阅；密钥只显示一次."""
    given = common.settings()
    keys = KeyFile.at(given.key_file or given.data_dir / "key")
    wanted = [name for name in types.split(",") if name] or None
    with psycopg.connect(common.existing_database(given), autocommit=True) as conn:
        subscription, secret = subscriptions.add(conn, keys, url, wanted, after)
    if json:
        common.out({"id": subscription, "secret": secret})
    else:
        typer.echo(f"{subscription}  {secret}")


@webhook_app.command("list")
def list_command(json: common.Json = False) -> None:
    """List subscriptions and their queues, never a secret 列出订阅及待投递数量."""
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        found = [(one, subscriptions.waiting(conn, one)) for one in subscriptions.webhooks(conn)]
    if json:
        names = ("id", "url", "types", "position", "failures", "error", "next_try")
        common.out([{name: getattr(one, name) for name in names} | {"waiting": number} for one, number in found])
        return
    table = Table("id", "url", "types", "position", "waiting", "failures", "next try", "error")
    for one, number in found:
        types = ",".join(one.types or ("*",))
        counts = (str(one.position), str(number), str(one.failures))
        table.add_row(str(one.id), one.url, types, *counts, f"{one.next_try:%F %T}", one.error or "")
    common.printed.print(table)


@webhook_app.command("remove")
def remove_command(
    subscription: Annotated[str, typer.Argument(help="its id, as listed")], json: common.Json = False
) -> None:
    """Send it nothing more 取消订阅."""
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        removed = subscriptions.remove(conn, common.identifier(subscription))
    if json:
        common.out({"removed": removed})
    else:
        typer.echo("removed" if removed else "there is no such webhook")
