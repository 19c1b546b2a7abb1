"""A signal as the wire has it: CloudEvents 1.0 in Kafka's binary mode."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import orjson

from services.intake.message import Message
from services.intake.proof import ATTRIBUTE


def kafka_record(message: Message) -> dict[str, Any]:
    """A message as the wire has it: binary mode, keyed by the unit's public code."""
    attributes = {"specversion": "1.0", "id": message.id, "source": message.source, "type": message.type}
    if message.subject:
        attributes["subject"] = message.subject
    if message.time:
        attributes["time"] = message.time
    if message.proof:
        attributes[ATTRIBUTE] = b64encode(message.proof.signature).decode()
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    data = message.data.model_dump(mode="json", exclude_unset=True)
    return {
        "key": (message.code or message.data.external_id).encode(),
        "value": orjson.dumps(data),
        "headers": [*headers, ("content-type", b"application/json")],
    }
