"""A stream's state as JSON: computed from its entries at the moment asked for, never a stored copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from services.casework.judgement import obligations
from services.casework.obligation import Obligation
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.record import lapses_on
from services.casework.stream import OpenAct, State
from services.casework.unit.application import current_step
from services.casework.unit.naming.state import standing_on
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit

_NOT_SHOWN = frozenset({"entries", "id", "version", "voided", "common", "owed"})


def state_document(state: State, packs: Packs, day: date) -> dict[str, Any]:
    """What is so of a stream on that day, with every region of its state."""
    regions = {field.name: plain(getattr(state, field.name)) for field in fields(state) if field.name not in _NOT_SHOWN}
    return {**overview(state, packs, day), "regions" if isinstance(state, Unit) else "state": regions}


def overview(state: State, packs: Packs, day: date) -> dict[str, Any]:
    """What is so of a stream on that day, by the pack of that day: the same for every kind, and more for units."""
    kind, pack = state.descriptor, packs.on(day)
    document: dict[str, Any] = {
        "stream": str(state.id),
        "stream_kind": kind.name,
        "version": state.version,
        "label": kind.label(state, "zh"),
        "place": kind.place(state),
        "open": kind.is_open(state),
        "pack": pack.name,
        "voided": sorted(state.voided),
        "corrected": sorted(state.corrected),
        "waiting": [_waiting(act, packs) for act in state.common.open_acts.values()],
        "obligations": [_owed(duty, state, pack, day) for duty in obligations(state, packs)],
    }
    return {**document, **unit_overview(state, pack, day)} if isinstance(state, Unit) else document


def unit_overview(unit: Unit, pack: Pack, day: date) -> dict[str, Any]:
    """What is so of a unit beside what is so of every stream: standing by title, step, watch, open signals."""
    life = unit.life
    title, step = current_step(unit)
    titles = sorted({*unit.naming.held, *unit.naming.gone, *unit.naming.reserve})
    return {
        "unit": str(unit.id),
        "name": life.name,
        "kind": life.kind,
        "code": life.code,
        "place": life.place,
        "provisional": life.provisional,
        "closed": life.closed,
        "standings": {name: _standing(unit, name, day) for name in titles},
        "step": {"title": title, "step": step},
        "watch": watch(unit, pack),
        "open_signals": sorted(unit.signals.open),
    }


def _owed(duty: Obligation, state: State, pack: Pack, day: date) -> dict[str, Any]:
    return {
        "kind": duty.kind,
        "ref": duty.ref,
        "holder": duty.holder,
        "since": duty.since,
        "due": duty.due,
        "working_days_left": pack.working_days_between(day, duty.due),
        "provisional": pack.provisional(duty.due),
        "missed": duty.key in state.common.missed,
        "suspended": duty.suspended,
        "assigned_to": duty.assigned.officer if duty.assigned is not None else None,
        "deputy": duty.assigned.deputy if duty.assigned is not None else None,
        "clause": duty.clause,
    }


def _waiting(act: OpenAct, packs: Packs) -> dict[str, Any]:
    return {
        "proposal": act.version,
        "type": act.type,
        "by": act.actor.post,
        "digest": act.digest,
        "proposed_on": act.day,
        "lapses_on": lapses_on(act, packs.on(act.day)),
    }


def _standing(unit: Unit, title: str, day: date) -> dict[str, Any]:
    held = unit.naming.held.get(title)
    known = held or (unit.naming.gone[title][1] if title in unit.naming.gone else None)
    return {
        "standing": standing_on(unit, title, day),
        "term_from": known.term_from if known else None,
        "term_until": known.term_until if known else None,
        "carried_in": known is not None and known.carried_in,
    }


def plain(value: Any) -> Any:
    """Frozen data as JSON values: keys as text, sets sorted."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {_key(key): plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted(str(part) for part in value)
    return value


def _key(key: Any) -> str:
    return "/".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
