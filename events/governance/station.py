"""Stations of labour-relations service at the grass roots, and the pilots of public service (policy 四(二)7, 五(十))."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import Day, Documents, Line, PilotRef, Prose, UnitRef
from events.places import PlaceCode


class StationPlanned(Event):
    """A station is planned in a place, of a park or township where one is named, for a pilot where it belongs to one."""

    about = About(
        "station.planned.v1", "规划站点", "Station planned", "stations",
        "{place}规划公共服务站点“{name}”，{due}前启用", "Station {name} planned in {place}, to open by {due}",
        decision="plan",
    )  # fmt: skip
    name: Line
    place: PlaceCode
    unit: UnitRef | None = None
    pilot: PilotRef | None = None
    due: Day


class StationOpened(Event):
    """The station serves the public."""

    about = About(
        "station.opened.v1", "启用站点", "Station opened", "stations",
        "{on}启用，地址{address}", "Opened on {on} at {address}",
        decision="open",
    )  # fmt: skip
    on: Day
    address: Line


class StationInspected(Event):
    """The station was looked at against the four criteria of the policy."""

    about = About(
        "station.inspected.v1", "检查站点", "Station inspected", "stations",
        "{on}检查：标识统一{uniform_signs}、场所固定{fixed_premises}、设施齐全{complete_equipment}、内容完备{complete_services}[，{findings}]",
        "Inspected on {on}: uniform signs {uniform_signs}, fixed premises {fixed_premises}, complete equipment "
        "{complete_equipment}, complete services {complete_services}[; {findings}]",
        decision="record-inspection",
    )  # fmt: skip
    on: Day
    uniform_signs: bool
    fixed_premises: bool
    complete_equipment: bool
    complete_services: bool
    findings: Prose | None = None
    documents: Documents = ()


class StationRecognised(Event):
    """The province recognises a model station."""

    about = About(
        "station.recognised.v1", "认定样板站点", "Station recognised", "stations",
        "认定为公共服务样板站点，文号{document_number}", "Recognised as a model station, document {document_number}",
        decision="recognise",
    )  # fmt: skip
    document_number: Line


class StationClosed(Event):
    """The station serves no more."""

    about = About(
        "station.closed.v1", "撤销站点", "Station closed", "stations",
        "{on}撤销：{reason}", "Closed on {on}: {reason}",
        decision="close",
    )  # fmt: skip
    on: Day
    reason: Prose
