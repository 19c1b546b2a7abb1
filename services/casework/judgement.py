"""The law as a whole, the same for every kind of stream: how an act is proposed and judged, and who may do what now.

propose   fills in what follows from the state
judge     all refusals, or none
may       for every decision: allowed, or refused and why
rejudge   stored history, judged again
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from events.envelope import Actor, Authority, Entry, Event
from events.record import ActProposed
from events.references import EntryRef, Mention, PackRef, StateRef, StreamRef, references
from events.registry import KINDS as VOCABULARY
from events.words import ObligationKind
from services.casework.document.state import Paper
from services.casework.law import NO_CONTEXT, NOTHING, Act, Context, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, holder, ordering_office
from services.casework.obligation import owed as owed_by
from services.casework.office import acts_within_office, no_interest, standing_in
from services.casework.pack import Pack
from services.casework.stream import NOTHING_ORDERED, Ordered, State, Suspension, advance, fold

if TYPE_CHECKING:
    from services.casework.kind import Kind
    from services.casework.policy.state import Packs


_RANDOM = (4, 7)
"""The versions of UUID (RFC 9562) that an id of the client's own choice can have."""


def propose(state: State, event: Event, actor: Actor, day: date, pack: Pack, context: Context = NO_CONTEXT) -> Event:
    """The event with what follows from the state filled in: title, level, opinions relied on, ends of terms."""
    law = state.descriptor.laws.get(type(event))
    if law is None:
        return event
    if law.about is not None:
        meant = law.about.completion(state, event, pack)
        event = event.model_copy(update=meant) if meant else event
    if law.propose is not None:
        event = law.propose(state, act_of(law, event, actor, day, context=context), pack)
    return event


def act_of(
    law: Law[Any, Any],
    event: Event,
    actor: Actor,
    day: date,
    *,
    effective_on: date | None = None,
    context: Context = NO_CONTEXT,
) -> Act[Any]:
    """The act that somebody's event is on that day."""
    subject = law.about.named_by(event) if law.about is not None else NOTHING
    return Act(type(event), actor, day, event, subject=subject, context=context, effective_on=effective_on)


def judge(
    state: State,
    event: Event,
    actor: Actor,
    day: date,
    pack: Pack,
    *,
    effective_on: date | None = None,
    context: Context = NO_CONTEXT,
) -> list[Refusal]:
    """Every rule that refuses the event on this state; empty where it is lawful."""
    law = state.descriptor.laws.get(type(event))
    if law is None:
        return [refuse(pack, "T-20", "该记录流属于另一类", "that stream is of another kind")]
    act = act_of(law, event, actor, day, effective_on=effective_on, context=context)
    refusals = refused_on_state(state, law, act, pack) or references_hold(state, act, pack)
    refusals = refusals or [refusal for rule in law.content if (refusal := rule(state, act, pack)) is not None]
    return refusals or decided_lawfully(state, law, act, pack)


def refused_on_state(state: State, law: Law[Any, Any], act: Act[Any], pack: Pack) -> list[Refusal]:
    """What refuses the act by whose it is and how the state stands, before anybody looks at what it says."""
    every = (
        begins_stream(state, law, pack),
        acts_within_office(state, act, law, pack),
        no_interest(state, act, pack),
        effective_in_time(law, act, pack),
        id_is_right(state, law, act, pack),
    )
    refusals = [refusal for refusal in every if refusal is not None]
    return refusals + [refusal for rule in law.state if (refusal := rule(state, act, pack)) is not None]


def decided_lawfully(state: State, law: Law[Any, Any], act: Act[Any], pack: Pack) -> list[Refusal]:
    """T-14: what was decided by a meeting or paper of some days ago would have been lawful on that day too, on what
    the register had then and by the pack of that day; so no decision is older than its evidence.

    A paper is of its own day, whenever it was recorded.
    """
    day = law.decided(act.event) if law.decided is not None else None
    if day is None or day == act.day:
        return []
    if day > act.day:
        zh, en = f"决定之日{day}晚于今日{act.day}", f"it cannot have been decided on {day}, after today {act.day}"
        return [refuse(pack, "I-21", zh, en, (), "/decided_on")]
    earliest = pack.before(act.day, pack.windows.decided_back)
    if day < earliest:
        zh, en = f"决定之日不得早于{earliest}", f"it was decided on {earliest} at the earliest"
        return [refuse(pack, "T-14", zh, en, (), "/decided_on")]
    beside = {
        other.id: other if isinstance(other, Paper) else _as_it_was(other, day) for other in act.context.states.values()
    }
    context = replace(act.context, states=beside)
    then = replace(act, day=day, effective_on=day, context=context)
    by = context.packs.on(day) if context.packs is not None else pack
    unit = _as_it_was(state, day)
    asked = (acts_within_office(unit, then, law, by), no_interest(unit, then, by))
    refusals = [refusal for refusal in asked if refusal is not None]
    refusals += [refusal for rule in law.state if (refusal := rule(unit, then, by)) is not None]
    refusals = refusals or references_hold(unit, then, by)
    refusals = refusals or [refusal for rule in law.content if (refusal := rule(unit, then, by)) is not None]
    return [replace(one, zh=f"{day}当日：{one.zh}", en=f"on {day}: {one.en}") for one in refusals]


def _as_it_was(state: State, day: date) -> State:
    """The stream as the register had it at the end of that day."""
    known = [entry for entry in state.entries if entry.day <= day]
    if len(known) == len(state.entries):
        return state
    past: State = fold(state.descriptor, state.id, known)
    return past


def begins_stream(state: State, law: Law[Any, Any], pack: Pack) -> Refusal | None:
    """I-00: a stream begins with an event that can begin it, and once."""
    if state.version == 0 and not law.opens:
        return refuse(pack, "I-00", "该记录流尚不存在", "there is no such stream yet")
    if state.version > 0 and law.once:
        return refuse(pack, "I-00", "已登记", "it is registered already", (state.version,), final=True)
    return None


def id_is_right(state: State, law: Law[Any, Any], act: Act[Any], pack: Pack) -> Refusal | None:
    """T-20: an id that follows from a key is that one; any other is random, so that the two never meet."""
    kind = state.descriptor
    if not law.opens or isinstance(act.event, ActProposed):
        return None
    if kind.key is not None:
        right = kind.key(act.event)
        if right == state.id:
            return None
        return refuse(pack, "T-20", f"编号由内容得出，应为{right}", f"the id follows from the body: {right}", (right,))
    if state.version > 0 or kind.words.keyed or state.id.version in _RANDOM:
        return None
    return refuse(pack, "T-20", "编号应为UUID第4版或第7版", "an id is a UUID of version 4 or 7", (state.id,))


def effective_in_time(law: Law[Any, Any], act: Act[Any], pack: Pack) -> Refusal | None:
    """I-21: facts hold from today at the latest, and no earlier than they happened, or than the pack's days ago where
    they name no day; all else from the day of its recording, save voids and corrections, which give their reason, and
    what begins itself on a later day that it names. What is proposed is judged with its own day.
    """
    if act.effective_on is None or act.effective_on == act.day or isinstance(act.event, ActProposed):
        return None
    if act.type.about.fact and act.effective_on > act.day:
        return refuse(pack, "I-21", "事实生效日不得晚于今日", "a fact cannot hold from a later day")
    earliest = happened_on(act.event) or pack.before(act.day, pack.windows.dated_back)
    if act.type.about.fact and act.effective_on < min(earliest, act.day):
        zh, en = f"事实生效日不得早于{earliest}", f"a fact cannot hold from a day before {earliest}"
        return refuse(pack, "I-21", zh, en, (earliest,))
    if not act.type.about.fact and not law.corrects and act.effective_on < act.day:
        return refuse(pack, "I-21", "决定不得早于记录之日生效", "a decision cannot take effect before it is recorded")
    begins = law.begins(act.event) if law.begins is not None else None
    if act.effective_on > act.day and act.effective_on != begins:
        return refuse(pack, "I-21", "决定自记录之日起生效", "a decision takes effect on the day it is recorded")
    return None


def happened_on(event: Event) -> date | None:
    """The day on which a fact happened, where it names one."""
    values = event.__dict__  # a pydantic model looks long for an attribute that it has not
    return values.get("occurred_on") or values.get("on")


def effective_day(event: Event, day: date) -> date:
    """From when an event holds in the world where nobody says: facts from the day they happened, a naming with
    a later term from its first day, all else from today.
    """
    if event.about.fact:
        return min(happened_on(event) or day, day)
    begins: date | None = event.__dict__.get("term_from")
    return max(begins, day) if begins else day


def references_hold(state: State, act: Act[Any], pack: Pack) -> list[Refusal]:
    """T-02, T-23: whatever the event names exists, is of the kind that the field says, and is open; a paper was
    confirmed by a second officer.
    """
    return [refusal for mention in references(act.event) if (refusal := _unreal(state, act, mention, pack)) is not None]


def _unreal(state: State, act: Act[Any], mention: Mention, pack: Pack) -> Refusal | None:
    match mention:
        case Mention(marker=StreamRef() as marker, value=UUID() as stream):
            return None if marker.foreign else _stream_unreal(state, act, mention.pointer, marker, stream, pack)
        case Mention(marker=EntryRef() as marker, value=int(version)):
            return _entry_unreal(state, mention.pointer, marker, version, pack)
        case Mention(marker=PackRef(table=table, foreign=False), value=str(name)) if name not in pack.table(table):
            return _absent(pack, f"政策包中没有{name}", f"the pack has no {name}", name, mention.pointer)
        case Mention(marker=StateRef(what=what), value=str(name)) if name not in state.descriptor.choices[what](state):
            return _absent(pack, f"没有{name}", f"there is no {name} here", name, mention.pointer)
    return None


def _entry_unreal(state: State, pointer: str, marker: EntryRef, version: int, pack: Pack) -> Refusal | None:
    if not 1 <= version <= state.version or version in state.voided:
        return _absent(pack, "所指记录不存在", "there is no such entry", version, pointer)
    if not marker.takes(state.entries[version - 1].event.about.type):
        return _absent(pack, "所指记录不属于此类", "that entry is of another type", version, pointer)
    return None


def _absent(pack: Pack, zh: str, en: str, value: object, pointer: str) -> Refusal:
    return refuse(pack, "I-00", zh, en, (value,), pointer)


def _stream_unreal(
    state: State, act: Act[Any], pointer: str, marker: StreamRef, stream: UUID, pack: Pack
) -> Refusal | None:
    other = state if stream == state.id else act.context.states.get(stream)
    if other is None and not act.context.whole:
        return None
    words = VOCABULARY[marker.kind]
    if other is None or other.version == 0:
        if marker.new:
            return None
        zh, en = f"所指{words.zh}不存在", f"there is no such {words.en}"
    elif other.descriptor.name != marker.kind:
        zh, en = f"所指并非{words.zh}", f"that is no {words.en}"
    elif not marker.closed and not other.descriptor.is_open(other):
        zh, en = f"所指{words.zh}已关闭", f"that {words.en} is closed"
    elif isinstance(other, Paper) and other.confirmed is None:
        zh, en = "所附文件尚未经另一人确认", "no second officer has confirmed that paper"
        return refuse(pack, "T-23", zh, en, (stream,), pointer)
    else:
        return None
    return refuse(pack, "T-02", zh, en, (stream,), pointer)


def authority_of(law: Law[Any, Any], pack: Pack) -> Authority:
    """By what right the act was done: the rule that decided over it, the clause of its matter, the pack."""
    return _authority(law.rule, pack.clause_of(law.event.about.matter), pack.name)


@lru_cache(maxsize=4_096)
def _authority(rule: str, clause: str, pack: str) -> Authority:
    return Authority(rule=rule, clause=clause, pack=pack)


@dataclass(frozen=True, slots=True)
class Possibility:
    """Whether somebody may take a decision now, about what, and if not, why."""

    decision: str
    law: Law[Any, Any]
    subject: Mapping[str, Any]
    actor: Actor | None
    refusals: Sequence[Refusal]

    @property
    def type(self) -> type[Event]:
        """The event that the decision is."""
        return self.law.event

    @property
    def title(self) -> str | None:
        """The title it is about, if it is about one."""
        title: str | None = self.subject.get("title")
        return title

    @property
    def allowed(self) -> bool:
        """Whether no rule that needs only actor and state refuses it."""
        return not self.refusals


def may(
    state: State, actors: Sequence[Actor], day: date, pack: Pack, context: Context = NO_CONTEXT, *,
    decision: str | None = None,
) -> list[Possibility]:  # fmt: skip
    """For every decision, or the one of that name, with the post that fits best: allowed, or refused by which rules."""
    return [
        _possibility(name, law, subject, state, actors, day, pack, context)
        for name, law in state.descriptor.decisions.items()
        if decision in (None, name)
        for subject in _subjects(law, state, pack)
    ]


def _subjects(law: Law[Any, Any], state: State, pack: Pack) -> Iterable[Mapping[str, Any]]:
    if law.about is None:
        return (NOTHING,)
    return law.about.candidates(state, pack) or (dict.fromkeys(law.about.fields),)


def _possibility(
    name: str,
    law: Law[Any, Any],
    subject: Mapping[str, Any],
    state: State,
    actors: Sequence[Actor],
    day: date,
    pack: Pack,
    context: Context,
) -> Possibility:
    best: tuple[Actor | None, list[Refusal]] | None = None
    for actor in actors:
        act = Intent(law.event, actor, day, subject=subject, context=context)
        every = (
            begins_stream(state, law, pack), acts_within_office(state, act, law, pack), no_interest(state, act, pack),
        )  # fmt: skip
        refusals = [refusal for refusal in every if refusal is not None]
        refusals += [r for rule in (*law.unfilled, *law.state) if (r := rule(state, act, pack)) is not None]
        if best is None or len(refusals) < len(best[1]):
            best = (actor, refusals)
            if not refusals:
                break
    if best is None:
        return Possibility(name, law, subject, None, [no_post(pack)])
    return Possibility(name, law, subject, best[0], best[1])


def no_post(pack: Pack) -> Refusal:
    """I-13: whoever asks holds no post today."""
    return refuse(pack, "I-13", "今日没有可行使的职务", "no post is held today")


def best_post(
    state: State, event: Event, actors: Sequence[Actor], day: date, pack: Pack, context: Context = NO_CONTEXT
) -> Actor | None:
    """The post in which somebody acts: the first that is entitled; else the first held, so that it can be refused.
    It says by which entry it stands in for another office, where it does (T-03).
    """
    law = state.descriptor.laws.get(type(event))
    if not actors or law is None:
        return actors[0] if actors else None
    meant = law.about.completion(state, event, pack) if law.about is not None else {}
    event = event.model_copy(update=meant) if meant else event
    chosen = _fitting(state, event, law, actors, day, pack, context)
    version = standing_in(state, act_of(law, event, chosen, day, context=context), law, pack)
    return chosen.model_copy(update={"stands_in": version}) if version is not None else chosen


def _fitting(
    state: State, event: Event, law: Law[Any, Any], actors: Sequence[Actor], day: date, pack: Pack, context: Context
) -> Actor:
    if len(actors) == 1:
        return actors[0]
    entitled: list[Actor] = []
    for actor in actors:
        act = act_of(law, event, actor, day, context=context)
        if acts_within_office(state, act, law, pack) is None:
            if not any(rule(state, act, pack) for rule in law.state):
                return actor
            entitled.append(actor)
    return entitled[0] if entitled else actors[0]


def obligations(state: State, packs: Packs) -> tuple[Obligation, ...]:
    """All that is owed, earliest due first, what stands still last: what the chapters say, as it was ordered since."""
    for asked_by, owed in state.owed:
        if asked_by.alike(packs):
            return owed
    owed = tuple(sorted(_owed(state, packs), key=lambda duty: (duty.suspended, duty.due, duty.key)))
    state.owed.append((packs, owed))
    return owed


def _owed(state: State, packs: Packs) -> Iterator[Obligation]:
    """What the chapters say, as it was ordered since, and that whoever stopped a clock looks at it again."""
    for chapter in state.descriptor.all_chapters:
        for duty in chapter.obligations(state, packs) if chapter.obligations is not None else ():
            ordered = state.common.ordered.get(duty.key, NOTHING_ORDERED)
            if ordered.released is None:
                yield _as_ordered(duty, ordered)
            if ordered.suspension is not None:
                yield _looked_after(state, duty, ordered.suspension, packs)


def _as_ordered(duty: Obligation, ordered: Ordered) -> Obligation:
    """The duty with its day put off, its clock standing, or given to somebody.

    What another office had given to its people, the one that owes it now has not given to anybody.
    """
    if ordered is NOTHING_ORDERED:
        return duty
    assignments = tuple(one for one in ordered.assignments if one.holder == duty.holder)
    due = duty.due + timedelta(days=ordered.added)
    return replace(duty, due=due, suspended=duty.suspended or ordered.suspension is not None, assignments=assignments)


def _looked_after(state: State, duty: Obligation, stopped: Suspension, packs: Packs) -> Obligation:
    """T-05: whoever stopped the clock of a duty looks again by a day."""
    office = holder(*ordering_office(duty, state.descriptor.place(state) or ""))
    return owed_by(packs.on(stopped.since), ObligationKind.RESUME_CLOCK, duty.key, office, stopped.since, stopped.until)


@dataclass(frozen=True, slots=True)
class Finding:
    """A stored entry that the law, as asked, would refuse."""

    entry: Entry[Event]
    refusals: Sequence[Refusal]


def rejudge(
    kind: Kind[Any],
    stream: UUID,
    entries: Sequence[Entry[Event]],
    pack_on: Callable[[date], Pack],
    context_of: Callable[[Entry[Event]], Context] = lambda entry: NO_CONTEXT,
) -> list[Finding]:
    """Judge stored history again, each entry on the state before it, by the pack of its day.

    `context_of` gives the streams beside it as the entry says it relied on them; where that has the packs of its
    moment, they judge. With a `pack_on` of another pack this is what-if replay: it writes nothing (I-23).
    """
    findings: list[Finding] = []
    state: State = kind.state(stream)
    for entry in entries:
        context = context_of(entry)
        pack = context.packs.on(entry.day) if context.packs is not None else pack_on(entry.day)
        refusals = judge(
            state, entry.event, entry.actor, entry.day, pack, effective_on=entry.effective_on, context=context
        )
        if refusals:
            findings.append(Finding(entry, refusals))
        state = advance(state, (entry,))
    return findings
