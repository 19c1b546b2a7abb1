"""申报: what an application needs, by which way it goes, and when another may follow (I-01 … I-03, I-05, I-16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from events.unit.application import (
    UnitApplicationAccepted,
    UnitApplicationAmended,
    UnitApplicationForwarded,
    UnitApplicationRejected,
    UnitApplicationReturned,
    UnitApplicationWithdrawn,
    UnitApplied,
)
from events.unit.evaluation import UnitEvaluated, UnitReviewed
from events.unit.naming import UnitNamingRefused
from events.unit.self_evaluation import UnitReportAdopted
from events.words import House, Level, ObligationKind, Opinion, Ownership, Recommendation, Route, Step, UnitKind
from services.casework.calendar import Span, add_months
from services.casework.pack import Pack
from services.casework.timekeeping import brought_about
from services.casework.unit.application import case_step, current_step
from tests.casework.given import (
    COUNTY,
    LOCAL,
    NATIONAL,
    PACK,
    PACKS,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    Life,
    add_working_days,
    approver,
    cited,
    desk,
    self_evaluation,
)
from tests.casework.stages import (
    ON,
    adopted,
    applied,
    apply,
    evaluate,
    life_at,
    opine,
    review,
    seal,
    to_decision,
    to_evaluation,
    visited,
)

DAY = ON["reviewed"]
ACCEPTED, FORWARDED = UnitApplicationAccepted(title=PROVINCIAL), UnitApplicationForwarded(title=PROVINCIAL)
RETURNED = UnitApplicationReturned(title=PROVINCIAL, deficiencies=("示例：缺材料",))
REJECTED = UnitApplicationRejected(title=PROVINCIAL, reason="示例：不符合条件")


def _level(life: Life) -> Level:
    return life.unit.application.cases[PROVINCIAL].level


def test_i_01_an_application_rests_on_an_adopted_report_with_both_seals() -> None:
    life = life_at("registered")
    life.act(DAY, life.agent, self_evaluation())
    facts = cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "I-01")
    assert facts == ("report-adopted", "report-sealed:enterprise", "report-sealed:union")
    life.act(DAY, life.agent, adopted(life, DAY))
    assert len(cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "I-01")) == 2
    whole = life_at("sealed")
    other = applied(whole, PROVINCIAL).model_copy(update={"report_digest": "0" * 64})
    cited(whole.refused(DAY, whole.agent, other), "I-01")
    apply(whole, DAY, PROVINCIAL)


def test_i_02_a_parks_rests_on_its_tripartite_bodys_seal() -> None:
    life = life_at("registered", kind=UnitKind.PARK)
    life.act(DAY, desk(Level.COUNTY), self_evaluation(UnitKind.PARK))
    cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "I-02")
    apply(life_at("sealed", kind=UnitKind.PARK), DAY, PROVINCIAL)


@pytest.mark.parametrize("ownership", list(Ownership))
@pytest.mark.parametrize("title", [NATIONAL, PROVINCIAL, LOCAL])
def test_i_03_the_route_follows_from_the_ownership(ownership: Ownership, title: str) -> None:
    life = life_at("sealed", ownership=ownership)
    direct = ownership in (Ownership.CENTRAL, Ownership.PROVINCIAL_SOE) and title != LOCAL
    right, wrong = (Route.DIRECT, Route.LEVELS) if direct else (Route.LEVELS, Route.DIRECT)
    event = UnitApplied(title=title, report_digest=life.digest, route=right)
    cited(life.refused(DAY, life.agent, event.model_copy(update={"route": wrong})), "I-03")
    life.act(DAY, life.agent, event)
    assert life.unit.application.cases[title].level is (Level.PROVINCE if direct else Level.COUNTY)


def test_i_03_no_level_is_skipped_and_each_hands_on_to_the_next() -> None:
    life = life_at("applied")
    cited(life.refused(DAY, desk(Level.PREFECTURE), ACCEPTED), "I-13")
    cited(life.refused(DAY, desk(Level.COUNTY), FORWARDED), "I-03")
    life.act(DAY, desk(Level.COUNTY), ACCEPTED)
    life.act(DAY, desk(Level.COUNTY), FORWARDED)
    assert _level(life) is Level.PREFECTURE
    life.act(DAY, desk(Level.PREFECTURE), ACCEPTED)
    cited(life.refused(DAY, desk(Level.PREFECTURE), FORWARDED), "I-03")
    evaluate(life, DAY, PROVINCIAL)
    to_decision(life, DAY, PROVINCIAL)
    assert _level(life) is Level.PROVINCE
    cited(life.refused(DAY, desk(Level.PROVINCE), FORWARDED), "I-03")


def test_a_prefectures_title_goes_no_further_than_the_prefecture() -> None:
    life = life_at("evaluated", LOCAL)
    cited(life.refused(DAY, desk(Level.PREFECTURE), UnitApplicationForwarded(title=LOCAL)), "I-03")


def test_returned_for_correction_amended_and_taken_up_again() -> None:
    life = life_at("applied")
    cited(life.refused(DAY, life.agent, UnitApplicationAmended(title=PROVINCIAL, note="示例")), "I-05")
    life.act(DAY, desk(Level.COUNTY), RETURNED)
    assert case_step(life.unit, PROVINCIAL) is Step.RETURNED
    cited(life.refused(DAY, desk(Level.COUNTY), ACCEPTED), "I-05")
    owed = next(o for o in life.owed() if o.kind is ObligationKind.CORRECTION)
    assert (owed.holder, owed.due) == ("unit", add_working_days(DAY, 10))
    life.act(DAY, life.agent, UnitApplicationAmended(title=PROVINCIAL, note="示例：已补齐"))
    life.act(DAY, desk(Level.COUNTY), ACCEPTED)


def test_i_01_an_amended_report_is_adopted_and_sealed_anew() -> None:
    life = life_at("applied")
    life.act(DAY, desk(Level.COUNTY), RETURNED)
    life.act(DAY, life.agent, self_evaluation(report="补正后的自评报告"))
    amended = UnitApplicationAmended(title=PROVINCIAL, report_digest=life.digest, note="示例：报告已修改")
    cited(life.refused(DAY, life.agent, amended), "I-01")
    seal(life, DAY, report="补正后的自评报告")
    cited(life.refused(DAY, life.agent, amended.model_copy(update={"report_digest": "0" * 64})), "I-01")
    life.act(DAY, life.agent, amended)
    assert life.unit.application.cases[PROVINCIAL].digest == life.digest


def test_i_16_one_open_application_a_title() -> None:
    life = life_at("applied")
    assert cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "I-16") == ("6",)
    apply(life, DAY, LOCAL)
    assert set(life.unit.application.cases) == {PROVINCIAL, LOCAL}
    cited(life.refused(DAY, life.agent, UnitApplicationWithdrawn(reason="示例")), "I-00")
    life.act(DAY, life.agent, UnitApplicationWithdrawn(title=LOCAL, reason="示例"))
    assert set(life.unit.application.cases) == {PROVINCIAL}


def test_a_withdrawn_application_may_be_made_again_at_once() -> None:
    life = life_at("applied")
    life.act(DAY, life.agent, UnitApplicationWithdrawn(reason="示例"))
    cited(life.refused(DAY, life.agent, UnitApplicationWithdrawn(reason="示例")), "I-00")
    apply(life, DAY, PROVINCIAL)


def _rejected() -> Life:
    life = life_at("applied")
    life.act(DAY, approver(Level.COUNTY), REJECTED)
    return life


def _declined_by_evaluation() -> Life:
    life = life_at("at_evaluation")
    life.act(DAY, desk(Level.PREFECTURE), visited(life, DAY, PROVINCIAL))
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    event = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.DECLINE, score=40)
    life.act(DAY, approver(Level.PREFECTURE), event)
    return life


def _declined_by_review() -> Life:
    life = life_at("at_decision")
    opine(life, DAY, Level.PROVINCE, PROVINCIAL, opinions={House.HR: Opinion.OPPOSE})
    life.act(DAY, approver(Level.PROVINCE), UnitReviewed(title=PROVINCIAL, outcome=Recommendation.DECLINE))
    return life


def _naming_refused() -> Life:
    life, refused = life_at("cleared"), UnitNamingRefused(title=PROVINCIAL, reason="示例")
    cited(life.refused(DAY, approver(Level.PROVINCE), refused), "T-22")
    opine(life, DAY, Level.PROVINCE, PROVINCIAL, opinions={House.HR: Opinion.OPPOSE})
    life.act(DAY, approver(Level.PROVINCE), refused)
    return life


@pytest.mark.parametrize("over", [_rejected, _declined_by_evaluation, _declined_by_review, _naming_refused])
def test_i_16_a_17_again_six_months_after_each_kind_of_rejection(over: Callable[[], Life]) -> None:
    life, free = over(), add_months(DAY, 6)
    assert not life.unit.application.cases
    cited(life.refused(free - timedelta(days=1), life.agent, applied(life, PROVINCIAL)), "I-16")
    apply(life, DAY, LOCAL)
    apply(life, free, PROVINCIAL)


def test_i_16_a_held_title_is_applied_for_again_in_its_last_half_year() -> None:
    life = life_at("named")
    opens = add_months(life.unit.naming.held[PROVINCIAL].term_until, -6)
    seal(life, opens - timedelta(days=1))
    cited(life.refused(opens - timedelta(days=1), life.agent, applied(life, PROVINCIAL)), "I-16")
    apply(life, opens, PROVINCIAL)


def test_a_title_is_of_its_kinds_of_unit() -> None:
    life = life_at("sealed", kind=UnitKind.TOWNSHIP)
    event = UnitApplied(title=NATIONAL, report_digest=life.digest, route=Route.LEVELS)
    cited(life.refused(DAY, life.agent, event), "I-00")
    cited(life.refused(DAY, life.agent, event.model_copy(update={"title": "no_such_title"})), "I-00")
    apply(life, DAY, PROVINCIAL)


def test_a_title_that_builds_on_another_needs_that_one_held_long_enough() -> None:
    needed = {"requires_title": PROVINCIAL, "requires_held": Span.parse("12m")}
    builds_on = PACK.titles[NATIONAL].model_copy(update=needed)
    pack: Pack = PACK.model_copy(update={"titles": PACK.titles | {NATIONAL: builds_on}})
    life = life_at("named")
    life.pack = pack
    free = add_months(ON["named"], 12)
    seal(life, free - timedelta(days=1))
    cited(life.refused(free - timedelta(days=1), life.agent, applied(life, NATIONAL)), "I-00")
    apply(life, free, NATIONAL)


def test_a_01_a_low_share_for_the_front_line_is_explained() -> None:
    life = life_at("registered")
    low = self_evaluation(front_line=59)
    life.act(DAY, life.agent, low)
    done = life_at("sealed")
    for entry in done.unit.entries[2:]:
        who = done.union if entry.actor.id == done.union.id else done.agent
        event = entry.event
        if isinstance(event, UnitReportAdopted):
            event = event.model_copy(update={"on": DAY})
        life.act(DAY, who, event)
    cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "A-01")
    life.act(DAY, life.agent, applied(life, PROVINCIAL).model_copy(update={"reason": "示例：当年新员工集中培训"}))


def test_a_case_is_handled_in_its_days_at_each_level() -> None:
    def owed(life: Life) -> list[tuple[str, date]]:
        return [(o.holder, o.due) for o in life.owed() if o.kind is ObligationKind.HANDLE_APPLICATION]

    life = life_at("applied")
    assert owed(life) == [(f"county:{COUNTY}", add_working_days(ON["applied"], 20))]
    due = add_working_days(DAY, 20)
    to_evaluation(life, DAY, PROVINCIAL)
    assert owed(life) == [(f"prefecture:{PREFECTURE}", due)]
    evaluate(life, DAY, PROVINCIAL)
    to_decision(life, DAY, PROVINCIAL)
    assert owed(life) == [(f"province:{PROVINCE}", due)]
    review(life, DAY, PROVINCIAL)
    assert owed(life) == [(f"province:{PROVINCE}", due)]


@pytest.mark.parametrize(
    ("stage", "title", "holder"),
    [
        ("cleared", LOCAL, f"prefecture:{PREFECTURE}"),
        ("cleared", PROVINCIAL, f"province:{PROVINCE}"),
        ("cleared", NATIONAL, f"province:{PROVINCE}"),
        ("nominated", NATIONAL, "nation:000000"),
    ],
)
def test_T_16_a_case_that_is_cleared_or_nominated_is_owed_its_end(stage: str, title: str, holder: str) -> None:
    """Cleared and left lying, it was named or refused by nobody, and nobody owed it."""
    life = life_at(stage, title)
    owed = [duty for duty in life.owed() if duty.kind is ObligationKind.HANDLE_APPLICATION]
    due = life.pack.after(ON[stage], life.pack.windows.publicity_counts)
    assert [(duty.holder, duty.due) for duty in owed] == [(holder, due)]
    missed = brought_about(life.unit, due + timedelta(days=1), PACKS)
    assert ObligationKind.HANDLE_APPLICATION in {getattr(event, "obligation", None) for event in missed}


def test_what_is_owed_again_after_a_correction_is_another_obligation() -> None:
    life = life_at("applied")
    before = next(o for o in life.owed() if o.kind is ObligationKind.HANDLE_APPLICATION)
    life.act(DAY, desk(Level.COUNTY), RETURNED)
    life.act(DAY + timedelta(days=3), life.agent, UnitApplicationAmended(title=PROVINCIAL, note="示例"))
    after = next(o for o in life.owed() if o.kind is ObligationKind.HANDLE_APPLICATION)
    assert before.key != after.key


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        ("registered", Step.NONE),
        ("sealed", Step.SEALED),
        ("applied", Step.APPLIED),
        ("at_evaluation", Step.ACCEPTED),
        ("evaluated", Step.EVALUATED),
        ("at_decision", Step.FORWARDED),
        ("reviewed", Step.REVIEWED),
        ("in_publicity", Step.IN_PUBLICITY),
        ("cleared", Step.CLEARED),
        ("nominated", Step.NOMINATED),
        ("named", Step.NONE),
    ],
)
def test_the_step_that_people_read(stage: str, step: Step) -> None:
    assert current_step(life_at(stage, NATIONAL).unit)[1] is step
