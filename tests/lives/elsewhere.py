"""Whole lives of an enterprise and a park in two made-up provinces: of a score in three parts, and of three grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from events.fields import JudgedItem, Visitor
from events.governance.body import BodyEstablished, BodyMemberAppointed
from events.governance.officer import OfficerRegistered
from events.unit.application import UnitApplicationAccepted, UnitApplicationForwarded, UnitApplied
from events.unit.checks import UnitVerified
from events.unit.evaluation import UnitReviewed, UnitSiteVisited
from events.unit.incentives import UnitIncentiveGranted
from events.unit.naming import UnitNamed, UnitPlaqueIssued
from events.unit.registration import UnitRegistered
from events.unit.self_evaluation import StandardScore, Survey, TrainingFunds, UnitReportSealed, UnitSelfEvaluated
from events.words import (
    ActorKind,
    BodyKind,
    Conductor,
    House,
    Level,
    Recommendation,
    Role,
    Route,
    Sealer,
    SubKind,
    UnitKind,
    VerificationResult,
)
from services.casework.body.state import body_stream
from services.casework.pack import load_pack
from services.casework.unit.registration import unit_id
from tests.casework.world import World
from tests.lives.example import COUNTY, HOUSES, REGISTERED, Example, _document

PARK = "P-1"
LEVELS = (Level.COUNTY, Level.PREFECTURE, Level.PROVINCE)


@dataclass
class Elsewhere(Example):
    """A province with a pack of its own, and one unit of that kind."""

    kind: UnitKind = UnitKind.ENTERPRISE
    body: UUID | None = None
    members: dict[House, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, pack: str, kind: UnitKind) -> Elsewhere:
        """The province of that pack, begun, with a unit of that kind registered."""
        told = cls(World(load_pack(pack), REGISTERED), kind=kind)
        told.begin()
        return told

    def begin(self) -> None:
        """The register opens and the unit registers; a park has a tripartite body of its own."""
        if self.kind is UnitKind.ENTERPRISE:
            super().begin()
            return
        self.unit = unit_id(PARK, COUNTY)
        self.world.begin()
        administrator = self.world.people["administrator 1"]
        self.agents[Role.APPLICANT] = self.world.new()
        agent = OfficerRegistered(kind=ActorKind.APPLICANT, unit=self.unit, roles=(Role.APPLICANT,))
        self.world.act(REGISTERED, administrator, self.agents[Role.APPLICANT], agent)
        park = UnitRegistered(
            kind=UnitKind.PARK, sub_kind=SubKind.HIGH_TECH_ZONE, name="示例园区", code=PARK, place=COUNTY
        )
        self.act(REGISTERED, self.desk(Level.COUNTY), park)
        name = "示例园区三方机构"
        self.body = body_stream(COUNTY, BodyKind.TRIPARTITE, name)
        established = BodyEstablished(kind=BodyKind.TRIPARTITE, name=name, place=COUNTY, unit=self.unit)
        self.world.act(REGISTERED, self.desk(Level.COUNTY), self.body, established)
        for house in HOUSES:
            member = BodyMemberAppointed(officer=self.sealer(house), house=house, from_=REGISTERED)
            self.world.act(REGISTERED, self.desk(Level.COUNTY), self.body, member)

    def sealer(self, house: House = House.HR) -> UUID:
        """A member of the park's body, who handles no case."""
        if house not in self.members:
            self.members[house] = self.world.hires(REGISTERED, Role.OFFICER, Level.COUNTY, house, place=COUNTY)
        return self.members[house]

    def scored(self, day: date, scores: Mapping[str, int]) -> UnitSelfEvaluated:
        """A self-evaluation: full points, but for these."""
        (name,) = (name for name, one in self.world.pack.standard_sets.items() if self.kind in one.kinds)
        chosen = self.world.pack.standard_sets[name]
        enterprise = self.kind is UnitKind.ENTERPRISE
        survey = Survey(entitled=200, answered=60, scores=dict.fromkeys(self.world.pack.survey_indicators, 75))
        return UnitSelfEvaluated(
            standard_set=name, conducted_by=Conductor.UNIT if enterprise else Conductor.TRIPARTITE,
            items=tuple(StandardScore(standard=s, score=scores.get(s, o.score)) for s, o in chosen.standards.items()),
            survey=survey if enterprise else None,
            training_funds=TrainingFunds(total=100_00, front_line=60_00) if enterprise else None,
            report=_document(f"自评{day}"),
        )  # fmt: skip

    def reports(self, day: date, scores: Mapping[str, int] | None = None) -> str:
        """The report with its adoption and seals; its digest."""
        evaluated = self.scored(day, scores or {})
        digest = evaluated.report.sha256
        if self.kind is UnitKind.ENTERPRISE:
            self.act(day, self.agent, evaluated)
            self.adopted_and_sealed(day, digest)
        else:
            self.act(day, self.sealer(), evaluated)
            seal = UnitReportSealed(report_digest=digest, sealed_by=Sealer.TRIPARTITE, seal="示例印章", body=self.body)
            self.act(day, self.sealer(House.UNION), seal)
        return digest

    def judged(self, day: date, title: str, level: Level, scores: Mapping[str, int] | None = None) -> UnitSiteVisited:
        """A visit that scores every standard: full points, but for these."""
        chosen = self.world.pack.standard_sets[self.state.self_evaluation.standard_set].standards
        given = scores or {}
        return UnitSiteVisited(
            title=title, on=day,
            visitors=tuple(Visitor(officer=self.desk(level, house), house=house) for house in HOUSES),
            items=tuple(
                JudgedItem(standard=s, met=True, score=given.get(s, o.score), note="示例") for s, o in chosen.items()
            ),
        )  # fmt: skip

    def applied(self, title: str, digest: str) -> UnitApplied:
        """An application, level by level."""
        return UnitApplied(title=title, report_digest=digest, route=Route.LEVELS)

    def brought_up(self, day: date, title: str) -> Level:
        """Accepted and forwarded up to the level that evaluates, which is given."""
        chosen = self.world.pack.titles[title]
        for level in LEVELS:
            self.act(day, self.desk(level), UnitApplicationAccepted(title=title))
            if level is chosen.evaluated_by:
                return level
            self.act(day, self.desk(level), UnitApplicationForwarded(title=title))
        raise AssertionError(title)

    def earns(self, day: date, title: str, score: int) -> date:
        """The whole way from the report to the plaque; the day of the naming."""
        chosen = self.world.pack.titles[title]
        self.act(day, self.agent, self.applied(title, self.reports(day)))
        level = self.brought_up(day, title)
        self.act(day, self.desk(level), self.judged(day, title, level))
        self.opine(day, title, level)
        self.act(day, self.approver(level), self.evaluated(title, score))
        if "review" in chosen.steps:
            self.act(day, self.desk(level), UnitApplicationForwarded(title=title))
            self.opine(day, title, chosen.named_by)
            reviewed = UnitReviewed(title=title, outcome=Recommendation.RECOMMEND)
            self.act(day, self.approver(chosen.named_by), reviewed)
        named_on = self.publicise(day, title, chosen.named_by)
        named = UnitNamed(title=title, document_number=f"示例〔{named_on.year}〕{title}")
        self.act(named_on, self.namer(chosen.named_by), named)
        issued = UnitPlaqueIssued(title=title, plaque=f"示例-{title}")
        self.act(named_on, self.desk(chosen.named_by), issued)
        return named_on

    def verified(self, day: date, title: str) -> None:
        """The yearly verification, which the title outlasts."""
        event = UnitVerified(title=title, period=f"{day.year}", result=VerificationResult.KEEP)
        self.act(day, self.desk(self.world.pack.titles[title].named_by), event)

    def enjoys_of(self, day: date, title: str) -> None:
        """An incentive of the pack for that title."""
        incentive = next(iter(self.world.pack.incentives))
        level = self.world.pack.titles[title].named_by
        granted = UnitIncentiveGranted(incentive=incentive, title=title, from_=day, basis="示例依据")
        self.act(day, self.desk(level), granted)


def in_three_parts(kind: UnitKind) -> Elsewhere:
    """The county's title by points in three parts, and a year later the prefecture's."""
    told = Elsewhere.of("three-parts", kind)
    named_on = told.earns(date(2024, 2, 5), "county_harmonious", 104)
    told.enjoys_of(named_on, "county_harmonious")
    told.verified(date(2025, 1, 20), "county_harmonious")
    told.earns(date(2025, 3, 10), "prefecture_harmonious", 97)
    return told


def through_three_grades(kind: UnitKind) -> Elsewhere:
    """A, AA and AAA, each a year and some days after the one before."""
    told = Elsewhere.of("three-grades", kind)
    day, held = date(2024, 2, 5), list[str]()
    for number, grade in enumerate(told.world.pack.titles):
        for title in held:
            told.verified(day - timedelta(days=30 * number), title)
        named_on = told.earns(day, grade, 95)
        held.append(grade)
        day = date(named_on.year + 1, named_on.month, named_on.day) + timedelta(days=7)
    told.enjoys_of(named_on, "grade_aaa")
    return told
