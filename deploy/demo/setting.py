"""What the demonstration begins with: its days, its register's genesis, its officers, sources, bodies and rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from deploy.demo.application import NATIONAL
from deploy.demo.people import (
    PROVINCE,
    PUBLIC,
    SYSTEMS,
    Person,
    System,
    desk,
    named,
    officers,
    person_name,
)
from deploy.demo.scans import recorded
from deploy.demo.script import Act, Told, after_working_days, on_working_day
from deploy.demo.tripartite import assessor_engaged, conference_name, established
from events.envelope import CHINA, Event
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.officer import OfficerAppointed, OfficerPersonTagged, OfficerRegistered
from events.governance.round import RoundClosed, RoundListPublished, RoundOpened, RoundQuotaSet
from events.governance.round_publicity import (
    RoundListPublicised,
    RoundObjectionAdmitted,
    RoundObjectionJoined,
    RoundObjectionRaised,
    RoundObjectionResolved,
    RoundObjectionSetAside,
)
from events.governance.source import SourceRegistered
from events.places import PLACES, children
from events.record import COMMON, ActSeconded
from events.sealed import Sealed
from events.words import DocumentKind, House, Level, Role, RoundKind, UnitKind
from services import genesis
from services.casework.calendar import add_months
from services.casework.document.state import document_stream
from services.casework.officer.kind import SENSITIVE
from services.casework.pack import Pack
from services.casework.round.state import Round
from services.casework.stream import State

MONTHS = 40
"""How long the register has been kept, up to today."""

QUOTAS = {UnitKind.ENTERPRISE: 6, UnitKind.PARK: 2}
"""Places of a national round in each prefecture."""

SECOND_ROUND = 36
"""The month in which the second national round begins; it is announced four months ahead."""

ROUND_MONTHS = 20
"""How long a national round takes candidates; the next one opens three years after it."""

RESERVES = 1 + MONTHS // 12
"""Reserve lists, one a year."""

RECOVERY_DIGEST = sha256("示例恢复码".encode()).hexdigest()
"""Of a made-up code: a demonstration's administration is nobody's to recover in earnest."""

OPENS = time(8, 0)
"""When a register's first morning begins."""

CONFERENCES = time(14, 0)
"""When, on the first day, the tripartite conferences are set up."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a demonstration that ends with the day before `today`, by the pack that judges it."""

    today: date
    pack: Pack
    months: int = MONTHS

    @property
    def first(self) -> date:
        """The first working day of the register."""
        return after_working_days(self.pack, add_months(self.today, -self.months), 1)

    @property
    def until(self) -> datetime:
        """Nothing is recorded from this moment on."""
        return datetime.combine(self.today, time(0), CHINA)

    def after(self, months: int, days: int = 0) -> date:
        """The given number of months and days after the first day."""
        return add_months(self.first, months) + timedelta(days=days)


def naming_round(number: int) -> UUID:
    """The stream of the first or the second national round."""
    return named(f"round-naming-{number}")


def reserve_round(number: int) -> UUID:
    """The stream of the reserve list of the first, second … year."""
    return named(f"round-reserve-{number}")


def reserve_days(days: Days, number: int) -> tuple[date, date]:
    """From when until when the reserve list of the first, second … year takes units."""
    return days.after(12 * number, 2), days.after(12 * number + 12)


def reserve_taking(days: Days, on: date) -> UUID | None:
    """The stream of the reserve list that takes units on that day; None between two of them."""
    for number in range(RESERVES):
        begins, ends = reserve_days(days, number)
        if on_working_day(days.pack, begins) < on <= ends:
            return reserve_round(number)
    return None


def setting(days: Days) -> list[Act]:
    """All acts beside units but the registration of agents, in order."""
    began = opening(days, PROVINCE, officers(), SYSTEMS)
    return [*began, *_conferences(days), *_rounds(days)]


Step = tuple[UUID, UUID, Told]
"""Who does what to which stream."""


def opening(days: Days, place: str, people: Sequence[Person], systems: Sequence[System] = ()) -> list[Act]:
    """A register's first morning: its genesis by the operator, its officers by two administrators, and its sources.

    The first of the people are its founders: three administrators, two data officers.
    """
    moment = datetime.combine(days.first, OPENS, CHINA)
    acts = []
    founders = [person for person in people if person.founder]
    others = [person for person in people if not person.founder]
    steps = (
        *_genesis(days, place, founders),
        *_officers(days.first, founders, others),
        *_sources(founders[0], systems),
    )
    for who, stream, event in steps:
        acts.append(Act(moment, who, stream, event))
        moment += timedelta(seconds=1)
    return acts


def _genesis(days: Days, place: str, founders: Sequence[Person]) -> Iterator[Step]:
    """The operator makes the founders and adopts the first pack; with its opening the register is theirs.

    The identity numbers are nobody's, and their tags are made up like all others here.
    """
    persons = tuple(genesis.Founder(_number(n), person_name(person.key)) for n, person in enumerate(founders, 1))
    given = genesis.Founders(persons[: genesis.ADMINISTRATORS], persons[genesis.ADMINISTRATORS :])
    tags = {person.id: OfficerPersonTagged(tag=person.tag) for person in founders}
    for request in genesis.requests(
        place, given, days.pack, days.first, simulated=True, recovery_digest=RECOVERY_DIGEST
    ):
        tagged = isinstance(request.event, OfficerPersonTagged)
        yield request.who, request.stream, tags[request.stream] if tagged else request.event


def _number(n: int) -> str:
    """An identity number of the old form, of a region that does not exist."""
    return f"000000000101{n:03d}"


def _officers(first: date, founders: Sequence[Person], others: Sequence[Person]) -> Iterator[Step]:
    """One administrator registers and appoints; another one seconds, for a house on that house's paper (T-02)."""
    maker, second = founders[0].id, founders[1].id
    for house in sorted({person.house for person in others if person.house is not None}):
        paper = paper_of_appointment(house, founders[0].place, first)
        stream = document_stream(paper.issuer, paper.number)
        yield maker, stream, paper
        yield second, stream, DocumentConfirmed(note="与原件一致（示例）")
    for person in others:
        registered, tagged = _identity(person)
        yield maker, person.id, registered
        yield maker, person.id, tagged
        yield second, person.id, seconding
        yield maker, person.id, _appointment(person, founders[0].place, first)
        if person.house is not None or SENSITIVE & set(person.roles):
            yield second, person.id, seconding


def paper_of_appointment(house: House, place: str, day: date) -> DocumentRecorded:
    """The paper by which a house says whom it appoints in a register."""
    issuer = f"{PLACES[place].zh}{house.zh}（示例）"
    return recorded(DocumentKind.APPOINTMENT, issuer, f"示例任〔{day.year}〕1号", day, "任职名单（示例）")


def seconding(state: State) -> ActSeconded:
    """The seconding of what was proposed last on the stream."""
    waiting = state.common.open_acts[max(state.common.open_acts)]
    return COMMON[state.descriptor.name].act_seconded(proposal=waiting.version, digest=waiting.digest)


def _identity(person: Person) -> tuple[Event, Event]:
    return OfficerRegistered(name=Sealed(clear=person_name(person.key))), OfficerPersonTagged(tag=person.tag)


def _appointment(person: Person, place: str, first: date) -> OfficerAppointed:
    paper = paper_of_appointment(person.house, place, first) if person.house is not None else None
    return OfficerAppointed(
        post=person.post, house=person.house, level=person.level, place=person.place, roles=person.roles, from_=first,
        paper=document_stream(paper.issuer, paper.number) if paper is not None else None,
    )  # fmt: skip


def _sources(administrator: Person, systems: Sequence[System]) -> Iterator[Step]:
    for source in systems:
        event = SourceRegistered(
            uri=source.uri, name=source.name, system=source.system, place=source.place, categories=source.categories
        )
        yield administrator.id, source.id, event


def _conferences(days: Days) -> Iterator[Act]:
    """The tripartite conferences of the province and its prefectures, with their members (五(一))."""
    moment = datetime.combine(days.first, CONFERENCES, CHINA)
    for place in (PROVINCE, *children(PROVINCE)):
        level = PLACES[place].level
        members = dict.fromkeys(House, level)
        for who, stream, event in established(conference_name(place), place, desk(level, place), members, days.first):
            yield Act(moment, who, stream, event)
            moment += timedelta(seconds=20)
    for who, stream, event in assessor_engaged(desk(Level.PROVINCE, PROVINCE), PROVINCE, days.first, days.today):
        yield Act(moment, who, stream, event)
        moment += timedelta(seconds=20)


def naming_rounds(days: Days, place: str, quotas: Sequence[RoundQuotaSet]) -> Iterator[Act]:
    """The nation's rounds as the province carries them out, with the places that its parts have in them.

    The second one is announced some months ahead, so that units can be cultivated for it.
    """
    province = desk(Level.PROVINCE, place, role=Role.APPROVER)
    for number, told, opens in ((1, 0, 0), (2, SECOND_ROUND - 4, SECOND_ROUND)):
        begins, ends = days.after(opens, 1), days.after(opens + ROUND_MONTHS)
        event = RoundOpened(
            kind=RoundKind.NAMING, name=f"第{number}轮全国示范单位（示例）", title=NATIONAL, place=place,
            from_=begins, until=ends,
        )  # fmt: skip
        yield from _campaign(days, province, naming_round(number), days.after(told, 1), (event, *quotas))


def _rounds(days: Days) -> Iterator[Act]:
    yield from naming_rounds(days, PROVINCE, _quotas())
    province = desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER)
    for number in range(RESERVES):
        begins, ends = reserve_days(days, number)
        event = RoundOpened(
            kind=RoundKind.RESERVE, name=f"{begins.year}年度储备名单（示例）", title=NATIONAL, place=PROVINCE,
            from_=begins, until=ends,
        )  # fmt: skip
        yield from _campaign(days, province, reserve_round(number), begins, (event,))
    ended = [(naming_round(1), ROUND_MONTHS)]
    ended += [(reserve_round(number), 12 * number + 12) for number in range(RESERVES - 1)]
    for stream, month in ended:
        day = on_working_day(days.pack, days.after(month, 3))
        if stream != naming_round(1):
            until = days.pack.after(day, days.pack.windows.publicity)
            yield from _campaign(days, province, stream, day, (_in_public(day, until),))
            if stream == reserve_round(0):
                yield from _objected_to(days, stream, day)
            day = until + timedelta(days=1)
        yield from _campaign(days, province, stream, day, (_published(day.year), RoundClosed(reason="本轮工作结束")))


def _objected_to(days: Days, stream: UUID, day: date) -> Iterator[Act]:
    """Three objections to the list: one is looked into and not upheld, one says the same and is joined to it, one
    states nothing and is set aside.
    """
    raised, answered = (after_working_days(days.pack, day, number) for number in (1, 2))
    said = RoundObjectionRaised(ground="评价分数有误（示例）", text="排名与公布的公式不一致，请复核（示例）")
    same = RoundObjectionRaised(ground=said.ground, text="同一问题，另有单位反映（示例）")
    vague = RoundObjectionRaised(ground="不同意（示例）", text="不同意（示例）")
    yield from _campaign(days, PUBLIC.id, stream, raised, (said, same, vague))
    office, approver = (desk(Level.PROVINCE, PROVINCE, House.UNION, role) for role in (Role.OFFICER, Role.APPROVER))

    def admitted(state: Round) -> RoundObjectionAdmitted:
        return RoundObjectionAdmitted(objection=min(state.objections))

    def joined(state: Round) -> RoundObjectionJoined:
        first, second, _ = sorted(state.objections)
        return RoundObjectionJoined(objection=second, to=first)

    def resolved(state: Round) -> RoundObjectionResolved:
        return RoundObjectionResolved(objection=min(state.objections), upheld=False, findings="经复算无误（示例）")

    def set_aside(state: Round) -> RoundObjectionSetAside:
        return RoundObjectionSetAside(objection=max(state.objections), reason="未写明任何事实（示例）")

    yield from _campaign(days, office, stream, answered, (admitted, joined, resolved))
    yield from _campaign(days, approver, stream, answered, (set_aside,))


def _in_public(day: date, until: date) -> Told:
    """The list of a round in public for objections: the units that took its places."""

    def event(state: Round) -> RoundListPublicised:
        return RoundListPublicised(
            units=tuple(state.taken), from_=day, until=until, channel="省协调劳动关系三方会议办公室网站（示例）"
        )

    return event


def _published(year: int) -> Told:
    """The list of a round: the units that took its places."""

    def event(state: Round) -> RoundListPublished:
        return RoundListPublished(
            units=tuple(state.taken), document_number=f"湘三方示例〔{year}〕公布{state.version}号"
        )

    return event


def _quotas() -> tuple[RoundQuotaSet, ...]:
    return tuple(
        RoundQuotaSet(place=place, unit_kind=kind, places=places)
        for place in children(PROVINCE)
        for kind, places in QUOTAS.items()
    )


def _campaign(days: Days, who: UUID, stream: UUID, day: date, events: Sequence[Told]) -> Iterator[Act]:
    moment = datetime.combine(on_working_day(days.pack, day), time(10, 30), CHINA)
    for number, event in enumerate(events):
        yield Act(moment + timedelta(minutes=number), who, stream, event)
