"""`concord doctor`: what is here, what is missing, and the line that installs it."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass

import psycopg
import typer
from rich.table import Table

from deploy import embedded
from deploy.cli import common
from services.errors import ConcordError
from services.register.migrate import migrations
from services.settings import Settings, redacted


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was seen, and what would mend it."""

    name: str
    well: bool
    seen: str
    needed: bool = True
    mend: str = ""


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("doctor")(doctor)


def doctor(json: common.Json = False) -> None:
    """Look at everything that Concord needs 检查运行环境; exit 1 where something needed is missing."""
    given = common.settings()
    checks = [*_program(), _data_dir(given), _database(given), *_optional()]
    if json:
        rows = [{"name": c.name, "well": c.well, "seen": c.seen, "needed": c.needed, "mend": c.mend} for c in checks]
        common.out({"checks": rows, "settings": redacted(given)})
    else:
        table = Table("", "check", "seen", "to mend it")
        for check in checks:
            mark = "✓" if check.well else ("✕" if check.needed else "–")
            table.add_row(mark, check.name, check.seen, "" if check.well else check.mend)
        common.printed.print(table)
        settings = Table("setting", "value")
        for name, value in redacted(given).items():
            settings.add_row(f"CONCORD_{name.upper()}", str(value))
        common.printed.print(settings)
    raise typer.Exit(0 if all(check.well for check in checks if check.needed) else 1)


def _program() -> list[Check]:
    version = platform.python_version()
    new_enough = sys.version_info >= (3, 11)
    return [
        Check("python", new_enough, f"{version} on {platform.system()} {platform.machine()}", mend="Python 3.11+"),
        Check("migrations", True, f"{len(migrations())} in this program"),
    ]


def _data_dir(given: Settings) -> Check:
    there = given.data_dir.exists()
    free = shutil.disk_usage(given.data_dir if there else given.data_dir.parent).free // 2**20
    return Check("disk", free > 1_024, f"{free:,} MiB free at {given.data_dir}", mend="1 GiB free")


def _database(given: Settings) -> Check:
    if given.database_url is None and embedded.running(given.data_dir) is None:
        return Check("database", True, "embedded; not running (./concord demo starts it)", needed=False)
    try:
        with psycopg.connect(common.database(given), connect_timeout=3) as conn:
            row = conn.execute("SELECT current_setting('server_version'), to_regclass('register.events')").fetchone()
    except (psycopg.Error, ConcordError) as error:
        return Check("database", False, str(error).splitlines()[0], mend="start it, or mend CONCORD_DATABASE_URL")
    version, events = row or ("", None)
    seen = f"PostgreSQL {version}, " + ("migrated" if events else "empty (./concord migrate)")
    return Check("database", int(str(version).split(".", maxsplit=1)[0]) >= 15, seen, mend="PostgreSQL 15 or newer")


def _optional() -> list[Check]:
    java = shutil.which("java")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    pgbench = shutil.which("pgbench")
    return [
        Check("java", java is not None, java or "absent", False, "apt-get install openjdk-17-jre-headless (Kafka)"),
        Check("chromium", chromium is not None, chromium or "absent", False, "apt-get install chromium (browsers)"),
        Check("pgbench", pgbench is not None, pgbench or "absent", False, "apt-get install postgresql-contrib (bench)"),
    ]
