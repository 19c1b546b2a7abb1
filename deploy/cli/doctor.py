"""`concord doctor`: what is here, what is missing, and the line that installs it."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
import typer
from rich.table import Table

from deploy import embedded
from deploy.cli import common
from deploy.clock import today
from deploy.left_behind import left_behind
from services.casework.pack import NoSuchPack, known_packs
from services.casework.policy.state import Packs
from services.casework.register.state import Register, register_stream
from services.casework.source.state import Source
from services.casework.stream import State
from services.errors import ConcordError
from services.register.migrate import migrations
from services.settings import Settings, in_production, redacted


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
    checks = [*_program(), _packs(), _data_dir(given), _database(given), *_register(given), *left(given), *_optional()]
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


def _packs() -> Check:
    here = ", ".join(f"{name}@{version}" for name, versions in known_packs().items() for version in versions)
    return Check("packs", bool(here), here or "none", mend="the folder of CONCORD_PACKS")


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


def _register(given: Settings) -> list[Check]:
    """Which pack is in force, and whether the register is a demonstration; nothing where there is no register."""
    if given.database_url is None and embedded.running(given.data_dir) is None:
        return []
    try:
        with psycopg.connect(common.database(given), autocommit=True, connect_timeout=3) as conn:
            register = common.state(conn, "register", register_stream(given.place))
            packs = common.packs(conn, given)
            sources = [common.state(conn, "source", stream) for stream in common.streams_of(conn, "source")]
    except (psycopg.Error, ConcordError):
        return []  # the check of the database has said so
    return [_in_force(packs), _opened(register, given), _bound(sources, given)]


def _bound(sources: Sequence[State], given: Settings) -> Check:
    """Sources that report over Kafka in their bare name: everybody who may write to the topic speaks for them, unless
    the register takes nothing unsigned there.
    """
    bare = [one.uri for one in sources if isinstance(one, Source) and not one.closed and not one.bound]
    seen = f"{len(sources) - len(bare)} of {len(sources)} bound to a key" + (
        f"; not bound{', taken over HTTP alone' if given.require_source_keys else ''}: {', '.join(bare)}"
        if bare
        else ""
    )
    return Check("sources", not bare, seen, False, "register-key on each (docs/how-to/publish-signals.md)")


def _in_force(packs: Packs) -> Check:
    day = today(common.settings().data_dir)
    try:
        seen = packs.on(day).name
    except NoSuchPack as error:
        return Check("policy", False, str(error), mend="the pack that was adopted, in the folder of CONCORD_PACKS")
    adopted = "" if packs.adopted else " (none adopted yet)"
    change = packs.next_change(day)
    return Check("policy", True, f"{seen} in force{adopted}" + (f"; another from {change}" if change else ""))


def _opened(register: State, given: Settings) -> Check:
    """A register whose clock was made up serves demonstrations only, and is refused in production."""
    if not isinstance(register, Register) or register.opened_on is None:
        return Check("register", True, "not opened (./concord account begin opens it)", needed=False)
    since = f"of {given.place}, opened on {register.opened_on}"
    if not register.simulated:
        return Check("register", True, since)
    mend = "a database of its own for records that matter; a demonstration is served by ./concord demo"
    return Check("register", not in_production(given), f"{since}, simulated: a demonstration", mend=mend)


def left(given: Settings) -> list[Check]:
    """What killed runs left on this machine, each with the line that ends it; nothing of this data directory."""
    found = left_behind(apart=given.data_dir)
    if not found:
        return [Check("left behind", True, "nothing", needed=False)]
    return [Check("left behind", False, one.seen, False, one.mend) for one in found]


def _optional() -> list[Check]:
    java = shutil.which("java")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    pgbench = shutil.which("pgbench")
    return [
        Check("java", java is not None, java or "absent", False, "apt-get install openjdk-17-jre-headless (Kafka)"),
        Check("chromium", chromium is not None, chromium or "absent", False, "apt-get install chromium (browsers)"),
        Check("pgbench", pgbench is not None, pgbench or "absent", False, "apt-get install postgresql-contrib (bench)"),
    ]
