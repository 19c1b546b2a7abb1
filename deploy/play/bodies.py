"""Bodies of commands: filled in by their schemas, from what was seen, or wrong in one place."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

DEPTH = 6
"""How many parts within parts are filled in; the vocabulary has no more."""

MOST = 3
"""Items of a list that is filled in."""

SEEN = 20
"""Bodies of a type that are remembered."""

Known = Mapping[str, Sequence[str]]
"""The ids of streams that are known, by kind."""


@dataclass(slots=True)
class Bodies:
    """Bodies for the commands of an interface; the same for the same random numbers and the same seen."""

    random: Random
    schemas: Mapping[str, Any]
    today: date
    streams: Known
    seen: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def saw(self, event_type: str, body: Mapping[str, Any]) -> None:
        """Remember the fields of a stored event of a type, as a body to take up again."""
        kept = self.seen.setdefault(event_type, [])
        if len(kept) < SEEN:
            kept.append(dict(body))
        else:
            kept[self.random.randrange(SEEN)] = dict(body)

    def plausible(self, schema: Mapping[str, Any], possible: Mapping[str, Any]) -> dict[str, Any]:
        """A body for a possibility: its example, or one that was seen, or filled in; with values that it offers."""
        body = self._begun(schema, possible)
        for offered in possible.get("fields", ()):
            name = offered["name"]
            if (name in body or offered["required"]) and "fields" not in offered and not offered.get("many"):
                choices = offered.get("choices") or ()
                if choices and (name not in body or self.random.random() < 0.5):
                    body[name] = self.random.choice(choices)["value"]
        for name, value in possible.get("subject", {}).items():
            if value is not None and name in schema["properties"]:
                body[name] = value
        return body

    def _begun(self, schema: Mapping[str, Any], possible: Mapping[str, Any]) -> dict[str, Any]:
        example = possible.get("example")
        if example is not None and self.random.random() < 0.6:
            return dict(deepcopy(example))
        seen = self.seen.get(possible.get("type", ""))
        if seen and self.random.random() < 0.7:
            fields = deepcopy(self.random.choice(seen))
            body = {name: value for name, value in fields.items() if name in schema["properties"]}
            return {name: value for name, value in body.items() if value is not None}
        made: dict[str, Any] = self.filled(schema)
        return made

    def filled(self, schema: Mapping[str, Any], depth: int = DEPTH) -> Any:
        """A value that fits a schema, as far as the schema says what fits."""
        random = self.random
        if "$ref" in schema:
            return self.filled(self.schemas[schema["$ref"].rpartition("/")[2]], depth)
        if "anyOf" in schema:
            choices = [one for one in schema["anyOf"] if one.get("type") != "null"]
            return self.filled({**random.choice(choices), **_markers(schema)}, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return random.choice(schema["enum"])
        match schema.get("type"):
            case "object" if depth > 0:
                required = schema.get("required", ())
                return {
                    name: self.filled(one, depth - 1)
                    for name, one in schema.get("properties", {}).items()
                    if name in required or random.random() < 0.3
                }
            case "array":
                least, most = schema.get("minItems", 0), min(schema.get("maxItems", MOST), MOST)
                return [self.filled(schema["items"], depth - 1) for _ in range(max(least, random.randint(0, most)))]
            case "integer" | "number":
                least, most = schema.get("minimum", 0), schema.get("maximum", 100)
                return random.randint(least, max(least, min(most, least + 50)))
            case "boolean":
                return random.random() < 0.5
            case "string":
                return self._text(schema)
        return {}

    def _text(self, schema: Mapping[str, Any]) -> str:
        random = self.random
        match schema.get("format"):
            case "date":
                return (self.today + timedelta(days=random.choice((0, 0, 0, -1, 1, -30, 30, -400, 400)))).isoformat()
            case "uuid":
                known = self.streams.get(schema.get("x-stream", ""), ())
                return random.choice(known) if known and random.random() < 0.9 else _uuid(random)
        pattern = schema.get("pattern", "")
        if "0-9a-f]{64}" in pattern:
            return "".join(random.choices("0123456789abcdef", k=64))
        if "[0-9]{6}" in pattern:
            return random.choice(("430000", "430100", "430102", "430300", "110000"))
        if pattern.startswith("^[a-z]"):
            return "example" + str(random.randrange(9))
        return "示例" + str(random.randrange(1000))


def _markers(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name.startswith("x-")}


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


# --- wrong in one place -----------------------------------------------------------------------------------------------

Place = tuple[Any, Any]
"""A part of a document and the name or number of what stands in it."""


def wrong(random: Random, body: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The body with one thing wrong with it, and what that is."""
    made: dict[str, Any] = deepcopy(dict(body))
    places = list(_places(made))
    if not places or random.random() < 0.1:
        made[random.choice(("no_such_field", "title_end", "", "decided", "__proto__"))] = random.choice((1, "示例", {}))
        return made, "a field that is none"
    part, at = random.choice(places)
    if random.random() < 0.15:
        del part[at]
        return made, f"{at} is missing"
    was = part[at]
    value = part[at] = random.choice([one for one in _instead(random, was) if type(one) is not type(was) or one != was])
    return made, f"{at} is {json.dumps(value, default=str)[:60]}"


def _places(part: Any) -> Iterator[Place]:
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for at, value in inside:
        yield part, at
        yield from _places(value)


def _instead(random: Random, value: Any) -> Sequence[Any]:
    """What can stand instead of a value: of another type, or of its own and out of bounds."""
    others: Sequence[Any] = (None, {}, [value], {"value": value}, 0.1, str(value), True)
    match value:
        case bool():
            return (*others, not value)
        case int():
            return (*others, -1, 0, value - 1, value + 1, 2**31, 2**63, 2**64, 10**30, 1e308, value + 0.5)
        case str():
            return (*others, *_other_texts(random, value))
        case list():
            return (*others, [], value * 2, value * 500)
    return others


def _other_texts(random: Random, text: str) -> Sequence[str]:
    if _is_day(text):
        far = random.choice((-4000, -1, 1, 400, 40_000))
        return (
            (date.fromisoformat(text) + timedelta(days=far)).isoformat(), f"{text}T00:00:00Z", "0001-01-01",
            "1900-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "２０２６年",
        )  # fmt: skip
    if _is_uuid(text):
        return (_uuid(random), str(UUID(int=0)), str(UUID(int=2**128 - 1)), text.upper(), text[:-1])
    printable = "".join(random.choices(string.printable, k=20))
    hostile = ("'; DROP TABLE events; --", "<script>alert(1)</script>", "../../etc/passwd")
    return ("", " ", text + "\x00", text + "\u202e", "示" * 100_000, printable, *hostile)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == 36


def no_json(random: Random) -> bytes:
    """Bytes that are no body at all."""
    return random.choice((
        b"", b"{", b"[]", b"null", b"1", b'"text"', b"\xff\xfe", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":1e999}',
        b'{"a":"\\ud800"}', b"[" * 10_000, b'{"a":' * 200 + b"1" + b"}" * 200, b"{}" + b" " * 100_000 + b"x",
        b'{"\\u0000":1}', b"\xef\xbb\xbf{}", b'{"a":' + b"9" * 5_000 + b"}",
    ))  # fmt: skip
