"""The nation's decisions over a real broker: into the province's register once, and back to the nation."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import AsyncConnectionPool

from events.envelope import CHINA
from events.governance.register import RegisterBranched, RegisterKeyRotated, RegisterNationRecognised
from events.unit.revocation import UnitRevoked
from events.words import Level
from services.casework.decide import DecisionRequest
from services.casework.national.kind import carried_command
from services.casework.register.state import register_stream
from services.decisions import Decisions
from services.follower import follow
from services.intake import nation as intake
from services.intake.nation import TOPIC, NationBranchedError
from services.nation import replicate as replicator
from services.publisher import run as publisher
from services.publisher.signature import Signer, public, signing_key
from services.publisher.topics import topic_of
from services.publisher.wire import headers_of
from services.register.appender import Appender
from services.register.read import last_position, log_id, raw_tail
from services.states import States
from services.vault import KeyFile
from tests.casework.given import NATIONAL, PACK, Life, approver
from tests.forked import forked
from tests.kafka.published import KILLS, keys, signed, signer, threaded, until
from tests.nation.instances import HUNAN, Nation, cloned, consent_awaited, nominated, petition, served
from tests.projections.histories import entry, store

NAMING = {"document_number": "示例命名〔2025〕1号"}
CONSENT = {"document_number": "示例国三方函〔2025〕3号"}
INTAKE = """
import sys
from pathlib import Path
from services.casework.pack import load_pack
from services.follower import follow
from services.intake.nation import process
from services.vault import KeyFile
keys = KeyFile.at(Path(sys.argv[3]))
follow(process(sys.argv[1], sys.argv[2], keys, load_pack(), sys.argv[4]), lambda: False)
"""


@dataclass
class Pair:
    """A province and the nation, each publishing, the nation replicating; the intake is the test's own to start."""

    hunan: str
    nation: Nation
    bootstrap: str
    keys: Path

    def intake(self) -> AbstractContextManager[None]:
        """The province takes the nation's decisions, in a thread."""
        return threaded(follow, intake.process(self.hunan, self.bootstrap, KeyFile.at(self.keys), PACK, HUNAN))

    def replicated(self) -> bool:
        """Whether the nation has all that the province has."""
        with psycopg.connect(self.hunan) as theirs, psycopg.connect(self.nation.conninfo) as ours:
            head = ours.execute("SELECT coalesce(max(position), 0) FROM nation.replica").fetchone()
            return head == (last_position(theirs),)

    def told(self, *lives: Life) -> None:
        """Put lives into the province's register, and wait until the nation knows them."""
        for life in lives:
            store(self.hunan, list(life.unit.entries))
        until(self.replicated)

    def types(self, unit: UUID, after: int) -> list[str]:
        """What the province recorded of a unit after a version."""
        with psycopg.connect(self.hunan) as conn:
            query = "SELECT type FROM register.events WHERE stream = %s AND version > %s ORDER BY version"
            return [name for (name,) in conn.execute(query, [unit, after])]

    def carried(self) -> Counter[str]:
        """Unit or declined stream → how many events it has by the intake's commands."""
        with psycopg.connect(self.nation.conninfo) as ours, psycopg.connect(self.hunan) as theirs:
            log = log_id(ours)
            decided = raw_tail(ours, 0, 10_000, ["national.decided.v1"])
            commands = [carried_command(log, raw.position, sha256(raw.state).digest()) for raw in decided]
            query = "SELECT command_id FROM register.events WHERE command_id = ANY (%s)"
            return Counter(str(one) for (one,) in theirs.execute(query, [commands]))


@pytest.fixture
def pair(database: str, server: str, template: str, bootstrap: str, tmp_path: Path) -> Iterator[Pair]:
    _without_topics(bootstrap)
    with ExitStack() as stack:
        conninfo = stack.enter_context(cloned(server, template))
        nation = stack.enter_context(served(conninfo, tmp_path))
        with psycopg.connect(database) as conn, psycopg.connect(conninfo) as ours:
            nation.joined(HUNAN, log_id(conn), signer(database).key)
            recognise(database, log_id(ours), signer(conninfo).key)
        for register, place in ((database, HUNAN), (conninfo, "000000")):
            stack.enter_context(
                threaded(
                    follow, publisher.process(register, bootstrap, place, topic_of(place), keys(), poll_seconds=0.1)
                )
            )
        stack.enter_context(threaded(follow, replicator.process(conninfo, bootstrap)))
        yield Pair(database, nation, bootstrap, tmp_path / "hunan-key")
    _without_topics(bootstrap)


def recognise(province: str, log: UUID, key: str, version: int = 1) -> None:
    """The province's register recognises the nation's."""
    recognised = RegisterNationRecognised(log=log, key=key)
    store(province, [entry(register_stream(HUNAN), version, recognised, datetime.now(UTC))])


def _without_topics(bootstrap: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    ours = {TOPIC, topic_of(HUNAN)}
    there = ours & set(admin.list_topics())
    if there:
        admin.delete_topics(list(there), timeout_ms=20_000)
        until(lambda: not ours & set(admin.list_topics()))
    admin.close()


def test_a_naming_and_a_consent_come_back_as_the_provinces_own_events(pair: Pair) -> None:
    named, asking = nominated(1), consent_awaited(2)
    pair.told(named, asking)
    assert pair.nation.decide(named, "name", NAMING).status_code == 201
    consent = pair.nation.decide(asking, "give-consent", CONSENT)
    with pair.intake():
        until(lambda: pair.types(named.unit.id, named.unit.version) == ["unit.named.v1"])
        until(lambda: pair.types(asking.unit.id, asking.unit.version) == ["unit.consent-given.v1"])
    with psycopg.connect(pair.nation.conninfo) as conn:
        (raw,) = raw_tail(conn, consent.json()["position"] - 1, 1)
    with psycopg.connect(pair.hunan) as conn:
        query = "SELECT state FROM register.events WHERE stream = %s AND version = %s"
        (state,) = conn.execute(query, [asking.unit.id, asking.unit.version + 1]).fetchone() or (b"",)
    assert sha256(raw.state).hexdigest().encode() in bytes(state)
    asyncio.run(_revoke(pair, asking))
    until(pair.replicated)
    assert pair.types(asking.unit.id, asking.unit.version) == ["unit.consent-given.v1", "unit.revoked.v1"]
    # recorded, it is on its way no longer: now it is the law that refuses it
    again = pair.nation.decide(named, "name", NAMING, at=named.unit.version + 1)
    assert again.status_code == 409
    assert not any("尚未送达" in one["zh"] for one in again.json()["refusals"])


async def _revoke(pair: Pair, life: Life) -> None:
    pool = AsyncConnectionPool(pair.hunan, min_size=1, max_size=2, kwargs={"autocommit": True}, open=False)
    async with pool, Appender(pair.hunan) as appender:
        decisions = Decisions(States(pool, HUNAN, PACK), appender, KeyFile.at(pair.keys))
        posts = approver(Level.PROVINCE, n=2).actors(datetime.now(CHINA).date())
        revoked = UnitRevoked(title=NATIONAL, document_number="示例取消〔2025〕3号")
        await decisions.decide(
            DecisionRequest(uuid4(), b"", life.unit.id, revoked, uuid4(), expected=life.unit.version + 1, posts=posts)
        )


def test_a_petition_that_came_between_declines_the_naming(pair: Pair) -> None:
    life = nominated(3)
    pair.told(life)
    assert pair.nation.decide(life, "name", NAMING).status_code == 201
    version = life.unit.version
    petition(life, life.unit.entries[-1].day)
    store(pair.hunan, list(life.unit.entries[version:]))
    with pair.intake():
        until(lambda: sum(pair.carried().values()) == 1)
    assert pair.types(life.unit.id, version) == ["unit.signal-recorded.v1"]
    until(pair.replicated)
    with psycopg.connect(pair.nation.conninfo) as conn:
        rows = conn.execute("SELECT place FROM nation.replica WHERE type = 'decision.declined.v1'").fetchall()
    assert rows == [(HUNAN,)]
    # declined, it is on its way no longer: what is asked next is judged by the law alone
    again = pair.nation.decide(life, "name", NAMING, at=life.unit.version)
    assert again.status_code == 409
    assert not any("尚未送达" in one["zh"] for one in again.json()["refusals"])


@pytest.mark.faults
def test_killed_again_and_again_it_records_each_decision_once(pair: Pair) -> None:
    lives = [consent_awaited(n) for n in range(10, 10 + 3 * (KILLS // 2))]
    pair.told(*lives)
    chance, waiting = random.Random(11), list(lives)  # noqa: S311 (the same kills each time)
    for _ in range(KILLS // 2):
        running = forked(INTAKE, pair.hunan, pair.bootstrap, str(pair.keys), HUNAN)
        before = sum(pair.carried().values())
        for life in (waiting.pop(), waiting.pop(), waiting.pop()):
            assert pair.nation.decide(life, "give-consent", CONSENT).status_code == 201
        until(lambda before=before: sum(pair.carried().values()) > before)  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.03))
        running.kill()
        running.join()
    with psycopg.connect(pair.hunan) as conn:
        conn.execute("DELETE FROM intake.offsets")
    with pair.intake():
        until(lambda: len(pair.carried()) == len(lives))
        until(lambda: _read_to_the_end(pair, len(lives)))
    assert set(pair.carried().values()) == {1}
    for life in lives:
        assert pair.types(life.unit.id, life.unit.version) == ["unit.consent-given.v1"]
    until(pair.replicated)
    with psycopg.connect(pair.nation.conninfo) as ours, psycopg.connect(pair.hunan) as theirs:
        columns = sql.SQL("SELECT position, stream, version, type, state FROM {} ORDER BY position")
        replica = ours.execute(columns.format(sql.SQL("nation.replica"))).fetchall()
        assert replica == theirs.execute(columns.format(sql.SQL("register.events"))).fetchall()


def _read_to_the_end(pair: Pair, decided: int) -> bool:
    """Whether as many messages were read as the nation has events, doubles of its publisher beside."""
    with psycopg.connect(pair.hunan) as conn:
        (read,) = conn.execute("SELECT coalesce(sum(next_offset), 0) FROM intake.offsets").fetchone() or (0,)
    return int(read) >= decided


@pytest.mark.faults
def test_it_waits_for_the_database(pair: Pair, server: str) -> None:
    life = consent_awaited(4)
    pair.told(life)
    name = sql.Identifier(str(conninfo_to_dict(pair.hunan)["dbname"]))
    with pair.intake(), psycopg.connect(server, autocommit=True) as admin:
        until(lambda: _read_to_the_end(pair, 1))
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        admin.execute(cut, [conninfo_to_dict(pair.hunan)["dbname"]])
        assert pair.nation.decide(life, "give-consent", CONSENT).status_code == 201
        time.sleep(1)
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
        until(lambda: pair.types(life.unit.id, life.unit.version) == ["unit.consent-given.v1"])


@pytest.mark.parametrize("what", ["unsigned", "signed by another", "signature of another event", "beyond", "log"])
def test_E_60_a_forged_decision_is_a_dead_letter_named_so(pair: Pair, what: str) -> None:
    life, other = consent_awaited(5), consent_awaited(6)
    pair.told(life, other)
    with pair.intake():
        until(lambda: _read_to_the_end(pair, 1))
    assert pair.nation.decide(life, "give-consent", CONSENT).status_code == 201
    with psycopg.connect(pair.nation.conninfo) as conn:
        raw, log = raw_tail(conn, 0, 1_000)[-1], log_id(conn)
    forged = raw.state.replace("示例国三方函".encode(), "示例伪造函".encode())
    of_it = raw._replace(state=forged, position=raw.position + (9 if what == "beyond" else 1))
    headers = headers_of(uuid4() if what == "log" else log, "000000", of_it)
    if what == "signed by another":
        Signer.of(Ed25519PrivateKey.generate()).sign([of_it], [headers])
    if what == "signature of another event":
        headers.append(signed(signer(pair.nation.conninfo), log, "000000", raw)[-1])
    producer = KafkaProducer(bootstrap_servers=pair.bootstrap)
    producer.send(TOPIC, forged, key=str(raw.stream).encode(), headers=headers).get(timeout=20)
    producer.close()
    # the true event comes to stand at the position that the forged one claimed
    assert pair.nation.decide(other, "give-consent", CONSENT).status_code == 201
    with pair.intake():
        until(lambda: pair.types(other.unit.id, other.unit.version) == ["unit.consent-given.v1"])
        until(lambda: len(_letters(pair)) == 1)
    assert pair.types(life.unit.id, life.unit.version) == ["unit.consent-given.v1"]
    assert _letters(pair) == [("forged", forged)]


def _letters(pair: Pair) -> list[tuple[str, bytes]]:
    with psycopg.connect(pair.hunan) as conn:
        return conn.execute("SELECT class, message FROM intake.dead_letters").fetchall()


def test_E_60_a_decision_displaced_at_its_position_is_taken_all_the_same(pair: Pair) -> None:
    """Who holds the nation's key can put a decision in place of another; the other is recorded or declined once."""
    life, other = consent_awaited(15), consent_awaited(16)
    pair.told(life, other)
    with psycopg.connect(pair.nation.conninfo) as conn:
        log, key = log_id(conn), signer(pair.nation.conninfo)
    assert pair.nation.decide(other, "give-consent", CONSENT).status_code == 201
    with psycopg.connect(pair.nation.conninfo) as conn:
        raw = raw_tail(conn, 0, 1_000)[-1]
    forged = raw._replace(
        stream=uuid4(), version=1, state=raw.state.replace("示例国三方函".encode(), "示例伪造函".encode())
    )
    producer = KafkaProducer(bootstrap_servers=pair.bootstrap)
    headers = signed(key, log, "000000", forged)
    producer.send(TOPIC, forged.state, key=str(forged.stream).encode(), headers=headers).get(timeout=20)
    producer.close()
    with pair.intake():
        until(lambda: len(pair.types(other.unit.id, other.unit.version)) == 1)
        until(lambda: _read_to_the_end(pair, len(_all_of(pair.nation.conninfo)) + 1))
    # one of the two was recorded, and the law declined the other: the nation hears of it and can decide again
    until(pair.replicated)
    with psycopg.connect(pair.hunan) as conn:
        kinds = conn.execute("SELECT type FROM register.events WHERE stream = %s OR type = %s",
                             [other.unit.id, "decision.declined.v1"]).fetchall()  # fmt: skip
    assert Counter(kinds)["unit.consent-given.v1",] == 1
    assert Counter(kinds)["decision.declined.v1",] == 1
    assert _letters(pair) == []


def _all_of(register: str) -> list[object]:
    with psycopg.connect(register) as conn:
        return list(raw_tail(conn, 0, 100_000))


def test_E_62_a_nation_that_goes_on_as_another_log_is_taken_once_it_is_recognised(pair: Pair) -> None:
    life, other = consent_awaited(7), consent_awaited(8)
    pair.told(life, other)
    nation, key = pair.nation.conninfo, signer(pair.nation.conninfo).key
    assert pair.nation.decide(life, "give-consent", CONSENT).status_code == 201
    with pair.intake():
        until(lambda: pair.types(life.unit.id, life.unit.version) == ["unit.consent-given.v1"])
    with psycopg.connect(nation) as conn:
        after = last_position(conn)
        branched = RegisterBranched(log=uuid4(), of=log_id(conn), after=after, reason="示例：由备份恢复")
    store(nation, [entry(register_stream("000000"), 1, branched, datetime.now(UTC))])
    assert pair.nation.decide(other, "give-consent", CONSENT).status_code == 201
    with pytest.raises(NationBranchedError, match=str(branched.log)):
        follow(intake.process(pair.hunan, pair.bootstrap, KeyFile.at(pair.keys), PACK, HUNAN), lambda: False)
    assert pair.types(other.unit.id, other.unit.version) == []
    recognise(pair.hunan, branched.log, key, 2)
    with pair.intake():
        until(lambda: pair.types(other.unit.id, other.unit.version) == ["unit.consent-given.v1"])
    assert pair.types(life.unit.id, life.unit.version) == ["unit.consent-given.v1"]
    assert _letters(pair) == []


def test_the_nation_rotates_its_key_by_an_event_and_goes_on(pair: Pair) -> None:
    life, other = consent_awaited(17), consent_awaited(18)
    pair.told(life, other)
    nation = pair.nation.conninfo
    assert pair.nation.decide(life, "give-consent", CONSENT).status_code == 201
    before = signer(nation).key
    with psycopg.connect(nation) as conn:
        fresh = public(signing_key(conn, keys(), log_id(conn), 2))
    rotated = RegisterKeyRotated(number=2, key=fresh, reason="示例：按期更换")
    store(nation, [entry(register_stream("000000"), 1, rotated, datetime.now(UTC))])
    assert pair.nation.decide(other, "give-consent", CONSENT).status_code == 201
    with pair.intake():
        for one in (life, other):
            until(lambda one=one: pair.types(one.unit.id, one.unit.version) == ["unit.consent-given.v1"])  # type: ignore[misc]
    assert signer(nation).key == fresh != before
    with pair.intake():
        until(lambda: all(status == "replayed" for status in _statuses(pair)))
    assert pair.types(other.unit.id, other.unit.version) == ["unit.consent-given.v1"]


def _statuses(pair: Pair) -> list[str]:
    with psycopg.connect(pair.hunan) as conn:
        return [status for (status,) in conn.execute("SELECT status FROM intake.dead_letters")]
