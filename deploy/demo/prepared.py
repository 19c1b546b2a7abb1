"""Hunan's demonstration made ready: loaded once, its projections built, its people given tokens."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg

from deploy import terminal
from deploy.demo.accounts import accounts
from deploy.demo.instance import Instance, write_private
from deploy.demo.load import UNITS, load
from events.envelope import CHINA
from services.casework.pack import load_pack
from services.errors import Unavailable
from services.projector.rebuild import rebuild
from services.register.read import last_position
from services.vault import KeyFile

ACCOUNTS_DAYS = 30
"""Days for which demonstration tokens hold."""


def prepared(instance: Instance, keys: Path, units: int = UNITS) -> dict[str, Any]:
    """What was loaded, now or at an earlier start; a load that was cut off is done again.

    Raises Unavailable where the database holds a register that is no demonstration.
    """
    note, loading = instance.directory / "demo.json", instance.directory / "demo.loading"
    with psycopg.connect(instance.database, autocommit=True) as conn:
        there = last_position(conn) > 0
    if there and note.exists() and instance.accounts_file.exists():
        known: dict[str, Any] = orjson.loads(note.read_bytes())
        return known
    if there and not note.exists() and not loading.exists():
        raise Unavailable("the demonstration (this database holds a register that is not one)")
    loading.touch()
    with terminal.progress("示例数据 demonstration", None) as advance:
        done = load(instance.database, KeyFile.at(keys), day_of(loading), progress=advance, units=units)
    with terminal.step("投影 projections"):
        rebuild(instance.database, None, load_pack())
    with psycopg.connect(instance.database, autocommit=True) as conn:
        document = accounts(conn, done, expiry())
    write_private(instance.accounts_file, document)
    loaded = {
        "units": done.units,
        "events": done.events,
        "named": done.named,
        "revoked": done.revoked,
        "load_seconds": round(done.seconds, 2),
    }
    write_private(note, loaded)
    loading.unlink()
    return loaded


def day_of(loading: Path) -> date:
    """The day of the first try, so that a load that was cut off goes on with the same commands."""
    return datetime.fromtimestamp(loading.stat().st_mtime, CHINA).date()


def expiry() -> datetime:
    """When tokens issued now end."""
    return datetime.now(UTC) + timedelta(days=ACCOUNTS_DAYS)
