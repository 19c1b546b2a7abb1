"""The kind `station`: stations of labour-relations service, and the pilots that the policy names (五(十); R-43)."""

from __future__ import annotations

from collections.abc import Iterator

from events.governance.station import (
    StationClosed,
    StationInspected,
    StationOpened,
    StationPlanned,
    StationRecognised,
)
from events.places import within
from events.words import Level, ObligationKind
from services.casework.days import fact_not_ahead
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import COUNTY_UP, PREFECTURE_UP, PROVINCE, approver, desk
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.station import state
from services.casework.station.state import Station, station_stream


def day_lies_ahead(station: Station, act: Act[StationPlanned], pack: Pack) -> Refusal | None:
    """A-38: a station is planned for a day to come, within the pack's days."""
    latest = pack.after(act.day, pack.windows.planned_ahead)
    if act.day <= act.event.due <= latest:
        return None
    if act.event.due > latest:
        return refuse(pack, "A-38", f"启用期限不晚于{latest}", f"it opens by {latest} at the latest", (), "/due")
    return refuse(pack, "A-38", "启用期限已过", "its day is over", (), "/due")


def in_the_place_of_its_pilot(station: Station, act: Act[StationPlanned], pack: Pack) -> Refusal | None:
    """A-38: a station of a pilot lies where the policy names the pilot."""
    pilot = pack.pilots.get(act.event.pilot or "")
    if pilot is None or within(act.event.place, pilot.place):
        return None
    return refuse(pack, "A-38", "不在试点地区内", "it does not lie in the place of the pilot", (pilot.place,), "/pilot")


def not_closed(station: Station, act: Intent, pack: Pack) -> Refusal | None:
    """A-38: a closed station changes no more."""
    return refuse(pack, "A-38", "站点已撤销", "the station is closed", final=True) if station.closed else None


def not_opened(station: Station, act: Intent, pack: Pack) -> Refusal | None:
    """A-38: a station opens once."""
    return refuse(pack, "A-38", "站点已启用", "the station is open already", final=True) if station.opened else None


def serves(station: Station, act: Intent, pack: Pack) -> Refusal | None:
    """A-38: what is inspected or recognised serves."""
    return refuse(pack, "A-38", "站点尚未启用", "the station is not open yet") if station.opened is None else None


def not_before_it_was_planned(station: Station, act: Act[StationOpened | StationClosed], pack: Pack) -> Refusal | None:
    """I-21, A-38: a station is planned before it opens or is given up."""
    if station.since is None or act.event.on >= station.since:
        return None
    return refuse(pack, "I-21", "当日尚未规划该站点", "the station was not planned yet", (station.since,), "/on")


def not_before_the_last(station: Station, act: Act[StationInspected | StationClosed], pack: Pack) -> Refusal | None:
    """I-21, A-38: an older inspection that is recorded late does not take the place of the last one, and what was
    inspected was not closed before.
    """
    if station.inspected is None or act.event.on >= station.inspected:
        return None
    zh, en = f"{station.inspected}已检查过", f"the station was inspected on {station.inspected}"
    return refuse(pack, "I-21", zh, en, (station.inspected,), "/on")


def not_before_it_opened(station: Station, act: Act[StationInspected | StationClosed], pack: Pack) -> Refusal | None:
    """I-21: a station is neither inspected nor closed before it opened."""
    if station.opened is None or act.event.on >= station.opened:
        return None
    return refuse(pack, "I-21", "当日站点尚未启用", "the station was not open yet", (), "/on")


def meets_all_four(station: Station, act: Intent, pack: Pack) -> Refusal | None:
    """A-38: a model station met all four criteria at its last inspection, and is recognised once."""
    if station.recognised:
        return refuse(pack, "A-38", "已认定为样板站点", "it is a model station already", final=True)
    if station.sound:
        return None
    return refuse(pack, "A-38", "最近一次检查未全部达到四项标准", "its last inspection did not meet all four criteria")


def obligations(station: Station, packs: Packs) -> Iterator[Obligation]:
    """A station opens by its day, and is looked at regularly."""
    if station.since is None or station.closed or station.due is None:
        return
    its_own = holder(Level.PREFECTURE, station.place)
    if station.opened is None:
        pack = packs.on(station.since)
        yield owed(pack, ObligationKind.OPEN_STATION, "open", its_own, station.since, station.due)
        return
    since = max(station.inspected or station.opened, station.opened)
    pack = packs.on(since)
    due = pack.after(since, pack.stations.inspected_every)
    ref = f"{since.isoformat()}:{'again' if station.inspected else 'first'}"
    yield owed(pack, ObligationKind.INSPECT_STATION, ref, its_own, since, due)


_DESK = desk(COUNTY_UP)

STATION = Kind(
    "station",
    Station,
    (
        Chapter(
            None,
            {
                StationPlanned: state.planned,
                StationOpened: state.opened,
                StationInspected: state.inspected,
                StationRecognised: state.recognised,
                StationClosed: state.closed,
            },
            (
                Law(
                    StationPlanned,
                    office=_DESK,
                    rule="A-38",
                    opens=True,
                    once=True,
                    content=(day_lies_ahead, in_the_place_of_its_pilot),
                    place=lambda event: event.place,
                ),
                Law(
                    StationOpened,
                    office=_DESK,
                    rule="A-38",
                    state=(not_closed, not_opened),
                    content=(fact_not_ahead, not_before_it_was_planned),
                    settles=(ObligationKind.OPEN_STATION,),
                ),
                Law(
                    StationInspected,
                    office=desk(PREFECTURE_UP),
                    rule="A-38",
                    state=(not_closed, serves),
                    content=(fact_not_ahead, not_before_it_opened, not_before_the_last),
                    settles=(ObligationKind.INSPECT_STATION,),
                ),
                Law(
                    StationRecognised,
                    office=approver(PROVINCE),
                    rule="A-38",
                    state=(not_closed, serves, meets_all_four),
                ),
                Law(
                    StationClosed,
                    office=desk(PREFECTURE_UP),
                    rule="A-38",
                    state=(not_closed,),
                    content=(fact_not_ahead, not_before_it_was_planned, not_before_it_opened, not_before_the_last),
                ),
            ),
            obligations,
        ),
    ),
    place=lambda station: station.place or None,
    is_open=lambda station: station.since is not None and not station.closed,
    label=lambda station, language: station.name,
    key=lambda event: station_stream(event.place, event.name),
)
