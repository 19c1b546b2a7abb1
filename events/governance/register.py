"""The register itself: where and when it was opened, and how its administration was recovered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event
from events.fields import Day, Digest, LogId, OfficerRef, Position, Prose, PublicKey
from events.places import PlaceCode
from events.references import Scalar
from events.words import Level


class RegisterOpened(Event):
    """The register of a place begins; one with a simulated clock is marked for ever. By the system.

    `recovery_digest` is that of the code by which its administration can be recovered, sealed outside the register.
    """

    about = About(
        "register.opened.v1", "启用登记册", "Register opened", "register",
        "{place}登记册启用（{level}），{opened_on}，模拟时钟：{simulated}", "Register of {place} ({level}) opened on {opened_on}, simulated clock: {simulated}",
    )  # fmt: skip
    place: PlaceCode
    level: Level
    opened_on: Day
    simulated: bool = False
    recovery_digest: Digest | None = None


class RegisterRecovered(Event):
    """The operator recovered the administration with the sealed code, seconded by an auditor. By the system.

    `code_digest` is that of the code that was sealed last, `next_digest` that of the one that takes its place.
    """

    about = About(
        "register.recovered.v1", "恢复管理权限", "Administration recovered", "register",
        "凭封存代码恢复管理权限（审计{auditor}）：{reason}", "Administration recovered with the sealed code (auditor {auditor}): {reason}",
    )  # fmt: skip
    code_digest: Digest
    next_digest: Digest
    reason: Prose
    auditor: OfficerRef


class RegisterNotWatched(Event):
    """On these days nobody looked for what was due (T-25): what was missed then was recorded late. By the timekeeper."""

    about = About(
        "register.not-watched.v1", "未监测", "Not watched", "deadlines",
        "{from_}至{until}未监测期限", "Not watched from {from_} to {until}",
    )  # fmt: skip
    from_: Day = Field(alias="from")
    until: Day


class RegisterKeyRotated(Event):
    """The register signs what follows in its log with another key; the event itself is signed with the one before.

    By the operator. `number` counts the register's keys, of which the first was there without an event.
    """

    about = About(
        "register.key-rotated.v1", "更换签名密钥", "Signing key rotated", "register",
        "更换签名密钥为第{number}号，公钥{key}：{reason}", "Signing key rotated to number {number}, public key {key}: {reason}",
    )  # fmt: skip
    number: Annotated[int, Field(ge=2, le=10_000), Scalar("count")]
    key: PublicKey
    reason: Prose


class RegisterNationRecognised(Event):
    """A province recognises the nation's register: decisions of that log, signed with that key, are recorded here.

    The last recognition counts.
    """

    about = About(
        "register.nation-recognised.v1", "认定国家登记册", "Nation recognised", "cross_inspection",
        "认定国家登记册：日志{log}，公钥{key}", "The nation's register recognised: log {log}, public key {key}",
        decision="recognise-nation",
    )  # fmt: skip
    log: LogId
    key: PublicKey


class RegisterBranched(Event):
    """A register that was restored from before what it had published goes on: its log is another one after a position.

    `after` is the last position that the two have in common. What the log before held beyond it is void, as far as
    others took it; `lost` is how far it had gone. By the operator.
    """

    about = About(
        "register.branched.v1", "日志另起分支", "Log branched", "register",
        "恢复后另起分支：日志{log}自第{after}号后接续{of}[，原日志曾至第{lost}号]：{reason}",
        "Branched after a restore: log {log} goes on from {of} after {after}[, which had gone up to {lost}]: {reason}",
    )  # fmt: skip
    log: LogId
    of: LogId
    after: Position
    lost: Position | None = None
    reason: Prose
