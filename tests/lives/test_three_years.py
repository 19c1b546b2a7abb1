"""Three years of a province: most prefectures diligent, two lazy, one dishonest; the checker reads all of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pytest

from events.envelope import Event
from events.governance.year import YearCriticised, YearOpened, YearPlanAccepted
from events.governance.year_lapses import YearLapseExcused, YearReconsiderationRequested, YearScoreDeducted
from events.governance.year_reports import BulletinFigure, YearBulletinPublished, YearSampleDrawn, YearSamplePlanned
from events.governance.year_work import (
    SupervisionFinding,
    YearFindingClosed,
    YearSupervisionConducted,
    YearTrainingHeld,
)
from events.registry import encode
from events.words import House, ObligationKind, Supervision, TrainingKind
from services.casework.check.draw import seed_digest
from services.casework.year.accounts import prefectures_of
from services.checker import check
from tests.casework.world import seconding
from tests.casework.years import Years, later, plan, report, targets
from tests.checker.told import PACK

PROVINCE = "430000"
LAZY, DISHONEST = ("430300", "430900"), "430600"
YEARS = (2024, 2025, 2026)
MISSED = {
    ObligationKind.FILE_PLAN, ObligationKind.FILE_REPORT, ObligationKind.TRAIN, ObligationKind.SUPERVISE_SELF,
    ObligationKind.CLOSE_FINDING,
}  # fmt: skip


@pytest.fixture(scope="module")
def told() -> Years:
    """The three years, each told in the order of its days."""
    years, chance = Years.begun(), random.Random(2023)  # noqa: S311 (a seed that anybody can repeat)
    for place in (PROVINCE, *prefectures_of(PROVINCE)):
        for house in House:
            years.desk(place, house)
        years.approver(place)
    years.approver(PROVINCE, House.UNION)
    for year in YEARS:
        years.year = year
        _spring(years, chance)
        _autumn(years, chance)
        _winter(years)
    return years


def _diligent() -> list[str]:
    return [place for place in prefectures_of(PROVINCE) if place not in LAZY]


def _spring(years: Years, chance: random.Random) -> None:
    """Plans, training and supervision; spot checks find something everywhere."""
    day, above = date(years.year, 3, 4), years.desk(PROVINCE)
    years.at(day, PROVINCE, targets(years.world.pack))
    for place in _diligent():
        years.at(day, place, plan())
        years.at(day, place, YearPlanAccepted(), by=above)
        for house in House:
            held = YearTrainingHeld(
                kind=TrainingKind.BASIC, course="示例", on=day, people=500, certified=chance.randint(400, 500)
            )
            years.at(day, place, held, by=years.desk(place, house))
        years.at(day, place, YearSupervisionConducted(kind=Supervision.SELF, on=day, summary="示例"))
    found = (SupervisionFinding(id="一", findings="示例", due=later(day, 60)),)
    for place in prefectures_of(PROVINCE):
        spot = YearSupervisionConducted(kind=Supervision.SPOT, on=day, summary="示例", problems=found)
        years.at(day, place, spot, by=above)
    _cheat(years, day)
    for place in _diligent():
        proposal = years.world.act(
            later(day), years.desk(place), years.stream(place), YearFindingClosed(finding="一", reason="示例")
        )
        years.at(later(day), place, seconding(proposal), by=above)


def _day_passes(years: Years, day: date) -> None:
    """What a day brings about in the year of every place; the province answers at once."""
    approver = years.approver(PROVINCE)
    for place in (PROVINCE, *prefectures_of(PROVINCE)):
        years.time_passes(day, place)
    for place in LAZY:
        for lapse in [one for one in years.state(place).lapses.values() if not one.answered]:
            years.at(day, place, YearScoreDeducted(lapse=lapse.version, reason="示例"), by=approver)
        if ObligationKind.CRITICISE in years.owed(place):
            noticed = YearCriticised(place=place, year=years.year, ground="示例：多次失职", document_number="示例函")
            years.at(day, place, noticed, by=approver)


def _autumn(years: Years, chance: random.Random) -> None:
    """Reports, the sample and a bulletin; what nobody did is missed on the day after its last."""
    _day_passes(years, date(years.year, 4, 1))
    _day_passes(years, date(years.year, 5, 5))
    day, above = date(years.year, 10, 10), years.desk(PROVINCE)
    years.at(day, PROVINCE, YearSamplePlanned(share=20, commitment=seed_digest(f"示例{years.year}")))
    years.at(day, PROVINCE, YearSampleDrawn(seed=f"示例{years.year}"))
    sample = years.state(PROVINCE).sample
    assert sample is not None
    for place in sample.drawn or ():
        spot = YearSupervisionConducted(kind=Supervision.SPOT, on=day, summary="示例")
        years.at(day, place, spot, by=above)
    figures = (BulletinFigure(name="命名有效", value=chance.randint(1, 500)),)
    years.at(day, PROVINCE, _bulletin(f"{years.year}-Q3", figures))
    for place in _diligent():
        years.at(later(day), place, report())


def _winter(years: Years) -> None:
    """The year ends: lapses are deducted for, the lazy criticised, and the next year is there."""
    _day_passes(years, date(years.year, 12, 1))
    _day_passes(years, date(years.year + 1, 1, 1))


def _bulletin(period: str, figures: tuple[BulletinFigure, ...]) -> YearBulletinPublished:
    return YearBulletinPublished(period=period, number="示例通报", position=1, figures=figures)


def _cheat(years: Years, day: date) -> None:
    """What the dishonest prefecture tries in a year; each is refused, and nothing is stored."""
    before = len(years.world.log)
    tried = list(_attempts(years, day))
    for place, event in tried:
        assert years.rules(day, place, event, by=years.desk(DISHONEST)), event.about.type
        assert years.rules(day, place, event, by=years.approver(DISHONEST)), event.about.type
    assert len(tried) == 12
    assert len(years.world.log) == before


def _attempts(years: Years, day: date) -> Iterator[tuple[str, Event]]:
    figures = (BulletinFigure(name="命名有效", value=999),)
    yield DISHONEST, plan("第二份方案")
    yield DISHONEST, YearPlanAccepted()
    yield LAZY[0], plan()
    yield LAZY[0], report()
    yield DISHONEST, YearTrainingHeld(kind=TrainingKind.ONLINE, course="示例", on=day, people=1, certified=9_000)
    yield DISHONEST, YearTrainingHeld(kind=TrainingKind.ONLINE, course="示例", on=later(day), people=9, certified=9)
    yield DISHONEST, YearSupervisionConducted(kind=Supervision.SPOT, on=day, summary="示例")
    yield DISHONEST, _bulletin(f"{years.year}-12", figures)
    yield DISHONEST, YearLapseExcused(lapse=1, reason="示例")
    yield DISHONEST, YearReconsiderationRequested(contested=1, text="示例")
    yield DISHONEST, YearOpened(place=DISHONEST, year=years.year)
    yield PROVINCE, YearSampleDrawn(seed="示例")


def test_the_lapses_deductions_and_criticism_of_the_lazy_are_all_there(told: Years) -> None:
    for year in YEARS:
        told.year = year
        for place in LAZY:
            state = told.state(place)
            assert {lapse.obligation for lapse in state.lapses.values()} == MISSED
            assert state.deducted == sum(told.world.pack.lapses[kind] for kind in MISSED)
            assert state.criticised == 1
        for place in _diligent():
            state = told.state(place)
            assert (state.lapses, state.deducted, state.criticised) == ({}, 0, 0)
            assert state.certified >= (state.target or 0)


def test_every_year_is_followed_by_the_next(told: Years) -> None:
    told.year = YEARS[-1] + 1
    assert all(told.state(place).opened == date(told.year, 1, 1) for place in (PROVINCE, *prefectures_of(PROVINCE)))


def test_the_checker_finds_nothing(told: Years) -> None:
    lines = (f'{{"type":"{entry.event.about.type}","state":{encode(entry).decode()}}}' for entry in told.world.log)
    assert list(check(lines, PACK)) == []
