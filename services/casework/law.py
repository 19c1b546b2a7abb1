"""What the law speaks of: who wants to do what, what refuses it, and the one declaration of an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from events.envelope import Actor, Event
from events.words import ActorKind, House, Level, ObligationKind, Role
from services.casework.obligation import Obligation
from services.casework.pack import Pack
from services.casework.stream import State

if TYPE_CHECKING:
    from services.casework.policy.state import Packs

S = TypeVar("S", bound=State)
T = TypeVar("T", bound=State)
E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is refused: the rule, its clause, what is so, and what would have to be true.

    `facts` names the entries (versions), signals or units that stand in the way; `pointer` the field of the
    event (RFC 6901) where it is one; `could_act` the officers in the place who are not kept apart from it, where the
    register looked for them (T-03). What is `final` nothing brings about any more.
    """

    rule: str
    clause: str
    zh: str
    en: str
    needs_zh: str
    needs_en: str
    assumption: str | None = None
    facts: tuple[str, ...] = ()
    pointer: str | None = None
    could_act: tuple[str, ...] = ()
    final: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The streams beside the one acted on, as they were when the act was judged.

    `absent` are those that were looked for and do not exist. `whole` is False where they are not at hand (an old
    entry judged from its own stream alone): rules that need one that is missing then hold their peace. `packs`
    gives the pack of each day; None where only that of the act's day is at hand.
    """

    states: Mapping[UUID, State] = field(default_factory=dict)
    absent: frozenset[UUID] = frozenset()
    whole: bool = True
    packs: Packs | None = None

    def find(self, kind: type[T], stream: UUID | None) -> T | None:
        """The stream's state, if it is at hand and of that kind."""
        state = self.states.get(stream) if stream is not None else None
        return state if isinstance(state, kind) else None


NO_CONTEXT = Context(whole=False)


@dataclass(frozen=True, slots=True)
class Intent:
    """Who wants to do what on which day, about what of the state, before anything is filled in.

    `subject` gives the fields that name what the act is about, such as the title, by name.
    """

    type: type[Event]
    actor: Actor
    day: date
    subject: Mapping[str, Any] = field(default_factory=lambda: NOTHING, kw_only=True)
    context: Context = field(default_factory=lambda: NO_CONTEXT, kw_only=True)

    @property
    def title(self) -> str | None:
        """The title that the act is about, if it is about one."""
        title: str | None = self.subject.get("title")
        return title


@dataclass(frozen=True, slots=True)
class Act(Intent, Generic[E_co]):
    """An intent with its event filled in."""

    event: E_co
    effective_on: date | None = field(default=None, kw_only=True)


StateRule = Callable[[S, Intent, Pack], "Refusal | None"]
"""Asked before anything is filled in, and again of the filled-in act."""

ContentRule = Callable[[S, Act[E], Pack], "Refusal | None"]
"""Asked of the filled-in act alone."""

Levels = Callable[[Any, Intent, Pack], frozenset[Level]]


@dataclass(frozen=True, slots=True)
class Entitled:
    """One way to be entitled: a kind of actor with one of these roles; for officers at these levels, and of that house.

    `anywhere` leaves out that the post's place has to cover that of the stream; `when` narrows it to some states.
    """

    kind: ActorKind
    levels: Levels
    roles: frozenset[Role] = frozenset()
    house: House | None = None
    anywhere: bool = False
    when: Callable[[Any, Intent], bool] | None = None


@dataclass(frozen=True, slots=True)
class Subjects(Generic[S]):
    """What acts of a type can be about: the fields that name it, and their values as the state stands."""

    fields: tuple[str, ...]
    of: Callable[[S, Pack], Iterable[tuple[Any, ...]]]

    def candidates(self, state: S, pack: Pack) -> list[dict[str, Any]]:
        """Every subject as the state stands."""
        return [dict(zip(self.fields, values, strict=True)) for values in self.of(state, pack)]

    def named_by(self, event: Event) -> dict[str, Any]:
        """The subject that an event names."""
        return {name: getattr(event, name) for name in self.fields}

    def completion(self, state: S, event: Event, pack: Pack) -> dict[str, Any]:
        """What the event leaves open and only one subject can mean."""
        named = self.named_by(event)
        if None not in named.values():
            return {}
        meant = [
            candidate
            for candidate in self.candidates(state, pack)
            if all(value is None or candidate[name] == value for name, value in named.items())
        ]
        return {name: value for name, value in meant[0].items() if named[name] is None} if len(meant) == 1 else {}


@dataclass(frozen=True, slots=True)
class Second(Generic[S, E]):
    """That an act takes two persons (T-04): who may second it, when it takes a second person at all, when the two are
    of two houses, and what else is asked of the second person.
    """

    office: tuple[Entitled, ...]
    when: Callable[[S, Act[E], Pack], bool] = lambda state, act, pack: True
    two_houses: Callable[[S, Act[E], Pack], bool] | bool = False
    rule: ContentRule[S, E] | None = None


@dataclass(frozen=True, slots=True)
class Others(Generic[E]):
    """Persons whom an event names beside who acts, and the step that they did (T-03)."""

    step: str
    of: Callable[[E], Iterable[UUID]]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act does to another stream, stored in the same command.

    It is proposed and judged there like any other act: of the register itself, or of the `actor` who caused it
    before (a source whose signal had to be matched first).
    """

    stream: UUID
    event: Event
    actor: Actor | None = None


@dataclass(frozen=True, slots=True)
class Law(Generic[S, E]):
    """Everything about one type of event, here and nowhere else.

    office    who may cause it
    rule      the rule of the pack that is recorded as its authority
    about     what it can be about
    opens     whether it may be the first entry of its stream; `once`, that it can be no other
    state     rules of the state; `unfilled` are those asked only while nothing is filled in
    content   rules of the filled-in event
    propose   what follows from the state
    reads     streams it rests on besides those that its references name
    reads_there  streams that what it does to others rests on, told once those others are at hand
    effects   what it does to other streams
    second    whether it takes two persons
    settles   the duties that it ends
    weighs    the earlier events whose figures it takes into account: they are corrected no more (T-13)
    steps     what it is called in the pack's pairs of steps that are not one person's (T-03)
    others    the step that persons did whom the event names beside who acts
    place     a place that the event itself names and the post has to cover
    corrects  whether it may hold from a day before its recording, as corrections do
    begins    the later day from which it says itself that it holds; all else holds from its recording
    decided   the earlier day of the meeting or paper on which it says it was decided
    undone_by_procedure  whether it is undone by acts of its own alone, never by a voiding
    """

    event: type[E]
    office: tuple[Entitled, ...]
    rule: str
    about: Subjects[S] | None = None
    opens: bool = False
    once: bool = False
    unfilled: tuple[StateRule[S], ...] = ()
    state: tuple[StateRule[S], ...] = ()
    content: tuple[ContentRule[S, E], ...] = ()
    propose: Callable[[S, Act[E], Pack], Event] | None = None
    reads: Callable[[S, E], Iterable[UUID]] | None = None
    reads_there: Callable[[Mapping[UUID, State], E], Iterable[UUID]] | None = None
    effects: Callable[[S, Act[E], Pack], Iterable[Effect]] | None = None
    second: Second[S, E] | None = None
    settles: tuple[ObligationKind, ...] = ()
    weighs: tuple[type[Event], ...] = ()
    steps: tuple[str, ...] = ()
    others: Others[E] | None = None
    place: Callable[[E], str | None] | None = None
    corrects: bool = False
    begins: Callable[[E], date | None] | None = None
    decided: Callable[[E], date | None] | None = None
    undone_by_procedure: bool = False


@dataclass(frozen=True, slots=True)
class Chapter(Generic[S]):
    """One chapter of a kind: its region of the state, how entries change it, its acts, and what is owed in it.

    Where `region` is None the folds take and give the whole state.
    """

    region: str | None
    folds: Mapping[type[Event], Callable[[Any, Any], Any]]
    acts: tuple[Law[S, Any], ...]
    obligations: Callable[[S, Packs], Iterator[Obligation]] | None = None


def refuse(
    pack: Pack,
    rule: str,
    zh: str,
    en: str,
    facts: Sequence[object] = (),
    pointer: str | None = None,
    *,
    final: bool = False,
) -> Refusal:
    """The refusal under a rule of the pack, with the sentence of this case; a final one asks for nothing more."""
    text = pack.rules[rule]
    needs_zh, needs_en = _NOTHING_MORE if final else (text.needs_zh, text.needs_en)
    return Refusal(
        rule, text.clause, zh, en, needs_zh, needs_en, text.assumption,
        tuple(map(str, facts)), pointer, final=final,
    )  # fmt: skip


_NOTHING_MORE = ("此事已定，不能由本项改变", "nothing: it is settled, and this act does not change it")
