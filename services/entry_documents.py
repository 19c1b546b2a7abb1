"""Entries and refusals as JSON documents, as routes, webhooks and commands print them; personal fields are masked."""

from __future__ import annotations

from typing import Any

import orjson

from events.envelope import Entry, Event
from events.registry import UnknownEntry, encode
from events.sealed import masked
from events.sentences import sentence
from services.casework.law import Refusal
from services.casework.pack import pack_of
from services.vault import sealed_fields


def refusal_document(refusal: Refusal) -> dict[str, Any]:
    """A refusal as JSON: rule, clause, what is so, what would have to be true."""
    return {
        "rule": refusal.rule,
        "clause": refusal.clause,
        "assumption": refusal.assumption,
        "zh": refusal.zh,
        "en": refusal.en,
        "needs": {"zh": refusal.needs_zh, "en": refusal.needs_en},
        "facts": list(refusal.facts),
        "pointer": refusal.pointer,
        "could_act": list(refusal.could_act),
        "final": refusal.final,
    }


def entry_document(entry: Entry[Event], **beside: Any) -> orjson.Fragment:
    """An entry as JSON with its type, its sentences and what stands beside it (its position, what voided it);
    personal fields are masked.
    """
    pack = pack_of(entry)
    said = {"zh": sentence(entry.event, "zh", pack.label), "en": sentence(entry.event, "en", pack.label)}
    return bare_document(entry, encode(entry), sentence=said, **beside)


def told(entry: Entry[Event] | UnknownEntry, **beside: Any) -> orjson.Fragment:
    """An entry as JSON, also one of a type that this program does not know."""
    return _unknown_document(entry, **beside) if isinstance(entry, UnknownEntry) else entry_document(entry, **beside)


def _unknown_document(entry: UnknownEntry, **beside: Any) -> orjson.Fragment:
    """An entry of a type that this program does not know: its type, and what was stored, with personal data masked."""
    document = {
        "type": entry.type,
        **beside,
        "stream": str(entry.stream),
        "version": entry.version,
        "recorded_at": entry.recorded_at,
        "unknown": True,
        "raw": masked(orjson.loads(entry.raw)),
    }
    return orjson.Fragment(orjson.dumps(document))


def bare_document(entry: Entry[Event], stored: bytes, **beside: Any) -> orjson.Fragment:
    """An entry as JSON with its type and what stands beside it, without sentences: what whoever made it needs;
    `stored` are its bytes.
    """
    before = {"type": entry.event.about.type, **beside}
    if sealed_fields(type(entry.event)):
        stored = orjson.dumps(masked(orjson.loads(stored)))
    # the stored bytes are JSON already: they are joined, not parsed and written again
    return orjson.Fragment(orjson.dumps(before)[:-1] + b"," + stored[1:])
