"""What was done in a place's year: training, services, supervision, publicity, funds (policy 五(三), 五(七), 五(八), 六)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Count, Day, Documents, FindingId, FindingIdRef, Line, Money, Part, Prose
from events.places import PlaceCode
from events.words import Campaign, House, HouseService, Supervision, TrainingKind, UnitKind


class PlaceTarget(Part):
    """How many coordinators a place trains in the year."""

    place: PlaceCode
    people: Count

    def caption(self, language: str) -> str:  # noqa: ARG002 (a code has no language)
        """The place and its number."""
        return f"{self.place}：{self.people}"


class YearTrainingApportioned(Event):
    """The province shares the coordinators to be trained in the year out among its prefectures."""

    about = About(
        "year.training-apportioned.v1", "分配培训任务", "Training apportioned", "training",
        "分配劳动关系协调员培训任务至{targets#}个市州", "Training of coordinators shared out among {targets#} prefectures",
        decision="apportion-training",
    )  # fmt: skip
    targets: Annotated[tuple[PlaceTarget, ...], Field(min_length=1, max_length=100)]


class YearTrainingTargetSet(Event):
    """How many coordinators the place trains in the year, as the province apportioned it. By the register."""

    about = About(
        "year.training-target-set.v1", "下达培训任务", "Training target set", "training",
        "年度培训劳动关系协调员{people}人", "{people} coordinators are to be trained in the year",
    )  # fmt: skip
    people: Count


class YearTrainingHeld(Event):
    """A house trained coordinators."""

    about = About(
        "year.training-held.v1", "开展培训", "Training held", "training",
        "[{house}]于{on}开展{kind}：{course}，{people}人参加，{certified}人合格",
        "{kind} on {on}[ by the {house}]: {course}, {people} took part, {certified} certified",
        decision="record-training", fact=True,
    )  # fmt: skip
    kind: TrainingKind
    course: Line
    on: Day
    people: Count
    certified: Count
    documents: Documents = ()
    house: House | None = derived()


class YearServiceHeld(Event):
    """A house served workers or enterprises in its own way."""

    about = About(
        "year.service-held.v1", "开展服务", "Service held", "services",
        "[{house}]于{on}开展{kind}，惠及{people}人次[、{enterprises}户企业]：{summary}",
        "{kind} on {on}[ by the {house}], {people} people[, {enterprises} enterprises] reached: {summary}",
        decision="record-service", fact=True,
    )  # fmt: skip
    kind: HouseService
    on: Day
    people: Count
    enterprises: Count | None = None
    summary: Prose
    documents: Documents = ()
    house: House | None = derived()


class YearPublicityHeld(Event):
    """The activity was made known: a month, a column, a contest, a tour, essays, films, a base."""

    about = About(
        "year.publicity-held.v1", "开展宣传", "Publicity held", "campaigns",
        "于{on}开展{kind}：{summary}，覆盖{people}人次", "{kind} on {on}: {summary}, {people} people reached",
        decision="record-publicity", fact=True,
    )  # fmt: skip
    kind: Campaign
    on: Day
    people: Count
    summary: Prose
    documents: Documents = ()


class YearFundingRecorded(Event):
    """Funds set aside for the activity, and whether it is part of the local plan and of the assessment of targets."""

    about = About(
        "year.funding-recorded.v1", "登记经费与纳入情况", "Funding recorded", "funding",
        "专项经费{amount_fen}，用于{purpose}", "{amount_fen} set aside for {purpose}",
        decision="record-funding", fact=True,
    )  # fmt: skip
    on: Day
    amount_fen: Money
    purpose: Prose
    in_plan: bool
    in_assessment: bool
    documents: Documents = ()


class KnownUnits(Part):
    """How many units of a kind there are in a place, of an industry where that is told."""

    place: PlaceCode
    kind: UnitKind
    industry: Line | None = None
    units: Count

    def caption(self, language: str) -> str:
        """The place, the kind and how many."""
        kind = self.kind.zh if language == "zh" else self.kind.en
        return f"{self.place} {kind}：{self.units}"


class YearUnitsCounted(Event):
    """How many units there are, from whom and of which day; participation is counted against it (policy 一). A later
    count takes the place of the one before.
    """

    about = About(
        "year.units-counted.v1", "登记单位总数", "Units counted", "scope",
        "登记截至{on}的单位总数{counted#}项，来源：{counted_by}", "Numbers of units as of {on} recorded ({counted#}), from: {counted_by}",
        decision="count-units", fact=True,
    )  # fmt: skip
    on: Day
    counted_by: Line
    counted: Annotated[tuple[KnownUnits, ...], Field(min_length=1, max_length=2_000)]
    documents: Documents = ()


class SupervisionFinding(Part):
    """What supervision found, by an id that its closing names, and by when it is put right."""

    id: FindingId
    findings: Prose
    due: Day

    def caption(self, language: str) -> str:  # noqa: ARG002 (an id has no language)
        """Its id."""
        return self.id


class YearSupervisionConducted(Event):
    """The place's activity was supervised: by itself, or by the level above (policy 五(八))."""

    about = About(
        "year.supervision-conducted.v1", "开展督导", "Supervision conducted", "supervision",
        "于{on}开展{kind}，发现问题{problems#}项：{summary}", "{kind} on {on}, {problems#} findings: {summary}",
        decision="record-supervision",
    )  # fmt: skip
    kind: Supervision
    on: Day
    summary: Prose
    problems: Annotated[tuple[SupervisionFinding, ...], Field(max_length=100)] = ()
    documents: Documents = ()


class YearFindingClosed(Event):
    """What a supervision found was put right; where the level above found it, one of its officers seconds this."""

    about = About(
        "year.finding-closed.v1", "问题销号", "Finding closed", "supervision",
        "督导问题{finding}已整改：{reason}", "The finding {finding} is closed: {reason}",
        decision="close-finding",
    )  # fmt: skip
    finding: FindingIdRef
    reason: Prose
    documents: Documents = ()
