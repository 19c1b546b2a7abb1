"""What the register says of itself in `openapi.json`: kinds of streams, their commands, and what can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_STREAM, _DECISIONS = "/{stream}", "/decisions"


@dataclass(frozen=True, slots=True)
class Command:
    """A decision on a stream: where it is sent, what its body is, and whether it has to say a version."""

    kind: str
    name: str
    path: str
    schema: Mapping[str, Any]
    versioned: bool

    @property
    def fields(self) -> Mapping[str, Any]:
        """The schemas of its body's fields."""
        found: Mapping[str, Any] = self.schema.get("properties", {})
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """Something to read: its path, and the parameters of its query."""

    path: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interface:
    """All of it. `kinds` gives by name the path of the list of each kind; `others` are commands on no stream."""

    kinds: Mapping[str, str]
    commands: Mapping[tuple[str, str], Command]
    beginning: Mapping[str, Command]
    readings: tuple[Reading, ...]
    others: tuple[tuple[str, str], ...]
    schemas: Mapping[str, Any] = field(default_factory=dict)


def interface(document: Mapping[str, Any]) -> Interface:
    """Read the document. Raises ValueError where it describes no streams that can be decided on."""
    schemas = document.get("components", {}).get("schemas", {})
    paths: Mapping[str, Any] = document.get("paths", {})
    kinds: dict[str, str] = {}
    for path, operations in paths.items():
        if path.endswith(_STREAM + _DECISIONS) and "get" in operations:
            kinds[operations["get"]["tags"][0]] = path.removesuffix(_STREAM + _DECISIONS)
    if not kinds:
        raise ValueError("that describes no streams: is it the openapi.json of a register?")
    commands: dict[tuple[str, str], Command] = {}
    beginning: dict[str, Command] = {}
    readings: list[Reading] = []
    others: list[tuple[str, str]] = []
    for path, operations in paths.items():
        for method, operation in operations.items():
            if method == "get":
                given = operation.get("parameters", ())
                readings.append(Reading(path, tuple(one["name"] for one in given if one["in"] == "query")))
            elif path.partition(_STREAM + _DECISIONS)[0] not in kinds.values():
                others.append((method.upper(), path))
            elif _STREAM in path:
                command = _command(path, operation, schemas)
                commands[command.kind, command.name] = command
            else:
                beginning[operation["tags"][0]] = _command(path, operation, schemas)
    return Interface(kinds, commands, beginning, tuple(readings), tuple(others), schemas)


def _command(path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Command:
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    versioned = any(one["name"] == "If-Match" and one["required"] for one in operation["parameters"])
    return Command(
        operation["tags"][0], path.rpartition("/")[2], path, schemas[reference.rpartition("/")[2]], versioned
    )
