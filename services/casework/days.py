"""Rules about days that acts of every kind share."""

from __future__ import annotations

from datetime import date

from events.envelope import Event
from services.casework.law import Act, Refusal, refuse
from services.casework.pack import Pack
from services.casework.stream import State


def fact_not_ahead(state: State, act: Act[Event], pack: Pack) -> Refusal | None:
    """I-21: what happened cannot have happened later than today."""
    on: date | None = getattr(act.event, "on", None)
    if on is not None and on > act.day:
        zh, en = f"发生日期{on}晚于今日{act.day}", f"it cannot have happened on {on}, after today {act.day}"
        return refuse(pack, "I-21", zh, en, (), "/on")
    return None
