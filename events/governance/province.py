"""Provinces that belong to the nation's check of one another (policy 五(五)3)."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import Line, LogId, Prose, PublicKey, ToldPosition
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


class ProvinceBranchFollowed(Event):
    """Two persons at the nation put aside what was replicated of a province after a position, and go on from there.

    `log` is the one that is followed from then on: that of the province's new branch after a restore, or the same one
    where what is put aside was forged. What is put aside is kept, and counts for nothing.
    """

    about = About(
        "province.branch-followed.v1", "改从分支", "Branch followed", "cross_inspection",
        "搁置第{after}号之后所复制的内容，改从日志{log}：{reason}",
        "What was replicated after position {after} put aside, log {log} followed: {reason}",
        decision="follow-branch",
    )  # fmt: skip
    log: LogId
    after: ToldPosition
    reason: Prose
