"""What a passing day brings about, on a real register: publicity over, duties missed in streams of every kind, once."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from world import COUNTY, FOUNDERS, PROVINCE, TestClock, World, identity, officer_id, simulate

from events.governance.officer import OfficerPersonTagged, OfficerRegistered
from events.person import PersonTag
from events.words import BodyKind, ObligationKind
from services.casework.body.state import body_stream
from services.casework.officer.state import Officer
from services.casework.pack import Pack, load_pack
from services.casework.register.state import register_stream
from services.decisions import DecisionRequest, Decisions
from services.follower import follow
from services.genesis import begin
from services.projector.run import process
from services.register.appender import Appender
from services.register.read import last_position
from services.states import States
from services.timekeeper import process as process_of_the_timekeeper
from services.timekeeper import sweep
from services.vault import KeyFile

NINGXIA = "640000"


@asynccontextmanager
async def deciding(
    conninfo: str, clock: TestClock, directory: Path, pack: Pack, place: str
) -> AsyncIterator[Decisions]:
    """Decisions over the register of a place."""
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        conninfo, min_size=1, max_size=2, kwargs={"autocommit": True}, open=False
    )
    async with pool, Appender(conninfo) as appender:
        yield Decisions(States(pool, place, pack), appender, KeyFile.at(directory / "key"), clock)


async def swept(conninfo: str, clock: TestClock, directory: Path, place: str = PROVINCE) -> int:
    """One sweep of the whole register, by a timekeeper that has the shipped pack for the days before any adoption."""
    async with deciding(conninfo, clock, directory, load_pack(), place) as decisions:
        return await sweep(decisions)


def types_of(served: World, kinds: str, stream: UUID) -> list[str]:
    """What happened in a stream."""
    return [event["type"] for event in served.get(f"{kinds}/{stream}/events").json()["events"]]


def shown(served: World, kinds: str, stream: UUID) -> None:
    """Wait until the deadlines hold the stream as it is now."""
    last = served.get(f"{kinds}/{stream}/events").json()["events"][-1]["position"]
    assert served.get(f"deadlines?min_position={last}").status_code == 200


def test_a_day_passes(served: World, tmp_path: Path) -> None:
    unit = served.to_publicity(5)
    until = (served.today + timedelta(days=14)).isoformat()
    body = {"from": served.today.isoformat(), "until": until, "channel": "示例网站"}
    served.must("province-hr-officer", unit, "start-publicity", body)
    shown(served, "units", unit)
    assert asyncio.run(swept(served.conninfo, served.clock, tmp_path)) == 0
    served.days_later(60)
    assert asyncio.run(swept(served.conninfo, served.clock, tmp_path)) >= 2
    types = types_of(served, "units", unit)
    assert types.count("unit.publicity-completed.v1") == 1
    assert types.count("unit.deadline-missed.v1") >= 1
    before = served.version(unit)
    shown(served, "units", unit)
    asyncio.run(swept(served.conninfo, served.clock, tmp_path))
    assert served.version(unit) == before, "a second sweep of the same day does nothing"


def test_as_a_process_it_sweeps_at_its_start_and_goes_idle(served: World, tmp_path: Path) -> None:
    stop, body = threading.Event(), body_stream(COUNTY, BodyKind.TRIPARTITE, "示例三方六")
    established = {"kind": "tripartite", "name": "示例三方六", "place": COUNTY}
    served.must("county-hr-officer", body, "establish", established, kinds="bodies")
    shown(served, "bodies", body)
    served.days_later(90)
    timekeeper = process_of_the_timekeeper(
        served.conninfo, lambda: deciding(served.conninfo, served.clock, tmp_path, load_pack(), PROVINCE)
    )
    thread = threading.Thread(target=follow, args=(timekeeper, stop.is_set), daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not any(one["name"] == "timekeeper" and one["state"] == "idle" for one in told(served)):
        assert time.monotonic() < until, "it does not come to an end"
        time.sleep(0.1)
    assert types_of(served, "bodies", body).count("body.deadline-missed.v1") == 4
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def told(served: World) -> list[dict[str, Any]]:
    """What the processes say of themselves."""
    return list(served.get("processes").json()["processes"])


def test_L_49_misses_of_officers_rounds_and_bodies_stand_in_their_own_streams(served: World, tmp_path: Path) -> None:
    today, officer, round_ = served.today, officer_id("county-union-officer"), uuid4()
    served.must("administrator", officer, "suspend", {"reason": "示例", "from": today.isoformat()}, kinds="officers")
    opened = {
        "kind": "naming", "name": "示例轮次", "title": "national_model", "place": PROVINCE,
        "from": today.isoformat(), "until": (today + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    served.must("province-hr-approver", round_, "open", opened, kinds="rounds")
    body = body_stream(COUNTY, BodyKind.TRIPARTITE, "示例三方委员会")
    established = {"kind": "tripartite", "name": "示例三方委员会", "place": COUNTY}
    served.must("county-hr-officer", body, "establish", established, kinds="bodies")
    shown(served, "bodies", body)
    served.days_later(90)
    asyncio.run(swept(served.conninfo, served.clock, tmp_path))
    assert types_of(served, "officers", officer).count("officer.deadline-missed.v1") == 1
    assert types_of(served, "rounds", round_) == ["round.opened.v1", "round.deadline-missed.v1"]
    assert types_of(served, "bodies", body) == ["body.established.v1", *["body.deadline-missed.v1"] * 4]
    for kinds, stream in (("officers", officer), ("rounds", round_), ("bodies", body)):
        shown(served, kinds, stream)
    assert asyncio.run(swept(served.conninfo, served.clock, tmp_path)) == 0


def test_a_stream_with_an_entry_of_a_newer_program_is_passed_over_and_the_others_are_swept(
    served: World, tmp_path: Path
) -> None:
    bodies = []
    for name in ("示例三方一", "示例三方二"):
        body = body_stream(COUNTY, BodyKind.TRIPARTITE, name)
        served.must("county-hr-officer", body, "establish", {"kind": "tripartite", "name": name, "place": COUNTY},
                    kinds="bodies")  # fmt: skip
        bodies.append(body)
    shown(served, "bodies", bodies[-1])
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute(
            """
            INSERT INTO register.events (position, stream, version, type, recorded_at, command_id, state)
            SELECT max(position) + 1, %s, 2, 'body.merged.v1', now(), gen_random_uuid(), '{}' FROM register.events
            """,
            (bodies[0],),
        )
    served.days_later(90)
    assert asyncio.run(swept(served.conninfo, served.clock, tmp_path)) >= 4
    assert types_of(served, "bodies", bodies[1]).count("body.deadline-missed.v1") == 4
    refused = served.get(f"bodies/{bodies[0]}")
    assert (refused.status_code, refused.json()["code"]) == (503, "unreadable")


def test_t_25_days_on_which_nobody_watched_are_recorded_and_shown(served: World, tmp_path: Path) -> None:
    register = register_stream(PROVINCE)

    def recorded() -> int:
        asyncio.run(swept(served.conninfo, served.clock, tmp_path))
        return types_of(served, "registers", register).count("register.not-watched.v1")

    before, last = recorded(), served.today
    served.days_later(1)
    assert recorded() == before
    served.days_later(5)
    assert recorded() == recorded() == before + 1
    first, until = (last + timedelta(days=n) for n in (2, 5))
    shown = served.get(f"registers/{register}").json()["state"]["not_watched"]
    assert shown[-1] == [first.isoformat(), until.isoformat()]


def test_t_25_what_is_owed_is_asked_of_the_law_though_no_projection_knows_it(served: World, tmp_path: Path) -> None:
    body = body_stream(COUNTY, BodyKind.TRIPARTITE, "示例三方甲")
    established = {"kind": "tripartite", "name": "示例三方甲", "place": COUNTY}
    served.must("county-hr-officer", body, "establish", established, kinds="bodies")
    shown(served, "bodies", body)
    served.days_later(90)
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute("DELETE FROM projections.deadlines WHERE stream = %s", [body])
    asyncio.run(swept(served.conninfo, served.clock, tmp_path))
    assert types_of(served, "bodies", body).count("body.deadline-missed.v1") == 4


def test_L_49_a_timekeeper_of_another_province_goes_by_the_pack_adopted_there(database: str, tmp_path: Path) -> None:
    simulate(database)
    clock, officer = TestClock(), uuid4()

    async def proposed() -> None:
        async with deciding(database, clock, tmp_path, load_pack("example-1"), NINGXIA) as decisions:
            begun = await begin(decisions, FOUNDERS, simulated=True)
            tagged = OfficerPersonTagged(tag=PersonTag.parse(identity(9)))
            for event in (OfficerRegistered(), tagged):
                request = DecisionRequest(uuid4(), b"", officer, event, begun.administrators[0])
                await decisions.decide(request)

    async def missed() -> frozenset[str]:
        async with deciding(database, clock, tmp_path, load_pack(), NINGXIA) as decisions:
            await sweep(decisions)
            found = await decisions.states.current(Officer, officer)
            return found.common.missed if found is not None else frozenset()

    asyncio.run(proposed())
    with projected(database, load_pack(), NINGXIA):
        clock.ahead += timedelta(days=2)
        assert asyncio.run(missed()) == frozenset()
        # three working days of a week of six are over, five of a week of five are not
        clock.ahead += timedelta(days=3)
        assert asyncio.run(missed()) == {f"{ObligationKind.SECOND_ACT.value}:2"}


@contextmanager
def projected(conninfo: str, pack: Pack, place: str) -> Iterator[None]:
    """A projector that has taken in what the register holds now."""
    stop = threading.Event()
    arguments = (process(conninfo, pack, place), stop.is_set)
    projector = threading.Thread(target=follow, args=arguments, daemon=True)
    projector.start()
    query = "SELECT position FROM projections.position WHERE name = 'deadlines'"
    with psycopg.connect(conninfo, autocommit=True) as conn:
        until = time.monotonic() + 30
        while conn.execute(query).fetchone() != (last_position(conn),):
            assert time.monotonic() < until, "the deadlines do not come"
            time.sleep(0.1)
        yield
    stop.set()
    projector.join(10)
