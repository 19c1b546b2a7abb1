"""What the nation decides about a unit of a province; the file of that unit at the nation (policy 五(五)3, 五(六)1)."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import EventType, ForeignTitleRef, ForeignUnitRef, JsonText, Line, Version
from events.places import PlaceCode
from events.words import NationalDecision


class NationalDecided(Event):
    """The nation decided on a unit as its province had it at a version; the province records it as its own event.

    `event` is the payload of the unit's event as canonical JSON.
    """

    about = About(
        "national.decided.v1", "国家决定", "Decided by the nation", "consent",
        "就{province}的{unit}（第{seen_version}版）作出决定：{decision}[{title}][，文号{document_number}]",
        "Decided on {unit} of {province} at version {seen_version}: {decision}[ {title}][, document {document_number}]",
    )  # fmt: skip
    province: PlaceCode
    unit: ForeignUnitRef
    seen_version: Version
    decision: NationalDecision
    type: EventType
    event: JsonText
    title: ForeignTitleRef | None = None
    document_number: Line | None = None
