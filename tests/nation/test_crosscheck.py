"""The cross-check: what each question finds among lawful lives in several provinces, and what it leaves alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from events.envelope import Entry, Event
from events.governance.decision import DecisionDeclined, DeclinedBy
from events.governance.national import NationalDecided
from events.unit.checks import UnitCrossInspected, UnitRectificationOrdered
from events.unit.naming import UnitNamed
from events.unit.revocation import UnitRevocationDropped
from events.words import Category, CheckResult, Level, NationalDecision, SignalOutcome
from projections.crosscheck.queries import Filter, Finding, findings
from projections.crosscheck.questions import Kind
from projections.league.queries import Province
from projections.page import Page
from services.casework.decision.state import declined_stream
from services.casework.national.state import file_stream
from services.errors import Malformed
from services.follower import step
from services.nation.league import league as of_all
from services.nation.projector import Projector, prepare
from services.register.read import log_id
from tests.casework.given import NATIONAL, PACK, Life, approver, desk, signal, source
from tests.casework.stages import assessed, life_at, look_into
from tests.nation.instances import petition, recorded
from tests.nation.provinces import replicate
from tests.projections.histories import store

HUNAN, GUANGDONG, SICHUAN = "430000", "440000", "510000"
NOW = datetime(2025, 8, 1, 4, tzinfo=UTC)


@pytest.fixture
def nation(database: str) -> str:
    """The nation's register, with the tables of the cross-check."""
    prepare(database, PACK)
    return database


def project(database: str, provinces: dict[str, Sequence[Entry[Event]]], heard: datetime = NOW) -> None:
    """Bring these entries into the replicas, and fold them."""
    for place, entries in provinces.items():
        replicate(database, place, entries, heard=heard)
    with psycopg.connect(database, autocommit=True) as conn:
        projector = Projector(conn, PACK)
        while step(projector.follower()):
            pass


def page(
    database: str, wanted: Filter, now: datetime = NOW, after: str | None = None, limit: int = 50
) -> Page[Finding]:
    async def asked() -> Page[Finding]:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
            return await findings(conn, wanted, now, after, limit)

    return asyncio.run(asked())


def ask(database: str, kind: Kind, now: datetime = NOW, **more: object) -> list[Finding]:
    return page(database, Filter(kind, **more), now).rows  # type: ignore[arg-type]


def league(database: str, now: datetime = NOW) -> dict[str, Province]:
    async def asked() -> list[Province]:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
            return await of_all(conn, now)

    return {one.place: one for one in asyncio.run(asked())}


def national(n: int, stage: str = "enjoying") -> Life:
    """A national model unit, at a stage of its life."""
    return life_at(stage, NATIONAL, n=n)


def test_a_signal_that_nobody_assessed_is_unhandled_after_its_days(nation: str) -> None:
    named, other = national(1), life_at("enjoying", n=2)
    for life in (named, other):
        petition(life, date(2025, 7, 1))
    project(nation, {HUNAN: [*named.unit.entries, *other.unit.entries]})
    (found,) = ask(nation, Kind.UNHANDLED)
    assert (found.province, found.province_name, found.unit) == (HUNAN, "湖南省", named.unit.id)
    assert (found.code, found.name, found.since, found.days) == (named.code, named.name, date(2025, 7, 1), 31)
    assert "未核实" in found.zh
    assert "31 days" in found.en
    assert found.evidence == [
        {"province": HUNAN, "stream": str(named.unit.id), "version": named.unit.version},
    ]
    assert ask(nation, Kind.UNHANDLED, older_than=31) == [found]
    assert ask(nation, Kind.UNHANDLED, older_than=32) == []
    assert ask(nation, Kind.UNHANDLED, province=GUANGDONG) == []
    assert league(nation)[HUNAN].unhandled == 1
    assert league(nation, NOW - timedelta(days=11))[HUNAN].unhandled == 0


def test_a_serious_signal_is_handled_by_a_proposal_or_a_reason_and_a_minor_one_by_its_assessment(nation: str) -> None:
    serious, proposed, dropped, minor = (
        national(1, "found_serious"), national(2, "proposed"), national(3, "proposed"), national(4),
    )  # fmt: skip
    dropped.act(
        date(2025, 6, 18), approver(Level.PREFECTURE), UnitRevocationDropped(title=NATIONAL, reason="示例：已补发")
    )
    sender, day = source(), date(2025, 6, 2)
    minor.act(day, sender, signal(sender, day, Category.MASS_PETITION))
    look_into(minor, day, f"{sender.uri}#示例-1")
    minor.assess(day, approver(Level.PREFECTURE), assessed(minor, f"{sender.uri}#示例-1", outcome=SignalOutcome.MINOR))
    lives = (serious, proposed, dropped, minor)
    project(nation, {HUNAN: [entry for life in lives for entry in life.unit.entries]})
    (found,) = ask(nation, Kind.UNHANDLED)
    assert found.unit == serious.unit.id
    assert "认定严重" in found.zh
    assert [one["version"] for one in found.evidence] == [serious.unit.version - 5, serious.unit.version]
    assert league(nation)[HUNAN].median_days == 0
    assert league(nation)[HUNAN].assessed == 4


def test_a_finding_of_another_province_is_unhandled_until_rectification_is_ordered(nation: str) -> None:
    life = national(1)
    finding = UnitCrossInspected(
        assignment=uuid4(), inspecting_place="440000", on=date(2025, 7, 2), findings="示例：超时加班",
        result=CheckResult.PROBLEMS,
    )  # fmt: skip
    life.act(date(2025, 7, 2), approver(Level.NATION), finding)
    project(nation, {HUNAN: life.unit.entries})  # type: ignore[dict-item]
    (found,) = ask(nation, Kind.UNHANDLED)
    assert "互检发现的问题已30天未处置" in found.zh
    assert league(nation)[HUNAN].unhandled == 1
    assert league(nation)[HUNAN].checked == 1
    assert league(nation)[HUNAN].share_checked == 1.0
    ordered = UnitRectificationOrdered(items=("示例：停止超时加班",), due=date(2025, 8, 1))
    project(nation, {HUNAN: [life.act(date(2025, 7, 20), desk(Level.PROVINCE), ordered)]})
    assert ask(nation, Kind.UNHANDLED) == []


def test_a_unit_held_in_one_province_and_sanctioned_in_another_is_a_conflict(nation: str) -> None:
    held, revoked, frozen = national(1), national(1, "found_serious"), national(2)
    petition(frozen, date(2025, 7, 1))
    project(
        nation,
        {
            HUNAN: held.unit.entries,  # type: ignore[dict-item]
            GUANGDONG: revoked.unit.entries,  # type: ignore[dict-item]
            SICHUAN: frozen.unit.entries,  # type: ignore[dict-item]
        },
    )
    found = ask(nation, Kind.CONFLICT)
    assert [(one.province, one.unit) for one in found] == [(HUNAN, held.unit.id)]
    assert "广东" in found[0].zh
    assert "Guangdong" in found[0].en
    assert [one["province"] for one in found[0].evidence] == [HUNAN, GUANGDONG]
    assert ask(nation, Kind.CONFLICT, province=GUANGDONG) == found
    assert ask(nation, Kind.CONFLICT, province=SICHUAN) == []


def test_E_66_what_a_clock_that_is_ahead_dated_is_found_today(nation: str) -> None:
    held, frozen, waiting = national(1), national(1, "found_serious"), national(2)
    petition(waiting, date(2025, 7, 1))
    tomorrow = timedelta(days=1)
    ahead = [
        one.model_copy(update={"recorded_at": NOW + tomorrow, "effective_on": (NOW + tomorrow).date()})
        if one.version > 1 and one.event.about.type.startswith("unit.signal")
        else one
        for life in (frozen, waiting)
        for one in life.unit.entries
    ]
    project(nation, {HUNAN: held.unit.entries, GUANGDONG: ahead})  # type: ignore[dict-item]
    (found,) = ask(nation, Kind.CONFLICT)
    assert (found.since, found.days) == (NOW.date(), 0)
    late = ask(nation, Kind.UNHANDLED, older_than=0)
    assert waiting.unit.id in {one.unit for one in late}
    assert all(one.days >= 0 for one in late)


def test_one_code_in_two_provinces_is_a_duplicate(nation: str) -> None:
    first, second, other = national(1, "registered"), national(1, "named"), national(2, "registered")
    project(
        nation,
        {
            HUNAN: first.unit.entries,  # type: ignore[dict-item]
            GUANGDONG: [*second.unit.entries, *other.unit.entries],
        },
    )
    (found,) = ask(nation, Kind.DUPLICATE)
    assert (found.code, found.unit) == (first.code, first.unit.id)
    assert "2次" in found.zh
    assert [(one["province"], one["version"]) for one in found.evidence] == [(HUNAN, 1), (GUANGDONG, 1)]
    assert ask(nation, Kind.DUPLICATE, province=GUANGDONG) == [found]
    assert ask(nation, Kind.DUPLICATE, province=SICHUAN) == []


def decision(life: Life, what: NationalDecision, event: str, title: str | None = NATIONAL) -> Entry[Event]:
    """The nation's decision on a unit of Hunan, as it stands in its file."""
    decided = NationalDecided(
        province=HUNAN, unit=life.unit.id, seen_version=life.unit.version, decision=what,
        type=f"unit.{'named' if what is NationalDecision.NAME else 'consent-given'}.v1", event=event, title=title,
        document_number="示例文号",
    )  # fmt: skip
    return recorded(file_stream(HUNAN, life.unit.id), 1, decided)


def carried(entries: Sequence[Entry[Event]], decided: Entry[Event]) -> list[Entry[Event]]:
    """The same entries, the naming caused by the nation's command."""
    return [
        one.model_copy(update={"causation_id": decided.command_id}) if isinstance(one.event, UnitNamed) else one
        for one in entries
    ]


def test_terms_are_three_years_not_over_and_as_the_nation_decided(nation: str) -> None:
    right, differs, long = national(1), national(2), national(3)
    same = decision(right, NationalDecision.NAME, '{"term_from":"2024-04-10"}')
    other = decision(differs, NationalDecision.NAME, '{"term_from":"2024-05-01"}')
    store(nation, [same, other])
    stretched = [
        one.model_copy(update={"event": one.event.model_copy(update={"term_until": date(2029, 4, 9)})})
        if isinstance(one.event, UnitNamed)
        else one
        for one in long.unit.entries
    ]
    entries = [*carried(right.unit.entries, same), *carried(differs.unit.entries, other), *stretched]  # type: ignore[arg-type]
    project(nation, {HUNAN: entries})
    found = ask(nation, Kind.TERM)
    assert {(one.unit, one.zh.partition("，")[0]) for one in found} == {
        (differs.unit.id, "认定期自2024-04-10"),
        (long.unit.id, "认定期2024-04-10至2029-04-09不是三年（应至2027-04-09）"),
    }
    assert next(one for one in found if one.unit == differs.unit.id).evidence[1] == {
        "province": "000000",
        "position": 2,
    }
    later = ask(nation, Kind.TERM, now=datetime(2027, 5, 1, tzinfo=UTC))
    assert {one.unit for one in later if "届满" in one.zh} == {right.unit.id, differs.unit.id}


def test_silent_and_stopped_provinces_are_told(nation: str) -> None:
    project(nation, {HUNAN: national(1).unit.entries}, heard=NOW - timedelta(hours=30))  # type: ignore[dict-item]
    project(nation, {GUANGDONG: national(2).unit.entries}, heard=NOW - timedelta(hours=2))  # type: ignore[dict-item]
    assert [(one.province, one.unit) for one in ask(nation, Kind.SILENT)] == [(HUNAN, None)]
    assert ask(nation, Kind.SILENT, older_than=31) == []
    assert len(ask(nation, Kind.SILENT, older_than=1)) == 2
    with psycopg.connect(nation) as conn:
        conn.execute(
            "UPDATE nation.feeds SET status = 'stopped', class = 'missing', reason = '缺第7号', stopped_at = 7"
            " WHERE place = %s",
            [GUANGDONG],
        )
    stopped = next(one for one in ask(nation, Kind.SILENT) if one.province == GUANGDONG)
    assert "缺第7号" in stopped.zh
    assert stopped.evidence == [{"province": GUANGDONG, "position": 7}]
    assert league(nation)[GUANGDONG].status == "stopped"


def test_a_decision_is_undelivered_until_the_province_recorded_it_and_a_declined_one_says_why(nation: str) -> None:
    named, waiting, refused = national(1, "named"), national(2, "nominated"), national(3, "nominated")
    decided = [decision(life, NationalDecision.NAME, "{}") for life in (named, waiting, refused)]
    store(nation, decided)
    with psycopg.connect(nation) as conn:
        log = log_id(conn)
    declined = DecisionDeclined(
        log=log, position=3, decision=NationalDecision.NAME, unit=refused.unit.id,
        refusals=(DeclinedBy(rule="I-07", zh="处于冻结", en="it is frozen"),),
    )  # fmt: skip
    said = recorded(declined_stream(log, 3), 1, declined)
    entries = [*carried(named.unit.entries, decided[0]), *waiting.unit.entries, *refused.unit.entries, said]  # type: ignore[arg-type]
    project(nation, {HUNAN: entries})
    now = datetime.now(UTC)
    found = ask(nation, Kind.UNDELIVERED, now=now)
    assert {one.unit for one in found} == {waiting.unit.id, refused.unit.id}
    told = next(one for one in found if one.unit == refused.unit.id)
    assert "处于冻结" in told.zh
    assert "it is frozen" in told.en
    assert told.evidence[1]["stream"] == str(said.stream)
    assert "尚未记录" in next(one for one in found if one.unit == waiting.unit.id).zh


def test_E_60_an_entry_whose_cause_the_nation_never_issued_is_a_finding(nation: str) -> None:
    issued, never = national(1, "named"), national(2, "named")
    here, elsewhere = decision(issued, NationalDecision.NAME, "{}"), decision(never, NationalDecision.NAME, "{}")
    store(nation, [here])
    entries = [*carried(issued.unit.entries, here), *carried(never.unit.entries, elsewhere)]
    project(nation, {HUNAN: entries})
    (found,) = ask(nation, Kind.UNISSUED)
    named = next(one for one in never.unit.entries if isinstance(one.event, UnitNamed))
    assert (found.unit, found.since) == (never.unit.id, named.day)
    assert found.evidence == [{"province": HUNAN, "stream": str(never.unit.id), "version": named.version}]
    assert str(elsewhere.command_id) in found.zh
    store(nation, [elsewhere])
    with psycopg.connect(nation, autocommit=True) as conn:
        while step(Projector(conn, PACK).follower()):
            pass
    assert ask(nation, Kind.UNISSUED) == []


def test_pages_follow_one_another_over_all_kinds_without_loss_or_doubles(nation: str) -> None:
    entries: list[Entry[Event]] = []
    for n in range(1, 8):
        life = national(n)
        for day in (date(2025, 7, 1), date(2025, 7, 1 + n)):
            sender = source()
            life.act(day, sender, signal(sender, day, number=f"示例-{n}-{day}"))
        entries += life.unit.entries
    project(nation, {HUNAN: entries, GUANGDONG: entries}, heard=NOW - timedelta(days=3))
    whole = page(nation, Filter(), limit=500).rows
    assert {one.kind for one in whole} == {"unhandled", "conflict", "duplicate", "silent"}
    seen: list[Finding] = []
    cursor: str | None = None
    while True:
        part = page(nation, Filter(), after=cursor, limit=3)
        seen += part.rows
        cursor = part.next
        if cursor is None:
            break
    assert seen == whole
    assert len(whole) == 14 * 2 + 7 * 2 + 7 + 2
    for bad in ("nonsense", page(nation, Filter(Kind.DUPLICATE), limit=1).next):
        with pytest.raises(Malformed):
            page(nation, Filter(Kind.UNHANDLED), after=bad)
