"""Chapter 公示: objections, admitted first, then looked into (policy 五(一); T-26)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.folding import folded
from events.unit.publicity import (
    UnitObjectionAdmitted,
    UnitObjectionJoined,
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitObjectionSetAside,
)
from events.words import Level, ObligationKind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.objections import raised_by_another, raisers
from services.casework.office import AGENT_OR_UNION, FIELD, IN_PROVINCE, PUBLIC, approver, desk, officer
from services.casework.pack import Pack
from services.casework.unit.application import at_step, case_open, deciding_level
from services.casework.unit.publicity import IN_PUBLIC, Objection, Publicity
from services.casework.unit.registration import registered
from services.casework.unit.separation import apart_from_other_steps, apart_from_the_unit, people_before
from services.casework.unit.severity import least_severity
from services.casework.unit.subjects import open_objections, titles_in_case

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def _raised(region: Publicity, entry: Entry[UnitObjectionRaised]) -> Publicity:
    event = entry.event
    objection = Objection(entry.version, event.title or "", entry.day, head=event.same_as)
    return replace(region, objections={**region.objections, entry.version: objection})


def _with(region: Publicity, version: int, **changes: object) -> Publicity:
    objection = region.objections.get(version)
    if objection is None:
        return region
    changed = replace(objection, **changes)  # type: ignore[arg-type]
    return replace(region, objections={**region.objections, version: changed})


def _admitted(region: Publicity, entry: Entry[UnitObjectionAdmitted]) -> Publicity:
    return _with(region, entry.event.objection_ref, admitted=True)


def _joined(region: Publicity, entry: Entry[UnitObjectionJoined]) -> Publicity:
    """That to which another is joined is one to be looked into."""
    event = entry.event
    return _with(_with(region, event.objection_ref, head=event.to), event.to, admitted=True)


def _set_aside(region: Publicity, entry: Entry[UnitObjectionSetAside]) -> Publicity:
    return _with(region, entry.event.objection_ref, set_aside=True)


def _resolved(region: Publicity, entry: Entry[UnitObjectionResolved]) -> Publicity:
    return _with(region, entry.event.objection_ref, upheld=entry.event.upheld)


def propose_raised(unit: Unit, act: Act[UnitObjectionRaised], pack: Pack) -> Event:
    """A copy of an earlier objection to the case, word for word, names the first of them."""
    event = act.event
    same = (o.version for o in unit.publicity.of(event.title or "") if _alike(unit, o, event))
    return event.model_copy(update={"same_as": min(same, default=None)})


def _alike(unit: Unit, objection: Objection, event: UnitObjectionRaised) -> bool:
    other = unit.entries[objection.version - 1].event
    assert isinstance(other, UnitObjectionRaised)
    return (folded(other.ground), folded(other.text)) == (folded(event.ground), folded(event.text))


def propose_resolved(unit: Unit, act: Act[UnitObjectionResolved], pack: Pack) -> Event:
    """The title that was objected to; and how severe it is what was found (T-10)."""
    event = act.event
    objection = unit.publicity.objections.get(event.objection_ref)
    severity = least_severity(event, pack) if event.upheld and event.category is not None else None
    return event.model_copy(update={"title": objection.title if objection else None, "severity": severity})


def where_objected(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that makes the objected case public (before one is named: that of any open objection)."""
    ref = act.subject.get("objection_ref")
    objections = unit.publicity.objections
    asked = [o for o in objections.values() if o.version == ref or (ref is None and o.open)]
    levels = frozenset(deciding_level(o.title, pack) for o in asked if o.title in pack.titles)
    return levels or IN_PROVINCE


def in_its_days(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: objections are raised within the days of publicity."""
    period = unit.publicity.periods.get(act.title or "")
    if period is not None and not period.since <= act.day <= period.until:
        return refuse(
            pack,
            "I-06",
            f"公示期为{period.since}至{period.until}",
            f"publicity is from {period.since} until {period.until}",
        )
    return None


def has_open_objection(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is an objection to resolve."""
    if any(objection.open for objection in unit.publicity.objections.values()):
        return None
    return refuse(pack, "I-00", "没有待核查的异议", "there is no open objection")


def objection_is_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: what is answered is an open objection of this unit."""
    ref = act.subject.get("objection_ref")
    objection = unit.publicity.objections.get(ref or 0)
    if ref is not None and (objection is None or not objection.open):
        return refuse(pack, "I-00", "没有这件待核查的异议", "there is no such open objection", (ref,))
    return None


def still_to_be_admitted(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: an objection is admitted once, in the case that it is to."""
    objection = unit.publicity.objections.get(act.subject.get("objection_ref") or 0)
    if objection is None:
        return None
    if objection.past or objection.title not in unit.application.cases:
        zh, en = "所涉申报已结束，异议直接核查", "the case is over: the objection is looked into as it is"
        return refuse(pack, "T-26", zh, en, (objection.version,))
    if objection.admitted:
        return refuse(pack, "T-26", "异议已受理", "the objection is admitted", (objection.version,))
    return None


def not_admitted_by_time(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: what was left lying over its days counts as admitted: nobody sets it aside any more."""
    objection = unit.publicity.objections.get(act.subject.get("objection_ref") or 0)
    if objection is None or act.day <= (last := objection.last_day_to_admit(pack)):
        return None
    zh, en = f"受理期限至{last}，逾期视为受理", f"after {last} it counts as admitted"
    return refuse(pack, "T-26", zh, en, (objection.version,))


def another_is_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: there is another open objection about the same title."""
    objection = unit.publicity.objections.get(act.subject.get("objection_ref") or 0)
    if objection is None or any(_can_head(objection, other) for other in unit.publicity.objections.values()):
        return None
    zh, en = "没有同一称号的另一件待核查的异议", "no other objection about that title is open"
    return refuse(pack, "T-26", zh, en, (objection.version,))


def joined_to_an_open_one(unit: Unit, act: Act[UnitObjectionJoined], pack: Pack) -> Refusal | None:
    """T-26: an objection is joined to another open one about the same title, whose answer is to come."""
    event = act.event
    one, other = (unit.publicity.objections.get(ref) for ref in (event.objection_ref, event.to))
    if one is not None and other is not None and _can_head(one, other):
        return None
    zh, en = "须并入同一称号另一件待核查的异议", "it is joined to another open objection about the same title"
    return refuse(pack, "T-26", zh, en, (event.to,), "/to")


def _can_head(one: Objection, other: Objection) -> bool:
    """Whether an objection can be joined to the other."""
    return one is not other and other.open and other.title == one.title and not other.past


def by_another_than_raised_it(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-03: nobody answers an objection that they raised themselves."""
    objection = unit.publicity.objections.get(act.subject.get("objection_ref") or 0)
    return raised_by_another(unit, objection.version, act, pack) if objection is not None else None


def those_of_an_objection(unit: Unit, event: _Answers) -> Iterator[UUID]:
    """Who took part in the case and who objected, so that persons can be told by their tags."""
    yield from people_before(unit, event)
    yield from raisers(unit, event.objection_ref)


_Answers = UnitObjectionJoined | UnitObjectionSetAside | UnitObjectionResolved

CHAPTER: Chapter[Unit] = Chapter(
    "publicity",
    {
        UnitObjectionRaised: _raised,
        UnitObjectionAdmitted: _admitted,
        UnitObjectionJoined: _joined,
        UnitObjectionSetAside: _set_aside,
        UnitObjectionResolved: _resolved,
    },
    (
        Law(
            UnitObjectionRaised,
            office=(PUBLIC, AGENT_OR_UNION, officer(*FIELD)),
            about=titles_in_case,
            rule="I-13",
            state=(registered, case_open, at_step(*IN_PUBLIC, rule="I-06"), in_its_days),
            propose=propose_raised,
        ),
        Law(
            UnitObjectionAdmitted,
            office=desk(where_objected),
            about=open_objections,
            rule="T-26",
            state=(registered, has_open_objection, objection_is_open, still_to_be_admitted, apart_from_the_unit),
            settles=(ObligationKind.ADMIT_OBJECTION,),
        ),
        Law(
            UnitObjectionJoined,
            office=desk(where_objected),
            about=open_objections,
            rule="T-26",
            state=(
                registered, has_open_objection, objection_is_open, still_to_be_admitted, another_is_open,
                apart_from_other_steps, apart_from_the_unit, by_another_than_raised_it,
            ),
            content=(joined_to_an_open_one,),
            reads=those_of_an_objection,
            steps=("act:set_aside_objection",),
            settles=(ObligationKind.ADMIT_OBJECTION, ObligationKind.RESOLVE_OBJECTION),
            undone_by_procedure=True,
        ),
        Law(
            UnitObjectionSetAside,
            office=approver(where_objected),
            about=open_objections,
            rule="T-26",
            state=(
                registered, has_open_objection, objection_is_open, still_to_be_admitted, not_admitted_by_time,
                apart_from_other_steps, apart_from_the_unit, by_another_than_raised_it,
            ),
            reads=those_of_an_objection,
            steps=("act:set_aside_objection",),
            settles=(ObligationKind.ADMIT_OBJECTION, ObligationKind.RESOLVE_OBJECTION),
            undone_by_procedure=True,
        ),
        Law(
            UnitObjectionResolved,
            office=desk(where_objected),
            about=open_objections,
            rule="I-13",
            state=(
                registered, has_open_objection, objection_is_open, apart_from_other_steps, apart_from_the_unit,
                by_another_than_raised_it,
            ),
            reads=those_of_an_objection,
            steps=("act:resolve_objection",),
            propose=propose_resolved,
            undone_by_procedure=True,
            settles=(ObligationKind.ADMIT_OBJECTION, ObligationKind.RESOLVE_OBJECTION),
        ),
    ),
)  # fmt: skip
