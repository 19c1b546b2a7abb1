"""Chapter 档案: corrections of the record itself (冲正), and erasure of personal data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.sealed import Sealed
from events.unit.naming import UnitNamed
from events.unit.record import UnitEntryVoided, UnitPersonalDataErased
from events.unit.revocation import UnitConsentGiven, UnitRevoked
from events.words import ActorKind
from services.casework.law import Act, Refusal, Rules, refuse
from services.casework.pack import Pack
from services.casework.registration import known

if TYPE_CHECKING:
    from services.casework.unit import Unit


@dataclass(frozen=True, slots=True)
class Record:
    """Whose personal data was erased."""

    erased: frozenset[UUID] = frozenset()


def _erased(region: Record, entry: Entry[UnitPersonalDataErased]) -> Record:
    return Record(region.erased | {entry.event.subject})


FOLD = {UnitPersonalDataErased: _erased}


def names_own_entry(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: what is voided is an entry of this unit, not voided yet, and no voiding itself."""
    event = act.event
    assert isinstance(event, UnitEntryVoided)
    if not 1 <= event.version <= unit.version or event.version in unit.voided:
        return refuse(pack, "I-00", "没有这条可冲正的记录", "there is no such entry to void", (event.version,))
    if event.version == 1:
        return refuse(pack, "I-00", "登记记录不能冲正", "the first entry, by which the unit is known, cannot be voided")
    if isinstance(unit.entries[event.version - 1].event, UnitEntryVoided | UnitPersonalDataErased):
        return refuse(
            pack, "I-00", "冲正与删除不能再冲正", "a voiding or an erasure cannot be voided", (event.version,)
        )
    return None


def not_by_one_person(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-12: a naming, a consent or a revocation is undone by revocation or reconsideration, never by a voiding."""
    event = act.event
    assert isinstance(event, UnitEntryVoided)
    if not 1 <= event.version <= unit.version:
        return None
    if isinstance(unit.entries[event.version - 1].event, UnitNamed | UnitRevoked | UnitConsentGiven):
        return refuse(pack, "I-12", "命名与取消须按程序变更", "it is undone by its own procedure", (event.version,))
    return None


def by_maker_or_above(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-13: by who made the entry, or by an office of a level above theirs.

    What a source or the public said is not for an office to strike: it is withdrawn, assessed or resolved.
    """
    event = act.event
    assert isinstance(event, UnitEntryVoided)
    if not 1 <= event.version <= unit.version:
        return None
    maker = unit.entries[event.version - 1].actor
    if maker.id == act.actor.id:
        return None
    from_outside = maker.kind in (ActorKind.SOURCE, ActorKind.PUBLIC)
    above = act.actor.level is not None and (maker.level is None or act.actor.level.rank > maker.level.rank)
    if above and not from_outside:
        return None
    return refuse(
        pack, "I-13", "由原记录人或上级冲正", "only who made the entry, or the level above, voids it", (event.version,)
    )


def nothing_rests_on_it(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: refused where a later decision names the entry as what it rests on."""
    event = act.event
    assert isinstance(event, UnitEntryVoided)
    resting = [
        entry.version
        for entry in unit.entries[event.version :]
        if entry.version not in unit.voided and event.version in relied_on(entry.event)
    ]
    if resting:
        return refuse(pack, "I-00", "后续决定以该记录为依据", "a later decision rests on it", resting)
    return None


def somebody_to_erase(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: there is personal data in the unit's entries."""
    if not _subjects(unit):
        return refuse(pack, "I-00", "该单位的记录中没有个人信息", "nobody's personal data stands in its entries")
    return None


def subject_of_this_unit(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: who is erased stands, sealed, in an entry of this unit."""
    event = act.event
    assert isinstance(event, UnitPersonalDataErased)
    if event.subject in _subjects(unit):
        return None
    return refuse(pack, "I-00", "该单位的记录中没有此人", "nobody of that id stands in its entries", (event.subject,))


def _subjects(unit: Unit) -> frozenset[UUID]:
    return frozenset(
        value.subject
        for entry in unit.entries
        for name in type(entry.event).model_fields
        if isinstance(value := getattr(entry.event, name), Sealed) and value.subject is not None
    )


def relied_on(event: Event) -> frozenset[int]:
    """The versions of earlier entries that an event names as what it rests on."""
    return frozenset(_versions(event))


def _versions(event: Event) -> Iterator[int]:
    for name in ("objection_ref", "rectification_ref", "grant_ref", "consent_ref"):
        ref = getattr(event, name, None)
        if ref is not None:
            yield ref
    for name in ("opinions", "incentives_ended"):
        yield from getattr(event, name, None) or ()
    for ground in getattr(event, "grounds", None) or ():
        yield from ground.evidence


LAW = {
    UnitEntryVoided: Rules((known,), (names_own_entry, not_by_one_person, by_maker_or_above, nothing_rests_on_it)),
    UnitPersonalDataErased: Rules((known, somebody_to_erase), (subject_of_this_unit,)),
}
