"""T-03 in small places: a step taken up by the level above, or done by somebody lent, each by two persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.envelope import Entry, Event
from events.record import COMMON
from events.unit.evaluation import UnitEvaluated
from events.unit.revocation import UnitRevocationDropped, UnitRevoked
from events.unit.standing_in import UnitOfficerLent, UnitStepTakenUp, UnitTakingUpRequested
from events.words import House, Level, Matter, ObligationKind, Opinion, Recommendation, Role
from services.casework.judgement import act_of, best_post
from services.casework.law import Intent
from services.casework.office import approver as approvers_at
from services.casework.office import at, entitled_by
from services.casework.officer.state import Officer
from services.casework.timekeeping import brought_about
from services.casework.unit.standing_in import steps, who_could
from tests.casework.given import (
    ELSEWHERE,
    LOCAL,
    PACKS,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    UnitDeadlineMissed,
    add_working_days,
    approver,
    beside,
    cited,
    desk,
    post,
)
from tests.casework.stages import ON, life_at, opine, visited

DAY = ON["evaluated"]
EVALUATED = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92)
EVALUATE = "unit.evaluated.v1"
REASON = "示例：本地人员均已参与前序环节"
TAKEN_UP = UnitStepTakenUp(step=EVALUATE, title=PROVINCIAL, reason=REASON)
ABOVE, SECOND = approver(Level.PROVINCE), desk(Level.PROVINCE, House.UNION)
LENT = approver(Level.PREFECTURE, place=ELSEWHERE)
LENDING = UnitOfficerLent(
    step=EVALUATE, title=PROVINCIAL, officer=LENT.id, until=DAY + timedelta(days=20), reason=REASON
)


def by_two(life: Life, day: date, first: Officer, other: Officer, event: Event) -> Entry[Event]:
    """What one proposes and another seconds."""
    first, other = replace(first, tag=f"{first.id}"), replace(other, tag=f"{other.id}")
    life.knows(first)
    proposal = life.act(day, first, event)
    seconding = COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest)  # type: ignore[attr-defined]
    return life.act(day, other, seconding)


def to_evaluate() -> Life:
    """A case of the prefecture that was visited and opined, and waits for its evaluation."""
    life = life_at("at_evaluation")
    life.knows(LENT)
    life.act(DAY, desk(Level.PREFECTURE), visited(life, DAY, PROVINCIAL))
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    return life


def test_the_level_above_does_a_step_that_two_of_it_took_up_and_the_entry_says_so() -> None:
    life = to_evaluate()
    cited(life.refused(DAY, ABOVE, EVALUATED), "I-13")
    taken = by_two(life, DAY, ABOVE, SECOND, TAKEN_UP)
    entry = life.act(DAY, ABOVE, EVALUATED)
    assert (entry.actor.level, entry.actor.stands_in) == (Level.PROVINCE, taken.version)
    assert isinstance(entry.event, UnitEvaluated)
    assert entry.event.level is Level.PREFECTURE
    assert life.judged_again() == []


def test_the_entry_says_so_where_the_title_follows_from_the_case_alone() -> None:
    life = to_evaluate()
    taken = by_two(life, DAY, ABOVE, SECOND, TAKEN_UP)
    entry = life.act(DAY, ABOVE, EVALUATED.model_copy(update={"title": None}))
    assert entry.actor.stands_in == taken.version


def test_what_was_taken_up_is_used_once() -> None:
    life = to_evaluate()
    by_two(life, DAY, ABOVE, SECOND, TAKEN_UP)
    visit = UnitStepTakenUp(step="unit.site-visited.v1", title=PROVINCIAL, reason=REASON)
    by_two(life, DAY, ABOVE, SECOND, visit)
    life.act(DAY, desk(Level.PROVINCE), visited(life, DAY, PROVINCIAL))
    cited(life.refused(DAY, desk(Level.PROVINCE), visited(life, DAY, PROVINCIAL)), "I-13")


def test_one_person_takes_nothing_up_and_lends_nobody() -> None:
    for event in (TAKEN_UP, LENDING):
        life = to_evaluate()
        life.act(DAY, ABOVE, event)
        assert life.unit.stand_ins.all == {}
        cited(life.refused(DAY, ABOVE, EVALUATED), "I-13")


@pytest.mark.parametrize("who", [approver(Level.PREFECTURE), approver(Level.COUNTY), approver(Level.NATION)])
@pytest.mark.parametrize("event", [TAKEN_UP, LENDING])
def test_only_the_level_above_takes_up_or_lends(who: Officer, event: Event) -> None:
    assert "I-13" in {refusal.rule for refusal in to_evaluate().refused(DAY, who, event)}


def test_the_province_has_no_level_above_in_its_register() -> None:
    life = life_at("reviewed")
    public = UnitStepTakenUp(step="unit.named.v1", title=PROVINCIAL, reason=REASON)
    for level in (Level.PREFECTURE, Level.PROVINCE, Level.NATION):
        assert "I-13" in {refusal.rule for refusal in life.refused(ON["reviewed"], approver(level), public)}


def test_a_taken_up_step_is_still_apart_by_person() -> None:
    life = to_evaluate()
    visits = UnitStepTakenUp(step="unit.site-visited.v1", title=PROVINCIAL, reason=REASON)
    both = replace(ABOVE, appointments=(*ABOVE.appointments, *desk(Level.PROVINCE).appointments))
    by_two(life, DAY, ABOVE, SECOND, visits)
    by_two(life, DAY, ABOVE, SECOND, TAKEN_UP)
    life.act(DAY, both, visited(life, DAY, PROVINCIAL))
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(DAY, both, EVALUATED), "T-03")


def test_an_officer_of_another_place_is_lent_for_one_step_until_a_day() -> None:
    life = to_evaluate()
    cited(life.refused(DAY, LENT, EVALUATED), "I-13")
    lent = by_two(life, DAY, ABOVE, SECOND, LENDING)
    other = approver(Level.PREFECTURE, place=ELSEWHERE, n=2)
    cited(life.refused(DAY, other, EVALUATED), "I-13")
    cited(life.refused(LENDING.until + timedelta(days=1), LENT, EVALUATED), "I-13")
    rejected = UnitRevocationDropped(title=PROVINCIAL, reason="示例")
    assert life.refused(DAY, LENT, rejected)[0].rule == "I-13"
    entry = life.act(LENDING.until, LENT, EVALUATED)
    assert (entry.actor.place, entry.actor.stands_in) == (ELSEWHERE, lent.version)


@pytest.mark.parametrize(
    "wrong",
    [
        LENDING.model_copy(update={"officer": approver(Level.PREFECTURE).id}),
        LENDING.model_copy(update={"officer": approver(Level.COUNTY, place="430201").id}),
        LENDING.model_copy(update={"until": DAY - timedelta(days=1)}),
        LENDING.model_copy(update={"until": DAY + timedelta(days=61)}),
    ],
)
def test_who_is_lent_has_a_post_of_that_level_elsewhere_and_for_a_time(wrong: UnitOfficerLent) -> None:
    life = to_evaluate()
    life.knows(approver(Level.PREFECTURE), approver(Level.COUNTY, place="430201"))
    cited(life.refused(DAY, ABOVE, wrong), "T-03")


def test_where_no_step_is_named_nothing_is_said_of_whose_post_it_would_take() -> None:
    life = to_evaluate()
    nowhere = approver(Level.PROVINCE, n=2)
    life.knows(nowhere)
    cited(life.refused(DAY, ABOVE, LENDING.model_copy(update={"title": None, "officer": nowhere.id})), "I-00")


def test_a_visitor_may_be_lent() -> None:
    life = life_at("at_evaluation")
    guest = desk(Level.PREFECTURE, House.UNION, place=ELSEWHERE)
    life.knows(guest)
    event = visited(life, DAY, PROVINCIAL)
    with_guest = event.model_copy(
        update={"visitors": (event.visitors[0], event.visitors[1].model_copy(update={"officer": guest.id}))}
    )
    cited(life.refused(DAY, desk(Level.PREFECTURE), with_guest), "T-02")
    lending = LENDING.model_copy(update={"step": "unit.site-visited.v1", "officer": guest.id})
    by_two(life, DAY, ABOVE, SECOND, lending)
    life.act(DAY, desk(Level.PREFECTURE), with_guest)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (TAKEN_UP.model_copy(update={"title": None}), "I-00"),
        (TAKEN_UP.model_copy(update={"objection_ref": 1}), "I-00"),
        (TAKEN_UP.model_copy(update={"title": LOCAL}), "I-05"),
        (TAKEN_UP.model_copy(update={"step": "unit.house-opined.v1"}), "I-00"),
        (TAKEN_UP.model_copy(update={"step": "unit.step-taken-up.v1"}), "I-00"),
    ],
)
def test_a_step_is_one_of_an_office_and_stands_open(wrong: UnitStepTakenUp, rule: str) -> None:
    assert rule in {refusal.rule for refusal in to_evaluate().refused(DAY, ABOVE, wrong)}


def test_every_step_that_is_kept_apart_by_person_can_be_taken_up() -> None:
    unit = life_at("registered").unit
    apart = {law.event.about.type for law in unit.descriptor.laws.values() if law.steps}
    assert apart - {"unit.self-evaluated.v1", "unit.report-sealed.v1"} <= set(steps(unit))


# --- nobody in the place can ------------------------------------------------------------------------------------------


def of_two(n: int = 1) -> Officer:
    """Somebody of a small prefecture who handles and approves."""
    return replace(desk(Level.PREFECTURE, n=n), appointments=post(Role.APPROVER, Level.PREFECTURE).appointments)


def test_the_level_above_is_asked_where_nobody_in_the_place_can_and_owes_an_answer_in_five_working_days() -> None:
    life, only = to_evaluate(), of_two()
    life.knows(only)
    cited(life.refused(DAY, only, EVALUATED), "T-03")
    asking = UnitTakingUpRequested(step=EVALUATE, title=PROVINCIAL, reason=REASON, officers=(only.id,))
    asked = life.act(DAY, desk(Level.PREFECTURE, House.UNION), asking)
    duty = next(duty for duty in life.owed() if duty.kind is ObligationKind.TAKE_UP)
    assert (duty.ref, duty.holder, duty.due) == (
        str(asked.version), f"province:{PROVINCE}", add_working_days(DAY, 5)
    )  # fmt: skip
    cited(life.refused(DAY, desk(Level.PREFECTURE), asking), "T-03")
    for event in (TAKEN_UP, LENDING):
        answered = life.copy()
        by_two(answered, DAY, ABOVE, SECOND, event)
        assert ObligationKind.TAKE_UP not in {duty.kind for duty in answered.owed()}


def test_where_somebody_in_the_place_can_the_level_above_is_not_asked_and_they_are_named() -> None:
    life, only, free = to_evaluate(), of_two(), of_two(2)
    life.knows(only, free)
    asking = UnitTakingUpRequested(step=EVALUATE, title=PROVINCIAL, reason=REASON, officers=(only.id, free.id))
    assert cited(life.refused(DAY, desk(Level.PREFECTURE), asking), "T-03") == (str(free.id),)


def test_who_is_suspended_or_concerned_cannot() -> None:
    life, free = to_evaluate(), of_two(2)
    concerned = replace(free, interests={life.unit.id: ON["applied"]})
    intent = life.judged(DAY, free, EVALUATED)
    assert intent[2] == []
    law = life.unit.descriptor.laws[UnitEvaluated]
    act = act_of(law, intent[0], intent[1], DAY, context=beside(free))
    assert [actor.id for actor in who_could(life.unit, act, [free], life.pack)] == [free.id]
    assert list(who_could(life.unit, act, [concerned], life.pack)) == []


def test_what_was_asked_is_owed_no_more_once_the_step_is_done() -> None:
    life, only = to_evaluate(), of_two()
    life.knows(only)
    asking = UnitTakingUpRequested(step=EVALUATE, title=PROVINCIAL, reason=REASON, officers=(only.id,))
    life.act(DAY, desk(Level.PREFECTURE), asking)
    life.act(DAY, approver(Level.PREFECTURE, n=5), EVALUATED)
    assert ObligationKind.TAKE_UP not in {duty.kind for duty in life.owed()}


# --- after the last missed step of a revocation (T-12) ----------------------------------------------------------------


def _misses(life: Life, day: date) -> list[UnitDeadlineMissed]:
    found = [event for event in brought_about(life.unit, day, PACKS) if isinstance(event, UnitDeadlineMissed)]
    for event in found:
        life.act(day, TIMEKEEPER, event)
    return found


def _owed(life: Life, kind: ObligationKind) -> list[tuple[str, str, date]]:
    return [(duty.ref, duty.holder, duty.due) for duty in life.owed() if duty.kind is kind]


def test_t_12_twenty_days_after_a_missed_step_the_level_above_owes_its_taking_up_and_then_the_step() -> None:
    life, day = life_at("heard", LOCAL), ON["heard"]
    kind = ObligationKind.DECIDE_REVOCATION
    ((ref, holder, due),) = _owed(life, kind)
    assert holder == f"prefecture:{PREFECTURE}"
    late = due + timedelta(days=1)
    _misses(life, late)
    last = due + timedelta(days=20)
    assert _owed(life, ObligationKind.TAKE_UP) == [(f"{kind.value}:{ref}", f"province:{PROVINCE}", last)]
    taking = UnitStepTakenUp(step="unit.revoked.v1", title=LOCAL, reason=REASON)
    taken = by_two(life, late, ABOVE, SECOND, taking)
    assert not _owed(life, ObligationKind.TAKE_UP)
    due_above = life.pack.after(late, life.pack.windows.handle_step)
    assert _owed(life, kind) == [(f"{ref}^{taken.version}", f"province:{PROVINCE}", due_above)]
    dropped = life.copy()
    opine(dropped, late, Level.PREFECTURE, LOCAL, Matter.REVOCATION, dict.fromkeys(House, Opinion.OPPOSE))
    dropped.act(late, ABOVE, UnitRevocationDropped(title=LOCAL, reason="示例"))
    entry = life.act(late, ABOVE, UnitRevoked(title=LOCAL, document_number="示例"))
    assert entry.actor.stands_in == taken.version
    assert not _owed(life, kind)
    assert day < late


def test_t_12_where_no_level_is_above_it_stays_open_and_barred_with_a_lapse_every_twenty_days() -> None:
    life, kind = life_at("heard"), ObligationKind.DECIDE_REVOCATION
    ((ref, holder, due),) = _owed(life, kind)
    for lapse in (0, 1, 2):
        suffix = f"+{lapse}" if lapse else ""
        assert _owed(life, kind)[-1] == (f"{ref}{suffix}", holder, due + timedelta(days=20 * lapse))
        missed = _misses(life, due + timedelta(days=20 * lapse + 1))
        assert [event.obligation for event in missed if event.obligation is kind] == [kind]
    assert not _owed(life, ObligationKind.TAKE_UP)
    assert PROVINCIAL in life.unit.revocation.proposals
    life.act(due + timedelta(days=60), approver(Level.PROVINCE), UnitRevoked(document_number="示例"))
    assert not _owed(life, kind)


def test_a_post_of_ones_own_stands_in_for_nobody() -> None:
    life = to_evaluate()
    by_two(life, DAY, ABOVE, SECOND, TAKEN_UP)
    own = approver(Level.PREFECTURE)
    actor = best_post(life.unit, EVALUATED, own.actors(DAY), DAY, life.pack, beside(own))
    assert actor is not None
    assert actor.stands_in is None


def test_an_office_that_no_level_has_is_said_to_be_nobodys() -> None:
    """Where the step is the province's, no level of the register is above it."""
    unit = life_at("evaluated").unit
    law = unit.descriptor.laws[UnitOfficerLent]
    (actor,) = approver(Level.PROVINCE).actors(DAY)
    act = Intent(UnitOfficerLent, actor, DAY)
    refusal = entitled_by(approvers_at(at()), unit, act, law, PACKS.on(DAY))
    assert refusal is not None
    assert refusal.en == "there is no level whose office could do this"
    assert entitled_by(approvers_at(at(Level.PROVINCE)), unit, act, law, PACKS.on(DAY)) is None
