"""The same messages in any order, over Kafka as over HTTP, end in the same state of the same units."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from wire import (
    PLACE,
    SYSTEM,
    amend,
    ask,
    code,
    drain,
    intake,
    letters,
    over_http,
    projected,
    record,
    report,
    send,
    settled,
    wait,
    withdraw,
)

from events.registry import ENTRY_OF
from events.unit.registration import UnitRegistered
from events.words import UnitKind
from services.casework.stream import fold
from services.casework.unit.kind import UNIT
from services.casework.unit.registration import unit_id
from services.follower import step
from services.intake.message import AMENDED, WITHDRAWN
from services.register.append import append_sync
from services.register.command import Command
from services.register.read import read_stream

PARK, ENTERPRISE, INDUSTRY = 70, 71, 72
"""Numbers of codes: of units of three kinds, each the only one of its code."""

State = dict[UUID, dict[str, tuple[int | None, bool]]]


def _registered(conninfo: str, kind: UnitKind, number: int) -> UUID:
    command, stream = uuid4(), unit_id(code(number), PLACE)
    entry = ENTRY_OF[UnitRegistered](
        stream=stream, version=1, recorded_at=datetime.now(UTC), effective_on=date(2020, 1, 1), actor=SYSTEM,
        event=UnitRegistered(kind=kind, name=f"示例{kind.zh}{number}", code=code(number), place="430104"),
        command_id=command, correlation_id=command,
    )  # fmt: skip
    with psycopg.connect(conninfo, autocommit=True) as conn:
        append_sync(conn, [Command(command, b"system", {stream: 0}, (entry,))])
    return stream


def _uncoded(one: dict[str, Any], kind: str) -> dict[str, Any]:
    """An amendment or withdrawal that names no unit at all."""
    return record(kind, None, orjson.loads(one["value"]))


def _messages() -> list[list[dict[str, Any]]]:
    """Of each signal: its report, and what changes it."""
    made = []
    for number in range(24):
        unit, name = (PARK, ENTERPRISE, INDUSTRY, 73)[number % 4], f"s-{number}"
        change = amend(unit, name, people=number + 1)
        if number % 3 == 0:
            change = _uncoded(change, AMENDED)
        one = [report(unit, name), change]
        if number % 5 == 0:
            gone = withdraw(unit, name)
            # withdrawn instead of amended: what comes after a withdrawal is refused, whatever the way
            one[1] = _uncoded(gone, WITHDRAWN) if number % 2 else gone
        made.append(one)
    return made


def _state(conninfo: str) -> State:
    state: State = {}
    with psycopg.connect(conninfo) as conn:
        for (stream,) in conn.execute("SELECT DISTINCT stream FROM register.events WHERE type LIKE 'unit.%'"):
            unit = fold(UNIT, stream, [one.entry for one in read_stream(conn, stream)])
            state[stream] = {name: (one.people, one.withdrawn) for name, one in unit.signals.all.items()}
    return state


@pytest.mark.parametrize("channel", ["kafka", "http"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_and_any_way_end_in_one_state(channel: str, seed: int, database: str, bootstrap: str) -> None:
    settled(database)
    kinds = {PARK: UnitKind.PARK, ENTERPRISE: UnitKind.ENTERPRISE, INDUSTRY: UnitKind.INDUSTRY}
    units = [*(_registered(database, kind, number) for number, kind in kinds.items()), unit_id(code(73), PLACE)]
    expected: State = {}
    for number in range(24):
        unit = units[number % 4]
        outcome = (None, True) if number % 5 == 0 else (number + 1, False)
        expected.setdefault(unit, {})[f"urn:concord:source:petitions:430000#s-{number}"] = outcome
    order = [one for both in _messages() for one in (*both, both[0])]
    random.Random(seed).shuffle(order)  # noqa: S311 (no secret)

    with intake(database, bootstrap) as running:
        # the sweep at its start is over: what waits later is found by its looks alone
        wait(
            lambda: step(running.follower()) == 0 and running.swept and bool(running.member.next),
            30,
            "it has no partitions",
        )
        if channel == "kafka":
            drain(running, send(bootstrap, order))
        else:
            over_http(database, order)
        projected(database)

        def nothing_waits() -> bool:
            step(running.follower())
            return letters(database) == []

        wait(nothing_waits, 30, "what waits for a report that stands is not taken")
    assert _state(database) == expected
    assert ask(database, "SELECT count(*) FROM register.events WHERE type = 'unit.registered.v1'") == [(4,)]
