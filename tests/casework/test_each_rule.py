"""Every rule that an event's declaration names is asked of it: where what the rule presupposes is missing, it says so.

How rules play together, and in which order, other tests show; here each of them is asked for itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.envelope import Actor
from events.governance.signal import SignalParked
from events.record import ActProposed
from events.sealed import Sealed
from events.unit.cultivation import UnitFollowedUp
from events.unit.publicity import UnitObjectionAdmitted, UnitObjectionRaised
from events.unit.registration import UnitRegistered
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitRevoked,
    UnitStatementHeard,
)
from events.words import (
    ActorKind,
    BodyKind,
    CodeScope,
    DocumentKind,
    FollowUpKind,
    Level,
    ObligationKind,
    Recommendation,
    Role,
    RoundKind,
    SourceSystem,
)
from services.casework.body.state import Body
from services.casework.check.state import Plan
from services.casework.code.state import Code, code_stream
from services.casework.crosscheck.state import CrossInspection
from services.casework.judgement import act_of, begins_stream
from services.casework.kinds import KINDS
from services.casework.law import Context
from services.casework.officer.state import Officer
from services.casework.pack import load_pack
from services.casework.register.state import Register, WaitingRequest
from services.casework.round.state import Round
from services.casework.session.state import Session
from services.casework.shares import Shares
from services.casework.signal.state import Parked
from services.casework.source.state import source_stream
from services.casework.standard.state import Standard
from services.casework.station.state import Station
from services.casework.stream import Ordered, State, Suspension
from services.casework.task.state import Task
from services.casework.unit.cultivation_plan import Plan as CultivationPlan
from services.casework.unit.registration import public_code
from services.casework.unit.state import Unit
from services.casework.unit.survey import CountedSurvey
from services.casework.year.state import Finding, Lapse, Year
from tests.casework.given import (
    DAY,
    LOCAL,
    NATIONAL,
    PACK,
    PROVINCE,
    PROVINCIAL,
    PUBLIC,
    Life,
    a_paper,
    a_round,
    approver,
    beside,
    desk,
    document,
    post,
    self_evaluation,
    somebody,
    source,
)
from tests.casework.rules import AHEAD, ID, LATE, SOMEBODY, YESTERDAY, refusals_of, sample
from tests.casework.stages import ON, life_at, opine

PAPER = a_paper()


Row = tuple[str, dict[str, Any], set[str]]
"""The type of an event, how it differs from the sample that is kept, and what the rules of its declaration say."""


EARLY = "the report of the year is filed from 2024-10-01 on"
UNOPENED = "that year is not opened yet"
YEAR = Year(ID, 1, place="430100", year=2024)
OPENED = replace(YEAR, opened=DAY)
FROM_ABOVE = "a spot check from above comes from the level above"
EXCUSED = {7: Lapse(7, DAY, ObligationKind.FILE_PLAN, "plan", None, excused=8)}
CLOSED_FINDING = {"一": Finding(DAY, DAY, Level.PREFECTURE, closed=True)}
ANSWERED = {"no lapse waits for an answer", "that lapse is answered already"}

BEFORE_IT_WAS_PLANNED = "the station was not planned yet"
STATION = Station(ID, 1, place="430104", since=DAY)
TASK = Task(ID, 1, place="430104", since=DAY)
STANDARD = Standard(ID, 1, place="430000")
SESSION = Session(ID, 1, on=AHEAD, place="430100", body=somebody("示例三方机构"))
CASES = sample("session.agenda-set.v1").agenda  # type: ignore[attr-defined]
NO_QUORUM = (
    "no quorum: human resources and social security, enterprise federation, federation of industry and commerce "
    "not present"
)
PLAN = Plan(ID, 1, planned=sample("check.planned.v1"))  # type: ignore[arg-type]
DRAWN = replace(
    PLAN,
    frozen=sample("check.list-frozen.v1"),
    shares=Shares(2, DAY),
    drawn=sample("check.drawn.v1"),  # type: ignore[arg-type]
)
NOT_ITS_SHARE = "the share is that of trade union at the level of the prefecture"
NOT_THE_NATIONS = "the share is that of trade union at the level of the nation"
ASSIGNED_ALREADY, UNASSIGNED = "this plan was assigned already", "this plan is not assigned yet"
NOT_TYPED = "a draw is the register's own"
UNFROZEN, DRAWN_ALREADY = "the list is not frozen yet", "this plan was drawn already"
INCOMPLETE = {"not all houses have committed yet", "that house has no share to reveal", NOT_ITS_SHARE}
ROUND = Round(ID, 1, place="430000")
REGISTER = Register(ID, 1)
NOT_OVER = "days that are over, since the opening, and not recorded before"
UNOPENED_REGISTER = "the register is not opened yet"
OFFICER = Officer(ID, 1)

DEALT_WITH = "the signal was matched or discarded already"

BESIDE_UNITS: dict[str, tuple[State, list[Row]]] = {
    "a year that is not opened": (
        YEAR,
        [
            *((f"year.{name}", {}, {UNOPENED}) for name in (
                "plan-filed", "report-filed", "training-target-set", "training-held", "service-held",
                "funding-recorded", "units-counted", "sampled", "publicity-held",
            )),
            ("year.ended", {}, {UNOPENED, "the year is not over"}),
            ("year.training-apportioned", {}, {
                UNOPENED, "the province shares the training out",
                "a place is listed twice, or is no prefecture of the province",
            }),
            ("year.supervision-conducted", {}, {UNOPENED, FROM_ABOVE}),
            ("year.bulletin-published", {}, {UNOPENED, "2024 is not of the year, or not over yet"}),
            ("year.sample-planned", {}, {UNOPENED, "the province samples its prefectures"}),
            ("year.sample-drawn", {}, {"no sample waits for its draw"}),
            ("year.plan-accepted", {}, {"no plan waits for an answer"}),
            ("year.plan-returned", {}, {"no plan waits for an answer"}),
        ],
    ),
    "a year that is open": (
        OPENED,
        [
            *((f"year.{name}", {"on": date(2023, 12, 31)}, {"2023-12-31 does not lie in the year 2024"}) for name in (
                "service-held", "publicity-held", "funding-recorded", "units-counted", "training-held",
            )),
            *((f"year.{name}", {"on": AHEAD}, {LATE}) for name in (
                "service-held", "publicity-held", "funding-recorded", "units-counted", "training-held",
            )),
            ("year.supervision-conducted", {"on": AHEAD}, {LATE, FROM_ABOVE}),
            ("year.supervision-conducted", {"on": date(2023, 12, 31)}, {
                "2023-12-31 does not lie in the year 2024", FROM_ABOVE,
            }),
            ("year.ended", {"year": 2024}, {"the year is not over"}),
            ("year.finding-closed", {}, {"no finding is open"}),
        ],
    ),
    "a province's year": (replace(OPENED, place="430000"), [("year.report-filed", {}, {"prefectures file it", EARLY})]),
    "a year whose findings and lapses are answered": (
        replace(OPENED, lapses=EXCUSED, findings=CLOSED_FINDING),
        [
            ("year.lapse-excused", {"lapse": 7}, ANSWERED),
            ("year.score-deducted", {"lapse": 7}, ANSWERED),
            ("year.finding-closed", {"finding": "一"}, {"no finding is open", "that finding is closed already"}),
        ],
    ),
    "a station that is planned": (
        STATION,
        [
            ("station.opened", {"on": AHEAD}, {LATE}),
            ("station.inspected", {"on": AHEAD}, {LATE, "the station is not open yet"}),
            ("station.closed", {"on": AHEAD}, {LATE}),
        ],
    ),
    "a station that is closed": (
        replace(STATION, closed=True, opened=DAY),
        [
            ("station.opened", {"on": DAY}, {"the station is closed", "the station is open already"}),
            ("station.inspected", {"on": DAY}, {"the station is closed"}),
            ("station.recognised", {}, {
                "the station is closed", "its last inspection did not meet all four criteria",
            }),
            ("station.closed", {"on": DAY}, {"the station is closed"}),
        ],
    ),
    "a station that opened today": (
        replace(STATION, opened=DAY),
        [
            ("station.closed", {"on": YESTERDAY}, {"the station was not open yet", BEFORE_IT_WAS_PLANNED}),
            ("station.closed", {"on": DAY}, set()),
        ],
    ),
    "a task that is open": (
        TASK,
        [
            ("task.progressed", {"on": AHEAD}, {LATE}),
            ("task.completed", {"on": AHEAD}, {LATE}),
            ("task.rescheduled", {"due": YESTERDAY}, {f"its day {YESTERDAY} is over"}),
        ],
    ),
    "a task that is done": (
        replace(TASK, completed=DAY),
        [
            ("task.progressed", {"on": DAY}, {"the task is done"}),
            ("task.completed", {"on": DAY}, {"the task is done"}),
            ("task.rescheduled", {"due": AHEAD}, {"the task is done"}),
        ],
    ),
    "a standard that is drafted": (
        STANDARD,
        [
            ("standard.consulted", {"on": AHEAD}, {LATE}),
            ("standard.piloted", {"from_": DAY}, {"nobody was consulted yet"}),
            ("standard.published", {}, {"nobody was consulted yet", "it was piloted nowhere yet"}),
            ("standard.taken-up", {"standard_set": "示例"}, {"the standard is not published yet"}),
        ],
    ),
    "a standard that is published": (
        replace(STANDARD, number="示例标准", consulted=YESTERDAY, piloted=frozenset({"430100"})),
        [(f"standard.{name}", {}, {"the standard is published"}) for name in ("consulted", "published")],
    ),
    "a session to come": (
        SESSION,
        [
            ("session.agenda-set", {"agenda": (*CASES, *CASES)}, {"a case stands there twice"}),
            ("session.convened", {"agenda": (*CASES, *CASES), "on": DAY}, {"a case stands there twice"}),
            ("session.held", {}, {NO_QUORUM, f"the session is on {AHEAD}"}),
            ("session.opinions-given", {}, {"not on the agenda", f"the session is on {AHEAD}"}),
        ],
    ),
    "a session that was called off": (
        replace(SESSION, on=DAY, cancelled=True),
        [
            ("session.agenda-set", {}, {"the session was held or cancelled"}),
            ("session.cancelled", {}, {"the session was held or cancelled"}),
            ("session.held", {}, {NO_QUORUM, "the session was held or cancelled"}),
            ("session.opinions-given", {}, {"not on the agenda", "the session was held or cancelled"}),
        ],
    ),
    "a plan without its list": (
        PLAN,
        [
            ("check.share-committed", {}, {UNFROZEN, NOT_ITS_SHARE}),
            ("check.share-revealed", {}, {UNFROZEN, *INCOMPLETE}),
            ("check.share-withheld", {}, {UNFROZEN, "no share is missing of that house"}),
            ("check.drawn", {}, {UNFROZEN, "a draw is the register's own", "not all houses have committed yet"}),
        ],
    ),
    "a plan that was drawn": (
        DRAWN,
        [
            ("check.share-committed", {}, {DRAWN_ALREADY, NOT_ITS_SHARE}),
            ("check.share-revealed", {}, {DRAWN_ALREADY, *INCOMPLETE}),
            ("check.share-withheld", {}, {DRAWN_ALREADY, "no share is missing of that house"}),
            ("check.drawn", {}, {DRAWN_ALREADY, "a draw is the register's own", "not all houses have committed yet"}),
            ("check.list-frozen", {}, {"the list is frozen already"}),
        ],
    ),
    "a cross-inspection without its pairs": (
        CrossInspection(ID, 1),
        [
            ("crosscheck.reported", {}, {UNASSIGNED, "the unit was not assigned to that province"}),
            ("crosscheck.lists-frozen", {}, {"the lists are the register's own, of the provinces planned"}),
            ("crosscheck.share-committed", {}, {UNFROZEN, NOT_THE_NATIONS}),
            ("crosscheck.share-revealed", {}, {UNFROZEN, NOT_THE_NATIONS, *(INCOMPLETE - {NOT_ITS_SHARE})}),
            ("crosscheck.share-withheld", {}, {UNFROZEN, "no share is missing of that house"}),
            ("crosscheck.assigned", {}, {UNFROZEN, NOT_TYPED, "not all houses have committed yet"}),
        ],
    ),
    "a cross-inspection that was drawn": (
        replace(
            CrossInspection(ID, 1), plan=sample("crosscheck.planned.v1"),  # type: ignore[arg-type]
            lists=sample("crosscheck.lists-frozen.v1"), shares=Shares(2, DAY),  # type: ignore[arg-type]
            assigned=sample("crosscheck.assigned.v1"),  # type: ignore[arg-type]
        ),
        [
            ("crosscheck.lists-frozen", {}, {"the lists are frozen already"}),
            ("crosscheck.share-committed", {}, {ASSIGNED_ALREADY, NOT_THE_NATIONS}),
            ("crosscheck.share-revealed", {}, {
                ASSIGNED_ALREADY, NOT_THE_NATIONS, *(INCOMPLETE - {NOT_ITS_SHARE}),
            }),
            ("crosscheck.share-withheld", {}, {ASSIGNED_ALREADY, "no share is missing of that house"}),
            (
                "crosscheck.assigned",
                {},
                {
                    ASSIGNED_ALREADY, "a draw is the register's own", "not all houses have committed yet",
                },
            ),
        ],
    ),
    "a round that is closed": (
        replace(ROUND, closed=True),
        [
            ("round.place-taken", {}, {"the round is closed"}),
            ("round.quota-set", {}, {"the round is closed"}),
            ("round.closed", {}, {"the round is closed"}),
            ("round.place-released", {}, {"no place is taken", "that unit holds no place"}),
        ],
    ),
    "a signal that was put aside": (
        Parked(ID, 1, parked=sample("signal.parked.v1"), discarded=True),  # type: ignore[arg-type]
        [
            ("signal.matched", {}, {DEALT_WITH, "nobody can read what was sent: it is discarded"}),
            ("signal.discarded", {}, {DEALT_WITH}),
        ],
    ),
    "a register that is not opened": (
        REGISTER,
        [
            ("register.not-watched", {}, {NOT_OVER, UNOPENED_REGISTER}),
            ("register.nation-recognised", {}, {"this takes the register of a province, opened"}),
            ("register.hold-placed", {}, {UNOPENED_REGISTER}),
            ("register.hold-lifted", {}, {UNOPENED_REGISTER, "that hold is lifted already"}),
            ("register.content-destroyed", {}, {UNOPENED_REGISTER, "nothing has been kept for its time"}),
            ("register.person-requested", {}, {UNOPENED_REGISTER, "it cannot be received after today"}),
            *((f"register.person-{name}", {}, {UNOPENED_REGISTER, "that request was answered already"}) for name in (
                "answered", "refused",
            )),
        ],
    ),
    "a register that is open": (
        replace(REGISTER, opened_on=date(2024, 1, 8), level=Level.PROVINCE, keys=1),
        [
            ("register.not-watched", {"from_": YESTERDAY, "until": DAY}, {NOT_OVER}),
            ("register.not-watched", {"from_": YESTERDAY, "until": YESTERDAY}, set()),
            ("register.key-rotated", {"number": 3}, {"the next key is number 2"}),
            ("register.key-rotated", {"number": 2}, set()),
            ("register.nation-recognised", {}, set()),
        ],
    ),
    "an officer without a post": (
        OFFICER,
        [
            ("officer.suspended", {"from_": DAY, "until": YESTERDAY}, {"it ends before it begins"}),
            ("officer.mandated", {"until": YESTERDAY}, {
                "only a unit's agent acts by a mandate", f"an agent's mandate ends between {DAY} and 2027-03-04",
            }),
            ("officer.mandated", {"until": DAY}, {"only a unit's agent acts by a mandate"}),
        ],
    ),
    "an agent of a unit": (
        replace(OFFICER, kind=ActorKind.APPLICANT),
        [
            ("officer.leave-recorded", {"from_": DAY, "until": AHEAD}, {
                "a unit's agent holds no post", "leave is recorded by oneself or by an administrator",
            }),
        ],
    ),
    "an officer of another place": (
        replace(OFFICER, appointments=desk(Level.PREFECTURE, place="430200").appointments),
        [
            ("officer.reinstated", {}, {
                "the officer holds a post outside the place of yours", "that suspension has ended",
                "there is no suspension to lift",
            }),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("stream", BESIDE_UNITS)
def test_each_rule_beside_units_is_asked(stream: str) -> None:
    state, rows = BESIDE_UNITS[stream]
    for name, fields, expected in rows:
        assert refusals_of(name, state, **fields) == expected, name


GONE = {
    "signal-amended": "there is no signal urn:example:labour-inspection:changsha/2024-0117",
    "signal-withdrawn": "there is no signal urn:example:labour-inspection:changsha/2024-0117",
    "signal-assessed": "there is no signal urn:example:labour-inspection:changsha/2024-0117",
    "check-ordered": "a signal named is none of this unit's",
    "rectification-ordered": "a signal named is none of this unit's",
    "rectification-reported": "there is no such open rectification",
    "rectification-concluded": "there is no such open rectification",
    "incentive-suspended": "there is no such grant in that state",
    "incentive-resumed": "there is no such grant in that state",
    "incentive-ended": "there is no such grant in that state",
    "plaque-reported-lost": "there is no such issued plaque",
    "plaque-recovered": "that plaque is not to be recovered",
    "objection-joined": "there is no such open objection",
    "objection-set-aside": "there is no such open objection",
    "objection-admitted": "there is no such open objection",
    "objection-resolved": "there is no such open objection",
    "personal-data-erased": "nobody of that id stands in its entries",
    "revocation-lapsed": "no revocation is proposed",
    "step-taken-up": "the step names what it is about, and nothing else",
    "officer-lent": "the step names what it is about, and nothing else",
}
"""What an act names that a unit does not have, by its event."""


@pytest.mark.parametrize("name", GONE)
def test_what_a_unit_has_not_is_named_in_vain(name: str) -> None:
    assert GONE[name] in refusals_of(f"unit.{name}", life_at("registered").unit)


@pytest.mark.parametrize("name", ["contact-released", "plaque-recovered"])
def test_what_happened_to_a_unit_is_not_ahead(name: str) -> None:
    unit = life_at("registered").unit
    assert LATE in refusals_of(f"unit.{name}", unit, on=AHEAD)
    assert LATE not in refusals_of(f"unit.{name}", unit, on=DAY)


def test_of_a_unit_that_is_not_registered_nothing_lapses_and_no_title_is_taken_over() -> None:
    unit = Unit(Life.of().unit.id)
    assert refusals_of("unit.revocation-lapsed", unit) == {"no revocation is proposed", "the unit is not registered"}
    nobody = {"the unit is not registered", "units of this kind cannot apply for provincial_harmonious"}
    assert refusals_of("unit.title-taken-over", unit) == nobody


def test_a_unit_states_what_is_and_moves_itself_nowhere() -> None:
    life = life_at("registered")
    ahead = "that day is still to come"
    assert ahead in refusals_of("unit.practices-stated", life.unit, as_of=AHEAD)
    assert ahead not in refusals_of("unit.practices-stated", life.unit, as_of=DAY)
    moved = "another place is entered by the office in charge"
    assert moved in refusals_of("unit.details-changed", life.unit, actor=life.agent.agent(), place="430200")
    assert moved not in refusals_of("unit.details-changed", life.unit, place="430200")


OFFICES_OVER_A_UNIT = (
    "self-evaluated", "report-adopted", "report-sealed", "application-accepted", "site-visited", "house-opined",
    "evaluated", "application-rejected", "reviewed", "objection-admitted", "objection-joined", "objection-set-aside",
    "objection-resolved", "nominated", "named", "naming-refused", "title-carried-in", "report-updated", "survey-opened",
)  # fmt: skip
"""The acts of a title, from its report to its naming."""


@pytest.mark.parametrize("name", OFFICES_OVER_A_UNIT)
def test_t_03_whoever_acted_for_a_unit_does_no_step_of_its_titles(name: str) -> None:
    life = life_at("enjoying")
    apart = "the same person acted for another side of this unit"
    assert apart in refusals_of(f"unit.{name}", life.unit, actor=SOMEBODY.model_copy(update={"id": life.agent.id}))
    assert apart not in refusals_of(f"unit.{name}", life.unit)


def _by(who: Officer) -> Actor:
    return SOMEBODY.model_copy(update={"id": who.id})


def test_t_03_who_did_a_step_does_none_that_is_kept_apart_from_it() -> None:
    evaluated = "the same person has a part in this application: evaluated (entry 15)"
    life, evaluator = life_at("at_decision"), _by(approver(Level.PREFECTURE))
    assert evaluated in refusals_of("unit.self-evaluated", life.unit, actor=evaluator)
    assert refusals_of("unit.application-accepted", life.unit, actor=evaluator, title=PROVINCIAL) == {evaluated}
    consent, day = life_at("heard", NATIONAL), ON["heard"]
    consent.knows(PAPER)
    consent.act(day, desk(Level.PROVINCE), UnitConsentRequested(document_number="示例请示〔2025〕1号"))
    given = UnitConsentGiven(document_number="示例国三方〔2025〕1号", paper=PAPER.id)
    version = consent.act(day, approver(Level.PROVINCE), given).version
    assert refusals_of("unit.consent-requested", consent.unit, actor=_by(approver(Level.PROVINCE)), title=NATIONAL) == {
        "consent was requested already",
        f"the same person has a part in this revocation: consent given (entry {version})",
    }


def test_t_03_a_paper_of_the_nation_goes_through_other_hands_and_is_of_the_right_kind() -> None:
    hands, kind = "the paper went through the same hands", "that paper is of consent, and it takes one of "
    nominated, heard = life_at("nominated", NATIONAL), life_at("heard", NATIONAL)
    nominates, asks = approver(Level.PROVINCE), desk(Level.PROVINCE)
    heard.act(ON["heard"], asks, UnitConsentRequested(document_number="示例请示〔2025〕1号"))
    for name, life, who, refused_by_kind in (
        ("naming-refused", nominated, nominates, True),
        ("consent-refused", heard, asks, True),
        ("revocation-dropped", heard, asks, False),
        ("reconsideration-decided", heard, asks, False),
    ):
        fields: dict[str, Any] = {"title": NATIONAL, "paper": PAPER.id}
        through_theirs = beside(replace(PAPER, recorded_by=who.id))
        assert hands in refusals_of(f"unit.{name}", life.unit, context=through_theirs, **fields), name
        through_others = refusals_of(f"unit.{name}", life.unit, context=beside(PAPER), **fields)
        assert hands not in through_others, name
        assert any(said.startswith(kind) for said in through_others) is refused_by_kind, name


def test_a_title_that_is_taken_over_is_judged_for_the_successor() -> None:
    revoked = life_at("heard")
    revoked.act(ON["heard"], approver(Level.PROVINCE, n=2), UnitRevoked(document_number="示例取消〔2025〕1号"))
    frozen = "the unit is frozen by: wage arrears (severity 4, 2025-06-10)"
    proposed = "revocation is proposed of: Hunan unit of harmonious labour relations"
    holds = "the successor holds the title itself"
    for life, day, expected in (
        (life_at("found_serious"), ON["found_serious"], {frozen, holds}),
        (life_at("proposed"), ON["proposed"], {frozen, holds, proposed}),
        (revoked, ON["heard"], {frozen, "after a revocation, again from 2028-06-24"}),
    ):
        assert refusals_of("unit.title-taken-over", life.unit, day=day, title=PROVINCIAL) == expected


def test_what_stands_beside_a_unit_fits_the_act_that_names_it() -> None:
    commending = a_round(PROVINCIAL, kind=RoundKind.COMMENDATION)
    sealed = life_at("sealed").unit
    assert "the round is none of naming" in refusals_of(
        "unit.applied", sealed, title=PROVINCIAL, round=commending.id, context=beside(commending)
    )
    unmade = Session(somebody("示例评审会"), 1, place=PROVINCE)
    reviewer = approver(Level.PROVINCE, n=2).actors(DAY)[0]
    assert refusals_of(
        "unit.reviewed", life_at("at_decision").unit, actor=reviewer, title=PROVINCIAL, session=unmade.id,
        outcome=Recommendation.RECOMMEND, context=beside(unmade),
    ) >= {"that session has no minutes, is another place's or had not this case"}  # fmt: skip
    registered = sample("unit.registered.v1")
    assert isinstance(registered, UnitRegistered)
    code = code_stream(CodeScope.PUBLIC_CODE, public_code(registered.code, registered.place))
    anothers = f"the code {registered.code} is another unit's"
    nobody = Life.of().unit
    assert anothers in refusals_of("unit.registered", nobody, context=beside(Code(code, 1, holder=ID)))
    assert anothers not in refusals_of("unit.registered", nobody, context=beside(Code(code, 1, holder=nobody.id)))
    elsewhere = replace(PAPER, units=frozenset({ID}))
    assert "the unit is none of those that the paper names" in refusals_of(
        "unit.succeeded", life_at("registered").unit, paper=elsewhere.id, context=beside(elsewhere)
    )


def test_a_source_that_is_suspended_changes_nothing_and_reports_by_itself() -> None:
    life, day = life_at("found_serious"), ON["found_serious"]
    sender, (name,) = source(SourceSystem.LABOUR_INSPECTION), life.unit.signals.all
    stopped = "the source is suspended or closed"
    for changes in ("signal-amended", "signal-withdrawn"):
        for suspended in (True, False):
            context = beside(replace(sender, suspended=suspended))
            words = refusals_of(
                f"unit.{changes}", life.unit, actor=sender.actor(), day=day, signal=name, context=context
            )
            assert (stopped in words) is suspended, changes
    assert "a source's signals are reported by itself" in refusals_of(
        "unit.signal-recorded", life.unit, day=day, source=sender.uri, context=beside(sender)
    )


def test_a_conference_does_not_decline_what_its_houses_carried() -> None:
    life, day = life_at("at_decision"), ON["at_decision"]
    opine(life, day, Level.PROVINCE, PROVINCIAL)
    reviewer = approver(Level.PROVINCE, n=2).actors(DAY)[0]
    fields: dict[str, Any] = {"actor": reviewer, "day": day, "title": PROVINCIAL, "session": None}
    carried = "the houses of the province level are for it"
    assert carried in refusals_of("unit.reviewed", life.unit, outcome=Recommendation.DECLINE, **fields)
    assert carried not in refusals_of("unit.reviewed", life.unit, outcome=Recommendation.RECOMMEND, **fields)


def test_t_26_an_objection_is_admitted_joined_or_set_aside_once() -> None:
    life, day = life_at("in_publicity"), ON["in_publicity"]
    version = life.act(day, PUBLIC, UnitObjectionRaised(ground="示例", text="示例")).version
    admitted = "the objection is admitted"
    for acted in (False, True):
        for name in ("objection-joined", "objection-set-aside", "objection-admitted"):
            assert (admitted in refusals_of(f"unit.{name}", life.unit, day=day, objection_ref=version)) is acted, name
        if not acted:
            life.act(day, desk(Level.PROVINCE, n=8), UnitObjectionAdmitted(objection_ref=version))


def test_t_05_a_duty_is_ordered_otherwise_as_its_clock_stands() -> None:
    life, day = life_at("at_evaluation"), ON["at_evaluation"]
    (key, *_) = (duty.key for duty in life.owed())
    stands = replace(life.unit.common, ordered={key: Ordered(suspension=Suspension(day, day))})
    paper = "the paper is no ruling of a court or an arbitration, and no order"
    fields: dict[str, Any] = {"ref": key, "day": day, "paper": PAPER.id, "context": beside(PAPER)}
    for unit, suspended, resumed in (
        (life.unit, {paper}, {paper, "its clock runs"}),
        (replace(life.unit, common=stands), {paper, "its clock stands still"}, {paper}),
    ):
        assert refusals_of("unit.duty-suspended", unit, **fields) == suspended
        assert refusals_of("unit.duty-resumed", unit, **fields) == resumed
        halted = "its clock stands still" in refusals_of("unit.duty-extended", unit, ref=key, day=day)
        assert halted is ("its clock runs" not in resumed)


def test_t_04_what_is_seconded_is_what_was_proposed_on_a_stream_that_stands_still() -> None:
    life, day = life_at("proposed", LOCAL), ON["heard"]
    life.act(ON["proposed"], desk(Level.PREFECTURE), UnitHearingNotified(title=LOCAL))
    spoken = UnitStatementHeard(text="示例：陈述申辩意见", documents=(document("陈述笔录"),))
    proposal = life.act(day, replace(desk(Level.PREFECTURE, n=2), tag="示例标识"), spoken)
    assert isinstance(proposal.event, ActProposed)
    another, moved = "the digest is not that of what was proposed", "the stream has moved since; propose it anew"
    fields: dict[str, Any] = {"proposal": proposal.version, "day": day}
    right = refusals_of("unit.act-seconded", life.unit, digest=proposal.event.digest, **fields)
    assert not {another, moved} & right
    assert refusals_of("unit.act-seconded", life.unit, digest="0" * 64, **fields) == {another, *right}
    life.act(day, desk(Level.COUNTY), UnitFollowedUp(kind=FollowUpKind.VISIT, on=day, summary="示例"))
    assert refusals_of("unit.act-seconded", life.unit, digest=proposal.event.digest, **fields) == {moved, *right}


def test_t_04_what_is_proposed_is_of_its_stream_and_names_its_version() -> None:
    unit = life_at("registered").unit
    strange = refusals_of("unit.act-proposed", unit, type="round.closed.v1", effective_on=DAY)
    assert "no such act is of this kind of stream" in strange
    version = f"it is judged at version {unit.version}"
    for at_version, wrong in ((unit.version, False), (unit.version - 1, True), (unit.version + 1, True)):
        found = refusals_of("unit.act-proposed", unit, at_version=at_version, effective_on=DAY)
        assert (version in found) is wrong, at_version
        assert ("the digest is not that of what is proposed" in found) is not wrong, at_version


def test_what_stands_beside_other_streams_fits_as_well() -> None:
    body = beside(Body(SESSION.body or ID, 1, place="430100"))
    nobody = f"no member for trade union on {DAY}"
    assert refusals_of("session.held", replace(SESSION, on=DAY), context=body) == {NO_QUORUM, nobody}
    tried = replace(STANDARD, number="示例标准", consulted=YESTERDAY)
    assert refusals_of("standard.piloted", tried, from_=DAY) == {"the standard is published"}
    parked = sample("signal.parked.v1")
    assert isinstance(parked, SignalParked)
    sender = replace(source(), id=source_stream(parked.source))
    for suspended in (True, False):
        words = refusals_of("signal.parked", Parked(ID), context=beside(replace(sender, suspended=suspended)))
        assert words == ({"the source is suspended or closed"} if suspended else set())
    assert refusals_of("national.decided", KINDS["national"].state(ID), context=Context()) == {
        "a province has not joined"
    }
    law = KINDS["policy"].laws[type(sample("policy.holidays-announced.v1"))]
    act = act_of(law, sample("policy.holidays-announced.v1"), SOMEBODY, DAY)
    unheeding = [rule(KINDS["policy"].state(ID, 1), act, load_pack("example-1")) for rule in law.state]
    assert "the place follows no notices of holidays" in {refusal.en for refusal in unheeding if refusal is not None}


def test_an_appointment_rests_on_a_paper_of_appointment() -> None:
    words, appointing = "it takes a paper of appointment", a_paper(kind=DocumentKind.APPOINTMENT)
    for paper, fits in ((PAPER, False), (appointing, True)):
        found = refusals_of("officer.appointed", OFFICER, from_=DAY, paper=paper.id, context=beside(paper))
        assert (words not in found) is fits


def test_t_02_who_assesses_for_a_body_holds_the_role_of_an_assessor() -> None:
    body = Body(ID, 1, BodyKind.ASSESSOR, "示例评估中心", PROVINCE, since=DAY)
    assessing, at_the_desk = post(Role.ASSESSOR, None), desk(Level.PROVINCE)
    for persons, words in (
        ((assessing,), set()),
        ((at_the_desk,), {"that officer is no third-party assessor"}),
        ((assessing, at_the_desk), {"that officer is no third-party assessor"}),
    ):
        ids = tuple(one.id for one in persons)
        assert refusals_of("body.assessor-contracted", body, assessors=ids, context=beside(*persons)) == words


def test_a_unit_that_is_unknown_frozen_or_may_lose_a_title_is_not_commended() -> None:
    frozen = "the unit is frozen by: wage arrears (severity 4, 2025-06-10)"
    proposed = "revocation is proposed of: Hunan unit of harmonious labour relations"
    assert refusals_of("unit.commended", Unit(Life.of().unit.id)) == {"the unit is not registered"}
    for stage, expected in (("named", set()), ("found_serious", {frozen}), ("proposed", {frozen, proposed})):
        assert refusals_of("unit.commended", life_at(stage).unit, day=ON[stage]) == expected, stage


def test_i_00_mail_goes_to_an_address() -> None:
    no_address, longest = "that is no mail address", f"{'a' * 64}@{'b' * 185}.org"
    assert len(longest) == 254
    for clear, wrong in (
        ("contact@example.org", False), (longest, False), (f"{longest}s", True), ("contact", True),
    ):  # fmt: skip
        for name, unit in (("registered", Unit(ID)), ("details-changed", life_at("registered").unit)):
            found = refusals_of(f"unit.{name}", unit, mail=Sealed(clear=clear))
            assert (no_address in found) is wrong, (name, clear)


def test_a_50_the_plan_that_is_concluded_is_the_one_under_way() -> None:
    plan = CultivationPlan(7, ("示例",), DAY, AHEAD, Level.PREFECTURE)
    unit = life_at("registered").unit
    under_way = replace(unit, cultivation=replace(unit.cultivation, plan=plan))
    for version, over in ((7, False), (6, True)):
        assert ("that plan is over" in refusals_of("unit.cultivation-concluded", under_way, plan=version)) is over


def test_a_02_workers_are_asked_of_a_known_unit_and_not_again_until_the_packs_days_are_over() -> None:
    nobody = {"the unit is not known to the register", "the survey is not over, or counted already"}
    assert refusals_of("unit.survey-counted", Unit(ID)) == nobody
    unit, again = life_at("registered").unit, PACK.after(DAY, PACK.windows.survey_again)
    words = f"counted on {DAY}: surveyed again after {again}"
    for survey, day, refused in (
        (self_evaluation().survey, again, True),
        (self_evaluation().survey, again + timedelta(days=1), False),
        (None, again, False),
    ):
        counted = replace(unit, surveys=replace(unit.surveys, counted={3: CountedSurvey(3, DAY, survey)}))
        assert (words in refusals_of("unit.survey-opened", counted, day=day)) is refused, day


def test_t_28_a_receipt_has_a_valid_code_that_is_free_and_its_paper_of_transfer() -> None:
    name, code = "unit.received", sample("unit.received.v1").code  # type: ignore[attr-defined]
    assert refusals_of(name, Unit(ID), code="91") == {"91 is no valid credit code"}
    claim = code_stream(CodeScope.PUBLIC_CODE, public_code(code, "430104"))
    anothers = f"the code {code} is another unit's"
    for holder, expected in ((somebody("另一单位"), {anothers}), (ID, set()), (None, set())):
        assert refusals_of(name, Unit(ID), context=beside(Code(claim, 1, holder=holder))) == expected, holder
    transfer = a_paper(kind=DocumentKind.TRANSFER)
    for paper, fits in ((transfer, True), (PAPER, False)):
        words = refusals_of(name, Unit(ID), paper=paper.id, context=beside(paper))
        assert any(said.startswith("that paper is of ") for said in words) is not fits


def test_t_29_nobody_answers_what_was_asked_about_themselves() -> None:
    themselves = "nobody answers what was asked about themselves"
    asked = replace(REGISTER, opened_on=DAY, requests={9: WaitingRequest(DAY, "a" * 64)})
    for name in ("answered", "refused"):
        for tag, refused in (("a" * 64, True), ("b" * 64, False)):
            whoever = beside(replace(OFFICER, id=SOMEBODY.id, tag=tag))
            found = refusals_of(f"register.person-{name}", asked, request=9, context=whoever)
            assert found == ({themselves} if refused else set()), (name, tag)


ONCE = {
    "body.established", "check.planned", "crosscheck.planned", "decision.declined", "officer.registered",
    "register.opened", "round.opened", "session.convened", "signal.parked", "source.registered", "standard.drafted",
    "honour.proposed", "station.planned", "task.assigned",
}  # fmt: skip
"""What begins a stream, and can be nothing but its beginning."""

BEGINS = ONCE | {
    "code.claimed", "document.recorded", "national.decided", "policy.adopted", "province.joined", "unit.registered",
    "unit.received", "year.criticised", "year.lapse-found", "year.opened", *(f"{kind}.act-proposed" for kind in KINDS),
}  # fmt: skip
"""What can begin a stream."""


def test_i_00_a_stream_begins_with_what_can_begin_it_and_some_of_it_once() -> None:
    begins: set[str] = set()
    once: set[str] = set()
    for kind in KINDS.values():
        for law in kind.laws.values():
            name = law.event.about.type.rpartition(".")[0]
            if begins_stream(kind.state(ID), law, PACK) is None:
                begins.add(name)
            if begins_stream(kind.state(ID, 1), law, PACK) is not None:
                once.add(name)
    assert begins == BEGINS
    assert once == ONCE
