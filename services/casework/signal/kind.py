"""The kind `signal`: parked signals, which a person matches to a unit or discards (policy 五(五)3)."""

from __future__ import annotations

from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.places import within
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.office import ABOVE_COUNTY, SOURCE, SYSTEM, desk
from services.casework.pack import Pack
from services.casework.signal import state
from services.casework.signal.state import Parked
from services.casework.unit.state import Unit


def waits(signal: Parked, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a signal is matched or discarded once."""
    if signal.parked is not None and not signal.is_waiting:
        return refuse(pack, "I-00", "该信号已匹配或作废", "the signal was matched or discarded already")
    return None


def unit_in_place(signal: Parked, act: Act[SignalMatched], pack: Pack) -> Refusal | None:
    """I-13: the unit lies within the place of the post."""
    unit = act.context.find(Unit, act.event.unit)
    if unit is None or within(unit.life.place, act.actor.place):
        return None
    return refuse(
        pack, "I-13", "单位不在任职地区内", "the unit lies outside the place of the post", (unit.id,), "/unit"
    )


_DESK = desk(ABOVE_COUNTY)

SIGNAL = Kind(
    "signal",
    Parked,
    (
        Chapter(
            None,
            {SignalParked: state.parked, SignalMatched: state.matched, SignalDiscarded: state.discarded},
            (
                Law(SignalParked, office=(SYSTEM, SOURCE), rule="I-17", opens=True, once=True),
                Law(
                    SignalMatched,
                    office=_DESK,
                    rule="I-17",
                    state=(waits,),
                    content=(unit_in_place,),
                    undone_by_procedure=True,
                ),
                Law(SignalDiscarded, office=_DESK, rule="I-17", state=(waits,)),
            ),
        ),
    ),
    place=lambda signal: signal.place or None,
    is_open=lambda signal: signal.is_waiting,
    label=lambda signal: signal.parked.signal if signal.parked is not None else "",
)
