"""Chapter 档案: what is done to the record itself; what every kind of stream has stands in `events/record.py`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from events.envelope import About, Event
from events.fields import Line, Prose
from events.references import Scalar


class UnitPersonalDataErased(Event):
    """The key of a person's sealed fields was destroyed; the entries stay, unreadable in those fields."""

    about = About(
        "unit.personal-data-erased.v1", "个人信息删除", "Personal data erased", "record",
        "删除个人信息（{legal_basis}）", "Personal data erased ({legal_basis})",
        decision="erase-personal-data",
    )  # fmt: skip
    subject: Annotated[UUID, Scalar("subject")]
    legal_basis: Line
    reason: Prose
