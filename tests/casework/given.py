"""What tests begin with: people in their posts, the bodies of events, and a unit's life under the law.

    life = Life.of(UnitKind.ENTERPRISE)
    life.act(DAY, life.agent, registration(life))
    refusals = life.refused(DAY, approver(Level.PROVINCE), UnitNamed(document_number="示例文号"))

Every act is proposed and judged as the register does it, so that a told life is a lawful one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import Self, TypeVar
from uuid import UUID, uuid5

from stdnum.cn import uscc

from events.envelope import CHINA, Actor, Entry, Event
from events.fields import Document, JudgedItem, Visitor
from events.governance.document import DocumentRecorded
from events.record import COMMON, ActProposed, ActSeconded
from events.unit.incentives import CreditClaim
from events.unit.registration import UnitRegistered
from events.unit.self_evaluation import StandardScore, Survey, TrainingFunds, UnitSelfEvaluated
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded
from events.words import (
    ActorKind,
    BodyKind,
    Category,
    Conductor,
    DocumentKind,
    House,
    Level,
    Ownership,
    Role,
    RoundKind,
    SourceSystem,
    SubKind,
    UnitKind,
)
from services.casework.body.state import Body, Contract, Member, body_stream
from services.casework.calendar import Span, SpanUnit
from services.casework.decide import named
from services.casework.document.state import Paper, document_stream
from services.casework.judgement import (
    Finding,
    Possibility,
    act_of,
    authority_of,
    best_post,
    judge,
    may,
    obligations,
    propose,
    rejudge,
)
from services.casework.kinds import KINDS
from services.casework.law import Context, Refusal
from services.casework.obligation import Obligation
from services.casework.officer.state import PROVINCE_AT_LARGE, Appointment, Officer
from services.casework.pack import Pack, load_pack
from services.casework.policy.state import Packs
from services.casework.record import proposal_of, seconded_act, takes_two
from services.casework.round.state import Round
from services.casework.source.state import Source, source_stream
from services.casework.stream import State, advance
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit
from services.exploration.mending import field_at

UNIT = KINDS["unit"]
PACK = load_pack()
PACKS = Packs.fixed(PACK)
DAY = date(2024, 3, 4)
"""A Monday in an ordinary week."""

COUNTY, PREFECTURE, PROVINCE, NATION = "430104", "430100", "430000", "000000"
ELSEWHERE = "430200"
"""A prefecture in which the unit does not lie."""

PLACE_OF = {Level.COUNTY: COUNTY, Level.PREFECTURE: PREFECTURE, Level.PROVINCE: PROVINCE, Level.NATION: NATION}

NATIONAL, PROVINCIAL, LOCAL = "national_model", "provincial_harmonious", "prefecture_harmonious"

UnitEntryVoided, UnitDeadlineMissed = COMMON["unit"].entry_voided, COMMON["unit"].deadline_missed
UnitActSeconded = COMMON["unit"].act_seconded

E = TypeVar("E", bound=Event)
Somebody = Officer | Source | Actor


def somebody(name: str) -> UUID:
    """The id of a person or thing of that name, the same in every run."""
    return UUID(bytes=sha256(f"示例:{name}".encode()).digest()[:16], version=4)


@cache
def post(
    role: Role, level: Level | None, house: House | None = House.HR, *, place: str | None = None, n: int = 1
) -> Officer:
    """An officer with one post since 2020; another `n` is another person."""
    at = place or PLACE_OF[level or Level.PROVINCE]
    title = "·".join(word.zh for word in (level, house, role) if word is not None)
    held = Appointment(2, title, house, level, at, (role,), date(2020, 1, 1), None)
    name = f"{title}·{at}·{n}"
    return Officer(somebody(name), version=2, appointments=(held,), tag=sha256(name.encode()).hexdigest())


def desk(level: Level, house: House = House.HR, *, place: str | None = None, n: int = 1) -> Officer:
    """An officer who handles cases (经办)."""
    return post(Role.OFFICER, level, house, place=place, n=n)


def approver(level: Level, house: House = House.HR, *, place: str | None = None, n: int = 1) -> Officer:
    """An officer who approves (审批); never one of those at a desk."""
    return post(Role.APPROVER, level, house, place=place, n=n)


def agent_of(unit: UUID, role: Role = Role.APPLICANT) -> Officer:
    """The agent of a unit, or of its union."""
    name = f"{role.zh}·{unit}"
    return Officer(
        somebody(name), version=2, kind=ActorKind.APPLICANT, unit=unit, own_roles=(role,),
        tag=sha256(name.encode()).hexdigest(),
    )  # fmt: skip


def source(system: SourceSystem = SourceSystem.PETITIONS, *, place: str = PREFECTURE) -> Source:
    """A source system that may report every category in its place."""
    uri = f"urn:example:{system.value}:{place}"
    return Source(source_stream(uri), 1, uri, f"示例{system.zh}系统", system, place, frozenset(Category))


TIMEKEEPER = Actor(id=somebody("时限程序"), kind=ActorKind.TIMEKEEPER, post="时限程序", place=PROVINCE_AT_LARGE)
PUBLIC = Actor(id=somebody("公众"), kind=ActorKind.PUBLIC, post="公众", place=PROVINCE_AT_LARGE)
SYSTEM = Actor(id=somebody("系统"), kind=ActorKind.SYSTEM, post="系统", place=PROVINCE_AT_LARGE)


def a_round(
    title: str = NATIONAL, *, kind: RoundKind = RoundKind.NAMING, places: int = 5, name: str = "示例轮次"
) -> Round:
    """A round of the whole province that is open from 2020 until 2030."""
    quotas = {(PROVINCE, unit_kind): places for unit_kind in UnitKind}
    return Round(
        somebody(f"{name}·{title}·{kind.value}"), 1, kind, name, title, PROVINCE, date(2020, 1, 1), date(2030, 12, 31),
        quotas=quotas,
    )  # fmt: skip


def beside(*states: State) -> Context:
    """These streams alone are at hand."""
    return Context({state.id: state for state in states}, whole=False)


def add_working_days(day: date, days: int, pack: Pack = PACK) -> date:
    """So many working days after that day, by the pack's calendar."""
    return pack.after(day, Span(days, SpanUnit.WORKING_DAYS))


def a_paper(
    number: str = "国三方示例〔2025〕1号",
    issuer: str = "示例国家协调劳动关系三方会议办公室",
    *,
    kind: DocumentKind = DocumentKind.CONSENT,
    dated: date | None = None,
) -> Paper:
    """A paper that is in the register, and confirmed: of the nation, where nothing else is said; an answer of the
    nation is of the day on which it is asked.
    """
    answers = kind in (DocumentKind.CONSENT, DocumentKind.REFUSAL)
    dated = dated or (date(2025, 6, 24) if answers else date(2024, 1, 8))
    event = DocumentRecorded(
        kind=kind, issuer=issuer, number=number, dated=dated, title="示例文件",
        sha256=sha256(number.encode()).hexdigest(), media_type="application/pdf", size=1024,
    )  # fmt: skip
    stream = document_stream(issuer, number)
    return Paper(stream, 2, recorded=event, recorded_by=somebody("收文"), place=PROVINCE, confirmed=2)


@cache
def own_body(unit: UUID, place: str = COUNTY) -> Body:
    """The tripartite body of a park or township, with the county's officer in it."""
    name = f"示例三方机构{unit}"
    member = Member(2, desk(Level.COUNTY).id, House.HR, date(2020, 1, 1), None)
    return Body(
        body_stream(place, BodyKind.TRIPARTITE, name), 2, BodyKind.TRIPARTITE, name, place, unit, date(2020, 1, 1),
        (member,),
    )  # fmt: skip


CREDIT = CreditClaim(grade="A", source="示例劳动保障监察机构", on=date(2024, 3, 1))
"""A credit grade that counts for a year from then on."""


def an_assessor(*assessors: UUID, kinds: tuple[UnitKind, ...] = tuple(UnitKind)) -> Body:
    """A registered assessor, engaged from 2020 until 2030 for units of these kinds, by these persons."""
    name = "示例评估中心"
    contract = Contract(2, frozenset(kinds), frozenset(assessors), date(2020, 1, 1), date(2030, 12, 31))
    stream = body_stream(PROVINCE, BodyKind.ASSESSOR, name)
    return Body(stream, 2, BodyKind.ASSESSOR, name, PROVINCE, since=date(2020, 1, 1), contracts=(contract,))


@dataclass(repr=False)
class Life:
    """A unit's life as it is told: each act proposed, judged, and appended if nothing refuses it.

    `told` keeps every act as it was entered, so that the same life can be told again elsewhere; `known`
    has the streams beside it that acts may name; of those that are not there nothing is known.
    """

    unit: Unit
    kind: UnitKind
    code: str
    name: str
    ownership: Ownership | None = None
    place: str = COUNTY
    pack: Pack = PACK
    known: dict[UUID, State] = field(default_factory=dict)
    told: list[tuple[date, Somebody, Event]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        kind: UnitKind = UnitKind.ENTERPRISE,
        n: int = 1,
        *,
        name: str | None = None,
        ownership: Ownership | None = None,
        place: str = COUNTY,
    ) -> Self:
        """A unit that nobody knows yet; another `n` is another unit."""
        enterprise = kind is UnitKind.ENTERPRISE
        code = valid_credit_code(n) if enterprise else f"{kind.value}-{place}-{n}"
        owned = ownership or (Ownership.PRIVATE if enterprise else None)
        return cls(Unit(unit_id(code, place)), kind, code, name or f"示例{kind.zh}{n}号", owned, place)

    def __repr__(self) -> str:
        return f"{self.name}: {' '.join(self.types)}"

    def copy(self) -> Life:
        """The same life, to be told on in another way."""
        return replace(self, known=dict(self.known), told=list(self.told))

    @property
    def agent(self) -> Officer:
        """The unit's agent."""
        return agent_of(self.unit.id)

    @property
    def union(self) -> Officer:
        """The agent of the unit's union."""
        return agent_of(self.unit.id, Role.UNIT_UNION)

    @property
    def types(self) -> list[str]:
        """What happened, by the names of its types without stream and version: `registered`, `applied` …"""
        return [entry.event.about.type.removeprefix("unit.").rpartition(".")[0] for entry in self.unit.entries]

    @property
    def digest(self) -> str:
        """The digest of the unit's latest report."""
        return self.unit.self_evaluation.digest

    def act(self, day: date, who: Somebody, event: Event, *, effective_on: date | None = None) -> Entry[Event]:
        """The entry that the act became, its proposal where it takes two; AssertionError where it is refused."""
        proposed, actor, refusals = self.judged(day, who, event, effective_on)
        assert refusals == [], "\n".join(f"{r.rule} {r.clause} {r.zh} {r.en} {r.facts}" for r in refusals)
        on = effective_on or day
        act = act_of(UNIT.laws[type(proposed)], proposed, actor, day, effective_on=on, context=self.context(who, event))
        found = seconded_act(self.unit, proposed) if isinstance(proposed, ActSeconded) else None
        if takes_two(self.unit, act, self.pack):
            proposed = proposal_of(self.unit, act, on)
        entry = self._stored(day, proposed, actor, on)
        if found is not None:
            entry = self._stored(day, found[1], found[0].actor, on, seconded_by=actor, command=entry.command_id)
        self.told.append((day, who, event))
        return entry

    def assess(self, day: date, who: Officer, event: UnitSignalAssessed) -> Entry[Event]:
        """The assessment as it stands: one that takes another house is seconded by the union's desk of that level."""
        entry = self.act(day, who, event)
        if isinstance(entry.event, ActProposed) and entry.actor.level is not None:
            again = UnitActSeconded(proposal=entry.version, digest=entry.event.digest)
            self.act(day, desk(entry.actor.level, House.UNION, n=9), again)
        return self.unit.entries[-1]

    def _stored(
        self,
        day: date,
        event: Event,
        actor: Actor,
        on: date,
        seconded_by: Actor | None = None,
        command: UUID | None = None,
    ) -> Entry[Event]:
        entry = Entry[Event](
            stream=self.unit.id,
            version=self.unit.version + 1,
            event=event,
            recorded_at=datetime.combine(day, time(9), CHINA) + timedelta(seconds=self.unit.version),
            effective_on=on,
            actor=actor,
            authority=authority_of(UNIT.laws[type(event)], self.pack),
            command_id=command or uuid5(self.unit.id, f"command:{self.unit.version + 1}"),
            correlation_id=uuid5(self.unit.id, "correlation"),
            seconded_by=seconded_by,
        )
        self.unit = advance(self.unit, (entry,))
        return entry

    def refused(self, day: date, who: Somebody, event: Event, *, effective_on: date | None = None) -> list[Refusal]:
        """Why the act is refused; AssertionError where it is not, or a refusal points at no field of the event."""
        _, _, refusals = self.judged(day, who, event, effective_on)
        assert refusals, f"nothing refuses {event.about.type}"
        pointers = [one.pointer for one in refusals if one.pointer is not None]
        assert all(field_at(type(event), pointer) for pointer in pointers), f"{event.about.type}: {pointers}"
        return refusals

    def judged(
        self, day: date, who: Somebody, event: Event, effective_on: date | None = None
    ) -> tuple[Event, Actor, list[Refusal]]:
        """The event as it would stand, in which post, and what refuses it."""
        actor, context = self.post_of(day, who, event), self.context(who, event)
        proposed = propose(self.unit, event, actor, day, self.pack, context)
        refusals = judge(self.unit, proposed, actor, day, self.pack, effective_on=effective_on, context=context)
        return proposed, actor, refusals

    def post_of(self, day: date, who: Somebody, event: Event) -> Actor:
        """The post in which somebody does it on that day."""
        if isinstance(who, Actor):
            return who
        if isinstance(who, Source):
            return who.actor()
        held = best_post(self.unit, event, who.actors(day), day, self.pack, beside(who))
        assert held is not None, f"no post is held on {day}"
        return held

    def context(self, who: Somebody, event: Event) -> Context:
        """The streams beside the unit on which the act rests, as far as they are known."""
        states = [self.known[stream] for stream in named(self.unit, event) if stream in self.known]
        return beside(*states, *(() if isinstance(who, Actor) else (who,)))

    def knows(self, *states: State) -> None:
        """These streams are at hand from now on."""
        self.known |= {state.id: state for state in states}

    def may(self, day: date, who: Somebody) -> list[Possibility]:
        """For every decision: whether somebody may take it on that day, or what refuses it."""
        actors = who.actors(day) if isinstance(who, Officer) else (who.actor() if isinstance(who, Source) else who,)
        return may(self.unit, actors, day, self.pack, beside(*(() if isinstance(who, Actor) else (who,))))

    def judged_again(self, pack: Pack | None = None) -> list[Finding]:
        """What the law, by the life's pack or another, finds unlawful in it, from the unit's own stream alone."""
        return rejudge(UNIT, self.unit.id, self.unit.entries[:], Packs.fixed(pack or self.pack).on)

    def owed(self) -> list[Obligation]:
        """All that is owed for the unit."""
        return obligations(self.unit, Packs.fixed(self.pack))


CLAUSE_OF = {
    "I-00": "五(七)", "I-01": "五(五)1", "I-02": "五(五)1", "I-03": "五(五)1", "I-04": "五(五)2", "I-05": "五(一)",
    "I-06": "五(一)", "I-07": "五(五)3", "I-08": "五(五)3", "I-09": "五(五)3", "I-10": "五(五)3", "I-11": "五(六)2",
    "I-12": "制度", "I-13": "五(一)", "I-14": "五(五)3", "I-15": "五(五)3", "I-16": "五(五)1", "I-17": "制度",
    "I-18": "五(六)1", "I-20": "五(六)1", "I-21": "制度", "A-01": "四(一)", "A-02": "四(一)9", "A-03": "五(五)1",
    "A-06": "五(五)3", "A-11": "五(五)3", "A-12": "五(五)2", "A-14": "五(五)2", "A-20": "五(五)2",
    "A-24": "四(一)", "A-46": "五(六)2", "A-47": "五(六)2", "A-50": "三(一)", "A-51": "五(九)", "A-52": "五(六)1",
    "A-53": "五(六)1",
    "I-22": "五(五)3", "I-23": "制度",
    "T-02": "制度", "T-03": "制度", "T-04": "制度", "T-05": "制度", "T-06": "制度", "T-07": "制度", "T-08": "制度",
    "T-09": "制度", "T-10": "制度", "T-11": "制度", "T-12": "制度", "T-13": "制度", "T-14": "制度", "T-18": "制度",
    "A-31": "五(三)", "A-32": "五(八)", "A-33": "五(五)3", "A-34": "五(七)", "A-35": "六(四)",
    "A-36": "五(一)", "A-37": "六(二)", "A-38": "五(十)", "A-39": "五(四)",
    "T-20": "制度", "T-21": "制度", "T-23": "制度",
    "T-01": "制度", "T-16": "制度", "T-17": "制度", "T-22": "制度", "T-26": "制度", "T-28": "制度",
}  # fmt: skip
"""The clause that each rule rests on, as the domain says; the pack has to agree."""


def cited(refusals: list[Refusal], *rules: str) -> tuple[str, ...]:
    """The facts in the way, where exactly these rules refuse, each with its clause and in both languages."""
    assert {(refusal.rule, refusal.clause) for refusal in refusals} == {(rule, CLAUSE_OF[rule]) for rule in rules}
    assert all(r.zh and r.en and r.needs_zh and r.needs_en for r in refusals)
    return tuple(fact for refusal in refusals for fact in refusal.facts)


def valid_credit_code(n: int) -> str:
    """A unified social credit code (GB 32100-2015) with its check digit, for an enterprise of Changsha."""
    body = f"91{COUNTY}{n:08d}X"
    return body + uscc.calc_check_digit(body)


def document(title: str) -> Document:
    """A document of that title, marked 示例; another title is another digest."""
    return Document(
        sha256=sha256(title.encode()).hexdigest(), media_type="application/pdf", title=f"示例{title}", size=1024
    )


def registration(life: Life, *, provisional: bool = False, headcount: int | None = 300) -> UnitRegistered:
    """The registration of the life's unit."""
    sub_kinds = {UnitKind.PARK: SubKind.HIGH_TECH_ZONE, UnitKind.TOWNSHIP: SubKind.SUBDISTRICT}
    return UnitRegistered(
        kind=life.kind,
        sub_kind=sub_kinds.get(life.kind),
        name=life.name,
        code=life.code,
        place=life.place,
        ownership=life.ownership,
        headcount=headcount,
        provisional=provisional,
    )


STANDARDS = {
    UnitKind.ENTERPRISE: "enterprise_national",
    UnitKind.PARK: "township_national",
    UnitKind.TOWNSHIP: "township_national",
    UnitKind.INDUSTRY: "industry_exploratory",
    UnitKind.BUILDING: "industry_exploratory",
    UnitKind.BLOCK: "industry_exploratory",
}
"""The standard set that a unit of that kind uses here."""


def self_evaluation(
    kind: UnitKind = UnitKind.ENTERPRISE,
    *,
    standard_set: str | None = None,
    report: str = "自评报告",
    satisfied: int = 90,
    front_line: int = 70,
) -> UnitSelfEvaluated:
    """A self-evaluation with the highest score of every standard: an enterprise's nine, a park's seven.

    `satisfied` is percent on every indicator; `front_line` percent of the training funds.
    """
    chosen = standard_set or STANDARDS[kind]
    standards = PACK.standard_sets[chosen].standards
    enterprise = kind is UnitKind.ENTERPRISE
    scores = dict.fromkeys(PACK.survey_indicators, satisfied)
    return UnitSelfEvaluated(
        standard_set=chosen,
        conducted_by=Conductor.TRIPARTITE if kind in (UnitKind.PARK, UnitKind.TOWNSHIP) else Conductor.UNIT,
        items=tuple(StandardScore(standard=name, score=standard.score) for name, standard in standards.items()),
        survey=Survey(entitled=300, answered=150, scores=scores) if enterprise else None,
        training_funds=TrainingFunds(total=100_000_00, front_line=front_line * 1_000_00) if enterprise else None,
        report=document(report),
    )


def judged_items(kind: UnitKind = UnitKind.ENTERPRISE, *, unmet: tuple[str, ...] = ()) -> tuple[JudgedItem, ...]:
    """Every standard as visitors judge it: met, but for those named."""
    standards = PACK.standard_sets[STANDARDS[kind]].standards
    return tuple(JudgedItem(standard=name, met=name not in unmet) for name in standards)


def visitors(*people: Officer) -> tuple[Visitor, ...]:
    """Officers as they stand in the entry of a visit."""
    houses = [person.appointments[0].house or House.HR for person in people]
    return tuple(Visitor(officer=person.id, house=house) for person, house in zip(people, houses, strict=True))


def signal(
    sender: Source,
    day: date,
    category: Category = Category.MASS_PETITION,
    *,
    number: str = "示例-1",
    severity: int = 3,
    people: int | None = 20,
    amount_fen: int | None = None,
    months: int | None = None,
    penalised: bool = False,
) -> UnitSignalRecorded:
    """A signal that happened and was reported on that day."""
    return UnitSignalRecorded(
        source=sender.uri,
        external_id=number,
        category=category,
        severity=severity,
        occurred_on=day,
        reported_on=day,
        people=people,
        amount_fen=amount_fen,
        months=months,
        penalised=penalised,
        summary=f"示例：{category.zh}",
    )
