"""A register in memory: streams of every kind side by side, acts decided as the register decides them.

    world = World()
    world.begin()
    person = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    world.act(DAY, person, world.own_policy, adoption)

Nothing is filled in for the tests: every neighbour is at hand, and whoever acts is somebody in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import CHINA, Actor, Entry, Event
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.officer import OfficerAppointed, OfficerPersonTagged, OfficerRegistered
from events.governance.policy import PolicyAdopted
from events.governance.register import RegisterOpened
from events.person import PersonTag
from events.places import PLACES
from events.record import COMMON, ActProposed
from events.registry import stream_kind
from events.words import ActorKind, DocumentKind, House, Level, Role
from services.casework.decide import Decision, DecisionRequest, Situation, decide, named, read_from, situation_of
from services.casework.document.state import document_stream
from services.casework.judgement import Possibility, may, obligations
from services.casework.kinds import KINDS
from services.casework.law import Context, Refusal
from services.casework.obligation import Obligation
from services.casework.officer.kind import SENSITIVE
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.record import event_of
from services.casework.register.state import register_stream
from services.casework.source.state import Source
from services.casework.stream import State, advance
from services.casework.timekeeping import brought_about

S = TypeVar("S", bound=State)
Who = UUID | Actor


def tag_of(name: str) -> PersonTag:
    """The tag of a person of that name."""
    return PersonTag(tag=sha256(name.encode()).hexdigest())


@dataclass
class World:
    """Streams by id, each as it is now; `day` is that of the genesis."""

    pack: Pack
    day: date = date(2024, 1, 8)
    states: dict[UUID, State] = field(default_factory=dict)
    log: list[Entry[Event]] = field(default_factory=list)
    people: dict[str, UUID] = field(default_factory=dict)
    _numbers: int = 0

    @property
    def operator(self) -> Actor:
        """Who sets the register up."""
        place = self.pack.place
        return Actor(id=uuid5(NAMESPACE_URL, "operator"), kind=ActorKind.SYSTEM, post="运维", place=place)

    @property
    def packs(self) -> Packs:
        """The pack in force on each day."""
        policy = self.states.get(policy_stream(self.pack.place))
        return Packs.of(policy if isinstance(policy, Policy) else None, self.pack)

    def new(self) -> UUID:
        """An id that nothing has."""
        self._numbers += 1
        return UUID(bytes=sha256(f"{self.pack.id}:{self._numbers}".encode()).digest()[:16], version=4)

    def state(self, kind: type[S], stream: UUID) -> S:
        """The stream as it is now."""
        found = self.states.get(stream) or kind(stream)
        assert isinstance(found, kind)
        return found

    def begin(self, administrators: int = 3, data_officers: int = 2) -> None:
        """The genesis: administrators and data officers, the pack, the register opened."""
        for role, count in ((Role.ADMINISTRATOR, administrators), (Role.DATA_OFFICER, data_officers)):
            for number in range(1, count + 1):
                name = f"{role.value} {number}"
                person = self.registers(self.day, name, by=self.operator)
                self.act(self.day, self.operator, person, OfficerPersonTagged(tag=tag_of(name)))
                self.act(
                    self.day,
                    self.operator,
                    person,
                    appointment(role, PLACES[self.pack.place].level, self.pack.place, self.day, house=None),
                )
        self.act(self.day, self.operator, policy_stream(self.pack.place), adoption(self.pack, self.day))
        opened = RegisterOpened(
            place=self.pack.place, level=PLACES[self.pack.place].level, opened_on=self.day, recovery_digest="c" * 64
        )
        self.act(self.day, self.operator, register_stream(self.pack.place), opened)
        if administrators > 1:
            for house in House:
                paper = paper_of_appointment(house, self.day)
                stream = document_stream(paper.issuer, paper.number)
                self.act(self.day, self.people["administrator 1"], stream, paper)
                self.act(self.day, self.people["administrator 2"], stream, DocumentConfirmed())

    def knows(self, *states: State) -> None:
        """These streams are in the register from now on, as they are."""
        self.states |= {state.id: state for state in states}

    def registers(self, day: date, name: str, *, by: Who) -> UUID:
        """Somebody new, known by that name."""
        person = self.people.setdefault(name, self.new())
        self.act(day, by, person, OfficerRegistered())
        return person

    def hires(
        self,
        day: date,
        role: Role,
        level: Level,
        house: House | None = House.HR,
        *,
        place: str | None = None,
        name: str | None = None,
    ) -> UUID:
        """Somebody with a tag and that one post from that day on, appointed by two administrators."""
        at = place or self.pack.place
        called = name or f"{role.value} {house} {at} {len(self.people)}"
        first, second = self.people["administrator 1"], self.people["administrator 2"]
        person = self.registers(day, called, by=first)
        self.by_two(day, first, second, person, OfficerPersonTagged(tag=tag_of(called)))
        event = appointment(role, level, at, day, house=house)
        if house is not None or SENSITIVE & set(event.roles):
            self.by_two(day, first, second, person, event)
        else:
            self.act(day, first, person, event)
        return person

    def by_two(self, day: date, first: Who, second: Who, stream: UUID, event: Event) -> Entry[Event]:
        """What the first proposes and the second seconds; the entry of the act itself."""
        proposal = self.act(day, first, stream, event)
        assert isinstance(proposal.event, ActProposed)
        self.act(day, second, stream, seconding(proposal))
        return self.log[-1] if self.log[-1].stream == stream else self.last_of(stream)

    def last_of(self, stream: UUID) -> Entry[Event]:
        """The newest entry of a stream."""
        return self.states[stream].entries[-1]

    def act(self, day: date, who: Who, stream: UUID, event: Event, *, effective_on: date | None = None) -> Entry[Event]:
        """The first entry that the act stored in its stream; AssertionError where it is refused."""
        decision = self.decided(day, who, stream, event, effective_on)
        refusals = decision.refusals
        assert not refusals, "\n".join(f"{r.rule} {r.clause} {r.zh} {r.en} {r.facts} {r.pointer}" for r in refusals)
        for entry in decision.entries:
            before = self.states.get(entry.stream) or KINDS[stream_kind(entry.event.about.type)].state(entry.stream)
            assert entry.version == before.version + 1
            self.states[entry.stream] = advance(before, (entry,))
            self.log.append(entry)
        return next(entry for entry in decision.entries if entry.stream == stream)

    def refused(self, day: date, who: Who, stream: UUID, event: Event) -> Sequence[Refusal]:
        """Why the act is refused; AssertionError where it is not."""
        refusals = self.decided(day, who, stream, event).refusals
        assert refusals, f"nothing refuses {event.about.type}"
        return refusals

    def rules(self, day: date, who: Who, stream: UUID, event: Event) -> set[str]:
        """The rules that refuse the act."""
        return {refusal.rule for refusal in self.refused(day, who, stream, event)}

    def decided(self, day: date, who: Who, stream: UUID, event: Event, effective_on: date | None = None) -> Decision:
        """What the register would store, or why it refuses."""
        acting = who.id if isinstance(who, Actor) else who
        state = self.states.get(stream) or KINDS[stream_kind(event.about.type)].state(stream)
        self._numbers += 1
        command = uuid5(NAMESPACE_URL, f"command:{self._numbers}")
        request = DecisionRequest(command, b"", stream, event, acting, effective_on=effective_on)
        moment = datetime.combine(day, time(9), CHINA) + timedelta(milliseconds=self._numbers)
        beside = read_from(situation_of(request, self.pack.place, self.pack, moment), self.states).context
        wanted = {*beside.states, *beside.absent, acting, register_stream(self.pack.place)} - {stream}
        situation = Situation(state, self.posts(day, who), self._context(wanted, state))
        return decide(request, situation, moment)

    def _context(self, wanted: Iterable[UUID], state: State) -> Context:
        known = {stream: self.states[stream] for stream in wanted if stream in self.states}
        return Context({**known, state.id: state}, frozenset(wanted) - known.keys(), packs=self.packs)

    def posts(self, day: date, who: Who) -> Sequence[Actor]:
        """The posts in which somebody can act on that day."""
        if isinstance(who, Actor):
            return (who,)
        person = self.states.get(who)
        if isinstance(person, Source):
            return (person.actor(),)
        return person.actors(day) if isinstance(person, Officer) else ()

    def may(self, day: date, who: Who, stream: UUID) -> dict[str, Possibility]:
        """What somebody may decide on a stream on that day, by the decision (the last where there are several)."""
        state = self.states[stream]
        acting = who.id if isinstance(who, Actor) else who
        waiting = state.common.open_acts.values()
        beside = {act.actor.id for act in waiting}.union(*(named(state, event_of(act)) for act in waiting))
        context = self._context({acting, register_stream(self.pack.place), *beside}, state)
        possible = may(state, self.posts(day, who), day, self.packs.on(day), context)
        return {possibility.decision: possibility for possibility in possible}

    def owed(self, stream: UUID) -> list[Obligation]:
        """What is owed in a stream."""
        return obligations(self.states[stream], self.packs)

    def time_passes(self, day: date, stream: UUID) -> list[Event]:
        """What the timekeeper would record on that day."""
        return list(brought_about(self.states[stream], day, self.packs))


def adoption(pack: Pack, day: date) -> PolicyAdopted:
    """The adoption of a pack from that day on."""
    return PolicyAdopted(pack=pack.id, pack_version=pack.version, digest=pack.digest, from_=day)


def appointment(
    role: Role,
    level: Level,
    place: str,
    day: date,
    *,
    house: House | None = House.HR,
    until: date | None = None,
    also: tuple[Role, ...] = (),
) -> OfficerAppointed:
    """A post of that role from that day on; for a house on its paper of appointment."""
    post = "·".join(word.zh for word in (level, house, role) if word is not None)
    paper = paper_of_appointment(house, day) if house is not None else None
    return OfficerAppointed(
        post=post, house=house, level=level, place=place, roles=(role, *also), from_=day, until=until,
        paper=document_stream(paper.issuer, paper.number) if paper is not None else None,
    )  # fmt: skip


def paper_of_appointment(house: House, day: date) -> DocumentRecorded:
    """The paper by which a house says whom it appoints."""
    return DocumentRecorded(
        kind=DocumentKind.APPOINTMENT, issuer=f"示例{house.zh}", number="示例任〔2024〕1号", dated=day,
        title="示例任命文件", sha256=sha256(f"appointment:{house.value}".encode()).hexdigest(),
        media_type="application/pdf", size=7,
    )  # fmt: skip


def seconding(proposal: Entry[Event]) -> Event:
    """The seconding of a proposed act, to the byte."""
    assert isinstance(proposal.event, ActProposed)
    kind = stream_kind(proposal.event.about.type)
    return COMMON[kind].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
