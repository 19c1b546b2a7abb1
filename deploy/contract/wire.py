"""What crosses the wire: a JSON Schema a signal type, and the AsyncAPI 3 document of the topics."""

from __future__ import annotations

import inspect
from typing import Any

from deploy.contract.schemas import DIALECT, Schema, Untitled
from services.intake.media_type import JSON
from services.intake.message import KINDS
from services.intake.topics import DEAD, EVENTS, SIGNALS
from services.publisher.heads import HEADS
from services.publisher.resend import WANTED
from services.publisher.topics import OF_A_PLACE

ATTRIBUTES: Schema = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {
        "type": "string",
        "minLength": 1,
        "maxLength": 300,
        "description": "来源内唯一；重复投递只记一次 / unique in the source; a second delivery is recorded once",
    },
    "ce_source": {
        "type": "string",
        "minLength": 1,
        "maxLength": 300,
        "description": "已登记来源的URI / the source's URI",
    },
    "ce_time": {"type": "string", "format": "date-time", "description": "带时区 / with its offset"},
    "ce_subject": {"type": "string", "maxLength": 300, "description": "单位公开代码 / the unit's public code"},
    "content-type": {"type": "string", "const": JSON},
}

SIGNED: Schema = {
    "ce_signature": {
        "type": "string",
        "pattern": "^[A-Za-z0-9+/]{86}==$",
        "description": "来源的Ed25519签名，有公钥的来源必填 / the source's Ed25519 signature, where it has a key",
    }
}
"""What a source that has a key adds."""

PLACED: Schema = {
    "ce_position": {
        "type": "string",
        "pattern": "^[1-9][0-9]*$",
        "description": "在日志中的位置 / position in the log",
    },
    "ce_branch": {
        "type": "string",
        "format": "uuid",
        "description": "所属日志 / the log that it is an event of: the first part of `ce_id`",
    },
    "ce_version": {"type": "string", "pattern": "^[0-9]+$", "description": "在流中的版本 / version in its stream"},
    "ce_digest": {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
        "description": "消息字节的SHA-256，十六进制 / SHA-256 of the value, in hexadecimal",
    },
    "concord-signature": {
        "contentEncoding": "binary",
        "description": "登记册的Ed25519签名，64字节，其后为散列树的兄弟节点，各32字节 / "
        "the register's Ed25519 signature, 64 bytes, then the siblings of the hash tree, 32 bytes each",
    },
}
"""Attributes that only events have."""


def wire_schemas() -> dict[str, Schema]:
    """The schema of the data of every signal type, by type."""
    return {name: _schema(name, model) for name, model in KINDS.items()}


def asyncapi(signals: dict[str, Schema], events: list[str]) -> Schema:
    """The AsyncAPI 3 document: topics, messages in CloudEvents 1.0 binary mode, keys; schemas by reference."""
    messages = {_short(name): _signal(name, schema) for name, schema in signals.items()}
    channels = {
        "signals": _channel(SIGNALS, "来源系统发布的信号 / signals that source systems publish", messages),
        "dead": _channel(DEAD, "不能接收的消息 / messages that could not be taken", {"dead": _dead()}),
        "events": _channel(EVENTS, "登记簿的事件 / what the register recorded", {"event": _event(events)}),
        "eventsOfAPlace": _channel(
            OF_A_PLACE,
            "多个登记簿共用一个代理时 / where several registers share a broker",
            {"event": {"$ref": "#/channels/events/messages/event"}},
        )
        | {"parameters": {"place": {"description": "行政区划代码，国家为000000 / division code, 000000 the nation's"}}},
        "heads": _channel(
            HEADS,
            "各登记册日志的末端，每两秒一次 / how far each register's log goes, every two seconds",
            {"head": _head()},
        ),
        "wanted": _channel(WANTED, "国家级请省级重发 / what the nation asks to be sent again", {"range": _range()}),
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Concord",
            "version": "1.0.0",
            "description": "信号进，事件出 / Signals in, events out. Within a version it only grows.",
        },
        "defaultContentType": JSON,
        "servers": {"kafka": {"host": "127.0.0.1:9092", "protocol": "kafka"}},
        "channels": channels,
        "operations": {
            "takeSignals": _operation("receive", "signals"),
            "setAside": _operation("send", "dead"),
            "publishEvents": _operation("send", "events"),
            "publishEventsOfAPlace": _operation("send", "eventsOfAPlace"),
            "tellHeads": _operation("send", "heads"),
            "sendAgain": _operation("receive", "wanted"),
        },
    }


def _schema(name: str, model: Any) -> Schema:
    made: Schema = model.model_json_schema(mode="validation", schema_generator=Untitled)
    said = " ".join(inspect.cleandoc(model.__doc__ or "").split())
    return {"$schema": DIALECT, "$id": f"urn:concord:wire:{name}"} | made | {"title": name, "description": said}


def _short(name: str) -> str:
    return name.removeprefix("concord.signal.").removesuffix(".v1")


def _channel(topic: str, description: str, messages: Schema) -> Schema:
    return {"address": topic, "description": description, "messages": messages}


def _operation(action: str, channel: str) -> Schema:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _headers(kind: Schema, *required: str, more: Schema | None = None) -> Schema:
    properties = ATTRIBUTES | {"ce_type": kind} | (more or {})
    return {
        "type": "object",
        "properties": properties,
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", *required],
    }


def _keyed(description: str) -> Schema:
    return {"kafka": {"key": {"type": "string", "description": description}, "bindingVersion": "0.5.0"}}


def _signal(name: str, schema: Schema) -> Schema:
    return {
        "name": name,
        "summary": schema["description"],
        "contentType": JSON,
        "headers": _headers({"type": "string", "const": name}, more=SIGNED),
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"../../events/schemas/wire/{name}.json"},
        },
        "bindings": _keyed(
            "单位公开代码，同一单位的消息保持次序 / the unit's public code: keeps a unit's messages in order"
        ),
    }


def _dead() -> Schema:
    said = {"type": "string"}
    return {
        "name": "concord.dead-letter",
        "summary": "消息原样，附类别与原因 / the message as it came, with its class and reason",
        "headers": {
            "type": "object",
            "properties": {"concord-class": said, "concord-reason": said},
            "required": ["concord-class", "concord-reason"],
        },
        "payload": {"description": "原字节 / the bytes as they came"},
    }


def _range() -> Schema:
    position = {"type": "integer", "minimum": 1}
    log = {"type": "string", "format": "uuid", "description": "日志标识 / the log's id"}
    return {
        "name": "concord.range",
        "summary": "日志的一段，含首尾 / positions of a log, the first and the last included",
        "contentType": JSON,
        "payload": {
            "type": "object",
            "properties": {"place": {"type": "string"}, "log": log, "from": position, "until": position},
            "required": ["place", "log", "from", "until"],
        },
        "bindings": _keyed("行政区划代码 / the place"),
    }


def _head() -> Schema:
    digest = "该处字节的SHA-256 / SHA-256 of the bytes there"
    said: Schema = {
        "place": {"type": "string"},
        "log": {"type": "string", "format": "uuid", "description": "日志标识 / the log's id"},
        "position": {"type": "integer", "minimum": 0, "description": "日志的最后位置 / the last position of the log"},
        "digest": {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": digest,
        },
        "at": {"type": "string", "format": "date-time", "description": "数据库时钟 / by the clock of its database"},
    }
    return {
        "name": "concord.head",
        "summary": "日志的末端，带签名 / the end of a log, signed (`concord-signature`, 64 bytes)",
        "contentType": JSON,
        "headers": {
            "type": "object",
            "properties": {"concord-signature": {"contentEncoding": "binary"}},
            "required": ["concord-signature"],
        },
        "payload": {"type": "object", "properties": said, "required": list(said)},
        "bindings": _keyed("行政区划代码 / the place"),
    }


def _event(events: list[str]) -> Schema:
    return {
        "name": "concord.event",
        "summary": "每类事件一个模式 / a schema a type",
        "contentType": JSON,
        "headers": _headers({"type": "string", "enum": events}, more=PLACED),
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"oneOf": [{"$ref": f"../../events/schemas/{name}.json"} for name in events]},
        },
        "bindings": _keyed("流的标识 / the stream's id"),
    }
