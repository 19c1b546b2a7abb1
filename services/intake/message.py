"""The wire of signals: CloudEvents 1.0 in binary, structured and batch mode, read strictly (domain §6)."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from events.characters import Form, Unfit, unfit
from events.envelope import Event
from events.fields import Count, Day, Documents, Line, Money, Prose, Reference, Severity
from events.folding import folded_code
from events.places import PlaceCode
from events.unit.signals import UnitSignalAmended, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import Category
from services import free_text
from services.casework.unit.signals import signal_id
from services.errors import Malformed, Problem
from services.intake.media_type import JSON, is_json
from services.intake.proof import Proof, proof_of
from services.strict_json import UnsupportedMediaType, read_json

REPORTED = "concord.signal.reported.v1"
AMENDED = "concord.signal.amended.v1"
WITHDRAWN = "concord.signal.withdrawn.v1"

_COMMANDS = uuid5(NAMESPACE_URL, "concord:signal")
_OPTIONAL = ("subject", "time", "dataschema", "datacontenttype")
_ATTRIBUTES = ("id", "source", "type", "specversion", *_OPTIONAL)
_OF_THE_DATA = ("data", "data_base64")
_NAME = re.compile(r"[a-z0-9]+")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
"""RFC 3339 §5.6."""

LONGEST = 300
"""Of an attribute, in characters."""


class Wire(BaseModel):
    """The base of what sources send: strict, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class WireUnit(Wire):
    """The unit that a signal is about, as the source knows it."""

    code: Reference | None = None
    name: Line | None = None
    place: PlaceCode | None = None


class Reported(Wire):
    """`concord.signal.reported.v1`: a violation, case, petition, incident or accident."""

    external_id: Reference
    category: Category
    severity: Severity
    occurred_on: Day
    reported_on: Day
    unit: WireUnit = WireUnit()
    people: Count | None = None
    amount_fen: Money | None = None
    months: Count | None = None
    penalised: bool = False
    case_number: Line | None = None
    status: Line | None = None
    summary: Prose | None = None
    documents: Documents = ()


class Amended(Wire):
    """`concord.signal.amended.v1`: only the given fields change."""

    external_id: Reference
    unit: WireUnit = WireUnit()
    category: Category | None = None
    severity: Severity | None = None
    occurred_on: Day | None = None
    people: Count | None = None
    amount_fen: Money | None = None
    months: Count | None = None
    penalised: bool | None = None
    case_number: Line | None = None
    status: Line | None = None
    summary: Prose | None = None
    reason: Prose


class Withdrawn(Wire):
    """`concord.signal.withdrawn.v1`."""

    external_id: Reference
    unit: WireUnit = WireUnit()
    reason: Prose


KINDS: Mapping[str, type[Reported] | type[Amended] | type[Withdrawn]] = {
    REPORTED: Reported,
    AMENDED: Amended,
    WITHDRAWN: Withdrawn,
}


@dataclass(frozen=True)
class Message:
    """A CloudEvent that is what it says: its attributes and its data; what follows from them is made once."""

    id: str
    source: str
    type: str
    subject: str | None
    data: Reported | Amended | Withdrawn
    masked: bool = False
    time: str | None = None
    proof: Proof | None = None

    @cached_property
    def command_id(self) -> UUID:
        """The same for every delivery of the same (source, id)."""
        return uuid5(_COMMANDS, f"{self.source}\n{self.id}")

    @cached_property
    def digest(self) -> bytes:
        """Of the content: the same id with another digest is a conflict."""
        content = orjson.dumps(
            {"type": self.type, "subject": self.subject, "data": self.data.model_dump(mode="json")},
            option=orjson.OPT_SORT_KEYS,
        )
        return sha256(content).digest()

    @property
    def code(self) -> str | None:
        """The unit's public code, by subject or data, as codes are compared."""
        given = self.subject or self.data.unit.code
        return folded_code(given) if given else None

    def is_after(self, moment: datetime) -> bool:
        """Whether it says that it was sent after that moment."""
        return self.time is not None and datetime.fromisoformat(self.time.upper()) > moment

    def event(self) -> Event:
        """The event that this message asks for."""
        data = self.data
        if isinstance(data, Reported):
            fields = {name: getattr(data, name) for name in Reported.model_fields if name != "unit"}
            return UnitSignalRecorded(source=self.source, **fields)
        fields = {name: getattr(data, name) for name in type(data).model_fields if name not in ("unit", "external_id")}
        name = signal_id(self.source, data.external_id)
        made = UnitSignalAmended if isinstance(data, Amended) else UnitSignalWithdrawn
        return made(signal=name, **fields)


def read_message(attributes: Mapping[str, Any], data: Any) -> Message:
    """The message of CloudEvents attributes and data already read as JSON. Raises Malformed with pointers."""
    problems = [
        Problem(f"/{name}", "缺少此属性", "this attribute is required")
        for name in ("id", "source", "type")
        if not isinstance(attributes.get(name), str) or not attributes[name]
    ]
    if attributes.get("specversion") != "1.0":
        problems.append(Problem("/specversion", "应为1.0", "must be 1.0"))
    for name in ("id", "source", "subject", "type"):
        value = attributes.get(name)
        if isinstance(value, str) and value:
            wrong = unfit(value, Form.ID) if len(value) <= LONGEST else Unfit("过长", "too long")
            problems += [Problem(f"/{name}", *wrong)] if wrong else []
    problems += [
        Problem(f"/{name}", "应为文本", "must be a text")
        for name in _OPTIONAL
        if attributes.get(name) is not None and not isinstance(attributes[name], str)
    ]
    problems += [
        Problem(f"/{name}", "不可为空", "must not be empty") for name in _OPTIONAL if attributes.get(name) == ""
    ]
    problems += _extensions(attributes)
    if isinstance(attributes.get("time"), str) and attributes["time"]:
        problems += _time(attributes["time"])
    kind = KINDS.get(str(attributes.get("type")))
    if kind is None:
        problems.append(Problem("/type", "不是信号事件类型", f"one of {', '.join(KINDS)}"))
    if problems or kind is None:
        raise Malformed(problems)
    try:
        parsed = kind.model_validate_json(orjson.dumps(data))
    except ValidationError as error:
        raise Malformed(
            [
                Problem(
                    "/data" + "".join(f"/{part}" for part in found["loc"]),
                    "取值不符合要求",
                    found["msg"].removeprefix("Value error, "),
                )
                for found in error.errors(include_url=False, include_input=False, include_context=False)
            ]
        ) from error
    _of_one_unit(attributes.get("subject"), parsed.unit.code)
    clean = free_text.without_personal(parsed)
    free_text.check(clean, "/data")
    subject, masked = attributes.get("subject") or None, clean is not parsed
    proof, time = proof_of(attributes, data), attributes.get("time")
    return Message(attributes["id"], attributes["source"], attributes["type"], subject, clean, masked, time, proof)


def _of_one_unit(subject: str | None, code: str | None) -> None:
    """A signal speaks of one unit, whichever of the two says which. Raises Malformed."""
    if subject and code and folded_code(subject) != folded_code(code):
        zh, en = "subject与data.unit.code须为同一单位", "subject and data.unit.code are one unit's"
        raise Malformed([Problem("/subject", zh, en), Problem("/data/unit/code", zh, en)])


def _extensions(attributes: Mapping[str, Any]) -> list[Problem]:
    """What else stands beside the known attributes: named of a-z and 0-9, and no list or object (CloudEvents §3.1)."""
    others = sorted(attributes.keys() - {*_ATTRIBUTES, *_OF_THE_DATA})
    odd = [
        Problem(f"/{name[:60]}", "没有这个属性", "no such attribute") for name in others if not _NAME.fullmatch(name)
    ]
    return odd + [
        Problem(f"/{name}", "扩展属性应为文本、整数或真假", "an extension is a text, an integer or a boolean")
        for name in others
        if _NAME.fullmatch(name) and not isinstance(attributes[name], str | int)
    ]


def _time(given: str) -> list[Problem]:
    if _MOMENT.fullmatch(given) is None:
        return [Problem("/time", "应为带时区的RFC 3339时间", "a moment with its offset, RFC 3339")]
    try:
        datetime.fromisoformat(given.upper())
    except ValueError:
        return [Problem("/time", "没有这个时刻", "there is no such moment")]
    return []


def structured(document: Any) -> Message:
    """The message of a structured-mode document; an attribute that is null is unset (JSON format §2.2).

    Raises Malformed.
    """
    if not isinstance(document, dict):
        raise Malformed([Problem("", "应为CloudEvents对象", "expected a CloudEvents object")])
    given = {name: value for name, value in document.items() if value is not None}
    if not _says_json(given.get("datacontenttype", JSON)):
        raise Malformed([Problem("/datacontenttype", "应为application/json", "must be application/json")])
    return read_message(given, _data(given))


def _says_json(content_type: Any) -> bool:
    try:
        return isinstance(content_type, str) and is_json(content_type)
    except UnsupportedMediaType:
        return False


def _data(given: Mapping[str, Any]) -> Any:
    """The data, in whichever of its two forms it was given (JSON format §3.1). Raises Malformed."""
    if "data_base64" not in given:
        return given.get("data")
    if "data" in given:
        raise Malformed([Problem("/data_base64", "data与data_base64只能有一个", "data or data_base64, not both")])
    try:
        body = b64decode(str(given["data_base64"]), validate=True)
    except ValueError as error:
        raise Malformed([Problem("/data_base64", "不是Base64", "is not Base64")]) from error
    return read_json(body)
