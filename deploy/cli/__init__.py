"""The `concord` command: one file a group of commands.

May import everything of ours but `tests`.
Never holds logic of its own: it reads options, calls the room that does the work, and prints what came of it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
import typer
from pydantic import ValidationError

from deploy.cli import (
    account,
    audit,
    backup,
    bench,
    branch,
    clock,
    demo,
    doctor,
    draw,
    drill,
    exporting,
    history,
    identity,
    importing,
    kafka,
    keys,
    law,
    policy,
    ps,
    publish,
    serve,
    suite,
    verify,
    webhook,
)
from deploy.embedded import EmbeddedError
from deploy.kafka import KafkaError
from services.casework.pack import UnsoundPack
from services.errors import ConcordError

app = typer.Typer(
    help="Concord 和谐: the register of harmonious labour relations 和谐劳动关系创建活动登记簿",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
demo.add(app)
clock.add(app)
suite.add(app)
serve.add(app)
doctor.add(app)
ps.add(app)
history.add(app)
audit.add(app)
verify.add(app)
backup.add(app)
drill.add(app)
draw.add(app)
law.add(app)
policy.add(app)
account.add(app)
identity.add(app)
importing.add(app)
exporting.add(app)
branch.add(app)
keys.add(app)
bench.add(app)
kafka.add(app)
publish.add(app)
webhook.add(app)


def main() -> None:
    """Run the command line; an error of ours is a sentence and exit code 1, never a stack trace."""
    _own_events()
    try:
        app()
    except (ConcordError, EmbeddedError, KafkaError, UnsoundPack) as error:
        sys.exit(f"concord: {error}")
    except psycopg.errors.UndefinedTable:
        sys.exit("concord: the database has not been migrated: ./concord migrate")
    except psycopg.OperationalError as error:
        sys.exit(f"concord: the database: {str(error).splitlines()[0]}")
    except ValidationError as error:
        settings = "; ".join(f"CONCORD_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors() if e["loc"])
        sys.exit(f"concord: {settings or error}")


def _own_events() -> None:
    """A distribution on the package index is called `events` too: say so if it shadows ours."""
    found = find_spec("events.registry")
    if found is None or found.origin is None or not Path(found.origin).with_name("registry.py").exists():
        sys.exit("concord: another package called 'events' shadows Concord's own; uninstall it: pip uninstall events")
