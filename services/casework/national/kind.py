"""The kind `national`: the nation's file of a unit, and what the nation may decide on it (policy 五(五)3, 五(六)1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from events.envelope import Actor, Event
from events.governance.national import NationalDecided
from events.unit.checks import UnitCheckOrdered, UnitCrossInspected
from events.words import ActorKind, NationalDecision
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Law, Refusal, refuse
from services.casework.national.state import NationalFile, decided, file_stream
from services.casework.office import NATION, desk
from services.casework.pack import Pack
from services.casework.province.kind import all_belong
from services.casework.province.state import Belonging, province_stream
from services.casework.unit.kind import UNIT

_CARRIED = uuid5(NAMESPACE_URL, "concord:carried")

RECEIVER = Actor(
    id=uuid5(NAMESPACE_URL, "concord:national-intake"), kind=ActorKind.SYSTEM, post="国家决定接收", place="000000"
)
"""Who declines, in the province, what the law refuses of the nation's decisions."""

DECIDED: Mapping[NationalDecision, type[Event]] = {word: UNIT.decisions[word.value].event for word in NationalDecision}
"""The event of a unit that each decision of the nation becomes in the province; the nation decides nothing else."""

_EITHER = (
    frozenset({NationalDecision.NAME, NationalDecision.REFUSE_NAMING}),
    frozenset({NationalDecision.GIVE_CONSENT, NationalDecision.REFUSE_CONSENT}),
)
"""Decisions that answer one question: of each pair only one is on its way."""


def carried_command(log: UUID, position: int, digest: bytes) -> UUID:
    """The province's command by which it records, or declines, what stands at a position of the nation's log.

    `digest` is that of the event's bytes: two that claim one position displace each other nowhere.
    """
    return uuid5(_CARRIED, f"{log}:{position}:{digest.hex()}")


def carried_event(decision: NationalDecided, digest: str) -> Event | None:
    """The unit's event that a decision becomes, with the digest of the nation's event as its document; None where
    it is none that this program knows.
    """
    event_type = DECIDED[decision.decision]
    if event_type.about.type != decision.type:
        return None
    try:
        event = event_type.model_validate_json(decision.event)
    except ValidationError:
        return None
    return (
        event.model_copy(update={"document_digest": digest}) if "document_digest" in event_type.model_fields else event
    )


def not_on_its_way(
    event: Event, decision: NationalDecision, waiting: Iterable[NationalDecided], pack: Pack
) -> Refusal | None:
    """I-00: a question is answered once, until the province has recorded or declined the answer."""
    question = _question(decision, event)
    for sent in waiting:
        if _question(sent.decision, _as_decided(sent, type(event))) == question:
            zh = f"已作出的决定（{sent.decision.zh}）尚未送达该省"
            return refuse(pack, "I-00", zh, f"a decision ({sent.decision.en}) is on its way to the province")
    return None


def _as_decided(sent: NationalDecided, event_type: type[Event]) -> Event | NationalDecided:
    """The payload where it is of the type asked about; else the decision, whose title is beside it."""
    return event_type.model_validate_json(sent.event) if sent.type == event_type.about.type else sent


def _question(decision: NationalDecision, event: Event) -> tuple[object, ...]:
    kinds = next((pair for pair in _EITHER if decision in pair), decision)
    if isinstance(event, UnitCheckOrdered):
        return kinds, event.check
    if isinstance(event, UnitCrossInspected):
        return kinds, event.assignment
    return kinds, getattr(event, "title", None)


def province_belongs(file: NationalFile, act: Act[NationalDecided], pack: Pack) -> Refusal | None:
    """I-22: the nation decides on units of provinces that have joined."""
    if not act.context.whole:
        return None
    belonging = act.context.find(Belonging, province_stream(act.event.province))
    joined = (act.event.province,) if belonging is not None and belonging.belongs else ()
    return all_belong((act.event.province,), joined, pack)


def belonging_of(file: NationalFile, event: NationalDecided) -> Iterator[UUID]:
    """The stream of the province's belonging."""
    yield province_stream(event.province)


NATIONAL = Kind(
    "national",
    NationalFile,
    (
        Chapter(
            None,
            {NationalDecided: decided},
            (
                Law(
                    NationalDecided,
                    office=desk(NATION),
                    rule="I-08",
                    opens=True,
                    content=(province_belongs,),
                    reads=belonging_of,
                    undone_by_procedure=True,
                ),
            ),
        ),
    ),
    place=lambda file: file.province or None,
    is_open=lambda file: file.version > 0,
    label=lambda file, language: str(file.unit or ""),
    key=lambda event: file_stream(event.province, event.unit),
)
