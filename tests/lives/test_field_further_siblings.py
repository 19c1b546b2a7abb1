"""Further siblings of the ways round the law: the same wrong ends by other acts, each refused by its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.envelope import Event
from events.record import ActProposed
from events.unit.application import UnitApplicationAmended, UnitApplicationReturned
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
)
from events.unit.evaluation import UnitEvaluated
from events.unit.naming import UnitNamingRefused, UnitReserveListed, UnitTermExtended
from events.unit.publicity import UnitPublicityStarted
from events.unit.registration import Succession, UnitSucceeded, UnitTitleTakenOver
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRefused,
    UnitConsentRequested,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationDropped,
    UnitRevoked,
)
from events.unit.signals import UnitSignalAmended, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    DocumentKind,
    House,
    Level,
    Matter,
    ObligationKind,
    Opinion,
    Recommendation,
    ReconsiderationOutcome,
    RectificationOutcome,
    Role,
    RoundKind,
    SessionMatter,
    SignalOutcome,
    SourceSystem,
    SuccessionRole,
    Watch,
)
from services.casework.judgement import act_of
from services.casework.law import Effect
from services.casework.officer.state import Officer
from services.casework.round.state import Round
from services.casework.session.state import Session
from services.casework.unit.signals import watch
from tests.casework.given import (
    NATIONAL,
    PACK,
    PROVINCIAL,
    SYSTEM,
    TIMEKEEPER,
    Life,
    UnitActSeconded,
    UnitDeadlineMissed,
    a_paper,
    a_round,
    approver,
    cited,
    desk,
    post,
    signal,
    somebody,
    source,
)
from tests.casework.stages import ON, assessed, life_at, look_into, opine, renew, visited

DAY = date(2024, 6, 3)
NEVER = date(2099, 1, 1)
COUNTY, PREF, PROV = desk(Level.COUNTY), desk(Level.PREFECTURE), desk(Level.PROVINCE)
HEAD, INSPECTOR = approver(Level.PREFECTURE), post(Role.INSPECTOR, Level.PREFECTURE)
SENDER = source(SourceSystem.LABOUR_INSPECTION)


def _sent(life: Life, number: str, people: int, category: Category = Category.WAGE_ARREARS) -> str:
    life.act(DAY, SENDER, signal(SENDER, DAY, category, number=number, severity=1, people=people))
    return f"{SENDER.uri}#{number}"


def _typed_in(life: Life) -> str:
    """A grave signal that an officer of the union's house records."""
    found = UnitSignalRecorded(
        source="urn:example:nobody", external_id="1", category=Category.WAGE_ARREARS, severity=4, occurred_on=DAY,
        reported_on=DAY, people=60,
    )  # fmt: skip
    life.act(DAY, desk(Level.PREFECTURE, House.UNION), found)
    return next(iter(life.unit.signals.all))


def _owed(life: Life) -> set[ObligationKind]:
    return {duty.kind for duty in life.owed()}


# --- days that never come (L-21) --------------------------------------------------------------------------------------


def test_L_21_a_publicity_neither_begins_nor_ends_in_a_hundred_years() -> None:
    """A province buries a case by making it public from 2099 on, or until then."""
    life, day = life_at("reviewed"), ON["reviewed"]
    since = PACK.after(day, PACK.windows.handle_step)
    until = PACK.after(since, PACK.windows.handle_step)
    started = UnitPublicityStarted(title=PROVINCIAL, from_=since, until=until, channel="示例门户网站")
    for changes in ({"from_": NEVER, "until": NEVER + timedelta(days=30)}, {"until": NEVER}):
        cited(life.refused(day, PROV, started.model_copy(update=changes)), "T-05")
    life.act(day, PROV, started)


# --- what ages (L-02, L-42) -------------------------------------------------------------------------------------------


def test_L_42_a_returned_case_does_not_wake_with_a_report_of_years_ago() -> None:
    life, day = life_at("applied"), ON["applied"]
    life.act(day, COUNTY, UnitApplicationReturned(deficiencies=("示例",), due=day + timedelta(days=5)))
    amended = UnitApplicationAmended(title=PROVINCIAL, report_digest=life.digest, note="示例")
    last = PACK.after(ON["sealed"], PACK.windows.report_counts)
    cited(life.refused(last + timedelta(days=1), life.agent, amended), "T-16")
    life.act(last, life.agent, amended)


def test_L_23_what_was_returned_and_never_corrected_is_owed_by_its_office() -> None:
    life, day = life_at("applied"), ON["applied"]
    due = day + timedelta(days=5)
    life.act(day, COUNTY, UnitApplicationReturned(deficiencies=("示例",), due=due))
    assert ObligationKind.HANDLE_APPLICATION not in _owed(life)
    missed = next(duty for duty in life.owed() if duty.kind is ObligationKind.CORRECTION)
    event = UnitDeadlineMissed(obligation=missed.kind, ref=missed.key, due=missed.due, holder=missed.holder)
    life.act(due + timedelta(days=1), TIMEKEEPER, event)
    owed = next(duty for duty in life.owed() if duty.kind is ObligationKind.HANDLE_APPLICATION)
    assert (owed.since, owed.due) == (due, PACK.after(due, PACK.windows.handle_step))


# --- facts that are made small (L-18, L-19) ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"people": 0}, {"occurred_on": date(2020, 1, 6)}, {"category": Category.OTHER_VIOLATION}],
    ids=["fewer people", "another year", "another category"],
)
def test_L_18_a_sum_that_freezes_is_not_made_small_by_amending_one_of_it(changes: dict[str, object]) -> None:
    life = life_at("named")
    one = _sent(life, "a", 6, Category.NO_CONTRACT)
    _sent(life, "b", 6, Category.NO_CONTRACT)
    assert watch(life.unit, PACK) is Watch.FROZEN
    life.act(DAY, SENDER, UnitSignalAmended(signal=one, reason="示例", **changes))  # type: ignore[arg-type]
    assert watch(life.unit, PACK) is Watch.FROZEN


def test_L_18_what_was_said_of_one_fact_is_no_sum() -> None:
    life = life_at("named")
    one = _sent(life, "a", 6, Category.NO_CONTRACT)
    life.act(DAY, SENDER, UnitSignalAmended(signal=one, people=5, reason="示例"))
    assert watch(life.unit, PACK) is Watch.ATTENTION


def test_L_19_worse_news_after_its_check_is_checked_again() -> None:
    life = life_at("named")
    name = _sent(life, "a", 60)
    look_into(life, DAY, name, result=CheckResult.CLEAN)
    assert ObligationKind.ORDER_CHECK not in _owed(life)
    life.act(DAY, SENDER, UnitSignalAmended(signal=name, people=5_000, reason="示例"))
    assert ObligationKind.ORDER_CHECK in _owed(life)
    unfounded = assessed(life, name, outcome=SignalOutcome.UNFOUNDED)
    cited(life.refused(DAY, HEAD, unfounded), "T-10")
    look_into(life, DAY, name, result=CheckResult.CLEAN)
    life.assess(DAY, HEAD, unfounded)


def test_L_18_nothing_happened_after_it_was_reported() -> None:
    life = life_at("named")
    name = _sent(life, "a", 6)
    later = DAY + timedelta(days=30)
    amended = UnitSignalAmended(signal=name, occurred_on=later - timedelta(days=1), reason="示例")
    cited(life.refused(later, SENDER, amended), "I-21")
    life.act(later, SENDER, amended.model_copy(update={"occurred_on": DAY - timedelta(days=1)}))


# --- facts that are settled by too few (L-21, L-33) -------------------------------------------------------------------


def test_L_33_who_recorded_a_signal_does_not_second_its_assessment() -> None:
    life = life_at("named")
    name, recorder = _typed_in(life), desk(Level.PREFECTURE, House.UNION)
    look_into(life, DAY, name)
    proposal = life.act(DAY, HEAD, assessed(life, name, outcome=SignalOutcome.UNFOUNDED))
    assert isinstance(proposal.event, ActProposed)
    life.knows(HEAD)
    seconded = UnitActSeconded(proposal=proposal.version, digest=proposal.event.digest)
    cited(life.refused(DAY, recorder, seconded), "T-03")
    life.act(DAY, desk(Level.PREFECTURE, House.UNION, n=2), seconded)


def test_L_21_what_an_officer_typed_in_and_takes_back_is_looked_into_all_the_same() -> None:
    """A source withdraws on its own paper; an officer would end a grave signal by withdrawing it."""
    life = life_at("named")
    name, recorder = _typed_in(life), desk(Level.PREFECTURE, House.UNION)
    life.act(DAY, recorder, UnitSignalWithdrawn(signal=name, reason="示例"))
    unfounded = assessed(life, name, outcome=SignalOutcome.UNFOUNDED)
    cited(life.refused(DAY, HEAD, unfounded), "T-10")
    look_into(life, DAY, name, result=CheckResult.CLEAN)
    assert isinstance(life.act(DAY, HEAD, unfounded).event, ActProposed), "it takes another house as well"


# --- findings that nobody answers (L-27, L-28) ------------------------------------------------------------------------


def test_L_27_a_finding_whose_rectification_failed_waits_for_another() -> None:
    life = life_at("named")
    life.act(DAY, PREF, UnitCheckOrdered(kind=CheckKind.SPOT, check="示例"))
    found = life.act(DAY, INSPECTOR, _conducted(CheckResult.GRAVE)).version
    first = _rectified(life, found, RectificationOutcome.FAILED)
    waits = [duty for duty in life.owed() if duty.kind is ObligationKind.HANDLE_FINDING]
    assert [duty.since for duty in waits] == [DAY + timedelta(days=1)]
    assert waits[0].key != f"handle_finding:{found}", "missed once, it can be missed again"
    assert _rectified(life, found, RectificationOutcome.ACCEPTED) > first
    assert ObligationKind.HANDLE_FINDING not in _owed(life)


def _conducted(result: CheckResult) -> UnitCheckConducted:
    return UnitCheckConducted(check="示例", on=DAY, findings="示例", result=result)


def _rectified(life: Life, finding: int, outcome: RectificationOutcome) -> int:
    due = DAY + timedelta(days=20)
    order = life.act(DAY, PREF, UnitRectificationOrdered(items=("示例",), due=due, finding=finding)).version
    assert ObligationKind.HANDLE_FINDING not in _owed(life)
    life.act(DAY, life.agent, UnitRectificationReported(rectification_ref=order, text="示例"))
    concluded = UnitRectificationConcluded(rectification_ref=order, outcome=outcome, findings="示例")
    life.act(DAY + timedelta(days=1), desk(Level.PREFECTURE, n=2), concluded)
    return order


def test_L_27_what_a_check_found_beside_an_empty_signal_is_put_right_by_somebody() -> None:
    """The signal is unfounded, the check found something grave: the unit was frozen, and nobody owed anything."""
    life = life_at("named")
    name = _sent(life, "a", 60)
    look_into(life, DAY, name, result=CheckResult.GRAVE)
    assert ObligationKind.HANDLE_FINDING not in _owed(life), "the signal's assessment comes first"
    life.assess(DAY, HEAD, assessed(life, name, outcome=SignalOutcome.UNFOUNDED))
    assert watch(life.unit, PACK) is Watch.FROZEN
    assert ObligationKind.HANDLE_FINDING in _owed(life)


# --- one person against four houses (L-35, L-26) ----------------------------------------------------------------------


@pytest.mark.parametrize("level", [Level.PREFECTURE, Level.PROVINCE])
def test_L_35_one_person_does_not_drop_a_revocation_that_the_houses_carried(level: Level) -> None:
    life, day = life_at("heard"), ON["heard"]
    dropped = UnitRevocationDropped(title=PROVINCIAL, reason="示例")
    cited(life.refused(day, approver(level, n=5), dropped), "T-22")


def test_L_35_one_person_does_not_uphold_what_the_houses_would_set_aside() -> None:
    life, day = life_at("heard"), ON["heard"]
    life.act(day, approver(Level.PROVINCE, n=6), UnitRevoked(title=PROVINCIAL, document_number="示例"))
    life.act(day, life.agent, UnitReconsiderationRequested(title=PROVINCIAL, text="示例"))
    upheld = UnitReconsiderationDecided(
        title=PROVINCIAL, outcome=ReconsiderationOutcome.UPHELD, reason="示例", document_number="示例"
    )
    opine(life, day, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION)
    cited(life.refused(day, approver(Level.PROVINCE, n=8), upheld), "T-22")
    against = dict.fromkeys(House, Opinion.OPPOSE)
    opine(life, day, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION, against)
    life.act(day, approver(Level.PROVINCE, n=8), upheld)


# --- papers that are older than what they answer (L-25) ---------------------------------------------------------------


@pytest.mark.parametrize("refused", [False, True])
def test_L_25_the_nations_answer_is_no_older_than_the_question(refused: bool) -> None:
    life, day = life_at("heard", NATIONAL), ON["heard"]
    life.act(day, desk(Level.PROVINCE, n=3), UnitConsentRequested(title=NATIONAL, document_number="示例"))
    kind = DocumentKind.REFUSAL if refused else DocumentKind.CONSENT
    for dated, rules in ((day - timedelta(days=1), ("T-23",)), (day, ())):
        paper = a_paper(f"国三方示例〔2025〕{dated.day}号", kind=kind, dated=dated)
        life.knows(paper)
        answer: UnitConsentGiven | UnitConsentRefused = (
            UnitConsentRefused(title=NATIONAL, document_number="示例", paper=paper.id, reason="示例")
            if refused
            else UnitConsentGiven(title=NATIONAL, document_number="示例", paper=paper.id)
        )
        cited(life.judged(day, approver(Level.PROVINCE, n=4), answer)[2], *rules)


def test_L_25_a_refusal_of_before_the_nomination_refuses_nobody() -> None:
    life, day = life_at("nominated", NATIONAL), ON["nominated"]
    for dated, rules in ((day - timedelta(days=1), ("T-23",)), (day, ())):
        paper = a_paper(f"国三方示例〔2024〕{dated.day}号", kind=DocumentKind.REFUSAL, dated=dated)
        life.knows(paper)
        refusal = UnitNamingRefused(title=NATIONAL, document_number="示例", paper=paper.id, reason="示例")
        cited(life.judged(day, approver(Level.PROVINCE, n=4), refusal)[2], *rules)


def test_L_25_an_extension_rests_on_no_paper_of_before_the_renewal() -> None:
    life, day = _renewing()
    held = life.unit.naming.held[PROVINCIAL]
    for dated, rules in ((day - timedelta(days=1), ("T-23",)), (day, ())):
        paper = a_paper(f"示例〔2027〕{dated.day}号", kind=DocumentKind.ORDER, dated=dated)
        life.knows(paper)
        until = PACK.after(held.term_until, PACK.windows.extension)
        extended = UnitTermExtended(title=PROVINCIAL, until=until, ground="示例", paper=paper.id)
        cited(life.judged(day, approver(Level.PROVINCE), extended)[2], *rules)


def _renewing() -> tuple[Life, date]:
    life = life_at("named")
    day = PACK.before(life.unit.naming.held[PROVINCIAL].term_until, PACK.windows.renewal_opens)
    renew(life, day, PROVINCIAL)
    return life, day


# --- evidence of another application (L-01) ---------------------------------------------------------------------------


def test_L_01_a_session_on_an_earlier_application_carries_no_later_one() -> None:
    life, day = life_at("at_evaluation"), ON["evaluated"]
    life.act(day, PREF, visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    case = (life.unit.id, PROVINCIAL, SessionMatter.APPLICATION)
    old, new = (
        Session(somebody(f"评审会{on}"), 3, place=PREF.appointments[0].place, on=on, agenda=(case,), held=3)
        for on in (ON["applied"] - timedelta(days=1), day)
    )
    life.knows(old, new)
    for session, rules in ((old, ("A-20",)), (new, ())):
        evaluated = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92, session=session.id)
        cited(life.judged(day, HEAD, evaluated)[2], *rules)


# --- places of a round (L-31) -----------------------------------------------------------------------------------------


def test_L_31_who_loses_a_title_leaves_the_place_of_its_renewal() -> None:
    life = life_at("nominated", NATIONAL)
    case = life.unit.application.cases[NATIONAL]
    assert case.nominated_in is not None
    campaign = replace(a_round(NATIONAL), taken={life.unit.id: ("430000", life.kind)})
    life.knows(campaign)
    revoked = UnitRevoked(title=NATIONAL, document_number="示例")
    effects = _effects(life, ON["named"], approver(Level.PROVINCE), revoked)
    assert [effect.stream for effect in effects] == [campaign.id]


def _effects(life: Life, day: date, who: Officer, event: Event) -> list[Effect]:
    """What the act does to other streams, whether or not it is lawful."""
    proposed, actor, _ = life.judged(day, who, event)
    law = life.unit.descriptor.laws[type(event)]
    assert law.effects is not None
    act = act_of(law, proposed, actor, day, effective_on=day, context=life.context(who, event))
    return list(law.effects(life.unit, act, PACK))


def test_L_31_a_reserve_list_of_another_place_lists_nobody_from_here() -> None:
    life, day = life_at("registered"), DAY
    for place, rules in (("430200", ("T-18",)), ("430100", ())):
        campaign = _reserve(place)
        life.knows(campaign)
        listed = UnitReserveListed(title=PROVINCIAL, round=campaign.id, rank=1)
        cited(life.judged(day, approver(Level.PROVINCE), listed)[2], *rules)


def _reserve(place: str) -> Round:
    return replace(a_round(PROVINCIAL, kind=RoundKind.RESERVE, name=place), place=place, quotas={})


def test_L_31_a_successor_leaves_the_reserve_list_before_it_takes_the_title_over() -> None:
    life, day = life_at("registered"), DAY
    campaign = _reserve("430100")
    life.knows(campaign)
    taken = UnitTitleTakenOver(title=PROVINCIAL, predecessor=UUID(int=1), term_from=day, term_until=day)
    assert not life.judged(day, SYSTEM, taken)[2]
    life.act(day, approver(Level.PROVINCE), UnitReserveListed(title=PROVINCIAL, round=campaign.id, rank=1))
    cited(life.refused(day, SYSTEM, taken), "T-18")


# --- extensions (L-11) ------------------------------------------------------------------------------------------------


def test_L_11_an_extension_does_not_pass_on_to_a_successor() -> None:
    """A title was extended, passed on as it was, and extended there once more."""
    life, day = _renewing()
    term = life.unit.naming.held[PROVINCIAL].term_until
    until = PACK.after(term, PACK.windows.extension)
    life.act(day, approver(Level.PROVINCE), UnitTermExtended(title=PROVINCIAL, until=until, ground="示例"))
    other = life_at("registered", n=2)
    life.knows(other.unit)
    succession = Succession(unit=other.unit.id, role=SuccessionRole.SUCCESSOR)
    passed_on = UnitSucceeded(other=succession, how="示例", titles_carried=(PROVINCIAL,))
    by = approver(Level.PROVINCE, n=2)
    taken = [one.event for one in _effects(life, day, by, passed_on) if isinstance(one.event, UnitTitleTakenOver)]
    assert [one.term_until for one in taken] == [term]
    cited(life.refused(term + timedelta(days=1), by, passed_on), "I-00")
