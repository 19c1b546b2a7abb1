"""The kind `signal`: parked signals, which a person matches to a unit or discards (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.places import PLACES, within
from events.sentences import shortened
from events.unit.signals import UnitSignalRecorded
from events.words import Level, ObligationKind
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, Second, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import ABOVE_COUNTY, SYSTEM, approver, desk
from services.casework.pack import Pack
from services.casework.signal import state
from services.casework.signal.state import Parked
from services.casework.source.state import Source, source_stream
from services.casework.unit.severity import least_severity
from services.casework.unit.state import Unit

if TYPE_CHECKING:
    from services.casework.policy.state import Packs


def waits(signal: Parked, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a signal is matched or discarded once."""
    if signal.parked is not None and not signal.is_waiting:
        return refuse(pack, "I-00", "该信号已匹配或作废", "the signal was matched or discarded already", final=True)
    return None


def unit_in_place(signal: Parked, act: Act[SignalMatched], pack: Pack) -> Refusal | None:
    """I-13: the unit lies within the place of the post."""
    unit = act.context.find(Unit, act.event.unit)
    if unit is None or within(unit.life.place, act.actor.place):
        return None
    return refuse(
        pack, "I-13", "单位不在任职地区内", "the unit lies outside the place of the post", (unit.id,), "/unit"
    )


def source_may_send(signal: Parked, act: Act[SignalParked], pack: Pack) -> Refusal | None:
    """I-13 (R-23): what a suspended or closed source sends is not kept for a person to match."""
    source = act.context.find(Source, source_stream(act.event.source))
    if source is None or source.in_service:
        return None
    return refuse(pack, "I-13", "该来源已暂停或关闭", "the source is suspended or closed", (source.uri,), "/source")


def can_be_read(signal: Parked, act: Act[SignalMatched], pack: Pack) -> Refusal | None:
    """I-17: what is recorded at a unit is what its source reported; what nobody can read is only discarded."""
    if signal.parked is None or _stated(signal.parked) is not None:
        return None
    return refuse(
        pack, "I-17", "该信号内容无法读取，只能作废", "nobody can read what was sent: it is discarded", final=True
    )


def source_of(signal: Parked, event: SignalParked | SignalMatched) -> Iterator[UUID]:
    """The stream of the source that sent the signal."""
    parked = event if isinstance(event, SignalParked) else signal.parked
    if parked is not None:
        yield source_stream(parked.source)


def record_at_unit(signal: Parked, act: Act[SignalMatched], pack: Pack) -> Iterator[Effect]:
    """The signal is recorded at the unit as its source reported it, and judged there as its source's; where that one
    is out of service by now, by whoever matches it.
    """
    source = act.context.find(Source, source_stream(signal.parked.source)) if signal.parked is not None else None
    if signal.parked is not None and source is not None:
        event = state.reported(signal.parked).model_copy(update={"parked": signal.id})
        yield Effect(act.event.unit, event, source.actor() if source.in_service else act.actor)


def would_freeze(signal: Parked, act: Act[SignalMatched | SignalDiscarded], pack: Pack) -> bool:
    """T-10, T-04: what would freeze a unit is no one person's to put to a unit or aside, nor what nobody can read."""
    if signal.parked is None:
        return False
    stated = _stated(signal.parked)
    return stated is None or max(stated.severity, least_severity(stated, pack)) >= pack.limits.frozen_severity


def _stated(parked: SignalParked) -> UnitSignalRecorded | None:
    """What the source reported; None where it cannot be read."""
    try:
        return state.reported(parked)
    except ValueError:
        return None


def obligations(signal: Parked, packs: Packs) -> Iterator[Obligation]:
    """T-05: what waits for a person is matched or discarded by a day, by the office that has its place."""
    if not signal.is_waiting or signal.since is None:
        return
    pack = packs.on(signal.since)
    known = PLACES.get(signal.place)
    level = Level.PROVINCE if known is not None and known.level.rank >= Level.PROVINCE.rank else Level.PREFECTURE
    office, due = holder(level, signal.place), pack.after(signal.since, pack.windows.match_signal)
    yield owed(pack, ObligationKind.MATCH_SIGNAL, "signal", office, signal.since, due)


_SETTLES = (ObligationKind.MATCH_SIGNAL,)
_TWO = Second(approver(ABOVE_COUNTY), would_freeze)
_DESK = desk(ABOVE_COUNTY)

SIGNAL = Kind(
    "signal",
    Parked,
    (
        Chapter(
            None,
            {SignalParked: state.parked, SignalMatched: state.matched, SignalDiscarded: state.discarded},
            (
                Law(
                    SignalParked,
                    office=(SYSTEM,),
                    rule="I-17",
                    opens=True,
                    once=True,
                    content=(source_may_send,),
                    reads=source_of,
                ),
                Law(
                    SignalMatched,
                    office=_DESK,
                    rule="I-17",
                    state=(waits,),
                    content=(unit_in_place, can_be_read),
                    reads=source_of,
                    effects=record_at_unit,
                    second=_TWO,
                    settles=_SETTLES,
                    undone_by_procedure=True,
                ),
                Law(
                    SignalDiscarded,
                    office=_DESK,
                    rule="I-17",
                    state=(waits,),
                    second=_TWO,
                    settles=_SETTLES,
                    undone_by_procedure=True,
                ),
            ),
            obligations,
        ),
    ),
    place=lambda signal: signal.place or None,
    is_open=lambda signal: signal.is_waiting,
    label=lambda signal, language: (
        shortened(state.id_at_source(signal.parked.signal)) if signal.parked is not None else ""
    ),
)
