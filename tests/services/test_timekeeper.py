"""What a passing day brings about, on a real register: publicity over, deadlines missed, each once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from world import TestClock, World

from services.casework.pack import load_pack
from services.decisions import Decisions
from services.register.append import Appender
from services.timekeeper import sweep
from services.vault import KeyFile


async def swept(conninfo: str, clock: TestClock, directory: Path) -> int:
    """One sweep of the whole register."""
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        conninfo, min_size=1, max_size=2, kwargs={"autocommit": True}, open=False
    )
    async with pool, Appender(conninfo) as appender:
        return await sweep(Decisions(pool, appender, KeyFile.at(directory / "key"), load_pack(), clock=clock))


def test_a_day_passes(served: World, tmp_path: Path) -> None:
    unit = served.to_publicity(5)
    until = (served.today + timedelta(days=14)).isoformat()
    body = {"from": served.today.isoformat(), "until": until, "channel": "示例网站"}
    stored = served.must("province-hr-officer", unit, "start-publicity", body)
    assert served.get(f"deadlines?min_position={stored['position']}").status_code == 200
    assert asyncio.run(swept(served.conninfo, served.clock, tmp_path)) == 0
    served.days_later(60)
    assert asyncio.run(swept(served.conninfo, served.clock, tmp_path)) >= 2
    types = [event["type"] for event in served.get(f"units/{unit}/events").json()["events"]]
    assert types.count("unit.publicity-completed.v1") == 1
    assert types.count("unit.deadline-missed.v1") >= 1
    before = served.version(unit)
    last = served.get(f"units/{unit}/events").json()["events"][-1]["position"]
    assert served.get(f"deadlines?min_position={last}").status_code == 200
    asyncio.run(swept(served.conninfo, served.clock, tmp_path))
    assert served.version(unit) == before, "a second sweep of the same day does nothing"
