"""时限: a duty is released from above, put off once, or its clock stands for a paper (T-05)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from events.record import COMMON, ActProposed, DeadlineMissed
from events.unit.application import UnitApplicationReturned
from events.unit.checks import UnitRectificationConcluded, UnitRectificationOrdered
from events.words import Category, DocumentKind, House, Level, ObligationKind, RectificationOutcome
from services.casework.obligation import Obligation
from services.casework.officer.state import Officer
from services.casework.timekeeping import brought_about
from tests.casework.given import (
    ELSEWHERE,
    PACK,
    PACKS,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    a_paper,
    add_working_days,
    approver,
    cited,
    desk,
    signal,
    source,
)
from tests.casework.stages import ON, life_at

DAY = ON["enjoying"]
PETITIONS = source()
EVENTS = COMMON["unit"]
HEAD, ABOVE = approver(Level.PREFECTURE), approver(Level.PROVINCE)
OTHER_HOUSE = approver(Level.PROVINCE, House.UNION)


def _life() -> tuple[Life, Obligation]:
    """A unit about which a small signal waits for its assessment, and that duty."""
    life = life_at("named")
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY, Category.WAGE_ARREARS, severity=1, people=1))
    return life, _owed(life, ObligationKind.ASSESS_SIGNAL)


def _owed(life: Life, kind: ObligationKind) -> Obligation:
    (found,) = [duty for duty in life.owed() if duty.kind is kind]
    return found


def _kinds(life: Life) -> set[ObligationKind]:
    return {duty.kind for duty in life.owed()}


def _missed(life: Life, day: date) -> set[ObligationKind]:
    """The duties that the timekeeper calls missed on that day."""
    return {one.obligation for one in brought_about(life.unit, day, PACKS) if isinstance(one, DeadlineMissed)}


def _ruling(life: Life, kind: DocumentKind = DocumentKind.RULING, *, confirmed: bool = True) -> UUID:
    paper = a_paper(f"示例〔2024〕{kind.value}号", "示例人民法院")
    assert paper.recorded is not None
    recorded = paper.recorded.model_copy(update={"kind": kind})
    life.knows(replace(paper, recorded=recorded, confirmed=2 if confirmed else None))
    return paper.id


def _seconded(life: Life, day: date, who: Officer) -> None:
    (waiting,) = life.unit.common.open_acts.values()
    life.act(day, who, EVENTS.act_seconded(proposal=waiting.version, digest=waiting.digest))


def test_t_05_the_level_above_releases_with_a_second_person_of_another_house() -> None:
    life, duty = _life()
    release = EVENTS.duty_released(ref=duty.key, reason="示例")
    cited(life.refused(DAY, HEAD, release), "T-05")
    cited(life.refused(DAY, desk(Level.PROVINCE), release), "I-13")
    entry = life.act(DAY, ABOVE, release)
    assert isinstance(entry.event, ActProposed)
    assert ObligationKind.ASSESS_SIGNAL in _kinds(life)
    (waiting,) = life.unit.common.open_acts.values()
    second = EVENTS.act_seconded(proposal=waiting.version, digest=waiting.digest)
    cited(life.refused(DAY, approver(Level.PROVINCE, n=2), second), "T-04")
    cited(life.refused(DAY, approver(Level.PREFECTURE, House.UNION), second), "T-05")
    _seconded(life, DAY, OTHER_HOUSE)
    released = life.unit.entries[-1].event
    assert (released.obligation, released.holder, released.due) == (duty.kind, duty.holder, duty.due)  # type: ignore[attr-defined]
    assert ObligationKind.ASSESS_SIGNAL not in _kinds(life)
    cited(life.refused(DAY, ABOVE, release), "T-05")


def test_t_05_what_ends_by_itself_is_released_by_nobody() -> None:
    life, duty = _life()
    life.act(DAY, ABOVE, EVENTS.duty_released(ref=duty.key, reason="示例"))
    ends = {ObligationKind.SECOND_ACT, ObligationKind.END_TERM}
    keys = [owed.key for owed in life.owed() if owed.kind in ends]
    assert keys
    for key in keys:
        cited(life.refused(DAY, ABOVE, EVENTS.duty_released(ref=key, reason="示例")), "T-05")
    cited(life.refused(DAY, ABOVE, EVENTS.duty_released(ref="assess_signal:999", reason="示例")), "T-05")


def test_t_05_it_is_extended_once_by_half_by_an_approver_of_the_office_that_owes_it() -> None:
    life, duty = _life()
    half = (duty.due - duty.since).days // 2
    wanted = EVENTS.duty_extended(ref=duty.key, due=duty.due + timedelta(days=half), reason="示例")
    beyond = wanted.model_copy(update={"due": duty.due + timedelta(days=half + 1)})
    cited(life.refused(DAY, HEAD, beyond), "T-05")
    cited(life.refused(DAY, HEAD, wanted.model_copy(update={"due": duty.due})), "T-05")
    cited(life.refused(DAY, desk(Level.PREFECTURE), wanted), "I-13")
    cited(life.refused(DAY, approver(Level.PREFECTURE, place=ELSEWHERE), wanted), "T-05")
    cited(life.refused(DAY, ABOVE, wanted), "T-05")
    cited(life.refused(duty.due + timedelta(days=1), HEAD, wanted), "T-05")
    life.act(duty.due, HEAD, wanted)
    assert _owed(life, duty.kind).due == wanted.due
    cited(life.refused(DAY, HEAD, wanted.model_copy(update={"due": wanted.due + timedelta(days=1)})), "T-05")
    assert duty.kind not in _missed(life, wanted.due)
    assert duty.kind in _missed(life, wanted.due + timedelta(days=1))


def test_t_05_its_clock_stands_for_a_ruling_and_runs_on_for_as_many_days() -> None:
    life, duty = _life()
    halt = EVENTS.duty_suspended(ref=duty.key, paper=_ruling(life), reason="示例：诉讼")
    for kind, confirmed, rule in ((DocumentKind.MINUTES, True, "T-05"), (DocumentKind.ORDER, False, "T-23")):
        other = halt.model_copy(update={"paper": _ruling(life, kind, confirmed=confirmed)})
        cited(life.refused(DAY, HEAD, other), rule)
    resume = EVENTS.duty_resumed(ref=duty.key, paper=halt.paper)
    cited(life.refused(DAY, HEAD, resume), "T-05")
    life.act(DAY, HEAD, halt)
    cited(life.refused(DAY, HEAD, halt), "T-05")
    long_after = duty.due + timedelta(days=60)
    assert _owed(life, duty.kind).suspended
    again = _owed(life, ObligationKind.RESUME_CLOCK)
    assert (again.holder, again.due) == (duty.holder, PACK.after(DAY, PACK.windows.clock_stands))
    assert ObligationKind.RESUME_CLOCK in _missed(life, again.due + timedelta(days=1)), "no clock stands for ever"
    for order in (halt.model_copy(update={"ref": again.key}), EVENTS.duty_released(ref=again.key, reason="示例")):
        cited(life.refused(DAY, HEAD, order), "T-05")
    assert duty.kind not in _missed(life, long_after)
    missed = EVENTS.deadline_missed(obligation=duty.kind, ref=duty.key, due=duty.due, holder=duty.holder)
    cited(life.refused(long_after, TIMEKEEPER, missed), "I-00")
    life.act(long_after, HEAD, resume)
    now = _owed(life, duty.kind)
    assert not now.suspended
    assert ObligationKind.RESUME_CLOCK not in _kinds(life)
    assert now.due >= duty.due + (long_after - DAY)
    assert PACK.is_working_day(now.due)
    cited(life.refused(long_after, HEAD, halt), "T-23")
    life.act(long_after, HEAD, halt.model_copy(update={"paper": _ruling(life, DocumentKind.ORDER)}))


def test_t_05_a_ruling_about_another_unit_stops_no_clock() -> None:
    life, duty = _life()
    halt = EVENTS.duty_suspended(ref=duty.key, paper=_ruling(life), reason="示例：诉讼")
    ruling = life.known[halt.paper]
    for units, lawful in ((frozenset({UUID(int=9)}), False), (frozenset({UUID(int=9), life.unit.id}), True)):
        life.knows(replace(ruling, units=units))  # type: ignore[call-arg]
        if lawful:
            life.act(DAY, HEAD, halt)
        else:
            cited(life.refused(DAY, HEAD, halt), "T-23")


def test_t_05_what_the_unit_owes_is_put_off_by_who_ordered_it_and_is_not_late_before() -> None:
    life = life_at("named")
    due = add_working_days(DAY, 10)
    ref = life.act(DAY, desk(Level.PREFECTURE), UnitRectificationOrdered(items=("示例",), due=due)).version
    duty = _owed(life, ObligationKind.RECTIFY)
    later = EVENTS.duty_extended(ref=duty.key, due=due + timedelta(days=3), reason="示例")
    cited(life.refused(DAY, approver(Level.COUNTY), later), "T-05")
    life.act(DAY, HEAD, later)
    failed = UnitRectificationConcluded(rectification_ref=ref, outcome=RectificationOutcome.FAILED, findings="示例")
    cited(life.refused(due + timedelta(days=1), HEAD, failed), "I-05")
    life.act(later.due + timedelta(days=1), HEAD, failed)


def test_t_05_a_returned_case_is_not_late_while_its_days_are_put_off() -> None:
    life, day = life_at("applied"), ON["applied"]
    life.act(day, desk(Level.COUNTY), UnitApplicationReturned(title=PROVINCIAL, deficiencies=("示例",)))
    duty = _owed(life, ObligationKind.CORRECTION)
    life.act(day, approver(Level.COUNTY), EVENTS.duty_suspended(ref=duty.key, paper=_ruling(life), reason="示例"))
    assert _owed(life, ObligationKind.CORRECTION).suspended
    assert duty.holder == "unit"


def test_t_05_orders_about_a_duty_are_undone_by_no_void() -> None:
    life, duty = _life()
    entry = life.act(DAY, HEAD, EVENTS.duty_suspended(ref=duty.key, paper=_ruling(life), reason="示例"))
    cited(life.refused(DAY, HEAD, EVENTS.entry_voided(version=entry.version, reason="示例")), "T-13")


def test_t_05_what_a_frozen_unit_is_owed_stands_still_whoever_has_it() -> None:
    """Giving a duty to somebody of its office set its clock going while the unit was frozen."""
    life, day = life_at("cleared"), ON["cleared"]
    life.act(day, PETITIONS, signal(PETITIONS, day))
    assert _owed(life, ObligationKind.HANDLE_APPLICATION).suspended
    key = _owed(life, ObligationKind.HANDLE_APPLICATION).key
    life.act(day, ABOVE, EVENTS.duty_assigned(ref=key, officer=ABOVE.id))
    duty = _owed(life, ObligationKind.HANDLE_APPLICATION)
    assert duty.suspended
    assert duty.assigned is not None
    assert ObligationKind.HANDLE_APPLICATION not in _missed(life, duty.due + timedelta(days=40))
