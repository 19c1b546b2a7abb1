"""Small differences that change what the law says: a day, a person more, a case of two that is not the other."""

from __future__ import annotations

import re
import shutil
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from events.unit.revocation import UnitReconsiderationRequested, UnitRevoked
from events.unit.self_evaluation import UnitSelfEvaluated
from events.words import (
    BodyKind,
    House,
    Level,
    Matter,
    ObligationKind,
    Sealer,
    Standing,
    UnitKind,
)
from services.casework.body.state import Body
from services.casework.check.state import Plan
from services.casework.entry_history import EntryHistory, entries_of
from services.casework.judgement import propose
from services.casework.pack import UnsoundPack, read_pack
from services.casework.register.state import Register, register_stream
from services.casework.stream import fold
from services.casework.unit.naming.state import Held, Naming
from services.casework.unit.state import Unit
from services.casework.year.lapses import finds_lapses
from services.casework.year.state import Lapse, Miss, Year
from tests.casework.given import DAY, PACK, PREFECTURE, PROVINCE, PROVINCIAL, SYSTEM, approver, beside, desk, somebody
from tests.casework.rules import AHEAD, ID, SOMEBODY, YESTERDAY, refusals_of, sample
from tests.casework.stages import ON, life_at

PACKS = Path(__file__).parents[1] / "packs"
UNTIL = date(2027, 4, 9)
HELD = Held(PROVINCIAL, 9, date(2024, 4, 10), UNTIL, date(2024, 4, 10))


@pytest.mark.parametrize(
    ("how", "closed_on", "until"),
    [
        (Standing.EXPIRED, None, UNTIL),
        (Standing.EXPIRED, DAY, UNTIL),
        (Standing.ENDED_BY_CLOSING, date(2025, 1, 1), date(2025, 1, 1)),
        (Standing.ENDED_BY_CLOSING, date(2028, 1, 1), UNTIL),
        (Standing.ENDED_BY_CLOSING, None, None),
        (Standing.REVOKED, date(2025, 1, 1), None),
    ],
)
def test_i_14_which_titles_that_are_gone_are_answered_for_and_until_when(
    how: Standing, closed_on: date | None, until: date | None
) -> None:
    answerable = Naming(gone={PROVINCIAL: (how, HELD)}, closed_on=closed_on).answerable()
    assert {title: held.term_until for title, held in answerable.items()} == ({PROVINCIAL: until} if until else {})


def test_a_33_a_missed_duty_of_the_year_is_one_lapse_and_a_units_of_that_name_hides_none() -> None:
    missed = {"plan": Miss(ObligationKind.FILE_PLAN, DAY)}
    year = Year(ID, 1, place=PREFECTURE, year=2024, opened=DAY, misses=missed)
    for unit, found in ((None, 0), (somebody("示例单位"), 1)):
        lapse = Lapse(7, DAY, ObligationKind.FILE_PLAN, "plan", unit)
        assert len(list(finds_lapses(replace(year, lapses={7: lapse}), AHEAD, PACK))) == found
    (event,) = finds_lapses(year, AHEAD, PACK)
    assert not list(finds_lapses(replace(year, place=PROVINCE), AHEAD, PACK)), "the province's own"
    assert getattr(event, "ref", None) == "plan"


def test_t_24_a_term_and_its_paper_are_of_a_day_before_the_opening() -> None:
    register = Register(register_stream(PACK.place), 1, opened_on=DAY)
    unit = life_at("registered").unit
    for since, before in ((YESTERDAY, True), (DAY, False), (AHEAD, False)):
        words = f"{since} is not before the register's opening on {DAY}"
        found = refusals_of("unit.title-carried-in", unit, term_from=since, paper=None, context=beside(register))
        assert (words not in found) is before, since


def test_t_17_a_park_names_its_own_tripartite_body_and_an_enterprise_any_or_none() -> None:
    unnamed, anothers = "the seal names the unit's tripartite body", "that is not this unit's tripartite body"
    registered = life_at("registered").unit
    of_nobody = Body(ID, 1, BodyKind.TRIPARTITE, "示例", PREFECTURE, since=YESTERDAY)
    for kind, own in ((UnitKind.PARK, True), (UnitKind.TOWNSHIP, True), (UnitKind.ENTERPRISE, False)):
        unit = replace(registered, life=replace(registered.life, kind=kind))
        none = refusals_of("unit.report-sealed", unit, sealed_by=Sealer.TRIPARTITE, body=None)
        assert (unnamed in none) is own, kind
        for body, another in (
            (of_nobody, own),
            (replace(of_nobody, unit=unit.id), False),
            (replace(of_nobody, unit=somebody("另一单位")), True),
            (replace(of_nobody, unit=unit.id, kind=BodyKind.OFFICE), True),
        ):
            found = refusals_of(
                "unit.report-sealed", unit, sealed_by=Sealer.TRIPARTITE, body=body.id, context=beside(body)
            )
            assert (anothers in found) is another, (kind, body)


def test_t_19_a_check_of_a_plan_is_ordered_by_the_level_that_orders_it_else_by_the_plans() -> None:
    planned = sample("check.planned.v1").model_copy(update={"place": PROVINCE})
    plan = Plan(somebody("示例方案"), 1, planned=planned)  # type: ignore[arg-type]
    event = sample("unit.check-ordered.v1").model_copy(update={"plan": plan.id, "level": None})
    unit = life_at("registered").unit
    for actor, level in ((SOMEBODY, Level.PREFECTURE), (SYSTEM, Level.PROVINCE)):
        ordered = propose(unit, event, actor, DAY, PACK, beside(plan))
        assert getattr(ordered, "level", None) is level


def test_the_houses_speak_on_a_reconsideration_that_was_asked_for_and_on_no_other() -> None:
    life, day = life_at("heard"), ON["heard"]
    life.act(day, approver(Level.PROVINCE, n=2), UnitRevoked(document_number="示例取消〔2025〕1号"))

    def matters() -> set[object]:
        union = desk(Level.PROVINCE, House.UNION)
        opining = (one for one in life.may(day, union) if one.decision == "opine" and one.allowed)
        return {dict(one.subject).get("matter") for one in opining}

    assert Matter.RECONSIDERATION not in matters()
    life.act(day, life.agent, UnitReconsiderationRequested(text="示例"))
    assert Matter.RECONSIDERATION in matters()


def test_entries_of_some_types_are_found_among_those_kept_as_bytes() -> None:
    entries = life_at("sealed").unit.entries[:]
    kept = EntryHistory.of(entries)
    first, last = (entries[n].event.about.type for n in (0, -1))
    for wanted in ({first}, {last}, {first, last}, set[str]()):
        expected = [entry.version for entry in entries if entry.event.about.type in wanted]
        assert [entry.version for entry in entries_of(kept, wanted)] == expected
        assert [entry.version for entry in entries_of(entries, wanted)] == expected


def test_a_report_without_a_point_has_none() -> None:
    unit = life_at("sealed").unit
    (own,) = (entry for entry in unit.entries if isinstance(entry.event, UnitSelfEvaluated))
    for score in (0, 1):
        told = own.model_copy(update={"event": own.event.model_copy(update={"score": score})})
        entries = [told if entry.version == own.version else entry for entry in unit.entries]
        folded = fold(unit.descriptor, unit.id, entries)
        assert isinstance(folded, Unit)
        assert folded.self_evaluation.score == score


def test_a_title_may_ask_that_another_is_held_for_the_whole_of_its_term_and_no_longer(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PACKS / "three-grades" / "1", tmp_path / "three-grades" / "1"))
    titles = folder / "titles.toml"
    text = titles.read_text(encoding="utf-8")
    longest = re.search(r'term = "(\d+)m"', text.partition("[titles.grade_aa]")[0])
    assert longest is not None
    for months, sound in ((int(longest[1]), True), (int(longest[1]) + 1, False)):
        titles.write_text(text.replace('requires_held = "12m"', f'requires_held = "{months}m"', 1), encoding="utf-8")
        with nullcontext() if sound else pytest.raises(UnsoundPack, match="is held for"):
            read_pack(folder)
