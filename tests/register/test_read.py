"""The readers, each in both forms."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from services.register import read, read_async
from services.register.append import append_sync
from tests.register.given import command


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, database: str) -> Any:
    """Calls a reader by name, on a connection of its form."""

    async def asked(name: str, *args: Any) -> Any:
        async with await psycopg.AsyncConnection.connect(database) as conn:
            return await getattr(read_async, name)(conn, *args)

    def answer(name: str, *args: Any) -> Any:
        if request.param == "async":
            return asyncio.run(asked(name, *args))
        with psycopg.connect(database) as conn:
            return getattr(read, name)(conn, *args)

    return answer


def test_both_forms_have_the_same_readers() -> None:
    names = {name for name, value in vars(read_async).items() if inspect.iscoroutinefunction(value) and name[0] != "_"}
    both = {name for name in names if hasattr(read, name)}
    for name in both:
        assert [*inspect.signature(getattr(read, name)).parameters] == [
            *inspect.signature(getattr(read_async, name)).parameters
        ]
    assert {"read_stream", "read_streams", "tail", "raw_tail", "last_position", "find_command", "stream_ids"} <= both


def test_reading(ask: Any, database: str) -> None:
    first, second = command(count=3), command(count=2)
    stream, other, nothing = first.entries[0].stream, second.entries[0].stream, uuid4()
    assert ask("last_position") == 0
    with psycopg.connect(database) as conn:
        append_sync(conn, [first, second])

    assert ask("last_position") == 5
    assert [one.entry for one in ask("read_stream", stream)] == list(first.entries)
    assert [one.entry.version for one in ask("read_stream", stream, 1, 2)] == [2]
    assert ask("read_stream", nothing) == []
    streams = ask("read_streams", [stream, other, nothing])
    assert {key: len(found) for key, found in streams.items()} == {stream: 3, other: 2, nothing: 0}
    assert [one.position for one in ask("tail", 1, 3)] == [2, 3, 4]
    assert [one.position for one in ask("tail", 1, 3, ["unit.signal-recorded.v1"] * 2)] == [2, 3, 4]
    assert ask("tail", 0, 3, ["unit.named.v1"]) == []
    raw = ask("raw_tail", 4, 10)[0]
    assert (raw.position, raw.stream, raw.version, raw.type) == (5, other, 2, "unit.signal-recorded.v1")
    assert (raw.command_id, raw.recorded_at) == (second.id, second.entries[1].recorded_at)
    assert isinstance(raw.state, bytes)
    digest, found = ask("find_command", second.id)
    assert (digest, [one.position for one in found]) == (b"body", [4, 5])
    assert ask("find_command", uuid4()) is None
    ids = sorted([stream, other])
    assert ask("stream_ids", "unit") == ids
    assert ask("stream_ids", "unit", ids[0], 5) == ids[1:]
    assert ask("stream_ids", "officer") == []
    assert ask("kinds_of", [stream, nothing, other]) == {stream: "unit", other: "unit"}
    assert ask("is_simulated") is False
    assert isinstance(ask("log_id"), UUID)
