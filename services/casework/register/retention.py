"""Chapter 保管期限: legal holds, and certificates of what was destroyed once its time was over (T-27)."""

from __future__ import annotations

from dataclasses import replace

from events.envelope import Entry
from events.governance.retention import (
    DestroyedItem,
    RegisterContentDestroyed,
    RegisterHoldLifted,
    RegisterHoldPlaced,
)
from events.words import Role
from services.casework.calendar import Span
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.office import NATION_OR_PROVINCE, officer
from services.casework.pack import Pack
from services.casework.register.state import Hold, Register

_KEEPERS = (officer(Role.DATA_OFFICER, Role.AUDITOR, Role.APPROVER, levels=NATION_OR_PROVINCE),)
_DATA_OFFICER = (officer(Role.DATA_OFFICER, levels=NATION_OR_PROVINCE),)
_SECOND = (officer(Role.DATA_OFFICER, Role.APPROVER, levels=NATION_OR_PROVINCE),)


def placed(register: Register, entry: Entry[RegisterHoldPlaced]) -> Register:
    """The register with one hold more."""
    hold = Hold(frozenset(entry.event.units), frozenset(entry.event.papers))
    return replace(register, holds={**register.holds, entry.version: hold})


def lifted(register: Register, entry: Entry[RegisterHoldLifted]) -> Register:
    """The register without the hold."""
    return replace(register, holds={at: hold for at, hold in register.holds.items() if at != entry.event.hold})


def certified(register: Register, entry: Entry[RegisterContentDestroyed]) -> Register:
    """The register, which remembers by the entry itself what was destroyed."""
    return register


def held(register: Register, item: DestroyedItem) -> tuple[int, ...]:
    """The holds that keep a thing back, by their entries."""
    return tuple(version for version, hold in register.holds.items() if hold.keeps(item.digest, item.streams))


def names_something(register: Register, act: Act[RegisterHoldPlaced], pack: Pack) -> Refusal | None:
    """T-27: a hold says what it keeps."""
    if act.event.units or act.event.papers:
        return None
    return refuse(pack, "T-27", "停止销毁须指明单位或者文件", "a hold names units or papers", (), "/units")


def holds_still(register: Register, act: Act[RegisterHoldLifted], pack: Pack) -> Refusal | None:
    """T-27: what is lifted is a hold that is there."""
    if act.event.hold in register.holds:
        return None
    return refuse(pack, "T-27", "该停止销毁已解除", "that hold is lifted already", (act.event.hold,), "/hold")


def is_due(register: Register, act: Act[RegisterContentDestroyed], pack: Pack) -> Refusal | None:
    """T-27: what is destroyed was kept for its time, by the pack of the day."""
    line = pack.retention[act.event.line]
    items = act.event.items or ()
    if not isinstance(line.keeps, Span):
        return refuse(pack, "T-27", "该项长期保管", "what this line holds is kept for good", (act.event.line,), "/line")
    early = [item for item in items if pack.after(item.since, line.keeps) > act.day]
    if items and not early:
        return None
    zh, en = "没有保管期满的内容", "nothing has been kept for its time"
    return refuse(pack, "T-27", zh, en, [item.caption("en") for item in early] or (act.event.line,), "/line")


def held_back_by_none(register: Register, act: Act[RegisterContentDestroyed], pack: Pack) -> Refusal | None:
    """T-27: what a hold keeps back is not destroyed."""
    holds = sorted({version for item in act.event.items or () for version in held(register, item)})
    if not holds:
        return None
    zh, en = "其中有停止销毁的内容", "a legal hold keeps some of it back"
    return refuse(pack, "T-27", zh, en, holds, "/line")


def opened_register(register: Register, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: this is of the register that was opened."""
    if register.opened_on is not None:
        return None
    return refuse(pack, "I-00", "登记册尚未启用", "the register is not opened yet")


CHAPTER: Chapter[Register] = Chapter(
    None,
    {RegisterHoldPlaced: placed, RegisterHoldLifted: lifted, RegisterContentDestroyed: certified},
    (
        Law(
            RegisterHoldPlaced,
            office=_KEEPERS,
            rule="T-27",
            state=(opened_register,),
            content=(names_something,),
            undone_by_procedure=True,
        ),
        Law(
            RegisterHoldLifted,
            office=_KEEPERS,
            rule="T-27",
            state=(opened_register,),
            content=(holds_still,),
            second=Second(_KEEPERS),
            undone_by_procedure=True,
        ),
        Law(
            RegisterContentDestroyed,
            office=_DATA_OFFICER,
            rule="T-27",
            state=(opened_register,),
            content=(is_due, held_back_by_none),
            second=Second(_SECOND),
            undone_by_procedure=True,
        ),
    ),
)
