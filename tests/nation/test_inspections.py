"""The draw of a cross-inspection: random, redone by anyone, nobody inspecting itself or who inspected it last."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from events.envelope import Entry, Event
from events.governance.crosscheck import (
    Assignment,
    CrosscheckAssigned,
    CrosscheckPlanned,
    CrosscheckReported,
    CrosscheckShareCommitted,
)
from events.places import PLACES, children
from events.registry import encode
from events.words import CheckResult, House, Level
from services.casework.crosscheck.draw import inspectors, units_to_inspect
from services.casework.crosscheck.kind import CROSSCHECK
from services.casework.judgement import judge
from services.casework.pack import load_pack
from services.casework.stream import fold
from services.nation.draw import populations
from tests.casework.crosschecks import drawn, listed, shared
from tests.casework.given import NATIONAL, PACK, approver
from tests.casework.stages import life_at
from tests.nation.instances import GUANGDONG, HUBEI, HUNAN, KEPT, LOG, adopted, projected, recorded, served

PROVINCES = tuple(children("000000"))
THREE = (HUBEI, HUNAN, GUANGDONG)
SEED = "示例种子"
NATION = approver(Level.NATION).appointments[0]
UNITS = {place: frozenset(UUID(int=int(place) * 100 + n) for n in range(5)) for place in THREE}
SEATS = {House.HR: "officer", House.UNION: "union"}
STREAM = uuid4()


def plan(provinces: tuple[str, ...] = THREE) -> CrosscheckPlanned:
    return CrosscheckPlanned(round="示例轮次", provinces=provinces, per_province=2)


def refused(entries: list[Entry[Event]], event: Event) -> list[str]:
    """The rules that refuse an event on these entries, for the nation's approver."""
    actor = approver(Level.NATION).actors(NATION.since)[0]
    return [refusal.rule for refusal in judge(fold(CROSSCHECK, STREAM, entries), event, actor, NATION.since, PACK)]


def stored(*events: Event) -> list[Entry[Event]]:
    return [recorded(STREAM, number, event) for number, event in enumerate(events, 1)]


def test_nobody_inspects_itself_or_its_last_inspector_over_many_years() -> None:
    assert all(PLACES[place].level is Level.PROVINCE for place in PROVINCES)
    years = [inspectors(f"种子{year}", PROVINCES, {}) for year in range(1)]
    for year in range(1, 60):
        years.append(inspectors(f"种子{year}", PROVINCES, years[-1] or {}))
    for before, after in pairwise(years):
        assert before is not None
        assert after is not None
        assert set(after) == set(after.values()) == set(PROVINCES)
        assert all(inspected != by and before[by] != inspected for inspected, by in after.items())
    assert len({tuple(year.items()) for year in years if year}) == len(years)


def test_anyone_redoes_the_draw_from_the_seed_and_the_list_in_any_order() -> None:
    last = inspectors("去年", PROVINCES, {}) or {}
    shuffled = sorted(PROVINCES, key=lambda place: place[::-1])
    assert shuffled != list(PROVINCES)
    assert inspectors(SEED, PROVINCES, last) == inspectors(SEED, shuffled, last) != inspectors("另一", PROVINCES, last)
    # told again from the description alone: SHA-256 of `seed:n:province` ranks, each inspects the next
    for attempt in range(10_000):
        order = sorted(PROVINCES, key=lambda place: sha256(f"{SEED}:{attempt}:{place}".encode()).digest())
        pairs = dict(zip(order, [order[-1], *order[:-1]], strict=True))
        if not {(by, inspected) for inspected, by in pairs.items()} & set(last.items()):
            break
    assert inspectors(SEED, PROVINCES, last) == dict(sorted(pairs.items()))


def test_two_provinces_cannot_avoid_each_other_twice() -> None:
    two = (HUBEI, HUNAN)
    first = inspectors(SEED, two, {})
    assert first == {HUBEI: HUNAN, HUNAN: HUBEI}
    assert inspectors("另一", two, first) is None


def test_the_units_are_those_whose_digest_is_least() -> None:
    units = units_to_inspect(SEED, UNITS[HUNAN], 2)
    ranked = sorted(UNITS[HUNAN], key=lambda unit: sha256(f"{SEED}:{unit}".encode()).hexdigest())
    assert set(units) == set(ranked[:2])
    assert set(units_to_inspect(SEED, UNITS[HUNAN], 99)) == UNITS[HUNAN]


def before_the_draw() -> list[Entry[Event]]:
    """Plan, lists, and the shares of two houses."""
    return stored(plan(), listed(UNITS), *(event for _, event in shared(STREAM)))


def of(entries: list[Entry[Event]]) -> CrosscheckAssigned:
    """The draw of what was stored, the last commitment at position 4."""
    return drawn(fold(CROSSCHECK, STREAM, entries), UNITS, 4)


def test_a_draw_follows_its_plan() -> None:
    before = before_the_draw()
    assigned = of(before)
    assert assigned.assignments is not None
    for one in assigned.assignments:
        assert set(one.units) < UNITS[one.inspected]
    assert refused(before, assigned) == []
    assert refused([], assigned)[0] == "I-00"
    assert refused([*before, recorded(STREAM, 7, assigned)], assigned) == ["I-22"]
    # L-37: the head of another moment draws nothing
    assert refused(before_the_draw(), assigned) == ["T-19"]
    assert refused(before, assigned.model_copy(update={"assignments": assigned.assignments[:2]})) == ["I-22"]
    assert refused(before, assigned.model_copy(update={"assignments": _itself(assigned.assignments)})) == ["I-22"]
    assert refused([], plan((HUNAN, HUNAN))) == ["I-22"]
    assert refused([], plan((HUNAN, "430100"))) == ["I-00"]
    assert refused(before, plan()) == ["I-00"]


def test_L_37_provinces_and_units_hang_on_a_head_that_nobody_knew() -> None:
    """A planner tried seeds until a friend was not drawn, then committed to that one."""
    found = {str(of(before_the_draw()).assignments) for _ in range(12)}
    assert len(found) > 1


def _itself(assignments: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    return tuple(one.model_copy(update={"inspecting": one.inspected}) for one in assignments)


def test_only_what_was_assigned_is_reported_and_once() -> None:
    before = before_the_draw()
    assigned = of(before)
    assert assigned.assignments is not None
    one = assigned.assignments[0]
    report = CrosscheckReported(
        inspecting=one.inspecting,
        inspected=one.inspected,
        unit=one.units[0],
        on=NATION.since,
        findings="示例：未发现问题",
        result=CheckResult.CLEAN,
    )
    entries = [*before, recorded(STREAM, 7, assigned)]
    assert fold(CROSSCHECK, STREAM, entries).inspected_last()[one.inspected] == one.inspecting
    assert refused(entries, report) == []
    assert refused([*entries, recorded(STREAM, 8, report)], report) == ["I-00"]
    assert refused(entries, report.model_copy(update={"unit": uuid4()})) == ["I-22"]
    assert refused(entries, report.model_copy(update={"inspecting": one.inspected})) == ["I-22"]
    assert refused(stored(plan()), report) == ["I-22"]


def test_L_50_the_national_model_units_of_a_province_are_those_of_the_pack_in_force_there(database: str) -> None:
    day = date(2026, 1, 5)
    for place in (HUNAN, HUBEI):
        projected(database, place, LOG, [life_at("named", NATIONAL, n=int(place[:3]))])
    # of the packs of this test the made-up one has no title of the nation's
    theirs = adopted(HUBEI, load_pack("example-1"), day)
    with psycopg.connect(database) as conn:
        row = (theirs.stream, theirs.version, theirs.event.about.type, theirs.recorded_at, encode(theirs))
        conn.execute(KEPT, [HUBEI, 1_000, *row])

    async def counted(on: date) -> list[int]:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
            found = await populations(conn, (HUNAN, HUBEI), PACK, on)
            return [len(found[place].units) for place in (HUNAN, HUBEI)]

    assert asyncio.run(counted(day - timedelta(days=1))) == [1, 1]
    assert asyncio.run(counted(day)) == [1, 0]


def test_a_cross_inspection_is_planned_drawn_and_reported_over_http(database: str, tmp_path: Path) -> None:
    held = {place: [life_at("named", NATIONAL, n=100 * at + n) for n in range(3)] for at, place in enumerate(THREE, 1)}
    with served(database, tmp_path) as nation:
        path = f"cross-inspections/{STREAM}/decisions"
        body = plan().model_dump(mode="json", exclude_none=True)
        stranger = nation.post("officer", f"{path}/plan", body)
        assert (stranger.json()["rule"], len(stranger.json()["refusals"][0]["facts"])) == ("I-22", 3)
        for place in THREE:
            nation.joined(place, LOG)
        assert nation.post("administrator", f"{path}/plan", body).json()["rule"] == "I-13"
        assert nation.post("officer", f"{path}/plan", body).status_code == 201
        assert nation.post("officer", f"{path}/freeze-lists", {}).status_code == 503
        for place in THREE:
            projected(database, place, LOG, held[place] + [life_at("nominated", NATIONAL, n=int(place[:3]))])
        assert nation.post("officer", f"{path}/freeze-lists", {"provinces": []}).status_code == 422
        frozen = nation.post("officer", f"{path}/freeze-lists", {})
        assert frozen.status_code == 201, frozen.text
        lists = frozen.json()["events"][0]["event"]
        assert [(one["place"], one["population"], one.get("last")) for one in lists["provinces"]] == [
            (place, 3, None) for place in sorted(THREE)
        ]
        assert nation.post("officer", f"{path}/assign", {}).json()["rule"] == "T-19"
        # who is a model after the lists were frozen is of no account
        with psycopg.connect(database) as conn:
            conn.execute("UPDATE nation.board SET closed = true WHERE province = %s", [HUNAN])
        for house, event in shared(STREAM):
            decision = "commit-share" if isinstance(event, CrosscheckShareCommitted) else "reveal-share"
            told = event.model_dump(mode="json")
            assert nation.post(SEATS[house], f"{path}/{decision}", told).status_code == 201
        key = str(uuid4())
        answer = nation.post("officer", f"{path}/assign", {}, key=key)
        assert answer.status_code == 201, answer.text
        again = nation.post("officer", f"{path}/assign", {}, key=key)
        assert again.headers["Idempotency-Replayed"] == "true"
        (event,) = answer.json()["events"]
        assigned = {one["inspected"]: one for one in event["event"]["assignments"]}
        seed = event["event"]["seed"]
        for place, one in assigned.items():
            units = {life.unit.id for life in held[place]}
            assert one["units"] == [str(unit) for unit in units_to_inspect(seed, units, 2)]
        one = assigned[HUNAN]
        finding = {"on": "2025-10-10", "findings": "示例：劳动合同未续签", "result": "problems"}
        report = {**finding, "inspecting": one["inspecting"], "inspected": HUNAN, "unit": one["units"][0]}
        assert nation.post("officer", f"{path}/report", report).status_code == 201
        assert nation.post("officer", f"{path}/report", report).json()["rule"] == "I-00"
        drawn_life = next(life for life in held[HUNAN] if str(life.unit.id) == one["units"][0])
        left_out = next(life for life in held[HUNAN] if str(life.unit.id) not in one["units"])
        inspected = {**finding, "assignment": str(STREAM), "inspecting_place": one["inspecting"]}
        assert nation.decide(left_out, "cross-inspect", inspected, who="officer").json()["rule"] == "I-22"
        assert nation.decide(drawn_life, "cross-inspect", inspected, who="officer").status_code == 201
        # the next one remembers who inspected whom
        path = f"cross-inspections/{uuid4()}/decisions"
        assert nation.post("officer", f"{path}/plan", body).status_code == 201
        later = nation.post("officer", f"{path}/freeze-lists", {}).json()["events"][0]["event"]["provinces"]
        assert {one["place"]: one["last"] for one in later} == {
            place: one["inspecting"] for place, one in assigned.items()
        }
