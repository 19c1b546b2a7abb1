"""Lives under the made-up second pack: a county's title from registration to its end, and a province's above it.

Imports nothing but the events, the law and the register in memory, and names no other pack: it can be told where
the shipped one is not there (`python -m tests.lives.example`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from stdnum.cn import uscc

from events.envelope import Event
from events.fields import Document, JudgedItem, Visitor
from events.governance.officer import OfficerPersonTagged, OfficerRegistered
from events.governance.source import SourceRegistered
from events.unit.application import UnitApplicationAccepted, UnitApplicationForwarded, UnitApplied
from events.unit.checks import UnitCheckConducted, UnitCheckOrdered, UnitVerified
from events.unit.cultivation import UnitContactAssigned
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.incentives import UnitIncentiveGranted
from events.unit.naming import UnitNamed, UnitPlaqueIssued
from events.unit.publicity import UnitPublicityCompleted, UnitPublicityStarted
from events.unit.registration import UnitRegistered
from events.unit.revocation import (
    GroundWithEvidence,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitPlaqueRecovered,
    UnitRevocationAnnounced,
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.self_evaluation import (
    StandardScore,
    Survey,
    TrainingFunds,
    UnitReportAdopted,
    UnitReportSealed,
    UnitSelfEvaluated,
)
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded
from events.words import (
    ActorKind,
    Category,
    CheckKind,
    CheckResult,
    Conductor,
    Ground,
    House,
    Level,
    Matter,
    Opinion,
    Ownership,
    Recommendation,
    Recovery,
    Role,
    Route,
    Sealer,
    Service,
    SignalOutcome,
    SourceSystem,
    Standing,
    UnitKind,
    VerificationResult,
)
from services.casework.pack import load_pack
from services.casework.source.state import source_stream
from services.casework.timekeeping import TIMEKEEPER
from services.casework.unit.naming.state import standing
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit
from tests.casework.world import World, tag_of

COUNTY, PREFECTURE, PROVINCE = "640104", "640100", "640000"
PLACE_OF = {Level.COUNTY: COUNTY, Level.PREFECTURE: PREFECTURE, Level.PROVINCE: PROVINCE}
LANTERN, BEACON = "county_lantern", "provincial_beacon"
HOUSES = (House.HR, House.UNION, House.FEDERATION)
REGISTERED = date(2024, 1, 8)
URI = "urn:example:labour:640104"


def _document(title: str) -> Document:
    return Document(
        sha256=sha256(title.encode()).hexdigest(), media_type="application/pdf", title=f"示例{title}", size=9
    )


def _credit_code() -> str:
    body = f"91{COUNTY}00000077X"
    return body + str(uscc.calc_check_digit(body))


@dataclass
class Example:
    """The made-up province with one enterprise in a county, and everybody whom its lives need."""

    world: World = field(default_factory=lambda: World(load_pack("example-1"), REGISTERED))
    unit: UUID = field(default_factory=lambda: unit_id(_credit_code(), COUNTY))
    agents: dict[Role, UUID] = field(default_factory=dict)
    _posts: dict[tuple[Role, Level, House], UUID] = field(default_factory=dict)

    @property
    def state(self) -> Unit:
        """The unit as it is now."""
        return self.world.state(Unit, self.unit)

    @property
    def agent(self) -> UUID:
        """The unit's agent."""
        return self.agents[Role.APPLICANT]

    @property
    def union(self) -> UUID:
        """The agent of the unit's union."""
        return self.agents[Role.UNIT_UNION]

    def who(self, role: Role, level: Level, house: House = House.HR) -> UUID:
        """The officer of that role, level and house."""
        key = (role, level, house)
        if key not in self._posts:
            self._posts[key] = self.world.hires(REGISTERED, role, level, house, place=PLACE_OF[level])
        return self._posts[key]

    def desk(self, level: Level, house: House = House.HR) -> UUID:
        """Who handles cases."""
        return self.who(Role.OFFICER, level, house)

    def approver(self, level: Level) -> UUID:
        """Who approves."""
        return self.who(Role.APPROVER, level)

    def namer(self, level: Level) -> UUID:
        """Who names: another than who evaluated."""
        return self.who(Role.APPROVER, level, House.UNION)

    def act(self, day: date, who: UUID, event: Event) -> int:
        """What somebody does to the unit; the version of the entry."""
        return self.world.act(day, who, self.unit, event).version

    def rules(self, day: date, who: UUID, event: Event) -> set[str]:
        """The rules that refuse it."""
        return self.world.rules(day, who, self.unit, event)

    def begin(self) -> None:
        """The register opens; the enterprise registers, with an agent of its own and one of its union."""
        self.world.begin()
        administrator = self.world.people["administrator 1"]
        for role in (Role.APPLICANT, Role.UNIT_UNION):
            self.agents[role] = self.world.new()
            registered = OfficerRegistered(kind=ActorKind.APPLICANT, unit=self.unit, roles=(role,))
            self.world.act(REGISTERED, administrator, self.agents[role], registered)
        second, tagged = self.world.people["administrator 2"], OfficerPersonTagged(tag=tag_of("示例工会"))
        self.world.by_two(REGISTERED, administrator, second, self.agents[Role.UNIT_UNION], tagged)
        unit = UnitRegistered(
            kind=UnitKind.ENTERPRISE, name="示例灯笼厂", code=_credit_code(), place=COUNTY,
            ownership=Ownership.CENTRAL, headcount=200,
        )  # fmt: skip
        self.act(REGISTERED, self.agent, unit)

    def report(self, day: date, *, front_line: int = 60) -> str:
        """A self-evaluation that the congress adopts and both seal; its digest."""
        standards = self.world.pack.standard_sets["example_enterprise"].standards
        evaluated = UnitSelfEvaluated(
            standard_set="example_enterprise", conducted_by=Conductor.UNIT,
            items=tuple(StandardScore(standard=name, score=one.score) for name, one in standards.items()),
            survey=Survey(entitled=200, answered=60, scores=dict.fromkeys(self.world.pack.survey_indicators, 75)),
            training_funds=TrainingFunds(total=100_00, front_line=front_line * 1_00), report=_document(f"自评{day}"),
        )  # fmt: skip
        digest = evaluated.report.sha256
        self.act(day, self.agent, evaluated)
        self.adopted_and_sealed(day, digest)
        return digest

    def adopted_and_sealed(self, day: date, digest: str) -> None:
        """The congress adopts the report, and enterprise and union seal it."""
        adopted = UnitReportAdopted(
            report_digest=digest, on=day, entitled=100, present=80, in_favour=70, against=10, minutes=_document("纪要")
        )
        self.act(day, self.agent, adopted)
        for sealer, who in ((Sealer.ENTERPRISE, self.agent), (Sealer.UNION, self.union)):
            self.act(day, who, UnitReportSealed(report_digest=digest, sealed_by=sealer, seal="示例印章"))

    def applies(self, day: date, title: str, digest: str) -> None:
        """The unit applies, level by level."""
        self.act(day, self.agent, UnitApplied(title=title, report_digest=digest, route=Route.LEVELS))

    def visit(self, day: date, title: str, level: Level, foundations: int = 88) -> UnitSiteVisited:
        """A visit by one officer of each of the three houses."""
        standards = self.world.pack.standard_sets["example_enterprise"].standards
        scores = {"foundations": foundations}
        return UnitSiteVisited(
            title=title, on=day,
            visitors=tuple(Visitor(officer=self.desk(level, house), house=house) for house in HOUSES),
            items=tuple(JudgedItem(standard=name, met=True, score=scores.get(name), note="示例") for name in standards),
        )  # fmt: skip

    def opine(self, day: date, title: str, level: Level, matter: Matter = Matter.APPLICATION) -> None:
        """The three houses of that level support it."""
        for house in HOUSES:
            event = UnitHouseOpined(title=title, matter=matter, opinion=Opinion.SUPPORT)
            self.act(day, self.desk(level, house), event)

    def evaluated(self, title: str, score: int) -> UnitEvaluated:
        """A recommendation with so many points."""
        return UnitEvaluated(title=title, outcome=Recommendation.RECOMMEND, score=score)

    def publicise(self, day: date, title: str, level: Level) -> date:
        """Publicity of three days of a week of six, and its end; the day after it."""
        until = self.world.pack.after(day, self.world.pack.windows.publicity)
        started = UnitPublicityStarted(title=title, from_=day, until=until, channel="示例门户网站")
        self.act(day, self.desk(level), started)
        after = until + timedelta(days=1)
        self.world.act(after, TIMEKEEPER, self.unit, UnitPublicityCompleted(title=title))
        return after

    def lantern(self, day: date) -> date:
        """The county names the unit: nothing of it goes further up. The day of the naming."""
        self.applies(day, LANTERN, self.report(day))
        self.act(day, self.desk(Level.COUNTY), UnitApplicationAccepted(title=LANTERN))
        self.act(day, self.desk(Level.COUNTY), self.visit(day, LANTERN, Level.COUNTY))
        self.opine(day, LANTERN, Level.COUNTY)
        self.act(day, self.approver(Level.COUNTY), self.evaluated(LANTERN, 120))
        named_on = self.publicise(day, LANTERN, Level.COUNTY)
        self.act(named_on, self.namer(Level.COUNTY), UnitNamed(title=LANTERN, document_number="示例县〔2024〕1号"))
        self.act(named_on, self.desk(Level.COUNTY), UnitPlaqueIssued(title=LANTERN, plaque="示例-灯-1"))
        return named_on

    def enjoys(self, day: date) -> None:
        """The county gives it a contact, an incentive, and a verification."""
        contact = UnitContactAssigned(officer=self.desk(Level.COUNTY), from_=day)
        self.act(day, self.desk(Level.COUNTY), contact)
        granted = UnitIncentiveGranted(incentive="lantern_oil", title=LANTERN, from_=day, basis="示例依据")
        self.act(day, self.desk(Level.COUNTY), granted)
        verified = UnitVerified(title=LANTERN, period="示例", result=VerificationResult.KEEP)
        self.act(day, self.desk(Level.COUNTY), verified)

    def beacon(self, day: date) -> date:
        """The prefecture evaluates, the province reviews and names. The day of the naming."""
        self.applies(day, BEACON, self.report(day))
        self.act(day, self.desk(Level.COUNTY), UnitApplicationAccepted(title=BEACON))
        self.act(day, self.desk(Level.COUNTY), UnitApplicationForwarded(title=BEACON))
        self.act(day, self.desk(Level.PREFECTURE), UnitApplicationAccepted(title=BEACON))
        self.act(day, self.desk(Level.PREFECTURE), self.visit(day, BEACON, Level.PREFECTURE))
        self.opine(day, BEACON, Level.PREFECTURE)
        self.act(day, self.approver(Level.PREFECTURE), self.evaluated(BEACON, 180))
        self.act(day, self.desk(Level.PREFECTURE), UnitApplicationForwarded(title=BEACON))
        self.opine(day, BEACON, Level.PROVINCE)
        reviewed = UnitReviewed(title=BEACON, outcome=Recommendation.RECOMMEND)
        self.act(day, self.approver(Level.PROVINCE), reviewed)
        named_on = self.publicise(day, BEACON, Level.PROVINCE)
        self.act(named_on, self.approver(Level.PROVINCE), UnitNamed(title=BEACON, document_number="示例省〔2025〕1号"))
        return named_on

    def reported(self, day: date, category: Category = Category.WAGE_ARREARS, severity: int = 1) -> str:
        """A signal of the county's labour inspection, which is registered for it; its id."""
        source, administrator = source_stream(URI), self.world.people["administrator 1"]
        registered = SourceRegistered(
            uri=URI, name="示例劳动监察", system=SourceSystem.LABOUR_INSPECTION, place=COUNTY,
            categories=(Category.WAGE_ARREARS, Category.MASS_PETITION),
        )  # fmt: skip
        self.world.act(day, administrator, source, registered)
        reported = UnitSignalRecorded(
            source=URI, external_id="1", category=category, severity=severity, occurred_on=day, reported_on=day,
            people=95, amount_fen=60_000_000, summary="示例",
        )  # fmt: skip
        self.act(day, source, reported)
        return next(iter(self.state.signals.all))

    def assessed(self, signal: str) -> UnitSignalAssessed:
        """The finding that wages are seriously in arrears."""
        return UnitSignalAssessed(
            signal=signal, outcome=SignalOutcome.SERIOUS, ground=Ground.WAGE_ARREARS, findings="示例"
        )

    def arrears(self, day: date) -> int:
        """Wages in arrears are reported, and the county finds them serious; the version of the assessment."""
        name = self.reported(day)
        order = UnitCheckOrdered(kind=CheckKind.TARGETED, signals=(name,), check="示例-核查")
        self.act(day, self.desk(Level.COUNTY), order)
        done = UnitCheckConducted(check="示例-核查", on=day, findings="示例", result=CheckResult.GRAVE)
        self.act(day, self.desk(Level.COUNTY), done)
        return self.assess(day, Level.COUNTY, self.assessed(name))

    def assess(self, day: date, level: Level, event: UnitSignalAssessed) -> int:
        """Two houses of that level find the signal serious (T-10); the version of the assessment."""
        self.world.by_two(day, self.approver(level), self.desk(level, House.UNION), self.unit, event)
        return self.state.version

    def revoke(self, day: date, evidence: int) -> None:
        """The county proposes, hears the unit, decides, takes the plaque back and says so in public."""
        grounds = (GroundWithEvidence(ground=Ground.WAGE_ARREARS, evidence=(evidence,)),)
        self.act(day, self.desk(Level.COUNTY), UnitRevocationProposed(title=LANTERN, grounds=grounds))
        self.act(day, self.desk(Level.COUNTY), UnitHearingNotified(title=LANTERN))
        self.act(day, self.agent, UnitNoticeServed(title=LANTERN, how=Service.ACCOUNT))
        self.act(day, self.agent, UnitStatementHeard(title=LANTERN, text="示例：陈述"))
        self.opine(day, LANTERN, Level.COUNTY, Matter.REVOCATION)
        revoked = UnitRevoked(title=LANTERN, document_number="示例县〔2024〕9号")
        self.act(day, self.approver(Level.COUNTY), revoked)
        recovered = UnitPlaqueRecovered(plaque="示例-灯-1", how=Recovery.RETURNED)
        self.act(day, self.desk(Level.COUNTY), recovered)
        announced = UnitRevocationAnnounced(title=LANTERN, channel="示例", document_number="示例县公告〔2024〕9号")
        self.act(day, self.desk(Level.COUNTY), announced)


def county_title_and_its_end() -> Example:
    """From the registration to the county's title, and its revocation."""
    told = Example()
    told.begin()
    named_on = told.lantern(date(2024, 2, 5))
    told.enjoys(named_on)
    told.revoke(date(2024, 9, 9), told.arrears(date(2024, 9, 2)))
    return told


def provincial_title_upon_the_countys() -> Example:
    """A year of the county's title, then the province's."""
    told = Example()
    told.begin()
    told.lantern(date(2024, 2, 5))
    told.beacon(date(2025, 3, 10))
    return told


if __name__ == "__main__":
    ended, lit = county_title_and_its_end(), provincial_title_upon_the_countys()
    assert standing(ended.state, LANTERN) is Standing.REVOKED
    assert standing(lit.state, LANTERN) is standing(lit.state, BEACON) is Standing.HELD
    print(ended.world.packs.on(REGISTERED).name, len(ended.world.log), len(lit.world.log))
