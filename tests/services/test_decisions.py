"""What several processes remember of one register: none of them refuses by what another has changed since."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from test_genesis import deciding
from world import FOUNDERS, identity

from events.governance.officer import OfficerPersonTagged, OfficerRegistered
from events.person import PersonTag
from services.decisions import DecisionRequest
from services.errors import Refused
from services.genesis import begin


def _tag() -> OfficerPersonTagged:
    return OfficerPersonTagged(tag=PersonTag.parse(identity(900)))


def _asked(stream: UUID, event: OfficerPersonTagged | OfficerRegistered, who: UUID) -> DecisionRequest:
    return DecisionRequest(uuid4(), b"asked", stream, event, who)


def test_a_stream_that_another_process_began_is_no_longer_taken_for_absent(database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with deciding(database, tmp_path) as one, deciding(database, tmp_path) as other:
            administrator = (await begin(one, FOUNDERS)).administrators[0]
            officer = uuid4()
            with pytest.raises(Refused):
                await other.decide(_asked(officer, _tag(), administrator))
            assert officer in other.states.cache
            await one.decide(_asked(officer, OfficerRegistered(), administrator))
            stored = await other.decide(_asked(officer, _tag(), administrator))
            assert [recorded.entry.version for recorded in stored.recorded] == [2]

    asyncio.run(run())


def test_what_is_remembered_of_a_stream_is_what_stands_in_the_register(database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with deciding(database, tmp_path) as one, deciding(database, tmp_path) as other:
            administrator = (await begin(one, FOUNDERS)).administrators[0]
            officer = uuid4()
            await one.decide(_asked(officer, OfficerRegistered(), administrator))
            await one.decide(_asked(officer, _tag(), administrator))
            remembered = one.states.cache.get(officer)
            read = (await other.states.load([officer], fresh=True))[officer]
            assert remembered is not None
            assert [*remembered.entries] == [*read.entries]
            assert remembered.version == read.version == 2

    asyncio.run(run())
