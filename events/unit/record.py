"""Chapter 档案: corrections of the record itself; nothing is ever deleted."""

from __future__ import annotations

from uuid import UUID

from events.envelope import About, Event
from events.fields import Line, Prose, Version


class UnitEntryVoided(Event):
    """An entry was a mistake (冲正): the fold skips it, views strike it through. By who made it or the level
    above; refused where a later decision rests on it.
    """

    about = About(
        "unit.entry-voided.v1", "冲正", "Entry voided", ("制度",),
        "冲正第{version}号记录：{reason}", "Entry {version} voided: {reason}",
        decision="void-entry",
    )  # fmt: skip
    version: Version
    reason: Prose


class UnitPersonalDataErased(Event):
    """The key of a person's sealed fields was destroyed; the entries stay, unreadable in those fields."""

    about = About(
        "unit.personal-data-erased.v1", "个人信息删除", "Personal data erased", ("制度",),
        "删除个人信息（{legal_basis}）", "Personal data erased ({legal_basis})",
        decision="erase-personal-data",
    )  # fmt: skip
    subject: UUID
    legal_basis: Line
    reason: Prose
