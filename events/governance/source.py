"""Source systems: which may report what, and where (policy 五(五)3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event
from events.fields import KeyRef, Line, Prose, PublicKey, SourceUri
from events.places import PlaceCode
from events.words import Category, SourceSystem


class SourceRegistered(Event):
    """A source system may publish signals of these categories about units in this place."""

    about = About(
        "source.registered.v1", "登记来源", "Source registered", "sources",
        "登记{system}来源系统：{name}", "Source {name}, {system}, registered",
        decision="register",
    )  # fmt: skip
    uri: SourceUri
    name: Line
    system: SourceSystem
    place: PlaceCode
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]


class SourceSuspended(Event):
    """The source may not publish for now."""

    about = About(
        "source.suspended.v1", "暂停来源", "Source suspended", "sources", "暂停来源：{reason}", "Source suspended: {reason}",
        decision="suspend",
    )  # fmt: skip
    reason: Prose


class SourceResumed(Event):
    """The source may publish again."""

    about = About(
        "source.resumed.v1", "恢复来源", "Source resumed", "sources", "恢复来源[：{reason}]", "Source resumed[: {reason}]",
        decision="resume",
    )  # fmt: skip
    reason: Prose | None = None


class SourceClosed(Event):
    """The source is closed for good."""

    about = About(
        "source.closed.v1", "关闭来源", "Source closed", "sources", "关闭来源：{reason}", "Source closed: {reason}",
        decision="close",
    )  # fmt: skip
    reason: Prose


class SourceKeyRegistered(Event):
    """The source signs by this key; from its first key on, what comes in its name over Kafka has to be signed."""

    about = About(
        "source.key-registered.v1", "登记来源密钥", "Source key registered", "sources",
        "登记来源的签名公钥：{key}", "Public key {key} of the source registered",
        decision="register-key",
    )  # fmt: skip
    key: PublicKey


class SourceKeyRevoked(Event):
    """What the key signs is no longer the source's word; the source stays bound."""

    about = About(
        "source.key-revoked.v1", "撤销来源密钥", "Source key revoked", "sources",
        "撤销来源的签名公钥{key}：{reason}", "Public key {key} of the source revoked: {reason}",
        decision="revoke-key",
    )  # fmt: skip
    key: KeyRef
    reason: Prose
