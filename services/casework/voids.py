"""What becomes of an entry that was a slip of the pen: it is voided, by its maker or from above (T-13).

A part of the chapter that every kind of stream has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from events.envelope import Entry, Event
from events.places import PLACES, within
from events.record import ActProposed, ActSeconded, EntryCorrected, EntryVoided
from events.record import Common as CommonEvents
from events.references import EntryRef, references
from events.words import ActorKind, Level, Role
from services.casework.judgement import judge, obligations
from services.casework.law import Act, Intent, Law, Refusal, Second, refuse
from services.casework.office import AGENT_OR_UNION, DESK, FIELD, officer, same_person
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.stream import State, advance, fold


def beside_units(state: State, act: Intent) -> bool:
    """Whether the stream is none of a unit's."""
    return state.descriptor.unit(state) is None


_ADMINISTRATOR = replace(officer(Role.ADMINISTRATOR), when=beside_units)


def _voidable(state: State, act: Act[EntryVoided]) -> Entry[Event] | None:
    version = act.event.version
    return state.entries[version - 1] if 1 <= version <= state.version else None


def _maker(state: State, event: EntryVoided) -> Iterator[UUID]:
    if 1 <= event.version <= state.version:
        yield state.entries[event.version - 1].actor.id


def at_the_top(state: State, act: Act[EntryVoided], pack: Pack) -> bool:
    """Whether no office of the register is above who made the entry: two of the same level void it then (T-13)."""
    entry = _voidable(state, act)
    return entry is not None and entry.actor.level is PLACES[pack.place].level


def _above_its_maker(state: State, act: Intent, pack: Pack) -> frozenset[Level]:
    """The levels above that of who made the entry that is to be voided; where none is in the register, its own."""
    entry = _voidable(state, act) if isinstance(act, Act) else None
    level = entry.actor.level if entry is not None else None
    top = PLACES[pack.place].level
    return frozenset(one for one in Level if level is None or one.rank > level.rank or one is level is top)


_ABOVE = (
    officer(*DESK, levels=_above_its_maker),
    replace(
        officer(Role.ADMINISTRATOR, levels=_above_its_maker),
        when=beside_units,
    ),
)
"""Who seconds what is more than one's own slip: the level above."""


def stream_is_open(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: the stream exists and is not closed."""
    if state.version and not state.descriptor.is_open(state):
        words = state.descriptor.words
        return refuse(pack, "I-00", f"该{words.zh}已注销或关闭", f"the {words.en} is closed", final=True)
    return None


def names_own_entry(state: State, act: Act[EntryVoided], pack: Pack) -> Refusal | None:
    """I-00: what is voided is an entry of this stream, not voided yet, and no voiding itself."""
    version = act.event.version
    if not 1 <= version <= state.version or version in state.voided:
        return refuse(pack, "I-00", "没有这条可冲正的记录", "there is no such entry to void", (version,), "/version")
    if version == 1:
        return refuse(
            pack,
            "I-00",
            "登记记录不能冲正",
            "the first entry, by which it is known, cannot be voided",
            (),
            "/version",
            final=True,
        )
    if isinstance(state.entries[version - 1].event, EntryVoided | ActSeconded):
        return refuse(
            pack,
            "I-00",
            "冲正与附议不能再冲正",
            "a voiding or a seconding cannot be voided",
            (version,),
            "/version",
            final=True,
        )
    return None


def undone_by_its_own_procedure(state: State, act: Act[EntryVoided], pack: Pack) -> Refusal | None:
    """T-13: what two persons did, a decision or an opinion is never undone by a voiding; nor, in one stream
    alone, what changes another.
    """
    entry = _voidable(state, act)
    if entry is None:
        return None
    law = state.descriptor.laws[type(entry.event)]
    if entry.seconded_by is not None or law.undone_by_procedure or law.effects is not None:
        return refuse(
            pack,
            "T-13",
            "该决定须按其程序变更",
            "it is undone by its own procedure",
            (entry.version,),
            "/version",
            final=True,
        )
    return None


_ITSELF = frozenset({ActorKind.SOURCE, ActorKind.PUBLIC, ActorKind.TIMEKEEPER, ActorKind.SYSTEM})


def nobody_elses_word(state: State, act: Act[EntryVoided], pack: Pack) -> Refusal | None:
    """T-13: never what another wrote of itself, what a source or the public sent, what the timekeeper, the register
    or the nation recorded: that is withdrawn, assessed, resolved or answered.
    """
    entry = _voidable(state, act)
    if entry is None:
        return None
    maker = entry.actor
    of_itself = maker.kind is ActorKind.APPLICANT and maker.id != act.actor.id
    of_the_nation = maker.level is Level.NATION and act.actor.level is not Level.NATION
    if maker.kind not in _ITSELF and not of_itself and not of_the_nation:
        return None
    zh = f"{maker.kind.zh}的记录不由他人冲正" if not of_the_nation else "国家的记录不由省冲正"
    en, facts = "that is not for a void to strike", (entry.version,)
    return refuse(pack, "T-13", zh, en, facts, "/version", final=maker.kind in _ITSELF)


def by_maker_or_above(state: State, act: Act[EntryVoided], pack: Pack) -> Refusal | None:
    """I-13, T-13: by who made the entry, in its days; or by an office of a level above, in charge of the place: at the
    top of the register by approvers of that level. After its days nobody voids what they made, in whatever post. Of
    what nobody voids (`nobody_elses_word`) it does not say who would.
    """
    entry = _voidable(state, act)
    if entry is None or entry.actor.kind in _ITSELF or _own_slip(entry, act, pack):
        return None
    maker, actor = entry.actor, act.actor
    if maker.id == actor.id or (maker.kind is actor.kind and same_person(maker.id, actor.id, act.context)):
        last = pack.after(entry.day, pack.windows.void_slip)
        return refuse(
            pack,
            "T-13",
            f"冲正本人笔误的期限至{last}",
            f"one's own slip is voided until {last}",
            (entry.version,),
            pointer="/version",
        )
    above = actor.level in _above_its_maker(state, act, pack)
    approves = maker.level is not actor.level or Role.APPROVER in actor.roles
    in_charge = state.descriptor.place(state) is not None or within(maker.place, actor.place)
    if above and approves and in_charge:
        return None
    return refuse(
        pack,
        "I-13",
        "由原记录人或上级冲正",
        "only who made the entry, or the level above, voids it",
        (entry.version,),
        pointer="/version",
    )


def not_by_its_maker(state: State, act: Act[EntryVoided], pack: Pack) -> Refusal | None:
    """T-13: who made the entry does not second its voiding either, not in the days of a slip."""
    entry = _voidable(state, act)
    if entry is not None and same_person(entry.actor.id, act.actor.id, act.context):
        zh, en = "原记录人不附议冲正", "who made the entry does not second its voiding"
        return refuse(pack, "T-13", zh, en, (entry.version,))
    return by_maker_or_above(state, act, pack)


def _own_slip(entry: Entry[Event], act: Intent, pack: Pack) -> bool:
    return entry.actor.id == act.actor.id and act.day <= pack.after(entry.day, pack.windows.void_slip)


def takes_two_to_void(state: State, act: Act[EntryVoided], pack: Pack) -> bool:
    """Whether it is more than one's own slip of these days (T-13)."""
    entry = _voidable(state, act)
    return entry is not None and not _own_slip(entry, act, pack)


def lifts_nothing(state: State, act: Act[EntryVoided], pack: Pack) -> Refusal | None:
    """T-13: no void lifts a duty: what is owed is owed without the entry too, no later."""
    entry = _voidable(state, act)
    if entry is None or entry.version == 1 or isinstance(entry.event, ActProposed):
        return None
    remaining = fold(state.descriptor, state.id, [e for e in state.entries if e.version != entry.version])
    without = replace(remaining, entries=state.entries, voided=state.voided | {entry.version})
    lifted = duties_lifted(state, without, act, pack)
    if lifted:
        return refuse(pack, "T-13", "冲正不得解除义务", "a void lifts no duty", lifted, "/version", final=True)
    return None


def duties_lifted(state: State, otherwise: State, act: Intent, pack: Pack) -> list[str]:
    """What is owed as the stream stands, and would not be, or only later, if it stood otherwise: the keys."""
    packs = act.context.packs or Packs.fixed(pack)
    left = obligations(otherwise, packs)
    return [
        duty.key
        for duty in obligations(state, packs)
        if not any(other.kind is duty.kind and other.due <= duty.due for other in left)
    ]


def nothing_rests_on_it(state: State, act: Act[EntryVoided], pack: Pack) -> Refusal | None:
    """I-00: refused where a later decision names the entry as what it rests on."""
    version = act.event.version
    resting = [
        entry.version
        for entry in state.entries[version:]
        if entry.version not in state.voided and version in relied_on(entry.event)
    ]
    if resting:
        return refuse(pack, "I-00", "后续决定以该记录为依据", "a later decision rests on it", resting, "/version")
    return None


def relied_on(event: Event) -> frozenset[int]:
    """The versions of earlier entries of the stream that an event names as what it rests on."""
    return frozenset(
        mention.value
        for mention in references(event)
        if isinstance(mention.marker, EntryRef) and isinstance(mention.value, int)
    )


def later_entries_stand_without_it(state: State, act: Act[EntryVoided], pack: Pack) -> Refusal | None:
    """I-00: what later entries presuppose is not voided: each would still be lawful without it."""
    resting = presupposing(state, act.event.version, None, pack)
    if resting:
        return refuse(pack, "I-00", "后续记录以该记录为前提", "later entries presuppose it", resting, "/version")
    return None


def presupposing(state: State, version: int, instead: Entry[Event] | None, pack: Pack) -> list[int]:
    """The versions of the later entries that would not be lawful with another entry instead, or with none."""
    if version >= state.version:
        return []
    past, gone = tuple(state.entries[:version]), state.voided
    counting = [e for e in past if e.version not in gone and not isinstance(e.event, EntryVoided)]
    before = fold(state.descriptor, state.id, [e for e in counting if e.version != version])
    its_own = [e for e in counting if e.version == version]
    struck = gone if instead is not None else gone | {version}
    whole = replace(advance(before, its_own), entries=past, voided=gone)
    put_right = advance(before, [instead] if instead is not None else [])
    otherwise = replace(put_right, entries=past, voided=struck)
    resting = []
    for entry in state.entries[version:]:
        if entry.version in gone or isinstance(entry.event, EntryVoided):
            whole, otherwise = (replace(one, entries=(*one.entries, entry)) for one in (whole, otherwise))
            continue
        if (
            not isinstance(entry.event, ActProposed | EntryCorrected)
            and _unlawful(otherwise, entry, pack)
            and not _unlawful(whole, entry, pack)
        ):
            resting.append(entry.version)
        whole, otherwise = advance(whole, (entry,)), advance(otherwise, (entry,))
    return resting


def _unlawful(state: State, entry: Entry[Event], pack: Pack) -> bool:
    return bool(judge(state, entry.event, entry.actor, entry.day, pack, effective_on=entry.effective_on))


def law(events: CommonEvents) -> Law[State, EntryVoided]:
    """The law of the voids of a kind."""
    return Law(
        events.entry_voided,
        office=(AGENT_OR_UNION, officer(*FIELD, Role.ASSESSOR), _ADMINISTRATOR),
        rule="T-13",
        state=(stream_is_open,),
        content=(
            names_own_entry, undone_by_its_own_procedure, nobody_elses_word, by_maker_or_above,
            nothing_rests_on_it, later_entries_stand_without_it, lifts_nothing,
        ),
        reads=_maker,
        second=Second(_ABOVE, takes_two_to_void, two_houses=at_the_top, rule=not_by_its_maker),
        corrects=True,
    )  # fmt: skip
