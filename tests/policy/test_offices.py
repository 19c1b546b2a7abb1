"""The clause matrix (domain §1): what the offices that run the programme do in a year, row by row."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest

from events.figures import CorrectedFigure
from events.governance.year import (
    YearCriticised,
    YearEnded,
    YearOpened,
    YearPlanAccepted,
    YearPlanFiled,
    YearPlanReturned,
    YearReportFiled,
)
from events.governance.year_lapses import (
    YearLapseExcused,
    YearLapseFound,
    YearReconsiderationDecided,
    YearReconsiderationRequested,
    YearScoreDeducted,
)
from events.governance.year_reports import BulletinFigure, YearBulletinPublished, YearSampleDrawn, YearSamplePlanned
from events.governance.year_work import (
    PlaceTarget,
    SupervisionFinding,
    YearFindingClosed,
    YearFundingRecorded,
    YearPublicityHeld,
    YearServiceHeld,
    YearSupervisionConducted,
    YearTrainingApportioned,
    YearTrainingHeld,
)
from events.record import COMMON, DeadlineMissed, EntryCorrected
from events.words import (
    Campaign,
    House,
    HouseService,
    ObligationKind,
    ReconsiderationOutcome,
    Supervision,
    TrainingKind,
)
from services.casework.check.draw import seed_digest
from services.casework.pack import load_pack
from services.casework.timekeeping import TIMEKEEPER
from services.casework.year.accounts import prefectures_of
from services.casework.year.reports import drawn_places, last_day
from services.casework.year.state import Year, year_stream
from tests.casework.given import NATIONAL, document
from tests.casework.stages import life_at
from tests.casework.world import seconding
from tests.casework.years import ELSEWHERE, OPENED, PLACE, Years, later, plan, report, targets

PACK = load_pack()
PROVINCE = PACK.place
DUE, LAST = date(2024, 3, 31), date(2024, 11, 30)
IN_MARCH = date(2024, 3, 4)


@pytest.fixture
def years() -> Years:
    return Years.begun()


# --- a year, its plan and its report ----------------------------------------------------------------------


def test_R_09_a_provinces_year_opens_those_of_its_prefectures_once(years: Years) -> None:
    places = prefectures_of(PROVINCE)
    assert len(places) == 14
    assert all(years.state(place).opened == OPENED for place in (*places, PROVINCE))
    again = years.opening()
    assert years.rules(OPENED, PROVINCE, again) == {"I-00"}
    for year in (2023, 2026):
        stream = year_stream(PROVINCE, year)
        opened = YearOpened(place=PROVINCE, year=year)
        assert years.world.rules(OPENED, years.desk(PROVINCE), stream, opened) == {"I-19"}
    below = YearOpened(place=PLACE, year=2025)
    assert years.world.rules(OPENED, years.desk(PLACE), year_stream(PLACE, 2025), below) == {"I-13"}
    assert years.world.rules(OPENED, years.desk(PROVINCE), year_stream(PLACE, 2025), below) == {"I-19"}


def test_R_09_a_plan_is_filed_by_its_day_and_answered_by_the_province(years: Years) -> None:
    assert years.owed(PLACE)[ObligationKind.FILE_PLAN] == DUE
    assert years.rules(IN_MARCH, PLACE, YearPlanAccepted()) == {"I-13", "I-19"}
    assert years.rules(IN_MARCH, PLACE, plan(), by=years.desk(ELSEWHERE)) == {"I-13"}
    years.at(IN_MARCH, PLACE, plan())
    assert years.state(PLACE).entries[-1].event == plan()
    assert years.rules(IN_MARCH, PLACE, plan("另一方案")) == {"I-19"}
    owed = {duty.kind: duty.holder for duty in years.world.owed(years.stream(PLACE))}
    assert owed[ObligationKind.ANSWER_PLAN] == f"province:{PROVINCE}"
    assert ObligationKind.FILE_PLAN not in owed
    years.at(later(IN_MARCH), PLACE, YearPlanAccepted(note="示例"), by=years.desk(PROVINCE))
    assert not {ObligationKind.FILE_PLAN, ObligationKind.ANSWER_PLAN} & years.owed(PLACE).keys()
    assert years.rules(later(IN_MARCH), PLACE, YearPlanAccepted(), by=years.desk(PROVINCE)) == {"I-19"}
    assert years.rules(later(IN_MARCH), PLACE, plan()) == {"I-19"}


def test_R_09_a_returned_plan_is_owed_again_by_the_day_of_the_return(years: Years) -> None:
    years.at(IN_MARCH, PLACE, plan())
    until = later(IN_MARCH, 10)
    returned = YearPlanReturned(reason="示例：缺少保障措施", due=until)
    past = returned.model_copy(update={"due": IN_MARCH})
    assert years.rules(IN_MARCH, PLACE, past, by=years.desk(PROVINCE)) == {"I-21"}
    years.at(IN_MARCH, PLACE, returned, by=years.desk(PROVINCE))
    assert years.owed(PLACE)[ObligationKind.FILE_PLAN] == until
    years.at(later(until, 3), PLACE, plan("修改后的方案"))
    filed = years.state(PLACE).entries[-1].event
    assert isinstance(filed, YearPlanFiled)
    assert filed.days_late == 3
    assert ObligationKind.ANSWER_PLAN in years.owed(PLACE)


def test_R_09_a_late_plan_is_missed_taken_and_marked(years: Years) -> None:
    missed = [one for one in years.time_passes(later(DUE), PLACE) if isinstance(one, DeadlineMissed)]
    assert [(one.obligation, one.holder) for one in missed] == [(ObligationKind.FILE_PLAN, f"prefecture:{PLACE}")]
    years.at(later(DUE, 5), PLACE, plan())
    filed = years.state(PLACE).entries[-1].event
    assert isinstance(filed, YearPlanFiled)
    assert filed.days_late == 5
    assert years.rules(IN_MARCH, PROVINCE, plan()) == {"I-13", "I-19"}


def test_R_09_a_year_opened_late_leaves_time_for_its_plan(years: Years) -> None:
    opened = date(2025, 6, 2)
    world = years.world
    stream = year_stream(PLACE, 2025)
    world.act(opened, years.desk(PROVINCE), year_stream(PROVINCE, 2025), YearOpened(place=PROVINCE, year=2025))
    owed = {duty.kind: duty.due for duty in world.owed(stream)}
    assert owed[ObligationKind.FILE_PLAN] == PACK.after(opened, PACK.year.at_least)
    assert owed[ObligationKind.FILE_REPORT] == date(2025, 11, 30)


def test_R_47_the_yearly_report_is_due_on_30_november_and_marked_late_after_it(years: Years) -> None:
    assert years.owed(PLACE)[ObligationKind.FILE_REPORT] == LAST
    for early in (date(2024, 1, 8), date(2024, 9, 30)):  # nothing is told of a year that has hardly begun
        assert years.rules(early, PLACE, report()) == {"I-19"}
    years.at(LAST, PLACE, report())
    assert years.state(PLACE).entries[-1].event == report()
    assert years.rules(LAST, PLACE, report("另一报告")) == {"I-19"}
    years.at(later(LAST, 2), ELSEWHERE, report())
    filed = years.state(ELSEWHERE).entries[-1].event
    assert isinstance(filed, YearReportFiled)
    assert filed.days_late == 2


def test_R_47_a_year_that_is_over_opens_the_next_and_what_it_owes_stays(years: Years) -> None:
    assert years.world.time_passes(date(2024, 12, 31), years.stream(PROVINCE)) == []
    january = date(2025, 1, 1)
    for place in (PROVINCE, PLACE):
        assert YearEnded(year=2024) in years.time_passes(january, place)
        assert years.world.state(Year, year_stream(place, 2025)).opened == january
        assert years.time_passes(january, place) == []
    assert ObligationKind.FILE_REPORT in years.owed(PLACE)
    assert years.world.state(Year, year_stream(ELSEWHERE, 2025)).opened is None


# --- training ---------------------------------------------------------------------------------------------------

TRAINED = YearTrainingHeld(kind=TrainingKind.BASIC, course="示例课程", on=IN_MARCH, people=900, certified=800)


def test_R_10_twenty_thousand_a_year_are_shared_out_among_the_prefectures(years: Years) -> None:
    shared = targets(PACK)
    assert sum(one.people for one in shared.targets) >= PACK.year.trained == 20_000
    assert years.rules(IN_MARCH, PROVINCE, targets(PACK, 1_000)) == {"A-31"}
    twice = YearTrainingApportioned(targets=(*shared.targets, shared.targets[0]))
    strange = YearTrainingApportioned(targets=(PlaceTarget(place="430104", people=30_000),))
    assert years.rules(IN_MARCH, PROVINCE, twice) == years.rules(IN_MARCH, PROVINCE, strange) == {"A-31"}
    assert years.rules(IN_MARCH, PLACE, shared, by=years.desk(PROVINCE)) == {"A-31"}
    assert years.rules(date(2025, 1, 2), PROVINCE, shared) == {"A-31"}
    years.at(IN_MARCH, PROVINCE, shared)
    assert {years.state(place).target for place in prefectures_of(PROVINCE)} == {1_429}
    assert years.rules(IN_MARCH, PROVINCE, shared) == {"A-31"}


def test_R_10_certified_coordinators_count_by_house_against_the_target(years: Years) -> None:
    years.at(IN_MARCH, PROVINCE, targets(PACK))
    assert years.owed(PLACE)[ObligationKind.TRAIN] == date(2024, 12, 31)
    more = TRAINED.model_copy(update={"certified": 901})
    assert years.rules(IN_MARCH, PLACE, more) == {"A-31"}
    for on in (later(IN_MARCH), date(2023, 12, 29)):
        assert years.rules(IN_MARCH, PLACE, TRAINED.model_copy(update={"on": on})) == {"I-21"}
    years.at(IN_MARCH, PLACE, TRAINED, by=years.desk(PLACE, House.UNION))
    held = years.state(PLACE).entries[-1].event
    assert isinstance(held, YearTrainingHeld)
    assert held.house is House.UNION
    assert ObligationKind.TRAIN in years.owed(PLACE)
    years.at(IN_MARCH, PLACE, TRAINED)
    assert years.state(PLACE).certified == 1_600
    assert ObligationKind.TRAIN not in years.owed(PLACE)


# --- services, funds, publicity ---------------------------------------------------------------------


def test_R_39_each_house_records_what_it_does_for_workers_and_enterprises(years: Years) -> None:
    served = YearServiceHeld(kind=HouseService.LEGAL_AID, on=IN_MARCH, people=40, summary="示例：法律援助")
    guided = YearServiceHeld(kind=HouseService.DIAGNOSIS, on=IN_MARCH, people=3, enterprises=12, summary="示例：诊断")
    for house, event in ((House.UNION, served), (House.FEDERATION, guided)):
        years.at(IN_MARCH, PLACE, event, by=years.desk(PLACE, house))
        held = years.state(PLACE).entries[-1].event
        assert isinstance(held, YearServiceHeld)
        assert held.house is house
    assert years.rules(IN_MARCH, PLACE, served.model_copy(update={"on": later(IN_MARCH)})) == {"I-21"}
    assert years.rules(IN_MARCH, PLACE, served, by=years.desk(ELSEWHERE)) == {"I-13"}


def test_R_44_funds_and_the_inclusion_in_plan_and_assessment_are_recorded(years: Years) -> None:
    funded = YearFundingRecorded(
        on=IN_MARCH, amount_fen=50_000_000, purpose="示例：创建活动专项", in_plan=True, in_assessment=False
    )
    years.at(IN_MARCH, PLACE, funded)
    assert years.rules(IN_MARCH, PLACE, funded.model_copy(update={"on": later(IN_MARCH)})) == {"I-21"}


def test_R_46_publicity_is_recorded_by_kind_and_reach(years: Years) -> None:
    for kind in Campaign:
        years.at(IN_MARCH, PLACE, YearPublicityHeld(kind=kind, on=IN_MARCH, people=500, summary=f"示例：{kind.zh}"))
    unopened = year_stream(PLACE, 2025)
    held = YearPublicityHeld(kind=Campaign.TOUR, on=IN_MARCH, people=1, summary="示例")
    assert "I-00" in years.world.rules(IN_MARCH, years.desk(PLACE), unopened, held)


# --- supervision ------------------------------------------------------------------------------------------------


def _supervised(kind: Supervision, *problems: str, due: date | None = None) -> YearSupervisionConducted:
    found = tuple(
        SupervisionFinding(id=one, findings="示例：台账不全", due=due or IN_MARCH + timedelta(days=30))
        for one in problems
    )
    return YearSupervisionConducted(kind=kind, on=IN_MARCH, summary="示例：督导情况", problems=found)


def test_R_40_a_place_supervises_itself_and_spot_checks_come_from_above(years: Years) -> None:
    assert years.owed(PLACE)[ObligationKind.SUPERVISE_SELF] == date(2024, 12, 31)
    above = years.desk(PROVINCE)
    for kind in (Supervision.SPOT, Supervision.JOINT):
        assert years.rules(IN_MARCH, PLACE, _supervised(kind)) == {"A-32"}
        years.at(IN_MARCH, PLACE, _supervised(kind), by=above)
    assert years.rules(IN_MARCH, PLACE, _supervised(Supervision.SELF), by=above) == {"A-32"}
    years.at(IN_MARCH, PLACE, _supervised(Supervision.SPECIAL))
    assert ObligationKind.SUPERVISE_SELF in years.owed(PLACE)
    years.at(IN_MARCH, PLACE, _supervised(Supervision.SELF))
    assert ObligationKind.SUPERVISE_SELF not in years.owed(PLACE)


def test_R_40_a_finding_is_owed_by_its_day_and_closed_with_the_word_of_who_found_it(years: Years) -> None:
    above, until = years.desk(PROVINCE), IN_MARCH + timedelta(days=30)
    closing = YearFindingClosed(finding="一", reason="示例：已补齐", documents=(document("整改材料"),))
    assert years.rules(IN_MARCH, PLACE, closing) == {"A-32"}
    assert years.rules(IN_MARCH, PLACE, _supervised(Supervision.SPOT, "一", "一"), by=above) == {"A-32"}
    past = _supervised(Supervision.SPOT, "一", due=IN_MARCH - timedelta(days=1))
    assert years.rules(IN_MARCH, PLACE, past, by=above) == {"I-21"}
    years.at(IN_MARCH, PLACE, _supervised(Supervision.SPOT, "一"), by=above)
    assert years.rules(IN_MARCH, PLACE, _supervised(Supervision.SPOT, "一"), by=above) == {"A-32"}
    years.at(IN_MARCH, PLACE, _supervised(Supervision.SELF, "二"))
    owed = [duty for duty in years.world.owed(years.stream(PLACE)) if duty.kind is ObligationKind.CLOSE_FINDING]
    assert {(duty.ref, duty.due) for duty in owed} == {("一", until), ("二", until)}
    by_itself = closing.model_copy(update={"finding": "二"})
    assert years.rules(IN_MARCH, PLACE, by_itself) == {"A-32"}, "who found it"
    years.at(IN_MARCH, PLACE, by_itself, by=years.desk(PLACE, House.UNION))
    assert years.state(PLACE).findings["二"].closed
    proposal = years.world.act(IN_MARCH, years.desk(PLACE), years.stream(PLACE), closing)
    assert not years.state(PLACE).findings["一"].closed
    assert years.rules(IN_MARCH, PLACE, seconding(proposal), by=years.desk(PLACE, House.UNION)) == {"A-32"}
    years.at(IN_MARCH, PLACE, seconding(proposal), by=above)
    assert years.state(PLACE).findings["一"].closed
    assert years.rules(IN_MARCH, PLACE, closing) == {"A-32"}


# --- criticism --------------------------------------------------------------------------------------------------


def test_R_28_lapses_before_a_criticism_that_are_excused_hide_none_that_come_after_it(years: Years) -> None:
    day = date(2025, 1, 6)
    years.at(IN_MARCH, PROVINCE, targets(PACK))
    years.time_passes(day, PLACE)
    noticed = YearCriticised(place=PLACE, year=2024, ground="示例：多次失职", document_number="示例函〔2025〕1号")
    years.at(day, PLACE, noticed, by=years.approver(PROVINCE))
    for lapse in years.state(PLACE).lapses:
        years.at(day, PLACE, YearLapseExcused(lapse=lapse, reason="示例"), by=years.approver(PROVINCE))
    for number in range(PACK.year.criticised_from):
        found = YearLapseFound(
            place=PLACE, year=2024, obligation=ObligationKind.VERIFICATION, ref=f"verification:{number}", due=day
        )
        years.world.act(later(day), years.world.operator, years.stream(PLACE), found)
    assert ObligationKind.CRITICISE in years.owed(PLACE)


def test_R_28_a_province_criticises_its_own_prefectures(years: Years) -> None:
    day = IN_MARCH
    noticed = YearCriticised(place=PLACE, year=2024, ground="示例：未按时报备", document_number="示例函〔2024〕1号")
    assert years.rules(day, PLACE, noticed, by=years.desk(PROVINCE)) == {"I-13"}
    years.at(day, PLACE, noticed, by=years.approver(PROVINCE))
    assert years.state(PLACE).criticised == 1
    above = noticed.model_copy(update={"place": PROVINCE})
    assert years.rules(day, PROVINCE, above, by=years.approver(PROVINCE)) == {"I-14"}


def _lapsed(years: Years, place: str = PLACE) -> int:
    """The version of the lapse that a plan not filed is."""
    years.time_passes(later(DUE), place)
    return max(years.state(place).lapses)


def test_R_28_many_lapses_call_for_criticism(years: Years) -> None:
    day = date(2025, 1, 6)
    years.at(IN_MARCH, PROVINCE, targets(PACK))
    years.time_passes(day, PLACE)
    found = {lapse.obligation for lapse in years.state(PLACE).lapses.values()}
    assert found == {
        ObligationKind.FILE_PLAN, ObligationKind.FILE_REPORT, ObligationKind.TRAIN, ObligationKind.SUPERVISE_SELF,
    }  # fmt: skip
    assert ObligationKind.CRITICISE in years.owed(PLACE)
    noticed = YearCriticised(place=PLACE, year=2024, ground="示例：多次失职", document_number="示例函〔2025〕1号")
    years.at(day, PLACE, noticed, by=years.approver(PROVINCE))
    assert ObligationKind.CRITICISE not in years.owed(PLACE)
    assert years.time_passes(later(day), PLACE) == []


# --- lapses, deductions and the second look ---------------------------------------------------------------------


def test_R_29_a_serious_signal_left_without_proposal_is_a_lapse_of_the_prefecture(years: Years) -> None:
    life, world = life_at("found_serious", NATIONAL), years.world
    world.knows(life.unit)
    duty = next(one for one in world.owed(life.unit.id) if one.kind is ObligationKind.PROPOSE_REVOCATION)
    assert duty.holder == f"prefecture:{PLACE}"
    late = later(duty.due)
    missed = COMMON["unit"].deadline_missed(obligation=duty.kind, ref=duty.key, due=duty.due, holder=duty.holder)
    world.act(late, TIMEKEEPER, life.unit.id, missed)
    stream = year_stream(PLACE, duty.due.year)
    (lapse,) = world.state(Year, stream).lapses.values()
    assert (lapse.obligation, lapse.unit, lapse.ref) == (duty.kind, life.unit.id, duty.key)
    assert world.log[-1].command_id == world.log[-2].command_id
    world.act(late, years.approver(PROVINCE), stream, YearScoreDeducted(lapse=lapse.version, reason="示例"))
    assert world.state(Year, stream).deducted == PACK.lapses[duty.kind] == 5


def test_R_29_a_lapse_is_deducted_for_or_excused_once(years: Years) -> None:
    ref, day = _lapsed(years), later(DUE)
    deducted = YearScoreDeducted(lapse=ref, reason="示例：未按时报备")
    assert years.owed(PLACE)[ObligationKind.ANSWER_LAPSE] == PACK.after(day, PACK.windows.handle_step)
    assert years.rules(day, PLACE, deducted) == {"I-13"}
    assert years.rules(day, PLACE, deducted, by=years.desk(PROVINCE)) == {"I-13"}
    years.at(day, PLACE, deducted, by=years.approver(PROVINCE))
    assert years.state(PLACE).deducted == PACK.lapses[ObligationKind.FILE_PLAN]
    for event in (deducted, YearLapseExcused(lapse=ref, reason="示例")):
        assert years.rules(day, PLACE, event, by=years.approver(PROVINCE)) == {"A-33"}
    other = _lapsed(years, ELSEWHERE)
    years.at(day, ELSEWHERE, YearLapseExcused(lapse=other, reason="示例：自然灾害"), by=years.approver(PROVINCE))
    assert years.state(ELSEWHERE).deducted == 0
    assert ObligationKind.ANSWER_LAPSE not in years.owed(ELSEWHERE)


def test_R_29_nobody_but_the_register_finds_a_lapse(years: Years) -> None:
    made_up = YearLapseFound(place=PLACE, year=2024, obligation=ObligationKind.FILE_PLAN, ref="file_plan:plan", due=DUE)
    assert "I-13" in years.rules(IN_MARCH, PLACE, made_up, by=years.approver(PROVINCE))
    other = made_up.model_copy(update={"obligation": ObligationKind.FOLLOW_UP})
    assert years.world.rules(IN_MARCH, TIMEKEEPER, years.stream(PLACE), other) == {"A-33"}


def test_R_29_a_deduction_is_contested_in_time_and_looked_at_by_somebody_else(years: Years) -> None:
    ref, day, first = _lapsed(years), later(DUE), years.approver(PROVINCE)
    version = years.at(day, PLACE, YearScoreDeducted(lapse=ref, reason="示例"), by=first)
    asked = YearReconsiderationRequested(contested=version, text="示例：方案已按时寄出")
    last = PACK.after(day, PACK.year.contested_within)
    assert years.rules(later(last), PLACE, asked) == {"A-33"}
    assert years.rules(day, PLACE, asked, by=years.desk(ELSEWHERE)) == {"I-13"}
    request = years.at(last, PLACE, asked)
    assert years.rules(last, PLACE, asked) == {"A-33"}
    assert ObligationKind.DECIDE_RECONSIDERATION in years.owed(PLACE)
    decided = YearReconsiderationDecided(request=request, outcome=ReconsiderationOutcome.SET_ASIDE, reason="示例")
    assert years.rules(last, PLACE, decided, by=first) == {"A-33"}
    assert years.rules(last, PLACE, decided) == {"I-13"}
    other = years.approver(PROVINCE, House.UNION)
    years.at(last, PLACE, decided, by=other)
    assert years.state(PLACE).deducted == 0
    assert ObligationKind.DECIDE_RECONSIDERATION not in years.owed(PLACE)
    assert years.rules(last, PLACE, decided, by=other) == {"A-33"}


def test_R_29_a_criticism_that_is_set_aside_counts_no_more(years: Years) -> None:
    noticed = YearCriticised(place=PLACE, year=2024, ground="示例", document_number="示例函〔2024〕2号")
    version = years.at(IN_MARCH, PLACE, noticed, by=years.approver(PROVINCE))
    request = years.at(IN_MARCH, PLACE, YearReconsiderationRequested(contested=version, text="示例"))
    decided = YearReconsiderationDecided(request=request, outcome=ReconsiderationOutcome.SET_ASIDE, reason="示例")
    years.at(IN_MARCH, PLACE, decided, by=years.approver(PROVINCE, House.COMMERCE))
    assert years.state(PLACE).criticised == 0


# --- bulletins --------------------------------------------------------------------------------------------------


def _bulletin(period: str, number: str = "示例通报〔2024〕1号", value: int = 120) -> YearBulletinPublished:
    figures = (BulletinFigure(name="命名有效", value=value), BulletinFigure(name="在办申报", value=8))
    return YearBulletinPublished(period=period, number=number, position=500, figures=figures)


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("2024", date(2024, 12, 31)),
        ("2024-H1", date(2024, 6, 30)),
        ("2024-Q1", date(2024, 3, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 31)),
    ],
)
def test_R_38_no_bulletin_before_its_period_is_over(years: Years, period: str, last: date) -> None:
    assert last_day(period) == last
    assert years.rules(last - timedelta(days=1), PROVINCE, _bulletin(period)) == {"A-34"}
    years.at(last, PROVINCE, _bulletin(period))


def test_R_38_a_bulletin_is_frozen_with_its_figures_and_their_digest(years: Years) -> None:
    version = years.at(IN_MARCH, PROVINCE, _bulletin("2024-02"))
    event = years.state(PROVINCE).entries[-1].event
    assert isinstance(event, YearBulletinPublished)
    assert event.figures_digest == sha256(b"500\n2024-02\n" + "命名有效:120\n在办申报:8".encode()).hexdigest()
    assert years.rules(IN_MARCH, PROVINCE, _bulletin("2024-02", value=121)) == {"A-34"}
    voiding = COMMON["year"].entry_voided(version=version, reason="示例")
    assert years.rules(IN_MARCH, PROVINCE, voiding)
    twice = event.model_copy(update={"period": "2024-01", "figures": (*event.figures, event.figures[0])})
    assert years.rules(IN_MARCH, PROVINCE, twice) == {"A-34"}
    assert years.rules(IN_MARCH, PROVINCE, _bulletin("2023-12")) == {"A-34"}


# --- the sample -------------------------------------------------------------------------------------------------


def test_R_47_the_province_looks_at_a_share_of_its_prefectures_drawn_by_a_committed_seed(years: Years) -> None:
    seed = "示例种子"
    planned = YearSamplePlanned(share=20, commitment=seed_digest(seed))
    assert years.rules(IN_MARCH, PROVINCE, planned.model_copy(update={"share": 19})) == {"A-35"}
    assert years.rules(IN_MARCH, PLACE, planned, by=years.desk(PROVINCE)) == {"A-35"}
    assert years.rules(IN_MARCH, PROVINCE, YearSampleDrawn(seed=seed)) == {"A-35"}
    assert ObligationKind.DRAW_SAMPLE not in years.owed(PROVINCE)
    years.at(IN_MARCH, PROVINCE, planned)
    assert years.rules(IN_MARCH, PROVINCE, planned) == {"A-35"}
    assert years.owed(PROVINCE)[ObligationKind.DRAW_SAMPLE] == PACK.after(IN_MARCH, PACK.windows.draw_share)
    assert years.rules(IN_MARCH, PROVINCE, YearSampleDrawn(seed="另一种子")) == {"A-35"}
    years.at(IN_MARCH, PROVINCE, YearSampleDrawn(seed=seed))
    assert ObligationKind.DRAW_SAMPLE not in years.owed(PROVINCE)
    event, sample = years.state(PROVINCE).entries[-1].event, years.state(PROVINCE).sample
    assert isinstance(event, YearSampleDrawn)
    assert sample is not None
    assert event.places is not None
    assert len(event.places) == 3
    assert event.places == drawn_places(PROVINCE, sample, seed)
    assert years.rules(IN_MARCH, PROVINCE, YearSampleDrawn(seed=seed)) == {"A-35"}
    place = event.places[0]
    assert years.owed(place)[ObligationKind.SPOT_CHECK] == PACK.after(IN_MARCH, PACK.windows.handle_step)
    years.at(IN_MARCH, place, _supervised(Supervision.SELF))
    assert ObligationKind.SPOT_CHECK in years.owed(place)
    years.at(IN_MARCH, place, _supervised(Supervision.SPOT), by=years.desk(PROVINCE))
    assert ObligationKind.SPOT_CHECK not in years.owed(place)


def test_T_13_a_training_typed_in_wrongly_counts_as_corrected_and_a_correction_ends_no_duty(years: Years) -> None:
    """Sibling of L-17: a typed-in number is raised until the training that is owed is done."""
    years.at(IN_MARCH, PROVINCE, targets(PACK))
    version = years.at(IN_MARCH, PLACE, TRAINED)

    def corrected(now: int, field: str = "/certified", was: int = 800) -> EntryCorrected:
        figure = CorrectedFigure(field=field, was=was, now=now)
        return COMMON["year"].entry_corrected(version=version, figures=(figure,), reason="示例")

    assert years.rules(IN_MARCH, PLACE, corrected(901)) == {"A-31"}
    assert years.rules(IN_MARCH, PLACE, corrected(700, "/people", 900)) == {"A-31"}
    years.at(IN_MARCH, PLACE, TRAINED.model_copy(update={"certified": 600, "course": "示例第二期"}))
    assert years.rules(IN_MARCH, PLACE, corrected(850)) == {"T-13"}, "the training that is owed is not done by it"
    autumn = date(2024, 10, 8)
    years.at(autumn, PLACE, report())
    assert years.rules(autumn, PLACE, corrected(790)) == {"T-13"}, "the report rests on it"
