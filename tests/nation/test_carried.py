"""A national decision in the province's register: recorded as its own event, or declined, exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import orjson
import pytest
from psycopg_pool import AsyncConnectionPool

from events.envelope import CHINA, Entry, Event
from events.governance.decision import DecisionDeclined
from events.governance.national import NationalDecided
from events.registry import ENTRY_OF, encode
from events.unit.revocation import UnitConsentGiven, UnitConsentRefused, UnitRevoked
from events.words import Level, NationalDecision
from services.casework.decide import DecisionRequest
from services.casework.decision.state import declined_stream
from services.casework.national.kind import RECEIVER, carried_event
from services.errors import KeyReused, Refused
from services.intake.carry import Carried, Province, carry
from services.register.appender import Appender
from services.register.read_async import read_stream
from services.vault import KeyFile
from tests.casework.given import NATIONAL, PACK, Life, approver
from tests.nation.instances import HUNAN, consent_awaited, nominated, petition
from tests.projections.histories import store

T = TypeVar("T")
NATION_LOG = uuid4()
TODAY = datetime.now(CHINA).date()
CONSENT = {"document_number": "示例国三方函〔2025〕3号", "title": NATIONAL}


def decided(life: Life, decision: NationalDecision, payload: Mapping[str, object], **more: object) -> NationalDecided:
    """The nation's decision on a unit as it was told."""
    values = {
        "province": HUNAN, "unit": life.unit.id, "seen_version": life.unit.version, "decision": decision,
        "type": "unit.consent-given.v1", "event": orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode(), **more,
    }  # fmt: skip
    return NationalDecided.model_validate(values)


def carried(event: NationalDecided, position: int = 7) -> Carried:
    """The decision as it comes from the nation's log."""
    actor = approver(Level.NATION).actors(TODAY)[0]
    command = uuid4()
    entry: Entry[NationalDecided] = ENTRY_OF[NationalDecided](  # type: ignore[assignment]
        stream=uuid4(), version=1, event=event, recorded_at=datetime.now(UTC), effective_on=TODAY,
        actor=actor, command_id=command, correlation_id=uuid4(),
    )  # fmt: skip
    return Carried(NATION_LOG, position, entry, sha256(encode(entry)).digest())


@pytest.fixture
def within(database: str, tmp_path: Path) -> Callable[[Callable[[Province], Awaitable[T]]], T]:
    """Runs something in the province over this test's register."""

    def run(act: Callable[[Province], Awaitable[T]]) -> T:
        async def whole() -> T:
            pool = AsyncConnectionPool(database, min_size=1, max_size=4, kwargs={"autocommit": True}, open=False)
            async with pool, Appender(database) as appender:
                return await act(Province(pool, appender, KeyFile.at(tmp_path / "key"), PACK, HUNAN))

        return asyncio.run(whole())

    return run


async def stream_of(here: Province, stream: UUID) -> list[Entry[Event]]:
    async with here.pool.connection() as conn:
        return [one.entry for one in await read_stream(conn, stream)]


def test_consent_is_recorded_with_the_nations_event_as_evidence_and_revocation_goes_on(
    database: str, within: Callable[..., None]
) -> None:
    life = consent_awaited()
    store(database, list(life.unit.entries))
    one = carried(decided(life, NationalDecision.GIVE_CONSENT, CONSENT))
    revoke = DecisionRequest(
        uuid4(), b"", life.unit.id, UnitRevoked(document_number="示例取消〔2025〕3号"), uuid4(),
        expected=life.unit.version + 1, posts=approver(Level.PROVINCE, n=2).actors(TODAY),
    )  # fmt: skip

    async def act(here: Province) -> None:
        with pytest.raises(Refused, match="I-08"):
            await here.fresh().decide(
                DecisionRequest(uuid4(), b"", life.unit.id, revoke.event, uuid4(), posts=revoke.posts)
            )
        assert await carry(here, one) == "recorded"
        assert await carry(here, one) == "repeated"
        entries = await stream_of(here, life.unit.id)
        assert len(entries) == life.unit.version + 1
        last = entries[-1]
        assert isinstance(last.event, UnitConsentGiven)
        assert last.event.document_digest == one.digest.hex()
        assert (last.actor, last.causation_id) == (one.entry.actor, one.entry.command_id)
        assert (last.correlation_id, last.command_id) == (one.entry.correlation_id, one.command)
        await here.fresh().decide(revoke)

    within(act)


def test_what_the_law_refuses_by_then_is_declined_once_and_for_all(database: str, within: Callable[..., None]) -> None:
    life = nominated()
    naming = {"document_number": "示例命名〔2025〕1号", "title": NATIONAL, "term_from": "2024-04-10"}
    one = carried(decided(life, NationalDecision.NAME, naming, type="unit.named.v1"))
    another = carried(one.entry.event, 8)
    before = list(life.unit.entries)
    petition(life, before[-1].day)
    store(database, list(life.unit.entries))

    async def act(here: Province) -> None:
        assert await carry(here, one) == "declined"
        assert await carry(here, one) == "repeated"
        assert await carry(here, another) == "declined"
        assert len(await stream_of(here, life.unit.id)) == life.unit.version
        (declined,) = await stream_of(here, declined_stream(NATION_LOG, 7))
        event = declined.event
        assert isinstance(event, DecisionDeclined)
        assert (event.log, event.position, event.unit) == (NATION_LOG, 7, life.unit.id)
        assert event.decision is NationalDecision.NAME
        assert all(why.rule and why.zh and why.en for why in event.refusals)
        assert (declined.actor, declined.causation_id) == (RECEIVER, one.entry.command_id)

    within(act)


def test_a_decision_that_comes_twice_at_once_has_one_effect(database: str, within: Callable[..., None]) -> None:
    life = consent_awaited()
    store(database, list(life.unit.entries))
    one = carried(decided(life, NationalDecision.GIVE_CONSENT, CONSENT))

    async def act(here: Province) -> None:
        outcomes = await asyncio.gather(*(carry(here, one) for _ in range(6)))
        assert sorted(outcomes) == ["recorded", *["repeated"] * 5]
        assert len(await stream_of(here, life.unit.id)) == life.unit.version + 1

    within(act)


def test_E_60_other_bytes_at_the_same_position_are_another_decision(database: str, within: Callable[..., None]) -> None:
    """What was recorded displaces nothing: the law judges the other, and what is declined twice there is set aside."""
    life = consent_awaited()
    store(database, list(life.unit.entries))
    one, other, third = (
        carried(decided(life, NationalDecision.GIVE_CONSENT, {**CONSENT, "document_number": number}))
        for number in ("示例文一", "示例文二", "示例文三")
    )

    async def act(here: Province) -> None:
        assert await carry(here, one) == "recorded"
        assert await carry(here, other) == "declined"
        with pytest.raises(KeyReused):
            await carry(here, third)
        assert [await carry(here, again) for again in (one, other)] == ["repeated", "repeated"]

    within(act)


def test_what_is_no_decision_of_the_nation_is_declined(database: str, within: Callable[..., None]) -> None:
    life = consent_awaited()
    erasing = decided(
        life, NationalDecision.GIVE_CONSENT, {"subject": str(uuid4())}, type="unit.personal-data-erased.v1"
    )
    spoilt = decided(life, NationalDecision.GIVE_CONSENT, {"nonsense": 1})
    unknown = decided(life, NationalDecision.GIVE_CONSENT, CONSENT, unit=uuid4())
    store(database, list(life.unit.entries))

    async def act(here: Province) -> None:
        for position, event in enumerate((erasing, spoilt, unknown), 1):
            assert await carry(here, carried(event, position)) == "declined"
            (entry,) = await stream_of(here, declined_stream(NATION_LOG, position))
            assert isinstance(entry.event, DecisionDeclined)
            assert [why.rule for why in entry.event.refusals] == ["I-00"]
        assert len(await stream_of(here, life.unit.id)) == life.unit.version

    within(act)


def test_an_officer_of_a_province_decides_nothing_for_the_nation(database: str, within: Callable[..., None]) -> None:
    life = consent_awaited()
    store(database, list(life.unit.entries))
    one = carried(
        decided(life, NationalDecision.REFUSE_CONSENT, {**CONSENT, "reason": "示例"}, type="unit.consent-refused.v1")
    )
    assert isinstance(carried_event(one.entry.event, "ab" * 32), UnitConsentRefused)
    clerk = one.entry.model_copy(update={"actor": approver(Level.PREFECTURE).actors(TODAY)[0]})

    async def act(here: Province) -> None:
        assert await carry(here, Carried(one.log, one.position, clerk, one.digest)) == "declined"

    within(act)
