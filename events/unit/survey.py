"""Chapter 调查: what the workers say themselves, counted by the register (policy 四(一)9)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Count, Day, Digest, IndicatorRef, Part, Percent, SurveyRef

SCALE = 5
"""An answer on an indicator is from 1 (not at all satisfied) to this (fully satisfied)."""


class IndicatorAnswers(Part):
    """How often each answer was given on an indicator, from 1 to 5."""

    indicator: IndicatorRef
    answers: Annotated[tuple[Count, ...], Field(min_length=SCALE, max_length=SCALE)]


class UnitSurveyOpened(Event):
    """The unit, or its union, opens an anonymous survey: so many one-time codes for its workers, until when."""

    about = About(
        "unit.survey-opened.v1", "开展职工调查", "Survey opened", "self_evaluation",
        "开展职工满意度调查，调查码{codes}个，至{until}止", "Survey of the workers opened: {codes} codes, until {until}",
        decision="open-survey",
    )  # fmt: skip
    codes: Annotated[Count, Field(ge=1, le=100_000)]
    until: Day
    indicators: tuple[IndicatorRef, ...] | None = derived()


class UnitSurveyCounted(Event):
    """The register counted a survey that was over; single answers are kept nowhere.

    `digest` is the SHA-256 of the survey's codes: a line each, in order, of the code's own SHA-256 and whether it was
    used. Where fewer answered than the pack tells the totals of, `answers` is empty.
    """

    about = About(
        "unit.survey-counted.v1", "职工调查计票", "Survey counted", "self_evaluation",
        "职工满意度调查已由登记簿计票，答卷{answered}份", "Survey of the workers counted by the register: {answered} answers",
    )  # fmt: skip
    survey_ref: SurveyRef
    answered: Count
    answers: Annotated[tuple[IndicatorAnswers, ...], Field(max_length=50)] = ()
    digest: Digest
    scores: dict[IndicatorRef, Percent] | None = derived()
