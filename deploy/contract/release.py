"""The released files and what drifted from them: schemas of events and of the wire, data dictionary, glossary."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import orjson

from deploy.contract.compatibility import breaks
from deploy.contract.glossary import glossary
from deploy.contract.reference import reference
from deploy.contract.schemas import Schema, schemas
from deploy.contract.wire import asyncapi, wire_schemas
from events.registry import VOCABULARY, Vocabulary

SCHEMAS = Path("events/schemas")
WIRE = SCHEMAS / "wire"
ASYNCAPI = Path("docs/reference/asyncapi.json")
REFERENCE = Path("docs/reference/events.md")
GLOSSARY = Path("docs/reference/glossary.md")


def released(root: Path) -> dict[str, Schema]:
    """The schemas as they stand under `root`, by type name."""
    return {path.stem: orjson.loads(path.read_bytes()) for path in sorted((root / SCHEMAS).glob("*.json"))}


def released_wire(root: Path) -> dict[str, Schema]:
    """The schemas of the wire as they stand under `root`, by type."""
    return {path.stem: orjson.loads(path.read_bytes()) for path in sorted((root / WIRE).glob("*.json"))}


def files(made: Mapping[str, Schema], vocabulary: Vocabulary = VOCABULARY) -> dict[Path, str]:
    """Every file generated from the schemas made of a vocabulary, by its path under the root."""
    texts = {SCHEMAS / f"{name}.json": _text(schema) for name, schema in made.items()}
    wire = wire_schemas()
    texts |= {WIRE / f"{name}.json": _text(schema) for name, schema in wire.items()}
    texts[ASYNCAPI] = _text(asyncapi(wire, sorted(made)))
    return texts | {REFERENCE: reference(made, vocabulary), GLOSSARY: glossary()}


def check(root: Path, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    """What differs from the files under `root`, a sentence each; empty where nothing does."""
    made = schemas(vocabulary)
    problems = broken(released(root), made, vocabulary.upcasters) + broken(released_wire(root), wire_schemas())
    for path, text in files(made, vocabulary).items():
        there = root / path
        if not there.is_file():
            problems.append(f"{path} is missing")
        elif there.read_text(encoding="utf-8") != text:
            problems.append(f"{path} is not what the vocabulary says: python -m deploy.contract write")
    return problems


def write(root: Path, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    """Write every file under `root`; where the change is incompatible, write nothing and return why."""
    made = schemas(vocabulary)
    problems = broken(released(root), made, vocabulary.upcasters) + broken(released_wire(root), wire_schemas())
    if not problems:
        for path, text in files(made, vocabulary).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    return problems


def broken(old: Mapping[str, Schema], new: Mapping[str, Schema], upcast: Collection[str] = ()) -> list[str]:
    """What can no longer be read of what was released; a type may go only where it is upcast."""
    problems = []
    for name, schema in old.items():
        if name in new:
            problems += [f"{name}: {problem}" for problem in breaks(schema, new[name])]
        elif name not in upcast:
            problems.append(f"{name}: the type is gone, and nothing brings it up to a newer one")
    return problems


def _text(schema: Schema) -> str:
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
