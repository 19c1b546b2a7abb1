"""Chapter 调查: surveys of the workers that the register counts (policy 四(一)9; R-06, A-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from events.envelope import Entry, Event
from events.unit.self_evaluation import Survey
from events.unit.survey import UnitSurveyCounted, UnitSurveyOpened
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.office import AGENT_OR_UNION, TIMEKEEPER
from services.casework.pack import Pack
from services.casework.unit.registration import known, registered
from services.casework.unit.separation import apart_from_the_unit, people_before

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """A survey that is not counted yet: its codes, its last day, and what it asks of."""

    codes: int
    until: date
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountedSurvey:
    """What the register counted, and on which day; `scores` are empty where too few answered."""

    version: int
    on: date
    survey: Survey | None


@dataclass(frozen=True, slots=True)
class Surveys:
    """The surveys of the workers, by the versions of the entries that opened and counted them."""

    open: Mapping[int, OpenSurvey] = field(default_factory=dict)
    codes: Mapping[int, int] = field(default_factory=dict)
    counted: Mapping[int, CountedSurvey] = field(default_factory=dict)

    @property
    def latest(self) -> CountedSurvey | None:
        """The one that was counted last."""
        return self.counted[max(self.counted)] if self.counted else None

    def over_on(self, day: date) -> list[int]:
        """Those whose last day is past."""
        return [version for version, one in self.open.items() if one.until < day]


def _opened(region: Surveys, entry: Entry[UnitSurveyOpened]) -> Surveys:
    event = entry.event
    begun = OpenSurvey(event.codes, event.until, event.indicators or ())
    return replace(
        region,
        open={**region.open, entry.version: begun},
        codes={**region.codes, entry.version: event.codes},
    )


def _counted(region: Surveys, entry: Entry[UnitSurveyCounted]) -> Surveys:
    event = entry.event
    entitled, scores = region.codes.get(event.survey_ref, 0), event.scores
    survey = Survey(entitled=entitled, answered=event.answered, scores=scores) if scores else None
    done = CountedSurvey(entry.version, entry.day, survey)
    return replace(
        region,
        open={version: one for version, one in region.open.items() if version != event.survey_ref},
        counted={**region.counted, entry.version: done},
    )


def propose_survey_opened(unit: Unit, act: Act[UnitSurveyOpened], pack: Pack) -> Event:
    """It asks of the indicators of the pack."""
    return act.event.model_copy(update={"indicators": tuple(pack.survey_indicators)})


def propose_survey_counted(unit: Unit, act: Act[UnitSurveyCounted], pack: Pack) -> Event:
    """The percent satisfied on each indicator: the answers from the pack's on, rounded down."""
    event, least = act.event, pack.limits.survey_satisfied
    scores = {
        one.indicator: 100 * sum(one.answers[least - 1 :]) // event.answered for one in event.answers if event.answered
    }
    return event.model_copy(update={"scores": scores})


def no_survey_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-02: a survey is counted before another one begins, and before a congress adopts the report."""
    if not unit.surveys.open:
        return None
    until = max(one.until for one in unit.surveys.open.values())
    zh, en = f"职工满意度调查尚未结束并计票（至{until}）", f"a survey of the workers is not counted yet (until {until})"
    return refuse(pack, "A-02", zh, en, sorted(unit.surveys.open))


def survey_ends_in_time(unit: Unit, act: Act[UnitSurveyOpened], pack: Pack) -> Refusal | None:
    """A-02: a survey lasts beyond its first day, and no longer than the pack allows."""
    latest = pack.after(act.day, pack.windows.survey)
    if act.day < act.event.until <= latest:
        return None
    zh, en = f"调查截止日应在今日之后、{latest}以前", f"it ends after today, and by {latest}"
    return refuse(pack, "A-02", zh, en, (act.event.until,), "/until")


def not_asked_until_it_suits(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-02: what the workers said stands for the pack's time: nobody asks them again and again until it suits."""
    latest = unit.surveys.latest
    if latest is None or latest.survey is None:
        return None
    again = pack.after(latest.on, pack.windows.survey_again)
    if act.day > again:
        return None
    zh, en = f"{latest.on}已计票，{again}后方可再次调查", f"counted on {latest.on}: surveyed again after {again}"
    return refuse(pack, "A-02", zh, en, (latest.version,))


def no_more_codes_than_workers(unit: Unit, act: Act[UnitSurveyOpened], pack: Pack) -> Refusal | None:
    """A-02: there are no more codes than workers."""
    workers = unit.life.headcount
    if workers is None or act.event.codes <= workers:
        return None
    zh, en = f"调查码多于登记的职工人数{workers}", f"more codes than the {workers} workers of the register"
    return refuse(pack, "A-02", zh, en, (workers,), "/codes")


def survey_is_over(unit: Unit, act: Act[UnitSurveyCounted], pack: Pack) -> Refusal | None:
    """A-02: a survey is counted once, after its last day."""
    survey = unit.surveys.open.get(act.event.survey_ref)
    if survey is not None and survey.until < act.day:
        return None
    return refuse(pack, "A-02", "调查尚未截止或已计票", "the survey is not over, or counted already")


def counts_add_up(unit: Unit, act: Act[UnitSurveyCounted], pack: Pack) -> Refusal | None:
    """A-02: every answer counts once on every indicator; totals of too few are not told."""
    event, survey = act.event, unit.surveys.open.get(act.event.survey_ref)
    if survey is None:
        return None
    if event.answered > survey.codes:
        return refuse(pack, "A-02", "答卷多于调查码", "more answers than codes", (survey.codes,), pointer="/answered")
    if event.answered < pack.limits.survey_fewest:
        if event.answers:
            return refuse(pack, "A-02", "答卷过少，不得公布分项", "too few answered for totals to be told")
        return None
    whole = sorted(one.indicator for one in event.answers) == sorted(survey.indicators)
    if whole and all(sum(one.answers) == event.answered for one in event.answers):
        return None
    return refuse(pack, "A-02", "各指标计票与答卷数不符", "the totals are not those of so many answers")


CHAPTER: Chapter[Unit] = Chapter(
    "surveys",
    {UnitSurveyOpened: _opened, UnitSurveyCounted: _counted},
    (
        Law(
            UnitSurveyOpened,
            office=(AGENT_OR_UNION,),
            rule="A-02",
            state=(registered, no_survey_open, not_asked_until_it_suits, apart_from_the_unit),
            reads=people_before,
            content=(survey_ends_in_time, no_more_codes_than_workers),
            propose=propose_survey_opened,
            undone_by_procedure=True,
        ),
        Law(
            UnitSurveyCounted,
            office=(TIMEKEEPER,),
            rule="A-02",
            state=(known,),
            content=(survey_is_over, counts_add_up),
            propose=propose_survey_counted,
        ),
    ),
)
