"""A stream is of one kind for ever: the kind of its first entry."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from events.governance.officer import OfficerRegistered
from events.registry import ENTRY_OF
from services.errors import ConcordError, OtherKind, Stale
from services.register.append import Stored, append_sync
from services.register.appender import Appender
from services.register.command import Command
from services.register.read import kinds_of, last_position
from tests.register.given import ACTOR, DAY, command, entry


def officer(stream: UUID, seen: int = 0) -> Command:
    """A command that registers an officer in a stream."""
    command_id = uuid4()
    registered = ENTRY_OF[OfficerRegistered](
        stream=stream, version=seen + 1, event=OfficerRegistered(), recorded_at=datetime.now(UTC), effective_on=DAY,
        actor=ACTOR, command_id=command_id, correlation_id=command_id,
    )  # fmt: skip
    return Command(command_id, b"body", {stream: seen}, (registered,))


def append(database: str, *commands: Command) -> list[Stored | ConcordError]:
    with psycopg.connect(database) as conn:
        return append_sync(conn, commands)


@pytest.mark.parametrize("seen", [0, 1])
def test_L_46_a_unit_cannot_begin_where_an_officer_stands(database: str, seen: int) -> None:
    """Whatever version it was decided at: another kind is said first, for no version would do."""
    stream = uuid4()
    append(database, officer(stream))
    (refused,) = append(database, command(stream, seen))
    assert isinstance(refused, OtherKind)
    assert (refused.stream, refused.kind, refused.given) == (str(stream), "officer", "unit")
    assert "'officer'" in str(refused)
    assert "'unit'" in str(refused)
    assert "officer" in refused.zh
    with psycopg.connect(database) as conn:
        assert last_position(conn) == 1
        assert kinds_of(conn, [stream, uuid4()]) == {stream: "officer"}


def test_L_46_nor_within_the_batch_in_which_the_officer_begins(database: str) -> None:
    stream, other = uuid4(), uuid4()
    answers = append(
        database, officer(stream), command(stream, 1), officer(stream, 1), command(other), officer(other, 1)
    )
    assert [type(answer) for answer in answers] == [Stored, OtherKind, Stored, Stored, OtherKind]
    assert isinstance(answers[1], OtherKind)
    assert (answers[1].kind, answers[1].given) == ("officer", "unit")
    with psycopg.connect(database) as conn:
        assert kinds_of(conn, [stream, other]) == {stream: "officer", other: "unit"}


def test_what_was_refused_gives_no_kind(database: str) -> None:
    stream = uuid4()
    wrong = Command((stale := officer(stream)).id, b"body", {stream: 0, uuid4(): 9}, stale.entries)
    answers = append(database, wrong, command(stream, 1), command(stream))
    assert [type(answer) for answer in answers] == [Stale, Stale, Stored]
    with psycopg.connect(database) as conn:
        assert kinds_of(conn, [stream]) == {stream: "unit"}


def test_a_command_writes_one_kind_to_a_stream() -> None:
    stream, command_id = uuid4(), uuid4()
    one = entry(stream, 1, command_id)
    two = officer(stream, 1).entries[0].model_copy(update={"command_id": command_id})
    with pytest.raises(OtherKind):
        Command(command_id, b"", {stream: 0}, (one, two))


def test_L_46_of_rivals_for_one_id_one_kind_wins(database: str) -> None:
    async def act() -> list[list[Stored | BaseException]]:
        found = []
        async with Appender(database) as one, Appender(database) as other:
            for _ in range(20):
                stream = uuid4()
                rivals = [made(stream) for made in (officer, command) * 4]
                found.append(
                    await asyncio.gather(
                        *((one, other)[n // 2 % 2].append(rival) for n, rival in enumerate(rivals)),
                        return_exceptions=True,
                    )
                )
        return found

    for answers in asyncio.run(act()):
        (winner,) = [n for n, answer in enumerate(answers) if isinstance(answer, Stored)]
        for n, answer in enumerate(answers):
            if n != winner:
                assert isinstance(answer, Stale if (n - winner) % 2 == 0 else OtherKind)
    with psycopg.connect(database) as conn:
        assert last_position(conn) == 20


def test_a_stranger_of_another_kind_never_fails_its_neighbours(database: str) -> None:
    stream = uuid4()
    append(database, officer(stream))

    async def act() -> list[Stored | BaseException]:
        async with Appender(database) as appender:
            wanted = [command() if n % 3 else command(stream, 1) for n in range(30)]
            return await asyncio.gather(*map(appender.append, wanted), return_exceptions=True)

    for n, answer in enumerate(asyncio.run(act())):
        assert isinstance(answer, Stored if n % 3 else OtherKind)
