"""A nation that runs a newer program: what a province does not know is set aside, shown, and taken once it knows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import TopicPartition

from events.registry import UnknownTypeError, encode
from events.words import NationalDecision
from services.intake import nation
from services.intake.carry import Province
from services.intake.nation import TOPIC, UNKNOWN, Intake, StoredMessage
from services.publisher.signature import Signer, Verifier
from services.publisher.wire import headers_of
from services.register.read import Raw
from tests.nation.instances import consent_awaited
from tests.nation.test_carried import CONSENT, NATION_LOG, carried, decided, stream_of, within  # noqa: F401 (a fixture)
from tests.projections.histories import store

PART = TopicPartition(TOPIC, 0)
Within = Callable[[Callable[[Province], Awaitable[Any]]], Any]


def test_E_63_an_unknown_decision_is_set_aside_and_taken_by_a_program_that_knows_it(
    database: str,
    within: Within,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life, other = consent_awaited(11), consent_awaited(12)
    for one in (life, other):
        store(database, list(one.unit.entries))
    messages = [
        message(carried(decided(one, NationalDecision.GIVE_CONSENT, CONSENT), at).entry, at)
        for at, one in ((7, life), (8, other))
    ]

    def older(type_name: str, state: bytes) -> Any:
        """A program that does not know what the first message holds."""
        if state == messages[0].value:
            raise UnknownTypeError(type_name)
        return decode(type_name, state)

    decode = nation.decode
    monkeypatch.setattr(nation, "decode", older)

    async def by_the_older(here: Province) -> tuple[int, int, int, int]:
        intake = Intake(here, None, "topic", NATION_LOG, Verifier.of((0, SIGNER.key)))
        taken = await intake.take(PART, messages)
        return taken, await intake.take_again(), *[len(await stream_of(here, one.unit.id)) for one in (life, other)]

    taken, again, first, second = within(by_the_older)
    assert (taken, again) == (2, 0)
    assert (first, second) == (life.unit.version, other.unit.version + 1)
    assert letters(database) == [(UNKNOWN, "waiting")]
    monkeypatch.undo()

    async def by_the_newer(here: Province) -> tuple[int, int]:
        intake = Intake(here, None, "topic", NATION_LOG, Verifier.of((0, SIGNER.key)))
        return await intake.take_again(), len(await stream_of(here, life.unit.id))

    assert within(by_the_newer) == (1, life.unit.version + 1)
    assert letters(database) == [(UNKNOWN, "replayed")]


SIGNER = Signer.of(Ed25519PrivateKey.from_private_bytes(bytes(32)))


def message(entry: Any, position: int) -> StoredMessage:
    """A decision as the nation's topic has it."""
    state = encode(entry)
    raw = Raw(position, entry.stream, entry.version, entry.event.about.type, entry.recorded_at, entry.command_id, state)
    headers = headers_of(NATION_LOG, "000000", raw)
    SIGNER.sign([raw], [headers])
    return StoredMessage(state, headers, str(entry.stream).encode(), position)


def letters(database: str) -> list[tuple[str, str]]:
    """Class and status of the dead letters."""
    with psycopg.connect(database) as conn:
        return conn.execute("SELECT class, status FROM intake.dead_letters ORDER BY id").fetchall()
