"""What becomes of figures that were typed in wrongly: two of the office correct them, old and new side by side (T-13).

A part of the chapter that every kind of stream has. The entry is not struck: it keeps its day, its duties, and what it
marks its maker with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from pydantic import ValidationError

from events.envelope import Actor, Entry, Event
from events.figures import CorrectedFigure, figures_of, with_figures
from events.record import ActProposed, EntryCorrected, EntryVoided
from events.record import Common as CommonEvents
from events.words import ActorKind, Level
from services.casework.judgement import judge, propose
from services.casework.law import Act, Intent, Law, Refusal, Second, refuse
from services.casework.office import FIELD, officer
from services.casework.pack import Pack
from services.casework.stream import State, as_corrected, fold
from services.casework.voids import duties_lifted, presupposing, relied_on, stream_is_open


def standing(state: State, version: int) -> Entry[Event] | None:
    """The entry of that version as earlier corrections left it; None where there is none that counts."""
    if not 1 <= version <= state.version or version in state.voided:
        return None
    return as_corrected(tuple(state.entries))[version - 1]


def _as_it_should_be(state: State, event: EntryCorrected) -> Entry[Event] | None:
    """The entry with the figures that somebody says are right, and what follows from them; None where these do not fit
    its fields.
    """
    entry = standing(state, event.version)
    if entry is None:
        return None
    try:
        return entry.model_copy(update={"event": with_figures(entry.event, event.figures)})
    except (KeyError, ValidationError):
        return None


def _before(state: State, version: int) -> State:
    past: State = fold(state.descriptor, state.id, state.entries[: version - 1])
    return past


def propose_corrected(state: State, act: Act[EntryCorrected], pack: Pack) -> Event:
    """The figures that follow from those corrected, old and new."""
    entry, right = standing(state, act.event.version), _as_it_should_be(state, act.event)
    if entry is None or right is None or entry.version == 1:
        return act.event
    worked_out = propose(_before(state, entry.version), right.event, entry.actor, entry.day, pack)
    was, now = figures_of(right.event), figures_of(worked_out)
    follows = tuple(
        CorrectedFigure(field=pointer, was=was[pointer], now=value)
        for pointer, value in now.items()
        if pointer in was and was[pointer] != value
    )
    return act.event.model_copy(update={"follows": follows or None})


def correctable(state: State, actor: Actor) -> Iterator[int]:
    """The versions of the entries of the actor's own office with figures that nothing rests on, the latest first."""
    typed_in = [entry.version for entry in state.entries[1:] if _of_its_figures(state, entry, actor)]
    named, weighed = set[int](), set[type[Event]]()
    for entry in reversed(state.entries[typed_in[0] - 1 :] if typed_in else ()):
        if entry.version in typed_in and entry.version not in named and type(entry.event) not in weighed:
            yield entry.version
        if entry.version not in state.voided and not isinstance(entry.event, EntryCorrected):
            named |= relied_on(entry.event)
            weighed.update(state.descriptor.laws[type(entry.event)].weighs)


def _of_its_figures(state: State, entry: Entry[Event], actor: Actor) -> bool:
    law = state.descriptor.laws[type(entry.event)]
    changes = not (law.undone_by_procedure or law.effects is not None or law.corrects)
    of_it = _of_an_office(entry) and (entry.actor.level, entry.actor.place) == (actor.level, actor.place)
    return changes and of_it and entry.version not in state.voided and bool(figures_of(entry.event, typed=True))


def some_figure_was_typed_in(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-13: there is a figure here that the actor's office typed in, and that nothing rests on."""
    if next(correctable(state, act.actor), None) is not None:
        return None
    return refuse(pack, "T-13", "没有本机关录入、可更正的数字", "no figure that this office typed in can be corrected")


def _of_an_office(entry: Entry[Event]) -> bool:
    return entry.actor.kind is ActorKind.OFFICER and not set(FIELD).isdisjoint(entry.actor.roles)


def names_an_entry_that_counts(state: State, act: Act[EntryCorrected], pack: Pack) -> Refusal | None:
    """I-00: what is corrected is an earlier entry that counts; not the first one, which has its own changes."""
    version = act.event.version
    entry = standing(state, version)
    if entry is None or isinstance(entry.event, EntryVoided | EntryCorrected | ActProposed):
        return refuse(pack, "I-00", "没有这条可更正的记录", "there is no such entry to correct", (version,), "/version")
    if version == 1:
        zh, en = "登记记录另行变更，不作更正", "the first entry is changed, not corrected"
        return refuse(pack, "I-00", zh, en, (version,), "/version")
    return None


def typed_in_by_an_office(state: State, act: Act[EntryCorrected], pack: Pack) -> Refusal | None:
    """T-13: what an office typed in; never a decision or an opinion, what changed another stream, nor what the unit, a
    source, a program or the nation says.
    """
    entry = standing(state, act.event.version)
    if entry is None:
        return None
    law = state.descriptor.laws[type(entry.event)]
    if law.undone_by_procedure or law.effects is not None or law.corrects:
        return refuse(
            pack, "T-13", "该事项须按其程序变更", "it is changed by its own procedure", (entry.version,), "/version"
        )
    of_the_nation = entry.actor.level is Level.NATION and act.actor.level is not Level.NATION
    if not _of_an_office(entry) or of_the_nation:
        zh, en = "非本级机关录入的数字，不由其更正", "no office of this register typed it in"
        return refuse(pack, "T-13", zh, en, (entry.version,), "/version")
    return None


def of_its_office(state: State, act: Act[EntryCorrected], pack: Pack) -> Refusal | None:
    """T-13: both are of the office that typed it in: the same level and place."""
    entry = standing(state, act.event.version)
    if entry is None or entry.actor.kind is not ActorKind.OFFICER:
        return None
    maker, actor = entry.actor, act.actor
    if (maker.level, maker.place) == (actor.level, actor.place):
        return None
    level = maker.level or Level.COUNTY
    zh, en = (
        f"由录入的{level.zh}级机关两人更正",
        f"two of the {level.en} office that entered it correct it",
    )
    return refuse(pack, "T-13", zh, en, (f"{level.value}:{maker.place}",), "/version")


def old_and_new_side_by_side(state: State, act: Act[EntryCorrected], pack: Pack) -> Refusal | None:
    """T-13: each figure named is one that was typed in, stood as is said, fits its field, and changes."""
    entry = standing(state, act.event.version)
    if entry is None:
        return None
    typed, named = figures_of(entry.event, typed=True), set[str]()
    for number, figure in enumerate(act.event.figures):
        pointer = f"/figures/{number}"
        if figure.field not in typed or figure.field in named:
            zh, en = f"{figure.field}不是可更正的数字", f"{figure.field} is no figure that was typed in, or named twice"
            return refuse(pack, "T-13", zh, en, sorted(typed), f"{pointer}/field")
        if figure.was != typed[figure.field] or figure.now == figure.was:
            zh, en = f"{figure.field}现为{typed[figure.field]}", f"{figure.field} is {typed[figure.field]} now"
            return refuse(pack, "T-13", zh, en, (typed[figure.field],), f"{pointer}/was")
        named.add(figure.field)
    if _as_it_should_be(state, act.event) is None:
        return refuse(pack, "T-13", "数字超出该项的范围", "a figure is beyond what its field takes", (), "/figures")
    if act.event != propose_corrected(state, act, pack):
        zh, en = "相应变化的数字与计算不符", "what follows is not what the register works out"
        return refuse(pack, "T-13", zh, en, (), "/follows")
    return None


def nothing_rests_on_its_figures(state: State, act: Act[EntryCorrected], pack: Pack) -> Refusal | None:
    """T-13: figures that a later entry names, or took into account, are corrected no more."""
    entry = standing(state, act.event.version)
    resting = _resting_on(state, entry) if entry is not None else []
    if resting:
        return refuse(pack, "T-13", "后续记录以该数字为依据", "a later entry rests on its figures", resting, "/version")
    return None


def _resting_on(state: State, entry: Entry[Event]) -> list[int]:
    """The later entries that name an entry, or took its figures into account."""
    laws = state.descriptor.laws
    return [
        later.version
        for later in state.entries[entry.version :]
        if later.version not in state.voided
        and not isinstance(later.event, EntryCorrected)
        and (entry.version in relied_on(later.event) or type(entry.event) in laws[type(later.event)].weighs)
    ]


def lawful_with_the_right_figures(state: State, act: Act[EntryCorrected], pack: Pack) -> Refusal | None:
    """T-13: with the right figures the entry would have been lawful, what came later is, and as much is owed."""
    entry, right = standing(state, act.event.version), _as_it_should_be(state, act.event)
    if entry is None or right is None:
        return None
    right = right.model_copy(update={"event": with_figures(right.event, act.event.follows or ())})
    packs = act.context.packs
    by = packs.on(entry.day) if packs is not None else pack
    refusals = judge(
        _before(state, entry.version), right.event, entry.actor, entry.day, by, effective_on=entry.effective_on
    )
    if refusals:
        return replace(refusals[0], pointer="/figures")
    presuppose = presupposing(state, entry.version, right, pack)
    if presuppose:
        zh, en = "更正后后续记录不再成立", "later entries would not be lawful with those figures"
        return refuse(pack, "T-13", zh, en, presuppose)
    counting = [right if one.version == entry.version else one for one in as_corrected(tuple(state.entries))]
    lifted = duties_lifted(state, replace(fold(state.descriptor, state.id, counting), entries=state.entries), act, pack)
    if lifted:
        return refuse(pack, "T-13", "更正不得解除义务", "a correction lifts no duty", lifted)
    return None


def _maker(state: State, event: EntryCorrected) -> Iterator[UUID]:
    if 1 <= event.version <= state.version:
        yield state.entries[event.version - 1].actor.id


_OFFICE = (officer(*FIELD),)


def law(events: CommonEvents) -> Law[State, EntryCorrected]:
    """The law of the corrections of a kind."""
    return Law(
        events.entry_corrected,
        office=_OFFICE,
        rule="T-13",
        state=(stream_is_open, some_figure_was_typed_in),
        content=(
            names_an_entry_that_counts,
            typed_in_by_an_office,
            of_its_office,
            old_and_new_side_by_side,
            nothing_rests_on_its_figures,
            lawful_with_the_right_figures,
        ),
        propose=propose_corrected,
        reads=_maker,
        second=Second(_OFFICE, rule=of_its_office),
        undone_by_procedure=True,
    )
