"""What a message asks of the register: to record it at its unit, or to keep it until a person finds its unit."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from events.envelope import Actor
from events.governance.signal import SignalParked
from events.unit.registration import UnitRegistered
from events.words import ActorKind, UnitKind
from services.casework.decide import DecisionRequest
from services.casework.law import Refusal, refuse
from services.casework.pack import Pack
from services.casework.source.state import Source
from services.intake.find import by_credit_code, signal_of
from services.intake.message import Message, Reported

_INTAKE: Final = uuid5(NAMESPACE_URL, "concord:intake")
_PARKED: Final = uuid5(NAMESPACE_URL, "concord:parked-signal")


def not_the_source(pack: Pack, message: Message, source: Source | None) -> Refusal:
    """I-13: the message does not come from a registered source, or not from its own."""
    zh = "来源未登记" if source is None else "令牌不属于该来源"
    en = "the source is not registered" if source is None else "the token is not that source's"
    return refuse(pack, "I-13", zh, en, (message.source,))


def not_proven(pack: Pack, message: Message) -> Refusal:
    """I-13: the source signs what it reports, and this is not signed by a key of it (E-26)."""
    if message.proof is None:
        zh, en = (
            "该来源的消息须以其登记的密钥签名，此消息未签名",
            "the source signs what it reports, and this is not signed",
        )
    else:
        zh, en = (
            "签名不是由该来源登记的密钥作出，或内容已被改动",
            "no key of the source made this signature over this content",
        )
    return refuse(pack, "I-13", zh, en, (message.source,))


def of_another_unit(pack: Pack, message: Message, unit: UUID) -> Refusal:
    """I-17: a change names no other unit than the one on which its report stands."""
    zh, en = "该信号登记在另一单位", "the signal stands at another unit than the one that is named"
    return refuse(pack, "I-17", zh, en, (unit, message.code or ""))


def recording(message: Message, unit: UUID, source: Source) -> DecisionRequest:
    """The message is recorded at its unit; a unit known by nobody is opened by its credit code."""
    return DecisionRequest(
        command_id=message.command_id,
        digest=message.digest,
        stream=unit,
        event=message.event(),
        who=source.id,
        posts=(source.actor(),),
        opening=_opening(message, source),
    )


def _opening(message: Message, source: Source) -> UnitRegistered | None:
    """What a source may say of a unit that it alone knows; a change opens nothing."""
    told, code = message.data.unit, message.code
    if code is None or not by_credit_code(message) or not isinstance(message.data, Reported):
        return None
    return UnitRegistered(
        kind=UnitKind.ENTERPRISE,
        name=told.name or code,
        code=code,
        place=told.place or source.place,
        provisional=True,
    )


def parking(message: Message, source: Source) -> DecisionRequest:
    """No unit could be found: the signal gets a stream of its own until a person matches or discards it."""
    told = message.data.unit
    event = SignalParked(
        signal=signal_of(message),
        source=message.source,
        reason="统一社会信用代码缺失或校验不通过，且名称与所在地不能唯一匹配",
        unit_code=message.code,
        unit_name=told.name,
        unit_place=told.place,
        digest=message.digest.hex(),
        message=orjson.dumps(message.data.model_dump(mode="json", exclude_none=True)).decode(),
    )
    # of the source's place: whoever has that place in charge finds the unit
    intake = Actor(id=_INTAKE, kind=ActorKind.SYSTEM, post="信号接收", place=source.place)
    return DecisionRequest(
        command_id=message.command_id,
        digest=message.digest,
        stream=uuid5(_PARKED, str(message.command_id)),
        event=event,
        who=intake.id,
        posts=(intake,),
        expected=0,
    )
