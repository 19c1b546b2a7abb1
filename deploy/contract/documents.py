"""The files made from the vocabulary, and which of them drifted: schemas, the wire, dictionary, duties, glossary."""

from __future__ import annotations

from pathlib import Path

import orjson

from deploy.contract.glossary import glossary
from deploy.contract.law import duties
from deploy.contract.reference import reference
from deploy.contract.schemas import Schema, schemas
from deploy.contract.wire import asyncapi, wire_schemas
from events.registry import VOCABULARY, Vocabulary

SCHEMAS = Path("events/schemas")
WIRE = SCHEMAS / "wire"
ASYNCAPI = Path("docs/reference/asyncapi.json")
REFERENCE = Path("docs/reference/events.md")
DUTIES = Path("docs/reference/duties.md")
GLOSSARY = Path("docs/reference/glossary.md")


def files(vocabulary: Vocabulary = VOCABULARY) -> dict[Path, str]:
    """Every file made from a vocabulary, by its path under the root."""
    made, wire = schemas(vocabulary), wire_schemas()
    texts = {SCHEMAS / f"{name}.json": text(schema) for name, schema in made.items()}
    texts |= {WIRE / f"{name}.json": text(schema) for name, schema in wire.items()}
    texts[ASYNCAPI] = text(asyncapi(wire, sorted(made)))
    return texts | {REFERENCE: reference(made, vocabulary), DUTIES: duties(), GLOSSARY: glossary()}


def drift(root: Path, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    """What differs from the files under `root`, a sentence each; empty where nothing does."""
    texts = files(vocabulary)
    problems = [f"{path} is of no type there is" for path in _schemas_in(root) if path not in texts]
    for path, made in texts.items():
        there = root / path
        if not there.is_file():
            problems.append(f"{path} is missing")
        elif there.read_text(encoding="utf-8") != made:
            problems.append(f"{path} is not what the vocabulary says: python -m deploy.contract write")
    return problems


def write(root: Path, vocabulary: Vocabulary = VOCABULARY) -> None:
    """Write every file under `root`, and remove the schemas of types that are gone."""
    texts = files(vocabulary)
    for path in _schemas_in(root):
        if path not in texts:
            (root / path).unlink()
    for path, made in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(made, encoding="utf-8")


def text(document: Schema) -> str:
    """A document as it stands in a file."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _schemas_in(root: Path) -> list[Path]:
    return [path.relative_to(root) for path in sorted((root / SCHEMAS).rglob("*.json"))]
