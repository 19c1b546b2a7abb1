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
from deploy.demo.load import UNITS, form, load
from events.envelope import CHINA
from services.casework.pack import Pack
from services.errors import Unavailable
from services.projector.rebuild import rebuild
from services.register.read import last_position
from services.vault import KeyFile

NOTE, LOADING = "demo.json", "demo.loading"
"""What was loaded, and that a load has begun: files of the directory."""

ACCOUNTS_DAYS = 30
"""Days for which demonstration tokens hold."""


def ask_for_reset(directory: Path, pack: Pack) -> None:
    """Raises Unavailable where the directory has a demonstration of another edition, whole or cut off."""
    note, loading = directory / NOTE, directory / LOADING
    made = orjson.loads(note.read_bytes()).get("form") if note.exists() else None
    cut_off = loading.read_text(encoding="utf-8") if loading.exists() else None
    for exists, found in ((note.exists(), made), (loading.exists(), cut_off)):
        if exists and found != form(pack):
            raise Unavailable(f"the demonstration under {directory} (of another edition: --reset begins anew)")


def prepared(
    instance: Instance, keys: Path, pack: Pack, units: int = UNITS, today: date | None = None
) -> dict[str, Any]:
    """What was loaded, now or at an earlier start; a load that was cut off is done again. `today` is the day after its
    last, where that is another than the real one.

    Raises Unavailable where the database holds a register that is no demonstration, or one of another edition.
    """
    ask_for_reset(instance.directory, pack)
    note, loading = instance.directory / NOTE, instance.directory / LOADING
    with psycopg.connect(instance.database, autocommit=True) as conn:
        there = last_position(conn) > 0
    if there and note.exists() and instance.accounts_file.exists():
        known: dict[str, Any] = orjson.loads(note.read_bytes())
        return known
    if there and not note.exists() and not loading.exists():
        raise Unavailable("the demonstration (this database holds a register that is not one)")
    if not loading.exists():
        loading.write_text(form(pack), encoding="utf-8")
    with terminal.progress("示例数据 demonstration", None) as advance:
        done = load(instance.database, KeyFile.at(keys), today or day_of(loading), pack, progress=advance, units=units)
    with terminal.step("投影 projections"):
        rebuild(instance.database, None, pack, instance.place)
    with psycopg.connect(instance.database, autocommit=True) as conn:
        document = accounts(conn, done, expiry())
    write_private(instance.accounts_file, document)
    loaded = {
        "form": form(pack),
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
