"""Releases: a frozen folder each, `deploy/contract/releases/<version>/`, and what the newest of them forbids.

A folder has the schema of every event type and signal type, a sample of every type that can be read, the
AsyncAPI document, and the id, version and digest of every pack. It is written once and never changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from deploy.contract.compatibility import breaks
from deploy.contract.documents import ASYNCAPI, drift, text
from deploy.contract.schemas import Schema, schemas
from deploy.contract.wire import asyncapi, wire_schemas
from events.registry import VOCABULARY, Vocabulary
from services.casework.pack import UnsoundPack, read_pack

RELEASES = Path("deploy/contract/releases")
SAMPLES = Path("tests/samples")
PACKS = Path("services/casework/packs")

_GONE = "{}: the type is gone, and nothing brings it up to a newer one"
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)").fullmatch


def releases(root: Path) -> list[str]:
    """The versions that were released, from the oldest to the newest."""
    found = [folder.name for folder in (root / RELEASES).glob("*") if _VERSION(folder.name)]
    return sorted(found, key=_number)


def freeze(root: Path, version: str, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    """Write the folder of a new version; where something stands against it, write nothing and return what."""
    known = releases(root)
    if not _VERSION(version):
        return [f"{version} is no version: three numbers with dots between"]
    if known and _number(version) <= _number(known[-1]):
        return [f"{version} does not come after {known[-1]}"]
    if problems := check(root, vocabulary):
        return problems
    names = sorted({*vocabulary.types, *vocabulary.upcasters})
    if missing := [name for name in names if not (root / SAMPLES / f"{name}.json").is_file()]:
        return [f"{name}: there is no sample of it in {SAMPLES}" for name in missing]
    made, wire = schemas(vocabulary), wire_schemas()
    texts = {f"schemas/{name}.json": text(schema) for name, schema in made.items()}
    texts |= {f"wire/{name}.json": text(schema) for name, schema in wire.items()}
    texts |= {f"samples/{name}.json": (root / SAMPLES / f"{name}.json").read_text(encoding="utf-8") for name in names}
    texts |= {ASYNCAPI.name: text(asyncapi(wire, sorted(made))), "packs.json": text(_packs(root))}
    for name, content in texts.items():
        path = root / RELEASES / version / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return []


def check(root: Path, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    """What drifted from the vocabulary, and what breaks with the newest release; a sentence each."""
    return drift(root, vocabulary) + broken(root, vocabulary)


def standing(root: Path) -> str:
    """What a check that found nothing has shown."""
    known = releases(root)
    if not known:
        return "尚未发布任何版本，检查通过。 / Nothing is released yet, so there is nothing to break: the check passes."
    return f"与{known[-1]}版兼容。 / Compatible with release {known[-1]}."


def broken(root: Path, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    """What of the newest release no longer holds, a sentence each; empty where nothing is released."""
    known = releases(root)
    if not known:
        return []
    folder = root / RELEASES / known[-1]
    samples = {path.stem: path.read_bytes() for path in sorted((folder / "samples").glob("*.json"))}
    problems = (
        *narrowed(_documents(folder / "schemas"), schemas(vocabulary), vocabulary.upcasters),
        *narrowed(_documents(folder / "wire"), wire_schemas()),
        *_unaddressed(_document(folder / ASYNCAPI.name), asyncapi({}, [])),
        *(problem for name, stored in samples.items() for problem in _unread(name, stored, vocabulary)),
        *_altered(_document(folder / "packs.json"), root),
    )
    return list(dict.fromkeys(problems))


def narrowed(old: Mapping[str, Schema], new: Mapping[str, Schema], upcast: Collection[str] = ()) -> list[str]:
    """What the new schemas refuse that the old ones allowed; a type may go only where it is upcast."""
    problems = []
    for name, schema in old.items():
        if name in new:
            problems += [f"{name}: {problem}" for problem in breaks(schema, new[name])]
        elif name not in upcast:
            problems.append(_GONE.format(name))
    return problems


def _unaddressed(old: Schema, new: Schema) -> Iterator[str]:
    """The channels that are no longer where they were."""
    for name, channel in old["channels"].items():
        if new["channels"].get(name, {}).get("address") != channel["address"]:
            yield f"the channel {name} is no longer at {channel['address']}"


def _unread(name: str, stored: bytes, vocabulary: Vocabulary) -> Iterator[str]:
    """What of a sample no longer loads, or is lost when it is written again."""
    if name not in vocabulary.types and name not in vocabulary.upcasters:
        yield _GONE.format(name)
        return
    try:
        entry = vocabulary.decode(name, stored)
        written = vocabulary.encode(entry)
        if vocabulary.decode(type(entry.event).about.type, written) != entry:
            yield f"{name}: the sample is another once it is written again"
    except (ValueError, LookupError, TypeError) as error:
        yield f"{name}: the sample no longer loads: {' '.join(str(error).split())}"
        return
    if name in vocabulary.types:
        lost = _lost(orjson.loads(stored), orjson.loads(written), "")
        yield from (f"{name}: the sample's {place} is not written as it was" for place in lost)


def _lost(before: Any, after: Any, place: str) -> Iterator[str]:
    """Where something that was there is not, or is otherwise; what is new is no loss."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            yield from _lost(value, after.get(key), f"{place}/{key}")
    elif before != after:
        yield place


def _altered(old: Schema, root: Path) -> Iterator[str]:
    """The packs that are gone, or are others under the same id and version."""
    try:
        now = _packs(root)
    except UnsoundPack as error:
        yield str(error)
        return
    for name, digest in old.items():
        if name not in now:
            yield f"the pack {name} is gone: what was judged by it can no longer be judged"
        elif now[name] != digest:
            yield f"the pack {name} was changed: a change is a new version"


def _packs(root: Path) -> dict[str, str]:
    """The digest of every pack in the tree, by its id and version. Raises UnsoundPack."""
    packs = [read_pack(file.parent) for file in sorted((root / PACKS).glob("*/*/pack.toml"))]
    return {pack.name: pack.digest for pack in packs}


def _documents(folder: Path) -> dict[str, Schema]:
    return {path.stem: _document(path) for path in sorted(folder.glob("*.json"))}


def _document(path: Path) -> Schema:
    document: Schema = orjson.loads(path.read_bytes())
    return document


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
