"""Chapter 评审: site visits, the houses' opinions, evaluation and review (policy 五(五)1, 五(五)2)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import (
    BodyRef,
    Day,
    Document,
    Documents,
    JudgedItem,
    ObjectionRef,
    OfficerRef,
    OpinionRef,
    Prose,
    Score,
    SessionRef,
    SignalRef,
    TitleRef,
    VetoRef,
    Visitor,
)
from events.words import House, Level, Matter, Opinion, Recommendation


class UnitSiteVisited(Event):
    """The evaluating office visited the site, by two or more from two houses (A-12)."""

    about = About(
        "unit.site-visited.v1", "实地核验", "Site visited", "visit",
        "{on}实地核验，{visitors#}人参加，核验{items#}项标准[，否决项{vetoes#}项]", "Site visited on {on} by {visitors#} people, {items#} standards judged[, {vetoes#} vetoes]",
        decision="visit-site",
    )  # fmt: skip
    title: TitleRef | None = None
    on: Day
    visitors: Annotated[tuple[Visitor, ...], Field(min_length=1, max_length=50)]
    items: Annotated[tuple[JudgedItem, ...], Field(min_length=1, max_length=100)]
    vetoes: Annotated[tuple[VetoRef, ...], Field(max_length=20)] = ()
    documents: Documents = ()


class UnitAssessedByThirdParty(Event):
    """A registered assessor's report, a supplement to the houses' opinions, never a substitute (五(五)2)."""

    about = About(
        "unit.assessed-by-third-party.v1", "社会评估", "Assessed by a third party", "third_party",
        "第三方机构评估{score}分", "Third-party assessment: {score} points",
        decision="assess-by-third-party",
    )  # fmt: skip
    title: TitleRef | None = None
    body: BodyRef
    assessor: OfficerRef
    score: Score
    report: Document


class UnitHouseOpined(Event):
    """One of the four houses gives its opinion at a level (三方四家); its last word counts. Where it takes the place of
    another, `replaces` names that one (T-07).
    """

    about = About(
        "unit.house-opined.v1", "成员单位意见", "House opined", "opinion",
        "{level}{house}对{matter}（{title}）的意见：{opinion}[，{reason}]",
        "{house} at {level} level on the {matter} ({title}): {opinion}[, {reason}]",
        decision="opine",
    )  # fmt: skip
    title: TitleRef | None = None
    matter: Matter = Matter.APPLICATION
    objection_ref: ObjectionRef | None = None
    opinion: Opinion
    reason: Prose | None = None
    level: Level | None = derived()
    house: House | None = derived()
    replaces: OpinionRef | None = derived()
    session: SessionRef | None = derived()


class UnitEvaluated(Event):
    """The tripartite conference evaluated the application (组织评价); the province on the direct route."""

    about = About(
        "unit.evaluated.v1", "组织评价", "Evaluated", "evaluation",
        "{level}三方会议组织评价（{title}）：{outcome}，{score}分，依据意见{opinions#}份",
        "Evaluated at {level} level for {title}: {outcome}, {score} points, on {opinions#} opinions",
        decision="evaluate",
    )  # fmt: skip
    title: TitleRef | None = None
    outcome: Recommendation
    score: Score
    session: SessionRef | None = None
    findings: Prose | None = None
    decided_on: Day | None = None
    level: Level | None = derived()
    opinions: tuple[OpinionRef, ...] | None = derived()


class UnitReviewed(Event):
    """The provincial office reviewed the case (审核): the record check lists the signals then open."""

    about = About(
        "unit.reviewed.v1", "审核", "Reviewed", "review",
        "{level}审核（{title}）：{outcome}，依据意见{opinions#}份[，在办信号{open_signals#}件]",
        "Reviewed at {level} level for {title}: {outcome}, on {opinions#} opinions[, {open_signals#} open signals]",
        decision="review",
    )  # fmt: skip
    title: TitleRef | None = None
    outcome: Recommendation
    session: SessionRef | None = None
    findings: Prose | None = None
    decided_on: Day | None = None
    level: Level | None = derived()
    opinions: tuple[OpinionRef, ...] | None = derived()
    open_signals: tuple[SignalRef, ...] | None = derived()
