"""What several processes remember of one register: none of them refuses by what another has changed since."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from test_genesis import deciding
from world import COUNTY, FOUNDERS

from events.envelope import CHINA
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.words import House, Level, Role
from services.decisions import DecisionRequest
from services.errors import Refused
from services.genesis import begin


def _post(since: date) -> OfficerAppointed:
    return OfficerAppointed(
        post="示例经办", house=House.HR, level=Level.COUNTY, place=COUNTY, roles=(Role.OFFICER,), from_=since
    )


def _asked(stream: UUID, event: OfficerAppointed | OfficerRegistered, who: UUID) -> DecisionRequest:
    return DecisionRequest(uuid4(), b"asked", stream, event, who)


def test_a_stream_that_another_process_began_is_no_longer_taken_for_absent(database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with deciding(database, tmp_path) as one, deciding(database, tmp_path) as other:
            administrator = (await begin(one, FOUNDERS)).administrators[0]
            post, officer = _post(one.clock().astimezone(CHINA).date()), uuid4()
            with pytest.raises(Refused):
                await other.decide(_asked(officer, post, administrator))
            assert officer in other.states
            await one.decide(_asked(officer, OfficerRegistered(), administrator))
            stored = await other.decide(_asked(officer, post, administrator))
            assert [recorded.entry.version for recorded in stored.recorded] == [2]

    asyncio.run(run())


def test_what_is_remembered_of_a_stream_is_what_stands_in_the_register(database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with deciding(database, tmp_path) as one, deciding(database, tmp_path) as other:
            administrator = (await begin(one, FOUNDERS)).administrators[0]
            officer = uuid4()
            await one.decide(_asked(officer, OfficerRegistered(), administrator))
            await one.decide(_asked(officer, _post(one.clock().astimezone(CHINA).date()), administrator))
            remembered = one.states.get(officer)
            read = (await other.load([officer], fresh=True))[officer]
            assert remembered is not None
            assert [*remembered.entries] == [*read.entries]
            assert remembered.version == read.version == 2

    asyncio.run(run())
