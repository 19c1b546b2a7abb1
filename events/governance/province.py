"""Provinces that belong to the nation's check of one another (policy 五(五)3)."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import Line, LogId, Prose, PublicKey
from events.places import PlaceCode


class ProvinceJoined(Event):
    """The nation takes a province's log into its check, and pins it with the key that signs it .

    A feed of another log is refused, and a message that the key did not sign.
    """

    about = About(
        "province.joined.v1", "省份接入", "Province joined", "cross_inspection",
        "{place}接入（{name}），日志{log}", "{place} joined ({name}), log {log}",
        decision="join",
    )  # fmt: skip
    place: PlaceCode
    log: LogId
    key: PublicKey
    name: Line


class ProvinceLeft(Event):
    """The nation reads the province's log no longer; what was read stays."""

    about = About(
        "province.left.v1", "省份退出", "Province left", "cross_inspection", "省份退出：{reason}", "Province left: {reason}",
        decision="leave",
    )  # fmt: skip
    reason: Prose
