"""Which entries have a letter, and what may stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Final

from events.envelope import CHINA, Entry, Event
from events.places import PLACES
from services.casework.obligation import Obligation
from services.casework.pack import Pack
from services.casework.unit.state import Unit

LETTERS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "unit.registered.v1": ("registered", "登记告知书"),
        "unit.application-accepted.v1": ("received", "受理通知书"),
        "unit.application-returned.v1": ("returned", "退回补正通知书"),
        "unit.application-rejected.v1": ("rejected", "不予通过通知书"),
        "unit.publicity-started.v1": ("publicity", "公示通知书"),
        "unit.objection-admitted.v1": ("objection", "异议受理通知书"),
        "unit.objection-resolved.v1": ("objection_answered", "异议答复书"),
        "unit.hearing-notified.v1": ("hearing", "拟取消命名事先告知书"),
        "unit.rectification-ordered.v1": ("rectification", "责令整改通知书"),
        "unit.reconsideration-decided.v1": ("reconsideration", "复核决定书"),
        "unit.named.v1": ("named", "命名通知书"),
        "unit.naming-refused.v1": ("refused", "不予命名通知书"),
        "unit.revoked.v1": ("revoked", "取消命名决定书"),
        "unit.plaque-issued.v1": ("plaque", "授牌证书"),
    }
)
"""The name of the letter on each type of entry, by which an office's template is found, and what it is called."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter may say; a template names these fields and no others. What does not apply is empty.

    `text` is what the register says of the entry, `reason` why; `office` the post that acted, with its house; `dated`
    the day of the entry, `due` by when something is to be done, `reference` where it is found in the register, `link`
    what the code beside it leads to.
    """

    name: str
    heading: str
    unit: str
    code: str
    place: str
    title: str
    text: str
    reason: str
    office: str
    house: str
    number: str
    dated: str
    due: str
    clause: str
    reference: str
    link: str


FIELDS: Final = frozenset(field.name for field in fields(Letter))


REMINDER: Final = ("reminder", "到期提醒函")
"""The letter before a day on which a unit has to have done something."""


def reminder_of(unit: Unit, duty: Obligation, pack: Pack, day: date) -> Letter:
    """The letter that reminds a unit of what it owes by a day."""
    left = pack.working_days_between(day, duty.due)
    return Letter(
        name=REMINDER[0], heading=REMINDER[1], unit=unit.life.name, code=unit.life.code, place=_place(unit),
        title="", text=f"{duty.kind.zh}应于{_day(duty.due)}前完成，尚余{left}个工作日。", reason="", office="登记簿",
        house="", number="", dated=_day(day), due=_day(duty.due), clause=duty.clause, reference=str(unit.id), link="",
    )  # fmt: skip


def _place(unit: Unit) -> str:
    return PLACES[unit.life.place].zh if unit.life.place in PLACES else ""


def letter_of(unit: Unit, entry: Entry[Event], text: str, pack: Pack, address: str) -> Letter | None:
    """The letter on an entry of the unit; None where there is none on such entries.

    `text` is its sentence as the caller may read it; `address` the register's own, where plaques are looked up.
    """
    event = entry.event
    found = LETTERS.get(event.about.type)
    if found is None:
        return None
    title, plaque = getattr(event, "title", None), getattr(event, "plaque", None)
    authority = entry.authority
    return Letter(
        name=found[0],
        heading=found[1],
        unit=unit.life.name,
        code=unit.life.code,
        place=_place(unit),
        title=pack.label(title, "zh") if title else "",
        text=text,
        reason=str(getattr(event, "reason", None) or ""),
        office=entry.actor.post,
        house=entry.actor.house.zh if entry.actor.house is not None else "",
        number=str(getattr(event, "document_number", None) or plaque or ""),
        dated=_day(entry.recorded_at.astimezone(CHINA).date()),
        due=_day(getattr(event, "due", None) or getattr(event, "until", None)),
        clause=authority.clause if authority is not None else "",
        reference=f"{unit.id}/{entry.version}",
        link=f"{address}/p/{plaque}" if plaque is not None else "",
    )


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if isinstance(day, date) else ""
