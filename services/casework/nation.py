"""What the nation may do: its file of a unit, who belongs, and the draw of a cross-inspection (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from events.envelope import Actor, Entry, Event
from events.governance.crosscheck import CrosscheckAssigned, CrosscheckPlanned, CrosscheckReported
from events.governance.national import NationalDecided
from events.governance.province import ProvinceJoined, ProvinceLeft
from events.governance.year import YearCriticised
from events.places import PLACES
from events.unit.checks import UnitCheckOrdered, UnitCrossInspected
from events.words import ActorKind, Level, NationalDecision
from services.casework.draw import seed_digest
from services.casework.judgement import DECISIONS
from services.casework.law import Refusal, refuse
from services.casework.pack import Pack

_PROVINCES = uuid5(NAMESPACE_URL, "concord:province")
_FILES = uuid5(NAMESPACE_URL, "concord:national")
_YEARS = uuid5(NAMESPACE_URL, "concord:year")
_CARRIED = uuid5(NAMESPACE_URL, "concord:carried")
_DECLINED = uuid5(NAMESPACE_URL, "concord:declined")

RECEIVER = Actor(
    id=uuid5(NAMESPACE_URL, "concord:national-intake"), kind=ActorKind.SYSTEM, post="国家决定接收", place="000000"
)
"""Who declines, in the province, what the law refuses of the nation's decisions."""

NATIONAL: Mapping[NationalDecision, type[Event]] = {word: DECISIONS[word.value] for word in NationalDecision}
"""The event of a unit that each decision of the nation becomes in the province; the nation decides nothing else."""

_TRIES = 10_000
"""Orders looked at before a draw is said to be impossible: all of those of seven provinces, many times over."""

_EITHER = (
    frozenset({NationalDecision.NAME, NationalDecision.REFUSE_NAMING}),
    frozenset({NationalDecision.GIVE_CONSENT, NationalDecision.REFUSE_CONSENT}),
)
"""Decisions that answer one question: of each pair only one is on its way."""


def province_stream(place: str) -> UUID:
    """The stream of a province's belonging."""
    return uuid5(_PROVINCES, place)


def file_stream(place: str, unit: UUID) -> UUID:
    """The nation's file of a unit of a province."""
    return uuid5(_FILES, f"{place}:{unit}")


def year_stream(place: str, year: int) -> UUID:
    """The stream of a place's year."""
    return uuid5(_YEARS, f"{place}:{year}")


def carried_command(log: UUID, position: int) -> UUID:
    """The province's command by which it records, or declines, what stands at a position of the nation's log."""
    return uuid5(_CARRIED, f"{log}:{position}")


def declined_stream(log: UUID, position: int) -> UUID:
    """The province's stream of a national decision that it could not record."""
    return uuid5(_DECLINED, f"{log}:{position}")


def carried_event(decided: NationalDecided, digest: str) -> Event | None:
    """The unit's event that a decision becomes, with the digest of the nation's event as its document; None where
    it is none that this program knows.
    """
    event_type = NATIONAL[decided.decision]
    if event_type.about.type != decided.type:
        return None
    try:
        event = event_type.model_validate_json(decided.event)
    except ValidationError:
        return None
    return (
        event.model_copy(update={"document_digest": digest}) if "document_digest" in event_type.model_fields else event
    )


def on_their_way(
    sent: Iterable[tuple[UUID, Entry[Event]]], recorded: Iterable[Entry[Event]], declined: frozenset[UUID]
) -> list[NationalDecided]:
    """What was decided, and neither recorded nor declined yet as far as the replica tells.

    `sent` pairs the entries of the file with the streams in which the province would decline them.
    """
    causes = {entry.causation_id for entry in recorded if entry.causation_id is not None}
    return [
        entry.event
        for stream, entry in sent
        if isinstance(entry.event, NationalDecided) and entry.command_id not in causes and stream not in declined
    ]


def not_on_its_way(
    event: Event, decision: NationalDecision, waiting: Iterable[NationalDecided], pack: Pack
) -> Refusal | None:
    """I-00: a question is answered once, until the province has recorded or declined the answer."""
    question = _question(decision, event)
    for one in waiting:
        if _question(one.decision, _as_decided(one, type(event))) == question:
            zh = f"已作出的决定（{one.decision.zh}）尚未送达该省"
            return refuse(pack, "I-00", zh, f"a decision ({one.decision.en}) is on its way to the province")
    return None


def _as_decided(one: NationalDecided, event_type: type[Event]) -> Event | NationalDecided:
    """The payload where it is of the type asked about; else the decision, whose title is beside it."""
    return event_type.model_validate_json(one.event) if one.type == event_type.about.type else one


def _question(decision: NationalDecision, event: Event) -> tuple[object, ...]:
    kinds = next((pair for pair in _EITHER if decision in pair), decision)
    if isinstance(event, UnitCheckOrdered):
        return kinds, event.check
    if isinstance(event, UnitCrossInspected):
        return kinds, event.assignment
    return kinds, getattr(event, "title", None)


def inspectors(seed: str, provinces: Iterable[str], last: Mapping[str, str]) -> dict[str, str] | None:
    """Who inspects each province: the first order in which nobody inspects the one that inspected it last time.

    Order n ranks the provinces by the SHA-256 of `seed:n:province`; each inspects the next one, the last
    the first, so that nobody inspects itself. `last` and the answer map the inspected to the inspecting.
    None where no order does.
    """
    for attempt in range(_TRIES):
        order = sorted(provinces, key=lambda place: sha256(f"{seed}:{attempt}:{place}".encode()).digest())
        drawn = {order[n]: order[n - 1] for n in range(len(order))}
        if all(last.get(inspecting) != inspected != inspecting for inspected, inspecting in drawn.items()):
            return dict(sorted(drawn.items()))
    return None


def units_to_inspect(seed: str, population: Iterable[UUID], most: int) -> tuple[UUID, ...]:
    """The units inspected of a province: those whose SHA-256 of seed and id is least."""
    ranked = sorted(set(population), key=lambda unit: sha256(f"{seed}:{unit}".encode()).digest())
    return tuple(sorted(ranked[:most]))


def inspected_last(entries: Iterable[Entry[Event]]) -> dict[str, str]:
    """Of a cross-inspection's stream: who inspected whom, the inspected first."""
    assigned = (entry.event for entry in entries if isinstance(entry.event, CrosscheckAssigned))
    return {one.inspected: one.inspecting for event in assigned for one in event.assignments or ()}


def was_assigned(
    entries: Iterable[Entry[Event]], inspecting: str, inspected: str, unit: UUID, pack: Pack
) -> Refusal | None:
    """I-22: a finding is of a unit that this very province was drawn to inspect."""
    for entry in entries:
        if isinstance(entry.event, CrosscheckAssigned):
            for one in entry.event.assignments or ():
                if (one.inspecting, one.inspected) == (inspecting, inspected) and unit in one.units:
                    return None
    return refuse(pack, "I-22", "该单位未分派给该省检查", "the unit was not assigned to that province", (unit,))


def all_belong(provinces: Iterable[str], belonging: Iterable[str], pack: Pack) -> Refusal | None:
    """I-22: only provinces that have joined inspect, are inspected, or are decided upon."""
    strangers = sorted(set(provinces) - set(belonging))
    if strangers:
        names = "、".join(PLACES[place].zh for place in strangers)
        return refuse(pack, "I-22", f"未接入：{names}", "a province has not joined", strangers)
    return None


def nation_may(entries: Sequence[Entry[Event]], event: Event, pack: Pack) -> Refusal | None:
    """What refuses an event of the nation's own streams after those before it; None for all other events."""
    match event:
        case ProvinceJoined() | ProvinceLeft():
            return _belonging(entries, event, pack)
        case CrosscheckPlanned():
            return _plan(event, pack)
        case CrosscheckAssigned():
            return assignment_follows_plan(entries, event, pack)
        case CrosscheckReported():
            return _report(entries, event, pack)
        case YearCriticised():
            return _province_only(event.place, pack)
    return None


def _belonging(entries: Sequence[Entry[Event]], event: ProvinceJoined | ProvinceLeft, pack: Pack) -> Refusal | None:
    belongs = bool(entries) and isinstance(entries[-1].event, ProvinceJoined)
    if isinstance(event, ProvinceLeft):
        return None if belongs else refuse(pack, "I-00", "该省未接入", "the province has not joined")
    if belongs:
        return refuse(pack, "I-00", "该省已接入", "the province has joined already", (entries[-1].version,))
    return _province_only(event.place, pack)


def _province_only(place: str, pack: Pack) -> Refusal | None:
    if PLACES[place].level is not Level.PROVINCE:
        return refuse(pack, "I-00", "不是省级地区", "that place is no province", (place,))
    return None


def _plan(event: CrosscheckPlanned, pack: Pack) -> Refusal | None:
    if len(set(event.provinces)) < len(event.provinces):
        return refuse(pack, "I-22", "名单中有重复省份", "a province is on the list twice")
    wrong = [refusal for place in event.provinces if (refusal := _province_only(place, pack))]
    return wrong[0] if wrong else None


def assignment_follows_plan(entries: Sequence[Entry[Event]], event: CrosscheckAssigned, pack: Pack) -> Refusal | None:
    """I-22: assigned once, with the seed committed to, among the frozen provinces, nobody inspecting itself."""
    if any(isinstance(entry.event, CrosscheckAssigned) for entry in entries):
        return refuse(pack, "I-22", "该方案已分派", "this plan was assigned already")
    plan = next((entry.event for entry in entries if isinstance(entry.event, CrosscheckPlanned)), None)
    if plan is None:
        return refuse(pack, "I-22", "没有方案", "nothing was planned")
    if plan.commitment != seed_digest(event.seed):
        return refuse(pack, "I-22", "种子与事先公布的摘要不符", "the seed is not the one that was committed")
    pairs = event.assignments or ()
    frozen = sorted(plan.provinces)
    if sorted(one.inspected for one in pairs) != frozen or sorted(one.inspecting for one in pairs) != frozen:
        return refuse(pack, "I-22", "与冻结的省份名单不符", "not the provinces that were frozen")
    if any(one.inspecting == one.inspected or len(one.units) > plan.per_province for one in pairs):
        return refuse(pack, "I-22", "自查或超过户数", "a province inspects itself, or more units than planned")
    return None


def _report(entries: Sequence[Entry[Event]], event: CrosscheckReported, pack: Pack) -> Refusal | None:
    if event.unit in {entry.event.unit for entry in entries if isinstance(entry.event, CrosscheckReported)}:
        return refuse(pack, "I-00", "该单位的互检结果已报告", "that unit was reported already")
    return was_assigned(entries, event.inspecting, event.inspected, event.unit, pack)
