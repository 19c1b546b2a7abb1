"""A unit's state as JSON: computed from its events at the moment asked for, never a stored copy."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from services.casework.unit.application import current_step
from services.casework.calendar import provisional, working_days_between
from services.casework.judgement import obligations
from services.casework.unit.naming import standing
from services.casework.pack import Pack
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit

_NOT_SHOWN = frozenset({"entries", "id", "version"})


def state_document(unit: Unit, pack: Pack, day: date) -> dict[str, Any]:
    """Standing per title, step, watch, what is owed on that day, and every region of the state."""
    life = unit.life
    title, step = current_step(unit)
    titles = sorted({*unit.naming.held, *unit.naming.gone, *unit.naming.reserve})
    return {
        "unit": str(unit.id),
        "version": unit.version,
        "name": life.name,
        "kind": life.kind,
        "code": life.code,
        "place": life.place,
        "provisional": life.provisional,
        "closed": life.closed,
        "standings": {name: _standing(unit, name) for name in titles},
        "step": {"title": title, "step": step},
        "watch": watch(unit, pack),
        "open_signals": sorted(unit.signals.open),
        "obligations": [
            {
                "kind": owed.kind,
                "ref": owed.ref,
                "holder": owed.holder,
                "since": owed.since,
                "due": owed.due,
                "working_days_left": working_days_between(day, owed.due),
                "provisional": provisional(owed.due),
                "clause": owed.clause,
            }
            for owed in obligations(unit, pack)
        ],
        "regions": {
            field.name: plain(getattr(unit, field.name)) for field in fields(unit) if field.name not in _NOT_SHOWN
        },
    }


def _standing(unit: Unit, title: str) -> dict[str, Any]:
    held = unit.naming.held.get(title)
    known = held or (unit.naming.gone[title][1] if title in unit.naming.gone else None)
    return {
        "standing": standing(unit, title),
        "term_from": known.term_from if known else None,
        "term_until": known.term_until if known else None,
    }


def plain(value: Any) -> Any:
    """Frozen data as JSON values: keys as text, sets sorted."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {_key(key): plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted(str(part) for part in value)
    return value


def _key(key: Any) -> str:
    return "/".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
