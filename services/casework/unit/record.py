"""Chapter 档案: erasure of personal data (制度)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry
from events.sealed import Sealed
from events.unit.record import UnitPersonalDataErased
from events.words import Role
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.office import officer
from services.casework.pack import Pack
from services.casework.unit.registration import known

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Record:
    """Whose personal data was erased."""

    erased: frozenset[UUID] = frozenset()


def _erased(region: Record, entry: Entry[UnitPersonalDataErased]) -> Record:
    return Record(region.erased | {entry.event.subject})


def somebody_to_erase(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is personal data in the unit's entries."""
    if next(_subjects(unit), None) is None:
        return refuse(pack, "I-00", "该单位的记录中没有个人信息", "nobody's personal data stands in its entries")
    return None


def subject_of_this_unit(unit: Unit, act: Act[UnitPersonalDataErased], pack: Pack) -> Refusal | None:
    """I-00: who is erased stands, sealed, in an entry of this unit."""
    if act.event.subject in _subjects(unit):
        return None
    return refuse(
        pack,
        "I-00",
        "该单位的记录中没有此人",
        "nobody of that id stands in its entries",
        (act.event.subject,),
        pointer="/subject",
    )


def _subjects(unit: Unit) -> Iterator[UUID]:
    return (
        value.subject
        for entry in unit.entries
        for name in type(entry.event).model_fields
        if isinstance(value := getattr(entry.event, name), Sealed) and value.subject is not None
    )


_DATA_OFFICER = (officer(Role.DATA_OFFICER),)

CHAPTER: Chapter[Unit] = Chapter(
    "record",
    {UnitPersonalDataErased: _erased},
    (
        Law(
            UnitPersonalDataErased,
            office=_DATA_OFFICER,
            rule="T-04",
            state=(known, somebody_to_erase),
            content=(subject_of_this_unit,),
            second=Second(_DATA_OFFICER),
            undone_by_procedure=True,
        ),
    ),
)
